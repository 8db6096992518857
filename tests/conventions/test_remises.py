"""Remettre sa part à un territoire qui la gère : il dépense ce qui lui est remis, et rien de plus."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from alliances.models import Mandat
from alliances.models.mandats import droits_de
from conventions.attentes.remises import CONFIRMER
from conventions.models import (
    DemandeAnnulation,
    Depense,
    Ecriture,
    ReceptionDeRemise,
    Remise,
    Report,
)
from conventions.models.clotures import clore
from conventions.permissions import peut, peut_sur_l_enveloppe
from socle.annonces.attentes import taches
from socle.erreurs import PlafondDepasse
from socle.models import CibleDeService
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses as d
from tests.conventions import versements as v
from tests.conventions.fabriques import arbre_dresse, repartition_adoptee, report_adopte
from tests.conventions.test_depenses import refus_de
from tests.conventions.verite import grand_livre_vrai
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return d.convention_repartie(cadre.bsl)


@pytest.fixture
def locale(cadre):
    """Les finances de La Matapédia."""
    return d.du_territoire(cadre.bsl)


def solde(convention):
    return d.enveloppe(convention, d.LOCALE).solde


def centraliser(alliance):
    alliance.profil_gouvernance.gestion = "centralisee"
    alliance.profil_gouvernance.save()


def test_une_remise_quitte_le_disponible_de_l_enveloppe_du_territoire(convention, lectrice):
    avant = solde(convention)
    remise = d.remise(convention, par=lectrice)
    apres = solde(convention)
    assert (apres.remis, apres.disponible) == (Decimal("5000.00"), avant.disponible - 5000)
    assert d.remise(convention, par=lectrice) == remise
    assert Remise.objects.get() == remise
    assert Ecriture.objects.get(nature="remise").objet == "Remise à La Matapédia"
    grand_livre_vrai()


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_ce_qu_un_territoire_n_a_pas_depense_se_reporte_entre_ses_mains(convention, lectrice, locale):
    remise = d.remise(convention, par=lectrice)
    d.depense(convention, par=locale, nom=d.LOCALE, montant=Decimal("3000.00"))
    avant = solde(convention)
    enveloppe = d.enveloppe(convention, d.LOCALE)
    report = report_adopte(convention, montants={enveloppe: avant.disponible + Decimal("1500.00")})
    assert (solde(convention).disponible, solde(convention).remis) == (0, Decimal("500.00"))
    suite = d.enveloppe(convention, d.LOCALE, an=2026)
    assert (suite.solde.remis, suite.solde.disponible) == (Decimal("1500.00"), avant.disponible)
    saisie = d.saisie(convention, d.LOCALE, montant=Decimal("1500.00"), reference="JE-9")
    Depense.inscrire(par=locale, **saisie | {"enveloppe": suite, "faite_le": date(2026, 4, 1)})
    demande = DemandeAnnulation.demander(report.mouvement, par=locale, motif="x")
    with pytest.raises(PlafondDepasse, match="ne peut pas rendre plus"):
        demande.approuver(par=lectrice)
    assert "défaites le report" in " ".join(remise.empechements_a_contrepasser())
    grand_livre_vrai()


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_ce_qu_un_territoire_n_a_pas_depense_se_recupere_apres_le_disponible(cadre, lectrice):
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    v.versee(convention)
    d.remise(convention, par=lectrice)
    enveloppe = d.enveloppe(convention, d.LOCALE)
    autres = [e for e in Report.soldes_a_reporter(convention, 2025) if e[0] != enveloppe]
    report_adopte(convention, montants=dict(autres) | {enveloppe: enveloppe.solde.disponible})
    assert solde(convention).restant == Decimal("5000.00")
    options = {"parts": {enveloppe: Decimal("5000.01")}}
    assert "et 5 000,00 $ remis : il manque 0,01 $" in v.empeche(v.recuperer, convention, **options)[0]
    rendue = v.recuperer(convention, parts={enveloppe: Decimal("5000.00")})
    assert (solde(convention).remis, v.recu(convention)) == (0, Decimal("65000.00"))
    demande = DemandeAnnulation.demander(rendue.mouvement, par=lectrice, motif="x")
    demande.approuver(par=v.finances())
    assert solde(convention).remis == Decimal("5000.00")
    grand_livre_vrai()


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_clore_dit_par_territoire_ce_qui_est_remis_et_non_depense(convention, lectrice, mess, client_de):
    d.remise(convention, par=lectrice)
    page = client_de(mess).get(reverse("conventions:exercice_cloture", args=[convention.pk, 2025]))
    assert_html_accessible(page)
    assert "Remis et non dépensé, La Matapédia" in page.text
    assert "5\xa0000,00\xa0$ remis à des territoires ne sont pas dépensés" in page.text
    exercice = convention.exercices.select_related("convention").get(an=2025)
    clore(exercice, par=mess)
    ligne = convention.journal.get(geste="clore-exercice")
    assert ligne.apres["remis, non dépensé"] == "5\xa0000,00\xa0$"


def test_on_ne_remet_qu_a_un_territoire_qui_gere_sa_part(convention, lectrice, cadre):
    ailleurs = refus_de(d.remise, convention, par=lectrice, enveloppe=d.enveloppe(convention))
    assert "On ne remet qu’à un territoire qui gère sa part" in ailleurs[0]
    centraliser(cadre.bsl)
    assert "On ne remet qu’à un territoire" in refus_de(d.remise, convention, par=lectrice)[0]


def test_une_remise_ne_depasse_pas_l_enveloppe(convention, lectrice):
    [phrase] = refus_de(d.remise, convention, par=lectrice, montant=Decimal("400000.02"))
    assert "n’a que 400 000,01 $ de disponible" in phrase


def test_le_territoire_depense_ce_qui_lui_est_remis_et_rien_de_plus(convention, lectrice, locale):
    assert "il ne reste que 0,00 $" in refus_de(d.depense, convention, par=locale, nom=d.LOCALE)[0]
    d.remise(convention, par=lectrice)
    avant = solde(convention)
    depense = d.depense(convention, par=locale, nom=d.LOCALE)
    apres = solde(convention)
    assert (apres.remis, apres.depense) == (Decimal("4000.00"), Decimal("1000.00"))
    assert (apres.disponible, apres.employe) == (avant.disponible, avant.employe)
    trop = refus_de(d.depense, convention, par=locale, nom=d.LOCALE, reference="M-2", montant=Decimal(4001))
    assert trop == ["De ce qui est remis à « La Matapédia », il ne reste que 4 000,00 $."]
    grand_livre_vrai()
    depense.contrepasser(par=locale, motif="Faux.")
    assert (solde(convention).remis, solde(convention).depense) == (Decimal("5000.00"), 0)
    grand_livre_vrai()


def test_une_remise_deja_depensee_ne_se_contrepasse_pas(convention, lectrice, locale):
    remise = d.remise(convention, par=lectrice)
    depense = d.depense(convention, par=locale, nom=d.LOCALE)
    [phrase] = refus_de(remise.contrepasser, par=lectrice, motif="Erreur.")
    assert "il ne reste que 4 000,00 $ : contrepassez d’abord" in phrase
    depense.contrepasser(par=locale, motif="Faux.")
    remise.contrepasser(par=lectrice, motif="Erreur.")
    assert (solde(convention).remis, Remise.objects.total()) == (0, 0)


def test_le_territoire_confirme_une_fois_avoir_recu(convention, lectrice, locale):
    remise = d.remise(convention, par=lectrice)
    tot = refus_de(remise.recevoir, par=locale, recue_le=d.JOUR - timedelta(1))
    assert "la réception la suit" in tot[0]
    recue = remise.recevoir(par=locale, recue_le=d.JOUR)
    assert (recue.recue.recue_le, recue.recue.par) == (d.JOUR, locale)
    assert "déjà confirmée" in refus_de(remise.recevoir, par=locale, recue_le=d.JOUR)[0]
    assert ReceptionDeRemise.objects.count() == 1
    assert convention.journal.order_by("pk").last().geste == "recevoir-remise"


def a_confirmer(personne):
    return [tache for tache in taches(personne) if tache.geste == CONFIRMER]


def test_une_remise_a_confirmer_attend_le_territoire_et_lui_seul(convention, cadre, lectrice, agente, locale):
    remise = d.remise(convention, par=lectrice)
    CibleDeService.objects.update_or_create(etape="remise-confirmer", defaults={"jours": 4})
    [attente] = a_confirmer(locale)
    assert attente.lien == reverse("conventions:remise", args=[remise.pk])
    assert (attente.montant, attente.objet) == (remise.montant, f"{cadre.bsl.nom}, 2025-2026")
    assert (attente.depuis, attente.echeance) == (aujourd_hui(), aujourd_hui() + timedelta(4))
    for role in ("sign_territoire", "territoire"):
        assert len(a_confirmer(d.du_territoire(cadre.bsl, role))) == 1
    ailleurs = d.du_territoire(cadre.bsl, code="08")
    assert [a_confirmer(autre) for autre in (lectrice, agente, ailleurs)] == [[], [], []]
    remise.recevoir(par=locale, recue_le=d.JOUR)
    assert a_confirmer(locale) == []


def test_une_remise_contrepassee_ou_que_l_on_a_faite_soi_meme_n_attend_pas(convention, lectrice, locale):
    fabriques.mandater(lectrice, "fin_territoire", territoire=convention.alliance.territoires.get(code="07"))
    remise = d.remise(convention, par=lectrice)
    assert (len(a_confirmer(locale)), a_confirmer(lectrice)) == (1, [])
    remise.contrepasser(par=lectrice, motif="Erreur.")
    assert a_confirmer(locale) == []


def test_une_remise_n_attend_plus_si_la_table_reprend_la_part_ou_si_la_convention_finit(
    convention, cadre, lectrice, locale
):
    d.remise(convention, par=lectrice)
    centraliser(cadre.bsl)
    assert a_confirmer(locale) == []
    cadre.bsl.profil_gouvernance.gestion = "partagee"
    cadre.bsl.profil_gouvernance.save()
    assert len(a_confirmer(locale)) == 1
    type(convention).objects.filter(pk=convention.pk).update(
        etat="resiliee",
        fermee_le=aujourd_hui(),
        fermee_par=lectrice,
        fermeture_motif="m",
        fermeture_reglement="r",
    )
    assert a_confirmer(locale) == []


def test_qui_remet_ne_confirme_pas_avoir_recu(convention, lectrice, client_de):
    """Les finances du fiduciaire et celles d'un territoire sont une même main : une personne peut tenir les deux."""
    fabriques.mandater(lectrice, "fin_territoire", territoire=convention.alliance.territoires.get(code="07"))
    remise = d.remise(convention, par=lectrice)
    assert "une autre personne" in refus_de(remise.recevoir, par=lectrice, recue_le=d.JOUR)[0]
    page = client_de(lectrice).get(reverse("conventions:remise_reception", args=[remise.pk]))
    assert "Vous avez inscrit cette remise" in page.text


