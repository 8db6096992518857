"""Les sommes d'un exercice, et ce que la résiliation en fait : chaque dollar garde sa place."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from conventions.regles.sommes import Sommes, a_annuler, a_rendre, a_retirer, reglees

SOUS = st.integers(0, 10**9).map(lambda sous: Decimal(sous).scaleb(-2))


@st.composite
def exercices(tirer):
    """Des exercices où tout l'alloué vient du convenu : ce qui se reporte de l'un arrive à un autre."""
    lus = []
    for an in range(2025, 2025 + tirer(st.integers(1, 4))):
        recu, recupere, attendu = tirer(SOUS), tirer(SOUS), tirer(SOUS)
        emplois = [tirer(SOUS) for _ in range(5)]
        lus.append([an, recu + recupere + attendu, recu, recupere, emplois])
    reste = sum(convenu - recupere for _, convenu, _, recupere, _ in lus)
    besoin = sum(sum(emplois) for *_, emplois in lus)
    if besoin > reste:  # trop d'emplois : ils deviennent nuls
        for ligne in lus:
            ligne[-1] = [Decimal(0)] * 5
        besoin = Decimal(0)
    allouees = [sum(emplois) for *_, emplois in lus]
    allouees[tirer(st.integers(0, len(lus) - 1))] += reste - besoin
    return [
        Sommes(an, convenu, recu, recupere, Decimal(0), alloue, *emplois)
        for (an, convenu, recu, recupere, emplois), alloue in zip(lus, allouees, strict=True)
    ]


@given(exercices())
def test_le_reglement_ne_cree_ni_ne_perd_un_sou(lus):
    apres = reglees(lus)
    for s in apres:
        assert s.a_recevoir >= 0
        assert s.disponible >= 0
        assert s.convenu == s.recu + s.recupere + s.annule + s.a_recevoir
        assert s.recu + s.a_recevoir + s.reporte == s.promis + s.sorti + s.disponible
    a_verser, a_recuperer = sum(s.a_recevoir for s in apres), sum(s.disponible for s in apres)
    assert min(a_verser, a_recuperer) == 0
    recu, employe = sum(s.recu for s in lus), sum(s.promis + s.sorti for s in lus)
    assert recu + a_verser == employe + a_recuperer
    assert sum(s.reporte for s in apres) == 0


def test_les_derniers_exercices_s_annulent_d_abord():
    lus = [
        Sommes(2025, convenu=Decimal(100), recu=Decimal(60), alloue=Decimal(100), engage=Decimal(90)),
        Sommes(2026, convenu=Decimal(50), alloue=Decimal(50)),
    ]
    assert a_annuler(lus) == {2026: Decimal(50), 2025: Decimal(10)}


def test_l_annulation_prend_d_abord_aux_enveloppes_de_son_exercice():
    libres = {"A": (2025, Decimal(3)), "B": (2025, Decimal(1)), "C": (2026, Decimal(9))}
    assert a_retirer({2025: Decimal(2)}, libres) == {"A": Decimal("1.50"), "B": Decimal("0.50")}
    assert a_retirer({2025: Decimal(6)}, libres) == {"A": Decimal(3), "B": Decimal(1), "C": Decimal(2)}


def test_le_disponible_qui_attend_un_versement_n_est_pas_sans_emploi():
    s = Sommes(2025, convenu=Decimal(100), recu=Decimal(70), alloue=Decimal(100), verse=Decimal(20))
    assert (s.disponible, s.a_recevoir, s.recu_non_employe) == (Decimal(80), Decimal(30), Decimal(50))


SUITES = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=5
)


@given(SUITES)
def test_chaque_dollar_a_rendre_a_son_exercice_d_origine(suites):
    """Chaque exercice reçoit, dépense et passe au suivant une part de ce qu'il a encore."""
    exercices, venu = [], 0
    for an, (recu, depense, passe) in enumerate(suites, start=2025):
        reste = max(0, recu + venu - depense)
        venu = min(reste, passe)
        exercices.append((an, Decimal(recu), Decimal(reste - venu)))
    lignes = a_rendre(exercices)
    for an, recu, rendu in exercices:
        assert sum(montant for _, ou, montant in lignes if ou == an) == rendu
        assert sum(montant for origine, _, montant in lignes if origine == an) <= recu
    assert all(origine <= ou and montant > 0 for origine, ou, montant in lignes)


def test_un_exercice_rend_d_abord_ce_qu_il_a_recu_lui_meme():
    exercices = [(2025, Decimal(70), Decimal(0)), (2026, Decimal(50), Decimal(80))]
    assert a_rendre(exercices) == [(2025, 2026, Decimal(30)), (2026, 2026, Decimal(50))]
