"""Le balisage d'un champ et de sa commande, écrit sans gabarit.

Un formulaire de vingt champs rendrait plus de cent petits gabarits : une fois et demie la page vide (ADR 12). Ici,
chaque gabarit que Django demande (`CHAMPS`, `COMMANDES`) est une fonction; les autres restent des gabarits ordinaires.

Preuve pour chaque `mark_safe` : tout ce qui n'est pas écrit ici passe par `conditional_escape` (`echapper`).
"""

from django.utils.html import conditional_escape as echapper
from django.utils.safestring import mark_safe

from socle.texte.icones import icone
from socle.texte.typographie import nombre


def attributs(attrs):
    """Les attributs d'une balise; `True` n'a pas de valeur, `False` et `None` n'apparaissent pas."""
    return "".join(
        f" {nom}" if valeur is True else f' {nom}="{echapper(str(valeur))}"'
        for nom, valeur in attrs.items()
        if valeur is not False and valeur is not None
    )


def saisie(widget):
    valeur = widget["value"]
    ecrite = "" if valeur is None else f' value="{echapper(str(valeur))}"'
    return f'<input type="{widget["type"]}" name="{echapper(widget["name"])}"{ecrite}{attributs(widget["attrs"])}>'


def zone_de_texte(widget):
    texte = echapper(widget["value"] or "")
    return f'<textarea name="{echapper(widget["name"])}"{attributs(widget["attrs"])}>\n{texte}</textarea>'


def _option(option):
    valeur = echapper(str(option["value"]))
    return f'<option value="{valeur}"{attributs(option["attrs"])}>{echapper(option["label"])}</option>'


def liste_deroulante(widget):
    groupes = []
    for nom, options, _ in widget["optgroups"]:
        lignes = "".join(map(_option, options))
        groupes.append(f'<optgroup label="{echapper(nom)}">{lignes}</optgroup>' if nom else lignes)
    return (
        f'<select name="{echapper(widget["name"])}"{attributs(widget["attrs"])}>{"".join(groupes)}</select>'
    )


def _choix(option):
    cible = attributs({"for": option["attrs"].get("id")})
    return f'<div class="choix">{saisie(option)}<label{cible}>{echapper(option["label"])}</label></div>'


def liste_de_choix(widget):
    """Cases ou boutons d'option : une ligne chacun."""
    lignes = []
    for nom, options, _ in widget["optgroups"]:
        lignes += [f'<p class="groupe-choix">{echapper(nom)}</p>'] if nom else []
        lignes += map(_choix, options)
    identifiant = attributs({"id": widget["attrs"].get("id")})
    return f'<div class="liste-choix"{identifiant}>{"".join(lignes)}</div>'


def _libelle(champ):
    obligatoire = (
        ' <span class="obligatoire" aria-hidden="true">*</span>'
        '<span class="visuellement-cache"> (obligatoire)</span>'
    )
    return echapper(champ.libelle) + (obligatoire if champ.field.required else "")


def _aide(champ):
    return f'<div class="aide" id="{champ.auto_id}_helptext">{champ.aide}</div>' if champ.help_text else ""


def _erreurs(champ):
    if not champ.errors:
        return ""
    phrases = "".join(
        f'<p>{icone("erreur")}<span class="visuellement-cache">Erreur\xa0: </span>{echapper(message)}</p>'
        for message in champ.messages_erreur
    )
    return f'<div class="erreur" id="{champ.auto_id}_error">{phrases}</div>'


def _aide_et_erreurs(champ):
    return _aide(champ) + _erreurs(champ)


def _limite(champ):
    if not champ.limite:
        return ""
    return (
        f'<p class="limite" id="{champ.auto_id}_limite" data-limite="{champ.limite}">'
        f"{nombre(champ.limite)} caractères au plus</p>"
    )


def _classe(champ, classe):
    return f'class="{classe}{" fautif" if champ.errors else ""}"'


def champ_simple(champ):
    return (
        f'<div {_classe(champ, "champ")}><label for="{champ.id_for_label}">{_libelle(champ)}</label>'
        f"{_aide_et_erreurs(champ)}{champ}{_limite(champ)}</div>"
    )


def champ_case(champ):
    """L'aide suit la case : au-dessus, elle semblerait celle du champ d'avant."""
    return (
        f"<div {_classe(champ, 'champ champ-case')}>{_erreurs(champ)}"
        f'<div class="choix">{champ}<label for="{champ.id_for_label}">{_libelle(champ)}</label></div>'
        f"{_aide(champ)}</div>"
    )


def champ_groupe(champ):
    decrit = attributs({"aria-describedby": champ.aria_describedby or None})
    return (
        f"<fieldset {_classe(champ, 'champ')}{decrit}><legend>{_libelle(champ)}</legend>"
        f"{_aide_et_erreurs(champ)}{champ}</fieldset>"
    )


CHAMPS = {"sdg/champ.html": champ_simple, "sdg/case.html": champ_case, "sdg/groupe.html": champ_groupe}
SAISIES = ("text", "number", "email", "url", "password", "hidden", "date", "time", "checkbox", "input")
COMMANDES = {f"django/forms/widgets/{nom}.html": saisie for nom in SAISIES} | {
    "django/forms/widgets/textarea.html": zone_de_texte,
    "django/forms/widgets/select.html": liste_deroulante,
    "sdg/widgets/choix.html": liste_de_choix,
}


def rendre(gabarit, contexte):
    """Le balisage de ce gabarit, ou `None` s'il n'est pas d'ici."""
    if fonction := COMMANDES.get(gabarit):
        return mark_safe(fonction(contexte["widget"]))
    if fonction := CHAMPS.get(gabarit):
        return mark_safe(fonction(contexte["field"]))
    return None
