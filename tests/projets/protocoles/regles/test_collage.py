"""Un échéancier collé se lit dans l'ordre où on l'a tapé; ce qui ne se comprend pas nomme sa ligne."""

from datetime import date
from decimal import Decimal

from projets.protocoles.regles.collage import Somme, lire
from projets.protocoles.regles.echeancier import Prevue

PREMIERE = Somme(1, "La Matapédia", "2026-2027", date(2026, 4, 1), date(2027, 3, 31))
SECONDE = Somme(2, "La Matapédia", "2027-2028", date(2027, 4, 1), date(2028, 3, 31))
REGIONALE = Somme(3, "Projets régionaux", "2026-2027", date(2026, 4, 1), date(2027, 3, 31))


def montant_de(cellule):
    if not cellule.isdecimal():
        raise ValueError
    return Decimal(cellule)


def lues(*lignes, sommes=(PREMIERE, SECONDE)):
    numerotees = enumerate((ligne.split(";") for ligne in lignes), start=1)
    return lire(list(numerotees), list(sommes), montant_de=montant_de, jour_de=date.fromisoformat)


def test_l_ordre_des_colonnes_ne_compte_pas_et_l_en_tete_se_saute():
    attendue = [Prevue(1, Decimal(100), "signature", date(2026, 9, 1))]
    assert lues("Montant;Date;Condition", "100;2026-09-01;À la signature") == (attendue, [])
    assert lues("À la signature;2026-09-01;100") == (attendue, [])


def test_la_date_dit_l_exercice_et_le_mot_retenu_la_retenue():
    prevues, fautes = lues("100;2027-05-01", "50;2027-06-01;retenu")
    assert fautes == []
    assert prevues == [
        Prevue(2, Decimal(100), "date", date(2027, 5, 1)),
        Prevue(2, Decimal(50), "rapport", date(2027, 6, 1), retenue=True),
    ]


def test_deux_enveloppes_d_un_exercice_demandent_laquelle():
    sommes = (PREMIERE, REGIONALE)
    assert lues("100;2026-09-01", sommes=sommes)[1] == [
        "Ligne 1\xa0: dites à même quelle enveloppe, et de quel exercice."
    ]
    assert lues("100;2026-09-01;projets regionaux", sommes=sommes)[0][0].part == 3
    assert lues("100;2027-09-01;Projets régionaux, 2026-2027", sommes=sommes)[0][0].part == 3


def test_ce_qui_ne_se_comprend_pas_nomme_sa_ligne():
    _, fautes = lues("100;2026-09-01", "cent;2026-09-01", "100;100;2026-09-01", "100")
    assert [faute.split("\xa0:")[0] for faute in fautes] == ["Ligne 2", "Ligne 2", "Ligne 3", "Ligne 4"]
    assert "«\xa0cent\xa0» ne se comprend pas" in fautes[0]
