"""Le rendu des formulaires : un seul balisage accessible, pour Django, allauth et crispy.

`FORM_RENDERER` désigne `RenduSdg`; chaque champ lié est un `ChampLie`, qui adapte les commandes ordinaires
de Django (date, nombre, fichier, choix, texte long) sans que les formulaires aient rien à écrire.
Les commandes de l'administration Django sont des sous-classes : elles ne sont pas touchées.
"""

import re
from decimal import Decimal

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from socle.erreurs import PieceRefusee
from socle.formulaires.rendu import rendre
from socle.models.pieces import EN_CLAIR, TAILLE_MAXIMALE, TYPES_ADMIS, verifier_fichier
from socle.texte.typographie import MOIS, nombre
from socle.valeurs.argent import SaisieMontant as MontantField
from socle.valeurs.invisibles import sans_controles

__all__ = [
    "ChampLie",
    "DateSouple",
    "EntierField",
    "MomentField",
    "MontantField",
    "PieceField",
    "RenduSdg",
    "TelephoneField",
]

# Codes d'erreur dont la phrase ne nomme pas le champ fautif : on la fait précéder de son libellé.
CODES_ANONYMES = {
    "invalid",
    "invalid_choice",
    "invalid_list",
    "invalid_pk_value",
    "invalid_date",
    "invalid_time",
    "max_length",
    "min_length",
    "max_value",
    "min_value",
    "max_digits",
    "max_decimal_places",
    "max_whole_digits",
    "decimales",
    "incomplete",
    "missing",
    "empty",
    "null_characters_not_allowed",
}


BORNES = {"max_value", "min_value"}
LONGUEURS = {"max_length", "min_length"}
GRANDS = re.compile(r"\d{4,}")
BLANCS = re.compile(r"[\t\n]+")

# Que faire d'un champ vide, selon la commande; une autre « se remplit ».
CONSIGNES = {
    forms.CheckboxInput: "Cochez la case",
    forms.FileInput: "Joignez un fichier dans le champ",
    forms.DateInput: "Indiquez une date dans le champ",
    forms.widgets.ChoiceWidget: "Choisissez une réponse dans le champ",
}


class SaisieNombre(forms.TextInput):
    """Un nombre tapé comme on l'écrit : « 1 234,5 ». Les espaces sont ignorées, la virgule devient point.

    `signe` : ce qu'on peut écrire à sa suite; « 15 % » vaut 15 où se saisit un pourcentage.
    """

    signe = ""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def value_from_datadict(self, data, files, name):
        valeur = super().value_from_datadict(data, files, name)
        tape = valeur and re.sub(r"\s", "", valeur).replace(",", ".").replace("−", "-")
        return tape and tape.removesuffix(self.signe)

    def format_value(self, value):
        """« 600 » pour les 600,00 de la base : des personnes ne se comptent pas au centième."""
        if isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        return super().format_value(str(value).replace(".", ",") if value is not None else None)


class SaisieDate(forms.DateInput):
    """Une date AAAA-MM-JJ, par le calendrier du navigateur."""

    input_type = "date"

    def __init__(self, attrs=None, format="%Y-%m-%d"):
        super().__init__(attrs, format)


class SaisieTexteLong(forms.Textarea):
    """Un texte long."""


class SaisieFichier(forms.ClearableFileInput):
    template_name = "sdg/widgets/fichier.html"


COMMANDES = {
    forms.NumberInput: SaisieNombre,
    forms.DateInput: SaisieDate,
    forms.Textarea: SaisieTexteLong,
    forms.ClearableFileInput: SaisieFichier,
    forms.FileInput: SaisieFichier,
}
TAILLES = {SaisieNombre: "taille-sm", SaisieDate: "taille-sm"}


def _adapter(commande):
    """La commande SDG qui remplace une commande ordinaire de Django; les autres restent telles quelles."""
    remplacante = COMMANDES.get(type(commande))
    if remplacante:
        attrs = {cle: v for cle, v in commande.attrs.items() if cle not in ("min", "max", "step")}
        nouvelle = remplacante(attrs)
        nouvelle.is_required, nouvelle.is_localized = commande.is_required, commande.is_localized
        commande = nouvelle
    if type(commande) in (forms.RadioSelect, forms.CheckboxSelectMultiple):
        commande.template_name = "sdg/widgets/choix.html"
    if type(commande) in TAILLES:
        commande.attrs.setdefault("class", TAILLES[type(commande)])
    return commande


