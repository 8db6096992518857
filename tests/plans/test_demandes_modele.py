"""La vie d'une demande de correction : préparée, partie, faite, reprise, révoquée; ce qu'elle ouvre; deux tours."""

import pytest

from alliances.plans.models import ControleExamen, DemandeCorrection, ObservationPlan
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.partage import partagee

MOTS = {"raison": "incomplet", "texte": "Précisez."}


@partagee
def deposee(cadre, agente, signataire, analyste, direction):
    return fabriques.version_deposee(cadre.bsl)


def demander(version, par, *cible):
    return DemandeCorrection.demander(version, par=par, cible=cible or ("section", "1d"), **MOTS)


def retourner(version, par, *cibles, **options):
    for cible in cibles:
        demander(version, par, *cible)
    return fabriques.relire(fabriques.relire(version).retourner(par=par, **options))


def relue(demande):
    return DemandeCorrection.objects.get(pk=demande.pk)


class TestPreparer:
    def test_preparer_une_demande_commence_l_examen_et_ne_se_voit_pas_encore(self, deposee, analyste, agente):
        demande = demander(deposee, analyste)
        assert (demande.envoyee_le, demande.tour, demande.est_ouverte) == (None, 0, False)
        assert str(demande) == "Incomplet\u00a0: Précisez."
        assert demande.ancre == ("section", "1d")
        assert fabriques.relire(deposee).examen_commence_le
        assert not DemandeCorrection.objects.visibles_par(agente).exists()
        assert list(DemandeCorrection.objects.visibles_par(analyste)) == [demande]

    @pytest.mark.parametrize(
        "fabrique", ["plan_pret", "version_adoptee", "version_a_corriger", "version_approuvee"]
    )
    def test_on_ne_demande_rien_hors_de_l_examen(
        self, cadre, agente, signataire, analyste, direction, approbation, fabrique
    ):
        version = getattr(fabriques, fabrique)(cadre.bsl)
        avant = version.demandes.count()
        with pytest.raises(TransitionInterdite, match="déposée ou avisée"):
            demander(version, analyste)
        with pytest.raises(TransitionInterdite, match="déposée ou avisée"):
            ControleExamen.inscrire(version, 1, par=analyste, resultat="conforme")
        assert (version.demandes.count(), version.controles.count()) == (avant, 0)

    def test_une_demande_se_recrit_avant_de_partir(self, deposee, analyste, direction):
        demande = demander(deposee, analyste)
        demande.reformuler(par=direction, cible=("section", "2a"), raison="incorrect", texte="Autre.")
        relu = relue(demande)
        assert (relu.ancre, relu.raison, relu.texte, relu.demandee_par) == (
            ("section", "2a"),
            "incorrect",
            "Autre.",
            direction,
        )

    def test_une_demande_partie_ou_revoquee_ne_se_recrit_plus(self, deposee, analyste):
        revoquee = demander(deposee, analyste, "section", "2a").revoquer(par=analyste)
        partie = demander(deposee, analyste)
        deposee.retourner(par=analyste)
        for demande in (revoquee, partie):
            with pytest.raises(TransitionInterdite, match="ne se récrit plus"):
                demande.reformuler(par=analyste, cible=("section", "1a"), **MOTS)

    def test_une_demande_ne_se_recrit_pas_hors_de_l_examen(self, deposee, analyste, signataire):
        egaree = DemandeCorrection.objects.create(
            version=deposee, cible_objet="section", cible_cle="1a", demandee_par=analyste, **MOTS
        )
        deposee.retirer(par=signataire)
        with pytest.raises(TransitionInterdite, match="déposée ou avisée"):
            egaree.reformuler(par=analyste, cible=("section", "2a"), **MOTS)
        assert relue(egaree).ancre == ("section", "1a")

    def test_une_demande_revoquee_avant_de_partir_ne_part_pas_et_ne_laisse_pas_de_trace(
        self, deposee, analyste, agente
    ):
        demande = demander(deposee, analyste)
        lignes = deposee.journal.count()
        demande.revoquer(par=analyste)
        demande.revoquer(par=analyste)
        assert deposee.journal.count() == lignes
        with pytest.raises(TransitionInterdite, match="au moins une demande"):
            deposee.retourner(par=analyste)
        assert not DemandeCorrection.objects.visibles_par(agente).exists()


