"""Les mandats : les voir, inviter une personne, en terminer un."""

from django.contrib import messages
from django.core.exceptions import ValidationError
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
from alliances.views.portes import saisie
from socle.acces import exiger
from socle.erreurs import TransitionInterdite

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
    exiger(peut_confier(request.user, role))
    role = Role(role)
    form = InvitationForm(
        saisie(request),
        role=role,
        gestion=gestion_de(request.user),
        initial={"portee": request.GET.get("portee")},
    )
    if request.method == "POST" and form.is_valid() and _inviter(request, form):
        return redirect("alliances:mandats")
    contexte = {"form": form, "role": role, "ce_que_fait": CE_QUE_FAIT[role]}
    return render(request, "alliances/invitation.html", contexte)


def _inviter(request, form):
    """Confie le mandat et annonce; le message est le même que le compte ait existé ou non."""
    personne = {nom: form.cleaned_data[nom] for nom in ("courriel", "prenom", "nom")}
    exiger(peut_gerer(request.user, Mandat(role=form.role, **form.portees())))
    try:
        mandat = inviter(personne.pop("courriel"), form.role, par=request.user, **personne, **form.portees())
    except ValidationError as refus:
        form.add_error(None, refus.messages)
        return False
    except TransitionInterdite as refus:
        form.add_error("courriel", str(refus))
        return False
    annoncer_mandats([mandat])
    messages.success(request, f"Le mandat est confié; un courriel part à {form.cleaned_data['courriel']}.")
    return True


def _mandat_gere(request, pk):
    visibles = Mandat.objects.visibles_par(request.user)
    mandat = get_object_or_404(
        visibles.select_related("utilisateur", "alliance", "region", "territoire", "organisme"), pk=pk
    )
    exiger(peut_gerer(request.user, mandat))
    return mandat


def fin(request, pk):
    mandat = _mandat_gere(request, pk)
    form = FinForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        try:
            terminer(mandat, par=request.user, motif=form.cleaned_data["motif"])
        except TransitionInterdite as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"Le mandat est terminé\u00a0: {mandat}.")
            return redirect("alliances:mandats")
    contexte = {
        "mandat": mandat,
        "form": form,
        "libelle_action": "Terminer le mandat",
        "genre_action": "danger",
        "url_annuler": reverse("alliances:mandats"),
    }
    return render(request, "alliances/mandat_fin.html", contexte)


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
