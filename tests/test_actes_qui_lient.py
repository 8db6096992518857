"""Le tableau des actes qui lient dit ce que fait le code : mêmes rôles, et ce qui compte les personnes existe."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from alliances.models import Role
from alliances.models.roles import CONFIRMENT, QUI_LIENT
from alliances.permissions import Gestion
from conventions.models import gardiens
from pilotage.actes import ACTES, en_markdown
from projets.models import roles as initiatives

TABLES = {
    piece: import_module(chemin).ROLES
    for piece, chemin in (
        ("plans", "alliances.plans.models.roles"),
        ("conventions", "conventions.models.roles"),
    )
} | {"projets": initiatives.ROLES | initiatives.MEME_QUALITE}
# Tenus par un rôle qui lie, ils n'engagent rien : ils écrivent, joignent, demandent, retournent ou arrêtent.
SANS_LIER = {
    *(
        "rediger",
        "lire-les-notes",
        "corriger-appel",
        "prolonger-appel",
        "retirer-appel",
        "joindre",
        "retirer-piece",
    ),
    *("commencer", "abandonner-brouillon", "retirer-demande"),
    *("refuser-protocole", "suspendre-protocole", "lever-suspension"),
    "refuser-rapport",
    *("ecrire-note", "demander-changement", "repondre-changement"),
    *("proposer-rectificatif", "ecarter-rectificatif"),
    "refuser-avenant-protocole",
    *("engager", "appliquer-avenant-protocole"),  # la suite de la dernière signature, qui est l'acte
    *("rouvrir", "retirer", "controler", "demander-correction", "retourner", "observer"),
    *("confier", "transmettre", "reprendre", "joindre", "repartir", "dresser-arbre", "demander-transfert"),
    *("refuser-transfert", "retirer-transfert", "suspendre", "recevoir-remise"),
    *(
        "preparer-report",
        "demander-annulation",
        "annuler-recuperation",
        "annuler-confirmation",
        "rouvrir-exercice",
    ),
}


def contraintes():
    for modele in apps.get_models():
        yield from (contrainte.name for contrainte in modele._meta.constraints)


CONTRAINTES = set(contraintes())


@pytest.mark.parametrize("acte", [a for a in ACTES if a.piece in TABLES], ids=lambda a: a.geste)
def test_chaque_acte_revient_aux_roles_de_la_table_de_sa_piece(acte):
    assert set(acte.roles) == set(TABLES[acte.piece][acte.geste])


def test_qui_confie_et_qui_confirme_ce_qui_lie_sont_ceux_des_permissions():
    confie, confirme = (a for a in ACTES if a.piece == "alliances" and a.geste.endswith("ce-qui-lie"))
    assert set(confirme.roles) == {role for roles in CONFIRMENT.values() for role in roles}
    assert set(CONFIRMENT) == QUI_LIENT
    rien = dict.fromkeys(("alliances", "territoires", "regions", "sans_coordination"), frozenset())
    gestions = {
        Role.COORDINATION: Gestion(False, False, **rien | {"alliances": {1}, "territoires": {1}}),
        Role.APPROBATION: Gestion(False, True, **rien),
        Role.ADMINISTRATION: Gestion(True, False, **rien),
        Role.DIRECTION_DGSQ: Gestion(False, False, **rien | {"regions": {1}, "sans_coordination": {1}}),
    }
    assert set(confie.roles) == {role for role, gestion in gestions.items() if QUI_LIENT & set(gestion.roles)}


@pytest.mark.parametrize("piece", TABLES)
def test_aucun_acte_d_un_role_qui_lie_ne_manque(piece):
    connus = {a.geste for a in ACTES} | SANS_LIER
    manquants = {g for g, roles in TABLES[piece].items() if QUI_LIENT & set(roles)} - connus
    assert manquants == set(), "à inscrire dans pilotage/actes/"


@pytest.mark.parametrize("acte", ACTES, ids=lambda a: a.geste)
def test_ce_qui_tient_chaque_acte_existe(acte):
    for nom in acte.tenu_par:
        if "." in nom:
            classe, _, methode = nom.rpartition(".")
            assert callable(getattr(import_string(classe), methode)), nom
        else:
            assert nom in CONTRAINTES or hasattr(gardiens, nom), nom


def test_ce_qui_demande_plusieurs_personnes_n_est_pas_tenu_que_par_une_permission():
    """Deux ou trois personnes : une contrainte, un déclencheur, ou des empêchements qui nomment la personne."""
    for acte in (a for a in ACTES if a.personnes > 1):
        assert any(nom.endswith("_par") or "." not in nom for nom in acte.tenu_par), acte.nom


def test_le_document_et_l_aide_disent_le_meme_tableau(client, db):
    document = (Path(settings.RACINE) / "docs/actes_qui_lient.md").read_text(encoding="utf-8")
    assert en_markdown() in document
    page = client.get("/aide/").content.decode()
    for acte in ACTES:
        assert f'<th scope="row" role="rowheader">{acte.nom}</th>' in page
