"""Qui peut quoi : les primitives. Aucun rôle n'est connu ici."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404


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


def la_seule(lignes):
    """L'unique ligne d'une requête préparée; 404 s'il n'y en a pas."""
    if not lignes:
        raise Http404
    (ligne,) = lignes
    return ligne


class RequeteProtegee(models.QuerySet):
    """Base de tout QuerySet : ce qui n'a pas dit qui le voit n'est vu de personne."""

    def visibles_par(self, utilisateur):
        return self.none()
