"""Ce que les initiatives attendent de chacun : qui le doit, qui ne le doit pas, qui est d'ailleurs."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import InstanceGouvernance
from projets.attentes import demandes, etude, evaluations
from projets.models import AppelProjets, Initiative, grilles
from projets.models.avis import empechements_a_rendre, rendre
from projets.models.decisions import empechements_a_decider
from projets.models.evaluations import declarer, evaluer
from projets.models.jugements import Critere, empechements_a_juger, juger
from projets.models.suites import avec_prochain_geste
from projets.permissions import ou_peut, peut
from socle.annonces.attentes import regrouper, taches
from socle.models import CibleDeService, Utilisateur
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

pytestmark = pytest.mark.django_db


@partagee
def prete(cadre, agente, enveloppes, equipe):
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    return p.demande_prete(appel, p.Organisme.objects.get(neq=p.NEQ), equipe[0])


@partagee
def deposee(prete, equipe):
    return p.relire(prete.deposer(par=equipe[1]))


@partagee
def a_juger(deposee):
    """Son appel est fermé : elle se juge."""
    p.fermer(deposee.appel)
    return p.relire(deposee)


def fermer_le(appel, le):
    AppelProjets.objects.filter(pk=appel.pk).update(ouvre_le=le - timedelta(1), ferme_le=le, etat="ferme")


def titres(personne, fournisseur):
    return [a.titre for a in fournisseur.taches(Utilisateur.objects.get(pk=personne.pk))]


# --- L'organisme ------------------------------------------------------------------------------------------


def test_un_brouillon_se_termine_avant_la_fermeture(cadre, agente, enveloppes, equipe):
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    demande = p.demande(appel, p.Organisme.objects.get(neq=p.NEQ), equipe[0])
    for personne in equipe:
        (attente,) = demandes.taches(personne)
        assert attente.titre == "Terminer la demande"
        assert attente.lien == reverse("projets:demande", args=[demande.pk])
        assert (attente.echeance, attente.montant) == (jour_de(appel.ferme_le), None)
        assert not attente.commencee


def test_toutes_les_parties_terminees_elle_attend_qui_engage(prete, equipe, agente, etrangere):
    redige, engage = equipe
    (attente,) = demandes.taches(engage)
    assert (attente.titre, attente.montant) == ("Déposer la demande", D("35000.00"))
    assert attente.lien == reverse("projets:verification", args=[prete.pk])
    for personne in (redige, agente, etrangere):
        assert titres(personne, demandes) == []


def test_une_intention_n_attend_que_ses_quatre_parties(prete, equipe):
    prete.parties.filter(code="objectifs").update(terminee=False)
    assert titres(equipe[1], demandes) == ["Terminer la demande"]
    Initiative.objects.filter(pk=prete.pk).update(est_une_intention=True)
    assert titres(equipe[1], demandes) == ["Déposer la demande"]


def test_a_l_heure_de_la_fermeture_plus_rien_n_est_attendu(prete, equipe):
    AppelProjets.objects.filter(pk=prete.appel_id).update(ferme_le=timezone.now())
    assert titres(equipe[1], demandes) == []


# --- La Table ---------------------------------------------------------------------------------------------


def test_tant_que_l_appel_est_ouvert_rien_ne_se_juge(deposee, agente, client_de):
    """Ni à l'accueil, ni au filtre; une reconduction, elle, se juge à mesure."""
    adresse = f"{reverse('projets:initiatives')}?prochain=juger"
    assert empechements_a_juger(deposee)
    assert titres(agente, etude) == []
    assert not client_de(agente).get(adresse).context["liste"].page.object_list
    AppelProjets.objects.filter(pk=deposee.appel_id).update(grace=15, ferme_le=timezone.now())
    assert empechements_a_juger(p.relire(deposee))
    assert titres(agente, etude) == []
    AppelProjets.objects.filter(pk=deposee.appel_id).update(grace=0)
    assert not empechements_a_juger(p.relire(deposee))
    assert titres(agente, etude) == ["Juger l’admissibilité"]
    assert len(client_de(agente).get(adresse).context["liste"].page.object_list) == 1


