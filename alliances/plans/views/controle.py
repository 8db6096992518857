"""La liste de contrôle : les quinze éléments du guide, leur état automatique et la réponse de l'analyste."""

from functools import partial

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.plans import regles
from alliances.plans.forms.examen import ControleForm
from alliances.plans.models import ControleExamen
from alliances.plans.permissions import peut
from alliances.plans.views.examen import entamer, reperes, version_a_examiner
from alliances.plans.views.parties import code_de, parties
from socle.pages.gestes import donnees_de, page_de_geste

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
    form = ControleForm(donnees_de(request), cycle=version.plan.alliance.cycle.code, controles=inscrits)
    contenu, lieux = version.contenu_pour(request.user), parties(version)
    communs = reperes(version)
    return page_de_geste(
        request,
        partial(ControleExamen.remplir, version),
        refus=refus if request.method == "POST" else None,
        form=form,
        gabarit="plans/examen/controle.html",
        libelle="Enregistrer la liste",
        fait=lambda reponses: (
            "La liste de contrôle est enregistrée."
            if reponses
            else "Rien n’a changé dans la liste de contrôle."
        ),
        empechements=empechements,
        ensuite=lambda reponses, par: entamer(request, version),
        titre="Liste de contrôle",
        annulation="Revenir à l’examen",
        lignes=[_ligne(form, r, inscrits, lieux) for r in regles.elements_repondus(contenu)],
        modifiable=refus is None and not empechements,
        **communs
        | {
            "chapeau": f"{communs['objet_en_mots']}, dépôt {version.tour}. Les quinze éléments que le plan doit "
            "préciser (guide 2024-2029, §4.2). Vos réponses et vos notes restent internes à l’administration.",
            "retour": reverse("plans:controle", args=[pk]),
        },
    )


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
