"""Reprendre des initiatives d'un classeur : chaque faute à sa cellule, tout ou rien, jamais deux fois."""

import io
from datetime import date, datetime
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from alliances.models import JournalAlliance, Organisme
from conventions.models import Ecriture
from projets.forms.imports import INITIATIVES, MONTANTS
from projets.models import ImportDInitiatives, Initiative, InitiativeReprise, MontantRepris
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.projets import fabriques as p
from tests.projets.situation import saisie_reprise

pytestmark = pytest.mark.django_db
NOM = "Maison de la famille de la Vallée"
CUISINES = {
    "Référence": "FQIS-19-014",
    "Titre": "Cuisines du rang Nord",
    "Organisme": NOM,
    "NEQ": p.NEQ,
    "Résumé": "On cuisine ensemble.",
    "Début": datetime(2021, 9, 1),
    "Fin": "2023-03-31",
    "Territoires": "La Matapédia; La Matanie",
    "Thématique": None,
    "État": "Terminée",
    "Personnes rejointes": 92,
}
ACCORDE = {
    "Référence": "FQIS-19-014",
    "Exercice": "2021-2022",
    "Accordé": "12 000,50 $",
    "Versé": 12000.5,
    "Récupéré": None,
}


@pytest.fixture
def organisme(cadre):
    return p.organisme(cadre.bsl)


@pytest.fixture
def client(agente, organisme, client_de):
    return client_de(agente)


def classeur(*initiatives, montants=None, fusion="", entetes=None):
    """Les octets d'un classeur rempli; sans montants, un par initiative."""
    livre = Workbook()
    feuille = livre.active
    feuille.title = "Initiatives"
    entetes = entetes or list(INITIATIVES.noms.values())
    feuille.append(entetes)
    for ligne in initiatives:
        feuille.append([ligne.get(nom) for nom in entetes])
    if fusion:
        feuille.merge_cells(fusion)
    sommes = livre.create_sheet("Montants")
    sommes.append(list(MONTANTS.noms.values()))
    voulus = [ACCORDE | {"Référence": i["Référence"]} for i in initiatives] if montants is None else montants
    for ligne in voulus:
        sommes.append([ligne.get(nom) for nom in MONTANTS.noms.values()])
    octets = io.BytesIO()
    livre.save(octets)
    return octets.getvalue()


def adresse(cadre):
    return reverse("projets:import_d_initiatives", args=[cadre.bsl.slug])


def envoyer(client, cadre, octets, nom="reprises.xlsx"):
    return client.post(adresse(cadre), {"fichier": SimpleUploadedFile(nom, octets)})


def fautes(page):
    form = page.context["form"]
    return list(form.errors.get("fichier", [])) or form.fautes


def reprendre(client, cadre, *initiatives, **options):
    page = envoyer(client, cadre, classeur(*initiatives, **options))
    assert page.context["jeton"], fautes(page)
    return client.post(adresse(cadre), {"jeton": page.context["jeton"]}, follow=True)


# --- Ce qui se reprend -----------------------------------------------------------------------------------


def test_un_classeur_relu_puis_confirme_se_reprend(client, cadre, organisme, agente):
    page = envoyer(client, cadre, classeur(CUISINES))
    assert_html_accessible(page)
    assert (InitiativeReprise.objects.count(), page.context["form"].totaux[0][1]) == (0, D("12000.50"))
    page = client.post(adresse(cadre), {"jeton": page.context["jeton"]}, follow=True)
    assert "1 initiative reprise." in lu(page)
    assert_html_accessible(page)
    reprise = InitiativeReprise.objects.get()
    assert (reprise.organisme, reprise.debut, reprise.fin) == (organisme, date(2021, 9, 1), date(2023, 3, 31))
    assert {t.nom for t in reprise.territoires.all()} == {"La Matapédia", "La Matanie"}
    montant = reprise.montants.get()
    assert (montant.an, montant.accorde, montant.verse, montant.recupere) == (
        2021,
        D("12000.50"),
        D("12000.50"),
        0,
    )
    assert JournalAlliance.objects.get(geste="importer-initiatives").apres == {"initiatives": 1}
    assert ImportDInitiatives.objects.get().importe_par == agente


