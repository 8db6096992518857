"""La liste des initiatives : celles que l'on écrit, ou que l'on suit; ses colonnes vont aux tableurs."""

from django.views.decorators.http import require_safe

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from conventions.models import Convention
from conventions.models.roles import ROLES
from conventions.permissions import peut
from conventions.views.fictifs import fictif
from projets.forms.liste import FiltresDesInitiatives
from projets.models import Initiative, portraits
from projets.views.initiatives import pastille_de
from projets.views.matrice import LISENT, SUIVENT
from socle.pages.colonnes import (
    ColonneEtat,
    ColonneJour,
    ColonneLien,
    ColonneMontant,
    ColonneNombre,
    ColonneTexte,
)
from socle.pages.listes import Tableau, page_de_liste
from socle.valeurs.horloge import jour_de

LUES_AVEC = {  # ce que lisent les colonnes de plusieurs valeurs, seulement si on les demande
    "territoires": "territoires",
    "priorites": "priorites",
    "thematiques": "priorites__thematique",
}
QUI_PAIE, PAIENT = ROLES["payer"], (Convention.Etat.SIGNEE, Convention.Etat.RESILIEE)


def _enumerer(choses):
    return "; ".join(dict.fromkeys(str(chose) for chose in choses if chose))


def _fictif_si_accorde(initiative):
    return fictif(initiative) if initiative.montant_accorde else ""


class TableauDesInitiatives(Tableau):
    legende, denombre, feminin, tri = "Initiatives", "initiative", True, ""
    vide = "Les demandes déposées à vos appels, ou celles de votre organisme, se lisent ici."

    titre = ColonneLien("Initiative", str, vers="projets:initiative", tri="titre")
    numero = ColonneTexte("Numéro", tri="numero")
    organisme = ColonneTexte("Organisme", "organisme__nom", tri="organisme__nom_normalise")
    neq = ColonneTexte("NEQ", "organisme__neq", cachee=True)
    alliance = ColonneTexte("Alliance", "alliance__nom", cachee=True)
    appel = ColonneTexte("Appel", "appel__titre", cachee=True)
    reception = ColonneTexte("Reçue autrement", "get_mode_reception_display", cachee=True)
    etat = ColonneEtat("État", lambda i: pastille_de(i.etat_lu), tri="etat_lu")
    demande = ColonneMontant("Demandé au Fonds", "montant_demande", cachee=True, suite=fictif)
    accorde = ColonneMontant(
        "Accordé", "montant_accorde", cachee=True, total="montant_accorde", suite=_fictif_si_accorde
    )
    personnes = ColonneNombre("Personnes visées", "visees", cachee=True)
    nature = ColonneTexte("Nature", "get_nature_display", cachee=True)
    palier = ColonneTexte("Palier", "get_palier_display", cachee=True)
    territoires = ColonneTexte("Territoires", lambda i: _enumerer(i.territoires.all()), cachee=True)
    priorites = ColonneTexte("Priorités du plan", lambda i: _enumerer(i.priorites.all()), cachee=True)
    thematiques = ColonneTexte(
        "Thématiques", lambda i: _enumerer(p.thematique for p in i.priorites.all()), cachee=True
    )
    debut = ColonneJour("Début", tri="debut", cachee=True)
    fin = ColonneJour("Fin", tri="fin", cachee=True)
    deposee = ColonneJour("Déposée le", lambda i: i.deposee_le and jour_de(i.deposee_le), tri="deposee_le")

    def lire(self, initiatives):
        lues = initiatives.avec_demande().select_related("organisme", "appel", "alliance")
        lues = lues.annotate(
            montant_accorde=portraits.accorde_si_annonce(self.filtres.an),
            visees=portraits.personnes(self.filtres.an),
        )
        return lues.prefetch_related(*(LUES_AVEC[nom] for nom in LUES_AVEC.keys() & self.demandees))

    def totaliser(self, initiatives):
        if "accorde" in self.demandees:
            initiatives = initiatives.annotate(montant_accorde=portraits.accorde_si_annonce(self.filtres.an))
        return super().totaliser(initiatives)


def _paient(utilisateur, droits):
    """Les conventions dont la personne verse l'argent aux organismes; rien n'est demandé pour qui ne paie pas."""
    if not droits.roles & set(QUI_PAIE):
        return []
    conventions = (
        Convention.objects.visibles_par(utilisateur).filter(etat__in=PAIENT).select_related("alliance")
    )
    return [c for c in conventions.order_by("alliance", "-pk") if peut(utilisateur, "payer", c) is None]


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
        paient=_paient(request.user, droits),
        suit=bool(droits.roles & SUIVENT),
        lit=bool(droits.roles & LISENT),
    )
