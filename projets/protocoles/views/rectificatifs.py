"""Le relevé rectificatif : le proposer, le confirmer, l'écarter."""

from functools import partial

from django.shortcuts import get_object_or_404

from projets.protocoles import travaux
from projets.protocoles.forms.rectificatifs import RectificatifForm
from projets.protocoles.models import Rectificatif
from projets.protocoles.notifications import vie
from projets.protocoles.permissions import peut
from projets.protocoles.views.reperes import adresse, protocole_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste


def gestes_du_releve(utilisateur, protocole):
    """Ce que la personne peut faire du relevé, et du rectificatif qui attend."""
    attend = next((r for r in Rectificatif.objects.en_attente().filter(protocole=protocole)), None)
    peuvent = {
        geste: peut(utilisateur, geste, protocole) is None
        for geste in ("proposer-rectificatif", "confirmer-rectificatif", "ecarter-rectificatif")
    }
    return {
        "peut_proposer": peuvent["proposer-rectificatif"] and not attend,
        "peut_confirmer": peuvent["confirmer-rectificatif"]
        and attend
        and attend.propose_par_id != utilisateur.pk,
        "peut_ecarter": peuvent["ecarter-rectificatif"] and bool(attend),
    }


def _reperes(protocole):
    retour = adresse(protocole, "releve")
    communs = reperes(protocole)
    return communs | {
        "etapes": [*communs["etapes"], ("Relevé de fin", retour)],
        "retour": retour,
        "revenir": "Revenir au relevé de fin",
    }


def proposition(request, pk):
    protocole = protocole_visible(request, pk)
    lignes = list(protocole.releve.lues())
    protocole.rendus_lus = protocole.releve.rendus()
    return page_de_geste(
        request,
        partial(Rectificatif.proposer, protocole),
        refus=peut(request.user, "proposer-rectificatif", protocole),
        form=RectificatifForm(donnees_de(request), protocole=protocole, lignes=lignes),
        gabarit="protocoles/rectificatifs/proposition.html",
        libelle="Proposer le relevé rectificatif",
        fait="Le relevé rectificatif est proposé. Une autre personne peut le confirmer.",
        empechements=Rectificatif.empechements_a_proposer(protocole),
        ensuite=vie.annoncer_le_rectificatif_propose,
        titre="Rectifier le relevé de fin",
        ici="Rectifier",
        **_reperes(protocole),
    )


def _visible(request, pk):
    lus = Rectificatif.objects.visibles_par(request.user).select_related("propose_par")
    rectificatif = get_object_or_404(lus, pk=pk)
    rectificatif.protocole = protocole_visible(request, rectificatif.protocole_id)
    return rectificatif


def confirmation(request, pk):
    """Ce que le relevé disait et ce qu'il dirait se lisent avant; changé depuis, il se relit (409)."""
    rectificatif = _visible(request, pk)
    return page_de_geste(
        request,
        rectificatif.confirmer,
        refus=peut(request.user, "confirmer-rectificatif", rectificatif.protocole),
        form=_ConfirmationForm(donnees_de(request), vue=rectificatif.empreinte_a_confirmer()),
        gabarit="protocoles/rectificatifs/confirmation.html",
        libelle="Confirmer le relevé rectificatif",
        fait=lambda r: f"Le relevé rectificatif {r.numero} est confirmé.",
        empechements=rectificatif.empechements_a_confirmer_par(request.user),
        ensuite=_finir,
        danger=True,
        rectificatif=rectificatif,
        changees=rectificatif.changees,
        **_reperes(rectificatif.protocole),
    )


class _ConfirmationForm(SurUneEmpreinte):
    def saisie(self):
        return {"vu": self.cleaned_data["revision"]}


def _finir(rectificatif, *, par):
    travaux.demander_le_rectificatif(rectificatif)
    vie.annoncer_le_rectificatif(rectificatif, par=par)


def ecart(request, pk):
    rectificatif = _visible(request, pk)
    return page_de_geste(
        request,
        rectificatif.ecarter,
        refus=peut(request.user, "ecarter-rectificatif", rectificatif.protocole),
        form=MotifForm(donnees_de(request), aide="La Table le lira."),
        gabarit="protocoles/rectificatifs/ecart.html",
        libelle="Écarter le relevé rectificatif",
        fait="Le relevé rectificatif est écarté\xa0: le relevé reste ce qu’il est.",
        empechements=rectificatif.empechements_a_ecarter(),
        rectificatif=rectificatif,
        changees=rectificatif.changees,
        **_reperes(rectificatif.protocole),
    )
