"""Les portes communes : trouver l'Alliance que l'on peut voir, enregistrer une saisie, confirmer un retrait."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from alliances.models import Alliance
from alliances.models.changements import ajouter, empechements_a_retirer, modifier, retirer
from alliances.permissions import peut_decrire
from socle.acces import exiger
from socle.erreurs import TransitionInterdite, VersionPerimee

LUES = Alliance.objects.select_related("cycle", "table_regionale", "profil_gouvernance")


def alliance_visible(request, slug):
    """L'Alliance de cette adresse, unique d'un cycle à l'autre; 404 si la personne ne la voit pas."""
    return get_object_or_404(LUES.visibles_par(request.user), slug=slug)


def alliance_suivie(request, slug):
    """L'Alliance dont la personne voit la gouvernance et l'histoire : un porteur ne les voit pas."""
    return get_object_or_404(LUES.suivies_par(request.user), slug=slug)


def alliance_decrite(request, slug):
    """L'Alliance que la personne peut décrire; 403 avec la raison sinon."""
    alliance = alliance_suivie(request, slug)
    exiger(peut_decrire(request.user, alliance))
    return alliance


def saisie(request):
    """Ce qui est envoyé, ou `None` à l'ouverture de la page."""
    return request.POST if request.method == "POST" else None


def saisir(request, form, *, alliance, titre, retour, fait, gabarit="alliances/saisie.html", **contexte):
    """Montre le formulaire; à l'envoi, enregistre et revient à `retour`. Un conflit se dit (409)."""
    if request.method == "POST" and form.is_valid() and enregistrer(form, par=request.user):
        messages.success(request, fait)
        return redirect(retour)
    contexte |= {"form": form, "alliance": alliance, "titre": titre, "retour": retour}
    return render(request, gabarit, contexte, status=409 if getattr(form, "conflit", False) else 200)


def enregistrer(form, *, par):
    """Fait le geste; un refus devient une erreur du formulaire, et rien de ce qui est tapé ne se perd."""
    try:
        if form.neuf:
            ajouter(form.instance, par=par)
        else:
            modifier(form.instance, par=par, vu=form.cleaned_data["vu"])
    except VersionPerimee as refus:
        form.add_error(None, f"{refus} Pour garder votre saisie, enregistrez de nouveau.")
        form.garder_le_repere()
        form.conflit = True
        return False
    except ValidationError as refus:
        form.add_error(None, refus.messages)
        return False
    return True


def confirmer_le_retrait(request, objet, *, alliance, titre, retour, fait, emporte=()):
    """Une page qui dit ce qui disparaît; le retrait au second temps."""
    if request.method == "POST":
        try:
            retirer(objet, par=request.user)
            messages.success(request, fait)
        except TransitionInterdite as refus:
            messages.error(request, str(refus))
        return redirect(retour)
    empechements = empechements_a_retirer(objet)
    return render(
        request,
        "alliances/empechement.html" if empechements else "alliances/retrait.html",
        {
            "objet": objet,
            "alliance": alliance,
            "titre": titre,
            "emporte": emporte,
            "empechements": empechements,
            "libelle_action": "Retirer",
            "genre_action": "danger",
            "url_annuler": retour,
            "form": None,
        },
    )
