"""Le grand livre à l'écran : ses lignes filtrées par l'adresse, leur total, et la contrepassation."""

from functools import partial
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.ecritures import FiltresDuGrandLivre
from conventions.forms.enveloppes import RaisonForm
from conventions.models import Ecriture, Enveloppe
from conventions.models.ecritures import CONTREPASSABLES
from conventions.permissions import peut
from conventions.views import gestes
from conventions.views.gestes import convention_visible
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.tableur import en_csv, en_xlsx
from socle.valeurs.horloge import jour_de

PAR_PAGE = 50
COLONNES = (
    "Ligne",
    "Date",
    "Exercice",
    "Enveloppe",
    "Nature",
    "Compte",
    "Montant",
    "Objet",
    "Référence",
    "Motif",
    "Par",
    "Mouvement",
)

RELATIONS = ("enveloppe__territoire", "par", "contrepasse", "contrepassee_par")
LUS = (
    *("rang", "inscrite_le", "nature", "compte", "montant", "objet", "reference", "motif", "mouvement"),
    *("enveloppe__an", "enveloppe__volet", "enveloppe__nom", "enveloppe__territoire__nom"),
    *("par__prenom", "par__nom", "contrepasse__rang", "contrepassee_par__rang"),
)


@require_safe
def grand_livre(request, pk):
    """Les lignes de la convention, de la dernière à la première; leur total répond au chiffre d'où l'on vient."""
    convention = convention_visible(request, pk)
    filtres, choix = _choix(request, convention)
    ecritures = _choisies(request.user, choix, convention)
    page = Paginator(ecritures.only(*LUS), PAR_PAGE).get_page(request.GET.get("page"))
    compte = choix.get("compte")
    return render(
        request,
        "conventions/ecritures/grand_livre.html",
        {
            "convention": convention,
            "filtres": filtres,
            "page": page,
            "compte": dict(filtres.fields["compte"].choices).get(compte) if compte else "",
            "total": ecritures.order_by().total(compte) if compte else None,
            "seule": request.GET.get("seule") == "1",
            "requete": urlencode({c: request.GET.getlist(c) for c in request.GET if c != "page"}, doseq=True),
            "lignes": [image(ecriture) for ecriture in page],
            "peut_contrepasser": peut(request.user, "contrepasser", convention) is None,
        },
    )


def image(ecriture):
    """Une ligne, en données simples (voir `{% fragment %}`)."""
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


def _choix(request, convention):
    """Les filtres et les choix que dit l'adresse; un filtre invalide est ignoré et expliqué."""
    enveloppes = Enveloppe.objects.filter(convention=convention).select_related("territoire")
    filtres = FiltresDuGrandLivre(
        request.GET or None, enveloppes=enveloppes.only("an", "parent", "volet", "nom", "territoire__nom")
    )
    choix = filtres.cleaned_data | {"seule": request.GET.get("seule") == "1"} if filtres.is_valid() else {}
    return filtres, choix


def _choisies(utilisateur, choix, convention):
    """Les écritures d'une convention, filtrées.

    Une enveloppe comprend celles qui en font partie, sauf si l'adresse dit `seule`.
    """
    ecritures = Ecriture.objects.visibles_par(utilisateur).filter(convention=convention)
    if choix:
        if enveloppe := choix["enveloppe"]:
            toutes = Enveloppe.objects.sous(enveloppe)
            sous = Q(enveloppe=enveloppe) if choix["seule"] else Q(enveloppe__in=toutes)
            ecritures = ecritures.filter(sous)
        if choix["exercice"]:
            ecritures = ecritures.filter(enveloppe__an=choix["exercice"])
        if choix["compte"]:
            ecritures = ecritures.du_compte(choix["compte"])
        if choix["nature"]:
            ecritures = ecritures.filter(nature=choix["nature"])
    return ecritures.select_related(*RELATIONS).order_by(F("rang").desc())


def _cellules(ecriture):
    return [
        ecriture.rang,
        jour_de(ecriture.inscrite_le),
        str(ecriture.enveloppe.exercice),
        str(ecriture.enveloppe),
        ecriture.get_nature_display(),
        ecriture.get_compte_display(),
        ecriture.montant,
        ecriture.objet,
        ecriture.reference,
        ecriture.motif,
        ecriture.par.nom_complet if ecriture.par else "",
        str(ecriture.mouvement),
    ]


def _exporter(request, pk, ecrire):
    convention = convention_visible(request, pk)
    _, choix = _choix(request, convention)
    ecritures = _choisies(request.user, choix, convention)
    lignes = (_cellules(e) for e in ecritures.order_by("rang"))
    return ecrire(f"grand-livre-{convention.numero}", "Grand livre", COLONNES, lignes)


@require_safe
def grand_livre_csv(request, pk):
    return _exporter(request, pk, en_csv)


@require_safe
def grand_livre_xlsx(request, pk):
    return _exporter(request, pk, en_xlsx)


def contrepassation(request, pk, mouvement):
    """Annuler un mouvement par son contraire, après avoir vu ses lignes et dit pourquoi."""
    convention = convention_visible(request, pk)
    lignes = list(Ecriture.objects.du_mouvement(mouvement).filter(convention=convention).order_by("rang"))
    if not lignes:
        raise Http404
    retour, communs = reverse("conventions:grand_livre", args=[pk]), gestes.reperes(convention)
    return page_de_geste(
        request,
        partial(Ecriture.annuler, mouvement),
        refus=peut(request.user, "contrepasser", convention),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/ecritures/contrepassation.html",
        libelle="Contrepasser le mouvement",
        fait="Le mouvement est contrepassé.",
        empechements=Ecriture.empechements_a_annuler(mouvement),
        danger=True,
        titre="Contrepasser un mouvement",
        lignes=[image(ligne) for ligne in lignes],
        **communs
        | {
            "objet_en_mots": convention.alliance.nom,
            "chapeau": f"{convention.alliance.nom}, convention {convention.numero}.",
            "etapes": [*communs["etapes"], ("Grand livre", retour)],
            "retour": retour,
        },
    )
