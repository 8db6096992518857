"""Les initiatives de la démonstration : chaque état, chaque refus motivé, et le grand livre qui se recompte."""

from collections import Counter
from io import StringIO

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliances import attentes
from conventions.models import ExerciceConvention
from projets.models import (
    AppelProjets,
    CritereAppel,
    Decision,
    DeclarationInteret,
    ImportDInitiatives,
    Initiative,
    JournalProjets,
    NoteCritere,
    Reponse,
)
from projets.models.avis import prochaine_etape
from projets.models.evaluations import a_evaluer_par, note_de
from projets.models.initiatives import SOUS_PROTOCOLE
from projets.models.propositions import PropositionDecision
from projets.protocoles.models import Protocole
from socle.annonces.attentes import taches
from socle.models import Notification, Utilisateur
from socle.models.chaines import premiere_rupture
from tests.demonstration import charger

DU_BSL = {"alliance__slug": "bas-saint-laurent"}


def compte(adresse):
    return Utilisateur.objects.get(courriel=f"{adresse}@alliances.example")


def celle(titre):
    return Initiative.objects.select_related("appel", "alliance", "organisme").get(titre=titre)


def test_huit_alliances_choisissent_une_centaine_d_initiatives_et_plus(demonstration):
    assert Initiative.objects.count() >= 120
    assert Initiative.objects.values("alliance").distinct().count() == 8
    assert set(Initiative.objects.values_list("etat", flat=True)) == set(Initiative.Etat.values)
    etats = set(AppelProjets.objects.values_list("etat", flat=True))
    assert etats == set(AppelProjets.Etat.values) - {"retire"}
    assert set(AppelProjets.objects.values_list("mode", flat=True)) == set(AppelProjets.Mode.values)


def test_l_argent_accorde_est_de_trois_exercices_et_le_grand_livre_se_recompte(demonstration):
    accordees = Initiative.objects.filter(etat__in=("acceptee", *SOUS_PROTOCOLE))
    ans = set(accordees.values_list("affectations__enveloppe__an", flat=True))
    assert ans == {2025, 2026, 2027}
    for initiative in accordees:
        assert initiative.affectations.exists(), initiative
    call_command("verifier_grand_livre", stdout=StringIO())
    assert premiere_rupture(JournalProjets) is None


def test_les_exercices_finis_sont_clos_et_rien_n_y_reste_promis(demonstration):
    finis = ExerciceConvention.objects.filter(
        an__lt=2026,
        montant__gt=0,
        convention__etat="signee",
        convention__alliance__in=_alliances_d_initiatives(),
    )
    assert set(finis.values_list("an", flat=True)) == {2024, 2025}
    assert not finis.filter(clos_le=None).exists()
    assert not Initiative.objects.filter(etat="acceptee", affectations__enveloppe__an=2025).exists()


def _alliances_d_initiatives():
    return Initiative.objects.order_by().values("alliance")


def test_chaque_montant_et_chaque_appel_se_disent_fictifs(demonstration):
    assert not Initiative.objects.filter(montants_fictifs=False).exists()
    assert not AppelProjets.objects.exclude(presentation__contains="sont inventés").exists()


def test_chaque_refus_a_sa_raison_et_chaque_reponse_sa_lettre(demonstration):
    refus = Decision.objects.filter(sens="refusee")
    assert refus.count() >= 8
    assert not refus.filter(motif="").exists()
    assert len(set(refus.values_list("raison", flat=True))) >= 5
    repondus = Decision.objects.filter(initiative__appel__etat="repondu")
    assert Reponse.objects.filter(jugee=None).count() == repondus.count()
    non_admissibles = Initiative.objects.filter(etat="non_admissible")
    assert set(Reponse.objects.filter(decision=None).values_list("jugee", flat=True)) >= set(
        non_admissibles.values_list("pk", flat=True)
    )
    assert Initiative.objects.sans_reponse().filter(appel__etat="decide").exists()


def test_une_decision_s_ecarte_d_un_avis_et_dit_pourquoi(demonstration):
    decision = Decision.objects.get(initiative=celle("Jeunes pousses au travail"))
    assert (decision.sens, bool(decision.ecart)) == ("acceptee", True)


