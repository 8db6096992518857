"""Une demande entière se remplit au téléphone en moins d'une demi-heure, en douze écrans, sans rien redemander.

La demande est celle de la démonstration : son appel, ses réponses, son budget.
"""

import gzip
import re
from collections import Counter

import pytest
from django.conf import settings
from django.urls import reverse

from alliances.models import Organisme, Territoire
from alliances.plans.models import Priorite
from demonstration import demandes
from demonstration.calendriers import calendrier
from demonstration.lecture import fiche, plan_ecrit
from projets.canevas import PARTIES
from projets.models import Initiative
from projets.regles.lecture import montage_de
from tests import fabriques
from tests.outils.chronometre import Chronometre
from tests.outils.partage import partagee
from tests.outils.visiteuse import Visiteuse, lisible
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db

MRC = (("09", "La Mitis"), ("10", "Rimouski-Neigette"), ("11", "Les Basques"), ("12", "Rivière-du-Loup"))
MRC += (("13", "Témiscouata"), ("14", "Kamouraska"))

RANGEE = re.compile(r"[a-z]+_\d+_")
TETE = re.compile(r"objectif_\d+_objectif$|partenaire_\d+_nom$|ligne_\d+_(poste|source)$")


@partagee
def donnees():
    """L'appel ouvert du Bas-Saint-Laurent et, première ligne, la demande que `porteur` y écrit."""
    return next(a for a in fiche("initiatives/bas_saint_laurent")["appels"] if a["calendrier"] == "ouvert")


@partagee
def appel(cadre, agente, donnees):
    bsl, jours = cadre.bsl, calendrier("ouvert")
    enveloppe = p.enveloppes(bsl)["La Matapédia"]
    for code, nom in MRC:
        bsl.territoires.add(Territoire.objects.create(code=code, nom=nom, region=bsl.regions.get()))
    _servir_les_priorites(fabriques.version_approuvee(bsl))
    return p.appel_ouvert(
        bsl,
        par=agente,
        partage={enveloppe: 300_000},
        titre=donnees["titre"],
        presentation=donnees["presentation"],
        question_1=donnees["question"],
        pieces_demandees=donnees["pieces"],
        debut_au_plus_tot=jours.debut,
        fin_au_plus_tard=jours.fin,
    )


def _servir_les_priorites(version):
    """Autant qu'au plan de la démonstration, dans ses mots."""
    modele = version.priorites.get()
    for rang, priorite in enumerate(plan_ecrit("bas_saint_laurent")["priorites"][1:], start=1):
        modele.pk, modele.rang, modele.titre = None, rang, priorite["titre"]
        modele.cle = Priorite._meta.get_field("cle").get_default()
        Priorite.objects.bulk_create([modele])


@partagee
def organisme(cadre, donnees):
    ligne = donnees["initiatives"][0]
    return Organisme.objects.create(
        nom=ligne["porteur"],
        forme=ligne["forme"],
        neq=p.NEQ,
        adresse="12, rue de l’Église, Amqui",
        territoire=cadre.bsl.territoires.get(code="07"),
    )


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def modele(appel, organisme, equipe, donnees):
    """La demande telle qu'elle sera une fois remplie."""
    ligne, redige = donnees["initiatives"][0], equipe[0]
    priorites = list(appel.priorites_servies().select_related("thematique").prefetch_related("territoires"))
    remplie = demandes.rediger(
        appel, ligne, organisme, par=redige, calendrier=calendrier("ouvert"), priorites=priorites
    )
    noms = {
        "personne_ressource": f"{redige.nom_complet}, {redige.courriel}",
        "signataire": equipe[1].nom_complet,
    }
    Initiative.objects.filter(pk=remplie.pk).update(**noms)
    remplie.pieces.all().delete()
    return remplie


