"""Toute la vie d'une convention sur une page, son journal, et la convention d'une Alliance."""

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from conventions.models import (
    Avenant,
    Convention,
    EcheanceVersement,
    JournalConvention,
)
from conventions.models.conventions import Etat
from conventions.models.enveloppes import Solde
from conventions.permissions import peut, peut_signer, peut_sur_l_alliance
from conventions.views.branches import Liens
from conventions.views.echeances import image
from conventions.views.etats import etat_lu, phrase_de
from conventions.views.gestes import convention_visible
from conventions.views.journal import en_mots
from conventions.views.obligations import image as image_d_obligation
from conventions.views.obligations import lues_de
from conventions.views.position import sommes_de
from conventions.views.versements import prochain_de
from socle.valeurs.argent import ZERO

LIGNES_MONTREES, LIGNES_PAR_PAGE = 5, 25
SOMMES_MONTREES = {
    "convenu": "Convenu",
    "recu": "Reçu et gardé",
    "recupere": "Récupéré",
    "reserve": "Réservé",
    "engage": "Engagé",
    "verse": "Versé aux porteurs",
    "depense": "Dépensé par la Table",
    "remis": "Remis aux territoires",
    "disponible": "Disponible",
}
REGLES = (
    *("fin_realisation", "mois_pour_le_plan", "echeance_plan_au_plus_tard", "plafond_administration"),
    *(
        "part_nouveaux_projets",
        "part_regionale",
        "cumul_maximal",
        "retenue",
        "jours_d_avance",
        "avant_le_plan",
        "mois_pour_le_rapport",
        "bilan_le",
    ),
    *("mois_pour_le_rapport_final", "seuil_examen", "seuil_audit"),
)


@require_safe
def convention(request, pk):
    """État, parties, montants, paramètres, obligations, pièces, journal : tout ce qui arrive à la convention."""
    convention = convention_visible(request, pk, avenant_en_cours=_avenant_en_cours(request.user))
    parties = list(convention.parties.select_related("organisme"))
    obligations = lues_de(convention)
    return render(
        request,
        "conventions/convention.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "etat_lu": etat_lu(convention, request.user),
            "phrase": phrase_de(convention, parties, obligations),
            "gestes": _gestes(convention, request.user),
            "vie": _vie(convention, request.user, parties, obligations),
            "regles": {nom: getattr(convention, nom) for nom in REGLES},
        },
    )


def _vie(convention, utilisateur, parties, obligations):
    """Le corps de la page, en données simples (voir `{% fragment %}`)."""
    exercices, liens = list(convention.exercices.order_by("an")), Liens(convention)
    return {
        "pk": convention.pk,
        "alliance": {"nom": convention.alliance.nom, "slug": convention.alliance.slug},
        "est_signee": convention.est_signee,
        "parties": [_partie(partie, convention, utilisateur) for partie in parties],
        "exercices": [
            {
                "libelle": str(exercice),
                "montant": exercice.montant,
                "url": liens.lignes(exercice=exercice.an, compte="convenu") if convention.est_signee else "",
                "clos": exercice.clos_le is not None,
            }
            for exercice in exercices
        ],
        "total": sum((exercice.montant for exercice in exercices), ZERO),
        "obligations": [image_d_obligation(obligation) for obligation in obligations],
        **_argent(convention, obligations),
        "avenant_en_cours": convention.avenant_en_cours,
        "peut_etablir": convention.etat == Etat.PREPARATION
        and peut(utilisateur, "etablir-echeancier", convention) is None,
        "journal": [en_mots(ligne) for ligne in _journal(utilisateur, convention)[:LIGNES_MONTREES]],
    }


def _argent(convention, obligations):
    """Les versements prévus, la phrase du prochain, et les sommes de l'enveloppe; rien avant qu'il y en ait."""
    echeances = EcheanceVersement.de_la_convention(convention, obligations)
    lignes = [image(echeance) for echeance in echeances]
    if not convention.est_signee:
        return {"echeances": lignes, "prochain": "", "sommes": []}
    sommes = sommes_de(Solde.objects.filter(enveloppe__convention=convention))
    lies = Liens(convention).montants({compte: sommes[compte] for compte in SOMMES_MONTREES})
    return {
        "echeances": lignes,
        "prochain": prochain_de(convention, echeances),
        "sommes": [(libelle, *lie) for libelle, lie in zip(SOMMES_MONTREES.values(), lies, strict=True)],
    }


def _avenant_en_cours(utilisateur):
    """La clé du dernier avenant en cours que la personne voit."""
    avenants = Avenant.objects.visibles_par(utilisateur).ouverts().filter(convention=OuterRef("pk"))
    return Subquery(avenants.order_by("-numero").values("pk")[:1])


def _partie(partie, convention, utilisateur):
    """Une partie, et l'adresse où inscrire sa signature quand c'est le moment et que la personne le peut."""
    attendue = not convention.empechements_a_signer(partie)
    permis = attendue and peut_signer(utilisateur, partie, convention) is None
    return {
        "nom": partie.nom,
        "role": partie.get_role_display(),
        "signataire": partie.signataire,
        "signe": partie.signe,
        "signee_le": partie.signee_le,
        "resolution": partie.resolution,
        "resolution_le": partie.resolution_le,
        "attendue": attendue,
        "url": reverse("conventions:signature", args=[convention.pk, partie.pk]) if permis else "",
    }


GESTES = {
    Etat.PREPARATION: [
        ("preparation", "preparer", "Modifier la préparation"),
        ("transmission", "transmettre", "Transmettre aux parties"),
    ],
    Etat.TRANSMISE: [("reprise", "reprendre", "Reprendre pour corriger")],
    Etat.SIGNEE: [
        ("cloture", "fermer", "Clore la convention"),
        ("resiliation", "fermer", "Résilier la convention"),
    ],
}


CONFIER = ("charge", "confier", "Confier le dossier")


def _gestes(convention, utilisateur):
    """Les boutons de ce que l'état permet et qui revient à cette personne, le principal d'abord."""
    return [
        {"libelle": libelle, "url": reverse(f"conventions:{page}", args=[convention.pk])}
        for page, geste, libelle in (*GESTES.get(convention.etat, ()), CONFIER)
        if peut(utilisateur, geste, convention) is None
    ]


def _journal(utilisateur, convention):
    lignes = JournalConvention.objects.visibles_par(utilisateur).filter(convention=convention)
    return lignes.select_related("par")


@require_safe
def de_l_alliance(request, slug):
    """La dernière convention que la personne voit; sinon, ce qui est attendu."""
    alliances = Alliance.objects.suivies_par(request.user).select_related("cycle")
    alliance = get_object_or_404(alliances, slug=slug)
    conventions = Convention.objects.visibles_par(request.user).filter(alliance=alliance)
    derniere = conventions.order_by("-pk").first()
    if derniere:
        return redirect("conventions:convention", pk=derniere.pk)
    return render(
        request,
        "conventions/pas_encore.html",
        {
            "alliance": alliance,
            "peut_preparer": peut_sur_l_alliance(request.user, "preparer", alliance) is None,
        },
    )
