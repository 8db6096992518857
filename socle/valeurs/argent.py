"""L'argent : des sous entiers en base, des `Decimal` à deux décimales en Python, « 1 234,56 $ » à l'écran.

SQLite additionne les décimales par des flottants; des sous entiers s'additionnent exactement partout.
"""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce

from socle.valeurs.montants import SOU, ZERO, arrondir, en_dollars

__all__ = ["PLAFOND", "SOU", "ZERO", "MontantField", "SaisieMontant", "arrondir", "en_dollars", "somme"]

PLAFOND = Decimal("99999999999.99")  # dollars; loin au-delà du Fonds, loin en deçà d'un BIGINT de sous


class SaisieMontant(forms.DecimalField):
    """Le champ de formulaire : accepte « 1 234,56 », « 1234.56 », insécables et « $ »; rend un `Decimal`.

    Refuse ce qui est ambigu (« 1,234.56 », « 12,34,5 »), plus de deux décimales et, sauf `negatif=True`,
    le négatif.
    """

    widget = forms.TextInput
    default_error_messages = {"invalid": "Entrez un montant, par exemple 1\xa0234,56."}

    def __init__(self, *, negatif=False, minimum=None, maximum=None, **options):
        plancher = minimum if minimum is not None else (None if negatif else ZERO)
        plafond = PLAFOND if maximum is None else Decimal(maximum)
        super().__init__(min_value=plancher, max_value=plafond, decimal_places=2, **options)
        self.error_messages |= {
            "min_value": f"Entrez un montant d’au moins {en_dollars(plancher)}."
            if plancher
            else "Un montant ne peut pas être négatif.",
            "max_value": f"Ce montant dépasse la limite de {en_dollars(plafond)}.",
            "decimales": "Un montant a au plus deux décimales.",
        }

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off", "class": "taille-sm"}

    def to_python(self, value):
        if value in self.empty_values or str(value).isspace():
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        texte = re.sub(r"[\s$]", "", str(value)).replace("−", "-")
        nombre = re.fullmatch(r"(-?[0-9]+)(?:[.,]([0-9]*))?", texte)
        if not nombre:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        entiers, decimales = nombre[1], nombre[2] or ""
        if len(decimales) > 2:
            raise ValidationError(self.error_messages["decimales"], code="decimales")
        return Decimal(f"{entiers}.{decimales:0<2}")

    def prepare_value(self, value):
        return en_dollars(value).removesuffix("\xa0$") if isinstance(value, Decimal | int) else value

    def has_changed(self, initial, data):
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MontantField(models.BigIntegerField):
    """Un montant en dollars, rangé en sous.

    Un montant négatif est refusé, sauf si `negatif=True` (une écriture de grand livre, un écart).
    Lever : `ValidationError` à la validation, `ValueError` à l'enregistrement, pour plus de deux décimales,
    un flottant ou un dépassement. Dans un calcul entre colonnes, préciser `output_field=MontantField()` :
    Django croirait autrement à des entiers et rendrait des sous.
    """

    description = "Montant en dollars, rangé en sous"
    default_error_messages = {
        "montant_invalide": "Entrez un montant en dollars, par exemple 1\xa0234,56.",
        "decimales": "Un montant a au plus deux décimales.",
        "plafond": "Ce montant dépasse la limite de 99\xa0999\xa0999\xa0999,99\xa0$.",
    }

    def __init__(self, *args, negatif=False, **kwargs):
        self.negatif = negatif
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        nom, chemin, args, kwargs = super().deconstruct()
        if self.negatif:
            kwargs["negatif"] = True
        return nom, chemin, args, kwargs

    @property
    def validators(self):
        # Les bornes qu'IntegerField tire de la base sont en sous : elles ne se comparent pas à des dollars.
        bornes = [] if self.negatif else [MinValueValidator(ZERO, "Un montant ne peut pas être négatif.")]
        return [*self._validators, *bornes]

    def _refus(self, code):
        return ValidationError(self.error_messages[code], code=code)

    def _en_decimal(self, valeur):
        if isinstance(valeur, bool | float):
            raise self._refus("montant_invalide")
        try:
            montant = Decimal(valeur)
        except (InvalidOperation, TypeError, ValueError) as erreur:
            raise self._refus("montant_invalide") from erreur
        if not montant.is_finite():
            raise self._refus("montant_invalide")
        if abs(montant) > PLAFOND:
            raise self._refus("plafond")
        if montant != montant.quantize(SOU):
            raise self._refus("decimales")
        return montant.quantize(SOU)

    def to_python(self, value):
        return None if value is None or value == "" else self._en_decimal(value)

    def from_db_value(self, value, expression, connection):
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def get_prep_value(self, value):
        value = models.Field.get_prep_value(self, value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        try:
            return int(self._en_decimal(value).scaleb(2))
        except ValidationError as erreur:
            raise ValueError(f"{self.name or 'montant'} : {erreur.message} Reçu : {value!r}.") from erreur

    def value_to_string(self, obj):
        montant = self.value_from_object(obj)
        return "" if montant is None else str(arrondir(montant))

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": SaisieMontant, "negatif": self.negatif} | kwargs)


def somme(expression, *, filtre=None):
    """Agrégat : le total en dollars d'une colonne de montants, 0,00 s'il n'y a aucune ligne."""
    montant = MontantField(negatif=True)
    return Coalesce(
        models.Sum(expression, filter=filtre, output_field=montant), models.Value(ZERO, output_field=montant)
    )
