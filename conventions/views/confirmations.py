"""Le va-et-vient avec le système comptable : le fichier des versements à faire, le relevé de ceux qui sont faits."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conventions.forms.confirmations import ReleveForm
from conventions.models import EcheanceVersement
from conventions.permissions import peut_quelque_part
from conventions.views.exports import a_payer_en
from conventions.views.lots import relire, retour
from socle.acces import exiger
from socle.pages.gestes import MOTS, envoye


@require_http_methods(["GET", "HEAD", "POST"])
def releve(request):
    """Importer le relevé des virements : chaque erreur à sa ligne et à sa colonne, puis la page de confirmation."""
    exiger(peut_quelque_part(request.user, "verser"))
    form = ReleveForm(*envoye(request), utilisateur=request.user)
    if form.is_bound and form.is_valid():
        return relire(request, form.virements, deja=form.deja, sans_date=form.sans_date)
    contexte = MOTS | {
        "form": form,
        "titre": "Importer un relevé des versements",
        "ici": "Relevé",
        "objet_en_mots": "Versements",
        "chapeau": "Le fichier du système comptable, une ligne par virement. "
        "Rien ne s’inscrit avant que vous ayez relu.",
        "etapes": [("Conventions", reverse("conventions:liste")), ("Versements", retour())],
        "libelle_action": "Lire le relevé",
        "url_annuler": retour(),
    }
    return render(request, "conventions/versements/releve.html", contexte)


@require_safe
def a_payer(request):
    """Les versements autorisés, au bénéficiaire figé alors; un bénéficiaire changé depuis attend hors du fichier.

    Un classeur, ou un CSV si l'adresse dit `format=csv`.
    """
    exiger(peut_quelque_part(request.user, "verser"))
    visibles = EcheanceVersement.objects.visibles_par(request.user).avec_convention()
    autorisees = visibles.filter(etat="autorisee").order_by("convention__alliance__slug", "rang")
    echeances = autorisees.a_montrer()
    payables = [e for e in echeances if not e.beneficiaire_a_change()]
    return a_payer_en(request.GET.get("format"), payables)
