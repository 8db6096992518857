"""La demande, de son premier mot à son dépôt : qui l'écrit, ce qui l'arrête, ce qui en reste."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projets.models import AppelProjets, Initiative, JournalProjets
from projets.permissions import peut, peut_sur_l_appel
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import Utilisateur
from socle.models.chaines import premiere_rupture
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def appel(cadre, agente):
    return p.appel_ouvert(cadre.bsl, par=agente)


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def brouillon(appel, organisme, equipe):
    return p.demande(appel, organisme, equipe[0])


@partagee
def prete(appel, organisme, equipe):
    return p.demande_prete(appel, organisme, equipe[0])


def enregistrer(initiative, code, par, revision=1, **options):
    return initiative.enregistrer_partie(code, par=par, revision=revision, ecrire=lambda i: None, **options)


def test_un_appel_sans_enveloppe_ni_dates_ne_se_publie_pas(cadre, agente):
    appel = AppelProjets.preparer(cadre.bsl, par=agente, titre="Appel")
    with pytest.raises(TransitionInterdite) as refus:
        appel.publier(par=agente)
    assert len(refus.value.empechements) == 4
    assert AppelProjets.objects.get().etat == "preparation"


def test_un_brouillon_n_est_vu_que_de_son_organisme(brouillon, equipe, agente, analyste, etrangere):
    redige, _ = equipe
    assert list(Initiative.objects.visibles_par(redige)) == [brouillon]
    for personne in (agente, analyste, etrangere):
        assert not Initiative.objects.visibles_par(personne).exists()


def test_une_demande_deposee_est_vue_de_la_table_et_pas_d_ailleurs(prete, equipe, agente, etrangere):
    _, engage = equipe
    deposee = prete.deposer(par=engage)
    assert list(Initiative.objects.visibles_par(agente)) == [deposee]
    assert not Initiative.objects.visibles_par(etrangere).exists()
    assert deposee.numero == "INI-2024-01-0001"


def test_une_demande_inachevee_ne_se_depose_pas(brouillon, equipe):
    _, engage = equipe
    with pytest.raises(TransitionInterdite, match="Donnez un titre"):
        brouillon.deposer(par=engage)


def test_deux_personnes_sur_deux_parties_ne_se_genent_pas(brouillon, equipe):
    redige, engage = equipe
    enregistrer(brouillon, "projet", redige)
    enregistrer(brouillon, "besoin", engage)
    with pytest.raises(VersionPerimee):
        enregistrer(brouillon, "projet", engage, revision=1)


def test_la_seconde_de_la_fermeture_n_en_est_plus(appel, monkeypatch):
    juste_avant, pile = appel.ferme_le - timedelta(seconds=1), appel.ferme_le
    assert appel.est_ouvert(juste_avant)
    assert not appel.est_ouvert(pile)
    appel.grace = 1
    assert appel.est_ouvert(pile)
    assert not appel.est_ouvert(pile + timedelta(minutes=1))


def test_on_ne_depose_plus_une_seconde_apres_la_fermeture(prete, equipe):
    _, engage = equipe
    AppelProjets.objects.filter(pk=prete.appel_id).update(ferme_le=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TransitionInterdite, match="L’appel est fermé"):
        prete.deposer(par=engage)
    assert p.relire(prete).etat == "brouillon"


def test_une_demande_deposee_ne_change_plus_et_se_retire_avant_la_fermeture(prete, equipe):
    redige, engage = equipe
    prete.deposer(par=engage)
    with pytest.raises(TransitionInterdite, match="ne change plus"):
        enregistrer(prete, "projet", redige, revision=2)
    assert prete.retirer(par=engage).etat == "retiree"
    with pytest.raises(TransitionInterdite):
        prete.retirer(par=engage)


def test_un_appel_retire_n_accepte_plus_rien(brouillon, equipe, agente):
    redige, _ = equipe
    brouillon.appel.retirer(par=agente, motif="Le Fonds est suspendu.")
    with pytest.raises(TransitionInterdite, match="retiré"):
        enregistrer(brouillon, "projet", redige)


def test_rediger_n_est_pas_engager(brouillon, equipe, agente, etrangere):
    redige, engage = equipe
    assert peut(redige, "rediger", brouillon) is None
    assert peut(redige, "deposer", brouillon) is not None
    assert peut(engage, "deposer", brouillon) is None
    assert peut(agente, "rediger", brouillon) is not None
    assert peut_sur_l_appel(agente, "publier-appel", brouillon.appel) is None
    assert peut_sur_l_appel(etrangere, "publier-appel", brouillon.appel) is not None


def test_une_ressource_de_territoire_agit_sur_l_appel_de_son_territoire_seulement(cadre, ressource, agente):
    matapedia, matanie = (cadre.bsl.territoires.get(code=code) for code in ("07", "08"))
    for territoire, permis in ((matapedia, True), (matanie, False), (None, False)):
        appel = p.appel_en_preparation(cadre.bsl, agente, territoire=territoire)
        assert (peut_sur_l_appel(ressource, "preparer-appel", appel) is None) is permis


def test_chaque_geste_laisse_sa_ligne_dans_une_chaine_entiere(prete, equipe):
    prete.deposer(par=equipe[1])
    gestes = list(JournalProjets.objects.order_by("rang").values_list("geste", flat=True))
    assert gestes == ["preparer-appel", "publier-appel", "commencer", "deposer"]
    assert premiere_rupture(JournalProjets) is None


def test_l_organisme_lit_son_journal_et_pas_celui_de_l_appel(prete, equipe, agente, etrangere):
    lues = JournalProjets.objects.visibles_par(equipe[0]).values_list("geste", flat=True)
    assert list(lues) == ["commencer"]
    assert JournalProjets.objects.visibles_par(agente).count() == 3
    assert not JournalProjets.objects.visibles_par(etrangere).exists()


def test_une_personne_de_deux_organismes_ne_confond_pas_ses_demandes(cadre, appel, brouillon, equipe):
    autre = p.organisme(cadre.bsl, nom="Frigo partagé", neq="1140000025")
    fabriques.mandater(equipe[0], "porteur", organisme=autre)
    redige = Utilisateur.objects.get(pk=equipe[0].pk)
    la_leur = p.demande(appel, autre, redige)
    assert set(Initiative.objects.visibles_par(redige)) == {brouillon, la_leur}
    assert list(Initiative.objects.visibles_par(equipe[1])) == [brouillon]


def test_le_circuit_est_copie_au_depot_et_n_en_bouge_plus(cadre, prete, equipe):
    deposee = p.relire(prete.deposer(par=equipe[1]))
    assert deposee.palier == "local"
    assert deposee.palier_raison
    etapes = [str(e) for e in deposee.etapes.all()]
    assert etapes
    assert deposee.etapes.last().acte == "decision"
    cadre.bsl.circuits.all().delete()
    assert [str(e) for e in p.relire(deposee).etapes.all()] == etapes


def test_la_table_fixe_le_palier_avec_un_motif_et_le_circuit_suit(prete, equipe, agente):
    deposee = prete.deposer(par=equipe[1])
    with pytest.raises(TransitionInterdite, match="Écrivez pourquoi"):
        deposee.fixer_le_palier(par=agente, revision=deposee.revision, palier="regional", motif=" ")
    motif = "Ses effets touchent toute la région."
    vue = deposee.revision
    deposee = deposee.fixer_le_palier(par=agente, revision=vue, palier="regional", motif=motif)
    with pytest.raises(VersionPerimee):
        deposee.fixer_le_palier(par=agente, revision=vue, palier="local", motif="Vu avant.")
    assert (deposee.palier, deposee.palier_motif) == ("regional", "Ses effets touchent toute la région.")
    assert deposee.etapes.filter(acte="decision").count() == 1
    assert JournalProjets.objects.get(geste="fixer-palier").apres["palier"] == "Régional"


def test_sans_circuit_la_raison_reste_ecrite(cadre, prete, equipe):
    cadre.bsl.circuits.all().delete()
    deposee = prete.deposer(par=equipe[1])
    assert (deposee.circuit, deposee.circuit_raison) == ("", "L’Alliance n’a encore aucun circuit.")
    assert not deposee.etapes.exists()
