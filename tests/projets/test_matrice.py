"""La matrice d'une Alliance : ses cases, ses totaux, ce que chacun en lit, et la liste qu'ouvre chaque case."""

from collections import defaultdict
from decimal import Decimal as D
from io import BytesIO
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from alliances.models import Organisme
from conventions.models import Convention
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.retenues import retenue
from tests.projets.test_fautes import approuver_la_suite
from tests.test_pages import REQUETES_AU_PLUS

pytestmark = pytest.mark.django_db
ETATS = ("acceptee", "en_cours", "suspendue", "terminee", "abandonnee")
TRANSPORT, VALLEE = "Se déplacer en rang", "Habiter la vallée"


@partagee
def plan(cadre, agente):
    """Trois priorités : deux de la région, une locale à La Matapédia."""

    def ajouter(suite):
        transport = cadre.cycle.thematiques.get(code="transport")
        ajoutee = fabriques.ajouter_priorite(suite, agente, titre=TRANSPORT)
        type(ajoutee).objects.filter(pk=ajoutee.pk).update(thematique=transport)
        chez_elle = [cadre.bsl.territoires.get(nom="La Matapédia")]
        fabriques.ajouter_priorite(suite, agente, titre=VALLEE, palier="local", territoires=chez_elle)

    return approuver_la_suite(fabriques.version_approuvee(cadre.bsl), agente, ajouter)


@partagee
def priorites(plan):
    return {priorite.titre: priorite for priorite in plan.priorites.all()}


@partagee
def ou(cadre):
    return {territoire.nom: territoire for territoire in cadre.bsl.territoires.all()}


@partagee
def appel(cadre, agente, enveloppes):
    return p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})


@partagee
def servies(appel, agente, plan, priorites, ou, enveloppes):
    """Trois à une priorité, dont une de deux territoires; une de deux priorités; une en liste d'attente."""
    offre = next(priorite for titre, priorite in priorites.items() if titre not in (TRANSPORT, VALLEE))
    locale, region = enveloppes["La Matapédia"], enveloppes["Projets régionaux"]
    vallee, matanie = ou["La Matapédia"], ou["La Matanie"]
    deux = {locale: 10_000, region: 5_000}
    return {
        "cuisines": retenue(
            appel, agente, "Cuisines", ou=[vallee], pour=[offre, priorites[TRANSPORT]],
            montants=deux, personnes={2026: 80, 2027: 100},
        ),
        "reseau": retenue(
            appel, agente, "Réseau", ou=[vallee, matanie], pour=[offre],
            montants={region: 40_000}, personnes={2026: 200}, etat="en_cours", nature="maintien",
        ),
        "navette": retenue(
            appel, agente, "Navette", ou=[matanie], pour=[priorites[TRANSPORT]],
            montants={region: 7_500}, personnes={2026: 30}, etat="terminee",
        ),
        "attente": retenue(appel, agente, "Attente", ou=[vallee], pour=[offre], etat="en_attente"),
    }  # fmt: skip


def adresse(cadre, **choix):
    return reverse("projets:matrice", args=[cadre.bsl.slug], query=choix or None)


def lire(client, cadre, **choix):
    page = client.get(adresse(cadre, **choix))
    assert page.status_code == 200
    return page


def cases(page):
    """{(rangée, colonne): (nombre, argent, personnes)} des cases qui ont quelque chose."""
    return {
        (rangee.ligne.nom.partition(". ")[2] or rangee.ligne.nom, case.colonne.nom): (
            case.sommes.nombre,
            case.sommes.argent,
            case.sommes.personnes,
        )
        for rangee in page.context["page"]["matrice"].rangees
        for case in rangee.cases
        if case.sommes.nombre
    }


def totaux(page):
    matrice = page.context["page"]["matrice"]
    return {c.nom: t.nombre for c, t in zip(matrice.colonnes, matrice.totaux, strict=True) if t.nombre}


def test_chaque_case_compte_les_initiatives_leur_argent_et_leurs_personnes(cadre, servies, agente, client_de):
    offre = "Une offre alimentaire digne et proche"
    assert cases(lire(client_de(agente), cadre)) == {
        (offre, "La Matapédia"): (1, D("15000.00"), 100),
        (offre, "Plusieurs territoires"): (1, D("40000.00"), 200),
        (TRANSPORT, "La Matapédia"): (1, D("15000.00"), 100),
        (TRANSPORT, "La Matanie"): (1, D("7500.00"), 30),
    }


