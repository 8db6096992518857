"""Nul ne se prononce sur son propre plan : qui a écrit, adopté, déposé ou donné l'avis × avis, décision."""

import pytest
from django.urls import reverse

from alliances.models import Mandat, Role
from alliances.models.releve import nommer
from alliances.plans.models import IndicateurPlan
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.plans.test_versions import ADOPTION, gens, photo, preparer_une_demande

__all__ = ["gens"]

ENGAGE = "Vous avez adopté ou déposé ce plan"
ECRIT = "Vous avez participé à la rédaction de ce plan"
AVISE = "Vous avez rendu l’avis"
AVIS = {"sens": "favorable", "texte": "Le plan répond au guide."}


def passer_a_l_etat(qui, alliance):
    """La personne quitte la Table; elle a maintenant un mandat de direction régionale et d'approbation."""
    Mandat.objects.filter(utilisateur=qui).update(debut=fabriques.DEBUT, fin=aujourd_hui())
    nommer(qui, Role.DIRECTION_DGSQ, par=None, region=alliance.regions.get())
    fabriques.mandater(qui, Role.APPROBATION)
    return Utilisateur.objects.get(pk=qui.pk)


def ecrire_une_section(version, qui):
    section = version.sections.get(code="1b")
    section.enregistrer(par=qui, revision=section.revision, texte="<p>La suite du plan précédent.</p>")


def ecrire_une_carte(version, qui):
    IndicateurPlan.objects.filter(moyen__objectif__priorite__version=version).update(modifie_par=qui)


def terminer_une_section_qu_une_autre_reprend(version, qui, autre):
    """Le nom de la première ne reste qu'au journal."""
    section = version.sections.get(code="1b")
    section.enregistrer(par=qui, revision=section.revision, texte="<p>Un.</p>", terminee=False)
    section.enregistrer(par=autre, revision=section.revision, texte="<p>Deux.</p>", terminee=True)


def deposee(cadre, gens, quoi):
    """Une version déposée, et la personne qui y a pris cette part."""
    version = fabriques.plan_pret(cadre.bsl, par=gens.agente)
    qui = fabriques.personne(Role.COORDINATION, cadre.bsl)
    adopte, depose = gens.agente, gens.signataire
    if quoi == "écrit une section":
        ecrire_une_section(version, qui)
    elif quoi == "écrit une carte":
        ecrire_une_carte(version, qui)
    elif quoi == "écrit avant une autre":
        terminer_une_section_qu_une_autre_reprend(version, qui, gens.agente)
    elif quoi == "adopté":
        adopte = qui
    elif quoi == "adopté puis rouvert":
        version = adopter(version, qui).rouvrir(par=gens.agente, motif="Une coquille")
    elif quoi == "déposé":
        depose = qui = fabriques.personne(Role.SIGNATURE, cadre.bsl)
    elif quoi == "déposé puis retiré":
        qui = fabriques.personne(Role.SIGNATURE, cadre.bsl)
        version = adopter(version, gens.agente).deposer(par=qui, certifie=True).retirer(par=gens.signataire)
    version = adopter(version, adopte).deposer(par=depose, certifie=True)
    return fabriques.relire(version), passer_a_l_etat(qui, cadre.bsl)


def adopter(version, par):
    return fabriques.relire(version).adopter(par=par, piece=fabriques.fichier_pdf(), **ADOPTION)


PARTS = {
    "écrit une section": ECRIT,
    "écrit une carte": ECRIT,
    "écrit avant une autre": ECRIT,
    "adopté": ENGAGE,
    "adopté puis rouvert": ENGAGE,
    "déposé": ENGAGE,
    "déposé puis retiré": ENGAGE,
}


@pytest.mark.parametrize("quoi", PARTS)
def test_qui_a_fait_le_plan_n_en_rend_pas_l_avis(cadre, gens, quoi):
    version, qui = deposee(cadre, gens, quoi)
    avant = photo(version)
    with pytest.raises(TransitionInterdite, match=PARTS[quoi]):
        version.rendre_avis(par=qui, **AVIS)
    assert photo(version) == avant


