"""Ce qui est à récupérer des organismes, et ce qu'ils en rendent : les listes, inscrire, contrepasser."""

from django.db.models import Count, F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.forms.depenses import FiltresDesSorties
from conventions.permissions import peut
from conventions.views.gestes import convention_visible, reperes
from conventions.views.sorties import TableauDesSorties
from projets.protocoles.forms.remboursements import FiltresARecuperer, RemboursementForm
from projets.protocoles.models import LigneDeReleve, PieceRemboursement, Remboursement, dus
from projets.protocoles.models.remboursements import a_recuperer_de
from projets.protocoles.notifications.versements import annoncer_le_remboursement, annoncer_son_annulation
from projets.protocoles.permissions import peut_payer
from projets.protocoles.views.mouvements import PagesDeMouvement
from socle.pages.colonnes import ColonneEtat, ColonneGestes, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.gestes import envoye, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.pages.pieces import telechargement
from socle.texte.pastilles import Pastille
from socle.texte.typographie import argent, date_courte
from socle.valeurs.argent import en_dollars, somme
from socle.valeurs.exercice import Exercice

PAGES = PagesDeMouvement(Remboursement, annoncer_son_annulation)
piece, jonction, contrepassation = telechargement(PieceRemboursement), PAGES.jonction, PAGES.contrepassation


DUE, RENDUE = Pastille("À récupérer", "attention"), Pastille("Rendue", "bien")


class TableauARecuperer(Tableau):
    legende, denombre, feminin = "À récupérer des organismes", "somme", True
    fichier = "a-recuperer"
    vide = "Ce qu’un protocole clos ou résilié dit à récupérer paraît ici."
    tri, departage = "-reste", ("protocole", "pk")

    initiative = ColonneLien(
        "Initiative",
        lambda x: x.protocole.initiative.numero,
        vers="protocoles:etat_des_versements",
        cle="protocole_id",
        precision=lambda x: str(x.protocole.initiative),
        tri="protocole__initiative__numero",
    )
    organisme = ColonneTexte(
        accessor="protocole__initiative__organisme__nom",
        tri="protocole__initiative__organisme__nom_normalise",
    )
    enveloppe = ColonneTexte(
        accessor="affectation__enveloppe",
        suite=lambda x: format_html('<small class="precision">{}</small>', x.affectation.enveloppe.exercice),
    )
    a_recuperer = ColonneMontant("À récupérer", "a_recuperer", total="a_recuperer", tri="a_recuperer")
    rendu = ColonneMontant("Rendu", "deja_rendu", total=True)
    reste = ColonneMontant("Reste", "reste", total=True, tri="dette")
    etat = ColonneEtat("État", lambda x: DUE if x.reste() else RENDUE)
    gestes = ColonneGestes("Inscrire")

    def retirees(self):
        return () if self.contexte["peut_inscrire"] else ("gestes",)

    def lire(self, lignes):
        return lignes.select_related("protocole__initiative__organisme", "affectation__enveloppe__territoire")

    def totaliser(self, lignes):
        lus = lignes.order_by().aggregate(
            n=Count("*"), a_recuperer=somme("a_recuperer"), rendu=somme("deja_rendu")
        )
        return lus | {"": lus.pop("n"), "reste": lus["a_recuperer"] - lus["rendu"]}

    @property
    def suite_du_nombre(self):
        return f", {argent(self.totaux['reste'])} à récupérer"

    def render_gestes(self, value, record):
        if not record.reste():
            return ""
        url = reverse("protocoles:remboursement_ajout", args=[record.pk])
        return format_html(
            '<a class="bouton second mince" href="{}">Inscrire<span class="visuellement-cache"> un remboursement, {}'
            "</span></a>",
            url,
            record.protocole.initiative.numero,
        )


@require_safe
def a_recuperer(request, pk):
    """Ce que chaque protocole fini dit à récupérer, ce qui en est rendu, ce qui reste."""
    convention = convention_visible(request, pk)
    vues = LigneDeReleve.objects.visibles_par(request.user).filter(dus.de_sa_portee(request.user, convention))
    return page_de_liste(
        request,
        TableauARecuperer,
        FiltresARecuperer,
        a_recuperer_de(vues).annotate(dette=F("a_recuperer") - F("deja_rendu")),
        gabarit="protocoles/remboursements/a_recuperer.html",
        convention=convention,
        peut_inscrire=peut(request.user, "inscrire-remboursement", convention) is None,
    )


def ajout(request, pk):
    """Inscrire ce que l'organisme rend d'une somme à récupérer."""
    lignes = dus.avec_ce_qu_on_en_montre(LigneDeReleve.objects.visibles_par(request.user))
    ligne = get_object_or_404(lignes, pk=pk)
    enveloppe = ligne.affectation.enveloppe
    convention = convention_visible(request, enveloppe.convention_id)
    liste = reverse("protocoles:a_recuperer", args=[convention.pk])
    communs = reperes(convention)
    reste = en_dollars(ligne.reste())
    return page_de_geste(
        request,
        Remboursement.inscrire_avec_piece,
        refus=peut_payer(request.user, "inscrire-remboursement", ligne),
        form=RemboursementForm(*envoye(request), ligne=ligne),
        gabarit="protocoles/remboursements/ajout.html",
        libelle="Inscrire le remboursement",
        fait=lambda r: f"Le remboursement {r.reference} est inscrit\xa0: {en_dollars(r.montant)}.",
        empechements=ligne.empechements_a_rendre(),
        ensuite=annoncer_le_remboursement,
        titre="Inscrire un remboursement",
        ici="Inscrire",
        empeche="Aucun remboursement ne s’inscrit",
        ligne=ligne,
        ailleurs=_ailleurs(ligne),
        **communs
        | {
            "objet_en_mots": ligne.protocole.initiative.numero,
            "chapeau": f"{ligne.protocole.initiative.organisme}, {ligne.protocole.initiative.numero}. "
            f"Reste à récupérer\xa0: {reste}.",
            "etapes": [*communs["etapes"], ("À récupérer", liste)],
            "retour": liste,
        },
    )


def _ailleurs(ligne):
    """L'exercice où la somme redeviendra disponible, quand le sien est clos."""
    an = ligne.an_du_retour()
    return Exercice(an) if an and an != ligne.enveloppe.an else None


class TableauDesRemboursements(TableauDesSorties):
    legende, denombre, feminin = "Remboursements", "remboursement", False
    vide = "Ce que les organismes rendent paraît ici."

    date = ColonneLien(
        "Date", lambda r: date_courte(r.faite_le), vers=PAGES.adresse(), precision="reference", tri="faite_le"
    )
    organisme = ColonneTexte("Organisme", "nom_fige", tri="nom_fige")
    initiative = ColonneTexte("Initiative", "protocole__initiative__numero")

    class Meta:
        sequence = ("date", "organisme", "initiative", "enveloppe", "...")


@require_safe
def liste(request, pk):
    return PAGES.liste(request, pk, TableauDesRemboursements, FiltresDesSorties)


@require_safe
def remboursement(request, pk):
    """Un remboursement, sa ligne au grand livre, ses pièces, ce qui l'a contrepassé."""
    remboursement = PAGES.trouver(request, pk)
    return render(
        request, "protocoles/remboursements/remboursement.html", PAGES.fiche(request, remboursement)
    )
