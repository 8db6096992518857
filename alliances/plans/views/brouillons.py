"""Ce que demandent les scripts pendant la rédaction : enregistrer un brouillon, dire qui d'autre est là.

Un brouillon refusé n'écrit rien : la page garde la saisie et dit pourquoi.
"""

import re
import uuid

from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from alliances.plans.forms.redaction import BrouillonForm, CorrectionsForm
from alliances.plans.models import Presence
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.cartes import MODELES, element_de, formulaires_de, racine, relations_de
from alliances.plans.views.conflits import differences_de_carte
from alliances.plans.views.corrections import demandes_de, garder_les_ebauches
from alliances.plans.views.gestes import repond_en_json, version_de_l_alliance
from alliances.plans.views.sections import section_de
from socle.acces import exiger
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.pages.gestes import phrases
from socle.service.entetes import sans_activite
from socle.templatetags.composants import sommaire_erreurs
from socle.texte.typographie import date_heure, heure
from socle.valeurs.entiers import entier

CIBLE = re.compile(r"(section|priorite|objectif|moyen|indicateur)-([0-9a-z-]{1,36})")


def _enregistre(request, revision):
    """La réponse à un brouillon enregistré : sa révision, l'heure, et la séance prolongée."""
    maintenant = timezone.now()
    a = heure(maintenant)
    return JsonResponse(
        {
            "revision": revision,
            "heure": a,
            "message": f"Brouillon enregistré à {a}",
            "dernier": f"{date_heure(maintenant)}, {request.user.nom_complet}",
            "session_fin": request.session.get_expiry_age(),
        }
    )


def _invalide(*formulaires):
    """Une réponse (400) qui dit chaque erreur, ou `None` si tout est valide."""
    erreurs = [message for message, _ in sommaire_erreurs(*formulaires)["erreurs"]]
    if not erreurs:
        return None
    return JsonResponse({"erreur": f"Pas encore enregistré. {' '.join(erreurs)}"}, status=400)


def _depasse(perime, comparer):
    return JsonResponse({"erreur": str(perime), "comparer": comparer}, status=409)


def _ferme(refus):
    return JsonResponse({"erreur": " ".join(phrases(refus))}, status=403)


@require_POST
@repond_en_json
def section(request, pk, code):
    """Le texte d'une section et les réponses aux corrections, même inachevés, et ce qu'on dit de l'avancement."""
    section = section_de(request, pk, code)
    exiger(peut_rediger(request.user, section.version))
    form = BrouillonForm(request.POST)
    corrections = _corrections(request, section.version, ("section", code))
    if refus := _invalide(form, corrections):
        return refus
    donnees = form.cleaned_data
    try:
        enregistree = section.enregistrer(
            par=request.user,
            revision=donnees["revision"],
            texte=donnees["texte"],
            terminee={"oui": True, "non": False}.get(donnees["terminee"]),
        )
    except VersionPerimee as perime:
        return _depasse(perime, reverse("plans:conflit", args=[pk, code]))
    except TransitionInterdite as refus:
        return _ferme(refus)
    garder_les_ebauches(corrections)
    return _enregistre(request, enregistree.revision)


def _corrections(request, version, ancre):
    return CorrectionsForm(request.POST, demandes=demandes_de(version, ancre))


@require_POST
@repond_en_json
def carte(request, pk, objet, cle):
    """Une carte qui existe : ses champs, ses collaborations, ses réponses aux corrections, s'ils sont tous valides."""
    version = version_de_l_alliance(request, pk)
    element = element_de(version, objet, cle, supprimes=True)
    exiger(peut_rediger(request.user, version, racine(element)))
    form, collaborations = formulaires_de(request, version, element, request.POST)
    corrections = _corrections(request, version, (objet, element.cle))
    if refus := _invalide(form, *([collaborations.ensemble] if collaborations else ()), corrections):
        return refus
    if reponse := _deja_la(request, form, collaborations):
        garder_les_ebauches(corrections)
        return reponse
    try:
        element.enregistrer(
            par=request.user,
            **form.saisie(),
            relations=relations_de(form, collaborations),
        )
    except VersionPerimee as perime:
        return _depasse(perime, reverse("plans:carte", args=[pk, objet, cle]))
    except TransitionInterdite as refus:
        return _ferme(refus)
    garder_les_ebauches(corrections)
    return _enregistre(request, element.revision)


def _deja_la(request, form, collaborations):
    """La réponse quand la saisie est déjà enregistrée (une réponse perdue en chemin); sinon `None`."""
    actuel = type(form.instance).objects.get(pk=form.instance.pk)
    if not actuel.est_present() or differences_de_carte(actuel, form, collaborations):
        return None
    return _enregistre(request, actuel.revision)


@sans_activite
@require_POST
@repond_en_json
def presence(request, pk, cible):
    """Qui d'autre a cette page ouverte, et si quelqu'un a enregistré depuis."""
    version = version_de_l_alliance(request, pk)
    morceaux = CIBLE.fullmatch(cible)
    if not morceaux:
        raise Http404
    ecrite = _ecrite_par(version, *morceaux.groups())
    autres = Presence.signaler(version, cible, par=request.user)
    return JsonResponse(
        {
            "autres": autres,
            "enregistree_par": _depuis(request, *ecrite),
            "session_fin": request.session.get_expiry_age(),
        }
    )


def _ecrite_par(version, objet, cle):
    """(révision, personne) de la section ou de la carte; (0, `None`) si elle n'est plus là."""
    if objet == "section":
        ligne = version.sections.select_related("modifiee_par").filter(code=cle).first()
        return (ligne.revision, ligne.modifiee_par) if ligne else (0, None)
    try:
        cle = uuid.UUID(cle)
    except ValueError as fausse:
        raise Http404 from fausse
    modele = MODELES[objet]
    presents = modele.objects.presents().filter(**{modele.CHEMIN_VERSION: version}, cle=cle)
    carte = presents.select_related("modifie_par").first()
    return (carte.revision, carte.modifie_par) if carte else (0, None)


def _depuis(request, revision, par):
    """Le nom de la personne qui a enregistré après l'ouverture de la page, ou `None`."""
    vue = entier(request.POST.get("revision", ""))
    if vue is None or revision <= vue or par in (None, request.user):
        return None
    return par.nom_court
