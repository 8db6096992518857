"""Les versements prévus du Ministère au partenaire. Le versement fait, lui, est une ligne qui ne change plus.

Ses gestes sont dans `liberations`, `paiements` et `lots`, son établissement dans `echeanciers`; `docs/etats.md` les
nomme.
"""

from functools import cache

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from conventions.models.annulations import GestesDAnnulation
from conventions.models.beneficiaires import BeneficiaireFige
from conventions.models.conventions import Convention
from conventions.models.faits import arretee, deja_verse, derogee, plan_approuve, sans_region
from conventions.models.gardiens import DECISION_D_UNE_AUTRE
from conventions.models.lecture import EcheancesLues
from conventions.models.paiements import GestesDePaiement
from conventions.regles.conditions import Faits, ce_qu_il_attend, ce_qui_manque, libre_des
from socle.acces import RequeteProtegee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import MontantField, en_dollars, somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


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
    REGLEMENT = "reglement", "Règlement de la résiliation"


# Ce que la préparation et un avenant offrent; le règlement, la résiliation seule l'écrit.
SE_PAIENT = Q(convention__etat=Convention.Etat.SIGNEE) | Q(condition=Condition.REGLEMENT)
CONDITIONS_A_CHOISIR = [choix for choix in Condition.choices if choix[0] != Condition.REGLEMENT]


EN_CHEMIN = (Etat.PREVUE, Etat.LIBEREE, Etat.RECOMMANDEE, Etat.AUTORISEE)
LIBEREES = (Etat.LIBEREE, Etat.RECOMMANDEE, Etat.AUTORISEE)
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
    *("liberee_le", "recommandee_le", "autorisee_le", "suspendue_le"),
)
LUS_DE_LA_CONVENTION = ("numero", "etat", "montants_fictifs", "jours_d_avance", "alliance__nom")
EN_CHARGE = ("en_charge__prenom", "en_charge__nom")


@cache
def sans_plan():
    """Le premier versement, ou tous, si la convention le dit."""
    avant = EcheanceVersement.objects.filter(convention=OuterRef("convention"), rang__lt=OuterRef("rang"))
    return Q(~Exists(avant.exclude(etat=Etat.ANNULEE))) | ~Q(convention__avant_le_plan="")


class EcheanceQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_convention(self):
        return self.select_related("convention__alliance")

    def pour_une_rangee(self):
        """Ce qu'une rangée de tableau lit de chacune et de sa convention, et rien de plus."""
        lus = (f"convention__{nom}" for nom in (*LUS_DE_LA_CONVENTION, *EN_CHARGE))
        return self.select_related("convention__alliance", "convention__en_charge").only(*LUS_EN_RANGEE, *lus)

    def a_montrer(self):
        """Les lignes, lues ensemble : chacune se montre sans autre requête (voir `lecture`)."""
        return EcheancesLues(list(self.avec_faits())).echeances

    def avec_faits(self):
        """Ajoute `deja_verse`, en dollars, confirmations annulées exclues, et les faits que dit `Faits`."""
        return self.annotate(
            a_une_derogation=derogee(),
            deja_verse=deja_verse(),
            sans_region=sans_region(),
            plan_approuve=plan_approuve(),
            sans_plan=sans_plan(),
        )

    def en_chemin(self):
        """Ni versées ni annulées, suspendues comprises."""
        return self.filter(etat__in=OUVERTES)

    def que_rien_n_arrete(self):
        """Celles qu'`empechements_a_autoriser` et `empechements_a_verser` laissent passer, d'une seule requête."""
        return self.filter(~arretee())

    def prevues(self):
        """Celles que rien n'a encore libérées, suspendues comprises."""
        return self.filter(_dans([Etat.PREVUE]))

    def liberees_par(self, obligation):
        """Celles que l'acceptation de ce rapport a libérées, où qu'elles en soient."""
        siennes = self.filter(condition=obligation.condition, rapport_an=obligation.an)
        return siennes.filter(_dans(LIBEREES) | Q(etat=Etat.VERSEE))

    def payees(self):
        """Celles dont un virement est confirmé, en tout ou en partie."""
        paye = Exists(
            self.model.versements.rel.related_model.objects.en_vigueur().filter(echeance=OuterRef("pk"))
        )
        return self.filter(paye)

    def qui_se_paient(self):
        """Ceux d'une convention en vigueur, et le règlement d'une convention résiliée."""
        return self.filter(SE_PAIENT)

    def a_regler(self):
        """Libérées et pas encore versées au complet, suspendues comprises : la convention ne se clôt pas sur elles."""
        return self.filter(etat__in=A_REGLER)


