"""L'état des versements : ce qui lui est accordé, ce qui est versé, quand, sous quelle référence, ce qui reste."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from conventions.models.beneficiaires import en_mots
from projets.protocoles.models.paiements import Paiement
from projets.protocoles.models.protocoles import SIGNES
from projets.protocoles.models.remboursements import Remboursement
from projets.protocoles.models.tranches import Etat
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

DITS = {
    Etat.PREVUE: "À venir",
    Etat.LIBEREE: "À verser",
    Etat.VERSEE: "Versé",
    Etat.SUSPENDUE: "Suspendu",
    Etat.ANNULEE: "Annulé",
}


@dataclass(frozen=True)
class Mouvement:
    """Une ligne de cet état : une somme versée (ou rendue, négative); contrepassée, elle ne compte plus."""

    le: date
    quoi: str
    reference: str
    montant: Decimal
    contrepasse: bool
    pk: int
    rendu: bool = False


@dataclass
class Compte:
    """Accordé = versé + reste à verser + libéré; `retenue` est la part du reste gardée jusqu'au rapport final."""

    beneficiaire: str
    accorde: Decimal
    tranches: list
    mouvements: list
    a_rendre: Decimal = ZERO
    rendu: Decimal = ZERO
    arrete_le: date = field(default_factory=aujourd_hui)

    @property
    def verse(self):
        return sum((t.verse() for t in self.tranches), ZERO)

    @property
    def _a_venir(self):
        return [t for t in self.tranches if t.etat not in (Etat.VERSEE, Etat.ANNULEE)]

    @property
    def reste(self):
        return sum((t.reste() for t in self._a_venir), ZERO)

    @property
    def prevu(self):
        """Ce qui est versé ou le sera : ce qui est annulé n'en est pas."""
        return self.verse + self.reste

    @property
    def retenue(self):
        return sum((t.reste() for t in self._a_venir if t.retenue), ZERO)

    @property
    def reste_sans_retenue(self):
        return self.reste - self.retenue

    @property
    def libere(self):
        return self.accorde - self.verse - self.reste

    @property
    def doit(self):
        """Ce que l'organisme doit encore rendre."""
        return self.a_rendre - self.rendu


def compte_de(protocole):
    """L'état des versements d'un protocole signé, en quatre requêtes."""
    tranches = list(protocole.tranches.select_related("affectation__enveloppe__territoire"))
    paiements = list(Paiement.objects.filter(tranche__protocole=protocole).lues())
    rendus = list(Remboursement.objects.filter(ligne__protocole=protocole).lues())
    for tranche in tranches:
        tranche.dit = DITS[tranche.etat]
        tranche.deja_verse = sum((p.net for p in paiements if p.tranche_id == tranche.pk), ZERO)
    nom = protocole.identite_signee()[0] if protocole.etat in SIGNES else ""
    mouvements = [_mouvement(p, _a_qui(p, nom), p.montant) for p in paiements]
    mouvements += [_mouvement(r, "Remboursement", -r.montant, rendu=True) for r in rendus]
    return Compte(
        beneficiaire=en_mots(*protocole.identite_signee()) if protocole.etat in SIGNES else "",
        accorde=protocole.montant(),  # un versement qu'un avenant remplace serait compté deux fois
        tranches=tranches,
        mouvements=sorted(mouvements, key=lambda m: (m.le, m.rendu, m.pk)),
        a_rendre=sum((ligne.a_recuperer for ligne in protocole.releve.all()), ZERO),
        rendu=sum((r.net for r in rendus), ZERO),
    )


def _a_qui(paiement, nom):
    """« Versement 1 »; « Versement 1, à Maison de rang » s'il est allé à qui portait l'initiative avant."""
    avant = f", à {paiement.nom_fige}" if nom and paiement.nom_fige != nom else ""
    return f"Versement {paiement.tranche.rang}{avant}"


def _mouvement(ligne, quoi, montant, *, rendu=False):
    contrepasse = ligne.contrepassee_par is not None
    return Mouvement(ligne.faite_le, quoi, ligne.reference, montant, contrepasse, ligne.pk, rendu)
