"""Dépenser : l'enveloppe descend de ce qu'elle paie, rien ne s'écrit deux fois, tout se contrepasse et le dit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from conventions.models import Convention, DemandeAnnulation, Depense, Ecriture, Enveloppe, PieceDepense
from conventions.models.sorties import SaisieRefusee
from conventions.models.versements import en_reference
from socle.erreurs import EcritureImmuable, PlafondDepasse, TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses as d
from tests.conventions.fabriques import convention_en_vigueur
from tests.conventions.verite import grand_livre_vrai
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return d.convention_repartie(cadre.bsl)


def solde(convention, nom=d.COORDINATION):
    return d.enveloppe(convention, nom).solde


def refus_de(geste, *args, **options):
    with pytest.raises(TransitionInterdite) as refus:
        geste(*args, **options)
    return [phrase.replace("\xa0", " ") for phrase in refus.value.empechements]


def test_une_depense_fait_descendre_son_enveloppe_et_s_ecrit_au_grand_livre(convention, lectrice):
    avant = solde(convention)
    depense = d.depense(convention, par=lectrice)
    apres = solde(convention)
    assert (apres.depense, apres.disponible) == (Decimal("1000.00"), avant.disponible - 1000)
    [ecriture] = Ecriture.objects.filter(nature="depense")
    assert (ecriture.compte, ecriture.montant, ecriture.reference) == ("depense", Decimal("1000.00"), "JE-1")
    assert ecriture.objet == "Salaires et avantages, Paie de juin"
    assert (depense.ecriture, depense.par, depense.net) == (ecriture, lectrice, Decimal("1000.00"))
    ligne = convention.journal.order_by("pk").last()
    assert (ligne.geste, ligne.apres) == ("depenser", {"montant": "1\xa0000,00\xa0$", "reference": "JE-1"})
    assert premiere_rupture(Depense) is None
    grand_livre_vrai()
    call_command("verifier_grand_livre")


def test_la_meme_depense_repetee_n_a_pas_d_effet(convention, lectrice, agente):
    premiere = d.depense(convention, par=lectrice)
    assert d.depense(convention, par=agente, reference=" je-1 ") == premiere
    assert Depense.objects.get().par == lectrice
    assert solde(convention).depense == Decimal("1000.00")


@pytest.mark.parametrize(
    "autre",
    [{"montant": Decimal("1000.01")}, {"faite_le": d.JOUR + timedelta(1)}, {"poste": "honoraires"}],
    ids=["montant", "date", "poste"],
)
def test_une_reference_ne_sert_pas_a_deux_depenses(convention, lectrice, autre):
    d.depense(convention, par=lectrice)
    [phrase] = refus_de(d.depense, convention, par=lectrice, **autre)
    assert phrase.startswith(
        "La référence « JE-1 » est déjà celle d’une autre ligne : 1 000,00 $, le 30 juin"
    )
    assert Depense.objects.count() == 1


def test_la_meme_reference_sert_a_deux_conventions(convention, cadre, lectrice):
    autre = convention_en_vigueur(cadre.lanaudiere)
    enveloppe = Enveloppe.ajouter(
        autre, parent=Enveloppe.racine(autre, 2025), par=lectrice, volet="coordination"
    )
    lignes = [(enveloppe.parent, "alloue", Decimal(-5000)), (enveloppe, "alloue", Decimal(5000))]
    Ecriture.passer(autre, lignes, nature="transfert", par=lectrice, objet="T")
    d.depense(convention, par=lectrice)
    assert d.depense(convention, par=lectrice, enveloppe=enveloppe).convention == autre


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"faite_le": date(2025, 3, 31)}, "La date n’est pas dans l’exercice 2025-2026"),
        ({"faite_le": date(2026, 4, 1)}, "La date n’est pas dans l’exercice 2025-2026"),
        ({"montant": Decimal("150000.01")}, "n’a que 150 000,00 $ de disponible"),
        ({"montant": Decimal(0)}, "Le montant est de plus de zéro dollar."),
        ({"montant": Decimal("-5.00")}, "Le montant est de plus de zéro dollar."),
        ({"reference": "  "}, "Inscrivez la référence comptable."),
        ({"poste": "autre"}, "Précisez le poste « Autre »."),
        ({"nom": "Projets régionaux"}, "On ne dépense que la coordination"),
        ({"nom": "Réserve"}, "On ne dépense que la coordination"),
        ({"nom": "Exercice 2025-2026"}, "On ne dépense que la coordination"),
    ],
)
def test_ce_qui_ne_tient_pas_est_refuse_et_rien_ne_s_ecrit(convention, lectrice, champs, phrase):
    phrases = refus_de(d.depense, convention, par=lectrice, **champs)
    assert any(phrase in dite for dite in phrases), phrases
    assert not Depense.objects.exists()
    assert not Ecriture.objects.filter(nature="depense").exists()


def test_une_depense_est_dans_la_convention_pas_seulement_dans_l_exercice(convention, lectrice):
    """Un premier exercice, ou un dernier, peut être plus court que l'année."""
    Convention.objects.filter(pk=convention.pk).update(
        debut=date(2025, 5, 1), fin=date(2025, 9, 30), fin_realisation=date(2025, 9, 30)
    )
    for jour in (date(2025, 4, 30), date(2025, 10, 1)):
        assert "du 1er mai 2025 au 30 septembre 2025" in refus_de(
            d.depense, convention, par=lectrice, faite_le=jour
        )[0].replace("\xa0", " ")
    for rang, jour in enumerate((date(2025, 5, 1), date(2025, 9, 30))):
        assert d.depense(convention, par=lectrice, faite_le=jour, reference=f"JE-{rang}").faite_le == jour


