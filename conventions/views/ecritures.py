"""Le grand livre à l'écran : ses lignes filtrées par l'adresse, et leur total."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from conventions.forms.ecritures import FiltresDuGrandLivre, choix_d_enveloppes
from conventions.models import Ecriture
from conventions.models.ecritures import CONTREPASSABLES
from conventions.permissions import peut
from conventions.views.fictifs import colonne_fictif
from conventions.views.gestes import convention_visible
from conventions.views.sorties import enveloppes_de
from socle.pages.colonnes import ColonneGestes, ColonneJour, ColonneMontant, ColonneNombre, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.typographie import argent

RELATIONS = ("convention", "enveloppe__territoire", "par", "contrepasse", "contrepassee_par")
LUS = (
    *(
        "rang",
        "convention",
        "inscrite_le",
        "nature",
        "compte",
        "montant",
        "objet",
        "reference",
        "motif",
        "mouvement",
    ),
    "convention__montants_fictifs",
    *("enveloppe__an", "enveloppe__volet", "enveloppe__nom", "enveloppe__territoire__nom"),
    *("par__prenom", "par__nom", "contrepasse__rang", "contrepassee_par__rang"),
)


def _objet(ecriture):
    """Ce que l'écran dit sous la nature d'une ligne."""
    objet = ", ".join(filter(None, (ecriture.objet, ecriture.reference)))
    dits = [objet, f"Motif\u00a0: {ecriture.motif}" if ecriture.motif else ""]
    if ecriture.contrepasse:
        dits.append(f"Annule la ligne {ecriture.contrepasse.rang}")
    return format_html_join("", '<small class="precision">{}</small>', ((dit,) for dit in dits if dit))


class TableauDuGrandLivre(Tableau):
    legende = "Grand livre"
    denombre, feminin = "écriture", True
    departage = ("-rang",)
    entete = "enveloppe"
    vide = "Les écritures s’inscrivent dès que la convention reçoit ou partage de l’argent."
    tri = "-ligne"

    ligne = ColonneNombre(accessor="rang", tri="rang")
    date = ColonneJour(accessor="inscrite_le", classe="jour")
    exercice = ColonneTexte(accessor="enveloppe__exercice", cachee=True)
    enveloppe = ColonneTexte(
        suite=lambda e: format_html('<small class="precision">{}</small>', e.enveloppe.exercice)
    )
    nature = ColonneTexte(
        "Nature", lambda e: Ecriture.Nature(e.nature).label, entete="Nature et objet", suite=_objet
    )
    compte = ColonneTexte(accessor=lambda e: Ecriture.Compte(e.compte).label)
    par = ColonneTexte(accessor=lambda e: e.par.nom_complet if e.par else "Le service")
    montant = ColonneMontant(tri="montant", s_additionne=False)  # plusieurs comptes
    objet = ColonneTexte(cachee=True)
    reference = ColonneTexte("Référence", cachee=True)
    motif = ColonneTexte(cachee=True)
    mouvement = ColonneTexte(cachee=True)
    fictifs = colonne_fictif()
    corriger = ColonneGestes("Corriger")

    def retirees(self):
        droits = ("demander-annulation", "annuler-recuperation")
        refus = all(peut(self.request.user, droit, self.contexte["convention"]) for droit in droits)
        return ("corriger",) if refus else ()

    def lire(self, ecritures):
        return ecritures.select_related(*RELATIONS).only(*LUS)

    @property
    def fichier(self):
        return f"grand-livre-{self.contexte['convention'].numero}"

    @cached_property
    def total(self):
        """Le total du compte choisi, qui répond au chiffre d'où l'on vient; `None` sans compte."""
        compte = self.filtres.choisi("compte")
        return self.filtres.qs.order_by().total(compte) if compte else None

    @property
    def suite_du_nombre(self):
        seule = ", sans celles des enveloppes qui en font partie" if self.filtres.seule else ""
        if self.total is None:
            return seule
        compte = dict(self.filtres.form.fields["compte"].choices)[self.filtres.choisi("compte")]
        return format_html("{}. {}\u00a0: <b>{}</b>", seule, compte, argent(self.total))

    def render_corriger(self, value, record):
        if contraire := record.annulee_par:
            return format_html('<span class="discret">Contrepassée (ligne {})</span>', contraire.rang)
        if record.nature not in CONTREPASSABLES:
            return ""
        return format_html(
            '<a href="{}">Défaire<span class="visuellement-cache"> la ligne {}</span></a>',
            reverse("conventions:annulation_demande", args=[record.convention_id, record.mouvement]),
            record.rang,
        )


@require_safe
def grand_livre(request, pk):
    """Les lignes de la convention, de la dernière à la première."""
    convention = convention_visible(request, pk)
    return page_de_liste(
        request,
        TableauDuGrandLivre,
        FiltresDuGrandLivre,
        Ecriture.objects.visibles_par(request.user).filter(convention=convention),
        gabarit="conventions/ecritures/grand_livre.html",
        choix=choix_d_enveloppes(enveloppes_de(convention)),
        convention=convention,
    )


def image(ecriture):
    """Une ligne, en données simples."""
    contrepasse, contraire = ecriture.contrepasse, ecriture.annulee_par
    return {
        "rang": ecriture.rang,
        "le": ecriture.inscrite_le,
        "enveloppe": str(ecriture.enveloppe),
        "exercice": str(ecriture.enveloppe.exercice),
        "nature": ecriture.get_nature_display(),
        "objet": ecriture.objet,
        "reference": ecriture.reference,
        "motif": ecriture.motif,
        "compte": ecriture.get_compte_display(),
        "par": ecriture.par.nom_complet if ecriture.par else "Le service",
        "montant": ecriture.montant,
        "mouvement": str(ecriture.mouvement),
        "annule": contrepasse.rang if contrepasse else 0,
        "annulee_par": contraire.rang if contraire else 0,
        "contrepassable": ecriture.nature in CONTREPASSABLES,
    }
