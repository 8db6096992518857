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
        "Appel publié", "Toute personne peut le lire; on y dépose à compter de son ouverture.", SUIVENT
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
        "Appel retiré",
        "On n’y dépose plus. La page de l’appel dit pourquoi; ce que vous avez écrit reste à votre dossier.",
        SUIVENT,
        legal=True,
    ),
}


def annoncer_appel(appel, *, par, evenement):
    """À qui le suit et, une fois publié, à qui rédige une demande; chaque changement, une fois."""
    dit = EVENEMENTS[evenement]
    fermeture = f"fermeture {date_heure(appel.ferme_le)}"
    annonce = Annonce(
        cle=f"appel:{evenement}:{appel.pk}:{appel.revision}",
        famille=APPELS.code,
        titre=titre(dit.titre, appel.alliance, fermeture),
        texte=dit.texte,
        lien=reverse("projets:appel_public", args=[appel.pk]),
        legale=dit.legal,
    )
    personnes = personnes_concernees(appel.alliance, dit.roles) | _redigent(appel)
    return annoncer(annonce, personnes.distinct(), par=par)


def _redigent(appel):
    """Les personnes des organismes qui y ont commencé une demande."""
    organismes = appel.initiatives.values("organisme")
    mandats = Mandat.objects.en_vigueur().filter(role__in=DE_L_ORGANISME, organisme__in=organismes)
    return Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)


def fermer_et_prevenir(moment=None):
    """Ferme ce dont l'heure est passée et le dit à qui suit l'appel ou y avait commencé une demande."""
    fermes = AppelProjets.fermer_a_l_heure(moment)
    for appel in fermes:
        annoncer_appel(appel, par=None, evenement="fermeture")
    return fermes
