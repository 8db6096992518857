"""Tables, fiduciaires, MRC, porteurs, partenaires : tous des organismes."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_INSTANCE, DE_L_ORGANISME
from alliances.models.territoires import Territoire
from socle.acces import RequeteProtegee
from socle.valeurs.alphabet import mentionne, normaliser

# Ce qui dit à qui l'on verse, et de quel droit : partie d'une Alliance, d'une convention ou acceptée, l'organisme ne le
# change pas seul.
IDENTITE = ("nom", "neq", "forme", "adresse", "courriel", "numero_fournisseur")
PREMIERS_CHIFFRES_NEQ = ("11", "22", "33", "88")


def epurer_neq(neq):
    """Le numéro sans espaces ni tirets : on le tape souvent en groupes."""
    return "".join(c for c in neq if not c.isspace() and c not in "-\u2011")


def valider_neq(neq):
    """Dix chiffres, préfixe 11, 22, 33 ou 88. La clé de contrôle n'est pas publique."""
    if not (neq.isascii() and neq.isdigit() and len(neq) == 10):
        raise ValidationError("Le NEQ compte 10 chiffres, par exemple 1140000000.")
    if not neq.startswith(PREMIERS_CHIFFRES_NEQ):
        raise ValidationError("Le NEQ commence par 11, 22, 33 ou 88. Vérifiez les premiers chiffres.")


class OrganismeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Un porteur ne voit que le sien, un membre d'une instance aucun; les autres rôles voient le répertoire."""
        droits = droits_de(utilisateur)
        if droits.roles - DE_L_ORGANISME - DE_L_INSTANCE:
            return self.all()
        return self.filter(pk__in=[mandat.organisme_id for mandat in droits.mandats])

    def cherche(self, texte):
        return self.filter(mentionne(texte, "nom") | Q(neq=epurer_neq(texte)))

    def doublons_possibles(self, *, nom, neq="", sauf=None):
        """Même NEQ ou même nom sans accents : de quoi avertir avant de créer une deuxième fiche."""
        condition = Q(nom_normalise=normaliser(nom))
        if neq:
            condition |= Q(neq=epurer_neq(neq))
        return self.filter(condition).exclude(pk=sauf)


class Organisme(models.Model):
    """Un organisme; sa forme juridique dit sa catégorie d'admissibilité (normes du FQIS)."""

    class Forme(models.TextChoices):
        OBNL = "obnl", "Personne morale à but non lucratif"
        COOPERATIVE = "cooperative", "Coopérative considérée comme OBNL"
        MUNICIPAL = "municipal", "Organisme municipal ou MRC"
        AUTOCHTONE = "autochtone", "Organisme ou regroupement autochtone"
        RECHERCHE = "recherche", "Centre de recherche ou institution"
        GOUVERNEMENTAL = "gouvernemental", "Organisme gouvernemental"
        NON_CONSTITUE = "non_constitue", "Regroupement non constitué"

    nom = models.CharField("nom", max_length=200)
    nom_normalise = models.CharField(max_length=200, editable=False, db_index=True)
    neq = models.CharField(
        "NEQ",
        max_length=10,
        blank=True,
        validators=[valider_neq],
        help_text="Numéro d’entreprise du Québec : 10 chiffres. Vide pour un regroupement non constitué.",
    )
    forme = models.CharField("forme juridique", max_length=15, choices=Forme.choices, default=Forme.OBNL)
    adresse = models.CharField("adresse", max_length=250, blank=True)
    courriel = models.EmailField("adresse courriel", blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    numero_fournisseur = models.CharField(
        "numéro de fournisseur",
        max_length=20,
        blank=True,
        help_text="Celui du système comptable du Ministère, s’il y en a un.",
    )
    territoire = models.ForeignKey(
        Territoire,
        models.PROTECT,
        verbose_name="territoire",
        null=True,
        blank=True,
        related_name="organismes",
    )
    # Les conventions et les initiatives acceptées disent ici de quelles Alliances elles sont : cette pièce ne les
    # connaît pas.
    alliances_liees = models.ManyToManyField(
        "alliances.Alliance",
        verbose_name="Alliances de ses conventions et de ses initiatives acceptées",
        related_name="organismes_lies",
        blank=True,
        editable=False,
    )

    objects = OrganismeQuerySet.as_manager()

    class Meta:
        ordering = ["nom_normalise", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["neq"],
                condition=~Q(neq=""),
                name="organisme_neq_unique",
                violation_error_message="Un autre organisme porte déjà ce NEQ.",
            ),
            models.CheckConstraint(
                name="organisme_non_constitue_sans_neq",
                condition=~Q(forme="non_constitue") | Q(neq=""),
                violation_error_message="Un regroupement non constitué n’a pas de NEQ.",
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        self.nom_normalise = normaliser(self.nom)
        champs = options.get("update_fields")
        if champs is not None and "nom" in champs:
            options["update_fields"] = {*champs, "nom_normalise"}
        neuf = self._state.adding
        super().save(*args, **options)
        if not neuf:
            self._marquer_ses_alliances()

    @property
    def est_constitue(self):
        return self.forme != self.Forme.NON_CONSTITUE

    def _marquer_ses_alliances(self):
        """Son nom s'imprime au plan des Alliances dont il est la Table ou une partie."""
        self._alliances().filter(Q(table_regionale=self) | Q(parties__organisme=self)).marquer()

    @classmethod
    def _alliances(cls):
        return cls.alliances.rel.related_model.objects.all()

    def alliances_interessees(self):
        """Celles dont il est la Table ou une partie, celles de ses conventions et de ses initiatives acceptées."""
        siennes = Q(table_regionale=self) | Q(parties__organisme=self) | Q(organismes_lies=self)
        return self._alliances().filter(siennes).distinct().order_by("pk")

    @property
    def est_partie(self):
        return self.alliances_interessees().exists()

    def alliances_qui_decrivent(self):
        """Celles de ses liens et dont il est la Table; sinon de son territoire; sinon la première qui l'inscrit.

        S'inscrire un organisme d'ailleurs comme partie ne donne donc pas le droit de le décrire.
        """
        siennes = Q(table_regionale=self) | Q(organismes_lies=self)
        if liees := set(self._alliances().filter(siennes).values_list("pk", flat=True)):
            return liees
        if self.territoire_id:
            return set(self._alliances().filter(territoires=self.territoire_id).values_list("pk", flat=True))
        return set(self.qualites.order_by("pk").values_list("alliance", flat=True)[:1])

    @classmethod
    def en_mots(cls, champ, valeur):
        """Ce qu'on lit d'une valeur de l'identité : la forme a un libellé, le reste est son propre mot."""
        return cls.Forme(valeur).label if champ == "forme" else valeur

    @property
    def gardes(self):
        """Les champs que le Ministère change seul, s'il est partie; le territoire d'une MRC dit laquelle elle est."""
        return (*IDENTITE, "territoire") if self.forme == self.Forme.MUNICIPAL else IDENTITE

    def identite(self):
        return {champ: getattr(self, champ) for champ in IDENTITE}

    def clean(self):
        self.neq = epurer_neq(self.neq)
