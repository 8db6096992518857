"""La partie structurée du plan : priorité → objectif → moyen → indicateur, et les collaborateurs.

Chaque élément garde sa `cle` d'une version à l'autre : c'est elle qui permet de comparer.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from alliances.models import SecteurActeur, Territoire, ThematiqueNationale
from alliances.models.gouvernance import Palier
from alliances.plans.models.versions import VersionPlan
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee

DELAI_D_ANNULATION = timedelta(days=30)


class ElementQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        chemin = self.model.CHEMIN_VERSION
        return self.filter(**{f"{chemin}__in": VersionPlan.objects.au_texte_visible_par(utilisateur)})

    def presents(self):
        """Ni l'élément ni ceux qui le portent ne sont supprimés."""
        condition = {f"{chemin}supprime_le": None for chemin in self.model.CHEMINS_PARENTS}
        return self.filter(**condition)

    def a_retablir(self):
        """Supprimés depuis moins de trente jours, leurs parents toujours là."""
        parents = {f"{c}supprime_le": None for c in self.model.CHEMINS_PARENTS if c}
        return self.filter(supprime_le__gt=timezone.now() - DELAI_D_ANNULATION, **parents)


class Element(models.Model):
    """Abstraite : une carte du plan, avec son rang, sa révision et sa suppression réversible."""

    PARENT = ""  # nom du champ qui mène au parent
    ENFANT = ""  # accesseur des éléments portés
    CHEMIN_VERSION = ""
    CHEMINS_PARENTS = ("",)

    cle = models.UUIDField("clé", default=uuid.uuid4, editable=False)
    rang = models.PositiveSmallIntegerField("rang", default=0, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    repris_de = models.CharField("repris de", max_length=150, blank=True, editable=False)
    modifie_le = models.DateTimeField("modifié le", default=timezone.now, editable=False)
    modifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="modifié par",
        null=True,
        editable=False,
        related_name="+",
    )
    supprime_le = models.DateTimeField("supprimé le", null=True, editable=False)
    supprime_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="supprimé par",
        null=True,
        editable=False,
        related_name="+",
    )

    objects = ElementQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["rang", "pk"]

    def save(self, *args, **options):
        super().save(*args, **options)
        self.version_du_plan.marquer()

    @property
    def objet(self):
        """Le nom de la carte tel que l'emploient les ancres : priorite, objectif, moyen, indicateur."""
        return self._meta.model_name.removesuffix("plan")

    @property
    def parent(self):
        return getattr(self, self.PARENT)

    @property
    def version_du_plan(self):
        return self.version if self.PARENT == "version" else self.parent.version_du_plan

    def lignee(self):
        """Les ancres de l'élément, de ceux qui le portent et de la partie structurée entière."""
        if self.PARENT == "version":
            return [(self.objet, self.cle), ("section", "3-9")]
        return [(self.objet, self.cle), *self.parent.lignee()]

    def lignee_des_porteurs(self):
        """Ce qui doit être ouvert pour ajouter un élément ici ou changer l'ordre de ses pareils."""
        return self.parent.lignee() if self.PARENT != "version" else [("section", "3-9")]

    def fratrie(self):
        return type(self).objects.filter(**{self.PARENT: self.parent}, supprime_le=None)

    def _ouvrir(self, *ancres):
        """Verrouille la version et refuse si cette partie est fermée."""
        version = VersionPlan.objects.select_for_update(of=("self",)).get(pk=self.version_du_plan.pk)
        if empechements := version.empechements_a_modifier(*(ancres or self.lignee())):
            raise TransitionInterdite(empechements)
        return version

    @transaction.atomic
    def ajouter(self, *, par, relations=None):
        """Inscrit un nouvel élément au bout de sa fratrie; `relations` comme pour `enregistrer`."""
        version = self._ouvrir(*self.lignee_des_porteurs())
        if self.PARENT != "version" and not self.parent.est_present():
            raise TransitionInterdite("Quelqu’un a supprimé ce qui devait porter cet élément.")
        self.rang, self.modifie_par = self._rang_suivant(), par
        self.save(force_insert=True)
        if relations:
            relations()
        version.rafraichir()
        return self

    def _rang_suivant(self):
        dernier = self.fratrie().aggregate(dernier=models.Max("rang"))["dernier"]
        return 0 if dernier is None else dernier + 1

    @transaction.atomic
    def enregistrer(self, *, par, revision, relations=None):
        """Enregistre les champs modifiés à partir d'une révision. Lève `VersionPerimee`.

        `relations` écrit, dans la même transaction, ce qui n'est pas un champ (territoires, collaborateurs).
        """
        version = self._ouvrir()
        actuel = self._present_ou_perime()
        if actuel.revision != revision:
            raise VersionPerimee("Quelqu’un a modifié cet élément depuis que vous l’avez ouvert.")
        self.rang, self.revision = actuel.rang, actuel.revision + 1
        self.supprime_le = self.supprime_par = None
        self.modifie_le, self.modifie_par, self.repris_de = timezone.now(), par, ""
        self.save()
        if relations:
            relations()
        version.rafraichir()
        return self

    def est_present(self):
        """Ni l'élément ni ceux qui le portent ne sont supprimés, d'après la base."""
        return type(self).objects.presents().filter(pk=self.pk).exists()

    def _actuel(self):
        return type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _present_ou_perime(self):
        """L'élément relu sous verrou. Lève `VersionPerimee` s'il n'est plus au plan."""
        if not self.est_present():
            raise VersionPerimee("Quelqu’un a supprimé cet élément depuis que vous l’avez ouvert.")
        return self._actuel()

    @transaction.atomic
    def deplacer(self, sens, *, par):
        """Monte (−1) ou descend (+1) l'élément d'un cran; au bout, ne fait rien."""
        version = self._ouvrir(*self.lignee_des_porteurs())
        fratrie = list(self.fratrie().order_by("rang", "pk"))
        position = next((i for i, element in enumerate(fratrie) if element.pk == self.pk), None)
        if position is None or not 0 <= position + sens < len(fratrie):
            return self
        fratrie[position], fratrie[position + sens] = fratrie[position + sens], fratrie[position]
        for rang, element in enumerate(fratrie):
            if element.rang != rang:
                type(self).objects.filter(pk=element.pk).update(rang=rang)
        version.marquer()
        version.rafraichir()
        return self

    def decompte_porte(self):
        """Ce qui part avec l'élément, étage par étage : {« objectifs » : 2, « moyens » : 3}."""
        compte, modele, pks = {}, type(self), [self.pk]
        while modele.ENFANT:
            relation = getattr(modele, modele.ENFANT).rel
            accesseur, modele = modele.ENFANT, relation.related_model
            condition = {f"{relation.field.name}__in": pks, "supprime_le": None}
            pks = list(modele.objects.filter(**condition).values_list("pk", flat=True))
            if pks:
                compte[accesseur] = len(pks)
        return compte

    def copier_dans(self, parent, *, reprise="", nouvelle_cle=False, rang=None):
        """Copie l'élément et ce qu'il porte sous un autre parent; la clé suit, ou change pour un double."""
        champs = {
            champ.name: getattr(self, champ.name)
            for champ in self._meta.concrete_fields
            if champ.name not in ("id", "cle", "rang", "revision", "supprime_le", "supprime_par", self.PARENT)
        }
        copie = type(self)(**champs | {self.PARENT: parent, "repris_de": reprise})
        copie.cle = uuid.uuid4() if nouvelle_cle else self.cle
        copie.rang = self.rang if rang is None else rang
        copie.save(force_insert=True)
        for relation in self._meta.many_to_many:
            getattr(copie, relation.name).set(getattr(self, relation.name).all())
        self._copier_annexes(copie)
        if self.ENFANT:
            for enfant in getattr(self, self.ENFANT).filter(supprime_le=None):
                enfant.copier_dans(copie, reprise=reprise, nouvelle_cle=nouvelle_cle)
        return copie

    def _copier_annexes(self, copie):
        """Ce qu'un élément porte sans que ce soit un élément."""

    @transaction.atomic
    def dupliquer(self, *, par):
        """Un double, juste après l'original, avec ses propres clés. Lève `VersionPerimee` s'il est supprimé."""
        version = self._ouvrir(*self.lignee_des_porteurs())
        actuel = self._present_ou_perime()
        actuel.fratrie().filter(rang__gt=actuel.rang).update(rang=F("rang") + 1)
        double = actuel.copier_dans(actuel.parent, nouvelle_cle=True, rang=actuel.rang + 1)
        double.modifie_le, double.modifie_par = timezone.now(), par
        double.save(update_fields=["modifie_le", "modifie_par"])
        version.rafraichir()
        return double

    @transaction.atomic
    def supprimer(self, *, par):
        """Retire l'élément et ce qu'il porte; on peut le rétablir pendant trente jours."""
        version = self._ouvrir()
        self.supprime_le = self._actuel().supprime_le
        if self.supprime_le is None:
            self.supprime_le, self.supprime_par = timezone.now(), par
            self.save(update_fields=["supprime_le", "supprime_par"])
            version.rafraichir()
            version.noter(f"supprimer-{self.objet}", par=par, objet=self, avant=self.decompte_porte())
        return self

    @transaction.atomic
    def retablir(self, *, par):
        """Remet l'élément à sa place. Refuse passé trente jours, ou si son porteur est supprimé."""
        version, actuel = self._ouvrir(), self._actuel()
        self.supprime_le, self.rang = actuel.supprime_le, actuel.rang
        if self.supprime_le is None:
            return self
        if self.PARENT != "version" and not self.parent.est_present():
            raise TransitionInterdite("Rétablissez d’abord ce qui porte cet élément.")
        if self.supprime_le < timezone.now() - DELAI_D_ANNULATION:
            raise TransitionInterdite("Le délai de trente jours pour rétablir cet élément est passé.")
        if self.fratrie().filter(rang=self.rang).exists():  # un autre a pris la place : il suit
            suivants = type(self).objects.filter(**{self.PARENT: self.parent}, rang__gte=self.rang)
            suivants.exclude(pk=self.pk).update(rang=F("rang") + 1)
        self.supprime_le = self.supprime_par = None
        self.save(update_fields=["supprime_le", "supprime_par"])
        version.rafraichir()
        version.noter(f"retablir-{self.objet}", par=par, objet=self)
        return self


