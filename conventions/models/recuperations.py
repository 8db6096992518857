"""Ce que le Ministère récupère : des sommes non dépensées, reprises aux enveloppes que l'on choisit.

Une récupération quitte les deux côtés du grand livre : l'exercice a moins reçu, ses enveloppes ont moins à dépenser.
Elle ne se réécrit pas; elle se défait par une demande, puis une approbation (`demandes_annulation`).
"""

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from conventions.models.arbres import empechements_de_reglement, en_profondeur
from conventions.models.conventions import SIGNEES, Convention
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde, Volet, du_restant, manques
from conventions.models.versements import REFERENCE_LONGUE, en_reference, racine_de_l_exercice
from socle.erreurs import TransitionInterdite
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine
from socle.valeurs.argent import ZERO, MontantField, arrondir, en_dollars
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class RecuperationQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_defaite(self):
        """Ajoute `est_defaite` : son mouvement est contrepassé."""
        contraires = Ecriture.objects.filter(contrepasse__mouvement=OuterRef("mouvement"))
        return self.annotate(est_defaite=Exists(contraires))

    def en_vigueur(self):
        """Celles que rien n'a défaites : elles seules comptent."""
        return self.avec_defaite().filter(est_defaite=False)


class Recuperation(LigneChainee):
    """Des sommes non dépensées rendues au Ministère, pour un exercice; elles réduisent ce qu'il a reçu."""

    NOM = "Une récupération"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="recuperations"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    montant = MontantField("montant")
    recue_le = models.DateField("reçue le")
    reference = models.CharField("référence comptable", max_length=REFERENCE_LONGUE)
    annulations_avant = models.PositiveSmallIntegerField(
        "récupérations annulées avant, sous cette référence", default=0, editable=False
    )
    motif = models.TextField("motif", max_length=2000)
    mouvement = models.UUIDField("mouvement au grand livre", editable=False, unique=True)

    objects = RecuperationQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        verbose_name = "récupération"
        ordering = ["convention", "recue_le", "pk"]
        constraints = [
            *LigneChainee.Meta.constraints,
            models.UniqueConstraint(
                fields=["reference", "annulations_avant"],
                name="recuperation_reference_unique",
                violation_error_message="Cette référence est déjà celle d’une autre récupération.",
            ),
            models.CheckConstraint(
                name="recuperation_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Une récupération est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="recuperation_motivee",
                condition=Q(par__isnull=False) & ~Q(reference="") & ~Q(motif=""),
                violation_error_message="Une récupération a son motif, sa référence et sa personne.",
            ),
        ]

    def __str__(self):
        return f"{en_dollars(self.montant)}, {self.reference}"

    @property
    def exercice(self):
        return Exercice(self.an)

    def contenu(self):
        return {
            "convention": self.convention_id,
            "an": self.an,
            "montant": str(arrondir(self.montant)),
            "recue_le": self.recue_le.isoformat(),
            "reference": self.reference,
            "annulations_avant": self.annulations_avant,
            "motif": self.motif,
            "mouvement": str(self.mouvement),
        }

    def parts(self):
        """{enveloppe: dollars} de ce qui a été repris à chacune."""
        lignes = Ecriture.objects.du_mouvement(self.mouvement).filter(compte=Ecriture.Compte.ALLOUE)
        return {ligne.enveloppe: -ligne.montant for ligne in lignes.order_by("rang")}

    @classmethod
    def enveloppes_a_reprendre(cls, convention, an):
        """Celles où il reste quelque chose : de l'exercice, et des suivants où ses soldes ont été reportés."""
        arbre = Enveloppe.objects.filter(
            convention=convention, an__in=convention.reports.suite(an)
        ).avec_soldes()
        lues = en_profondeur(arbre.order_by("an", "rang", "pk"))
        return [enveloppe for enveloppe, _ in lues if enveloppe.solde.restant]

    @staticmethod
    def plafond(convention, an):
        """Ce que l'exercice a reçu et n'a pas encore rendu, en dollars."""
        racine = Solde.objects.filter(
            enveloppe__convention=convention, enveloppe__an=an, enveloppe__volet=Volet.EXERCICE
        )
        return racine.values_list("recu", flat=True).first() or ZERO

    @classmethod
    @transaction.atomic
    def inscrire(cls, convention, *, par, an, parts, recue_le, reference, motif, le=None):
        """Inscrit une somme rendue; `parts` dit, par enveloppe, combien elle perd.

        La même demande répétée rend la même ligne; lève `TransitionInterdite`.
        """
        convention, reference = convention.verrouiller(), en_reference(reference)
        parts = {enveloppe: montant for enveloppe, montant in parts.items() if montant}
        if deja := cls.objects.en_vigueur().filter(reference=reference).first():
            return deja._meme_demande(convention, an, parts, recue_le)
        Ecriture.verrouiller(convention)
        if refus := cls.empechements(convention, an, parts, recue_le, reference, motif):
            raise TransitionInterdite(refus)
        ecritures = cls._ecrire(convention, an, parts, par=par, reference=reference, motif=motif, le=le)
        tete = ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))
        ligne = cls.ajouter(
            tete,
            par=par,
            le=le,
            convention=convention,
            an=an,
            montant=sum(parts.values(), ZERO),
            recue_le=recue_le,
            reference=reference,
            annulations_avant=cls.objects.filter(reference=reference).count(),
            motif=motif.strip(),
            mouvement=ecritures[0].mouvement,
        )
        convention.noter(
            "recuperer",
            par=par,
            le=le,
            objet=f"Exercice {ligne.exercice}",
            apres={"montant": en_dollars(ligne.montant), "reference": reference}
            | {str(enveloppe): en_dollars(montant) for enveloppe, montant in parts.items()},
            motif=ligne.motif,
        )
        return ligne

    def _meme_demande(self, convention, an, parts, recue_le):
        """Elle-même si on la redemande; sinon une autre porte cette référence."""
        pareille = (self.convention_id, self.an, self.recue_le) == (convention.pk, an, recue_le)
        if pareille and self.parts() == parts:
            return self
        raise TransitionInterdite(
            f"La référence «\xa0{self.reference}\xa0» est déjà celle d’une autre récupération."
        )

    @staticmethod
    def _ecrire(convention, an, parts, *, par, reference, motif, le):
        racine, montant = racine_de_l_exercice(convention, an), sum(parts.values(), ZERO)
        return Ecriture.passer(
            convention,
            [
                (racine, "recu", -montant),
                (racine, "recupere", montant),
                *((enveloppe, compte, -part) for enveloppe, compte, part in du_restant(parts)),
            ],
            nature=Ecriture.Nature.RECUPERATION,
            par=par,
            objet="Sommes non dépensées",
            reference=reference,
            motif=motif.strip(),
            le=le,
        )

    @classmethod
    def empechements(cls, convention, an, parts, recue_le, reference, motif):
        if refus := cls.empechements_a_recuperer(convention, an):
            return refus
        refus = cls.empechements_de_montant(convention, an, parts)
        if recue_le > aujourd_hui():
            refus.append("La date de réception ne peut pas être dans le futur.")
        elif recue_le < convention.signee_le:
            refus.append("La date de réception précède la signature de la convention.")
        if not reference:
            refus.append("Inscrivez la référence comptable.")
        if not motif.strip():
            refus.append("Écrivez le motif de la récupération.")
        return refus

    @classmethod
    def empechements_a_recuperer(cls, convention, an):
        """Pourquoi rien ne se récupère de cet exercice, quelle que soit la somme."""
        if convention.etat not in SIGNEES:
            return ["La convention n’est pas signée\xa0: rien n’a été versé."]
        if refus := empechements_de_reglement(convention, an):
            return refus
        if not cls.plafond(convention, an):
            return [f"L’exercice {Exercice(an)} n’a reçu que {en_dollars(ZERO)}\xa0: il n’y a rien à rendre."]
        if not cls.enveloppes_a_reprendre(convention, an):
            return ["Aucune enveloppe n’a de disponible\xa0: tout est réservé, engagé ou déjà sorti."]
        return []

    @classmethod
    def empechements_de_montant(cls, convention, an, parts):
        """Ni plus que ce qui reste à chaque enveloppe, ni plus que ce que l'exercice a reçu; la différence est dite."""
        montant, recu = sum(parts.values(), ZERO), cls.plafond(convention, an)
        if montant <= 0 or any(part < 0 for part in parts.values()):
            return ["Une récupération est de plus de zéro dollar."]
        soldes = {e.pk: e.solde for e in cls.enveloppes_a_reprendre(convention, an)}
        refus = list(manques(parts, soldes, "récupérer"))
        if montant > recu:
            refus.append(
                f"L’exercice {Exercice(an)} n’a reçu que {en_dollars(recu)}\xa0: {en_dollars(montant - recu)} de moins "
                "que ce que vous récupérez."
            )
        return refus
