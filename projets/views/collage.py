"""Coller un tableau dans les dépenses d'une demande : le relire, puis l'ajouter."""

from functools import partial

from projets.forms.collage import CollageForm
from projets.permissions import peut
from projets.views.reperes import adresse, demande_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste


def collage(request, pk):
    initiative = demande_visible(request, pk)
    avancement = initiative.parties.get(code="depenses")
    depenses = adresse(initiative, "partie", "depenses")
    return page_de_geste(
        request,
        partial(initiative.enregistrer_partie, "depenses"),
        refus=peut(request.user, "rediger", initiative),
        form=CollageForm(donnees_de(request), initiative=initiative, avancement=avancement),
        gabarit="projets/demande/collage.html",
        libelle="Relire",
        fait="Les dépenses sont ajoutées.",
        empechements=initiative.empechements_a_modifier() or CollageForm.empechements(initiative),
        titre="Coller un tableau",
        ici="Coller un tableau",
        **reperes(initiative) | {"retour": depenses},
    )
