"""La liste de contrôle : les quinze éléments du guide, leur état automatique et la réponse de l'analyste."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alliances.plans import regles
from alliances.plans.forms.examen import ControleForm
from alliances.plans.models import ControleExamen
from alliances.plans.permissions import peut
from alliances.plans.views.examen import entamer, version_a_examiner
from alliances.plans.views.parties import code_de, parties
from socle.acces import exiger

AUTOMATIQUE = {
    "repondu": ("Répondu", "bien"),
    "partiel": ("En partie", "attention"),
    "non": ("Absent", "probleme"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def controle(request, pk):
    """Lire la liste; l'enregistrer pour le dépôt en cours. Interne à l'administration."""
    version = version_a_examiner(request, pk)
    controles = ControleExamen.objects.filter(version=version, tour=version.tour).order_by()
    inscrits = {c.element: c for c in controles.select_related("inscrit_par")}
    refus = peut(request.user, "controler", version)
    empechements = version.empechements_a_examiner()
    form = ControleForm(request.POST or None, cycle=version.plan.alliance.cycle.code, controles=inscrits)
    if request.method == "POST":
        exiger(refus)
        if form.is_valid():
            return _inscrire(request, version, form, empechements)
    contenu, lieux = version.contenu_pour(request.user), parties(version)
    return render(
        request,
        "plans/examen/controle.html",
        {
            "version": version,
            "alliance": version.plan.alliance,
            "form": form,
            "lignes": [_ligne(form, r, inscrits, lieux) for r in regles.elements_repondus(contenu)],
            "modifiable": refus is None and not empechements,
        },
    )


def _inscrire(request, version, form, empechements):
    if empechements:
        messages.error(request, empechements[0])
        return redirect("plans:controle", version.pk)
    entamer(request, version)
    with transaction.atomic():
        changes = list(form.changes())
        for element, resultat, note in changes:
            ControleExamen.inscrire(version, element, par=request.user, resultat=resultat, note=note)
    if changes:
        messages.success(request, "La liste de contrôle est enregistrée.")
    else:
        messages.info(request, "Rien n’a changé dans la liste de contrôle.")
    return redirect("plans:controle", version.pk)


def _ligne(form, reponse, inscrits, parties):
    numero = reponse.element.numero
    libelle, genre = AUTOMATIQUE[str(reponse.etat)]
    return {
        "element": reponse.element,
        "automatique": {"libelle": libelle, "genre": genre},
        "lieux": [
            {
                "libelle": lieu.libelle,
                "url": parties[code].url if (code := code_de(*lieu.ancre)) else "",
                "repondu": str(lieu.etat) == "repondu",
            }
            for lieu in reponse.lieux
        ],
        "resultat": form[f"resultat_{numero}"],
        "note": form[f"note_{numero}"],
        "inscrit": inscrits.get(numero),
    }
