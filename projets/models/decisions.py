"""La décision : son sens, ses raisons, et l'argent qu'elle réserve; toutes les enveloppes, ou aucune.

Ce qui est réservé l'est au grand livre de la convention, dans le même geste : jamais une promesse sans argent.
"""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from conventions.models import Ecriture, Enveloppe
from conventions.models.ecritures import Nature
from projets.models.avis import avis_rendus, prochaine_etape
from projets.models.choix import du_territoire
from projets.models.ecarts import a_motiver
from projets.models.gardiens import AFFECTATION_DECIDEE
from projets.models.initiatives import RENDUES, Initiative
from projets.regles.lecture import montage_de
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import TransitionInterdite
from socle.models.pieces import Piece
from socle.valeurs.argent import ZERO, MontantField, en_dollars, somme
from socle.valeurs.horloge import aujourd_hui, jour_de


class Sens(models.TextChoices):
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    EN_ATTENTE = "en_attente", "En liste d’attente"


class Raison(models.TextChoices):
    """Une raison codée, toujours avec une phrase : un organisme refusé sait quoi changer."""

    BESOIN = "besoin", "Le besoin"
    PRIORITE = "priorite", "Le lien avec les priorités"
    PERSONNES = "personnes", "La place des personnes"
    PARTENAIRES = "partenaires", "Les partenaires"
    REALISME = "realisme", "Le réalisme et les cibles"
    MONTAGE = "montage", "Le montage financier"
    CAPACITE = "capacite", "La capacité de l’organisme"
    FONDS = "fonds", "Les fonds disponibles"
    AUTRE = "autre", "Autre raison"


FINANCEES = (Initiative.Etat.ACCEPTEE, *RENDUES)
DECIDABLES = (Initiative.Etat.ADMISSIBLE, Initiative.Etat.EN_ATTENTE)


class AffectationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui suit l'étude; l'organisme, une fois qu'on lui a dit que l'initiative est acceptée."""
        annoncee = {"etat_annonce__in": FINANCEES}
        return self.filter(
            Initiative.objects.condition_une_fois_repondue(utilisateur, "initiative__", **annoncee)
        )

    def lues_avec(self, initiative):
        """Les mêmes, d'une initiative qu'une personne a lue `avec_etude_suivie`."""
        return self.filter(initiative=initiative) if initiative.se_lit_une_fois(FINANCEES) else self.none()

    def hors_de(self, territoires):
        """Celles que la décision d'un de ces territoires ne puiserait pas (`choix.se_puise`)."""
        mises_en_commun = {"initiative__appel__enveloppes__enveloppe": F("enveloppe")}
        siennes = self.model.objects.filter(du_territoire(territoires, "enveloppe__"), **mises_en_commun)
        return self.exclude(pk__in=siennes.order_by().values("pk"))

    def total(self):
        return self.order_by().aggregate(total=somme("montant"))["total"]


