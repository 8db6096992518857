"""Reprendre ce qui a déjà été écrit : une autre version, ou le plan d'un autre cycle."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from alliances.plans import canevas
from alliances.plans.forms.gestes import RepriseForm
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.gestes import accomplir, version_de_l_alliance
from socle.acces import exiger
from socle.pages.gestes import donnees_de


def reprise(request, pk):
    version = version_de_l_alliance(request, pk)
    exiger(peut_rediger(request.user, version))
    sources = version.sources_de_reprise()
    vides = _sections_vides(version)
    form = RepriseForm(donnees_de(request), sources=sources, vides=vides)
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        if accomplir(
            request,
            version.reprendre,
            donnees["source"],
            sections=donnees.get("sections", ()),
            priorites=donnees["priorites"],
            annexes=donnees["annexes"],
        ):
            messages.success(request, "La reprise est faite. Relisez tout ce qui est marqué « Repris de… ».")
            return redirect("plans:tableau", pk=pk)
    return render(
        request,
        "plans/redaction/reprise.html",
        {
            "version": version,
            "form": form,
            "il_y_en_a": sources.exists(),
            "vides": vides,
            "ferme": version.empechements_a_reprendre(),
            "url_annuler": reverse("plans:tableau", args=[pk]),
        },
    )


def _sections_vides(version):
    """(code, libellé) des sections encore sans texte."""
    titres = {s.code: s.titre for s in canevas.canevas(version.plan.alliance.cycle.code).sections}
    vides = version.sections.filter(texte="").values_list("code", flat=True)
    return [(code, f"{code} – {titres[code]}") for code in vides]
