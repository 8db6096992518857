"""La démonstration : refusée hors d'un poste, complète, conforme, rejouable sans rien perdre."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, DemandeIdentite, JournalAlliance, Mandat, ProfilGouvernance, Siege
from alliances.models.charge import confies_a
from alliances.plans import regles
from alliances.plans.models import JournalPlan, PlanAction, Priorite, VersionPlan
from alliances.plans.permissions import peut_rediger
from conventions.models import (
    Avenant,
    Convention,
    DemandeAnnulation,
    Depense,
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    JournalConvention,
    PartieConvention,
    Prolongation,
    Recuperation,
    Remise,
    Repartition,
    Report,
    Transfert,
    Versement,
)
from demonstration.chargement import demander_les_documents
from demonstration.lecture import fiche
from demonstration.personnes import MOT_DE_PASSE, mandats_de
from socle.annonces.attentes import taches
from socle.models import Notification, Utilisateur
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import jour_de
from tests.demonstration import charger

ETATS = {
    "bas-saint-laurent": "approuvee brouillon",
    "lanaudiere": "brouillon",
    "mauricie": "approuvee deposee",
    "laval": "approuvee a_corriger",
    "outaouais": "approuvee a_corriger",
    "chaudiere-appalaches": "approuvee brouillon",
    "centre-du-quebec": "remplacee approuvee",
    "capitale-nationale": "approuvee avisee",
    "laurentides": "refusee",
    "monteregie": "deposee",
    "gaspesie": "approuvee deposee",
    "baie-james": "approuvee adoptee",
}


def versions(slug):
    return list(VersionPlan.objects.filter(plan__alliance__slug=slug).order_by("numero"))


# --- La commande ----------------------------------------------------------------------------------------


def test_la_demonstration_est_refusee_sans_debug(db):
    avant = Utilisateur.objects.count()
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("charger_demonstration")
    assert Utilisateur.objects.count() == avant


def test_elle_joue_chaque_histoire(demonstration):
    assert Alliance.objects.filter(cycle__code="2024-2029").count() == 21
    assert {slug: " ".join(v.etat for v in versions(slug)) for slug in ETATS} == ETATS
    assert PlanAction.objects.count() == 20
    assert [versions(slug)[0].est_deposee_tard for slug in ("monteregie", "mauricie")] == [True, False]
    assert versions("abitibi-temiscamingue")[0].tour == 2
    assert versions("laval")[1].demandes.ouvertes().count() == 2
    assert len({i.champ_parent for i in versions("bas-saint-laurent")[1].indicateurs.all()}) == 3
    prete, en_cours = versions("mauricie")[1], versions("gaspesie")[1]
    assert (bool(prete.analyse_note), prete.controles.count()) == (True, 15)
    assert (en_cours.analyse_le, en_cours.controles.count()) == (None, 8)


def test_quatorze_plans_sont_approuves_en_2025_avant_tout_versement_qui_les_attend(demonstration):
    premieres = VersionPlan.objects.filter(numero=1, etat__in=("approuvee", "remplacee"))
    assert premieres.filter(decidee_le__year=2025).count() == premieres.count() == 14
    for version in premieres.select_related("plan"):
        attendent = Versement.objects.filter(
            echeance__convention__alliance=version.plan.alliance_id, echeance__rang__gt=1
        )
        assert attendent.exists()
        assert not attendent.filter(verse_le__lt=jour_de(version.decidee_le)).exists()


def test_aucun_versement_ne_precede_la_signature_ni_le_rapport_qu_il_attend(demonstration):
    assert not Versement.objects.filter(verse_le__lt=F("echeance__convention__signee_le")).exists()
    selon_rapport = EcheanceVersement.objects.filter(condition="rapport_accepte", liberee_le__isnull=False)
    assert selon_rapport.count() > 40
    for echeance in selon_rapport.select_related("convention"):
        rapport = echeance.convention.obligations.get(nature="rapport_annuel", an=echeance.rapport_an)
        assert rapport.acceptee_le <= echeance.liberee_le
        assert rapport.acceptee_par != rapport.recue_par


def test_une_table_sans_plan_approuve_ne_depense_pas_plus_qu_elle_n_a_recu(demonstration):
    for convention in Convention.objects.filter(etat="signee"):
        sommes = convention.sommes()
        assert sum(s.depense + s.remis for s in sommes) <= sum(s.recu for s in sommes), convention


def test_chaque_plan_termine_est_conforme_et_celui_de_lanaudiere_ne_l_est_pas(demonstration):
    incomplets = {"cote-nord", "eeyou-istchee", "premieres-nations", "lanaudiere"}
    avec_erreur = {
        version.plan.alliance.slug
        for version in VersionPlan.objects.select_related("plan__alliance__cycle")
        if regles.bloquants(regles.constats(version.contenu(), timezone.localdate()))
    }
    assert avec_erreur == incomplets
    bsl = versions("bas-saint-laurent")[1]
    assert bsl.empechements_a_deposer() == [
        "La Table doit d’abord adopter le plan\xa0: inscrivez la date et la résolution."
    ]


def test_le_journal_est_intact_et_les_depots_ont_leur_instantane(demonstration):
    assert premiere_rupture(JournalPlan) is None
    assert premiere_rupture(JournalAlliance) is None
    for version in VersionPlan.objects.filter(tour__gt=0):
        depots = version.instantanes.filter(circonstance="depot")
        assert depots.count() == version.tour
        assert all(depot.est_intact() and depot.document for depot in depots)
    gestes = [ligne.geste for ligne in versions("estrie")[0].journal.order_by("pk")]
    assert gestes == [
        *("ouvrir", "adopter", "deposer", "commencer-examen", "terminer-analyse", "rendre-avis", "approuver")
    ]


def test_les_pdf_deposes_et_decides_partent_en_file(demonstration, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as demandes:
        demander_les_documents(Alliance.objects.get(slug="estrie"))
    assert len(demandes) == 2


def test_rien_n_arrive_dans_le_futur(demonstration):
    for journal in (JournalPlan, JournalAlliance, JournalConvention, Ecriture):
        assert not journal.objects.filter(inscrite_le__gt=timezone.now()).exists()


def test_chaque_geste_est_inscrit_a_sa_date(demonstration):
    anciens = ("signer", "transmettre", "clore-exercice", "adopter-repartition", "recevoir")
    for geste in anciens:
        lignes = JournalConvention.objects.filter(geste=geste, convention__etat="signee")
        assert lignes.exists()
        assert not lignes.filter(inscrite_le__gt=timezone.now() - timedelta(20)).exists(), geste


def test_la_ressource_d_un_territoire_redige_sa_priorite_locale_et_elle_seule(demonstration):
    territoire = Utilisateur.objects.get(courriel="territoire@alliances.example")
    _, version = versions("bas-saint-laurent")
    redigees = [p.titre for p in version.priorites.all() if peut_rediger(territoire, version, p) is None]
    assert redigees == ["Habiter et cultiver la vallée, ensemble"]


def test_la_ressource_de_la_matapedia_change_de_mandat(demonstration, client_de):
    client = client_de(Utilisateur.objects.get(courriel="territoire@alliances.example"))
    bandeau = ("Ressource de territoire", "Porteur")
    assert [m.get_role_display() for m in client.get("/").context["mandats"]] == list(bandeau)
    assert client.get("/").context["contexte_mandat"]["role"] == bandeau[0]
    second = Mandat.objects.get(utilisateur__courriel="territoire@alliances.example", role="porteur")
    page = client.post(reverse("alliances:contexte"), {"mandat": second.pk}, follow=True)
    assert "Vous travaillez maintenant ainsi\xa0: Porteur – MRC de La Matapédia." in page.text
    assert page.context["contexte_mandat"]["role"] == bandeau[1]
    assert [m.get_role_display() for m in page.context["mandats"]] == list(reversed(bandeau))
    _, version = versions("bas-saint-laurent")
    assert client.get(reverse("plans:tableau", args=[version.pk])).status_code == 200
    lignes = demonstration.splitlines()
    rang = next(n for n, ligne in enumerate(lignes) if "territoire@" in ligne)
    assert lignes[rang + 1].split("  ")[-1].strip() == "MRC de La Matapédia"


def test_le_journal_et_les_notifications_du_bas_saint_laurent_racontent_quelque_chose(demonstration):
    gestes = {ligne.geste for ligne in JournalAlliance.objects.filter(alliance__slug="bas-saint-laurent")}
    assert gestes >= {"ajouter-contact", "ajouter-profil", "ajouter-participation"}
    recues = Notification.objects.filter(destinataire__courriel="coordination@alliances.example")
    assert recues.non_lues().exists()
    assert not Notification.objects.filter(courriel__envoye_le=None).exists()
    assert not Notification.objects.filter(creee_le__gt=timezone.now()).exists()


@pytest.mark.parametrize("slug", ["chaudiere-appalaches", "bas-saint-laurent", "gaspesie"])
def test_une_modification_change_trois_choses_dont_une_priorite_de_plus(demonstration, slug):
    avant, apres = versions(slug)
    assert apres.motif.startswith("Ajout d’une priorité")
    assert apres.priorites.count() == avant.priorites.count() + 1
    assert apres.sections.get(code="2a").texte != avant.sections.get(code="2a").texte
    cles = {str(p.cle) for p in avant.priorites.all()}
    assert cles < {str(p.cle) for p in apres.priorites.all()}


def test_les_comptes_du_tableau_entrent_et_les_figurants_non(demonstration):
    for compte in fiche("comptes")["comptes"]:
        utilisateur = Utilisateur.objects.get(courriel=f"{compte['adresse']}@alliances.example")
        assert utilisateur.is_active
        assert utilisateur.check_password(MOT_DE_PASSE)
        assert EmailAddress.objects.get(user=utilisateur).verified
        siens = Mandat.objects.en_vigueur().filter(utilisateur=utilisateur, remplace=None)
        roles = siens.values_list("role", flat=True)
        assert sorted(roles) == sorted(mandat["role"] for mandat in mandats_de(compte))
        assert utilisateur.courriel in demonstration
    figurants = Utilisateur.objects.filter(is_active=False)
    assert figurants.exists()
    assert not any(figurant.has_usable_password() for figurant in figurants)
    assert [admin.courriel for admin in Utilisateur.objects.filter(is_staff=True).order_by("courriel")] == [
        "admin2@alliances.example",
        "admin@alliances.example",
    ]


def test_l_analyste_de_lanaudiere_remplace_celle_du_bas_saint_laurent(demonstration):
    remplacante = Utilisateur.objects.get(courriel="dgsq.lanaudiere@alliances.example")
    interim = Mandat.objects.en_vigueur().get(utilisateur=remplacante, remplace__isnull=False)
    assert interim.interim.startswith(f"Intérim de {interim.remplace.utilisateur}, jusqu’au ")
    confies = PlanAction.objects.filter(confies_a(remplacante)).values_list("alliance__slug", flat=True)
    assert set(confies) == {"bas-saint-laurent", "lanaudiere"}
    assert not Convention.objects.filter(en_charge=None).exists()


def test_les_gouvernances_sont_toutes_decrites_et_disent_qu_elles_sont_fictives(demonstration):
    profils = ProfilGouvernance.objects.select_related("alliance")
    assert profils.count() == 21
    assert {p.alliance.slug for p in profils if "fictif" not in p.modalite_propre} == {"bas-saint-laurent"}
    table = Alliance.objects.get(slug="bas-saint-laurent").instances.first()
    sieges = Siege.objects.filter(instance_gouvernance=table)
    assert sum(siege.prevus for siege in sieges) == 25
    assert [siege.libelle for siege in sieges if siege.vacants] == ["Immigration"]


def test_les_montants_non_publies_sont_marques_fictifs(demonstration):
    alliances = Alliance.objects.filter(cycle__code="2024-2029")
    assert {a.slug for a in alliances if not a.montant_fictif} == {
        "mauricie",
        "chaudiere-appalaches",
        "laval",
    }
    assert sum(alliance.montant for alliance in alliances) == 145_360_000


def test_qui_recoit_l_argent_a_un_numero_de_fournisseur_qui_se_dit_fictif(demonstration):
    autorises = EcheanceVersement.objects.filter(etat="autorisee")
    numeros = set(autorises.values_list("fournisseur_fige", flat=True))
    assert len(numeros) > 1
    assert all(numero.startswith("FICTIF-") for numero in numeros)


def test_la_relancer_garde_ce_qui_a_ete_saisi(demonstration):
    version = versions("lanaudiere")[0]
    version.sections.filter(code="2b").update(texte="<p>Tapé par la coordination.</p>")
    coordination = Utilisateur.objects.get(courriel="coordination@alliances.example")
    coordination.set_password("un-autre-mot-de-passe")
    coordination.save()
    Mandat.objects.filter(role="finances").update(fin=timezone.localdate())
    comptes = [m.objects.count() for m in (Utilisateur, Mandat, VersionPlan, Priorite, JournalPlan, Siege)]
    assert "ajoutés\u00a0: 0" in charger()
    assert comptes == [
        m.objects.count() for m in (Utilisateur, Mandat, VersionPlan, Priorite, JournalPlan, Siege)
    ]
    assert version.sections.get(code="2b").texte == "<p>Tapé par la coordination.</p>"
    coordination.refresh_from_db()
    assert coordination.check_password("un-autre-mot-de-passe")
    assert not Mandat.objects.en_vigueur().filter(role="finances").exists()


def test_un_plan_ouvert_a_la_main_n_est_pas_touche(demonstration):
    kativik = Alliance.objects.get(slug="kativik")
    assert not PlanAction.objects.filter(alliance=kativik).exists()
    plan = PlanAction.ouvrir(kativik, par=None)
    charger()
    assert [version.etat for version in versions("kativik")] == ["brouillon"]
    assert not Priorite.objects.filter(version__plan=plan).exists()
    assert PlanAction.objects.count() == 21


def test_les_conventions_montrent_chaque_etat_et_chaque_mode_de_gestion(demonstration):
    etats = set(Convention.objects.values_list("etat", flat=True))
    assert etats == {"preparation", "transmise", "signee", "resiliee"}
    assert Convention.objects.values("alliance").distinct().count() == 21
    assert not Convention.objects.filter(montants_fictifs=False).exists()
    volets = set(Enveloppe.objects.values_list("volet", flat=True))
    assert volets == set(Enveloppe.Volet.values)
    fixes = Enveloppe.objects.filter(volet="priorite", montant_fixe=True, parent__volet="centralise")
    assert fixes.filter(an=2026, solde__alloue__gt=0).count() == 3
    sans_part_regionale = Convention.objects.filter(part_regionale=0, etat="signee")
    assert not Enveloppe.objects.filter(convention__in=sans_part_regionale, volet="regional").exists()
    assert sans_part_regionale.exists()
    call_command("verifier_grand_livre", stdout=StringIO())


def test_l_argent_s_arrete_a_chaque_etape(demonstration):
    etats = set(EcheanceVersement.objects.values_list("etat", flat=True))
    assert etats == set(EcheanceVersement.Etat.values)
    assert Avenant.objects.ouverts().exists()
    assert set(Transfert.objects.values_list("etat", flat=True)) == {"demandee", "approuvee"}
    entamee = EcheanceVersement.objects.filter(etat="autorisee").payees().get()
    assert 0 < entamee.verse() < entamee.montant


def test_vingt_et_un_versements_sont_a_autoriser_et_un_seul_est_bloque(demonstration):
    a_autoriser = EcheanceVersement.objects.filter(etat="recommandee").avec_convention()
    bloques = [e for e in a_autoriser.a_montrer() if e.empechements_a_autoriser()]
    assert a_autoriser.count() >= 21
    assert [e.convention.alliance.slug for e in bloques] == ["centre-du-quebec"]
    derogation = Derogation.objects.en_vigueur().get()
    approbation = Utilisateur.objects.get(courriel="approbation@alliances.example")
    assert derogation.echeance.empechements_a_autoriser_par(approbation) == []
    assert derogation.echeance.empechements_a_autoriser_par(derogation.accordee_par)


def test_les_exercices_finis_sont_clos_repartis_depenses_et_reportes(demonstration):
    convention = Convention.objects.get(alliance__slug="gaspesie")
    clos = convention.exercices.filter(clos_le__isnull=False)
    assert [ligne.an for ligne in clos] == [2024, 2025]
    court, entier = (ligne.montant for ligne in clos)
    assert court < entier / 2
    for ligne in clos:
        assert Repartition.objects.get(convention=convention, an=ligne.an).etat == "adoptee"
        assert Report.objects.en_vigueur().filter(convention=convention, an=ligne.an).exists()
        assert Depense.objects.filter(enveloppe__convention=convention, enveloppe__an=ligne.an).exists()
    assert Recuperation.objects.filter(convention__alliance__slug="saguenay-lac-saint-jean").exists()


def test_la_matapedia_a_recu_une_remise_la_depense_et_en_attend_une_autre(demonstration):
    recue, attendue = Remise.objects.order_by("faite_le")
    assert (recue.recue.par.courriel, attendue.recue) == ("territoire@alliances.example", None)
    siennes = Depense.objects.filter(par__courriel="finances.matapedia@alliances.example")
    assert 0 < siennes.total() < recue.montant


def test_la_convention_resiliee_est_reglee_au_sou_et_a_une_suite(demonstration):
    resiliee = Convention.objects.get(etat="resiliee")
    assert [(s.an, s.disponible) for s in resiliee.sommes() if s.disponible] == []
    suivante = Convention.objects.get(alliance=resiliee.alliance, etat="signee")
    assert suivante.debut == resiliee.fermee_le + timedelta(1)
    assert sum(s.recu for s in resiliee.sommes()) + suivante.montant() == resiliee.alliance.montant


def test_chaque_reponse_attendue_a_sa_personne(demonstration):
    [defaire] = DemandeAnnulation.objects.en_attente()
    signature = Utilisateur.objects.get(courriel="signature@alliances.example")
    assert defaire.empechements_a_approuver_par(signature) == []
    [identite] = DemandeIdentite.objects.en_attente()
    assert identite.organisme in [p.organisme for p in defaire.convention.parties.all()]
    assert [m.role for m in Mandat.objects.confirmables_par(signature)] == ["finances"]
    de_la_mrc = Utilisateur.objects.get(courriel="signature.matapedia@alliances.example")
    siens = {tache.geste.un for tache in taches(de_la_mrc)}
    assert siens >= {"Signer l’avenant pour votre MRC", "Confirmer la réception d’une remise"}


def test_lanaudiere_ecrit_encore_sous_une_prolongation_motivee(demonstration):
    prolongation = Prolongation.objects.get(obligation__convention__alliance__slug="lanaudiere")
    assert prolongation.motif
    plan = versions("lanaudiere")[0].plan
    assert plan.echeance == prolongation.nouvelle > timezone.localdate()


def test_chaque_mrc_du_bas_saint_laurent_couvre_son_territoire(demonstration):
    cosignent = PartieConvention.objects.filter(role="cosignataire")
    parties = cosignent.filter(convention__alliance__slug="bas-saint-laurent")
    couverts = {str(partie.organisme): [t.nom for t in partie.territoires.all()] for partie in parties}
    assert couverts["MRC des Basques"] == ["Les Basques"]
    assert sorted(nom for noms in couverts.values() for nom in noms) == sorted(
        Alliance.objects.get(slug="bas-saint-laurent").territoires.values_list("nom", flat=True)
    )
