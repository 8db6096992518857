"""De l'analyse à l'avis : la note, ce qui n'a pas été lu, ce qui se reprend d'un dépôt à l'autre, pour quand."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliances.models import Mandat
from alliances.plans.attentes import en_attente, taches
from alliances.plans.models import ControleExamen, LectureSection, VersionPlan
from alliances.plans.notifications import annoncer_plan
from alliances.plans.permissions import peut
from alliances.plans.tours import (
    CIBLES_DES_ETAPES,
    ETAPES_EN_BASE,
    delai_de,
    en_retard,
    etape_de,
    pour_en_base,
)
from socle.erreurs import TransitionInterdite
from socle.models import CibleDeService, Notification
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.plans.test_examen import corriger

pytestmark = pytest.mark.django_db


def page(nom, version):
    return reverse(f"plans:{nom}", args=[version.pk])


def test_l_analyste_dit_le_plan_pret_et_la_direction_lit_sa_note(
    cadre, analyste, direction, agente, client_de
):
    version = fabriques.version_deposee(cadre.bsl)
    client = client_de(analyste)
    a_terminer = client.get(page("analyse", version))
    assert_html_accessible(a_terminer)
    assert "n’a marquées comme lues" in a_terminer.text
    assert "n’est pas déclarée terminée" not in a_terminer.text
    assert client.post(page("analyse", version), {"note": "Trois cibles à surveiller."}).status_code == 302
    assert_html_accessible(client.get(page("analyse_reprise", version)))
    avis = client_de(direction).get(page("avis", version))
    assert_html_accessible(avis)
    assert "Trois cibles à surveiller." in avis.text
    lue = client_de(agente).get(reverse("plans:dossier", args=[version.plan_id])).text
    assert "Analyse terminée" in lue
    assert "Trois cibles" not in lue


def test_la_fin_de_l_analyse_a_sa_note_sa_date_et_sa_personne(cadre, analyste):
    version = fabriques.version_deposee(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="Écrivez la note"):
        version.terminer_l_analyse(par=analyste, note=" ")
    with pytest.raises(IntegrityError, match="version_analyse_complete"), transaction.atomic():
        VersionPlan.objects.filter(pk=version.pk).update(analyse_le=timezone.now())


def test_un_retour_efface_l_analyse_le_nouveau_depot_la_redemande(
    cadre, analyste, direction, agente, signataire
):
    version = fabriques.version_deposee(cadre.bsl).terminer_l_analyse(par=analyste, note="Bien.")
    version.demandes.create(
        cible_objet="section", cible_cle="1d", raison="incomplet", texte="Précisez.", demandee_par=direction
    )
    version = version.retourner(par=direction)
    assert (version.analyse_le, version.analyse_note) == (None, "")


@pytest.mark.parametrize("nom", ["avis", "approbation", "refus"])
def test_qui_se_prononce_lit_ce_qui_n_a_ete_ni_lu_ni_controle(cadre, direction, approbation, client_de, nom):
    etat, personne = ("deposee", direction) if nom == "avis" else ("avisee", approbation)
    version = getattr(fabriques, f"version_{etat}")(cadre.bsl)
    reponse = client_de(personne).get(page(nom, version))
    assert_html_accessible(reponse)
    for phrase in ("n’est pas déclarée terminée", "15 sections sur 15", "0 élément sur 15 contrôlé"):
        assert phrase in reponse.text


def test_rien_ne_manque_quand_tout_est_lu_et_controle(cadre, analyste, direction, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    codes = [section.code for section in version.sections.all()]
    LectureSection.marquer(version, "en-tete", "3-9", *codes, par=analyste)
    reponses = [(numero, "conforme", "", ("", "")) for numero in range(1, 16)]
    ControleExamen.remplir(version, par=analyste, reponses=reponses)
    fabriques.relire(version).terminer_l_analyse(par=analyste, note="Tout est conforme.")
    assert client_de(direction).get(page("avis", version)).context["lacunes"] == []


def test_au_nouveau_depot_la_liste_de_controle_reprend_ce_qui_n_a_pas_change(
    cadre, analyste, agente, signataire, client_de
):
    version = fabriques.version_deposee(cadre.bsl)
    for element in (10, 12):  # la participation (section 1d) et le dépôt des demandes (section 10b)
        ControleExamen.inscrire(version, element, par=analyste, resultat="conforme", note=f"note {element}")
    version.demandes.create(
        cible_objet="section", cible_cle="1d", raison="incomplet", texte="Précisez.", demandee_par=analyste
    )
    version = fabriques.relire(fabriques.relire(version).retourner(par=analyste))
    corriger(version, agente)
    version = fabriques.relire(fabriques.relire(version).deposer(par=signataire, certifie=True))
    (repris,) = version.controles.filter(tour=2)
    assert (repris.element, repris.vu_au_depot, repris.note) == (12, 1, "note 12")
    reponse = client_de(analyste).get(page("controle", version))
    assert_html_accessible(reponse)
    assert "Vu au dépôt" in reponse.text
    revu = ControleExamen.inscrire(version, 12, par=analyste, resultat="a_preciser")
    assert revu.vu_au_depot is None


# --- Une région sans analyste -----------------------------------------------------------------------------


def titres(personne):
    return [tache.titre for tache in taches(fabriques.Utilisateur.objects.get(pk=personne.pk))]


def attendus_du_depot():
    prevenues = Notification.objects.filter(cle__startswith="plan:depot", a_suivre=True)
    return {notification.destinataire for notification in prevenues}


def sans(*roles):
    """Plus personne ne tient ces rôles."""
    Mandat.objects.filter(role__in=roles).update(fin=fabriques.DEBUT)


@pytest.mark.parametrize("depart", ["mandat", "compte"])
def test_sans_analyste_la_direction_est_appelee_et_l_attente_le_dit(
    cadre, analyste, direction, mess, signataire, depart
):
    version = fabriques.version_deposee(cadre.bsl)
    assert (titres(analyste), titres(direction), titres(mess)) == (["Examiner le plan"], [], [])
    if depart == "mandat":
        sans("dgsq")
    else:
        fabriques.Utilisateur.objects.filter(pk__in=en_poste("dgsq")).update(is_active=False)
    assert titres(direction) == ["Examiner le plan, faute d’analyste dans la région"]
    assert titres(mess) == []
    annoncer_plan(fabriques.relire(version), "depot", par=signataire)
    assert attendus_du_depot() == {direction}
    version.demandes.create(
        cible_objet="section", cible_cle="1a", raison="incomplet", texte="x", demandee_par=direction
    )
    assert titres(direction) == ["Retourner le plan à la Table, faute d’analyste dans la région"]


def en_poste(role):
    return Mandat.objects.filter(role=role).values("utilisateur")


def test_sans_analyste_ni_direction_le_ministere_est_appele(
    cadre, analyste, direction, mess, signataire, client_de
):
    version = fabriques.version_deposee(cadre.bsl)
    sans("dgsq", "direction_dgsq")
    titre = "Examiner le plan, faute de personne à Services Québec dans la région"
    assert (titres(direction), titres(mess)) == ([], [titre])
    annoncer_plan(fabriques.relire(version), "depot", par=signataire)
    assert attendus_du_depot() == {mess}
    lignes = client_de(mess).get(reverse("plans:liste"), {"miens": "on"}).context["liste"].page
    assert [ligne.alliance for ligne in lignes] == [cadre.bsl]
    fabriques.personne("dgsq", cadre.bsl.regions.get())
    assert titres(mess) == []


def test_sans_direction_a_l_avis_le_ministere_en_fait_nommer_une(cadre, analyste, direction, mess, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    version.terminer_l_analyse(par=analyste, note="Bien.")
    assert (titres(direction), titres(mess)) == (["Rendre l’avis sur le plan"], [])
    sans("direction_dgsq")
    titre = "Faire nommer une direction dans la région, pour l’avis sur le plan"
    assert (titres(analyste), titres(direction), titres(mess)) == ([], [], [titre])
    assert peut(mess, "rendre-avis", version) is not None
    [prevenue] = annoncer_plan(fabriques.relire(version), "analyse", par=analyste)
    assert (prevenue.destinataire, prevenue.a_suivre) == (mess, True)
    lignes = client_de(mess).get(reverse("plans:liste"), {"miens": "on"}).context["liste"].page
    assert [ligne.alliance for ligne in lignes] == [cadre.bsl]
    fabriques.personne("direction_dgsq", cadre.bsl.regions.get())
    assert titres(mess) == []


def test_la_page_dit_qui_sera_appele_avant_de_terminer_l_analyse(cadre, analyste, direction, client_de):
    adresse, client = page("analyse", fabriques.version_deposee(cadre.bsl)), client_de(analyste)
    assert "La direction est appelée à rendre son avis" in client.get(adresse).text
    sans("direction_dgsq")
    assert "le Ministère est appelé à en faire nommer une" in client.get(adresse).text


def test_sans_region_l_avis_attend_le_ministere_qui_le_rend(cadre, analyste, mess):
    version = fabriques.version_deposee(cadre.bsl)
    version.terminer_l_analyse(par=analyste, note="Bien.")
    cadre.bsl.regions.clear()
    assert titres(mess) == ["Rendre l’avis sur le plan"]
    assert peut(mess, "rendre-avis", version) is None


# --- Pour quand -------------------------------------------------------------------------------------------


def au_jour(jours):
    return time_machine.travel(timezone.now() + timedelta(days=jours), tick=False)


def preparer(etape, cadre, analyste):
    """Une version parvenue à cette étape de l'examen, par les vrais gestes."""
    if etape == "a_corriger":
        return fabriques.version_a_corriger(cadre.bsl)
    version = fabriques.version_avisee(cadre.bsl) if "avisee" in etape or "min" in etape else None
    version = version or fabriques.version_deposee(cadre.bsl)
    if etape == "avis":
        version.terminer_l_analyse(par=analyste, note="Bien.")
    if etape.startswith("retour"):
        version.demandes.create(
            cible_objet="section", cible_cle="1a", raison="incomplet", texte="x", demandee_par=analyste
        )
    return fabriques.relire(version)


