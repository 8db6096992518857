"""Les conventions de la démonstration : chacune joue les vrais gestes, aux dates du récit.

Les dates du plan sont celles de son histoire : la convention laisse à chaque Table le délai que le récit lui donne.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from alliances.models import Role
from alliances.plans.models import PlanAction
from conventions.models import (
    Avenant,
    Convention,
    Depense,
    Derogation,
    EcheanceVersement,
    Enveloppe,
    Remise,
    Repartition,
    Transfert,
    echeanciers,
)
from conventions.regles.arbres import forme_proposee
from conventions.regles.plus_fort_reste import repartir
from demonstration.personnes import finances_de, finances_du_territoire, tenant_de
from demonstration.resolution import resolution_pdf
from socle.valeurs.horloge import aujourd_hui

TRANSMISE, SIGNEE = date(2024, 12, 9), date(2025, 1, 20)
PARTICIPATION = (
    "Services Québec, la direction régionale de santé publique et la direction régionale des Affaires municipales "
    "siègent à la Table régionale, sans droit de vote, et prennent part à ses comités."
)
# Sur 100 : ce que chaque volet reçoit; ce qui n'a pas de poids ici se partage le reste à parts égales.
POIDS = {"coordination": 12, "participation": 4, "reserve": 6, "regional": 10, "centralise": 38}
# À Montréal, chaque priorité centralisée a son montant, en dollars par exercice (évaluation 2017-2023); inventés ici.
PRIORITES_FIXES = {
    "montreal": {"Sécurité alimentaire": 1_500_000, "Habitation": 1_300_000, "Itinérance": 1_000_000}
}
DEPENSES = (  # du Bas-Saint-Laurent; tout est inventé : volet, poste, mois, jour, dollars, objet
    ("coordination", "salaires", 5, 30, "6200.00", "Coordination, mai"),
    ("coordination", "salaires", 6, 30, "6200.00", "Coordination, juin"),
    ("coordination", "deplacements", 6, 30, "412.35", "Rencontres dans quatre MRC"),
    ("participation", "participation", 6, 12, "860.00", "Transport, repas et garde, rencontre de juin"),
    ("coordination", "communications", 9, 15, "1180.00", "Infolettre et affiches"),
    ("participation", "locaux", 10, 20, "240.00", "Salle, rencontre d’octobre"),
)
NOTE = "Les conditions de la convention sont remplies; rien ne s’oppose au versement."


def instant(jour, heure=10):
    """L'instant de ce jour; jamais dans le futur."""
    return min(timezone.make_aware(datetime.combine(jour, time(heure))), timezone.now())


def jouer_la_convention(alliance, donnees, acteurs):
    """Joue la convention de l'Alliance, à moins qu'elle en ait déjà une. Retourne vrai si elle a joué."""
    if Convention.objects.filter(alliance=alliance).exists():
        return False
    HISTOIRES[donnees.get("convention", "en_vigueur")](alliance, acteurs)
    return True


def en_preparation(alliance, acteurs, transmise_le=None):
    """Ouverte, corrigée et dotée de son échéancier quelques jours avant d'être transmise."""
    le = instant((transmise_le or aujourd_hui() - timedelta(9)) - timedelta(3))
    convention = Convention.preparer(alliance, par=acteurs.mess, le=le)
    valeurs = {"participation_etat": PARTICIPATION} | _delai_du_plan(alliance)
    convention.modifier(valeurs, {}, par=acteurs.mess, revision=convention.revision, le=le)
    prevus, vu = echeanciers.proposition(convention), echeanciers.empreinte_de(convention)
    echeanciers.etablir(convention, prevus, par=acteurs.mess, vu=vu, le=le)
    return Convention.objects.get(pk=convention.pk)


def _delai_du_plan(alliance):
    """De quoi donner au plan qui n'est pas déposé l'échéance que son récit lui connaît."""
    plan = PlanAction.objects.filter(alliance=alliance).first()
    echeance = plan.echeance if plan else alliance.cycle.echeance_plan
    mois = (echeance.year - SIGNEE.year) * 12 + echeance.month - SIGNEE.month + 1
    return {"echeance_plan_au_plus_tard": echeance, "mois_pour_le_plan": max(mois, 3)}


