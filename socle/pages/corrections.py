"""Corriger une donnée dans l'administration : un motif, l'avant et l'après, une ligne de journal."""

import unicodedata

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.utils.text import Truncator

from socle.formulaires.disposition import FormulaireDeModele
from socle.formulaires.revision import AvecRevision
from socle.valeurs.alphabet import mentionne
from socle.valeurs.empreintes import empreinte

HORS_DU_MODELE = ("revision", "motif_de_correction")


class FormulaireDeCorrection(AvecRevision, FormulaireDeModele):
    """Tout formulaire de correction exige son motif, et part de ce qui est enregistré : deux onglets le savent."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)
    motif_de_correction = forms.CharField(
        label="Motif de la correction",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="Pourquoi cette donnée change. Le motif est inscrit au journal et n’est plus modifiable.",
    )

    def revision_actuelle(self):
        """L'empreinte des champs que la page corrige; rien pour ce qui s'ajoute."""
        if self.instance._state.adding:
            return ""
        return empreinte({champ: valeur_de(self.instance, champ) for champ in self._corriges()})

    def _corriges(self):
        return [champ for champ in self.fields if champ not in HORS_DU_MODELE]

    def clean(self):
        """Avant que la saisie ne passe sur l'instance, celle-ci se relit sous verrou : rien n'est écrasé."""
        donnees = super().clean()
        if not self.instance._state.adding:
            tous = type(self.instance)._default_manager.select_for_update(of=("self",))
            self.instance = tous.get(pk=self.instance.pk)
            if donnees.get("revision") != self.revision_actuelle():
                self.add_error(None, f"{self._devancee(donnees)} {self.si_perime}")
                self.reprendre()
        return donnees

    def _devancee(self, donnees):
        ecarts = [
            f"{_libelle(type(self.instance), champ)}\u00a0: {_court(valeur)}"
            for champ in self._corriges()
            if champ in donnees and (valeur := valeur_de(self.instance, champ)) != lisible(donnees[champ])
        ]
        actuel = (
            f" Enregistré actuellement, et différent de votre saisie – {'; '.join(ecarts)}." if ecarts else ""
        )
        return f"Quelqu’un a modifié cette fiche pendant que vous l’aviez ouverte.{actuel}"


def lisible(valeur):
    """Une valeur telle qu'on l'inscrit au journal : du texte, un nombre, un booléen ou rien."""
    if valeur is None or isinstance(valeur, bool | int | str):
        return valeur
    if isinstance(valeur, models.QuerySet | list | set):
        return sorted(str(v) for v in valeur)
    return str(valeur)


def valeur_de(objet, champ):
    """Ce qu'un champ dit, d'une relation multiple aussi."""
    valeur = getattr(objet, champ)
    return lisible(valeur.all() if hasattr(valeur, "all") else valeur)


def de(nom):
    """« d’organisme », « de moyen »; aucun de nos noms ne commence par un h aspiré."""
    return f"d’{nom}" if unicodedata.normalize("NFD", nom)[0] in "aeiouyh" else f"de {nom}"


class AdminEnLecture(admin.ModelAdmin):
    """Se lit, ne se touche pas : les gestes et le journal passent par l'application."""

    actions = None
    list_per_page = 50

    def changelist_view(self, request, extra_context=None):
        """Le titre est le nom de ce qu'on liste : « Lignes du journal du plan »."""
        nom = str(self.opts.verbose_name_plural)
        titre = {"title": nom[:1].upper() + nom[1:]}
        return super().changelist_view(request, titre | (extra_context or {}))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Le titre, avec l'élision que le français de Django ne fait pas : « Modification d’organisme »."""
        verbe = "Consultation"
        if object_id is None:
            verbe = "Ajout"
        elif (objet := self.get_object(request, object_id)) and self.has_change_permission(request, objet):
            verbe = "Modification"
        titre = {"title": f"{verbe} {de(self.opts.verbose_name)}"}
        return super().changeform_view(request, object_id, form_url, titre | (extra_context or {}))

    def get_search_results(self, request, queryset, search_term):
        """Sans égard aux accents; aucun champ ne passe par une relation multiple, donc aucun doublon."""
        return queryset.filter(mentionne(search_term, *self.get_search_fields(request))), False

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class FiltreDeGeste(admin.SimpleListFilter):
    """Les gestes qui ont au moins une ligne, en mots."""

    title = "action"
    parameter_name = "geste"

    def lookups(self, request, model_admin):
        gestes = model_admin.model.objects.order_by().values_list("geste", flat=True).distinct()
        return sorted(((geste, model_admin.model.en_mots(geste)) for geste in gestes), key=lambda c: c[1])

    def queryset(self, request, queryset):
        return queryset.filter(geste=self.value()) if self.value() else queryset


