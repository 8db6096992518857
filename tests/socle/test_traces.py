"""Les traces techniques sont du JSON, sans adresse de courriel."""

import json
import logging
import sys

from socle.service.traces import FormatJson, sans_courriel


def trace(message, *args, exc_info=None):
    return json.loads(
        FormatJson().format(logging.LogRecord("essai", logging.ERROR, __file__, 1, message, args, exc_info))
    )


def test_une_trace_est_une_ligne_de_json():
    lue = trace("Refus de %s", "la base")
    assert (lue["niveau"], lue["origine"], lue["message"]) == ("ERROR", "essai", "Refus de la base")
    assert lue["heure"].endswith("+00:00")


def test_les_courriels_sont_effaces_du_message_et_de_l_exception():
    try:
        raise ValueError("compte une.personne+x@mrc.qc.ca inconnu")
    except ValueError:
        lue = trace("Échec pour %s", "autre@alliances.example", exc_info=sys.exc_info())
    assert "@" not in lue["message"]
    assert "[courriel]" in lue["exception"]
    assert "mrc.qc.ca" not in lue["exception"]


def test_un_texte_sans_courriel_ne_change_pas():
    assert sans_courriel("à 12 h, 3 @ 4") == "à 12 h, 3 @ 4"
