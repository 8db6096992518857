"""Ce que partagent les pages des dépenses et des remises : les trouver, les lister, dire où l'on est."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from conventions.forms.depenses import choix_d_enveloppes
from conventions.forms.enveloppes import RaisonForm
from conventions.forms.gestes import DocumentForm
from conventions.models import Enveloppe
from conventions.permissions import peut, peut_sur_l_enveloppe
from conventions.views.exercices import reperes
from conventions.views.gestes import convention_visible
from conventions.views.gestes import reperes as reperes_de_la_convention
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneMontant, ColonneTexte
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.pages.pieces import piece_en_mots
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


@dataclass(frozen=True)
class PagesDeSortie:
    """Les pages qu'une dépense et une remise ont pareilles; `ensuite` annonce ce qui défait la ligne."""

    modele: type
    ensuite: Callable | None = None

    @property
    def code(self):
        return self.modele._meta.model_name

    @property
    def ici(self):
        return self.modele._meta.verbose_name.capitalize()

    def adresse(self, suite=""):
        return f"conventions:{self.code}{suite}"

    def liste(self, request, pk, tableau, filtres):
        """Toutes celles de la convention, filtrées par l'adresse; si la personne peut en inscrire."""
        convention = convention_visible(request, pk)
        return page_de_liste(
            request,
            tableau,
            filtres,
            self.modele.objects.visibles_par(request.user).filter(convention=convention),
            gabarit=f"conventions/{self.code}s/liste.html",
            choix=choix_d_enveloppes(enveloppes_de(convention)),
            convention=convention,
            peut_inscrire=convention.etat == convention.Etat.SIGNEE
            and peut(request.user, self.modele.GESTE, convention) is None,
        )

    def refus(self, utilisateur, geste, sortie):
        return peut_sur_l_enveloppe(utilisateur, geste, sortie.enveloppe)

    def trouver(self, request, pk):
        return sortie_visible(request, self.modele, pk)

    def reperes(self, sortie):
        return reperes_de_la_sortie(
            sortie,
            self.adresse(),
            self.adresse("s"),
            self.modele._meta.verbose_name_plural.capitalize(),
            self.ici,
        )

    def fiche(self, request, sortie):
        """Ce que montre la page d'une ligne : son état, ses pièces, ce que la personne peut en faire."""
        pieces = sortie.pieces.model.objects.visibles_par(request.user).filter(sortie=sortie)
        contrepasser, joindre = (
            self.refus(request.user, geste, sortie) is None
            for geste in (f"contrepasser-{self.code}", sortie.GESTE)
        )
        return self.reperes(sortie) | {
            "etat": pastille_de(sortie),
            "pieces": [
                piece_en_mots(piece, reverse(self.adresse("_piece"), args=[piece.pk]))
                for piece in pieces.select_related("televersee_par")
            ],
            "peut_contrepasser": contrepasser and not sortie.empechements_a_contrepasser_par(request.user),
            "peut_joindre": joindre and not sortie.empechements_a_joindre(),
        }

    def jonction(self, request, pk):
        """Joindre une pièce après coup."""
        sortie = self.trouver(request, pk)
        return page_de_geste(
            request,
            sortie.joindre,
            refus=self.refus(request.user, sortie.GESTE, sortie),
            form=DocumentForm(*envoye(request)),
            gabarit="conventions/sorties/jonction.html",
            libelle="Joindre la pièce",
            fait="La pièce est jointe.",
            empechements=sortie.empechements_a_joindre(),
            **self.reperes(sortie),
        )

    def contrepassation(self, request, pk):
        sortie = self.trouver(request, pk)
        return page_de_geste(
            request,
            sortie.contrepasser,
            refus=self.refus(request.user, f"contrepasser-{self.code}", sortie),
            form=RaisonForm(donnees_de(request)),
            gabarit=f"conventions/{self.code}s/contrepassation.html",
            libelle=f"Contrepasser la {self.modele._meta.verbose_name}",
            fait=f"La {self.modele._meta.verbose_name} est contrepassée.",
            empechements=sortie.empechements_a_contrepasser_par(request.user),
            ensuite=self.ensuite,
            danger=True,
            titre=f"Contrepasser une {self.modele._meta.verbose_name}",
            ici="Contrepasser",
            **self.reperes(sortie),
        )


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