def transmise(alliance, acteurs):
    """Transmise depuis peu; le premier organisme a déjà signé."""
    convention = en_preparation(alliance, acteurs)
    le = aujourd_hui() - timedelta(9)
    convention = convention.transmettre(par=acteurs.mess, le=instant(le))
    premiere = convention.parties_a_signer().exclude(role="ministre").first()
    return _signer(convention, premiere, acteurs, le + timedelta(4))


def en_vigueur(alliance, acteurs):
    """Signée, répartie, ses rapports reçus, ses premiers versements faits."""
    convention = _mettre_en_vigueur(alliance, acteurs)
    _rendre(convention, acteurs)
    _repartir(convention, acteurs)
    _verser(convention, acteurs)
    return Convention.objects.get(pk=convention.pk)


def _mettre_en_vigueur(alliance, acteurs):
    convention = en_preparation(alliance, acteurs, TRANSMISE).transmettre(
        par=acteurs.mess, le=instant(TRANSMISE)
    )
    for jours, partie in enumerate(convention.parties_a_signer()):
        convention = _signer(convention, partie, acteurs, min(SIGNEE + timedelta(jours), aujourd_hui()))
    return convention


def _signer(convention, partie, acteurs, jour):
    if partie.organisme_id is None:
        return convention.signer(partie, par=acteurs.approbation, signee_le=jour, le=instant(jour))
    numero = f"{jour:%Y}-{partie.pk:03}"
    return convention.signer(
        partie,
        par=acteurs.signature,
        signee_le=jour,
        resolution=numero,
        resolution_le=jour - timedelta(6),
        fichier=resolution_pdf(numero=numero, organisme=str(partie), le=jour - timedelta(6)),
        le=instant(jour),
    )


def _rendre(convention, acteurs, sauf=()):
    """Ce qui est échu est reçu, à temps : le plan se lit du plan lui-même."""
    echues = convention.obligations.dues().filter(echeance__lt=aujourd_hui()).exclude(nature="plan")
    for obligation in echues.exclude(nature__in=sauf):
        recue_le = max(obligation.echeance - timedelta(8), convention.debut)
        recue = obligation.recevoir(
            par=acteurs.mess, le=recue_le, reference="Dossier régional, document fictif"
        )
        if acteurs.dgsq:
            recue.accepter(par=acteurs.dgsq, le=min(recue_le + timedelta(20), aujourd_hui()))


def _repartir(convention, acteurs):
    """L'arbre du premier exercice réparti par résolution; le deuxième dressé de même."""
    an = convention.exercices.filter(montant__gt=0).order_by("an").values_list("an", flat=True)[1]
    profil = convention.alliance.profil_gouvernance
    forme = forme_proposee(convention.part_regionale, profil.decision_locale)
    jour = min(date(an, 5, 14), aujourd_hui())
    le = instant(jour - timedelta(9))
    Enveloppe.dresser(convention, an, forme, par=acteurs.coordination, le=le)
    fixes = _ajouter_les_priorites(convention, an, par=acteurs.coordination, le=le)
    arbre = list(Enveloppe.objects.de_l_arbre(convention, an).select_related("solde", "parent"))
    [racine] = [enveloppe for enveloppe in arbre if enveloppe.parent_id is None]
    meres = {enveloppe.parent_id for enveloppe in arbre}
    feuilles = [e for e in arbre if e.pk not in meres and e.pk not in fixes]
    autres = sum(feuille.volet not in POIDS for feuille in feuilles)
    libre = racine.solde.alloue - sum(fixes.values())
    reste = 100 * libre / racine.solde.alloue - sum(POIDS.get(feuille.volet, 0) for feuille in feuilles)
    parts = repartir(libre, [POIDS.get(f.volet, reste / (autres or 1)) for f in feuilles])
    montants = fixes | {feuille.pk: part for feuille, part in zip(feuilles, parts, strict=True)}
    brouillon = Repartition.enregistrer(
        convention,
        an,
        {e: (montants[e.pk], False, None) for e in arbre if e.pk in montants},
        methode="pourcentages",
        revision=0,
        par=acteurs.coordination,
        le=instant(jour - timedelta(2)),
    )
    numero = f"{an}-031"
    brouillon.adopter(
        par=acteurs.signature,
        adoptee_le=jour,
        resolution=numero,
        piece=resolution_pdf(numero=numero, organisme=str(convention.alliance.table_regionale), le=jour),
        le=instant(jour, 19),
    )