@pytest.mark.parametrize("etape", sorted(ETAPES_EN_BASE.keys() - {"adoptee"}))
def test_une_etape_est_en_retard_dans_la_base_comme_a_l_ecran_le_lendemain_de_sa_cible(
    etape, cadre, analyste
):
    version = preparer(etape, cadre, analyste)
    assert etape_de(version) == etape
    cibler(**{CIBLES_DES_ETAPES[etape]: 4})
    for jours, tard in ((4, False), (5, True)):
        with au_jour(jours):
            jour, cibles = aujourd_hui(), CibleDeService.toutes()
            (lue,) = VersionPlan.objects.filter(pk=version.pk)
            assert delai_lu(lue, cibles, jour) is tard
            assert VersionPlan.objects.filter(en_retard(jour, cibles), pk=version.pk).exists() is tard


def delai_lu(version, cibles, jour):
    return delai_de(en_attente().get(pk=version.pk), cibles, jour).est_en_retard


def cibler(**jours):
    """Ces cibles, et aucune autre."""
    CibleDeService.objects.update(jours=None)
    for etape, cible in jours.items():
        CibleDeService.objects.filter(etape=etape).update(jours=cible)


def demander_une_correction(version, par):
    return version.demandes.create(
        cible_objet="section", cible_cle="1d", raison="incomplet", texte="x", demandee_par=par
    )


