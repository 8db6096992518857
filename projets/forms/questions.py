"""Les questions d'une demande, telles que ses formulaires les posent, pour qui les prépare avant d'avoir un compte."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone

from projets.canevas import PARTIES
from projets.forms.montage import DepensesForm, LignesForm, PartenairesForm, SourcesForm
from projets.forms.parties import (
    AdmissibiliteForm,
    BesoinForm,
    ObjectifsForm,
    OrganismeForm,
    PrioritesForm,
    ProjetForm,
    TerritoiresForm,
)
from projets.models import Initiative, PartieDemande
from projets.models.relecture import LUES
from socle.valeurs.horloge import aujourd_hui

FORMES = {  # par le code de leur partie
    forme.code: forme
    for forme in (
        *(OrganismeForm, AdmissibiliteForm, ProjetForm, BesoinForm, TerritoiresForm, PrioritesForm),
        *(ObjectifsForm, PartenairesForm, DepensesForm, SourcesForm),
    )
}
HORS = ("revision", "a_revoir")


@dataclass(frozen=True)
class Question:
    """`choix` : les réponses offertes, quand elles sont les mêmes partout."""

    libelle: str
    aide: str
    limite: int | None
    choix: tuple


@dataclass(frozen=True)
class Bloc:
    """Des questions qui se suivent; `au_plus` : combien de fois on y répond, si c'est par rangées."""

    titre: str
    aide: str
    questions: tuple
    au_plus: int | None = None


def questions_de(appel):
    """[(partie, [bloc])] dans l'ordre; les pièces n'ont pas de question."""
    vierge = _vierge(appel)
    return [(partie, [b for b in _blocs(partie.code, vierge) if b.questions]) for partie in PARTIES]


def _vierge(appel):
    """Une demande vide que la base ne connaît pas : ses formulaires n'y lisent aucune rangée."""
    debut = appel.debut_au_plus_tot or aujourd_hui()
    vierge = Initiative(
        pk=0, appel=appel, alliance=appel.alliance, debut=debut, fin=appel.fin_au_plus_tard or debut
    )
    modeles = {nom: Initiative._meta.get_field(nom).related_model for nom in LUES}
    vierge._prefetched_objects_cache = {nom: modele.objects.none() for nom, modele in modeles.items()}
    return vierge


def _blocs(code, vierge):
    if code not in FORMES:
        return
    lue = PartieDemande(code=code, modifiee_le=timezone.now())  # enregistrée : rien ne s'y propose
    form = FORMES[code](initiative=vierge, avancement=lue)
    if isinstance(form, LignesForm):
        noms = [form.champ(0, nom) for nom in form.decrire()]
        montants = (Question(f"Montant en {exercice}", "", None, ()) for exercice in form.exercices)
        yield Bloc(form.legende, "", (*_questions(form, noms), *montants), form.AU_PLUS)
        return
    yield from _disposes(form, form.disposition.fields if form.disposition else list(form.fields))


def _disposes(form, elements):
    """Les champs tels que la page les dispose; d'une rangée répétée, la première seule."""
    rangees, seuls = getattr(form, "rangees", None), []
    for element in elements:
        if not getattr(element, "legende", ""):
            seuls += _a_plat([element])
            continue
        yield Bloc("", "", tuple(_questions(form, seuls)))
        seuls = []
        noms = _a_plat(element.fields)
        if not rangees:
            yield Bloc(element.legende, element.aide, tuple(_questions(form, noms)))
        elif rangees.champ(0, rangees.tete) in noms:
            noms = [rangees.champ(0, nom) for nom in rangees.fabriques]
            yield Bloc(element.legende.removesuffix(" 1"), "", tuple(_questions(form, noms)), form.AU_PLUS)
    yield Bloc("", "", tuple(_questions(form, seuls)))


def _a_plat(elements):
    return [nom for e in elements for nom in (_a_plat(e.fields) if hasattr(e, "fields") else [e])]


def _questions(form, noms):
    for champ in (form[nom] for nom in noms if nom in form.fields and nom not in HORS):
        fixes = isinstance(champ.field, forms.ChoiceField) and not isinstance(
            champ.field, forms.ModelChoiceField
        )
        choix = tuple(mot for valeur, mot in champ.field.choices if valeur) if fixes else ()
        yield Question(champ.libelle, champ.aide, getattr(champ.field, "max_length", None), choix)
