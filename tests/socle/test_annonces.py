"""Annoncer : autant de requêtes pour vingt que pour deux, un courriel par personne, rien de perdu en silence."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from alliances.models import Role
from socle.annonces.notifications import Annonce, annoncer
from socle.annonces.travaux import envoyer_courriel
from socle.models import Courriel, Notification, Preference, Utilisateur
from socle.models.notifications import DELAIS
from tests import fabriques

pytestmark = pytest.mark.django_db
ANNONCE = Annonce("essai:1", "plans", "Plan déposé\xa0: Alliance", "Le plan est déposé.", "/plans/1/")
LEGALE = Annonce(
    "essai:2", "plans", "Plan refusé\xa0: Alliance", "Le plan est refusé.", "/plans/1/", legale=True
)
REFUSEE = "refusee@alliances.example"


class Serveur(locmem.EmailBackend):
    """Refuse une adresse, prend les autres."""

    def send_messages(self, messages):
        for message in messages:
            if REFUSEE in message.to:
                raise SMTPRecipientsRefused({REFUSEE: (550, b"inconnue")})
        return super().send_messages(messages)


@pytest.fixture
def gens():
    return [
        Utilisateur.objects.create_user(f"p{rang}@alliances.example", "secret", prenom="Camille", nom="Roy")
        for rang in range(20)
    ]


@pytest.fixture
def au_succes(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def refusee(gens, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Serveur"
    Utilisateur.objects.filter(pk=gens[0].pk).update(courriel=REFUSEE)
    return gens[0]


def preferer(personne, envoi):
    Preference.objects.create(utilisateur=personne, famille="plans", envoi=envoi)


def requetes(personnes, cle):
    annonce = Annonce(cle, "plans", "Titre", "Texte.", "/")
    with CaptureQueriesContext(connection) as lues:
        assert len(annoncer(annonce, personnes, attendus=personnes)) == len(personnes)
    return len(lues)


def test_une_annonce_coute_autant_de_requetes_a_vingt_personnes_qu_a_deux(gens):
    assert requetes(gens[:2], "a") == requetes(gens, "b") == 4


def test_une_requete_d_utilisateurs_s_annonce_comme_une_liste(gens):
    assert len(annoncer(ANNONCE, Utilisateur.objects.all(), par=gens[0])) == 19
    assert annoncer(ANNONCE, gens[1:]) == []


def test_qui_a_un_geste_a_faire_recoit_l_adresse_ou_agir(gens):
    annonce = Annonce("essai", "plans", "Titre", "Texte.", "/lire/", lien_d_action="/agir/")
    liens = {n.destinataire_id: (n.lien, n.a_suivre) for n in annoncer(annonce, gens[:2], attendus=gens[1:])}
    assert liens == {gens[0].pk: ("/lire/", False), gens[1].pk: ("/agir/", True)}


def test_un_destinataire_refuse_n_arrete_pas_les_autres_et_se_voit(gens, refusee, au_succes):
    with au_succes():
        annoncer(ANNONCE, gens[:3])
    assert sorted(m.to[0] for m in mail.outbox) == [p.courriel for p in gens[1:3]]
    courriel = Courriel.objects.en_souffrance().get()
    assert (courriel.destinataire, courriel.essais) == (refusee, 1)
    assert "SMTPRecipientsRefused" in courriel.echec


def test_les_delais_entre_les_essais_croissent_et_le_travail_y_revient(gens, refusee, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    courriel = Courriel.objects.create(destinataire=refusee, genre="annonce")
    Notification.objects.create(destinataire=refusee, cle="x", titre="Titre", courriel=courriel)
    attentes = []
    with time_machine.travel(timezone.now(), tick=False) as temps:
        for _ in range(len(DELAIS) + 1):
            envoyer_courriel.func(pk=courriel.pk)
            envoyer_courriel.func(pk=courriel.pk)  # trop tôt : rien
            courriel.refresh_from_db()
            attentes.append(courriel.prochain_essai_le - timezone.now())
            temps.move_to(courriel.prochain_essai_le)
    assert attentes == [*DELAIS, DELAIS[-1]]
    assert list(DELAIS) == sorted(set(DELAIS))
    assert courriel.essais == DBTaskResult.objects.count() + 1 == len(DELAIS) + 1


def test_la_commande_quotidienne_renvoie_ce_qui_n_est_pas_parti(gens, refusee, au_succes, settings):
    with au_succes():
        annoncer(ANNONCE, gens[:1])
    vieux = Courriel.objects.create(destinataire=gens[1], genre="cle", cree_le=timezone.now() - timedelta(9))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for _ in range(2):
        with au_succes():
            call_command("courriels")
    assert [m.to for m in mail.outbox] == [[REFUSEE]]
    assert list(Courriel.objects.en_souffrance()) == [vieux]


def test_l_administration_voit_ce_qui_n_est_pas_parti_et_le_renvoie(
    gens, refusee, au_succes, settings, client_de
):
    administratrice = fabriques.personne(Role.ADMINISTRATION)
    with au_succes():
        annoncer(ANNONCE, gens[:2])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = reverse("admin:socle_courriel_changelist")
    client = client_de(administratrice)
    vus = client.get(page, {"depart": "souffrance"}).context["cl"].result_list
    assert [courriel.destinataire for courriel in vus] == [refusee]
    with au_succes():
        client.post(page, {"action": "renvoyer", "_selected_action": [c.pk for c in Courriel.objects.all()]})
    assert sorted(m.to[0] for m in mail.outbox) == [gens[1].courriel, REFUSEE]


# --- Préférences et résumé ------------------------------------------------------------------------------


def test_une_famille_sur_le_site_seulement_n_ecrit_pas_sauf_un_avis_legal(gens, au_succes):
    preferer(gens[0], "site")
    with au_succes():
        assert len(annoncer(ANNONCE, gens[:1]) + annoncer(LEGALE, gens[:1])) == 2
    assert [m.subject for m in mail.outbox] == [LEGALE.titre]


def test_le_resume_reunit_la_journee_en_un_courriel_et_ne_repart_pas(gens, au_succes):
    preferer(gens[0], "resume")
    annonces = [Annonce(str(rang), "plans", f"Titre {rang}", "Texte.", "/") for rang in range(3)]
    with au_succes():
        for annonce in annonces:
            annoncer(annonce, gens[:1])
    assert mail.outbox == []
    Notification.objects.filter(cle="0").update(lue_le=timezone.now())
    for _ in range(2):
        with au_succes():
            call_command("courriels")
    (resume,) = mail.outbox
    assert resume.subject.startswith("2 nouvelles, résumé du ")
    assert [f"Titre {rang}" in resume.body for rang in range(3)] == [False, True, True]


def test_une_preference_s_enregistre_et_se_change(client_de, agente):
    client, page = client_de(agente), reverse("socle:preferences")
    choix = dict.fromkeys(client.get(page).context["form"].fields, "resume")
    assert {"plans", "conventions", "versements", "echeances"} <= set(choix)
    for envoi in ("resume", "site"):
        client.post(page, choix | {"plans": envoi})
        assert Preference.objects.get(utilisateur=agente, famille="plans").envoi == envoi
    refus = client.post(page, choix | {"plans": "jamais"})
    assert refus.context["form"].errors["plans"]


# --- Le message -----------------------------------------------------------------------------------------


def test_un_courriel_a_son_html_le_nom_du_service_et_dit_qu_il_est_automatique(gens, au_succes):
    with au_succes():
        annoncer(ANNONCE, gens[:1], attendus=gens[:1])
    (message,) = mail.outbox
    ((page, mime),) = message.alternatives
    assert (mime, message.extra_headers) == ("text/html", {"Auto-Submitted": "auto-generated"})
    assert message.from_email.endswith("<alliances@alliances.example>")
    assert "Alliances" in str(message.message()["From"])
    assert '<html lang="fr-CA">' in page
    assert ">Pour y donner suite</a>" in page
    assert "<img" not in page
    assert ANNONCE.titre not in message.body


def test_un_caractere_de_controle_ou_une_balise_ne_passe_pas_dans_un_courriel(gens, au_succes):
    annonce = Annonce("essai", "plans", "Plan\r\nBcc: x\x0b", "Le <b>plan</b>\x0b\u202e est déposé.", "/")
    with au_succes():
        annoncer(annonce, gens[:1])
    (message,) = mail.outbox
    page = message.alternatives[0][0]
    assert "\n" not in message.subject
    assert not {"\x0b", "\u202e"} & set(message.subject + message.body + page)
    assert "&lt;b&gt;plan" in page
