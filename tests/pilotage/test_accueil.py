"""L'accueil dit ce qui m'attend; les notifications se lisent une fois."""

from datetime import date

import pytest
from django.urls import reverse

from alliances.plans.notifications import annoncer_plan
from socle.models import Notification
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


def test_l_accueil_montre_ce_qui_attend_la_personne(cadre, agente, client_de):
    reponse = client_de(agente).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    assert "Ouvrir le plan d’action" in reponse.content.decode()
    assert "Vous avez 1 action à faire." in reponse.content.decode()


def test_l_accueil_sans_tache_dit_quand_meme_ou_en_est_le_plan(cadre, agente, lectrice, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    reponse = client_de(lectrice).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    for mot in ("Rien ne vous attend aujourd’hui", "En rédaction", "1 sur 15", f"/plans/{version.pk}/"):
        assert mot in reponse.text, mot
    assert "Tout est fait" not in reponse.text


def test_l_avancement_est_celui_de_la_liste_des_taches(cadre, agente, client_de):
    client, version = client_de(agente), fabriques.plan_pret(cadre.bsl)
    (carte,) = client.get(reverse("pilotage:accueil")).context["alliances"]
    tableau = client.get(reverse("plans:tableau", args=[version.pk])).context
    assert (carte["terminees"], carte["total"]) == (tableau["terminees"], tableau["total"])


def test_une_redaction_entamee_est_en_cours(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    fabriques.PlanAction.objects.update(echeance=date(2099, 1, 1))
    client = client_de(agente)
    assert "À faire" in client.get(reverse("pilotage:accueil")).text
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE)
    (tache,) = client.get(reverse("pilotage:accueil")).context["taches"]
    assert tache.commencee
    assert "En cours" in client.get(reverse("pilotage:accueil")).text


def test_tout_termine_l_accueil_dit_la_vraie_prochaine_etape(cadre, agente, client_de):
    """Constat P3 : « En cours » à quinze parties sur quinze ne dit pas quoi faire."""
    version, client = fabriques.plan_pret(cadre.bsl), client_de(agente)
    (tache,) = client.get(reverse("pilotage:accueil")).context["taches"]
    assert tache.titre == "Faire adopter le plan par la Table"
    assert tache.lien == reverse("plans:adoption", args=[version.pk])
    assert not tache.commencee
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte="", terminee=True)
    (tache,) = client.get(reverse("pilotage:accueil")).context["taches"]
    assert tache.titre.startswith("Vérifier le plan\xa0: régler")
    assert tache.lien == reverse("plans:verification", args=[version.pk])


def test_qui_observe_voit_ou_en_sont_les_plans(cadre, client_de):
    fabriques.version_approuvee(cadre.bsl)
    client = client_de(fabriques.personne("observation"))
    reponse = client.get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    assert [c["valeur"] for c in reponse.context["chiffres"]][0] == 1
    for chiffre in reponse.context["chiffres"]:
        assert len(client.get(chiffre["url"]).context["liste"].page.object_list) == chiffre["valeur"]


@pytest.mark.parametrize(
    ("plan", "cycle", "attendus"), [(2020, 2099, 1), (2099, 2020, 1), (2020, 2020, 2), (2099, 2099, 0)]
)
def test_les_retards_se_comptent_comme_ils_se_listent(plan, cycle, attendus, cadre, client_de):
    """Le Bas-Saint-Laurent rédige sa première version; Lanaudière n'a rien ouvert."""
    fabriques.plan_ouvert(cadre.bsl)
    fabriques.PlanAction.objects.update(echeance=date(plan, 1, 1))
    type(cadre.bsl.cycle).objects.update(echeance_plan=date(cycle, 1, 1))
    client = client_de(fabriques.personne("observation"))
    *_, retards = client.get(reverse("pilotage:accueil")).context["chiffres"]
    assert retards["valeur"] == attendus
    assert len(client.get(retards["url"]).context["liste"].page.object_list) == attendus


def test_un_compte_sans_mandat_sait_a_qui_demander(django_user_model, client_de):
    inconnue = django_user_model.objects.create_user("i@alliances.example", prenom="I", nom="N")
    reponse = client_de(inconnue).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    assert "n’a pas de mandat en vigueur" in reponse.content.decode()