def test_une_initiative_de_deux_priorites_ou_de_deux_territoires_n_est_au_total_qu_une_fois(
    cadre, servies, agente, client_de
):
    page = lire(client_de(agente), cadre)
    matrice = page.context["page"]["matrice"]
    assert totaux(page) == {"La Matapédia": 1, "La Matanie": 1, "Plusieurs territoires": 1}
    assert (matrice.total.nombre, matrice.total.argent) == (3, D("62500.00"))
    assert page.context["page"]["toutes"] == matrice.total
    assert matrice.en_double
    assert "paraît dans les deux rangées" in page.text


def test_zero_n_est_pas_vide(cadre, servies, agente, client_de):
    """La priorité locale vaut à La Matapédia, où rien ne la sert, et ne vaut nulle part ailleurs."""
    page = lire(client_de(agente), cadre)
    (rangee,) = page.context["page"]["matrice"].non_servies
    assert rangee.ligne.nom.endswith(VALLEE)
    assert [case.colonne.nom for case in rangee.sans_rien] == ["La Matapédia"]
    assert all(case.hors for case in rangee.cases if case.colonne.nom != "La Matapédia")
    assert page.text.count("ne s’applique pas") == len(rangee.cases) - 1
    assert "1 priorité du plan" in " ".join(page.text.split())


def test_qui_prepare_les_appels_part_de_la_priorite_que_rien_ne_sert(
    cadre, servies, agente, lectrice, client_de
):
    ouverture = f'href="{reverse("projets:appel_ouverture", args=[cadre.bsl.slug])}"'
    assert ouverture in lire(client_de(agente), cadre).text
    assert ouverture not in lire(client_de(lectrice), cadre).text


def test_l_etat_et_l_exercice_choisissent_ce_qui_s_additionne(cadre, servies, agente, client_de):
    client = client_de(agente)
    assert lire(client, cadre, etat="en_cours").context["page"]["matrice"].total.nombre == 1
    assert lire(client, cadre, exercice=2026).context["page"]["matrice"].total.argent == D("62500.00")
    assert lire(client, cadre, exercice=2025).context["page"]["matrice"].total.nombre == 0
    page = lire(client, cadre, exercice=2026, mesure="personnes")
    assert cases(page)["Une offre alimentaire digne et proche", "La Matapédia"] == (1, D("15000.00"), 80)
    assert "80\xa0pers." in page.text


@pytest.mark.parametrize("choix", [{}, {"vue": "thematiques"}, {"vue": "etats"}, {"exercice": 2026}])
def test_chaque_case_ouvre_la_liste_qu_elle_compte(cadre, servies, agente, client_de, choix):
    client = client_de(agente)
    page = lire(client, cadre, **choix)
    ouvertes = 0
    for rangee in page.context["page"]["rangees"]:
        lues = {case.colonne.nom: case.sommes for case in rangee["lue"].servies}
        for nom, nombre, _, url in rangee["servies"]:
            liste = client.get(url).context["liste"]
            assert (liste.nombre, liste.totaux["accorde"]) == (nombre, lues[nom].argent), url
            ouvertes += 1
        if rangee["servies"]:
            assert client.get(rangee["url"]).context["liste"].nombre == rangee["lue"].total.nombre
    assert ouvertes >= 3


def test_les_thematiques_se_croisent_avec_les_lieux_et_les_etats(cadre, servies, agente, client_de):
    client = client_de(agente)
    premiere = cadre.cycle.thematiques.first().nom
    par_lieu = cases(lire(client, cadre, vue="thematiques"))
    assert par_lieu[premiere, "La Matapédia"] == (1, D("15000.00"), 100)
    assert par_lieu["Transport", "La Matanie"] == (1, D("7500.00"), 30)
    par_etat = cases(lire(client, cadre, vue="etats"))
    assert par_etat[premiere, "En cours"] == (1, D("40000.00"), 200)
    assert par_etat["Transport", "Terminée"] == (1, D("7500.00"), 30)
    assert totaux(lire(client, cadre, vue="etats")) == {"Acceptée": 1, "En cours": 1, "Terminée": 1}