def test_reprise_elle_ne_se_mele_ni_aux_demandes_ni_a_l_argent(client, cadre, agente):
    reprendre(client, cadre, CUISINES)
    assert not Initiative.objects.exists()
    assert not Ecriture.objects.exists()
    assert "Cuisines du rang Nord" not in lu(client.get(reverse("projets:initiatives")))
    page = client.get(reverse("projets:reprises"))
    assert_html_accessible(page)
    assert "Cuisines du rang Nord" in lu(page)


def test_le_meme_classeur_redonne_n_ajoute_rien(client, cadre):
    reprendre(client, cadre, CUISINES)
    page = envoyer(client, cadre, classeur(CUISINES))
    assert "1 initiative déjà reprise" in lu(page)
    assert "Reprendre ces initiatives" not in page.text
    autre = CUISINES | {"Référence": "FQIS-19-015"}
    reprendre(client, cadre, CUISINES, autre)
    assert InitiativeReprise.objects.count() == 2
    assert [i.nombre for i in ImportDInitiatives.objects.all()] == [1, 1]


def test_la_meme_confirmation_envoyee_deux_fois_n_ajoute_rien(client, cadre):
    jeton = envoyer(client, cadre, classeur(CUISINES)).context["jeton"]
    client.post(adresse(cadre), {"jeton": jeton})
    page = client.post(adresse(cadre), {"jeton": jeton}, follow=True)
    assert "déjà repris" in lu(page)
    assert InitiativeReprise.objects.count() == ImportDInitiatives.objects.count() == 1


def test_une_reference_deja_reprise_autrement_se_refuse(client, cadre):
    reprendre(client, cadre, CUISINES)
    page = envoyer(client, cadre, classeur(CUISINES | {"Titre": "Autre titre"}))
    assert fautes(page)[0].startswith("FQIS-19-014\xa0: cette référence est déjà reprise, autrement.")


def test_un_jeton_d_une_autre_personne_ne_confirme_rien(client, cadre, client_de):
    jeton = envoyer(client, cadre, classeur(CUISINES)).context["jeton"]
    autre = client_de(fabriques.personne("coordination", cadre.bsl))
    assert "ne se lit plus" in lu(autre.post(adresse(cadre), {"jeton": jeton}, follow=True))
    assert not InitiativeReprise.objects.exists()


# --- Ce qui se refuse, à sa cellule ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changee", "phrase"),
    [
        ({"Titre": None}, "Initiatives!B2\xa0: cette case est vide."),
        ({"Titre": "x" * 141}, "Initiatives!B2\xa0: "),
        ({"Organisme": "Cercle inconnu", "NEQ": None}, "Initiatives!C2\xa0: aucun organisme du répertoire"),
        (
            {"NEQ": "1140000099"},
            f"Initiatives!D2\xa0: le répertoire donne un autre NEQ à cet organisme\xa0: {p.NEQ}.",
        ),
        (
            {"Organisme": "Autre nom"},
            f"Initiatives!D2\xa0: ce NEQ est celui d’un autre organisme\xa0: {NOM}.",
        ),
        ({"NEQ": "12"}, "Initiatives!D2\xa0: le NEQ compte 10 chiffres"),
        ({"Début": "le printemps"}, "Initiatives!F2\xa0: entrez une date"),
        ({"Fin": "2020-01-01"}, "Initiatives!G2\xa0: la fin suit le début."),
        ({"Territoires": "Matawinie"}, "Initiatives!H2\xa0: «\xa0Matawinie\xa0» est d’une autre région"),
        ({"Territoires": "Nulle part"}, "Initiatives!H2\xa0: «\xa0Nulle part\xa0» n’est pas un territoire"),
        ({"Thématique": "Les licornes"}, "Initiatives!I2\xa0: cette thématique n’existe pas"),
        ({"État": "Presque finie"}, "Initiatives!J2\xa0: écrivez un de ces états\xa0: En cours, Terminée"),
        ({"Personnes rejointes": -3}, "Initiatives!K2\xa0: "),
    ],
)
def test_une_faute_se_dit_a_sa_cellule(changee, phrase, client, cadre):
    page = envoyer(client, cadre, classeur(CUISINES | changee))
    assert [faute for faute in fautes(page) if faute.startswith(phrase)], fautes(page)
    assert page.context["jeton"] == ""
    assert not InitiativeReprise.objects.exists()


