"""Un document produit une seule fois, conservé et servi par l'empreinte de son contenu."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone


class RequeteDeDocuments(models.QuerySet):
    def scelles(self):
        """Ceux qu'un dépôt, une décision ou une signature garde : leurs octets ne changent plus."""
        return self.filter(_garde())

    def libres(self):
        """Les brouillons, projets et canevas : rien ne les garde."""
        return self.filter(~_garde())


def _garde():
    """Vrai si une ligne, dans n'importe quelle pièce, désigne le document."""
    liens = [lien for lien in Document._meta.get_fields(include_hidden=True) if lien.one_to_many]
    designes = [
        Exists(lien.related_model._base_manager.filter(**{lien.field.name: OuterRef("pk")})) for lien in liens
    ]
    return reduce(or_, designes)


class Document(models.Model):
    """Un PDF fini. `cle` est le SHA-256 de ce qui le détermine : deux demandes pareilles, un seul rendu.

    La clé d'un document scellé ne dit que son contenu, celle d'un document libre aussi ce qui l'a rendu.
    """

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "En préparation"
        PRET = "pret", "Prêt"
        ECHEC = "echec", "En échec"

    cle = models.CharField("clé", max_length=64, unique=True, editable=False)
    nom = models.CharField("nom du fichier", max_length=150)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.EN_ATTENTE)
    fichier = models.FileField("fichier", upload_to="documents/%Y/%m/", blank=True)
    taille = models.PositiveIntegerField("taille en octets", default=0)
    empreinte = models.CharField("SHA-256 du fichier", max_length=64, blank=True)
    rendu = models.CharField("fait avec", max_length=100, blank=True)
    demande_le = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    pret_le = models.DateTimeField("prêt le", null=True, editable=False)
    probleme = models.CharField("problème", max_length=300, blank=True)

    objects = RequeteDeDocuments.as_manager()

    class Meta:
        verbose_name = "document produit"
        verbose_name_plural = "documents produits"
        ordering = ["-demande_le"]
        constraints = [
            models.CheckConstraint(
                name="document_pret_avec_fichier",
                condition=~models.Q(etat="pret")
                | (~models.Q(fichier="") & models.Q(pret_le__isnull=False) & models.Q(taille__gt=0)),
                violation_error_message="Un document prêt a un fichier.",
            )
        ]

    def __str__(self):
        return self.nom

    @property
    def est_pret(self):
        return self.etat == self.Etat.PRET
