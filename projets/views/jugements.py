"""L'étude d'une demande par la Table : son palier, son admissibilité, à qui elle est confiée."""

from functools import partial

from projets import travaux
from projets.forms.jugements import JugementForm, PalierForm
from projets.models import jugements
from projets.models.reponses import juger_et_repondre
from projets.notifications.demandes import annoncer_le_jugement
from projets.permissions import peut
from projets.views.reperes import adresse, demande_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste


def _etudier(request, initiative, geste, nom, **options):
    return page_de_geste(
        request,
        geste,
        refus=peut(request.user, nom, initiative),
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")} | options,
    )


def palier(request, pk):
    initiative = demande_visible(request, pk)
    aide = "L’organisme le lira avec le palier."
    form = PalierForm(donnees_de(request), initiative=initiative, aide=aide)
    return _etudier(
        request,
        initiative,
        initiative.fixer_le_palier,
        "fixer-palier",
        form=form,
        gabarit="projets/etude/palier.html",
        libelle="Fixer le palier",
        fait="Le palier est fixé, et le circuit suit.",
        empechements=initiative.empechements_a_fixer_le_palier(),
    )


def _annoncer(jugee, *, par):
    annoncer_le_jugement(jugee, par=par)
    travaux.preparer(jugee.lettres_du_jugement.select_related("document"))


def admissibilite(request, pk):
    initiative = demande_visible(request, pk)
    return _etudier(
        request,
        initiative,
        partial(juger_et_repondre, initiative),
        "juger",
        form=JugementForm(donnees_de(request), initiative=initiative),
        ensuite=_annoncer,
        gabarit="projets/etude/admissibilite.html",
        libelle="Enregistrer le jugement",
        fait=lambda jugee: f"La demande est {jugee.get_etat_display().lower()}.",
        empechements=jugements.empechements_a_juger(initiative),
        titre="Juger l’admissibilité",
    )


def revision(request, pk):
    initiative = demande_visible(request, pk)
    return _etudier(
        request,
        initiative,
        partial(jugements.revoir, initiative),
        "revoir-jugement",
        form=MotifForm(donnees_de(request), aide="L’organisme le lira."),
        gabarit="projets/etude/revision.html",
        libelle="Revoir le jugement",
        fait="La demande attend un nouveau jugement.",
        empechements=jugements.empechements_a_revoir(initiative),
        titre="Revoir l’admissibilité",
    )
