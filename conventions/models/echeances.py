"""Les versements prévus du Ministère au partenaire. Le versement fait, lui, est une ligne qui ne change plus.

Ses gestes sont dans `paiements` et `lots`, son établissement dans `echeanciers`; `docs/etats.md` les nomme.
"""

from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from alliances.models import Alliance
from alliances.plans.models import VersionPlan
from conventions.models.annulations import GestesDAnnulation
from conventions.models.beneficiaires import BeneficiaireFige
from conventions.models.conventions import Convention
from conventions.models.lecture import EcheancesLues
from conventions.models.obligations import Obligation
from conventions.models.paiements import GestesDePaiement
from conventions.regles.conditions import DITES, Faits, ce_qu_il_attend, est_remplie
from socle.acces import RequeteProtegee
from socle.valeurs.argent import MontantField, en_dollars, somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui, jour_de


class Etat(models.TextChoices):
    PREVUE = "prevue", "Prévu"
    LIBEREE = "liberee", "Libéré"
    RECOMMANDEE = "recommandee", "Recommandé"
    AUTORISEE = "autorisee", "Autorisé"
    VERSEE = "versee", "Versé"
    SUSPENDUE = "suspendue", "Suspendu"
    ANNULEE = "annulee", "Annulé"


class Condition(models.TextChoices):
    SIGNATURE = "signature", "Signature de la convention"
    PLAN_APPROUVE = "plan_approuve", "Plan d’action approuvé"
    RAPPORT_ACCEPTE = "rapport_accepte", "Rapport annuel accepté"
    RAPPORT_FINAL = "rapport_final", "Rapport final accepté"
    DATE = "date", "Date prévue"


EN_CHEMIN = (Etat.PREVUE, Etat.LIBEREE, Etat.RECOMMANDEE, Etat.AUTORISEE)
OUVERTES = (*EN_CHEMIN, Etat.SUSPENDUE)
A_REGLER = tuple(etat for etat in OUVERTES if etat != Etat.PREVUE)


def _dans(etats):
    """L'échéance est dans un de ces états, ou y était quand on l'a suspendue."""
    return Q(etat__in=etats) | Q(etat=Etat.SUSPENDUE, suspendue_depuis__in=etats)


def _rempli(champs, vide=False):
    return Q(**{f"{champ}__isnull": vide for champ in champs})


def _bloc(nom, champs, atteints, phrase):
    """Ces champs sont remplis dès qu'un de ces états est atteint, vides avant; une annulation garde l'histoire."""
    avant = tuple(etat for etat in EN_CHEMIN if etat not in atteints)
    ensemble = _rempli(champs) | _rempli(champs, vide=True)
    return models.CheckConstraint(
        name=f"echeance_{nom}_complete",
        condition=(_dans((*atteints, Etat.VERSEE)) & _rempli(champs))
        | (_dans(avant) & _rempli(champs, vide=True))
        | (Q(etat=Etat.ANNULEE) & ensemble),
        violation_error_message=phrase,
    )


LUS_EN_RANGEE = (
    *("convention", "rang", "an", "montant", "condition", "rapport_an", "prevue_le", "etat", "motif"),
)
EN_CHARGE = ("en_charge__prenom", "en_charge__nom")


@cache
def _sans_region():
    liens = Alliance.regions.through.objects.filter(alliance=OuterRef("convention__alliance"))
    return ~Exists(liens)


class EcheanceQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_convention(self):
        return self.select_related("convention__alliance")

    def pour_une_rangee(self):
        """Ce qu'une rangée de tableau lit de chacune et de sa convention, et rien de plus."""
        lus = (f"convention__{nom}" for nom in ("numero", "alliance__nom", *EN_CHARGE))
        return self.select_related("convention__alliance", "convention__en_charge").only(*LUS_EN_RANGEE, *lus)

    def a_montrer(self):
        """Les lignes, lues ensemble : chacune se montre sans autre requête (voir `lecture`)."""
        return EcheancesLues(list(self.avec_faits())).echeances

    def avec_faits(self):
        """Ajoute `deja_verse`, en dollars, confirmations annulées exclues, `a_une_derogation` et `sans_region`."""
        en_vigueur = FilteredRelation("derogations", condition=Q(derogations__revoquee_le=None))
        return self.annotate(derogation_lue=en_vigueur).annotate(
            a_une_derogation=Q(derogation_lue__isnull=False),  # une seule au plus
            deja_verse=somme("versements__montant", filtre=Q(versements__annulation=None)),
            sans_region=_sans_region(),
        )

    def en_chemin(self):
        """Ni versées ni annulées, suspendues comprises."""
        return self.filter(etat__in=OUVERTES)

    def a_regler(self):
        """Libérées et pas encore versées au complet, suspendues comprises : la convention ne se clôt pas sur elles."""
        return self.filter(etat__in=A_REGLER)


