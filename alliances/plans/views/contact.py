"""La personne à joindre au sujet du plan : le contact principal de l'Alliance."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from alliances.models import Contact
from alliances.plans import canevas
from alliances.plans.forms.redaction import ContactForm
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.corrections import demandes_de
from alliances.plans.views.gestes import version_de_l_alliance
from socle.acces import exiger
from socle.pages.gestes import donnees_de

ANCRE = ("section", "en-tete")


def contact(request, pk):
    version = version_de_l_alliance(request, pk)
    ferme = list(map(str, filter(None, [peut_rediger(request.user, version)])))
    ferme = ferme or version.empechements_a_modifier(ANCRE)
    fiche = version.plan.alliance.contacts.filter(principal=True).first()
    fiche = fiche or Contact(alliance=version.plan.alliance, principal=True)
    form = ContactForm(donnees_de(request), instance=fiche)
    if request.method == "POST":
        exiger(peut_rediger(request.user, version))
        if ferme:
            for phrase in ferme:
                messages.error(request, phrase)
        elif form.is_valid() and _enregistrer(request, version, form):
            messages.success(request, "La personne à joindre est enregistrée.")
            return redirect("plans:tableau", pk=pk)
    return render(
        request,
        "plans/redaction/contact.html",
        {
            "version": version,
            "form": form,
            "ferme": ferme,
            "demandes": demandes_de(version, ANCRE),
            "peut_repondre": version.etat == "a_corriger" and peut_rediger(request.user, version) is None,
            "aide": canevas.section("en-tete", version.plan.alliance.cycle.code),
        },
    )


@transaction.atomic
def _enregistrer(request, version, form):
    """Enregistre, à moins que quelqu'un l'ait fait entre-temps : la saisie reste alors à l'écran."""
    version.verrouiller()
    actuel = version.plan.alliance.contacts.filter(principal=True).first()
    enregistre = form.temoin(actuel) if actuel else ""
    if actuel and form.cleaned_data["vu"] != enregistre:
        form.add_error(
            None,
            "Quelqu’un a modifié ces coordonnées depuis que vous avez ouvert la page. Enregistré maintenant\xa0: "
            f"{enregistre.replace('|', ', ')}. Enregistrez de nouveau pour garder les vôtres.",
        )
        form.data = form.data.copy()
        form.data["vu"] = enregistre
        return False
    if form.has_changed():
        form.save()
        version.rafraichir()
        changes = [champ for champ in form.changed_data if champ != "vu"]
        version.noter(
            "modifier-contact",
            par=request.user,
            objet=form.instance,
            avant={champ: form.initial.get(champ, "") for champ in changes},
            apres={champ: form.cleaned_data[champ] for champ in changes},
        )
    return True
