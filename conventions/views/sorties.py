"""Ce que partagent les pages des dépenses et des remises : les trouver, les lister, dire où l'on est."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from conventions.models import Enveloppe
from conventions.views.exercices import reperes
from conventions.views.gestes import reperes as reperes_de_la_convention
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau
from socle.texte.pastilles import Pastille
from socle.texte.typographie import argent
from socle.valeurs.argent import somme


def sortie_visible(request, modele, pk):
    """La dépense ou la remise que la personne voit; 404 sinon."""
    visibles = modele.objects.visibles_par(request.user).lues().avec_lignee()
    return get_object_or_404(visibles, pk=pk)


def enveloppes_de(convention):
    """Celles où l'on peut chercher une dépense, une remise, une écriture."""
    enveloppes = Enveloppe.objects.filter(convention=convention).select_related("territoire")
    return enveloppes.only("an", "parent", "volet", "nom", "rang", "territoire__nom").en_arbre()


def reperes_de_la_liste(convention, adresse, nom):
    """Pour une saisie : on vient de la liste, et l'on y revient."""
    communs, liste = reperes_de_la_convention(convention), reverse(adresse, args=[convention.pk])
    return communs | {
        "objet_en_mots": convention.alliance.nom,
        "chapeau": f"{convention.alliance.nom}, convention {convention.numero}.",
        "etapes": [*communs["etapes"], (nom, liste)],
        "retour": liste,
    }


def reperes_de_la_sortie(sortie, page, liste, nom, ici):
    """Pour un geste sur une ligne : on vient de sa page."""
    communs = reperes(sortie.convention, sortie.enveloppe.an)
    retour = reverse(page, args=[sortie.pk])
    etape = (nom, reverse(liste, args=[sortie.convention_id]))
    return communs | {
        "sortie": sortie,
        "objet_en_mots": f"{sortie.reference}, {sortie.convention.alliance.nom}",
        "etapes": [*communs["etapes"], etape, (ici, retour)],
        "retour": retour,
        "revenir": f"Revenir à la {ici.lower()}",
    }


def pastille_de(sortie):
    return Pastille("Contrepassée", "neutre") if sortie.contrepassee_par else Pastille("En vigueur", "bien")


def _inscrit(sortie):
    if sortie.contrepassee_par is None:
        return ""
    return format_html('<small class="precision">{} contrepassés</small>', argent(sortie.montant))


class TableauDesSorties(Tableau):
    """Base. Le montant d'une ligne contrepassée est zéro : le total de la liste est celui du grand livre."""

    feminin, tri, departage = True, "-date", ("-pk",)

    enveloppe = ColonneTexte(
        tri=("enveloppe__an", "enveloppe__rang"),
        suite=lambda s: format_html('<small class="precision">{}</small>', s.exercice),
    )
    exercice = ColonneTexte(tri="enveloppe__an", cachee=True)
    reference = ColonneTexte("Référence", tri="reference")
    montant = ColonneMontant(accessor="net", tri="montant", total=True, suite=_inscrit)
    inscrit = ColonneMontant("Montant inscrit", "montant", cachee=True)
    etat = ColonneEtat("État", pastille_de)
    par = ColonneTexte("Inscrite par", "par__nom_complet", cachee=True)
    inscrite = ColonneJour("Inscrite le", "inscrite_le", tri="inscrite_le", cachee=True)
    motif = ColonneTexte("Motif de la contrepassation", "contrepassee_par__motif", cachee=True)

    @property
    def fichier(self):
        return f"{self.legende}-{self.contexte['convention'].numero}"

    def lire(self, sorties):
        return sorties.lues()

    def totaliser(self, sorties):
        en_vigueur = Q(ecriture__contrepassee_par__isnull=True)
        lus = sorties.order_by().aggregate(nombre=Count("*"), total=somme("montant", filtre=en_vigueur))
        return {"": lus["nombre"], "montant": lus["total"]}
