"""L'argent réservé : il finit, se prolonge ou revient aux enveloppes."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from conventions.models import Ecriture
from projets.attentes import etude
from projets.models import AppelProjets, Initiative, PropositionDecision
from projets.models.jugements import revoir
from projets.models.reponses import envoyer
from projets.models.reservations import (
    desister,
    liberer_l_echue,
    liberer_la_reservation,
    prolonger_la_reservation,
)
from projets.models.revisions import demander_la_revision, repondre_a_la_revision
from projets.notifications.reservations import suivre_les_reservations
from projets.permissions import ou_peut, peut
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.reservees import (
    ATTENTE,
    JOURS,
    accepter_et_repondre,
    finie,
    liberer,
    mettre_en_attente,
    recues,
)
from tests.projets.test_decisions import prendre, solde
from tests.projets.test_seance import accepter, dossier_pret

pytestmark = pytest.mark.django_db


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    return accepter_et_repondre(prete_a_decider, enveloppes["La Matapédia"], signataire)


@pytest.fixture
def file(acceptee, agente, signataire):
    return mettre_en_attente(acceptee.appel, agente, signataire)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def test_acceptee_elle_est_reservee_pour_les_jours_de_l_appel(acceptee):
    assert acceptee.reservee_jusqu_au == aujourd_hui() + timedelta(days=JOURS)


def test_sans_jours_de_reservation_la_somme_reste_reservee(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    assert p.relire(prete_a_decider).reservee_jusqu_au is None
    assert suivre_les_reservations(aujourd_hui() + timedelta(days=3650)) == ([], [], [])


def test_deux_reservations_d_une_meme_resolution_restent_deux_promesses(
    prete_a_decider, agente, enveloppes, signataire
):
    autre = dossier_pret(prete_a_decider.appel, agente, "Autre organisme", "1140000199")
    affectations = {enveloppes["La Matapédia"]: D(15_000)}
    prises = [prendre(i, signataire, affectations=affectations) for i in (prete_a_decider, autre)]
    convention = enveloppes["La Matapédia"].convention
    assert {x.reference for x in convention.promesses()} == {x.reference for x in prises}
    envoyer(prete_a_decider.appel, par=signataire)
    desister(p.relire(autre), par=signataire, motif="La salle n’est plus libre.")
    assert [x.reference for x in convention.promesses()] == [prises[0].reference]
    rendue = Ecriture.objects.get(nature="liberation")
    assert (rendue.reference, autre.numero in rendue.motif) == (prises[1].reference, True)


@pytest.mark.parametrize("geste", [desister, liberer])
def test_rendue_elle_ne_garde_aucune_proposition(acceptee, signataire, geste):
    oubliee = {"initiative": acceptee, "sens": "acceptee", "modifiee_le": timezone.now()}
    PropositionDecision.objects.create(**oubliee)
    geste(acceptee, par=signataire, motif="La salle n’est plus libre.")
    assert not PropositionDecision.objects.exists()


def test_rouverte_par_une_revision_elle_ne_garde_aucune_proposition(prete_a_decider, equipe, signataire):
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(revision_jours=20)
    prendre(
        prete_a_decider,
        fabriques.personne("signature", prete_a_decider.alliance),
        **ATTENTE | {"sens": "refusee"},
    )
    envoyer(prete_a_decider.appel, par=signataire)
    refusee = p.relire(prete_a_decider)
    PropositionDecision.objects.create(initiative=refusee, sens="acceptee", modifiee_le=timezone.now())
    demander_la_revision(refusee, par=equipe[1], motif="Les faits sont à la page 3.")
    repondre_a_la_revision(refusee, par=signataire, issue="rouverte", motif="Un fait manquait.")
    assert not PropositionDecision.objects.exists()


def test_revenue_au_jugement_elle_perd_sa_proposition(prete_a_decider, agente, enveloppes):
    accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 1)
    revoir(p.sans_avis(prete_a_decider, agente), par=agente, motif="Un critère est à relire.")
    assert not PropositionDecision.objects.exists()


def test_sans_personne_en_attente_l_argent_revient_seulement(acceptee, signataire, enveloppes):
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert solde(enveloppes["La Matapédia"]).reserve == 0
    assert not PropositionDecision.objects.exists()


def test_le_delai_de_reservation_court_du_jour_ou_l_organisme_l_apprend(
    prete_a_decider, enveloppes, signataire
):
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(reservation_jours=JOURS)
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    envoyer(prete_a_decider.appel, par=signataire, le=timezone.now() + timedelta(days=10))
    fin = p.relire(prete_a_decider).reservee_jusqu_au
    assert fin == aujourd_hui() + timedelta(days=10 + JOURS)
    assert prete_a_decider.decisions.get().reponse.contenu["pour_le"] == fin.isoformat()


def test_avant_sa_fin_une_reservation_se_libere_par_une_resolution(acceptee, signataire):
    with pytest.raises(TransitionInterdite, match="numéro de la résolution"):
        liberer_la_reservation(acceptee, par=signataire, motif="Je la veux.")
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert (
        acceptee.journal.get(geste="liberer-reservation").motif
        == "Résolution 2026-10-01\xa0: Le protocole tarde."
    )


def test_finie_une_reservation_se_libere_sans_resolution(acceptee, signataire):
    assert (
        liberer_la_reservation(finie(acceptee), par=signataire, motif="Le délai est passé.").etat == "liberee"
    )


def test_sans_fin_seule_la_signature_de_l_alliance_libere_sans_resolution(
    cadre, prete_a_decider, enveloppes, signataire
):
    de_la_mrc = fabriques.personne("sign_territoire", prete_a_decider.territoires.get())
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    envoyer(prete_a_decider.appel, par=signataire)
    acceptee = p.relire(prete_a_decider)
    with pytest.raises(TransitionInterdite, match="numéro de la résolution"):
        liberer_la_reservation(acceptee, par=de_la_mrc, motif="Je la veux.")
    assert liberer_la_reservation(acceptee, par=signataire, motif="Le protocole tarde.").etat == "liberee"


@pytest.mark.parametrize("geste", ["liberer-reservation", "prolonger-reservation"])
def test_un_territoire_ne_touche_qu_a_l_argent_de_ses_enveloppes(cadre, acceptee, enveloppes, geste):
    de_la_mrc = fabriques.personne("sign_territoire", cadre.bsl.territoires.get(code="07"))

    def permis():
        relue = p.relire(acceptee)
        return peut(de_la_mrc, geste, relue) is None, relue in Initiative.objects.filter(
            ou_peut(de_la_mrc, geste)
        )

    assert permis() == (True, True)
    acceptee.appel.enveloppes.all().delete()  # elle n'est plus mise en commun
    assert permis() == (False, False)
    for enveloppe in (enveloppes["La Matapédia"], enveloppes["Projets régionaux"]):
        acceptee.appel.enveloppes.create(enveloppe=enveloppe, montant=D(100_000))
    assert permis() == (True, True)


def test_une_prolongation_a_son_motif_et_une_fin_plus_tardive(acceptee, agente):
    fin = acceptee.reservee_jusqu_au
    for jusqu_au, motif, phrase in ((fin, "Oui.", "suit celle"), (fin + timedelta(days=1), " ", "le motif")):
        with pytest.raises(TransitionInterdite, match=phrase):
            prolonger_la_reservation(acceptee, par=agente, jusqu_au=jusqu_au, motif=motif)
    prolonger_la_reservation(
        acceptee, par=agente, jusqu_au=fin + timedelta(days=30), motif="Le conseil tarde."
    )
    assert p.relire(acceptee).reservee_jusqu_au == fin + timedelta(days=30)
    assert acceptee.journal.get(geste="prolonger-reservation").motif == "Le conseil tarde."


def test_une_fin_prolongee_n_est_pas_deja_passee(acceptee, agente):
    with pytest.raises(TransitionInterdite, match="n’est pas passée"):
        prolonger_la_reservation(
            finie(acceptee, jours=9), par=agente, jusqu_au=aujourd_hui() - timedelta(days=1), motif="Oui."
        )


def test_on_ne_libere_ni_sans_motif_ni_avant_la_reponse_ni_deux_fois(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    with pytest.raises(TransitionInterdite, match="envoyez d’abord la réponse"):
        liberer_la_reservation(prete_a_decider, par=signataire, motif="Non.")
    envoyer(prete_a_decider.appel, par=signataire)
    with pytest.raises(TransitionInterdite, match="Écrivez le motif"):
        liberer_la_reservation(prete_a_decider, par=signataire, motif=" ")
    liberer_la_reservation(prete_a_decider, par=signataire, motif="Le protocole tarde.")
    with pytest.raises(TransitionInterdite, match="Seule une initiative acceptée"):
        liberer_la_reservation(prete_a_decider, par=signataire, motif="Encore.")
    assert p.relire(prete_a_decider).etat_annonce == "liberee"


def test_la_commande_rappelle_une_fois_puis_libere_et_le_dit(acceptee, file, agente, equipe, capsys):
    bientot = aujourd_hui() + timedelta(days=14)
    Initiative.objects.filter(pk=acceptee.pk).update(reservee_jusqu_au=bientot)
    for rappelees in (1, 0):
        call_command("suivre_les_reservations")
        assert capsys.readouterr().out == f"{rappelees} rappelée.\n0 libérée.\n0 retenue.\n"
    assert recues(equipe[0], "finit bientôt") == recues(agente, "finit bientôt") == 1
    assert suivre_les_reservations(bientot)[1] == []
    assert suivre_les_reservations(bientot + timedelta(days=1))[1] == [acceptee]
    assert p.relire(acceptee).etat == "liberee"
    assert "a pris fin le" in acceptee.journal.get(geste="liberer-reservation").motif
    assert recues(equipe[0], "Réservation libérée") == recues(agente, "Réservation libérée") == 1
    assert recues(agente, "la suivante") == 1
    assert recues(equipe[0], "la suivante") == 0


def test_prolongee_pendant_que_la_commande_tourne_elle_reste(acceptee, agente):
    lue = finie(acceptee)
    prolonger_la_reservation(
        lue, par=agente, jusqu_au=aujourd_hui() + timedelta(days=9), motif="Le conseil tarde."
    )
    assert liberer_l_echue(lue, aujourd_hui()) is None
    assert p.relire(acceptee).etat == "acceptee"


def test_ce_qui_ne_peut_pas_revenir_n_est_pas_tu(acceptee, agente):
    """L'exercice s'est clos entre-temps : l'argent ne bouge plus, et la Table l'apprend, une fois."""
    convention = acceptee.affectations.get().enveloppe.convention
    convention.exercices.filter(an=2026).update(clos_le=aujourd_hui(), clos_par=agente)
    for _ in range(2):
        assert suivre_les_reservations(aujourd_hui() + timedelta(days=JOURS + 1))[1:] == ([], [acceptee])
    assert recues(agente, "argent retenu") == 1


def test_l_embargo_tient_la_reservation_echue_n_est_pas_liberee_avant_la_reponse(
    prete_a_decider, enveloppes, signataire, equipe
):
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(reservation_jours=JOURS)
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    assert suivre_les_reservations(aujourd_hui() + timedelta(days=JOURS + 1)) == ([], [], [])
    assert not Notification.objects.filter(destinataire=equipe[0], titre__contains="éservation").exists()


def test_la_table_l_a_parmi_ses_attentes_a_quatorze_jours(acceptee, agente, etrangere):
    assert [a for a in etude.taches(agente) if a.geste == etude.PROLONGER] == []
    finie(acceptee, jours=-14)
    [attente] = [a for a in etude.taches(agente) if a.geste == etude.PROLONGER]
    assert attente.echeance == aujourd_hui() + timedelta(days=14)
    assert attente.montant == D(15_000)
    assert attente.lien == adresse("reservation_prolongation", acceptee)
    assert etude.taches(etrangere) == []


def test_les_pages_prolongent_et_liberent(acceptee, file, agente, signataire, equipe, client_de):
    url = adresse("reservation_prolongation", acceptee)
    assert_html_accessible(client_de(agente).get(url))
    fin = acceptee.reservee_jusqu_au + timedelta(days=30)
    envoi = {"jusqu_au": fin.isoformat(), "motif": "Le conseil tarde."}
    assert client_de(agente).post(url, envoi).status_code == 302
    assert p.relire(acceptee).reservee_jusqu_au == fin
    page = client_de(equipe[0]).get(adresse("initiative", acceptee))
    assert_html_accessible(page)
    assert "reste réservé jusqu’au" in page.content.decode()
    url = adresse("reservation_liberation", acceptee)
    assert_html_accessible(client_de(signataire).get(url))
    assert client_de(signataire).post(url, {"motif": "Le protocole tarde."}).status_code == 409
    avec = {"motif": "Le protocole tarde.", "resolution": "2026-10-01"}
    assert client_de(signataire).post(url, avec).status_code == 302
    assert p.relire(acceptee).etat == "liberee"
    seance = client_de(agente).get(reverse("projets:seance", args=[acceptee.appel_id]))
    assert_html_accessible(seance)
    assert "Rang 1 de la liste d’attente" in seance.content.decode()
    assert "Rang 1" in client_de(agente).get(adresse("initiative", file[0])).content.decode()


def test_qui_n_est_pas_de_la_table_n_y_touche_pas(acceptee, agente, lectrice, etrangere, equipe, client_de):
    for nom, codes in (
        ("reservation_prolongation", (200, 403, 404, 403)),
        ("reservation_liberation", (403, 403, 404, 403)),
    ):
        for personne, code in zip((agente, lectrice, etrangere, equipe[1]), codes, strict=True):
            assert client_de(personne).get(adresse(nom, acceptee)).status_code == code
