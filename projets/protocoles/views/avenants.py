"""L'avenant d'un protocole : l'ouvrir, l'écrire avant et après, le transmettre, le reprendre, l'abandonner."""

from functools import partial

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliances.plans.models.instantanes import empreinte_de
from projets.protocoles.forms.avenants import (
    BeneficiaireForm,
    DatesForm,
    OuvertureForm,
    TextesForm,
    VersementsForm,
)
from projets.protocoles.forms.preparation import TransmissionForm
from projets.protocoles.models import AvenantProtocole, ChangementDemande
from projets.protocoles.models.sceaux import contenu_de_l_avenant
from projets.protocoles.models.termes import BENEFICIAIRE
from projets.protocoles.notifications import avenants as annonces
from projets.protocoles.permissions import cote_de, peut
from projets.protocoles.views import reperes as du_protocole
from projets.protocoles.views.reperes_avenant import GENRES, adresse, avenant_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.entiers import entier


def ouverture(request, pk):
    return _ouvrir(request, du_protocole.protocole_visible(request, pk))


def ouverture_accordee(request, pk):
    """De même, d'un changement que la Table a accordé : le motif y est celui de l'organisme, à relire."""
    accordes = ChangementDemande.objects.visibles_par(request.user).filter(issue="accorde")
    changement = get_object_or_404(accordes, pk=pk)
    protocole = du_protocole.protocole_visible(request, changement.protocole_id)
    return _ouvrir(request, protocole, "Porter un changement accordé à un avenant", motif=changement.demande)


def _ouvrir(request, protocole, titre="Préparer un avenant", motif=""):
    communs = du_protocole.reperes(protocole)
    return page_de_geste(
        request,
        partial(AvenantProtocole.ouvrir, protocole),
        refus=peut(request.user, "preparer-avenant-protocole", protocole),
        form=OuvertureForm(donnees_de(request), initial={"motif": motif}),
        gabarit="protocoles/avenants/ouverture.html",
        libelle="Préparer l’avenant",
        fait="L’avenant est ouvert. Écrivez ce qui change.",
        empechements=AvenantProtocole.empechements_a_ouvrir(protocole),
        titre=titre,
        annuler=du_protocole.adresse(protocole),
        **communs | {"retour": adresse},
    )


@require_safe
def avenant(request, pk):
    """Ce qui change, avant et après; ce qui empêche; qui a répondu."""
    avenant = avenant_visible(request, pk, "cree_par", "fini_par")
    bouge = avenant.ce_qui_a_bouge() if avenant.est_ouvert else []
    prepare = avenant.etat == avenant.Etat.PREPARATION
    scelle = avenant.contenu or contenu_de_l_avenant(avenant)
    contexte = reperes(avenant) | {
        "genre": GENRES[avenant.etat],
        "contenu": scelle,
        "bouge": bouge,
        "fautes": avenant.empechements_a_transmettre()
        if prepare and not bouge and avenant.propositions
        else [],
        "tours": _tours(avenant),
        "gestes": _gestes(request.user, avenant, bouge),
        "ecrit": prepare
        and not bouge
        and peut(request.user, "modifier-avenant-protocole", avenant.protocole) is None,
    }
    return render(request, "protocoles/avenants/avenant.html", contexte)


def _tours(avenant):
    """[(numéro, ses réponses)], la dernière transmission d'abord."""
    tours = {}
    for signature in avenant.signatures.all():
        tours.setdefault(signature.tour, []).append(signature)
    return sorted(tours.items(), reverse=True)


def _gestes(utilisateur, avenant, bouge):
    """[(libellé, nom de l'adresse, s'il est le principal)] de ce que la personne peut faire maintenant."""
    prepare, transmis = avenant.etat == avenant.Etat.PREPARATION, avenant.etat == avenant.Etat.TRANSMIS
    cote = transmis and cote_de(utilisateur, avenant)
    table = avenant.est_ouvert and peut(utilisateur, "preparer-avenant-protocole", avenant.protocole) is None
    repond = cote and not avenant.empechements_a_refuser_par(cote, utilisateur)
    pret = table and prepare and not bouge and avenant.propositions
    offerts = [
        (repond and not bouge, "Signer l’avenant", "avenant_signature"),
        (pret, "Transmettre pour signature", "avenant_transmission"),
        (table and bouge, "Reprendre sur ce qui vaut maintenant", "avenant_reprise"),
        (repond, "Refuser l’avenant", "avenant_refus"),
        (table and transmis and not bouge, "Reprendre en préparation", "avenant_reprise"),
        (table, "Abandonner l’avenant", "avenant_abandon"),
    ]
    return [
        (libelle, adresse(avenant, nom), rang < PRINCIPAUX)
        for rang, (permis, libelle, nom) in enumerate(offerts)
        if permis
    ]


