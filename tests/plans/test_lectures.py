"""Qui voit quoi, à chaque pas de la vie d'un plan : la rédaction ne fuit jamais, l'approuvé se lit."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from alliances.models import Mandat, Organisme, Role
from alliances.models.mandats import Droits
from alliances.models.roles import DE_L_INSTANCE
from alliances.plans.models import (
    DemandeCorrection,
    IndicateurPlan,
    Instantane,
    JournalPlan,
    LectureSection,
    Moyen,
    Objectif,
    PiecePlan,
    PlanAction,
    Priorite,
    SectionPlan,
    VersionPlan,
)
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.partage import partagee

TEXTES = (SectionPlan, Priorite, Objectif, Moyen, IndicateurPlan)
TOUT = (VersionPlan, PlanAction, *TEXTES, PiecePlan, Instantane, JournalPlan, DemandeCorrection)


@partagee
def gens(cadre, agente, signataire, lectrice, ressource, analyste, direction, mess, approbation, etrangere):
    """Les personnes par ce qu'elles voient : l'Alliance, l'État, le public du plan approuvé, et les autres."""
    territoire = cadre.bsl.territoires.first()
    organisme = Organisme.objects.create(nom="Les Ateliers", territoire=territoire)
    terminee = fabriques.personne("coordination", cadre.bsl)
    Mandat.objects.filter(utilisateur=terminee).update(fin=aujourd_hui())
    inconnue = Utilisateur.objects.create_user("inconnue@alliances.example", prenom="A", nom="B")
    inconnue._droits = Droits(nationaux={"inconnu"}, par_alliance={cadre.bsl.pk: {"autre"}})
    return {
        "membres": [agente, signataire, lectrice, ressource, fabriques.personne("administration")],
        "etat": [analyste, direction, mess, approbation, fabriques.personne("finances_mess")],
        "publics": [
            fabriques.personne("observation"),
            fabriques.personne("observation", cadre.bsl.regions.get()),
            fabriques.personne("porteur", organisme),
            fabriques.personne("engagement", organisme),
            fabriques.personne("sign_territoire", territoire),
            fabriques.personne("fin_territoire", territoire),
        ],
        "autres": [
            etrangere,
            fabriques.personne("dgsq", cadre.lanaudiere.regions.get()),
            fabriques.personne("territoire", cadre.lanaudiere.territoires.first()),
            fabriques.personne("observation", cadre.lanaudiere.regions.get()),
            fabriques.personne("evaluation", cadre.bsl.instances.get()),
            terminee,
            inconnue,
            AnonymousUser(),
        ],
    }


def vus(modele, personne):
    return modele.objects.visibles_par(personne)


def verifier(gens, version, *, etat, publics, texte_de_l_etat=None):
    """À cet instant : ce que voient l'État et le public; l'Alliance voit tout, les autres rien."""
    for personne in gens["membres"]:
        for modele in (VersionPlan, PlanAction, *TEXTES, JournalPlan):
            assert vus(modele, personne).exists(), modele
        assert vus(JournalPlan, personne).count() == JournalPlan.objects.count()
        assert vus(Instantane, personne).count() == Instantane.objects.count()
    for personne in gens["etat"]:
        assert vus(PlanAction, personne).exists()
        assert vus(VersionPlan, personne).filter(pk=version.pk).exists() is etat
        for modele in TEXTES:
            trouves = vus(modele, personne).filter(**{chemin(modele): version})
            assert trouves.exists() is (etat if texte_de_l_etat is None else texte_de_l_etat), modele
        assert not vus(JournalPlan, personne).filter(public=False).exists()
    for personne in gens["publics"]:
        for modele in (VersionPlan, PlanAction, *TEXTES):
            assert vus(modele, personne).exists() is publics, modele
        assert {i.circonstance for i in vus(Instantane, personne)} == ({"decision"} if publics else set())
        for modele in (JournalPlan, DemandeCorrection):
            assert not vus(modele, personne).exists()
    for personne in gens["autres"]:
        for modele in TOUT:
            assert not vus(modele, personne).exists(), (modele, personne)


def chemin(modele):
    return "version" if modele is SectionPlan else modele.CHEMIN_VERSION


