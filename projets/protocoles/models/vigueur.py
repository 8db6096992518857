"""La dernière signature : l'argent réservé s'engage, l'initiative est en cours, ce que la signature libère l'est."""

from django.utils import timezone

from conventions.models import Ecriture
from conventions.models.ecritures import Nature
from projets.models import Initiative
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.transmission import GestesDeTransmission
from socle.valeurs.argent import ZERO, en_dollars, somme


class GestesDeVigueur(GestesDeTransmission):
    """Ce qu'une signature complète change à l'argent."""

    def _entrer_en_vigueur(self, *, par, le):
        """Sous le verrou de l'initiative et du protocole; la convention se relit sous le sien."""
        le, convention = le or timezone.now(), self.convention.verrouiller()
        exiger(self.empechements_a_engager())
        siennes = list(self.affectations())
        reserves = [(a.enveloppe, "reserve", -a.montant) for a in siennes]
        engages = [(a.enveloppe, "engage", a.montant) for a in siennes]
        Ecriture.passer(
            convention, reserves + engages, nature=Nature.ENGAGEMENT, par=par, le=le, **self.promesse
        )
        self.etat, self.signe_par = self.Etat.SIGNE, par
        self.signe_le = max(s.signee_le for s in self.reponses())
        self._figer_le_beneficiaire(next(s for s in self.reponses() if s.cote == "organisme"))
        self.save()
        self._porter_l_initiative(Initiative.Etat.EN_COURS)
        self.noter("engager", par=par, le=le, apres={"montant": en_dollars(self.montant())})
        for tranche in self.tranches.filter(condition="signature").select_related("affectation__enveloppe"):
            tranche.protocole = self
            tranche._liberer(par=par, le=le)

    def _porter_l_initiative(self, etat):
        self.initiative.etat, self.initiative.reservee_jusqu_au = etat, None
        self.initiative.save()

    def engages(self):
        """{enveloppe: ce qui y est encore engagé pour cette initiative}, d'après le grand livre."""
        lignes = Ecriture.objects.filter(
            convention=self.convention, compte="engage", reference=self.promesse["reference"]
        ).order_by()
        totaux = lignes.values_list("enveloppe").annotate(total=somme("montant"))
        return {enveloppe: total for enveloppe, total in totaux if total}

    def liberer_l_engage(self, montants, *, par, motif, le=None):
        """{enveloppe: dollars} au plus, qui retournent au disponible; rend ce qui y est vraiment retourné.

        La convention résiliée a pu en libérer déjà : on ne touche jamais à l'engagé d'une autre initiative.
        """
        convention = self.convention.verrouiller()
        engages = self.engages()
        rendus = {e: min(montant, engages.get(e.pk, ZERO)) for e, montant in montants.items()}
        lignes = [(enveloppe, "engage", -montant) for enveloppe, montant in rendus.items() if montant]
        if lignes:
            Ecriture.passer(
                convention, lignes, nature=Nature.LIBERATION, par=par, motif=motif, le=le, **self.promesse
            )
        return rendus

    def reengager(self, enveloppe, montant, *, par, motif, le=None):
        """Ce qui avait été libéré l'est de moins : un virement était déjà parti. Sous le verrou du protocole."""
        convention, lignes = self.convention.verrouiller(), [(enveloppe, "engage", montant)]
        Ecriture.passer(
            convention, lignes, nature=Nature.LIBERATION, par=par, motif=motif, le=le, **self.promesse
        )

    def engage_dans(self, enveloppe):
        return self.engages().get(enveloppe.pk, ZERO)
