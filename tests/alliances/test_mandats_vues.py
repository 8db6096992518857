"""Inviter, terminer, renvoyer une invitation : qui le peut, et ce que la personne invitée reçoit."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from alliances.models import JournalAlliance, Mandat, Organisme, Role
from alliances.models.mandats import droits_de
from alliances.permissions import gestion_de, mandats_geres, peut_gerer
from socle.models import Notification, Utilisateur
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.fabriques import personne
from tests.outils.html_accessible import assert_html_accessible

PERSONNE = {"courriel": "Lou@Exemple.test", "prenom": "Lou", "nom": "Bélanger"}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def admin(cadre):
    return personne(Role.ADMINISTRATION)


@pytest.fixture
def apres_transaction(django_capture_on_commit_callbacks):
    """Ce qui part au succès de la transaction part vraiment."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def inviter(client, role, **champs):
    return envoyer(client, "invitation", role, **(PERSONNE | champs))


ROLES_CONFIES = {
    "agente": {
        *("coordination", "signature", "finances", "porteur", "engagement"),
        *("territoire", "sign_territoire", "fin_territoire", "evaluation"),
    },
    "direction": {"dgsq", "direction_dgsq"},
    "approbation": {"mess", "approbation", "finances_mess", "observation"},
    "admin": set(Role.values),
}


@pytest.mark.parametrize("qui", ROLES_CONFIES)
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.usefixtures("agente", "etrangere")
def test_chaque_gestionnaire_confie_les_roles_qui_sont_siens(request, cadre, client_de, qui, role):
    client = client_de(request.getfixturevalue(qui))
    attendu = 200 if role in ROLES_CONFIES[qui] else 403
    assert client.get(adresse("invitation", role)).status_code == attendu


@pytest.mark.parametrize("qui", ["signataire", "lectrice", "ressource", "analyste", "mess"])
@pytest.mark.usefixtures("agente", "etrangere")
def test_les_autres_ne_confient_rien_et_savent_pourquoi(request, cadre, client_de, qui):
    client = client_de(request.getfixturevalue(qui))
    ouvrir(client, "mandats")
    for reponse in (client.get(adresse("invitations")), client.get(adresse("invitation", "coordination"))):
        assert reponse.status_code == 403
        assert "Les mandats se gèrent par" in texte(reponse)


def test_on_choisit_d_abord_le_role(cadre, agente, client_de):
    page = texte(ouvrir(client_de(agente), "invitations"))
    assert adresse("invitation", "territoire") in page
    assert adresse("invitation", "dgsq") not in page


def test_un_role_inconnu_est_introuvable(cadre, agente, client_de):
    assert client_de(agente).get(adresse("invitation", "roi")).status_code == 404


def test_un_courriel_inconnu_recoit_un_compte_et_un_lien(cadre, agente, client_de, client, apres_transaction):
    connectee = client_de(agente)
    ouvrir(connectee, "invitation", "signature")
    with apres_transaction():
        reponse = inviter(connectee, "signature", portee=cadre.bsl.pk)
    assert reponse.url == adresse("mandats")
    compte = Utilisateur.objects.get(courriel="lou@exemple.test")
    assert not compte.has_usable_password()
    assert cadre.bsl.roles_de(compte) == set()
    assert not EmailAddress.objects.get(user=compte).verified
    (courriel,) = mail.outbox
    assert courriel.to == ["lou@exemple.test"]
    for absent in ("Lou", "Bélanger", "Camille"):
        assert absent not in courriel.body
    lien = re.search(r"https?://[^/]+(\S*/[0-9a-z]+-\S+)", courriel.body)[1]
    assert client.get(lien, follow=True).status_code == 200
    assert JournalAlliance.objects.get().geste == "nommer"
    assert "À confirmer" in texte(ouvrir(connectee, "mandats"))


def test_un_nom_avec_des_balises_est_refuse(cadre, agente, client_de):
    page = inviter(client_de(agente), "signature", portee=cadre.bsl.pk, prenom="Zoé <b>Test</b>")
    assert "Prénom\xa0: écrivez ce nom sans les signes" in page.text
    assert not Utilisateur.objects.filter(courriel="lou@exemple.test").exists()


def test_le_lien_de_l_invitation_choisit_vraiment_un_mot_de_passe(
    cadre, agente, client_de, client, apres_transaction
):
    with apres_transaction():
        inviter(client_de(agente), "signature", portee=cadre.bsl.pk)
    lien = re.search(r"https?://[^/]+(\S*/[0-9a-z]+-\S+)", mail.outbox[0].body)[1]
    page = client.get(lien, follow=True)
    adresse_finale = page.redirect_chain[-1][0] if page.redirect_chain else lien
    client.post(adresse_finale, {"password1": "un-fleuve-tranquille", "password2": "un-fleuve-tranquille"})
    assert Utilisateur.objects.get(courriel="lou@exemple.test").check_password("un-fleuve-tranquille")


