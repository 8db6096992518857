import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
CAS = [
    ("pilotage:accueil", "-", "coordination"),
    ("alliances:fiche", "alliance", "signature"),
    ("conventions:echeance", "versement/2", "direction_dgsq"),
    ("plans:approbation", "avisee", "approbation"),
    ("conventions:remise", "remise", "fin_territoire"),
    ("plans:carte", "modification/locale", "coordination"),
    ("plans:tableau", "a_corriger", "coordination"),
    ("conventions:liste_versements", "-", "territoire"),
    ("plans:liste", "-", "coordination"),
]


@pytest.mark.parametrize("nom,objet,role", CAS)
def test_x(situation, nom, objet, role):
    c = situation.client(role)
    a = situation.adresse(nom, objet)
    with CaptureQueriesContext(connection) as q:
        r = c.get(a)
    print("=====", nom, role, r.status_code, len(q))
    for x in q.captured_queries:
        s = x["sql"]
        t = re.findall(r'FROM "(\w+)"', s)
        w = s[s.find("WHERE") :][:110]
        print(
            "  ",
            t[0] if t else s[:60],
            "| SELECT",
            re.sub(r'"\w+"\."', '"', s[7:60]).replace('"', ""),
            "|",
            re.sub(r'"\w+"\."', '"', w).replace('"', ""),
        )
