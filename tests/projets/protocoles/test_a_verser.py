"""À verser aux organismes : ce qui est dû, en groupes; des coches qui survivent; tout passe, ou rien."""

from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from alliances.models import Organisme
from conventions.models import ExerciceConvention
from projets.models import JournalProjets
from projets.protocoles.models import Paiement, Tranche, dus
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
AU_PLUS = 12  # requêtes


def url(nom, objet):
    return reverse(f"protocoles:{nom}", args=[objet.pk])


def liste_de(protocole):
    return url("a_verser", protocole.convention)


def groupes(protocole, personne):
    tranches = dus.dus_de(personne, protocole.convention).order_by("rang")
    return [dus.Groupe(t.groupe).name for t in tranches]


def envoi(tranches, **plus):
    """Ce qu'envoie la page de saisie, telle qu'elle est."""
    donnees = {"v-TOTAL_FORMS": len(tranches), "v-INITIAL_FORMS": 0, "v-verse_le": aujourd_hui().isoformat()}
    for rang, tranche in enumerate(tranches):
        donnees |= {
            f"v-{rang}-echeance": tranche.pk,
            f"v-{rang}-vu": tranche.empreinte_a_verser(),
            f"v-{rang}-montant": str(tranche.reste()),
            f"v-{rang}-reference": f"V-{tranche.rang}",
        }
    return donnees | plus


def dues(signe):
    return list(signe.tranches.filter(etat="liberee").select_related("protocole__initiative"))


# --- La liste ---------------------------------------------------------------------------------------------


def test_la_liste_dit_les_groupes_leurs_sommes_et_le_beneficiaire_tel_que_signe(signe, lectrice, client_de):
    Organisme.objects.filter(pk=signe.initiative.organisme_id).update(adresse="Ailleurs")
    page = client_de(lectrice).get(liste_de(signe), {"etat": ""})
    assert_html_accessible(page)
    texte = lu(page)
    assert "Maison de la famille de la Vallée" in texte
    assert "NEQ 1140000017" in texte
    assert groupes(signe, lectrice) == ["DU", "DU", "A_VENIR", "A_VENIR"]
    assert [(c["libelle"], c["valeur"]) for c in page.context["chiffres"]] == [
        ("À verser", "12\xa0600,01\xa0$"),
        ("À venir", "5\xa0400,00\xa0$"),
    ]
    assert texte.count('type="checkbox" name="tranche"') == 2
    assert "Il attend l’acceptation du rapport." in texte


def test_le_retard_vient_d_abord_et_ce_qui_est_fait_a_la_fin(signe, lectrice, client_de, monkeypatch):
    f.payer(signe.tranches.get(rang=1), lectrice)
    monkeypatch.setattr(dus, "aujourd_hui", lambda: aujourd_hui() + timedelta(days=900))
    assert groupes(signe, lectrice) == ["FAIT", "RETARD", "A_VENIR", "A_VENIR"]
    page = client_de(lectrice).get(liste_de(signe), {"etat": ""})
    rangs = [t.rang for t in page.context["liste"].page.object_list]
    assert rangs == [2, 3, 4, 1]
    assert [c["libelle"] for c in page.context["chiffres"]] == ["En retard", "À venir", "Versé"]


@pytest.mark.parametrize(
    "champs", [{"nom": "Compte du pirate"}, {"neq": "1140000099"}, {"numero_fournisseur": "99"}]
)
def test_une_identite_changee_bloque_et_dit_a_qui_l_on_verserait(signe, lectrice, client_de, champs):
    Organisme.objects.filter(pk=signe.initiative.organisme_id).update(**champs)
    page = client_de(lectrice).get(liste_de(signe))
    assert groupes(signe, lectrice)[:2] == ["BLOQUE", "BLOQUE"]
    assert page.text.count("Le bénéficiaire a changé depuis la signature") == 1
    assert lu(page).count("Bénéficiaire changé") == 3
    assert "La Table le règle avec l’organisme" in page.text
    assert_html_accessible(page)
    assert 'type="checkbox" name="tranche"' not in page.text


def test_une_suspension_et_un_exercice_clos_bloquent_et_le_disent(signe, lectrice, signataire, client_de):
    signe.suspendre(par=signataire, motif="La salle est inondée.")
    assert groupes(signe, lectrice) == ["BLOQUE"] * 4
    assert "L’initiative est suspendue : La salle est inondée." in lu(
        client_de(lectrice).get(liste_de(signe))
    )
    f.relire(signe).lever_la_suspension(par=signataire, motif="La salle est sèche.")
    ExerciceConvention.objects.filter(convention=signe.convention, an=2026).update(
        clos_le=aujourd_hui(), clos_par=signataire
    )
    assert groupes(signe, lectrice)[:2] == ["BLOQUE", "BLOQUE"]
    assert "est clos" in lu(client_de(lectrice).get(liste_de(signe), {"etat": "bloque"}))


