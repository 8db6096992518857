"""Les gardes des gestes : les `empechements_a_…` des modèles, et ce qui arrive quand chacune refuse."""

import inspect
import re
import sys
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from socle.erreurs import TransitionInterdite

PREFIXE = "empechements_a_"
REFUS = "Refusé pour l’essai."
MODELES = re.compile(r"(socle|alliances|alliances\.plans|conventions|projets|projets\.protocoles)\.models\.")
SANS_OBJET = {
    "Les avenants": "Avenant",
    "Les versements du Ministère": "EcheanceVersement",
    **dict.fromkeys(
        ("L’initiative", "L’argent réservé et la liste d’attente", "La révision d’une réponse"), "Initiative"
    ),
}


def gestes_de_la_page():
    """« Objet.geste » de chaque tableau de gestes de `docs/etats.md`."""
    partie, colonnes = "", []
    for ligne in (settings.RACINE / "docs/etats.md").read_text(encoding="utf-8").splitlines():
        cellules = [cellule.strip(" `") for cellule in ligne.strip("|").split("|")]
        if ligne.startswith("## "):
            partie = ligne.removeprefix("## ")
        elif ligne.startswith("| `"):
            lue = dict(zip(colonnes, cellules, strict=False))
            if "Geste" in lue:
                yield f"{lue.get('Objet') or SANS_OBJET[partie]}.{lue['Geste']}"
        elif ligne.startswith("| "):
            colonnes = cellules


def gardes():
    """{garde: ses porteurs} : la classe qui la définit, ou chaque module qui la nomme."""
    trouvees = {}
    for nom_de_module, module in list(sys.modules.items()):
        if not MODELES.match(nom_de_module):
            continue
        for nom, objet in vars(module).items():
            if nom.startswith(PREFIXE):
                trouvees.setdefault(f"{objet.__module__}.{nom}", []).append((module, nom))
            elif inspect.isclass(objet) and objet.__module__ == nom_de_module:
                for methode in vars(objet):
                    if methode.startswith(PREFIXE):
                        trouvees[f"{objet.__qualname__}.{methode}"] = [(objet, methode)]
    return trouvees


def _remplacer(pile, porteur, nom, double):
    """Pose `double(originale)` à la place d'une garde, sans changer sa sorte (méthode, de classe, statique)."""
    brute = vars(porteur)[nom]
    neuve = double(getattr(brute, "__func__", brute))
    sorte = type(brute) if isinstance(brute, classmethod | staticmethod) else None
    pile.enter_context(patch.object(porteur, nom, sorte(neuve) if sorte else neuve))


def gardes_demandees(geste):
    """Les gardes que ce geste demande vraiment; il se pose, puis tout est défait."""
    demandees = set()

    def espionner(cle):
        def double(originale):
            def garde(*args, **options):
                demandees.add(cle)
                return originale(*args, **options)

            return garde

        return double

    with ExitStack() as pile, transaction.atomic():
        for cle, porteurs in gardes().items():
            for porteur, nom in porteurs:
                _remplacer(pile, porteur, nom, espionner(cle))
        geste()
        transaction.set_rollback(True)
    return demandees


def assert_refuse_sans_rien_ecrire(geste, cle):
    """Cette garde refuse : le geste lève son refus, et la base ne reçoit aucune écriture."""
    with (
        ExitStack() as pile,
        CaptureQueriesContext(
            connection,
        ) as requetes,
    ):
        for porteur, nom in gardes()[cle]:
            _remplacer(pile, porteur, nom, lambda _: lambda *args, **options: [REFUS])
        with pytest.raises(TransitionInterdite, match=REFUS):
            geste()
    ecrites = [r["sql"] for r in requetes if re.match(r"(INSERT|UPDATE|DELETE)\b", r["sql"])]
    assert ecrites == [], f"{cle} refuse, mais le geste écrit"


def assert_garde(geste, nom, porteur):
    """Le geste demande au moins une garde, dont celle de son nom, et chacune suffit à l'arrêter."""
    demandees = gardes_demandees(geste)
    siennes = {cle for cle in gardes() if cle.endswith(f".{PREFIXE}{nom}") and _est_de(porteur, cle)}
    assert demandees, f"{nom} ne demande aucune garde"
    assert siennes <= demandees, f"{nom} ne demande pas {siennes - demandees}"
    for cle in demandees:
        assert_refuse_sans_rien_ecrire(geste, cle)


def _est_de(porteur, cle):
    """`porteur` : la classe du geste, ou le module de sa fonction."""
    if inspect.ismodule(porteur):
        return cle.startswith(f"{porteur.__name__}.")
    return any(classe.__qualname__ == cle.split(".")[0] for classe in getattr(porteur, "__mro__", ()))