class Priorite(Element):
    """Une priorité, libre dans ses mots, liée à une thématique nationale fermée (évaluation, §2.1)."""

    PARENT = "version"
    ENFANT = "objectifs"
    CHEMIN_VERSION = "version"

    version = models.ForeignKey(VersionPlan, models.CASCADE, verbose_name="version", related_name="priorites")
    titre = models.CharField("titre", max_length=200)
    palier = models.CharField("palier", max_length=10, choices=Palier.choices, default=Palier.REGIONAL)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    thematique = models.ForeignKey(
        ThematiqueNationale,
        models.PROTECT,
        verbose_name="thématique nationale",
        null=True,
        blank=True,
        related_name="+",
    )
    autres_thematiques = models.ManyToManyField(
        ThematiqueNationale, verbose_name="autres thématiques", related_name="+", blank=True
    )
    liens = models.TextField("liens avec les priorités du territoire", blank=True)
    raison = models.TextField("pourquoi cette priorité", blank=True)
    changement = models.TextField("changement souhaité", blank=True)
    articulation = models.TextField("lien entre la région et ses territoires", blank=True)
    personnes_visees = models.PositiveIntegerField("personnes visées au total", null=True, blank=True)

    class Meta(Element.Meta):
        verbose_name = "priorité"
        constraints = [models.UniqueConstraint(fields=["version", "cle"], name="priorite_cle_unique")]

    def __str__(self):
        return self.titre


