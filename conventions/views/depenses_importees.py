"""Importer l'export comptable : l'essai à blanc montre tout, puis la confirmation inscrit, tout ou rien."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conventions.forms.depenses_importees import ImportForm, desceller, sceller
from conventions.models import Depense
from conventions.permissions import peut
from conventions.views.depenses import LISTE, depensables
from conventions.views.gestes import convention_visible
from conventions.views.sorties import reperes_de_la_liste
from socle.acces import exiger
from socle.pages.gestes import MOTS, envoye, poser
from socle.texte.typographie import pluriel
from socle.valeurs.argent import ZERO, en_dollars


@require_http_methods(["GET", "HEAD", "POST"])
def importation(request, pk):
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "depenser", convention))
    enveloppes = depensables(request.user, convention)
    communs = MOTS | reperes_de_la_liste(convention, LISTE, "Dépenses")
    sel = f"depenses-{convention.pk}-{request.user.pk}"
    if request.method == "POST" and "jeton" in request.POST:
        return _confirmer(request, desceller(request.POST["jeton"], sel, enveloppes), communs["retour"])
    form = ImportForm(*envoye(request), enveloppes=enveloppes, utilisateur=request.user)
    contexte = communs | {
        "form": form,
        "titre": "Importer des dépenses",
        "ici": "Importer",
        "empechements": Depense.empechements_a_inscrire(convention, enveloppes),
        "empeche": "Aucune dépense ne s’inscrit",
        "libelle_action": "Lire le fichier",
        "genre_action": "",
        "url_annuler": communs["retour"],
    }
    if form.is_bound and form.is_valid():
        contexte["jeton"] = "" if form.fautives else sceller(form.neuves, sel)
        return render(request, "conventions/depenses/essai.html", contexte)
    return render(request, "conventions/depenses/importation.html", contexte)


def _confirmer(request, saisies, retour):
    if saisies is None:
        messages.error(request, "Ce que vous confirmez ne se lit plus\u00a0: importez le fichier de nouveau.")
    elif (lignes := poser(request, partial(Depense.inscrire_en_lot, saisies))) is not None:
        s, total = pluriel(len(lignes)), sum((ligne.montant for ligne in lignes), ZERO)
        messages.success(request, f"{len(lignes)} dépense{s} inscrite{s}\u00a0: {en_dollars(total)}.")
    return redirect(retour)
