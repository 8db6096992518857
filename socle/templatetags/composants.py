"""Les composants de page; leurs gabarits sont dans `templates/composants/`."""

from itertools import chain
from uuid import uuid4

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from socle.formulaires.rendu import attributs as ecrire_attributs
from socle.pages.adresses import adresse
from socle.texte.icones import icone
from socle.texte.pastilles import pastille
from socle.valeurs.memoire import par_contenu

register = template.Library()

register.simple_tag(pastille, name="etat")
register.simple_tag(icone)


@register.simple_block_tag
def avis(content, genre="info", titre="", niveau=2):
    return format_html('<div class="avis {}">{}{}</div>', genre, _titre(titre, niveau), content)


@register.simple_tag(takes_context=True)
def etape(context, libelle, vers):
    """Une étape du fil d'Ariane, vers une adresse ou son nom; rien vers une liste d'une seule ligne (`etapes_tues`)."""
    url = vers if vers.startswith("/") else reverse(vers)
    if url in context.get("etapes_tues", ()):
        return ""
    return format_html('<li><a href="{}">{}</a></li>', url, libelle)


@register.simple_block_tag
def carte(content, titre="", niveau=2, appui=False, id=""):
    return format_html(
        '<section class="carte{}"{}>{}{}</section>',
        " appui" if appui else "",
        format_html(' id="{}"', id) if id else "",
        _titre(titre, niveau),
        content,
    )


def _titre(titre, niveau):
    return format_html("<h{0}>{1}</h{0}>", niveau or 2, titre) if titre else ""


@register.simple_block_tag
def defilant(content, nom):
    """Autour d'un tableau : une région nommée, atteinte et défilée au clavier."""
    return format_html(
        '<div class="defilant" role="region" aria-label="{}" tabindex="0">{}</div>', nom, content
    )


@register.simple_block_tag
def replie(content, resume, ouvert=False):
    return format_html(
        '<details class="replie"{}><summary>{}</summary><div class="replie-contenu">{}</div></details>',
        " open" if ouvert else "",
        resume,
        content,
    )


@register.simple_block_tag
def groupe(content, legende, aide=""):
    precision = format_html('<p class="aide">{}</p>', aide) if aide else ""
    return format_html(
        '<fieldset class="groupe"><legend>{}</legend>{}{}</fieldset>', legende, precision, content
    )


@register.simple_block_tag
def vide(content, titre, url="", action=""):
    """Une liste sans rien à montrer : ce qui manque, pourquoi, et parfois quoi faire."""
    return format_html(
        '<div class="vide"><p class="vide-titre">{}</p><p>{}</p>{}</div>',
        titre,
        content,
        format_html('<p><a class="bouton" href="{}">{}</a></p>', url, action) if url else "",
    )


@par_contenu(places=1024)
def _rendu(donnees, gabarit):
    return render_to_string(gabarit, donnees)


@register.simple_tag
def fragment(gabarit, **donnees):
    """Un gabarit qui ne lit que ces données simples : rendu une fois, retrouvé tant qu'elles ne changent pas."""
    return _rendu(donnees, gabarit)


@register.inclusion_tag("composants/_empechements.html")
def empechements(phrases, titre):
    """Ce qui empêche un geste, une phrase par ligne; rien s’il n’y a rien."""
    return {"empechements": phrases, "titre": titre}


@register.inclusion_tag("composants/_reprise.html", takes_context=True)
def reprise(context, libelle, url_connexion=""):
    """Renvoyer la saisie qu'une séance expirée ou un jeton refusé a interrompue."""
    donnees = {nom: context[nom] for nom in ("adresse", "champs", "fichiers")}
    return donnees | {"libelle": libelle, "url_connexion": url_connexion}


@register.inclusion_tag("composants/_jauge.html")
def jauge(libelle, valeur, total):
    return {"libelle": libelle, "valeur": valeur, "total": total}


@register.inclusion_tag("composants/_tableau.html")
def tableau(legende, colonnes, lignes, vide="Aucune donnée."):
    """Un tableau simple. Colonnes : {libelle, nombre}; la première cellule d'une ligne en est l'en-tête."""
    alignees = [list(zip(ligne, colonnes, strict=True)) for ligne in lignes]
    return {"legende": legende, "colonnes": colonnes, "lignes": alignees, "vide": vide}


NIVEAUX = {"erreur": "Erreur", "avertissement": "Avertissement", "fait": "Conforme", "conseil": "Conseil"}


