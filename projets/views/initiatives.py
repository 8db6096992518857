"""Les initiatives : la liste de qui les écrit ou les suit, et la page de chacune."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.forms.liste import FiltresDesInitiatives
from projets.models import (
    Affectation,
    Decision,
    Initiative,
    JournalProjets,
    PieceDecision,
    PropositionDecision,
    avis,
    decisions,
    file,
    jugements,
    propositions,
    reservations,
    revisions,
)
from projets.models.initiatives import A_L_ETUDE, RENDUES, REPONDUES
from projets.models.tours import notes_des
from projets.models.voisinage import rapprochements_des
from projets.permissions import peut, peut_a_la_seance, peut_sur_l_appel
from projets.regles.lecture import montage_de
from projets.regles.tour import tour
from projets.views.reperes import sur_l_appareil
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import jour_de, maintenant

GENRES = {
    "brouillon": "afaire",
    "deposee": "encours",
    "retiree": "neutre",
    "admissible": "encours",
    "non_admissible": "neutre",
    "acceptee": "bien",
    "refusee": "neutre",
    "en_attente": "attention",
    "desistee": "neutre",
    "liberee": "neutre",
}

RETOURS = ("desister", "liberer-reservation")  # ce qui a ramené l'argent aux enveloppes
REPONDU = ("critere", "convient", "precision", "le", "par__prenom", "par__nom")
RENONCEMENTS = ("desistement", "retrait")  # jamais le geste principal d'une page


def pastille_de(etat):
    return Pastille(Initiative.Etat(etat).label, GENRES[etat])


class TableauDesInitiatives(Tableau):
    legende, denombre, feminin, tri = "Initiatives", "initiative", True, ""
    vide = "Les demandes déposées à vos appels, ou celles de votre organisme, se lisent ici."

    titre = ColonneLien("Initiative", str, vers="projets:initiative", tri="titre")
    numero = ColonneTexte("Numéro", tri="numero")
    organisme = ColonneTexte("Organisme", "organisme__nom", tri="organisme__nom_normalise")
    appel = ColonneTexte("Appel", "appel__titre", cachee=True)
    reception = ColonneTexte("Reçue autrement", "get_mode_reception_display", cachee=True)
    etat = ColonneEtat("État", lambda i: pastille_de(i.etat_lu), tri="etat_lu")
    demande = ColonneMontant("Demandé au Fonds", "montant_demande", cachee=True)
    palier = ColonneTexte("Palier", "get_palier_display", cachee=True)
    territoires = ColonneTexte("Territoires", lambda i: ", ".join(map(str, i.territoires.all())), cachee=True)
    deposee = ColonneJour("Déposée le", lambda i: i.deposee_le and jour_de(i.deposee_le), tri="deposee_le")

    def lire(self, initiatives):
        lues = initiatives.avec_demande().select_related("organisme", "appel")
        return lues.prefetch_related("territoires")


@require_safe
def liste(request):
    droits = droits_de(request.user)
    return page_de_liste(
        request,
        TableauDesInitiatives,
        FiltresDesInitiatives,
        Initiative.objects.visibles_par(request.user)
        .avec_etat_lu(request.user)
        .order_by("-deposee_le", "-pk"),
        gabarit="projets/initiatives/liste.html",
        porteur=bool(droits.roles & DE_L_ORGANISME),
    )


def _lisible(request, pk, *relations):
    """L'initiative que la personne voit, avec l'état qu'elle en lit et ce que dit la tête de ses pages."""
    relations = ("alliance", "appel__territoire", "organisme", "deposee_par", *relations)
    visibles = Initiative.objects.visibles_par(request.user).select_related(*relations)
    initiative = get_object_or_404(visibles.avec_etude_suivie(request.user), pk=pk)
    initiative.appel.alliance = initiative.alliance
    initiative.etat_lu = initiative.etat_pour_qui_la_lit()
    return initiative


@require_safe
def initiative(request, pk):
    """Toute la piste, du dépôt à la décision; un brouillon mène à ses parties."""
    initiative = _lisible(request, pk, "en_charge", "revision_demandee")
    if initiative.etat == Initiative.Etat.BROUILLON:
        return redirect("projets:demande", pk=pk)
    etude = _etude(request, initiative)
    return render(
        request,
        "projets/initiatives/initiative.html",
        {
            "initiative": initiative,
            "etat": pastille_de(initiative.etat_lu),
            "demande": montage_de(initiative, depenses=()).demande,
            "choix": _au_choix(request.user, initiative.appel),
            "lit_les_notes": (lit := peut(request.user, "lire-les-notes", initiative) is None),
            "note": _note(initiative) if lit else None,
            "retire_les_avis": initiative.etat in A_L_ETUDE
            and peut(request.user, "retirer-avis", initiative) is None,
            "voisins": _voisins(request.user, initiative),
            "rang": _rang(request.user, initiative),
            "revision": revisions.revision_de(initiative),
            "suite": _suite(request.user, initiative),
            "gestes": _gestes(request.user, initiative),
            "maintenant": _maintenant(request.user, initiative),
        }
        | etude
        | sur_l_appareil(request, initiative),
    )