def test_un_compte_existant_recoit_le_mandat_et_garde_son_nom(
    cadre, agente, etrangere, client_de, apres_transaction
):
    with apres_transaction():
        reponse = inviter(client_de(agente), "coordination", portee=cadre.bsl.pk, courriel=etrangere.courriel)
    assert reponse.status_code == 302
    relue = Utilisateur.objects.get(pk=etrangere.pk)
    assert relue.nom == "Perreault"
    assert cadre.bsl.roles_de(relue) == {Role.COORDINATION}
    assert Notification.objects.get(destinataire=relue).titre == "Un mandat vous est confié"
    assert [m.to for m in mail.outbox] == [[etrangere.courriel]]


def test_le_message_ne_dit_pas_si_le_compte_existait(cadre, agente, etrangere, client_de):
    client = client_de(agente)
    phrases = []
    for courriel in (etrangere.courriel, "neuf@exemple.test"):
        inviter(client, "coordination", portee=cadre.bsl.pk, courriel=courriel)
        page = client.get(adresse("mandats"))
        phrases.append(str(next(iter(page.context["messages"]))).replace(courriel, "…"))
    assert phrases[0] == phrases[1]


def test_un_role_deja_tenu_est_refuse_sans_rien_perdre(cadre, agente, lectrice, client_de):
    reponse = inviter(client_de(agente), "finances", portee=cadre.bsl.pk, courriel=lectrice.courriel)
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "tient déjà ce rôle" in texte(reponse)
    assert lectrice.courriel in texte(reponse)


def test_un_compte_desactive_n_est_pas_rouvert(cadre, agente, etrangere, client_de):
    etrangere.is_active = False
    etrangere.save()
    reponse = inviter(client_de(agente), "finances", portee=cadre.bsl.pk, courriel=etrangere.courriel)
    assert "Ce compte est désactivé" in texte(reponse)
    assert cadre.bsl.roles_de(etrangere) == set()


def test_la_portee_d_une_autre_alliance_est_refusee(cadre, agente, client_de):
    client = client_de(agente)
    territoire = cadre.lanaudiere.territoires.first()
    organisme = Organisme.objects.create(nom="Ailleurs", territoire=territoire)
    for role, portee in (("signature", cadre.lanaudiere), ("territoire", territoire), ("porteur", organisme)):
        reponse = inviter(client, role, portee=portee.pk)
        assert reponse.status_code == 200, role
    assert not Utilisateur.objects.filter(courriel="lou@exemple.test").exists()


LOU, DE_L_ETAT = "lou@exemple.test", "sam@exemple.test"
CAMPS = {"direction_dgsq": DE_L_ETAT}  # on n'est pas à la fois de l'État et de ce qu'il finance


def test_chaque_portee_se_range_ou_il_faut(cadre, admin, client_de):
    client = client_de(admin)
    territoire = cadre.bsl.territoires.first()
    organisme = Organisme.objects.create(nom="Ateliers", territoire=territoire)
    region = cadre.bsl.regions.get()
    for role, objet in (
        ("coordination", cadre.bsl),
        ("territoire", territoire),
        ("porteur", organisme),
        ("evaluation", cadre.bsl.instances.get()),
        ("direction_dgsq", region),
        ("observation", region),
    ):
        assert inviter(client, role, portee=objet.pk, courriel=CAMPS.get(role, LOU)).status_code == 302, role
        assert Mandat.objects.get(utilisateur__courriel=CAMPS.get(role, LOU), role=role).portee == str(objet)
    for role in ("observation", "mess", "administration"):
        assert inviter(client, role, portee="", courriel=DE_L_ETAT).status_code == 302, role
    assert droits_de(Utilisateur.objects.get(courriel=DE_L_ETAT)).nationaux == {
        "observation",
        "mess",
    }  # l'administration attend une seconde personne


def test_la_liste_filtre_et_tient_dans_douze_requetes(
    cadre, agente, lectrice, signataire, client_de, django_assert_max_num_queries
):
    client = client_de(agente)
    client.get(adresse("contexte"))
    with django_assert_max_num_queries(12):
        page = texte(ouvrir(client, "mandats"))
    assert "Michaud" in page
    page = texte(ouvrir(client, "mandats", requete="?role=signature&q=lavoie"))
    assert "Lavoie" in page
    assert "Michaud" not in page
    assert "Aucun mandat ne répond" in texte(ouvrir(client, "mandats", requete="?etat=termines"))
    assert "Michaud" in texte(ouvrir(client, "mandats", requete="?etat=tous&role=inconnu"))