class EcheanceVersement(GestesDePaiement, GestesDAnnulation, BeneficiaireFige):
    """Un versement prévu : montant en dollars, exercice, condition qui le libère."""

    declencheurs = (DECISION_D_UNE_AUTRE,)
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
    def nom_complet(self):
        """« Bas-Saint-Laurent, 2e versement, 2025-2026 »"""
        return f"{self.convention.alliance.nom}, {self}"

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
    def libre_le(self):
        """Le premier jour où elle peut se libérer."""
        return libre_des(self.condition, self.an, self.prevue_le, self.convention.jours_d_avance)

    @property
    def etat_atteint(self):
        """L'état, ou celui d'où on l'a suspendue."""
        return self.suspendue_depuis or self.etat

    @property
    def est_retenue(self):
        """La part gardée jusqu'au rapport final."""
        return self.condition == Condition.RAPPORT_FINAL

    @property
    def est_de_reglement(self):
        """Ce que le Ministère doit encore à une convention résiliée."""
        return self.condition == Condition.REGLEMENT

    @property
    def condition_en_mots(self):
        """« Rapport annuel 2025-2026 accepté », « Plan d’action approuvé »…"""
        if self.condition == Condition.RAPPORT_ACCEPTE:
            return f"Rapport annuel {Exercice(self.rapport_an)} accepté"
        return Condition(self.condition).label

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

    def verse_en_mots(self):
        return f"{en_dollars(self.verse())} en sont déjà versés"

    def attend(self):
        """Ce qu'elle attend, en quelques mots; vide si plus rien. Pour une ligne de `a_montrer`."""
        prevue = self.etat == Etat.PREVUE
        return ce_qu_il_attend(
            self.etat,
            self.manque() if prevue else (),
            jour=date_longue(self.libre_le) if prevue else "",
            rapport=str(Exercice(self.rapport_an)) if self.rapport_an else "",
            sans_region=self.etat in (Etat.PREVUE, Etat.LIBEREE) and self.sans_region,
            entamee=not prevue and self.deja_verse > 0,
        )

    def manque(self, jour=None):
        """Ce qui la retient encore d'être libérée ce jour-là. Pour une ligne de `a_montrer`."""
        faits = Faits(
            en_vigueur=self.convention.etat == Convention.Etat.SIGNEE,
            plan_approuve=self.plan_approuve,
            jour=jour or aujourd_hui(),
            rapport_accepte=(self.convention_id, self.condition, self.rapport_an) in self.lues.rapports,
            sans_plan=self.sans_plan,
        )
        return list(ce_qui_manque(self.condition, self.libre_le, faits))

    @classmethod
    def de_la_convention(cls, convention, obligations=None):
        """Celles d'une convention, par rang, prêtes à montrer; `obligations`, si la page les a déjà lues."""
        siennes = convention.echeances.only(*LUS_EN_RANGEE).avec_faits().order_by("rang")
        return EcheancesLues(list(siennes), obligations).echeances

    def condition_est_remplie(self, jour=None):
        """Lue de la convention, du plan et des obligations."""
        if self.lues:
            return not self.manque(jour)
        [montree] = type(self).objects.filter(pk=self.pk).avec_convention().a_montrer()
        return not montree.manque(jour)
