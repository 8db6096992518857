"""L'accueil dit ce qui m'attend; les notifications se lisent une fois."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from alliances.plans.notifications import annoncer_plan
from projets.models import Initiative
from socle.annonces import attentes
from socle.annonces.attentes import Attente, Geste, regrouper, taches
from socle.models import CibleDeService, Notification
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import convention_en_vigueur
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as initiatives
from tests.situation import ANONYME, PERSONNES

pytestmark = pytest.mark.django_db


def test_l_accueil_montre_ce_qui_attend_la_personne(cadre, agente, client_de):
    reponse = client_de(agente).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    assert "Ouvrir le plan d’action" in reponse.content.decode()
    assert [groupe.retards for groupe in reponse.context["groupes"]] == [1]
    assert "1 dossier vous attend, en retard." in texte_lu(reponse)


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
    assert "En cours" not in client.get(reverse("pilotage:accueil")).text
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE)
    (groupe,) = client.get(reverse("pilotage:accueil")).context["groupes"]
    assert groupe.premiere.commencee
    assert "En cours" in client.get(reverse("pilotage:accueil")).text


def test_tout_termine_l_accueil_dit_la_vraie_prochaine_etape(cadre, agente, client_de):
    """Constat P3 : « En cours » à quinze parties sur quinze ne dit pas quoi faire."""
    version, client = fabriques.plan_pret(cadre.bsl), client_de(agente)
    (groupe,) = client.get(reverse("pilotage:accueil")).context["groupes"]
    tache = groupe.premiere
    assert groupe.titre == "Faire adopter le plan par la Table"
    assert tache.lien == reverse("plans:adoption", args=[version.pk])
    assert not tache.commencee
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte="", terminee=True)
    (groupe,) = client.get(reverse("pilotage:accueil")).context["groupes"]
    tache = groupe.premiere
    assert groupe.titre.startswith("Vérifier le plan\xa0: régler")
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
    CibleDeService.du_moment()  # lues une fois par minute et par processus
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


def coordonner(agente, cadre, nombre):
    """Autant d'Alliances dont cette personne doit ouvrir le plan."""
    for rang in range(nombre):
        alliance = fabriques.Alliance.objects.create(
            cycle=cadre.cycle,
            nom=f"Alliance {rang}",
            slug=f"alliance-{rang}",
            table_regionale=cadre.bsl.table_regionale,
        )
        fabriques.Mandat.objects.create(utilisateur=agente, role="coordination", alliance=alliance)


def test_au_dela_de_vingt_cinq_la_suite_de_ce_qui_m_attend_est_a_la_page_suivante(cadre, agente, client_de):
    coordonner(agente, cadre, 26)
    client, adresse = client_de(agente), reverse("pilotage:attentes")
    premiere = client.get(adresse, {"geste": "ouvrir-le-plan-daction"})
    assert_html_accessible(premiere)
    assert "27 dossiers vous attendent, dont 27 en retard." in texte_lu(premiere)
    assert "?geste=ouvrir-le-plan-daction&amp;page=2" in premiere.text
    seconde = client.get(adresse, {"geste": "ouvrir-le-plan-daction", "page": 2})
    assert (len(premiere.context["page"]), len(seconde.context["page"])) == (25, 2)
    objets = [groupe.premiere.objet for page in (premiere, seconde) for groupe in page.context["page"]]
    assert len(set(objets)) == 27


def texte_lu(reponse):
    return " ".join(re.sub(r"<[^>]+>", "", reponse.text).split())


# --- Le groupement ----------------------------------------------------------------------------------------


def test_plusieurs_choses_du_meme_geste_font_une_ligne_qui_mene_a_leur_liste(cadre, agente, client_de):
    coordonner(agente, cadre, 2)
    client = client_de(agente)
    reponse = client.get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    (groupe,) = reponse.context["groupes"]
    assert (groupe.nombre, groupe.titre, groupe.lien) == (3, "Ouvrir les plans d’action", "")
    adresse = f"{reverse('pilotage:attentes')}?geste=ouvrir-le-plan-daction"
    assert f'href="{adresse}"' in reponse.text
    liste = client.get(adresse)
    assert [g.titre for g in liste.context["page"]] == ["Ouvrir le plan d’action"] * 3
    assert liste.context["titre"] == "Ouvrir les plans d’action"


