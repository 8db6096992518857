"""De quoi peupler un essai : le cadre, les personnes, et des versions à chaque état, par les vrais gestes.

Tout objet bâti ici est valide. Rien n'écrit l'état d'une version à la main.
"""

from datetime import date, timedelta
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from alliances.models import (
    Alliance,
    CircuitDecision,
    Contact,
    Cycle,
    IncidentDeConfidentialite,
    InstanceGouvernance,
    Mandat,
    Organisme,
    ParticipationPersonnes,
    PartieAlliance,
    ProfilGouvernance,
    Region,
    SecteurActeur,
    Siege,
    Territoire,
    ThematiqueNationale,
)
from alliances.models.roles import A_DOUBLE_FACTEUR, QUI_LIENT
from alliances.plans.models import (
    Collaborateur,
    DemandeCorrection,
    IndicateurPlan,
    Moyen,
    Objectif,
    PlanAction,
    Priorite,
    VersionPlan,
)
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui

DEBUT = date(2024, 1, 1)
LETTRE = {"lettre": "2026-MIN-014"}  # celle de la ou du ministre, à toute décision
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # clé TOTP des personnes d'essai
TEXTE = "<p>" + "La Table réunit ses partenaires et prépare ses décisions avec eux. " * 14 + "</p>"
TEXTE_REVU = "<p>" + "Le texte revu précise les sièges, le soutien et le suivi. " * 14 + "</p>"

THEMATIQUES = (
    ("securite-alimentaire", "Sécurité alimentaire", True),
    ("prevention", "Prévention de la pauvreté et de l’exclusion sociale", True),
    ("prejuges", "Lutte contre les préjugés", True),
    ("itinerance", "Centres-villes et itinérance", True),
    ("transport", "Transport", False),
)
SECTEURS = (
    ("municipal", "MRC et municipalités", False),
    ("sante", "Santé publique et services sociaux", False),
    ("communautaire", "Organismes communautaires et philanthropiques", False),
    ("vecu", "Personnes expertes de vécu", True),
)
TERRITOIRES = {
    "01": (("07", "La Matapédia"), ("08", "La Matanie")),
    "14": (("61", "Joliette"), ("62", "Matawinie")),
}


