"""Les appels que toute personne lit, sans compte : la liste, et la page d'un appel, qui s'imprime."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from projets.canevas import PARTIES
from projets.forms.demandes import DepotForm
from projets.forms.questions import questions_de
from projets.models import AppelProjets
from projets.models.appels import NaturePiece
from projets.regles.admissibilite import juger, verdict
from projets.regles.conditions import conditions
from projets.regles.etapes import etapes
from projets.regles.resultat import resultat_en_mots
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

RECENT = timedelta(days=365)


@login_not_required
@require_safe
def appels_ouverts(request):
    """Ceux qui sont ouverts, le plus près de fermer d'abord; puis ceux qui ouvriront."""
    maintenant = timezone.now()
    publics = AppelProjets.objects.publics().avec_chiffres().select_related("alliance", "territoire")
    publies = publics.filter(etat=AppelProjets.Etat.OUVERT)
    return render(
        request,
        "projets/publics/appels.html",
        {
            "ouverts": publies.filter(ouvre_le__lte=maintenant, ferme_le__gt=maintenant).order_by("ferme_le"),
            "a_venir": publies.filter(ouvre_le__gt=maintenant).order_by("ouvre_le"),
            "repondus": publics.filter(
                etat=AppelProjets.Etat.REPONDU, ferme_le__gt=maintenant - RECENT
            ).order_by("-ferme_le"),
        },
    )


def _publie(pk):
    publics = AppelProjets.objects.publics().select_related("alliance__table_regionale", "territoire")
    return get_object_or_404(publics, pk=pk)


@login_not_required
@require_safe
def appel_public(request, pk):
    """L'appel entier : ses dates, ce qu'il paie, ses questions, et « Puis-je déposer ? », dont rien n'est gardé."""
    appel = _publie(pk)
    reponses = juger(request.GET)
    genre, titre = verdict(reponses, demande="juger" in request.GET)
    enveloppes = appel.enveloppes.select_related("enveloppe__territoire")
    return render(
        request,
        "projets/publics/appel.html",
        {
            "appel": appel,
            "ouvert": appel.est_ouvert(),
            "resultat": resultat_en_mots(appel.resultat()),
            "changements": appel.changements(),
            "conditions": conditions(appel),
            "pieces": [NaturePiece(nature).label for nature in appel.pieces_demandees],
            "etapes": etapes(appel, timezone.now(), aujourd_hui()),
            "criteres": appel.criteres.all(),
            "enveloppes": enveloppes,
            "total": sum((ligne.montant for ligne in enveloppes), ZERO),
            "priorites": appel.priorites_servies().prefetch_related("territoires"),
            "parties": PARTIES,
            "minutes": sum(p.minutes for p in PARTIES),
            "puis_je": {
                "reponses": reponses,
                "choix": (("oui", "Oui"), ("non", "Non")),
                "genre": genre,
                "verdict": titre,
                "commencer": genre == "succes"
                and appel.est_ouvert()
                and reverse("projets:entree", args=[pk]),
            },
            "contact": appel.alliance.contacts.filter(principal=True).first(),
        },
    )


@login_not_required
@require_safe
def appel_questions(request, pk):
    """Toutes les questions de la demande, telles que ses formulaires les posent : à préparer, à imprimer."""
    appel = _publie(pk)
    return render(
        request,
        "projets/publics/questions.html",
        {
            "appel": appel,
            "parties": questions_de(appel),
            "pieces": [NaturePiece(nature).label for nature in appel.pieces_demandees],
            "atteste": DepotForm.base_fields["atteste"].label,
        },
    )
