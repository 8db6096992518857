"""Toutes les échéances des conventions que l'on suit, à l'écran et dans un agenda (iCalendar)."""

from datetime import UTC

from django.db.models import Count
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.forms.liste import FiltresDuCalendrier
from conventions.models import Obligation
from conventions.regles.calendrier_ics import Evenement
from conventions.regles.calendrier_ics import calendrier as en_ics
from conventions.views.etats import obligation_lue
from conventions.views.gestes import adresse, convention_visible
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste

LUS = (
    *("nature", "an", "precision", "echeance", "remplie_le", "reference", "annulee_le"),
    "convention__alliance__nom",
)


class TableauDuCalendrier(Tableau):
    legende = "Obligations par date"
    denombre, feminin = "obligation", True
    fichier = "obligations"
    tri, departage = "echeance", ("pk",)
    vide = "Elles s’inscrivent quand une convention entre en vigueur."

    obligation = ColonneTexte(
        accessor=str,
        suite=lambda o: o.precision and format_html('<br><span class="discret">{}</span>', o.precision),
    )
    precision = ColonneTexte("Précision", cachee=True)
    echeance = ColonneJour("Échéance", tri="echeance", suite=lambda o: o.fois and _repoussee(o.fois))
    etat = ColonneEtat("État", obligation_lue)
    alliance = ColonneLien(
        accessor="convention__alliance__nom",
        vers="conventions:convention",
        cle="convention_id",
        precision=str,
        tri="convention__alliance__slug",
    )

    def lire(self, obligations):
        return _avec_l_histoire(obligations).only(*LUS)


def _repoussee(fois):
    return format_html("<br><small>Repoussée {}</small>", "une fois" if fois == 1 else f"{fois} fois")


@require_safe
def calendrier(request):
    """Les obligations en cours, par date."""
    return page_de_liste(
        request,
        TableauDuCalendrier,
        FiltresDuCalendrier,
        Obligation.objects.visibles_par(request.user).en_cours(),
        gabarit="conventions/calendrier.html",
    )


@require_safe
def calendrier_ics(request):
    """Les mêmes échéances, pour un agenda; les filtres de l'adresse s'appliquent."""
    visibles = Obligation.objects.visibles_par(request.user).en_cours()
    obligations = _par_date(FiltresDuCalendrier(request.GET, visibles, request=request).qs)
    return _ics(
        request, _avec_l_histoire(obligations), nom="Obligations des conventions", fichier="obligations"
    )


@require_safe
def obligations_ics(request, pk):
    """Les échéances d'une convention; celles qu'un avenant annule y sont, annulées, pour que l'agenda les retire."""
    convention = convention_visible(request, pk)
    obligations = _avec_l_histoire(_par_date(convention.obligations.all()))
    return _ics(request, obligations, nom=f"{convention}", fichier=f"obligations-{convention.pk}")


def _par_date(obligations):
    return obligations.order_by("echeance", "pk")


def _avec_l_histoire(obligations):
    """Le plan, la convention, et combien de fois l'échéance a bougé."""
    lues = obligations.avec_plan().annotate(fois=Count("prolongations"))
    return lues.select_related("convention__alliance")


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
