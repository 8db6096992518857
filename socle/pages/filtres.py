"""Les filtres d'une liste : ils vivent dans l'adresse; vide, un filtre ne retire rien; invalide, il s'explique."""

import django_filters
from django import forms

from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire
from socle.valeurs.alphabet import mentionne
from socle.valeurs.exercice import Exercice

AIDE_DES_MIENS = "Ce qui vous est confié, ou à qui vous remplacez, et ce que vous avez à faire."


class FiltreChoix(django_filters.ChoiceFilter):
    """Un choix fermé; `tous` est le libellé du choix vide."""

    def __init__(self, *args, tous="Tous", **options):
        super().__init__(*args, empty_label=tous, **options)


class FiltreExercice(FiltreChoix):
    """Un exercice, parmi ceux de la liste."""

    def __init__(self, *args, label="Exercice", **options):
        super().__init__(*args, label=label, **options)

    @property
    def field(self):
        if not hasattr(self, "_field"):
            vus = self.parent.queryset.order_by(self.field_name).values_list(self.field_name, flat=True)
            self.extra["choices"] = [(an, str(Exercice(an))) for an in vus.distinct()]
        return super().field


class FiltreRecherche(django_filters.CharFilter):
    """Des mots à chercher dans ces champs, sans accents ni majuscules; sans champ, le QuerySet sait où (`cherche`)."""

    def __init__(self, *champs, label, max_length=200):
        super().__init__(label=label, max_length=max_length)
        self.champs = champs

    def filter(self, queryset, texte):
        if not texte:
            return queryset
        return queryset.filter(mentionne(texte, *self.champs)) if self.champs else queryset.cherche(texte)


class FiltreJour(django_filters.DateFilter):
    """Un jour; `lookup_expr` dit s'il commence ou finit une période."""

    field_class = DateSouple


class FiltreCase(django_filters.Filter):
    """Une case : cochée, elle resserre la liste."""

    field_class = forms.BooleanField

    def filter(self, queryset, cochee):
        return super().filter(queryset, True) if cochee else queryset


class FormulaireDesFiltres(Formulaire):
    mention = False


class Filtres(django_filters.FilterSet):
    """Base des filtres de la maison. `choix` : les choix qui dépendent de la personne, {filtre: [(valeur, libellé)]}.

    Une liste qui a une méthode `les_miens(queryset, utilisateur)` offre la case « Les miens ».
    """

    class Meta:
        form = FormulaireDesFiltres

    def __init__(self, data=None, queryset=None, *, request, choix=None):
        super().__init__(data or None, queryset, request=request)
        if hasattr(self, "les_miens"):
            self.filters["miens"] = FiltreCase(label="Les miens", help_text=AIDE_DES_MIENS)
            self.filters["miens"].filter = self._les_miens
        for nom, offerts in (choix or {}).items():
            self.filters[nom].extra["choices"] = offerts

    def _les_miens(self, queryset, coche):
        return self.les_miens(queryset, self.request.user) if coche else queryset

    def choisi(self, nom):
        """Ce que l'adresse choisit d'un filtre; vide si elle n'en dit rien de valable."""
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {}).get(nom) or ""
