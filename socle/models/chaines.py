"""Une suite de lignes que rien ne réécrit : chacune porte l'empreinte de son contenu et de la ligne d'avant.

La tête d'une chaîne (`ChaineJournal`) est le verrou et le témoin : une ligne effacée en queue se voit aussi.
Le journal des gestes et le grand livre sont bâtis dessus.
"""

import hashlib
import json
from datetime import UTC
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import EcritureImmuable

ORIGINE = "0" * 64


class ChaineJournal(models.Model):
    """La tête d'une chaîne : son nom, le rang et l'empreinte de sa dernière ligne."""

    nom = models.CharField("nom", max_length=120, unique=True)
    rang = models.PositiveIntegerField("rang de la dernière ligne", default=0)
    empreinte = models.CharField("code de vérification de la dernière ligne", max_length=64, default=ORIGINE)

    class Meta:
        verbose_name = "chaîne de journal"
        verbose_name_plural = "chaînes de journal"

    def __str__(self):
        return self.nom

    @classmethod
    def verrouiller(cls, nom):
        """La tête de cette chaîne, sous verrou jusqu'à la fin de la transaction; créée au besoin."""
        cls.objects.get_or_create(nom=nom)
        return cls.objects.select_for_update(of=("self",)).get(nom=nom)


class RequeteDeChaine(RequeteProtegee):
    """Une ligne s'ajoute; elle ne se modifie ni ne s'efface."""

    def update(self, **champs):
        raise EcritureImmuable(f"{self.model.NOM} ne se modifie pas.")

    def delete(self):
        raise EcritureImmuable(f"{self.model.NOM} ne s’efface pas.")

    def bulk_create(self, objets, *args, **options):
        raise EcritureImmuable(f"{self.model.NOM} s’inscrit une à une, sous verrou.")


class LigneChainee(models.Model):
    """Abstraite : une ligne et sa place dans la chaîne. `contenu` dit ce que protège l'empreinte."""

    declencheurs = IMMUABLE

    NOM = "Une ligne"

    chaine = models.CharField("chaîne", max_length=120, editable=False)
    rang = models.PositiveIntegerField("rang", editable=False)
    inscrite_le = models.DateTimeField("inscrite le", editable=False)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="par",
        null=True,
        related_name="+",
        help_text="Vide pour une action du système.",
    )
    empreinte_precedente = models.CharField("code de vérification précédent", max_length=64, editable=False)
    empreinte = models.CharField("code de vérification", max_length=64, editable=False)

    objects = RequeteDeChaine.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chaine", "rang"], name="%(class)s_chaine_rang_unique"),
        ]

    def save(self, *args, **options):
        if not self._state.adding:
            raise EcritureImmuable(f"{self.NOM} ne se modifie pas.")
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError(f"{self.NOM} naît avec son action.")
        super().save(*args, **options)

    def delete(self, *args, **options):
        raise EcritureImmuable(f"{self.NOM} ne s’efface pas.")

    def contenu(self):
        """Ce que la ligne dit, outre sa place, sa personne et son instant; des valeurs que JSON sait écrire."""
        raise NotImplementedError

    def calculer_empreinte(self):
        """SHA-256 du contenu de la ligne et de l'empreinte de la précédente."""
        contenu = self.contenu() | {
            "chaine": self.chaine,
            "rang": self.rang,
            "inscrite_le": self.inscrite_le.astimezone(UTC).isoformat(timespec="microseconds"),
            "par": self.par_id,
            "precedente": self.empreinte_precedente,
        }
        texte = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(texte.encode()).hexdigest()

    @classmethod
    def nom_de_chaine(cls, cle):
        return f"{cls._meta.label_lower}:{cle}"

    @classmethod
    def ajouter(cls, tete, *, par, le=None, **champs):
        """Ajoute une ligne au bout de la chaîne dont on tient la tête, dans la transaction du geste.

        Lève `TransactionManagementError` hors d'une transaction : une trace ne vit jamais sans le geste
        qu'elle raconte.
        """
        ligne = cls(
            chaine=tete.nom,
            rang=tete.rang + 1,
            inscrite_le=le or timezone.now(),
            par=par,
            empreinte_precedente=tete.empreinte,
            **champs,
        )
        ligne.empreinte = ligne.calculer_empreinte()
        ligne.save(force_insert=True)
        tete.rang, tete.empreinte = ligne.rang, ligne.empreinte
        tete.save(update_fields=["rang", "empreinte"])
        return ligne


def premiere_rupture(modele):
    """Parcourt toutes les chaînes d'une table; retourne la première anomalie en une phrase, ou `None`."""
    prefixe = f"{modele._meta.label_lower}:"
    tetes = {tete.nom: tete for tete in ChaineJournal.objects.filter(nom__startswith=prefixe).order_by("nom")}
    lignes = modele.objects.order_by("chaine", "rang").iterator(chunk_size=2000)
    for chaine, suite in groupby(lignes, key=attrgetter("chaine")):
        if rupture := _rupture_dans(chaine, suite, tetes.pop(chaine, None)):
            return rupture
    for nom, tete in tetes.items():
        if tete.rang:
            return f"{nom} : les {tete.rang} lignes annoncées ont disparu."
    return None


def _rupture_dans(chaine, lignes, tete):
    rang, empreinte = 0, ORIGINE
    for ligne in lignes:
        if ligne.rang != rang + 1:
            return f"{chaine} : la ligne {rang + 1} manque (numéro {ligne.pk} trouvé au rang {ligne.rang})."
        if ligne.empreinte_precedente != empreinte:
            return f"{chaine}, ligne {ligne.rang} (numéro {ligne.pk}) : elle ne suit pas la précédente."
        if ligne.empreinte != ligne.calculer_empreinte():
            return f"{chaine}, ligne {ligne.rang} (numéro {ligne.pk}) : son contenu a été modifié."
        rang, empreinte = ligne.rang, ligne.empreinte
    if tete is None:
        return f"{chaine} : la tête de la chaîne a disparu."
    if (tete.rang, tete.empreinte) != (rang, empreinte):
        return f"{chaine} : des lignes manquent après le rang {rang} (la tête en annonce {tete.rang})."
    return None
