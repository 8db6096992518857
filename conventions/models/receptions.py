"""Reçu, accepté : deux faits, deux dates, deux personnes. Seule l'acceptation libère de l'argent.

Chaque geste verrouille la convention, puis l'obligation : qui accepte et qui défait au même instant passent l'un après
l'autre.
"""

from django.db import transaction

from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui


class GestesDeReception:
    """Mélangée à `Obligation`. `liberees` : ce que l'acceptation vient de libérer."""

    liberees = ()

    @property
    def attendue_apres(self):
        """La fin de ce dont elle rend compte, ou `None` : rien n'est reçu avant le lendemain."""
        if self.nature == self.Nature.RAPPORT_FINAL:
            return min(filter(None, (self.convention.fin, self.convention.fermee_le)))
        return self.exercice.fin if self.an else None

    def empechements_de_suivi(self):
        """Ce qui retient tout geste : un plan se lit du plan, et rien ne suit une obligation annulée."""
        if not self.convention.est_signee:
            return ["La convention n’est pas encore en vigueur."]
        if self.annulee_le:
            return ["Cette obligation est annulée."]
        return []

    def _empechements_du_plan(self):
        if self.nature == self.Nature.PLAN:
            return ["Le dépôt du plan se lit du plan lui-même\u00a0: il n’y a rien à inscrire."]
        return self.empechements_de_suivi()

    # --- Recevoir -----------------------------------------------------------------------------------------

    def empechements_a_recevoir(self):
        if empechements := self._empechements_du_plan():
            return empechements
        if self.recue_le:
            return [f"Le document est reçu depuis le {date_longue(self.recue_le)}."]
        if (fin := self.attendue_apres) and fin >= aujourd_hui():
            return [
                f"Rien ne peut en être reçu avant la fin de ce dont il rend compte, le {date_longue(fin)}."
            ]
        return []

    def empechements_de_reception(self, jour):
        """Un livrable arrive une fois finie la période dont il rend compte; jamais demain."""
        if jour > aujourd_hui():
            return ["La date de réception ne peut pas être dans le futur."]
        if jour < self.convention.debut:
            debut = date_longue(self.convention.debut)
            return [f"La réception ne peut pas précéder le début de la convention, le {debut}."]
        if (fin := self.attendue_apres) and jour <= fin:
            return [f"La réception suit la fin de ce dont le document rend compte, le {date_longue(fin)}."]
        return []

    @transaction.atomic
    def recevoir(self, *, par, le, reference):
        """Inscrit ce qui est reçu, quand, et où le trouver. Ne libère rien. Lève `TransitionInterdite`."""
        obligation = self.verrouiller()
        refus = obligation.empechements_a_recevoir() or obligation.empechements_de_reception(le)
        if not refus and not reference.strip():
            refus = ["Dites où se trouve ce qui a été reçu."]
        _exiger(refus)
        reference = reference.strip()
        apres = {"reçu": le.isoformat(), "référence": reference}
        return obligation._inscrire(
            "recevoir", par=par, apres=apres, recue_le=le, recue_par=par, reference=reference
        )

    def empechements_a_annuler_reception(self):
        if empechements := self._empechements_du_plan() or self._empechements_de_fermeture():
            return empechements
        if not self.recue_le:
            return ["Rien n’est inscrit comme reçu."]
        if self.acceptee_le:
            return ["Le document est accepté\u00a0: annulez d’abord l’acceptation."]
        return []

    @transaction.atomic
    def annuler_reception(self, *, par, motif):
        """Retire une réception inscrite par erreur : l'obligation est due de nouveau, en retard s'il y a lieu."""
        obligation = self.verrouiller()
        _exiger(obligation.empechements_a_annuler_reception() or _motif_de(motif))
        avant = {"reçu": obligation.recue_le.isoformat(), "référence": obligation.reference}
        return obligation._inscrire(
            "annuler-reception",
            par=par,
            avant=avant,
            motif=motif.strip(),
            recue_le=None,
            recue_par=None,
            reference="",
        )

    # --- Accepter -----------------------------------------------------------------------------------------

    def empechements_a_accepter(self):
        if empechements := self._empechements_du_plan():
            return empechements
        if not self.recue_le:
            return ["Inscrivez d’abord la réception."]
        if self.acceptee_le:
            return [f"Le document est accepté depuis le {date_longue(self.acceptee_le)}."]
        return []

    def empechements_a_accepter_par(self, par):
        refus = self.empechements_a_accepter()
        if not refus and par.pk == self.recue_par_id:
            refus = ["Vous avez inscrit la réception\u00a0: une autre personne doit accepter."]
        return refus

    def empreinte_a_accepter(self, effets=None):
        """La réception et ce que l'accepter libère, tels que la page les montre; `effets`, si elle les a déjà lus."""
        effets = self.convention.echeances.model.effets_de(self) if effets is None else effets
        lus = [(str(e), str(e.montant), e.prevue_le, attend) for e, attend in effets]
        return empreinte(self.recue_le, self.recue_par_id, self.reference, self.echeance, lus)

    @transaction.atomic
    def accepter(self, *, par, revision=None, le=None):
        """Accepte ce qui est reçu, et libère ce qui n'attendait que cela. `revision` : l'empreinte qu'avait la page."""
        obligation, le = self.verrouiller(), le or aujourd_hui()
        refus = obligation.empechements_a_accepter_par(par)
        if not refus and not obligation.recue_le <= le <= aujourd_hui():
            refus = ["L’acceptation suit la réception et ne peut pas être dans le futur."]
        _exiger(refus)
        if revision and revision != obligation.empreinte_a_accepter():
            raise VersionPerimee(
                "La réception, ou ce que l’acceptation libère, a changé depuis que la page est ouverte."
            )
        obligation._inscrire(
            "accepter", par=par, apres={"accepté": le.isoformat()}, acceptee_le=le, acceptee_par=par
        )
        if obligation.condition:
            echeances = obligation.convention.echeances.model
            obligation.liberees = echeances.liberer_selon(
                obligation.convention, obligation.condition, par=par, le=le
            )
        return obligation

    def _empechements_de_fermeture(self):
        """Fermée, une convention n'attend plus que son rapport final : défaire le reste le rendrait dû sans fin."""
        if self.convention.est_fermee and self.nature != self.Nature.RAPPORT_FINAL:
            return ["La convention est fermée\u00a0: ce qui y est reçu ou accepté le reste."]
        return []

    def empechements_sans_acceptation(self):
        refus = self._empechements_du_plan() or self._empechements_de_fermeture()
        return refus or ([] if self.acceptee_le else ["Rien n’est accepté."])

    def empechements_a_annuler_acceptation(self):
        """Rien de ce qu'elle a libéré n'est payé, en tout ou en partie."""
        if (empechements := self.empechements_sans_acceptation()) or not self.condition:
            return empechements
        payes = self.convention.echeances.liberees_par(self).payees()
        return [
            f"{echeance}\u00a0: {echeance.verse_en_mots()}. L’acceptation ne se défait plus."
            for echeance in payes.order_by("rang")
        ]

    @transaction.atomic
    def annuler_acceptation(self, *, par, motif):
        """Défait l'acceptation; ce qu'elle a libéré redevient prévu, à recommander et à autoriser de nouveau."""
        obligation = self.verrouiller()
        _exiger(obligation.empechements_a_annuler_acceptation() or _motif_de(motif))
        motif, accepte = motif.strip(), obligation.acceptee_le.isoformat()
        obligation._inscrire(
            "annuler-acceptation",
            par=par,
            avant={"accepté": accepte},
            motif=motif,
            acceptee_le=None,
            acceptee_par=None,
        )
        if obligation.condition:
            for echeance in obligation.convention.echeances.liberees_par(obligation).order_by("rang"):
                echeance.convention = obligation.convention
                echeance.remettre_a_prevue(par=par, motif=motif)
        return obligation

    def _inscrire(self, geste, *, par, avant=None, apres=None, motif="", **champs):
        for champ, valeur in champs.items():
            setattr(self, champ, valeur)
        self.save(update_fields=list(champs))
        self.convention.noter(geste, par=par, objet=self, avant=avant or {}, apres=apres or {}, motif=motif)
        return self


def _motif_de(motif):
    return [] if motif.strip() else ["Dites pourquoi cela se défait."]


def _exiger(refus):
    if refus:
        raise TransitionInterdite(refus)
