"""Une carte de la partie structurée : son rang, sa révision, ses gestes, sa suppression réversible.

Chaque élément garde sa `cle` d'une version à l'autre : c'est elle qui permet de comparer.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from alliances.plans.models.versions import VersionPlan
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee

DELAI_D_ANNULATION = timedelta(days=30)
PROPRES = ("id", "cle", "rang", "revision", "supprime_le", "supprime_par")  # ce qu'une copie ne reprend pas


def _portes(modele, pks):
    """(accesseur, nombre) de ce que portent ces éléments, et de ce que cela porte."""
    for accesseur in modele.ENFANTS:
        relation = getattr(modele, accesseur).rel
        condition = {f"{relation.field.name}__in": pks, "supprime_le": None}
        siens = list(relation.related_model.objects.filter(**condition).values_list("pk", flat=True))
        if siens:
            yield accesseur, len(siens)
            yield from _portes(relation.related_model, siens)


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

    PARENTS = ()  # noms des champs qui mènent au parent : un seul est rempli
    ENFANTS = ()  # accesseurs des éléments portés
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
    def champ_parent(self):
        """Le champ rempli parmi `PARENTS`."""
        return next((nom for nom in self.PARENTS if getattr(self, f"{nom}_id")), self.PARENTS[0])

    @property
    def parent(self):
        return getattr(self, self.champ_parent)

    @property
    def version_du_plan(self):
        return self.version if self.champ_parent == "version" else self.parent.version_du_plan

    def lignee(self):
        """Les ancres de l'élément, de ceux qui le portent et de la partie structurée entière."""
        if self.champ_parent == "version":
            return [(self.objet, self.cle), ("section", "3-9")]
        return [(self.objet, self.cle), *self.parent.lignee()]

    def lignee_des_porteurs(self):
        """Ce qui doit être ouvert pour ajouter un élément ici ou changer l'ordre de ses pareils."""
        return self.parent.lignee() if self.champ_parent != "version" else [("section", "3-9")]

    def fratrie(self):
        return type(self).objects.filter(**{self.champ_parent: self.parent}, supprime_le=None)

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
        if self.champ_parent != "version" and not self.parent.est_present():
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
        compte = {}
        for accesseur, nombre in _portes(type(self), [self.pk]):
            compte[accesseur] = compte.get(accesseur, 0) + nombre
        return compte

    def copier_dans(self, parent, *, reprise="", nouvelle_cle=False, rang=None):
        """Copie l'élément et ce qu'il porte sous un autre parent; la clé suit, ou change pour un double."""
        champs = {
            champ.name: getattr(self, champ.name)
            for champ in self._meta.concrete_fields
            if champ.name not in (*PROPRES, *self.PARENTS)
        }
        copie = type(self)(**champs | {self.champ_parent: parent, "repris_de": reprise})
        copie.cle = uuid.uuid4() if nouvelle_cle else self.cle
        copie.rang = self.rang if rang is None else rang
        copie.save(force_insert=True)
        for relation in self._meta.many_to_many:
            getattr(copie, relation.name).set(getattr(self, relation.name).all())
        self._copier_annexes(copie)
        for accesseur in self.ENFANTS:
            for enfant in getattr(self, accesseur).filter(supprime_le=None):
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
        if self.champ_parent != "version" and not self.parent.est_present():
            raise TransitionInterdite("Rétablissez d’abord ce qui porte cet élément.")
        if self.supprime_le < timezone.now() - DELAI_D_ANNULATION:
            raise TransitionInterdite("Le délai de trente jours pour rétablir cet élément est passé.")
        if self.fratrie().filter(rang=self.rang).exists():  # un autre a pris la place : il suit
            suivants = type(self).objects.filter(**{self.champ_parent: self.parent}, rang__gte=self.rang)
            suivants.exclude(pk=self.pk).update(rang=F("rang") + 1)
        self.supprime_le = self.supprime_par = None
        self.save(update_fields=["supprime_le", "supprime_par"])
        version.rafraichir()
        version.noter(f"retablir-{self.objet}", par=par, objet=self)
        return self
