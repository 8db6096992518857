"""L'évaluation : un rôle tenu à une instance, qui n'ouvre rien du reste de l'Alliance."""

import pytest
from django.urls import reverse

from alliances.models import Alliance, InstanceGouvernance, JournalAlliance, Mandat, Organisme, Role
from alliances.models.changements import retirer
from alliances.plans.models import PlanAction, VersionPlan
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

LOU = {"courriel": "lou@exemple.test", "prenom": "Lou", "nom": "Bélanger"}


@pytest.fixture
def evaluatrice(cadre):
    return fabriques.personne(Role.EVALUATION, cadre.bsl.instances.get())


def test_elle_tient_son_role_sur_l_alliance_de_son_instance_seulement(cadre, evaluatrice):
    assert cadre.bsl.roles_de(evaluatrice) == {Role.EVALUATION}
    assert cadre.lanaudiere.roles_de(evaluatrice) == set()
    assert Mandat.objects.get(utilisateur=evaluatrice).portee == "Table régionale"


def test_elle_ne_voit_ni_alliance_ni_plan_ni_organisme_ni_journal(cadre, evaluatrice):
    fabriques.version_approuvee(cadre.bsl)
    for modele in (Alliance, PlanAction, VersionPlan, Organisme, JournalAlliance):
        assert not modele.objects.visibles_par(evaluatrice).exists(), modele
    assert [m.utilisateur for m in Mandat.objects.visibles_par(evaluatrice)] == [evaluatrice]


def test_son_accueil_le_dit_sans_rien_lui_promettre(evaluatrice, client_de):
    reponse = client_de(evaluatrice).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    page = texte(reponse)
    assert "Aucune initiative n’est soumise à votre instance" in page
    assert "Table régionale" in page
    assert adresse("liste") not in page
    assert adresse("organismes") not in page


def test_qui_tient_aussi_un_autre_role_garde_ce_que_l_autre_lui_ouvre(cadre, lectrice, client_de):
    fabriques.mandater(lectrice, Role.EVALUATION, instance_gouvernance=cadre.bsl.instances.get())
    assert list(Alliance.objects.visibles_par(lectrice)) == [cadre.bsl]
    page = texte(client_de(lectrice).get(reverse("pilotage:accueil")))
    assert "Aucune initiative n’est soumise" not in page
    assert adresse("liste") in page


def test_la_coordination_l_invite_a_une_instance_de_son_alliance(cadre, agente, client_de):
    instance, client = cadre.bsl.instances.get(), client_de(agente)
    page = texte(ouvrir(client, "invitation", "evaluation"))
    assert f"{instance} ({cadre.bsl})" in page
    assert str(cadre.lanaudiere) not in page
    reponse = envoyer(client, "invitation", "evaluation", **LOU, portee=instance.pk)
    assert reponse.status_code == 302
    mandat = Mandat.objects.get(role=Role.EVALUATION)
    assert (mandat.instance_gouvernance, mandat.est_en_vigueur()) == (instance, True)
    assert JournalAlliance.objects.get(geste="nommer").alliance == cadre.bsl
    assert "Lou Bélanger" in texte(ouvrir(client, "mandats"))


def test_une_instance_d_ailleurs_se_refuse(cadre, agente, etrangere, lectrice, client_de):
    ailleurs = cadre.lanaudiere.instances.get()
    reponse = envoyer(client_de(agente), "invitation", "evaluation", **LOU, portee=ailleurs.pk)
    assert reponse.status_code == 200
    assert not Mandat.objects.filter(role=Role.EVALUATION).exists()
    assert client_de(lectrice).get(adresse("invitation", "evaluation")).status_code == 403
    ouvrir(client_de(etrangere), "invitation", "evaluation")


def test_son_mandat_se_termine_et_retient_son_instance(cadre, agente, etrangere, client_de):
    comite = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité")
    fabriques.personne(Role.EVALUATION, comite)
    mandat = Mandat.objects.get(role=Role.EVALUATION)
    with pytest.raises(TransitionInterdite, match="sert encore ailleurs"):
        retirer(comite, par=agente)
    assert client_de(etrangere).get(adresse("mandat_fin", mandat.pk)).status_code == 404
    client_de(agente).post(adresse("mandat_fin", mandat.pk), {"motif": "Départ"})
    mandat.refresh_from_db()
    assert not mandat.est_en_vigueur()
