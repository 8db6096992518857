"""Des appels et des demandes à chaque état, par les vrais gestes."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from alliances.models import Organisme
from projets.canevas import parties_de
from projets.models import AppelProjets, EnveloppeAppel, Initiative
from tests import fabriques
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)

NEQ = "1140000017"


def enveloppes(alliance, an=2025):
    """{libellé: enveloppe} d'une convention en vigueur, l'exercice réparti."""
    convention = convention_en_vigueur(alliance)
    arbre_dresse(convention, an)
    repartition_adoptee(convention, an)
    return enveloppes_par_nom(convention, an)


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
        partage = {enveloppes(alliance)["La Matapédia"]: Decimal("300000")}
    for enveloppe, montant in partage.items():
        EnveloppeAppel.objects.create(appel=appel, enveloppe=enveloppe, montant=montant)
    return appel.publier(par=par)


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


def demande_prete(appel, porteur, par):
    """Toutes ses parties sont dites terminées."""
    initiative = demande(appel, porteur, par)
    for partie in parties_de(initiative):
        revision = initiative.parties.get(code=partie.code).revision
        initiative.enregistrer_partie(
            partie.code, par=par, revision=revision, terminee=True, ecrire=lambda ecrite: None
        )
    return relire(initiative)


def relire(initiative):
    return Initiative.objects.select_related("alliance", "appel", "organisme").get(pk=initiative.pk)