@register.simple_tag
def constats(liste):
    """Les constats d'une vérification : niveau, message, lien vers le champ et source de la règle."""
    if not liste:
        return ""
    lignes = format_html_join("", "{}", ((_constat(**constat),) for constat in liste))
    return format_html('<ul class="constats">{}</ul>', lignes)


def _constat(niveau, message, lien="", source=""):
    return format_html(
        '<li>{}<span><span class="visuellement-cache">{}\xa0: </span>{}{}</span></li>',
        icone(niveau),
        NIVEAUX[niveau],
        format_html('<a href="{}">{}</a>', lien, message) if lien else message,
        format_html("<small>{}</small>", source) if source else "",
    )


def _adresse(context, **changements):
    return adresse(context["request"].GET, **changements)


@register.inclusion_tag("composants/_liste.html", takes_context=True)
def liste(context, liste):
    """Toute une liste : filtres, nombre, exports, colonnes à choisir, tableau, pages (`socle.pages.listes`)."""
    return {"request": context["request"], "liste": liste, "filtres": liste.filtres.form}


@register.inclusion_tag("composants/_pagination.html", takes_context=True)
def pagination(context, page):
    numeros = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numeros": [
            (numero, _adresse(context, page=numero) if isinstance(numero, int) else "") for numero in numeros
        ],
        "precedente": _adresse(context, page=page.number - 1),
        "suivante": _adresse(context, page=page.number + 1),
    }


def _erreurs(elements):
    """(message, ancre) de chaque erreur, dans l'ordre de la page; un champ, ou un formulaire, qui a une `designation`
    s'y nomme."""
    soumis = [e for e in elements if isinstance(e, BaseForm | BaseFormSet) and e.is_bound]
    ensembles = [e for e in soumis if isinstance(e, BaseFormSet)]
    for ensemble in ensembles:
        yield from ((message, "") for message in ensemble.non_form_errors())
    for formulaire in chain.from_iterable(e.forms if e in ensembles else [e] for e in soumis):
        yield from ((message, "") for message in formulaire.non_field_errors())
        for champ in formulaire:
            if champ.errors:
                nom = getattr(champ.field, "designation", "") or getattr(formulaire, "designation", "")
                de_qui = f"{nom}\xa0: " if nom else ""
                yield from (
                    (f"{de_qui}{message}", "" if champ.is_hidden else champ.ancre)
                    for message in champ.messages_erreur
                )


@register.inclusion_tag("composants/_sommaire_erreurs.html")
def sommaire_erreurs(*elements):
    """Toutes les erreurs des formulaires donnés; chacune mène à son champ. Rien s'il n'y en a aucune."""
    fichier = any(getattr(element, "lit_un_fichier", False) for element in elements)
    return {"erreurs": list(_erreurs(elements)), "fichier": fichier}


@register.simple_tag(takes_context=True)
def prefixe_erreur(context):
    """« Erreur : » devant le titre de la page quand un formulaire soumis y est refusé."""
    for valeur in context.flatten().values():
        # `type`, et non `isinstance`, qui tirerait de la base les valeurs paresseuses du contexte.
        if issubclass(type(valeur), BaseForm | BaseFormSet) and valeur.is_bound and not valeur.is_valid():
            return "Erreur\xa0: "
    return ""


@register.simple_tag
def champs(formulaire, *noms):
    """Les champs nommés, ou tous : les cachés d'abord, puis chacun selon `templates/sdg/`."""
    lies = [formulaire[nom] for nom in noms] if noms else list(formulaire)
    ordonnes = [c for c in lies if c.is_hidden] + [c for c in lies if not c.is_hidden]
    return format_html_join("\n", "{}", ((c if c.is_hidden else c.as_field_group(),) for c in ordonnes))


@register.simple_tag
def attributs(attrs):
    """Les attributs d'une commande. Sûr : `socle.formulaires.rendu` échappe chaque valeur."""
    return mark_safe(ecrire_attributs(attrs))


@register.inclusion_tag("composants/_mention_obligatoires.html")
def mention_obligatoires(formulaire=None):
    if formulaire is None:
        return {"utile": True}
    return {"utile": any(c.field.required for c in formulaire if not c.is_hidden)}


@register.simple_tag
def envoi_unique():
    """Le jeton d'un formulaire dont l'envoi ne doit compter qu'une fois (`socle.formulaires.envois`)."""
    return format_html('<input type="hidden" name="jeton_d_envoi" value="{}">', uuid4())
