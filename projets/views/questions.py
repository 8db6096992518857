"""Une question lue à travers les dossiers d'un appel : ce que chacun y a répondu, et les rangées qu'il y a remplies."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from projets.canevas import PARTIES
from projets.models import AppelProjets, Initiative
from projets.models.evaluations import ouvertes_a
from projets.models.initiatives import A_L_ETUDE
from projets.views.appels import reperes
from projets.views.selection import QUESTIONS, suivi_de
from socle.texte.typographie import argent, date_longue, nombre
from socle.valeurs.exercice import Exercice


def _personnes(prevues):
    nouvelles = f", dont {nombre(prevues.nouvelles)} nouvelles" if prevues.nouvelles else ""
    return f"{prevues.exercice}\xa0: {nombre(prevues.nombre)}{nouvelles}"


def _objectif(objectif):
    cible = f"cible\xa0: {nombre(objectif.cible)} {objectif.unite}" if objectif.cible else ""
    pour = f"pour le {date_longue(objectif.pour_le)}" if objectif.pour_le else ""
    return ", ".join(filter(None, (objectif.objectif, cible, pour)))


def _partenaire(partenaire):
    apports = "; ".join(filter(None, (partenaire.humain, partenaire.materiel, partenaire.financier)))
    confirme = "confirmé" if partenaire.confirme else "pas encore confirmé"
    return f"{partenaire}\xa0: {apports} ({confirme})"


def _source(source):
    dites = f"{source.get_forme_display().lower()}, {source.get_certitude_display().lower()}"
    return f"{source}, {Exercice(source.an)}\xa0: {argent(source.montant)} ({dites})"


# {relation: (ce qu'on y lit, comment une rangée se dit)}
RANGEES = {
    "populations": ("Populations", str),
    "personnes_prevues": ("Personnes distinctes", _personnes),
    "territoires": ("Territoires", str),
    "priorites": ("Priorités du plan", str),
    "objectifs": ("Objectifs", _objectif),
    "partenaires": ("Partenaires", _partenaire),
    "depenses": ("Dépenses", lambda d: f"{d}, {Exercice(d.an)}\xa0: {argent(d.montant)}"),
    "sources": ("Sources", _source),
}
# Ce que la page d'une partie lit pour ses règles n'est pas ce qu'on y répond.
A_LIRE = {
    **{partie.code: partie.rangees for partie in PARTIES},
    "priorites": ("priorites",),
    "objectifs": ("objectifs",),
    "partenaires": ("partenaires",),
    "depenses": ("depenses",),
    "sources": ("sources",),
}


def _champs_a_lire(appel, partie):
    """[(champ, libellé)] d'une partie qui s'écrit; les questions de la région gardent leurs mots."""
    region = dict(appel.questions)
    for champ in partie.champs:
        if not champ.startswith("reponse_"):
            yield champ, str(Initiative._meta.get_field(champ).verbose_name).capitalize()
        elif champ in region:
            yield champ, region[champ]


def _a_travers(request, pk):
    """(repères, demandes à lire) : à qui choisit, celles à l'étude; à qui évalue, celles qui lui sont ouvertes."""
    ouvertes = ouvertes_a(request.user).filter(appel=pk)
    suivent = AppelProjets.objects.visibles_par(request.user).filter(pk=pk)
    if not suivent and ouvertes:
        appel = AppelProjets.objects.select_related("alliance__cycle", "territoire").get(pk=pk)
        etapes = [("Dossiers à évaluer", reverse("projets:dossiers"))]
        return reperes(appel) | {"etapes": etapes, "page": "projets:notation", "evalue": True}, ouvertes
    appel = suivi_de(request, pk)
    visibles = appel.initiatives.visibles_par(request.user).filter(etat__in=A_L_ETUDE)
    etapes = [*reperes(appel)["etapes"], ("Sélection", reverse("projets:selection", args=[pk]))]
    return reperes(appel) | {"etapes": etapes, "page": "projets:demande_deposee", "evalue": False}, visibles


@require_safe
def question(request, pk, code):
    """Une partie, toutes les demandes qui se lisent : côte à côte, ou l'une sous l'autre au téléphone."""
    lieu, demandes = _a_travers(request, pk)
    appel = lieu["appel"]
    partie = next((p for p in PARTIES if p.code == code and code in dict(QUESTIONS)), None)
    if partie is None:
        raise Http404("Cette partie ne se lit pas à travers les dossiers.")
    champs, relations = list(_champs_a_lire(appel, partie)), A_LIRE[code]
    demandes = demandes.exclude(Initiative.objects.condition_de_soi(request.user))
    demandes = demandes.select_related("organisme").order_by("numero")
    demandes = demandes.prefetch_related(*relations)
    lues = [(i, _reponses(i, champs), _remplies(i, relations)) for i in demandes]
    contexte = {"partie": partie, "lues": lues, "questions": QUESTIONS}
    return render(request, "projets/selection/question.html", lieu | contexte)


def _reponses(initiative, champs):
    return [(libelle, _en_mots(initiative, champ)) for champ, libelle in champs]


def _remplies(initiative, relations):
    """[(ce qu'on y lit, [chaque rangée, en mots])]."""
    return [(RANGEES[r][0], list(map(RANGEES[r][1], getattr(initiative, r).all()))) for r in relations]


def _en_mots(initiative, champ):
    """Ce que l'organisme a répondu, tel qu'il l'a écrit."""
    valeur = getattr(initiative, champ)
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, list):
        return ", ".join(map(str, Initiative._meta.get_field(champ).libelles(valeur)))
    return getattr(initiative, f"get_{champ}_display", lambda: valeur)()