def test_une_seule_chose_mene_droit_a_elle(cadre, agente, client_de):
    reponse = client_de(agente).get(reverse("pilotage:accueil"))
    (groupe,) = reponse.context["groupes"]
    assert groupe.lien == reverse("plans:ouverture", args=[cadre.bsl.slug])
    assert f'href="{groupe.lien}"' in reponse.text


def test_la_liste_d_un_geste_ne_montre_que_lui(cadre, agente, client_de):
    coordonner(agente, cadre, 1)
    fabriques.plan_ouvert(cadre.bsl)
    client, adresse = client_de(agente), reverse("pilotage:attentes")
    assert len(client.get(adresse).context["page"]) == 2
    (groupe,) = client.get(adresse, {"geste": "ouvrir-le-plan-daction"}).context["page"]
    assert groupe.premiere.objet == "Alliance 0"


@pytest.mark.parametrize("geste", ["signer-la-convention", "<b>", "é" * 500])
def test_un_geste_que_rien_n_attend_rend_une_liste_vide(geste, cadre, agente, client_de):
    reponse = client_de(agente).get(reverse("pilotage:attentes"), {"geste": geste})
    assert_html_accessible(reponse)
    assert not reponse.context["page"].object_list
    assert "Rien ne vous attend aujourd’hui." in texte_lu(reponse)


def attente(geste, jours, *, montant=None, **champs):
    """Une attente due dans tant de jours; sans échéance si `jours` est `None`."""
    jour = aujourd_hui()
    echeance = None if jours is None else jour + timedelta(days=jours)
    depuis = champs.pop("depuis", jour - timedelta(days=30))
    return Attente(geste, "Objet", "/", depuis, echeance, montant=montant, **champs)


LIRE, SIGNER, PAYER = Geste("Lire", "Tout lire"), Geste("Signer", "Tout signer"), Geste("Payer", "Tout payer")


def test_le_retard_vient_d_abord_puis_ce_qui_est_du_puis_ce_qui_n_a_pas_de_date(monkeypatch):
    offertes = [
        attente(LIRE, None),
        attente(SIGNER, 5),
        attente(PAYER, 9),
        attente(PAYER, -3),
        attente(LIRE, 8),
    ]
    monkeypatch.setattr(attentes, "_FOURNISSEURS", [lambda utilisateur: offertes])
    groupes = regrouper(taches(None))
    assert [(g.titre, g.nombre, g.retards) for g in groupes] == [
        ("Tout payer", 2, 1),
        ("Signer", 1, 0),
        ("Tout lire", 2, 0),
    ]
    assert groupes[0].premiere.delai.mots == "en retard de 3\u00a0jours"


def test_sans_echeance_la_plus_ancienne_vient_d_abord(monkeypatch):
    vieille = attente(LIRE, None, depuis=aujourd_hui() - timedelta(days=90))
    monkeypatch.setattr(attentes, "_FOURNISSEURS", [lambda utilisateur: [attente(LIRE, None), vieille]])
    (groupe,) = regrouper(taches(None))
    assert groupe.premiere is vieille
    assert groupe.premiere.delai.mots == "depuis 90\u00a0jours"


def test_la_somme_d_un_groupe_est_celle_de_ce_qui_a_un_montant():
    sans, avec, fictif = (
        attente(PAYER, 1),
        attente(PAYER, 2, montant=Decimal("10.25")),
        attente(PAYER, 3, montant=Decimal("0.75"), fictif=True),
    )
    assert regrouper([sans])[0].montant is None
    assert (regrouper([sans, avec])[0].montant, regrouper([sans, avec])[0].fictif) == (
        Decimal("10.25"),
        False,
    )
    (groupe,) = regrouper([sans, avec, fictif])
    assert (groupe.montant, groupe.fictif) == (Decimal("11.00"), True)


def test_ce_que_la_base_compte_d_un_coup_compte_pour_autant():
    (groupe,) = regrouper([attente(PAYER, -1, nombre=21, tardives=4)])
    assert (groupe.nombre, groupe.retards, groupe.titre, groupe.lien) == (21, 4, "Tout payer", "/")


def test_qui_n_a_rien_a_faire_lit_la_prochaine_date(cadre, signataire, client_de):
    jour = aujourd_hui() + timedelta(days=10)
    convention = convention_en_vigueur(cadre.bsl)
    convention.obligations.create(nature="rapport_annuel", an=2025, echeance=jour)
    fabriques.plan_ouvert(cadre.bsl)
    reponse = client_de(signataire).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    prochaine = date_longue(jour).replace("\u00a0", " ")
    assert f"La prochaine date est le {prochaine} (rapport annuel)." in texte_lu(reponse)


