"""L'adoption par la Table, celle du texte corrigé, et la réouverture d'une version adoptée trop vite."""

from functools import partial

from alliances.plans import regles
from alliances.plans.forms.gestes import AdoptionForm
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import reperes, suites, version_de_l_alliance
from alliances.plans.views.reperes import montrables
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.valeurs.horloge import aujourd_hui


def adoption(request, pk):
    version = version_de_l_alliance(request, pk)
    refus = peut(request.user, "adopter", version)
    empechements = version.empechements_a_adopter()
    constats = [] if empechements else regles.bloquants(regles.constats(version.contenu(), aujourd_hui()))
    return page_de_geste(
        request,
        version.adopter,
        refus=refus if request.method == "POST" else None,
        form=AdoptionForm(*envoye(request), version=version),
        gabarit="plans/redaction/adoption.html",
        libelle="Inscrire l’adoption",
        fait="L’adoption est inscrite. La personne autorisée à signer peut maintenant déposer le plan.",
        empechements=empechements,
        ensuite=partial(suites, evenement="adoption"),
        titre="Inscrire l’adoption par la Table",
        ici="Adoption",
        empeche="L’adoption ne peut pas s’inscrire",
        ne_revient_pas=refus,
        constats=montrables(version, constats),
        **reperes(version),
    )


def nouvelle_resolution(request, pk):
    """Après un retour : la Table adopte le texte corrigé, sous une autre résolution."""
    version = version_de_l_alliance(request, pk)
    return page_de_geste(
        request,
        version.adopter_les_corrections,
        refus=peut(request.user, "adopter", version),
        form=AdoptionForm(*envoye(request), version=version),
        gabarit="plans/redaction/nouvelle_resolution.html",
        libelle="Inscrire la nouvelle résolution",
        fait="La nouvelle résolution est inscrite. Le plan peut se déposer de nouveau.",
        empechements=version.empechements_a_adopter_les_corrections(),
        ensuite=partial(suites, evenement="adoption"),
        titre="Inscrire une nouvelle résolution",
        ici="Nouvelle résolution",
        empeche="Aucune nouvelle résolution n’est à inscrire",
        **reperes(version),
    )


def reouverture(request, pk):
    version = version_de_l_alliance(request, pk)
    return page_de_geste(
        request,
        version.rouvrir,
        refus=peut(request.user, "rouvrir", version),
        form=MotifForm(
            donnees_de(request),
            libelle="Pourquoi rouvrir le plan?",
            aide="Ce qui doit changer; le motif reste au journal du plan.",
        ),
        gabarit="plans/redaction/reouverture.html",
        libelle="Rouvrir le plan",
        fait="Le plan est rouvert. La Table devra l’adopter de nouveau.",
        empechements=version.empechements_a_rouvrir(),
        ensuite=partial(suites, evenement="reouverture"),
        titre="Rouvrir le plan pour le modifier?",
        ici="Réouverture",
        empeche="Le plan ne peut pas être rouvert",
        **reperes(version),
    )