class EcheanceVersement(GestesDePaiement, GestesDAnnulation, BeneficiaireFige):
    """Un versement prévu : montant en dollars, exercice, condition qui le libère."""

    Etat = Etat
    Condition = Condition
    lues = None  # les autres de la page, quand elle vient de `a_montrer`

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="echeances"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    rang = models.PositiveSmallIntegerField("rang")
    montant = MontantField("montant")
    condition = models.CharField("condition", max_length=15, choices=Condition.choices)
    rapport_an = models.PositiveSmallIntegerField(
        "exercice du rapport attendu", null=True, blank=True, help_text="L’an de son 1er avril."
    )
    prevue_le = models.DateField("prévu le")
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREVUE)
    liberee_le = models.DateField("libéré le", null=True, blank=True)
    recommandee_le = models.DateTimeField("recommandé le", null=True, blank=True)
    recommandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="recommandé par", null=True, related_name="+"
    )
    recommandation = models.TextField("note de recommandation", blank=True, max_length=2000)
    autorisee_le = models.DateTimeField("autorisé le", null=True, blank=True)
    autorisee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="autorisé par", null=True, related_name="+"
    )
    versee_le = models.DateField("versé au complet le", null=True, blank=True)
    suspendue_depuis = models.CharField("état avant la suspension", max_length=12, blank=True)
    suspendue_le = models.DateTimeField("suspendu le", null=True, blank=True)
    suspendue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="suspendu par", null=True, related_name="+"
    )
    annulee_le = models.DateTimeField("annulé le", null=True, blank=True)
    annulee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="annulé par", null=True, related_name="+"
    )
    motif = models.TextField("motif de la suspension ou de l’annulation", blank=True, max_length=2000)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance de versement"
        verbose_name_plural = "échéances de versement"
        ordering = ["convention", "an", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "rang"], name="echeance_rang_unique"),
            models.CheckConstraint(
                name="echeance_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un versement prévu est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="echeance_rapport_nomme",
                condition=Q(condition=Condition.RAPPORT_ACCEPTE, rapport_an__isnull=False)
                | (~Q(condition=Condition.RAPPORT_ACCEPTE) & Q(rapport_an__isnull=True)),
                violation_error_message="Un versement qui attend un rapport annuel nomme l’exercice de ce rapport.",
            ),
            _bloc(
                "liberation",
                ("liberee_le",),
                (Etat.LIBEREE, Etat.RECOMMANDEE, Etat.AUTORISEE),
                "Un versement libéré a sa date.",
            ),
            _bloc(
                "recommandation",
                ("recommandee_le", "recommandee_par"),
                (Etat.RECOMMANDEE, Etat.AUTORISEE),
                "Une recommandation a sa date et sa personne.",
            ),
            _bloc(
                "autorisation",
                ("autorisee_le", "autorisee_par"),
                (Etat.AUTORISEE,),
                "Une autorisation a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="echeance_versement_date",
                condition=Q(etat=Etat.VERSEE, versee_le__isnull=False)
                | (~Q(etat=Etat.VERSEE) & Q(versee_le__isnull=True)),
                violation_error_message="Un versement complet a sa date.",
            ),
            models.CheckConstraint(
                name="echeance_suspension_complete",
                condition=(
                    Q(etat=Etat.SUSPENDUE, suspendue_depuis__in=EN_CHEMIN)
                    & _rempli(("suspendue_le", "suspendue_par"))
                    & ~Q(motif="")
                )
                | (
                    ~Q(etat=Etat.SUSPENDUE)
                    & Q(suspendue_depuis="")
                    & (Q(etat=Etat.ANNULEE) | Q(motif=""))
                    & _rempli(("suspendue_le", "suspendue_par"), vide=True)
                ),
                violation_error_message="Une suspension a son motif, sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="echeance_annulation_complete",
                condition=(Q(etat=Etat.ANNULEE) & _rempli(("annulee_le", "annulee_par")) & ~Q(motif=""))
                | (~Q(etat=Etat.ANNULEE) & _rempli(("annulee_le", "annulee_par"), vide=True)),
                violation_error_message="Une annulation a son motif, sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="echeance_recommande_et_autorise_differents",
                condition=Q(autorisee_par__isnull=True) | ~Q(autorisee_par=F("recommandee_par")),
                violation_error_message="La personne qui recommande un versement ne l’autorise pas.",
            ),
        ]

    def __str__(self):
        return f"{self.designation}, {self.exercice}"

    @property
    def designation(self):
        """« 2e versement » : un avenant peut en changer l'exercice, jamais le rang."""
        return f"{self.rang}{'er' if self.rang == 1 else 'e'} versement"

    @property
    def exercice(self):
        return Exercice(self.an)

    @property
    def en_retard(self):
        """Une obligation de sa convention est en retard. Pour une ligne de `a_montrer`, comme les deux qui suivent."""
        return self.convention_id in self.lues.en_retard

    @property
    def racine_ouverte(self):
        return (self.convention_id, self.an) in self.lues.racines

    @property
    def rapport_recu(self):
        return (self.convention_id, self.rapport_an) in self.lues.rapports

    @property
    def etat_atteint(self):
        """L'état, ou celui d'où on l'a suspendue."""
        return self.suspendue_depuis or self.etat

    @property
    def est_retenue(self):
        """La part gardée jusqu'au rapport final."""
        return self.condition == Condition.RAPPORT_FINAL

    @property
    def condition_en_mots(self):
        """« Rapport annuel 2025-2026 accepté », « Plan d’action approuvé »…"""
        if self.condition == Condition.RAPPORT_ACCEPTE:
            return f"Rapport annuel {Exercice(self.rapport_an)} accepté"
        return self.get_condition_display()

    def verse(self):
        """Ce qui en est déjà versé, en dollars; une requête, sauf pour une ligne de `a_montrer`."""
        if hasattr(self, "deja_verse"):
            return self.deja_verse
        return self.versements.en_vigueur().aggregate(total=somme("montant"))["total"]

    def reste(self):
        return self.montant - self.verse()

    def reste_en_mots(self):
        """« 4e versement, 2025-2026 : autorisé, mais 500,00 $ ne sont pas versés. »"""
        reste = en_dollars(self.reste())
        return f"{self}\u00a0: {self.get_etat_display().lower()}, mais {reste} ne sont pas versés."

    def attend(self):
        """Ce qu'elle attend, en quelques mots; vide si plus rien. Pour une ligne de `a_montrer`."""
        prevue, annuel = self.etat == Etat.PREVUE, self.condition == Condition.RAPPORT_ACCEPTE
        return ce_qu_il_attend(
            self.etat,
            Condition.DATE if prevue and annuel and self.rapport_recu else self.condition,
            rapport=str(Exercice(self.rapport_an)) if self.rapport_an else "",
            sans_region=self.etat == Etat.LIBEREE and self.sans_region,
            entamee=not prevue and self.deja_verse > 0,
        )

    @classmethod
    def de_la_convention(cls, convention, obligations=None):
        """Celles d'une convention, par rang, prêtes à montrer; `obligations`, si la page les a déjà lues."""
        siennes = convention.echeances.only(*LUS_EN_RANGEE).avec_faits().order_by("rang")
        return EcheancesLues(list(siennes), obligations).echeances

    def condition_est_remplie(self, jour=None):
        """Lue de la convention, du plan et des obligations; le rapport final se dit par `liberer_selon`."""
        return est_remplie(self.condition, self.prevue_le, faits_de(self.convention, jour, self.rapport_an))

    @classmethod
    def premiere_du_rapport(cls, convention, an):
        """La clé du premier versement qu'amène ce rapport annuel; les suivants attendent aussi leur date."""
        siennes = convention.echeances.exclude(etat=Etat.ANNULEE)
        siennes = siennes.filter(condition=Condition.RAPPORT_ACCEPTE, rapport_an=an)
        return siennes.order_by("prevue_le", "rang").values_list("pk", flat=True).first()

    @classmethod
    @transaction.atomic
    def liberer_selon(cls, convention, condition, *, par, le=None, an=None):
        """Libère les versements dont cette condition est remplie; retourne ceux qui viennent de l'être.

        `an` : l'exercice du rapport accepté, exigé pour cette condition. Il libère aussitôt le premier versement qui
        l'attend, pour que l'on ait le temps de le recommander; les suivants ne se libèrent pas avant leur date, même si
        leur condition nomme le même rapport (celui de juin vaut pour septembre, puis pour avril : évaluation 2017-2023,
        §1.2 et §1.3). `liberer_ce_qui_est_du` y revient chaque jour.
        Rien hors d'une convention en vigueur, ni dans un exercice clos.
        Suspendu avant d'être libéré, un versement le devient aussi : il reprendra libéré.
        """
        convention = convention.verrouiller()
        clos = convention.exercices.filter(clos_le__isnull=False).values("an")
        jour = (jour_de(le) if isinstance(le, datetime) else le) or aujourd_hui()
        faits = faits_de(convention, jour)
        annuel = condition == Condition.RAPPORT_ACCEPTE
        if annuel and an is None:
            raise ValueError("Nommez l’exercice du rapport accepté.")
        prevues = convention.echeances.filter(
            _dans([Etat.PREVUE]), condition=condition, rapport_an=an if annuel else None
        ).exclude(an__in=clos)
        liberees = []
        if not faits.en_vigueur:
            return liberees
        premiere = cls.premiere_du_rapport(convention, an) if annuel else None
        for echeance in prevues.select_for_update(of=("self",)).order_by("rang"):
            echeance.convention = convention
            attend_sa_date = annuel and echeance.pk != premiere and echeance.prevue_le > jour
            dite = condition in DITES and not attend_sa_date
            if dite or est_remplie(condition, echeance.prevue_le, faits):
                echeance.marquer_liberee(par=par, le=le or jour)
                liberees.append(echeance)
        return liberees

    @classmethod
    def liberer_ce_qui_est_du(cls, *, par=None, le=None, alliances=None):
        """Libère, dans toutes les conventions en vigueur, ce dont la condition se lit; retourne les libérées."""
        lues = (Condition.SIGNATURE, Condition.PLAN_APPROUVE, Condition.DATE)
        en_attente = cls.objects.filter(_dans([Etat.PREVUE]), convention__etat=Convention.Etat.SIGNEE)
        if alliances is not None:
            en_attente = en_attente.filter(convention__alliance__in=alliances)
        recus = Obligation.objects.rapport_accepte(OuterRef("convention"), OuterRef("rapport_an"))
        rapports = Q(condition=Condition.RAPPORT_ACCEPTE) & Exists(recus)
        cas = en_attente.filter(Q(condition__in=lues) | rapports)
        cas = cas.order_by("convention", "condition", "rapport_an")
        cas = list(cas.values_list("convention", "condition", "rapport_an").distinct())
        conventions = Convention.objects.in_bulk({pk for pk, *_ in cas})
        liberees = []
        for pk, condition, an in cas:
            liberees += cls.liberer_selon(conventions[pk], condition, par=par, le=le, an=an)
        return liberees


def faits_de(convention, jour=None, rapport_an=None):
    """Ce qu'on sait de la convention : en vigueur, plan approuvé, rapport de cet exercice accepté; deux requêtes."""
    return Faits(
        rapport_accepte=rapport_an is not None
        and Obligation.objects.rapport_accepte(convention, rapport_an).exists(),
        en_vigueur=convention.etat == Convention.Etat.SIGNEE,
        plan_approuve=VersionPlan.objects.filter(
            plan__alliance=convention.alliance_id, etat=VersionPlan.Etat.APPROUVEE
        ).exists(),
        jour=jour or aujourd_hui(),
    )
