"""Un document produit une seule fois, conservé et servi par l'empreinte de son contenu."""

from django.db import models
from django.utils import timezone


class Document(models.Model):
    """Un PDF fini. `cle` est le SHA-256 de ce qui le détermine : deux demandes pareilles, un seul rendu."""

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
    demande_le = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    pret_le = models.DateTimeField("prêt le", null=True, editable=False)
    probleme = models.CharField("problème", max_length=300, blank=True)

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
