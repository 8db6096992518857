"""Annoncer un appel : publié, à la Table et à l'État; changé ou retiré, à qui a commencé une demande."""

from django.urls import reverse

from alliances.models.mandats import Mandat, personnes_concernees
from alliances.models.roles import DE_L_ALLIANCE, DE_L_ORGANISME, DE_LA_REGION, Role
from alliances.notifications import Evenement, titre
from projets.models import AppelProjets
from socle.annonces.notifications import Annonce, Famille, annoncer
from socle.models import Utilisateur
from socle.texte.typographie import date_heure

APPELS = Famille("appels", "Appels d’initiatives", "Un appel est publié, prolongé, corrigé ou retiré.")
SUIVENT = DE_L_ALLIANCE | DE_LA_REGION | {Role.TERRITOIRE}
EVENEMENTS = {
    "publication": Evenement(
        "Appel publié", "Les demandes s’y reçoivent à compter de son ouverture.", SUIVENT
    ),
    "prolongation": Evenement(
        "Appel prolongé",
        "La fermeture est repoussée. Vos réponses restent comme elles sont.",
        SUIVENT,
        legal=True,
    ),
    "correction": Evenement(
        "Appel corrigé",
        "La page de l’appel dit ce qui change. Vos réponses restent comme elles sont.",
        SUIVENT,
    ),
    "fermeture": Evenement(
        "Appel fermé",
        "On n’y dépose plus. Les demandes déposées sont à l’étude; la page de l’appel promet une date de réponse.",
        SUIVENT,
    ),
    "retrait": Evenement(
        "Appel retiré", "On n’y dépose plus. La page de l’appel dit pourquoi.", SUIVENT, legal=True
    ),
}
ARRETEE = Evenement(
    "Appel retiré",
    "Votre demande s’arrête là. Sa page dit pourquoi, et garde ce que vous avez écrit\xa0: cela se reprend à un autre"
    " appel.",
    legal=True,
)


def annoncer_appel(appel, *, par, evenement, demandes=None):
    """À qui le suit et, une fois publié, à qui y rédige une de ces demandes; chaque changement, une fois."""
    dit = EVENEMENTS[evenement]
    redigent = _redigent(appel.initiatives if demandes is None else demandes)
    if appel.mode == appel.Mode.APPEL:
        suivent = (personnes_concernees(appel.alliance, dit.roles) | redigent).distinct()
        return _annoncer(
            appel, dit, evenement, suivent, reverse("projets:appel_public", args=[appel.pk]), par
        )
    # Sans page publique, la Table seule lit celle de l'appel; l'organisme, celle de sa demande.
    table = personnes_concernees(appel.alliance, dit.roles - DE_LA_REGION)
    dites = _annoncer(appel, dit, evenement, table, reverse("projets:appel", args=[appel.pk]), par)
    return dites + _annoncer(appel, dit, evenement, redigent, reverse("projets:initiatives"), par)


def annoncer_le_retrait_de_l_appel(appel, *, par):
    """À chaque organisme, la page de sa demande, déposée ou en brouillon, que le retrait arrête; puis aux autres."""
    arretees, dites = appel.initiatives.filter(retiree_le=appel.retire_le), []
    for demande in arretees.order_by("pk"):
        lien = reverse("projets:initiative", args=[demande.pk])
        leurs = _redigent(arretees.filter(pk=demande.pk))
        dites += _annoncer(appel, ARRETEE, f"arret-{demande.pk}", leurs, lien, par)
    autres = appel.initiatives.exclude(pk__in=arretees.values("pk"))
    return dites + annoncer_appel(appel, par=par, evenement="retrait", demandes=autres)


def _annoncer(appel, dit, cle, personnes, lien, par):
    annonce = Annonce(
        cle=f"appel:{cle}:{appel.pk}:{appel.revision}",
        famille=APPELS.code,
        titre=titre(dit.titre, appel.alliance, f"fermeture {date_heure(appel.ferme_le)}"),
        texte=dit.texte,
        lien=lien,
        legale=dit.legal,
    )
    return annoncer(annonce, personnes, par=par)


def _redigent(demandes):
    """Les personnes des organismes qui ont commencé ces demandes."""
    organismes = demandes.order_by().values("organisme")
    mandats = Mandat.objects.en_vigueur().filter(role__in=DE_L_ORGANISME, organisme__in=organismes)
    return Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)


def fermer_et_prevenir(moment=None):
    """Ferme ce dont l'heure est passée et le dit à qui suit l'appel ou y avait commencé une demande."""
    fermes = AppelProjets.fermer_a_l_heure(moment)
    for appel in fermes:
        annoncer_appel(appel, par=None, evenement="fermeture")
    return fermes