def test_sans_filtre_la_liste_montre_ce_qui_est_a_regler_et_les_enveloppes_qui_paient(
    signe, lectrice, client_de
):
    page = client_de(lectrice).get(liste_de(signe))
    assert [t.rang for t in page.context["liste"].page.object_list] == [1, 2]
    assert '<option value="a_regler" selected>' in page.text
    assert str(signe.initiative) in lu(page)
    proposees = [valeur for valeur, _ in page.context["filtres"].fields["enveloppe"].choices if valeur]
    assert len(proposees) == len({t.enveloppe for t in signe.tranches.all()})


def test_les_filtres_et_les_coches_survivent(signe, lectrice, client_de):
    un, deux, *_ = signe.tranches.order_by("rang")
    client = client_de(lectrice)
    page = client.get(liste_de(signe), {"etat": "du", "tranche": [un.pk, deux.pk], "page": 1})
    assert page.text.count(" checked>") >= 2
    assert "2 choisis" in lu(page)
    ailleurs = client.get(liste_de(signe), {"etat": "a_venir", "tranche": un.pk})
    assert f'<input type="hidden" name="tranche" value="{un.pk}">' in ailleurs.text
    assert ("tranche", str(un.pk)) in ailleurs.context["liste"].reglages
    assert ("tranche", str(un.pk)) in ailleurs.context["liste"].criteres_du_lot
    for filtre in ("exercice=2026", f"enveloppe={un.enveloppe.pk}", "q=cuisines", "etat=du"):
        assert client.get(f"{liste_de(signe)}?{filtre}").context["liste"].nombre in (2, 4)
    assert client.get(f"{liste_de(signe)}?q=introuvable").context["liste"].nombre == 0


def test_qui_lit_la_liste_n_y_coche_rien_et_l_etrangere_ne_la_voit_pas(
    signe, agente, mess, etrangere, equipe, client_de
):
    for personne in (agente, mess):
        page = client_de(personne).get(liste_de(signe))
        assert page.status_code == 200
        assert 'name="tranche"' not in page.text
        for nom in ("versement", "importation", "a_payer"):
            assert client_de(personne).get(url(nom, signe.convention)).status_code == 403
    for personne in (etrangere, *equipe):
        for nom in ("a_verser", "versement", "importation", "a_payer", "paiements", "a_recuperer"):
            assert client_de(personne).get(url(nom, signe.convention)).status_code == 404


def test_les_finances_d_un_territoire_ne_voient_que_ses_enveloppes(signe, client_de):
    ici, ailleurs = (
        fabriques.personne("fin_territoire", signe.initiative.alliance.territoires.get(code=code))
        for code in ("07", "08")
    )
    noms = [str(t.enveloppe) for t in dus.dus_de(ici, signe.convention)]
    assert set(noms) == {"La Matapédia"}
    assert not dus.dus_de(ailleurs, signe.convention).exists()
    regionale = signe.tranches.get(affectation__enveloppe__volet="regional", etat="liberee")
    page = client_de(ici).get(url("versement", signe.convention), {"tranche": regionale.pk})
    assert "Aucun versement n’est choisi" in page.text
    client_de(ici).post(url("versement", signe.convention), envoi([regionale]) | {"etape": "confirmer"})
    assert not Paiement.objects.exists()
    sienne = signe.tranches.get(affectation__enveloppe__volet="territoire", etat="liberee")
    client_de(ici).post(url("versement", signe.convention), envoi([sienne]) | {"etape": "confirmer"})
    assert Paiement.objects.get().par == ici
    argent_des_protocoles_vrai(signe.convention)


def test_la_liste_demande_autant_de_requetes_quel_que_soit_le_nombre(signe, lectrice, client_de):
    client, adresse = client_de(lectrice), liste_de(signe)
    client.get(adresse)  # la première page d'une séance en note l'ouverture
    couts = []
    for filtre in ({"etat": "fait"}, {"etat": "du"}, {"etat": ""}):
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse, filtre)
        couts.append(len(requetes))
    vide, deux, quatre = couts
    assert vide <= deux == quatre <= AU_PLUS


# --- Inscrire ---------------------------------------------------------------------------------------------


