"""Toutes les échéances des conventions que l'on suit, à l'écran et dans un agenda (iCalendar, et par abonnement)."""

from datetime import UTC

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.attentes.cibles import delai_d_obligation, tour_d_obligation
from conventions.forms.liste import FiltresDuCalendrier
from conventions.models import AbonnementCalendrier, EcheanceVersement, Obligation
from conventions.models.conventions import SIGNEES
from conventions.models.faits import sans_region
from conventions.regles.calendrier_ics import Evenement
from conventions.regles.calendrier_ics import calendrier as en_ics
from conventions.views.etats import obligation_lue
from conventions.views.gestes import adresse, convention_visible
from socle.annonces import agendas
from socle.models import CibleDeService
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneTexte
from socle.pages.gestes import page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.valeurs.argent import en_dollars

RAPPEL = 7  # jours d'avance

LUS = (
    *("nature", "an", "precision", "echeance", "recue_le", "acceptee_le", "reference", "annulee_le"),
    *("convention__alliance__nom", "convention__etat", "convention__signee_le"),
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
    tour = ColonneTexte("À qui le tour", tour_d_obligation)
    delai = ColonneEtat("Délai", lambda o: o.delai and Pastille(o.delai.mots, o.delai.ton))
    alliance = ColonneLien(
        accessor="convention__alliance__nom",
        vers="conventions:convention",
        cle="convention_id",
        precision=str,
        tri="convention__alliance__slug",
    )

    def lire(self, obligations):
        return _avec_l_histoire(obligations).annotate(sans_region=sans_region()).only(*LUS)

    def preparer(self, obligations):
        cibles = CibleDeService.toutes()
        for obligation in obligations:
            obligation.delai = delai_d_obligation(obligation, cibles)
        return obligations


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
    visibles = Obligation.objects.visibles_par(request.user)
    obligations = FiltresDuCalendrier(request.GET, visibles, request=request).qs
    return _ics(request, obligations, nom="Obligations des conventions", fichier="obligations")


@require_safe
def obligations_ics(request, pk):
    """Les échéances et les versements d'une convention."""
    convention = convention_visible(request, pk)
    return _ics(
        request,
        convention.obligations.all(),
        versements=convention.echeances.all() if convention.est_signee else EcheanceVersement.objects.none(),
        nom=f"{convention}",
        fichier=f"obligations-{convention.pk}",
    )


@login_not_required
@require_safe
def abonnement_ics(request, cle):
    """Tout le calendrier de la personne à qui est cette adresse secrète, d'après ses droits d'aujourd'hui."""
    abonnement = AbonnementCalendrier.trouver(cle)
    if abonnement is None:
        raise Http404
    personne = abonnement.utilisateur
    versements = EcheanceVersement.objects.visibles_par(personne).filter(convention__etat__in=SIGNEES)
    return _ics(
        request,
        Obligation.objects.visibles_par(personne),
        versements=versements,
        aussi=agendas.dates_de(personne, request.build_absolute_uri),
        nom="Obligations et versements",
        fichier="calendrier",
    )


def adresse_d_abonnement(request):
    """Obtenir son adresse secrète; la page la montre ensuite."""
    abonnement = AbonnementCalendrier.de(request.user)
    return page_de_geste(
        request,
        abonnement.ouvrir,
        fait="Votre calendrier a son adresse.",
        libelle="Obtenir une adresse d’abonnement",
        gabarit="conventions/abonnement.html",
        empechements=abonnement.empechements_a_ouvrir(),
        empeche="Votre calendrier a son adresse",
        **_reperes_de_l_abonnement(),
        abonnement=abonnement,
        adresse_secrete=_adresse(request, abonnement),
    )


def revocation_d_abonnement(request):
    abonnement = AbonnementCalendrier.de(request.user)
    return page_de_geste(
        request,
        abonnement.revoquer,
        fait="L’adresse est révoquée.",
        libelle="Révoquer l’adresse",
        gabarit="conventions/abonnement_revocation.html",
        empechements=abonnement.empechements_a_revoquer(),
        danger=True,
        **_reperes_de_l_abonnement(),
    )


def _adresse(request, abonnement):
    if not abonnement.ouvert_le:
        return ""
    return request.build_absolute_uri(reverse("conventions:abonnement_ics", args=[abonnement.cle]))


def _reperes_de_l_abonnement():
    return {
        "refus": None,
        "retour": reverse("conventions:abonnement"),
        "annuler": reverse("conventions:calendrier"),
        "objet_en_mots": "",
        "chapeau": "Votre agenda relit cette adresse deux fois par jour, sans se connecter.",
        "titre": "Abonnement au calendrier",
        "etapes": [
            ("Conventions", reverse("conventions:liste")),
            ("Calendrier", reverse("conventions:calendrier")),
        ],
    }


def _avec_l_histoire(obligations):
    """Le plan, la convention, et combien de fois l'échéance a bougé."""
    lues = obligations.avec_plan().annotate(fois=Count("prolongations"))
    return lues.select_related("convention__alliance")


def _ics(request, obligations, *, nom, fichier, versements=None, aussi=()):
    """Ce qui est annulé y reste, annulé, pour que l'agenda le retire."""
    evenements = [_evenement(o, request) for o in _avec_l_histoire(obligations.order_by("echeance", "pk"))]
    if versements is not None:
        lus = versements.select_related("convention__alliance").order_by("prevue_le", "pk")
        evenements += [_du_versement(versement, request) for versement in lus]
    corps = en_ics([*evenements, *aussi], nom=nom, maintenant=timezone.now().astimezone(UTC))
    entetes = {"Content-Disposition": f'attachment; filename="{fichier}.ics"'}
    return HttpResponse(corps, content_type="text/calendar; charset=utf-8", headers=entetes)


def _evenement(obligation, request):
    convention, due = obligation.convention, obligation.est_due
    annulee = obligation.annulee_le is not None or (due and convention.est_fermee)
    etat = obligation_lue(obligation).libelle
    return Evenement(
        cle=f"obligation-{obligation.pk}",
        jour=obligation.echeance,
        titre=f"{obligation} – {convention.alliance.nom}",
        description="\n".join(filter(None, [f"{convention}, {etat.lower()}.", obligation.precision])),
        lien=request.build_absolute_uri(adresse(convention)),
        suite=obligation.fois + annulee,
        annule=annulee,
        rappel=RAPPEL if due else None,
    )


def _du_versement(echeance, request):
    convention, ouvert = echeance.convention, echeance.etat not in ("versee", "annulee")
    abandonnee = ouvert and convention.est_fermee and not echeance.est_de_reglement
    annulee = echeance.etat == "annulee" or abandonnee
    return Evenement(
        cle=f"versement-{echeance.pk}",
        jour=echeance.prevue_le,
        titre=f"{echeance}, {en_dollars(echeance.montant)} – {convention.alliance.nom}",
        description=f"{convention}, {echeance.get_etat_display().lower()}. {echeance.condition_en_mots}.",
        lien=request.build_absolute_uri(reverse("conventions:echeance", args=[echeance.pk])),
        suite=int(annulee),
        annule=annulee,
        rappel=RAPPEL if ouvert else None,
    )
