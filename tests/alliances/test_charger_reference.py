"""Les données de référence : ce que les fichiers disent, ce que la commande en fait, ce qu'elle refuse."""

import shutil
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alliances.models import (
    Alliance,
    Cycle,
    IndiceTerritoire,
    JournalAlliance,
    Organisme,
    Region,
    SecteurActeur,
    Territoire,
    ThematiqueNationale,
)
from alliances.reference import DOSSIER, ReferenceInvalide, lire_reference


@pytest.fixture
def dossier(tmp_path):
    """Une copie des fichiers, qu'un essai peut abîmer."""
    return shutil.copytree(DOSSIER, tmp_path / "donnees")


def charger(dossier=DOSSIER):
    sortie = StringIO()
    call_command("charger_reference", dossier=dossier, stdout=sortie)
    return sortie.getvalue()


def remplacer(dossier, fichier, avant, apres):
    chemin = dossier / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")


def defauts(dossier):
    with pytest.raises(ReferenceInvalide) as refus:
        lire_reference(dossier)
    return [str(defaut) for defaut in refus.value.defauts]


# --- Les fichiers de la maison ------------------------------------------------------------------------


def test_les_fichiers_disent_les_faits_publics():
    reference = lire_reference()
    assert [len(lignes) for lignes in vars(reference).values()] == [2, 17, 104, 333, 17, 18, 21]
    cycle = reference.cycles[1]
    assert (cycle["debut"], cycle["fin"]) == (date(2024, 11, 1), date(2029, 10, 31))
    assert (cycle["echeance_plan"], cycle["montant"]) == (date(2025, 3, 31), 145_360_000)
    assert sum(thematique["recommandee"] for thematique in reference.thematiques) == 4


def test_les_montants_inventes_font_l_enveloppe_nationale_et_trois_sont_publies():
    signataires = lire_reference().signataires
    assert sum(ligne["montant_demo_fictif"] for ligne in signataires) == 145_360_000
    publies = {ligne["alliance"]: ligne["montant_publie"] for ligne in signataires if ligne["montant_publie"]}
    assert publies == {"mauricie": 5_805_682, "chaudiere-appalaches": 4_716_195, "laval": 2_606_312}


def test_chaque_territoire_est_couvert_par_une_seule_alliance_de_region():
    reference = lire_reference()
    partagees = {"baie-james", "eeyou-istchee", "kativik", "gaspesie", "iles-de-la-madeleine"}
    codes = [
        c for ligne in reference.signataires if ligne["alliance"] in partagees for c in ligne["territoires"]
    ]
    regionales = {
        ligne["regions"][0] for ligne in reference.signataires if ligne["territoires"] == ["region"]
    }
    codes += [t["code"] for t in reference.territoires if t["region"] in regionales]
    assert sorted(codes) == sorted(t["code"] for t in reference.territoires)


def test_chaque_indice_et_chaque_devitalisation_a_sa_source():
    reference = lire_reference()
    assert all(ligne["source"] for ligne in reference.indices)
    assert {ligne["indice"] for ligne in reference.indices if not ligne["fictif"]} == {"ive"}
    signales = {t["code"] for t in reference.territoires if t["devitalise_source"]}
    assert signales == {"02", "04", "05", "06", "07", "08", "09", "11", "13", "35", "36", "40", "51", "90"}


def test_un_territoire_du_dernier_quintile_est_dit_devitalise():
    """Les rangs 84 à 104 font le dernier quintile des 104 territoires."""
    reference = lire_reference()
    signales = {t["code"] for t in reference.territoires if t["devitalise_source"]}
    derniers = {ligne["territoire"] for ligne in reference.indices if (ligne["rang"] or 0) >= 84}
    assert len(derniers) == 6
    assert derniers <= signales
    mieux = {ligne["territoire"] for ligne in reference.indices if ligne["rang"] and ligne["rang"] < 84}
    assert not mieux & signales


# --- La commande ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_la_commande_charge_tout_et_dit_ce_qu_elle_a_ajoute():
    rendu = charger()
    assert "territoires\u00a0: 104 ajouts, 0 changement, 0 déjà à jour" in rendu
    assert (Cycle.objects.count(), Region.objects.count(), Territoire.objects.count()) == (2, 17, 104)
    assert (ThematiqueNationale.objects.count(), SecteurActeur.objects.count()) == (17, 18)
    assert SecteurActeur.objects.get(vecu=True).code == "vecu"
    alliance = Alliance.objects.get(slug="bas-saint-laurent")
    assert alliance.territoires.count() == 8
    assert alliance.montant is None
    assert alliance.table_regionale.forme == Organisme.Forme.NON_CONSTITUE
    assert [partie.get_qualite_display() for partie in alliance.parties.all()] == ["Partenaire signataire"]


