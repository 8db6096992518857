"""Mon organisme : qui en est et ce qu'il peut, inviter, partir; en avoir deux; déposer dans deux régions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.attentes import taches
from alliances.models import DemandeDAdhesion, JournalAlliance, Mandat, Organisme
from alliances.models.adhesions import (
    fonder_un_organisme,
    quitter,
    retirer_le_membre,
)
from alliances.models.confiance import est_trop_neuf
from alliances.models.equipes import (
    InvitationDUnMembre,
    annuler_une_invitation,
    invitations_en_attente,
    inviter_un_membre,
)
from projets.models import Initiative, PieceOrganisme
from projets.permissions import peut
from socle.erreurs import TransitionInterdite
from socle.models import Courriel, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.plans.test_concurrence import ensemble
from tests.projets import fabriques as p
from tests.projets import situation

pytestmark = pytest.mark.django_db
LOU = {"courriel": "lou@mitis.example", "prenom": "Lou", "nom": "Tremblay"}


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


def adresse(nom, organisme):
    return reverse(f"projets:{nom}", args=[organisme.pk])


def relue(personne):
    return Utilisateur.objects.get(pk=personne.pk)


def test_la_page_dit_qui_redige_qui_engage_et_ce_que_vaut_le_dossier(organisme, equipe, client_de):
    redige, engage = equipe
    Mandat.objects.filter(utilisateur=engage).update(
        resolution="CA-2026-04", resolution_le=aujourd_hui(), confirme_par=None
    )
    for nature, fin in (
        ("conseil", timedelta(days=30)),
        ("reglements", -timedelta(days=1)),
        ("rapport", None),
    ):
        jour = aujourd_hui() + fin if fin else None
        PieceOrganisme.televerser(
            fabriques.fichier_pdf(), par=redige, organisme=organisme, nature=nature, valable_jusqu_au=jour
        )
    page = client_de(redige).get(reverse("projets:mes_organismes"))
    assert_html_accessible(page)
    texte = " ".join(page.content.decode().split())
    assert f"{redige} : rédige" in texte
    assert "résolution CA-2026-04 du" in texte
    assert "dans toutes les régions" in texte
    assert texte.count("N’est plus valable") == 1
    assert "sans fin" in texte


def test_la_page_demande_autant_de_requetes_pour_deux_organismes_que_pour_un(cadre, equipe, client_de):
    redige, _ = equipe

    with CaptureQueriesContext(
        connection,
    ) as une:
        client_de(redige).get(reverse("projets:mes_organismes"))
    fabriques.mandater(redige, "porteur", organisme=p.organisme(cadre.bsl, "Frigo", "1140000025"))
    with CaptureQueriesContext(connection) as deux:
        client_de(redige).get(reverse("projets:mes_organismes"))
    assert len(deux) == len(une)


def test_un_membre_en_invite_un_autre_qui_redige_sans_engager(organisme, equipe, client_de):
    redige, _ = equipe
    porteuse = client_de(redige)
    assert_html_accessible(porteuse.get(adresse("organisme_invitation", organisme)))
    assert porteuse.post(adresse("organisme_invitation", organisme), LOU).status_code == 302
    mandat = Mandat.objects.get(utilisateur__courriel=LOU["courriel"])
    assert (mandat.role, mandat.organisme, mandat.nomme_par) == ("porteur", organisme, redige)
    assert Courriel.objects.get(destinataire=mandat.utilisateur).genre == "invitation"
    assert "Invitation envoyée" in porteuse.get(reverse("projets:mes_organismes")).content.decode()
    encore = porteuse.post(adresse("organisme_invitation", organisme), LOU)
    assert "attend déjà" in encore.text
    assert Mandat.objects.filter(utilisateur=mandat.utilisateur).count() == 1
    assert JournalAlliance.objects.filter(geste="nommer", par=redige).count() == 1


def test_ni_la_table_ni_une_autre_ni_un_interim_n_y_invitent(cadre, organisme, equipe, agente, client_de):
    voisine = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    for personne in (agente, voisine):
        client = client_de(personne)
        for nom in ("organisme_invitation", "organisme_depart"):
            assert client.get(adresse(nom, organisme)).status_code == 404
            assert client.post(adresse(nom, organisme), LOU).status_code == 404
        with pytest.raises(TransitionInterdite, match="être de cet organisme"):
            inviter_un_membre(organisme, par=personne, **LOU)


def test_inviter_un_juge_ne_lui_retire_rien_tant_qu_elle_n_accepte_pas(cadre, organisme, equipe, agente):
    """Membre malgré elle, elle ne pourrait plus décider de la demande de cet organisme."""
    demande = p.demande_prete(p.appel_ouvert(cadre.bsl, par=agente), organisme, equipe[0]).deposer(
        par=equipe[1]
    )
    signature = fabriques._tenant("signature", cadre.bsl)
    for personne in (agente, signature):
        inviter_un_membre(organisme, par=equipe[0], **LOU | {"courriel": personne.courriel})
        assert not Mandat.objects.filter(utilisateur=personne, organisme=organisme).exists()
    assert peut(relue(agente), "juger", demande) is None
    assert peut(relue(signature), "decider", demande) is None


def test_un_compte_jamais_ouvert_attend_aussi_son_accord(organisme, equipe, agente):
    invitee = Utilisateur.objects.create_user("odile@table.example", None, prenom="Odile", nom="Roy")
    inviter_un_membre(organisme, par=equipe[0], **LOU | {"courriel": invitee.courriel})
    assert not Mandat.objects.filter(utilisateur=invitee).exists()
    assert list(InvitationDUnMembre.objects.a_repondre_par(invitee))


def test_qui_invite_lit_la_meme_chose_que_l_adresse_ait_un_compte_ou_non(cadre, organisme, equipe, client_de):
    redige, engage = equipe
    connue = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"), nom="Chénard")
    du_ministere = fabriques.personne("mess", nom="Bérubé")
    pages = []
    for adressee in (connue.courriel, du_ministere.courriel, LOU["courriel"]):
        page = client_de(redige).post(
            adresse("organisme_invitation", organisme), LOU | {"courriel": adressee}, follow=True
        )
        annulation = client_de(redige).get(adresse("invitation_annulation", organisme))
        assert_html_accessible(annulation)
        assert "Une invitation est envoyée à cette adresse." in page.text
        pages += [page.text, annulation.text, str(list(engage.notifications.values_list("texte", flat=True)))]
        assert all(f"{adressee}" in lue for lue in pages[-3:])
    assert not any(nom in lue for lue in pages for nom in ("Chénard", "Bérubé", "Tremblay"))
    mien = client_de(redige).get(reverse("projets:mes_organismes"))
    assert mien.text.count("Invitation envoyée") == 3


def test_l_invitee_l_apprend_accepte_depuis_son_accueil_et_redige(cadre, organisme, equipe, client_de):
    redige, engage = equipe
    connue = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    client_de(redige).post(adresse("organisme_invitation", organisme), LOU | {"courriel": connue.courriel})
    (attente,) = (a for a in taches(relue(connue)) if a.geste.un == "Répondre à une invitation")
    assert organisme.nom in attente.objet
    assert connue.notifications.get(titre__startswith="Une personne vous invite").lien == attente.lien
    assert_html_accessible(client_de(connue).get(attente.lien))
    assert client_de(engage).get(attente.lien).status_code == 404
    assert client_de(redige).post(attente.lien).status_code == 404
    assert client_de(connue).post(attente.lien).status_code == 302
    mandat = Mandat.objects.get(utilisateur=connue, organisme=organisme)
    assert (mandat.role, mandat.nomme_par) == ("porteur", redige)
    assert redige.notifications.filter(titre="Votre invitation est acceptée").exists()


def test_refusee_une_invitation_ne_se_refait_pas_le_jour_meme(cadre, organisme, equipe, client_de):
    redige, engage = equipe
    connue = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    envoi = LOU | {"courriel": connue.courriel}
    invitation = inviter_un_membre(organisme, par=redige, **envoi)
    with pytest.raises(TransitionInterdite, match="attend déjà"):
        inviter_un_membre(organisme, par=engage, **envoi)
    refus = reverse("alliances:invitation_refus", args=[invitation.pk])
    assert_html_accessible(client_de(connue).get(refus))
    assert client_de(connue).post(refus).status_code == 302
    assert not Mandat.objects.filter(utilisateur=connue, organisme=organisme).exists()
    with pytest.raises(TransitionInterdite, match="avant demain"):
        inviter_un_membre(organisme, par=engage, **envoi)
    InvitationDUnMembre.objects.update(decidee_le=invitation.demandee_le - timedelta(days=1))
    assert inviter_un_membre(organisme, par=redige, **envoi).etat == "demandee"


def test_l_invitation_de_qui_n_en_est_plus_ne_s_accepte_pas(cadre, organisme, equipe):
    redige, _ = equipe
    connue = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    invitation = inviter_un_membre(organisme, par=redige, **LOU | {"courriel": connue.courriel})
    quitter(organisme, par=redige)
    with pytest.raises(TransitionInterdite, match="n’est plus de cet organisme"):
        invitation.accepter(par=connue)


def test_qui_engage_retire_l_acces_de_qui_redige_et_chacun_l_apprend(organisme, equipe, client_de):
    redige, engage = equipe
    autre = fabriques.personne("porteur", organisme)
    mandat = Mandat.objects.get(utilisateur=redige)
    retrait = reverse("projets:membre_retrait", args=[mandat.pk])
    assert retrait not in client_de(autre).get(reverse("projets:mes_organismes")).text
    with pytest.raises(TransitionInterdite, match="Il faut engager"):
        retirer_le_membre(mandat, par=autre)
    client = client_de(engage)
    assert retrait in client.get(reverse("projets:mes_organismes")).text
    assert_html_accessible(client.get(retrait))
    assert client.post(retrait).status_code == 302
    assert not Mandat.objects.en_vigueur().filter(utilisateur=redige).exists()
    assert "vous a retiré l’accès" in redige.notifications.get().texte
    assert "a retiré l’accès de" in autre.notifications.get().texte
    assert JournalAlliance.objects.filter(par=engage, motif__contains="retiré cet accès").count() == 1


@pytest.mark.parametrize("avec_compte", [True, False])
def test_qui_a_invite_et_qui_engage_annulent_une_invitation_personne_d_autre(
    cadre, organisme, equipe, client_de, avec_compte
):
    redige, engage = equipe
    autre = fabriques.personne("porteur", organisme)
    connue = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    envoi = LOU | ({"courriel": connue.courriel} if avec_compte else {})
    page, annulee = adresse("invitation_annulation", organisme), {"courriel": envoi["courriel"]}
    for par, permis in ((autre, False), (redige, True), (engage, True)):
        inviter_un_membre(organisme, par=redige, **envoi)
        assert (envoi["courriel"] in client_de(par).get(page).text) == permis
        client_de(par).post(page, annulee)
        attend = bool(invitations_en_attente([organisme]))
        assert attend != permis
        if attend:
            annuler_une_invitation(organisme, par=redige, courriel=envoi["courriel"])
    assert not Mandat.objects.en_vigueur().filter(
        organisme=organisme, utilisateur__courriel=envoi["courriel"]
    )
    with pytest.raises(TransitionInterdite, match="peut l’annuler"):
        annuler_une_invitation(organisme, par=redige, courriel=envoi["courriel"])


def test_on_ne_retire_ni_soi_meme_ni_qui_engage(organisme, equipe):
    redige, engage = equipe
    seconde = fabriques.personne("engagement", organisme)
    for personne, par in ((engage, seconde), (redige, redige)):
        with pytest.raises(TransitionInterdite, match="une autre personne, qui rédige"):
            retirer_le_membre(Mandat.objects.get(utilisateur=personne), par=par)


def test_on_quitte_et_les_autres_l_apprennent(organisme, equipe, client_de):
    redige, engage = equipe
    page = client_de(redige).get(adresse("organisme_depart", organisme))
    assert_html_accessible(page)
    assert "dernière" not in page.content.decode()
    assert client_de(redige).post(adresse("organisme_depart", organisme)).status_code == 302
    assert not Mandat.objects.en_vigueur().filter(utilisateur=redige).exists()
    assert f"{redige} a quitté" in engage.notifications.get().texte
    with pytest.raises(TransitionInterdite, match="n’êtes pas"):
        quitter(organisme, par=relue(redige))


def test_la_derniere_ne_part_qu_en_le_disant_et_la_table_rouvre_avec_une_raison(
    organisme, equipe, agente, client_de, cadre
):
    redige, engage = equipe
    quitter(organisme, par=redige)
    with pytest.raises(TransitionInterdite, match="dernière personne"):
        quitter(organisme, par=relue(engage))
    porteuse = client_de(engage)
    assert_html_accessible(porteuse.get(adresse("organisme_depart", organisme)))
    assert "Cochez" in porteuse.post(adresse("organisme_depart", organisme)).content.decode()
    assert porteuse.post(adresse("organisme_depart", organisme), {"derniere": "on"}).status_code == 302
    assert "n’a plus personne" in agente.notifications.get().texte
    adhesion = DemandeDAdhesion.demander(organisme, par=relue(redige), alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="pourquoi vous le rouvrez"):
        adhesion.accepter(par=agente)
    adhesion.accepter(par=agente, motif="Le conseil est de nouveau complet.")
    assert Mandat.objects.en_vigueur().filter(utilisateur=redige, organisme=organisme).exists()


def test_une_invitation_jamais_acceptee_ne_laisse_pas_partir_la_derniere(organisme, equipe):
    redige, engage = equipe
    inviter_un_membre(organisme, par=redige, **LOU)
    quitter(organisme, par=redige)
    with pytest.raises(TransitionInterdite, match="dernière personne"):
        quitter(organisme, par=relue(engage))


@pytest.mark.django_db(transaction=True)
def test_deux_qui_partent_ensemble_ne_laissent_pas_l_organisme_sans_un_mot(organisme, equipe):
    issues = ensemble(
        *(lambda personne=personne: quitter(organisme, par=relue(personne)) for personne in equipe)
    )
    assert sum(isinstance(issue, TransitionInterdite) for issue in issues) == 1
    assert Mandat.objects.en_vigueur().filter(organisme=organisme).count() == 1


def test_membre_de_deux_organismes_on_choisit_lequel_demande(cadre, organisme, equipe, agente, client_de):
    redige, _ = equipe
    autre = p.organisme(cadre.bsl, "Frigo partagé", "1140000025")
    fabriques.mandater(redige, "porteur", organisme=autre)
    appel = p.appel_ouvert(cadre.bsl, par=agente)
    porteuse, commencer = client_de(relue(redige)), reverse("projets:commencement", args=[appel.pk])
    page = porteuse.get(commencer).content.decode()
    assert organisme.nom in page
    assert autre.nom in page
    assert porteuse.post(commencer, {}).status_code == 200
    porteuse.post(commencer, {"organisme": autre.pk})
    assert Initiative.objects.get().organisme == autre
    etranger = p.organisme(cadre.lanaudiere, "Ailleurs", "1140000033")
    assert porteuse.post(commencer, {"organisme": etranger.pk}).status_code == 200
    assert Initiative.objects.count() == 1


def test_un_organisme_depose_dans_deux_regions_et_chaque_table_ne_voit_que_la_sienne(
    cadre, organisme, equipe, agente, etrangere
):
    redige, engage = equipe
    ailleurs = situation._enveloppe(cadre.lanaudiere, etrangere, "61")
    ici = p.appel_ouvert(cadre.bsl, par=agente)
    la_bas = p.appel_ouvert(cadre.lanaudiere, par=etrangere, partage={ailleurs: 300_000})
    deposees = [p.demande_prete(appel, organisme, redige).deposer(par=engage) for appel in (ici, la_bas)]
    assert [i.numero.split("-")[2] for i in deposees] == ["01", "14"]
    assert list(Initiative.objects.visibles_par(agente)) == deposees[:1]
    assert list(Initiative.objects.visibles_par(etrangere)) == deposees[1:]
    assert Initiative.objects.visibles_par(redige).count() == 2


def test_un_double_clic_ne_fonde_pas_deux_organismes_sans_neq(cadre, client_de, agente):
    appel, ici = p.appel_ouvert(cadre.bsl, par=agente), cadre.bsl.territoires.first()
    lou = relue(fabriques.personne("observation"))
    Mandat.objects.filter(utilisateur=lou).delete()
    fiche = {
        "neq": "",
        "nom": "Collectif du Rang",
        "forme": "non_constitue",
        "territoire": ici.pk,
        "autre": "on",
    }
    for _ in range(2):
        assert (
            client_de(lou).post(reverse("projets:nommer_organisme", args=[appel.pk]), fiche).status_code
            == 302
        )
    assert Organisme.objects.filter(nom="Collectif du Rang").count() == 1
    assert Mandat.objects.filter(utilisateur=lou).count() == 1


@pytest.mark.django_db(transaction=True)
def test_deux_envois_au_meme_instant_n_en_fondent_qu_un(cadre):
    ici, lou = cadre.bsl.territoires.first(), relue(fabriques.personne("observation"))
    Mandat.objects.filter(utilisateur=lou).delete()

    def fonder():
        return fonder_un_organisme(
            Organisme(nom="Collectif du Rang", forme="non_constitue", territoire=ici), par=relue(lou)
        )

    premier, second = ensemble(fonder, fonder)
    assert premier.organisme_id == second.organisme_id
    assert Organisme.objects.filter(nom="Collectif du Rang").count() == 1


def test_une_autre_personne_fonde_le_sien_du_meme_nom(cadre):
    ici = cadre.bsl.territoires.first()
    for _ in range(2):
        personne = relue(fabriques.personne("observation"))
        Mandat.objects.filter(utilisateur=personne).delete()
        assert est_trop_neuf(personne)
        fonder_un_organisme(
            Organisme(nom="Collectif du Rang", forme="non_constitue", territoire=ici), par=relue(personne)
        )
    assert Organisme.objects.filter(nom="Collectif du Rang").count() == 2
