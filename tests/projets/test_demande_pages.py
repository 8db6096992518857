"""La demande au navigateur sans script : de la page publique au dépôt, partie par partie."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from projets.canevas import PARTIES
from projets.models import Initiative, PieceOrganisme
from projets.regles.completude import manques
from socle.models import Notification
from socle.texte.typographie import date_heure
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db

REPONSES = {
    "organisme": {"personne_ressource": "Jeanne Aubélac, coordonnatrice", "signataire": "Odile Castonval"},
    "admissibilite": {
        "est_nouvelle": "oui",
        "sur_le_territoire": "oui",
        "sans_immobilisation": "non",
        "hors_mission": "non",
        "rien_d_engage": "non",
        "sans_dette": "non",
    },
    "projet": {
        "titre": "Cuisines de rang",
        "resume": "Dans cinq villages, des familles cuisinent ensemble.",
        "debut": "2026-09-01",
        "fin": "2028-03-31",
        "nature": "nouveau",
    },
    "besoin": {
        "besoin": "L’hiver dernier, 61 ménages nous ont demandé du dépannage.",
        "preuves": ["statistiques", "personnes"],
        "populations": ["familles", "seules"],
        "nombre_2026": "80",
        "nouvelles_2026": "80",
        "nombre_2027": "110",
        "nouvelles_2027": "60",
        "place": "Un comité de menu de six personnes.",
        "en_conception": "on",
    },
    "objectifs": {
        "objectif_0_objectif": "Offrir des repas près de chez soi",
        "objectif_0_activites": "36 cuisines par an.",
        "objectif_0_cible": "4 300",
        "objectif_0_unite": "portions par an",
        "objectif_0_pour_le": "2028-03-31",
        "apres": "Trois municipalités gardent la salle gratuite.",
    },
    "partenaires": {"partenaire_0_nom": "Cinq municipalités", "partenaire_0_materiel": "Des salles"},
    "depenses": {
        "ligne_0_poste": "salaires",
        "ligne_0_2026": "20 000,00",
        "ligne_0_2027": "20 000,00",
        "ligne_1_poste": "administration",
        "ligne_1_2026": "1 000",
    },
    "sources": {
        "ligne_0_source": "fqis",
        "ligne_0_forme": "especes",
        "ligne_0_certitude": "demandee",
        "ligne_0_2026": "18 000",
        "ligne_0_2027": "17 000",
        "ligne_1_source": "propre",
        "ligne_1_forme": "especes",
        "ligne_1_certitude": "confirmee",
        "ligne_1_2026": "3 000",
        "ligne_1_2027": "3 000",
    },
}


@partagee
def appel(cadre, agente):
    fabriques.version_approuvee(cadre.bsl)
    return p.appel_ouvert(cadre.bsl, par=agente)


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def brouillon(appel, organisme, equipe):
    return p.demande(appel, organisme, equipe[0])


def adresse(nom, initiative, *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


def envoyer(client, initiative, code, reponses, **plus):
    revision = initiative.parties.get(code=code).revision
    return client.post(adresse("partie", initiative, code), {"revision": revision} | reponses | plus)


def reponses_de(initiative):
    territoire = initiative.appel.territoires_possibles().first().pk
    priorite = initiative.appel.priorites_servies().first().pk
    return REPONSES | {
        "territoires": {"territoires": [territoire]},
        "priorites": {"priorites": [priorite], "lien": "Elle amène l’aide dans les villages éloignés."},
    }


def remplir(client, initiative):
    reponses = reponses_de(initiative)
    for partie in PARTIES:
        if partie.code in reponses:
            reponse = envoyer(client, initiative, partie.code, reponses[partie.code])
            assert reponse.status_code == 302, (partie.code, reponse.content.decode())
    return p.relire(initiative)


def test_de_la_page_publique_au_depot_sans_script(appel, organisme, equipe, agente, client_de):
    redige, engage = equipe
    client = client_de(redige)
    page = client.get(reverse("projets:appel_public", args=[appel.pk])).content.decode()
    assert reverse("projets:entree", args=[appel.pk]) in page
    client.post(reverse("projets:commencement", args=[appel.pk]), {"organisme": organisme.pk})
    initiative = Initiative.objects.get()
    assert_html_accessible(client.get(adresse("demande", initiative)))
    initiative = remplir(client, initiative)
    assert [m.phrase for m in manques(initiative) if m.bloque] == []
    assert client.get(adresse("depot", initiative)).status_code == 403
    client = client_de(engage)
    assert "Rien n’empêche de déposer" in client.get(adresse("verification", initiative)).content.decode()
    page = client.post(adresse("depot", initiative))
    assert "Cochez l’attestation" in page.content.decode()
    assert p.attester(client, adresse("depot", initiative)).status_code == 302
    deposee = p.relire(initiative)
    assert (deposee.etat, deposee.numero) == ("deposee", "INI-2024-01-0001")
    assert deposee.titre in client_de(agente).get(adresse("initiative", deposee)).content.decode()
    assert "Demande déposée" in Notification.objects.get(destinataire=engage).titre
    assert "Demande déposée" in Notification.objects.filter(destinataire=agente).latest("pk").titre


@pytest.mark.parametrize("code", [p.code for p in PARTIES if p.code != "pieces"])
def test_chaque_partie_s_ouvre_vide_et_s_enregistre_vide(brouillon, equipe, client_de, code):
    client = client_de(equipe[0])
    assert_html_accessible(client.get(adresse("partie", brouillon, code)))
    reponse = client.post(adresse("partie", brouillon, code), {"revision": "1"})
    assert reponse.status_code == 302, reponse.content.decode()


def test_ce_qui_est_enregistre_se_relit_tel_quel(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    initiative = remplir(client, brouillon)
    assert [(d.rang, d.an, d.montant) for d in initiative.depenses.all()] == [
        (0, 2026, Decimal(20000)),
        (0, 2027, Decimal(20000)),
        (1, 2026, Decimal(1000)),
    ]
    [objectif] = initiative.objectifs.all()
    assert (objectif.cible, objectif.pour_le) == (4300, date(2028, 3, 31))
    page = client.get(adresse("partie", initiative, "depenses")).content.decode()
    assert 'value="20\xa0000,00"' in page


def test_enregistrer_deux_fois_la_meme_partie_ne_perd_aucune_rangee(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    for _ in range(2):
        assert envoyer(client, brouillon, "projet", REPONSES["projet"]).status_code == 302
        assert envoyer(client, brouillon, "objectifs", REPONSES["objectifs"]).status_code == 302
        assert envoyer(client, brouillon, "depenses", REPONSES["depenses"]).status_code == 302
    assert (brouillon.objectifs.count(), brouillon.depenses.count()) == (1, 3)


def test_un_montant_sans_poste_se_dit_et_reste_a_l_ecran(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    page = envoyer(client, brouillon, "depenses", {"ligne_0_2026": "1 234,56"}).content.decode()
    assert "Nommez cette ligne" in page
    assert "1 234,56" in page
    assert not brouillon.depenses.exists()


def test_un_texte_trop_long_est_garde_et_jamais_coupe(brouillon, equipe, client_de):
    long = "mot " * 200
    page = envoyer(client_de(equipe[0]), brouillon, "projet", {"resume": long}).content.decode()
    assert long.strip() in page
    assert p.relire(brouillon).resume == ""


def test_une_reponse_qui_ne_convient_pas_dit_pourquoi_et_s_enregistre(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    inadmissible = REPONSES["admissibilite"] | {"sans_immobilisation": "oui"}
    reponse = envoyer(client, brouillon, "admissibilite", inadmissible)
    assert p.relire(brouillon).sans_immobilisation is False
    assert reponse.url == adresse("partie", brouillon, "admissibilite")
    page = client.get(reponse.url)
    assert_html_accessible(page)
    assert "Attention\xa0: </span>C’est enregistré, mais une réponse empêche de déposer" in page.text
    assert "Réussite" not in page.text
    aide = page.context["form"]["sans_immobilisation"].help_text
    assert aide.startswith("Cette réponse empêche de déposer. L’appel ne paie pas les immobilisations.")
    question = (
        "«\xa0Demandez-vous de l’argent pour bâtir, rénover ou acheter un véhicule?\xa0» L’appel ne paie pas"
    )
    assert question in client.get(adresse("verification", brouillon)).text
    assert envoyer(client, brouillon, "admissibilite", REPONSES["admissibilite"]).url == adresse(
        "partie", brouillon, "projet"
    )


def test_deux_onglets_sur_la_meme_partie_ne_s_ecrasent_pas(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    reponse = client.post(adresse("partie", brouillon, "projet"), {"revision": "1", "titre": "Autre titre"})
    assert reponse.status_code == 409
    assert "Autre titre" in reponse.content.decode()
    assert p.relire(brouillon).titre == "Cuisines de rang"


def test_le_brouillon_s_enregistre_de_lui_meme_et_dit_l_heure(brouillon, equipe, client_de):
    client, url = client_de(equipe[0]), adresse("partie_brouillon", brouillon, "projet")
    reponse = client.post(url, {"revision": "1", "titre": "Cuisines"}, headers={"accept": "application/json"})
    assert reponse.json()["revision"] == 2
    assert "Enregistré à" in reponse.json()["message"]
    perime = client.post(url, {"revision": "1", "titre": "Tard"}, headers={"accept": "application/json"})
    assert perime.status_code == 409
    assert p.relire(brouillon).titre == "Cuisines"


def test_la_verification_mene_a_chaque_partie_qui_manque(brouillon, equipe, client_de):
    page = client_de(equipe[0]).get(adresse("verification", brouillon)).content.decode()
    for code in ("organisme", "admissibilite", "projet", "besoin", "territoires", "priorites", "objectifs"):
        assert adresse("partie", brouillon, code) in page


def test_personne_d_autre_n_ouvre_un_brouillon(brouillon, agente, etrangere, analyste, client_de):
    for personne in (agente, etrangere, analyste):
        for nom in ("demande", "verification", "depot", "initiative"):
            assert client_de(personne).get(adresse(nom, brouillon)).status_code == 404


def test_sans_organisme_on_ne_commence_pas_de_demande(appel, agente, client_de):
    page = client_de(agente).get(reverse("projets:commencement", args=[appel.pk]), follow=True)
    assert page.status_code == 403
    assert "au nom d’un organisme" in page.content.decode()


def test_une_date_que_l_appel_ne_permet_pas_se_dit_a_son_champ_avec_celle_qu_il_permet(
    brouillon, equipe, client_de
):
    client = client_de(equipe[0])
    permise = "au plus tard le 31\xa0mars 2028."
    assert f"A{permise[1:]}" in client.get(adresse("partie", brouillon, "projet")).text
    page = envoyer(client, brouillon, "projet", REPONSES["projet"] | {"fin": "2028-04-01"})
    assert page.context["form"].errors == {"fin": [f"L’appel permet de finir {permise}"]}


def test_une_demande_qui_depasse_la_date_de_l_appel_ne_se_depose_pas(brouillon, equipe, client_de):
    """L'appel peut avoir changé, ou la demande reprendre une plus vieille : le dépôt le redit."""
    initiative = remplir(client_de(equipe[0]), brouillon)
    Initiative.objects.filter(pk=initiative.pk).update(fin=date(2028, 4, 1))
    phrase = "L’appel permet de finir au plus tard le 31\xa0mars 2028."
    assert phrase in p.relire(initiative).ce_qui_manque()