@pytest.mark.django_db
def test_la_commande_inscrit_les_indices_et_les_devitalisations_avec_leur_source():
    rendu = charger()
    assert "indices des territoires\u00a0: 333 ajouts, 0 changement, 0 déjà à jour" in rendu
    mekinac = IndiceTerritoire.objects.get(territoire__code="35", indice="ive")
    assert (mekinac.indice, mekinac.an, mekinac.valeur, mekinac.rang) == (
        "ive",
        2020,
        Decimal("-9.9372"),
        None,
    )
    assert "Le Nouvelliste" in mekinac.source
    perce = Territoire.objects.get(code="02")
    assert perce.devitalise
    assert "Dernier quintile" in perce.devitalise_source
    ive = [i for i in perce.derniers_indices if i.indice == "ive"]
    assert [(i.an, i.rang, i.fictif) for i in ive] == [(2022, 103, False)]


@pytest.mark.django_db
def test_les_chiffres_inventes_le_disent_et_un_fait_publie_les_remplace(dossier):
    charger()
    couverts = IndiceTerritoire.objects.filter(indice__in=("population", "faible_revenu", "idms"))
    assert (couverts.count(), couverts.filter(fictif=True).count()) == (312, 312)
    publie = "07,population,2021,17500,,Recensement de 2021,non"
    with (dossier / "indices.csv").open("a", encoding="utf-8") as fichier:
        fichier.write(f"{publie}\n")
    charger(dossier)
    matapedia = Territoire.objects.get(code="07")
    derniers = IndiceTerritoire.objects.derniers(["population"], [matapedia.pk])
    dernier = derniers["population", matapedia.pk]
    assert (dernier.valeur, dernier.provenance) == (17500, "Population 2021, Recensement de 2021")


@pytest.mark.django_db
def test_le_silence_du_fichier_ne_defait_pas_ce_que_l_administration_a_inscrit():
    charger()
    Territoire.objects.filter(code="61").update(devitalise=True, devitalise_source="Avis régional 2026")
    charger()
    joliette = Territoire.objects.get(code="61")
    assert (joliette.devitalise, joliette.devitalise_source) == (True, "Avis régional 2026")


@pytest.mark.django_db
def test_un_indice_corrige_dans_le_fichier_est_mis_a_jour_et_raconte(dossier):
    charger()
    remplacer(dossier, "indices.csv", "-9.9372", "-9.5")
    rendu = charger(dossier)
    assert "valeur\u00a0: -9.9372 → -9.5" in rendu
    assert IndiceTerritoire.objects.get(territoire__code="35", indice="ive").valeur == Decimal("-9.5")


@pytest.mark.parametrize(
    ("avant", "apres", "colonne", "phrase"),
    [
        ("35,ive,2020,-9.9372,", '35,ive,2020,"-9,9372",', "valeur", "n’est pas une valeur de la forme"),
        ("35,ive,2020,-9.9372,", "35,ive,2020,,", "valeur", "il faut une valeur, un rang, ou les deux."),
        ("07,ive,2018,,99", "07,ive,2018,,105", "rang", "n’est pas un nombre de 1 à 104"),
        ("07,ive,2018,,99", "07,ive,18,,99", "an", "n’est pas un nombre de 2000 à 2100"),
        (
            "07,ive,2018,,99",
            "07,pib,2018,,99",
            "indice",
            "ne fait pas partie de : idms, ive, population, faible_revenu",
        ),
        ("07,ive,2018,,99", "00,ive,2018,,99", "territoire", "le territoire « 00 » est inconnu."),
    ],
)
def test_un_indice_fautif_est_nomme_avec_sa_ligne_et_sa_colonne(dossier, avant, apres, colonne, phrase):
    remplacer(dossier, "indices.csv", avant, apres)
    (defaut,) = defauts(dossier)
    ligne = (dossier / "indices.csv").read_text(encoding="utf-8").split(apres)[0].count("\n") + 1
    assert defaut.replace("\u00a0", " ").startswith(f"indices.csv, ligne {ligne}, colonne « {colonne} » :")
    assert phrase in defaut.replace("\u00a0", " ")


