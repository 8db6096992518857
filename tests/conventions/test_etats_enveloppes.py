"""`docs/etats.md` dit vrai des enveloppes : mêmes gestes, mêmes droits, mêmes états."""

import re

from django.conf import settings

from conventions.models import (
    DemandeAnnulation,
    Depense,
    Ecriture,
    Enveloppe,
    Remise,
    Repartition,
    Report,
    Transfert,
    clotures,
)
from conventions.models.arbres import GestesDeLArbre
from conventions.models.journal import GESTES
from conventions.models.roles import ROLES

OBJETS = {
    m.__name__: m
    for m in (DemandeAnnulation, Depense, Ecriture, Enveloppe, Remise, Repartition, Report, Transfert)
}
DROITS_D_ICI = {
    "dresser-arbre",
    "repartir",
    "adopter-repartition",
    "demander-transfert",
    "approuver-transfert",
    "refuser-transfert",
    "retirer-transfert",
    "preparer-report",
    "adopter-report",
    "clore-exercice",
    "demander-annulation",
    "approuver-annulation",
    "rouvrir-exercice",
    "depenser",
    "contrepasser-depense",
    "remettre",
    "recevoir-remise",
    "contrepasser-remise",
}
# Ils servent les gestes; ils n’en sont pas.
OUTILS = {"racine", "homologue", "etage", "place", "passer", "verrouiller"}


def lignes():
    page = (settings.RACINE / "docs/etats.md").read_text(encoding="utf-8").split("## Les enveloppes")[1]
    for ligne in page.split("\n## ")[0].splitlines():
        cellules = [re.sub("`", "", cellule.strip()) for cellule in ligne.strip("|").split("|")]
        if ligne.startswith("| `"):
            yield cellules


def test_chaque_geste_de_la_page_existe_avec_son_droit_et_ses_etats():
    for objet, _, geste, droit, arrivee, _ in lignes():
        porteur = OBJETS.get(objet, clotures)
        assert callable(getattr(porteur, geste)), (objet, geste)
        assert droit == "–" or droit in ROLES
        if objet in ("DemandeAnnulation", "Repartition", "Report", "Transfert"):
            assert arrivee in OBJETS[objet].Etat.values


def test_chaque_geste_du_code_est_dans_la_page_et_au_journal():
    ecrits = {(objet, geste) for objet, _, geste, *_ in lignes()}
    assert {droit for *_, droit, _, _ in lignes()} - {"–"} == DROITS_D_ICI
    assert set(GESTES) >= DROITS_D_ICI
    publics = {nom for nom in vars(GestesDeLArbre) if not nom.startswith(("_", "empechements"))}
    assert publics - OUTILS == {geste for objet, geste in ecrits if objet == "Enveloppe"}
