"""Les dépenses et les remises à l'écran : saisir, relire, lister, contrepasser; chacun chez soi."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from conventions.models import Depense, Remise
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses as d
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return d.convention_repartie(cadre.bsl)


def page_de(nom, objet):
    return reverse(f"conventions:{nom}", args=[objet.pk])


def reponses(convention, nom=d.COORDINATION, **champs):
    valeurs = {
        "enveloppe": d.enveloppe(convention, nom).pk,
        "poste": "deplacements",
        "faite_le": "2025-06-30",
        "montant": "1 234,56",
        "reference": "JE-1",
        "objet": "Tournée des MRC",
    }
    return valeurs | champs


def test_une_reference_deja_prise_ne_cache_pas_les_autres_fautes(convention, lectrice, client_de):
    d.depense(convention, par=lectrice, reference="JE-1", montant=Decimal("1.00"))
    demain = (aujourd_hui() + timedelta(days=1)).isoformat()
    envoi = reponses(convention, montant="150 000,01", faite_le=demain, poste="autre")
    fautes = client_de(lectrice).post(page_de("depense_ajout", convention), envoi).context["form"].errors
    assert set(fautes) == {"reference", "montant", "faite_le", "precision"}


def test_les_enveloppes_s_offrent_comme_l_arbre_se_lit(convention, lectrice, client_de):
    page = client_de(lectrice).get(page_de("depenses", convention))
    offertes = [nom for _, nom in page.context["filtres"].fields["enveloppe"].choices]
    de_2025 = [nom.partition("\xa0: ")[2] for nom in offertes if nom.startswith("2025-2026")]
    rang = de_2025.index("Projets des territoires")
    territoires = [t.nom for t in convention.alliance.territoires.all()]
    assert sorted(de_2025[rang + 1 : rang + 1 + len(territoires)]) == sorted(territoires)


def test_les_finances_inscrivent_une_depense_avec_sa_facture(convention, lectrice, client_de):
    client, adresse = client_de(lectrice), page_de("depense_ajout", convention)
    vue = client.get(adresse, {"enveloppe": d.enveloppe(convention).pk})
    assert_html_accessible(vue)
    assert "2025-2026 : Coordination et mobilisation – 150 000,00 $" in lu(vue)
    assert "Projets régionaux" not in vue.text
    envoi = reponses(convention, piece=fabriques.fichier_pdf("facture.pdf"))
    suite = client.post(adresse, envoi, follow=True)
    assert "La dépense JE-1 est inscrite." in lu(suite)
    depense = Depense.objects.get()
    assert (depense.montant, depense.poste, depense.par) == (Decimal("1234.56"), "deplacements", lectrice)
    fiche = client.get(page_de("depense", depense))
    assert_html_accessible(fiche)
    assert "facture.pdf" in fiche.text
    assert client.get(page_de("depense_piece", depense.pieces.get())).getvalue().startswith(b"%PDF")


def test_chaque_faute_va_a_son_champ_et_la_saisie_reste(convention, lectrice, client_de):
    demain = (aujourd_hui() + timedelta(1)).isoformat()
    envoi = reponses(convention, faite_le=demain, montant="150000,01", poste="autre")
    page = client_de(lectrice).post(page_de("depense_ajout", convention), envoi)
    assert_html_accessible(page)
    assert {"faite_le", "montant", "precision"} <= set(page.context["form"].errors)
    assert "Tournée des MRC" in page.text
    assert not Depense.objects.exists()


def test_un_mois_s_inscrit_d_un_coup_et_une_seule_fois(convention, lectrice, client_de):
    client, adresse = client_de(lectrice), page_de("depenses_du_mois", convention)
    assert_html_accessible(client.get(adresse))
    envoi = {
        "enveloppe": d.enveloppe(convention).pk,
        "mois": "2025-06-30",
        "reference": "je-0625",
        "salaires": "8 000",
        "locaux": "950,25",
        "autre": "100",
    }
    page = client.post(adresse, envoi)
    assert "Précisez le poste" in page.text
    assert not Depense.objects.exists()
    for _ in range(2):
        client.post(adresse, envoi | {"precision": "Assurances"})
    lignes = Depense.objects.order_by("reference").values_list("reference", "poste", "montant", "precision")
    assert list(lignes) == [
        ("JE-0625-1", "salaires", Decimal("8000.00"), ""),
        ("JE-0625-4", "locaux", Decimal("950.25"), ""),
        ("JE-0625-7", "autre", Decimal("100.00"), "Assurances"),
    ]
    vide = client.post(adresse, {nom: envoi[nom] for nom in ("enveloppe", "mois", "reference")})
    assert "Inscrivez le montant d’au moins un poste" in vide.text


def test_un_mois_qui_ensemble_depasse_l_enveloppe_ne_s_inscrit_pas(convention, lectrice, client_de):
    envoi = {"enveloppe": d.enveloppe(convention).pk, "mois": "2025-06-30", "reference": "M"}
    envoi |= {"salaires": "80000", "honoraires": "80000"}
    page = client_de(lectrice).post(page_de("depenses_du_mois", convention), envoi)
    assert page.status_code == 409
    assert "M-5 : « Coordination et mobilisation » n’a que 70 000,00 $ de disponible." in lu(page)
    assert not Depense.objects.exists()


def test_les_mois_offerts_sont_termines(convention, lectrice, client_de):
    form = client_de(lectrice).get(page_de("depenses_du_mois", convention)).context["form"]
    mois = [valeur for valeur, _ in form.fields["mois"].choices if valeur]
    assert mois
    assert max(mois) <= aujourd_hui().isoformat()
    assert "2026-02-28" in mois or max(mois) < "2026-02-28"


@pytest.fixture
def cinq_depenses(convention, lectrice):
    d.remise(convention, par=lectrice)
    for rang, (nom, poste, jour) in enumerate(
        (
            (d.COORDINATION, "salaires", 1),
            (d.COORDINATION, "honoraires", 2),
            (d.PARTICIPATION, "participation", 3),
            (d.LOCALE, "salaires", 4),
        ),
        start=1,
    ):
        jour = d.JOUR + timedelta(jour)
        d.depense(convention, par=lectrice, nom=nom, poste=poste, reference=f"JE-{rang}", faite_le=jour)
    faux = d.depense(convention, par=lectrice, reference="JE-9", montant=Decimal("7.00"))
    faux.contrepasser(par=lectrice, motif="Doublon.")
    return convention


@pytest.mark.parametrize(
    ("filtre", "nombre", "total"),
    [
        ({}, 5, "4 000,00 $"),
        ({"exercice": "2025"}, 5, "4 000,00 $"),
        ({"poste": "salaires"}, 3, "2 000,00 $"),
        ({"etat": "vigueur"}, 4, "4 000,00 $"),
        ({"etat": "contrepassees"}, 1, "0,00 $"),
        ({"du": "2025-07-02", "au": "2025-07-03"}, 2, "2 000,00 $"),
        ({"enveloppe": d.COORDINATION}, 3, "2 000,00 $"),
        ({"enveloppe": "Projets des territoires"}, 1, "1 000,00 $"),
        ({"enveloppe": "Exercice 2025-2026"}, 5, "4 000,00 $"),
    ],
)
def test_la_liste_se_filtre_et_son_total_est_celui_du_grand_livre(
    cinq_depenses, agente, client_de, filtre, nombre, total
):
    if nom := filtre.get("enveloppe"):
        filtre = {"enveloppe": d.enveloppe(cinq_depenses, nom).pk}
    page = client_de(agente).get(page_de("depenses", cinq_depenses), filtre)
    assert_html_accessible(page)
    assert page.context["liste"].nombre == nombre
    assert total in lu(page)


@pytest.mark.parametrize(
    "nom, champ",
    [
        ("depenses", "enveloppe"),
        ("depense_ajout", "enveloppe"),
        ("grand_livre", "enveloppe"),
        ("transfert_demande", "de"),
    ],
)
def test_les_enveloppes_se_choisissent_dans_l_ordre_de_l_arbre(nom, champ, convention, lectrice, client_de):
    convention.enveloppes.filter(parent__parent__isnull=False).update(rang=0)
    args = [convention.pk] + ([2025] if nom == "transfert_demande" else [])
    contexte = client_de(lectrice).get(reverse(f"conventions:{nom}", args=args)).context
    choix = contexte["filtres" if "filtres" in contexte else "form"].fields[champ].choices
    offertes = [pk for pk, _ in choix if pk]
    assert offertes == [e.pk for e in convention.enveloppes.en_arbre() if e.pk in offertes]
    assert offertes != [e.pk for e in convention.enveloppes.order_by("an", "rang", "pk") if e.pk in offertes]


def test_la_liste_s_exporte_et_chaque_colonne_se_trie(cinq_depenses, agente, client_de):
    client, adresse = client_de(agente), page_de("depenses", cinq_depenses)
    for tri in ("date", "-date", "poste", "-montant", "reference", "enveloppe"):
        assert client.get(adresse, {"tri": tri}).status_code == 200
    texte = client.get(adresse, {"format": "csv", "tri": "date"}).content.decode("utf-8-sig")
    entetes, *lignes = csv.reader(StringIO(texte), delimiter=";")
    rangees = [dict(zip(entetes, ligne, strict=True)) for ligne in lignes]
    assert [r["Montant"] for r in rangees] == ["0,00", "1000,00", "1000,00", "1000,00", "1000,00"]
    assert (rangees[0]["Montant inscrit"], rangees[0]["Motif de la contrepassation"]) == ("7,00", "Doublon.")
    feuille = load_workbook(BytesIO(client.get(adresse, {"format": "xlsx"}).content)).active
    assert feuille.max_row > 5


def test_les_enveloppes_et_la_position_menent_aux_depenses(cinq_depenses, agente, mess, client_de):
    adresse = page_de("depenses", cinq_depenses)
    page = client_de(agente).get(page_de("enveloppes", cinq_depenses), {"exercice": 2025})
    assert_html_accessible(page)
    assert f'href="{adresse}?exercice=2025"' in page.text
    assert f'href="{adresse}?enveloppe={d.enveloppe(cinq_depenses).pk}"' in page.text
    position = client_de(mess).get(reverse("conventions:position"), {"exercice": 2025, "colonnes": "depense"})
    assert f'href="{adresse}?exercice=2025"' in position.text


def test_trois_personnes_devant_les_depenses(convention, lectrice, agente, etrangere, client_de):
    depense = d.depense(convention, par=lectrice)
    contrepasser = page_de("depense_contrepassation", depense)
    gestes = [page_de("depense_ajout", convention), page_de("depenses_importation", convention), contrepasser]
    for page in (page_de("depenses", convention), page_de("depense", depense)):
        assert client_de(agente).get(page).status_code == 200
        assert client_de(etrangere).get(page).status_code == 404
    for geste in gestes:
        assert client_de(agente).post(geste).status_code == 403
        assert client_de(etrangere).post(geste).status_code == 404
    assert contrepasser not in client_de(agente).get(page_de("depense", depense)).text
    client = client_de(lectrice)
    assert contrepasser in client.get(page_de("depense", depense)).text
    assert_html_accessible(client.get(contrepasser))
    suite = client.post(contrepasser, {"motif": "Mauvais poste."}, follow=True)
    assert_html_accessible(suite)
    assert "Mauvais poste." in suite.text
    assert contrepasser not in suite.text
    assert "C’est déjà contrepassé" in client.get(contrepasser).text


# --- L'export comptable ------------------------------------------------------------------------------------


def test_les_finances_d_un_territoire_depensent_sa_part_et_elle_seule(convention, cadre, lectrice, client_de):
    locale = d.du_territoire(cadre.bsl)
    d.remise(convention, par=lectrice)
    client, adresse = client_de(locale), page_de("depense_ajout", convention)
    page = client.get(adresse)
    assert_html_accessible(page)
    assert "La Matapédia – 5 000,00 $" in lu(page)
    assert "Coordination et mobilisation" not in lu(page)
    refusee = client.post(adresse, reponses(convention))
    assert "enveloppe" in refusee.context["form"].errors
    client.post(adresse, reponses(convention, d.LOCALE))
    depense = Depense.objects.get()
    assert depense.par == locale
    autre = d.depense(convention, par=lectrice, reference="JE-2")
    assert client.get(page_de("depense", autre)).status_code == 200
    assert client.post(page_de("depense_contrepassation", autre), {"motif": "x"}).status_code == 403
    client.post(page_de("depense_contrepassation", depense), {"motif": "Faux."})
    assert Depense.objects.en_vigueur().get() == autre


def test_une_remise_se_fait_s_annonce_et_se_recoit(convention, cadre, lectrice, agente, etrangere, client_de):
    locale, voisine = d.du_territoire(cadre.bsl), d.du_territoire(cadre.bsl, code="08")
    client, adresse = client_de(lectrice), page_de("remise_ajout", convention)
    assert_html_accessible(client.get(adresse))
    envoi = {
        "enveloppe": d.enveloppe(convention, d.LOCALE).pk,
        "faite_le": "2025-06-30",
        "montant": "5000",
        "reference": "R-1",
    }
    for _ in range(2):
        client.post(adresse, envoi)
    remise = Remise.objects.get()
    avis = Notification.objects.filter(cle=f"remise:faite:{remise.pk}")
    assert [a.destinataire for a in avis] == [locale]
    fiche, recevoir = page_de("remise", remise), page_de("remise_reception", remise)
    assert_html_accessible(client.get(fiche))
    assert recevoir not in client.get(fiche).text
    assert client_de(agente).post(recevoir).status_code == 403
    assert client_de(voisine).post(recevoir).status_code == 403
    assert client_de(etrangere).post(recevoir).status_code == 404
    recoit = client_de(locale)
    assert recevoir in recoit.get(fiche).text
    assert_html_accessible(recoit.get(recevoir))
    recue = recoit.post(recevoir, {"recue_le": "2025-07-02"}, follow=True)
    assert "Le 2 juillet 2025, confirmé par" in lu(recue)
    assert_html_accessible(client.get(page_de("remises", convention)))
    contrepasser = page_de("remise_contrepassation", remise)
    assert "une autre personne" in lu(client.get(contrepasser))
    recoit.post(contrepasser, {"motif": "Rendue."})
    assert Remise.objects.total() == 0


def test_une_piece_se_joint_a_l_ecran_a_une_depense_et_a_une_remise_deja_inscrites(
    convention, lectrice, agente, client_de
):
    for code, sortie in (
        ("depense", d.depense(convention, par=lectrice)),
        ("remise", d.remise(convention, par=lectrice)),
    ):
        client, fiche = client_de(lectrice), page_de(code, sortie)
        adresse = page_de(f"{code}_jonction", sortie)
        assert adresse in client.get(fiche).text
        assert_html_accessible(client.get(adresse))
        assert "sommaire-erreurs" in client.post(adresse, {}).text
        assert client.post(adresse, {"fichier": fabriques.fichier_pdf("preuve.pdf")}).url == fiche
        lue = client.get(fiche)
        assert_html_accessible(lue)
        assert "preuve.pdf" in lue.text
        telecharger = page_de(f"{code}_piece", sortie.pieces.get())
        assert client.get(telecharger).getvalue().startswith(b"%PDF")
        assert adresse not in client_de(agente).get(fiche).text
        assert client_de(agente).post(adresse, {}).status_code == 403
