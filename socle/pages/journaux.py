"""Le journal d'un dossier : une liste que l'écran montre en frise, et que les tableurs reçoivent en colonnes."""

from datetime import date
from types import SimpleNamespace

from socle.pages.colonnes import ColonneJour, ColonneTexte
from socle.pages.filtres import FiltreChoix, Filtres
from socle.pages.listes import Tableau
from socle.texte.typographie import date_longue


def ligne_en_mots(ligne, geste, valeurs, *, etats=None, service="Le service"):
    """Une ligne telle que la frise la montre (`composants/_journal.html`).

    `valeurs` dit ce qui a changé; l'état, que nomment les `etats`, se lit à part : il se succède, il ne se corrige pas.
    """
    avant, apres = dict(ligne.avant), dict(ligne.apres)
    etat = passage(avant.pop("etat", None), apres.pop("etat", None), etats or {})
    return {
        "le": ligne.inscrite_le,
        "qui": ligne.par.nom_complet if ligne.par else service,
        "role": ligne.qualite,
        "geste": geste,
        "motif": ligne.motif,
        "etat": etat,
        "avant": valeurs(avant),
        "apres": valeurs(apres),
    }


def passage(avant, apres, etats):
    """« Avis reçu → En vigueur »; un état seul à la naissance, rien s'il n'a pas changé."""
    mots = [etats.get(etat, etat) for etat in (avant, apres) if etat]
    return "" if avant == apres else " → ".join(mots)


def valeurs_en_mots(valeurs, noms, lire):
    """« résolution : CA-12; fin : 31 octobre 2029 »; ce qui est vide se tait."""
    return "; ".join(
        f"{noms.get(nom, nom)}\u00a0: {lire(nom, valeur)}"
        for nom, valeur in valeurs.items()
        if valeur not in (None, "", [])
    )


NUMEROS = {
    "NEQ",
    "lettre",
    "numéro",
    "numero_fournisseur",
    "reference",
    "référence",
    "resolution",
    "résolution",
}


def valeur_en_mots(nom, valeur):
    """Un oui, un non, une suite ou une date; le reste, et un numéro qui ressemble à une date, tel qu'il est écrit."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur))
    if nom in NUMEROS:
        return valeur
    try:
        return date_longue(date.fromisoformat(str(valeur)))
    except ValueError:
        return valeur


class FiltresDuJournal(Filtres):
    geste = FiltreChoix(label="Action")

    def __init__(self, data, queryset, **options):
        gestes = queryset.order_by("geste").values_list("geste", flat=True).distinct()
        choix = sorted(((geste, queryset.model.en_mots(geste)) for geste in gestes), key=lambda c: c[1])
        super().__init__(data, queryset, **(options | {"choix": {"geste": choix}}))


class TableauDuJournal(Tableau):
    """`en_mots` rend une ligne telle que `ligne_en_mots`."""

    legende = "Journal"
    denombre, feminin = "ligne", True
    fichier = "journal"
    tri = ""
    gabarit = "composants/_journal.html"

    le = ColonneJour("Date")
    qui = ColonneTexte("Par")
    role = ColonneTexte("En qualité de")
    geste = ColonneTexte("Action")
    etat = ColonneTexte("État")
    avant = ColonneTexte()
    apres = ColonneTexte("Après")
    motif = ColonneTexte()

    def lire(self, lignes):
        return lignes.select_related("par")

    def preparer(self, lignes):
        return [SimpleNamespace(**self.en_mots(ligne)) for ligne in lignes]
