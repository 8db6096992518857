"""L'aide au partage national : un calcul que le Ministère compare et exporte; rien n'en est enregistré."""

from django.shortcuts import render

from alliances.models import Alliance, Cycle
from conventions.forms.partage_national import PartageForm, en_tableau
from conventions.permissions import peut_partager
from conventions.reference import montants_2017_2023
from socle.acces import exiger
from socle.pages.gestes import donnees_de
from socle.pages.tableur import en_xlsx
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

COLONNES = (
    "Alliance",
    "Montant précédent",
    "Précédent majoré",
    "Selon l’IDMS",
    "Selon la densité",
    "Total",
    "Montant annoncé",
    "Écart",
)


def partage_national(request):
    """Calculer, relire, recommencer; exporter en XLSX par le même formulaire."""
    exiger(peut_partager(request.user))
    cycle = Cycle.objects.en_cours(aujourd_hui())
    alliances = list(Alliance.objects.visibles_par(request.user).filter(cycle=cycle))
    annonces = {a.nom.casefold(): a.montant for a in alliances if a.montant and not a.montant_fictif}
    publies = montants_2017_2023()
    form = PartageForm(
        donnees_de(request),
        annonces=annonces,
        initial={"montant": cycle.montant if cycle else None, "tableau": _depart(alliances, publies)},
    )
    parts = form.parts if form.is_valid() else []
    if parts and "exporter" in request.POST:
        return en_xlsx("partage-national", "Partage national", COLONNES, [_cellules(part) for part in parts])
    return render(
        request,
        "conventions/partage/partage_national.html",
        {
            "form": form,
            "colonnes": COLONNES,
            "parts": parts,
            "total": sum((part.total for part in parts), ZERO),
            "publies": [(a.nom, publies[a.slug]) for a in alliances if a.slug in publies],
        },
    )


def _depart(alliances, publies):
    return en_tableau([(a.nom, publies[a.slug].montant if a.slug in publies else "") for a in alliances])


def _cellules(part):
    alliance = part.alliance
    return [
        alliance.nom,
        alliance.precedent,
        part.base,
        part.selon_idms,
        part.selon_densite,
        part.total,
        alliance.annonce,
        part.ecart,
    ]
