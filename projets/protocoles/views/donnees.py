"""Les données ouvertes des initiatives accordées (360Giving), en JSON et en CSV, au fil de la lecture."""

import csv
import json

from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from projets.models import AppelProjets
from projets.protocoles.models.octroyees import (
    au_plus,
    avec_ce_qui_se_publie,
    bailleurs_de,
    liberes_par_avenant,
    octroyees,
    peut_tirer,
)
from projets.protocoles.regles.subvention import a_plat, colonnes, subvention
from socle.acces import exiger
from socle.pages.tableur import MARQUE_UTF8, est_une_amorce
from socle.valeurs.horloge import aujourd_hui

PAR_LECTURE = 500  # initiatives lues à la fois : un fichier national ne tient pas en mémoire
TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_safe
def donnees_ouvertes(request):
    exiger(peut_tirer(request.user))
    alliances = Alliance.objects.filter(pk__in=octroyees(request.user).order_by().values("alliance"))
    return render(
        request,
        "protocoles/donnees_ouvertes.html",
        {"alliances": alliances.select_related("cycle"), "combien": octroyees(request.user).count()},
    )


@require_safe
def donnees_nationales(request, format):
    exiger(peut_tirer(request.user))
    return _fichier(request, octroyees(request.user), format, "octrois")


@require_safe
def donnees_d_une_alliance(request, slug, format):
    alliance = get_object_or_404(Alliance.objects.visibles_par(request.user), slug=slug)
    exiger(peut_tirer(request.user))
    return _fichier(request, octroyees(request.user).filter(alliance=alliance), format, f"octrois-{slug}")


def _fichier(request, initiatives, format, nom):
    dites = _dites(request, initiatives)
    lignes = _en_json(dites) if format == "json" else _en_csv(dites, initiatives)
    reponse = StreamingHttpResponse(lignes, content_type=TYPES[format])
    reponse["Content-Disposition"] = f'attachment; filename="{nom}-{aujourd_hui():%Y-%m-%d}.{format}"'
    return reponse


def _dites(request, initiatives):
    bailleurs, liberes = bailleurs_de(initiatives), liberes_par_avenant(initiatives)
    for initiative in avec_ce_qui_se_publie(initiatives).iterator(chunk_size=PAR_LECTURE):
        yield subvention(
            initiative,
            bailleur=bailleurs.get(initiative.convention, initiative.alliance.table_regionale),
            prefixe=settings.PREFIXE_360GIVING,
            adresse=_appel_public(request, initiative.appel),
            libere=liberes[initiative.pk],
        )


def _appel_public(request, appel):
    if appel.mode != AppelProjets.Mode.APPEL:
        return ""
    return request.build_absolute_uri(reverse("projets:appel_public", args=[appel.pk]))


def _en_json(dites):
    """{"grants": […]}, un octroi par ligne."""
    yield '{"grants": ['
    for rang, dite in enumerate(dites):
        yield (",\n" if rang else "\n") + json.dumps(dite, ensure_ascii=False, default=float)
    yield "\n]}\n"


class _Ligne:
    """Ce que `csv` écrit, rendu aussitôt."""

    def write(self, texte):
        return texte


def _en_csv(dites, initiatives):
    """Virgule, point décimal et dates ISO : ce que lisent les outils du standard, non notre tableur."""
    titres = colonnes(au_plus(initiatives, "territoires"), au_plus(initiatives, "priorites__thematique"))
    ecrivain = csv.writer(_Ligne())
    yield MARQUE_UTF8 + ecrivain.writerow(titres)
    for dite in dites:
        yield ecrivain.writerow([_inerte(valeur) for valeur in a_plat(dite, titres)])


def _inerte(valeur):
    """Un texte qu'un tableur prendrait pour une formule n'en est pas une."""
    return f"'{valeur}" if isinstance(valeur, str) and est_une_amorce(valeur) else valeur