def _ajouter_les_priorites(convention, an, *, par, le):
    """{enveloppe: son montant fixe} des priorités de l'enveloppe centralisée."""
    fixes = PRIORITES_FIXES.get(convention.alliance.slug, {})
    centralisee = convention.enveloppes.filter(an=an, volet="centralise").first()
    return {
        Enveloppe.ajouter(
            convention, parent=centralisee, par=par, le=le, volet="priorite", nom=nom, montant_fixe=True
        ).pk: Decimal(montant)
        for nom, montant in fixes.items()
    }


def _verser(convention, acteurs):
    """Les versements libérés : recommandés, autorisés, faits, par trois personnes.

    Le dernier s'arrête en chemin, à une étape qui change d'une Alliance à l'autre; un plan en retard les arrête tous
    après la recommandation.
    """
    finances, arretes = tenant_de(Role.FINANCES_MESS), convention.obligations.en_retard().exists()
    _passer_les_jours(convention)
    libres = _libres(convention)
    for echeance in libres:
        etapes = 1 if arretes else 3 if echeance != libres[-1] else convention.alliance_id % 4
        jour = max(echeance.prevue_le, echeance.liberee_le) + timedelta(5)
        if jour + timedelta(8) > aujourd_hui():
            continue
        if etapes >= 1:
            echeance = echeance.recommander(par=acteurs.dgsq or acteurs.mess, note=NOTE, le=instant(jour))
        if etapes >= 2:
            echeance = echeance.autoriser(par=acteurs.approbation, le=instant(jour + timedelta(3)))
        if etapes >= 3:
            echeance.verser(
                par=finances,
                montant=echeance.montant,
                verse_le=jour + timedelta(7),
                reference=f"DEMO-{convention.numero}-{echeance.rang:02}"[:60],
                le=instant(jour + timedelta(7)),
            )


def _passer_les_jours(convention):
    """Ce que la tâche quotidienne aurait libéré, à la date de chaque versement prévu."""
    passees = convention.echeances.filter(etat="prevue", prevue_le__range=(SIGNEE, aujourd_hui()))
    for jour in list(passees.order_by("prevue_le").values_list("prevue_le", flat=True)):
        EcheanceVersement.liberer_ce_qui_est_du(le=instant(jour, 6), alliances=[convention.alliance_id])


def _libres(convention):
    libres = convention.echeances.filter(etat="liberee").select_related("convention__alliance__cycle")
    return list(libres.order_by("rang"))


def avec_transferts(alliance, acteurs):
    """La réserve sert : un premier transfert est approuvé, un second attend la personne autorisée à signer."""
    convention = en_vigueur(alliance, acteurs)
    an = convention.repartitions.get().an
    _depenser(convention, an)
    _remettre(convention, an)
    feuilles = convention.enveloppes.filter(an=an).select_related("convention", "territoire")
    reserve, locales = feuilles.get(volet="reserve"), list(feuilles.filter(volet="territoire")[:2])
    motifs = (
        "Un service de transport qui prend fin plus tard.",
        "Une cuisine collective qui attend depuis mai.",
    )
    transferts = [
        Transfert.demander(reserve, vers, Decimal("12000.00"), par=acteurs.coordination, motif=motif)
        for vers, motif in zip(locales, motifs, strict=True)
    ]
    transferts[0].approuver(par=acteurs.signature)
    return convention


