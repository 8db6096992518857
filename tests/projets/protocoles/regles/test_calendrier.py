"""Le calendrier d'une initiative : chaque jour à sa place, jamais hors de l'axe."""

from datetime import date

from projets.protocoles.regles.calendrier import Axe, genre, realisation

DEBUT, FIN = date(2026, 9, 1), date(2027, 9, 1)
AXE = Axe.de([FIN, None, DEBUT])


def place(jour):
    return float(AXE.place(jour).rstrip("%"))


def test_l_axe_tient_tous_les_jours_avec_une_marge():
    assert 0 < place(DEBUT) < place(FIN) < 100
    assert place(date(1999, 1, 1)) == 0
    assert place(date(2099, 1, 1)) == 100


def test_un_seul_jour_fait_aussi_un_axe():
    assert Axe.de([DEBUT]).place(DEBUT) == "50.00%"


def test_les_exercices_couvrent_l_axe_sans_trou():
    bandes = list(AXE.exercices)
    assert [nom for nom, *_ in bandes] == ["2026-2027", "2027-2028"]
    assert bandes[0][1] == "0.00%"
    assert sum(float(largeur.rstrip("%")) for _, _, largeur, _ in bandes) > 99


def test_un_bout_d_exercice_se_passe_de_nom():
    long = Axe.de([date(2026, 9, 1), date(2029, 4, 15)])
    assert [nom for nom, *_ in long.exercices] == ["2026-2027", "2027-2028", "2028-2029", ""]


def test_la_realisation_se_coupe_aujourd_hui():
    genres = {
        jour: [g for g, *_ in realisation(AXE, DEBUT, FIN, jour)] for jour in (DEBUT, date(2027, 1, 1), FIN)
    }
    assert list(genres.values()) == [["prevu"], ["fait", "prevu"], ["fait"]]


def test_un_jour_passe_sans_etre_fait_est_en_retard():
    assert genre(DEBUT, FIN, fait=False) == "retard"
    assert genre(DEBUT, FIN, fait=True) == "fait"
    assert genre(FIN, DEBUT, fait=False) == "prevu"
