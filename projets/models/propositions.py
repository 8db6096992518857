"""La proposition de décision : un brouillon de séance, à plusieurs mains; rien ne s'écrit au grand livre.

Adoptées en lot par une seule résolution, celles qui peuvent passer passent; les autres disent pourquoi.
"""

import hashlib
from collections import defaultdict

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from conventions.models import Enveloppe
from projets.models.decisions import (
    DECIDABLES,
    Affectation,
    Raison,
    Sens,
    decider,
    empechements_a_decider,
    manques_de,
)
from projets.models.ecarts import ecarts
from projets.models.initiatives import Initiative
from socle.acces import RequeteProtegee
from socle.erreurs import ErreurDuDomaine, TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_heure
from socle.valeurs.argent import ZERO, MontantField, en_dollars

PERIME = "Quelqu’un a changé cette proposition depuis que vous avez ouvert la page."
MOTIFS = ("raison", "motif", "ecart", "conditions")


class PropositionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui suit l'étude; jamais l'organisme."""
        return self.filter(Initiative.objects.condition_de_l_etude(utilisateur, "initiative__"))

    def lues_avec(self, initiative):
        """Les mêmes, d'une initiative qu'une personne a lue `avec_etude_suivie`."""
        return self.filter(initiative=initiative) if initiative.suivie else self.none()

    def en_attente(self):
        """Celles dont l'initiative n'a pas encore cette décision."""
        return self.filter(initiative__etat__in=DECIDABLES)


class PropositionDecision(models.Model):
    """Ce que la séance s'apprête à décider d'une initiative; `revision` avance à chaque enregistrement."""

    Sens = Sens

    initiative = models.OneToOneField(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="proposition"
    )
    sens = models.CharField("sens", max_length=12, choices=Sens.choices)
    raison = models.CharField("raison", max_length=15, choices=Raison.choices, blank=True)
    motif = models.TextField("motif", max_length=2000, blank=True)
    ecart = models.TextField("pourquoi elle s’écarte d’un avis", max_length=2000, blank=True)
    conditions = models.TextField("conditions", max_length=2000, blank=True)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    modifiee_le = models.DateTimeField("modifiée le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="modifiée par",
        null=True,
        related_name="+",
        help_text="Vide, la liste d’attente l’a proposée.",
    )

    objects = PropositionQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition de décision"
        verbose_name_plural = "propositions de décision"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_sens_display()}\xa0: {self.initiative}"

    @property
    def affectations(self):
        """{enveloppe: dollars} de ce qu'elle prendrait."""
        return {ligne.enveloppe: ligne.montant for ligne in self.montants.all()}

    def ecarts(self, permises):
        """Ce dont elle s'écarte, à relire avec `ecart`, qui le motive."""
        return list(ecarts(self.initiative, self.sens, self.affectations, permises))

    def manques(self, permises=None):
        """Pourquoi elle ne s'adopterait pas, même seule : les fonds que d'autres prendraient n'y comptent pas.

        `permises` : les enveloppes de l'appel, si on les a déjà lues pour toutes ses propositions.
        """
        if permises is None:
            permises = self.initiative.appel.enveloppes_ou_puiser(self.par)
        motifs = {champ: getattr(self, champ) for champ in MOTIFS}
        libres = {enveloppe: enveloppe.solde.disponible for enveloppe in permises}
        return avertissements(self.initiative, self.sens, self.affectations, motifs, permises, libres)


class MontantProposeManager(models.Manager):
    """Un montant se lit avec son enveloppe."""

    def get_queryset(self):
        return super().get_queryset().select_related("enveloppe__territoire")


