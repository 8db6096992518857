"""Le volume ×10 : dix Alliances par Alliance, leurs plans et leurs conventions par les vrais gestes, de longs journaux.

Leurs initiatives sont recopiées par la base : les mêmes gestes, joués dix fois, prendraient l'heure.
"""

from django.db import transaction

from alliances.models import Alliance, PartieAlliance
from alliances.plans.models import VersionPlan
from demonstration.cadre import poser_cadre
from demonstration.histoires import Recit, jouer
from demonstration.lecture import fiche
from demonstration.personnes import acteurs_de
from socle.models import Notification, Utilisateur

LIGNES_DE_JOURNAL = 600
NOTIFICATIONS = 600


def decupler(pays):
    """Ajoute neuf Alliances semblables à chacune, avec son histoire; allonge journal et notifications."""
    fiches = fiche("alliances")
    for modele in list(Alliance.objects.filter(cycle__code="2024-2029").select_related("cycle")):
        for rang in range(2, 11):
            with transaction.atomic():
                _semblable(modele, rang, fiches.get(modele.slug))
    _allonger()
    pays.grossir(10 * pays.initiatives)


def _semblable(modele, rang, donnees):
    champs = ("cycle", "table_regionale", "montant", "montant_fictif")
    alliance = Alliance.objects.create(
        nom=f"{modele.nom}, secteur {rang}",
        slug=f"{modele.slug}-{rang}",
        **{nom: getattr(modele, nom) for nom in champs},
    )
    alliance.regions.set(modele.regions.all())
    alliance.territoires.set(modele.territoires.all())
    for partie in modele.parties.all():
        PartieAlliance.objects.create(alliance=alliance, organisme=partie.organisme, qualite=partie.qualite)
    if donnees:
        acteurs = acteurs_de(alliance)
        poser_cadre(alliance, donnees, acteurs)
        alliance.refresh_from_db()
        jouer(Recit(alliance, {nom: d for nom, d in donnees.items() if nom != "initiatives"}, acteurs))


@transaction.atomic
def _allonger():
    """Une longue histoire pour le plan du Bas-Saint-Laurent, et beaucoup de notifications pour chacun."""
    coordination = Utilisateur.objects.get(courriel="coordination@alliances.example")
    version = VersionPlan.objects.get(plan__alliance__slug="bas-saint-laurent", numero=2)
    for rang in range(LIGNES_DE_JOURNAL):
        version.noter("modifier-section", par=coordination, apres={"revision": rang})
    Notification.objects.bulk_create(
        Notification(
            destinataire=personne, cle=f"mesure-{rang}", titre="Le plan a été modifié", lien="/plans/"
        )
        for personne in Utilisateur.objects.filter(is_active=True)
        for rang in range(NOTIFICATIONS)
    )
