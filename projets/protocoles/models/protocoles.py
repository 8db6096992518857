"""Le protocole : ce que l'Alliance et un organisme conviennent d'une initiative acceptée, et où il en est.

Ses montants sont ceux de la décision (`Affectation`) : ils ne se saisissent jamais deux fois. Ses gestes sont dans
`preparation`, `transmission`, `vigueur` et `fins`. Les verrous, toujours dans cet ordre : l'initiative, le protocole,
la convention, la chaîne du grand livre, celle du journal.
"""

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from conventions.models import PartieConvention
from conventions.models.beneficiaires import beneficiaires_de
from conventions.models.parties import Fige, copie_de
from projets.models import Initiative
from projets.protocoles.models.clauses import ClausesAlliance
from projets.protocoles.models.fins import GestesDeFin
from projets.protocoles.models.gardiens import BENEFICIAIRE_SIGNE
from projets.protocoles.regles.echeancier import Part, Prevue
from socle.acces import RequeteProtegee
from socle.valeurs.argent import ZERO, MontantField


class Etat(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    TRANSMIS = "transmis", "Transmis aux deux parties"
    SIGNE = "signe", "Signé"
    CLOS = "clos", "Clos"
    RESILIE = "resilie", "Résilié"
    ABANDONNE = "abandonne", "Abandonné"


SIGNES = (Etat.SIGNE, Etat.CLOS, Etat.RESILIE)
FINIS = (Etat.CLOS, Etat.RESILIE)
OUVERTS = (Etat.PREPARATION, Etat.TRANSMIS)
LUS_DE_L_ORGANISME = (Etat.TRANSMIS, *SIGNES)


class Demandeur(models.TextChoices):
    TABLE = "table", "La Table"
    ORGANISME = "organisme", "L’organisme"


class ProtocoleQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table et l'État, comme l'étude; l'organisme, une fois qu'on le lui a transmis."""
        etude = Initiative.objects.condition_de_l_etude(utilisateur, "initiative__")
        vue = Initiative.objects.condition_de_vue(utilisateur, "initiative__")
        return self.filter(etude | vue & Q(etat__in=LUS_DE_L_ORGANISME))

    def vivants(self):
        """Tout sauf les abandonnés : une initiative n'en a qu'un."""
        return self.exclude(etat=Etat.ABANDONNE)

    def avec_la_suite(self, jour):
        """Annote `prochaine_le` (le prochain versement à faire) et `rang` : en retard d'abord, finis en dernier."""
        a_faire = self._tranches.en_chemin().filter(protocole=OuterRef("pk"))
        premiere = a_faire.order_by("prevue_le", "rang").values("prevue_le")[:1]
        tarde = Exists(a_faire.en_retard(jour).order_by())
        return self.annotate(
            prochaine_le=Case(
                When(etat=Etat.SIGNE, then=Subquery(premiere)), output_field=models.DateField()
            ),
            rang=Case(
                When(tarde, etat=Etat.SIGNE, then=Value(0)),
                When(etat__in=OUVERTS, then=Value(1)),
                When(etat=Etat.SIGNE, then=Value(2)),
                default=Value(3),
                output_field=models.IntegerField(),
            ),
        )

    def avec_l_argent(self):
        """Annote `accorde` et `verse`, en dollars."""
        affectations = Initiative.affectations.rel.related_model.objects
        paiements = self._tranches.model.paiements.rel.related_model.objects.en_vigueur()
        verse = _total(paiements.filter(tranche__protocole=OuterRef("pk")), "tranche__protocole")
        return self.annotate(
            accorde=_total(affectations.filter(initiative=OuterRef("initiative")), "initiative"),
            verse=Coalesce(verse, Value(0), output_field=MontantField()),
        )

    @property
    def _tranches(self):
        return self.model.tranches.rel.related_model.objects


def _total(lignes, de):
    """La somme des montants de ces lignes, en sous-requête; `de` est ce qui les réunit."""
    totaux = lignes.order_by().values(de).annotate(total=Sum("montant")).values("total")
    return Subquery(totaux, output_field=MontantField())


def _personne(libelle):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=libelle,
        null=True,
        editable=False,
        related_name="+",
    )


def _ensemble(champs, pleins):
    """Ces champs sont tous remplis, ou tous vides."""
    return Q(**{f"{champ}__isnull": not pleins for champ in champs})


def _va_avec(etats, *champs, ou=()):
    """Remplis dans ces états, vides dans les autres; `ou` : les états où c'est l'un ou l'autre, ensemble."""
    pleins, vides = _ensemble(champs, True), _ensemble(champs, False)
    exact = Q(etat__in=etats) & pleins | ~Q(etat__in=etats) & vides
    return exact | Q(etat__in=ou) & pleins if ou else exact


