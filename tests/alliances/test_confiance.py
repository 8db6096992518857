"""Ce qui lie se confie à deux : ni à soi, ni seul, ni deux mains à la fois; et l'installation commence à deux."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.models import JournalAlliance, Mandat, ResolutionDeMandat, Role
from alliances.models.invitations import inviter
from alliances.models.mandats import droits_de
from alliances.models.releve import appuyer, confirmer, nommer, nommer_un_interim, passer_le_relais, terminer
from alliances.models.roles import QUI_LIENT
from alliances.notifications import annoncer_interim
from socle.annonces.attentes import taches
from socle.erreurs import TransitionInterdite
from socle.models import Notification, Utilisateur
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.fabriques import fichier_pdf, personne

pytestmark = pytest.mark.django_db
HIER = timedelta(days=1)
LOU = {"courriel": "lou@exemple.test", "prenom": "Lou", "nom": "Bélanger"}
RESOLUTION = {"resolution": "2026-11-03", "resolution_le": date(2026, 11, 3)}


def relue(utilisateur):
    return Utilisateur.objects.get(pk=utilisateur.pk)


def d_hier(*personnes):
    """Des comptes ouverts la veille."""
    Utilisateur.objects.filter(pk__in=[p.pk for p in personnes]).update(cree_le=timezone.now() - HIER)
    return [relue(p) for p in personnes]


@pytest.fixture
def admins(cadre):
    return d_hier(*(personne(Role.ADMINISTRATION) for _ in range(2)))


@pytest.fixture
def denis(db):
    """Une personne sans mandat, dont le compte date d'hier."""
    compte = Utilisateur.objects.create_user("denis@exemple.test", prenom="Denis", nom="Roy")
    return d_hier(compte)[0]


@pytest.fixture
def a_confirmer(cadre, agente, denis):
    return nommer(denis, Role.SIGNATURE, par=agente, alliance=cadre.bsl)


# --- Ni à soi, ni à une autre adresse de sa boîte ----------------------------------------------------------


@pytest.mark.parametrize("role", sorted(QUI_LIENT))
@pytest.mark.parametrize("adresse_de", [str, str.upper, lambda c: c.replace("@", "+paie@")])
def test_personne_ne_se_donne_un_role_sous_aucune_de_ses_adresses(cadre, admins, client_de, role, adresse_de):
    admin = admins[0]
    portees = {"signature": cadre.bsl, "finances": cadre.bsl, "engagement": cadre.bsl.parties.get().organisme}
    portees |= dict.fromkeys(("sign_territoire", "fin_territoire"), cadre.bsl.territoires.first())
    envoi = LOU | {"courriel": adresse_de(admin.courriel), "portee": getattr(portees.get(role), "pk", "")}
    page = envoyer(client_de(admin), "invitation", role, **envoi)
    assert page.status_code == 200
    phrases = ("On ne se donne pas un rôle à soi-même", "tient déjà ce rôle", "un autre rôle qui lie")
    assert any(phrase in texte(page) for phrase in phrases)
    assert Mandat.objects.filter(utilisateur=admin).count() == 1
    assert Utilisateur.objects.filter(prenom="Lou").count() == 0


def test_les_points_de_gmail_ne_font_pas_deux_comptes(cadre):
    Utilisateur.objects.create_user("lou.belanger@gmail.com", prenom="Lou", nom="Bélanger")
    with pytest.raises(ValidationError, match="existe déjà"):
        Utilisateur.objects.create_user("l.oubelanger+x@googlemail.com", prenom="Lou", nom="Bélanger")
    Utilisateur.objects.create_user("loubelanger@exemple.test", prenom="Lou", nom="Bélanger")
    Utilisateur.objects.create_user("lou.belanger@exemple.test", prenom="Lou", nom="Bélanger")


def test_la_base_refuse_un_mandat_que_l_on_se_donne(cadre, agente):
    with pytest.raises(IntegrityError, match="mandat_nomme_par_une_autre_personne"):
        Mandat.objects.create(
            utilisateur=agente, nomme_par=agente, role=Role.COORDINATION, alliance=cadre.lanaudiere
        )


