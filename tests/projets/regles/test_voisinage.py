"""Vingt doubles plantés, vingt trouvés; ce qui n'en est pas un ne se montre presque jamais."""

from datetime import date

import pytest

from projets.regles.voisinage import Dossier, memes_objets, voisins_des

DEBUT, FIN = date(2026, 9, 1), date(2028, 3, 31)
RESUME = (
    "Dans cinq villages éloignés, des familles cuisinent ensemble et rapportent des portions à la maison."
)


def dossier(
    cle=1, organisme=1, neq="1140000017", nom="Maison de la famille", titre="Cuisines de rang", **champs
):
    champs = {"debut": DEBUT, "fin": FIN, "resume": RESUME} | champs
    return Dossier(cle=cle, organisme=organisme, neq=neq, nom=nom, titre=titre, **champs)


LE_MIEN = dossier()
AILLEURS = {"cle": 2, "organisme": 2, "neq": "1140000025", "nom": "Garde-manger", "resume": ""}
PLANTES = {
    "le même organisme, le même titre": {"cle": 2},
    "le même organisme, un tout autre titre": {"cle": 2, "titre": "Transport solidaire", "resume": "Autre"},
    "le même NEQ sous une autre fiche": {"cle": 2, "organisme": 2, "titre": "Jardins", "resume": ""},
    "le même NEQ sous un autre nom": {
        "cle": 2,
        "organisme": 2,
        "nom": "MFV",
        "titre": "Jardins",
        "resume": "",
    },
    "un seul jour commun, au début": {"cle": 2, "debut": date(2025, 4, 1), "fin": DEBUT},
    "un seul jour commun, à la fin": {"cle": 2, "debut": FIN, "fin": date(2029, 3, 31)},
    "une période dans la mienne": {"cle": 2, "debut": date(2027, 1, 1), "fin": date(2027, 6, 30)},
    "une période qui contient la mienne": {"cle": 2, "debut": date(2024, 4, 1), "fin": date(2029, 3, 31)},
    "sans NEQ, le même nom": {"cle": 2, "organisme": 2, "neq": "", "titre": "Jardins", "resume": ""},
    "sans NEQ, le même nom sans ses majuscules": {
        **{
            "cle": 2,
            "organisme": 2,
            "neq": "",
            "nom": "MAISON  DE LA FAMILLE",
            "titre": "Jardins",
            "resume": "",
        }
    },
    "un autre organisme, le même titre": AILLEURS,
    "le titre en majuscules": AILLEURS | {"titre": "CUISINES DE RANG"},
    "le titre au singulier": AILLEURS | {"titre": "Cuisine de rang"},
    "le titre à l’envers": AILLEURS | {"titre": "De rang : les cuisines"},
    "un mot de plus": AILLEURS | {"titre": "Cuisines de rang mobiles"},
    "une phase de plus": AILLEURS | {"titre": "Cuisines de rang, phase 2"},
    "un mot passe-partout de plus": AILLEURS | {"titre": "Projet « Cuisines de rang »"},
    "le même résumé sous un autre titre": AILLEURS | {"titre": "À table!", "resume": RESUME},
    "le même résumé sans ses accents": AILLEURS
    | {"titre": "À table!", "resume": RESUME.replace("é", "e").replace("à", "a")},
    "le résumé à peine récrit": AILLEURS
    | {"titre": "À table!", "resume": RESUME.replace("cinq villages", "six villages")},
}


def trouves(mien, *autres):
    return voisins_des([mien], autres)[mien.cle]


def test_vingt_doubles_sont_plantes():
    assert len(PLANTES) == 20


@pytest.mark.parametrize("champs", PLANTES.values(), ids=PLANTES)
def test_chaque_double_plante_se_trouve(champs):
    [voisin] = trouves(LE_MIEN, dossier(**champs))
    assert voisin.meme_organisme or voisin.meme_objet


@pytest.mark.parametrize("champs", PLANTES.values(), ids=PLANTES)
def test_le_meme_objet_se_repere_au_texte_seul(champs):
    autre = dossier(**champs)
    [voisin] = trouves(LE_MIEN, autre)
    reperes = memes_objets([LE_MIEN], [(autre.cle, autre.titre, autre.resume)])
    assert [*reperes] == [autre.cle] * voisin.meme_objet


@pytest.mark.parametrize(
    "champs",
    [
        {"cle": 1},
        {"cle": 2, "debut": date(2024, 4, 1), "fin": date(2026, 8, 31)},
        {"cle": 2, "debut": date(2028, 4, 1), "fin": date(2029, 3, 31)},
        AILLEURS | {"titre": "Cuisines collectives"},
        AILLEURS | {"titre": "Projet"},
        AILLEURS | {"titre": ""},
        AILLEURS | {"titre": "Jardins", "resume": "Des familles cuisinent."},
        {"cle": 2, "organisme": 2, "neq": "", "nom": "Maison des familles", "titre": "Jardins", "resume": ""},
    ],
    ids=[
        "elle-même",
        "avant",
        "après",
        "un mot sur deux",
        "passe-partout",
        "vide",
        "résumé court",
        "autre nom",
    ],
)
def test_ce_qui_n_est_pas_un_double_ne_se_montre_pas(champs):
    assert trouves(LE_MIEN, dossier(**champs)) == []


def test_parmi_270_dossiers_ordinaires_aucun_ne_se_prend_pour_un_autre():
    """Neuf verbes, six objets, cinq lieux : chaque titre ne ressemble qu'à ses plus proches parents."""
    lieux = ("à Amqui", "à Matane", "en famille", "au village", "à l’école")
    objets = ("repas", "jardins", "transport", "logement", "lecture", "emploi")
    verbes = ("Partager", "Livrer", "Cultiver", "Apprendre", "Bâtir", "Réparer", "Prêter", "Visiter", "Fêter")
    titres = [f"{verbe} {objet} {lieu}" for verbe in verbes for objet in objets for lieu in lieux]
    foule = [
        dossier(cle=n, organisme=n, neq=f"114000{n:04d}", nom=f"Organisme {n}", titre=titre, resume=titre)
        for n, titre in enumerate(titres, start=1)
    ]
    par_dossier = voisins_des(foule, foule)
    assert max(map(len, par_dossier.values())) == 0