def test_une_fin_avant_le_debut_se_dit_au_champ_de_la_fin(brouillon, equipe, client_de):
    dates = {"debut": "2027-02-01", "fin": "2027-01-31"}
    page = envoyer(client_de(equipe[0]), brouillon, "projet", REPONSES["projet"] | dates)
    assert page.context["form"].errors == {"fin": ["La fin de l’initiative suit son début."]}


@pytest.fixture
def exigeant(brouillon):
    """Le même brouillon; l'appel demande deux pièces."""
    brouillon.appel.pieces_demandees = ["resolution", "etats_financiers"]
    brouillon.appel.save()
    return p.relire(brouillon)


def joindre(client, initiative, nature, **plus):
    saisie = {"nature": nature, "fichier": fabriques.fichier_pdf(), "valable_jusqu_au": ""} | plus
    return client.post(adresse("pieces", initiative), saisie)


def test_une_piece_de_l_organisme_ne_se_redemande_pas(exigeant, organisme, equipe, client_de):
    client = client_de(equipe[0])
    assert_html_accessible(client.get(adresse("pieces", exigeant)))
    joindre(client, exigeant, "etats_financiers", valable_jusqu_au=f"{aujourd_hui().year + 1}-12-31")
    joindre(client, exigeant, "resolution")
    assert all(piece for _, piece in exigeant.pieces_demandees())
    seconde = p.demande(exigeant.appel, organisme, equipe[0])
    assert [(n.value, bool(piece)) for n, piece in seconde.pieces_demandees()] == [
        ("resolution", False),
        ("etats_financiers", True),
    ]


