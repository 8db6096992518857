"""Les Alliances que l'on voit, et la fiche de chacune."""

from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from alliances.forms.liste import FiltresDesAlliances
from alliances.models import Alliance, Organisme, PartieAlliance, Role, Siege
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ETAT, SUIVI
from alliances.permissions import peut_decrire, peut_passer_le_relais
from alliances.views.portes import alliance_visible
from socle.pages.colonnes import ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.valeurs.alphabet import par_nom

FICTIF = mark_safe('<span class="discret">fictif</span>')


def _fictif(alliance):
    return FICTIF if alliance.montant_fictif else ""


class TableauDesAlliances(Tableau):
    legende = "Alliances"
    denombre, feminin = "Alliance", True
    tri, departage = "", ("slug", "pk")
    vide = (
        "Vos mandats ne donnent accès à aucune Alliance aujourd’hui. La coordination de votre Alliance ou "
        "l’administration peut vous en confier un."
    )

    alliance = ColonneLien(accessor="nom", vers="alliances:fiche", cle="slug", tri="slug")
    cycle = ColonneTexte(classe="insecable", tri="cycle__debut")
    regions = ColonneTexte(
        "Régions", lambda a: ", ".join(region.nom for region in a.regions.all()), vide="Hors région"
    )
    table = ColonneTexte("Table régionale", "table_regionale")
    montant = ColonneMontant("Montant du cycle", tri="montant", vide="Non publié", suite=_fictif)

    def retirees(self):
        return () if droits_de(self.request.user).roles & SUIVI else ("montant",)

    def lire(self, alliances):
        return alliances.select_related("cycle", "table_regionale").prefetch_related("regions")


@require_safe
def liste(request):
    """Une seule Alliance : on y va tout droit."""
    alliances = Alliance.objects.visibles_par(request.user).order_by("-cycle__debut", "slug")
    seules = list(alliances[:2])
    if len(seules) == 1:
        return redirect("alliances:fiche", slug=seules[0].slug)
    return page_de_liste(
        request, TableauDesAlliances, FiltresDesAlliances, alliances, gabarit="alliances/liste.html"
    )


@require_safe
def fiche(request, slug):
    """La fiche entière, ou la fiche réduite d'un porteur."""
    alliance = alliance_visible(request, slug)
    roles = alliance.roles_de(request.user)
    territoires = par_nom(alliance.territoires.order_by().prefetch_related("indices"))
    contexte = {
        "alliance": alliance,
        "regions": alliance.regions.all(),
        "territoires": territoires,
        "sources": _sources(territoires),
        "contacts": alliance.contacts.all(),
    }
    if not roles & SUIVI:
        return render(request, "alliances/fiche_porteur.html", contexte | _du_porteur(request.user, alliance))
    return render(
        request,
        "alliances/fiche.html",
        contexte
        | {
            "parties": _parties(alliance),
            "profil": getattr(alliance, "profil_gouvernance", None),
            "sieges": _sieges(alliance),
            "peut_decrire": peut_decrire(request.user, alliance) is None,
            "peut_relayer": peut_passer_le_relais(request.user, alliance) is None,
            "de_l_etat": bool(roles & (DE_L_ETAT | {Role.OBSERVATION, Role.ADMINISTRATION})),
        },
    )


def _parties(alliance):
    parties = PartieAlliance.objects.filter(alliance=alliance).select_related("organisme")
    return parties.order_by("-qualite", "organisme__nom_normalise")


def _sources(territoires):
    """Ce que citent les indices montrés et les dévitalisations, une fois chacun."""
    sources = {t.devitalise_source for t in territoires if t.devitalise and t.devitalise_source}
    return sorted(sources | {indice.source for t in territoires for indice in t.derniers_indices})


def _du_porteur(utilisateur, alliance):
    """Ses organismes qui sont du territoire de cette Alliance, et la personne à joindre seulement."""
    organismes = Organisme.objects.visibles_par(utilisateur).filter(territoire__alliances=alliance)
    return {"organismes": organismes, "contacts": alliance.contacts.filter(principal=True)}


def _sieges(alliance):
    """Combien de sièges, combien pourvus, combien par des personnes expertes de vécu."""
    sieges = Siege.objects.filter(instance_gouvernance__alliance=alliance).order_by()
    sieges = list(sieges.values_list("prevus", "pourvus", "secteur__vecu"))
    total, occupes = (sum(siege[rang] for siege in sieges) for rang in (0, 1))
    vecu = sum(pourvus for _, pourvus, vecu in sieges if vecu)
    return {"total": total, "occupes": occupes, "vecu": vecu, "vacants": total - occupes}