def test_le_circuit_du_bas_saint_laurent_est_le_sien(demonstration):
    circuits = {i.titre: i.circuit for i in Initiative.objects.deposees().filter(**DU_BSL)}
    assert circuits["Cuisines de rang"] == "Initiatives locales"
    assert circuits["Regards croisés sur la pauvreté"] == "Initiatives issues de l’Espace régional"
    assert not Initiative.objects.deposees().filter(circuit="").exists()


def test_deux_initiatives_ont_la_meme_note_et_la_seance_les_propose(demonstration):
    propositions = PropositionDecision.objects.en_attente().filter(
        initiative__alliance__slug="bas-saint-laurent", par__isnull=False
    )
    notes = [note_de(p.initiative).total for p in propositions]
    assert len(notes) == 2
    assert len(set(notes)) == 1
    assert [p.manques() for p in propositions] == [[], []]


def test_l_argent_d_un_desistement_propose_la_premiere_de_la_liste_d_attente(demonstration):
    proposition = PropositionDecision.objects.get(initiative__alliance__slug="bas-saint-laurent", par=None)
    assert (proposition.initiative.etat, proposition.sens) == ("en_attente", "acceptee")


def test_qui_siege_au_conseil_d_une_mrc_declare_son_conflit_et_ne_note_pas(demonstration):
    declaration = DeclarationInteret.objects.get(conflit=True)
    assert declaration.initiative.organisme.nom == "MRC de La Matapédia"
    assert not NoteCritere.objects.filter(
        personne=declaration.personne, initiative=declaration.initiative
    ).exists()
    assert (
        declaration.initiative.notes.count()
        == CritereAppel.objects.filter(appel=declaration.initiative.appel).count()
    )


def test_porteur_a_une_initiative_en_cours_et_un_brouillon_et_porteur2_des_refus(demonstration):
    siennes = Initiative.objects.visibles_par(compte("porteur")).avec_etat_lu(compte("porteur"))
    assert Counter(i.etat_lu for i in siennes) == {"en_cours": 1, "brouillon": 1}
    annoncees = Initiative.objects.visibles_par(compte("porteur2")).values_list("etat_annonce", flat=True)
    assert Counter(annoncees) == {"refusee": 2, "acceptee": 1}
    brouillon = siennes.get(etat="brouillon")
    assert brouillon.ce_qui_manque()
    assert brouillon.appel.est_ouvert()


def test_l_invitation_de_porteur_attend_porteur2_sur_son_accueil(demonstration):
    gestes = [attente.geste.un for attente in attentes.taches(compte("porteur2"))]
    assert gestes == ["Répondre à une invitation"]


def test_chaque_compte_a_quelque_chose_a_faire_des_initiatives(demonstration):
    a_lire = a_evaluer_par(compte("evaluation")).exclude(declarations__personne=compte("evaluation"))
    assert a_lire.exists()
    for adresse in ("coordination", "signature", "porteur", "evaluation"):
        assert taches(compte(adresse)), adresse


def test_une_etape_du_circuit_attend_encore_son_avis(demonstration):
    for titre in ("Visites d’hiver", "Un jardin sur le toit"):
        assert prochaine_etape(celle(titre)).acte != "decision"


def test_rien_n_arrive_dans_le_futur_et_aucun_courriel_ne_part(demonstration):
    assert not JournalProjets.objects.filter(inscrite_le__gt=timezone.now()).exists()
    assert not Notification.objects.filter(courriel__envoye_le=None).exists()


def test_l_appel_ouvert_se_lit_sans_compte(demonstration, client):
    appel = AppelProjets.objects.ouverts().get(**DU_BSL)
    page = client.get(reverse("projets:appel_public", args=[appel.pk]))
    assert page.status_code == 200
    assert "sont inventés" in page.text


def test_la_relancer_n_ajoute_aucune_initiative(demonstration):
    comptes = [
        m.objects.count for m in (Initiative, AppelProjets, Protocole, ImportDInitiatives, JournalProjets)
    ]
    avant = [compter() for compter in comptes]
    charger()
    assert avant == [compter() for compter in comptes]
