"""Autoriser et confirmer en lot : une page montre le total et ce qui bloque, puis tout passe ou rien."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conventions.forms.confirmations import LIGNES_AU_PLUS, Virements
from conventions.models import EcheanceVersement, lots
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut_quelque_part
from conventions.views.echeances import apercu
from socle.acces import exiger
from socle.pages.gestes import poser
from socle.valeurs.argent import en_dollars
from socle.valeurs.entiers import entier
from socle.valeurs.horloge import aujourd_hui


def retour():
    return reverse("conventions:liste_versements")


def choisies(request, donnees):
    """Les échéances cochées que la personne voit, dans l'ordre des conventions."""
    demandees = donnees.getlist("echeance")[:LIGNES_AU_PLUS]
    pks = [pk for pk in map(entier, demandees) if pk is not None]
    visibles = EcheanceVersement.objects.visibles_par(request.user).avec_convention()
    choisies = visibles.filter(pk__in=pks)
    return choisies.order_by("convention__alliance__slug", "rang").a_montrer()


def _annoncer(echeances, evenement, _, *, par):
    for echeance in echeances:
        annoncer_versement(echeance, evenement, par=par)


def somme_de(echeances):
    return sum((e.montant - e.deja_verse for e in echeances), start=0)


@require_http_methods(["GET", "HEAD", "POST"])
def autorisation(request):
    """Autoriser les versements cochés : le total, ce qui bloque chacun, puis le geste."""
    exiger(peut_quelque_part(request.user, "autoriser"))
    echeances = choisies(request, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and echeances:
        geste = partial(lots.autoriser_en_lot, echeances)
        if poser(request, geste, ensuite=partial(_annoncer, echeances, "autorisation")):
            messages.success(request, _fait(echeances, "autorisé"))
        return redirect(retour())
    lignes = [
        apercu(echeance) | {"empechements": echeance.empechements_a_autoriser_par(request.user)}
        for echeance in echeances
    ]
    contexte = {
        "lignes": lignes,
        "total": somme_de(echeances),
        "pret": bool(lignes) and not any(ligne["empechements"] for ligne in lignes),
        "libelle_action": "Autoriser",
        "url_annuler": retour(),
    }
    return render(request, "conventions/versements/lot_autorisation.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request):
    """Confirmer des virements : saisir, relire avec le total, confirmer. Tout passe ou rien."""
    exiger(peut_quelque_part(request.user, "verser"))
    if request.method != "POST":
        return _saisie(request, choisies(request, request.GET))
    virements = Virements(request.POST, prefix="v", utilisateur=request.user)
    if not virements.is_valid():
        return render(request, "conventions/versements/lot_saisie.html", _contexte(request, virements))
    if request.POST.get("etape") != "confirmer":
        return relire(request, virements.virements())
    faits = virements.virements()
    echeances = list({echeance.pk: echeance for echeance, *_ in faits}.values())
    geste = partial(lots.verser_en_lot, faits)
    if poser(request, geste, ensuite=partial(_annoncer, echeances, "versement")):
        messages.success(
            request, f"{_compte(len(faits))} inscrit{_s(len(faits))} : {en_dollars(_total(faits))}."
        )
    return redirect(retour())


def _saisie(request, echeances):
    initial = [
        {"echeance": e.pk, "montant": e.montant - e.deja_verse, "verse_le": aujourd_hui(), "reference": ""}
        for e in echeances
    ]
    virements = Virements(initial=initial, prefix="v", utilisateur=request.user)
    virements.min_num = 0
    virements.echeances = {e.pk: e for e in echeances}
    return render(request, "conventions/versements/lot_saisie.html", _contexte(request, virements))


def _contexte(request, virements):
    """Chaque ligne du formulaire, à côté de l'échéance qu'elle confirme et de ce qui l'empêche."""
    lignes = []
    for form in virements:
        echeance = virements.echeances.get(_numero(form))
        if echeance:
            empechements = echeance.empechements_a_verser_par(request.user)
            titre = f"{echeance.convention.alliance.nom}, {str(echeance)}"
            lignes.append(apercu(echeance) | {"form": form, "empechements": empechements, "titre": titre})
    return {
        "virements": virements,
        "lignes": lignes,
        "total": sum((ligne["reste"] for ligne in lignes), start=0),
        "pret": bool(lignes) and not any(ligne["empechements"] for ligne in lignes),
        "url_annuler": retour(),
    }


def _numero(form):
    return entier(form["echeance"].value())


def relire(request, faits, deja=0, sans_date=0):
    """La page de confirmation : chaque virement, le total, et les mêmes réponses prêtes à partir."""
    initial = [
        {"echeance": e.pk, "montant": montant, "verse_le": jour, "reference": reference}
        for e, montant, jour, reference in faits
    ]
    virements = Virements(initial=initial, prefix="v", utilisateur=request.user)
    virements.min_num = 0
    contexte = {
        "faits": [
            {"apercu": apercu(e), "montant": montant, "verse_le": jour, "reference": reference}
            for e, montant, jour, reference in faits
        ],
        "virements": virements,
        "total": _total(faits),
        "deja": deja,
        "sans_date": sans_date,
        "libelle_action": "Confirmer les versements",
        "url_annuler": retour(),
    }
    return render(request, "conventions/versements/lot_relecture.html", contexte)


def _total(faits):
    return sum((montant for _, montant, *_ in faits), start=0)


def _s(nombre):
    return "s" if nombre > 1 else ""


def _compte(nombre):
    return f"{nombre} versement{_s(nombre)}"


def _fait(echeances, participe):
    nombre = len(echeances)
    return f"{_compte(nombre)} {participe}{_s(nombre)} : {en_dollars(somme_de(echeances))}."