class ChampLie(forms.BoundField):
    """Un champ, sa valeur et ses messages, prêts pour `socle.formulaires.rendu`."""

    GABARITS = {"case": "sdg/case.html", "groupe": "sdg/groupe.html", "simple": "sdg/champ.html"}

    def __init__(self, form, field, name):
        field.widget = _adapter(field.widget)
        if isinstance(field, forms.IntegerField) and type(field.widget) is SaisieNombre:
            entier = type(field) is forms.IntegerField or isinstance(field, EntierField)
            field.widget.attrs["inputmode"] = "numeric" if entier else "decimal"
            field.widget.signe = "" if entier else "%"
        self.limite = None
        if type(field.widget) in (forms.TextInput, SaisieTexteLong):
            # Le navigateur couperait sans le dire un texte collé : on garde tout, et le serveur explique.
            limite = field.widget.attrs.pop("maxlength", None)
            self.limite = limite if isinstance(field.widget, SaisieTexteLong) else None
        super().__init__(form, field, name)

    @property
    def data(self):
        """Ce qui est tapé ou collé, sans les caractères invisibles; sur une seule ligne, un saut est une espace.

        Nettoyer plutôt que refuser : ils viennent d'un collage (Word), et la personne ne les voit pas.
        """
        valeur = super().data
        if not isinstance(valeur, str):
            return valeur
        propre = sans_controles(valeur)
        if isinstance(self.field.widget, forms.TextInput):
            propre = BLANCS.sub(" ", propre)
        return type(valeur)(propre)

    @property
    def template_name(self):
        return self.field.template_name or self.GABARITS[self.genre]

    @property
    def genre(self):
        if isinstance(self.field.widget, forms.CheckboxInput):
            return "case"
        return "groupe" if self.use_fieldset else "simple"

    @property
    def libelle(self):
        """Le libellé, première lettre en capitale, sans deux-points."""
        libelle = str(self.label)
        return libelle[:1].upper() + libelle[1:]

    @property
    def aide(self):
        """Le texte d'aide, balisé. Sûr : il vient du code (formulaires, Django), jamais d'une personne.

        Un navigateur ne garde pas le fichier d'un envoi refusé : celui qui convenait est à choisir de nouveau.
        """
        aide = mark_safe(self.help_text)
        return format_html("{} <strong>{}</strong>", aide, perdu) if (perdu := self._fichier_perdu) else aide

    @property
    def _fichier_perdu(self):
        fichier = isinstance(self.field.widget, SaisieFichier) and self.form.files.get(self.html_name)
        if not fichier or not self.form.errors or self.errors:
            return ""
        return f"Choisissez de nouveau «\xa0{fichier.name}\xa0»\xa0: l’envoi refusé ne l’a pas gardé."

    @property
    def messages_erreur(self):
        """Les erreurs en toutes lettres; chacune nomme son champ."""
        return [self._expliquer(erreur) for erreur in self.errors.as_data()]

    def _expliquer(self, erreur):
        message = " ".join(erreur.messages)
        if erreur.code == "required" and message == forms.Field.default_error_messages["required"]:
            return self._reclamer()
        if erreur.code in BORNES:
            limite = nombre(erreur.params["limit_value"])
            message = erreur.message % (erreur.params | {"limit_value": limite})
        message = (
            GRANDS.sub(lambda trouve: nombre(int(trouve[0])), message)
            if erreur.code in LONGUEURS
            else message
        )
        if erreur.code in CODES_ANONYMES:
            return f"{self.libelle}\xa0: {message[:1].lower()}{message[1:]}"
        return message

    def _reclamer(self):
        """Ce qu'il faut faire d'un champ laissé vide."""
        if self.libelle.endswith("?"):
            return f"Répondez à la question «\xa0{self.libelle}\xa0»."
        commande = self.field.widget
        consigne = next(
            (c for genre, c in CONSIGNES.items() if isinstance(commande, genre)), "Remplissez le champ"
        )
        return f"{consigne} «\xa0{self.libelle}\xa0»."

    @property
    def aria_describedby(self):
        ids = super().aria_describedby
        if ids is None:  # la commande a déjà la sienne
            return None
        ids = ids.split()
        if self.limite and self.auto_id and f"{self.auto_id}_limite" not in ids:
            ids.append(f"{self.auto_id}_limite")
        return " ".join(ids)

    @property
    def ancre(self):
        """L'id vers lequel mène le sommaire d'erreurs : la commande, ou la première d'un groupe."""
        if self.use_fieldset and len(self.subwidgets):
            return self.subwidgets[0].id_for_label or self.auto_id
        return self.id_for_label or self.auto_id

    def build_widget_attrs(self, attrs, widget=None):
        """Ce que Django ajoute à une commande, sans `required` : le serveur seul refuse, et rend la saisie."""
        cachee, attrs = (widget or self.field.widget).is_hidden, dict(attrs)
        if self.field.disabled:
            attrs["disabled"] = True
        if self.errors and not cachee:
            attrs["aria-invalid"] = "true"
        if not self.use_fieldset:
            if not attrs.get("aria-describedby") and (decrite_par := self.aria_describedby):
                attrs["aria-describedby"] = decrite_par
            if self.field.required and not cachee:
                attrs["aria-required"] = "true"
        return attrs


