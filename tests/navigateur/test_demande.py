"""Un organisme remplit sa demande au téléphone : de la page publique au dépôt, réseau et onglets compris."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from alliances.models import Alliance
from projets.models import Initiative
from tests import fabriques
from tests.navigateur.fenetres import DEBORDE, TELEPHONE, cliquer, dit, suivre
from tests.projets import fabriques as p

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
SUIVANT = "Enregistrer et continuer"


@pytest.fixture
def situation(transactional_db):
    fabriques.distribution()
    bsl = Alliance.objects.get(slug="bas-saint-laurent")
    agente = fabriques.personne("coordination", bsl)
    fabriques.version_approuvee(bsl)
    appel = p.appel_ouvert(bsl, par=agente)
    organisme = p.organisme(bsl)
    return appel, organisme, *p.equipe(organisme)


def etroite(page):
    page.set_viewport_size(TELEPHONE)
    return page


def sur_la_partie(page, demande, code):
    page.goto(reverse("projets:partie", args=[demande.pk, code]))


def enregistre(page):
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text("Enregistré à", timeout=15_000)


def gardes(page):
    return page.evaluate("() => Object.keys(localStorage).filter((c) => c.startsWith('brouillon:'))")


def continuer(page, titre):
    assert page.evaluate(DEBORDE) <= 0, page.url
    cliquer(page, SUIVANT)
    expect(page.get_by_role("heading", level=1)).to_contain_text(titre)
    assert gardes(page) == []


def champ(page, nom):
    return page.locator(f"[name={nom}]")


def taper(page, **valeurs):
    for nom, valeur in valeurs.items():
        champ(page, nom).fill(valeur)


def cocher(page, **valeurs):
    for nom, valeur in valeurs.items():
        page.locator(f"[name={nom}][value={valeur}]").check()


def remplir_les_mots(page, reponses):
    taper(page, personne_ressource="Jeanne Aubélac, coordonnatrice", signataire="Odile Castonval")
    continuer(page, "2. Admissibilité")
    cocher(page, est_nouvelle="oui", sur_le_territoire="oui", sans_immobilisation="non", hors_mission="non")
    cocher(page, rien_d_engage="non", sans_dette="non")
    continuer(page, "3. Le projet en bref")
    taper(page, titre="Cuisines de rang", resume=reponses["resume"], debut="2026-09-01", fin="2028-03-31")
    cocher(page, nature="nouveau")
    continuer(page, "4. Le besoin")
    taper(page, besoin=reponses["besoin"], place=reponses["place"], nombre_2026="80", nombre_2027="110")
    cocher(page, preuves="statistiques", populations="familles")
    continuer(page, "5. Territoires")
    page.locator("[name=territoires]").first.check()
    continuer(page, "6. Priorités")
    page.locator("[name=priorites]").first.check()
    taper(page, lien=reponses["lien"])
    continuer(page, "7. Objectifs")
    taper(page, objectif_0_objectif="Offrir des repas", objectif_0_cible="4300", objectif_0_unite="portions")
    taper(page, objectif_0_pour_le="2028-03-31", apres=reponses["apres"])
    continuer(page, "8. Partenaires")
    taper(page, partenaire_0_nom="Cinq municipalités", partenaire_0_materiel="Des salles")
    continuer(page, "9. Dépenses")


def remplir_les_montants(page):
    champ(page, "ligne_0_poste").select_option("salaires")
    taper(page, ligne_0_2026="20000", ligne_0_2027="20000,00")
    enregistre(page)
    expect(page.locator("#total-0")).to_have_text("40\xa0000,00\xa0$")
    expect(page.locator("#calcul")).to_contain_text("Il manque 20\xa0000,00\xa0$ de sources")
    continuer(page, "10. Sources")
    taper(page, ligne_0_2026="17500", ligne_0_2027="17500")
    champ(page, "ligne_1_source").select_option("propre")
    champ(page, "ligne_1_certitude").select_option("confirmee")
    taper(page, ligne_1_2026="2500", ligne_1_2027="2500")
    expect(page.locator("#calcul")).to_contain_text("Équilibré au cent près", timeout=15_000)


def test_au_telephone_de_la_page_publique_au_depot(situation, fenetres):
    appel, organisme, redige, engage = situation
    page = etroite(fenetres(redige))
    page.goto(reverse("projets:appel_public", args=[appel.pk]))
    assert page.evaluate(DEBORDE) <= 0
    page.goto(reverse("projets:commencement", args=[appel.pk]))
    if champ(page, "organisme").evaluate("e => e.tagName") == "SELECT":
        champ(page, "organisme").select_option(index=1)
    cliquer(page, "Commencer la demande")
    assert page.evaluate(DEBORDE) <= 0
    suivre(page, "Continuer")
    remplir_les_mots(page, p.REPONSES)
    remplir_les_montants(page)
    cliquer(page, SUIVANT)
    demande = Initiative.objects.get()
    page = etroite(fenetres(engage))
    page.goto(reverse("projets:verification", args=[demande.pk]))
    dit(page, "Rien n’empêche de déposer")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(DEBORDE) <= 0
    page.get_by_role("checkbox").check()
    cliquer(page, "Déposer la demande")
    dit(page, "Votre demande est déposée sous le numéro")
    assert gardes(page) == []


@pytest.fixture
def demande(situation):
    appel, organisme, redige, _ = situation
    demande = p.demande(appel, organisme, redige)
    p.remplir(demande)
    return demande


@pytest.fixture
def prete(situation):
    appel, organisme, redige, _ = situation
    return p.demande_prete(appel, organisme, redige)


def test_un_reseau_coupe_puis_un_onglet_ferme_ne_perdent_rien(situation, demande, fenetres):
    _, _, redige, _ = situation
    page = etroite(fenetres(redige))
    sur_la_partie(page, demande, "besoin")
    page.context.set_offline(True)
    taper(page, place="Trois comités, écrits sans réseau.")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text(
        "Enregistrement impossible", timeout=15_000
    )
    assert len(gardes(page)) == 1
    contexte = page.context
    page.close(run_before_unload=False)
    contexte.set_offline(False)
    autre = contexte.new_page()
    sur_la_partie(autre, demande, "besoin")
    dit(autre, "vient d’être remis")
    enregistre(autre)
    assert gardes(autre) == []
    demande.refresh_from_db()
    assert demande.place == "Trois comités, écrits sans réseau."


def test_un_onglet_rouvert_apres_qu_une_autre_a_enregistre_montre_les_deux(situation, demande, fenetres):
    page = fenetres(situation[2])
    sur_la_partie(page, demande, "organisme")
    page.context.set_offline(True)
    taper(page, signataire="Denis Lamontagne")
    contexte = page.context
    page.close(run_before_unload=False)
    demande.enregistrer_partie(
        "organisme",
        par=situation[3],
        revision=1,
        ecrire=lambda relue: setattr(relue, "signataire", "Ève Tessier"),
    )
    contexte.set_offline(False)
    page = contexte.new_page()
    sur_la_partie(page, demande, "organisme")
    etat = page.locator("[data-sauvegarde-etat]")
    with page.expect_navigation():
        etat.get_by_role("button", name="Comparer les deux textes").click()
    ligne = page.get_by_role("row", name=re.compile("Ève Tessier"))
    expect(ligne).to_contain_text("Denis Lamontagne")
    cliquer(page, SUIVANT)
    assert gardes(page) == []
    demande.refresh_from_db()
    assert demande.signataire == "Denis Lamontagne"


def test_un_texte_qui_n_est_pas_parti_retient_le_depot_puis_se_retrouve_apres(situation, prete, fenetres):
    """Deux appareils : sur l'un, un texte tapé sans réseau; sur l'autre, la même personne dépose quand même."""
    _, _, _, engage = situation
    page, autre = fenetres(engage), fenetres(engage)
    sur_la_partie(page, prete, "besoin")
    page.context.set_offline(True)
    taper(page, place="Trois comités, écrits sans réseau.")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text(
        "Enregistrement impossible", timeout=15_000
    )
    contexte = page.context
    page.close(run_before_unload=False)
    contexte.set_offline(False)
    page = contexte.new_page()
    for nom in ("demande", "verification", "depot"):
        page.goto(reverse(f"projets:{nom}", args=[prete.pk]))
        avis = page.locator("[data-non-partis]")
        expect(avis.get_by_role("listitem")).to_have_text(["Le besoin et les personnes"])
        if nom != "demande":
            expect(page.get_by_role("button", name="Déposer la demande")).to_be_disabled()
    prete.deposer(par=engage)
    page.goto(reverse("projets:initiative", args=[prete.pk]))
    dit(page, "n’est pas dans cette demande")
    dit(page, "Trois comités, écrits sans réseau.")
    assert len(gardes(page)) == 1
    page.get_by_role("button", name="Effacer de cet appareil").click()
    assert gardes(page) == []
    autre.goto(reverse("projets:initiative", args=[prete.pk]))
    expect(autre.locator("[data-non-partis]")).to_be_hidden()


def test_le_texte_parti_le_depot_se_rouvre(situation, prete, fenetres):
    page = fenetres(situation[3])
    cle = f"brouillon:{prete.pk}:besoin:{situation[3].pk}"
    sur_la_partie(page, prete, "besoin")
    page.route("**/brouillon/", lambda route: route.abort())
    taper(page, place="Un comité de six.")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text(
        "Enregistrement impossible", timeout=15_000
    )
    assert gardes(page) == [cle]
    page.unroute("**/brouillon/")
    page.on("dialog", lambda d: d.accept())
    page.goto(reverse("projets:verification", args=[prete.pk]))
    suivre(page, "Le besoin et les personnes")
    enregistre(page)
    page.goto(reverse("projets:verification", args=[prete.pk]))
    expect(page.locator("[data-non-partis]")).to_be_hidden()
    page.get_by_role("checkbox").check()
    cliquer(page, "Déposer la demande")
    dit(page, "Votre demande est déposée sous le numéro")


def test_le_reseau_qui_revient_envoie_ce_qui_est_tape(situation, demande, fenetres):
    page = fenetres(situation[2])
    sur_la_partie(page, demande, "organisme")
    page.context.set_offline(True)
    taper(page, signataire="Denis Lamontagne")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text(
        "Enregistrement impossible", timeout=15_000
    )
    page.context.set_offline(False)
    enregistre(page)
    assert gardes(page) == []
    demande.refresh_from_db()
    assert demande.signataire == "Denis Lamontagne"


def test_deux_personnes_se_voient_et_un_conflit_se_choisit(situation, demande, fenetres):
    premiere, seconde = fenetres(situation[2]), fenetres(situation[3])
    sur_la_partie(premiere, demande, "organisme")
    sur_la_partie(seconde, demande, "organisme")
    expect(seconde.locator("[data-presence]")).to_contain_text("modifie aussi cette partie", timeout=15_000)
    taper(premiere, signataire="Odile Castonval")
    enregistre(premiere)
    taper(seconde, signataire="Denis Lamontagne")
    etat = seconde.locator("[data-sauvegarde-etat]")
    expect(etat).to_contain_text("a enregistré cette partie", timeout=15_000)
    with seconde.expect_navigation():
        etat.get_by_role("button", name="Comparer les deux textes").click()
    ligne = seconde.get_by_role("row", name=re.compile("Odile Castonval"))
    expect(ligne).to_contain_text("Denis Lamontagne")
    seconde.wait_for_timeout(4000)
    demande.refresh_from_db()
    assert demande.signataire == "Odile Castonval"
    suivre(seconde, "Garder ce qui est enregistré")
    expect(champ(seconde, "signataire")).to_have_value("Odile Castonval")
    assert gardes(seconde) == []


def test_se_deconnecter_efface_ce_que_l_appareil_gardait(situation, demande, fenetres):
    page = fenetres(situation[2])
    page.on("dialog", lambda d: d.accept())
    sur_la_partie(page, demande, "organisme")
    page.route("**/brouillon/", lambda route: route.abort())
    taper(page, signataire="Denis Lamontagne")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text(
        "Enregistrement impossible", timeout=15_000
    )
    assert len(gardes(page)) == 1
    page.locator(".menu-compte summary").click()
    cliquer(page, "Se déconnecter")
    assert gardes(page) == []


@pytest.mark.parametrize(
    "code", ["admissibilite", "besoin", "objectifs", "partenaires", "depenses", "sources"]
)
def test_chaque_partie_tient_en_320_pixels_et_axe_n_y_trouve_rien(
    situation, demande, vitrine, client_de, code
):
    adresse = reverse("projets:partie", args=[demande.pk, code])
    assert vitrine.fautes(adresse, client_de(situation[2]).get(adresse)) == []


@pytest.mark.parametrize("nom", ["demande", "verification"])
def test_la_liste_et_la_verification_tiennent_en_320_pixels(situation, demande, vitrine, client_de, nom):
    adresse = reverse(f"projets:{nom}", args=[demande.pk])
    assert vitrine.fautes(adresse, client_de(situation[3]).get(adresse)) == []