PRINCIPAUX = 3  # ce qui avance; le reste ramène en arrière


def _ecriture(request, avenant, form, **options):
    return page_de_geste(
        request,
        avenant.modifier,
        refus=peut(request.user, "modifier-avenant-protocole", avenant.protocole),
        form=form,
        fait="L’avenant est enregistré.",
        empechements=avenant.empechements_a_modifier(),
        **reperes(avenant) | {"libelle": "Enregistrer"} | options,
    )


def dates(request, pk):
    avenant = avenant_visible(request, pk)
    form = DatesForm(donnees_de(request), avenant=avenant)
    gabarit = "protocoles/avenants/dates.html"
    return _ecriture(request, avenant, form, titre="Changer les dates", gabarit=gabarit)


def beneficiaire(request, pk):
    """Sous quelle identité l'organisme recevra l'argent, ou qui le reprend."""
    avenant = avenant_visible(request, pk)
    form = BeneficiaireForm(donnees_de(request), avenant=avenant)
    gabarit, titre = "protocoles/avenants/beneficiaire.html", "Changer le bénéficiaire"
    actuel = avenant.base[BENEFICIAIRE]["dit"]
    return _ecriture(request, avenant, form, titre=titre, gabarit=gabarit, actuel=actuel)


def versements(request, pk):
    """Les versements que rien n'a entamés; une hausse n'est pas un avenant."""
    avenant = avenant_visible(request, pk)
    voulues = entier(request.GET.get("rangees", "")) or 0
    form = VersementsForm(donnees_de(request), avenant=avenant, voulues=voulues)

    def retour(_):
        suite = f"{adresse(avenant, 'avenant_versements')}?rangees={form.rangees.nombre + 1}"
        return suite if "ajouter" in request.POST else adresse(avenant)

    gabarit, titre = "protocoles/avenants/versements.html", "Changer les versements à venir"
    options = {"titre": titre, "gabarit": gabarit, "annuler": adresse(avenant), "retour": retour}
    return _ecriture(request, avenant, form, **options)


def textes(request, pk):
    avenant = avenant_visible(request, pk)
    form = TextesForm(donnees_de(request), avenant=avenant)
    gabarit, titre = "protocoles/avenants/textes.html", "Changer les activités et les dépenses"
    return _ecriture(request, avenant, form, titre=titre, gabarit=gabarit)


def transmission(request, pk):
    """Le texte à sceller se lit en entier; changé depuis, il se relit (409)."""
    avenant = avenant_visible(request, pk)
    empechements = avenant.empechements_a_transmettre()
    contenu = None if empechements else contenu_de_l_avenant(avenant)
    return page_de_geste(
        request,
        avenant.transmettre,
        refus=peut(request.user, "transmettre-avenant-protocole", avenant.protocole),
        form=TransmissionForm(donnees_de(request), vue=empreinte_de(contenu) if contenu else ""),
        gabarit="protocoles/avenants/transmission.html",
        libelle="Transmettre pour signature",
        fait="L’avenant est transmis\xa0: les deux parties peuvent le signer.",
        empechements=empechements,
        empeche="L’avenant n’est pas prêt",
        ensuite=annonces.annoncer_la_transmission,
        titre="Transmettre l’avenant",
        contenu=contenu,
        **reperes(avenant),
    )


def reprise(request, pk):
    avenant = avenant_visible(request, pk)
    return page_de_geste(
        request,
        avenant.reprendre,
        refus=peut(request.user, "reprendre-avenant-protocole", avenant.protocole),
        gabarit="protocoles/avenants/reprise.html",
        libelle="Reprendre l’avenant",
        fait="L’avenant part maintenant de ce qui vaut aujourd’hui; relisez-le.",
        empechements=avenant.empechements_a_reprendre(),
        ensuite=annonces.annoncer_la_reprise,
        titre="Reprendre sur ce qui vaut maintenant",
        bouge=avenant.ce_qui_a_bouge(),
        tombent=avenant.ce_qui_tomberait(),
        **reperes(avenant),
    )


def abandon(request, pk):
    avenant = avenant_visible(request, pk)
    aide = "Les deux parties le liront." if avenant.transmis_le else "La Table le lira."
    return page_de_geste(
        request,
        avenant.abandonner,
        refus=peut(request.user, "abandonner-avenant-protocole", avenant.protocole),
        form=MotifForm(donnees_de(request), aide=aide),
        gabarit="protocoles/avenants/abandon.html",
        libelle="Abandonner l’avenant",
        fait="L’avenant est abandonné. Le protocole reste ce qu’il est.",
        empechements=avenant.empechements_a_abandonner(),
        ensuite=annonces.annoncer_l_abandon,
        danger=True,
        **reperes(avenant),
    )