def test_l_attente_de_juger_part_de_la_fermeture(deposee, agente):
    Initiative.objects.filter(pk=deposee.pk).update(deposee_le=timezone.now() - timedelta(60))
    p.fermer(deposee.appel)
    (attente,) = etude.taches(agente)
    assert (attente.depuis, attente.est_en_retard) == (aujourd_hui(), False)


def test_une_reconduction_se_juge_a_mesure(deposee, agente):
    AppelProjets.objects.filter(pk=deposee.appel_id).update(mode="reconduction")
    assert not empechements_a_juger(p.relire(deposee))
    assert titres(agente, etude) == ["Juger l’admissibilité"]


def test_une_demande_deposee_se_juge_a_la_table_seulement(a_juger, agente, equipe, etrangere, signataire):
    deposee = a_juger
    (attente,) = etude.taches(agente)
    assert attente.titre == "Juger l’admissibilité"
    assert attente.lien == reverse("projets:admissibilite", args=[deposee.pk])
    assert (attente.montant, attente.nombre) == (D("35000.00"), 1)
    assert attente.echeance == aujourd_hui() + timedelta(CibleDeService.toutes()["initiative-juger"])
    for personne in (*equipe, etrangere, signataire):
        assert titres(personne, etude) == []


def test_sans_circuit_on_le_designe_d_abord(deposee, agente, etrangere, signataire):
    Initiative.objects.filter(pk=deposee.pk).update(circuit="")
    assert titres(agente, etude) == ["Désigner le palier ou le circuit"]
    assert titres(etrangere, etude) == titres(signataire, etude) == []


