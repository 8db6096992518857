"""Évaluer : rien ne s'ouvre avant la déclaration, un conflit ferme le dossier, la note revient à la Table."""

import pytest
from django.urls import reverse

from alliances.models import InstanceGouvernance
from projets.models import AppelProjets, DeclarationInteret, Initiative, NoteCritere, grilles
from projets.models.avis import prochaine_etape, rendre
from projets.models.decisions import decider
from projets.models.evaluations import a_evaluer_par, declarer, evaluer, note_de
from projets.models.jugements import Critere, juger
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def admissible(cadre, agente, organisme, equipe):
    partage = {p.enveloppes(cadre.bsl)["La Matapédia"]: 300_000}
    appel = p.appel_en_preparation(cadre.bsl, agente)
    grilles.proposer(appel, par=agente, revision=appel.revision)
    for enveloppe, montant in partage.items():
        appel.enveloppes.create(enveloppe=enveloppe, montant=montant)
    prete = p.demande_prete(appel.publier(par=agente), organisme, equipe[0])
    deposee = prete.deposer(par=equipe[1])
    p.fermer(appel)
    return p.relire(juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere}))


@partagee
def membre(admissible):
    """Une personne qui évalue à l'instance qui décide."""
    return fabriques.personne("evaluation", admissible.etapes.last().instance)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def toutes(initiative, niveau=3):
    return {critere: (niveau, "") for critere in initiative.appel.criteres.all()}


def test_la_grille_usuelle_fait_cent_points_et_chaque_niveau_se_nomme(admissible):
    criteres = list(admissible.appel.criteres.all())
    assert sum(c.poids for c in criteres) == 100
    assert all(phrase for c in criteres for _, phrase in c.niveaux)


def test_des_poids_qui_ne_font_pas_cent_sont_refuses(cadre, agente):
    appel = p.appel_en_preparation(cadre.bsl, agente)
    critere = {"nom": "Besoin", "poids": 90} | {f"niveau_{n}": f"Niveau {n}" for n in range(5)}
    with pytest.raises(TransitionInterdite, match="Les poids font 90"):
        grilles.poser(appel, par=agente, revision=appel.revision, criteres=[critere])
    with pytest.raises(VersionPerimee):
        grilles.poser(appel, par=agente, revision=appel.revision + 1, criteres=[critere | {"poids": 100}])


def test_la_grille_d_un_appel_publie_ne_change_plus(admissible, agente):
    appel = AppelProjets.objects.get(pk=admissible.appel_id)
    with pytest.raises(TransitionInterdite, match="publié"):
        grilles.poser(appel, par=agente, revision=appel.revision, criteres=[])


def test_une_personne_de_l_instance_ne_lit_rien_avant_de_declarer(admissible, membre, client_de):
    assert list(a_evaluer_par(membre)) == [admissible]
    assert not Initiative.objects.visibles_par(membre).exists()
    client = client_de(membre)
    assert admissible.besoin not in client.get(adresse("notation", admissible)).content.decode()
    with pytest.raises(TransitionInterdite, match="Déclarez d’abord"):
        evaluer(admissible, par=membre, notes=toutes(admissible))


def test_un_conflit_ferme_le_dossier_et_la_table_l_apprend(admissible, membre, agente, client_de):
    client = client_de(membre)
    assert_html_accessible(client.get(adresse("declaration", admissible)))
    page = client.post(adresse("declaration", admissible), {"conflit": "oui", "precision": ""})
    assert "quel est cet intérêt" in page.content.decode()
    dit = {"conflit": "oui", "precision": "Ma sœur y travaille."}
    assert client.post(adresse("declaration", admissible), dit).url == reverse("projets:dossiers")
    with pytest.raises(TransitionInterdite, match="conflit d’intérêts"):
        evaluer(admissible, par=membre, notes=toutes(admissible))
    assert admissible.besoin not in client.get(adresse("notation", admissible)).content.decode()
    assert "Conflit d’intérêts déclaré" in Notification.objects.filter(destinataire=agente).latest("pk").titre


def test_une_declaration_ne_se_change_pas(admissible, membre):
    declarer(admissible, par=membre, conflit=True, precision="Ma sœur y travaille.")
    with pytest.raises(TransitionInterdite, match="déjà déclaré"):
        declarer(admissible, par=membre, conflit=False)


def test_sans_conflit_on_lit_on_note_et_la_note_revient_a_la_table(admissible, membre, agente, client_de):
    client = client_de(membre)
    declaree = client.post(adresse("declaration", admissible), {"conflit": "non"})
    assert declaree.url == adresse("notation", admissible)
    page = client.get(declaree.url)
    assert_html_accessible(page)
    assert "61 ménages" in page.content.decode()
    saisie = {f"niveau_{c.pk}": "3" for c in admissible.appel.criteres.all()}
    assert client.post(adresse("notation", admissible), saisie).status_code == 302
    assert note_de(admissible).total == 75
    page = client_de(agente).get(adresse("synthese", admissible))
    assert_html_accessible(page)
    assert "75" in page.content.decode()