def test_qui_evalue_aussi_lit_ses_conflits_d_une_requete_pour_toutes_les_rangees(
    signe, agente, signataire, lectrice, client_de
):
    f.rapport_accepte(signe, agente, signataire)
    fabriques.mandater(lectrice, "evaluation", instance_gouvernance=signe.initiative.etapes.last().instance)
    client, toutes = client_de(lectrice), [t.pk for t in dues(signe)]
    demandees = {}
    for methode in ("get", "post"):
        for pks in (toutes[:1], toutes):
            corps = {"tranche": pks} if methode == "get" else envoi([t for t in dues(signe) if t.pk in pks])
            with CaptureQueriesContext(connection) as lues:
                page = getattr(client, methode)(url("versement", signe.convention), corps)
            assert page.status_code == 200
            des_conflits = [q for q in lues if "declarationinteret" in q["sql"]]
            demandees.setdefault(methode, []).append(len(des_conflits))
    assert len(toutes) == 4
    assert demandees == {"get": [2, 2], "post": [2, 2]}, "l’une choisit ce qu’elle voit, l’autre ses conflits"


def test_saisir_relire_puis_inscrire_un_lot_d_un_coup(signe, lectrice, equipe, client_de):
    client, adresse = client_de(lectrice), url("versement", signe.convention)
    lot = dues(signe)
    page = client.get(adresse, {"tranche": [t.pk for t in lot]})
    assert_html_accessible(page)
    assert "2 versements; il reste 12 600,01 $ à verser." in lu(page)
    relecture = client.post(adresse, envoi(lot))
    assert_html_accessible(relecture)
    assert "au total 12 600,01 $" in lu(relecture)
    assert not Paiement.objects.exists()
    suite = client.post(adresse, envoi(lot) | {"etape": "confirmer"}, follow=True)
    assert "2 versements inscrits : 12 600,01 $." in lu(suite)
    assert Paiement.objects.count() == 2
    assert JournalProjets.objects.filter(geste="payer").count() == 2
    recues = Notification.objects.filter(titre__startswith="Versement fait")
    assert set(recues.values_list("destinataire", flat=True)) >= {p.pk for p in equipe}
    assert recues.filter(destinataire=equipe[0]).count() == 1
    argent_des_protocoles_vrai(signe.convention)


def test_le_meme_envoi_repete_n_inscrit_rien_de_plus(signe, lectrice, client_de):
    lot = dues(signe)
    donnees = envoi(lot) | {"etape": "confirmer"}
    for _ in range(2):
        client_de(lectrice).post(url("versement", signe.convention), donnees)
    assert Paiement.objects.count() == 2


def test_ce_qui_a_change_sous_les_yeux_revient_avec_la_saisie(signe, lectrice, client_de):
    lot = dues(signe)
    donnees = envoi(lot) | {"etape": "confirmer"}
    f.payer(lot[0], fabriques.personne("finances", signe.initiative.alliance), montant=D("400"))
    page = client_de(lectrice).post(url("versement", signe.convention), donnees)
    assert page.status_code == 409
    assert "Ce qui reste à verser a changé" in page.text
    assert Paiement.objects.count() == 1


def test_corriger_rend_la_saisie_telle_quelle_et_n_inscrit_rien(signe, lectrice, client_de):
    client, adresse, lot = client_de(lectrice), url("versement", signe.convention), dues(signe)
    saisie = envoi(lot) | {"v-0-montant": "400", "v-0-reference": "VIR-12"}
    assert 'value="corriger">Corriger' in client.post(adresse, saisie).text
    page = client.post(adresse, saisie | {"etape": "corriger"})
    assert (page.status_code, page.context["form"].errors) == (200, [{}, {}])
    assert 'value="400"' in page.text
    assert 'value="VIR-12"' in page.text
    assert not Paiement.objects.exists()


def test_un_envoi_qui_ne_dit_pas_ce_qu_il_a_vu_est_perime(signe, lectrice, client_de):
    for sans in ({"v-0-vu": ""}, {}):
        donnees = envoi(dues(signe)[:1]) | {"etape": "confirmer"}
        donnees = donnees | sans if sans else {c: v for c, v in donnees.items() if c != "v-0-vu"}
        page = client_de(lectrice).post(url("versement", signe.convention), donnees)
        assert page.status_code == 409
    assert not Paiement.objects.exists()


def test_une_seule_faute_et_rien_du_lot_ne_s_inscrit(signe, lectrice, client_de):
    lot = dues(signe)
    trop = envoi(lot) | {"v-1-montant": "99 000,00", "etape": "confirmer"}
    page = client_de(lectrice).post(url("versement", signe.convention), trop)
    assert "Il ne reste que" in lu(page)
    assert "99 000,00" in lu(page)
    assert not Paiement.objects.exists()


def test_un_seul_cheque_paie_deux_enveloppes_dans_un_meme_lot(signe, lectrice, client_de):
    lot = dues(signe)
    cheque = envoi(lot) | {"v-1-reference": "v-1", "etape": "confirmer"}
    for _ in range(2):  # un double envoi n'inscrit rien de plus
        assert client_de(lectrice).post(url("versement", signe.convention), cheque).status_code == 302
    faits = Paiement.objects.order_by("pk")
    assert [(p.reference, p.montant) for p in faits] == [("V-1", t.montant) for t in lot]
    argent_des_protocoles_vrai(signe.convention)