class Parcours:
    """Une personne remplit sa demande d'après un modèle, page après page, sans JavaScript."""

    def __init__(self, client, demande, modele):
        self.demande, self.modele, self.temps = demande, modele, Chronometre()
        self.visite, self.ecrans = Visiteuse(), {}
        self.visite.client = client

    def ouvrir(self, nom, *args):
        """Une page, lue; une même adresse n'est qu'un écran."""
        self.visite.ouvrir(reverse(f"projets:{nom}", args=args))
        self.temps.lire(self.visite.page)
        self.ecrans[self.visite.adresse] = poids(self.visite)

    def formulaire(self):
        formulaires = [n for n in self.visite.noeuds if n.balise == "form" and n.dans("main")]
        return next(f for f in formulaires if f.lire("method") == "post")

    def remplir(self, code):
        """Toute la partie; s'il y manque des rangées, autant de détours par le bouton qui en ajoute."""
        voulu = self.voulu(code)
        while True:
            self.ouvrir("partie", self.demande.pk, code)
            offerts = {c.lire("name") for c in self.visite.commandes(self.formulaire())}
            self.temps.remplir(self.formulaire(), voulu)
            self.envoyer({nom: valeurs for nom, valeurs in voulu.items() if nom in offerts}, code)
            if {nom for nom, valeurs in voulu.items() if any(valeurs)} <= offerts:
                return

    def voulu(self, code):
        """{nom: [valeurs]} de la partie du modèle, sans les rangées que sa page offre encore."""
        self.visite.ouvrir(reverse("projets:partie", args=[self.modele.pk, code]))
        valeurs = self.visite.valeurs(self.formulaire())
        vides = {
            RANGEE.match(nom)[0] for nom, (texte, *_) in valeurs.items() if TETE.match(nom) and not texte
        }
        return {n: v for n, v in valeurs.items() if not (RANGEE.match(n) and RANGEE.match(n)[0] in vides)}

    def envoyer(self, saisie, code):
        self.temps.choisir()
        revision = {"revision": [str(self.demande.parties.get(code=code).revision)]}
        assert self.visite.client.post(self.visite.adresse, saisie | revision).status_code == 302

    def joindre(self, fichier):
        """La nature demandée est déjà choisie : un fichier, un bouton."""
        self.ouvrir("pieces", self.demande.pk)
        saisie = self.visite.valeurs(self.formulaire()) | {"fichier": fichier}
        self.temps.choisir(2)
        assert self.visite.client.post(self.visite.adresse, saisie).status_code == 302

    def deposer(self, client):
        self.visite.client = client
        self.ouvrir("verification", self.demande.pk)
        self.temps.choisir(2)
        self.visite.envoyer("Déposer la demande", {"J’atteste": True})


def poids(visite):
    """Ce que la page fait venir la première fois : elle, ses feuilles et ses scripts, compressés."""
    liens = [
        n.lire("href") if n.balise == "link" else n.lire("src") for n in visite._noeuds("link", "script")
    ]
    chemins = {
        lien.removeprefix("/static/").split("?")[0] for lien in liens if (lien or "").startswith("/static/")
    }
    fichiers = [(settings.RACINE / "static" / c).read_bytes() for c in chemins if c.endswith((".css", ".js"))]
    return sum(len(gzip.compress(octets)) for octets in (visite.reponse.content, *fichiers))


@pytest.fixture
def parcours(appel, organisme, equipe, modele, client_de):
    """La demande entière, de la page publique au dépôt."""
    demande = p.demande(appel, organisme, equipe[0])
    parcours = Parcours(client_de(equipe[0]), demande, modele)
    parcours.ouvrir("appel_public", appel.pk)
    parcours.ouvrir("commencement", appel.pk)
    parcours.temps.choisir()
    parcours.ouvrir("demande", demande.pk)
    for partie in PARTIES:
        parcours.remplir(partie.code) if partie.code != "pieces" else parcours.joindre(
            fabriques.fichier_pdf()
        )
    parcours.deposer(client_de(equipe[1]))
    return parcours


def test_une_demande_entiere_prend_moins_d_une_demi_heure_et_douze_ecrans(parcours, modele):
    deposee = p.relire(parcours.demande)
    assert (deposee.etat, deposee.titre) == ("deposee", modele.titre)
    assert montage_de(deposee).demande == montage_de(modele).demande
    assert parcours.temps.minutes < 30, parcours.temps.secondes
    remplis = [e for e in parcours.ecrans if re.search(r"/demande/\w|/verification/", e)]
    assert len(remplis) <= 12
    assert max(parcours.ecrans.values()) < 60_000, parcours.ecrans


def test_rien_n_est_demande_deux_fois_ni_de_ce_qu_on_sait_de_l_organisme(modele, equipe, client_de):
    visite, questions = Visiteuse(), Counter()
    visite.client = client_de(equipe[0])
    for partie in PARTIES:
        if partie.code != "pieces":
            visite.ouvrir(reverse("projets:partie", args=[modele.pk, partie.code]))
            questions.update(questions_de(visite))
    assert len(questions) > 30
    assert [question for question, ecrans in questions.items() if ecrans > 1] == []
    connues = ("neq", "adresse", "courriel", "téléphone", "forme juridique", "nom de l’organisme")
    assert [q for q in questions if any(mot in q.lower() for mot in connues)] == []


def questions_de(visite):
    """Les questions d'un écran, une fois chacune, telles qu'on les lit; celle d'un montant, avec sa sorte de ligne."""
    questions = set()
    for noeud in visite._noeuds("label", "legend"):
        reponse = noeud.balise == "label" and any(a.lire("class") == "liste-choix" for a in noeud.ancetres())
        ligne = next((n.enfants[0].texte() for n in noeud.ancetres() if n.balise == "tr"), "")
        if not reponse and noeud.dans("main"):
            questions.add(re.sub(r" ?\d+ ?", " ", lisible(f"{ligne} {noeud.texte()}")).strip())
    return questions - {"Je reviendrai à cette partie"}
