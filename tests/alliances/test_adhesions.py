"""Se joindre à un organisme, l'engager : une autre personne répond, jamais celle qui demande."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from alliances.attentes import taches
from alliances.models import DemandeDAdhesion, DemandeDEngagement, JournalAlliance, Mandat, Organisme, Role
from alliances.models.adhesions import fonder_un_organisme, membres_de
from alliances.models.releve import nommer, terminer
from socle.erreurs import PieceRefusee, TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def organisme(cadre):
    return Organisme.objects.create(
        nom="Maison de la famille", neq="1140000017", territoire=cadre.bsl.territoires.first()
    )


@partagee
def membre(organisme):
    return fabriques.personne("porteur", organisme)


@partagee
def lea():
    """Un compte vérifié qui n'est de nulle part, ouvert depuis longtemps."""
    lea = fabriques.personne("observation", prenom="Léa", nom="Tremblay")
    Mandat.objects.filter(utilisateur=lea).delete()
    Utilisateur.objects.filter(pk=lea.pk).update(cree_le=lea.cree_le - timedelta(days=30))
    return Utilisateur.objects.get(pk=lea.pk)


def relue(personne):
    return Utilisateur.objects.get(pk=personne.pk)


def adhesion(organisme, lea, alliance):
    return DemandeDAdhesion.demander(organisme, par=lea, alliance=alliance, message="Adjointe")


def engagement(organisme, lea, alliance, **champs):
    champs = {
        "resolution": "2026-04",
        "resolution_le": aujourd_hui(),
        "piece": fabriques.fichier_pdf(),
    } | champs
    return DemandeDEngagement.demander(organisme, par=relue(lea), alliance=alliance, **champs)


# --- Se joindre


def test_un_membre_accepte_et_la_personne_redige_sans_engager(cadre, organisme, membre, lea):
    demande = adhesion(organisme, lea, cadre.bsl).accepter(par=membre)
    assert (demande.etat, demande.decidee_par) == ("acceptee", membre)
    mandat = Mandat.objects.get(utilisateur=lea)
    assert (mandat.role, mandat.organisme, mandat.nomme_par) == (Role.PORTEUR, organisme, membre)
    gestes = [ligne.geste for ligne in JournalAlliance.objects.order_by("rang")][-3:]
    assert gestes == ["demander-adhesion", "accepter-adhesion", "nommer"]


def test_tant_qu_il_y_a_un_membre_la_table_ne_repond_pas(cadre, organisme, membre, lea, agente):
    demande = adhesion(organisme, lea, cadre.bsl)
    for geste in (demande.accepter, demande.refuser):
        with pytest.raises(TransitionInterdite, match="personne de cet organisme"):
            geste(par=agente, motif="Je la connais.")
    assert not Mandat.objects.filter(utilisateur=lea).exists()


def test_tous_partis_la_coordination_rouvre_avec_une_raison(cadre, organisme, membre, lea, agente):
    demande = adhesion(organisme, lea, cadre.bsl)
    terminer(Mandat.objects.get(utilisateur=membre), par=agente)
    with pytest.raises(TransitionInterdite, match="écrivez pourquoi"):
        demande.accepter(par=agente)
    with pytest.raises(TransitionInterdite, match="coordination de la Table"):
        demande.accepter(par=relue(membre), motif="Elle me remplace.")
    demande.accepter(par=agente, motif="Le conseil la nomme, lettre du 3 novembre.")
    assert list(membres_de(organisme)) == [lea]
    ligne = JournalAlliance.objects.filter(geste="accepter-adhesion").get()
    assert ligne.motif == "Le conseil la nomme, lettre du 3 novembre."


def test_une_invitation_jamais_acceptee_ne_repond_pas_pour_l_organisme(cadre, organisme, lea, agente):
    invitee = Utilisateur.objects.create_user("invitee@mitis.example", prenom="Odile", nom="Roy")
    nommer(invitee, Role.PORTEUR, par=agente, organisme=organisme)
    assert adhesion(organisme, lea, cadre.bsl).sans_membre


def test_on_ne_repond_pas_a_sa_propre_demande(cadre, organisme, membre, lea):
    demande = adhesion(organisme, lea, cadre.bsl)
    for geste in (demande.accepter, demande.refuser):
        with pytest.raises(TransitionInterdite, match="Vous avez fait cette demande"):
            geste(par=lea, motif="Moi")
    with pytest.raises(IntegrityError):
        DemandeDAdhesion.objects.filter(pk=demande.pk).update(
            etat="acceptee", decidee_par=lea, decidee_le=demande.demandee_le
        )


