"""La demande d'un organisme : la commencer, remplir ses parties, la vérifier, la déposer, la retirer."""

from functools import partial

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alliances.models import Organisme
from alliances.models.mandats import droits_de
from projets.canevas import parties_de
from projets.forms.demandes import CommencerForm, DepotForm
from projets.forms.questions import FORMES
from projets.forms.receptions import DepotAuNomForm
from projets.models import AppelProjets, Initiative, PresenceDemande
from projets.models.engagements import qui_depose, qui_engage
from projets.models.relecture import LUES
from projets.notifications.demandes import annoncer_le_depot, annoncer_le_retrait
from projets.permissions import peut, peut_pour_l_organisme
from projets.regles.lecture import montage_de
from projets.regles.tour import tour
from projets.views.receptions import depot_au_nom
from projets.views.reperes import adresse, demande_visible, recues, reperes, sur_l_appareil
from socle.acces import exiger
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste, phrases
from socle.service.entetes import sans_activite
from socle.templatetags.composants import sommaire_erreurs
from socle.texte.typographie import heure
from socle.valeurs.entiers import entier
from socle.valeurs.horloge import maintenant

MAIS_EMPECHE = "C’est enregistré, mais une réponse empêche de déposer\xa0: lisez pourquoi ci-dessous."


def commencement(request, pk):
    """Commencer une demande à cet appel, au nom d'un des organismes de la personne."""
    appel = get_object_or_404(AppelProjets.objects.publics().select_related("alliance"), pk=pk)
    siens = Organisme.objects.filter(
        pk__in=[m.organisme_id for m in droits_de(request.user).mandats if m.organisme_id]
    )
    public = reverse("projets:appel_public", args=[pk])
    if not siens:
        return redirect("projets:nommer_organisme", pk=pk)
    brouillons = Initiative.objects.filter(appel=appel, organisme__in=siens, etat=Initiative.Etat.BROUILLON)
    brouillons = brouillons.select_related("organisme", "commencee_par").order_by("commencee_le", "pk")
    return page_de_geste(
        request,
        partial(Initiative.commencer, appel),
        refus=None,
        form=CommencerForm(
            donnees_de(request),
            organismes=siens,
            brouillons=brouillons,
            initial={nom: request.GET.get(nom) for nom in ("reprise_de", "suite_de")},
        ),
        brouillons=brouillons,
        engagements=_engagements(request, siens),
        gabarit="projets/demande/commencement.html",
        libelle="Commencer la demande",
        fait=_commencee,
        retour=adresse,
        annuler=public,
        empechements=Initiative.empechements_a_commencer(appel, None),
        objet_en_mots=appel.titre,
        etapes=[("Appels ouverts", reverse("projets:appels_publics")), (appel.titre, public)],
    )


def _engagements(request, siens):
    """[(organisme que la personne n'engage pas, les noms de qui l'engage)]."""
    autres = [o for o in siens if peut_pour_l_organisme(request.user, "deposer", o)]
    engagent = qui_engage(autres) if autres else {}
    return [(organisme, engagent.get(organisme.pk, [])) for organisme in autres]


def _commencee(initiative):
    if initiative.reprise_de_id and initiative.reprise_de.appel_id != initiative.appel_id:
        precedente = initiative.reprise_de.numero or initiative.reprise_de
        return (
            f"Votre demande reprend {precedente}. Il reste à y faire l’admissibilité, la signature, "
            "les dates, les territoires, les priorités et les pièces de la demande; tout le reste est à relire."
        )
    return "Votre demande est ouverte. Rien n’est envoyé avant le dépôt."


def _qui_depose(request, initiative):
    """`None` si la personne dépose elle-même; ce que la Table saisit, elle le dépose."""
    if initiative.mode_reception or peut(request.user, "deposer", initiative) is None:
        return None
    return qui_depose(initiative.organisme, request.user)


