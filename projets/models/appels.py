"""L'appel : la fenêtre par laquelle une demande entre. Ses plafonds, ses taux et ses délais sont des paramètres.

Aucune règle nationale n'est publique : chaque région, parfois chaque MRC, a les siennes; rien ici n'est une constante.
Les gestes sont dans `publication`; `docs/etats.md` les nomme tous.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import cached_property

from alliances.models import Alliance, Territoire
from alliances.models.gouvernance import Palier
from alliances.models.mandats import DE_L_ETAT, vues_selon
from alliances.plans.models import Priorite
from projets.models.bornes import CONTRAINTES, bornes_a_l_envers, nombre, taux
from projets.models.fermeture import GestesDeFermeture
from projets.models.journal import DE_LA_TABLE, JournalProjets
from projets.models.publication import GestesDePublication
from projets.regles.dates import desordre_de_l_annonce, hors_de_l_annonce, hors_de_la_realisation
from socle.acces import RequeteProtegee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import jour_de, maintenant
from socle.valeurs.listes import ListeDeCodes


class Etat(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    OUVERT = "ouvert", "Publié"
    FERME = "ferme", "Fermé"
    DECIDE = "decide", "Décidé"
    REPONDU = "repondu", "Réponses envoyées"
    RETIRE = "retire", "Retiré"


class Mode(models.TextChoices):
    APPEL = "appel", "Appel d’initiatives"
    CONCERTEE = "concertee", "Initiative bâtie en concertation"
    RECONDUCTION = "reconduction", "Reconduction"


class NaturePiece(models.TextChoices):
    RESOLUTION = "resolution", "Résolution du conseil pour cette demande"
    APPUI = "appui", "Lettre d’appui"
    SOURCE = "source", "Confirmation d’une source"
    LETTRES_PATENTES = "lettres_patentes", "Lettres patentes ou acte constitutif"
    ETATS_FINANCIERS = "etats_financiers", "Derniers états financiers"
    RAPPORT = "rapport", "Dernier rapport d’activités"
    CONSEIL = "conseil", "Liste des membres du conseil"
    REGLEMENTS = "reglements", "Règlements généraux"


# Au dossier de l'organisme, pour toutes ses demandes : on ne les redemande pas tant qu'elles valent.
NaturePiece.DE_L_ORGANISME = frozenset(
    {
        *(NaturePiece.LETTRES_PATENTES, NaturePiece.ETATS_FINANCIERS, NaturePiece.RAPPORT),
        *(NaturePiece.CONSEIL, NaturePiece.REGLEMENTS),
    }
)
MOMENTS = ("ouvre_le", "ferme_le", "embargo_le")
FERMES = (Etat.FERME, Etat.DECIDE, Etat.REPONDU)
EN_COURS = (Etat.OUVERT, Etat.FERME)  # ce qu'ils partagent n'est pas encore tout accordé
PUBLICS = (Etat.OUVERT, Etat.FERME, Etat.DECIDE, Etat.REPONDU, Etat.RETIRE)


class AppelQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table voit les siens; l'État et l'observation, ce qui est publié."""
        return self.filter(
            vues_selon(utilisateur, "alliance", (DE_LA_TABLE, Q()), (DE_L_ETAT, self._publies()))
        )

    @staticmethod
    def _publies():
        return Q(etat__in=PUBLICS, mode=Mode.APPEL)

    def publics(self):
        """Ceux que toute personne lit, sans compte : publiés, et pas seulement pour les invités d'une concertation."""
        return self.filter(self._publies())

    def _partages(self):
        return self.model.enveloppes.rel.related_model.objects.order_by()

    def avec_partage(self):
        """Avec ce qu'ils partagent, en dollars (`partage`)."""
        commun = self._partages().filter(appel=OuterRef("pk")).values("appel")
        total = commun.annotate(total=Sum("montant")).values("total")
        return self.annotate(partage=Subquery(total, output_field=MontantField()))

    def avec_chiffres(self):
        """Avec ce qu'ils partagent, et combien de demandes y sont déposées."""
        deposees = Q(initiatives__deposee_le__isnull=False)
        return self.avec_partage().annotate(deposees=Count("initiatives", filter=deposees, distinct=True))

    def complets(self):
        """En préparation, à qui il ne manque que l'argent; la fermeture, qui dépend du moment, se juge ailleurs."""
        notes = self.model.objects.filter(criteres__isnull=False).order_by().values("pk")
        return self.filter(
            Q(seuil_de_note__isnull=True) | Q(pk__in=notes),
            Q(embargo_le__isnull=True) | Q(embargo_le__gt=F("ferme_le")),
            pk__in=self._partages().values("appel"),
            etat=Etat.PREPARATION,
            ouvre_le__isnull=False,
            decision_promise_le__gte=TruncDate("ferme_le"),
        ).exclude(presentation="")

    def ouverts(self, moment=None):
        """Ceux où l'on peut déposer à cet instant."""
        moment = moment or timezone.now()
        return self.filter(etat=Etat.OUVERT, ouvre_le__lte=moment, ferme_le__gt=moment)