CONTRAINTES = [
    models.UniqueConstraint(
        fields=["initiative"],
        condition=~Q(etat=Etat.ABANDONNE),
        name="protocole_un_seul_par_initiative",
        violation_error_message="Cette initiative a déjà son protocole.",
    ),
    models.CheckConstraint(
        name="protocole_dates_en_ordre",
        condition=Q(debut__lte=F("fin")) & Q(fin__lte=F("rapport_final_le")),
        violation_error_message="La fin du protocole suit son début, et le rapport final suit la fin.",
    ),
    models.CheckConstraint(
        name="protocole_transmission_complete",
        condition=_va_avec((Etat.TRANSMIS, *SIGNES), "transmis_le", "transmis_par", ou=(Etat.ABANDONNE,)),
        violation_error_message="Un protocole transmis a sa date et sa personne.",
    ),
    models.CheckConstraint(
        name="protocole_signature_complete",
        condition=_va_avec(SIGNES, "signe_le", "signe_par"),
        violation_error_message="Un protocole signé a sa date et la personne de la dernière signature.",
    ),
    models.CheckConstraint(
        name="protocole_beneficiaire_fige",
        condition=Q(etat__in=SIGNES) & ~Q(nom_fige="") | ~Q(etat__in=SIGNES) & Q(nom_fige=""),
        violation_error_message="Un protocole signé a son bénéficiaire.",
    ),
    models.CheckConstraint(
        name="protocole_suspension_complete",
        condition=_ensemble(("suspendu_le", "suspendu_par"), False) & Q(suspension_motif="")
        | Q(etat=Etat.SIGNE) & _ensemble(("suspendu_le", "suspendu_par"), True) & ~Q(suspension_motif=""),
        violation_error_message="Une suspension a sa date, sa personne et son motif, tant que le protocole est signé.",
    ),
    models.CheckConstraint(
        name="protocole_cloture_complete",
        condition=_va_avec((Etat.CLOS,), "clos_le", "clos_par"),
        violation_error_message="Un protocole clos a sa date et sa personne.",
    ),
    models.CheckConstraint(
        name="protocole_resiliation_complete",
        condition=Q(etat=Etat.RESILIE)
        & _ensemble(("resilie_le", "resilie_par"), True)
        & ~Q(resiliation_demandee="")
        | ~Q(etat=Etat.RESILIE)
        & _ensemble(("resilie_le", "resilie_par"), False)
        & Q(resiliation_demandee=""),
        violation_error_message="Une résiliation a sa date, sa personne, et dit qui la demande.",
    ),
    models.CheckConstraint(
        name="protocole_abandon_complet",
        condition=Q(etat=Etat.ABANDONNE, abandonne_le__isnull=False)
        | ~Q(etat=Etat.ABANDONNE) & _ensemble(("abandonne_le", "abandonne_par"), False),
        violation_error_message="Un abandon a sa date; seul le service abandonne sans personne.",
    ),
    models.CheckConstraint(
        name="protocole_fin_motivee",
        condition=Q(etat__in=(Etat.RESILIE, Etat.ABANDONNE)) & ~Q(fin_motif="")
        | Q(etat=Etat.CLOS)
        | ~Q(etat__in=(Etat.CLOS, Etat.RESILIE, Etat.ABANDONNE)) & Q(fin_motif=""),
        violation_error_message="Un protocole résilié ou abandonné a son motif.",
    ),
]