@pytest.mark.parametrize(
    "garants",
    [
        {},
        {"nomme_par": "autre", "confirme_le": timezone.now()},
        {"nomme_par": "autre", "confirme_par": "autre", "confirme_le": timezone.now()},
        {"nomme_par": "autre", "confirme_par": "soi", "confirme_le": timezone.now()},
        {"confirme_par": "autre", "confirme_le": timezone.now()},
        {"nomme_par": "autre", "confirme_le": timezone.now(), "resolution": "2026-01"},
    ],
)
def test_la_base_refuse_un_role_qui_lie_sans_deux_personnes(denis, mess, garants):
    """Un mandat d'approbation inscrit en SQL pour un porteur ne passe pas."""
    qui = {"autre": mess, "soi": denis}
    champs = {c: qui.get(v, v) if isinstance(v, str) else v for c, v in garants.items()}
    with pytest.raises(IntegrityError, match="mandat_qui_lie_confie_a_deux"), transaction.atomic():
        Mandat.objects.create(utilisateur=denis, role=Role.APPROBATION, **champs)


# --- Confié, confirmé -------------------------------------------------------------------------------------


def test_un_role_qui_lie_ne_donne_aucun_droit_avant_sa_confirmation(cadre, a_confirmer, denis, direction):
    assert cadre.bsl.roles_de(relue(denis)) == set()
    assert not a_confirmer.est_en_vigueur()
    confirmer(a_confirmer, par=d_hier(direction)[0])
    assert cadre.bsl.roles_de(relue(denis)) == {Role.SIGNATURE}
    mandat = Mandat.objects.get(pk=a_confirmer.pk)
    assert mandat.garants == "Nommé par Camille Ross, confirmé par Paul Dubé"
    assert JournalAlliance.objects.filter(geste="confirmer-mandat", par=direction).exists()


def test_ni_qui_nomme_ni_qui_est_nomme_ne_confirme(a_confirmer, agente, denis):
    for qui in d_hier(agente, denis):
        with pytest.raises(TransitionInterdite, match="Une autre personne confirme"):
            confirmer(a_confirmer, par=qui)


def test_un_compte_ouvert_aujourd_hui_ne_confirme_rien(a_confirmer, direction):
    with pytest.raises(TransitionInterdite, match="vient d’être ouvert"):
        confirmer(a_confirmer, par=direction)


def test_qui_doit_son_role_a_l_autre_seule_ne_confirme_pas_pour_elle(cadre, direction, denis):
    """Une direction invite la coordination, qui nomme une signature que la direction confirmerait."""
    invitee = Utilisateur.objects.create_user("c@exemple.test", prenom="Cleo", nom="Roy")
    nommer(invitee, Role.COORDINATION, par=direction, alliance=cadre.bsl)
    mandat = nommer(denis, Role.SIGNATURE, par=invitee, alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="une personne indépendante confirme"):
        confirmer(mandat, par=d_hier(direction)[0])
    confirmer(mandat, par=d_hier(personne(Role.MESS))[0])


def test_deux_personnes_qui_doivent_leur_role_a_la_meme_ne_se_suffisent_pas(cadre, admins, denis):
    """Une seule personne à l'administration, par deux boîtes de complaisance, confierait la caisse."""
    invitee, complice = (
        Utilisateur.objects.create_user(f"{nom}@exemple.test", prenom="Cleo", nom="Roy") for nom in ("c", "d")
    )
    nommer(invitee, Role.COORDINATION, par=admins[0], alliance=cadre.bsl)
    nommer(complice, Role.MESS, par=admins[0])
    mandat = nommer(denis, Role.FINANCES, par=invitee, alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="toutes deux à la même personne"):
        confirmer(mandat, par=d_hier(complice)[0])
    confirmer(mandat, par=d_hier(admins[1])[0])


def test_la_signature_d_un_territoire_se_confirme_dans_son_alliance(
    cadre, agente, signataire, direction, denis
):
    personne(Role.SIGNATURE, cadre.lanaudiere)
    mandat = nommer(denis, Role.SIGNATURE_TERRITOIRE, par=agente, territoire=cadre.bsl.territoires.first())
    assert set(mandat.secondes_personnes()) == {signataire, direction}
    confirmer(mandat, par=d_hier(signataire)[0])
    assert cadre.bsl.roles_de(relue(denis)) == {Role.SIGNATURE_TERRITOIRE}


