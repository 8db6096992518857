"""Ce qu'une Table tenait dans un classeur avant le service : importé d'un coup, et rien d'écrit au grand livre."""

from decimal import Decimal

from alliances.models import Organisme, Territoire, ThematiqueNationale
from demonstration.demandes import themes
from demonstration.lecture import fiche
from projets.models import ImportDInitiatives

TELS_QUELS = ("reference", "titre", "debut", "fin", "etat", "personnes")
RESUME = "Initiative d’avant le service, inventée pour la démonstration, comme ses montants."


def importer(vie, le):
    """Les lignes du classeur de cette Alliance, s'il y en a un."""
    alliance = vie.convention.alliance
    if donnees := fiche("reprises").get(alliance.slug):
        saisies = [_lue(ligne, alliance.cycle) for ligne in donnees["initiatives"]]
        ImportDInitiatives.importer(
            alliance, saisies, par=vie.acteurs.coordination, fichier=donnees["fichier"]
        )


def _lue(ligne, cycle):
    """Une ligne du classeur, telle que l'import la reçoit."""
    code = themes()[ligne["thematique"]]["thematique"]
    return {
        **{champ: ligne[champ] for champ in TELS_QUELS},
        "resume": RESUME,
        "organisme": Organisme.objects.get(nom=ligne["porteur"]),
        "territoires": list(Territoire.objects.filter(code__in=ligne["ou"])),
        "thematique": ThematiqueNationale.objects.get(cycle=cycle, code=code),
        "montants": [(an, *map(Decimal, sommes)) for an, *sommes in ligne["montants"]],
    }
