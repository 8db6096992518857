"""Le journal d'un dossier : une liste que l'écran montre en frise, et que les tableurs reçoivent en colonnes."""

from types import SimpleNamespace

from socle.pages.colonnes import ColonneJour, ColonneTexte
from socle.pages.filtres import FiltreChoix, Filtres
from socle.pages.listes import Tableau


class FiltresDuJournal(Filtres):
    geste = FiltreChoix(label="Action")

    def __init__(self, data, queryset, **options):
        gestes = queryset.order_by("geste").values_list("geste", flat=True).distinct()
        choix = sorted(((geste, queryset.model.en_mots(geste)) for geste in gestes), key=lambda c: c[1])
        super().__init__(data, queryset, **(options | {"choix": {"geste": choix}}))


class TableauDuJournal(Tableau):
    """`en_mots` rend une ligne telle que la frise la montre (`composants/_journal.html`)."""

    legende = "Journal"
    denombre, feminin = "ligne", True
    fichier = "journal"
    tri = ""
    gabarit = "composants/_journal.html"

    le = ColonneJour("Date")
    qui = ColonneTexte("Par")
    role = ColonneTexte("En qualité de")
    geste = ColonneTexte("Action")
    avant = ColonneTexte()
    apres = ColonneTexte("Après")
    motif = ColonneTexte()

    def lire(self, lignes):
        return lignes.select_related("par")

    def preparer(self, lignes):
        return [SimpleNamespace(**self.en_mots(ligne)) for ligne in lignes]
