"""La personne qui se connecte. Son courriel est son identifiant; ses droits viennent de ses mandats."""

import re

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models

DEJA_PRISE = "Un compte existe déjà avec cette adresse courriel."
CHEZ_GMAIL = ("gmail.com", "googlemail.com")


def sans_chevrons(nom):
    """Un nom de personne s'écrit sans balise. Lève `ValidationError`."""
    if "<" in nom or ">" in nom:
        raise ValidationError("Écrivez ce nom sans les signes « < » et « > ».", code="invalid")


def boite_de(courriel):
    """La boîte où arrive une adresse : sans majuscules, guillemets ni « +… », sans points chez Gmail.

    Le domaine est celui que lit le réseau : « ｅxemple.test » et « exemple.test » n'en font qu'un.
    """
    nom, _, domaine = courriel.strip().lower().rpartition("@")
    nom, domaine = _sans_guillemets(nom), _au_reseau(domaine)
    nom = nom.partition("+")[0] or nom
    if domaine in CHEZ_GMAIL:
        nom, domaine = nom.replace(".", ""), "gmail.com"
    return f"{nom}@{domaine}"


def _sans_guillemets(nom):
    """« "lou" » et « "l\\ou" » sont « lou » (RFC 5321, 4.1.2)."""
    return re.sub(r"\\(.)", r"\1", nom[1:-1]) if re.fullmatch(r'".*"', nom) else nom


def _au_reseau(domaine):
    try:
        return domaine.encode("idna").decode()
    except UnicodeError:  # une adresse IP entre crochets, un mot trop long
        return domaine


class UtilisateurManager(BaseUserManager):
    def create_user(self, courriel, password=None, **champs):
        if not courriel:
            raise ValueError("Un compte a besoin d’une adresse courriel.")
        utilisateur = self.model(courriel=self.normalize_email(courriel).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.full_clean(exclude=["password"])
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, courriel, password=None, **champs):
        return self.create_user(courriel, password, is_staff=True, is_superuser=True, **champs)

    def get_by_natural_key(self, courriel):
        return self.get(courriel__iexact=courriel)


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """Un compte nominatif. Il n'est jamais supprimé : l'histoire le nomme; on le désactive."""

    courriel = models.EmailField("adresse courriel", unique=True)
    # Une boîte, un compte : avec deux, une personne serait à elle seule les deux qu'un rôle demande.
    boite = models.EmailField("boîte", editable=False)
    prenom = models.CharField("prénom", max_length=80, validators=[sans_chevrons])
    nom = models.CharField("nom", max_length=80, validators=[sans_chevrons])
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField(
        "accès à l’administration", default=False, help_text="Corrections de données, avec un motif."
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    objects = UtilisateurManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = ["prenom", "nom"]

    class Meta:
        verbose_name = "utilisateur ou utilisatrice"
        verbose_name_plural = "utilisateurs et utilisatrices"
        ordering = ["nom", "prenom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["boite"], name="utilisateur_boite_unique", violation_error_message=DEJA_PRISE
            )
        ]

    def __str__(self):
        return self.nom_complet

    def save(self, *args, **options):
        self.boite = boite_de(self.courriel)
        champs = options.get("update_fields")
        if champs is not None and "courriel" in champs:
            options["update_fields"] = {*champs, "boite"}
        super().save(*args, **options)

    def clean_fields(self, exclude=None):
        self.boite = boite_de(self.courriel)
        super().clean_fields(exclude)

    @property
    def nom_complet(self):
        return f"{self.prenom} {self.nom}"

    @property
    def nom_court(self):
        """« Camille R. » : ce que les collègues voient dans les listes et les avis de présence."""
        return f"{self.prenom} {self.nom[:1]}."

    def get_full_name(self):
        return self.nom_complet

    def get_short_name(self):
        return self.prenom
