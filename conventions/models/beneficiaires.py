"""À qui l'on verse : la partie qui reçoit, figée à sa signature et à l'autorisation de chaque versement."""

from django.db import models

from alliances.models import Organisme
from conventions.models.parties import Fige, PartieConvention, copie_de
from socle.erreurs import TransitionInterdite
from socle.valeurs.empreintes import empreinte

QUI_RECOIT = ("fiduciaire", "mandataire", "signataire")  # dans cet ordre : un fiduciaire reçoit pour la Table
CHANGE = (
    "Le bénéficiaire a changé depuis l’autorisation\u00a0: {fige} alors, {actuel} maintenant. Ce versement attend une "
    "nouvelle autorisation."
)


def beneficiaires_de(conventions):
    """{convention: l'organisme qui y reçoit l'argent}; une requête."""
    parties = PartieConvention.objects.filter(
        convention__in=conventions, role__in=QUI_RECOIT, retiree_le=None
    ).select_related("organisme")
    recoivent = {}
    for partie in sorted(parties, key=lambda p: (QUI_RECOIT.index(p.role), p.rang, p.pk)):
        recoivent.setdefault(partie.convention_id, partie.organisme)
    return recoivent


def en_mots(nom, neq, fournisseur):
    """« Collectif du Fleuve (NEQ 1140000001, fournisseur 4021) »."""
    precisions = [f"NEQ {neq}" if neq else "sans NEQ", f"fournisseur {fournisseur}" if fournisseur else ""]
    return f"{nom} ({', '.join(filter(None, precisions))})"


class BeneficiaireFige(Fige):
    """Pour `EcheanceVersement` : à qui l'autorisation a permis de verser, et ce qui arrive s'il change."""

    beneficiaire = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="bénéficiaire", null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    def beneficiaire_actuel(self):
        """La partie qui recevrait aujourd'hui; la page l'a peut-être déjà lue."""
        if self.lues:
            return self.lues.beneficiaires.get(self.convention_id)
        return beneficiaires_de([self.convention_id]).get(self.convention_id)

    def beneficiaire_en_mots(self):
        """Celui que l'autorisation a figé; avant elle, la partie qui recevrait."""
        return en_mots(*self.copie) if self.nom_fige else self.beneficiaire_a_figer()

    def beneficiaire_a_figer(self):
        """La partie qui recevrait aujourd'hui, en mots : celle qu'une autorisation, même refaite, figerait."""
        actuel = self.beneficiaire_actuel()
        return en_mots(*copie_de(actuel).values()) if actuel else ""

    def empreinte_a_verser(self):
        """À qui l'on verserait, combien en tout et combien encore : ce que montre la page qui confirme."""
        return empreinte(self.beneficiaire_en_mots(), str(self.montant), str(self.reste()))

    def beneficiaire_a_change(self):
        """Autorisé pour un organisme, ou sous une identité, qui n'est plus celle d'aujourd'hui."""
        if self.autorisee_le is None:
            return False
        actuel = self.beneficiaire_actuel()
        identite = tuple(copie_de(actuel).values())
        return (actuel and actuel.pk, identite) != (self.beneficiaire_id, self.copie)

    def empechements_de_beneficiaire(self):
        if not self.beneficiaire_a_change():
            return []
        actuel = en_mots(*copie_de(self.beneficiaire_actuel()).values())
        return [CHANGE.format(fige=en_mots(*self.copie), actuel=actuel)]

    def figer_le_beneficiaire(self):
        """Ce que l'autorisation enregistre; elle se refait quand le bénéficiaire change."""
        actuel = beneficiaires_de([self.convention_id]).get(self.convention_id)
        if actuel is None:
            raise TransitionInterdite("Aucune partie de la convention ne reçoit ses versements.")
        return {"beneficiaire": actuel, **copie_de(actuel)}