class Objectif(Element):
    """Ce que l'on veut atteindre pour une priorité."""

    PARENT = "priorite"
    ENFANT = "moyens"
    CHEMIN_VERSION = "priorite__version"
    CHEMINS_PARENTS = ("", "priorite__")

    priorite = models.ForeignKey(Priorite, models.CASCADE, verbose_name="priorité", related_name="objectifs")
    titre = models.CharField("objectif", max_length=300)

    class Meta(Element.Meta):
        constraints = [models.UniqueConstraint(fields=["priorite", "cle"], name="objectif_cle_unique")]

    def __str__(self):
        return self.titre


class Moyen(Element):
    """Un moyen d'atteindre l'objectif : pour qui, où, avec qui, quand, pour quel résultat."""

    PARENT = "objectif"
    ENFANT = "indicateurs"
    CHEMIN_VERSION = "objectif__priorite__version"
    CHEMINS_PARENTS = ("", "objectif__", "objectif__priorite__")

    objectif = models.ForeignKey(Objectif, models.CASCADE, verbose_name="objectif", related_name="moyens")
    description = models.TextField("description", max_length=2000)
    population = models.CharField("population visée", max_length=300, blank=True)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    personnes_visees = models.PositiveIntegerField("personnes visées", null=True, blank=True)
    resultat_attendu = models.TextField("résultat attendu", blank=True, max_length=2000)
    responsable = models.CharField("responsable", max_length=200, blank=True)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)

    class Meta(Element.Meta):
        constraints = [
            models.UniqueConstraint(fields=["objectif", "cle"], name="moyen_cle_unique"),
            models.CheckConstraint(
                name="moyen_debut_avant_fin",
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                violation_error_message="La fin du moyen doit suivre son début.",
            ),
        ]

    def __str__(self):
        return self.description[:120]

    def _copier_annexes(self, copie):
        for collaborateur in self.collaborateurs.all():
            Collaborateur.objects.create(
                moyen=copie,
                nom=collaborateur.nom,
                secteur=collaborateur.secteur,
                contribution=collaborateur.contribution,
            )