def _depenser(convention, an):
    """Ce que la Table a dépensé elle-même depuis le début de l'exercice."""
    finances = finances_de(convention.alliance)
    for rang, (volet, poste, mois, quantieme, montant, objet) in enumerate(DEPENSES, start=1):
        jour = date(an, mois, quantieme)
        if jour <= aujourd_hui():
            Depense.inscrire(
                par=finances,
                enveloppe=convention.enveloppes.get(an=an, volet=volet),
                poste=poste,
                faite_le=jour,
                montant=Decimal(montant),
                reference=f"JE-{an}-{rang:03}",
                objet=objet,
                le=instant(jour, 16),
            )


def _remettre(convention, an):
    """La Matapédia gère sa part : une première somme lui est remise, elle la reçoit et en dépense un peu."""
    locales = convention.enveloppes.filter(an=an, territoire__code="07")
    enveloppe, jour = locales.select_related("territoire").get(), date(an, 9, 10)
    if jour + timedelta(60) > aujourd_hui():
        return
    remise = Remise.inscrire(
        par=finances_de(convention.alliance),
        enveloppe=enveloppe,
        faite_le=jour,
        montant=Decimal("15000.00"),
        reference=f"R-{an}-001",
        le=instant(jour),
    )
    locale = finances_du_territoire(enveloppe.territoire)
    remise.recevoir(par=locale, recue_le=jour + timedelta(5), le=instant(jour + timedelta(5)))
    Depense.inscrire(
        par=locale,
        enveloppe=enveloppe,
        poste="honoraires",
        faite_le=jour + timedelta(56),
        montant=Decimal("2350.00"),
        reference=f"LM-{an}-014",
        objet="Animation de la concertation locale",
        le=instant(jour + timedelta(56)),
    )


def avec_suspension(alliance, acteurs):
    convention = en_vigueur(alliance, acteurs)
    suivante = convention.echeances.filter(etat__in=("liberee", "prevue")).order_by("rang").first()
    suivante.suspendre(
        par=acteurs.mess,
        motif="La Table revoit son calendrier; elle a demandé d’attendre.",
        le=timezone.now(),
    )
    return convention


def avec_derogation(alliance, acteurs):
    """Des états financiers tardent; le Ministère permet quand même le prochain versement."""
    convention = _mettre_en_vigueur(alliance, acteurs)
    _rendre(convention, acteurs, sauf=("etats_financiers",))
    _repartir(convention, acteurs)
    if libres := _libres(convention):
        Derogation.accorder(
            libres[0],
            par=acteurs.approbation,
            motif="Les états financiers sont chez l’auditeur; les salaires de la coordination doivent être versés.",
        )
    return convention


def avec_avenant(alliance, acteurs):
    """Un avenant attend des signatures : la fin de réalisation recule et le dernier exercice augmente."""
    convention = en_vigueur(alliance, acteurs)
    avenant = Avenant.ouvrir(
        convention, motif="Mener à terme des initiatives commencées plus tard que prévu.", par=acteurs.mess
    )
    dernier = convention.exercices.order_by("-an").first()
    propositions = {
        "date": {"date/fin_realisation": convention.fin.isoformat()},
        "exercice": {f"exercice/{dernier.an}": str(dernier.montant + Decimal("25000.00"))},
    }
    for sorte, valeurs in propositions.items():
        avenant = avenant.proposer(sorte, valeurs, revision=avenant.revision, par=acteurs.mess)
    ajout = {"an": dernier.an, "montant": "25000.00", "condition": "date", "libelle": "Date prévue"}
    rang = convention.echeances.order_by("-rang").first().rang + 1
    valeurs = {f"versement/{rang}": ajout | {"prevue_le": f"{dernier.an}-09-15"}}
    avenant = avenant.proposer("versement", valeurs, revision=avenant.revision, par=acteurs.mess)
    avenant.transmettre(par=acteurs.mess)
    return convention


HISTOIRES = {
    "en_preparation": en_preparation,
    "transmise": transmise,
    "en_vigueur": en_vigueur,
    "avec_transferts": avec_transferts,
    "avec_suspension": avec_suspension,
    "avec_derogation": avec_derogation,
    "avec_avenant": avec_avenant,
}
