"""Deux personnes sur la même carte : champ par champ, l'enregistré et le mien, mots marqués."""

from django.utils.html import escape

from alliances.plans.comparaison import differences_de_texte
from socle.formulaires.widgets import TexteRicheField
from socle.texte.typographie import nombre


def differences_de_carte(actuel, form, collaborations=None):
    """[(libellé, blocs)] des champs où la saisie diffère de ce qui est enregistré."""
    lignes = []
    for nom in form.fields:
        if nom in ("revision", "tous"):
            continue
        avant, apres = (
            _en_html(form, nom, _enregistre(actuel, nom)),
            _en_html(form, nom, form.cleaned_data[nom]),
        )
        if avant != apres:
            lignes.append((form[nom].label, differences_de_texte(avant, apres)))
    if collaborations is not None:
        avant = [(c.nom, c.secteur, c.contribution) for c in actuel.collaborateurs.select_related("secteur")]
        apres = collaborations.lignes()
        if avant != apres:
            blocs = differences_de_texte(_liste(avant), _liste(apres))
            lignes.append(("Collaboratrices et collaborateurs", blocs))
    return lignes


def _enregistre(actuel, nom):
    champ = actuel._meta.get_field(nom)
    return getattr(actuel, nom).all() if champ.many_to_many else getattr(actuel, nom)


def _en_html(form, nom, valeur):
    """La valeur d'un champ en texte riche : tel quel, en liste ou en paragraphe."""
    champ = form.fields[nom]
    if isinstance(champ, TexteRicheField):
        return valeur or ""
    if hasattr(valeur, "__iter__") and not isinstance(valeur, str):
        return "".join(f"<p>{escape(mot)}</p>" for mot in sorted(map(str, valeur)))
    if valeur in (None, ""):
        return ""
    if nom == "palier":
        valeur = dict(champ.choices).get(valeur, valeur)
    return f"<p>{escape(nombre(valeur) if _est_un_nombre(valeur) else valeur)}</p>"


def _est_un_nombre(valeur):
    return hasattr(valeur, "__truediv__") and not isinstance(valeur, str)


def _liste(lignes):
    """Une ligne par collaboration, en paragraphes."""
    return "".join(
        f"<p>{escape(' · '.join(filter(None, [nom, str(secteur or ''), contribution])))}</p>"
        for nom, secteur, contribution in lignes
    )
