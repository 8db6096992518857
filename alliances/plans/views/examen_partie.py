"""Lire une partie d'une version déposée : une section, l'ensemble des priorités, ou une priorité à la fois."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from alliances.plans import regles
from alliances.plans.canevas import suivante
from alliances.plans.comparaison import comparer, resume
from alliances.plans.forms.examen import DemandeForm, ObservationForm
from alliances.plans.impression import lisible, priorite_lisible
from alliances.plans.models import ControleExamen, LectureSection
from alliances.plans.permissions import peut
from alliances.plans.views.examen import entamer, lire_instantanes, rattacher, version_a_examiner
from alliances.plans.views.parties import (
    STRUCTURE,
    choisir,
    code_de,
    derniere_lecture,
    est_une_priorite,
    etat_de_lecture,
    extrait,
    partie_ou_404,
    parties,
    porteuses,
    priorites,
    restreindre,
)
from socle.texte.riche import montrer

INDICATEURS = ("indicateur", "indicateurs")
ENFANTS = {
    "priorite": (INDICATEURS, ("objectif", "objectifs")),
    "objectif": (INDICATEURS, ("moyen", "moyens")),
    "moyen": (INDICATEURS,),
}


@require_safe
def examen_partie(request, pk, code):
    """Une partie, ce qui y a changé, et de quoi demander ou observer."""
    version = version_a_examiner(request, pk)
    return afficher_partie(request, version, code)


def afficher_partie(request, version, code, demande_form=None, observation_form=None):
    """La page d'une partie; les formulaires refusés y reviennent avec ce qui était tapé."""
    lu = lire_instantanes(version, request.user)
    liste, fiches = parties(version), priorites(version, lu.courant)
    partie = choisir(liste | fiches, code)
    rattacher(version, liste | fiches, lu, request.user)
    precis = {"cible": request.GET.get("cible", "")}
    choix = {"contenu": lu.courant, "partie": code}
    contexte = {
        "version": version,
        "alliance": version.plan.alliance,
        "partie": partie,
        "demandes": partie.demandes,
        "observations": partie.observations,
        "depuis_lecture": changement(lu.contenus.get(derniere_lecture(lu.lus, code)), lu.courant, code),
        "depuis_reference": changement(lu.reference, lu.courant, code),
        "depuis_l_approuvee": lu.depuis_l_approuvee,
        "reference": lu.reference and lu.reference["version"],
        "constats": en_constats(partie.constats),
        "demande_form": demande_form or DemandeForm(initial=precis, **choix),
        "observation_form": observation_form or ObservationForm(initial=precis, de_l_etat=True, **choix),
        "peut_demander": not version.empechements_a_examiner()
        and peut(request.user, "demander-correction", version) is None,
        "avant": voisine(liste, fiches, code, -1),
        "suite": voisine(liste, fiches, code, 1),
        "autres": list((fiches if est_une_priorite(code) else liste).values()),
    }
    contexte["reponses"] = () if est_une_priorite(code) else reponses_de(version, lu.courant, code)
    if code == STRUCTURE:
        contexte |= de_la_structure(lu.courant, fiches, contexte)
        return render(request, "plans/examen/priorites.html", contexte)
    if est_une_priorite(code):
        contexte |= de_la_priorite(lu.courant, partie, liste)
        return render(request, "plans/examen/priorite.html", contexte)
    page = lisible(lu.courant)
    return render(
        request, "plans/examen/partie.html", page | contexte | {"texte": texte_de(page["plan"], code)}
    )


def de_la_priorite(contenu, partie, liste):
    """La fiche d'une priorité, ses remarques posées à côté de ce qu'elles visent."""
    fiche = priorite_lisible(contenu, partie.code)
    poser_les_remarques([fiche], partie)
    return {"priorite": fiche, "structure": liste[STRUCTURE]}


