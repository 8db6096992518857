"""Inviter une personne : lui trouver ou lui ouvrir un compte, et lui confier un mandat."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from alliances.models.releve import nommer, nommer_un_interim, passer_le_relais
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.models.utilisateurs import boite_de

COMPTE_DESACTIVE = "Ce compte est désactivé\u00a0: rien ne lui est envoyé. L’administration peut le rouvrir."


def attend_son_mot_de_passe(utilisateur):
    """Le compte vient d'une invitation que la personne n'a pas encore acceptée."""
    return utilisateur.last_login is None and not utilisateur.has_usable_password()


def compte_de(courriel, *, prenom, nom):
    """Le compte de cette adresse; à défaut, un compte neuf, sans mot de passe utilisable.

    Lève `TransitionInterdite` si le compte est désactivé. Le nom d'un compte existant ne change pas.
    """
    utilisateur = existant(courriel) or _neuf(courriel, prenom=prenom, nom=nom)
    if not utilisateur.is_active:
        raise TransitionInterdite(COMPTE_DESACTIVE)
    return utilisateur


def existant(courriel):
    """Par la boîte : « lou+essai@… » est celle de Lou."""
    return Utilisateur.objects.filter(boite=boite_de(courriel)).first()


def _neuf(courriel, **noms):
    """Un compte neuf; si quelqu'un invite la même personne au même moment, le sien sert aux deux."""
    try:
        with transaction.atomic():
            utilisateur = Utilisateur.objects.create_user(courriel, None, **noms)
            EmailAddress.objects.create(
                user=utilisateur, email=utilisateur.courriel, primary=True, verified=False
            )
    except (IntegrityError, ValidationError):  # la seconde, si l'autre compte s'ouvre avant la validation
        if (utilisateur := existant(courriel)) is None:
            raise
    return utilisateur


@transaction.atomic
def inviter(courriel, role, *, par, prenom, nom, **portee):
    """Confie un rôle à la personne de cette adresse. Lève `ValidationError` si elle le tient déjà."""
    return nommer(compte_de(courriel, prenom=prenom, nom=nom), role, par=par, **portee)


@transaction.atomic
def relayer(sortante, courriel, *, par, alliance, prenom, nom, motif=""):
    """Passe le relais de la personne sortante à celle de cette adresse; retourne la personne entrante."""
    entrante = compte_de(courriel, prenom=prenom, nom=nom)
    passer_le_relais(sortante, entrante, par=par, alliance=alliance, motif=motif)
    return entrante


@transaction.atomic
def inviter_en_interim(mandat, *, courriel, par, prenom, nom, debut, dernier_jour):
    """Nomme à l'intérim de ce mandat la personne de cette adresse, jusqu'à ce jour compris."""
    personne = compte_de(courriel, prenom=prenom, nom=nom)
    return nommer_un_interim(mandat, personne, par=par, debut=debut, fin=dernier_jour + timedelta(1))
