"""La composition des instances : ce qui manque, du plus au moins grave."""

from alliances.regles.composition import composition

ATTENDUS = {"sante": "Santé", "municipal": "Municipal", "vecu": "Vécu"}


def instance(*sieges, nom="Table"):
    return {
        "nom": nom,
        "palier": "regional",
        "sieges": [
            {"secteur": secteur, "libelle": secteur, "prevus": prevus, "pourvus": pourvus}
            for secteur, prevus, pourvus in sieges
        ],
    }


def niveaux(*instances):
    return [constat.niveau for constat in composition(instances, ATTENDUS)]


def test_sans_instance_c_est_une_erreur():
    assert niveaux() == ["erreur"]


def test_complete_elle_le_dit():
    assert niveaux(instance(("sante", 1, 1), ("municipal", 2, 2), ("vecu", 2, 2))) == ["fait"]


def test_sans_vecu_c_est_une_erreur_meme_si_les_sieges_sont_prevus():
    assert niveaux(instance(("sante", 1, 1), ("municipal", 2, 2))) == ["erreur"]
    assert "erreur" in niveaux(instance(("sante", 1, 1), ("municipal", 2, 2), ("vecu", 2, 0)))


def test_une_personne_experte_de_vecu_seule_avertit():
    constats = composition([instance(("sante", 1, 1), ("municipal", 1, 1), ("vecu", 2, 1))], ATTENDUS)
    assert [c.niveau for c in constats] == ["avertissement", "conseil"]
    assert "Une seule personne experte de vécu à «\u00a0Table\u00a0»" in constats[0].message


def test_un_secteur_absent_est_nomme_une_fois():
    constats = composition([instance(("sante", 1, 0), ("vecu", 2, 2))], ATTENDUS)
    assert "Santé; Municipal" in constats[0].message


def test_les_sieges_vides_se_disent_par_instance():
    pleine = instance(("sante", 1, 1), ("municipal", 3, 1), ("vecu", 2, 2), nom="Table")
    vide = instance(("sante", 2, 0), nom="Comité")
    messages = [c.message for c in composition([pleine, vide], ATTENDUS)]
    assert messages == [
        "«\u00a0Table\u00a0»\u00a0: sièges vides – municipal (2).",
        "«\u00a0Comité\u00a0»\u00a0: sièges vides – sante (2).",
    ]
