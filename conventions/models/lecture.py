"""Des versements prévus lus ensemble : ce que les pages montrent de chacun, sans une requête par ligne."""

from functools import cache, cached_property

from django.db.models import Q

from conventions.models.beneficiaires import beneficiaires_de
from conventions.models.enveloppes import Enveloppe
from conventions.models.obligations import CONDITIONS, Obligation, passees


@cache
def _dues_ou_acceptes():
    lues = ("convention", "nature", "an", "echeance", "acceptee_le")
    return Obligation.objects.dues_ou_acceptes().order_by().values_list(*lues)


class EcheancesLues:
    """Chaque fait se lit pour toutes à la fois, la première fois qu'on le demande.

    Des requêtes courtes : réunies en une seule, Django mettrait plus de temps à l'écrire que la base à y répondre.
    `obligations`, quand la page les a déjà lues, sont toutes celles de leurs conventions.
    """

    def __init__(self, echeances, obligations=None):
        self.echeances, self.obligations = echeances, obligations
        self._levees = {}
        self.conventions = {echeance.convention_id for echeance in echeances}
        for echeance in echeances:
            echeance.lues = self

    @cached_property
    def en_retard(self):
        """{convention: ses obligations en retard}, par échéance."""
        retards = {}
        for obligation in sorted(self._obligations[0], key=lambda o: (o.echeance, o.nature, o.an or 0)):
            retards.setdefault(obligation.convention_id, []).append(obligation)
        return retards

    @cached_property
    def rapports(self):
        """Les (convention, condition, exercice) dont le rapport est accepté; sans exercice, le rapport final."""
        return self._obligations[1]

    @cached_property
    def _obligations(self):
        if self.obligations is None:
            return self._lire_les_obligations()
        acceptes = {
            (o.convention_id, o.condition, o.an) for o in self.obligations if o.est_un_rapport_accepte
        }
        return [o for o in self.obligations if o.est_en_retard], acceptes

    def _lire_les_obligations(self):
        """(celles en retard, ce que les rapports acceptés libèrent), d'une requête."""
        retards, acceptes = [], set()
        lues = _dues_ou_acceptes().filter(
            passees() | Q(acceptee_le__isnull=False), convention__in=self.conventions
        )
        for convention, nature, an, echeance, acceptee_le in lues:
            if acceptee_le:
                acceptes.add((convention, CONDITIONS[nature], an))
            else:
                retards.append(Obligation(convention_id=convention, nature=nature, an=an, echeance=echeance))
        return retards, acceptes

    def levees_par(self, personne):
        """{convention: les obligations dont cette personne a levé seule le retard}."""
        if personne not in self._levees:
            levees = self._levees.setdefault(personne, {})
            for obligation in Obligation.objects.filter(convention__in=self.conventions).levees_par(personne):
                levees.setdefault(obligation.convention_id, []).append(obligation)
        return self._levees[personne]

    @cached_property
    def beneficiaires(self):
        """{convention: l'organisme qui y reçoit l'argent}."""
        return beneficiaires_de(self.conventions)

    @cached_property
    def racines(self):
        """Les (convention, exercice) dont l'enveloppe est ouverte."""
        racines = Enveloppe.objects.filter(convention__in=self.conventions, volet=Enveloppe.Volet.EXERCICE)
        return set(racines.order_by().values_list("convention", "an"))
