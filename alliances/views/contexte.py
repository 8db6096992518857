"""Choisir au nom de quel mandat l'on travaille; les droits, eux, restent ceux de tous ses mandats."""

from django.contrib import messages
from django.shortcuts import redirect, render

from alliances.forms.mandats import ContexteForm
from alliances.models.mandats import droits_de
from socle.pages.gestes import donnees_de


def contexte(request):
    mandats = droits_de(request.user).mandats
    form = ContexteForm(donnees_de(request), mandats=mandats, courant=request.mandat)
    if request.method == "POST" and form.is_valid():
        choisi = form.cleaned_data["mandat"]
        request.session["mandat"] = choisi.pk
        messages.success(request, f"Vous travaillez maintenant ainsi\u00a0: {choisi}.")
        return redirect("/")
    return render(request, "alliances/contexte.html", {"form": form, "mandats": mandats})