class RenduSdg(TemplatesSetting):
    """Le rendu de la maison; `{{ form }}` donne sommaire d'erreurs, mention des obligatoires et champs."""

    form_template_name = "sdg/formulaire.html"
    formset_template_name = "sdg/ensemble.html"
    field_template_name = "sdg/champ.html"
    bound_field_class = ChampLie

    def render(self, template_name, context, request=None):
        rendu = rendre(template_name, context)
        return super().render(template_name, context, request) if rendu is None else rendu


class EntierField(forms.IntegerField):
    """Un nombre entier, espaces de groupement permises."""

    widget = SaisieNombre


class TelephoneField(forms.CharField):
    """Un numéro à dix chiffres au moins, écrit comme on l'écrit, et son poste au besoin."""

    ECRIT = re.compile(
        r"\+?[\d\s().\-\u2011]+?(?:[,;]?\s*(?:poste|p\.|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE
    )
    POSTE = re.compile(r"[a-z#].*", re.IGNORECASE)

    def validate(self, value):
        super().validate(value)
        chiffres = re.sub(r"\D", "", self.POSTE.sub("", value or ""))
        if value and not (self.ECRIT.fullmatch(value) and 10 <= len(chiffres) <= 15):
            raise forms.ValidationError(
                "Écrivez un numéro de téléphone à dix chiffres, par exemple «\xa0418 555-0100, poste 2\xa0»."
            )


class DateSouple(forms.DateField):
    """Une date : « 2026-03-31 », « 2026 03 31 » ou, tapée à la main, « 31 mars 2026 »."""

    widget = SaisieDate
    default_error_messages = {"invalid": "Entrez une date, par exemple 31 mars 2026 ou 2026-03-31."}
    EN_LETTRES = re.compile(rf"(?:le\s+)?(\d{{1,2}})(?:er)?\s+({'|'.join(MOIS)})\s+(\d{{4}})", re.IGNORECASE)

    def to_python(self, value):
        if isinstance(value, str) and (lettres := self.EN_LETTRES.fullmatch(value.strip())):
            jour, mois, an = lettres.groups()
            value = f"{an}-{MOIS.index(mois.lower()) + 1:02}-{int(jour):02}"
        return super().to_python(value)


class SaisieMoment(forms.DateTimeInput):
    """Un jour et une heure, par le calendrier du navigateur; tapé, « 2026-05-15 16:30 »."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, "%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """Un instant à la minute, à l'heure de Québec : « 2026-05-15 16:30 », « 2026-05-15 16 h 30 »."""

    widget = SaisieMoment
    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
    default_error_messages = {"invalid": "Entrez une date et une heure, par exemple 2026-05-15 16:30."}
    HEURE = re.compile(r"\s*h\s*")

    def __init__(self, **options):
        super().__init__(**{"input_formats": self.input_formats} | options)

    def to_python(self, value):
        if isinstance(value, str):
            value = self.HEURE.sub(":", value.strip())
            value = f"{value}00" if value.endswith(":") else value
        return super().to_python(value)


class PieceField(forms.FileField):
    """Une pièce à téléverser : extension, contenu et taille vérifiés par les règles du socle."""

    widget = SaisieFichier

    def __init__(self, *, types=None, taille_max=TAILLE_MAXIMALE, **options):
        self.suffixes = [f".{t.lstrip('.')}" for t in types] if types else list(TYPES_ADMIS)
        self.taille_max = taille_max
        en_clair = ", ".join(s[1:].upper() for s in self.suffixes) if types else EN_CLAIR
        options.setdefault("help_text", f"{en_clair}; {taille_max // 1_000_000}\xa0Mo au plus.")
        super().__init__(**options)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ",".join(self.suffixes)}

    def to_python(self, data):
        if data in self.empty_values:
            return None
        try:
            verifier_fichier(data)
        except PieceRefusee as refus:
            raise forms.ValidationError(str(refus), code="piece_refusee") from refus
        if data.size > self.taille_max:
            raise forms.ValidationError(
                f"«\xa0{data.name}\xa0» dépasse la taille permise de {self.taille_max // 1_000_000}\xa0Mo.",
                code="piece_trop_lourde",
            )
        if not data.name.lower().endswith(tuple(self.suffixes)):
            attendus = ", ".join(self.suffixes)
            raise forms.ValidationError(
                f"«\xa0{data.name}\xa0» n’est pas d’un type admis ici\xa0: {attendus}.", code="piece_type"
            )
        return data
