"""La démonstration : refusée hors d'un poste, complète, conforme, rejouable sans rien perdre."""

from io import BytesIO, StringIO

import pikepdf
import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, JournalAlliance, Mandat, ProfilGouvernance, Siege
from alliances.models.charge import confies_a
from alliances.plans import regles
from alliances.plans.models import JournalPlan, PlanAction, Priorite, VersionPlan
from alliances.plans.permissions import peut_rediger
from conventions.models import (
    Avenant,
    Convention,
    Depense,
    Derogation,
    EcheanceVersement,
    Enveloppe,
    PartieConvention,
    Remise,
    Transfert,
)
from demonstration.chargement import demander_les_documents
from demonstration.lecture import fiche, plan_ecrit, textes
from demonstration.personnes import MOT_DE_PASSE, mandats_de
from demonstration.resolution import resolution_pdf
from socle.models import Notification, Utilisateur
from socle.models.chaines import premiere_rupture
from socle.texte.riche import nettoyer, nombre_de_mots, texte_nu

ETATS = {
    "bas-saint-laurent": "brouillon",
    "lanaudiere": "brouillon",
    "mauricie": "deposee",
    "laval": "a_corriger",
    "outaouais": "a_corriger",
    "chaudiere-appalaches": "approuvee brouillon",
    "centre-du-quebec": "remplacee approuvee",
    "capitale-nationale": "avisee",
    "laurentides": "refusee",
    "baie-james": "adoptee",
}


def charger():
    sortie = StringIO()
    with override_settings(DEBUG=True):
        call_command("charger_demonstration", stdout=sortie)
    return sortie.getvalue()


@pytest.fixture(scope="module")
def chargee(django_db_setup, django_db_blocker):
    """La démonstration chargée une fois pour tout le fichier, puis défaite."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield charger()
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(chargee, db):
    """Ce que la commande a écrit; chaque essai défait ce qu'il change."""
    return chargee


def versions(slug):
    return list(VersionPlan.objects.filter(plan__alliance__slug=slug).order_by("numero"))


# --- Les contenus ---------------------------------------------------------------------------------------


def fragments():
    plan = plan_ecrit("bas_saint_laurent")
    yield from plan["sections"].items()
    for dossier in ("banque/sections", "banque/sections_ville"):
        yield from textes(dossier).items()
    for priorite in plan["priorites"]:
        yield from ((champ, priorite[champ].strip()) for champ in ("raison", "changement", "articulation"))


def test_les_textes_sont_deja_du_html_assaini():
    for code, html in fragments():
        assert texte_nu(nettoyer(html)) == texte_nu(html), code
        assert nettoyer(nettoyer(html)) == nettoyer(html), code


def test_les_textes_suivent_la_typographie_d_ici():
    for code, html in fragments():
        texte = texte_nu(html)
        assert "'" not in texte, code
        assert not [signe for signe in (" :", " ;", " ?", " !", "« ", " »", " %", " $") if signe in texte], (
            code
        )


def test_le_plan_du_bas_saint_laurent_est_ecrit_en_entier():
    plan = plan_ecrit("bas_saint_laurent")
    assert len(plan["sections"]) == 13
    assert all(150 <= nombre_de_mots(html) <= 450 for html in plan["sections"].values())
    locales = [p["territoires"] for p in plan["priorites"] if p["palier"] == "local"]
    assert len(plan["priorites"]) == 8
    assert locales == [["07"], ["13"]]
    moyens = [m for p in plan["priorites"] for o in p["objectifs"] for m in o["moyens"]]
    assert all(2 <= len(p["objectifs"]) <= 3 for p in plan["priorites"])
    assert {code for moyen in moyens for code in moyen["territoires"]} == {
        *["07", "08", "09", "10", "11", "12", "13", "14"]
    }
    assert {moyen["responsable"] for moyen in moyens} <= {o["nom"] for o in fiche("comptes")["organismes"]}


def test_la_resolution_est_un_vrai_pdf_d_une_page():
    piece = resolution_pdf(numero="2025-01", organisme="Table (régionale)", le=timezone.now())
    with pikepdf.open(BytesIO(piece.read())) as pdf:
        assert len(pdf.pages) == 1
        assert b"Table \\(r\xe9gionale\\)" in pdf.pages[0].Contents.read_bytes()


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
    assert all(
        v.est_en_retard or v.est_deposee_tard for s in ("cote-nord", "monteregie") for v in versions(s)
    )
    assert not versions("mauricie")[0].est_deposee_tard
    assert versions("abitibi-temiscamingue")[0].tour == 2
    assert versions("laval")[0].demandes.ouvertes().count() == 2


