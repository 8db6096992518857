"""L'ordre alphabétique ne dépend ni des accents, ni des majuscules, ni du moteur."""

from types import SimpleNamespace

from socle.valeurs.alphabet import par_nom


def test_les_noms_se_rangent_sans_egard_aux_accents():
    noms = ["Témiscouata", "Érable", "La Mitis", "Kamouraska", "Nicolet", "L’Île-d’Orléans", "Drummond"]
    assert [chose.nom for chose in par_nom(SimpleNamespace(nom=nom) for nom in noms)] == [
        "Drummond",
        "Érable",
        "Kamouraska",
        "L’Île-d’Orléans",
        "La Mitis",
        "Nicolet",
        "Témiscouata",
    ]