@pytest.mark.parametrize(
    ("changee", "phrase"),
    [
        ({"Exercice": "2021"}, "Montants!B2\xa0: écrivez l’exercice ainsi\xa0: 2021-2022."),
        ({"Exercice": "2030-2031"}, "Montants!B2\xa0: cet exercice est hors des dates de l’initiative."),
        ({"Accordé": "beaucoup"}, "Montants!C2\xa0: "),
        ({"Accordé": -5}, "Montants!C2\xa0: "),
        ({"Versé": 20000}, "Montants!D2\xa0: le versé dépasse l’accordé."),
        ({"Récupéré": 13000}, "Montants!E2\xa0: le récupéré dépasse le versé."),
        ({"Référence": "FQIS-19-999"}, "Montants!A2\xa0: aucune initiative de la première feuille"),
    ],
)
def test_une_faute_de_montant_se_dit_a_sa_cellule(changee, phrase, client, cadre):
    page = envoyer(client, cadre, classeur(CUISINES, montants=[ACCORDE | changee]))
    assert [faute for faute in fautes(page) if faute.startswith(phrase)], fautes(page)


def test_une_ligne_en_double_se_dit(client, cadre):
    page = envoyer(
        client, cadre, classeur(CUISINES, CUISINES | {"Titre": "Encore"}, montants=[ACCORDE, ACCORDE])
    )
    dites = fautes(page)
    assert "Initiatives!A3\xa0: la ligne 2 dit déjà cela\xa0: une seule ligne la porte." in dites
    assert "Montants!B3\xa0: la ligne 2 dit déjà cela\xa0: une seule ligne la porte." in dites


def test_deux_organismes_du_meme_nom_demandent_un_neq(client, cadre):
    Organisme.objects.create(nom=NOM)
    page = envoyer(client, cadre, classeur(CUISINES | {"NEQ": None}))
    assert fautes(page) == ["Initiatives!C2\xa0: plusieurs organismes portent ce nom\xa0: donnez son NEQ."]


def test_des_cellules_fusionnees_se_refusent(client, cadre):
    page = envoyer(client, cadre, classeur(CUISINES, fusion="C2:C3"))
    (phrase,) = fautes(page)
    assert phrase.startswith("Initiatives!C2:C3\xa0: ces cellules sont fusionnées\xa0: défusionnez-les")