def test_une_note_incomplete_s_enregistre_et_ne_compte_pas(admissible, membre):
    declarer(admissible, par=membre, conflit=False)
    premier = admissible.appel.criteres.first()
    evaluer(admissible, par=membre, notes={premier: (4, "Très clair.")})
    assert NoteCritere.objects.get().commentaire == "Très clair."
    assert note_de(admissible).etendue is None


def test_le_critere_d_un_autre_appel_ne_se_note_pas(cadre, admissible, membre, agente):
    autre = p.appel_en_preparation(cadre.bsl, agente)
    grilles.proposer(autre, par=agente, revision=autre.revision)
    declarer(admissible, par=membre, conflit=False)
    with pytest.raises(TransitionInterdite, match="n’est pas de la grille"):
        evaluer(admissible, par=membre, notes={autre.criteres.first(): (4, "")})


def test_qui_est_de_l_organisme_n_evalue_pas_sa_demande(admissible, equipe):
    instance = InstanceGouvernance.objects.get(pk=admissible.etapes.last().instance_id)
    fabriques.mandater(equipe[0], "evaluation", instance_gouvernance=instance)
    redige = type(equipe[0]).objects.get(pk=equipe[0].pk)
    assert not a_evaluer_par(redige).exists()


def test_les_notes_ne_se_lisent_ni_de_l_organisme_ni_d_ailleurs(
    admissible, membre, equipe, etrangere, lectrice, client_de
):
    declarer(admissible, par=membre, conflit=False)
    evaluer(admissible, par=membre, notes=toutes(admissible))
    assert client_de(equipe[1]).get(adresse("synthese", admissible)).status_code == 403
    assert client_de(lectrice).get(adresse("synthese", admissible)).status_code == 403
    assert client_de(etrangere).get(adresse("synthese", admissible)).status_code == 404
    for personne in (*equipe, etrangere):
        assert not NoteCritere.objects.visibles_par(personne).exists()
        assert not DeclarationInteret.objects.visibles_par(etrangere).exists()


def test_les_dossiers_d_une_personne_disent_ce_qui_reste(admissible, membre, agente, client_de):
    client = client_de(membre)
    assert "À déclarer" in client.get(reverse("projets:dossiers")).content.decode()
    declarer(admissible, par=membre, conflit=False)
    assert "À noter" in client.get(reverse("projets:dossiers")).content.decode()
    assert client_de(agente).get(reverse("projets:dossiers")).status_code == 403


def test_la_grille_se_change_par_la_page(cadre, agente, client_de):
    appel = p.appel_en_preparation(cadre.bsl, agente)
    client = client_de(agente)
    assert client.post(adresse("appel_grille_usuelle", appel), {"revision": "1"}).status_code == 302
    page = client.get(adresse("appel_grille", appel))
    assert_html_accessible(page)
    assert "Le besoin et la priorité du plan" in page.content.decode()
    seul = {"critere_0_nom": "Le besoin", "critere_0_poids": "100", "revision": "2"}
    seul |= {f"critere_0_niveau_{n}": f"Phrase {n}" for n in range(5)}
    assert client.post(adresse("appel_grille", appel), seul).status_code == 302
    assert [c.nom for c in appel.criteres.all()] == ["Le besoin"]
    sans_phrase = seul | {"revision": "3", "critere_0_niveau_2": ""}
    assert "Niveau 2" in client.post(adresse("appel_grille", appel), sans_phrase).content.decode()


def test_une_fois_la_decision_prise_on_relit_ses_notes(admissible, membre, agente, client_de):
    declarer(admissible, par=membre, conflit=False)
    client = client_de(membre)
    evaluer(admissible, par=membre, notes=toutes(admissible) | {premier(admissible): (4, "Très parlant.")})
    while (etape := prochaine_etape(admissible)) and etape.acte != "decision":
        rendre(admissible, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    refuser(p.relire(admissible), agente)
    admissible = p.relire(admissible)
    page = client.get(adresse("notation", admissible))
    assert_html_accessible(page)
    assert "La décision est prise, le" in page.content.decode()
    assert "Très parlant." in page.content.decode()
    assert adresse("notation", admissible) in client.get(reverse("projets:dossiers")).content.decode()
    with pytest.raises(TransitionInterdite, match="vos notes ne changent plus"):
        evaluer(admissible, par=membre, notes=toutes(admissible))
    autre = fabriques.personne("evaluation", admissible.etapes.last().instance)
    assert client_de(autre).get(adresse("notation", admissible)).status_code == 404


def refuser(initiative, par):
    acte = {"prise_le": aujourd_hui(), "resolution": "2026-06-11", "piece": fabriques.fichier_pdf()}
    motifs = {
        "raison": "besoin",
        "motif": "Le besoin n’est pas montré.",
        "ecart": "La Table en a jugé autrement.",
    }
    return decider(initiative, par=par, sens="refusee", **acte, **motifs)


def premier(initiative):
    return initiative.appel.criteres.first()
