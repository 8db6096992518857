"""Reporter : préparer ce qui passe à l'exercice suivant, l'adopter par résolution, lire ce qui l'a été."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.parts import AdoptionReportForm, ReportForm
from conventions.models import Report
from conventions.permissions import peut
from conventions.views.defaites import defaite_de
from conventions.views.exercices import exercice_de, page_de_l_exercice, reperes
from conventions.views.gestes import convention_visible
from socle.acces import exiger
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.valeurs.exercice import Exercice


def report(request, pk, an):
    """Le tableau : combien chaque enveloppe passerait; un brouillon, jusqu'à l'adoption."""
    convention = convention_visible(request, pk)
    exercice_de(convention, an)
    soldes, brouillon = dict(Report.soldes_a_reporter(convention, an)), Report.brouillon(convention, an)
    communs = reperes(convention, an)
    return page_de_geste(
        request,
        partial(Report.preparer, convention, an),
        refus=peut(request.user, "preparer-report", convention),
        form=ReportForm(
            donnees_de(request),
            enveloppes=list(soldes),
            proposes=brouillon.montants() if brouillon else soldes,
            brouillon=brouillon,
        ),
        gabarit="conventions/enveloppes/report.html",
        libelle="Enregistrer le brouillon",
        fait="Le brouillon du report est enregistré. Une personne autorisée à signer doit l’adopter.",
        empechements=Report.empechements_a_reporter(convention, an),
        annuler=communs["retour"],
        titre=f"Reporter les soldes {Exercice(an)}",
        ici="Report",
        empeche="Rien ne se reporte",
        suivant=Exercice(an + 1),
        brouillon=brouillon,
        peut_adopter=peut(request.user, "adopter-report", convention) is None,
        **communs | {"retour": reverse("conventions:report", args=[pk, an])},
    )


def adoption(request, pk, an):
    """Ce qui passe, ce qui empêche, puis la résolution."""
    convention = convention_visible(request, pk)
    exiger(refus := peut(request.user, "adopter-report", convention))
    exercice_de(convention, an)
    report = Report.brouillon(convention, an)
    if report is None:  # déjà adopté, ou rien de préparé : la page de l'exercice le dit
        return redirect(page_de_l_exercice(convention, an))
    report.convention = convention
    communs = reperes(convention, an)
    return page_de_geste(
        request,
        report.adopter,
        refus=refus,
        form=AdoptionReportForm(*envoye(request), acte=report),
        gabarit="conventions/enveloppes/report_adoption.html",
        libelle="Adopter le report",
        fait=f"Le report est adopté\u00a0: les sommes sont dans les enveloppes de {Exercice(an + 1)}.",
        empechements=report.empechements_a_adopter(),
        annuler=communs["retour"],
        titre=f"Adopter le report {Exercice(an)}",
        ici="Adopter le report",
        empeche="Le report ne peut pas s’adopter",
        report=report,
        montants=list(report.montants().items()),
        suivant=Exercice(an + 1),
        **communs | {"retour": lambda adopte: reverse("conventions:report_adopte", args=[adopte.pk])},
    )


@require_safe
def adopte(request, pk):
    """Un report adopté : sa résolution, ses montants, et s'il a été défait."""
    visibles = Report.objects.visibles_par(request.user)
    report = get_object_or_404(visibles.select_related("convention__alliance", "adoptee_par", "piece"), pk=pk)
    return render(
        request,
        "conventions/enveloppes/report_adopte.html",
        reperes(report.convention, report.an)
        | {
            "report": report,
            "suivant": Exercice(report.an + 1),
            "montants": list(report.montants().items()),
            "defaite": defaite_de(request.user, report.convention, report.mouvement, "report"),
        },
    )
