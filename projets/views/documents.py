"""La demande en PDF, pour qui la voit ou l'évalue; un envoi (POST) la prépare, une lecture n'écrit rien."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.plans.views.documents import servir
from projets import travaux
from projets.impression import titre_de_la_demande
from projets.models import Initiative, evaluations
from projets.views.reperes import RELATIONS
from socle.models import Document


@require_http_methods(["GET", "HEAD", "POST"])
def demande_pdf(request, pk):
    """Elle se prépare, puis se sert sous la clé de ce qu'elle disait à ce moment."""
    initiative, retour = _lisible(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            document = travaux.demander_la_demande(initiative)
        return redirect(f"{request.path}?document={document.cle}&attente=1")
    document = None
    if cle := request.GET.get("document"):
        document = get_object_or_404(Document, cle=cle, nom=travaux.nom_de_la_demande(initiative))
    return servir(request, document, titre=titre_de_la_demande(initiative), retour=retour)


def _lisible(request, pk):
    """La demande, et où revenir; 404 à qui ne la voit pas et ne l'évalue pas, ou s'y est dit en conflit."""
    initiatives = Initiative.objects.select_related(*RELATIONS)
    if vue := initiatives.visibles_par(request.user).filter(pk=pk).first():
        return vue, ("La demande", reverse("projets:demande_deposee", args=[pk]))
    evaluees = evaluations.lues_par(request.user).values("pk")
    initiative = get_object_or_404(initiatives, pk__in=evaluees.filter(pk=pk))
    return initiative, ("Le dossier à évaluer", reverse("projets:notation", args=[pk]))
