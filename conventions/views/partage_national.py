"""L'aide au partage national : un calcul que le Ministère compare et exporte; rien n'en est enregistré."""

from collections import defaultdict
from itertools import chain

from django.shortcuts import render

from alliances.models import Alliance, Cycle, IndiceTerritoire
from conventions.forms.partage_national import PartageForm, en_tableau
from conventions.permissions import peut_partager
from conventions.reference import montants_2017_2023
from conventions.regles.partage_national import moyenne_ponderee
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
    "Selon la population",
    "Total",
    "Montant annoncé",
    "Écart",
)


def partage_national(request):
    """Calculer, relire, recommencer; exporter en XLSX par le même formulaire."""
    exiger(peut_partager(request.user))
    cycle = Cycle.objects.en_cours(aujourd_hui())
    alliances = Alliance.objects.visibles_par(request.user).filter(cycle=cycle)
    alliances = list(alliances)
    territoires = _territoires(alliances)
    faits = IndiceTerritoire.objects.derniers(("population", "idms"), set(chain(*territoires.values())))
    annonces = {a.nom.casefold(): a.montant for a in alliances if a.montant and not a.montant_fictif}
    publies = montants_2017_2023()
    form = PartageForm(
        donnees_de(request),
        annonces=annonces,
        initial={
            "montant": cycle.montant if cycle else None,
            "tableau": _depart(alliances, publies, territoires, faits),
        },
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
            "non_publies": [a.nom for a in alliances if a.slug not in publies],
            "provenances": list(dict.fromkeys(fait.provenance for fait in faits.values())),
        },
    )


def _territoires(alliances):
    """{Alliance: ses territoires}, par leurs clés."""
    siens = defaultdict(list)
    liens = Alliance.territoires.through.objects.filter(alliance__in=[a.pk for a in alliances])
    for alliance, territoire in liens.values_list("alliance", "territoire"):
        siens[alliance].append(territoire)
    return siens


def _depart(alliances, publies, territoires, faits):
    return en_tableau(
        (a.nom, publies[a.slug].montant if a.slug in publies else "", *_criteres(territoires[a.pk], faits))
        for a in alliances
    )


def _criteres(territoires, faits):
    """(IDMS, densité, population) d'une Alliance; vides s'il en manque à un seul de ses territoires."""
    populations = [faits[cle].valeur for t in territoires if (cle := ("population", t)) in faits]
    indices = [faits[cle].valeur for t in territoires if (cle := ("idms", t)) in faits]
    population = sum(populations) if territoires and len(populations) == len(territoires) else 0
    idms = moyenne_ponderee(indices, populations) if population and len(indices) == len(territoires) else ""
    return idms, "", f"{population:.0f}" if population else ""


def _cellules(part):
    alliance = part.alliance
    return [
        alliance.nom,
        alliance.precedent,
        part.base,
        part.selon_idms,
        part.selon_densite,
        part.selon_population,
        part.total,
        alliance.annonce,
        part.ecart,
    ]
