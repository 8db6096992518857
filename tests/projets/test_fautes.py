"""Ce qui arrive de travers entre le brouillon et la décision : chaque faute se dit, et rien ne s'écrit à moitié."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import Organisme
from alliances.models.changements import modifier, repere
from alliances.plans.models import VersionPlan
from conventions.models import Ecriture
from projets.models import Decision, Initiative, PieceInitiative
from projets.models.avis import prochaine_etape
from projets.models.jugements import Critere, juger, revoir
from projets.models.pieces import joindre
from projets.models.propositions import adopter, proposer
from projets.models.reponses import envoyer
from projets.models.reservations import desister, liberer_la_reservation
from projets.permissions import ou_peut
from projets.regles.completude import HORS_DES_DATES, manques
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre, solde
from tests.projets.test_seance import acte
from tests.projets.verite import argent_des_initiatives_vrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def prete(cadre, agente, enveloppes, equipe):
    """Complète, à un clic du dépôt; l'appel est ouvert."""
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    return p.demande_prete(appel, Organisme.objects.get(neq=p.NEQ), equipe[0])


def adresse(nom, initiative, *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


def refuse_de_deposer(initiative, engage, client, phrase):
    """La vérification le dit, et le dépôt, tenté quand même, ne dépose rien."""
    assert phrase in client.get(adresse("verification", initiative)).text
    p.attester(client, adresse("depot", initiative))
    with pytest.raises(TransitionInterdite, match=phrase):
        p.relire(initiative).deposer(par=engage)
    assert p.relire(initiative).numero == ""


# --- La demande -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("montant", "sens"),
    [("2500.01", "sources dépassent les dépenses"), ("2499.99", "dépenses dépassent les sources")],
)
def test_un_cent_d_ecart_entre_le_budget_et_les_sources_empeche_de_deposer(
    prete, equipe, client_de, montant, sens
):
    prete.sources.filter(source="propre", an=2027).update(montant=D(montant))
    phrase = f"En 2027-2028, les {sens}"
    refuse_de_deposer(prete, equipe[1], client_de(equipe[1]), phrase)
    assert "0,01\xa0$" in client_de(equipe[1]).get(adresse("verification", prete)).text


def test_un_partenaire_qui_est_le_porteur_se_dit(prete, equipe, client_de):
    """Sous une autre casse aussi; son apport est celui de l'organisme, aux sources."""
    prete.partenaires.create(rang=0, nom="MAISON de la famille  de la vallée", humain="Une personne")
    refuse_de_deposer(prete, equipe[1], client_de(equipe[1]), "est votre organisme")
    prete.partenaires.update(nom="Cinq municipalités")
    assert p.relire(prete).deposer(par=equipe[1]).numero


def test_ce_qui_tombe_hors_des_dates_du_projet_empeche_de_deposer(prete, equipe, client_de):
    """Les dates raccourcies, l'argent, les personnes et la cible de l'exercice perdu se disent, chacun à sa partie."""
    prete.fin = date(2027, 3, 31)
    prete.save()
    dites = {(m.partie, m.phrase) for m in manques(p.relire(prete)) if HORS_DES_DATES in m.phrase}
    assert {partie for partie, _ in dites} == {"besoin", "objectifs", "depenses", "sources"}
    assert (
        "depenses",
        "20\xa0000,00\xa0$ de dépenses tombent en 2027-2028, hors des dates du projet.",
    ) in dites
    for _, phrase in dites:
        assert phrase in client_de(equipe[1]).get(adresse("verification", prete)).text
    refuse_de_deposer(prete, equipe[1], client_de(equipe[1]), HORS_DES_DATES)
    prete.fin = date(2027, 4, 1)
    prete.save()
    assert p.relire(prete).deposer(par=equipe[1]).numero


HORS_DE_FORME = ("abc", "-5", "12,345", "1e9", "NaN", "Infinity", "99 999 999 999 999", "5 $ CA", "²")


@pytest.mark.parametrize("montant", HORS_DE_FORME)
def test_un_montant_qui_n_en_est_pas_un_se_dit_et_ne_s_ecrit_pas(prete, equipe, client_de, montant):
    avant = list(prete.depenses.values_list("an", "montant"))
    revision = prete.parties.get(code="depenses").revision
    saisie = {"revision": revision, "ligne_0_poste": "salaires", "ligne_0_2026": montant}
    client = client_de(equipe[0])
    page = client.post(adresse("partie", prete, "depenses"), saisie)
    assert page.status_code == 200
    assert_html_accessible(page)
    assert 'class="erreur' in page.text or "aria-invalid" in page.text
    seule = client.post(
        adresse("partie_brouillon", prete, "depenses"), saisie, headers={"accept": "application/json"}
    )
    assert (seule.status_code, "erreur" in seule.json()) == (400, True)
    assert list(prete.depenses.values_list("an", "montant")) == avant