def test_deux_mains_ne_vont_pas_a_la_meme_personne(admins, denis):
    """Un compte qui obtient deux rôles qui lient le même après-midi : le second est refusé."""
    mandat = nommer(denis, Role.APPROBATION, par=admins[0])
    with pytest.raises(ValidationError, match="un autre rôle qui lie"):
        nommer(denis, Role.FINANCES_MESS, par=admins[1])
    confirmer(mandat, par=admins[1])
    with pytest.raises(ValidationError, match="Approbation, Ministère"):
        nommer(denis, Role.ADMINISTRATION, par=admins[0])


def test_accorder_se_servir_et_revoquer_dans_la_minute_est_refuse(admins, denis, client_de):
    """L'administration nomme un compte à l'approbation : sans seconde personne, il n'ouvre rien; elle non plus."""
    mandat = nommer(denis, Role.APPROBATION, par=admins[0])
    assert droits_de(relue(denis)).roles == set()
    assert client_de(admins[0]).post(adresse("mandat_confirmation", mandat.pk)).status_code == 302
    assert not Mandat.objects.get(pk=mandat.pk).est_en_vigueur()
    terminer(mandat, par=admins[0])
    gestes = list(JournalAlliance.objects.order_by("rang").values_list("geste", flat=True))
    assert gestes == ["nommer", "terminer-mandat"]


def test_l_interim_de_ce_qui_lie_attend_aussi_sa_confirmation(cadre, agente, signataire, denis, direction):
    mandat, jour = Mandat.objects.get(utilisateur=signataire), timezone.localdate()
    interim = nommer_un_interim(mandat, denis, par=agente, debut=jour, fin=jour + timedelta(days=10))
    annoncer_interim(interim, par=agente)
    assert cadre.bsl.roles_de(relue(denis)) == set()
    avis = Notification.objects.filter(destinataire=direction)
    assert [a.lien for a in avis] == [adresse("mandat_confirmation", interim.pk)]
    confirmer(interim, par=d_hier(direction)[0])
    assert cadre.bsl.roles_de(relue(denis)) == {Role.SIGNATURE}


# --- La résolution tient lieu de seconde personne ----------------------------------------------------------


def test_une_resolution_jointe_tient_lieu_de_seconde_personne(cadre, a_confirmer, agente, denis, client_de):
    envoi = {"resolution": "2026-11-03", "resolution_le": "2026-11-03", "piece": fichier_pdf()}
    page = client_de(agente).post(adresse("mandat_resolution", a_confirmer.pk), envoi)
    assert page.status_code == 302
    assert cadre.bsl.roles_de(relue(denis)) == {Role.SIGNATURE}
    piece = ResolutionDeMandat.objects.get()
    lue = client_de(agente).get(adresse("resolution_jointe", piece.pk))
    assert lue.status_code == 200
    lue.getvalue()


def test_une_resolution_ne_suffit_ni_aux_finances_ni_a_un_compte_du_jour_ni_a_soi(cadre, agente, denis):
    finances = nommer(denis, Role.FINANCES, par=agente, alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="demande une seconde personne"):
        appuyer(finances, par=agente, piece=fichier_pdf(), **RESOLUTION)
    neuve = Utilisateur.objects.create_user("neuve@exemple.test", prenom="Nina", nom="Roy")
    du_jour = nommer(neuve, Role.SIGNATURE, par=agente, alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="vient d’être ouvert"):
        appuyer(du_jour, par=agente, piece=fichier_pdf(), **RESOLUTION)
    d_hier(neuve)
    with pytest.raises(TransitionInterdite, match="qui vous nomme"):
        appuyer(du_jour, par=relue(neuve), piece=fichier_pdf(), **RESOLUTION)


# --- À l'écran --------------------------------------------------------------------------------------------


def test_qui_peut_confirmer_l_apprend_et_confirme_de_la_liste(
    cadre, agente, direction, client_de, django_capture_on_commit_callbacks
):
    d_hier(direction)
    with django_capture_on_commit_callbacks(execute=True):
        envoyer(client_de(agente), "invitation", "finances", portee=cadre.bsl.pk, **LOU)
    mandat = Mandat.objects.a_confirmer().get()
    assert Notification.objects.get(destinataire=direction).lien == adresse("mandat_confirmation", mandat.pk)
    client = client_de(direction)
    assert adresse("mandat_confirmation", mandat.pk) in texte(ouvrir(client, "mandats"))
    assert "seconde personne" in texte(ouvrir(client, "mandat_confirmation", mandat.pk))
    assert client.post(adresse("mandat_confirmation", mandat.pk)).url == adresse("mandats")
    assert cadre.bsl.roles_de(Utilisateur.objects.get(courriel=LOU["courriel"])) == {Role.FINANCES}
    assert "n’attend pas de confirmation" in texte(ouvrir(client, "mandat_confirmation", mandat.pk))


