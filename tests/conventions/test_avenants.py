"""L'avenant : il se prépare, se signe par tous, s'applique d'un coup; il refuse quand la convention a bougé."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from conventions.models import (
    Avenant,
    Ecriture,
    Enveloppe,
    InstantaneConvention,
    Obligation,
    Solde,
)
from socle.erreurs import PlafondDepasse, TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
    signer_tout,
    versement,
)
from tests.conventions.fabriques import convention_en_preparation
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def relire(objet):
    return type(objet).objects.get(pk=objet.pk)


def solde(convention, an):
    return Solde.objects.get(enveloppe__convention=convention, enveloppe__an=an, enveloppe__volet="exercice")


# --- Préparer ---------------------------------------------------------------------------------------------


def test_un_avenant_ne_change_qu_une_convention_en_vigueur(cadre, mess):
    with pytest.raises(TransitionInterdite, match="celle-ci ne l’est pas"):
        Avenant.ouvrir(convention_en_preparation(cadre.bsl), motif="x", par=mess)


def test_un_changement_se_lit_en_une_phrase(convention):
    avenant = avenant_prepare(convention)
    assert [c.phrase for c in avenant.changements()] == [
        "Fin de réalisation\xa0: du 31\xa0décembre 2026 au 31\xa0janvier 2027."
    ]


def test_une_proposition_egale_a_la_base_ne_change_rien(convention, mess):
    avenant = avenant_prepare(convention)
    avenant = avenant.proposer("date", {"date/fin": "2027-03-31"}, revision=avenant.revision, par=mess)
    assert avenant.propositions == {}
    with pytest.raises(TransitionInterdite, match="ne change encore rien"):
        avenant.transmettre(par=mess)


def test_une_page_perimee_n_ecrase_rien(convention, mess):
    avenant = avenant_prepare(convention)
    with pytest.raises(VersionPerimee, match="depuis que la page est ouverte"):
        avenant.proposer("date", {"date/fin": "2028-03-31"}, revision=1, par=mess)
    assert relire(avenant).propositions == {"date/fin_realisation": "2027-01-31"}


@pytest.mark.parametrize(
    "propositions, phrase",
    [
        ({"date/fin": "2024-12-31"}, "La fin de la convention doit suivre son début."),
        ({"date/fin_realisation": "2027-06-30"}, "La fin de réalisation tombe pendant la convention."),
        (
            {"exercice/2026": "1400000.00"},
            "Les versements prévus de l’exercice 2026-2027 font 1\xa0300\xa0000,00\xa0$; le montant de "
            "l’exercice est 1\xa0400\xa0000,00\xa0$.",
        ),
        (
            {"exercice/2028": "5.00", "versement/4": versement(2028, "5.00", "2028-05-01")},
            "L’exercice 2028-2029 commence après la fin de la convention, le 31\xa0mars 2027.",
        ),
    ],
)
def test_un_avenant_qui_ne_se_tient_pas_ne_part_pas(convention, mess, propositions, phrase):
    avenant = avenant_prepare(convention, propositions)
    assert phrase in avenant.empechements_a_transmettre()
    with pytest.raises(TransitionInterdite):
        avenant.transmettre(par=mess)
    assert relire(avenant).etat == "preparation"


def test_un_versement_autorise_ne_change_plus(convention, mess, approbation):
    echeance = convention.echeances.get(rang=3)
    echeance.etat, echeance.liberee_le = echeance.Etat.AUTORISEE, aujourd_hui()
    echeance.recommandee_le, echeance.recommandee_par = convention.creee_le, mess
    echeance.autorisee_le, echeance.autorisee_par = convention.creee_le, approbation
    echeance.save()
    avenant = avenant_prepare(convention, {"versement/3": versement(2026, "1300000.00", "2026-12-01")})
    assert avenant.empechements_a_transmettre() == [
        "Le 3e versement est déjà autorisé ou fait\xa0: il ne change plus."
    ]


def test_un_exercice_clos_ne_change_plus_de_montant(convention, mess):
    exercice = convention.exercices.get(an=2025)
    exercice.clos_le, exercice.clos_par = date(2026, 5, 1), mess
    exercice.save()
    avenant = avenant_prepare(convention, {"exercice/2025": "1200001.00"})
    assert (
        "L’exercice 2025-2026 est clos\xa0: son montant ne change plus."
        in avenant.empechements_a_transmettre()
    )


# --- Signer -----------------------------------------------------------------------------------------------


def test_rien_ne_change_avant_la_derniere_signature(convention):
    avenant = avenant_transmis(convention)
    organisme, ministre = avenant.signatures_attendues()
    signer(avenant, organisme)
    assert relire(convention).fin_realisation == date(2026, 12, 31)
    avenant = signer(avenant, ministre)
    assert relire(convention).fin_realisation == date(2027, 1, 31)
    assert (avenant.etat, avenant.applique_le) == ("applique", aujourd_hui())
    assert avenant.instantane.contenu["convention"]["fin_realisation"] == "2027-01-31"


def test_une_partie_ne_signe_pas_deux_fois(convention):
    avenant = avenant_transmis(convention)
    organisme = avenant.signatures_attendues().first()
    signer(avenant, organisme)
    with pytest.raises(TransitionInterdite, match="a déjà signé cet avenant"):
        signer(avenant, organisme)
    assert avenant.convention.journal.filter(geste="signer-avenant").count() == 1
    assert organisme.pieces.count() == 1


@pytest.mark.parametrize(
    "signee_le, resolution_le, phrase",
    [
        (timedelta(days=1), timedelta(), "La date de signature est à venir."),
        (timedelta(days=-1), timedelta(days=-1), "la signature vient après"),
        (timedelta(), timedelta(days=1), "La résolution ne peut pas suivre la signature"),
        (timedelta(), timedelta(days=-800), "La résolution a plus de deux ans"),
    ],
)
def test_une_signature_a_une_date_sensee(convention, mess, signee_le, resolution_le, phrase):
    avenant = avenant_transmis(convention)
    with pytest.raises(TransitionInterdite, match=phrase):
        avenant.signer(
            avenant.signatures_attendues().first(),
            par=mess,
            signee_le=aujourd_hui() + signee_le,
            resolution="1",
            resolution_le=aujourd_hui() + resolution_le,
            piece=fabriques.fichier_pdf(),
        )


def test_un_organisme_signe_avec_sa_resolution_et_son_fichier(convention, mess):
    avenant = avenant_transmis(convention)
    organisme = avenant.signatures_attendues().first()
    with pytest.raises(TransitionInterdite, match="numéro, date et fichier"):
        avenant.signer(
            organisme, par=mess, signee_le=aujourd_hui(), resolution="1", resolution_le=aujourd_hui()
        )
    assert relire(organisme).signee_le is None


@pytest.mark.parametrize(
    ("propositions", "phrase"),
    [
        ({"date/fin": "2060-03-31"}, "Une convention dure au plus dix ans"),
        ({"date/fin": "2024-01-01"}, "La fin de la convention doit suivre son début."),
        ({"reddition/bilan_le": "2020-01-01"}, "Le bilan pluriannuel tombe pendant la convention."),
        ({"versement/4": versement(2026, "1.00", "1999-01-01")}, "Un versement se prévoit du"),
        ({"versement/4": versement(2026, "1.00", "2099-01-01")}, "Un versement se prévoit du"),
    ],
)
def test_une_date_hors_de_toute_vie_ne_se_transmet_pas(convention, propositions, phrase):
    empechements = avenant_prepare(convention, propositions).empechements_a_transmettre()
    assert any(phrase in empechement for empechement in empechements)


def test_une_retenue_sans_versement_retenu_ne_se_transmet_pas(convention, mess):
    avenant = avenant_prepare(convention, {"parametre/retenue": "10.00"})
    [phrase] = avenant.empechements_a_transmettre()
    assert "prévoyez-y un versement de 130\xa0000,00\xa0$" in phrase
    garde = versement(2026, "130000.00", "2027-06-30") | {"condition": "rapport_final"}
    reste = versement(2026, "1170000.00", "2026-09-01")
    avenant = avenant.proposer(
        "versement", {"versement/3": reste, "versement/4": garde}, revision=avenant.revision, par=mess
    )
    assert avenant.empechements_a_transmettre() == []


def test_une_ancienne_signature_ne_compte_plus(convention):
    avenant = avenant_transmis(convention)
    ancienne = avenant.signatures_attendues().first()
    avenant_applique(convention, {"parametre/part_regionale": "10.00"})
    avenant = relire(avenant).reprendre(par=avenant.cree_par).transmettre(par=avenant.cree_par)
    with pytest.raises(TransitionInterdite, match="n’attend plus de signature"):
        signer(avenant, ancienne)


def test_les_gestes_s_inscrivent_au_journal_avec_ce_qui_change(convention):
    avenant_applique(convention)
    lignes = convention.journal.order_by("rang")
    assert [ligne.geste for ligne in lignes] == [
        "transmettre-avenant",
        "signer-avenant",
        "signer-avenant",
        "recalculer-obligations",
        "appliquer-avenant",
    ]
    derniere = lignes.last()
    assert derniere.avant == {"Fin de réalisation": "31\xa0décembre 2026"}
    assert derniere.apres == {"etat": "applique", "Fin de réalisation": "31\xa0janvier 2027"}
    assert derniere.objet == "Avenant 1"


def test_les_obligations_se_recalculent_a_l_application(convention, monkeypatch):
    appels = []
    monkeypatch.setattr(
        Obligation, "recalculer", lambda convention, *, par: appels.append(convention.pk), raising=False
    )
    avenant_applique(convention)
    assert appels == [convention.pk]


# --- Appliquer --------------------------------------------------------------------------------------------


def test_une_partie_ajoutee_signe_puis_entre_dans_la_convention(convention, cadre):
    mrc = fabriques.Organisme.objects.create(nom="MRC de La Mitis", forme="municipal")
    valeur = {
        "nom": "MRC de La Mitis",
        "role_libelle": "MRC cosignataire",
        "signe": True,
        "signataire": "Préfète",
        "territoires": [],
    }
    avenant = avenant_transmis(convention, {f"partie/cosignataire/{mrc.pk}": valeur})
    assert [s.nom for s in avenant.signatures_attendues()] == [
        "Table régionale de Bas-Saint-Laurent",
        "MRC de La Mitis",
        "Ministre de l’Emploi et de la Solidarité sociale",
    ]
    assert not convention.parties.filter(organisme=mrc).exists()
    signer_tout(avenant)
    partie = convention.parties.get(organisme=mrc)
    assert (partie.signee_le, partie.resolution, partie.signataire) == (aujourd_hui(), "2026-11", "Préfète")


def test_une_partie_retiree_reste_dans_l_histoire(convention):
    ajout = convention.parties.get(role="signataire").organisme
    fiduciaire = fabriques.Organisme.objects.create(nom="Collectif du fleuve")
    convention.parties.create(role="fiduciaire", organisme=fiduciaire, signe=False, rang=3)
    avenant = avenant_applique(convention, {f"partie/fiduciaire/{fiduciaire.pk}": None})
    assert convention.parties.get(organisme=fiduciaire).retiree_le == avenant.applique_le
    noms = [partie["nom"] for partie in avenant.instantane.contenu["parties"]]
    assert fiduciaire.nom not in noms
    assert ajout.nom in noms
    assert [c.phrase for c in avenant.changements()] == [
        "Retrait\xa0: Collectif du fleuve, fiduciaire, sans signer."
    ]


def test_seuls_les_versements_non_autorises_bougent(convention):
    recommande = convention.echeances.get(rang=3)
    recommande.etat, recommande.recommandation = "recommandee", "Rapport reçu."
    recommande.recommandee_le, recommande.recommandee_par = convention.creee_le, convention.transmise_par
    recommande.liberee_le = aujourd_hui()
    recommande.save()
    avenant_applique(
        convention,
        {
            "versement/2": None,
            "versement/3": versement(2026, "1300000.00", "2026-12-01", "date"),
            "versement/4": versement(2025, "1130000.00", "2026-02-01"),
        },
    )
    lues = {e.rang: (e.etat, e.montant) for e in convention.echeances.all()}
    assert lues == {
        1: ("prevue", Decimal("70000.00")),
        2: ("annulee", Decimal("1130000.00")),
        3: ("prevue", Decimal("1300000.00")),
        4: ("prevue", Decimal("1130000.00")),
    }
    assert (relire(recommande).recommandee_le, relire(recommande).recommandation) == (None, "")
    assert convention.echeances.get(rang=2).motif == "Avenant 1"


def test_un_avenant_qui_retire_des_fonds_deja_engages_est_refuse(convention, mess):
    """Libres à la préparation, employés avant la dernière signature : rien n'est écrit, ni la signature."""
    baisse = {"exercice/2026": "300000.00", "versement/3": versement(2026, "300000.00", "2026-09-01")}
    avenant = avenant_transmis(convention, baisse)
    organisme, ministre = avenant.signatures_attendues()
    signer(avenant, organisme)
    racine = Enveloppe.objects.get(convention=convention, an=2026)
    with transaction.atomic():
        Ecriture.passer(
            convention, [(racine, "engage", Decimal("400000"))], nature="engagement", par=mess, objet="P1"
        )
    with pytest.raises(TransitionInterdite, match="n’a que 900\xa0000,00\xa0\\$ de libre"):
        signer(avenant, ministre)
    assert relire(ministre).signee_le is None
    assert relire(avenant).etat == "transmis"
    assert relire(convention).exercices.get(an=2026).montant == Decimal("1300000.00")
    assert convention.echeances.get(rang=3).montant == Decimal("1300000.00")
    assert solde(convention, 2026).convenu == Decimal("1300000.00")