@pytest.mark.parametrize(
    "cibles, demande_au_jour, du_au_jour",
    [
        ({"plan-examen": 30, "plan-retour": 5}, 2, 30),
        ({"plan-examen": 30, "plan-retour": 5}, 25, 30),
        ({"plan-examen": 30, "plan-retour": 5}, 28, 33),
        ({"plan-examen": 30}, 2, 30),
        ({"plan-retour": 5}, 2, 7),
    ],
)
def test_une_premiere_demande_de_correction_n_ecourte_pas_l_examen(
    cadre, analyste, cibles, demande_au_jour, du_au_jour
):
    version = fabriques.version_deposee(cadre.bsl)
    depose_le = aujourd_hui()
    with au_jour(demande_au_jour):
        demander_une_correction(version, analyste)
    cibler(**cibles)
    for jour, tard in ((du_au_jour, False), (du_au_jour + 1, True)):
        with au_jour(jour):
            lue, lues = en_attente().get(pk=version.pk), CibleDeService.toutes()
            delai = delai_de(lue, lues, aujourd_hui())
            assert (delai.depuis, delai.pour) == (
                depose_le + timedelta(demande_au_jour),
                depose_le + timedelta(du_au_jour),
            )
            assert delai.est_en_retard is tard
            siennes = VersionPlan.objects.filter(pk=version.pk)
            assert siennes.filter(en_retard(aujourd_hui(), lues)).exists() is tard
            assert jour_de(siennes.values_list(pour_en_base(lues), flat=True).get()) == delai.pour