def test_ce_qui_attend_une_seconde_personne_est_a_sa_liste(a_confirmer, agente, denis, direction, mess):
    for qui in (direction, mess):
        assert [tache.titre for tache in taches(qui) if "mandat" in tache.titre] == ["Confirmer un mandat"]
    for qui in (agente, denis):
        assert [tache for tache in taches(qui) if "mandat" in tache.titre] == []


def test_la_page_d_invitation_dit_que_le_role_lie(cadre, agente, client_de):
    assert "Ce rôle lie" in texte(ouvrir(client_de(agente), "invitation", "signature"))
    assert "Ce rôle lie" not in texte(ouvrir(client_de(agente), "invitation", "territoire"))


CODES = {
    "agente": 403,  # elle a nommé
    "denis": 403,  # il est nommé
    "lectrice": 403,
    "etrangere": 404,
    "ressource": 404,
    "analyste": 403,
    "approbation": 403,
}


@pytest.mark.parametrize("qui", CODES)
def test_aucun_autre_ne_confirme_ni_n_appuie(request, a_confirmer, client_de, qui):
    """Chaque envoi qui confie ce qui lie, par chaque rôle : le mandat reste à confirmer."""
    client = client_de(d_hier(request.getfixturevalue(qui))[0])
    assert client.post(adresse("mandat_confirmation", a_confirmer.pk)).status_code == CODES[qui]
    if qui != "agente":
        envoi = {"resolution": "1", "resolution_le": "2026-11-03", "piece": fichier_pdf()}
        assert client.post(adresse("mandat_resolution", a_confirmer.pk), envoi).status_code == CODES[qui]
    assert Mandat.objects.get(pk=a_confirmer.pk).est_a_confirmer


# --- La relève --------------------------------------------------------------------------------------------


def test_la_derniere_personne_de_certains_roles_ne_part_pas(cadre, admins, approbation):
    for qui, phrase in ((admins[0], "deux personnes à l’administration"), (approbation, "à l’approbation")):
        with pytest.raises(TransitionInterdite, match=phrase):
            terminer(Mandat.objects.get(utilisateur=qui), par=admins[1])
    troisieme = personne(Role.ADMINISTRATION)
    terminer(Mandat.objects.get(utilisateur=admins[0]), par=troisieme)


def test_une_invitation_que_personne_n_a_acceptee_ne_succede_a_personne(cadre, agente):
    inviter("x@exemple.test", "coordination", par=agente, prenom="X", nom="Roy", alliance=cadre.bsl)
    with pytest.raises(TransitionInterdite, match="passez d’abord le relais"):
        terminer(Mandat.objects.get(utilisateur=agente), par=agente)


def test_l_administration_ne_desactive_ni_soi_ni_la_derniere(cadre, admins, approbation, client_de):
    client = client_de(admins[0])
    for qui in (admins[0], approbation):
        url = f"/administration/socle/utilisateur/{qui.pk}/change/"
        revision = client.get(url).context["adminform"].form["revision"].value()
        envoi = {"prenom": qui.prenom, "nom": qui.nom, "telephone": "", "revision": revision}
        page = client.post(url, envoi | {"motif_de_correction": "Départ."})
        assert page.status_code == 200
        assert relue(qui).is_active


def test_on_ne_prend_pas_pour_soi_les_mandats_de_qui_part(cadre, agente):
    seconde = personne(Role.COORDINATION, cadre.bsl)
    with pytest.raises(ValidationError, match="à vous-même"):
        passer_le_relais(agente, seconde, par=seconde, alliance=cadre.bsl)


def test_celle_qui_part_n_est_plus_la_personne_a_joindre(cadre, agente):
    contact = cadre.bsl.contacts.get()
    contact.nom, contact.courriel, contact.telephone = agente.nom_complet, agente.courriel, "418 555-0100"
    contact.save()
    suivante = Utilisateur.objects.create_user("s@alliances.example", prenom="Lou", nom="Bélanger")
    passer_le_relais(agente, suivante, par=agente, alliance=cadre.bsl)
    contact.refresh_from_db()
    assert (contact.nom, contact.courriel) == ("Lou Bélanger", "s@alliances.example")
    assert contact.telephone == "418 555-0100"  # celui du bureau
    assert JournalAlliance.objects.filter(geste="modifier-contact", par=agente).exists()


