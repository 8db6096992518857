"""Une lecture n’écrit rien : on le demande à la base, sur un poste et dans les essais.

Quatre exceptions, toutes de plomberie : la séance (elle se prolonge, allauth y range l’étape en cours), la
liste des séances ouvertes, le retour du fournisseur d’identité, qu’OpenID Connect fait en GET, et les codes de
secours, dont allauth note qu’ils ont été montrés. Une vue `toujours_defaite` défait elle-même tout ce qu’elle écrit.
"""

import re
from contextlib import ExitStack

from django.db import connections
from django.urls import Resolver404, resolve

TABLES_PERMISES = ("django_session", "usersessions_usersession")
VUES_PERMISES = ("openid_connect_callback", "mfa_view_recovery_codes", "mfa_download_recovery_codes")

LECTURE = re.compile(
    r"[\s(]*(SELECT|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|SHOW|EXPLAIN|DECLARE|FETCH|CLOSE|WITH)\b",
    re.I,
)
ECRITURE_SOUS_WITH = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+[\"\w]", re.I)
CIBLE = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)\"?", re.I)


class EcriturePendantUneLecture(Exception):
    """Une requête GET ou HEAD a tenté d’écrire dans la base."""


def ecrit(sql):
    """Dit si une instruction SQL écrit ailleurs que dans les tables permises."""
    if LECTURE.match(sql):
        return sql.lstrip(" \t\r\n(")[:4].upper() == "WITH" and bool(ECRITURE_SOUS_WITH.search(sql))
    cible = CIBLE.match(sql)
    return not (cible and cible[1] in TABLES_PERMISES)


def refuser_d_ecrire(execute, sql, params, many, context):
    """Enveloppe d’exécution de Django : lève `EcriturePendantUneLecture` au lieu d’écrire."""
    if ecrit(str(sql)):
        raise EcriturePendantUneLecture(f"Une lecture a tenté d’écrire : {str(sql)[:200]}")
    return execute(sql, params, many, context)


class LectureSeuleMiddleware:
    """Entoure chaque requête GET ou HEAD de l’enveloppe ci-dessus, sur toutes les connexions."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or est_permise(request.path_info):
            return self.get_response(request)
        with ExitStack() as pile:
            for connexion in connections.all():
                pile.enter_context(connexion.execute_wrapper(refuser_d_ecrire))
            return self.get_response(request)


def est_permise(chemin):
    """Dit si l’adresse est celle d’une vue qui a le droit d’écrire en lecture."""
    try:
        vue = resolve(chemin)
    except Resolver404:
        return False
    return vue.url_name in VUES_PERMISES or getattr(vue.func, "toujours_defaite", False)
