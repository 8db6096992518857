"""Vérifier le plan : toutes les réponses, les quinze éléments du guide, ce qui bloque et ce qui mérite un regard."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliances.plans import canevas, regles
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import version_de_l_alliance
from alliances.plans.views.reperes import adresse, arbre, montrables
from socle.valeurs.horloge import aujourd_hui

ETATS = {"repondu": ("Répondu", "bien"), "partiel": ("En partie", "attention"), "non": ("À faire", "afaire")}


@require_safe
def verification(request, pk):
    version = version_de_l_alliance(request, pk)
    contenu = version.contenu()
    constats = regles.constats(contenu, aujourd_hui())
    return render(
        request,
        "plans/redaction/verification.html",
        {
            "version": version,
            "contenu": contenu,
            "decompte": regles.decompte(constats),
            "groupes_de_constats": _par_genre(version, constats),
            "elements": [_element(version, reponse) for reponse in regles.elements_repondus(contenu)],
            "sections": _sections(version, contenu),
            "noeuds": arbre(version, contenu),
            "suite": _suite(request.user, version),
        },
    )


def _suite(utilisateur, version):
    """(page, libellé) du geste que l'état permet et qui revient à cette personne, ou `None`."""
    page, geste, libelle = {
        "brouillon": ("plans:adoption", "adopter", "Adopter le plan"),
        "adoptee": ("plans:depot", "deposer", "Déposer le plan"),
        "a_corriger": ("plans:depot", "deposer", "Déposer le plan"),
    }.get(version.etat, ("", "", ""))
    return (page, libelle) if geste and peut(utilisateur, geste, version) is None else None


def _par_genre(version, constats):
    """(titre, constats) des erreurs, des avertissements et des conseils; les groupes vides sont omis."""
    titres = (
        ("erreur", "À régler avant le dépôt"),
        ("avertissement", "À regarder"),
        ("conseil", "Pour aller plus loin"),
    )
    groupes = ((titre, [c for c in constats if c.genre == genre]) for genre, titre in titres)
    return [(titre, montrables(version, liste)) for titre, liste in groupes if liste]


def _element(version, reponse):
    libelle, genre = ETATS[reponse.etat]
    return {
        "numero": reponse.element.numero,
        "libelle": reponse.element.libelle,
        "etat": libelle,
        "genre": genre,
        "lieux": [{"libelle": lieu.libelle, "url": adresse(version, lieu.ancre)} for lieu in reponse.lieux],
    }


def _sections(version, contenu):
    """Chaque section rédigée, son texte et l'adresse où la modifier."""
    textes = {section["code"]: section for section in contenu["sections"]}
    return [
        {
            "code": section.code,
            "titre": section.titre,
            "texte": textes[section.code]["texte"],
            "terminee": textes[section.code]["terminee"],
            "url": adresse(version, ("section", section.code)),
        }
        for section in canevas.canevas(version.plan.alliance.cycle.code).sections_redigees
        if section.code in textes
    ]
