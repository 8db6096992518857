"""Plusieurs personnes au même instant, chacune sur sa connexion : rien ne se perd, rien ne se fait deux fois."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from alliances.models import JournalAlliance
from alliances.models.releve import terminer
from alliances.plans.models import (
    DemandeCorrection,
    Instantane,
    JournalPlan,
    PlanAction,
    SectionPlan,
    VersionPlan,
)
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import ChaineJournal, Utilisateur
from socle.models.chaines import premiere_rupture
from tests import fabriques

pytestmark = pytest.mark.django_db(transaction=True)
REDACTEURS, ECRITURES = 8, 25


def ensemble(*gestes):
    """Pose tous les gestes au même départ, un fil et une connexion chacun; rend leurs résultats ou leurs refus."""
    depart, issues = Barrier(len(gestes)), [None] * len(gestes)

    def courir(rang, geste):
        try:
            depart.wait(timeout=20)
            issues[rang] = geste()
        except Exception as erreur:
            issues[rang] = erreur
        finally:
            connection.close()

    fils = [Thread(target=courir, args=(rang, geste)) for rang, geste in enumerate(gestes)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=120)
    assert not any(fil.is_alive() for fil in fils)
    return issues


def refus(issues):
    """Les exceptions parmi les issues; seules celles du domaine sont permises."""
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(e, TransitionInterdite | VersionPerimee) for e in erreurs), erreurs
    return erreurs


@pytest.fixture
def redaction(cadre):
    return fabriques.plan_pret(cadre.bsl)


def par_de(version):
    return Utilisateur.objects.get(pk=version.creee_par_id)


def journal_intact():
    for modele in (JournalPlan, JournalAlliance):
        assert premiere_rupture(modele) is None
    for tete in ChaineJournal.objects.filter(nom__startswith="plans."):
        rangs = list(
            JournalPlan.objects.filter(chaine=tete.nom).order_by("rang").values_list("rang", flat=True)
        )
        assert rangs == list(range(1, tete.rang + 1))


def contenu_juste(version):
    version = fabriques.relire(version)
    lu, vrai = version.contenu(), version.batir_contenu()
    assert {cle: lu[cle] for cle in vrai} == vrai
    assert version.contenu_revision == version.revision


def test_deux_enregistrements_de_la_meme_revision_un_seul_gagne(redaction):
    section = redaction.sections.get(code="1a")

    def ecrire(texte):
        moi = SectionPlan.objects.get(pk=section.pk)
        return lambda: moi.enregistrer(par=par_de(redaction), revision=section.revision, texte=texte)

    issues = ensemble(ecrire("<p>Un</p>"), ecrire("<p>Deux</p>"))
    [perime] = refus(issues)
    assert isinstance(perime, VersionPerimee)
    relue = SectionPlan.objects.get(pk=section.pk)
    assert relue.revision == section.revision + 1
    assert relue.texte == next(i.texte for i in issues if not isinstance(i, Exception))
    contenu_juste(redaction)


def test_deux_enregistrements_de_la_meme_carte_un_seul_gagne(redaction):
    priorite = redaction.priorites.get()

    def ecrire(titre):
        moi = type(priorite).objects.get(pk=priorite.pk)
        moi.titre = titre
        return lambda: moi.enregistrer(par=par_de(redaction), revision=priorite.revision)

    assert len(refus(ensemble(ecrire("Un"), ecrire("Deux"), ecrire("Trois")))) == 2
    assert type(priorite).objects.get(pk=priorite.pk).revision == priorite.revision + 1
    contenu_juste(redaction)


def test_huit_personnes_ecrivent_partout_et_rien_ne_se_perd(redaction):
    sections = list(redaction.sections.all()[:REDACTEURS])
    lignes = redaction.journal.count()

    def ecrire(section):
        def suite():
            moi, par = SectionPlan.objects.get(pk=section.pk), par_de(redaction)
            for n in range(ECRITURES):
                moi = moi.enregistrer(
                    par=par, revision=moi.revision, texte=f"<p>{section.code} {n}</p>", terminee=bool(n % 2)
                )

        return suite

    assert refus(ensemble(*(ecrire(section) for section in sections))) == []
    for section in sections:
        relue = SectionPlan.objects.get(pk=section.pk)
        assert (relue.texte, relue.revision) == (
            f"<p>{section.code} {ECRITURES - 1}</p>",
            section.revision + ECRITURES,
        )
    # La section était terminée : chaque écriture change « terminée », donc laisse sa ligne.
    assert redaction.journal.count() == lignes + REDACTEURS * ECRITURES
    contenu_juste(redaction)
    journal_intact()


def test_huit_ajouts_au_meme_endroit_ont_chacun_leur_rang(redaction):
    issues = ensemble(
        *(
            lambda n=n: fabriques.ajouter_priorite(redaction, par_de(redaction), titre=f"P{n}")
            for n in range(8)
        )
    )
    assert refus(issues) == []
    assert sorted(redaction.priorites.values_list("rang", flat=True)) == list(range(9))
    contenu_juste(redaction)


def test_deux_depots_au_meme_instant_n_en_font_qu_un(cadre):
    version = fabriques.version_adoptee(cadre.bsl)
    signataire = fabriques.personne("signature", cadre.bsl)

    def deposer():
        return fabriques.relire(version).deposer(par=signataire, certifie=True)

    [refuse] = refus(ensemble(deposer, deposer))
    assert refuse.empechements == ["Cette version est déjà déposée."]
    assert (fabriques.relire(version).tour, Instantane.objects.count()) == (1, 1)
    assert version.journal.filter(geste="deposer").count() == 1
    journal_intact()


def test_ecrire_pendant_qu_on_depose_est_dans_le_depot_ou_refuse(cadre):
    version = fabriques.version_a_corriger(cadre.bsl)
    agente, signataire = version.adoptee_par, version.deposee_par
    version.demandes.get().traiter(par=agente)
    section = version.sections.get(code="1d")

    def ecrire():
        return section.enregistrer(
            par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU, terminee=True
        )

    def deposer():
        return fabriques.relire(version).deposer(par=signataire, certifie=True)

    ecrit, depose = ensemble(ecrire, deposer)
    refus([ecrit, depose])
    assert not isinstance(depose, Exception)
    [scelle] = [
        s["texte"] for s in version.dernier_instantane("depot").contenu["sections"] if s["code"] == "1d"
    ]
    assert (scelle == fabriques.TEXTE_REVU) is not isinstance(ecrit, Exception)
    assert SectionPlan.objects.get(pk=section.pk).texte == scelle


def test_deux_approbations_au_meme_instant_n_en_font_qu_une(cadre):
    version = fabriques.version_avisee(cadre.bsl)
    approbation = fabriques.personne("approbation")

    def approuver():
        return fabriques.relire(version).approuver(par=approbation, **fabriques.LETTRE)

    def refuser():
        return fabriques.relire(version).refuser(par=approbation, motif="Trop large.", **fabriques.LETTRE)

    assert len(refus(ensemble(approuver, approuver, refuser))) == 2
    assert version.instantanes.filter(circonstance="decision").count() == 1
    journal_intact()


def test_l_avis_le_retour_et_la_decision_ensemble_ne_se_bloquent_pas(cadre):
    version = fabriques.version_deposee(cadre.bsl)
    direction, approbation = (
        fabriques.personne("direction_dgsq", cadre.bsl.regions.get()),
        fabriques.personne("approbation"),
    )

    def avis():
        return fabriques.relire(version).rendre_avis(par=direction, sens="favorable", texte="Bien.")

    def demander():
        return DemandeCorrection.demander(
            fabriques.relire(version),
            par=direction,
            cible=("section", "1d"),
            raison="incomplet",
            texte="Précisez.",
        )

    def approuver():
        return fabriques.relire(version).approuver(par=approbation, **fabriques.LETTRE)

    refus(ensemble(avis, demander, approuver))
    relue = fabriques.relire(version)
    assert relue.etat in ("deposee", "avisee", "approuvee")
    assert relue.etat != "approuvee" or not relue.demandes.exists()
    journal_intact()


def test_deux_modifications_ouvertes_au_meme_instant_n_en_font_qu_une(cadre):
    version = fabriques.version_approuvee(cadre.bsl)
    agente = version.adoptee_par

    def ouvrir():
        return fabriques.relire(version).ouvrir_modification(par=agente, motif="Le transport")

    [refuse] = refus(ensemble(ouvrir, ouvrir))
    assert "déjà en rédaction" in str(refuse)
    assert sorted(VersionPlan.objects.values_list("numero", flat=True)) == [1, 2]


def test_deux_ouvertures_du_meme_plan_n_en_font_qu_une(cadre):
    agente = fabriques.personne("coordination", cadre.bsl)
    issues = ensemble(*[lambda: PlanAction.ouvrir(cadre.bsl, par=agente)] * 4)
    assert refus(issues) == []
    assert (PlanAction.objects.count(), VersionPlan.objects.count(), JournalPlan.objects.count()) == (1, 1, 1)


def test_deux_retours_au_meme_instant_n_envoient_qu_une_fois(cadre):
    version = fabriques.version_deposee(cadre.bsl)
    analyste = fabriques.personne("dgsq", cadre.bsl.regions.get())
    DemandeCorrection.demander(
        version, par=analyste, cible=("section", "1d"), raison="incomplet", texte="Précisez."
    )
    assert len(refus(ensemble(*[lambda: fabriques.relire(version).retourner(par=analyste)] * 2))) == 1
    assert version.instantanes.filter(circonstance="retour").count() == 1


def test_la_chaine_du_journal_tient_sous_huit_fils(cadre):
    def noter(n):
        def suite():
            for m in range(10):
                with transaction.atomic():
                    JournalAlliance.noter(alliance=cadre.bsl, par=None, geste="essai", objet=f"{n}-{m}")

        return suite

    assert refus(ensemble(*(noter(n) for n in range(8)))) == []
    rangs = list(JournalAlliance.objects.order_by("rang").values_list("rang", flat=True))
    assert rangs == list(range(1, 81))
    journal_intact()


def test_deux_departs_au_meme_instant_ne_vident_pas_la_coordination(cadre):
    premiere, seconde = (fabriques.personne("coordination", cadre.bsl) for _ in range(2))
    mandats = [personne_.pk for personne_ in (premiere, seconde)]
    modele = cadre.bsl.mandats.model

    def partir(pk):
        return lambda: terminer(modele.objects.get(utilisateur=pk), par=premiere)

    [refuse] = refus(ensemble(*(partir(pk) for pk in mandats)))
    assert "passez d’abord le relais" in str(refuse)
    assert modele.objects.en_vigueur().filter(role="coordination", alliance=cadre.bsl).count() == 1
