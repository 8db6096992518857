"""Chaque formulaire de la maison porte le jeton qui rend un double clic sans effet."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from alliances.plans.models import Priorite
from tests import fabriques

GABARITS = settings.RACINE / "templates"
FORMULAIRES = [
    gabarit
    for piece in ("plans", "alliances", "layout/geste.html", "layout/saisie.html")
    for gabarit in (
        [GABARITS / piece] if piece.endswith(".html") else sorted((GABARITS / piece).rglob("*.html"))
    )
    if "{% csrf_token %}" in gabarit.read_text()
]


@pytest.mark.parametrize("gabarit", FORMULAIRES, ids=lambda g: str(g.relative_to(GABARITS)))
def test_chaque_formulaire_porte_son_jeton(gabarit):
    texte = gabarit.read_text()
    assert texte.count("{% csrf_token %}") == len(re.findall(r"{% csrf_token %}\s*{% envoi_unique %}", texte))


@pytest.mark.django_db
def test_un_double_clic_n_ajoute_qu_une_priorite(cadre, agente, client_de):
    version, client = fabriques.plan_ouvert(cadre.bsl), client_de(agente)
    url = reverse("plans:priorite_ajout", args=[version.pk])
    jeton = re.search(r'name="jeton_d_envoi" value="([^"]+)"', client.get(url).content.decode())[1]
    envoi = {"titre": "Se loger", "palier": "regional", "jeton_d_envoi": jeton}
    lieux = {client.post(url, envoi)["Location"] for _ in range(2)}
    assert Priorite.objects.count() == len(lieux) == 1
