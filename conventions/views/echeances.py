"""La page d'un versement prévu, son histoire, et les gestes qui se posent sur lui seul."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alliances.models.mandats import droits_de
from alliances.plans.forms.gestes import MotifForm
from conventions.forms.versements import RecommandationForm
from conventions.models import Derogation, EcheanceVersement, JournalConvention, Versement
from conventions.models.lecture import EcheancesLues
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut
from conventions.views.journal import en_mots
from socle import gestes
from socle.acces import exiger, la_seule
from socle.gestes import donnees_de
from socle.preparees import preparee

GENRES = {
    "prevue": "neutre",
    "liberee": "encours",
    "recommandee": "encours",
    "autorisee": "encours",
    "versee": "favorable",
    "suspendue": "probleme",
    "annulee": "neutre",
}
ETATS = dict(EcheanceVersement.Etat.choices)


@preparee
def _lue(droits, *, pk):
    return EcheanceVersement.objects.visibles_par(droits).avec_convention().avec_faits().filter(pk=pk)


def echeance_visible(request, pk):
    """L'échéance, avec de quoi la montrer, si la personne la voit; sinon 404."""
    return EcheancesLues([la_seule(_lue(droits_de(request.user), pk=pk))]).echeances[0]


def accomplir(request, geste, echeances, *, evenement, **options):
    """Pose un geste et prévient, dans une transaction; `None` après avoir montré chaque empêchement."""

    def annoncer(_):
        for echeance in echeances:
            annoncer_versement(echeance, evenement, par=request.user)

    return gestes.poser(request, geste, ensuite=annoncer, **options)


def apercu(echeance):
    """Ce que les pages montrent d'une échéance de `a_montrer`."""
    return {
        "objet": echeance,
        "etat": echeance.get_etat_display(),
        "genre": GENRES[echeance.etat],
        "verse": echeance.deja_verse,
        "reste": echeance.montant - echeance.deja_verse,
        "attend": (attend := echeance.attend()),
        "arretee": bool(attend) and echeance.en_retard and not echeance.a_une_derogation,
    }


def image(echeance, **plus):
    """Sa rangée de tableau, en données simples (voir `{% fragment %}`)."""
    attend, derogee = echeance.attend(), echeance.a_une_derogation
    return {
        "pk": echeance.pk,
        "objet": str(echeance),
        "convention": echeance.convention_id,
        "alliance": echeance.convention.alliance.nom,
        "montant": echeance.montant,
        "verse": echeance.deja_verse,
        "condition": echeance.condition_en_mots,
        "retenue": echeance.est_retenue,
        "prevue_le": echeance.prevue_le,
        "etat": echeance.get_etat_display(),
        "genre": GENRES[echeance.etat],
        "attend": attend,
        "arretee": bool(attend) and echeance.en_retard and not derogee,
        "derogation": derogee,
        **plus,
    }


@preparee
def _versements(*, echeance):
    return Versement.objects.filter(echeance=echeance).select_related("par", "annulation__par")


@preparee
def _derogations(*, echeance):
    return Derogation.objects.filter(echeance=echeance).select_related("accordee_par", "revoquee_par")


@preparee
def _journal(droits, *, convention, debut):
    lignes = JournalConvention.objects.visibles_par(droits).filter(convention=convention)
    return lignes.filter(objet__startswith=debut).select_related("par")


@require_safe
def echeance(request, pk):
    """Où en est ce versement, ce qu'il attend, et tout ce qui lui est arrivé."""
    echeance = echeance_visible(request, pk)
    journal = _journal(
        droits_de(request.user), convention=echeance.convention_id, debut=f"{echeance.designation}, "
    )
    return render(
        request,
        "conventions/versements/echeance.html",
        {
            "echeance": echeance,
            "apercu": apercu(echeance),
            "versements": _versements(echeance=pk),
            "derogations": _derogations(echeance=pk),
            "retards": echeance.retards() if echeance.attend() else [],
            "journal": [en_mots(ligne, str(echeance)) for ligne in journal],
            "gestes": gestes_permis(request.user, echeance),
            "peut_annuler": peut(request.user, "annuler-confirmation", echeance.convention) is None,
            "peut_revoquer": peut(request.user, "deroger", echeance.convention) is None,
        },
    )


def gestes_permis(utilisateur, echeance):
    """[(libellé, adresse, genre)] des gestes que cette personne peut poser maintenant."""
    lot = f"?echeance={echeance.pk}"
    offres = (
        ("recommander", "Recommander", "recommandation", "", "", echeance.empechements_a_recommander),
        ("autoriser", "Autoriser", "autorisation", lot, "", echeance.empechements_a_autoriser),
        ("verser", "Confirmer le virement", "confirmation", lot, "", echeance.empechements_a_verser),
        ("deroger", "Accorder une dérogation", "derogation", "", "second", echeance.empechements_a_deroger),
        ("suspendre", "Suspendre", "suspension", "", "second", echeance.empechements_a_suspendre),
        ("suspendre", "Reprendre", "versement_reprise", "", "", echeance.empechements_a_reprendre),
    )
    return [
        (libelle, reverse(f"conventions:{page}", args=[] if suite else [echeance.pk]) + suite, genre)
        for droit, libelle, page, suite, genre, empechements in offres
        if peut(utilisateur, droit, echeance.convention) is None and not empechements()
    ]


def confirmer(
    request, echeance, *, droit, geste, gabarit, libelle, fait, empechements, evenement, form=None, **plus
):
    """La page qui précède un geste, ou le geste; 403 si le rôle ne le permet pas."""
    exiger(peut(request.user, droit, echeance.convention))
    return gestes.confirmer(
        request,
        f"conventions/versements/{gabarit}.html",
        accomplir=partial(accomplir, request, geste, [echeance], evenement=evenement),
        fait=fait,
        retour=reverse("conventions:echeance", args=[echeance.pk]),
        form=form,
        echeance=echeance,
        apercu=apercu(echeance),
        empechements=empechements,
        libelle_action=libelle,
        **plus,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommandation(request, pk):
    echeance = echeance_visible(request, pk)
    return confirmer(
        request,
        echeance,
        droit="recommander",
        geste=echeance.recommander,
        form=RecommandationForm(donnees_de(request)),
        gabarit="recommandation",
        libelle="Recommander le versement",
        fait="Le versement est recommandé. Il attend l’autorisation du Ministère.",
        empechements=echeance.empechements_a_recommander(),
        evenement="recommandation",
        retards=echeance.retards(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def suspension(request, pk):
    echeance = echeance_visible(request, pk)
    return confirmer(
        request,
        echeance,
        droit="suspendre",
        geste=echeance.suspendre,
        form=MotifForm(donnees_de(request), aide="L’Alliance et Services Québec le liront."),
        gabarit="suspension",
        libelle="Suspendre le versement",
        fait="Le versement est suspendu.",
        empechements=echeance.empechements_a_suspendre(),
        evenement="suspension",
        genre_action="danger",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reprise(request, pk):
    echeance = echeance_visible(request, pk)
    return confirmer(
        request,
        echeance,
        droit="suspendre",
        geste=echeance.reprendre,
        gabarit="reprise",
        libelle="Reprendre le versement",
        fait="Le versement reprend là où il était.",
        empechements=echeance.empechements_a_reprendre(),
        evenement="reprise",
        reprend=ETATS.get(echeance.suspendue_depuis, ""),
    )
