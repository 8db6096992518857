"""Les clauses d'une Alliance : leurs versions, les écrire, les relire avec un exemple, les approuver."""

from functools import partial

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from projets.permissions import peut_sur_l_alliance
from projets.protocoles.canevas import USUELLES
from projets.protocoles.forms.clauses import ApprobationForm, ClausesForm
from projets.protocoles.models import ClausesAlliance, Protocole
from projets.protocoles.regles.changements import changements
from projets.protocoles.regles.fentes import EXEMPLES, FENTES, remplir
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.entiers import entier


def _alliance(request, slug):
    return get_object_or_404(Alliance.objects.suivies_par(request.user), slug=slug)


def _version(request, pk):
    """La version; 404 si la personne ne la voit pas."""
    visibles = ClausesAlliance.objects.visibles_par(request.user).select_related("alliance", "approuvee_par")
    return get_object_or_404(visibles, pk=pk)


def _liste(alliance):
    return reverse("protocoles:clauses", args=[alliance.slug])


def _page(clauses):
    return reverse("protocoles:clauses_version", args=[clauses.pk])


def _etapes(alliance):
    return [("Protocoles", reverse("protocoles:protocoles")), ("Clauses", _liste(alliance))]


def _reperes(clauses):
    return {
        "clauses": clauses,
        "alliance": clauses.alliance,
        "objet_en_mots": f"{clauses}, {clauses.alliance.nom}",
        "etapes": [*_etapes(clauses.alliance), (f"Version {clauses.version}", _page(clauses))],
        "retour": _page(clauses),
        "revenir": "Revenir aux clauses",
    }


def _exemple(textes):
    """[(titre, texte)], leurs fentes remplies d'un exemple."""
    return [(remplir(titre, EXEMPLES), remplir(texte, EXEMPLES)) for titre, texte in textes]


@require_safe
def liste(request, slug):
    """Les versions, la dernière d'abord; sans aucune, les clauses usuelles se relisent avant de partir d'elles."""
    alliance = _alliance(request, slug)
    versions = ClausesAlliance.objects.visibles_par(request.user).filter(alliance=alliance)
    versions = list(versions.select_related("approuvee_par").order_by("-version"))
    ouvre = peut_sur_l_alliance(request.user, "ecrire-clauses", alliance) is None
    return render(
        request,
        "protocoles/clauses/liste.html",
        {
            "alliance": alliance,
            "versions": versions,
            "en_vigueur": next((v for v in versions if v.approuvee_le), None),
            "usuelles": [] if versions else _exemple(USUELLES),
            "ouvre": ouvre and all(v.approuvee_le for v in versions),
        },
    )


def ouverture(request, slug):
    alliance = _alliance(request, slug)
    return page_de_geste(
        request,
        partial(ClausesAlliance.ouvrir, alliance),
        refus=peut_sur_l_alliance(request.user, "ecrire-clauses", alliance),
        gabarit="protocoles/clauses/ouverture.html",
        libelle="Ouvrir une version",
        fait="La version est ouverte\xa0: changez-y ce qui n’est pas de votre région.",
        retour=lambda ouverte: reverse("protocoles:clauses_ecriture", args=[ouverte.pk]),
        annuler=_liste(alliance),
        empechements=ClausesAlliance.empechements_a_ouvrir(alliance),
        titre="Ouvrir une version des clauses",
        objet_en_mots=alliance.nom,
        etapes=_etapes(alliance),
        modele=ClausesAlliance.objects.en_vigueur(alliance),
    )


@require_safe
def version(request, pk):
    """Le texte relu avec un exemple, puis tel qu'il s'écrit."""
    clauses = _version(request, pk)
    textes = [(c.titre, c.texte) for c in clauses.clauses.all()]
    a_ecrire = not clauses.approuvee_le
    permis = {
        geste: a_ecrire and peut_sur_l_alliance(request.user, geste, clauses.alliance) is None
        for geste in ("ecrire-clauses", "approuver-clauses")
    }
    return render(
        request,
        "protocoles/clauses/version.html",
        _reperes(clauses)
        | {
            "exemple": _exemple(textes),
            "textes": textes,
            "ecrit": permis["ecrire-clauses"],
            "approuve": permis["approuver-clauses"] and not clauses.empechements_a_approuver(),
        },
    )


def ecriture(request, pk):
    clauses = _version(request, pk)
    voulues = entier(request.GET.get("rangees", "")) or 0
    form = ClausesForm(donnees_de(request), clauses=clauses, voulues=voulues)
    return page_de_geste(
        request,
        clauses.ecrire,
        refus=peut_sur_l_alliance(request.user, "ecrire-clauses", clauses.alliance),
        form=form,
        gabarit="protocoles/clauses/ecriture.html",
        libelle="Enregistrer les clauses",
        fait="Les clauses sont enregistrées. Rien ne change aux protocoles avant que la signature les approuve.",
        titre="Écrire les clauses",
        ici="Écrire",
        empechements=clauses.empechements_a_ecrire(),
        annuler=_page(clauses),
        fentes=[(f"{{{nom}}}", dit, EXEMPLES[nom]) for nom, dit in FENTES.items()],
        **_reperes(clauses) | {"retour": lambda _: _apres(request, clauses, form)},
    )


def _apres(request, clauses, form):
    """La version relue; la même page, avec une rangée de plus, pour qui en demande une."""
    if "ajouter" in request.POST:
        url = reverse("protocoles:clauses_ecriture", args=[clauses.pk])
        return f"{url}?rangees={len(form.saisie()['textes']) + 1}"
    return _page(clauses)


def approbation(request, pk):
    clauses = _version(request, pk)
    textes = [(c.titre, c.texte) for c in clauses.clauses.all()]
    precedente = ClausesAlliance.objects.en_vigueur(clauses.alliance)
    avant = [(c.titre, c.texte) for c in precedente.clauses.all()] if precedente else []
    siens = Protocole.objects.filter(initiative__alliance=clauses.alliance)
    return page_de_geste(
        request,
        clauses.approuver,
        refus=peut_sur_l_alliance(request.user, "approuver-clauses", clauses.alliance),
        form=ApprobationForm(donnees_de(request), clauses=clauses),
        gabarit="protocoles/clauses/approbation.html",
        libelle="Approuver les clauses",
        fait=f"Les clauses, version {clauses.version}, sont approuvées. Les prochains protocoles les reprennent.",
        empechements=clauses.empechements_a_approuver(),
        empeche="Ces clauses ne s’approuvent pas",
        precedente=precedente,
        changements=changements(avant, textes) if precedente else [],
        exemple=_exemple(textes),
        en_preparation=siens.filter(etat=Protocole.Etat.PREPARATION).count(),
        **_reperes(clauses),
    )
