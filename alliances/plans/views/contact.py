"""La personne à joindre au sujet du plan : le contact principal de l'Alliance."""

from alliances.models import Contact
from alliances.plans import canevas
from alliances.plans.forms.redaction import ContactForm
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.corrections import demandes_de
from alliances.plans.views.gestes import reperes, version_de_l_alliance
from socle.pages.gestes import donnees_de, page_de_geste

ANCRE = ("section", "en-tete")


def contact(request, pk):
    version = version_de_l_alliance(request, pk)
    alliance, refus = version.plan.alliance, peut_rediger(request.user, version)
    fiche = alliance.contacts.filter(principal=True).first() or Contact(alliance=alliance, principal=True)
    return page_de_geste(
        request,
        version.fixer_le_contact,
        refus=refus if request.method == "POST" else None,
        form=ContactForm(donnees_de(request), instance=fiche),
        gabarit="plans/redaction/contact.html",
        libelle="Enregistrer et revenir au plan",
        fait="La personne à joindre est enregistrée.",
        empechements=[str(refus)] if refus else version.empechements_a_modifier(ANCRE),
        titre="Personne à joindre",
        empeche="Cette partie ne se modifie pas maintenant",
        demandes=demandes_de(version, ANCRE),
        peut_repondre=version.etat == "a_corriger" and refus is None,
        aide=canevas.section("en-tete", alliance.cycle.code),
        **reperes(version),
    )
