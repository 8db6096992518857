"""Les points 3 et 8 du canevas : plusieurs thématiques, les liens avec le territoire, un indicateur qui se décrit."""

import pytest
from django.urls import reverse

from alliances.plans.comparaison import comparer
from alliances.plans.impression import html_du_plan, lisible
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cadre):
    return fabriques.plan_pret(cadre.bsl)


def carte(version, element):
    return reverse("plans:carte", args=[version.pk, element.objet, element.cle])


def test_une_priorite_touche_plusieurs_thematiques_et_dit_ses_liens(version, agente, client_de):
    priorite, client = version.priorites.get(), client_de(agente)
    premiere, deuxieme, *_ = version.plan.alliance.cycle.thematiques.all()
    avant = version.contenu()
    assert_html_accessible(client.get(carte(version, priorite)))
    saisie = {
        "revision": priorite.revision,
        "titre": priorite.titre,
        "palier": "regional",
        "tous": "on",
        "thematique": premiere.pk,
        "autres_thematiques": [premiere.pk, deuxieme.pk],
        "liens": "<p>La priorité reprend l’axe alimentaire de la région.</p>",
        "raison": priorite.raison,
        "changement": priorite.changement,
        "articulation": priorite.articulation,
        "personnes_visees": "1600",
    }
    assert client.post(carte(version, priorite), saisie).status_code == 302
    contenu = fabriques.relire(version).contenu()
    lue = contenu["priorites"][0]
    assert (lue["thematique"], lue["autres_thematiques"]) == (premiere.code, [deuxieme.code])
    imprime = html_du_plan(contenu, empreinte="0" * 64, brouillon=True)
    for mot in (deuxieme.nom, "l’axe alimentaire de la région"):
        assert mot in imprime
    libelles = {champ.libelle for e in _touches(comparer(avant, contenu)) for champ in e.champs}
    assert {"Autres thématiques touchées", "Liens avec les priorités du territoire"} <= libelles


def _touches(comparaison):
    return [element for groupe in comparaison.groupes for element in groupe.touches]


def test_un_indicateur_qui_se_decrit_n_a_pas_de_nombre(version, agente, client_de):
    indicateur = version.priorites.get().objectifs.get().moyens.get().indicateurs.first()
    client, adresse = client_de(agente), carte(version, indicateur)
    assert_html_accessible(client.get(adresse))
    saisie = {
        "revision": indicateur.revision,
        "nom": "Dignité de l’accueil",
        "nature": "qualitatif",
        "cible_decrite": "Les personnes disent choisir leurs aliments.",
        "echeance": "2028-03-31",
    }
    refusee = client.post(adresse, saisie | {"cible": "12"})
    assert "n’a ni unité ni valeur" in refusee.text
    assert client.post(adresse, saisie).status_code == 302
    contenu = fabriques.relire(version).contenu()
    assert "choisir leurs aliments" in html_du_plan(contenu, empreinte="0" * 64, brouillon=True)
    assert not [
        c for c in lisible(contenu)["priorites"][0]["objectifs"][0]["moyens"][0]["indicateurs"] if c["cible"]
    ]


def test_une_cible_negative_est_refusee_a_la_saisie(version, agente, client_de):
    indicateur = version.priorites.get().objectifs.get().moyens.get().indicateurs.first()
    saisie = {"revision": indicateur.revision, "nom": "Personnes", "unite": "personnes", "cible": "-5"}
    reponse = client_de(agente).post(carte(version, indicateur), saisie)
    assert "ne peuvent pas être négatives" in reponse.text
    indicateur.refresh_from_db()
    assert indicateur.cible >= 0


def test_une_modification_reprend_les_thematiques_et_les_liens(cadre, agente):
    version = fabriques.version_approuvee(cadre.bsl)
    priorite, autre = version.priorites.get(), cadre.cycle.thematiques.last()
    priorite.autres_thematiques.add(autre)
    suivante = version.ouvrir_modification(par=agente, motif="Le transport")
    assert list(suivante.priorites.get().autres_thematiques.all()) == [autre]
