"""Les mandats : les voir, inviter une personne, en terminer un."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alliances.forms.mandats import FiltreDesMandats, FinForm, InvitationForm
from alliances.models import Mandat, Role
from alliances.models.invitations import attend_son_mot_de_passe, inviter
from alliances.models.releve import terminer
from alliances.notifications import annoncer_mandats
from alliances.permissions import gestion_de, peut_confier, peut_gerer, peut_gerer_des_mandats
from socle.acces import exiger
from socle.pages.gestes import donnees_de, page_de_geste

PAR_PAGE = 50
CE_QUE_FAIT = {
    Role.COORDINATION: "Rédige le plan, décrit l’Alliance, gère ses mandats.",
    Role.SIGNATURE: "Autorisée par résolution\u00a0: dépose le plan.",
    Role.FINANCES: "Suit l’argent chez le fiduciaire; lit le plan.",
    Role.TERRITOIRE: "Rédige les priorités locales de son territoire.",
    Role.PORTEUR: "Agit pour un organisme porteur d’initiatives.",
    Role.DGSQ: "Analyse les plans de la région.",
    Role.DIRECTION_DGSQ: "Rend l’avis, retourne un plan, gère les mandats de la région.",
    Role.MESS: "Analyse les plans pour le Ministère.",
    Role.APPROBATION: "Approuve les plans, gère les mandats du Ministère.",
    Role.FINANCES_MESS: "Suit les paiements du Ministère.",
    Role.OBSERVATION: "Lit, sans rien changer.",
    Role.ADMINISTRATION: "Corrige des données, gère tous les mandats.",
}


@require_safe
def mandats(request):
    filtre = FiltreDesMandats(request.GET)
    vus = filtre.filtrer(Mandat.objects.visibles_par(request.user))
    vus = vus.select_related("utilisateur", "alliance", "region", "territoire", "organisme")
    page = Paginator(vus, PAR_PAGE).get_page(request.GET.get("page"))
    gestion = gestion_de(request.user)
    for mandat in page:
        mandat.gerable = mandat.fin is None and gestion.comprend(mandat)
        mandat.en_attente = attend_son_mot_de_passe(mandat.utilisateur)
        mandat.image = _image(mandat)
    contexte = {"filtre": filtre, "page": page, "gestion": gestion}
    return render(request, "alliances/mandats.html", contexte)


def _image(mandat):
    """Ses cellules, en données simples (voir `{% fragment %}`)."""
    return {
        "personne": mandat.utilisateur.nom_complet,
        "courriel": mandat.utilisateur.courriel,
        "role": mandat.get_role_display(),
        "portee": mandat.portee,
        "debut": mandat.debut,
        "fin": mandat.fin,
        "en_vigueur": mandat.est_en_vigueur(),
        "en_attente": mandat.en_attente,
    }


@require_safe
def invitations(request):
    """Choisir d'abord le rôle : il dit ce qu'il faut savoir ensuite."""
    exiger(peut_gerer_des_mandats(request.user))
    roles = [(role, CE_QUE_FAIT[role]) for role in gestion_de(request.user).roles]
    return render(request, "alliances/invitations.html", {"roles": roles})


def invitation(request, role):
    if role not in Role.values:
        raise Http404("Rôle inconnu.")
    role = Role(role)
    form = InvitationForm(
        donnees_de(request),
        role=role,
        gestion=gestion_de(request.user),
        initial={"portee": request.GET.get("portee")},
    )
    return page_de_geste(
        request,
        partial(_confier, role=role),
        refus=peut_confier(request.user, role),
        form=form,
        gabarit="alliances/invitation.html",
        libelle="Inviter",
        fait=lambda mandat: f"Le mandat est confié; un courriel part à {form.cleaned_data['courriel']}.",
        ensuite=lambda mandat, par: annoncer_mandats([mandat]),
        titre=f"Inviter\u00a0: {role.label}",
        ici=role.label,
        chapeau=CE_QUE_FAIT[role],
        role=role,
        **_reperes(("Inviter une personne", reverse("alliances:invitations"))),
    )


def _confier(courriel, *, role, par, prenom, nom, **portee):
    """Le rôle se confie; reste à savoir si c'est sur cette portée-là."""
    exiger(peut_gerer(par, Mandat(role=role, **portee)))
    return inviter(courriel, role, par=par, prenom=prenom, nom=nom, **portee)


def _reperes(*etapes):
    """On vient de la liste des mandats, et l'on y revient."""
    retour = reverse("alliances:mandats")
    return {"objet_en_mots": "", "etapes": [("Mandats", retour), *etapes], "retour": retour}


def _mandat_gere(request, pk):
    visibles = Mandat.objects.visibles_par(request.user)
    mandat = get_object_or_404(
        visibles.select_related("utilisateur", "alliance", "region", "territoire", "organisme"), pk=pk
    )
    exiger(peut_gerer(request.user, mandat))
    return mandat


def fin(request, pk):
    mandat = _mandat_gere(request, pk)
    return page_de_geste(
        request,
        partial(terminer, mandat),
        refus=None,
        form=FinForm(donnees_de(request)),
        gabarit="alliances/mandat_fin.html",
        libelle="Terminer le mandat",
        fait=f"Le mandat est terminé\u00a0: {mandat}.",
        titre="Terminer un mandat",
        danger=True,
        mandat=mandat,
        **_reperes(),
    )


@require_POST
def relance(request, pk):
    """Renvoie l'invitation de qui n'a pas encore choisi son mot de passe."""
    mandat = _mandat_gere(request, pk)
    if mandat.est_en_vigueur() and attend_son_mot_de_passe(mandat.utilisateur):
        annoncer_mandats([mandat])
        messages.success(request, f"L’invitation est renvoyée à {mandat.utilisateur.courriel}.")
    else:
        messages.info(request, "Cette personne a déjà accepté son invitation, ou son mandat est terminé.")
    return redirect("alliances:mandats")
