"""La disposition d'un formulaire, déclarée à côté de ses champs; la page écrit `{% crispy form %}`.

    class AdoptionForm(Formulaire):
        adoptee_le = DateSouple(label="Adopté le")
        numero = forms.CharField(label="Numéro")
        piece = PieceField(label="Résolution")
        disposition = Layout("adoptee_le", Groupe("La résolution", "numero", "piece", aide="Signée."))

Sans `disposition`, les champs viennent dans l'ordre où ils sont déclarés. Les champs cachés vont devant, et un champ
nommé qui manque (retiré selon l'objet) ne se montre pas. La page garde ce qui entoure les champs : la balise
`<form>`, les jetons, le sommaire des erreurs, les boutons; `layout/geste.html` et `layout/saisie.html` l'ont déjà.

Ces blocs s'écrivent sans gabarit : ceux de crispy compileraient chaque légende, à chaque page, comme un gabarit.
"""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify

__all__ = [
    "AvecDisposition",
    "Formulaire",
    "FormulaireDeModele",
    "Groupe",
    "Layout",
    "Morceau",
    "Rangee",
    "Section",
]


def _poser(element, form, context):
    """Preuve de sûreté : un champ s'écrit dans `socle.formulaires.rendu`, un bloc dans ce fichier."""
    if hasattr(element, "render"):
        return element.render(form, context)
    visible = element in form.fields and not form[element].is_hidden
    return form[element].as_field_group() if visible else ""


def poser(elements, form, context):
    """Ces champs et ces blocs, l'un après l'autre."""
    return mark_safe("\n".join(_poser(element, form, context) for element in elements))


class Rangee(LayoutObject):
    """Des champs courts côte à côte, quand la largeur le permet."""

    def __init__(self, *champs, classe="rangee"):
        self.fields, self.classe = list(champs), classe

    def render(self, form, context, **_):
        return format_html('<div class="{}">{}</div>', self.classe, poser(self.fields, form, context))


class Groupe(LayoutObject):
    """Des champs qui se répondent ensemble, sous une légende; `replie`, ils s'ouvrent d'eux-mêmes s'ils disent déjà
    quelque chose."""

    def __init__(self, legende, *champs, aide="", replie=False):
        self.legende, self.aide, self.replie, self.fields = legende, aide, replie, list(champs)

    def render(self, form, context, **_):
        precision = format_html('<p class="aide">{}</p>', self.aide) if self.aide else ""
        contenu = poser(self.fields, form, context)
        groupe = format_html(
            '<fieldset class="groupe"><legend>{}</legend>{}{}</fieldset>', self.legende, precision, contenu
        )
        if not self.replie:
            return groupe
        champs = [form[pointe.name] for pointe in self.get_field_names()]
        ouvert = " open" if any(champ.value() or champ.errors for champ in champs) else ""
        return format_html(
            '<details class="replie"{}><summary>{}</summary>{}</details>', ouvert, self.legende, groupe
        )


class Section(LayoutObject):
    """Une partie d'un long formulaire, sous un titre de la page."""

    def __init__(self, titre, *champs, aide=""):
        self.titre, self.aide, self.fields = titre, aide, list(champs)

    def render(self, form, context, **_):
        return format_html(
            '<section class="section-saisie" aria-labelledby="{0}"><h2 id="{0}">{1}</h2>{2}{3}</section>',
            f"section-{slugify(self.titre)}",
            self.titre,
            format_html('<p class="discret">{}</p>', self.aide) if self.aide else "",
            poser(self.fields, form, context),
        )


class Morceau(LayoutObject):
    """Un gabarit entre deux champs; il lit le contexte de la page, et ce qu'on lui donne."""

    def __init__(self, gabarit, **contexte):
        self.gabarit, self.contexte, self.fields = gabarit, contexte, []

    def render(self, form, context, **_):
        return render_to_string(self.gabarit, context.flatten() | self.contexte)


class ChampsSeuls(FormHelper):
    """Le `FormHelper` de la maison : les champs seuls."""

    form_tag = False
    disable_csrf = True
    form_show_errors = False

    def render_layout(self, form, context, template_pack=None):
        caches = "".join(map(str, form.hidden_fields()))
        return mark_safe(caches) + poser(self.layout.fields, form, context)


class AvecDisposition:
    """Ce que `{% crispy form %}` demande à un formulaire."""

    disposition = None
    mention = True  # des champs obligatoires; une ligne d'un tableau de saisie, un filtre s'en passent

    @property
    def helper(self):
        aide = ChampsSeuls()
        aide.layout, aide.mention = self.disposition or Layout(*self.fields), self.mention
        return aide


class Formulaire(AvecDisposition, forms.Form):
    """Tout formulaire de la maison."""


class FormulaireDeModele(AvecDisposition, forms.ModelForm):
    """Tout formulaire de la maison qui écrit un modèle."""