class Affectation(models.Model):
    """Ce qu'une initiative prend d'une enveloppe, d'un exercice; plusieurs enveloppes peuvent la porter."""

    declencheurs = (*IMMUABLE, AFFECTATION_DECIDEE)

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name="initiative", related_name="affectations"
    )
    enveloppe = models.ForeignKey(Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+")
    montant = MontantField("montant")

    objects = AffectationQuerySet.as_manager()

    class Meta:
        ordering = ["enveloppe__an", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "enveloppe"], name="affectation_une_par_enveloppe"),
            models.CheckConstraint(
                name="affectation_positive",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return f"{self.enveloppe}\xa0: {en_dollars(self.montant)}"


class DecisionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui suit l'étude; l'organisme, une fois que la réponse à cette décision est partie."""
        etude = Initiative.objects.condition_de_l_etude(utilisateur, "initiative__")
        vue = Initiative.objects.condition_de_vue(utilisateur, "initiative__")
        return self.filter(etude | vue & Q(reponse__isnull=False))

    def lues_avec(self, initiative):
        """Les mêmes, d'une initiative qu'une personne a lue `avec_etude_suivie`."""
        siennes = self.filter(initiative=initiative)
        return siennes if initiative.suivie else siennes.filter(reponse__isnull=False)


class Decision(models.Model):
    """Une décision d'une instance; la dernière vaut. Une liste d'attente en appelle une autre."""

    declencheurs = IMMUABLE

    Sens = Sens
    Raison = Raison

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name="initiative", related_name="decisions"
    )
    sens = models.CharField("sens", max_length=12, choices=Sens.choices)
    instance = models.CharField("instance", max_length=150)
    resolution = models.CharField("numéro de résolution", max_length=60)
    prise_le = models.DateField("prise le")
    raison = models.CharField("raison", max_length=15, choices=Raison.choices, blank=True)
    motif = models.TextField("motif", max_length=2000, blank=True)
    ecart = models.TextField("pourquoi elle s’écarte d’un avis", max_length=2000, blank=True)
    conditions = models.TextField("conditions", max_length=2000, blank=True)
    mouvement = models.UUIDField("réservation au grand livre", null=True, editable=False)
    inscrite_le = models.DateTimeField("inscrite le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrite par", related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_par_resolution",
                condition=~Q(resolution=""),
                violation_error_message="Une décision a sa résolution.",
            ),
            models.CheckConstraint(
                name="decision_motivee",
                condition=Q(sens="acceptee") | (~Q(raison="") & ~Q(motif="")),
                violation_error_message="Un refus et une attente ont leur raison, codée et écrite.",
            ),
            models.CheckConstraint(
                name="decision_reserve_si_acceptee",
                condition=Q(sens="acceptee", mouvement__isnull=False)
                | (~Q(sens="acceptee") & Q(mouvement__isnull=True)),
                violation_error_message="Une acceptation réserve l’argent; rien d’autre ne le fait.",
            ),
        ]

    def __str__(self):
        return f"{self.get_sens_display()}, {self.resolution}"

    def revision_jusqu_au(self, le):
        """Le dernier jour où contester ce refus, appris à cet instant; `None` si rien ne s'y révise."""
        jours = self.initiative.appel.revision_jours
        return jour_de(le) + timedelta(days=jours) if jours and self.sens == Sens.REFUSEE else None

    @property
    def reference(self):
        """Sa réservation au grand livre; elle ne dit rien à qui ne lit pas la décision."""
        return f"R-{self.mouvement.hex[:12].upper()}" if self.mouvement else ""

    @property
    def lettre(self):
        """La réponse qui la dit à l'organisme, ou `None` si elle n'est pas partie."""
        return getattr(self, "reponse", None)


class PieceDecisionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(decision__in=Decision.objects.visibles_par(utilisateur))


class PieceDecision(Piece):
    """La résolution d'une décision : une preuve, qui ne se retire pas."""

    declencheurs = IMMUABLE

    decision = models.ForeignKey(Decision, models.PROTECT, verbose_name="décision", related_name="pieces")

    objects = PieceDecisionQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "résolution d’une décision"
        verbose_name_plural = "résolutions des décisions"


def empechements_a_decider(initiative):
    """Pourquoi la décision ne se prend pas maintenant."""
    if initiative.etat not in DECIDABLES:
        return [f"Cette initiative n’attend pas de décision\xa0: {initiative.get_etat_display().lower()}."]
    etape = prochaine_etape(initiative)
    if etape is not None and etape.acte != "decision":
        return [f"Il manque d’abord\xa0: {etape.get_acte_display().lower()}, {etape.nom}."]
    return initiative.empechements_de_confirmation()


@transaction.atomic
def decider(initiative, *, par, sens, prise_le, resolution, piece, affectations=None, le=None, **motifs):
    """Inscrit la décision adoptée et, si l'initiative est acceptée, réserve `affectations` : {enveloppe: dollars}.

    `motifs` : `raison`, `motif`, `ecart`, `conditions`. Lève `TransitionInterdite` avec tout ce qui manque,
    `PlafondDepasse` si une seule enveloppe n'a pas les fonds : alors rien n'est réservé ni décidé.
    """
    initiative, le = initiative.verrouiller_avec_l_appel(), le or timezone.now()
    affectations = {e: montant for e, montant in (affectations or {}).items() if montant}
    refus = empechements_a_decider(initiative) or [
        *_fautes(initiative, sens, prise_le, resolution, motifs),
        *_fautes_d_argent(initiative, sens, affectations, initiative.appel.enveloppes_ou_puiser(par), motifs),
    ]
    if refus:
        raise TransitionInterdite(refus)
    decision = Decision(
        initiative=initiative,
        sens=sens,
        instance=initiative.etapes.get(acte="decision").nom,
        resolution=resolution.strip(),
        prise_le=prise_le,
        mouvement=uuid4() if sens == Sens.ACCEPTEE else None,
        inscrite_le=le,
        par=par,
        **{champ: valeur.strip() for champ, valeur in motifs.items()},
    )
    decision.full_clean()
    if decision.mouvement:
        _reserver(decision, affectations)
    decision.save(force_insert=True)
    for enveloppe, montant in affectations.items():
        initiative.affectations.create(enveloppe=enveloppe, montant=montant)
    if sens == Sens.ACCEPTEE:  # on lui versera : son identité ne change plus seule
        initiative.organisme.alliances_liees.add(initiative.alliance_id)
    _joindre(piece, decision, par=par)
    initiative.etat, initiative.reservee_jusqu_au = (
        Initiative.Etat(sens),
        fin_de_reservation(decision, prise_le),
    )
    initiative.save()
    initiative.eteindre_la_proposition()
    apres = {"résolution": decision.resolution, "décision": decision.get_sens_display()}
    initiative.noter("decider", par=par, le=le, public=False, apres=apres, motif=decision.motif)
    initiative.appel.suivre_ses_demandes(par=par, le=le)
    return decision


def fin_de_reservation(decision, jour):
    """Comptée de ce jour : le dernier où l'argent accepté reste réservé sans protocole signé; `None` s'il le reste."""
    jours = decision.initiative.appel.reservation_jours
    return jour + timedelta(days=jours) if decision.sens == Sens.ACCEPTEE and jours else None


def _joindre(piece, decision, *, par):
    """Le fichier de la résolution; celui d'une autre décision de la même séance sert tel quel."""
    if not isinstance(piece, PieceDecision):
        return PieceDecision.televerser(piece, par=par, decision=decision)
    piece.pk, piece.decision, piece._state.adding = None, decision, True
    piece.save(force_insert=True)
    return piece


def manques_de(initiative, sens, affectations, motifs, permises):
    """Ce qui manque à une décision avant sa résolution, en phrases; ce que la séance montre de chaque proposition.

    `permises` : `appel.enveloppes_ou_puiser`.
    """
    return empechements_a_decider(initiative) or [
        *_fautes(initiative, sens, aujourd_hui(), "à venir", motifs),
        *_fautes_d_argent(initiative, sens, affectations, permises, motifs),
    ]


def _fautes(initiative, sens, prise_le, resolution, motifs):
    if sens == initiative.etat:
        yield "Cette initiative est déjà en liste d’attente."
    if not resolution.strip():
        yield "Inscrivez le numéro de la résolution."
    if prise_le > aujourd_hui():
        yield "La décision n’est pas dans le futur."
    elif prise_le < jour_de(initiative.deposee_le):
        yield "La décision suit le dépôt de la demande."
    elif prise_le < jour_de(initiative.jugee_le):
        yield "La décision suit le jugement de l’admissibilité."
    elif prise_le < max((a.rendu_le for a in avis_rendus(initiative)), default=prise_le):
        yield "La décision suit le dernier avis."
    if sens != Sens.ACCEPTEE and not (motifs.get("raison") and motifs.get("motif", "").strip()):
        yield "Choisissez la raison, et écrivez-la en une phrase\xa0: l’organisme la lira."


def _fautes_d_argent(initiative, sens, affectations, permises, motifs):
    if sens == Sens.ACCEPTEE:
        yield from _sans_fonds(initiative, affectations, permises)
    elif affectations:
        yield "Seule une initiative acceptée reçoit de l’argent."
    if not motifs.get("ecart", "").strip():
        yield from a_motiver(initiative, sens, affectations, permises)


def _sans_fonds(initiative, affectations, permises):
    if not affectations:
        yield "Dites de quelles enveloppes vient l’argent."
    ans = {exercice.an for exercice in initiative.exercices}
    for enveloppe, montant in affectations.items():
        if enveloppe not in permises:
            yield f"«\xa0{enveloppe}\xa0» ne paie pas les initiatives de cet appel."
        elif enveloppe.an not in ans:
            yield f"L’initiative ne se réalise pas en {enveloppe.exercice}, l’exercice de «\xa0{enveloppe}\xa0»."
        if montant < ZERO:
            yield "Un montant n’est pas négatif."
    total, demande = sum(affectations.values(), ZERO), montage_de(initiative, depenses=()).demande
    if total > demande:
        yield f"La décision accorde {en_dollars(total)}; la demande est de {en_dollars(demande)}."


def _reserver(decision, affectations):
    """Un seul mouvement pour toutes les enveloppes; rien n'y nomme l'initiative : il se lit avant la réponse."""
    Ecriture.passer(
        next(iter(affectations)).convention,
        [(enveloppe, "reserve", montant) for enveloppe, montant in affectations.items()],
        nature=Nature.RESERVATION,
        par=decision.par,
        objet=f"Réservation, résolution {decision.resolution}",
        reference=decision.reference,
        mouvement=decision.mouvement,
    )
