"""La convention consolidée : telle qu'en vigueur à une date, à côté de l'originale."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from conventions import comparaison
from conventions.forms.avenants import ConsultationForm
from conventions.impression import lisible
from conventions.models import InstantaneConvention
from conventions.views.gestes import convention_visible
from socle.valeurs.horloge import aujourd_hui


@require_safe
def consolidee(request, pk):
    """`?au=2026-05-01` choisit la date; sans elle, aujourd'hui."""
    convention = convention_visible(request, pk)
    form = ConsultationForm(request.GET or None)
    jour = (form.is_valid() and form.cleaned_data["au"]) or aujourd_hui()
    instantanes = InstantaneConvention.objects.visibles_par(request.user).filter(convention=convention)
    pris = list(instantanes.select_related("avenant").order_by("en_vigueur_le", "pk"))
    jusque_la = [instantane for instantane in pris if instantane.en_vigueur_le <= jour]
    contexte = {
        "convention": convention,
        "alliance": convention.alliance,
        "form": form,
        "jour": jour,
        "etapes": pris,
        "instantane": jusque_la[-1] if jusque_la else None,
        "appliques": [instantane.avenant for instantane in jusque_la if instantane.avenant_id],
        "lue": None,
        "changements": [],
    }
    if jusque_la:
        originale, actuelle = pris[0].contenu, jusque_la[-1].contenu
        contexte["changements"] = comparaison.changements(
            comparaison.termes(originale), comparaison.termes(actuelle)
        )
        contexte["lue"] = lisible(actuelle, originale=originale)
    return render(request, "conventions/consolidee.html", contexte)