def test_toutes_les_fautes_d_une_saisie_se_disent_a_la_fois(convention, lectrice):
    demain = aujourd_hui() + timedelta(1)
    with pytest.raises(SaisieRefusee) as refus:
        d.depense(convention, par=lectrice, faite_le=demain, montant=Decimal(0), reference="")
    assert {champ for champ, _ in refus.value.fautes} == {"faite_le", "montant", "reference"}


def test_une_depense_du_jour_passe_et_celle_de_demain_non(convention, lectrice):
    exercice = d.enveloppe(convention).exercice
    jour = min(aujourd_hui(), exercice.fin)
    assert d.depense(convention, par=lectrice, faite_le=jour).faite_le == jour


def test_un_exercice_clos_ou_une_convention_fermee_ne_recoivent_pas_de_depense(convention, lectrice, mess):
    depense = d.depense(convention, par=lectrice)
    convention.exercices.filter(an=2025).update(clos_le=aujourd_hui(), clos_par=mess)
    assert "est clos" in refus_de(d.depense, convention, par=lectrice, reference="JE-2")[0]
    assert "est clos" in refus_de(depense.contrepasser, par=lectrice, motif="x")[0]
    Convention.objects.filter(pk=convention.pk).update(etat="close", fermee_le=aujourd_hui(), fermee_par=mess)
    assert "n’est pas en vigueur" in refus_de(d.depense, convention, par=lectrice, reference="JE-2")[0]


def test_une_depense_se_contrepasse_une_fois_avec_un_motif_et_le_dit(convention, lectrice):
    depense = d.depense(convention, par=lectrice)
    assert refus_de(depense.contrepasser, par=lectrice, motif=" ") == [
        "Écrivez le motif de la contrepassation."
    ]
    defaite = depense.contrepasser(par=lectrice, motif="Mauvais exercice.")
    assert (defaite.net, defaite.montant) == (0, Decimal("1000.00"))
    assert (defaite.contrepassee_par.motif, defaite.contrepassee_par.par) == ("Mauvais exercice.", lectrice)
    assert solde(convention).depense == 0
    assert "C’est déjà contrepassé" in refus_de(depense.contrepasser, par=lectrice, motif="x")[0]
    ligne = convention.journal.order_by("pk").last()
    assert (ligne.geste, ligne.motif) == ("contrepasser-depense", "Mauvais exercice.")
    grand_livre_vrai()


def test_contrepassee_elle_rend_sa_reference_mais_ne_revient_pas_telle_quelle(convention, lectrice):
    d.depense(convention, par=lectrice).contrepasser(par=lectrice, motif="Faux.")
    assert "telle quelle, a été contrepassée" in refus_de(d.depense, convention, par=lectrice)[0]
    corrigee = d.depense(convention, par=lectrice, montant=Decimal("900.00"))
    assert corrigee.annulations_avant == 1
    assert d.depense(convention, par=lectrice, montant=Decimal("900.00")) == corrigee
    assert Depense.objects.total() == solde(convention).depense == Decimal("900.00")


