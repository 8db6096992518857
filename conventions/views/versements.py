"""Les versements : ceux d'une convention, avec le prochain en une phrase; ceux de toutes, filtrés et triés."""

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from alliances.models.mandats import droits_de
from alliances.models.roles import SUIVI
from conventions.attentes.cibles import delai_de, pour_quand, tour_de
from conventions.attentes.versements import RESTE
from conventions.comparaison import en_ordinal
from conventions.forms.versements import FiltresDesVersements
from conventions.models import Convention, EcheanceVersement
from conventions.models.faits import arretee
from conventions.models.lecture import EcheancesLues
from conventions.models.roles import ROLES
from conventions.permissions import peut
from conventions.views.echeances import GENRES, image
from conventions.views.fictifs import colonne_fictif, fictif
from conventions.views.gestes import convention_visible
from socle.acces import Refus, exiger
from socle.models import CibleDeService
from socle.pages.colonnes import (
    ColonneChoix,
    ColonneEtat,
    ColonneJour,
    ColonneLien,
    ColonneMontant,
    ColonneOui,
    ColonneTexte,
)
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille, pastille
from socle.texte.typographie import argent, date_longue, nombre, pluriel
from socle.valeurs.argent import ZERO, en_dollars, somme
from socle.valeurs.horloge import aujourd_hui

EN_LOT = {
    "recommandee": ("autoriser", "Autoriser les versements choisis", "conventions:autorisation"),
    "autorisee": ("verser", "Confirmer les virements choisis", "conventions:confirmation"),
}


def prochain_versement(echeances):
    """Le versement qui avance et à qui est son tour; puis le premier des autres, et ce qu'il attend.

    `echeances` vient de `a_montrer`.
    """
    ouverts = sorted(
        (e for e in echeances if e.etat not in ("versee", "annulee")), key=lambda e: (e.prevue_le, e.rang)
    )
    if not ouverts:
        return (
            "Tous les versements prévus sont faits." if echeances else "Aucun versement n’est encore prévu."
        )
    retenus = [e for e in ouverts if e.etat == "suspendue" or (e.etat == "prevue" and e.manque())]
    avancent = [e for e in ouverts if e not in retenus]
    if not avancent:
        return _phrase_du_prochain(retenus[0])
    autres = [e for e in ouverts if e is not avancent[0]]
    suite = f" Ensuite, {_ce_qu_il_attend(autres[0])}." if autres else ""
    return f"{_phrase_du_prochain(avancent[0])}{suite}"


def _phrase_du_prochain(echeance):
    temps = "était" if echeance.prevue_le < aujourd_hui() else "est"
    debut = (
        f"Le prochain versement, le {en_ordinal(echeance.rang)}, de {_reste(echeance)}, {temps} prévu le "
        f"{date_longue(echeance.prevue_le)}"
    )
    if echeance.etat == "suspendue":
        return f"{debut}; il est suspendu\u00a0: {echeance.motif}"
    retard = ", et qu’aucune obligation ne soit en retard" if _est_arretee(echeance) else ""
    return f"{debut}; il attend {echeance.attend()}{retard}."


def _ce_qu_il_attend(echeance):
    debut = f"le {en_ordinal(echeance.rang)}, de {_reste(echeance)}"
    if echeance.etat == "suspendue":
        return f"{debut}, est suspendu\u00a0: {echeance.motif.rstrip('.')}"
    return f"{debut}, attend {echeance.attend()}"


def _reste(echeance):
    return en_dollars(echeance.montant - echeance.deja_verse)


def _est_arretee(echeance):
    return echeance.en_retard and not echeance.a_une_derogation


def prochain_de(convention, echeances):
    """De même, pour la page d'une convention : résiliée, elle n'attend plus que son règlement."""
    ouvertes = any(e.etat not in ("versee", "annulee") for e in echeances)
    if convention.etat == Convention.Etat.RESILIEE and not ouvertes:
        return "Aucun versement n’est à venir\u00a0: la convention est résiliée."
    return prochain_versement(echeances)


@require_safe
def versements(request, pk):
    """L'échéancier d'une convention : chaque versement, son état, ce qu'il attend."""
    convention = convention_visible(request, pk)
    echeances = EcheanceVersement.de_la_convention(convention)
    vives = [e for e in echeances if e.etat != "annulee"]
    recuperations = list(convention.recuperations.avec_defaite().select_related("par"))
    return render(
        request,
        "conventions/versements/convention.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "lignes": [image(echeance) for echeance in echeances],
            "phrase": prochain_de(convention, echeances),
            "total": sum((e.montant for e in vives), start=0),
            "verse": sum((e.deja_verse for e in vives), start=0),
            "recuperations": recuperations,
            "recupere": sum((r.montant for r in recuperations if not r.est_defaite), start=0),
            "peut_etablir": convention.etat == Convention.Etat.PREPARATION
            and peut(request.user, "etablir-echeancier", convention) is None,
            "peut_recuperer": convention.est_signee and peut(request.user, "recuperer", convention) is None,
        },
    )


def ce_qui_l_arrete(echeance):
    """Ce que la liste ajoute à l'état d'un versement : ce qui l'empêche, ce qu'il attend."""
    attend, suites = echeance.attend(), []
    if echeance.a_une_derogation:
        suites.append(pastille("Dérogation", "attention"))
    elif attend and echeance.en_retard:
        suites.append(pastille("Obligation en retard", "probleme"))
    if attend:
        suites.append(format_html('<span class="discret">Attend {}.</span>', attend))
    return format_html_join(" ", "{}", ((suite,) for suite in suites))