@require_safe
def demande_deposee(request, pk):
    """La demande telle qu'elle est déposée, partie par partie; un brouillon mène à ses parties."""
    initiative = _lisible(request, pk)
    if initiative.etat == Initiative.Etat.BROUILLON:
        return redirect("projets:demande", pk=pk)
    initiative.lire()
    return render(
        request,
        "projets/initiatives/demande.html",
        {
            "initiative": initiative,
            "etat": pastille_de(initiative.etat_lu),
            "montage": montage_de(initiative),
            "pieces": initiative.pieces_demandees(),
        },
    )


def _etude(request, initiative):
    """Ce que la personne lit de l'étude; le parcours et le montant demandé se lisent du même coup."""
    decisions, pieces, affectations, reponses, retours, lettres, proposees = initiative.lire(
        *("sources", "territoires", "etapes", "avis", "parties"),
        aussi=(
            Decision.objects.lues_avec(initiative).select_related("reponse"),
            PieceDecision.objects.filter(decision__initiative=initiative),
            Affectation.objects.lues_avec(initiative).select_related("enveloppe__territoire"),
            initiative.reponses_d_admissibilite.select_related("par").only(*REPONDU),
            _retours(request.user, initiative),
            initiative.lettres_du_jugement.all(),
            PropositionDecision.objects.lues_avec(initiative),
        ),
    )
    rendus = avis.avis_rendus(initiative) if initiative.se_lit_une_fois() else []
    return {
        "rendus": [rendu for rendu in rendus if not rendu.groupe],
        "des_personnes": [rendu for rendu in rendus if rendu.groupe],
        "proposee": proposees[0] if proposees else None,
        "decisions": [(d, [piece for piece in pieces if piece.decision_id == d.pk]) for d in decisions],
        "affectations": affectations,
        "accorde": sum((a.montant for a in affectations), ZERO) if affectations else None,
        "reponses": reponses,
        "lettre": lettres[-1] if lettres and initiative.etat == Initiative.Etat.NON_ADMISSIBLE else None,
        "retour": next(iter(retours), None),
        "etapes": _parcours(initiative, rendus, decisions),
    }


def _au_choix(utilisateur, appel):
    """[(libellé, adresse)] de là où cette personne compare cette demande aux autres de son appel."""
    gestes = ("lire-les-notes", "decider")
    lieux = (
        ("L’appel", "appel", peut_a_la_seance),
        ("La sélection", "selection", peut_sur_l_appel),
        ("La séance", "seance", peut_a_la_seance),
    )
    return [
        (libelle, reverse(f"projets:{nom}", args=[appel.pk]))
        for libelle, nom, permis in lieux
        if any(permis(utilisateur, geste, appel) is None for geste in gestes)
    ]


def _parcours(initiative, rendus, decisions):
    """[(étape, le jour où elle est faite, ou rien)], d'après ce que la personne lit de l'étude."""
    faites = {rendu.etape_id: rendu.rendu_le for rendu in rendus if rendu.etape_id}
    if decisions and initiative.etat_lu in REPONDUES:
        faites |= {e.pk: decisions[0].prise_le for e in initiative.etapes.all() if e.acte == "decision"}
    return [(etape, faites.get(etape.pk)) for etape in initiative.etapes.all()]


def _note(initiative):
    """La note globale; rien tant que personne n'a noté toute la grille."""
    return notes_des(initiative.appel, [initiative])[initiative.pk].lue


def _maintenant(utilisateur, initiative):
    """Ce que son organisme attend : à qui le tour, et qui joindre à la Table, sauf si `_suite` nomme la personne."""
    nommee = initiative.se_reprend and (initiative.en_charge or initiative.jugee_par)
    if nommee or peut(utilisateur, "commencer", initiative):
        return None
    contact = initiative.alliance.contacts.filter(principal=True).first()
    return {"tour": tour(initiative, maintenant()), "contact": contact}