def test_le_registre_des_depenses_ne_se_reecrit_pas(convention, lectrice):
    depense = d.depense(convention, par=lectrice)
    depense.montant = Decimal(1)
    with pytest.raises(EcritureImmuable):
        depense.save()
    with pytest.raises(EcritureImmuable):
        Depense.objects.all().delete()
    for phrase in ("UPDATE conventions_depense SET montant = 1", "DELETE FROM conventions_depense"):
        with (
            pytest.raises(DatabaseError, match="immuable"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute(phrase)


def test_la_base_refuse_une_depense_qui_n_est_pas_celle_de_son_ecriture(convention, lectrice):
    premiere = d.depense(convention, par=lectrice)
    champs = [f.attname for f in Depense._meta.concrete_fields if f.attname != "id"]
    for change in ({"montant": Decimal(7)}, {"annulations_avant": 1}):
        copie = Depense(**{champ: getattr(premiere, champ) for champ in champs} | change)
        copie.rang, copie.reference = 9, "JE-9"
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            copie.save()


def test_un_lot_passe_en_entier_ou_pas_du_tout(convention, lectrice):
    bonne = d.saisie(convention)
    mauvaise = d.saisie(convention, reference="JE-2", montant=Decimal("149000.01"))
    refus = refus_de(Depense.inscrire_en_lot, [bonne, mauvaise], par=lectrice)
    assert refus == ["JE-2 : « Coordination et mobilisation » n’a que 149 000,00 $ de disponible."]
    assert not Depense.objects.exists()
    assert len(Depense.inscrire_en_lot([bonne, mauvaise | {"montant": Decimal(2)}], par=lectrice)) == 2


def test_l_essai_a_blanc_dit_tout_et_n_ecrit_rien(convention, lectrice):
    d.depense(convention, par=lectrice)
    saisies = [
        d.saisie(convention),
        d.saisie(convention, reference="JE-2"),
        d.saisie(convention, reference="JE-2", montant=Decimal(3)),
        d.saisie(convention, reference="JE-3", montant=Decimal("148000.01")),
    ]
    essai = Depense.essayer_en_lot(saisies, par=lectrice)
    assert [deja for deja, _ in essai] == [True, False, False, False]
    assert [[champ for champ, _ in fautes] for _, fautes in essai] == [[], [], ["reference"], ["montant"]]
    assert Depense.objects.count() == 1


def test_une_piece_s_attache_et_la_meme_depense_repetee_garde_la_sienne(convention, lectrice, cadre):
    saisie = d.saisie(convention)
    for nom in ("facture.pdf", "autre.pdf"):
        depense = Depense.inscrire_avec_piece(par=lectrice, piece=fabriques.fichier_pdf(nom), **saisie)
    piece = depense.pieces.get()
    assert piece.nom == "facture.pdf"
    vues = {
        role: PieceDepense.objects.visibles_par(fabriques.personne(role, portee)).exists()
        for role, portee in (
            ("signature", cadre.bsl),
            ("dgsq", cadre.bsl.regions.get()),
            ("observation", None),
            ("territoire", cadre.bsl.territoires.get(code="08")),
            ("coordination", cadre.lanaudiere),
        )
    }
    assert [role for role, vue in vues.items() if vue] == ["signature", "dgsq"]


def test_une_piece_se_joint_apres_coup_sans_rien_recrire(convention, lectrice, mess):
    """Même l'exercice clos; la ligne, ses écritures et sa chaîne restent ce qu'elles étaient."""
    depense = d.depense(convention, par=lectrice)
    convention.exercices.filter(an=2025).update(clos_le=d.JOUR, clos_par=mess)
    avant = list(Depense.objects.values()), list(Ecriture.objects.values())
    piece = depense.joindre(par=lectrice, fichier=fabriques.fichier_pdf("facture.pdf"))
    assert list(depense.pieces.all()) == [piece]
    assert (list(Depense.objects.values()), list(Ecriture.objects.values())) == avant
    ligne = convention.journal.order_by("pk").last()
    assert (ligne.geste, ligne.par) == ("joindre-preuve", lectrice)
    assert (ligne.apres["pièce"], ligne.apres["reference"]) == ("facture.pdf", "JE-1")
    grand_livre_vrai()


def test_une_depense_contrepassee_ne_recoit_plus_de_piece(convention, lectrice):
    depense = d.depense(convention, par=lectrice)
    depense.contrepasser(par=lectrice, motif="Erreur")
    refus = refus_de(depense.joindre, par=lectrice, fichier=fabriques.fichier_pdf())
    assert refus == ["Contrepassée, cette ligne n’attend plus de pièce."]
    assert not PieceDepense.objects.exists()


def test_le_grand_livre_ne_contrepasse_pas_une_depense_a_la_place_de_sa_page(convention, lectrice):
    depense = d.depense(convention, par=lectrice)
    [phrase] = refus_de(DemandeAnnulation.demander, depense.ecriture.mouvement, par=lectrice, motif="x")
    assert "Dépense de la Table" in phrase


def test_une_depense_qui_manque_de_fonds_leve_aussi_au_grand_livre(convention, lectrice):
    with pytest.raises(PlafondDepasse):
        Ecriture.passer(
            convention,
            [(d.enveloppe(convention), "depense", Decimal("150000.01"))],
            nature="depense",
            par=lectrice,
            objet="Trop",
        )


@pytest.mark.parametrize("tapee", ["a\u200bb-1", "Ａb-1", " ab-1 ", "a\u2060b-1"])
def test_une_reference_se_compare_comme_on_la_voit(tapee):
    assert en_reference(tapee) == "AB-1"