@pytest.mark.parametrize("geste", ["approuver", "refuser"])
@pytest.mark.parametrize("quoi", PARTS)
def test_qui_a_fait_le_plan_n_en_decide_pas(cadre, gens, quoi, geste):
    version, qui = deposee(cadre, gens, quoi)
    version.rendre_avis(par=gens.direction, **AVIS)
    avant = photo(version)
    with pytest.raises(TransitionInterdite, match=PARTS[quoi]):
        getattr(version, geste)(par=qui, motif="Vu.", **fabriques.LETTRE)
    assert photo(version) == avant


@pytest.mark.parametrize("geste", ["approuver", "refuser"])
def test_qui_a_rendu_l_avis_ne_decide_pas(cadre, gens, geste):
    version = fabriques.version_avisee(cadre.bsl)
    qui = passer_a_l_etat(gens.direction, cadre.bsl)
    with pytest.raises(TransitionInterdite, match=AVISE):
        getattr(version, geste)(par=qui, motif="Vu.", **fabriques.LETTRE)


def test_qui_a_rendu_un_avis_efface_par_un_retour_ne_decide_pas_plus(cadre, gens):
    version = fabriques.version_avisee(cadre.bsl)
    preparer_une_demande(version, gens.mess)
    version.retourner(par=gens.mess)
    version.demandes.get().traiter(par=gens.agente)
    fabriques.relire(version).deposer(par=gens.signataire, certifie=True)
    autre = fabriques.personne(Role.DIRECTION_DGSQ, cadre.bsl.regions.get())
    version = fabriques.relire(version).rendre_avis(par=autre, **AVIS)
    with pytest.raises(TransitionInterdite, match=AVISE):
        version.approuver(par=passer_a_l_etat(gens.direction, cadre.bsl), **fabriques.LETTRE)


def test_qui_a_rendu_un_avis_peut_le_rendre_de_nouveau_apres_un_retour(cadre, gens):
    version = fabriques.version_avisee(cadre.bsl)
    preparer_une_demande(version, gens.mess)
    version.retourner(par=gens.mess)
    version.demandes.get().traiter(par=gens.agente)
    fabriques.relire(version).deposer(par=gens.signataire, certifie=True)
    assert fabriques.relire(version).rendre_avis(par=gens.direction, **AVIS).etat == "avisee"


def test_avoir_ete_de_la_table_sans_toucher_au_plan_n_empeche_rien(cadre, gens):
    version = fabriques.version_deposee(cadre.bsl)
    ancienne = passer_a_l_etat(fabriques.personne(Role.COORDINATION, cadre.bsl), cadre.bsl)
    assert version.rendre_avis(par=ancienne, **AVIS).etat == "avisee"


def test_avoir_ecrit_le_plan_d_une_autre_table_n_empeche_rien(cadre, gens, etrangere):
    fabriques.plan_pret(cadre.lanaudiere, par=etrangere)
    version = fabriques.version_deposee(cadre.bsl)
    qui = passer_a_l_etat(etrangere, cadre.bsl)
    assert version.rendre_avis(par=qui, **AVIS).etat == "avisee"


@pytest.mark.parametrize("quoi", ["écrit une section", "déposé"])
def test_la_page_de_l_avis_dit_pourquoi_avant_que_l_on_ecrive(
    cadre, gens, client_de, quoi, django_assert_max_num_queries
):
    version, qui = deposee(cadre, gens, quoi)
    Mandat.objects.filter(utilisateur=qui, role=Role.APPROBATION).delete()
    client = client_de(qui)
    adresse = reverse("plans:avis", args=[version.pk])
    client.get(adresse)  # la première page d'une séance la prolonge
    with django_assert_max_num_queries(12):
        page = client.get(adresse)
    assert_html_accessible(page)
    assert PARTS[quoi] in page.text
    assert "avis_texte" not in page.text
    client.post(adresse, AVIS)
    assert fabriques.relire(version).etat == "deposee"