class Collaborateur(models.Model):
    """Un collaborateur d'un moyen : son secteur et ce qu'il apporte vraiment."""

    moyen = models.ForeignKey(Moyen, models.CASCADE, verbose_name="moyen", related_name="collaborateurs")
    nom = models.CharField("nom", max_length=200)
    secteur = models.ForeignKey(
        SecteurActeur, models.PROTECT, verbose_name="secteur", null=True, blank=True, related_name="+"
    )
    contribution = models.CharField("contribution", max_length=300, blank=True)

    class Meta:
        verbose_name = "collaboratrice ou collaborateur"
        verbose_name_plural = "collaboratrices et collaborateurs"
        ordering = ["pk"]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        super().save(*args, **options)
        self.moyen.version_du_plan.marquer()

    def delete(self, *args, **options):
        resultat = super().delete(*args, **options)
        self.moyen.version_du_plan.marquer()
        return resultat


class IndicateurPlan(Element):
    """Un indicateur d'un moyen, avec son unité, son départ, sa cible et l'échéance de la cible."""

    PARENT = "moyen"
    CHEMIN_VERSION = "moyen__objectif__priorite__version"
    CHEMINS_PARENTS = ("", "moyen__", "moyen__objectif__", "moyen__objectif__priorite__")

    class Nature(models.TextChoices):
        QUANTITATIF = "quantitatif", "Se compte"
        QUALITATIF = "qualitatif", "Se décrit"

    moyen = models.ForeignKey(Moyen, models.CASCADE, verbose_name="moyen", related_name="indicateurs")
    nom = models.CharField("indicateur", max_length=200)
    nature = models.CharField("nature", max_length=12, choices=Nature.choices, default=Nature.QUANTITATIF)
    unite = models.CharField("unité", max_length=60, blank=True)
    depart = models.DecimalField("départ", max_digits=14, decimal_places=2, null=True, blank=True)
    cible = models.DecimalField("cible", max_digits=14, decimal_places=2, null=True, blank=True)
    cible_decrite = models.CharField("cible décrite", max_length=500, blank=True)
    echeance = models.DateField("échéance de la cible", null=True, blank=True)
    precision = models.CharField("précision", max_length=300, blank=True)

    class Meta(Element.Meta):
        verbose_name = "indicateur du plan"
        verbose_name_plural = "indicateurs du plan"
        constraints = [
            models.UniqueConstraint(fields=["moyen", "cle"], name="indicateur_cle_unique"),
            models.CheckConstraint(
                name="indicateur_cible_positive",
                condition=(Q(cible__isnull=True) | Q(cible__gte=0))
                & (Q(depart__isnull=True) | Q(depart__gte=0)),
                violation_error_message="La valeur de départ et la cible ne peuvent pas être négatives.",
            ),
            models.CheckConstraint(
                name="indicateur_selon_sa_nature",
                condition=Q(nature="quantitatif", cible_decrite="")
                | Q(nature="qualitatif", depart__isnull=True, cible__isnull=True, unite=""),
                violation_error_message="Un indicateur qui se décrit n’a ni unité ni valeur; celui qui se compte, si.",
            ),
        ]

    def __str__(self):
        return self.nom
