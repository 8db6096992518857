"""Un indicateur suit un moyen, un objectif ou une priorité (point 8 du canevas) : tout le reste le suit."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliances.plans.comparaison import comparer, resume
from alliances.plans.forms.examen import cibles
from alliances.plans.impression import html_du_plan
from alliances.plans.models import IndicateurPlan
from alliances.plans.regles import constats
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
SAISIE = {"unite": "personnes", "depart": "0", "cible": "80", "echeance": "2028-03-31"}


@pytest.fixture
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


@pytest.fixture
def porteurs(version):
    priorite = version.priorites.get()
    objectif = priorite.objectifs.get()
    return {"priorite": priorite, "objectif": objectif, "moyen": objectif.moyens.get()}


def page(version, nom, element):
    return reverse(f"plans:{nom}", args=[version.pk, element.objet, element.cle])


def ajouter(client, version, porteurs):
    """Un indicateur à la priorité et un à l'objectif, par leur page."""
    for objet in ("priorite", "objectif"):
        adresse = page(version, "indicateur_ajout", porteurs[objet])
        assert_html_accessible(client.get(adresse))
        envoi = {"nom": f"De {objet}", "nature": "quantitatif"} | SAISIE
        assert client.post(adresse, envoi).status_code == 302
    return fabriques.relire(version)


def test_il_s_ajoute_depuis_la_page_de_la_priorite_ou_de_l_objectif(version, porteurs, agente, client_de):
    client = client_de(agente)
    arbre = client.get(reverse("plans:priorites", args=[version.pk])).text
    for objet in ("priorite", "objectif"):
        assert page(version, "indicateur_ajout", porteurs[objet]) in arbre
    priorite = ajouter(client, version, porteurs).contenu()["priorites"][0]
    (haut,), (milieu,) = priorite["indicateurs"], priorite["objectifs"][0]["indicateurs"]
    assert (haut["numero"], milieu["numero"]) == ("1.A", "1.1.A")
    arbre = client.get(reverse("plans:priorites", args=[version.pk]))
    assert_html_accessible(arbre)
    assert "De priorite" in arbre.text
    indicateur = IndicateurPlan.objects.get(nom="De objectif")
    assert_html_accessible(client.get(page(version, "carte", indicateur)))
    assert [objet for objet, _ in indicateur.lignee()] == ["indicateur", "objectif", "priorite", "section"]


def test_un_indicateur_a_un_porteur_et_un_seul(porteurs):
    indicateur = IndicateurPlan.objects.get()
    for porteur in ({"moyen": None}, {"priorite": porteurs["priorite"]}, {"objectif": porteurs["objectif"]}):
        with pytest.raises(IntegrityError, match="indicateur_un_seul_porteur"), transaction.atomic():
            IndicateurPlan.objects.filter(pk=indicateur.pk).update(**porteur)


def test_le_pdf_la_lecture_et_la_verification_le_montrent(version, porteurs, agente, client_de):
    client = client_de(agente)
    contenu = ajouter(client, version, porteurs).contenu()
    html = html_du_plan(contenu, empreinte="a" * 64, brouillon=True)
    assert html.count("De priorite") == html.count("De objectif") == 2  # sa fiche, et le tableau des cibles
    for nom in ("lecture", "verification"):
        reponse = client.get(reverse(f"plans:{nom}", args=[version.pk]))
        assert_html_accessible(reponse)
        assert "De priorite" in reponse.text, nom
        assert "De objectif" in reponse.text, nom
    assert "3 indicateurs" in client.get(reverse("plans:tableau", args=[version.pk])).text


def test_les_regles_le_jugent_et_il_suit_les_moyens_qu_il_porte(version, porteurs, agente, client_de):
    ajouter(client_de(agente), version, porteurs)
    IndicateurPlan.objects.filter(nom="De priorite").update(unite="")
    IndicateurPlan.objects.get(moyen__isnull=False).supprimer(par=agente)
    regles = [c.regle for c in constats(fabriques.relire(version).batir_contenu() | ENTETE)]
    assert regles.count("indicateur_incomplet") == 1
    assert "moyen_sans_indicateur" not in regles
    for indicateur in IndicateurPlan.objects.filter(moyen=None):
        indicateur.supprimer(par=agente)
    regles = [c.regle for c in constats(fabriques.relire(version).batir_contenu() | ENTETE)]
    assert "moyen_sans_indicateur" in regles


ENTETE = {"version": {}}


def test_la_comparaison_et_l_examen_le_nomment(version, porteurs, agente, client_de):
    avant = fabriques.relire(version).contenu()
    apres = ajouter(client_de(agente), version, porteurs).contenu()
    assert resume(comparer(avant, apres)).startswith("2 indicateurs ajoutés")
    libelles = [libelle for _, libelle in cibles(apres, None)]
    assert {"Indicateur 1.A – De priorite", "Indicateur 1.1.A – De objectif"} <= set(libelles)


def test_un_instantane_d_avant_se_lit_encore(version):
    contenu = fabriques.relire(version).batir_contenu() | fabriques.relire(version).contenu()
    avant = fabriques.relire(version).contenu()
    for priorite in contenu["priorites"]:
        del priorite["indicateurs"]
        for objectif in priorite["objectifs"]:
            del objectif["indicateurs"]
    html_du_plan(contenu, empreinte="a" * 64, brouillon=True)
    assert constats(contenu) == constats(avant)
    assert comparer(contenu, avant).identique


def test_il_se_double_se_supprime_et_se_retablit_avec_ce_qui_le_porte(version, porteurs, agente, client_de):
    version, client = ajouter(client_de(agente), version, porteurs), client_de(agente)
    porte = {"indicateurs": 3, "objectifs": 1, "moyens": 1}
    assert porteurs["priorite"].decompte_porte() == porte
    assert porteurs["priorite"].dupliquer(par=agente).decompte_porte() == porte
    porteurs["priorite"].supprimer(par=agente)
    indicateur = IndicateurPlan.objects.get(priorite=porteurs["priorite"])
    assert not indicateur.est_present()
    porteurs["priorite"].retablir(par=agente)
    indicateur.supprimer(par=agente)
    assert "De priorite" in client.get(reverse("plans:corbeille", args=[version.pk])).text
    indicateur.retablir(par=agente)
    assert indicateur.est_present()


def test_il_suit_a_la_version_suivante_avec_sa_cle(cadre, agente, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    IndicateurPlan(priorite=approuvee.priorites.get(), nom="De priorite").save()
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    copie, original = (v.indicateurs.get(nom="De priorite") for v in (suivante, approuvee))
    assert (copie.cle, copie.version, copie.priorite.version) == (original.cle, suivante, suivante)