def _suite(utilisateur, initiative):
    """Une demande retirée, refusée ou non admissible : sa révision, qui joindre, et où son organisme la reprend."""
    if not initiative.se_reprend:
        return {}
    redige = peut(utilisateur, "commencer", initiative) is None
    return {
        "revision": revisions.ce_qu_il_en_est(initiative),
        "personne": initiative.en_charge or initiative.jugee_par,
        "appel": initiative.appel_ou_reprendre() if redige else None,
    }


def _rang(utilisateur, initiative):
    """Son rang dans la liste d'attente, pour qui sait qu'elle y est : à l'organisme, celui qu'on lui a annoncé."""
    if initiative.etat_lu != Initiative.Etat.EN_ATTENTE:
        return None
    etudiees = Initiative.objects.filter(Initiative.objects.condition_de_l_etude(utilisateur))
    suit = etudiees.filter(pk=initiative.pk).exists()
    rangs = file.rangs_de_la_file if suit else file.rangs_annonces
    return rangs(initiative.appel)[initiative.pk]


def _voisins(utilisateur, initiative):
    """Ce qu'un autre appel finance ou étudie déjà : pour qui choisit, jusqu'à la décision; jamais l'organisme."""
    choisit = any(peut(utilisateur, geste, initiative) is None for geste in ("lire-les-notes", "decider"))
    if not choisit or initiative.etat not in (*A_L_ETUDE, Initiative.Etat.EN_ATTENTE):
        return []
    return rapprochements_des(initiative.alliance, [initiative], utilisateur)[initiative.pk]


def _retours(utilisateur, initiative):
    """Les lignes du journal, de ce qui a ramené son argent aux enveloppes, que cette personne lit."""
    if initiative.etat_lu not in RENDUES:
        return JournalProjets.objects.none()
    siens = JournalProjets.objects.visibles_par(utilisateur).filter(initiative=initiative)
    return siens.filter(geste__in=RETOURS).select_related("par")


def _gestes(utilisateur, initiative):
    """[(libellé, adresse, s’il est le principal)] de ce que la personne peut faire; le prochain geste d’abord."""
    offerts = (
        ("Juger l’admissibilité", "admissibilite", "juger", jugements.empechements_a_juger),
        ("Inscrire un avis", "avis", "rendre-avis", avis.empechements_a_rendre),
        (
            "Proposer une décision",
            "proposition",
            "proposer-decision",
            propositions.empechements_a_proposer,
        ),
        ("Inscrire la décision", "decision", "decider", decisions.empechements_a_decider),
        ("Avis des personnes", "avis_des_personnes", "entendre", avis.empechements_a_entendre),
        ("Fixer le palier", "palier", "fixer-palier", Initiative.empechements_a_fixer_le_palier),
        ("Revoir l’admissibilité", "jugement_revision", "revoir-jugement", jugements.empechements_a_revoir),
        ("Confier le dossier", "confier", "confier-initiative", Initiative.empechements_a_confier),
        (
            "Me désister",
            "desistement",
            "desister",
            partial(reservations.empechements_a_desister_par, par=utilisateur),
        ),
        (
            "Prolonger la réservation",
            "reservation_prolongation",
            "prolonger-reservation",
            reservations.empechements_a_prolonger,
        ),
        (
            "Libérer la réservation",
            "reservation_liberation",
            "liberer-reservation",
            reservations.empechements_a_liberer,
        ),
        (
            "Demander une révision",
            "demande_de_revision",
            "demander-revision",
            revisions.empechements_a_demander,
        ),
        (
            "Répondre à la demande de révision",
            "reponse_a_la_revision",
            "repondre-revision",
            partial(revisions.empechements_a_repondre_a_la_revision, par=utilisateur),
        ),
        ("Confirmer la demande", "confirmation", "confirmer-demande", Initiative.empechements_a_confirmer),
        (
            "Inscrire la confirmation écrite",
            "confirmation_ecrite",
            "inscrire-confirmation",
            Initiative.empechements_a_inscrire_la_confirmation,
        ),
        (
            "Retirer la demande",
            "retrait",
            "retirer-demande",
            partial(Initiative.empechements_a_retirer_par, par=utilisateur),
        ),
    )
    permis = [
        (libelle, nom)
        for libelle, nom, geste, empechements in offerts
        if peut(utilisateur, geste, initiative) is None and not empechements(initiative)
    ]
    return [
        (libelle, reverse(f"projets:{nom}", args=[initiative.pk]), not rang and nom not in RENONCEMENTS)
        for rang, (libelle, nom) in enumerate(permis)
    ]