def test_un_porteur_sans_tache_sait_ce_qui_paraitra_ici(cadre, client_de):
    porteur, _ = initiatives.equipe(initiatives.organisme(cadre.bsl))
    reponse = client_de(porteur).get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    for mot in ("paraîtra ici, avec sa date", "Aucune demande commencée", "Aucun appel n’est ouvert"):
        assert mot in texte_lu(reponse), mot


def test_un_porteur_lit_a_l_accueil_ses_demandes_et_les_appels_ouverts_de_sa_region(cadre, client_de):
    """L'appel de l'autre région et la demande d'un autre organisme n'y sont pas."""
    appel = initiatives.appel_ouvert(cadre.bsl)
    partage = {appel.enveloppes.get().enveloppe: 1000}
    initiatives.appel_ouvert(cadre.lanaudiere, titre="Appel d’ailleurs", partage=partage)
    siens, autres = initiatives.organisme(cadre.bsl), initiatives.organisme(cadre.bsl, "Comptoir", neq="")
    (porteur, engage), (voisine, _) = initiatives.equipe(siens), initiatives.equipe(autres)
    sienne = initiatives.demande_prete(appel, siens, porteur)
    Initiative.objects.filter(pk=initiatives.demande(appel, autres, voisine).pk).update(titre="La voisine")
    client = client_de(porteur)
    reponse = client.get(reverse("pilotage:accueil"))
    assert_html_accessible(reponse)
    lu = texte_lu(reponse)
    for mot in (sienne.titre, appel.titre, "à faire déposer par", "Dans toutes les régions"):
        assert mot in lu, mot
    assert "Appel d’ailleurs" not in lu
    assert "À vous : à déposer avant le" not in lu
    assert "À vous : à déposer avant le" in texte_lu(client_de(engage).get(reverse("pilotage:accueil")))
    assert "La voisine" not in lu
    assert f"{siens.nom}. {appel.titre}" not in lu
    fabriques.mandater(porteur, "porteur", organisme=autres)
    lu = texte_lu(client_de(porteur).get(reverse("pilotage:accueil")))
    assert f"{siens.nom}. {appel.titre}" in lu
    assert f"{autres.nom}. {appel.titre}" in lu


def test_qui_redige_a_ses_organismes_au_menu_et_pas_l_annuaire(situation):
    menus = {
        personne: {e["libelle"] for e in situation.client(personne).get("/").context["navigation"]}
        for personne in ("porteur", "engagement", "coordination")
    }
    for personne in ("porteur", "engagement"):
        assert "Mes organismes" in menus[personne]
        assert "Organismes" not in menus[personne]
    assert {"Organismes", "Mes organismes"} & menus["coordination"] == {"Organismes"}


def test_chaque_role_a_ses_entrees_des_initiatives(situation):
    """La Table, l'État et l'organisme les lisent, l'observation leur portrait; qui prépare ou évalue a les siennes."""
    offertes = {}
    for personne in (p for p in PERSONNES if p != ANONYME):
        entrees = situation.client(personne).get(reverse("pilotage:accueil")).context["navigation"]
        offertes[personne] = {e["libelle"] for e in entrees} & {"Initiatives", "Appels", "Dossiers à évaluer"}
    assert offertes["porteur"] == offertes["engagement"] == offertes["dgsq"] == {"Initiatives"}
    assert offertes["coordination"] == offertes["territoire"] == {"Initiatives", "Appels"}
    assert offertes["evaluation"] == {"Dossiers à évaluer"}
    assert (offertes["observation"], offertes["sans_mandat"]) == ({"Initiatives"}, set())


@pytest.mark.parametrize("personne", [p for p in PERSONNES if p != ANONYME])
def test_chaque_lien_de_l_accueil_s_ouvre_a_qui_le_lit(situation, personne):
    client = situation.client(personne)
    page = client.get(reverse("pilotage:accueil"))
    liens = {groupe.lien for groupe in page.context["groupes"]} | {p.lien for p in page.context["a_venir"]}
    fermes = {lien for lien in liens - {""} if client.get(lien).status_code not in (200, 302)}
    assert fermes == set()
