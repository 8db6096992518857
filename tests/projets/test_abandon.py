"""Un brouillon qu'on abandonne : ce qu'il libère, ce qu'il laisse, et qui le peut."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from projets.forms.demandes import CommencerForm
from projets.models import Initiative, JournalProjets
from projets.permissions import peut
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def brouillon(cadre, agente, equipe):
    fabriques.version_approuvee(cadre.bsl)
    organisme = fabriques.Organisme.objects.get(neq=p.NEQ)
    return p.demande(p.appel_ouvert(cadre.bsl, par=agente), organisme, equipe[0])


def test_un_brouillon_s_abandonne_et_son_journal_le_garde(brouillon, equipe):
    redige, _ = equipe
    assert brouillon.abandonner(par=redige).etat == "retiree"
    assert JournalProjets.objects.filter(
        initiative=brouillon, geste="abandonner-brouillon", par=redige
    ).exists()
    with pytest.raises(TransitionInterdite, match="plus un brouillon"):
        brouillon.abandonner(par=redige)


def test_abandonne_il_ne_s_ecrit_ni_ne_se_depose_mais_il_se_reprend(brouillon, equipe):
    redige, engage = equipe
    p.remplir(brouillon)
    abandonne = p.relire(brouillon).abandonner(par=redige)
    with pytest.raises(TransitionInterdite):
        abandonne.enregistrer_partie("projet", par=redige, revision=1, ecrire=lambda i: None)
    with pytest.raises(TransitionInterdite):
        abandonne.deposer(par=engage)
    assert abandonne.se_reprend
    siens = fabriques.Organisme.objects.filter(pk=abandonne.organisme_id)
    assert abandonne in CommencerForm(organismes=siens).fields["reprise_de"].queryset
    neuf = Initiative.commencer(abandonne.appel, abandonne.organisme, par=redige, reprise_de=abandonne)
    assert neuf.titre == abandonne.titre != ""


def test_une_autre_membre_n_abandonne_pas_le_brouillon_qu_elle_n_a_pas_commence(brouillon, equipe, client_de):
    redige, engage = equipe
    autre = fabriques.personne("porteur", brouillon.organisme)
    with pytest.raises(TransitionInterdite, match="qui a commencé ce brouillon"):
        brouillon.abandonner(par=autre)
    url, demande = (reverse(f"projets:{nom}", args=[brouillon.pk]) for nom in ("abandon", "demande"))
    assert url not in client_de(autre).get(demande).text
    client_de(autre).post(url)
    assert p.relire(brouillon).etat == "brouillon"
    assert brouillon.abandonner(par=engage).etat == "retiree"


def test_une_demande_deposee_se_retire_et_ne_s_abandonne_pas(cadre, brouillon, equipe):
    redige, engage = equipe
    prete = p.demande_prete(brouillon.appel, brouillon.organisme, redige)
    with pytest.raises(TransitionInterdite, match="se retire"):
        prete.deposer(par=engage).abandonner(par=redige)


def test_la_table_ne_voit_pas_un_brouillon_abandonne(brouillon, equipe, agente, lectrice, etrangere):
    brouillon.abandonner(par=equipe[0])
    assert list(Initiative.objects.visibles_par(equipe[1])) == [brouillon]
    for personne in (agente, lectrice, etrangere):
        assert not Initiative.objects.visibles_par(personne).exists()
        assert peut(personne, "abandonner-brouillon", brouillon) is not None


def test_la_page_previent_de_ce_qui_reste_puis_mene_a_la_liste(brouillon, equipe, client_de):
    client, url = client_de(equipe[0]), reverse("projets:abandon", args=[brouillon.pk])
    taches = client.get(reverse("projets:demande", args=[brouillon.pk])).content.decode()
    assert url in taches
    page = client.get(url)
    assert_html_accessible(page)
    assert "reste lisible à votre organisme" in page.content.decode()
    liste = client.post(url, follow=True).content.decode()
    assert "Le brouillon est abandonné." in liste
    assert "Retirée" in liste
    lue = client.get(reverse("projets:initiative", args=[brouillon.pk]))
    assert_html_accessible(lue)
    assert "Brouillon abandonné par" in lue.content.decode()
    assert client.post(url, follow=True).redirect_chain[-1][0] == reverse(
        "projets:initiative", args=[brouillon.pk]
    )


def test_seul_un_brouillon_sort_sans_avoir_ete_depose(brouillon):
    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.filter(pk=brouillon.pk).update(etat="deposee", etat_annonce="deposee")


def test_son_organisme_lit_qu_il_est_abandonne_et_non_retire(brouillon, equipe, client_de):
    brouillon.abandonner(par=equipe[0])
    page = client_de(equipe[0]).get(reverse("projets:initiative", args=[brouillon.pk])).text
    assert "Le brouillon est abandonné" in page
    assert "Votre organisme l’a retirée" not in page
