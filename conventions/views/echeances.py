"""La page d'un versement prévu, son histoire, et les gestes qui se posent sur lui seul."""

from functools import partial

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conventions.attentes.cibles import delai_de
from conventions.forms.versements import RecommandationForm
from conventions.models import DemandeAnnulation, EcheanceVersement, JournalConvention
from conventions.models.lecture import EcheancesLues
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut
from conventions.views.journal import en_mots
from socle.formulaires.motif import MotifForm
from socle.models import CibleDeService
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.argent import en_dollars

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


def echeance_visible(request, pk):
    """L'échéance, avec de quoi la montrer, si la personne la voit; sinon 404."""
    visibles = EcheanceVersement.objects.visibles_par(request.user).avec_convention().avec_faits()
    return EcheancesLues([get_object_or_404(visibles, pk=pk)]).echeances[0]


def apercu(echeance):
    """Ce que les pages montrent d'une échéance de `a_montrer`."""
    return {
        "objet": echeance,
        "etat": echeance.get_etat_display(),
        "genre": GENRES[echeance.etat],
        "verse": echeance.deja_verse,
        "reste": echeance.montant - echeance.deja_verse,
        "beneficiaire": echeance.beneficiaire_en_mots(),
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


@require_safe
def echeance(request, pk):
    """Où en est ce versement, ce qu'il attend, et tout ce qui lui est arrivé."""
    echeance = echeance_visible(request, pk)
    journal = JournalConvention.objects.visibles_par(request.user).filter(
        convention=echeance.convention_id, objet__startswith=f"{echeance.designation}, "
    )
    return render(
        request,
        "conventions/versements/echeance.html",
        {
            "echeance": echeance,
            "apercu": apercu(echeance),
            "delai": delai_de(echeance, CibleDeService.toutes()),
            "versements": list(_avec_demande(echeance.versements.select_related("par", "annulation__par"))),
            "derogations": list(echeance.derogations.select_related("accordee_par", "revoquee_par")),
            "retards": echeance.retards() if echeance.attend() else [],
            "journal": [en_mots(ligne, str(echeance)) for ligne in journal.select_related("par")],
            "change": " ".join(echeance.empechements_de_beneficiaire())
            if echeance.etat == "autorisee"
            else "",
            "gestes": gestes_permis(request.user, echeance),
            "peut_annuler": peut(request.user, "annuler-confirmation", echeance.convention) is None,
            "peut_revoquer": peut(request.user, "deroger", echeance.convention) is None,
        },
    )


def _avec_demande(versements):
    """Chacun avec `demande`, celle qui attend une réponse, s'il y en a une."""
    siennes = DemandeAnnulation.objects.en_attente().filter(mouvement=OuterRef("mouvement"))
    return versements.annotate(demande=Subquery(siennes.order_by().values("pk")))


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


def reperes(echeance):
    """Ce que montre la page de tout geste posé sur un versement : où l'on est, de quoi il s'agit, où revenir."""
    convention, retour = echeance.convention, reverse("conventions:echeance", args=[echeance.pk])
    return {
        "echeance": echeance,
        "apercu": apercu(echeance),
        "objet_en_mots": f"{echeance}, {convention.alliance.nom}",
        "chapeau": f"{convention.alliance.nom}, {echeance}\u00a0: {en_dollars(echeance.montant)}.",
        "etapes": [
            ("Conventions", reverse("conventions:liste")),
            (convention.numero, reverse("conventions:convention", args=[convention.pk])),
            ("Versements", reverse("conventions:versements", args=[convention.pk])),
            (str(echeance), retour),
        ],
        "retour": retour,
        "revenir": "Revenir au versement",
        "mention": convention.mention,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def recommandation(request, pk):
    echeance = echeance_visible(request, pk)
    return page_de_geste(
        request,
        echeance.recommander,
        refus=peut(request.user, "recommander", echeance.convention),
        ensuite=partial(annoncer_versement, evenement="recommandation"),
        form=RecommandationForm(donnees_de(request)),
        empechements=echeance.empechements_a_recommander_par(request.user),
        gabarit="conventions/versements/recommandation.html",
        libelle="Recommander le versement",
        fait="Le versement est recommandé. Il attend l’autorisation du Ministère.",
        retards=echeance.retards(),
        **reperes(echeance),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def suspension(request, pk):
    echeance = echeance_visible(request, pk)
    return page_de_geste(
        request,
        echeance.suspendre,
        refus=peut(request.user, "suspendre", echeance.convention),
        ensuite=partial(annoncer_versement, evenement="suspension"),
        form=MotifForm(donnees_de(request), aide="L’Alliance et Services Québec le liront."),
        empechements=echeance.empechements_a_suspendre(),
        gabarit="conventions/versements/suspension.html",
        libelle="Suspendre le versement",
        fait="Le versement est suspendu.",
        danger=True,
        **reperes(echeance),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reprise(request, pk):
    echeance = echeance_visible(request, pk)
    return page_de_geste(
        request,
        echeance.reprendre,
        refus=peut(request.user, "suspendre", echeance.convention),
        ensuite=partial(annoncer_versement, evenement="reprise"),
        empechements=echeance.empechements_a_reprendre(),
        gabarit="conventions/versements/reprise.html",
        libelle="Reprendre le versement",
        fait="Le versement reprend là où il était.",
        reprend=ETATS.get(echeance.suspendue_depuis, ""),
        **reperes(echeance),
    )
