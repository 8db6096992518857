"""Une pièce jointe : fichier privé, type vérifié par son contenu, nom de rangement tiré au hasard."""

import hashlib
import secrets
from pathlib import PurePath

import filetype
from django.conf import settings
from django.db import models
from django.utils import timezone

from socle.erreurs import PieceRefusee

TAILLE_MAXIMALE = 15_000_000  # octets
TYPES_ADMIS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
EN_CLAIR = "PDF, Word (.docx), Excel (.xlsx), JPEG ou PNG"


def rangement(piece, nom):
    """Un nom imprévisible : l'adresse d'une pièce ne dit ni ne laisse deviner rien."""
    suffixe = PurePath(piece.nom).suffix.lower()
    return f"pieces/{timezone.now():%Y/%m}/{secrets.token_urlsafe(24)}{suffixe}"


def verifier_fichier(fichier):
    """Retourne le type du fichier d'après son contenu; lève `PieceRefusee` avec une phrase claire."""
    nom = PurePath(fichier.name).name
    suffixe = PurePath(nom).suffix.lower()
    if suffixe in (".heic", ".heif"):
        raise PieceRefusee(
            f"«\u00a0{nom}\u00a0» est une photo au format HEIC, que peu d’ordinateurs "
            "ouvrent. Envoyez-la en JPEG, ou en PDF."
        )
    if suffixe not in TYPES_ADMIS:
        raise PieceRefusee(f"« {nom} » n’est pas d’un type admis. Types admis : {EN_CLAIR}.")
    if fichier.size == 0:
        raise PieceRefusee(
            f"« {nom} » est vide (0 octet). Vérifiez le fichier, puis téléversez-le de nouveau."
        )
    if fichier.size > TAILLE_MAXIMALE:
        raise PieceRefusee(f"« {nom} » dépasse la taille permise de {TAILLE_MAXIMALE // 1_000_000}\u00a0Mo.")
    fichier.seek(0)
    reconnu = filetype.guess(fichier.read(8192))
    fichier.seek(0)
    if reconnu is None or reconnu.mime != TYPES_ADMIS[suffixe]:
        raise PieceRefusee(
            f"Le contenu de « {nom} » ne correspond pas à son extension {suffixe}. Types admis : {EN_CLAIR}."
        )
    return reconnu.mime


class Piece(models.Model):
    """Abstraite : chaque pièce de la maison dit à quoi elle est jointe et qui la voit."""

    fichier = models.FileField("fichier", upload_to=rangement, max_length=200)
    nom = models.CharField("nom", max_length=200)
    type_mime = models.CharField("type", max_length=100, editable=False)
    taille = models.PositiveIntegerField("taille en octets", editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    televersee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="téléversée par", related_name="+"
    )
    televersee_le = models.DateTimeField("téléversée le", default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["-televersee_le"]

    def __str__(self):
        return self.nom

    @classmethod
    def televerser(cls, fichier, *, par, **champs):
        """Vérifie puis range le fichier. Lève `PieceRefusee`."""
        type_mime = verifier_fichier(fichier)
        calcul = hashlib.sha256()
        for bloc in fichier.chunks():
            calcul.update(bloc)
        fichier.seek(0)
        return cls.objects.create(
            fichier=fichier,
            nom=PurePath(fichier.name).name[-200:],
            type_mime=type_mime,
            taille=fichier.size,
            sha256=calcul.hexdigest(),
            televersee_par=par,
            **champs,
        )


class PieceRetirable(Piece):
    """Une pièce qui se retire : sa ligne, son fichier et son empreinte restent, et elle le dit."""

    retiree_le = models.DateTimeField("retirée le", null=True, editable=False)
    retiree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="retirée par",
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta(Piece.Meta):
        abstract = True

    def retirer(self, *, par):
        self._retirer(timezone.now(), par)

    def retablir(self):
        self._retirer(None, None)

    def _retirer(self, le, par):
        self.retiree_le, self.retiree_par = le, par
        self.save(update_fields=["retiree_le", "retiree_par"])
