"""Des appels et des demandes à chaque état, par les vrais gestes."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from alliances.models import Organisme
from conventions.models import Ecriture, Solde
from projets.canevas import parties_de
from projets.models import AppelProjets, EnveloppeAppel, Initiative, avis
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)

NEQ = "1140000017"
REPONSES = {
    "personne_ressource": "Jeanne Aubélac, coordonnatrice",
    "signataire": "Odile Castonval, présidente",
    **dict.fromkeys(
        (
            "est_nouvelle",
            "rien_d_engage",
            "sans_immobilisation",
            "hors_mission",
            "sur_le_territoire",
            "sans_dette",
        ),
        True,
    ),
    "titre": "Cuisines de rang",
    "resume": "Dans cinq villages, des familles cuisinent ensemble.",
    "debut": date(2026, 9, 1),
    "fin": date(2028, 3, 31),
    "nature": "nouveau",
    "besoin": "L’hiver dernier, 61 ménages nous ont demandé du dépannage.",
    "preuves": ["statistiques"],
    "place": "Un comité de menu de six personnes.",
    "lien": "Elle amène l’aide dans les villages éloignés.",
    "apres": "Trois municipalités gardent la salle gratuite.",
}


def enveloppes(alliance, an=2025):
    """{libellé: enveloppe} d'une convention en vigueur, l'exercice réparti."""
    convention = convention_en_vigueur(alliance)
    arbre_dresse(convention, an)
    repartition_adoptee(convention, an, parts=PARTS | ({"Réserve": "200000.00"} if an == 2026 else {}))
    return enveloppes_par_nom(convention, an)


def vider(enveloppe):
    """Tout ce qui y est disponible est déjà réservé ailleurs."""
    disponible = Solde.objects.get(pk=enveloppe.pk).disponible
    with transaction.atomic():
        Ecriture.passer(
            enveloppe.convention,
            [(enveloppe, "reserve", disponible)],
            nature="reservation",
            par=fabriques.personne("signature", enveloppe.convention.alliance),
            objet="Une autre initiative",
        )


def appel_en_preparation(alliance, par, **champs):
    """Complet : il ne lui manque que d'être publié."""
    maintenant = timezone.now()
    champs = {
        "titre": "Appel d’initiatives 2026-2028",
        "presentation": "La Table soutient des initiatives nouvelles.",
        "ouvre_le": maintenant - timedelta(days=1),
        "ferme_le": maintenant + timedelta(days=30),
        "decision_promise_le": (maintenant + timedelta(days=80)).date(),
        "debut_au_plus_tot": date(2026, 4, 1),
        "fin_au_plus_tard": date(2028, 3, 31),
        "plancher": Decimal("5000"),
        "plafond": Decimal("75000"),
        "seuil_abrege": Decimal("10000"),
        "cumul_maximal": Decimal("90"),
        "apport_minimal": Decimal("10"),
        "administration_maximale": Decimal("10"),
    } | champs
    return AppelProjets.preparer(alliance, par=par, **champs)


def appel_ouvert(alliance, par=None, partage=None, **champs):
    """Publié hier, ouvert trente jours; `partage` : {enveloppe: montant}."""
    par = par or fabriques.personne("coordination", alliance)
    appel = appel_en_preparation(alliance, par, **champs)
    if partage is None:
        partage = {enveloppes(alliance)["La Matapédia"]: Decimal("150000")}
    for enveloppe, montant in partage.items():
        EnveloppeAppel.objects.create(appel=appel, enveloppe=enveloppe, montant=montant)
    return appel.publier(par=par)


def fermer(appel):
    """Son heure vient de passer, et le service l'a fermé."""
    AppelProjets.objects.filter(pk=appel.pk).update(ferme_le=timezone.now())
    return AppelProjets.objects.get(pk=appel.pk).fermer()


def organisme(alliance, nom="Maison de la famille de la Vallée", neq=NEQ):
    return Organisme.objects.create(
        nom=nom, neq=neq, territoire=alliance.territoires.order_by("code").first()
    )


def equipe(organisme):
    """(qui rédige, qui engage) d'un organisme."""
    return fabriques.personne("porteur", organisme), fabriques.personne("engagement", organisme)


def demande(appel, porteur, par):
    """Un brouillon dont chaque partie est vide."""
    return Initiative.commencer(appel, porteur, par=par)


def remplir(initiative):
    """Chaque réponse d'une demande complète, équilibrée au cent; celle des essais."""
    appel = initiative.appel
    for champ, valeur in REPONSES.items():
        setattr(initiative, champ, valeur)
    initiative.save()
    initiative.territoires.add(appel.territoires_possibles().first())
    initiative.priorites.add(appel.priorites_servies().first())
    initiative.populations.create(population="familles")
    for exercice in initiative.exercices:
        initiative.personnes_prevues.create(an=exercice.an, nombre=80, nouvelles=60)
        initiative.depenses.create(rang=0, an=exercice.an, poste="salaires", montant=Decimal("20000"))
        initiative.sources.create(rang=0, an=exercice.an, source="fqis", montant=Decimal("17500"))
        initiative.sources.create(
            rang=1, an=exercice.an, source="propre", certitude="confirmee", montant=Decimal("2500")
        )
    initiative.objectifs.create(
        objectif="Offrir des repas", cible=4300, unite="portions par an", pour_le=date(2028, 3, 31)
    )


def demande_prete(appel, porteur, par):
    """Complète : il ne lui manque que d'être déposée."""
    if not appel.priorites_servies().exists():
        fabriques.version_approuvee(appel.alliance)
    initiative = demande(appel, porteur, par)
    remplir(initiative)
    for partie in parties_de(initiative):
        revision = initiative.parties.get(code=partie.code).revision
        initiative.enregistrer_partie(
            partie.code, par=par, revision=revision, terminee=True, ecrire=lambda ecrite: None
        )
    return relire(initiative)


def attester(client, adresse):
    """La page de dépôt lue, puis l'attestation de ce qu'elle montrait."""
    vu = client.get(adresse).context["form"]["revision"].value()
    return client.post(adresse, {"atteste": "on", "revision": vu})


def envoyer_les_reponses(client, adresse):
    """La page des réponses lue, puis l'envoi de ce qu'elle montrait."""
    return client.post(adresse, {"revision": client.get(adresse).context["form"]["revision"].value()})


def recevoir_a_remplir(appel, porteur, par, **plus):
    """Arrivée sur papier il y a deux heures, remplie par la Table au nom de son organisme."""
    champs = {
        "mode": "papier",
        "recue_le": timezone.now() - timedelta(hours=2),
        "piece": fabriques.fichier_pdf(),
    }
    recue = Initiative.recevoir(appel, porteur, par=par, **champs | plus)
    remplir(recue)
    for partie in recue.parties.all():
        recue.enregistrer_partie(partie.code, par=par, revision=1, terminee=True, ecrire=lambda ecrite: None)
    return relire(recue)


def recevoir_autrement(appel, porteur, par, **plus):
    """La même, déposée."""
    return relire(recevoir_a_remplir(appel, porteur, par, **plus).deposer_au_nom(par=par))


def sans_avis(initiative, par):
    """Ses avis retirés, du dernier rendu au premier."""
    for rendu in initiative.avis.en_vigueur().order_by("-pk"):
        avis.retirer(rendu, par=par, motif="Inscrit par erreur.")
    return relire(initiative)


def relire(initiative):
    return Initiative.objects.select_related("alliance", "appel", "organisme").get(pk=initiative.pk)
