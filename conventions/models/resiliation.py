"""Mettre fin à une convention avant terme : tout ce qui courait s'arrête, et chaque dollar est réglé.

Dans une seule transaction : les engagements se gardent ou se terminent, un à un; les transferts, les demandes et les
avenants ouverts se ferment; les versements à venir et les obligations dues s'annulent; ce que le Ministère ne versera
jamais quitte les enveloppes; le règlement s'écrit. Ensuite, seul se récupère ce qui reste, et se paie ou se
libère ce qui a été gardé.
"""

import hashlib
from dataclasses import astuple, dataclass
from decimal import Decimal

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from conventions.regles.sommes import a_annuler, a_retirer, reglees
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.argent import ZERO, en_dollars, somme
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice

# Plus rien n'est gardé sous ces `references` : ce qui les a promises le suit, dans la même transaction, avec `par`.
promesses_terminees = Signal()
# Avant de tenir la convention : ce qui a promis sous ces `references` se verrouille d'abord, toujours dans cet ordre.
avant_de_resilier = Signal()


@dataclass(frozen=True)
class Promesse:
    """Ce qu'une enveloppe réserve ou engage encore sous une référence et un objet, en dollars.

    Ce qui la paie ou la libère porte la même référence et le même objet.
    """

    enveloppe: object
    compte: str
    reference: str
    objet: str
    montant: Decimal

    @property
    def cle(self):
        """Elle change avec le montant : une page ouverte avant un mouvement ne décide rien."""
        lue = (self.enveloppe.pk, self.compte, self.reference, self.objet, str(self.montant))
        return hashlib.sha256("|".join(map(str, lue)).encode()).hexdigest()[:12]

    def __str__(self):
        quoi = "engagés" if self.compte == "engage" else "réservés"
        dite = ", ".join(filter(None, (self.objet, self.reference)))
        ou = f"«\xa0{self.enveloppe}\xa0», {self.enveloppe.exercice}"
        return f"{en_dollars(self.montant)} {quoi} dans {ou}\xa0: {dite}"