# --- La première coordination, la première administration --------------------------------------------------


@pytest.mark.parametrize("qui", ["direction", "mess"])
def test_l_etat_invite_la_premiere_coordination_et_elle_seule(request, cadre, client_de, qui):
    client = client_de(request.getfixturevalue(qui))
    assert envoyer(client, "invitation", "coordination", portee=cadre.bsl.pk, **LOU).status_code == 302
    assert client.get(adresse("invitation", "signature")).status_code == 403
    premiere = Utilisateur.objects.get(courriel=LOU["courriel"])
    assert cadre.bsl.roles_de(premiere) == {Role.COORDINATION}
    premiere.set_password("un-fleuve-tranquille")
    premiere.save()
    seconde = LOU | {"courriel": "deux@exemple.test"}
    assert envoyer(client, "invitation", "coordination", portee=cadre.bsl.pk, **seconde).status_code in (
        200,
        403,
    )
    assert not Utilisateur.objects.filter(courriel="deux@exemple.test").exists()


DEUX = ["--personne", "Ana", "Roy", "ana@exemple.test", "--personne", "Luc", "Caron", "luc@exemple.test"]


def test_l_invitation_d_un_compte_desactive_ne_se_renvoie_pas_et_le_dit(cadre, agente, client_de, mailoutbox):
    client = client_de(agente)
    envoyer(client, "invitation", "coordination", portee=cadre.bsl.pk, **LOU)
    mandat = Mandat.objects.get(utilisateur__courriel=LOU["courriel"])
    Utilisateur.objects.filter(courriel=LOU["courriel"]).update(is_active=False)
    suite = client.post(adresse("mandat_relance", mandat.pk), follow=True)
    assert "rien ne lui est envoyé" in texte(suite)
    assert mailoutbox == []


def test_une_installation_vide_commence_par_deux_personnes(
    db, django_capture_on_commit_callbacks, mailoutbox
):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("nommer_administration", *DEUX)
    nommees = Mandat.objects.en_vigueur().filter(role=Role.ADMINISTRATION)
    assert {m.utilisateur.courriel for m in nommees} == {"ana@exemple.test", "luc@exemple.test"}
    assert JournalAlliance.objects.filter(geste="fonder", alliance=None).count() == 2
    assert {m.to[0] for m in mailoutbox} == {"ana@exemple.test", "luc@exemple.test"}


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (DEUX[:4], "deux personnes"),
        (DEUX[:4] + ["--personne", "Ana", "Roy", "ANA+2@exemple.test"], "différentes"),
        (DEUX[:4] + ["--personne", "Luc", "Caron", "pas-une-adresse"], "adresse"),
    ],
)
def test_une_seule_personne_ne_fonde_pas_l_administration(db, arguments, phrase):
    with pytest.raises(CommandError, match=phrase):
        call_command("nommer_administration", *arguments)
    assert not Mandat.objects.exists()
    assert not Utilisateur.objects.exists()


def test_la_commande_ne_sert_plus_des_qu_un_mandat_existe(cadre, agente):
    with pytest.raises(CommandError, match="Des mandats existent déjà"):
        call_command("nommer_administration", *DEUX)
    assert not Utilisateur.objects.filter(courriel="ana@exemple.test").exists()


@pytest.mark.parametrize(
    ("tenu", "voulu"), [("mess", "coordination"), ("coordination", "mess"), ("mess", "porteur")]
)
def test_on_n_est_pas_a_la_fois_de_l_etat_et_de_ce_qu_il_finance(cadre, admins, tenu, voulu):
    portees = {"coordination": {"alliance": cadre.bsl}, "mess": {}}
    portees["porteur"] = {"organisme": cadre.bsl.table_regionale}
    sam = personne(tenu, *portees[tenu].values())
    with pytest.raises(ValidationError, match="à la fois de l’État"):
        nommer(sam, voulu, par=admins[0], **portees[voulu])
    Mandat.objects.filter(utilisateur=sam).update(fin=date(2025, 1, 1))
    assert nommer(relue(sam), voulu, par=admins[0], **portees[voulu]).role == voulu