@pytest.mark.parametrize(
    "jour", ["31/02/2026", "2026-13-01", "2026-02-30", "hier", "0000-00-00", "20260901x"]
)
def test_une_date_qui_n_en_est_pas_une_se_dit_et_ne_s_ecrit_pas(prete, equipe, client_de, jour):
    revision = prete.parties.get(code="projet").revision
    saisie = {"revision": revision, "titre": prete.titre, "debut": jour, "fin": "2028-03-31"}
    page = client_de(equipe[0]).post(adresse("partie", prete, "projet"), saisie)
    assert page.status_code == 200
    assert "aria-invalid" in page.text
    assert p.relire(prete).debut == prete.debut


@pytest.mark.parametrize("taux", ["101", "-1", "abc", "NaN", "12,345", "1e3"])
def test_un_pourcentage_qui_n_en_est_pas_un_se_dit_et_ne_s_ecrit_pas(cadre, agente, client_de, taux):
    appel = p.appel_en_preparation(cadre.bsl, agente)
    page = client_de(agente).post(
        reverse("projets:appel_modification", args=[appel.pk]),
        {"revision": appel.revision, "titre": appel.titre, "cumul_maximal": taux},
    )
    assert page.status_code == 200
    assert "aria-invalid" in page.text
    assert type(appel).objects.get(pk=appel.pk).cumul_maximal == D(90)


def approuver_la_suite(approuvee, agente, changer):
    """La version suivante du plan, changée puis menée à son approbation par les vrais gestes."""
    alliance = approuvee.plan.alliance
    suite = fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))
    changer(suite)
    suite.sections.update(terminee=True)
    piece = fabriques.fichier_pdf()
    options = {"adoptee_le": aujourd_hui(), "resolution": "2026-09", "mode": "consensus", "piece": piece}
    suite = fabriques.relire(fabriques.relire(suite).adopter(par=agente, **options))
    suite = fabriques.relire(suite.deposer(par=fabriques._tenant("signature", alliance), certifie=True))
    direction = fabriques._tenant("direction_dgsq", alliance)
    suite = fabriques.relire(suite.rendre_avis(par=direction, sens="favorable", texte="Bien."))
    return suite.approuver(par=fabriques._tenant("approbation", alliance), **fabriques.LETTRE)


def test_une_priorite_que_la_version_suivante_retire_se_choisit_de_nouveau(prete, equipe, agente, client_de):
    retiree = prete.priorites.get()
    approuvee = VersionPlan.objects.get(etat="approuvee")

    def changer(suite):
        fabriques.ajouter_priorite(suite, agente, titre="Se déplacer en rang")
        suite.priorites.get(cle=retiree.cle).supprimer(par=agente)

    approuver_la_suite(approuvee, agente, changer)
    refuse_de_deposer(p.relire(prete), equipe[1], client_de(equipe[1]), "n’est plus au plan")
    page = client_de(equipe[0]).get(adresse("partie", prete, "priorites"))
    assert retiree.titre in page.text
    assert "checked" not in page.text.split("Se déplacer en rang")[0][-400:]
    nouvelle = prete.appel.priorites_servies().get()
    prete.priorites.set([nouvelle])
    assert p.relire(prete).deposer(par=equipe[1]).priorites.get() == nouvelle


def test_une_priorite_gardee_d_une_version_a_l_autre_reste_choisie(prete, equipe, agente, client_de):
    choisie = prete.priorites.get()
    approuver_la_suite(
        VersionPlan.objects.get(etat="approuvee"),
        agente,
        lambda suite: fabriques.ajouter_priorite(suite, agente, titre="Se déplacer en rang"),
    )
    form = client_de(equipe[0]).get(adresse("partie", prete, "priorites")).context["form"]
    assert [priorite.cle for priorite in form.initial["priorites"]] == [choisie.cle]
    assert p.relire(prete).deposer(par=equipe[1]).numero


def test_une_priorite_retiree_apres_le_depot_reste_au_dossier(prete, equipe, agente, signataire, client_de):
    deposee = prete.deposer(par=equipe[1])
    retiree = deposee.priorites.get()

    def changer(suite):
        fabriques.ajouter_priorite(suite, agente, titre="Se déplacer en rang")
        suite.priorites.get(cle=retiree.cle).supprimer(par=agente)

    approuver_la_suite(VersionPlan.objects.get(etat="approuvee"), agente, changer)
    for personne in (equipe[0], agente, signataire):
        assert retiree.titre in client_de(personne).get(adresse("demande_deposee", deposee)).text