class GestesDeResiliation:
    """Base des gestes de vie, mélangés à `Convention`."""

    def promesses(self, ecritures=None):
        """Ce qui est encore réservé ou engagé, une référence à la fois, dans l'ordre des enveloppes.

        `ecritures` : celles d'un jour passé, pour ce qui l'était alors.
        """
        totaux = (
            (self.ecritures if ecritures is None else ecritures)
            .filter(compte__in=("reserve", "engage"))
            .order_by()
        )
        totaux = totaux.values("enveloppe", "compte", "reference", "objet").annotate(total=somme("montant"))
        totaux = [t for t in totaux if t["total"] > ZERO]
        enveloppes = self.enveloppes.select_related("territoire").in_bulk({t["enveloppe"] for t in totaux})
        lues = [
            Promesse(enveloppes[t["enveloppe"]], t["compte"], t["reference"], t["objet"], t["total"])
            for t in totaux
        ]
        return sorted(lues, key=lambda p: (p.enveloppe.an, p.enveloppe.pk, p.compte, p.reference, p.objet))

    def empreinte_des_sommes(self, sommes=None, promesses=None):
        """Ce que la page montrait, en seize signes : un mouvement passé depuis la change.

        `sommes` et `promesses`, si la page les a déjà lues.
        """
        sommes = self.sommes() if sommes is None else sommes
        promesses = self.promesses() if promesses is None else promesses
        lues = [*map(astuple, sommes), *(promesse.cle for promesse in promesses)]
        return empreinte(*lues)

    def empechements_a_resilier(self):
        if self.etat == self.Etat.SIGNEE:
            return []
        return ["Seule une convention en vigueur se ferme."]

    def _empechements_de_resiliation(self, motif, reglement, promesses):
        empechements = self.empechements_a_resilier()
        if not motif.strip():
            empechements.append("Dites pourquoi la convention est résiliée.")
        if not reglement.strip():
            empechements.append("Dites ce qui advient des sommes et des obligations.")
        if {p.cle for p in self.promesses()} - set(promesses):
            empechements.append(
                "Dites, pour chaque somme réservée ou engagée, si elle est gardée ou terminée."
            )
        return empechements

    @transaction.atomic
    def resilier(self, *, par, fermee_le, motif, reglement, promesses=None, vu=None):
        """Met fin à une convention avant terme, avec un motif et le règlement convenu.

        `promesses` : {clé d'une `Promesse`: elle est gardée}. `vu` : l'empreinte des sommes que la page montrait.
        """
        references = {promesse.reference for promesse in self.promesses()}
        avant_de_resilier.send(type(self), references=references)
        convention, promesses = self.verrouiller(), promesses or {}
        if vu is not None and vu != convention.empreinte_des_sommes():
            raise VersionPerimee(
                "Les sommes ont changé depuis que vous avez ouvert la page\xa0: relisez le règlement."
            )
        empechements = convention._empechements_de_resiliation(motif, reglement, promesses)
        empechements += convention.empechements_de_date_de_fermeture(fermee_le)
        if empechements:
            raise TransitionInterdite(empechements)
        convention._fermer_ce_qui_court(par=par, fermee_le=fermee_le)
        convention._terminer(promesses, par=par)
        convention._annuler_ce_qui_ne_viendra_pas(par=par, motif=motif.strip())
        lignes = convention._regler(fermee_le)
        convention._fermer(
            "resilier",
            self.Etat.RESILIEE,
            [],
            par=par,
            fermee_le=fermee_le,
            soldes=_en_mots(lignes),
            fermeture_motif=motif.strip(),
            fermeture_reglement=reglement.strip(),
        )
        return convention

    def _terminer(self, gardees, *, par):
        """Libère ce qui n'est pas gardé, sous la référence et l'objet de sa promesse."""
        promesses = self.promesses()
        for promesse in promesses:
            if not gardees[promesse.cle]:
                self.ecritures.model.passer(
                    self,
                    [(promesse.enveloppe, promesse.compte, -promesse.montant)],
                    nature="liberation",
                    par=par,
                    objet=promesse.objet,
                    reference=promesse.reference,
                    motif="Résiliation de la convention",
                )
        reste = {promesse.reference for promesse in promesses if gardees[promesse.cle]}
        finies = {promesse.reference for promesse in promesses} - reste
        promesses_terminees.send(type(self), references=finies, par=par)

    def _fermer_ce_qui_court(self, *, par, fermee_le):
        """Transferts, demandes, avenants, versements à venir et obligations dues s'arrêtent avec la convention."""
        motif = "Résiliation de la convention"
        for demande in (*self.transferts.en_attente(), *self.demandes_annulation.en_attente()):
            demande.convention = self
            demande.fermer(par=par, motif=motif)
        for avenant in self.avenants.ouverts():
            avenant.abandonner(par=par, motif=motif)
        for echeance in self.echeances.en_chemin().select_for_update(of=("self",)).order_by("rang"):
            echeance.convention = self
            echeance.fermer(par=par, motif=motif, le=timezone.now())
        self.obligations.dues_en_bloc().update(annulee_le=fermee_le)

    def _annuler_ce_qui_ne_viendra_pas(self, *, par, motif):
        """Ce que le Ministère ne versera jamais monte à `annule` et quitte les enveloppes."""
        annules = a_annuler(self.sommes())
        arbre = list(self.enveloppes.select_related("solde", "territoire").order_by("an", "rang", "pk"))
        retraits = a_retirer(annules, {e: (e.an, e.solde.disponible) for e in arbre})
        racines = {e.an: e for e in arbre if e.parent_id is None}
        if retraits:
            self.ecritures.model.regler(
                self,
                [
                    *((racines[an], "annule", montant) for an, montant in annules.items()),
                    *((enveloppe, "alloue", -montant) for enveloppe, montant in retraits.items()),
                ],
                par=par,
                motif=motif,
            )

    def _regler(self, fermee_le):
        """L'état de chaque exercice; ce que le Ministère doit encore devient un versement, à recommander."""
        modele = self.lignes_de_reglement.model
        lignes = modele.objects.bulk_create(modele.de(self, sommes) for sommes in self.sommes())
        dues = [ligne for ligne in lignes if ligne.a_verser]
        for rang, ligne in enumerate(dues, start=self.echeances.count() + 1):
            self.echeances.create(
                an=ligne.an,
                rang=rang,
                montant=ligne.a_verser,
                condition="reglement",
                prevue_le=fermee_le,
                etat="liberee",
                liberee_le=fermee_le,
            )
        return lignes

    def etat_du_reglement(self, sommes):
        """Ce que donnerait la résiliation si toute somme promise était gardée; rien n'est écrit."""
        return [self.lignes_de_reglement.model.de(self, reglee) for reglee in reglees(sommes)]

    def deja_recu_de_l_alliance(self):
        """[(convention fermée, ce qu'elle a reçu ou doit encore recevoir)] de celles que celle-ci remplace."""
        fermees = type(self).objects.filter(alliance=self.alliance_id, etat__in=("close", "resiliee"))
        return [(c, c._recu_ou_du()) for c in fermees.exclude(pk=self.pk).order_by("pk")]

    def _recu_ou_du(self):
        """Close, elle ne recevra plus rien; résiliée, le Ministère lui doit encore ce que son règlement dit."""
        du = [s.recu + (s.a_recevoir if self.etat == self.Etat.RESILIEE else ZERO) for s in self.sommes()]
        return sum(du, ZERO)


def _en_mots(lignes):
    """Ce que le journal garde du règlement : à récupérer et à verser, par exercice."""
    dites = {}
    for ligne in lignes:
        for champ, dit in (("a_recuperer", "à récupérer"), ("a_verser", "à verser")):
            if montant := getattr(ligne, champ):
                dites[f"{dit}, exercice {Exercice(ligne.an)}"] = en_dollars(montant)
    return dites