class TestEnvoyer:
    def test_le_retour_envoie_les_demandes_et_garde_les_reponses_sur_l_avancement(self, deposee, analyste):
        version = retourner(deposee, analyste, ("section", "1d"), ("section", "2a"))
        assert version.demandes.filter(tour=1, envoyee_le__isnull=False).count() == 2
        assert all(section["terminee"] for section in version.contenu()["sections"])

    @pytest.mark.parametrize("tout, ouvertes", [(False, {"1d"}), (True, {"1d", "1a", "3-9"})])
    def test_seul_ce_qui_est_demande_s_ouvre_sauf_retour_ouvert(self, deposee, analyste, tout, ouvertes):
        version = retourner(deposee, analyste, ("section", "1d"), toutes_ouvertes=tout)
        vraies = {c for c in ("1d", "1a", "3-9") if not version.empechements_a_modifier(("section", c))}
        assert vraies == ouvertes

    def test_une_demande_sur_la_partie_structuree_ouvre_toutes_les_cartes(self, deposee, analyste, agente):
        version = retourner(deposee, analyste, ("section", "3-9"))
        fabriques.ajouter_priorite(version, agente, titre="Se déplacer")
        version.priorites.get(titre="Se déplacer").deplacer(-1, par=agente)
        assert version.priorites.count() == 2

    def test_une_demande_sur_une_priorite_ouvre_ce_qu_elle_porte_et_rien_d_autre(
        self, cadre, agente, signataire, analyste, direction
    ):
        version = fabriques.version_adoptee(cadre.bsl).rouvrir(par=agente, motif="Une coquille")
        autre = fabriques.ajouter_priorite(version, agente, titre="Se déplacer")
        resolution = {"resolution": "1", "mode": "vote", "piece": fabriques.fichier_pdf()}
        version.adopter(par=agente, adoptee_le=fabriques.date(2025, 2, 1), **resolution)
        version.deposer(par=signataire, certifie=True)
        visee = version.priorites.exclude(pk=autre.pk).get()
        version = retourner(version, analyste, ("priorite", str(visee.cle)))
        objectif = visee.objectifs.get()
        objectif.enregistrer(par=agente, revision=objectif.revision)
        objectif.moyens.get().dupliquer(par=agente)
        for geste in (
            lambda: autre.enregistrer(par=agente, revision=autre.revision),
            lambda: visee.deplacer(1, par=agente),
            lambda: visee.dupliquer(par=agente),
            lambda: fabriques.ajouter_priorite(version, agente),
        ):
            with pytest.raises(TransitionInterdite, match="rien ne s’y modifie avant le nouveau dépôt"):
                geste()
        assert [p.titre for p in version.priorites.all()] == [visee.titre, autre.titre]

    def test_une_demande_sur_un_moyen_n_ouvre_ni_ses_pareils_ni_son_objectif(self, deposee, analyste, agente):
        moyen = deposee.priorites.get().objectifs.get().moyens.get()
        retourner(deposee, analyste, ("moyen", str(moyen.cle)))
        moyen.enregistrer(par=agente, revision=moyen.revision)
        moyen.indicateurs.get().dupliquer(par=agente)
        for geste in (
            lambda: moyen.dupliquer(par=agente),
            lambda: moyen.deplacer(1, par=agente),
            lambda: moyen.objectif.enregistrer(par=agente, revision=1),
        ):
            with pytest.raises(TransitionInterdite, match="rien ne s’y modifie avant le nouveau dépôt"):
                geste()
        moyen.supprimer(par=agente)
        moyen.retablir(par=agente)