def test_une_piece_perimee_se_redemande(exigeant, equipe, client_de):
    client = client_de(equipe[0])
    refus = joindre(client, exigeant, "etats_financiers", valable_jusqu_au="2020-12-31")
    assert refus.status_code == 409
    assert not PieceOrganisme.objects.exists()
    joindre(client, exigeant, "etats_financiers")
    PieceOrganisme.objects.update(valable_jusqu_au=aujourd_hui() - timedelta(days=1))
    assert "Joignez\xa0: derniers états financiers." in exigeant.ce_qui_manque()


def test_une_piece_n_est_lue_que_de_qui_voit_la_demande(exigeant, equipe, agente, etrangere, client_de):
    client = client_de(equipe[0])
    joindre(client, exigeant, "resolution")
    url = reverse("projets:piece_d_initiative", args=[exigeant.pieces.get().pk])
    assert b"".join(client.get(url).streaming_content).startswith(b"%PDF")
    for personne in (agente, etrangere):
        assert client_de(personne).get(url).status_code == 404


def test_une_piece_jointe_par_erreur_se_retire_avant_le_depot(exigeant, equipe, client_de):
    client = client_de(equipe[0])
    joindre(client, exigeant, "resolution")
    client.post(reverse("projets:piece_retrait", args=[exigeant.pieces.get().pk]))
    assert "Joignez\xa0: résolution du conseil pour cette demande." in exigeant.ce_qui_manque()


