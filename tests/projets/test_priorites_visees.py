"""Un appel vise quelques priorités du plan en vigueur, ou toutes; une demande ne répond qu'à celles-là."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliances.plans.models import VersionPlan
from projets.models import AppelProjets, Initiative
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_fautes import approuver_la_suite

pytestmark = pytest.mark.django_db
AUTRES = ("Se déplacer en rang", "Se loger sans peur")


@partagee
def priorites(cadre, agente):
    """Les trois du plan en vigueur."""

    def ajouter(suite):
        for titre in AUTRES:
            fabriques.ajouter_priorite(suite, agente, titre=titre)

    suite = approuver_la_suite(fabriques.version_approuvee(cadre.bsl), agente, ajouter)
    return list(suite.priorites.order_by("titre"))


@partagee
def pret(cadre, agente, priorites):
    return p.appel_en_preparation(cadre.bsl, agente)


def viser(appel, par, *priorites):
    return appel.enregistrer(par=par, revision=appel.revision, champs={}, priorites=priorites)


def relu(appel):
    return AppelProjets.objects.get(pk=appel.pk)


def titres(appel):
    return sorted(priorite.titre for priorite in appel.priorites_servies())


def changer_le_plan(agente, changer):
    approuver_la_suite(VersionPlan.objects.get(etat="approuvee"), agente, changer)


def test_un_appel_qui_n_en_vise_aucune_les_sert_toutes(pret, priorites):
    assert titres(pret) == [priorite.titre for priorite in priorites]


def test_la_coordination_les_coche_et_chacun_ne_lit_que_celles_la(
    cadre, pret, priorites, agente, lectrice, client_de
):
    """Le formulaire, la page de la Table, la page publique et la demande disent les mêmes."""
    client, modification = client_de(agente), reverse("projets:appel_modification", args=[pret.pk])
    form = client.get(modification).context["form"]
    assert "Aucune cochée" in form.fields["priorites"].help_text
    saisie = {nom: "" if (valeur := form[nom].value()) is None else valeur for nom in form.fields}
    saisie |= {
        nom: f"{timezone.localtime(getattr(pret, nom)):%Y-%m-%d %H h %M}" for nom in ("ouvre_le", "ferme_le")
    }
    visees = {"priorites": [priorites[0].pk]}
    assert client.post(modification, saisie | visees).status_code == 302
    assert titres(relu(pret)) == ["Se déplacer en rang"]
    de_la_table = client_de(lectrice).get(reverse("projets:appel", args=[pret.pk])).text
    assert "Se déplacer en rang" in de_la_table
    assert "Se loger sans peur" not in de_la_table

    pret = relu(pret)
    pret.mettre_en_commun(
        par=agente, revision=pret.revision, montants={p.enveloppes(cadre.bsl)["La Matapédia"]: 1_000}
    )
    relu(pret).publier(par=agente)
    publique = Client().get(reverse("projets:appel_public", args=[pret.pk])).text
    assert "Se déplacer en rang" in publique
    assert "Se loger sans peur" not in publique


def test_une_demande_ne_repond_pas_a_une_priorite_que_l_appel_ne_vise_pas(
    cadre, pret, priorites, agente, client_de
):
    visant = viser(pret, agente, priorites[1])
    enveloppe = p.enveloppes(cadre.bsl)["La Matapédia"]
    visant = visant.mettre_en_commun(par=agente, revision=visant.revision, montants={enveloppe: 1_000})
    organisme = p.organisme(cadre.bsl)
    redige, _ = p.equipe(organisme)
    demande = Initiative.commencer(visant.publier(par=agente), organisme, par=redige)
    partie = reverse("projets:partie", args=[demande.pk, "priorites"])
    envoi = {"revision": 0, "priorites": [priorites[2].pk], "lien": "Elle loge."}
    page = client_de(redige).post(partie, envoi)
    assert page.status_code == 200
    assert page.context["form"].errors["priorites"]
    assert not demande.priorites.exists()


def test_une_priorite_d_une_autre_alliance_est_refusee_par_le_modele(cadre, pret, agente):
    ailleurs = fabriques.version_approuvee(cadre.lanaudiere).priorites.first()
    with pytest.raises(TransitionInterdite, match="n’est pas une priorité du plan en vigueur"):
        viser(pret, agente, ailleurs)
    assert not pret.priorites.exists()


def test_la_version_suivante_du_plan_garde_les_visees_par_leur_cle(pret, priorites, agente, client_de):
    viser(pret, agente, priorites[0], priorites[1])
    changer_le_plan(agente, lambda suite: suite.priorites.get(cle=priorites[0].cle).supprimer(par=agente))
    assert titres(relu(pret)) == [priorites[1].titre]
    page = client_de(agente).get(reverse("projets:appel_modification", args=[pret.pk]))
    assert [choisie.cle for choisie in page.context["form"].initial["priorites"]] == [priorites[1].cle]


def test_si_le_plan_n_en_garde_aucune_l_appel_les_sert_toutes(pret, priorites, agente):
    viser(pret, agente, priorites[0])
    changer_le_plan(agente, lambda suite: suite.priorites.get(cle=priorites[0].cle).supprimer(par=agente))
    assert titres(relu(pret)) == [priorite.titre for priorite in priorites[1:]]


def test_la_copie_vise_ce_que_le_plan_garde(pret, priorites, agente):
    viser(pret, agente, priorites[0], priorites[1])
    changer_le_plan(agente, lambda suite: suite.priorites.get(cle=priorites[0].cle).supprimer(par=agente))
    copie = relu(pret).copier(par=agente, titre="Appel de l’an prochain")
    assert [visee.cle for visee in copie.priorites.all()] == [priorites[1].cle]
    assert copie.priorites.get().version.etat == "approuvee"
