"""Le bénéficiaire qu'un avenant dit : le même organisme sous son identité d'aujourd'hui, ou un autre qui le reprend.

Un changement de nom, de NEQ ou de numéro de fournisseur, une fusion : qui recevra l'argent le signe lui-même, par sa
résolution. Dissous sans que personne le reprenne, l'organisme ne signe plus : le protocole se résilie.
"""

from django.db import models

from alliances.models import Organisme
from projets.models.choix import est_de
from projets.protocoles.models.reponses import DeuxReponses
from projets.protocoles.models.termes import BENEFICIAIRE, identite_de

IDENTITE_CHANGEE = (
    "L’organisme a changé de nom, de NEQ ou de numéro de fournisseur depuis la signature du protocole\xa0: l’avenant "
    "ne se signe pas sous un autre nom. Reprenez-le, et dites-y le bénéficiaire d’aujourd’hui."
)
IDENTITE_PERIMEE = (
    "Le bénéficiaire que dit cet avenant a changé d’identité depuis\xa0: reprenez l’avenant, et "
    "dites-le de nouveau."
)
SANS_LE_CEDANT = (
    "Un autre organisme reprend l’initiative quand celui qui la porte l’a demandé\xa0: il demande un changement au "
    "suivi (« Autre chose »), et la Table l’accorde. S’il n’est plus là pour le demander, le protocole se résilie."
)


class BeneficiaireDAvenant(DeuxReponses, models.Model):
    """Mélangée à `AvenantProtocole`."""

    repreneur = models.ForeignKey(
        Organisme,
        models.PROTECT,
        verbose_name="organisme qui reprend le protocole",
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def seul_le_beneficiaire_change(self):
        return self.propositions.keys() == {BENEFICIAIRE}

    def organisme_de(self, cote):
        """Qui reprend signe; sinon, les parties du protocole."""
        sien = self.repreneur if cote == "organisme" else None
        return sien or self.protocole.organisme_de(cote)

    def dire_le_beneficiaire(self, organisme):
        """Les propositions, le bénéficiaire compris."""
        autre = organisme.pk != self.initiative.organisme_id
        self.repreneur = organisme if autre else None
        return {BENEFICIAIRE: identite_de(organisme)}

    def fautes_de_beneficiaire(self):
        """Ce qui s'oppose à ce que ce bénéficiaire signe et reçoive; en phrases."""
        organisme = self.organisme_de("organisme")
        if self.termes_proposes()[BENEFICIAIRE] != identite_de(organisme):
            yield IDENTITE_PERIMEE if BENEFICIAIRE in self.propositions else IDENTITE_CHANGEE
        if self.repreneur:
            if not self.protocole.changements.filter(issue="accorde", nature="autre").exists():
                yield SANS_LE_CEDANT
            yield from self.protocole.empechements_de_partenaire(organisme)
            yield from self.protocole.empechements_d_organisme(organisme)

    def mains_du_repreneur(self, par):
        """Qui est de l'organisme qui reprend ne tient pas la plume de la Table."""
        liee = self.repreneur and est_de(par, self.repreneur)
        return (
            [f"Vous êtes de {self.repreneur}\xa0: une autre personne agit pour l’Alliance."] if liee else []
        )

    def _mains_liees(self, cote, par):
        sienne = self.mains_du_repreneur(par) if cote == "alliance" else []
        return super()._mains_liees(cote, par) or sienne

    def _porter_le_beneficiaire(self):
        """À son entrée en vigueur : l'argent va à qui vient de signer; l'initiative est à lui."""
        if BENEFICIAIRE not in self.propositions:
            return
        signees = self.signatures.filter(tour=self.tour, cote="organisme")
        self.protocole._figer_le_beneficiaire(signees.get())
        if self.repreneur:
            self.initiative.organisme = self.repreneur
            self.initiative.save()
