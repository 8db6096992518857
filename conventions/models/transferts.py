"""Les transferts entre deux enveloppes du même exercice : l'un demande, un autre approuve, alors l'argent passe."""

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from conventions.models.arbres import empechements_a_repartir, empechements_d_exercice
from conventions.models.conventions import Convention
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.models.demandes import DemandeADeux, DemandeADeuxQuerySet
from socle.valeurs.argent import ZERO, MontantField, en_dollars, somme
from socle.valeurs.exercice import Exercice


class TransfertQuerySet(DemandeADeuxQuerySet):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_defaite(self):
        """Ajoute `est_defait` : approuvé, puis contrepassé."""
        contraires = Ecriture.objects.filter(contrepasse__mouvement=OuterRef("mouvement"))
        return self.annotate(est_defait=Exists(contraires))


class Transfert(DemandeADeux):
    """Une somme à déplacer d'une enveloppe à une autre; l'approuver l'écrit au grand livre."""

    SUJET, DEJA = "transfert", "Ce transfert est déjà {}."
    SIENNE = "Vous avez demandé ce transfert\xa0: une autre personne doit y répondre."

    class Etat(models.TextChoices):
        DEMANDEE = "demandee", "Demandé"
        APPROUVEE = "approuvee", "Approuvé"
        REFUSEE = "refusee", "Refusé"
        RETIREE = "retiree", "Retiré"
        FERMEE = "fermee", "Fermé avec la convention"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="transferts"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    de = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="de l’enveloppe", related_name="transferts_sortants"
    )
    vers = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="vers l’enveloppe", related_name="transferts_entrants"
    )
    montant = MontantField("montant")
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDEE)
    mouvement = models.UUIDField("mouvement au grand livre", null=True, editable=False)

    objects = TransfertQuerySet.as_manager()

    class Meta(DemandeADeux.Meta):
        constraints = [
            *DemandeADeux.Meta.constraints,
            models.CheckConstraint(
                name="transfert_entre_deux_enveloppes",
                condition=~Q(de=F("vers")),
                violation_error_message="Choisissez deux enveloppes différentes.",
            ),
            models.CheckConstraint(
                name="transfert_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un transfert est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="transfert_ecrit_si_approuve",
                condition=Q(etat="approuvee", mouvement__isnull=False)
                | (~Q(etat="approuvee") & Q(mouvement__isnull=True)),
                violation_error_message="Un transfert est au grand livre quand il est approuvé, et seulement alors.",
            ),
        ]

    def __str__(self):
        return f"Transfert de {en_dollars(self.montant)}, de «\xa0{self.de}\xa0» vers «\xa0{self.vers}\xa0»"

    @property
    def exercice(self):
        return Exercice(self.an)

    @staticmethod
    def empechements_a_demander(de, vers, montant):
        """Pourquoi ce transfert ne peut pas se demander maintenant."""
        empechements = empechements_a_repartir(de.convention, de.an)
        if (de.convention_id, de.an) != (vers.convention_id, vers.an):
            empechements.append("Un transfert reste dans le même exercice de la même convention.")
        if de == vers:
            empechements.append("Choisissez deux enveloppes différentes.")
        if de.parent_id is None or vers.parent_id is None:
            empechements.append(
                "L’exercice lui-même se répartit; un transfert va d’une enveloppe à une autre."
            )
        empechements += _montants_fixes(de, vers)
        if montant <= 0:
            empechements.append("Un transfert est de plus de zéro dollar.")
        return empechements + _fonds_manquants(de, montant, autres=True)

    @classmethod
    @transaction.atomic
    def demander(cls, de, vers, montant, *, par, motif):
        """Demande un transfert. Rien ne bouge avant l'approbation; la somme est retenue pour les autres demandes."""
        convention = de.convention.verrouiller()
        empechements = cls.empechements_a_demander(de, vers, montant)
        if not motif.strip():
            empechements.append("Écrivez le motif du transfert.")
        if empechements:
            raise TransitionInterdite(empechements)
        transfert = cls.objects.create(
            convention=convention,
            an=de.an,
            de=de,
            vers=vers,
            montant=montant,
            motif=motif.strip(),
            demandee_le=timezone.now(),
            demandee_par=par,
        )
        convention.noter("demander-transfert", par=par, objet=transfert, motif=transfert.motif)
        return transfert

    def empechements_a_approuver(self):
        return (
            self.empechements_a_decider()
            or empechements_d_exercice(self.convention, self.an)
            or _montants_fixes(self.de, self.vers)
            or _fonds_manquants(self.de, self.montant)
        )

    def empechements_a_approuver_par(self, par):
        return self.empechements_a_decider_par(par) or self.empechements_a_approuver()

    @transaction.atomic
    def approuver(self, *, par):
        """Une autre personne approuve : la somme passe d'une enveloppe à l'autre.

        Lève `TransitionInterdite`, aussi quand un transfert approuvé entre-temps a pris les fonds.
        """
        transfert = self._relire()
        if empechements := transfert.empechements_a_approuver_par(par):
            manquent = empechements == _fonds_manquants(transfert.de, transfert.montant)
            raise (PlafondDepasse if manquent else TransitionInterdite)(empechements)
        ecritures = Ecriture.passer(
            transfert.convention,
            [(transfert.de, "alloue", -transfert.montant), (transfert.vers, "alloue", transfert.montant)],
            nature=Ecriture.Nature.TRANSFERT,
            par=par,
            objet=str(transfert)[:200],
            reference=f"Transfert {transfert.pk}",
            motif=transfert.motif,
        )
        return transfert._decider(
            "approuver-transfert", self.Etat.APPROUVEE, par=par, mouvement=ecritures[0].mouvement
        )

    def fermer(self, *, par, motif):
        """La convention prend fin : la demande n'aura pas de réponse. Sous le verrou de la convention."""
        return self._decider("fermer-transfert", self.Etat.FERMEE, par=par, decision_motif=motif)

    def _relire(self):
        self.convention.verrouiller()
        relations = ("convention__alliance", "de__convention", "de__territoire", "vers__territoire")
        return type(self).objects.select_related(*relations).get(pk=self.pk)

    def _noter(self, geste, *, par):
        self.convention.noter(geste, par=par, objet=self, motif=self.decision_motif)


def _montants_fixes(*enveloppes):
    return [
        f"«\xa0{e}\xa0» a un montant fixe\xa0: il ne change que par une répartition adoptée."
        for e in enveloppes
        if e.montant_fixe
    ]


def _fonds_manquants(enveloppe, montant, autres=False):
    """`autres` : les demandes en attente retiennent aussi leur part, pour que leur somme tienne dans l'enveloppe."""
    disponible = Solde.objects.get(pk=enveloppe.pk).disponible
    demande = _deja_demande(enveloppe) if autres else ZERO
    if montant <= disponible - demande:
        return []
    phrase = f"«\xa0{enveloppe}\xa0» n’a que {en_dollars(disponible)} de disponible"
    retenu = f", dont {en_dollars(demande)} sont déjà demandés par d’autres transferts" if demande else ""
    return [f"{phrase}{retenu}; il en faudrait {en_dollars(montant)}."]


def _deja_demande(enveloppe):
    return enveloppe.transferts_sortants.en_attente().aggregate(total=somme("montant"))["total"]
