"""`docs/etats.md` dit vrai : mêmes états, mêmes gestes, mêmes rôles, et chaque geste fait ce qui est écrit."""

import re
from datetime import date
from functools import partial

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, Role
from alliances.models.changements import repere
from alliances.plans.models import (
    ControleExamen,
    DemandeCorrection,
    JournalPlan,
    ObservationPlan,
    PiecePlan,
    VersionPlan,
)
from alliances.plans.models.roles import ROLES
from alliances.plans.models.versions import VUES_DE_L_ETAT, Etat
from alliances.plans.views.etats import etat_lu, libelles_pour
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.etats import codes, gestes, lignes, objets_de_la_page, rangees

OBJETS = {m.__name__: m for m in (VersionPlan, DemandeCorrection, ObservationPlan, ControleExamen)}
# Ils servent les gestes; ils n'en sont pas.
OUTILS = {"noter", "prendre_instantane", "remplir"}


LIGNES = lignes(OBJETS)


@pytest.mark.parametrize("objet", OBJETS)
def test_la_page_nomme_les_gestes_qui_existent_et_eux_seuls(objet):
    ecrits = [ligne.geste for ligne in LIGNES if ligne.objet == objet]
    assert sorted(ecrits) == sorted(gestes(OBJETS[objet], OUTILS))


def test_la_page_ne_parle_que_d_objets_connus():
    modeles = {modele.__name__ for modele in apps.get_models()}
    assert set(OBJETS) <= objets_de_la_page() <= modeles


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: f"{ligne.objet}.{ligne.geste}")
def test_les_roles_ecrits_sont_ceux_du_code(ligne):
    assert ligne.roles == {str(role) for role in ROLES[ligne.droit]}


def test_chaque_droit_sert_a_un_geste():
    assert {ligne.droit for ligne in LIGNES} == set(ROLES)


def test_les_etats_et_leurs_libelles_sont_ceux_du_code():
    ecrits = {codes(etat)[0]: libelle for etat, libelle, *_ in rangees(5, "Le plan d’action")}
    assert ecrits == dict(Etat.choices)


# --- Chaque geste dans chaque état ------------------------------------------------------------------------


@pytest.fixture
def equipe(agente, signataire, analyste, direction, mess, approbation):
    return dict(
        zip(
            ("coordination", "signature", "dgsq", "direction_dgsq", "mess", "approbation"),
            (agente, signataire, analyste, direction, mess, approbation),
            strict=True,
        )
    )


def version_a_l_etat(etat, alliance, equipe):
    """Une version parvenue à cet état par les vrais gestes."""
    if etat == "brouillon":
        return fabriques.plan_pret(alliance)
    if etat == "refusee":
        return fabriques.version_avisee(alliance).refuser(
            par=equipe["approbation"], motif="Non", **fabriques.LETTRE
        )
    if etat == "remplacee":
        premiere = fabriques.version_approuvee(alliance)
        suivante = premiere.ouvrir_modification(par=equipe["coordination"], motif="Transport")
        adoption = {"adoptee_le": aujourd_hui(), "resolution": "2", "mode": "consensus"}
        suivante.adopter(par=equipe["coordination"], piece=fabriques.fichier_pdf(), **adoption)
        fabriques.relire(suivante).deposer(par=equipe["signature"], certifie=True)
        fabriques.relire(suivante).rendre_avis(par=equipe["direction_dgsq"], sens="favorable", texte="Oui")
        fabriques.relire(suivante).approuver(par=equipe["approbation"], **fabriques.LETTRE)
        return premiere
    return getattr(fabriques, f"version_{etat}")(alliance)


def pret(geste, version, equipe, ailleurs):
    """Le geste, prêt à poser : de bonnes réponses, les conditions remplies."""
    annexes = PiecePlan.objects.filter(version=version, usage="annexe")
    contact = version.plan.alliance.contacts.get(principal=True)
    vu, contact.fonction = repere(contact), "Direction"
    reponses = {
        "fixer_le_contact": {"contact": contact, "vu": vu},
        "adopter": {"adoptee_le": date(2025, 2, 1), "resolution": "1", "mode": "consensus"},
        "adopter_les_corrections": {
            "adoptee_le": aujourd_hui(),
            "resolution": "2",
            "mode": "consensus",
            "piece": fabriques.fichier_pdf(),
        },
        "deposer": {"certifie": True},
        "rendre_avis": {"sens": "favorable", "texte": "Conforme."},
        "rouvrir": {"motif": "Une coquille"},
        "terminer_l_analyse": {"note": "Conforme au guide."},
        "reprendre_l_analyse": {"motif": "Une section restait à lire"},
        "approuver": fabriques.LETTRE,
        "refuser": {"motif": "Non"} | fabriques.LETTRE,
        "ouvrir_modification": {"motif": "Transport"},
        "reprendre": {"source": ailleurs, "sections": ["1d"]},
        "joindre": {"fichier": fabriques.fichier_pdf("annexe.pdf")},
        "retirer_annexe": {"annexe": annexes.filter(retiree_le=None).first()},
        "retablir_annexe": {"annexe": annexes.exclude(retiree_le=None).first()},
    }
    ligne = next(x for x in LIGNES if (x.objet, x.geste) == ("VersionPlan", geste))
    par = next(equipe[role] for role in ("approbation", *equipe) if role in ligne.roles and role in equipe)
    if geste == "retourner":
        DemandeCorrection.objects.create(
            version=version,
            cible_objet="section",
            cible_cle="1d",
            raison="incomplet",
            texte="x",
            demandee_par=par,
        )
    if geste == "reprendre_l_analyse" and version.etat == "deposee":
        fabriques.relire(version).terminer_l_analyse(par=equipe["dgsq"], note="Conforme au guide.")
    if geste == "deposer":
        corriger(version, equipe)
    if geste == "fixer_le_contact":  # au retour, seules les parties à corriger sont ouvertes
        VersionPlan.objects.filter(pk=version.pk).update(toutes_ouvertes=version.etat == "a_corriger")
    return partial(getattr(fabriques.relire(version), geste), par=par, **reponses.get(geste, {}))


