"""La note : la médiane de chaque critère, pondérée; ce qui se discute se voit, rien ne se rejette seul."""

from decimal import Decimal

from projets.regles.notes import noter

GRILLE = [
    (1, "Besoin", 25),
    (2, "Partenaires", 20),
    (3, "Place", 15),
    (4, "Réalisme", 15),
    (5, "Capacité", 10),
    (6, "Montage", 10),
    (7, "Effets", 5),
]


def de(personne, *niveaux):
    return [(personne, cle, niveau) for (cle, _, _), niveau in zip(GRILLE, niveaux, strict=False)]


def test_la_note_de_l_exemple_est_de_86_25():
    assert noter(GRILLE, de("une", 4, 3, 4, 3, 4, 3, 2)).total == Decimal("86.25")


def test_la_mediane_retient_le_milieu_et_l_ecart_se_montre():
    note = noter(GRILLE, [*de("a", 4, *[4] * 6), *de("b", 1, *[4] * 6), *de("c", 3, *[4] * 6)])
    besoin = note.criteres[0]
    assert (besoin.retenu, besoin.ecart, besoin.se_discute) == (3, 3, True)
    assert note.etendue == (Decimal("81.25"), Decimal("100.00"))


def test_deux_personnes_donnent_une_mediane_a_mi_chemin():
    note = noter(GRILLE, [*de("a", *[3] * 7), *de("b", *[2] * 7)])
    assert note.total == Decimal("62.5")


def test_qui_n_a_pas_tout_note_ne_compte_pas():
    note = noter(GRILLE, [*de("a", *[4] * 7), *de("b", 0)])
    assert (note.total, len(note.par_personne)) == (Decimal("100.00"), 1)


def test_un_zero_se_discute_sans_rejeter():
    note = noter(GRILLE, de("a", 0, *[4] * 6))
    assert note.criteres[0].se_discute
    assert note.total == Decimal("75.00")


def test_sans_note_il_n_y_a_ni_total_ni_etendue():
    note = noter(GRILLE, [])
    assert (note.total, note.etendue) == (0, None)
    assert not note.criteres[0].se_discute
