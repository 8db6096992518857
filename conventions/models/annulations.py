"""La confirmation d'un virement, annulée : le virement reste écrit, son mouvement est contrepassé, une seule fois.

Une personne le demande, une autre l'approuve : voir `demandes_annulation`, qui pose le geste.
"""

from django.db import models, transaction
from django.db.models import Q

from conventions.models.arbres import empechements_d_exercice, empechements_de_reglement
from conventions.models.conventions import Convention
from conventions.models.ecritures import Ecriture
from conventions.models.versements import Versement
from socle.erreurs import TransitionInterdite
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import jour_de


class AnnulationQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        chemin = "versement__echeance__convention__"
        return self.filter(Convention.objects.condition_de_vue(utilisateur, chemin))


class AnnulationVersement(LigneChainee):
    """Un virement confirmé par erreur : date, référence ou montant faux. `mouvement` contrepasse le sien."""

    NOM = "Une annulation de versement"

    versement = models.OneToOneField(
        Versement, models.PROTECT, verbose_name="versement", related_name="annulation"
    )
    motif = models.TextField("motif", max_length=2000)
    mouvement = models.UUIDField("mouvement au grand livre", editable=False, unique=True)

    objects = AnnulationQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        verbose_name = "annulation de versement"
        verbose_name_plural = "annulations de versement"
        constraints = [
            *LigneChainee.Meta.constraints,
            models.CheckConstraint(
                name="annulation_motivee",
                condition=Q(par__isnull=False) & ~Q(motif=""),
                violation_error_message="Une annulation a son motif et sa personne.",
            ),
        ]

    def __str__(self):
        return f"Annulation – {self.versement}"

    @property
    def echeance(self):
        return self.versement.echeance

    def contenu(self):
        return {"versement": self.versement_id, "motif": self.motif, "mouvement": str(self.mouvement)}

    @classmethod
    def inscrire(cls, versement, *, par, motif, le=None):
        """Contrepasse le mouvement et écrit la ligne, dans la transaction du geste (`annuler_confirmation`)."""
        ecritures = Ecriture.contrepasser(versement.mouvement, par=par, motif=motif, le=le)
        convention = ecritures[0].convention
        tete = ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))
        return cls.ajouter(
            tete, par=par, le=le, versement=versement, motif=motif, mouvement=ecritures[0].mouvement
        )


class GestesDAnnulation:
    """Mélangée à `EcheanceVersement`."""

    def empechements_a_annuler_la_confirmation(self, versement):
        """Pourquoi ce virement ne s'annule pas, en phrases; ses sommes doivent être encore là."""
        if versement is None or versement.echeance_id != self.pk:
            return ["Aucun virement de ce versement n’est à annuler."]
        if annulee := versement.annulee:
            jour = date_longue(jour_de(annulee.inscrite_le))
            return [f"Cette confirmation est déjà annulée, depuis le {jour}."]
        if self.etat == self.Etat.SUSPENDUE:
            return ["Ce versement est suspendu : reprenez-le d’abord."]
        # Un versement de règlement n'existe qu'une fois la convention résiliée, même d'un exercice clos.
        d_exercice = empechements_de_reglement if self.est_de_reglement else empechements_d_exercice
        return (
            self._empechements_de_convention()
            or d_exercice(self.convention, self.an)
            or _sommes_parties(self.convention, self.an, versement.montant)
        )

    @transaction.atomic
    def annuler_confirmation(self, *, par, versement, motif, le=None):
        """Défait un virement confirmé par erreur; le versement redevient autorisé, à confirmer de nouveau.

        Rien ne s'efface : le virement reste à l'histoire, annulé. Lève `TransitionInterdite`.
        """
        echeance = self.verrouiller()
        if versement is not None:
            versement = Versement.objects.select_related("annulation").get(pk=versement.pk)
        refus = echeance.empechements_a_annuler_la_confirmation(versement)
        if not motif.strip():
            refus = [*refus, "Écrivez le motif de l’annulation."]
        if refus:
            raise TransitionInterdite(refus)
        annulation = AnnulationVersement.inscrire(versement, par=par, motif=motif.strip(), le=le)
        avant, echeance.etat, echeance.versee_le = echeance.etat, self.Etat.AUTORISEE, None
        echeance.save(update_fields=["etat", "versee_le"])
        echeance.noter(
            "annuler-virement",
            par=par,
            le=le,
            avant={
                "etat": str(avant),
                "montant": en_dollars(versement.montant),
                "reference": versement.reference,
            },
            apres={"etat": str(echeance.etat)},
            motif=annulation.motif,
        )
        return annulation


def _sommes_parties(convention, an, montant):
    """Une somme rendue, ou partie, fût-ce de l'exercice où elle est reportée, ne peut plus n'avoir jamais été reçue."""
    ans = convention.reports.suite(an)
    premier, *suivants = [s for s in convention.sommes() if s.an in ans]
    recu = sum((s.recu for s in suivants), premier.recu + max(ZERO, premier.reporte))
    sorti = sum((s.sorti for s in suivants), premier.sorti)
    if premier.recu < montant:
        return [
            f"Des sommes ont été récupérées depuis\u00a0: l’exercice {Exercice(an)} ne garde que "
            f"{en_dollars(premier.recu)} de ce qu’il a reçu, moins que ce virement de {en_dollars(montant)}."
        ]
    if sorti > recu - montant:
        ou = f"l’exercice {Exercice(an)}"
        if suivants:
            ou += f" et ceux où il est reporté, jusqu’à {Exercice(ans[-1])}"
        return [
            f"Sur les {en_dollars(recu)} reçus pour {ou}, {en_dollars(sorti)} sont déjà versés, "
            "dépensés ou remis\u00a0: sans ce virement, il n’en resterait pas assez."
        ]
    return []