def test_chaque_plan_termine_est_conforme_et_celui_de_lanaudiere_ne_l_est_pas(demonstration):
    incomplets = {"cote-nord", "eeyou-istchee", "premieres-nations", "lanaudiere"}
    avec_erreur = {
        version.plan.alliance.slug
        for version in VersionPlan.objects.select_related("plan__alliance__cycle")
        if regles.bloquants(regles.constats(version.contenu(), timezone.localdate()))
    }
    assert avec_erreur == incomplets
    bsl = versions("bas-saint-laurent")[0]
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
    assert gestes == ["ouvrir", "adopter", "deposer", "commencer-examen", "rendre-avis", "approuver"]


def test_les_pdf_deposes_et_decides_partent_en_file(demonstration, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as demandes:
        demander_les_documents(Alliance.objects.get(slug="estrie"))
    assert len(demandes) == 2


def test_rien_n_arrive_dans_le_futur(demonstration):
    assert not JournalPlan.objects.filter(inscrite_le__gt=timezone.now()).exists()


def test_la_ressource_d_un_territoire_redige_sa_priorite_locale_et_elle_seule(demonstration):
    territoire = Utilisateur.objects.get(courriel="territoire@alliances.example")
    (version,) = versions("bas-saint-laurent")
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
    (version,) = versions("bas-saint-laurent")
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


def test_la_modification_de_chaudiere_appalaches_change_trois_choses(demonstration):
    avant, apres = versions("chaudiere-appalaches")
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
    assert set(Convention.objects.values_list("etat", flat=True)) == {"preparation", "transmise", "signee"}
    assert Convention.objects.values("alliance").distinct().count() == 21
    volets = set(Enveloppe.objects.values_list("volet", flat=True))
    assert volets == set(Enveloppe.Volet.values)
    fixes = Enveloppe.objects.filter(volet="priorite", montant_fixe=True, parent__volet="centralise")
    assert fixes.filter(solde__alloue__gt=0).count() == 3
    sans_part_regionale = Convention.objects.filter(part_regionale=0, etat="signee")
    assert not Enveloppe.objects.filter(convention__in=sans_part_regionale, volet="regional").exists()
    assert sans_part_regionale.exists()
    call_command("verifier_grand_livre", stdout=StringIO())


def test_l_argent_s_arrete_a_chaque_etape(demonstration):
    etats = set(EcheanceVersement.objects.values_list("etat", flat=True))
    assert etats == set(EcheanceVersement.Etat.values) - {"annulee"}
    assert Avenant.objects.ouverts().exists()
    assert Derogation.objects.en_vigueur().exists()
    assert set(Transfert.objects.values_list("etat", flat=True)) == {"demande", "approuve"}


def test_chaque_mrc_du_bas_saint_laurent_couvre_son_territoire(demonstration):
    parties = PartieConvention.objects.filter(
        convention__alliance__slug="bas-saint-laurent", role="cosignataire"
    )
    couverts = {str(partie.organisme): [t.nom for t in partie.territoires.all()] for partie in parties}
    assert couverts["MRC des Basques"] == ["Les Basques"]
    assert sorted(nom for noms in couverts.values() for nom in noms) == sorted(
        Alliance.objects.get(slug="bas-saint-laurent").territoires.values_list("nom", flat=True)
    )


def test_la_table_a_depense_et_la_matapedia_aussi_de_ce_qui_lui_est_remis(demonstration):
    depenses = Depense.objects.filter(convention__alliance__slug="bas-saint-laurent")
    assert {d.enveloppe.volet for d in depenses} == {"coordination", "participation", "territoire"}
    remise = Remise.objects.lues().get()
    assert (str(remise.enveloppe), remise.recue.par.courriel) == (
        "La Matapédia",
        "finances.mrc@alliances.example",
    )
    assert remise.enveloppe.solde.remis == remise.montant - remise.enveloppe.solde.depense
    assert remise.enveloppe.solde.depense == depenses.filter(enveloppe=remise.enveloppe).total() > 0