def test_un_refus_a_son_motif_et_une_demande_refusee_se_refait(cadre, organisme, membre, lea):
    demande = adhesion(organisme, lea, cadre.bsl)
    with pytest.raises(TransitionInterdite, match="motif"):
        demande.refuser(par=membre, motif=" ")
    demande.refuser(par=membre, motif="Nous ne la connaissons pas.")
    with pytest.raises(TransitionInterdite, match="n’attend plus"):
        demande.accepter(par=membre)
    assert adhesion(organisme, lea, cadre.bsl).etat == "demandee"


def test_une_demande_a_la_fois_et_pas_de_qui_en_est_deja(cadre, organisme, membre, lea):
    adhesion(organisme, lea, cadre.bsl)
    with pytest.raises(ValidationError, match="attend déjà"):
        adhesion(organisme, lea, cadre.bsl)
    with pytest.raises(TransitionInterdite, match="déjà"):
        adhesion(organisme, membre, cadre.bsl)


def test_seule_la_personne_retire_sa_demande(cadre, organisme, membre, lea):
    demande = adhesion(organisme, lea, cadre.bsl)
    with pytest.raises(TransitionInterdite, match="qui l’a faite"):
        demande.retirer(par=membre)
    assert demande.retirer(par=lea).etat == "retiree"


def test_ce_qui_attend_va_aux_membres_puis_a_la_table(cadre, organisme, membre, lea, agente):
    adhesion(organisme, lea, cadre.bsl)

    def attendent(personne):
        return [a.geste.un for a in taches(relue(personne)) if "adhésion" in a.geste.un]

    assert (len(attendent(membre)), attendent(agente), attendent(lea)) == (1, [], [])
    terminer(Mandat.objects.get(utilisateur=membre), par=agente)
    assert (attendent(membre), len(attendent(agente))) == ([], 1)


def test_trois_personnes_devant_la_page(cadre, organisme, membre, lea, agente, client_de):
    demande = adhesion(organisme, lea, cadre.bsl)
    url = reverse("alliances:adhesion_acceptation", args=[demande.pk])
    ailleurs = fabriques.personne("coordination", cadre.lanaudiere)
    assert client_de(ailleurs).get(url).status_code == 404
    assert client_de(agente).post(url, {"motif": "Oui"}).status_code == 403
    assert client_de(lea).post(url).status_code == 302
    assert DemandeDAdhesion.objects.get().etat == "demandee"
    page = client_de(membre).get(url)
    assert_html_accessible(page)
    assert "Adjointe" in page.content.decode()
    assert client_de(membre).post(url).status_code == 302
    assert DemandeDAdhesion.objects.get().etat == "acceptee"
    assert lea.notifications.get().titre == "Vous pouvez rédiger pour l’organisme"


def test_la_page_du_refus_et_celle_du_retrait(cadre, organisme, membre, lea, client_de):
    demande = adhesion(organisme, lea, cadre.bsl)
    url = reverse("alliances:adhesion_refus", args=[demande.pk])
    assert client_de(membre).post(url, {"motif": ""}).status_code == 200
    client_de(membre).post(url, {"motif": "Inconnue."})
    assert "refusée" in lea.notifications.get().titre
    suivante = adhesion(organisme, lea, cadre.bsl)
    url = reverse("alliances:adhesion_retrait", args=[suivante.pk])
    assert_html_accessible(client_de(lea).get(url))
    client_de(lea).post(url)
    assert DemandeDAdhesion.objects.get(pk=suivante.pk).etat == "retiree"


# --- Fonder


def test_l_organisme_fonde_n_a_que_sa_fondatrice_et_son_neq_n_est_pris_qu_une_fois(cadre, lea, membre):
    def neuf():
        return Organisme(nom="Cuisine", neq="1140000025", territoire=cadre.bsl.territoires.first())

    mandat = fonder_un_organisme(neuf(), par=lea)
    assert (mandat.role, mandat.nomme_par) == (Role.PORTEUR, None)
    assert list(membres_de(mandat.organisme)) == [lea]
    with pytest.raises(ValidationError, match="déjà ce NEQ"):
        fonder_un_organisme(neuf(), par=membre)


# --- Engager


def test_la_table_accepte_la_resolution_et_la_personne_engage(cadre, organisme, lea, agente):
    nommer(lea, Role.PORTEUR, par=agente, organisme=organisme)
    engagement(organisme, lea, cadre.bsl).accepter(par=agente)
    mandat = Mandat.objects.get(utilisateur=lea, role=Role.ENGAGEMENT)
    assert (mandat.est_en_vigueur(), mandat.resolution, mandat.nomme_par) == (True, "2026-04", agente)
    assert mandat.piece.sha256 == DemandeDEngagement.objects.get().piece.sha256
    with mandat.piece.fichier.open("rb") as fichier:
        assert fichier.read().startswith(b"%PDF")


