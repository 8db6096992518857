"""Le registre des incidents de confidentialité : tenu par l'administration, corrigé sous trace, jamais effacé."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from alliances.models import IncidentDeConfidentialite, JournalAlliance
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
LISTE, AJOUT = reverse("alliances:incidents"), reverse("alliances:incident_ajout")


def saisie(**champs):
    hier = (aujourd_hui() - timedelta(days=1)).isoformat()
    valeurs = {"survenu_le": hier, "nature": "communication", "renseignements": "Adresses courriel"}
    return valeurs | {"risque": "a_evaluer", "mesures": "", "personnes": "12"} | champs


@pytest.fixture
def administration(cadre):
    return fabriques.personne("administration")


def page_de(incident):
    return reverse("alliances:incident", args=[incident.pk])


def test_l_administration_inscrit_un_incident_et_le_corrige_sous_trace(administration, client_de):
    client = client_de(administration)
    assert_html_accessible(client.get(AJOUT))
    assert client.post(AJOUT, saisie()).url == LISTE
    incident = IncidentDeConfidentialite.objects.get()
    page = client.get(page_de(incident))
    assert_html_accessible(page)
    revision = page.context["form"]["revision"].value()
    client.post(
        page_de(incident), saisie(revision=revision, risque="serieux", mesures="Mots de passe changés.")
    )
    incident.refresh_from_db()
    assert (incident.risque, incident.reste_a_aviser) == ("serieux", True)
    ajout, correction = JournalAlliance.objects.filter(alliance=None).order_by("pk")
    assert (ajout.geste, correction.geste) == ("ajouter-incident", "modifier-incident")
    assert correction.avant["risque de préjudice"] == "À évaluer"
    assert (correction.par, correction.role) == (administration, "administration")
    liste = client.get(LISTE)
    assert_html_accessible(liste)
    assert "À aviser" in liste.text


def test_une_page_perimee_n_ecrase_pas_la_correction_d_une_autre(administration, client_de):
    client, incident = client_de(administration), fabriques.incident()
    revision = client.get(page_de(incident)).context["form"]["revision"].value()
    client.post(page_de(incident), saisie(revision=revision, mesures="La première."))
    page = client.post(page_de(incident), saisie(revision=revision, mesures="La seconde."))
    assert page.status_code == 409
    incident.refresh_from_db()
    assert incident.mesures == "La première."


@pytest.mark.parametrize(
    "efface", [lambda i: i.delete(), lambda i: type(i).objects.all()._raw_delete("default")]
)
def test_un_incident_ne_s_efface_jamais(efface):
    incident = fabriques.incident()
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic():
        efface(incident)
    assert IncidentDeConfidentialite.objects.filter(pk=incident.pk).exists()


@pytest.mark.parametrize("role", ["mess", "approbation", "finances_mess", "observation"])
def test_le_registre_ne_se_lit_que_de_l_administration(role, cadre, client_de):
    personne, incident = fabriques.personne(role), fabriques.incident()
    client = client_de(personne)
    for page in (LISTE, AJOUT, page_de(incident)):
        assert client.get(page).status_code == 403
    assert not IncidentDeConfidentialite.objects.visibles_par(personne).exists()
    assert LISTE not in client.get("/").text


def test_aucune_date_d_un_incident_n_est_a_venir(cadre):
    for champ in ("survenu_le", "avis_commission_le", "avis_personnes_le"):
        demain = aujourd_hui() + timedelta(days=1)
        with pytest.raises(ValidationError, match="dans le futur"):
            IncidentDeConfidentialite(**{"survenu_le": aujourd_hui(), champ: demain}).clean()


def test_un_incident_sans_risque_serieux_n_attend_pas_d_avis(cadre):
    for risque, dates, reste in (
        ("non_serieux", {}, False),
        ("serieux", {"avis_commission_le": aujourd_hui()}, True),
        ("serieux", {"avis_commission_le": aujourd_hui(), "avis_personnes_le": aujourd_hui()}, False),
    ):
        assert fabriques.incident(risque=risque, **dates).reste_a_aviser is reste


def test_la_page_confidentialite_dit_ce_qui_est_vrai(client):
    """P13 : le registre existe, lu de l'administration seule; un compte se désactive, il ne se ferme pas seul."""
    texte = " ".join(client.get("/confidentialite/").text.split())
    for phrase in (
        "l’administration le tient ici, sans y nommer personne, et rien ne s’en efface",
        "votre compte n’ouvre plus aucun dossier; la personne qui administre le service peut le désactiver",
        "Elle seule le lit.",
    ):
        assert phrase in texte, phrase
    assert "n’est pas tenu" not in texte


def test_un_mandat_fini_n_ouvre_plus_rien_et_un_compte_se_desactive(cadre, agente, client_de):
    """Ce que promet la page : aucun dossier à la fin du dernier mandat; plus de séance une fois désactivé."""
    client = client_de(agente)
    adresse = reverse("alliances:gouvernance", args=[cadre.bsl.slug])
    assert client.get(adresse).status_code == 200
    fabriques.Mandat.objects.filter(utilisateur=agente).update(fin=fabriques.DEBUT)
    assert client.get(adresse).status_code == 404
    type(agente).objects.filter(pk=agente.pk).update(is_active=False)
    assert client.get("/").status_code == 302
