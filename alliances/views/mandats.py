"""Les mandats : les voir, inviter une personne, en terminer un."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST, require_safe

from alliances.forms.liste import FiltresDesMandats
from alliances.forms.mandats import FinForm, InvitationForm
from alliances.models import Mandat, Role
from alliances.models.invitations import COMPTE_DESACTIVE, attend_son_mot_de_passe, inviter
from alliances.models.mandats import PORTEES
from alliances.models.releve import terminer
from alliances.models.roles import CONFIRMENT, PAR_RESOLUTION, QUI_LIENT
from alliances.notifications import annoncer_mandats, reserves_de
from alliances.permissions import gestion_de, peut_confier, peut_gerer, peut_gerer_des_mandats
from socle.acces import exiger
from socle.pages.adresses import adresses_de
from socle.pages.colonnes import ColonneEtat, ColonneGestes, ColonneJour, ColonneTexte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.texte.typographie import date_courte
from socle.valeurs.horloge import aujourd_hui

CE_QUE_FAIT = {
    Role.COORDINATION: "Rédige le plan, décrit l’Alliance, gère ses mandats.",
    Role.SIGNATURE: "Autorisée par résolution\u00a0: dépose le plan.",
    Role.FINANCES: "Suit l’argent chez le fiduciaire; lit le plan.",
    Role.TERRITOIRE: "Rédige les priorités locales de son territoire.",
    Role.SIGNATURE_TERRITOIRE: "Autorisée par résolution\u00a0: engage un territoire qui gère sa part.",
    Role.FINANCES_TERRITOIRE: "Suit l’argent remis à un territoire qui gère sa part.",
    Role.PORTEUR: "Rédige pour un organisme porteur d’initiatives, sans l’engager.",
    Role.ENGAGEMENT: "Nommée par résolution\u00a0: engage l’organisme porteur.",
    Role.EVALUATION: "Siège à une instance; ne verra que les initiatives qu’on lui soumet, rien d’autre de l’Alliance. "
    "Qui rédige pour un organisme qui dépose à un appel, ou l’engage, n’en évalue aucun dossier.",
    Role.DGSQ: "Analyse les plans de la région.",
    Role.DIRECTION_DGSQ: "Rend l’avis, retourne un plan, gère les mandats de la région.",
    Role.MESS: "Analyse les plans pour le Ministère.",
    Role.APPROBATION: "Approuve les plans, gère les mandats du Ministère.",
    Role.FINANCES_MESS: "Suit les paiements du Ministère.",
    Role.OBSERVATION: "Lit, sans rien changer.",
    Role.ADMINISTRATION: "Corrige des données, gère tous les mandats.",
}


def _etat(mandat):
    if mandat.est_a_confirmer:
        return Pastille("À confirmer", "attention")
    if mandat.debut > aujourd_hui():
        return Pastille("À venir", "neutre")
    if mandat.fin and not mandat.est_en_vigueur():
        return Pastille("Terminé", "neutre")
    if attend_son_mot_de_passe(mandat.utilisateur):
        attend = "Invité, ne s’est pas encore connecté" if mandat.fin else "Invitation envoyée"
        return Pastille(attend, "attention")
    return Pastille("En vigueur", "bien")


def _fin(mandat):
    if not mandat.fin or mandat.est_a_confirmer:
        return ""
    return (
        f"jusqu’au {date_courte(mandat.dernier_jour)}" if mandat.est_en_vigueur() else date_courte(mandat.fin)
    )


def _precisions(mandat):
    """De qui l'on fait l'intérim, et qui répond d'un rôle qui lie."""
    phrases = filter(None, (mandat.interim, mandat.garants))
    return format_html_join("", '<br><span class="discret">{}</span>', ((phrase,) for phrase in phrases))


PERSONNES = ("utilisateur", "remplace__utilisateur", "nomme_par", "confirme_par")
LUS = (  # ce qu'une rangée dit d'un mandat, et rien de plus
    *("role", "debut", "fin", "confirme_le", "resolution"),
    *("utilisateur__courriel", "utilisateur__password", "utilisateur__last_login"),
    *(f"{personne}__{nom}" for personne in PERSONNES for nom in ("prenom", "nom")),
    *(f"{portee}__nom" for portee in PORTEES),
    *("organisme__territoire", "instance_gouvernance__alliance"),
)
LIEN = '<a href="{}">{}<span class="visuellement-cache">\u00a0: {}</span></a>'
GESTES = {  # page → libellé
    "mandat_confirmation": "Confirmer",
    "mandat_resolution": "Joindre la résolution",
    "interim": "Nommer un intérim",
    "mandat_fin": "Terminer",
}
# Un seul formulaire, celui de la page, sert à toutes les rangées.
RELANCE = (
    '<button class="lien" form="relance" formaction="{}">'
    'Renvoyer l’invitation<span class="visuellement-cache"> à {}</span></button>'
)