def fichier_pdf(nom="resolution.pdf", contenu=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"):
    """Un petit fichier que la vérification par le contenu reconnaît."""
    return SimpleUploadedFile(nom, contenu, content_type="application/pdf")


def fabrique_cadre():
    """Le cycle, deux régions, leurs territoires et leurs Alliances; la gouvernance contente les règles."""
    cycle = Cycle.objects.create(
        code="2024-2029",
        debut=date(2024, 11, 1),
        fin=date(2029, 10, 31),
        fin_realisation=date(2029, 3, 31),
        echeance_plan=date(2025, 3, 31),
        montant=145360000,
    )
    cycle.refresh_from_db()
    for rang, (code, nom, recommandee) in enumerate(THEMATIQUES):
        ThematiqueNationale.objects.create(
            cycle=cycle, code=code, nom=nom, recommandee=recommandee, rang=rang
        )
    for rang, (code, nom, vecu) in enumerate(SECTEURS):
        SecteurActeur.objects.create(code=code, nom=nom, vecu=vecu, attendu_au_plan=not vecu, rang=rang)
    bsl = _alliance(cycle, "01", "Bas-Saint-Laurent", "bas-saint-laurent")
    lanaudiere = _alliance(cycle, "14", "Lanaudière", "lanaudiere")
    return SimpleNamespace(cycle=cycle, bsl=bsl, lanaudiere=lanaudiere)


def cycle_precedent():
    """Le cycle 2017-2023, sans canevas."""
    return Cycle.objects.create(
        code="2017-2023",
        debut=date(2017, 12, 1),
        fin=date(2023, 3, 31),
        fin_realisation=date(2023, 3, 31),
        echeance_plan=date(2018, 12, 31),
        montant=1,
    )


def plan_du_cycle_precedent(alliance, nom):
    """La version approuvée du plan de la même Table, dans une Alliance de 2017-2023 qui porte ce nom."""
    avant = Alliance.objects.create(
        cycle=cycle_precedent(),
        nom=nom,
        slug=f"{alliance.slug}-2017",
        table_regionale=alliance.table_regionale,
    )
    approuvee = version_approuvee(alliance)
    PlanAction.objects.filter(pk=approuvee.plan_id).update(alliance=avant)
    return VersionPlan.objects.select_related("plan__alliance__cycle").get(pk=approuvee.pk)


def _alliance(cycle, code, nom, slug):
    region = Region.objects.create(code=code, nom=nom)
    territoires = [Territoire.objects.create(code=c, nom=n, region=region) for c, n in TERRITOIRES[code]]
    table = Organisme.objects.create(nom=f"Table régionale de {nom}", forme="non_constitue")
    fiduciaire = Organisme.objects.create(nom=f"Collectif de {nom}", forme="obnl")
    alliance = Alliance.objects.create(cycle=cycle, nom=f"Alliance – {nom}", slug=slug, table_regionale=table)
    alliance.regions.add(region)
    alliance.territoires.set(territoires)
    PartieAlliance.objects.create(alliance=alliance, organisme=fiduciaire, qualite="signataire")
    Contact.objects.create(
        alliance=alliance,
        nom="Personne à joindre",
        fonction="Coordination",
        courriel=f"contact@{slug}.example",
        telephone="418 555-0100",
        principal=True,
    )
    _gouvernance(alliance)
    return alliance


def _gouvernance(alliance):
    ProfilGouvernance.objects.create(
        alliance=alliance, gestion="partagee", decision_regionale="concertation", decision_locale="mrc_decide"
    )
    instance = InstanceGouvernance.objects.create(
        alliance=alliance, nom="Table régionale", nature="decisionnelle"
    )
    for secteur in SecteurActeur.objects.all():
        Siege.objects.create(
            instance_gouvernance=instance, secteur=secteur, libelle=secteur.nom, prevus=2, pourvus=2
        )
    CircuitDecision.objects.create(alliance=alliance, nom="Toute initiative", rang=1, decide=instance)
    ParticipationPersonnes.objects.create(
        alliance=alliance,
        exercice="2024-2025",
        axe="gouvernance",
        palier="regional",
        forme="instance_regionale",
        niveau="deliberation",
        personnes=2,
        rencontres=3,
    )


def personne(role, portee=None, prenom=None, nom=None):
    """Un compte vérifié et son mandat; la portée est une Alliance, une Région, un Territoire, un Organisme ou rien.

    La validation en deux étapes est active si le rôle l'exige (clé `SECRET`).

    Appelée deux fois pour le même rôle et la même portée, elle crée deux personnes.
    """
    rang = Utilisateur.objects.count() + 1
    utilisateur = Utilisateur.objects.create_user(
        f"{role}.{rang}@alliances.example",
        "essai-alliances",
        prenom=prenom or "Camille",
        nom=nom or f"Roy {rang}",
    )
    champ = {Alliance: "alliance", Region: "region", Territoire: "territoire", Organisme: "organisme"}
    champ[InstanceGouvernance] = "instance_gouvernance"
    champ[InstanceGouvernance] = "instance_gouvernance"
    portees = {champ[type(portee)]: portee} if portee else {}
    mandat = mandater(utilisateur, role, **portees)
    EmailAddress.objects.create(user=utilisateur, email=utilisateur.courriel, verified=True, primary=True)
    if mandat.role in A_DOUBLE_FACTEUR:
        Authenticator.objects.create(user=utilisateur, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    return utilisateur


def mandater(utilisateur, role, *, debut=DEBUT, **champs):
    """Un mandat que la base admet, confirmé s'il lie, sans les gestes qui le confient.

    Eux refuseraient deux mains à la même personne; ce qui les suit doit tenir quand même.
    """
    garants = _garants() if str(role) in QUI_LIENT else {}
    mandat = Mandat(utilisateur=utilisateur, role=str(role), debut=debut, **garants | champs)
    mandat.clean_fields(exclude=["nomme_par"])
    mandat.validate_constraints()
    mandat.save()
    return mandat


def _garants():
    """Les deux personnes qui ont confié ce qui lie; elles ne tiennent rien elles-mêmes."""
    noms = {"nomme_par": "Première", "confirme_par": "Seconde"}
    comptes = {
        champ: Utilisateur.objects.get_or_create(
            courriel=f"{champ}@alliances.example", defaults={"prenom": prenom, "nom": "Garante"}
        )[0]
        for champ, prenom in noms.items()
    }
    return comptes | {"confirme_le": timezone.now()}


def cle_de_securite(utilisateur):
    """Une clé P-256 neuve, telle qu'allauth la garde après l'avoir reçue d'un navigateur."""
    publique = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attestee = AttestedCredentialData.create(Aaguid.NONE, b"cle-de-securite-", publique)
    drapeaux = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    donnees = AuthenticatorData.create(b"\0" * 32, drapeaux, 0, attestee)
    client = CollectedClientData.create(type="webauthn.create", challenge=b"defi", origin="http://testserver")
    reponse = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", donnees, {})),
    }
    cle = websafe_encode(attestee.credential_id)
    credential = {"id": cle, "rawId": cle, "type": "public-key", "response": reponse}
    return Authenticator.objects.create(
        user=utilisateur,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Clé 1", "credential": credential | {"clientExtensionResults": {}}},
    )


def _tenant(role, alliance):
    """La première personne qui tient ce rôle pour l'Alliance, ou une nouvelle."""
    portee = None
    if role in ("coordination", "signature"):
        portee = alliance
    elif role in ("dgsq", "direction_dgsq"):
        portee = alliance.regions.get()
    champ = {"alliance": portee} if portee is alliance else {"region": portee}
    mandat = Mandat.objects.filter(role=role, fin=None, **champ).select_related("utilisateur").first()
    return mandat.utilisateur if mandat else personne(role, portee)


def plan_ouvert(alliance, par=None):
    """Une version 1 en brouillon, encore vide."""
    return PlanAction.ouvrir(alliance, par=par or _tenant("coordination", alliance)).version_ouverte()


def plan_pret(alliance, par=None):
    """Une version 1 en brouillon, complète : les règles n'y trouvent aucune erreur."""
    par = par or _tenant("coordination", alliance)
    version = plan_ouvert(alliance, par)
    version.sections.update(texte=TEXTE, terminee=True)
    version.marquer()
    ajouter_priorite(version, par)
    return relire(version)


def ajouter_priorite(
    version, par, titre="Une offre alimentaire digne et proche", palier="regional", territoires=None
):
    """Une priorité complète : un objectif, un moyen, un collaborateur, un indicateur."""
    alliance = version.plan.alliance
    territoires = list(alliance.territoires.all()) if territoires is None else territoires
    priorite = Priorite(
        version=version,
        titre=titre,
        palier=palier,
        thematique=alliance.cycle.thematiques.first(),
        raison="<p>La demande d’aide alimentaire augmente.</p>",
        changement="<p>Chaque territoire dispose d’un lieu d’approvisionnement.</p>",
        articulation="<p>La région met en commun l’entreposage.</p>",
        personnes_visees=1600,
    )
    priorite.ajouter(par=par, relations=lambda: priorite.territoires.set(territoires))
    objectif = Objectif(priorite=priorite, titre="Rendre accessible une offre alimentaire").ajouter(par=par)
    moyen = Moyen(
        objectif=objectif,
        description="Ouvrir une épicerie solidaire",
        population="Personnes vivant seules",
        personnes_visees=1600,
        resultat_attendu="Quatre points de service",
        responsable="Corporation fictive",
        debut=date(2025, 4, 1),
        fin=date(2028, 3, 31),
    )

    def relations():
        moyen.territoires.set(territoires)
        Collaborateur.objects.create(
            moyen=moyen,
            nom="Direction de santé publique",
            secteur=SecteurActeur.objects.get(code="sante"),
            contribution="Une ressource prêtée",
        )

    moyen.ajouter(par=par, relations=relations)
    IndicateurPlan(
        moyen=moyen,
        nom="Personnes rejointes",
        unite="personnes",
        depart=1100,
        cible=1600,
        echeance=date(2028, 3, 31),
    ).ajouter(par=par)
    return priorite


def relire(version):
    """La même version, telle que la base la dit, avec de quoi la montrer."""
    return VersionPlan.objects.select_related("plan__alliance__cycle").get(pk=version.pk)


def version_adoptee(alliance):
    """Adoptée par la Table, avec sa résolution."""
    version = plan_pret(alliance)
    return relire(
        version.adopter(
            par=_tenant("coordination", alliance),
            adoptee_le=date(2025, 2, 1),
            resolution="2025-02-01",
            mode="consensus",
            piece=fichier_pdf(),
        )
    )


def version_deposee(alliance):
    """Déposée par la personne autorisée."""
    return relire(version_adoptee(alliance).deposer(par=_tenant("signature", alliance), certifie=True))


def version_a_corriger(alliance, cibles=(("section", "1d"),), toutes_ouvertes=False):
    """Retournée par Services Québec, avec une demande par cible."""
    version = version_deposee(alliance)
    for objet, cle in cibles:
        DemandeCorrection.objects.create(
            version=version,
            cible_objet=objet,
            cible_cle=str(cle),
            raison="incomplet",
            texte="Précisez le nombre de sièges réservés.",
            demandee_par=_tenant("dgsq", alliance),
        )
    return relire(version.retourner(par=_tenant("direction_dgsq", alliance), toutes_ouvertes=toutes_ouvertes))


def version_avisee(alliance, sens="favorable"):
    """Déposée, avec l'avis de la direction."""
    version = version_deposee(alliance)
    return relire(
        version.rendre_avis(
            par=_tenant("direction_dgsq", alliance), sens=sens, texte="Le plan répond au guide."
        )
    )


def version_approuvee(alliance):
    """Approuvée par le Ministère : c'est la version en vigueur."""
    return relire(version_avisee(alliance).approuver(par=_tenant("approbation", alliance), **LETTRE))


def incident(**champs):
    """Un incident de confidentialité au registre, survenu hier."""
    valeurs = {
        "survenu_le": aujourd_hui() - timedelta(days=1),
        "nature": "acces",
        "renseignements": "Courriels",
    }
    return IncidentDeConfidentialite.objects.create(**valeurs | champs)


def distribution():
    """Les cinq personnes de l'histoire d'un plan au Bas-Saint-Laurent, par rôle; la Table n'a pas encore de plan."""
    bsl = fabrique_cadre().bsl
    region = bsl.regions.get()
    return {
        "coordination": personne("coordination", bsl, "Camille", "Ross"),
        "signature": personne("signature", bsl, "Denis", "Lavoie"),
        "analyste": personne("dgsq", region, "Inès", "Caron"),
        "direction": personne("direction_dgsq", region, "Paul", "Dubé"),
        "approbation": personne("approbation", None, "Louise", "Côté"),
    }
