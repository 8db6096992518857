"""Les protocoles que la personne suit, en retard d'abord; et les initiatives acceptées qui attendent le leur."""

from django.views.decorators.http import require_safe

from alliances.models.mandats import droits_de
from conventions.views.fictifs import colonne_fictif, fictif
from projets.models import Initiative
from projets.models.roles import ROLES
from projets.permissions import ou_peut
from projets.protocoles.forms.liste import FiltresDesProtocoles
from projets.protocoles.models import Protocole
from projets.protocoles.views.protocoles import pastille_de
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import pastille
from socle.valeurs.horloge import aujourd_hui

A_PREPARER_AU_PLUS = 10


def _retard(protocole):
    return "" if protocole.rang else pastille("En retard", "probleme")


class TableauDesProtocoles(Tableau):
    legende, denombre, tri = "Protocoles", "protocole", ""
    vide = "Un protocole se prépare depuis la page d’une initiative acceptée, une fois la réponse envoyée."

    initiative = ColonneLien("Initiative", "initiative", vers="protocoles:protocole", tri="initiative__titre")
    numero = ColonneTexte("Numéro", "initiative__numero", tri="initiative__numero")
    organisme = ColonneTexte(
        "Organisme", "initiative__organisme__nom", tri="initiative__organisme__nom_normalise"
    )
    etat = ColonneEtat("État", pastille_de, tri="etat")
    accorde = ColonneMontant("Accordé", tri="accorde", suite=lambda protocole: fictif(protocole.initiative))
    verse = ColonneMontant("Versé", tri="verse")
    prochaine = ColonneJour("Prochain versement", "prochaine_le", tri="prochaine_le", suite=_retard)
    fin = ColonneJour("Fin", tri="fin")
    fictifs = colonne_fictif("initiative__montants_fictifs")
    rapport = ColonneJour("Rapport final", "rapport_final_le", cachee=True)
    territoires = ColonneTexte(
        "Territoires", lambda p: ", ".join(map(str, p.initiative.territoires.all())), cachee=True
    )
    alliance = ColonneTexte("Alliance", "initiative__alliance__nom", cachee=True)

    def pour_trier(self, protocoles, nom):
        return protocoles.avec_l_argent() if nom in ("accorde", "verse") else protocoles

    def lire(self, protocoles):
        lus = protocoles.avec_l_argent().select_related("initiative__organisme", "initiative__alliance")
        jointes = ["initiative__territoires"] if "territoires" in self.demandees else []
        return lus.prefetch_related("signatures", *jointes)


@require_safe
def liste(request):
    visibles = Protocole.objects.visibles_par(request.user).avec_la_suite(aujourd_hui())
    return page_de_liste(
        request,
        TableauDesProtocoles,
        FiltresDesProtocoles,
        visibles.order_by("rang", "prochaine_le", "-pk"),
        gabarit="protocoles/liste.html",
        a_preparer=_a_preparer(request.user),
        alliances=_ou_sont_les_clauses(request.user),
    )


def _a_preparer(utilisateur):
    """Celles dont la personne prépare le protocole, la réservation qui finit d'abord."""
    if not droits_de(utilisateur).roles & set(ROLES["preparer-protocole"]):
        return []
    siennes = Initiative.objects.filter(ou_peut(utilisateur, "preparer-protocole"))
    attendent = Protocole.a_preparer(siennes).select_related("organisme")
    return list(attendent.order_by("reservee_jusqu_au", "pk")[: A_PREPARER_AU_PLUS + 1])


def _ou_sont_les_clauses(utilisateur):
    """Les Alliances dont la personne écrit ou approuve les clauses."""
    admis = {*ROLES["ecrire-clauses"], *ROLES["approuver-clauses"]}
    siennes = {m.alliance_id: m.alliance for m in droits_de(utilisateur).mandats if m.role in admis}
    return [alliance for alliance in siennes.values() if alliance]
