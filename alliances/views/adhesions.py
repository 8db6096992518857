"""Répondre à ce qu'une personne demande d'un organisme : s'y joindre, l'engager, ou y inviter."""

from django.conf import settings
from django.shortcuts import get_object_or_404, resolve_url

from alliances.models import DemandeDAdhesion, DemandeDEngagement, InvitationDUnMembre, PieceDEngagement
from alliances.notifications import annoncer_la_confirmation_d_engagement, annoncer_la_reponse
from alliances.permissions import peut_repondre_a, peut_retirer
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.pieces import telechargement

piece_d_engagement = telechargement(PieceDEngagement)


def _demande(request, modele, pk):
    visibles = modele.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("organisme", "alliance", "demandee_par"), pk=pk)


def _page(demande):
    accueil = resolve_url(settings.LOGIN_REDIRECT_URL)
    return {
        "demande": demande,
        "objet_en_mots": str(demande.organisme),
        "chapeau": f"{demande.organisme}.",
        "etapes": [],
        "retour": accueil,
    }


def adhesion_acceptation(request, pk):
    adhesion = _demande(request, DemandeDAdhesion, pk)
    par_la_table = adhesion.sans_membre
    aide = "Pourquoi l’organisme se rouvre\u00a0: tous ses membres sont partis. Gardé au journal."
    return page_de_geste(
        request,
        adhesion.accepter,
        refus=peut_repondre_a(request.user, adhesion),
        form=MotifForm(donnees_de(request), libelle="Raison", aide=aide) if par_la_table else None,
        empechements=adhesion.empechements_a_decider_par(request.user),
        ensuite=annoncer_la_reponse,
        gabarit="alliances/adhesion.html",
        libelle="Accepter la demande",
        fait=f"{adhesion.demandee_par} rédige maintenant pour {adhesion.organisme}.",
        **_page(adhesion),
    )


def adhesion_refus(request, pk):
    return _refus(request, _demande(request, DemandeDAdhesion, pk), "alliances/adhesion.html")


def adhesion_retrait(request, pk):
    return _retrait(request, _demande(request, DemandeDAdhesion, pk), "alliances/adhesion.html")


def engagement_acceptation(request, pk):
    engagement = _demande(request, DemandeDEngagement, pk)
    return page_de_geste(
        request,
        engagement.accepter,
        refus=peut_repondre_a(request.user, engagement),
        empechements=engagement.empechements_a_accepter_par(request.user),
        ensuite=annoncer_la_confirmation_d_engagement,
        gabarit="alliances/engagement.html",
        libelle="Accepter la résolution",
        fait=f"{engagement.demandee_par} engage maintenant {engagement.organisme}.",
        **_page(engagement),
    )


def engagement_refus(request, pk):
    return _refus(request, _demande(request, DemandeDEngagement, pk), "alliances/engagement.html")


def engagement_retrait(request, pk):
    return _retrait(request, _demande(request, DemandeDEngagement, pk), "alliances/engagement.html")


def invitation_acceptation(request, pk):
    invitation = _demande(request, InvitationDUnMembre, pk)
    return page_de_geste(
        request,
        invitation.accepter,
        refus=peut_repondre_a(request.user, invitation),
        empechements=invitation.empechements_a_accepter_par(request.user),
        ensuite=annoncer_la_reponse,
        gabarit="alliances/invitation_recue.html",
        libelle="Accepter l’invitation",
        fait=f"Vous rédigez maintenant pour {invitation.organisme}.",
        **_page(invitation),
    )


def invitation_refus(request, pk):
    invitation = _demande(request, InvitationDUnMembre, pk)
    return page_de_geste(
        request,
        invitation.refuser,
        refus=peut_repondre_a(request.user, invitation),
        empechements=invitation.empechements_a_decider_par(request.user),
        ensuite=annoncer_la_reponse,
        gabarit="alliances/invitation_recue.html",
        libelle="Refuser l’invitation",
        fait="L’invitation est refusée\u00a0: vous n’êtes pas de cet organisme.",
        danger=True,
        refuse=True,
        **_page(invitation),
    )


def _refus(request, adhesion, gabarit):
    return page_de_geste(
        request,
        adhesion.refuser,
        refus=peut_repondre_a(request.user, adhesion),
        form=MotifForm(donnees_de(request), aide="La personne qui demande le lira."),
        empechements=adhesion.empechements_a_decider_par(request.user),
        ensuite=annoncer_la_reponse,
        gabarit=gabarit,
        libelle="Refuser la demande",
        fait="La demande est refusée; la personne en est prévenue.",
        danger=True,
        **_page(adhesion),
    )


def _retrait(request, adhesion, gabarit):
    return page_de_geste(
        request,
        adhesion.retirer,
        refus=peut_retirer(request.user, adhesion),
        empechements=adhesion.empechements_a_retirer_par(request.user),
        gabarit=gabarit,
        libelle="Retirer ma demande",
        fait="Votre demande est retirée.",
        danger=True,
        **_page(adhesion),
    )