def de_la_structure(contenu, fiches, contexte):
    """Les priorités à lire une à une, ce qui les change, et les remarques sur leur ensemble."""
    comparaison = contexte["depuis_lecture"] or contexte["depuis_reference"]
    elements = [e for groupe in comparaison.groupes for e in groupe.touches] if comparaison else []
    for element in elements:
        if element.cle in fiches:
            fiches[element.cle].changement = "Ajoutée" if element.etat == "ajoute" else "Modifiée"
    places = porteuses(contenu)
    return {
        "fiches": list(fiches.values()),
        "lues": sum(fiche.est_lue for fiche in fiches.values()),
        "resume": resume(comparaison) if comparaison else "",
        "retirees": [element for element in elements if element.cle not in fiches],
        "demandes": [d for d in contexte["demandes"] if d.ancre not in places],
        "observations": [o for o in contexte["observations"] if o.ancre not in places],
    }


def voisine(liste, fiches, code, pas):
    """La partie qui précède ou qui suit; les priorités se lisent entre l'ensemble et la section 10a."""
    ordre = []
    for section in liste.values():
        ordre += [section, *(fiches.values() if section.code == STRUCTURE else ())]
    rang = [partie.code for partie in ordre].index(code) + pas
    return ordre[rang] if 0 <= rang < len(ordre) else None


def poser_les_remarques(elements, partie, objet="priorite"):
    """Pose sur chaque élément les demandes et les observations qui le visent : on les lit à côté de lui."""
    for element in elements:
        ancre = (objet, element["cle"])
        element["demandes"] = [d for d in partie.demandes if d.ancre == ancre]
        element["observations"] = [o for o in partie.observations if o.ancre == ancre]
        for enfant, porte in ENFANTS.get(objet, ()):
            poser_les_remarques(element[porte], partie, enfant)


def changement(avant, apres, code):
    """La comparaison d'une partie, ou `None` si elle se lit pareil."""
    if avant is None or extrait(avant, code) == extrait(apres, code):
        return None
    return comparer(restreindre(avant, code, apres), restreindre(apres, code, apres))


def texte_de(plan, code):
    """Le texte d'une section, prêt à lire sous un titre de deuxième niveau."""
    texte = next((s["texte"] for s in plan["sections"] if s["code"] == code), "")
    return montrer(texte, sous=2)


def en_constats(constats):
    """Les constats, dans la forme du composant de page."""
    return [{"niveau": str(c.genre), "message": c.message, "lien": "", "source": c.source} for c in constats]


def reponses_de(version, contenu, code):
    """Les éléments du guide qui se lisent dans cette partie, avec leur état automatique et leur contrôle."""
    controles = {
        c.element: c for c in ControleExamen.objects.filter(version=version, tour=version.tour).order_by()
    }
    return [
        (reponse, controles.get(reponse.element.numero))
        for reponse in regles.elements_repondus(contenu)
        if any(
            code_de(*lieu) == code or (code == STRUCTURE and lieu[0] == "plan")
            for lieu in reponse.element.lieux
        )
    ]


@require_POST
def lecture_marquee(request, pk, code):
    """Note que la personne a lu cette partie, et passe à la suivante; la dernière priorité lue, toutes le sont."""
    version = version_a_examiner(request, pk)
    lu = lire_instantanes(version, request.user)
    partie = partie_ou_404(version, code, lu.courant)
    entamer(request, version)
    LectureSection.marquer(version, *ce_qui_est_lu(lu, code), par=request.user)
    messages.success(request, f"«\u00a0{partie.libelle}\u00a0» est marquée comme lue.")
    if code == STRUCTURE:  # Tout est marqué d'un coup : on ne repasse pas par chaque priorité.
        return redirect("plans:examen_partie", pk, suivante(code).code)
    suite = voisine(parties(version), priorites(version, lu.courant), code, 1)
    return redirect(suite.url) if suite else redirect("plans:examen", pk)


def ce_qui_est_lu(lu, code):
    """Le code de la partie, et celui de l'ensemble des priorités quand elle est la dernière à lire."""
    if not est_une_priorite(code):
        return [code]
    autres = (p["cle"] for p in lu.courant["priorites"] if p["cle"] != code)
    restent = [c for c in autres if etat_de_lecture(c, lu.lus, lu.contenus, lu.courant)[1] != "bien"]
    return [code] if restent else [code, STRUCTURE]