def lectures(client, url):
    """(la page, combien de lectures elle demande à la base)."""
    with CaptureQueriesContext(connection) as requetes:
        page = client.get(url)
    return page, sum(requete["sql"].startswith("SELECT") for requete in requetes)


def test_quarante_pieces_se_joignent_et_ne_coutent_pas_une_lecture_de_plus(prete, equipe, client_de):
    redige, pages = client_de(equipe[0]), [adresse("pieces", prete), adresse("verification", prete)]
    couts = []
    for rangs in (range(1), range(1, 40)):
        for n in rangs:
            joindre(prete, par=equipe[0], nature="appui", fichier=fabriques.fichier_pdf(f"appui-{n:02d}.pdf"))
        lues = [lectures(redige, url) for url in pages]
        couts.append([cout for _, cout in lues])
    assert couts[0] == couts[1]
    assert_html_accessible(lues[0][0])
    assert all(f"appui-{n:02d}" in lues[0][0].text for n in range(40))
    deposee = p.relire(prete).deposer(par=equipe[1])
    assert PieceInitiative.objects.filter(initiative=deposee).jointes().count() == 40


# --- L'organisme et qui choisit ---------------------------------------------------------------------------


def test_un_organisme_qui_n_est_plus_admissible_ne_se_decide_plus(
    prete_a_decider, enveloppes, agente, signataire
):
    """Radié entre le dépôt et la décision : les avis se retirent, puis le jugement se reprend."""
    reponses = {c: (True, "") for c in Critere} | {Critere.REGISTRE: (False, "Radié d’office en octobre.")}
    revoir(p.sans_avis(prete_a_decider, agente), par=agente, motif="Le registre a changé.")
    jugee = juger(p.relire(prete_a_decider), par=agente, reponses=reponses)
    assert jugee.etat == "non_admissible"
    with pytest.raises(TransitionInterdite, match="n’attend pas de décision"):
        prendre(jugee, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    with pytest.raises(TransitionInterdite, match="n’attend pas de décision"):
        proposer(jugee, par=agente, revision=0, sens="acceptee")
    assert solde(enveloppes["La Matapédia"]).reserve == 0


def test_un_organisme_qui_change_de_nom_garde_son_dossier_et_sa_lettre_dit_le_nouveau(
    prete_a_decider, enveloppes, equipe, signataire, mess, client_de
):
    organisme = Organisme.objects.get(pk=prete_a_decider.organisme_id)
    vu, organisme.nom = repere(organisme), "Carrefour familial de la Vallée"
    modifier(organisme, par=mess, vu=vu)
    prendre(p.relire(prete_a_decider), signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    (reponse,) = envoyer(prete_a_decider.appel, par=signataire)
    assert reponse.contenu["organisme"] == "Carrefour familial de la Vallée"
    for personne in (*equipe, signataire):
        page = client_de(personne).get(adresse("initiative", prete_a_decider)).text
        assert "Carrefour familial de la Vallée" in page


def test_une_mrc_qui_decide_ne_decide_pas_de_sa_propre_demande(
    cadre, agente, signataire, enveloppes, client_de
):
    """Qui juge et signe pour la MRC qui dépose, mandat de porteur ou non : c'est la Table qui s'en charge."""
    territoire = enveloppes["La Matapédia"].territoire
    mrc = Organisme.objects.create(nom="MRC de La Matapédia", forme="municipal", territoire=territoire)
    redige, engage = p.equipe(mrc)
    appel = p.appel_ouvert(
        cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)}, territoire=territoire
    )
    prete = p.demande_prete(appel, mrc, redige)
    prete.territoires.set([territoire])
    deposee = prete.deposer(par=engage)
    p.fermer(appel)
    sienne, autre = (fabriques.personne("territoire", territoire) for _ in range(2))
    signe, signe_aussi = (fabriques.personne("sign_territoire", territoire) for _ in range(2))
    for personne in (sienne, signe):
        fabriques.mandater(personne, "porteur", organisme=mrc)
    for nom, *de_la_mrc, table in (
        ("admissibilite", sienne, autre, agente),
        ("decision", signe, signe_aussi, signataire),
        ("confier", sienne, autre, agente),
        ("synthese", sienne, autre, agente),
    ):
        assert client_de(table).get(adresse(nom, deposee)).status_code == 200
        for personne in de_la_mrc:
            assert client_de(personne).get(adresse(nom, deposee)).status_code == 403
            assert not Initiative.objects.filter(ou_peut(personne, "juger") | ou_peut(personne, "decider"))
    for personne in (sienne, autre):
        page = client_de(personne).get(adresse("initiative", deposee)).text
        assert adresse("admissibilite", deposee) not in page
        assert deposee.titre not in client_de(personne).get(reverse("projets:seance", args=[appel.pk])).text