class AdminDeJournal(AdminEnLecture):
    """Un journal : ses gestes et ses rôles en mots, ses lignes par date."""

    list_display = ["inscrite_le", "par", "qualite", "geste_en_mots", "objet", "motif"]
    list_select_related = ["par"]
    search_fields = ["objet", "motif", "par__nom", "par__prenom"]
    date_hierarchy = "inscrite_le"
    list_filter = [FiltreDeGeste]
    fields = [
        "inscrite_le",
        "par",
        "qualite",
        "geste_en_mots",
        "objet",
        "avant",
        "apres",
        "motif",
        "chaine",
        "rang",
        "empreinte_precedente",
        "empreinte",
    ]
    readonly_fields = fields

    @admin.display(description="action", ordering="geste")
    def geste_en_mots(self, ligne):
        return ligne.en_mots(ligne.geste)

    @admin.display(description="en qualité de", ordering="role")
    def qualite(self, ligne):
        return ligne.qualite


class AdminDeCorrection(AdminEnLecture):
    """Se corrige champ par champ, avec un motif; rien ne s'efface. Chaque pièce dit où inscrire la trace."""

    form = FormulaireDeCorrection
    peut_ajouter = False

    def has_add_permission(self, request):
        return self.peut_ajouter and self.admin_site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.admin_site.has_permission(request) and (obj is None or self.est_corrigeable(obj))

    def get_fields(self, request, obj=None):
        """Le motif et la révision ne se demandent qu'à qui peut corriger."""
        permis = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        champs = [champ for champ in super().get_fields(request, obj) if champ not in HORS_DU_MODELE]
        return [*champs, *HORS_DU_MODELE] if permis else champs

    def get_exclude(self, request, obj=None):
        """La `revision` d'un modèle ne se corrige pas : celle du formulaire porte le même nom."""
        return [*(super().get_exclude(request, obj) or ()), "revision"]

    def est_corrigeable(self, objet):
        """Faux pour ce qui appartient à l'histoire."""
        return True

    def inscrire(self, objet, *, par, avant, apres, motif):
        """Inscrit la correction au journal de la pièce."""
        raise NotImplementedError

    def save_form(self, request, form, change):
        """Retient l'avant pendant que la base le dit encore."""
        form.avant = {}
        if change:
            actuel = self.model._default_manager.get(pk=form.instance.pk)
            form.avant = {champ: valeur_de(actuel, champ) for champ in self._champs(form)}
        return super().save_form(request, form, change)

    def save_related(self, request, form, formsets, change):
        """Après les relations, inscrit l'avant et l'après de ce qui a vraiment changé."""
        super().save_related(request, form, formsets, change)
        objet = self.model._default_manager.get(pk=form.instance.pk)
        apres = {champ: valeur_de(objet, champ) for champ in self._champs(form)}
        changes = [champ for champ in apres if not change or form.avant[champ] != apres[champ]]
        if not changes:
            return
        self.inscrire(
            objet,
            par=request.user,
            avant={champ: form.avant[champ] for champ in changes} if change else {},
            apres={champ: apres[champ] for champ in changes},
            motif=form.cleaned_data["motif_de_correction"],
        )
        for champ in changes:
            avant = _court(form.avant.get(champ)) if change else "rien"
            messages.info(request, f"{_libelle(self.model, champ)} : {avant} → {_court(apres[champ])}")

    def _champs(self, form):
        return [champ for champ in form.changed_data if champ not in HORS_DU_MODELE]


def _libelle(modele, champ):
    return str(modele._meta.get_field(champ).verbose_name).capitalize()


def _court(valeur):
    return Truncator("rien" if valeur in (None, "", []) else str(valeur)).chars(120)