def test_une_piece_retiree_du_brouillon_ne_se_telecharge_plus_une_fois_la_demande_deposee(
    exigeant, equipe, agente, client_de
):
    client = client_de(equipe[0])
    joindre(client, exigeant, "resolution")
    piece = exigeant.pieces.get()
    client.post(reverse("projets:piece_retrait", args=[piece.pk]))
    Initiative.objects.filter(pk=exigeant.pk).update(
        etat="deposee",
        etat_annonce="deposee",
        deposee_le=timezone.now(),
        deposee_par=equipe[1],
        numero="INI-1",
    )
    for personne in (equipe[0], agente):
        url = reverse("projets:piece_d_initiative", args=[piece.pk])
        assert client_de(personne).get(url).status_code == 404


def test_deposee_elle_lit_le_dossier_de_l_organisme_tel_qu_au_depot(exigeant, organisme, equipe):
    au_depot = timezone.now()
    jointe = {"par": equipe[0], "organisme": organisme, "nature": "etats_financiers"}
    PieceOrganisme.televerser(fabriques.fichier_pdf("apres.pdf"), **jointe)

    def lue():
        return dict(exigeant.pieces_demandees())["etats_financiers"]

    assert lue() == "apres.pdf"
    exigeant.deposee_le = au_depot
    assert lue() is None
    hier = au_depot - timedelta(days=1)
    PieceOrganisme.objects.update(televersee_le=hier, valable_jusqu_au=aujourd_hui())
    assert lue() == "apres.pdf"


def test_un_faux_pdf_se_dit_a_cote_du_champ(exigeant, equipe, client_de):
    faux = fabriques.fichier_pdf(contenu=b"MZ pas un pdf")
    page = joindre(client_de(equipe[0]), exigeant, "resolution", fichier=faux)
    assert "ne correspond pas" in page.content.decode()


def test_retiree_une_demande_dit_comment_la_reprendre_tant_que_l_appel_est_ouvert(
    appel, organisme, equipe, client_de
):
    redige, engage = equipe
    retiree = p.demande_prete(appel, organisme, redige).deposer(par=engage).retirer(par=engage)
    lien = f"{reverse('projets:commencement', args=[appel.pk])}?reprise_de={retiree.pk}"
    page = adresse("initiative", retiree)
    assert lien in client_de(redige).get(page).text
    p.fermer(appel)
    assert lien not in client_de(redige).get(page).text


def test_la_verification_previent_que_l_organisme_a_deja_depose_a_cet_appel(
    appel, organisme, equipe, client_de
):
    premiere, seconde = (p.demande_prete(appel, organisme, equipe[0]) for _ in range(2))
    deposee = premiere.deposer(par=equipe[1])
    page = client_de(equipe[1]).get(adresse("verification", seconde))
    assert_html_accessible(page)
    assert "Votre organisme a déjà déposé à cet appel" in page.text
    for dit in (deposee.numero, deposee.titre, date_heure(deposee.deposee_le), "Rien n’empêche de déposer"):
        assert dit in page.text
    deposee.retirer(par=equipe[1])
    assert "a déjà déposé" not in client_de(equipe[1]).get(adresse("verification", seconde)).text