def test_l_avis_revient_a_la_coordination_et_la_decision_a_la_signature(
    admissible, agente, signataire, etrangere
):
    assert titres(agente, etude) == ["Inscrire l’avis"]
    assert titres(signataire, etude) == []
    rendre(admissible, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    assert titres(agente, etude) == titres(etrangere, etude) == []
    (attente,) = etude.taches(signataire)
    assert attente.titre == "Inscrire la décision"
    assert attente.lien == reverse("projets:decision", args=[admissible.pk])


def test_qui_rend_l_avis_ici_et_decide_ailleurs_ne_decide_pas_ici(admissible, cadre, agente):
    fabriques.mandater(agente, "signature", alliance=cadre.lanaudiere)
    assert titres(agente, etude) == ["Inscrire l’avis"]
    rendre(admissible, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    assert titres(agente, etude) == []


def test_plusieurs_decisions_d_un_appel_menent_a_sa_seance_et_leurs_lettres_a_ses_reponses(
    prete_a_decider, agente, signataire, client_de
):
    appel = prete_a_decider.appel
    (attente,) = etude.taches(signataire)
    assert attente.lien == reverse("projets:decision", args=[prete_a_decider.pk])
    autre = dossier_pret(appel, agente, "Comptoir des marées", "1140000025")
    (attente,) = etude.taches(signataire)
    assert (attente.nombre, attente.lien) == (2, reverse("projets:seance", args=[appel.pk]))
    assert client_de(signataire).get(attente.lien).status_code == 200
    for dossier in (prete_a_decider, autre):
        prendre(dossier, signataire, sens="en_attente", raison="fonds", motif="Rien.", ecart="Rien de libre.")
    (attente,) = etude.taches(signataire)
    assert (attente.titre, attente.nombre) == ("Envoyer les réponses", 2)
    assert attente.lien == reverse("projets:reponses", args=[appel.pk])


def test_la_ressource_d_un_territoire_ne_juge_que_ce_qui_n_est_que_du_sien(cadre, a_juger):
    ici = a_juger.territoires.get()
    sienne, voisine = (
        fabriques.personne("territoire", lieu)
        for lieu in (ici, cadre.bsl.territoires.exclude(pk=ici.pk).first())
    )
    assert titres(sienne, etude) == ["Juger l’admissibilité"]
    assert titres(voisine, etude) == []
    a_juger.territoires.add(*cadre.bsl.territoires.all())
    assert titres(sienne, etude) == []


def test_ce_que_la_base_attend_est_ce_que_les_empechements_permettent(admissible, agente, etrangere):
    """À chaque étape, un seul geste est prochain, et c'est celui que sa garde laisse faire."""
    gardes = {
        "juger": empechements_a_juger,
        "rendre-avis": empechements_a_rendre,
        "decider": empechements_a_decider,
    }
    vus = []
    for _ in range(3):
        relue = avec_prochain_geste(Initiative.objects.all()).get(pk=admissible.pk)
        vus.append(relue.prochain)
        permis = [geste for geste, garde in gardes.items() if not garde(p.relire(admissible))]
        assert permis == [relue.prochain]
        if relue.prochain == "rendre-avis":
            rendre(admissible, par=agente, sens="reserves", texte="Avec soin.", rendu_le=aujourd_hui())
    assert vus == ["rendre-avis", "decider", "decider"]
    for personne in (agente, etrangere):
        for geste in gardes:
            permise = Initiative.objects.filter(ou_peut(personne, geste)).exists()
            assert permise == (peut(personne, geste, admissible) is None)


def test_plusieurs_demandes_d_un_appel_font_une_ligne_et_une_liste(deposee, cadre, agente, client_de):
    """Le nombre, la somme et les retards de la ligne sont ceux de la liste où elle mène."""
    autre = p.organisme(cadre.bsl, "Comptoir des marées", neq="1140000025")
    redige, engage = p.equipe(autre)
    p.demande_prete(deposee.appel, autre, redige).deposer(par=engage)
    vieille = timezone.now() - timedelta(CibleDeService.toutes()["initiative-juger"] + 1)
    Initiative.objects.filter(pk=deposee.pk).update(deposee_le=vieille)
    fermer_le(deposee.appel, vieille)
    (groupe,) = regrouper(etude.taches(agente))
    assert (groupe.titre, groupe.nombre) == ("Juger l’admissibilité de demandes", 2)
    assert (groupe.retards, groupe.montant) == (1, D("70000.00"))
    page = client_de(agente).get(groupe.lien)
    assert len(page.context["liste"].page.object_list) == 2


def test_le_retard_se_compte_comme_il_se_lit(a_juger, agente):
    cible = CibleDeService.toutes()["initiative-juger"]
    for recul, attendu in ((cible, 0), (cible + 1, 1)):
        le = timezone.now() - timedelta(recul)
        Initiative.objects.filter(pk=a_juger.pk).update(deposee_le=le)
        fermer_le(a_juger.appel, le)
        (attente,) = etude.taches(agente)
        assert attente.tardives == int(attente.est_en_retard) == attendu
    sans_cible = CibleDeService.objects.get(etape="initiative-juger")
    sans_cible.jours = None
    sans_cible.save()
    (attente,) = etude.taches(agente)
    assert (attente.tardives, attente.est_en_retard) == (0, False)


def test_la_reponse_promise_presse_plus_que_la_cible(a_juger, agente):
    promise = aujourd_hui() + timedelta(2)
    AppelProjets.objects.filter(pk=a_juger.appel_id).update(decision_promise_le=promise)
    (attente,) = etude.taches(agente)
    assert attente.echeance == promise


# --- L'évaluation -----------------------------------------------------------------------------------------


@partagee
def a_noter(deposee, agente):
    """Admissible, devant la grille usuelle."""
    AppelProjets.objects.filter(pk=deposee.appel_id).update(
        etat="preparation", publie_le=None, publie_par=None
    )
    appel = AppelProjets.objects.get(pk=deposee.appel_id)
    grilles.proposer(appel, par=agente, revision=appel.revision)
    p.fermer(AppelProjets.objects.get(pk=appel.pk).publier(par=agente))
    return p.relire(juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere}))