def test_recue_une_remise_se_defait_par_une_autre_personne_que_celle_qui_l_a_inscrite(
    convention, lectrice, locale
):
    remise = d.remise(convention, par=lectrice)
    remise.recevoir(par=locale, recue_le=d.JOUR)
    assert "une autre personne" in refus_de(remise.contrepasser, par=lectrice, motif="x")[0]
    assert remise.contrepasser(par=locale, motif="Rendue au fiduciaire.").net == 0
    assert refus_de(remise.recevoir, par=locale, recue_le=d.JOUR) == ["Cette remise est contrepassée."]


def test_le_grand_livre_ne_laisse_pas_depenser_plus_que_ce_qui_est_remis(convention, lectrice):
    d.remise(convention, par=lectrice)
    enveloppe = d.enveloppe(convention, d.LOCALE)
    lignes = [(enveloppe, "depense", Decimal(5001)), (enveloppe, "remis", Decimal(-5001))]
    with pytest.raises(PlafondDepasse):
        Ecriture.passer(convention, lignes, nature="depense", par=lectrice, objet="Trop")


# --- Les rôles d'un territoire ----------------------------------------------------------------------------


def test_les_finances_d_un_territoire_n_ont_aucun_droit_de_l_alliance(convention, cadre, locale):
    roles = cadre.bsl.roles_de(locale)
    assert roles == {"fin_territoire"}
    gestes = (
        "repartir",
        "demander-transfert",
        "demander-annulation",
        "preparer-report",
        "remettre",
        "joindre",
    )
    assert all(peut(locale, geste, convention) for geste in gestes)
    assert droits_de(locale).roles == {"fin_territoire"}