def test_cinq_mille_lignes_se_refusent_d_une_phrase(client, cadre):
    lignes = [CUISINES | {"Référence": f"R-{n}", "Résumé": None} for n in range(5000)]
    page = envoyer(client, cadre, classeur(*lignes, montants=[]))
    assert fautes(page) == [
        "Initiatives\xa0: 5000 lignes; un import en a au plus 1000. Partagez le fichier, par exercice par exemple."
    ]


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"Reference;Titre\r\nA;B", "n’est pas un classeur Excel"),
        (b"PK\x03\x04n'importe quoi", "ne se lit pas"),
        (b"PK\x03\x04" + b"0" * 1_000_001, "dépasse 1\xa0Mo"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_classeur_se_refuse(octets, phrase, client, cadre):
    assert phrase in fautes(envoyer(client, cadre, octets))[0]


def test_une_colonne_qui_manque_se_dit(client, cadre):
    entetes = [nom for nom in INITIATIVES.noms.values() if nom not in ("Titre", "NEQ")]
    page = envoyer(client, cadre, classeur(CUISINES, entetes=entetes))
    assert fautes(page) == ["Initiatives!1\xa0: il manque la colonne «\xa0Titre\xa0»."]


def test_une_faute_suffit_a_ne_rien_reprendre(client, cadre):
    page = envoyer(client, cadre, classeur(CUISINES, CUISINES | {"Référence": "B", "État": "?"}))
    assert "Rien ne se reprend tant qu’il reste une erreur." in lu(page)
    assert page.context["jeton"] == ""


def test_le_modele_se_remplit_et_son_exemple_ne_se_lit_pas(client, cadre):
    modele = client.get(reverse("projets:modele_d_import", args=[cadre.bsl.slug])).content
    livre = load_workbook(io.BytesIO(modele))
    assert livre.sheetnames == ["Lisez-moi", "Initiatives", "Montants", "Exemple", "Listes"]
    assert "n’a aucune ligne" in fautes(envoyer(client, cadre, modele))[0]
    livre["Initiatives"].append([CUISINES[nom] for nom in INITIATIVES.noms.values()])
    livre["Montants"].append([ACCORDE[nom] for nom in MONTANTS.noms.values()])
    octets = io.BytesIO()
    livre.save(octets)
    assert envoyer(client, cadre, octets.getvalue()).context["jeton"]


def test_quatre_cents_lignes_se_reprennent_en_autant_de_requetes_que_dix(client, cadre):
    def couts(combien, prefixe):
        lignes = [CUISINES | {"Référence": f"{prefixe}-{n}"} for n in range(combien)]
        octets = classeur(*lignes)
        with CaptureQueriesContext(connection) as lues:
            page = envoyer(client, cadre, octets)
            client.post(adresse(cadre), {"jeton": page.context["jeton"]})
        return len(lues)

    couts(3, "chauffe")
    assert couts(400, "B") <= couts(10, "A") + 12  # SQLite insère par lots; rien par rangée


def test_ses_pages_se_lisent_en_douze_requetes(client, cadre, agente, organisme):
    lignes = [saisie_reprise(organisme, reference=f"R-{n}") for n in range(30)]
    fait = ImportDInitiatives.importer(cadre.bsl, lignes, par=agente, fichier="reprises.xlsx")
    for nom, cle in (
        ("reprise", fait.reprises.first().pk),
        ("import", fait.pk),
        ("import_annulation", fait.pk),
    ):
        with CaptureQueriesContext(connection) as lues:
            client.get(reverse(f"projets:{nom}", args=[cle]))
        assert len(lues) <= 12, nom


# --- Défaire ---------------------------------------------------------------------------------------------


def test_un_import_se_defait_avec_son_motif_et_se_refait(client, cadre, agente):
    reprendre(client, cadre, CUISINES)
    fait = ImportDInitiatives.objects.get()
    annulation = reverse("projets:import_annulation", args=[fait.pk])
    assert_html_accessible(client.get(annulation))
    assert client.post(annulation, {"motif": ""}).status_code == 200
    page = client.post(annulation, {"motif": "Le mauvais fichier."}, follow=True)
    assert "Le mauvais fichier." in lu(page)
    assert not InitiativeReprise.objects.exists()
    assert not MontantRepris.objects.exists()
    assert JournalAlliance.objects.get(geste="defaire-import").motif == "Le mauvais fichier."
    reprendre(client, cadre, CUISINES | {"Titre": "Corrigé"})
    assert InitiativeReprise.objects.get().titre == "Corrigé"


def test_defait_deux_fois_c_est_une_fois(client, cadre, agente):
    reprendre(client, cadre, CUISINES)
    fait = ImportDInitiatives.objects.get()
    fait.defaire(par=agente, motif="Erreur.")
    with pytest.raises(TransitionInterdite, match="déjà défait"):
        fait.defaire(par=agente, motif="Erreur.")


def test_ce_qui_s_appuie_sur_une_reprise_garde_son_import(client, cadre, agente, organisme, client_de):
    reprendre(client, cadre, CUISINES)
    reprise, (redige, _) = InitiativeReprise.objects.get(), p.equipe(organisme)
    appel = p.appel_ouvert(cadre.bsl, par=agente)
    porteur = client_de(redige)
    page = porteur.get(reverse("projets:reprise", args=[reprise.pk]))
    assert_html_accessible(page)
    suite = f"{reverse('projets:commencement', args=[appel.pk])}?suite_de={reprise.pk}"
    assert suite in page.text
    assert "Cuisines du rang Nord" in lu(porteur.get(suite))
    porteur.post(suite, {"organisme": organisme.pk, "suite_de": reprise.pk})
    brouillon = Initiative.objects.get()
    assert (brouillon.suite_de, brouillon.titre) == (reprise, reprise.titre)
    assert brouillon.resume == "On cuisine ensemble."
    fait = ImportDInitiatives.objects.get()
    with pytest.raises(TransitionInterdite, match="FQIS-19-014\xa0: une demande en part déjà"):
        fait.defaire(par=agente, motif="Erreur.")
    assert "ne se défait plus" in lu(client.get(reverse("projets:import", args=[fait.pk])))


def test_on_ne_continue_pas_la_reprise_d_un_autre_organisme(client, cadre, agente, organisme):
    reprendre(client, cadre, CUISINES)
    autre = Organisme.objects.create(nom="Un autre")
    redige, _ = p.equipe(autre)
    appel = p.appel_ouvert(cadre.bsl, par=agente)
    with pytest.raises(TransitionInterdite, match="d’un autre organisme"):
        Initiative.commencer(appel, autre, par=redige, suite_de=InitiativeReprise.objects.get())


def test_un_import_defait_entre_temps_ne_se_continue_plus(client, cadre, agente, organisme):
    reprendre(client, cadre, CUISINES)
    reprise = InitiativeReprise.objects.get()
    ImportDInitiatives.objects.get().defaire(par=agente, motif="Erreur.")
    redige, _ = p.equipe(organisme)
    with pytest.raises(TransitionInterdite, match="défait"):
        Initiative.commencer(p.appel_ouvert(cadre.bsl, par=agente), organisme, par=redige, suite_de=reprise)


# --- Qui, et ce que la base tient ------------------------------------------------------------------------


def test_chacune_y_entre_selon_son_role(client, cadre, signataire, etrangere, organisme, mess, client_de):
    reprendre(client, cadre, CUISINES)
    reprise, fait = InitiativeReprise.objects.get(), ImportDInitiatives.objects.get()
    pages = {
        "reprise": reverse("projets:reprise", args=[reprise.pk]),
        "import": reverse("projets:import", args=[fait.pk]),
        "importation": adresse(cadre),
        "annulation": reverse("projets:import_annulation", args=[fait.pk]),
    }
    attendus = {
        signataire: [200, 200, 403, 403],
        mess: [200, 200, 403, 403],
        etrangere: [404, 404, 404, 404],
        p.equipe(organisme)[0]: [200, 404, 404, 404],
    }
    for personne, codes in attendus.items():
        connectee = client_de(personne)
        assert [connectee.get(page).status_code for page in pages.values()] == codes, personne


@pytest.mark.parametrize("champ", ["titre", "reference"])
def test_une_reprise_ne_se_modifie_pas_meme_en_sql(champ, client, cadre):
    reprendre(client, cadre, CUISINES)
    with pytest.raises(DatabaseError, match="ne change pas"), transaction.atomic():
        InitiativeReprise.objects.update(**{champ: "autre"})