class Protocole(GestesDeFin, Fige):
    """`tour` compte les transmissions : refusé, il se transmet de nouveau, et les anciennes signatures restent.

    L'identité figée est celle du bénéficiaire, telle que l'organisme l'a signée, au protocole ou à un avenant.
    """

    declencheurs = BENEFICIAIRE_SIGNE

    Etat = Etat
    Demandeur = Demandeur
    # Ce qu'une page a déjà lu; un geste, qui relit le protocole, le relit aussi.
    sommes_lues = partenaire_lu = termes_lus = None
    manques = ()

    initiative = models.ForeignKey(
        Initiative,
        models.PROTECT,
        verbose_name="initiative",
        related_name="+",
        related_query_name="protocoles",
        editable=False,
    )
    clauses = models.ForeignKey(
        ClausesAlliance, models.PROTECT, verbose_name="clauses", related_name="+", editable=False
    )
    debut = models.DateField("début")
    fin = models.DateField("fin")
    rapport_final_le = models.DateField("rapport final attendu le")
    etat = models.CharField(
        "état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION, editable=False
    )
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    tour = models.PositiveSmallIntegerField("nombre de transmissions", default=0, editable=False)
    prepare_le = models.DateTimeField("préparé le", editable=False)
    prepare_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="préparé par",
        editable=False,
        related_name="+",
    )
    transmis_le = models.DateTimeField("transmis le", null=True, editable=False)
    transmis_par = _personne("transmis par")
    signe_le = models.DateField("signé le", null=True, editable=False, help_text="Dernière des signatures.")
    signe_par = _personne("dernière signature inscrite par")
    suspendu_le = models.DateTimeField("suspendu le", null=True, editable=False)
    suspendu_par = _personne("suspendu par")
    suspension_motif = models.TextField("motif de la suspension", blank=True, max_length=2000, editable=False)
    clos_le = models.DateTimeField("clos le", null=True, editable=False)
    clos_par = _personne("clos par")
    resilie_le = models.DateTimeField("résilié le", null=True, editable=False)
    resilie_par = _personne("résilié par")
    resiliation_demandee = models.CharField(
        "résiliation demandée par", max_length=10, choices=Demandeur.choices, blank=True, editable=False
    )
    abandonne_le = models.DateTimeField("abandonné le", null=True, editable=False)
    abandonne_par = _personne("abandonné par")
    fin_motif = models.TextField("motif de la fin", blank=True, max_length=2000, editable=False)

    objects = ProtocoleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = CONTRAINTES

    def __str__(self):
        return f"Protocole, {self.initiative.numero}"

    @property
    def est_ouvert(self):
        return self.etat in OUVERTS

    @property
    def est_suspendu(self):
        return self.suspendu_le is not None

    # --- Ce qu'il lit à gauche ------------------------------------------------------------------------------

    def affectations(self):
        """Ce que la décision accorde, enveloppe par enveloppe, avec ce que demandent ses gestes."""
        if self.sommes_lues:
            return self.sommes_lues
        lignee = ("parent__parent__parent__territoire", "parent__parent__territoire", "parent__territoire")
        return self.initiative.affectations.select_related(
            "enveloppe__territoire",
            "enveloppe__convention__alliance__cycle",
            "enveloppe__convention__alliance__profil_gouvernance",
            *(f"enveloppe__{chemin}" for chemin in lignee),
        )

    @property
    def convention(self):
        """Celle dont les enveloppes paient; la décision n'en mêle jamais deux."""
        return self.affectations()[0].enveloppe.convention

    @property
    def promesse(self):
        """Celle de la décision : la même, de la réservation au dernier versement."""
        return self.initiative.decisions.first().promesse

    def parts(self):
        return [Part(a.pk, a.enveloppe.an, a.montant) for a in self.affectations()]

    def rapports_recus(self):
        """{la date où il est attendu: le rapport reçu}, sauf ceux qu'on n'a pas acceptés."""
        return {rapport.attendu_le: rapport for rapport in self.rapports.all() if not rapport.refuse_le}

    def montant(self):
        return sum((part.montant for part in self.parts()), ZERO)

    def prevues(self):
        """Son échéancier, tel que les règles le lisent."""
        return [
            Prevue(t.affectation_id, t.montant, t.condition, t.prevue_le, t.retenue)
            for t in self.tranches.all()
        ]

    def territoire_gestionnaire(self):
        """Celui qui gère toute la part qui paie; `None` si la Table la garde, ou si plusieurs s'y mêlent."""
        gestionnaires = {a.enveloppe.territoire_gestionnaire for a in self.affectations()}
        return gestionnaires.pop() if len(gestionnaires) == 1 else None

    def partenaire(self):
        """L'organisme qui signe pour l'Alliance : la MRC cosignataire qui gère la part, sinon qui reçoit l'argent.

        Cosignataire et porteuse de l'initiative, la MRC ne signe pas avec elle-même.
        """
        if self.partenaire_lu:
            return self.partenaire_lu
        convention = self.convention
        if territoire := self.territoire_gestionnaire():
            cosignataires = PartieConvention.objects.filter(
                PartieConvention.des_mrc([territoire.pk]), convention=convention, retiree_le=None
            )
            cosignataires = cosignataires.exclude(organisme=self.initiative.organisme_id)
            if cosignataire := cosignataires.select_related("organisme").first():
                return cosignataire.organisme
        return beneficiaires_de([convention.pk]).get(convention.pk)

    def identite_signee(self):
        """(nom, NEQ, fournisseur) de l'organisme, tels qu'il les a signés, au protocole ou à un avenant."""
        return self.copie

    def _figer_le_beneficiaire(self, signature):
        self.nom_fige, self.neq_fige, self.fournisseur_fige = signature.copie

    def beneficiaire_a_change(self):
        """L'identité signée n'est plus celle d'aujourd'hui : personne ne détourne un versement en la changeant."""
        return self.identite_signee() != tuple(copie_de(self.initiative.organisme).values())

    # --- Le relire, le noter --------------------------------------------------------------------------------

    def verrouiller(self):
        """L'initiative puis le protocole, relus sous verrou."""
        initiative = self.initiative.verrouiller()
        protocole = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        protocole.initiative = initiative
        return protocole

    def noter(self, geste, *, par, **champs):
        return self.initiative.noter(geste, par=par, objet=self, **champs)
