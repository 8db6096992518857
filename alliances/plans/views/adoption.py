"""L'adoption par la Table, et la réouverture d'une version adoptée trop vite."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from alliances.plans import regles
from alliances.plans.forms.gestes import AdoptionForm
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import accomplir, version_de_l_alliance
from alliances.plans.views.reperes import montrables
from socle.acces import exiger
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de
from socle.valeurs.horloge import aujourd_hui


def adoption(request, pk):
    version = version_de_l_alliance(request, pk)
    refus = peut(request.user, "adopter", version)
    form = AdoptionForm(donnees_de(request), request.FILES or None, version=version)
    if request.method == "POST":
        exiger(refus)
        if form.is_valid():
            return _adopter(request, version, form)
    empechements = version.empechements_a_adopter()
    constats = [] if empechements else regles.bloquants(regles.constats(version.contenu(), aujourd_hui()))
    return render(
        request,
        "plans/redaction/adoption.html",
        {
            "version": version,
            "form": form,
            "refus": refus,
            "empechements": empechements,
            "constats": montrables(version, constats),
        },
    )


def _adopter(request, version, form):
    donnees = form.cleaned_data
    adoptee = accomplir(
        request,
        version.adopter,
        evenement="adoption",
        adoptee_le=donnees["adoptee_le"],
        resolution=donnees["resolution"],
        mode=donnees["mode"],
        detail=donnees["detail"],
        piece=donnees["piece"],
    )
    if adoptee:
        messages.success(
            request,
            "L’adoption est inscrite. La personne autorisée à signer peut maintenant déposer le plan.",
        )
    return redirect("plans:tableau", pk=version.pk)


def reouverture(request, pk):
    version = version_de_l_alliance(request, pk)
    exiger(peut(request.user, "rouvrir", version))
    form = MotifForm(
        donnees_de(request),
        libelle="Pourquoi rouvrir le plan?",
        aide="Ce qui doit changer; le motif reste au journal du plan.",
    )
    if request.method == "POST" and form.is_valid():
        motif = form.cleaned_data["motif"]
        if accomplir(request, version.rouvrir, evenement="reouverture", motif=motif):
            messages.success(request, "Le plan est rouvert. La Table devra l’adopter de nouveau.")
        return redirect("plans:tableau", pk=pk)
    return render(
        request,
        "plans/redaction/reouverture.html",
        {
            "version": version,
            "form": form,
            "empechements": version.empechements_a_rouvrir(),
            "libelle_action": "Rouvrir le plan",
            "genre_action": "",
            "url_annuler": reverse("plans:tableau", args=[pk]),
        },
    )
