"""Qui peut quoi : les primitives. Aucun rôle n'est connu ici."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import models


@dataclass(frozen=True)
class Refus:
    """Pourquoi un geste n'est pas permis; la raison est une phrase montrée à la personne."""

    raison: str

    def __str__(self):
        return self.raison


def exiger(refus):
    """Lève `PermissionDenied` (403) avec la raison quand une permission répond par un refus."""
    if refus is not None:
        raise PermissionDenied(str(refus))


class RequeteProtegee(models.QuerySet):
    """Base de tout QuerySet : ce qui n'a pas dit qui le voit n'est vu de personne."""

    def visibles_par(self, utilisateur):
        return self.none()