def test_une_priorite_qui_a_quitte_le_plan_laisse_ses_initiatives_a_rattacher(
    cadre, servies, plan, priorites, agente, client_de
):
    sortie = priorites[TRANSPORT].cle
    approuver_la_suite(plan, agente, lambda suite: suite.priorites.get(cle=sortie).supprimer(par=agente))
    client = client_de(agente)
    page = lire(client, cadre)
    assert (page.context["page"]["rattachees"].nombre, page.context["page"]["orphelines"].nombre) == (2, 1)
    assert page.context["page"]["toutes"].nombre == 3
    assert f"Sa priorité, «\xa0{TRANSPORT}\xa0», n’est plus au plan." in page.text
    liste = client.get(page.context["page"]["orphelines_url"]).context["liste"]
    assert [i.titre for i in liste.page.object_list] == ["Navette"]
    assert cases(page)["Une offre alimentaire digne et proche", "La Matapédia"][0] == 1  # sa clé suit le plan


def test_une_initiative_liee_a_deux_versions_de_la_meme_priorite_compte_une_fois(
    cadre, servies, plan, agente, client_de
):
    suite = approuver_la_suite(plan, agente, lambda suite: None)
    cuisines = servies["cuisines"]
    cuisines.priorites.add(*suite.priorites.filter(cle__in=cuisines.priorites.values("cle")))
    page = lire(client_de(agente), cadre)
    assert cases(page)[TRANSPORT, "La Matapédia"] == (1, D("15000.00"), 100)


def test_un_territoire_que_rien_ne_touche_se_nomme(cadre, servies, agente, client_de):
    """L'initiative en cours, de plusieurs territoires, les touche tous; l'acceptée n'en touche qu'un."""

    def vides(etat):
        return [colonne.nom for colonne in lire(client, cadre, etat=etat).context["page"]["sans_aucune"]]

    client = client_de(agente)
    assert vides("en_cours") == []
    assert vides("acceptee") == ["La Matanie"]


def test_les_parts_se_comparent_a_celles_de_la_convention(cadre, servies, agente, client_de):
    Convention.objects.filter(alliance=cadre.bsl).update(part_regionale=D("60"), part_nouveaux_projets=None)
    regionale, nouveaux = lire(client_de(agente), cadre).context["page"]["parts"]
    assert (regionale["part"], regionale["argent"]) == (D("64.00"), D("40000.00"))
    assert regionale["phrase"] == "La convention prévoit 60\xa0%\xa0: 4\xa0points de plus."
    assert nouveaux["part"] == D("36.00")
    assert nouveaux["phrase"] == "La convention n’en fixe pas la part."


def test_sans_plan_en_vigueur_la_page_le_dit(cadre, agente, client_de):
    page = lire(client_de(agente), cadre)
    assert "Aucun plan n’est encore en vigueur" in page.text
    assert "la part ne se calcule pas" in page.text


def test_au_hasard_la_matrice_est_celle_que_l_on_recompte_a_la_main(
    cadre, appel, agente, plan, priorites, ou, enveloppes, client_de
):
    """Recomptée des rangées nues, sans rien du code de la page."""
    hasard, region, offertes = (
        Random(11),
        enveloppes["Projets régionaux"],
        sorted(priorites.values(), key=str),
    )
    attendues, par_lieu = defaultdict(lambda: [0, D(0), 0]), defaultdict(lambda: [0, D(0)])
    for rang in range(25):
        touches = hasard.sample(sorted(ou.values(), key=str), hasard.randint(0, 2))
        sert, etat = hasard.sample(offertes, hasard.randint(0, 3)), hasard.choice(ETATS)
        argent, combien = (
            D(hasard.randint(1, 999_999)) / 100,
            {2026: hasard.randint(0, 50), 2027: hasard.randint(0, 50)},
        )
        retenue(
            appel,
            agente,
            f"I{rang}",
            ou=touches,
            pour=sert,
            montants={region: argent},
            personnes=combien,
            etat=etat,
        )
        if etat == "abandonnee":
            continue
        lieu = (
            touches[0].nom
            if len(touches) == 1
            else "Plusieurs territoires"
            if touches
            else "Aucun territoire"
        )
        for priorite in sert:
            case = attendues[priorite.titre, lieu]
            case[:] = case[0] + 1, case[1] + argent, case[2] + max(combien.values())
        if sert:
            par_lieu[lieu][:] = par_lieu[lieu][0] + 1, par_lieu[lieu][1] + argent
    page = lire(client_de(agente), cadre)
    matrice = page.context["page"]["matrice"]
    assert cases(page) == {cle: tuple(case) for cle, case in attendues.items()}
    lus = {
        c.nom: (t.nombre, t.argent) for c, t in zip(matrice.colonnes, matrice.totaux, strict=True) if t.nombre
    }
    assert lus == {lieu: tuple(somme) for lieu, somme in par_lieu.items()}
    assert matrice.total.argent == sum(argent for _, argent in par_lieu.values())