def test_un_versement_partiel_laisse_la_rangee_a_verser(signe, lectrice, client_de):
    [tranche, *_] = dues(signe)
    partiel = envoi([tranche]) | {"v-0-montant": "400", "etape": "confirmer"}
    client_de(lectrice).post(url("versement", signe.convention), partiel)
    assert Tranche.objects.get(pk=tranche.pk).etat == "liberee"
    chiffres = {
        c["libelle"]: c["valeur"] for c in client_de(lectrice).get(liste_de(signe)).context["chiffres"]
    }
    assert chiffres["Versé"] == "400,00\xa0$"
    page = client_de(lectrice).get(liste_de(signe), {"etat": "du"})
    assert "8 000,00 $" in lu(page)


def test_ce_qui_est_retenu_est_a_part_avec_sa_raison(signe, lectrice, client_de):
    un, trois = signe.tranches.get(rang=1), signe.tranches.get(rang=3)
    page = client_de(lectrice).get(url("versement", signe.convention), {"tranche": [un.pk, trois.pk]})
    assert_html_accessible(page)
    proposes, _, bloques = lu(page).partition("Ce qui ne s’inscrit pas")
    assert "À part, au bas de la page : 1" in proposes
    assert "versement 3" in bloques
    seule = client_de(lectrice).get(url("versement", signe.convention), {"tranche": trois.pk})
    assert "Aucun de ces versements ne s’inscrit" in lu(seule)


def test_les_finances_ne_paient_pas_leur_propre_organisme_meme_par_un_envoi_force(signe, lectrice, client_de):
    fabriques.mandater(lectrice, "porteur", organisme=signe.initiative.organisme)
    donnees = envoi(dues(signe)) | {"etape": "confirmer"}
    client_de(lectrice).post(url("versement", signe.convention), donnees)
    assert not Paiement.objects.exists()


# --- Le fichier -------------------------------------------------------------------------------------------


def test_le_fichier_a_payer_porte_ce_qui_est_du_et_rien_de_ce_qui_est_retenu(signe, lectrice, client_de):
    reponse = client_de(lectrice).get(url("a_payer", signe.convention))
    feuille = load_workbook(BytesIO(reponse.content)).worksheets[0]
    lignes = [ligne for ligne in feuille.iter_rows(values_only=True) if str(ligne[0]).startswith("INI-")]
    assert [ligne[0] for ligne in lignes] == [t.code for t in dues(signe)]
    assert {ligne[3] for ligne in lignes} == {signe.identite_signee()[0]}
    Organisme.objects.filter(pk=signe.initiative.organisme_id).update(nom="Compte du pirate")
    vide = client_de(lectrice).get(url("a_payer", signe.convention), {"format": "csv"})
    assert "INI-" not in vide.content.decode()


# --- D'où l'on y vient ------------------------------------------------------------------------------------


def test_les_enveloppes_disent_ce_qui_est_verse_et_menent_a_ce_qui_est_du(signe, lectrice, client_de):
    f.payer(signe.tranches.get(rang=1), lectrice)
    client = client_de(lectrice)
    adresse = reverse("conventions:enveloppes", args=[signe.convention.pk])
    page = client.get(adresse, {"exercice": 2026})
    chiffres = {c["libelle"]: c["valeur"] for c in page.context["chiffres"]}
    assert (chiffres["Versé"], chiffres["Engagé, à verser"]) == ("8\xa0400,00\xa0$", "9\xa0600,01\xa0$")
    assert f'href="{liste_de(signe)}?exercice=2026"' in page.text
    suivie = client.get(liste_de(signe), {"exercice": 2026})
    assert suivie.context["liste"].totaux["verse"] == D("8400")
    assert suivie.context["liste"].totaux["reste"] == D("9600.01")


def test_les_finances_trouvent_ce_qui_est_a_verser_depuis_les_initiatives_et_le_protocole(
    signe, lectrice, agente, equipe, client_de
):
    initiatives, page_du_protocole = reverse("projets:initiatives"), url("protocole", signe)
    client = client_de(lectrice)
    assert f'href="{liste_de(signe)}"' in client.get(initiatives).text
    choisis = "&amp;".join(f"tranche={t.pk}" for t in dues(signe))
    inscrire = f'href="{url("versement", signe.convention)}?{choisis}">Inscrire un versement</a>'
    assert inscrire in client.get(page_du_protocole).text
    assert f'href="{page_du_protocole}"' in client.get(liste_de(signe)).text
    for personne in (agente, equipe[1]):
        assert liste_de(signe) not in client_de(personne).get(initiatives).text
        assert "Inscrire un versement" not in client_de(personne).get(page_du_protocole).text