class MontantPropose(models.Model):
    """Ce que la proposition prendrait d'une enveloppe."""

    proposition = models.ForeignKey(
        PropositionDecision, models.CASCADE, verbose_name="proposition", related_name="montants"
    )
    enveloppe = models.ForeignKey(Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+")
    montant = MontantField("montant")

    objects = MontantProposeManager()

    class Meta:
        verbose_name = "montant proposé"
        verbose_name_plural = "montants proposés"
        ordering = ["enveloppe__an", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposition", "enveloppe"], name="montant_propose_un_par_enveloppe"
            ),
            models.CheckConstraint(
                name="montant_propose_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return f"{self.enveloppe}\xa0: {en_dollars(self.montant)}"


def empechements_a_proposer(initiative):
    """Proposer demande ce que décider demande : des avis rendus, dans l'ordre."""
    return empechements_a_decider(initiative)


@transaction.atomic
def proposer(initiative, *, par, revision, sens, affectations=None, le=None, **motifs):
    """Enregistre le brouillon; incomplet, il se garde, et c'est l'adoption qui dira ce qui manque."""
    initiative, le = initiative.verrouiller(), le or timezone.now()
    if refus := empechements_a_proposer(initiative):
        raise TransitionInterdite(refus)
    proposition = PropositionDecision.objects.filter(initiative=initiative).first()
    if (proposition.revision if proposition else 0) != revision:
        raise VersionPerimee(_ce_qu_elle_dit(proposition))
    proposition = proposition or PropositionDecision(initiative=initiative, revision=0)
    champs = {"sens": sens, "par": par, "modifiee_le": le, "revision": revision + 1}
    for champ, valeur in (champs | motifs).items():
        setattr(proposition, champ, valeur)
    proposition.save()
    proposition.montants.all().delete()
    for enveloppe, montant in (affectations or {}).items():
        proposition.montants.create(enveloppe=enveloppe, montant=montant)
    initiative.noter(
        "proposer-decision", par=par, le=le, public=False, apres={"sens": proposition.get_sens_display()}
    )
    return proposition


def _ce_qu_elle_dit(proposition):
    """Qui l'a changée depuis, et ce qu'elle dit maintenant : on ne l'écrase pas à l'aveugle."""
    if proposition is None:
        return "Cette proposition a été retirée depuis que vous avez ouvert la page."
    qui = proposition.par.nom_complet if proposition.par else "La liste d’attente"
    montants = (f"{e}, {e.exercice}, {en_dollars(m)}" for e, m in proposition.affectations.items())
    dits = filter(None, [*montants, proposition.motif, proposition.conditions])
    maintenant = "; ".join([proposition.get_sens_display().lower(), *dits])
    return f"{qui} l’a changée, {date_heure(proposition.modifiee_le)}. Elle dit maintenant\xa0: {maintenant}"


def avertissements(initiative, sens, affectations, motifs, permises, libres):
    """Pourquoi ce brouillon ne s'adopterait pas; `libres` : {enveloppe: dollars} de ce qui peut encore s'y prendre."""
    trop = [
        f"«\xa0{e}\xa0», {e.exercice}\xa0: {en_dollars(montant)} proposés, et il n’y reste que"
        f" {en_dollars(libres[e])}."
        for e, montant in affectations.items()
        if montant > libres.get(e, montant)
    ]
    return [*manques_de(initiative, sens, affectations, motifs, permises), *trop]


def empreinte_des(propositions):
    """Ce que la page montrait de chacune, en seize signes."""
    lues = sorted((p.pk, p.revision) for p in propositions)
    return hashlib.sha256(repr(lues).encode()).hexdigest()[:16]


def empechements_a_adopter(propositions):
    return [] if propositions else ["Aucune proposition ne peut être adoptée."]


def adopter(appel, propositions, *, par, prise_le, resolution, piece, vu=None, le=None):
    """Une résolution pour toutes : ([décisions prises], [(initiative, pourquoi elle ne passe pas)]).

    Chacune prend toutes ses enveloppes ou aucune; celle qui ne passe pas n'arrête pas les autres. `vu` : l'empreinte
    de ce que la page montrait. Lève `TransitionInterdite` si rien ne passe : alors rien n'est écrit.
    """
    with transaction.atomic():
        appel.verrouiller()
        propositions = _relire(propositions)
        if vu is not None and vu != empreinte_des(propositions):
            raise VersionPerimee(PERIME)
        if refus := empechements_a_adopter(propositions):
            raise TransitionInterdite(refus)
        prises, refusees = [], []
        acte = {"par": par, "prise_le": prise_le, "resolution": resolution, "piece": piece, "le": le}
        for proposition in propositions:
            try:
                with transaction.atomic():
                    prises.append(_adopter(proposition, **acte))
                    acte["piece"] = prises[-1].pieces.get()
            except ErreurDuDomaine as refus:
                phrases = getattr(refus, "empechements", None) or [str(refus)]
                refusees.append((proposition.initiative, phrases))
        if not prises:
            raise TransitionInterdite([f"{i}\xa0: {phrase}" for i, phrases in refusees for phrase in phrases])
    return prises, refusees


def _relire(propositions):
    """Sous le verrou de chaque initiative, par clé, avant la première décision : deux séances s'attendent."""
    demandees = PropositionDecision.objects.filter(pk__in=[p.pk for p in propositions])
    initiatives = Initiative.objects.filter(proposition__in=demandees).order_by("pk")
    list(initiatives.select_for_update(of=("self",)))
    relues = demandees.select_related("initiative__appel__alliance", "initiative__alliance")
    return list(relues.prefetch_related("montants__enveloppe__convention").order_by("pk"))


def _adopter(proposition, **acte):
    motifs = {champ: getattr(proposition, champ) for champ in MOTIFS}
    affectations = proposition.affectations
    return decider(proposition.initiative, sens=proposition.sens, affectations=affectations, **motifs, **acte)


def reserves_tues(par):
    """Ce que réserve une décision que `par` n'apprendra que par sa réponse."""
    de_soi = Initiative.objects.condition_de_soi(par, "initiative__")
    acceptees = Affectation.objects.filter(de_soi, initiative__etat=Initiative.Etat.ACCEPTEE)
    return acceptees.exclude(initiative__etat_annonce=Initiative.Etat.ACCEPTEE)


def montants_proposes(appel, sauf=None, par=None):
    """Ce que prendraient des enveloppes de l'Alliance les propositions en attente; `sauf` : celle de cette initiative.

    Ce qu'on propose à une demande que `par` ne choisit pas n'y compte pas : par différence, elle le lirait.
    """
    proposes = MontantPropose.objects.filter(
        proposition__initiative__etat__in=DECIDABLES,
        enveloppe__convention__alliance=appel.alliance_id,
    )
    if sauf is not None:
        proposes = proposes.exclude(proposition__initiative=sauf)
    return (
        proposes
        if par is None
        else proposes.exclude(Initiative.objects.condition_de_soi(par, "proposition__initiative__"))
    )


def jauges(appel, montants=None, enveloppes=None, tues=()):
    """[(enveloppe, disponible, proposé, ce qu'il resterait)]; ce que la page a déjà lu ne se relit pas.

    `tues` (`reserves_tues`) ne se retranche pas du disponible : par différence, la personne les lirait.
    """
    propose, tu = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for affectation in tues:
        tu[affectation.enveloppe_id] += affectation.montant
    for ligne in montants_proposes(appel) if montants is None else montants:
        propose[ligne.enveloppe_id] += ligne.montant
    lues = appel.enveloppes_possibles().avec_lieux() if enveloppes is None else enveloppes
    chiffres = ((e, e.solde.disponible + tu[e.pk], propose[e.pk]) for e in lues)
    return [(e, disponible, propose, disponible - propose) for e, disponible, propose in chiffres]