def test_ce_que_chacun_voit_de_la_redaction_a_la_modification(cadre, gens):
    agente, signataire, *_ = gens["membres"]
    analyste, direction, mess, approbation, _ = gens["etat"]
    version = fabriques.plan_pret(cadre.bsl, par=agente)
    verifier(gens, version, etat=False, publics=False)
    version.adopter(
        par=agente, adoptee_le=date(2025, 2, 1), resolution="1", mode="vote", piece=fabriques.fichier_pdf()
    )
    verifier(gens, version, etat=False, publics=False)
    assert not vus(PiecePlan, analyste).exists()
    version.deposer(par=signataire, certifie=True)
    verifier(gens, version, etat=True, publics=False)
    assert vus(PiecePlan, analyste).count() == 1
    demande = DemandeCorrection.demander(
        version, par=analyste, cible=("section", "1d"), raison="incomplet", texte="Précisez."
    )
    assert not vus(DemandeCorrection, agente).exists()
    fabriques.relire(version).retourner(par=analyste)
    assert vus(DemandeCorrection, agente).get() == demande
    corriger_pendant_que_l_etat_lit_le_depot(gens, version, agente, analyste)
    demande.traiter(par=agente)
    version.deposer(par=signataire, certifie=True)
    verifier(gens, version, etat=True, publics=False)
    assert vus(PiecePlan, analyste).count() == 2
    assert "Nouveau" in texte_lu(version, analyste)
    fabriques.relire(version).rendre_avis(par=direction, sens="favorable", texte="Bien.")
    verifier(gens, version, etat=True, publics=False)
    fabriques.relire(version).approuver(par=approbation, **fabriques.LETTRE)
    verifier(gens, version, etat=True, publics=True)
    suivante = fabriques.relire(version).ouvrir_modification(par=agente, motif="Le transport")
    fabriques.ajouter_priorite(suivante, agente, titre="Se déplacer")
    verifier(gens, suivante, etat=False, publics=True)
    for personne in (*gens["etat"], *gens["publics"]):
        assert vus(VersionPlan, personne).get() == version
        assert not vus(Priorite, personne).filter(titre="Se déplacer").exists()


def texte_lu(version, personne):
    sections = fabriques.relire(version).contenu_pour(personne)["sections"]
    return next(s["texte"] for s in sections if s["code"] == "1d")


def corriger_pendant_que_l_etat_lit_le_depot(gens, version, agente, analyste):
    """Après un retour, ce que la Table réécrit ou joint reste à elle jusqu'au nouveau dépôt."""
    version = fabriques.relire(version)
    section = version.sections.get(code="1d")
    section.enregistrer(
        par=agente, revision=section.revision, texte=f"<p>Nouveau</p>{fabriques.TEXTE}", terminee=True
    )
    version.joindre(fabriques.fichier_pdf("annexe.pdf"), par=agente)
    verifier(gens, version, etat=True, publics=False, texte_de_l_etat=False)
    assert vus(PiecePlan, analyste).count() == 1
    assert "Nouveau" in texte_lu(version, agente)
    for personne in gens["etat"]:
        assert "Nouveau" not in texte_lu(version, personne)


def test_un_depot_retire_redevient_invisible_de_l_etat(cadre, gens):
    version = fabriques.version_deposee(cadre.bsl)
    version.retirer(par=gens["membres"][1])
    verifier(gens, version, etat=False, publics=False)
    for personne in gens["etat"]:
        assert not vus(Instantane, personne).exists()
        assert vus(JournalPlan, personne).filter(geste="retirer").exists()


def test_un_brouillon_jamais_depose_ne_se_lit_que_de_l_alliance(cadre, gens):
    version = fabriques.plan_pret(cadre.bsl)
    for personne in gens["membres"]:
        assert version.contenu_pour(personne)["priorites"]
    for personne in (*gens["etat"], *gens["publics"], *gens["autres"]):
        with pytest.raises(TransitionInterdite, match="seule l’Alliance la lit"):
            version.contenu_pour(personne)


def test_une_version_refusee_ne_se_lit_pas_du_public(cadre, gens):
    version = fabriques.version_avisee(cadre.bsl).refuser(
        par=gens["etat"][3], motif="Trop large.", **fabriques.LETTRE
    )
    verifier(gens, version, etat=True, publics=False)


def test_chaque_role_est_range_dans_un_groupe_de_lecture(gens):
    """Un rôle ajouté sans dire ce qu'il voit ne verrait rien : cet essai oblige à le dire."""
    ranges = [*gens["membres"], *gens["etat"], *gens["publics"]]
    lisent = set(Mandat.objects.filter(utilisateur__in=ranges).values_list("role", flat=True))
    assert (
        lisent == set(Role.values) - DE_L_INSTANCE
    )  # l'évaluation ne lit aucun plan : elle est parmi les autres


def test_la_lecture_d_une_partie_retient_le_dernier_depot_lu(cadre, agente, signataire, analyste, mess):
    version = fabriques.version_a_corriger(cadre.bsl)
    LectureSection.marquer(version, "1a", par=analyste)
    version.demandes.get().traiter(par=agente)
    version.deposer(par=signataire, certifie=True)
    LectureSection.marquer(version, "1a", par=analyste)
    LectureSection.marquer(version, "1a", par=mess)
    lecture = LectureSection.objects.get(utilisateur=analyste)
    assert (LectureSection.objects.count(), lecture.instantane.tour) == (2, 2)
    assert lecture.instantane.circonstance == "depot"
    assert str(lecture) == f"1a – {analyste}"