def test_une_baisse_des_fonds_libres_s_ecrit_au_grand_livre(convention):
    avenant = avenant_applique(
        convention, {"exercice/2026": "300000.00", "versement/3": versement(2026, "300000.00", "2026-09-01")}
    )
    assert (solde(convention, 2026).convenu, solde(convention, 2026).alloue) == (Decimal("300000"),) * 2
    lignes = Ecriture.objects.filter(objet="Avenant 1")
    assert {(e.compte, e.montant, e.nature) for e in lignes} == {
        ("convenu", Decimal("-1000000.00"), "allocation"),
        ("alloue", Decimal("-1000000.00"), "allocation"),
    }
    assert {e.reference for e in lignes} == {avenant.reference}


def test_une_panne_a_l_application_ne_laisse_rien(convention, monkeypatch):
    def panne(*args, **options):
        raise PlafondDepasse("Les fonds manquent.")

    avenant = avenant_transmis(
        convention,
        {
            "date/fin": "2027-09-30",
            "exercice/2026": "1.00",
            "versement/3": versement(2026, "1.00", "2026-09-01"),
        },
    )
    monkeypatch.setattr(Ecriture, "passer", panne)
    with pytest.raises(PlafondDepasse):
        signer_tout(avenant)
    assert relire(convention).fin == date(2027, 3, 31)
    assert InstantaneConvention.objects.filter(convention=convention).count() == 1
    assert avenant.signatures_attendues().filter(signee_le=None).count() == 1
