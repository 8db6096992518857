"""Noter au téléphone : ce qui est tapé survit à la page quittée, et s'oublie une fois enregistré."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from alliances.models import Alliance
from projets.models import NoteCritere
from projets.models.evaluations import declarer
from projets.models.jugements import Critere, juger
from tests import fabriques
from tests.navigateur.fenetres import DEBORDE, TELEPHONE
from tests.navigateur.test_demande import gardes
from tests.projets import fabriques as p

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def a_noter(transactional_db):
    fabriques.distribution()
    bsl = Alliance.objects.get(slug="bas-saint-laurent")
    agente = fabriques.personne("coordination", bsl)
    fabriques.version_approuvee(bsl)
    appel, organisme = p.appel_ouvert(bsl, par=agente), p.organisme(bsl)
    redige, engage = p.equipe(organisme)
    deposee = p.demande_prete(appel, organisme, redige).deposer(par=engage)
    p.fermer(appel)
    for rang, nom in enumerate(("Le besoin", "Le réalisme")):
        appel.criteres.create(rang=rang, nom=nom, poids=50)
    return juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere})


def test_des_notes_quittees_sans_enregistrer_se_retrouvent(a_noter, fenetres):
    membre = fabriques.personne("evaluation", a_noter.etapes.last().instance)
    declarer(a_noter, par=membre, conflit=False)
    page, avertie = fenetres.deja_connectee(membre), []
    page.set_viewport_size(TELEPHONE)
    page.on("dialog", lambda d: (avertie.append(d.type), d.accept()))
    notes = reverse("projets:notation", args=[a_noter.pk])
    premier, second = a_noter.appel.criteres.all()
    page.goto(notes)
    assert page.evaluate(DEBORDE) <= 0
    page.locator(f"[name=niveau_{premier.pk}][value='3']").check()
    page.locator(f"[name=commentaire_{premier.pk}]").fill("Très parlant.")
    page.goto(reverse("projets:dossiers"))
    assert avertie == ["beforeunload"]
    page.goto(notes)
    expect(page.locator("[data-brouillon-rendu]")).to_be_visible()
    expect(page.locator(f"[name=niveau_{premier.pk}][value='3']")).to_be_checked()
    with page.expect_navigation():
        page.locator(f"button[name=ici][value='{premier.pk}']").click()
    expect(page.locator(f"#critere-{premier.pk}")).to_contain_text("Noté 3 sur 4")
    assert gardes(page) == []
    assert NoteCritere.objects.get().commentaire == "Très parlant."
    assert avertie == ["beforeunload"]
