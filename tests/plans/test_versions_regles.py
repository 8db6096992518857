"""Ce qu'un geste exige au-delà de l'état : ses mots, ses dates, et une autre personne pour se prononcer."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from alliances.models import Mandat, Role
from alliances.plans.models import DemandeCorrection, Instantane, PlanAction, VersionPlan
from socle.erreurs import PieceRefusee, TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.plans.test_versions import ADOPTION, gens, photo, poser, preparer_une_demande, version_a

__all__ = ["gens"]


def cumuler(utilisateur, role, **portee):
    """La même personne tient aussi cet autre rôle."""
    fabriques.mandater(utilisateur, role, **portee)
    return Utilisateur.objects.get(pk=utilisateur.pk)


class TestAdoption:
    @pytest.mark.parametrize(
        "champs, phrase",
        [
            ({"adoptee_le": aujourd_hui() + timedelta(days=1)}, "ne peut pas être dans le futur"),
            ({"adoptee_le": date(2024, 10, 31)}, "ne peut pas précéder le début du cycle"),
            ({"resolution": "  "}, "Indiquez le numéro de la résolution."),
            ({"mode": ""}, "par consensus ou par vote"),
            ({"mode": "acclamation"}, "par consensus ou par vote"),
        ],
    )
    def test_une_adoption_incomplete_est_refusee_sans_rien_garder(self, cadre, gens, champs, phrase):
        version = fabriques.plan_pret(cadre.bsl)
        avant = photo(version)
        with pytest.raises(TransitionInterdite, match=phrase):
            version.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION | champs)
        assert photo(version) == avant

    def test_une_piece_douteuse_defait_toute_l_adoption(self, cadre, gens):
        version = fabriques.plan_pret(cadre.bsl)
        avant = photo(version)
        with pytest.raises(PieceRefusee):
            version.adopter(par=gens.agente, piece=fabriques.fichier_pdf("x.exe"), **ADOPTION)
        assert photo(version) == avant

    def test_rouvrir_efface_l_adoption_et_garde_le_motif_au_journal(self, cadre, gens):
        version = fabriques.version_adoptee(cadre.bsl).rouvrir(par=gens.agente, motif="Une coquille")
        assert (version.adoptee_le, version.adoptee_par, version.resolution) == (None, None, "")
        assert version.journal.get(geste="rouvrir").motif == "Une coquille"

    def test_rouvrir_sans_motif_est_refuse_sans_rien_changer(self, cadre, gens):
        version = fabriques.version_adoptee(cadre.bsl)
        avant = photo(version)
        with pytest.raises(TransitionInterdite, match="Dites pourquoi le plan est rouvert"):
            version.rouvrir(par=gens.agente, motif="  ")
        assert photo(version) == avant

    def test_une_version_adoptee_dit_pourquoi_son_texte_ne_change_plus(self, cadre, gens):
        (phrase,) = fabriques.version_adoptee(cadre.bsl).empechements_a_modifier()
        assert phrase.startswith("La Table a adopté le plan")


class TestDepot:
    def test_tous_les_empechements_sont_dits_ensemble(self, cadre, gens):
        version = fabriques.plan_ouvert(cadre.bsl)
        with pytest.raises(TransitionInterdite) as refus:
            version.deposer(par=gens.signataire, certifie=False)
        phrases = refus.value.empechements
        assert "La Table doit d’abord adopter le plan" in phrases[0]
        assert phrases[-1] == "Cochez la certification avant de déposer."
        assert len(phrases) > 10

    def test_sans_la_resolution_jointe_le_depot_attend(self, cadre, gens):
        version = fabriques.plan_pret(cadre.bsl).adopter(par=gens.agente, **ADOPTION)
        with pytest.raises(TransitionInterdite, match="^Joignez la résolution d’adoption de la Table.$"):
            version.deposer(par=gens.signataire, certifie=True)

    @pytest.mark.parametrize(
        "nombre, phrase", [(1, "une demande de correction"), (2, "2 demandes de correction")]
    )
    def test_les_corrections_a_faire_sont_comptees(self, cadre, gens, nombre, phrase):
        version = fabriques.version_a_corriger(cadre.bsl, [("section", "1d"), ("section", "1a")][:nombre])
        with pytest.raises(TransitionInterdite, match=phrase):
            version.deposer(par=gens.signataire, certifie=True)

    def test_un_depot_tardif_est_permis_et_se_voit(self, cadre, gens):
        version = fabriques.version_adoptee(cadre.bsl)
        with time_machine.travel("2025-03-31T20:00-04:00", tick=False):
            assert not version.est_en_retard
        with time_machine.travel("2025-04-01T00:30-04:00", tick=False):
            assert version.est_en_retard
            deposee = version.deposer(par=gens.signataire, certifie=True)
            assert (deposee.est_en_retard, deposee.est_deposee_tard) == (False, True)

    def test_une_modification_n_est_jamais_en_retard(self, cadre, gens):
        version = fabriques.version_approuvee(cadre.bsl)
        assert not version.ouvrir_modification(par=gens.agente, motif="Le transport").est_en_retard

    def test_la_reference_dit_l_alliance_la_version_et_le_depot(self, cadre, gens):
        version = version_a("a_corriger", cadre.bsl, gens)
        version.deposer(par=gens.signataire, certifie=True)
        assert fabriques.relire(version).reference == "PAR-2024-01-1.2"


class TestRetrait:
    def test_le_retrait_efface_le_depot_et_l_adoption_mais_pas_leur_histoire(self, cadre, gens):
        version = fabriques.version_deposee(cadre.bsl).retirer(par=gens.signataire, motif="Mauvais fichier")
        assert (version.deposee_le, version.reference, version.resolution) == (None, "", "")
        assert version.toutes_ouvertes
        assert [i.circonstance for i in version.instantanes.all()] == ["depot"]

    @pytest.mark.parametrize("commencer", ["commencer", "controler", "demander"])
    def test_un_examen_commence_empeche_le_retrait(self, cadre, gens, commencer):
        version = fabriques.version_deposee(cadre.bsl)
        if commencer == "commencer":
            version.commencer_examen(par=gens.analyste)
        elif commencer == "controler":
            version.controles.model.inscrire(version, 1, par=gens.analyste, resultat="conforme")
        else:
            cible = {"cible": ("section", "1a"), "raison": "incomplet", "texte": "Précisez."}
            DemandeCorrection.demander(version, par=gens.approbation, **cible)
        with pytest.raises(TransitionInterdite, match="a commencé l’examen"):
            version.retirer(par=gens.signataire)

    def test_apres_un_deuxieme_depot_l_examen_recommence(self, cadre, gens):
        version = version_a("a_corriger", cadre.bsl, gens)
        version.deposer(par=gens.signataire, certifie=True)
        assert fabriques.relire(version).examen_commence_le is None
        assert fabriques.relire(version).retirer(par=gens.signataire).etat == "brouillon"


class TestAvisEtDecision:
    @pytest.mark.parametrize(
        "champs, phrase",
        [
            ({"texte": " "}, "Écrivez le texte de l’avis."),
            ({"sens": "tiede"}, "Choisissez le sens de l’avis."),
        ],
    )
    def test_un_avis_a_un_sens_et_un_texte(self, cadre, gens, champs, phrase):
        version = fabriques.version_deposee(cadre.bsl)
        avant = photo(version)
        with pytest.raises(TransitionInterdite, match=phrase):
            version.rendre_avis(par=gens.direction, **{"sens": "favorable", "texte": "Bien."} | champs)
        assert photo(version) == avant

    @pytest.mark.parametrize(
        "geste, etat", [("rendre-avis", "deposee"), ("approuver", "avisee"), ("refuser", "avisee")]
    )
    def test_des_demandes_pretes_empechent_de_se_prononcer(self, cadre, gens, geste, etat):
        version = version_a(etat, cadre.bsl, gens)
        preparer_une_demande(version, gens.mess)
        avant = photo(version)
        with pytest.raises(TransitionInterdite, match="Des demandes de correction sont prêtes"):
            poser(geste, version, gens)
        assert photo(version) == avant

    def test_un_refus_a_un_motif(self, cadre, gens):
        version = fabriques.version_avisee(cadre.bsl)
        with pytest.raises(TransitionInterdite, match="^Écrivez le motif du refus.$"):
            version.refuser(par=gens.approbation, motif=" ", **fabriques.LETTRE)
        assert fabriques.relire(version).etat == "avisee"

    def test_un_retour_a_au_moins_une_demande(self, cadre, gens):
        with pytest.raises(TransitionInterdite, match="Ajoutez au moins une demande"):
            fabriques.version_deposee(cadre.bsl).retourner(par=gens.mess)

    def test_le_ministere_qui_retourne_efface_l_avis_qui_reste_a_l_histoire(self, cadre, gens):
        version = fabriques.version_avisee(cadre.bsl, sens="reserves")
        preparer_une_demande(version, gens.mess)
        version = version.retourner(par=gens.mess, motif="Merci")
        assert (version.avis_le, version.avis_par, version.avis_sens, version.avis_texte) == (
            None,
            None,
            "",
            "",
        )
        avis = version.dernier_instantane("avis").contenu["approbations"][-1]
        assert (avis["acte"], avis["reference"]) == ("Avis", "Favorable avec réserves")
        assert version.dernier_instantane("retour").contenu["approbations"][-1] == avis
        assert version.journal.filter(geste="rendre-avis").count() == 1


class TestUneAutrePersonne:
    """Qui a adopté ou déposé ne se prononce pas; qui a rendu l'avis ne décide pas."""

    def test_qui_a_depose_ne_rend_pas_l_avis(self, cadre, gens):
        cumulard = cumuler(gens.signataire, Role.DIRECTION_DGSQ, region=cadre.bsl.regions.get())
        version = fabriques.version_deposee(cadre.bsl)
        with pytest.raises(TransitionInterdite, match="Vous avez adopté ou déposé ce plan"):
            version.rendre_avis(par=cumulard, sens="favorable", texte="Bien.")

    @pytest.mark.parametrize(
        "qui, phrase",
        [("agente", "adopté ou déposé"), ("signataire", "adopté ou déposé"), ("direction", "rendu l’avis")],
    )
    @pytest.mark.parametrize("geste", ["approuver", "refuser"])
    def test_qui_s_est_engage_ne_decide_pas(self, cadre, gens, qui, phrase, geste):
        version = fabriques.version_avisee(cadre.bsl)
        gens.approbation = cumuler(getattr(gens, qui), Role.APPROBATION)
        avant = photo(version)
        with pytest.raises(TransitionInterdite, match=phrase):
            poser(geste, version, gens)
        assert photo(version) == avant

    def test_la_qualite_inscrite_est_celle_qui_permet_le_geste(self, cadre, gens):
        gens.agente = cumuler(gens.agente, Role.ADMINISTRATION)
        version = fabriques.plan_pret(cadre.bsl, par=gens.agente)
        version.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION)
        section = version.sections.first()
        assert set(version.journal.values_list("role", flat=True)) == {"coordination"}
        assert section is not None

    def test_sans_mandat_la_trace_ne_prete_aucune_qualite(self, cadre, gens):
        version = fabriques.plan_pret(cadre.bsl)
        Mandat.objects.filter(utilisateur=gens.agente).update(fin=aujourd_hui())
        sans_mandat = Utilisateur.objects.get(pk=gens.agente.pk)
        version.noter("corriger", par=sans_mandat)
        version.noter("corriger", par=None)
        assert list(version.journal.order_by("-pk").values_list("role", "par")[:2]) == [
            ("", None),
            ("", sans_mandat.pk),
        ]