class AppelProjets(GestesDePublication, GestesDeFermeture, models.Model):
    """Un appel d'une Alliance, ou d'un de ses territoires qui gère sa part. Montants en dollars, taux en pourcentage.

    `ferme_le` est l'instant, à la seconde, après lequel on ne dépose plus; `grace` y ajoute des minutes que la page
    publique ne promet pas. Un taux ou un plafond vide n'existe pas.
    """

    GENRE = "appel"
    Etat = Etat
    Mode = Mode
    FERMES = FERMES
    EN_COURS = EN_COURS

    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    territoire = models.ForeignKey(
        Territoire,
        models.PROTECT,
        verbose_name="territoire",
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide\u00a0: l’appel est celui de toute l’Alliance.",
    )
    mode = models.CharField("mode", max_length=15, choices=Mode.choices, default=Mode.APPEL)
    titre = models.CharField("titre", max_length=140)
    presentation = models.TextField(
        "présentation",
        max_length=3000,
        blank=True,
        help_text="Lue de tout le monde, en tête de la page publique.",
    )
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION)

    ouvre_le = models.DateTimeField("ouverture", null=True, blank=True)
    ferme_le = models.DateTimeField("fermeture", null=True, blank=True)
    grace = nombre(
        "grace",
        "minutes de grâce",
        "Après l’heure de fermeture; la page publique n’en dit rien.",
        null=False,
        blank=False,
        default=0,
    )
    decision_promise_le = models.DateField("réponse promise au plus tard le", null=True, blank=True)
    embargo_le = models.DateTimeField(
        "annonce à compter du", null=True, blank=True, help_text="Aucune réponse ne part avant."
    )
    rencontre = models.CharField(
        "rencontre d’information", max_length=200, blank=True, help_text="Date, heure et lieu ou lien."
    )
    debut_au_plus_tot = models.DateField("début possible à compter du", null=True, blank=True)
    fin_au_plus_tard = models.DateField("fin au plus tard le", null=True, blank=True)
    duree_maximale = nombre("duree_maximale", "durée maximale (mois)")

    plancher = MontantField("au moins, par initiative", null=True, blank=True)
    plafond = MontantField("au plus, par initiative", null=True, blank=True)
    seuil_abrege = MontantField(
        "demande abrégée jusqu’à",
        null=True,
        blank=True,
        help_text="Jusqu’à ce montant demandé, une ligne par page suffit\u00a0: 10\u00a0000\u00a0$, par exemple.",
    )
    part_maximale = taux("part maximale du coût (%)", "80 à 90\u00a0% selon les régions.")
    apport_minimal = taux(
        "apport minimal du milieu (%)", "Argent, personnes ou matériel\u00a0: 10 à 20\u00a0%."
    )
    cumul_maximal = taux(
        "cumul maximal de l’argent public (%)", "80 à 100\u00a0%\u00a0: Québec, Canada et municipalités."
    )
    cumul_avec_nature = models.BooleanField("le cumul compte aussi ce qui est fourni en nature", default=True)
    administration_maximale = taux("part maximale de l’administration (%)", "10\u00a0%, par exemple.")
    reservation_jours = nombre(
        "reservation_jours",
        "jours de réservation",
        "Entre la décision et le protocole signé; vide, la somme reste réservée.",
    )
    seuil_de_note = nombre("seuil_de_note", "seuil de la note (sur 100)")
    revision_jours = nombre(
        "revision_jours",
        "jours pour demander une révision",
        "Après un refus ou une non-admissibilité, une fois. Vide, l’appel ne prévoit pas de révision.",
    )
    inscription_jours = nombre(
        "inscription_jours",
        "jours pour inscrire une demande reçue autrement",
        "Sur papier ou au téléphone, à temps. Vide\u00a0: avant la fermeture.",
    )
    question_1 = models.CharField("première question de la région", max_length=200, blank=True)
    question_2 = models.CharField("deuxième question de la région", max_length=200, blank=True)
    question_3 = models.CharField("troisième question de la région", max_length=200, blank=True)
    intention = models.BooleanField(
        "commencer par une intention",
        default=False,
        help_text="Quatre parties d’abord; le reste une fois invité.",
    )
    pieces_demandees = ListeDeCodes("pièces demandées", choices=NaturePiece.choices)
    priorites = models.ManyToManyField(
        Priorite,
        verbose_name="priorités visées",
        related_name="+",
        blank=True,
        help_text="Aucune cochée\u00a0: une demande répond à n’importe quelle priorité du plan.",
    )
    copie_de = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="copié de",
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    montants_fictifs = models.BooleanField("montants fictifs", default=False, editable=False)

    publie_le = models.DateTimeField("publié le", null=True, editable=False)
    publie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="publié par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retire_le = models.DateTimeField("retiré le", null=True, editable=False)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="retiré par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retrait_motif = models.TextField("motif du retrait", blank=True, max_length=2000)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)

    objects = AppelQuerySet.as_manager()

    class Meta:
        verbose_name = "appel d’initiatives"
        verbose_name_plural = "appels d’initiatives"
        ordering = ["-ferme_le", "-pk"]
        constraints = [
            *CONTRAINTES,
            models.CheckConstraint(
                name="appel_ouvre_avant_de_fermer",
                condition=Q(ouvre_le__isnull=True) | Q(ferme_le__isnull=True) | Q(ouvre_le__lt=F("ferme_le")),
                violation_error_message="La fermeture suit l’ouverture.",
            ),
            models.CheckConstraint(
                name="appel_plancher_sous_le_plafond",
                condition=Q(plancher__isnull=True) | Q(plafond__isnull=True) | Q(plancher__lte=F("plafond")),
                violation_error_message="Le plafond est au moins égal au plancher.",
            ),
            models.CheckConstraint(
                name="appel_debut_avant_fin",
                condition=Q(debut_au_plus_tot__isnull=True)
                | Q(fin_au_plus_tard__isnull=True)
                | Q(debut_au_plus_tot__lt=F("fin_au_plus_tard")),
                violation_error_message="La fin au plus tard suit le début possible.",
            ),
            models.CheckConstraint(
                name="appel_publie_date",
                condition=Q(etat="preparation", publie_le__isnull=True, publie_par__isnull=True)
                | (
                    ~Q(etat="preparation")
                    & Q(publie_le__isnull=False, publie_par__isnull=False)
                    & Q(ouvre_le__isnull=False, ferme_le__isnull=False)
                ),
                violation_error_message="Un appel publié a sa date, sa personne, son ouverture et sa fermeture.",
            ),
            models.CheckConstraint(
                name="appel_retire_motive",
                condition=Q(etat="retire", retire_le__isnull=False, retire_par__isnull=False)
                & ~Q(retrait_motif="")
                | (~Q(etat="retire") & Q(retire_le__isnull=True, retire_par__isnull=True, retrait_motif="")),
                violation_error_message="Un appel retiré a sa date, sa personne et son motif.",
            ),
        ]

    def __str__(self):
        return self.titre

    def clean(self):
        """Un appel et ce qu'il finance tombent dans le cycle : hors de là, c'est une date mal écrite."""
        cycle = self.alliance.cycle
        annonce = {c: getattr(self, c) and jour_de(getattr(self, c)) for c in MOMENTS}
        annonce["decision_promise_le"] = self.decision_promise_le
        realisation = {c: getattr(self, c) for c in ("debut_au_plus_tot", "fin_au_plus_tard")}
        fautes = hors_de_l_annonce(cycle, annonce) | hors_de_la_realisation(cycle, realisation)
        fautes = fautes | self.dates_en_desordre()
        promise = self.decision_promise_le
        if self.inscription_jours and self.ferme_le and promise and jour_de(self.inscrit_jusqu_a) > promise:
            fautes["inscription_jours"] = (
                f"L’inscription finit au plus tard le {date_longue(promise)}, à la réponse."
            )
        fautes |= bornes_a_l_envers(self)
        if fautes:
            raise ValidationError(fautes)

    def dates_en_desordre(self):
        """{champ: phrase} ; publié, l'appel peut s'être prolongé au-delà de son annonce."""
        embargo = self.embargo_le if self.etat == Etat.PREPARATION else None
        return desordre_de_l_annonce(self.ouvre_le, self.ferme_le, self.decision_promise_le, embargo)

    @property
    def portee(self):
        """Le territoire, ou l'Alliance entière."""
        return self.territoire or self.alliance

    @property
    def questions(self):
        """[(champ de la réponse, question)] que la région ajoute."""
        posees = ((f"reponse_{n}", getattr(self, f"question_{n}")) for n in (1, 2, 3))
        return [(champ, question) for champ, question in posees if question]

    @property
    def ferme_vraiment_le(self):
        """L'instant du dernier dépôt, minutes de grâce comprises."""
        return self.ferme_le and self.ferme_le + timedelta(minutes=self.grace)

    def territoires_possibles(self):
        """Où une initiative de cet appel peut se passer : le territoire de l'appel, ou ceux de l'Alliance."""
        territoires = self.alliance.territoires.all()
        return territoires.filter(pk=self.territoire_id) if self.territoire_id else territoires

    @cached_property
    def cles_des_territoires(self):
        """Les mêmes, lus une fois pour la page."""
        return frozenset(self.territoires_possibles().values_list("pk", flat=True))

    def priorites_servies(self):
        """Celles qu'il vise; s'il n'en vise aucune que le plan en vigueur garde, toutes celles de sa portée."""
        de_sa_portee = self.priorites_possibles()
        visees = Q(cle__in=self.priorites.order_by().values("cle"))
        return de_sa_portee.filter(visees | ~Exists(de_sa_portee.filter(visees)))

    def priorites_possibles(self):
        """Celles du plan en vigueur; d'un appel de territoire, celles de la région et les siennes."""
        priorites = Priorite.objects.presents().filter(
            version__plan__alliance=self.alliance_id, version__etat="approuvee"
        )
        if self.territoire_id:
            regionales, locales = Q(palier=Palier.REGIONAL), Q(territoires=self.territoire_id)
            priorites = priorites.filter(regionales | locales).distinct()
        return priorites

    def est_ouvert(self, moment=None):
        """On peut y déposer à cet instant; la seconde de la fermeture n'en est plus."""
        moment = moment or maintenant()
        return self.etat == Etat.OUVERT and self.ouvre_le <= moment < self.ferme_vraiment_le

    def verrouiller(self):
        """Cet appel, relu sous verrou."""
        return type(self).objects.select_for_update(of=("self",)).select_related("alliance").get(pk=self.pk)

    def noter(self, geste, *, par, **champs):
        return JournalProjets.noter(self, geste, par=par, **champs)
