"""L'avis de la direction régionale de Services Québec."""

from django.views.decorators.http import require_http_methods

from alliances.plans.forms.examen import AvisForm
from alliances.plans.views.confirmation import confirmer
from alliances.plans.views.examen import version_a_examiner


@require_http_methods(["GET", "HEAD", "POST"])
def avis(request, pk):
    """Rendre l'avis : son sens et son texte; le dossier passe au Ministère."""
    version = version_a_examiner(request, pk)
    return confirmer(
        request,
        version,
        geste="rendre-avis",
        methode=version.rendre_avis,
        formulaire=AvisForm,
        gabarit="plans/examen/avis.html",
        libelle="Rendre l’avis",
        fait="L’avis est rendu. C’est maintenant au Ministère de décider.",
        empechements=version.empechements_a_rendre_avis_par(request.user),
        evenement="avis",
    )