@pytest.mark.parametrize(
    "geste", ["depenser", "contrepasser-depense", "contrepasser-remise", "recevoir-remise"]
)
def test_une_personne_d_un_territoire_agit_sur_sa_part_et_sur_elle_seule(convention, cadre, locale, geste):
    permis = {
        nom: peut_sur_l_enveloppe(locale, geste, d.enveloppe(convention, nom)) is None
        for nom in (d.LOCALE, "La Matanie", d.COORDINATION)
    }
    assert permis == {d.LOCALE: True, "La Matanie": False, d.COORDINATION: False}
    centraliser(cadre.bsl)
    assert peut_sur_l_enveloppe(locale, geste, d.enveloppe(convention, d.LOCALE)) is not None


def test_les_finances_de_l_alliance_agissent_partout_sauf_confirmer_la_reception(convention, lectrice):
    for nom in (d.LOCALE, d.COORDINATION):
        enveloppe = d.enveloppe(convention, nom)
        for geste in ("depenser", "remettre", "contrepasser-remise"):
            assert peut_sur_l_enveloppe(lectrice, geste, enveloppe) is None
        assert peut_sur_l_enveloppe(lectrice, "recevoir-remise", enveloppe) is not None


@pytest.mark.parametrize("role", ["sign_territoire", "fin_territoire"])
def test_un_territoire_n_a_ces_roles_que_la_ou_la_gouvernance_lui_confie_sa_part(cadre, role):
    territoire = cadre.bsl.territoires.get(code="07")
    mandat = Mandat(utilisateur=fabriques.personne("observation"), role=role, territoire=territoire)
    mandat.clean()
    centraliser(cadre.bsl)
    with pytest.raises(ValidationError, match="ne gère pas sa part"):
        mandat.clean()


def test_la_portee_de_ces_roles_est_un_territoire(cadre):
    with pytest.raises(ValidationError, match="portée"):
        fabriques.personne("fin_territoire", cadre.bsl)
