"""Les demandes d'un appel, pour qui choisit : la liste, une question lue à travers les dossiers, à qui confier."""

from django.db.models import Case, DecimalField, Value, When
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.charge import ChargeForm
from projets.canevas import PARTIES
from projets.forms.liste import FiltresDeSelection
from projets.models import Initiative, reponses
from projets.models.decisions import Raison
from projets.models.initiatives import DEMANDE_RETENUE
from projets.models.tours import avec_issue, avec_tour, notes_des, tour_de
from projets.permissions import peut, peut_sur_l_appel
from projets.regles.notes import a_l_ecran
from projets.views.appels import appel_visible, reperes
from projets.views.initiatives import pastille_de
from projets.views.reperes import adresse, demande_visible
from projets.views.reperes import reperes as reperes_de
from socle.acces import exiger
from socle.pages.colonnes import (
    ColonneEtat,
    ColonneJour,
    ColonneLien,
    ColonneMontant,
    ColonneNombre,
    ColonneTexte,
)
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.typographie import nombre
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import jour_de

SUIVENT = ("lire-les-notes", "decider")
QUESTIONS = [
    (p.code, p.titre) for p in PARTIES if p.champs or p.rangees
]  # ce qui se lit à travers les dossiers


def suivi_de(request, pk):
    """L'appel; 404 à qui ne le voit pas, 403 à qui n'en choisit pas les initiatives."""
    appel = appel_visible(request, pk)
    refus = [peut_sur_l_appel(request.user, geste, appel) for geste in SUIVENT]
    exiger(None if None in refus else refus[0])
    return appel


# Ce que la liste dit d'une demande, et ce que `tour_de` en lit.
MONTREES = (
    *("appel", "titre", "numero", "etat", "etat_annonce", "palier", "mode_reception", "confirmee_le"),
    *("deposee_le", "jugee_le", "organisme__nom", "en_charge__prenom", "en_charge__nom"),
)


class TableauDeSelection(Tableau):
    legende, denombre, feminin, tri = "Demandes de l’appel", "demande", True, "numero"
    vide = "Aucune demande n’est déposée à cet appel."

    titre = ColonneLien("Initiative", str, vers="projets:initiative", tri="titre")
    numero = ColonneTexte("Numéro", tri="numero")
    organisme = ColonneTexte("Organisme", "organisme__nom", tri="organisme__nom_normalise")
    reception = ColonneTexte("Reçue autrement", "get_mode_reception_display", cachee=True)
    etat = ColonneEtat("État", lambda i: pastille_de(i.etat), tri="etat")
    palier = ColonneTexte("Palier", "get_palier_display", tri="palier")
    demande = ColonneMontant(
        "Demandé", "montant_demande", tri="montant_demande", total=DEMANDE_RETENUE, s_additionne=False
    )
    accorde = ColonneMontant("Accordé", cachee=True)
    raison = ColonneTexte("Raison", lambda i: Raison(i.raison).label if i.raison else "", cachee=True)
    note = ColonneNombre("Note sur 100", lambda i: i.note.lue, tri="note_lue")
    etendue = ColonneTexte("De la plus basse à la plus haute note", lambda i: _etendue(i.note))
    en_charge = ColonneTexte("En charge", lambda i: i.en_charge.nom_court if i.en_charge else "")
    tour = ColonneTexte("À qui le tour", lambda i: i.tour.a_qui)
    depuis = ColonneJour("Depuis le", lambda i: i.tour.depuis and jour_de(i.tour.depuis))

    def pour_trier(self, initiatives, nom):
        """La note se calcule de toutes celles de l'appel; la base n'en garde que l'ordre."""
        if nom != "note":
            return initiatives
        notes = notes_des(self.contexte["appel"], list(initiatives))
        lues = [When(pk=cle, then=Value(note.lue)) for cle, note in notes.items() if note.lue is not None]
        return initiatives.annotate(note_lue=Case(*lues, output_field=DecimalField()))

    def totaliser(self, initiatives):
        """Sans filtre, le nombre et le total sont ceux de la tête de la page."""
        if self.filtres.is_bound:
            return super().totaliser(initiatives)
        chiffres = self.contexte["chiffres"]
        return {"": chiffres["nombre"], "demande": chiffres["demande"]}

    def lire(self, initiatives):
        lues = avec_tour(initiatives).select_related("organisme", "en_charge").only(*MONTREES)
        return avec_issue(lues) if self.lues & {"accorde", "raison"} else lues

    def preparer(self, rangees):
        notes = notes_des(self.contexte["appel"], rangees)
        for initiative in rangees:
            initiative.note, initiative.tour = notes[initiative.pk], tour_de(initiative)
        return rangees


def _etendue(note):
    """« 62 à 81,25 » : un écart se discute."""
    if len(note.par_personne) < 2:
        return "Une seule note" if note.par_personne else ""
    basse, haute = (nombre(a_l_ecran(borne)) for borne in note.etendue)
    return f"{basse} à {haute}" if basse != haute else f"{basse}, toutes pareilles"


@require_safe
def selection(request, pk):
    appel = suivi_de(request, pk)
    autres = appel.initiatives.exclude(Initiative.objects.condition_de_soi(request.user))
    deposees = autres.deposees().visibles_par(request.user).avec_demande()
    return page_de_liste(
        request,
        TableauDeSelection,
        FiltresDeSelection,
        deposees,
        gabarit="projets/selection/selection.html",
        chiffres=deposees.en_chiffres(),
        partage=sum(appel.enveloppes.order_by().values_list("montant", flat=True), ZERO),
        questions=QUESTIONS,
        gestes=_gestes(request.user, appel),
        **reperes(appel),
    )


def _gestes(utilisateur, appel):
    """[(libellé, adresse)] de ce que cette personne peut faire du choix maintenant."""
    offerts = [("La séance", "seance")]
    repond = peut_sur_l_appel(utilisateur, "repondre", appel) is None
    if repond and not reponses.empechements_a_repondre(appel, par=utilisateur):
        offerts.append(("Envoyer les réponses", "reponses"))
    return [(libelle, reverse(f"projets:{nom}", args=[appel.pk])) for libelle, nom in offerts]


def confier(request, pk):
    initiative = demande_visible(request, pk)
    return page_de_geste(
        request,
        initiative.confier,
        refus=peut(request.user, "confier-initiative", initiative),
        form=ChargeForm(donnees_de(request), dossier=initiative),
        libelle="Confier le dossier",
        fait=lambda confiee: confiee.charge,
        empechements=initiative.empechements_a_confier(),
        **reperes_de(initiative) | {"retour": adresse(initiative, "initiative")},
    )
