"""Traces techniques en JSON, une par ligne, sans adresse de courriel (à ne pas confondre avec le journal)."""

import json
import logging
import re
from datetime import UTC, datetime

COURRIEL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def sans_courriel(texte):
    """Remplace chaque adresse de courriel par « [courriel] »."""
    return COURRIEL.sub("[courriel]", texte)


class FormatJson(logging.Formatter):
    """Écrit l’heure (UTC), le niveau, l’origine, le message et, s’il y a lieu, l’exception."""

    def format(self, record):
        trace = {
            "heure": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "origine": record.name,
            "message": sans_courriel(record.getMessage()),
        }
        if code := getattr(record, "status_code", None):
            trace["code"] = code
        if record.exc_info:
            trace["exception"] = sans_courriel(self.formatException(record.exc_info))
        return json.dumps(trace, ensure_ascii=False)