class TestApresUnRefus:
    """Un premier plan refusé n'est pas une impasse : la Table repart de ce qui a été refusé."""

    def test_la_table_repart_du_plan_refuse_avec_un_motif(self, cadre, gens):
        refusee = version_a("refusee", cadre.bsl, gens)
        with pytest.raises(TransitionInterdite, match="Dites pourquoi"):
            refusee.ouvrir_modification(par=gens.agente, motif="")
        suivante = refusee.ouvrir_modification(par=gens.agente, motif="Des cibles à chaque moyen")
        assert (suivante.numero, suivante.base, suivante.etat) == (2, refusee, "brouillon")
        assert suivante.priorites.get().cle == refusee.priorites.get().cle
        assert fabriques.relire(refusee).etat == "refusee"

    def test_la_coordination_repart_du_refus_dans_son_navigateur(self, cadre, gens, client_de):
        refusee = version_a("refusee", cadre.bsl, gens)
        client, adresse = client_de(gens.agente), reverse("plans:modification", args=[refusee.pk])
        assert adresse in client.get(reverse("plans:tableau", args=[refusee.pk])).text
        page = client.get(adresse)
        assert_html_accessible(page)
        assert "refusée. La Table devra l’adopter et la déposer de nouveau" in lu(page)
        suite = client.post(adresse, {"motif": "Des cibles à chaque moyen"}, follow=True)
        assert_html_accessible(suite)
        assert "Nouvelle version après un refus" in suite.text

    def test_la_suite_d_un_refus_n_a_pas_de_version_en_vigueur_a_comparer(self, cadre, gens):
        suivante = version_a("refusee", cadre.bsl, gens).ouvrir_modification(
            par=gens.agente, motif="Les cibles"
        )
        suivante.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION)
        suivante.deposer(par=gens.signataire, certifie=True)
        assert suivante.dernier_instantane("depot").precedent is None
        suivante.rendre_avis(par=gens.direction, sens="favorable", texte="Bien.")
        suivante.approuver(par=gens.approbation, **fabriques.LETTRE)
        assert suivante.plan.version_en_vigueur() == suivante

    def test_on_repart_de_la_derniere_refusee_seulement(self, cadre, gens):
        premiere = version_a("refusee", cadre.bsl, gens)
        suivante = premiere.ouvrir_modification(par=gens.agente, motif="Les cibles")
        assert premiere.empechements_a_ouvrir_modification() == [
            "Une version de ce plan est déjà en rédaction ou en examen."
        ]
        suivante.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION)
        suivante.deposer(par=gens.signataire, certifie=True)
        suivante.rendre_avis(par=gens.direction, sens="defavorable", texte="Non.")
        suivante.refuser(par=gens.approbation, motif="Encore.", **fabriques.LETTRE)
        assert premiere.empechements_a_ouvrir_modification() == [
            "Une version plus récente a été refusée\u00a0: partez d’elle."
        ]
        assert fabriques.relire(suivante).empechements_a_ouvrir_modification() == []

    def test_si_une_version_est_en_vigueur_la_modification_part_d_elle(self, cadre, gens):
        premiere = fabriques.version_approuvee(cadre.bsl)
        suivante = premiere.ouvrir_modification(par=gens.agente, motif="Le transport")
        suivante.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION)
        suivante.deposer(par=gens.signataire, certifie=True)
        suivante.rendre_avis(par=gens.direction, sens="defavorable", texte="Non.")
        suivante.refuser(par=gens.approbation, motif="Trop large.", **fabriques.LETTRE)
        assert suivante.plan.version_en_vigueur() == premiere
        assert fabriques.relire(suivante).empechements_a_ouvrir_modification() == [
            "Une version approuvée est en vigueur\u00a0: la modification part d’elle."
        ]
        assert premiere.ouvrir_modification(par=gens.agente, motif="Reprise").numero == 3


def test_ouvrir_deux_fois_un_plan_ne_cree_qu_une_version(cadre, gens):
    plan = PlanAction.ouvrir(cadre.bsl, par=gens.agente)
    assert PlanAction.ouvrir(cadre.bsl, par=gens.agente) == plan
    assert (VersionPlan.objects.count(), plan.journal.count()) == (1, 1)
    assert str(plan) == "Plan d’action – Alliance – Bas-Saint-Laurent"
    assert plan.echeance == cadre.cycle.echeance_plan
    assert plan.version_en_vigueur() is None
    assert str(plan.version_ouverte()) == "Alliance – Bas-Saint-Laurent, version 1"
    assert date(2025, 3, 31) == plan.echeance
    assert Instantane.objects.count() == 0