PASTILLES = {etat: Pastille(etat.label, GENRES[etat]) for etat in EcheanceVersement.Etat}
RANGEES = EcheanceVersement.objects.pour_une_rangee().avec_faits().order_by()


class TableauDesVersements(Tableau):
    legende, denombre, fichier = "Versements du Ministère", "versement", "versements"
    vide = "Les versements paraissent ici quand l’échéancier d’une convention est établi."
    tri, departage = "prevue", ("convention__alliance__slug", "rang", "pk")

    choix = ColonneChoix(nom="echeance", designation="nom_complet", si="cochable")
    versement = ColonneLien(
        accessor=str,
        vers="conventions:echeance",
        precision="convention__alliance__nom",
        tri=("an", "rang"),
        suite=lambda e: pastille("Retenue") if e.est_retenue else "",
    )
    alliance = ColonneLien(
        accessor="convention__alliance__nom",
        vers="conventions:versements",
        cle="convention_id",
        tri="convention__alliance__slug",
    )
    convention = ColonneTexte(accessor="convention__numero", cachee=True)
    en_charge = ColonneTexte("En charge", "convention__en_charge__nom_complet", cachee=True)
    exercice = ColonneTexte(tri="an", cachee=True)
    montant = ColonneMontant(tri="montant", total="montant", suite=lambda e: fictif(e.convention))
    fictifs = colonne_fictif()
    verse = ColonneMontant("Versé", "deja_verse", total=True)
    reste = ColonneMontant(cachee=True)
    condition = ColonneTexte(accessor="condition_en_mots")
    prevue = ColonneJour("Prévu le", "prevue_le", tri="prevue_le")
    etat = ColonneEtat("État", lambda e: PASTILLES[e.etat], tri="etat", suite=ce_qui_l_arrete)
    attend = ColonneTexte(cachee=True)
    tour = ColonneTexte("À qui le tour", tour_de, cachee=True)
    depuis = ColonneJour("Depuis le", "delai__depuis", cachee=True)
    pour = ColonneJour("Pour le", "delai__pour", cachee=True)
    delai = ColonneEtat("Délai", lambda e: e.delai and Pastille(e.delai.mots, e.delai.ton), tri="pour_quand")
    retard = ColonneOui("Obligation en retard", "en_retard", cachee=True)
    derogation = ColonneOui("Dérogation", "a_une_derogation", cachee=True)

    def retirees(self):
        return () if self.gestes_en_lot else ("choix",)

    @property
    def suite_du_nombre(self):
        """Les sommes du résultat, dites avant les rangées : le pied de la table est vingt-cinq fiches plus bas."""
        if "montant" not in {c.name for c in self.montrees}:
            return ""
        lus, dits = self.totaux, []
        if lus["verse"] and lus["verse"] != lus["montant"]:
            dits.append(f"{argent(lus['verse'])} en sont versés")
        if lus["arretes"]:
            arretes = f"{nombre(lus['arretes'])} arrêté{pluriel(lus['arretes'])}"
            dits.append(f"{arretes}\u00a0: {argent(lus['montant_arrete'])}")
        return "; ".join([f", {argent(lus['montant'])}", *dits])

    def totaliser(self, echeances):
        """Le montant, ce qui en est versé, ce qu'une obligation ou une enveloppe fermée arrête."""
        nus = echeances.order_by()
        lus = nus.aggregate(nombre=Count("*"), total=somme("montant"), reste=RESTE)
        arretes = nus.filter(arretee()).values_list("montant", flat=True)
        return {
            "": lus["nombre"],
            "montant": lus["total"],
            "verse": lus["total"] - (lus["reste"] or ZERO),
            "arretes": len(arretes),
            "montant_arrete": sum(arretes, ZERO),
        }

    @cached_property
    def cibles(self):
        return CibleDeService.du_moment()

    def pour_trier(self, echeances, nom):
        return echeances.annotate(pour_quand=pour_quand(self.cibles)) if nom == "delai" else echeances

    def lire(self, echeances):
        return echeances.values_list("pk", flat=True)

    def preparer(self, cles):
        """Les faits se lisent des seules rangées montrées : la base les calculerait de toutes avant de trier."""
        lues = RANGEES.in_bulk(cles)
        echeances = [lues[cle] for cle in cles]
        for echeance in EcheancesLues(echeances).echeances:
            echeance.cochable = echeance.etat in self.gestes_par_etat
            echeance.delai = delai_de(echeance, self.cibles)
        return echeances

    @cached_property
    def gestes_par_etat(self):
        """Le geste en lot que la personne peut poser sur un versement de cet état."""
        roles = droits_de(self.request.user).roles
        return {etat: geste for etat, (geste, _, _) in EN_LOT.items() if roles & set(ROLES[geste])}

    @property
    def gestes_en_lot(self):
        return [(libelle, reverse(page)) for geste, libelle, page in map(EN_LOT.get, self.gestes_par_etat)]


@require_safe
def liste(request):
    """Les versements de toutes les conventions vues; les cases servent aux gestes en lot."""
    if not droits_de(request.user).roles & SUIVI:
        exiger(Refus("La liste des versements se lit de l’Alliance et de l’État."))
    return page_de_liste(
        request,
        TableauDesVersements,
        FiltresDesVersements,
        EcheanceVersement.objects.visibles_par(request.user),
        gabarit="conventions/versements/liste.html",
    )
