"""Une section narrative : l'écrire, l'enregistrer, y être deux sans rien perdre."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alliances.plans import canevas
from alliances.plans.comparaison import differences_de_texte
from alliances.plans.forms.redaction import BrouillonForm, CorrectionsForm, SectionForm
from alliances.plans.models import ObservationPlan
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.corrections import demandes_de, repondre
from alliances.plans.views.gestes import version_de_l_alliance
from alliances.plans.views.reperes import adresse
from socle.acces import exiger
from socle.pages.gestes import donnees_de, poser


def section_de(request, pk, code):
    """La section de cette version; 404 si le canevas ne la connaît pas."""
    version = version_de_l_alliance(request, pk)
    section = get_object_or_404(version.sections.select_related("modifiee_par"), code=code)
    section.version = version
    return section


def fermeture(request, version, *ancres):
    """Pourquoi cette partie ne s'écrit pas par cette personne maintenant; vide si elle s'écrit."""
    if refus := peut_rediger(request.user, version):
        return [str(refus)]
    return version.empechements_a_modifier(*ancres)


def section(request, pk, code):
    section = section_de(request, pk, code)
    version, ancre = section.version, ("section", code)
    demandes = demandes_de(version, ancre)
    form = SectionForm(donnees_de(request), section=section)
    corrections = CorrectionsForm(donnees_de(request), demandes=demandes)
    if request.method == "POST":
        exiger(peut_rediger(request.user, version))
        if form.is_valid() and corrections.is_valid():
            return _enregistrer(request, section, form, corrections)
    return _page(request, section, form, corrections)


def _enregistrer(request, section, form, corrections):
    """Enregistre et redirige; sinon rend la page qui garde la saisie : texte dépassé (409) ou partie fermée."""
    if poser(request, section.enregistrer, form=form, **form.saisie()) is None:
        if form.perime:
            return _page_de_conflit(request, section, form.cleaned_data["texte"], corrections)
        return _page(request, section, form, corrections, status=409)
    repondre(request, corrections)
    messages.success(request, f"La section {section.code} est enregistrée.")
    return redirect(_suite(request, section))


def _suite(request, section):
    """Où mène le bouton choisi : la partie suivante, ou le plan."""
    if request.POST.get("suite") == "suivante":
        suivante = canevas.suivante(section.code, section.version.plan.alliance.cycle.code)
        if suivante:
            return adresse(section.version, ("section", suivante.code)).removesuffix("#id_texte")
    return reverse("plans:tableau", args=[section.version.pk])


def _page(request, section, form, corrections, status=200):
    version, cycle = section.version, section.version.plan.alliance.cycle.code
    ancre = ("section", section.code)
    return render(
        request,
        "plans/redaction/section.html",
        {
            "version": version,
            "section": section,
            "canevas": canevas.section(section.code, cycle),
            "suivante": canevas.suivante(section.code, cycle),
            "precedente": canevas.precedente(section.code, cycle),
            "form": form,
            "corrections": corrections,
            "ferme": fermeture(request, version, ancre),
            "observations": observations_de(request, version, ancre),
            "cible": ancre,
        },
        status=status,
    )


def observations_de(request, version, ancre):
    """Le fil de la partie, tel que le composant le montre."""
    visibles = ObservationPlan.objects.visibles_par(request.user).select_related("ecrite_par")
    lignes = visibles.filter(version=version, cible_objet=ancre[0], cible_cle=str(ancre[1]))
    return [
        {
            "auteur": ligne.ecrite_par.nom_complet,
            "organisation": "",
            "le": ligne.ecrite_le,
            "texte": ligne.texte,
            "visibilite": ligne.visibilite,
        }
        for ligne in lignes.only("texte", "visibilite", "ecrite_le", "ecrite_par__prenom", "ecrite_par__nom")
    ]


def _page_de_conflit(request, section, mien, corrections):
    """Les deux textes, mot à mot. La saisie reste dans le formulaire, qui part maintenant du texte enregistré."""
    actuelle = section.version.sections.select_related("modifiee_par").get(pk=section.pk)
    terminee = "oui" if request.POST.get("terminee") == "oui" else "non"
    return render(
        request,
        "plans/redaction/conflit.html",
        {
            "version": section.version,
            "section": actuelle,
            "canevas": canevas.section(section.code, section.version.plan.alliance.cycle.code),
            "blocs": differences_de_texte(actuelle.texte, mien),
            "corrections": corrections,
            "form": SectionForm(
                section=actuelle,
                initial={"texte": mien, "terminee": terminee},
            ),
        },
        status=409,
    )


def comparaison(request, pk, code):
    """En POST, le texte de l'écran et celui qui est enregistré; en GET, l'enregistré et le dernier dépôt."""
    section = section_de(request, pk, code)
    version = section.version
    if request.method == "POST":
        exiger(peut_rediger(request.user, version))
        form = BrouillonForm(request.POST)
        corrections = CorrectionsForm(request.POST, demandes=demandes_de(version, ("section", code)))
        if not form.is_valid():
            return _page(request, section, SectionForm(request.POST, section=section), corrections)
        return _page_de_conflit(request, section, form.cleaned_data["texte"], corrections)
    instantane = version.dernier_instantane("depot") or (
        version.base.dernier_instantane("decision") if version.base else None
    )
    avant = _texte_de(instantane.contenu, code) if instantane else ""
    return render(
        request,
        "plans/redaction/changements.html",
        {
            "version": version,
            "section": section,
            "canevas": canevas.section(code, version.plan.alliance.cycle.code),
            "instantane": instantane,
            "blocs": differences_de_texte(avant, section.texte) if instantane else (),
        },
    )


def _texte_de(contenu, code):
    return next((s["texte"] for s in contenu["sections"] if s["code"] == code), "")