def test_un_indice_en_double_est_refuse(dossier):
    remplacer(dossier, "indices.csv", "09,ive,2018,,90", "07,ive,2018,,90")
    (defaut,) = defauts(dossier)
    assert "figure déjà à la ligne" in defaut


@pytest.mark.django_db
def test_une_alliance_autochtone_peut_n_avoir_ni_region_ni_territoire():
    charger()
    alliance = Alliance.objects.get(slug="premieres-nations")
    assert not alliance.regions.exists()
    assert not alliance.territoires.exists()
    assert alliance.table_regionale.forme == Organisme.Forme.AUTOCHTONE


@pytest.mark.django_db
def test_la_relancer_ne_change_rien_et_n_inscrit_rien_au_journal():
    charger()
    lignes = JournalAlliance.objects.count()
    rendu = charger()
    assert "0 ajout, 0 changement, 21 déjà à jour" in rendu
    assert "changé" not in rendu
    assert (Organisme.objects.count(), JournalAlliance.objects.count()) == (39, lignes)


@pytest.mark.django_db
def test_un_fait_qui_change_dans_le_fichier_est_mis_a_jour_et_raconte(dossier):
    charger()
    remplacer(dossier, "territoires.csv", "07,La Matapédia", "07,La Nouvelle-Matapédia")
    rendu = charger(dossier)
    assert "nom\u00a0: La Matapédia → La Nouvelle-Matapédia" in rendu
    assert Territoire.objects.get(code="07").nom == "La Nouvelle-Matapédia"
    assert "Nouvelle-Matapédia" in JournalAlliance.objects.latest("pk").apres["changements"][0]


@pytest.mark.django_db
def test_les_territoires_d_une_alliance_suivent_le_fichier(dossier):
    charger()
    remplacer(dossier, "signataires.csv", "02 03 04 05 06", "02 03 04 05")
    assert "territoires d’une Alliance" in charger(dossier)
    assert Alliance.objects.get(slug="gaspesie").territoires.count() == 4


@pytest.mark.django_db
def test_ce_qui_se_saisit_dans_l_application_est_conserve():
    charger()
    alliance = Alliance.objects.get(slug="estrie")
    alliance.montant = 1000
    alliance.save()
    Organisme.objects.filter(pk=alliance.table_regionale_id).update(courriel="table@alliances.example")
    charger()
    alliance.refresh_from_db()
    assert alliance.montant == 1000
    assert alliance.table_regionale.courriel == "table@alliances.example"


@pytest.mark.django_db
def test_un_fichier_fautif_ne_change_rien_et_nomme_sa_ligne_et_sa_colonne(dossier):
    remplacer(dossier, "signataires.csv", "mauricie,Alliance de la Mauricie,04", "mauricie,Alliance,44")
    with pytest.raises(CommandError, match="signataires.csv, ligne 5, colonne «\u00a0regions\u00a0»"):
        charger(dossier)
    assert not Cycle.objects.exists()
    assert not Territoire.objects.exists()