@require_safe
def demande(request, pk):
    """La liste des parties, ce qu'il reste à faire, et pour quand."""
    initiative = demande_visible(request, pk)
    if initiative.etat != Initiative.Etat.BROUILLON:
        return redirect("projets:initiative", pk=pk)
    avancement = {p.code: p for p in initiative.parties.select_related("modifiee_par")}
    avancement["pieces"].terminee = all(piece for _, piece in initiative.pieces_demandees())
    lignes = [(partie, avancement[partie.code]) for partie in parties_de(initiative)]
    a_faire = [partie for partie, fait in lignes if not fait.terminee]
    return render(
        request,
        "projets/demande/taches.html",
        reperes(initiative)
        | sur_l_appareil(request, initiative, avancement.values())
        | {
            "lignes": lignes,
            "faites": len(lignes) - len(a_faire),
            "prochaine": a_faire[0] if a_faire else None,
            "minutes": sum(partie.minutes for partie in a_faire),
            "changements": initiative.appel.changements(),
            "ouvert": initiative.appel.est_ouvert(),
            "tour": tour(initiative, maintenant()),
            "contact": initiative.alliance.contacts.filter(principal=True).first(),
            "qui": _qui_depose(request, initiative),
            "peut_abandonner": not initiative.est_un_essai
            and peut(request.user, "abandonner-brouillon", initiative) is None
            and not initiative.empechements_a_abandonner_par(request.user),
        },
    )


def _partie(request, pk, code):
    """(demande, partie du canevas, son avancement, son formulaire); 404 si elle n'en est pas."""
    initiative = demande_visible(request, pk)
    parties = parties_de(initiative)
    ici = next((partie for partie in parties if partie.code == code and code in FORMES), None)
    if ici is None:
        raise Http404
    initiative.lire(*ici.rangees, "parties")
    avancement = next(p for p in initiative.parties.all() if p.code == code)
    voulues = entier(request.GET.get("rangees", "")) or 0
    form = FORMES[code](
        donnees_de(request), initiative=initiative, avancement=avancement, rangees_voulues=voulues
    )
    return initiative, ici, form


def partie(request, pk, code):
    """Une partie : un brouillon s'enregistre toujours, même inachevé."""
    initiative, ici, form = _partie(request, pk, code)
    parties = parties_de(initiative)
    rang = parties.index(ici)
    suivante = next(iter(parties[rang + 1 :]), None)
    return page_de_geste(
        request,
        partial(initiative.enregistrer_partie, code),
        refus=peut(request.user, "rediger", initiative),
        form=form,
        gabarit="projets/demande/partie.html",
        libelle="Enregistrer et continuer",
        fait=lambda _: MAIS_EMPECHE if form.empeche_de_deposer else "C’est enregistré.",
        ton=lambda: messages.WARNING if form.empeche_de_deposer else messages.SUCCESS,
        empechements=initiative.empechements_a_modifier(),
        empeche="La demande ne change plus",
        titre=f"{rang + 1}. {ici.titre}",
        ici=f"Partie {rang + 1}",
        annulation="Ma demande",
        annuler=adresse(initiative),
        partie=ici,
        rang=rang + 1,
        combien=len(parties),
        suivante=suivante,
        recues=recues(request, initiative.parties.all()),
        **reperes(initiative) | {"retour": lambda _: _ensuite(request, initiative, form, suivante)},
    )


def _ensuite(request, initiative, form, suivante):
    """La partie suivante; la même, pour recalculer, ajouter ou changer une réponse; la liste, après la dernière."""
    if "recalculer" in request.POST:
        ajout = f"?rangees={form.rangees.nombre + 1}" if form.agrandissable else ""
        return adresse(initiative, "partie", form.code) + ajout
    if form.empeche_de_deposer:
        return adresse(initiative, "partie", form.code)
    return adresse(initiative, "partie", suivante.code) if suivante else adresse(initiative)


@require_POST
def brouillon(request, pk, code):
    """Ce que le script enregistre pendant qu'on écrit : la même écriture, et une réponse en JSON."""
    initiative, _, form = _partie(request, pk, code)
    exiger(peut(request.user, "rediger", initiative))
    if not form.is_valid():
        erreurs = [message for message, _ in sommaire_erreurs(form)["erreurs"]]
        return JsonResponse({"erreur": f"Pas encore enregistré. {' '.join(erreurs)}"}, status=400)
    try:
        enregistree = initiative.enregistrer_partie(code, par=request.user, **form.saisie_en_cours())
    except VersionPerimee as perime:
        if not form.est_deja_enregistre():
            return JsonResponse({"erreur": str(perime)}, status=409)
        enregistree = initiative.parties.get(code=code)
    except TransitionInterdite as refus:
        return JsonResponse({"erreur": " ".join(phrases(refus))}, status=403)
    a = heure(timezone.now())
    return JsonResponse(
        {
            "revision": enregistree.revision,
            "vues": form.relu().ce_qui_est_montre(),
            "heure": a,
            "message": f"Enregistré à {a}",
            "session_fin": request.session.get_expiry_age(),
            "fragments": form.fragments(),
        }
    )


