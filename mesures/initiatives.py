"""Les initiatives d'un pays : celles de la démonstration recopiées par la base, jusqu'à 150 000.

Chaque copie a son organisme, son appel et ses mots; elle est d'une autre Alliance. Ce que les pages mesurées ne lisent
qu'à partir d'une initiative (ses dépenses, ses objectifs, ses pièces) n'est pas recopié.
"""

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from alliances.models import Alliance, Organisme
from conventions.models import Enveloppe
from mesures.catalogue import pages_des_initiatives
from mesures.courbes import Courbe, Volume, lire
from mesures.pages import chronometrer, client_de
from projets import models as m
from projets.protocoles.models import Protocole, RapportRecu, SignatureProtocole, Tranche
from socle.declencheurs import declares, poser, retirer

UNE_FOIS = 1500  # initiatives, à ×1
FACTEURS = (1, 10, 100)
COPIES = (
    *(Organisme, m.AppelProjets, m.EnveloppeAppel, m.CritereAppel, m.Initiative, m.PartieDemande),
    *(m.SourcePrevue, m.EtapeInitiative, m.AvisInitiative, m.NoteCritere, m.Decision, m.Affectation),
    *(m.PropositionDecision, m.MontantPropose, m.JournalProjets),
    *(m.PersonnesPrevues, m.Initiative.priorites.through),  # sans les territoires : une copie est d'ailleurs
    *(Protocole, SignatureProtocole, Tranche, RapportRecu),
)
# Ce qu'une copie ne garde pas tel quel : sans cela, elle serait la même initiative, ou sa voisine.
MOTS = "REPLACE({0}, ' ', CAST(k AS text) || ' ') || CAST(k AS text)"
PROPRES = {
    "organisme.neq": "CASE {0} WHEN '' THEN '' ELSE CAST(3000000000 + k * 100000 + id AS text) END",
    "organisme.nom_normalise": "{0} || ' ' || CAST(k AS text)",
    "initiative.numero": "CASE {0} WHEN '' THEN '' ELSE {0} || '-' || CAST(k AS text) END",
    "initiative.titre": MOTS,
    "initiative.resume": MOTS,
    "signatureprotocole.organisme": "{0}",  # de l'Alliance, parfois : ceux-là ne se recopient pas
    "journalprojets.chaine": "{0} || '-' || CAST(k AS text)",
}
RIEN = {"initiative.reprise_de", "appelprojets.copie_de"}
SEULEMENT = {
    m.PartieDemande: "initiative_id IN (SELECT id FROM projets_initiative WHERE etat = 'brouillon')",
    m.NoteCritere: "initiative_id IN (SELECT id FROM projets_initiative WHERE etat = 'admissible')",
    Organisme: "id IN (SELECT organisme_id FROM projets_initiative)",
}


def mesurer_les_initiatives(pays, tours):
    """La courbe des pages du choix et de l'accueil d'un organisme."""
    volumes = []
    for facteur in FACTEURS:
        pays.grossir(facteur * UNE_FOIS)
        comptes = {"Initiatives": m.Initiative.objects.count(), "Appels": m.AppelProjets.objects.count()}
        volumes.append(Volume(facteur, comptes, _relever(tours)))
    return Courbe(
        "Initiatives d’un pays",
        "Les appels et les initiatives de la démonstration, recopiés dans d’autres Alliances; les mêmes pages.",
        volumes,
    )


def _relever(tours):
    clients = {compte: client_de(compte) for compte in ("coordination", "finances", "mess", "porteur")}
    pages = pages_des_initiatives()
    lues = [
        ("coordination", "Demandes d’un appel", pages["coordination"]),
        ("coordination", "Séance", pages["coordination"]),
        ("coordination", "Initiative, toute la piste", pages["coordination"]),
        ("coordination", "Liste des initiatives", pages["coordination"]),
        ("coordination", "Le plan et les initiatives", pages["coordination"]),
        ("coordination", "Protocoles", pages["coordination"]),
        ("coordination", "Protocole", pages["coordination"]),
        ("finances", "À verser aux organismes", pages["finances"]),
        ("mess", "Portrait des initiatives", pages["mess"]),
        ("porteur", "Accueil", {"Accueil": reverse("pilotage:accueil")}),
    ]
    return {
        nom: lire(lambda c=compte, a=adresses[nom]: chronometrer(clients[c], a), tours)
        for compte, nom, adresses in lues
    }


class Pays:
    """Les rangées d'origine, et combien de fois elles sont déjà recopiées."""

    def __init__(self):
        self.pas = {modele: modele.objects.aggregate(pas=Max("pk"))["pas"] or 0 for modele in COPIES}
        self.initiatives, self.copies, self.ailleurs = m.Initiative.objects.count(), 0, {}

    @transaction.atomic
    def grossir(self, voulues):
        """Recopie tout, autant de fois qu'il manque; une instruction par table."""
        jusqu_a = voulues // self.initiatives - 1
        self.ailleurs = {
            nom: sorted(modele.objects.order_by().values_list("pk", flat=True))
            for nom, modele in (("alliance", Alliance), ("enveloppe", Enveloppe))
        }
        gardees = declares(COPIES)  # un échéancier transmis ne reçoit rien : une copie arrive toute faite
        retirer(connection, gardees)
        for modele in COPIES if jusqu_a > self.copies else ():
            self._recopier(modele, self.copies + 1, jusqu_a)
        poser(connection, gardees)
        self.copies = max(self.copies, jusqu_a)
        with connection.cursor() as curseur:
            curseur.execute("ANALYZE")

    def _recopier(self, modele, de, a):
        colonnes = {champ.column: self._expression(modele, champ) for champ in modele._meta.concrete_fields}
        table, seulement = modele._meta.db_table, SEULEMENT.get(modele, "1 = 1")
        with connection.cursor() as curseur:
            curseur.execute(
                f"INSERT INTO {table} ({', '.join(colonnes)})"
                f" WITH RECURSIVE copies(k) AS (SELECT {de} UNION ALL SELECT k + 1 FROM copies WHERE k < {a})"
                f" SELECT {', '.join(colonnes.values())} FROM {table} CROSS JOIN copies"
                f" WHERE id <= {self.pas[modele]} AND {seulement}"
            )

    def _expression(self, modele, champ):
        nom, colonne = f"{modele._meta.model_name}.{champ.name}", champ.column
        if nom in RIEN:
            return "NULL"
        if nom in PROPRES:
            return PROPRES[nom].format(colonne)
        if nom == "affectation.enveloppe":
            return colonne  # celle de l'écriture que nomme la décision, qui n'est pas recopiée
        if champ.name in ("alliance", "enveloppe"):
            cles = self.ailleurs[champ.name]
            return f"{cles[-1]} - ((k * 7 + {colonne}) % {len(cles) // 2})"
        copie = modele if champ.primary_key else champ.related_model
        return f"{colonne} + k * {self.pas[copie]}" if copie in COPIES else colonne