# --- Ce que la lecture refuse --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fichier", "avant", "apres", "attendu"),
    [
        (
            "regions.csv",
            "code,nom",
            "code,nom,chef",
            "ligne 1, colonne « chef » : cette colonne est inconnue.",
        ),
        ("regions.csv", "code,nom", "code,titre", "ligne 1, colonne « nom » : cette colonne manque."),
        ("regions.csv", "code,nom", "nom,nom", "ligne 1, colonne « nom » : cette colonne figure deux fois."),
        ("regions.csv", "04,Mauricie", "04,", "ligne 5, colonne « nom » : la valeur manque."),
        ("regions.csv", "04,Mauricie", "04,Mauricie,x", "ligne 5 : la ligne compte 3 valeurs au lieu de 2."),
        ("regions.csv", "04,M", "03,M", "ligne 5, colonne « code » : « 03 » figure déjà à la ligne 4."),
        ("regions.csv", "04,M", "0 4,M", "ligne 5, colonne « code » : le code doit s’écrire"),
        ("regions.csv", "04,Mauricie", '04,"Mau"ricie', "ligne 5 : le CSV est mal formé"),
        ("territoires.csv", ",mrc,01", ",mrc,18", "colonne « region » : la région « 18 » est inconnue."),
        (
            "territoires.csv",
            ",mrc,01",
            ",comte,01",
            "colonne « type » : « comte » ne fait pas partie de : mrc",
        ),
        ("cycles.csv", "145360000", "145,36", "ligne 3 : la ligne compte 7 valeurs au lieu de 6."),
        ("cycles.csv", "145360000", "145 M$", "« 145 M$ » n’est pas un montant en dollars entiers."),
        (
            "cycles.csv",
            "2029-10-31",
            "31-10-2029",
            "« 31-10-2029 » n’est pas une date de la forme 2025-03-31.",
        ),
        ("cycles.csv", "2029-10-31", "2023-10-31", "colonne « fin » : la fin doit suivre le début."),
        ("cycles.csv", "2029-03-31", "2031-03-31", "colonne « fin_realisation » : la date doit tomber"),
        ("cycles.csv", "2025-03-31", "2020-03-31", "colonne « echeance_plan » : la date doit tomber"),
        ("thematiques.csv", ",oui,", ",peut-être,", "la valeur doit être « oui » ou « non »."),
        ("thematiques.csv", "2024-2029,droits", "2030-2035,droits", "le cycle « 2030-2035 » est inconnu."),
        ("signataires.csv", ",10,991,", ",10,999,", "le territoire « 999 » est inconnu."),
        ("signataires.csv", ",10,991,", ",10,01,", "le territoire « 01 » est hors de ces régions."),
        ("signataires.csv", ",10,991,", ",10,991 991,", "un même code y figure deux fois."),
        ("signataires.csv", "Nations,,,,", "Nations,,region,,", "« region » suppose au moins une région."),
    ],
)
def test_une_valeur_fautive_est_situee(dossier, fichier, avant, apres, attendu):
    remplacer(dossier, fichier, avant, apres)
    messages = [message.replace("\u00a0", " ") for message in defauts(dossier)]
    assert any(message.startswith(fichier) and attendu in message for message in messages), messages


def test_tous_les_defauts_sont_dits_en_une_fois(dossier):
    remplacer(dossier, "regions.csv", "04,Mauricie", "04,")
    remplacer(dossier, "secteurs.csv", ",oui", ",si")
    remplacer(dossier, "secteurs.csv", ",non", ",no")
    assert len(defauts(dossier)) == 3


def test_un_fichier_absent_vide_ou_mal_encode_est_nomme(dossier):
    (dossier / "regions.csv").unlink()
    (dossier / "secteurs.csv").write_text("code,nom,attendu_au_plan\n\n", encoding="utf-8")
    (dossier / "cycles.csv").write_bytes((dossier / "cycles.csv").read_bytes() + "é".encode("latin-1"))
    messages = "\n".join(defauts(dossier))
    assert "regions.csv, ligne 1\u00a0: le fichier est absent." in messages
    assert "secteurs.csv, ligne 1\u00a0: le fichier ne contient aucune ligne." in messages
    assert "cycles.csv, ligne 4\u00a0: le fichier n’est pas encodé en UTF-8." in messages


def test_une_marque_d_ordre_des_octets_et_des_fins_de_ligne_de_windows_sont_acceptees(dossier):
    chemin = dossier / "regions.csv"
    chemin.write_bytes(b"\xef\xbb\xbf" + chemin.read_bytes().replace(b"\n", b"\r\n"))
    assert lire_reference(dossier).regions[0]["nom"] == "Bas-Saint-Laurent"


@pytest.mark.django_db
def test_un_nom_trop_long_est_refuse_avant_la_base(dossier):
    remplacer(dossier, "regions.csv", "04,Mauricie", f"04,{'M' * 500}")
    with pytest.raises(CommandError, match="regions.csv, ligne 5.*500 caractères; 60 au plus"):
        charger(dossier)
    assert not Region.objects.exists()


def test_les_defauts_entre_fichiers_se_disent_avec_les_autres(dossier):
    remplacer(dossier, "secteurs.csv", ",oui", ",si")
    remplacer(dossier, "thematiques.csv", "2024-2029,droits", "2030-2035,droits")
    assert len(defauts(dossier)) == 2


@pytest.mark.django_db
def test_une_rangee_retiree_du_fichier_est_dite_et_gardee(dossier):
    charger(dossier)
    remplacer(dossier, "secteurs.csv", "transport,Transport et mobilité,non\n", "")
    sortie = charger(dossier)
    assert "absent des fichiers" in sortie
    assert "Transport et mobilité" in sortie
    assert SecteurActeur.objects.filter(code="transport").exists()