def test_un_mandat_se_termine_avec_un_motif(cadre, agente, lectrice, client_de):
    mandat = Mandat.objects.get(utilisateur=lectrice)
    client = client_de(agente)
    assert "Ève Michaud" in texte(ouvrir(client, "mandat_fin", mandat.pk))
    client.post(adresse("mandat_fin", mandat.pk), {"motif": "Départ à la retraite"})
    mandat.refresh_from_db()
    assert mandat.fin is not None
    assert JournalAlliance.objects.get().motif == "Départ à la retraite"
    suite = client.post(adresse("mandat_fin", mandat.pk), {})
    assert "déjà terminé" in texte(suite)


def test_la_derniere_coordination_passe_d_abord_le_relais(cadre, agente, client_de):
    mandat = Mandat.objects.get(utilisateur=agente)
    reponse = client_de(agente).post(adresse("mandat_fin", mandat.pk), {"motif": "Je pars"})
    assert reponse.status_code == 409
    assert_html_accessible(reponse)
    assert "passez d’abord le relais" in texte(reponse)
    assert "Je pars" in texte(reponse)


def test_terminer_le_mandat_d_une_autre(cadre, agente, lectrice, etrangere, analyste, client_de):
    de_lectrice = Mandat.objects.get(utilisateur=lectrice)
    assert client_de(etrangere).get(adresse("mandat_fin", de_lectrice.pk)).status_code == 404
    refus = client_de(analyste).get(adresse("mandat_fin", de_lectrice.pk))
    assert refus.status_code == 403
    assert client_de(lectrice).post(adresse("mandat_fin", de_lectrice.pk)).status_code == 403


def test_ce_que_l_on_gere_est_le_meme_en_base_et_en_memoire(
    cadre, agente, lectrice, ressource, etrangere, analyste, direction, mess, approbation, admin
):
    organisme = Organisme.objects.create(nom="Ateliers", territoire=cadre.bsl.territoires.first())
    personne(Role.PORTEUR, organisme)
    personne(Role.EVALUATION, cadre.bsl.instances.get())
    personne(Role.EVALUATION, cadre.lanaudiere.instances.get())
    personne(Role.OBSERVATION)
    for qui in (agente, lectrice, etrangere, analyste, direction, mess, approbation, admin):
        geres = set(mandats_geres(qui).values_list("pk", flat=True))
        visibles = Mandat.objects.visibles_par(qui).select_related("organisme")
        assert geres == {m.pk for m in visibles if peut_gerer(qui, m) is None}, qui
        assert bool(gestion_de(qui)) == (qui in (agente, etrangere, direction, approbation, admin))


def test_une_invitation_se_renvoie_tant_qu_elle_attend(cadre, agente, lectrice, client_de, apres_transaction):
    client = client_de(agente)
    inviter(client, "signature", portee=cadre.bsl.pk)
    mandat = Mandat.objects.get(utilisateur__courriel="lou@exemple.test")
    page = client.get(adresse("mandats"))
    assert_html_accessible(page)
    assert f'form="relance" formaction="{adresse("mandat_relance", mandat.pk)}"' in page.text
    with apres_transaction():
        client.post(adresse("mandat_relance", mandat.pk))
    assert len(mail.outbox) == 1
    acceptee = Mandat.objects.get(utilisateur=lectrice)
    with apres_transaction():
        suite = client.post(adresse("mandat_relance", acceptee.pk), follow=True)
    assert "déjà accepté" in texte(suite)
    assert len(mail.outbox) == 1


def test_une_invitation_deja_acceptee_ne_part_plus(cadre, agente, client_de, apres_transaction):
    with apres_transaction() as gestes:
        inviter(client_de(agente), "signature", portee=cadre.bsl.pk)
        compte = Utilisateur.objects.get(courriel="lou@exemple.test")
        compte.set_password("un-fleuve-tranquille")
        compte.save()
    assert gestes
    assert mail.outbox == []


def test_un_nom_hostile_reste_du_texte(cadre, agente, client_de):
    client = client_de(agente)
    inviter(client, "signature", portee=cadre.bsl.pk)
    invitee = Utilisateur.objects.filter(courriel="lou@exemple.test")
    assert invitee.update(prenom=HOSTILE, nom=HOSTILE) == 1
    assert HOSTILE not in texte(ouvrir(client, "mandats"))
    mandat = Mandat.objects.get(utilisateur__courriel="lou@exemple.test")
    assert HOSTILE not in texte(ouvrir(client, "mandat_fin", mandat.pk))