@sans_activite
@require_POST
def presence(request, pk, code):
    """Qui d'autre a cette partie ouverte, et si quelqu'un l'a enregistrée depuis."""
    initiative = demande_visible(request, pk)
    partie = get_object_or_404(initiative.parties.select_related("modifiee_par"), code=code)
    vue = entier(request.POST.get("revision", ""))
    depuis = vue is not None and partie.revision > vue and partie.modifiee_par != request.user
    return JsonResponse(
        {
            "autres": PresenceDemande.signaler(partie, par=request.user),
            "enregistree_par": partie.modifiee_par.nom_court if depuis and partie.modifiee_par else None,
            "session_fin": request.session.get_expiry_age(),
        }
    )


@require_safe
def verification(request, pk):
    """Toute la demande sur une page, ce qui empêche de la déposer, avec où aller; sinon l'attestation, et le dépôt."""
    initiative = demande_visible(request, pk)
    (deja,) = initiative.lire(*LUES, "parties", aussi=(initiative.deja_a_cet_appel(),))
    pieces = initiative.pieces_demandees()
    trouves = initiative.manques(pieces)
    bloquants = [m for m in trouves if m.bloque]
    refus, hors_delai = peut(request.user, "deposer", initiative), initiative.hors_delai()
    return render(
        request,
        "projets/demande/verification.html",
        reperes(initiative)
        | sur_l_appareil(request, initiative)
        | {
            "bloquants": bloquants,
            "deja": deja,
            "conseils": [m for m in trouves if not m.bloque],
            "montage": montage_de(initiative),
            "pieces": pieces,
            "refus": refus,
            "hors_delai": hors_delai,
            "qui": _qui_depose(request, initiative),
            "form": None
            if hors_delai or bloquants or refus
            else _attestation(initiative)(vue=initiative.empreinte_a_deposer()),
        },
    )


def _attestation(initiative):
    return DepotAuNomForm if initiative.mode_reception else DepotForm


def depot(request, pk):
    initiative = demande_visible(request, pk)
    initiative.lire(*LUES, "parties")
    if initiative.mode_reception:
        return depot_au_nom(request, initiative, **sur_l_appareil(request, initiative))
    return page_de_geste(
        request,
        initiative.deposer,
        refus=peut(request.user, "deposer", initiative),
        form=DepotForm(donnees_de(request), vue=initiative.empreinte_a_deposer()),
        ensuite=annoncer_le_depot,
        gabarit="projets/demande/depot.html",
        libelle="Déposer la demande",
        fait=lambda deposee: f"Votre demande est déposée sous le numéro {deposee.numero}.",
        empechements=initiative.empechements_a_deposer(),
        empeche="La demande n’est pas prête",
        annuler=adresse(initiative, "verification"),
        montage=montage_de(initiative),
        pieces=initiative.pieces_demandees(),
        **sur_l_appareil(request, initiative),
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")},
    )


def abandon(request, pk):
    initiative = demande_visible(request, pk)
    return page_de_geste(
        request,
        initiative.abandonner,
        refus=peut(request.user, "abandonner-brouillon", initiative),
        gabarit="projets/demande/abandon.html",
        libelle="Abandonner le brouillon",
        fait="Le brouillon est abandonné. Ce qui y était écrit se reprend en commençant une demande.",
        empechements=initiative.empechements_a_abandonner_par(request.user),
        danger=True,
        annuler=adresse(initiative),
        **reperes(initiative) | {"retour": reverse("projets:initiatives")},
    )


def retrait(request, pk):
    initiative = demande_visible(request, pk)
    return page_de_geste(
        request,
        initiative.retirer,
        refus=peut_pour_l_organisme(request.user, "retirer-demande", initiative.organisme),
        form=MotifForm(donnees_de(request), facultatif=True, aide="La Table le lira."),
        ensuite=annoncer_le_retrait,
        gabarit="projets/demande/retrait.html",
        libelle="Retirer la demande",
        fait="La demande est retirée. Vous pouvez la reprendre\xa0: sa page dit comment.",
        empechements=initiative.empechements_a_retirer_par(request.user),
        danger=True,
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")},
    )
