"""Essayer comme porteur : toute la demande à une date choisie, et rien de changé après."""

import hashlib
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from alliances.models.mandats import droits_de
from projets.canevas import PARTIES
from projets.models import AppelProjets, Initiative
from socle.models import Courriel, EnvoiUnique, Notification
from socle.valeurs.horloge import a_l_instant, aujourd_hui, jour_de, maintenant
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_demande_pages import REPONSES

pytestmark = pytest.mark.django_db
DE_PLOMBERIE = (Session, EnvoiUnique)


@partagee
def appel(cadre, agente):
    """En préparation; il ouvre dans dix jours, ferme trente jours après, et demande une pièce de chaque sorte."""
    fabriques.version_approuvee(cadre.bsl)
    ouvre = timezone.now() + timedelta(days=10)
    appel = p.appel_en_preparation(
        cadre.bsl,
        agente,
        ouvre_le=ouvre,
        ferme_le=ouvre + timedelta(days=30),
        pieces_demandees=["appui", "conseil"],
    )
    appel.enveloppes.create(enveloppe=p.enveloppes(cadre.bsl)["La Matapédia"], montant=D(300_000))
    return appel


def adresse(nom, appel, *args):
    return reverse(f"projets:{nom}", args=[-appel.pk, *args])


def placer(client, appel, depuis=timedelta(days=1), **plus):
    le = timezone.localtime(appel.ouvre_le + depuis)
    return client.post(reverse("projets:essai", args=[appel.pk]), {"le": f"{le:%Y-%m-%d %H:%M}"} | plus)


@pytest.fixture
def table(agente, appel, client_de):
    client = client_de(agente)
    assert placer(client, appel).url == adresse("demande", appel)
    return client


def tout():
    """{modèle: empreinte de chaque rangée} de toute la base, hors des séances et des jetons d'envoi."""
    modeles = [m for m in apps.get_models(include_auto_created=True) if m not in DE_PLOMBERIE]
    return {m._meta.label: _empreinte(m) for m in modeles if m._meta.managed}


def _empreinte(modele):
    rangees = modele._base_manager.order_by("pk").values_list()
    return hashlib.sha256(repr(list(rangees)).encode()).hexdigest()


def envoyer(client, appel, code, revision=1, **plus):
    return client.post(
        adresse("partie", appel, code),
        {"revision": revision, "termine": "on"} | REPONSES.get(code, {}) | plus,
    )


def tout_remplir(client, appel):
    territoire, priorite = appel.territoires_possibles().first(), appel.priorites_servies().first()
    choix = {
        "territoires": {"territoires": territoire.pk},
        "priorites": {"priorites": priorite.pk, "lien": "Elle y répond."},
    }
    for partie in PARTIES:
        if partie.code != "pieces":
            assert envoyer(client, appel, partie.code, **choix.get(partie.code, {})).status_code == 302, (
                partie.code
            )
    for nature in ("appui", "conseil"):
        piece = {"nature": nature, "fichier": fabriques.fichier_pdf()}
        assert client.post(adresse("pieces", appel), piece).status_code == 302


def test_toute_la_demande_se_remplit_se_verifie_et_se_deposerait_sans_que_rien_ne_bouge(table, appel):
    avant, fichiers = tout(), default_storage.listdir("")
    tout_remplir(table, appel)
    for nom in ("demande", "verification", "depot", "pieces"):
        page = table.get(adresse(nom, appel))
        assert_html_accessible(page)
        assert "Essai\u00a0: comme un porteur" in page.content.decode(), nom
    assert "Rien n’empêche de déposer" in table.get(adresse("verification", appel)).content.decode()
    assert p.attester(table, adresse("depot", appel)).status_code == 302
    suite = table.get(adresse("verification", appel)).content.decode()
    assert "Rien n’est déposé" in suite
    assert "INI-" not in suite
    assert tout() == avant
    assert default_storage.listdir("") == fichiers
    assert not Initiative.objects.exists()
    assert not Notification.objects.exists()
    assert not Courriel.objects.exists()


def test_ce_qu_on_y_ecrit_reste_dans_la_seance_et_se_reprend(table, appel):
    envoyer(table, appel, "projet")
    page = table.get(adresse("partie", appel, "projet")).content.decode()
    assert "Cuisines de rang" in page
    assert envoyer(table, appel, "projet", revision=2, titre="Un autre titre").status_code == 302
    assert "Un autre titre" in table.get(adresse("demande", appel)).content.decode()
    assert envoyer(table, appel, "projet", revision=2).status_code == 409


def test_l_enregistrement_automatique_s_essaie_aussi(table, appel):
    brouillon = adresse("partie_brouillon", appel, "projet")
    for revision, titre in ((1, "Un"), (2, "Deux"), (3, "Trois")):
        reponse = table.post(
            brouillon, {"revision": revision, "titre": titre}, headers={"accept": "application/json"}
        )
        assert (reponse.status_code, reponse.json()["revision"]) == (200, revision + 1)
    presence = table.post(adresse("partie_presence", appel, "projet"), {"revision": 4})
    assert presence.json()["autres"] == []
    assert "Trois" in table.get(adresse("demande", appel)).content.decode()


def test_coller_un_tableau_s_essaie(table, appel):
    envoyer(table, appel, "projet")
    tableau = "Honoraires\t1 000\t2 000"
    relu = table.post(adresse("collage", appel), {"tableau": tableau, "revision": 1})
    lu = {"tableau": tableau, "revision": 1, "etape": "confirmer", "lu": relu.context["form"].empreinte}
    assert table.post(adresse("collage", appel), lu).status_code == 302
    assert "3\u00a0000" in table.get(adresse("partie", appel, "depenses")).content.decode()


