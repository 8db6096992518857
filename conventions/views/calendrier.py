"""Toutes les échéances des conventions que l'on suit, à l'écran et dans un agenda (iCalendar)."""

from datetime import UTC
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conventions.forms.liste import FiltresDuCalendrier
from conventions.models import Convention, Obligation
from conventions.regles.calendrier_ics import Evenement
from conventions.regles.calendrier_ics import calendrier as en_ics
from conventions.views.etats import obligation_lue
from conventions.views.gestes import adresse, convention_visible
from conventions.views.obligations import image

PAR_PAGE = 25
LUS = (
    *("nature", "an", "precision", "echeance", "remplie_le", "reference", "annulee_le"),
    "convention__alliance__nom",
)


@require_safe
def calendrier(request):
    """Les obligations en cours, par date; filtres et page vivent dans l'adresse."""
    filtres, obligations = _choisies(request)
    paginateur = Paginator(_avec_l_histoire(obligations).only(*LUS), PAR_PAGE)
    paginateur.count = obligations.count()  # sans lire leur histoire
    page = paginateur.get_page(request.GET.get("page"))
    parametres = {cle: request.GET.getlist(cle) for cle in request.GET if cle != "page"}
    return render(
        request,
        "conventions/calendrier.html",
        {
            "filtres": filtres,
            "page": page,
            "lignes": [_image(obligation) for obligation in page.object_list],
            "requete": urlencode(parametres, doseq=True),
        },
    )


@require_safe
def calendrier_ics(request):
    """Les mêmes échéances, pour un agenda; les filtres de l'adresse s'appliquent."""
    _, obligations = _choisies(request)
    return _ics(
        request, _avec_l_histoire(obligations), nom="Obligations des conventions", fichier="obligations"
    )


@require_safe
def obligations_ics(request, pk):
    """Les échéances d'une convention; celles qu'un avenant annule y sont, annulées, pour que l'agenda les retire."""
    convention = convention_visible(request, pk)
    obligations = _avec_l_histoire(convention.obligations.all())
    return _ics(request, obligations, nom=f"{convention}", fichier=f"obligations-{convention.pk}")


def _choisies(request):
    """Les obligations visibles, filtrées d'après l'adresse; un filtre invalide est ignoré et expliqué."""
    conventions = Convention.objects.visibles_par(request.user)
    filtres = FiltresDuCalendrier(request.GET or None, conventions=conventions)
    obligations = Obligation.objects.visibles_par(request.user).en_cours()
    if filtres.is_valid():
        choix = filtres.cleaned_data
        if choix["alliance"]:
            obligations = obligations.filter(convention__alliance=choix["alliance"])
        if choix["nature"]:
            obligations = obligations.filter(nature=choix["nature"])
        suivis = {"dues": "dues", "retard": "en_retard", "remplies": "remplies"}
        if choix["suivi"]:
            obligations = getattr(obligations, suivis[choix["suivi"]])()
    return filtres, obligations


def _image(obligation):
    """Sa rangée, en données simples (voir `{% fragment %}`)."""
    alliance = obligation.convention.alliance.nom
    return image(obligation, fois=obligation.fois, convention=obligation.convention_id, alliance=alliance)


def _avec_l_histoire(obligations):
    """Le plan, la convention, et combien de fois l'échéance a bougé."""
    lues = obligations.avec_plan().annotate(fois=Count("prolongations"))
    return lues.select_related("convention__alliance").order_by("echeance", "pk")


def _ics(request, obligations, *, nom, fichier):
    corps = en_ics(
        [_evenement(obligation, request) for obligation in obligations],
        nom=nom,
        maintenant=timezone.now().astimezone(UTC),
    )
    entetes = {"Content-Disposition": f'attachment; filename="{fichier}.ics"'}
    return HttpResponse(corps, content_type="text/calendar; charset=utf-8", headers=entetes)


def _evenement(obligation, request):
    convention = obligation.convention
    etat = obligation_lue(obligation).libelle
    return Evenement(
        cle=f"obligation-{obligation.pk}",
        jour=obligation.echeance,
        titre=f"{obligation} – {convention.alliance.nom}",
        description="\n".join(filter(None, [f"{convention}, {etat.lower()}.", obligation.precision])),
        lien=request.build_absolute_uri(adresse(convention)),
        suite=obligation.fois,
        annule=obligation.annulee_le is not None,
    )