def test_un_compte_du_jour_demande_aujourd_hui_et_engage_demain(cadre, organisme, agente):
    neuve = Utilisateur.objects.create_user("neuve@mitis.example", "six pommes", prenom="Ana", nom="Roy")
    nommer(neuve, Role.PORTEUR, par=agente, organisme=organisme)
    demande = engagement(organisme, neuve, cadre.bsl)
    with pytest.raises(TransitionInterdite, match="dès le lendemain"):
        demande.accepter(par=agente)
    assert DemandeDEngagement.objects.get().etat == "demandee"
    Utilisateur.objects.filter(pk=neuve.pk).update(cree_le=neuve.cree_le - timedelta(days=1))
    assert demande.accepter(par=agente).etat == "acceptee"


def test_personne_n_est_aux_deux_bouts(cadre, organisme, lea, agente, membre):
    fabriques.mandater(agente, "porteur", organisme=organisme)
    mandataire = relue(agente)
    sienne = engagement(organisme, mandataire, cadre.bsl)
    for par in (mandataire, membre):
        with pytest.raises(TransitionInterdite):
            sienne.accepter(par=par)
    fabriques.mandater(lea, "porteur", organisme=organisme)
    with pytest.raises(TransitionInterdite, match="de cet organisme"):
        engagement(organisme, lea, cadre.bsl).accepter(par=mandataire)
    assert not Mandat.objects.filter(role=Role.ENGAGEMENT).exists()


def test_il_faut_etre_de_l_organisme_pour_demander_et_encore_a_l_acceptation(cadre, organisme, lea, agente):
    with pytest.raises(TransitionInterdite, match="rédiger"):
        engagement(organisme, lea, cadre.bsl)
    mandat = nommer(lea, Role.PORTEUR, par=agente, organisme=organisme)
    demande = engagement(organisme, lea, cadre.bsl)
    terminer(mandat, par=agente)
    with pytest.raises(TransitionInterdite, match="n’est plus"):
        demande.accepter(par=agente)


def test_qui_tient_la_caisse_n_engage_pas(cadre, organisme, agente):
    finances = fabriques.personne("finances", cadre.bsl)
    nommer(finances, Role.PORTEUR, par=agente, organisme=organisme)
    with pytest.raises(TransitionInterdite, match="ne vont pas"):
        engagement(organisme, finances, cadre.bsl)


def test_une_resolution_de_demain_ou_un_faux_pdf_ne_se_joint_pas(cadre, organisme, lea, agente):
    nommer(lea, Role.PORTEUR, par=agente, organisme=organisme)
    with pytest.raises(TransitionInterdite, match="futur"):
        engagement(organisme, lea, cadre.bsl, resolution_le=aujourd_hui() + timedelta(days=1))
    with pytest.raises(PieceRefusee):
        engagement(organisme, lea, cadre.bsl, piece=fabriques.fichier_pdf(contenu=b"bonjour"))
    assert not DemandeDEngagement.objects.exists()


def test_la_page_de_la_table(cadre, organisme, lea, agente, client_de):
    nommer(lea, Role.PORTEUR, par=agente, organisme=organisme)
    demande = engagement(organisme, lea, cadre.bsl)
    url = reverse("alliances:engagement_acceptation", args=[demande.pk])
    fichier = reverse("alliances:piece_d_engagement", args=[demande.piece.pk])
    ailleurs = fabriques.personne("coordination", cadre.lanaudiere)
    assert [client_de(ailleurs).get(u).status_code for u in (url, fichier)] == [404, 404]
    page = client_de(agente).get(url)
    assert_html_accessible(page)
    assert b"".join(client_de(agente).get(fichier).streaming_content).startswith(b"%PDF")
    assert [a.lien for a in taches(relue(agente)) if "résolution" in a.geste.un] == [url]
    client_de(agente).post(url)
    assert Mandat.objects.get(utilisateur=lea, role=Role.ENGAGEMENT).est_en_vigueur()
    assert lea.notifications.filter(titre="Un mandat vous est confié").exists()


def test_la_table_refuse_avec_un_motif(cadre, organisme, lea, agente, client_de):
    nommer(lea, Role.PORTEUR, par=agente, organisme=organisme)
    demande = engagement(organisme, lea, cadre.bsl)
    client_de(agente).post(
        reverse("alliances:engagement_refus", args=[demande.pk]), {"motif": "Elle nomme une autre personne."}
    )
    demande.refresh_from_db()
    assert (demande.etat, demande.decision_motif) == ("refusee", "Elle nomme une autre personne.")
    assert not Mandat.objects.filter(role=Role.ENGAGEMENT).exists()