def test_la_seance_ne_garde_que_les_dernieres_pieces(table, appel):
    for n in range(12):
        piece = {"nature": "appui", "fichier": fabriques.fichier_pdf(f"appui-{n}.pdf")}
        assert table.post(adresse("pieces", appel), piece).status_code == 302
    gardees = table.session["essais"][str(appel.pk)]["pieces"]
    assert [piece["nom"] for piece in gardees] == [f"appui-{n}.pdf" for n in range(2, 12)]


def test_les_refus_sont_ceux_que_verrait_un_porteur(table, appel):
    assert "Donnez un titre" in table.get(adresse("verification", appel)).content.decode()
    page = table.post(adresse("pieces", appel), {"nature": "conseil", "fichier": ""})
    assert "Joignez un fichier" in page.content.decode()
    perimee = {"nature": "conseil", "fichier": fabriques.fichier_pdf(), "valable_jusqu_au": "2020-01-01"}
    assert "n’est plus valable" in table.post(adresse("pieces", appel), perimee).content.decode()


def test_apres_la_fermeture_l_essai_le_dit(table, appel):
    tout_remplir(table, appel)
    placer(table, appel, depuis=timedelta(days=31))
    lue = table.get(adresse("verification", appel)).content.decode()
    assert "c’est passé" in lue
    assert "L’appel est fermé" in lue
    assert "Rien n’empêche" not in lue
    assert "L’appel est fermé" in table.get(adresse("depot", appel)).content.decode()


def test_apres_la_fermeture_une_demande_incomplete_le_dit_aussi(table, appel):
    placer(table, appel, depuis=timedelta(days=31))
    lue = table.get(adresse("verification", appel)).content.decode()
    assert "Donnez un titre" in lue
    assert "L’appel est fermé" in lue


@pytest.mark.parametrize("depuis", [timedelta(days=1), timedelta(days=31)], ids=["incomplète", "fermé"])
def test_un_depot_que_le_vrai_geste_refuserait_ne_se_deposerait_pas(agente, appel, client_de, depuis):
    client = client_de(agente)
    placer(client, appel, depuis)
    page = client.post(adresse("depot", appel), {"atteste": "on"}, follow=True)
    assert "la demande se déposerait" not in page.text
    assert [str(m) for m in page.context["messages"]] != []


def test_avant_l_ouverture_un_porteur_ne_commence_pas(table, appel):
    page = placer(table, appel, depuis=-timedelta(days=1))
    assert "n’est pas encore ouvert" in page.content.decode()


def test_changer_la_date_garde_ce_qui_est_ecrit_sauf_si_on_repart(table, appel):
    envoyer(table, appel, "projet")
    placer(table, appel, depuis=timedelta(days=2))
    assert "Cuisines de rang" in table.get(adresse("demande", appel)).content.decode()
    placer(table, appel, vider="on")
    assert "Cuisines de rang" not in table.get(adresse("demande", appel)).content.decode()


def test_un_appel_publie_s_essaie_jusqu_a_son_ouverture(table, appel, agente):
    appel.publier(par=agente)
    assert table.get(adresse("demande", appel)).status_code == 200
    AppelProjets.objects.filter(pk=appel.pk).update(ouvre_le=timezone.now() - timedelta(hours=1))
    assert table.get(adresse("demande", appel)).url == reverse("projets:essai", args=[appel.pk])
    assert "il se remplit" in table.get(reverse("projets:essai", args=[appel.pk])).content.decode()


def test_chacun_a_son_essai_et_l_organisme_n_en_a_pas(
    table, cadre, appel, agente, ressource, etrangere, client_de
):
    envoyer(table, appel, "projet")
    autre = client_de(fabriques.personne("coordination", cadre.bsl))
    assert autre.get(adresse("demande", appel)).url == reverse("projets:essai", args=[appel.pk])
    redige, _ = p.equipe(p.organisme(cadre.bsl))
    attendus = {ressource: 403, etrangere: 404, redige: 404}
    for personne, code in attendus.items():
        client = client_de(personne)
        for nom, args in (("demande", ()), ("partie", ("projet",)), ("depot", ())):
            assert client.get(adresse(nom, appel, *args)).status_code == code, (personne, nom)
        assert client.get(reverse("projets:essai", args=[appel.pk])).status_code == code


def test_la_page_de_l_appel_y_mene_avant_l_ouverture(table, appel):
    page = reverse("projets:appel", args=[appel.pk])
    assert reverse("projets:essai", args=[appel.pk]) in table.get(page).content.decode()
    assert_html_accessible(table.get(reverse("projets:essai", args=[appel.pk])))


def test_apres_une_page_d_essai_la_personne_a_ses_vrais_droits(table, appel, agente):
    assert table.get(adresse("demande", appel)).status_code == 200
    assert droits_de(agente).roles == {"coordination"}
    assert table.get(reverse("projets:appel", args=[appel.pk])).status_code == 200


def test_se_placer_a_un_instant_ne_dure_que_le_bloc():
    plus_tard = timezone.now() + timedelta(days=400)
    with a_l_instant(plus_tard):
        assert (maintenant(), aujourd_hui()) == (plus_tard, jour_de(plus_tard))
    assert maintenant() < plus_tard
