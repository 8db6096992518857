"""Ce que montre la page du suivi : lu d'une requête, puis dit par les règles."""

from functools import cached_property
from operator import itemgetter

from projets.models import ObjectifInitiative
from projets.protocoles.models import AvenantProtocole, NoteDeSuivi, Paiement, PieceNote, Remboursement
from projets.protocoles.regles.avancement import Versement, argent
from projets.protocoles.views.suites import a_faire_de
from socle.lectures import precharger
from socle.texte.pastilles import Pastille
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

VERSEMENTS = {
    "prevue": Pastille("À venir", "afaire"),
    "liberee": Pastille("À verser", "encours"),
    "versee": Pastille("Versé", "bien"),
    "suspendue": Pastille("Suspendu", "attention"),
    "annulee": Pastille("Annulé", "neutre"),
}


class Suivi:
    def __init__(self, protocole):
        self.protocole, self.jour = protocole, aujourd_hui()
        initiative = protocole.initiative
        lues = precharger(
            protocole,
            *("tranches", "signatures", "rapports", "releve"),
            aussi=(
                Paiement.objects.en_vigueur().filter(tranche__protocole=protocole).order_by("faite_le", "pk"),
                Remboursement.objects.en_vigueur().filter(ligne__protocole=protocole),
                ObjectifInitiative.objects.filter(initiative=initiative).order_by("rang", "pk"),
                NoteDeSuivi.objects.filter(protocole=protocole).select_related("ecrite_par").order_by("-pk"),
                PieceNote.objects.filter(note__protocole=protocole).order_by("pk"),
                protocole.changements.select_related("demande_par", "repondu_par").order_by("-pk"),
                protocole.avenants.order_by("rang"),
                initiative.alliance.contacts.filter(principal=True).order_by("pk"),
            ),
        )
        self.paiements, self.remboursements, self.objectifs, notes, pieces, self.changements, *lues = lues
        avenants, contacts = lues
        self.avenants = [avenant for avenant in avenants if avenant.etat == AvenantProtocole.Etat.TRANSMIS]
        for changement in self.changements:
            changement.a_porter = changement.attend_un_avenant(avenants)
        self.contact = next(iter(contacts), None)
        self.notes = [(note, [piece for piece in pieces if piece.note_id == note.pk]) for note in notes]

    # --- L'argent -------------------------------------------------------------------------------------------

    @cached_property
    def versements(self):
        """[(tranche, ce qui en est versé, le dernier jour où il l'a été, son état)]."""
        return [self._versement(tranche) for tranche in self.protocole.tranches.all()]

    def _versement(self, tranche):
        faits = [paiement for paiement in self.paiements if paiement.tranche_id == tranche.pk]
        verse = sum((paiement.montant for paiement in faits), ZERO)
        return tranche, verse, faits[-1].faite_le if faits else None, VERSEMENTS[tranche.etat]

    @property
    def argent(self):
        """La barre de la page du protocole; l'accordé est la somme de ses versements, au cent."""
        lus = [
            Versement(t.rang, t.montant, verse, t.etat, t.condition, t.prevue_le, t.retenue)
            for t, verse, *_ in self.versements
        ]
        acceptes = (rapport.depense for rapport in self.protocole.rapports.all() if rapport.accepte_le)
        return argent(sum((t.montant for t, *_ in self.versements), ZERO), lus, sum(acceptes, ZERO))

    @property
    def total(self):
        """Ce qui est versé ou le sera; ce qui est annulé n'y est plus."""
        argent = self.argent
        return argent.verse + argent.a_verser + argent.retenu

    hors_des_versements = "Libéré"

    @property
    def prochain(self):
        """(tranche, ce qui en reste) du prochain versement, ou rien; ce qui est à verser maintenant est déjà dit."""
        restes = [(t, t.montant - verse) for t, verse, *_ in self.versements if t.etat == "prevue"]
        return min(restes, key=lambda paire: (paire[0].prevue_le, paire[0].rang), default=None)

    @property
    def du(self):
        rendu = sum((remboursement.montant for remboursement in self.remboursements), ZERO)
        return sum((ligne.a_recuperer for ligne in self.protocole.releve.all()), ZERO) - rendu

    # --- Les rapports, les objectifs ------------------------------------------------------------------------

    @cached_property
    def rapports(self):
        """[(le jour où il est attendu, le rapport reçu ou rien, son état)], le final compris; un refusé d'abord."""
        recus = self.protocole.rapports_recus()
        attendus = {
            t.prevue_le for t, *_ in self.versements if t.condition == "rapport" and t.etat != "annulee"
        }
        jours = sorted(attendus | recus.keys() | {self.protocole.rapport_final_le})
        refuses = [r for r in self.protocole.rapports.all() if r.refuse_le]
        lus = [(jour, recus.get(jour), self._du_rapport(jour, recus.get(jour))) for jour in jours]
        return sorted(
            [*((r.attendu_le, r, Pastille("Non accepté", "probleme")) for r in refuses), *lus],
            key=itemgetter(0),
        )

    def _du_rapport(self, jour, recu):
        if recu:
            return Pastille("Accepté", "bien") if recu.accepte_le else Pastille("Reçu", "encours")
        return Pastille("En retard", "probleme") if jour < self.jour else Pastille("Attendu", "afaire")

    @cached_property
    def jalons(self):
        """[(objectif, le jour où il est atteint ou rien, son état)] : la dernière note qui en parle le dit."""
        dits = {note.objectif_id: note.atteint_le for note, _ in reversed(self.notes) if note.objectif_id}
        return [(o, dits.get(o.pk), self._de_l_objectif(o, dits.get(o.pk))) for o in self.objectifs]

    def _de_l_objectif(self, objectif, atteint_le):
        if atteint_le:
            return Pastille("Atteint", "bien")
        tarde = objectif.pour_le and objectif.pour_le < self.jour
        return Pastille("En retard", "attention") if tarde else Pastille("À venir", "afaire")

    # --- La chose à faire -----------------------------------------------------------------------------------

    @cached_property
    def a_faire(self):
        verses = {tranche.pk: verse for tranche, verse, *_ in self.versements}
        return a_faire_de(self.protocole, verses, self.du)