# --- L'argent qui n'est plus là ---------------------------------------------------------------------------


def clore_l_exercice(convention, agente):
    convention.exercices.filter(an=2026).update(clos_le=aujourd_hui(), clos_par=agente)


def test_un_exercice_clos_ne_recoit_plus_de_decision(
    prete_a_decider, enveloppes, agente, signataire, client_de
):
    enveloppe = enveloppes["La Matapédia"]
    proposee = proposer(
        prete_a_decider, par=agente, revision=0, sens="acceptee", affectations={enveloppe: D(15_000)}
    )
    clore_l_exercice(enveloppe.convention, agente)
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        prendre(prete_a_decider, signataire, affectations={enveloppe: D(15_000)})
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        adopter(prete_a_decider.appel, [proposee], par=signataire, **acte())
    assert not Decision.objects.exists()
    for nom, cle in (("decision", prete_a_decider.pk), ("seance", prete_a_decider.appel_id)):
        assert client_de(signataire).get(reverse(f"projets:{nom}", args=[cle])).status_code == 200


def resilier(convention, gardees):
    """Résiliée par le Ministère; les promesses sont gardées, ou terminées."""
    return convention.resilier(
        par=fabriques.personne("mess"),
        fermee_le=aujourd_hui(),
        motif="La Table est dissoute.",
        reglement="Tout est rendu.",
        promesses={promesse.cle: gardees for promesse in convention.promesses()},
    )


def test_une_convention_resiliee_ne_recoit_plus_de_decision(prete_a_decider, enveloppes, signataire):
    enveloppe = enveloppes["La Matapédia"]
    resilier(enveloppe.convention, gardees=False)
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        prendre(prete_a_decider, signataire, affectations={enveloppe: D(15_000)})
    refus = {"raison": "fonds", "motif": "La convention est résiliée.", "ecart": "Les fonds manquent."}
    assert prendre(prete_a_decider, signataire, sens="refusee", **refus).mouvement is None


def test_terminee_a_la_resiliation_une_promesse_ne_se_rend_pas_de_nouveau_et_l_initiative_le_dit(
    prete_a_decider, enveloppes, signataire, equipe, agente
):
    enveloppe = enveloppes["La Matapédia"]
    prendre(prete_a_decider, signataire, affectations={enveloppe: D(15_000)})
    envoyer(prete_a_decider.appel, par=signataire)
    resilier(enveloppe.convention, gardees=False)
    ecritures, rendue = Ecriture.objects.count(), p.relire(prete_a_decider)
    assert (rendue.etat, rendue.etat_annonce, rendue.reservee_jusqu_au) == ("liberee", "liberee", None)
    for geste, par in ((desister, equipe[1]), (liberer_la_reservation, signataire)):
        with pytest.raises(TransitionInterdite):
            geste(rendue, par=par, motif="La salle n’est plus libre.")
    assert Ecriture.objects.count() == ecritures
    for personne in (equipe[1], agente):
        assert Notification.objects.filter(
            destinataire=personne, titre__contains="Réservation libérée"
        ).exists()


def test_gardee_a_la_resiliation_une_promesse_se_rend_une_seule_fois(
    prete_a_decider, enveloppes, signataire, equipe
):
    enveloppe = enveloppes["La Matapédia"]
    prendre(prete_a_decider, signataire, affectations={enveloppe: D(15_000)})
    envoyer(prete_a_decider.appel, par=signataire)
    resilier(enveloppe.convention, gardees=True)
    assert solde(enveloppe).reserve == D(15_000)
    desister(p.relire(prete_a_decider), par=equipe[1], motif="La salle n’est plus libre.")
    with pytest.raises(TransitionInterdite):
        desister(p.relire(prete_a_decider), par=equipe[1], motif="La salle n’est plus libre.")
    assert solde(enveloppe).reserve == 0
    argent_des_initiatives_vrai(enveloppe.convention)


def test_trois_enveloppes_de_deux_territoires_ou_aucune(prete_a_decider, enveloppes, signataire):
    trois = [enveloppes[nom] for nom in ("La Matapédia", "La Matanie", "Projets régionaux")]
    p.vider(trois[1])
    with pytest.raises(TransitionInterdite):
        prendre(prete_a_decider, signataire, affectations=dict.fromkeys(trois, D(5_000)))
    assert prochaine_etape(p.relire(prete_a_decider)).acte == "decision"
    deux = {trois[0]: D(5_000), trois[2]: D(5_000)}
    with pytest.raises(TransitionInterdite, match="ne met pas en commun"):
        prendre(prete_a_decider, signataire, affectations=deux)
    prendre(prete_a_decider, signataire, affectations=deux, ecart="La moitié sert à toute la région.")
    argent_des_initiatives_vrai(trois[0].convention)
