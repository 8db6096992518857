"""Autoriser et confirmer en lot : ce qui peut l'être est proposé, le reste est à part; puis tout passe, ou rien."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conventions.forms.confirmations import LIGNES_AU_PLUS, Virements
from conventions.models import EcheanceVersement, lots
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut_quelque_part
from socle.acces import exiger
from socle.pages.adresses import adresse
from socle.pages.gestes import MOTS, page_de_geste
from socle.texte.typographie import pluriel
from socle.valeurs.argent import en_dollars
from socle.valeurs.entiers import entier

REVENEZ = "Ce qui empêche chacun est dit plus bas."


def retour():
    return reverse("conventions:liste_versements")


def etapes():
    return [("Conventions", reverse("conventions:liste")), ("Versements", retour())]


def choisies(request, donnees):
    """Les échéances cochées que la personne voit, dans l'ordre des conventions."""
    demandees = donnees.getlist("echeance")[:LIGNES_AU_PLUS]
    pks = [pk for pk in map(entier, demandees) if pk is not None]
    visibles = EcheanceVersement.objects.visibles_par(request.user).avec_convention()
    choisies = visibles.filter(pk__in=pks)
    return choisies.order_by("convention__alliance__slug", "rang").a_montrer()


def _partager(echeances, empechements, utilisateur):
    """(celles que le geste peut prendre, [(celle qu'il ne peut pas, pourquoi)])."""
    juges = [(echeance, empechements(echeance, utilisateur)) for echeance in echeances]
    return [e for e, refus in juges if not refus], [(e, refus) for e, refus in juges if refus]


def _reperes(request, permises, bloquees, *, verbe, participe, consigne):
    """Ce que les deux pages ont en commun; la liste revient filtrée, ses coches avec elle."""
    liste = retour()
    return {
        "permises": permises,
        "bloquees": bloquees,
        "mention": _mention([*permises, *(echeance for echeance, _ in bloquees)]),
        "participe": participe,
        "titre": f"{verbe} des versements",
        "objet_en_mots": "",
        "etapes": etapes(),
        "revenir": "Revenir à la liste",
        "annulation": "Revenir à la liste",
        "empeche": f"Aucun de ces versements ne peut être {participe}"
        if bloquees
        else "Aucun versement n’est choisi",
        "empechements": [] if permises else [REVENEZ if bloquees else consigne],
        "retour": f"{liste}{adresse(request.GET, echeance=None)}".removesuffix("?"),
        "annuler": f"{liste}{adresse(request.GET)}".removesuffix("?"),
    }


def _annoncer(echeances, evenement, _, *, par):
    for echeance in echeances:
        annoncer_versement(echeance, evenement, par=par)


