"""Plusieurs choix d'une liste fermée, rangés dans une seule colonne : « statistiques,personnes »."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models


class ListeDeCodes(models.CharField):
    """Une liste de codes, triés comme la liste fermée; vide par défaut. Lever `ValidationError` : un code inconnu.

    Une colonne de texte, et non du JSON : les deux moteurs la rangent et la comparent pareillement.
    """

    description = "Plusieurs codes d’une liste fermée"

    def __init__(self, *args, choices=(), **options):
        self.admis = dict(choices)
        options = {"max_length": 250, "blank": True, "default": list} | options
        super().__init__(*args, **options)

    def deconstruct(self):
        nom, chemin, args, options = super().deconstruct()
        return nom, chemin, args, options | {"choices": list(self.admis.items())}

    def from_db_value(self, valeur, expression, connexion):
        return self.to_python(valeur)

    def to_python(self, valeur):
        if isinstance(valeur, str):
            return valeur.split(",") if valeur else []
        return list(valeur or ())

    def get_prep_value(self, valeur):
        codes = set(self.to_python(valeur))
        return ",".join(code for code in self.admis if code in codes)

    def validate(self, valeur, objet):
        if inconnus := set(valeur) - set(self.admis):
            raise ValidationError(f"Choisissez dans la liste : {', '.join(sorted(inconnus))} n’y est pas.")

    def run_validators(self, valeur):
        """Les codes se jugent un à un (`validate`)."""

    def libelles(self, valeur):
        return [libelle for code, libelle in self.admis.items() if code in valeur]

    def formfield(self, **options):
        champ = forms.MultipleChoiceField(
            label=self.verbose_name[:1].upper() + self.verbose_name[1:],
            choices=list(self.admis.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=self.help_text,
        )
        return champ
