"""Les gestes d'un versement prévu : recommander, autoriser, verser, suspendre, reprendre, annuler.

Libérer est dans `liberations`; annuler la confirmation d'un virement, dans `annulations`.

Trois personnes, jamais la même deux fois : qui recommande, qui autorise, qui confirme; une quatrième si une dérogation
le permet malgré un retard. Chaque geste verrouille d'abord la convention, puis l'échéance : deux gestes sur une même
convention passent l'un après l'autre.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from conventions.models.arbres import empechements_d_exercice
from conventions.models.conventions import Convention
from conventions.models.liberations import GestesDeLiberation
from conventions.models.versements import Versement, en_reference, racine_de_l_exercice
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.horloge import aujourd_hui, jour_de

DEJA = {
    "prevue": "Ce versement est prévu, mais sa condition n’est pas remplie.",
    "liberee": "Ce versement attend encore sa recommandation.",
    "recommandee": "Ce versement est déjà recommandé.",
    "autorisee": "Ce versement est déjà autorisé.",
    "versee": "Ce versement est déjà fait.",
    "suspendue": "Ce versement est suspendu.",
    "annulee": "Ce versement est annulé.",
}


class VirementRefuse(TransitionInterdite):
    """Ce qui est inscrit du virement ne va pas; `fautes` donne (champ, phrase)."""

    def __init__(self, fautes):
        self.fautes = list(fautes)
        super().__init__([phrase for _, phrase in self.fautes])


class GestesDePaiement(GestesDeLiberation):
    """Mélangée à `EcheanceVersement`; chaque geste relit l'échéance sous verrou avant d'agir."""

    def verrouiller(self):
        """Relit la convention puis l'échéance sous verrou."""
        convention = self.convention.verrouiller()
        echeance = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        echeance.convention = convention
        return echeance

    def noter(self, geste, *, par, **champs):
        """Inscrit un geste au journal de la convention, au nom de cette échéance."""
        return self.convention.noter(geste, par=par, objet=str(self), **champs)

    def retards(self):
        """Les obligations en retard de la convention, une phrase chacune; une requête, lue une fois."""
        if self.lues:  # la page les a déjà lues
            return [_en_phrase(o) for o in self.lues.en_retard.get(self.convention_id, ())]
        if not hasattr(self, "_retards"):
            self._retards = [_en_phrase(o) for o in self.convention.obligations.en_retard()]
        return self._retards

    def derogation_en_vigueur(self):
        return self.derogations.en_vigueur().first()

    def _est_derogee(self):
        """Une dérogation la permet; la page l'a peut-être déjà lu."""
        lue = getattr(self, "a_une_derogation", None)
        return self.derogations.en_vigueur().exists() if lue is None else lue

    # --- Ce qui empêche -----------------------------------------------------------------------------------

    def _empechements_de_convention(self):
        if self.convention.etat in (Convention.Etat.PREPARATION, Convention.Etat.TRANSMISE):
            return ["Aucun versement avant la signature de la convention."]
        if self.convention.etat != Convention.Etat.SIGNEE and not self.est_de_reglement:
            return ["La convention est fermée : ses versements ne bougent plus."]
        return []

    def _empechements_d_etat(self, attendu):
        return [] if self.etat == attendu else [DEJA[self.etat]]

    def _empechements_de_retard(self):
        """Une obligation en retard arrête l'argent, sauf dérogation."""
        if not self.retards() or self._est_derogee():
            return []
        return [*self.retards(), "Aucun versement tant qu’une obligation est en retard, sauf dérogation."]

    def empechements_a_recommander(self):
        if self.etat == self.Etat.PREVUE and self.condition_est_remplie():
            return empechements_d_exercice(self.convention, self.an)
        return self._empechements_de_convention() or self._empechements_d_etat(self.Etat.LIBEREE)

    def empechements_a_recommander_par(self, par):
        return self.empechements_a_recommander() + self._empechements_de_derogation(par, "le recommander")

    def empechements_a_autoriser(self):
        a_refaire = self.etat == self.Etat.AUTORISEE and self.beneficiaire_a_change()
        etat = self._empechements_de_convention()
        etat = etat or ([] if a_refaire else self._empechements_d_etat(self.Etat.RECOMMANDEE))
        return etat or self._empechements_de_retard()

    def empechements_a_autoriser_par(self, par):
        refus = self.empechements_a_autoriser()
        if par.pk == self.recommandee_par_id:
            refus.append("Vous avez recommandé ce versement : une autre personne doit l’autoriser.")
        return refus + self._empechements_de_qui_permet(par, "l’autoriser")

    def _empechements_de_derogation(self, par, suite):
        """Qui permet un versement malgré un retard ne le recommande, ne l'autorise ni ne le confirme ensuite."""
        if self._est_derogee() and self.derogations.en_vigueur().filter(accordee_par=par).exists():
            return [f"Vous avez accordé sa dérogation\u00a0: une autre personne doit {suite}."]
        return []

    def _empechements_de_qui_permet(self, par, suite):
        """Qui lève seul un retard, par dérogation ou autrement, n'autorise ni ne confirme ce qu'il retenait."""
        levees = self.convention.obligations.levees_par(par)
        if self.lues:
            levees = self.lues.levees_par(par).get(self.convention_id, ())
        return self._empechements_de_derogation(par, suite) + [
            f"Vous avez vous-même levé le retard ({str(o).lower()})\u00a0: une autre personne doit {suite}."
            for o in levees
        ]

    def empechements_a_verser(self):
        etat = self._empechements_de_convention() or self._empechements_d_etat(self.Etat.AUTORISEE)
        if etat and self.etat == self.Etat.RECOMMANDEE:
            return ["Ce versement est recommandé, mais il n’est pas encore autorisé."]
        if etat:
            return etat
        if not self._a_sa_racine():
            return [f"L’enveloppe de l’exercice {self.exercice} n’est pas ouverte."]
        return self.empechements_de_beneficiaire() or self._empechements_de_retard()

    def _a_sa_racine(self):
        if self.lues:
            return self.racine_ouverte
        return racine_de_l_exercice(self.convention, self.an) is not None

    def empechements_a_verser_par(self, par):
        refus = self.empechements_a_verser()
        if par.pk == self.autorisee_par_id:
            refus.append("Vous avez autorisé ce versement : une autre personne doit le confirmer.")
        elif par.pk == self.recommandee_par_id:
            refus.append("Vous avez recommandé ce versement : une autre personne doit le confirmer.")
        return refus + self._empechements_de_qui_permet(par, "le confirmer")

    def empechements_a_suspendre(self):
        if self.etat in (self.Etat.SUSPENDUE, self.Etat.VERSEE, self.Etat.ANNULEE):
            return [DEJA[self.etat]]
        return self._empechements_de_convention()

    def empechements_a_reprendre(self):
        return [] if self.etat == self.Etat.SUSPENDUE else ["Ce versement n’est pas suspendu."]

    def empechements_a_deroger(self):
        if self.etat in (self.Etat.VERSEE, self.Etat.ANNULEE):
            return [DEJA[self.etat]]
        if self._est_derogee():
            return ["Ce versement a déjà une dérogation."]
        if not self.retards():
            return ["Aucune obligation n’est en retard : ce versement n’a pas besoin de dérogation."]
        return []

    def empechements_a_deroger_par(self, par):
        refus = self.empechements_a_deroger()
        if par.pk == self.autorisee_par_id:
            refus.append("Vous avez autorisé ce versement : une autre personne doit accorder sa dérogation.")
        elif par.pk == self.recommandee_par_id:
            refus.append(
                "Vous avez recommandé ce versement : une autre personne doit accorder sa dérogation."
            )
        return refus

    def empechements_a_annuler(self):
        if self.etat in (self.Etat.VERSEE, self.Etat.ANNULEE):
            return [DEJA[self.etat]]
        if self.etat_atteint == self.Etat.AUTORISEE:
            return ["Ce versement est autorisé : il ne s’annule plus."]
        return []

    # --- Les gestes ---------------------------------------------------------------------------------------

    @transaction.atomic
    def recommander(self, *, par, note, le=None):
        """Services Québec recommande, avec sa note. Une condition déjà remplie libère d'abord le versement."""
        echeance, le = self.verrouiller(), le or timezone.now()
        refus = echeance.empechements_a_recommander_par(par)
        if not note.strip():
            refus = [*refus, "Écrivez la note de recommandation."]
        _exiger(refus)
        if echeance.etat == self.Etat.PREVUE:
            echeance.marquer_liberee(par=par, le=le)
        return echeance._changer(
            "recommander",
            self.Etat.RECOMMANDEE,
            par=par,
            le=le,
            recommandee_le=le,
            recommandee_par=par,
            recommandation=note.strip(),
        )

    @transaction.atomic
    def autoriser(self, *, par, le=None):
        """Le Ministère autorise, et fige à qui l'on verse; la personne qui a recommandé ne le peut pas."""
        echeance, le = self.verrouiller(), le or timezone.now()
        _exiger(echeance.empechements_a_autoriser_par(par))
        fige = echeance.figer_le_beneficiaire()
        return echeance._changer(
            "autoriser",
            self.Etat.AUTORISEE,
            par=par,
            le=le,
            apres={"bénéficiaire": str(fige["beneficiaire"]), "NEQ": fige["neq_fige"]},
            autorisee_le=le,
            autorisee_par=par,
            **fige,
        )

    @transaction.atomic
    def verser(self, *, par, montant, verse_le, reference, le=None):
        """Confirme un virement, entier ou partiel; l'échéance est versée quand la somme y est.

        La même confirmation répétée (double clic, requête rejouée, fichier réimporté) rend la ligne déjà inscrite.
        Lève `TransitionInterdite`, et `PlafondDepasse` si l'exercice n'a plus de quoi.
        """
        echeance, reference = self.verrouiller(), en_reference(reference)
        if deja := echeance.versement_deja_inscrit(montant, verse_le, reference):
            return deja
        _exiger(echeance.empechements_a_verser_par(par))
        if fautes := list(echeance.fautes_du_virement(montant, verse_le, reference)):
            raise VirementRefuse(fautes)
        if echeance.retards():
            echeance.derogation_en_vigueur().employer(le or timezone.now())
        versement = echeance._inscrire(
            par=par, montant=montant, verse_le=verse_le, reference=reference, le=le
        )
        echeance._apres_le_virement(versement, par=par, le=le)
        return versement

    def _inscrire(self, *, par, montant, verse_le, reference, le):
        """La ligne du virement; une autre convention a pu prendre la même référence au même instant."""
        try:
            with transaction.atomic():
                return Versement.inscrire(
                    self, par=par, montant=montant, verse_le=verse_le, reference=reference, le=le
                )
        except IntegrityError:
            if deja := self.versement_deja_inscrit(montant, verse_le, reference):
                return deja
            raise

    def versement_deja_inscrit(self, montant, verse_le, reference):
        """La ligne du même virement, ou `None`; lève `TransitionInterdite` si un autre porte cette référence."""
        memes = Versement.objects.filter(reference=reference)
        deja = memes.en_vigueur().first()
        if deja is None:
            self._refuser_ce_qui_est_annule(memes.filter(montant=montant, verse_le=verse_le))
            return None
        if (deja.echeance_id, deja.montant, deja.verse_le) == (self.pk, montant, verse_le):
            return deja
        autre = f"{deja.echeance.nom_complet}, {en_dollars(deja.montant)}, le {date_longue(deja.verse_le)}"
        raise VirementRefuse(
            [("reference", f"La référence « {reference} » est déjà celle d’un autre versement : {autre}.")]
        )

    def _refuser_ce_qui_est_annule(self, memes):
        """Une page restée ouverte ou un vieux fichier ne refait pas un virement annulé."""
        if annule := memes.filter(echeance=self).select_related("annulation").last():
            jour = date_longue(jour_de(annule.annulation.inscrite_le))
            raise VirementRefuse(
                [
                    (
                        "reference",
                        f"Ce virement, tel quel, a été annulé le {jour} : corrigez ce qui était faux.",
                    )
                ]
            )

    def fautes_du_virement(self, montant, verse_le, reference):
        """(champ, phrase) de ce qui ne va pas dans un virement."""
        reste = self.reste()
        if not reference:
            yield "reference", "Inscrivez la référence comptable."
        if montant <= ZERO:
            yield "montant", "Un versement est de plus de zéro dollar."
        elif montant > reste:
            yield "montant", f"Il ne reste que {en_dollars(reste)} à verser sur {en_dollars(self.montant)}."
        if verse_le > aujourd_hui():
            yield "verse_le", "La date du versement ne peut pas être dans le futur."
        elif verse_le < jour_de(self.autorisee_le):
            autorise = date_longue(self.autorisee_le)
            yield "verse_le", f"La date du versement précède son autorisation, le {autorise}."

    def _apres_le_virement(self, versement, *, par, le):
        complet = self.reste() == ZERO
        self._changer(
            "verser",
            self.Etat.VERSEE if complet else self.Etat.AUTORISEE,
            par=par,
            le=le,
            versee_le=versement.verse_le if complet else None,
            apres={"montant": en_dollars(versement.montant), "reference": versement.reference},
        )

    @transaction.atomic
    def suspendre(self, *, par, motif, le=None):
        """Arrête le versement là où il est, avec un motif."""
        echeance, le = self.verrouiller(), le or timezone.now()
        refus = echeance.empechements_a_suspendre()
        if not motif.strip():
            refus = [*refus, "Écrivez le motif de la suspension."]
        _exiger(refus)
        return echeance._changer(
            "suspendre-versement",
            self.Etat.SUSPENDUE,
            par=par,
            le=le,
            suspendue_depuis=echeance.etat,
            suspendue_le=le,
            suspendue_par=par,
            motif=motif.strip(),
        )

    @transaction.atomic
    def reprendre(self, *, par, le=None):
        """Remet le versement où il était avant la suspension."""
        echeance = self.verrouiller()
        _exiger(echeance.empechements_a_reprendre())
        return echeance._changer(
            "reprendre-versement",
            echeance.suspendue_depuis,
            par=par,
            le=le or timezone.now(),
            suspendue_depuis="",
            suspendue_le=None,
            suspendue_par=None,
            motif="",
        )

    @transaction.atomic
    def annuler(self, *, par, motif, le=None):
        """Retire un versement prévu de l'échéancier, par un avenant. Autorisé ou versé, il ne s'annule plus."""
        echeance, le = self.verrouiller(), le or timezone.now()
        refus = echeance.empechements_a_annuler()
        if not motif.strip():
            refus = [*refus, "Écrivez le motif de l’annulation."]
        _exiger(refus)
        return echeance.fermer(par=par, motif=motif.strip(), le=le)

    def fermer(self, *, par, motif, le):
        """Rien ne s'en versera plus; l'échéance est déjà sous verrou. La résiliation ferme même ce qui est autorisé."""
        return self._changer(
            "annuler-versement",
            self.Etat.ANNULEE,
            par=par,
            le=le,
            suspendue_depuis="",
            suspendue_le=None,
            suspendue_par=None,
            annulee_le=le,
            annulee_par=par,
            motif=motif,
        )

    def _changer(self, geste, etat, *, par, le, apres=None, **champs):
        """Change d'état avec sa date et sa personne, et l'inscrit au journal."""
        avant = self.etat
        self.etat = etat
        for champ, valeur in champs.items():
            setattr(self, champ, valeur)
        self.save(update_fields=["etat", *champs])
        self.noter(
            geste,
            par=par,
            le=le,
            avant={"etat": str(avant)},
            apres={"etat": str(etat)} | (apres or {}),
            motif=champs.get("motif") or champs.get("recommandation", ""),
        )
        return self


def _exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


def _en_phrase(obligation):
    return f"En retard depuis le {date_longue(obligation.echeance)} : {str(obligation).lower()}."