@partagee
def membre(a_noter):
    return fabriques.personne("evaluation", a_noter.etapes.last().instance)


def test_un_dossier_se_declare_puis_se_note_en_entier(a_noter, membre, agente, equipe):
    (attente,) = evaluations.taches(membre)
    assert attente.titre == "Déclarer mes intérêts sur un dossier"
    assert attente.echeance == a_noter.appel.decision_promise_le
    declarer(a_noter, par=membre, conflit=False)
    criteres = list(a_noter.appel.criteres.all())
    evaluer(a_noter, par=membre, notes={criteres[0]: (3, "")})
    (attente,) = evaluations.taches(membre)
    assert (attente.titre, attente.lien) == (
        "Noter un dossier",
        reverse("projets:notation", args=[a_noter.pk]),
    )
    evaluer(a_noter, par=membre, notes={critere: (3, "") for critere in criteres})
    for personne in (membre, agente, *equipe):
        assert titres(personne, evaluations) == []


def test_un_conflit_declare_n_attend_plus_rien(a_noter, membre):
    declarer(a_noter, par=membre, conflit=True, precision="Ma sœur y travaille.")
    assert titres(membre, evaluations) == []


def test_qui_est_d_une_autre_instance_n_a_pas_ce_dossier(a_noter, cadre):
    autre = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité éthique", palier="regional")
    assert titres(fabriques.personne("evaluation", autre), evaluations) == []


# --- L'appel ----------------------------------------------------------------------------------------------


@partagee
def complet(cadre, agente, enveloppes):
    appel = p.appel_en_preparation(cadre.bsl, agente, ouvre_le=timezone.now() + timedelta(days=3))
    appel.enveloppes.create(enveloppe=enveloppes["La Matapédia"], montant=D(300_000))
    return appel


def test_un_appel_complet_attend_d_etre_publie(complet, agente, signataire, etrangere, lectrice):
    for personne in (agente, signataire):
        (attente,) = etude.taches(personne)
        assert (attente.titre, attente.montant) == ("Publier l’appel", D(300_000))
        assert attente.echeance == jour_de(complet.ouvre_le)
        assert attente.lien == reverse("projets:appel_publication", args=[complet.pk])
    for personne in (etrangere, lectrice):
        assert titres(personne, etude) == []
    complet.publier(par=agente)
    assert titres(agente, etude) == []


@pytest.mark.parametrize(
    "manque",
    [
        {"presentation": ""},
        {"decision_promise_le": None},
        {"seuil_de_note": 60},
        {"ouvre_le": None},
        {"ouvre_le": -9, "ferme_le": -1},
    ],
    ids=str,
)
def test_un_appel_incomplet_n_attend_personne(complet, agente, manque):
    """Un nombre est celui des jours d'ici là."""
    maintenant = timezone.now()
    jours = {
        champ: maintenant + timedelta(days=valeur)
        for champ, valeur in manque.items()
        if champ.endswith("_le") and valeur
    }
    AppelProjets.objects.filter(pk=complet.pk).update(**manque | jours)
    assert AppelProjets.objects.get(pk=complet.pk).empechements_a_publier()
    assert titres(agente, etude) == []


def test_sans_enveloppe_non_plus(complet, agente):
    complet.enveloppes.all().delete()
    assert titres(agente, etude) == []


# --- Ensemble ---------------------------------------------------------------------------------------------


def test_une_requete_par_attente_au_plus_et_aucune_a_qui_n_a_pas_le_role(
    prete, agente, equipe, etrangere, lectrice, django_assert_num_queries
):
    CibleDeService.du_moment()
    for personne in (agente, equipe[0], lectrice, etrangere):
        taches(personne)  # ses droits et les cibles sont lus
    for personne, (redige, etudie) in {
        agente: (0, 1),
        equipe[0]: (1, 0),
        lectrice: (0, 0),
    }.items():
        for fournisseur, nombre in ((demandes, redige), (etude, etudie), (evaluations, 0)):
            with django_assert_num_queries(nombre):
                fournisseur.taches(personne)