class TableauDesMandats(Tableau):
    legende = "Mandats"
    denombre = "mandat"
    tri, departage = "", ("pk",)

    personne = ColonneTexte(
        accessor="utilisateur__nom_complet",
        tri=("utilisateur__nom", "utilisateur__prenom"),
        suite=lambda m: format_html('<br><span class="discret">{}</span>', m.utilisateur.courriel),
    )
    courriel = ColonneTexte(accessor="utilisateur__courriel", cachee=True)
    role = ColonneTexte("Rôle", "get_role_display", tri="role", suite=_precisions)
    portee = ColonneTexte("Portée")
    debut = ColonneJour("Depuis", tri="debut")
    etat = ColonneEtat("État", _etat, suite=_fin)
    fin = ColonneJour(cachee=True)
    interim = ColonneTexte("Intérim", cachee=True)
    nomme_par = ColonneTexte("Nommé par", "nomme_par__nom_complet", cachee=True)
    confirme_par = ColonneTexte("Confirmé par", "confirme_par__nom_complet", cachee=True)
    actions = ColonneGestes("Actions")

    def retirees(self):
        return () if self.gestion or self.a_confirmer else ("actions",)

    @cached_property
    def a_confirmer(self):
        """Les mandats dont la personne peut être la seconde."""
        siens = Mandat.objects.confirmables_par(self.request.user)
        return set(siens.exclude(nomme_par=self.request.user).values_list("pk", flat=True))

    @cached_property
    def gestion(self):
        return gestion_de(self.request.user)

    @cached_property
    def adresses(self):
        return {page: adresses_de(f"alliances:{page}") for page in (*GESTES, "mandat_relance")}

    def lire(self, mandats):
        return mandats.select_related(*PERSONNES, *PORTEES).only(*LUS)

    def render_actions(self, value, record):
        qui, gere = f"{record.utilisateur}, {record}", self.gere(record)
        liens = [(self.adresses[page](record.pk), GESTES[page], qui) for page in self._gestes(record, gere)]
        relance = self._relance(record) if gere else ""
        return format_html("{}{}", format_html_join(" ", LIEN, liens), relance)

    def _gestes(self, mandat, gere):
        """Les pages de ce que la personne peut faire de ce mandat."""
        seul = mandat.remplace_id is None and not mandat.est_a_confirmer
        appuie = mandat.est_a_confirmer and mandat.role in PAR_RESOLUTION
        offerts = {
            "mandat_confirmation": mandat.pk in self.a_confirmer,
            "mandat_resolution": gere and appuie and mandat.utilisateur_id != self.request.user.pk,
            "interim": gere and seul,
            "mandat_fin": gere,
        }
        return [page for page, offert in offerts.items() if offert]

    def gere(self, mandat):
        return mandat.se_termine and self.gestion.comprend(mandat)

    def _relance(self, mandat):
        if not attend_son_mot_de_passe(mandat.utilisateur):
            return ""
        return format_html(RELANCE, self.adresses["mandat_relance"](mandat.pk), mandat.utilisateur)


@require_safe
def mandats(request):
    return page_de_liste(
        request,
        TableauDesMandats,
        FiltresDesMandats,
        Mandat.objects.visibles_par(request.user),
        gabarit="alliances/mandats.html",
    )


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
        fait=lambda mandat: _fait(mandat, form.cleaned_data["courriel"]),
        ensuite=lambda mandat, par: annoncer_mandats([mandat]),
        titre=f"Inviter\u00a0: {role.label}",
        ici=role.label,
        chapeau=CE_QUE_FAIT[role],
        role=role,
        lie=role in QUI_LIENT,
        par_resolution=role in PAR_RESOLUTION,
        confirment=[autre.label for autre in Role if autre in CONFIRMENT.get(role, ())],
        **reperes(("Inviter une personne", reverse("alliances:invitations"))),
    )


def _fait(mandat, courriel):
    suite = [" Il ne vaudra qu’une fois confirmé."] if mandat.est_a_confirmer else []
    suite += [f" {phrase}" for phrase in reserves_de(mandat)]
    return f"Le mandat est confié; un courriel part à {courriel}.{''.join(suite)}"


def _confier(courriel, *, role, par, prenom, nom, **portee):
    """Le rôle se confie; reste à savoir si c'est sur cette portée-là."""
    exiger(peut_gerer(par, Mandat(role=role, **portee)))
    return inviter(courriel, role, par=par, prenom=prenom, nom=nom, **portee)


def reperes(*etapes):
    """On vient de la liste des mandats, et l'on y revient."""
    retour = reverse("alliances:mandats")
    return {"objet_en_mots": "", "etapes": [("Mandats", retour), *etapes], "retour": retour}


def mandat_gere(request, pk):
    visibles = Mandat.objects.visibles_par(request.user)
    mandat = get_object_or_404(visibles.select_related("utilisateur", *PORTEES), pk=pk)
    exiger(peut_gerer(request.user, mandat))
    return mandat


def fin(request, pk):
    mandat = mandat_gere(request, pk)
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
        **reperes(),
    )


@require_POST
def relance(request, pk):
    """Renvoie l'invitation de qui n'a pas encore choisi son mot de passe."""
    mandat = mandat_gere(request, pk)
    if not mandat.utilisateur.is_active:
        messages.error(request, COMPTE_DESACTIVE)
    elif not mandat.est_termine and attend_son_mot_de_passe(mandat.utilisateur):
        annoncer_mandats([mandat])
        messages.success(request, f"L’invitation est renvoyée à {mandat.utilisateur.courriel}.")
    else:
        messages.info(request, "Cette personne a déjà accepté son invitation, ou son mandat est terminé.")
    return redirect("alliances:mandats")