@require_http_methods(["GET", "HEAD", "POST"])
def autorisation(request):
    """Autoriser les versements cochés : le total de ceux qui peuvent l'être, puis le geste."""
    choix = choisies(request, request.POST if request.method == "POST" else request.GET)
    permises, bloquees = _partager(choix, EcheanceVersement.empechements_a_autoriser_par, request.user)
    total = en_dollars(sum(e.reste() for e in permises))
    compte = _compte(permises, "versement")
    return page_de_geste(
        request,
        partial(lots.autoriser_en_lot, choix, vu=request.POST.get("vu")),
        refus=peut_quelque_part(request.user, "autoriser"),
        ensuite=partial(_annoncer, choix, "autorisation"),
        gabarit="conventions/versements/lot_autorisation.html",
        libelle=f"Autoriser {total}",
        fait=f"{compte} autorisé{pluriel(len(permises))}\u00a0: {total}.",
        ici="Autorisation",
        chapeau=permises
        and f"{compte}, au total {total}. {_a_part(bloquees)}Tous s’autorisent, ou aucun. L’autorisation fige à qui "
        "l’on verse; s’il change ensuite, il faudra autoriser de nouveau.",
        total=total,
        vu=lots.empreinte_du_lot(permises),
        **_reperes(
            request,
            permises,
            bloquees,
            verbe="Autoriser",
            participe="autorisé",
            consigne="Cochez des versements recommandés dans la liste.",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request):
    """Confirmer des virements : saisir, relire avec le total, confirmer. Tout passe, ou rien."""
    exiger(refus := peut_quelque_part(request.user, "verser"))
    virements, permises, bloquees = _virements(request)
    reste = en_dollars(sum(e.reste() for e in permises))
    return page_de_geste(
        request,
        lots.verser_en_lot,
        refus=refus,
        form=virements,
        relire=lambda: relire(request, virements.virements()),
        ensuite=partial(_annoncer, virements.echeances.values(), "versement"),
        gabarit="conventions/versements/lot_saisie.html",
        libelle="Relire avant de confirmer",
        fait=lambda faits: (
            f"{_compte(faits, 'versement')} inscrit{pluriel(len(faits))}\u00a0: {_total(faits)}."
        ),
        ici="Confirmation",
        chapeau=permises
        and f"{_compte(permises, 'versement')}; il reste {reste} à verser. {_a_part(bloquees)}"
        "Un montant plus petit laisse le reste à verser.",
        **_reperes(
            request,
            permises,
            bloquees,
            verbe="Confirmer",
            participe="confirmé",
            consigne="Cochez des versements autorisés dans la liste.",
        ),
    )


def _virements(request):
    """(formulaire, ce qu'il confirme, ce qu'il ne peut pas) de ce qui est envoyé ou coché."""
    if request.method == "POST":
        virements = Virements(request.POST, prefix="v", utilisateur=request.user)
        virements.is_valid()
        virements.essai = request.POST.get("etape") == "corriger"
        return virements, [echeance for echeance, _ in virements.lignes()], []
    empechements = EcheanceVersement.empechements_a_verser_par
    permises, bloquees = _partager(choisies(request, request.GET), empechements, request.user)
    return Virements.des(permises, utilisateur=request.user), permises, bloquees


def relire(request, faits, deja=0, sans_date=0):
    """La page de confirmation : chaque virement, le total, et les mêmes réponses prêtes à partir."""
    total = en_dollars(sum(montant for _, montant, *_ in faits))
    initial = [
        {
            "echeance": e.pk,
            "vu": e.empreinte_a_verser(),
            "montant": montant,
            "verse_le": jour,
            "reference": reference,
        }
        for e, montant, jour, reference in faits
    ]
    contexte = MOTS | {
        "titre": "Relire les virements",
        "ici": "Relecture",
        "objet_en_mots": "",
        "mention": _mention(echeance for echeance, *_ in faits),
        "etapes": etapes(),
        "faits": faits,
        "virements": Virements.remplis(initial, {}, utilisateur=request.user),
        "total": total,
        "chapeau": faits
        and f"{_compte(faits, 'virement')}, au total {total}. "
        "Tous s’inscrivent, ou aucun; une ligne inscrite ne change plus.",
        "deja": deja,
        "sans_date": sans_date,
        "empeche": "Rien de nouveau à inscrire",
        "empechements": [] if faits else ["Tout ce relevé est déjà au registre."],
        "revenir": "Revenir à la liste",
        "libelle_action": f"Confirmer {total}",
        "url_annuler": f"{retour()}{adresse(request.GET)}".removesuffix("?"),
    }
    return render(request, "conventions/versements/lot_relecture.html", contexte)


def _mention(echeances):
    """« Montants fictifs », si l'un l'est."""
    return next((e.convention.mention for e in echeances if e.convention.mention), "")


def _a_part(bloquees):
    """Ce qu'on a coché et que le geste ne prend pas : dit en tête, expliqué au bas de la page."""
    if not bloquees:
        return ""
    total = en_dollars(sum(echeance.reste() for echeance, _ in bloquees))
    return f"À part, au bas de la page\u00a0: {_compte(bloquees, 'versement')}, {total}. "


def _compte(objets, nom):
    return f"{len(objets)} {nom}{pluriel(len(objets))}"


def _total(versements):
    return en_dollars(sum(v.montant for v in versements))