# --- Qui lit quoi -----------------------------------------------------------------------------------------


def test_la_table_et_l_etat_la_lisent_une_etrangere_et_un_organisme_non(
    cadre, servies, lectrice, analyste, mess, etrangere, equipe, client_de
):
    lues = {
        lire(client_de(qui), cadre).context["page"]["matrice"].total.nombre
        for qui in (lectrice, analyste, mess)
    }
    assert lues == {3}
    for qui in (etrangere, equipe[0]):
        assert client_de(qui).get(adresse(cadre)).status_code == 404


def test_une_decision_qui_n_est_pas_annoncee_ne_se_devine_pas_dans_une_case(
    cadre, appel, agente, plan, priorites, ou, enveloppes, ressource, client_de
):
    """La ressource de la MRC qui dépose n'apprend pas, par un nombre, que sa demande est acceptée."""
    mrc = Organisme.objects.create(
        nom="MRC de La Matapédia", forme="municipal", territoire=ou["La Matapédia"]
    )
    sienne = {"organisme": mrc, "etat_annonce": "admissible", "montants": {enveloppes["La Matapédia"]: 1_000}}
    retenue(
        appel,
        agente,
        "De la MRC",
        ou=[ou["La Matapédia"]],
        pour=[priorites[TRANSPORT]],
        **sienne,
    )
    assert lire(client_de(agente), cadre).context["page"]["matrice"].total.nombre == 1
    assert lire(client_de(ressource), cadre).context["page"]["matrice"].total.nombre == 0
    liste = reverse("projets:initiatives", query={"colonnes": ["accorde"]})
    assert client_de(ressource).get(liste).context["liste"].totaux["accorde"] == 0
    assert client_de(agente).get(liste).context["liste"].totaux["accorde"] == 1_000


# --- Les fichiers, la vitesse -----------------------------------------------------------------------------


def test_elle_s_exporte_une_rangee_par_case_qui_vaut(cadre, servies, agente, client_de):
    client = client_de(agente)
    feuille = load_workbook(BytesIO(client.get(adresse(cadre, format="xlsx")).content)).active
    entetes, *lignes = feuille.iter_rows(values_only=True)
    assert entetes == ("Priorité", "Lieu", "Initiatives", "Accordé", "Personnes visées")
    lues = {ligne[:2]: ligne[2:] for ligne in lignes if ligne[1]}
    assert lues[f"2. {TRANSPORT}", "La Matanie"] == (1, 7500, 30)
    assert (f"3. {VALLEE}", "La Matanie") not in lues
    assert lues[f"3. {VALLEE}", "La Matapédia"] == (0, 0, 0)
    assert "Total" not in {ligne[0] for ligne in lignes}  # une initiative y serait deux fois
    assert ";7500,00;30" in client.get(adresse(cadre, format="csv")).text


@pytest.mark.parametrize("vue", ["", "thematiques", "etats"])
def test_elle_demande_autant_de_requetes_pour_trente_initiatives_que_pour_trois(
    cadre, servies, appel, agente, ou, priorites, enveloppes, client_de, vue
):
    client, region = client_de(agente), enveloppes["Projets régionaux"]

    def ajouter(rangs):
        for rang in rangs:
            sert = [priorites[TRANSPORT]] if rang % 2 else []
            retenue(appel, agente, f"I{rang}", ou=[ou["La Matapédia"]], pour=sert, montants={region: 10})

    ajouter(range(3))
    lire(client, cadre, vue=vue)
    peu = requetes(client, cadre, vue)
    ajouter(range(3, 30))
    assert requetes(client, cadre, vue) == peu <= REQUETES_AU_PLUS
    assert_html_accessible(lire(client, cadre, vue=vue))


def requetes(client, cadre, vue):
    with CaptureQueriesContext(connection) as lues:
        lire(client, cadre, vue=vue)
    return len(lues)