def test_l_accueil_tient_dans_le_budget_de_requetes(
    cadre, approbation, client_de, django_assert_max_num_queries
):
    fabriques.version_avisee(cadre.bsl)
    client = client_de(approbation)
    client.get(reverse("socle:aide"))  # la première page d'une session l'écrit
    with django_assert_max_num_queries(12):
        assert "Approuver, retourner" in client.get(reverse("pilotage:accueil")).content.decode()


def test_l_accueil_de_la_coordination_tient_dans_le_budget(
    cadre, agente, client_de, django_assert_max_num_queries
):
    fabriques.plan_pret(cadre.bsl)
    client = client_de(agente)
    client.get(reverse("socle:aide"))  # la première page d'une session l'écrit
    with django_assert_max_num_queries(12):
        assert "sur 15" in client.get(reverse("pilotage:accueil")).text


@pytest.fixture
def prevenue(cadre, agente, signataire):
    annoncer_plan(fabriques.version_deposee(cadre.bsl), "depot", par=signataire)
    return agente


def test_la_cloche_compte_les_notifications_non_lues(prevenue, client_de):
    client = client_de(prevenue)
    assert "non lue" in client.get(reverse("pilotage:accueil")).content.decode()
    reponse = client.get(reverse("pilotage:notifications"))
    assert_html_accessible(reponse)
    client.post(reverse("pilotage:notifications_lues"))
    assert not Notification.objects.visibles_par(prevenue).non_lues().exists()


def test_ouvrir_une_notification_la_marque_et_mene_au_dossier(prevenue, client_de):
    notification = Notification.objects.get(destinataire=prevenue)
    reponse = client_de(prevenue).post(reverse("pilotage:notification_lue", args=[notification.pk]))
    assert reponse["Location"] == notification.lien
    notification.refresh_from_db()
    assert notification.lue_le is not None


def test_la_notification_d_une_autre_personne_est_introuvable(prevenue, etrangere, client_de):
    notification = Notification.objects.get(destinataire=prevenue)
    url = reverse("pilotage:notification_lue", args=[notification.pk])
    assert client_de(etrangere).post(url).status_code == 404


def test_une_notification_ne_mene_jamais_hors_du_site(prevenue, client_de):
    notification = Notification.objects.get(destinataire=prevenue)
    Notification.objects.filter(pk=notification.pk).update(lien="//ailleurs.example/")
    reponse = client_de(prevenue).post(reverse("pilotage:notification_lue", args=[notification.pk]))
    assert reponse["Location"] == reverse("pilotage:notifications")


def test_l_etat_voit_ou_en_sont_les_plans_et_chaque_nombre_mene_a_sa_liste(cadre, mess, client_de):
    fabriques.version_deposee(cadre.bsl)
    client = client_de(mess)
    reponse = client.get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    for chiffre in reponse.context["chiffres"]:
        lignes = client.get(chiffre["url"]).context["liste"].page.object_list
        assert len(lignes) == chiffre["valeur"]
    assert [c["valeur"] for c in reponse.context["chiffres"]] == [0, 1, 0, 1]


def test_au_dela_de_vingt_cinq_taches_la_suite_est_a_la_page_suivante(cadre, agente, client_de):
    for rang in range(26):
        alliance = fabriques.Alliance.objects.create(
            cycle=cadre.cycle,
            nom=f"Alliance {rang}",
            slug=f"alliance-{rang}",
            table_regionale=cadre.bsl.table_regionale,
        )
        fabriques.Mandat.objects.create(utilisateur=agente, role="coordination", alliance=alliance)
    client = client_de(agente)
    premiere = client.get(reverse("pilotage:accueil"))
    assert_html_accessible(premiere)
    assert "Vous avez 27 actions à faire." in premiere.text
    assert 'href="?page=2"' in premiere.text
    seconde = client.get(reverse("pilotage:accueil"), {"page": 2})
    assert (len(premiere.context["taches"]), len(seconde.context["taches"])) == (25, 2)
    titres = [t.objet for page in (premiere, seconde) for t in page.context["taches"]]
    assert len(set(titres)) == 27