def test_une_demande_n_ecourte_ni_le_delai_de_l_avis_ni_celui_de_la_decision(cadre, direction, mess):
    cibler(**{"plan-avis": 10, "plan-approbation": 20, "plan-retour": 5})
    version = fabriques.version_deposee(cadre.bsl)
    version.terminer_l_analyse(par=mess, note="Bien.")
    assert dus(version, direction) == {"avis": 10, "retour": 10}
    version.demandes.all().delete()
    version.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    assert dus(version, mess) == {"avisee": 20, "retour_du_ministere": 20}


def dus(version, par):
    """{étape: jours d'ici sa fin}, sans puis avec une demande prête."""
    lues = {}
    for demander in (False, True):
        if demander:
            demander_une_correction(version, par)
        lue = en_attente().get(pk=version.pk)
        delai = delai_de(lue, CibleDeService.toutes(), aujourd_hui())
        lues[etape_de(lue)] = (delai.pour - aujourd_hui()).days
    return lues


def test_deposees_de_nouveau_les_corrections_ont_tout_le_delai_d_examen(
    cadre, agente, direction, signataire, client_de
):
    version = fabriques.version_a_corriger(cadre.bsl)
    with au_jour(40):
        corriger(version, agente)
        version = fabriques.relire(version).deposer(par=signataire, certifie=True)
        page = client_de(agente).get(reverse("plans:depot_confirme", args=[version.pk]))
        assert "encore 30\u00a0jours" in page.text
    with au_jour(45):
        demander_une_correction(version, direction)
        for nom, qui in (("tableau", agente), ("examen", direction)):
            page = client_de(qui).get(reverse(f"plans:{nom}", args=[version.pk]))
            assert "encore 25\u00a0jours" in page.text


def test_la_decision_de_la_ou_du_ministre_n_a_pas_de_cible_d_office(cadre, approbation, client_de):
    fabriques.version_avisee(cadre.bsl)
    with au_jour(400):
        client = client_de(approbation)
        lignes = client.get(reverse("plans:liste"), {"etat": "avisee"}).context["liste"].page
        (ligne,) = lignes
        assert (ligne.delai.pour, ligne.delai.mots) == (None, "depuis 400\u00a0jours")
        retards = client.get(reverse("plans:liste"), {"retard": "on"}).context["liste"].page
        assert cadre.bsl not in [ligne.alliance for ligne in retards]


def test_la_liste_dit_le_delai_le_trie_le_filtre_et_l_exporte(cadre, mess, client_de):
    fabriques.version_deposee(cadre.bsl)
    CibleDeService.objects.filter(etape="plan-examen").update(jours=10)
    with au_jour(13):
        client, adresse = client_de(mess), reverse("plans:liste")
        reponse = client.get(adresse, {"etat": "deposee", "retard": "on"})
        assert_html_accessible(reponse)
        assert "en retard de 3\u00a0jours" in reponse.text
        exportee = client.get(adresse, {"etat": "deposee", "format": "json"}).json()["lignes"][0]
        assert (exportee["delai"], exportee["en_retard"]) == ("en retard de 3\u00a0jours", "Oui")
        triees = client.get(adresse, {"tri": "pour"}).context["liste"].page
        jours = [ligne.delai.pour for ligne in triees]
        assert jours == sorted(jours)


def test_l_accueil_met_en_retard_ce_que_l_analyse_attend_depuis_trop_longtemps(cadre, analyste, client_de):
    fabriques.version_deposee(cadre.bsl)
    CibleDeService.objects.filter(etape="plan-examen").update(jours=1)
    with au_jour(2):
        (groupe,) = client_de(analyste).get(reverse("pilotage:accueil")).context["groupes"]
        assert (groupe.titre, groupe.retards) == ("Examiner le plan", 1)
