"""La saisie du texte riche : une zone de texte en notation légère, qu'un script change en éditeur."""

from django import forms
from django.forms.widgets import Script
from django.utils.safestring import mark_safe

from socle.texte.riche import depuis_texte, nettoyer, texte_nu, vers_texte

LONGUEUR_MAX = 200_000
# Le HTML gardé peut dépasser le texte, mais un texte ordinaire n'y ajoute pas la moitié de sa longueur.
PART_DES_BALISES = 4


class Notation(str):
    """Un texte tapé en notation légère, à ne pas prendre pour le HTML d'une rangée."""


class RedactionWidget(forms.Textarea):
    """Zone de texte en notation légère; avec JavaScript, éditeur qui envoie du HTML.

    `<nom>_format` dit ce qui est envoyé : « texte » (notation légère, par défaut) ou « html ». La valeur rendue
    est toujours de la notation légère : en cas d'erreur, c'est elle qu'on montre de nouveau.
    """

    template_name = "sdg/widgets/redaction.html"

    class Media:
        js = (Script("js/redaction.js", type="module"),)

    def value_from_datadict(self, data, files, name):
        valeur = data.get(name)
        if valeur is None:
            return None
        if data.get(f"{name}_format") == "html":
            return Notation(vers_texte(valeur))
        return Notation(valeur.replace("\r\n", "\n").replace("\r", "\n"))

    def format_value(self, value):
        if value is None or isinstance(value, Notation):
            return value or ""
        return vers_texte(value)

    def get_context(self, name, value, attrs):
        contexte = super().get_context(name, value, attrs)
        commande = contexte["widget"]
        commande["attrs"].pop("maxlength", None)  # le navigateur couperait sans le dire un texte collé
        # Preuve : `depuis_texte` n'écrit que les balises permises; texte et adresses y sont échappés
        # (socle/texte/riche/ecriture.py), comme le vérifie tests/socle/test_texte_riche_hostile.py.
        html = mark_safe(depuis_texte(commande["value"]))
        return contexte | {"widget": commande | {"html": html}}


class TexteRicheField(forms.CharField):
    """Un texte riche : rend du HTML assaini, « » s'il n'y a pas un mot.

    `longueur_max` est en caractères de texte, sans les balises. Lève `ValidationError` (code `trop_long`)
    au-delà; ce qui a été tapé est gardé tel quel dans la zone.
    """

    widget = RedactionWidget

    def __init__(self, *, longueur_max=LONGUEUR_MAX, **options):
        self.longueur_max = longueur_max
        options.pop("max_length", None)
        super().__init__(strip=False, **options)

    def to_python(self, value):
        if value in self.empty_values:
            return ""
        html = depuis_texte(value) if isinstance(value, Notation) else nettoyer(str(value))
        longueur = len(texte_nu(html))
        if longueur > self.longueur_max or len(html) > PART_DES_BALISES * self.longueur_max + 10_000:
            raise forms.ValidationError(
                f"Ce texte est trop long\xa0: {_grand(max(longueur, self.longueur_max + 1))} caractères. "
                f"Le maximum est de {_grand(self.longueur_max)}. Raccourcissez-le ou joignez une annexe; "
                "rien de ce que vous avez tapé n’est perdu.",
                code="trop_long",
            )
        return html

    def has_changed(self, initial, data):
        """Compare les contenus : passer de l'éditeur à la zone de texte n'est pas un changement."""
        return not self.disabled and nettoyer(initial or "") != depuis_texte(data or "")


def _grand(nombre: int) -> str:
    return f"{nombre:,}".replace(",", "\xa0")