def poser(*situation):
    """Pose le geste; rend l'état d'arrivée, ou `None` s'il est refusé."""
    _, version, *_ = situation
    geste, lignes = pret(*situation), JournalPlan.objects.count()
    try:
        geste()
    except TransitionInterdite:
        return None
    return fabriques.relire(version).etat if JournalPlan.objects.count() > lignes else None


def corriger(version, equipe):
    """Après un retour : la section visée réécrite, les demandes marquées comme faites."""
    if version.etat != "a_corriger":
        return
    section = version.sections.get(code="1d")
    section.enregistrer(
        par=equipe["coordination"],
        revision=section.revision,
        texte=fabriques.TEXTE_REVU,
        terminee=True,
    )
    for demande in version.demandes.ouvertes():
        demande.traiter(par=equipe["coordination"])


@pytest.mark.parametrize("etat", Etat.values)
def test_chaque_geste_fait_dans_chaque_etat_ce_que_dit_la_page(etat, cadre, equipe):
    version = fabriques.relire(version_a_l_etat(etat, cadre.bsl, equipe))
    for retiree_le in (None, timezone.now()):
        PiecePlan.televerser(
            fabriques.fichier_pdf("a.pdf"), par=equipe["coordination"], version=version, retiree_le=retiree_le
        )
    ailleurs = fabriques.version_approuvee(cadre.lanaudiere)
    Alliance.objects.filter(pk=cadre.lanaudiere.pk).update(table_regionale=cadre.bsl.table_regionale)
    for ligne in LIGNES:
        if ligne.objet != "VersionPlan" or ligne.geste == "creer":
            continue
        with transaction.atomic():
            arrivee = poser(ligne.geste, version, equipe, ailleurs)
            transaction.set_rollback(True)
        voulue = etat if ligne.arrivee == "le même" else ligne.arrivee
        attendue = voulue if etat in ligne.depart else None
        assert arrivee == attendue, f"{ligne.geste} depuis {etat}"


@pytest.mark.parametrize("etat", Etat.values)
def test_les_mots_de_chaque_lecteur_sont_ceux_de_la_page(etat, cadre, agente, analyste, mess):
    version = VersionPlan(plan=fabriques.plan_ouvert(cadre.bsl).plan, etat=etat)
    _, _, table, region, ministere = next(r for r in rangees(5, "Le plan d’action") if codes(r[0]) == [etat])
    assert etat_lu(version, agente).libelle == table
    for personne, ecrit in ((analyste, region), (mess, ministere)):
        if etat in VUES_DE_L_ETAT:
            assert etat_lu(version, personne).libelle == ecrit
        else:
            assert ecrit == "invisible"


def test_qui_approuve_lit_que_c_est_son_tour(cadre, approbation, direction):
    version = fabriques.version_avisee(cadre.bsl)
    assert etat_lu(version, approbation).tour == "C’est à vous de décider."
    assert etat_lu(version, direction).tour == "C’est au Ministère de décider."
    assert Role.APPROBATION in version.plan.alliance.roles_de(approbation)


def test_l_analyse_terminee_la_page_dit_que_l_avis_reste_a_rendre(cadre, agente, analyste, direction):
    version = fabriques.version_deposee(cadre.bsl)
    assert etat_lu(version, analyste).tour == "C’est à vous d’examiner le plan."
    version = version.terminer_l_analyse(par=analyste, note="Bien.")
    for personne in (agente, analyste):
        assert etat_lu(version, personne).tour == "L’analyse est terminée; l’avis reste à rendre."
    assert etat_lu(version, direction).tour == "L’analyse est terminée; c’est à vous de rendre l’avis."


def test_la_table_lit_au_tableau_le_sens_de_l_avis(cadre, agente, client_de):
    version = fabriques.version_avisee(cadre.bsl)
    page = client_de(agente).get(reverse("plans:tableau", args=[version.pk]))
    assert "Avis favorable rendu" in page.text
    assert page.text.count("depuis aujourd’hui") == 1
    assert "depuis le" not in page.text


@pytest.mark.parametrize("role", ["coordination", "dgsq", "mess", "approbation"])
def test_aucun_mot_d_etat_ne_s_accorde(role):
    """« Approuvée » sous « plan d'action » jure; ces mots se lisent aussi à côté d'une version."""
    mots = libelles_pour({Role(role)}).values()
    assert [mot for mot in mots if re.search(r"ée?s?\b", mot.split()[0])] == []