class TestRepondre:
    @pytest.fixture
    def version(self, deposee, analyste):
        return retourner(deposee, analyste, ("section", "1d"))

    @pytest.fixture
    def demande(self, version):
        return version.demandes.get()

    def test_faite_puis_reprise_puis_faite_autrement_chaque_fois_une_ligne(self, version, demande, agente):
        assert demande.est_ouverte
        demande.traiter(par=agente, reponse="C’est ajouté.")
        demande.traiter(par=agente, reponse="C’est ajouté.")
        assert not relue(demande).est_ouverte
        demande.traiter(par=agente, reponse="Deux sièges.")
        demande.reprendre(par=agente)
        demande.reprendre(par=agente)
        lignes = version.journal.filter(geste__endswith="-correction").order_by("pk")
        assert list(lignes.values_list("geste", "role", "public")) == [
            ("traiter-correction", "coordination", True),
            ("traiter-correction", "coordination", True),
            ("reprendre-correction", "coordination", True),
        ]
        assert (relue(demande).traitee_le, relue(demande).reponse) == (None, "Deux sièges.")
        assert relue(demande).est_ouverte

    def test_une_demande_revoquee_referme_sa_partie_et_ne_se_traite_plus(
        self, version, demande, analyste, agente
    ):
        demande.revoquer(par=analyste)
        with pytest.raises(TransitionInterdite, match="a été révoquée"):
            demande.traiter(par=agente)
        assert version.empechements_a_modifier(("section", "1d"))
        ligne = version.journal.get(geste="revoquer-correction")
        assert (ligne.role, ligne.public) == ("dgsq", True)
        assert list(DemandeCorrection.objects.visibles_par(agente)) == [demande]

    def test_une_demande_faite_laisse_sa_partie_ouverte(self, version, demande, agente):
        demande.traiter(par=agente)
        assert version.empechements_a_modifier(("section", "1d")) == []

    def test_apres_le_nouveau_depot_les_demandes_du_tour_precedent_ne_bougent_plus(
        self, version, demande, agente, signataire, analyste
    ):
        demande.traiter(par=agente)
        version.deposer(par=signataire, certifie=True)
        self.verifier_que_rien_ne_bouge(demande, agente, analyste)
        retourner(version, analyste, ("section", "2a"))
        self.verifier_que_rien_ne_bouge(demande, agente, analyste)
        version = fabriques.relire(version)
        assert version.empechements_a_modifier(("section", "1d"))
        assert version.empechements_a_modifier(("section", "2a")) == []
        assert sorted(version.demandes.values_list("tour", flat=True)) == [1, 2]

    def verifier_que_rien_ne_bouge(self, demande, agente, analyste):
        avant = DemandeCorrection.objects.filter(pk=demande.pk).values().get()
        for geste in (
            lambda: demande.traiter(par=agente, reponse="Autre"),
            lambda: demande.reprendre(par=agente),
            lambda: demande.revoquer(par=analyste),
        ):
            with pytest.raises(TransitionInterdite):
                geste()
        assert DemandeCorrection.objects.filter(pk=demande.pk).values().get() == avant

    def test_une_demande_encore_preparee_ne_se_traite_pas(self, cadre, agente, signataire, direction, mess):
        preparee = demander(fabriques.version_avisee(cadre.bsl), mess)
        for geste in (preparee.traiter, preparee.reprendre):
            with pytest.raises(TransitionInterdite):
                geste(par=agente)


class TestControleEtObservations:
    def test_une_reponse_par_element_et_par_depot(self, deposee, analyste, agente, signataire):
        ControleExamen.inscrire(deposee, 3, par=analyste, resultat="absent", note="Rien")
        ControleExamen.inscrire(deposee, 3, par=analyste, resultat="conforme")
        controle = ControleExamen.objects.get()
        assert (str(controle), controle.note, controle.tour) == ("Élément 3\u00a0: Conforme", "", 1)
        version = retourner(deposee, analyste, ("section", "1d"))
        version.demandes.get().traiter(par=agente)
        version.deposer(par=signataire, certifie=True)
        ControleExamen.inscrire(version, 3, par=analyste, resultat="a_preciser")
        assert sorted(version.controles.values_list("tour", "resultat")) == [
            (1, "conforme"),
            (2, "a_preciser"),
        ]

    def test_une_observation_interne_n_est_jamais_vue_de_l_alliance(
        self, cadre, deposee, analyste, mess, agente, signataire, lectrice, ressource, etrangere, approbation
    ):
        porteur = fabriques.personne("observation", None)
        for visibilite in ("interne", "partagee"):
            ObservationPlan.ecrire(
                deposee, par=analyste, cible=("section", "1a"), texte=visibilite, visibilite=visibilite
            )

        def vues(personne):
            return set(ObservationPlan.objects.visibles_par(personne).values_list("texte", flat=True))

        for personne in (agente, signataire, lectrice, ressource):
            assert vues(personne) == {"partagee"}
        for personne in (analyste, mess, approbation):
            assert vues(personne) == {"interne", "partagee"}
        for personne in (etrangere, porteur):
            assert vues(personne) == set()
        assert str(ObservationPlan.objects.first()) == "interne"
