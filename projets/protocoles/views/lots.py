"""Inscrire des versements aux organismes : ce qui peut l'être, le reste à part; relire; tout passe, ou rien."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conventions.forms.confirmations import LIGNES_AU_PLUS
from conventions.permissions import peut
from conventions.views.gestes import convention_visible
from projets.protocoles.forms.versements import Paiements, PaiementsImportes
from projets.protocoles.models import dus, lots
from projets.protocoles.notifications.versements import annoncer_les_versements
from projets.protocoles.permissions import refus_de_payer
from projets.protocoles.views.versements import liste_de, reperes_des_dus
from socle.acces import exiger
from socle.pages.adresses import adresse
from socle.pages.gestes import MOTS, envoye, page_de_geste
from socle.texte.typographie import pluriel
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.entiers import entier


@require_http_methods(["GET", "HEAD", "POST"])
def versement(request, pk):
    """Un versement ou plusieurs : saisir, relire avec le total, confirmer."""
    convention = convention_visible(request, pk)
    exiger(refus := peut(request.user, "payer", convention))
    paiements, permises, bloquees = _paiements(request, convention)
    reste = en_dollars(sum((t.reste() for t in permises), ZERO))
    liste = liste_de(convention)
    return page_de_geste(
        request,
        lots.payer_en_lot,
        refus=refus,
        form=paiements,
        relire=lambda: relire(request, convention, paiements.virements()),
        ensuite=annoncer_les_versements,
        gabarit="protocoles/versements/saisie.html",
        libelle="Relire avant d’inscrire",
        fait=lambda faits: f"{_compte(faits)} inscrit{pluriel(len(faits))}\xa0: {_total(faits)}.",
        titre="Inscrire des versements",
        ici="Inscrire",
        empeche="Aucun de ces versements ne s’inscrit" if bloquees else "Aucun versement n’est choisi",
        empechements=lots.empechements_a_payer(permises, bloquees),
        bloquees=bloquees,
        annulation="Revenir à la liste",
        annuler=f"{liste}{adresse(request.GET)}".removesuffix("?"),
        **reperes_des_dus(convention)
        | {
            "retour": f"{liste}{adresse(request.GET, tranche=None)}".removesuffix("?"),
            "chapeau": permises
            and f"{_compte(permises)}; il reste {reste} à verser. {_a_part(bloquees)}Un montant plus petit laisse le "
            "reste à verser.",
        },
    )


def _paiements(request, convention):
    """(formulaire, ce qu'il inscrit, [(ce qui ne s'inscrit pas, pourquoi)]) de ce qui est envoyé ou coché."""
    if request.method == "POST":
        paiements = Paiements(request.POST, prefix="v", utilisateur=request.user, convention=convention)
        paiements.is_valid()
        paiements.essai = request.POST.get("etape") == "corriger"
        return paiements, [tranche for tranche, _ in paiements.lignes()], []
    demandees = request.GET.getlist("tranche")[:LIGNES_AU_PLUS]
    pks = [cle for cle in map(entier, demandees) if cle is not None]
    lues = refus_de_payer(request.user, "payer", dus.lire(request.user, convention, pks))
    juges = [(t, [refus.raison] if refus else dus.ce_qui_retient(t)) for t, refus in lues]
    permises = [t for t, refus in juges if not refus]
    bloquees = [(t, refus) for t, refus in juges if refus]
    return Paiements.des(permises, utilisateur=request.user, convention=convention), permises, bloquees


def relire(request, convention, faits, deja=0, sans_date=0):
    """La page de confirmation : chaque versement, le total, et les mêmes réponses prêtes à partir."""
    total = en_dollars(sum((montant for _, montant, *_ in faits), ZERO))
    initial = [
        {
            "echeance": t.pk,
            "vu": t.empreinte_a_verser(),
            "montant": montant,
            "verse_le": jour,
            "reference": ref,
        }
        for t, montant, jour, ref in faits
    ]
    remplis = partial(Paiements.remplis, utilisateur=request.user, convention=convention)
    contexte = (
        MOTS
        | reperes_des_dus(convention)
        | {
            "titre": "Relire les versements",
            "ici": "Relecture",
            "faits": faits,
            "paiements": remplis(initial, {}),
            "total": total,
            "chapeau": faits
            and f"{_compte(faits)}, au total {total}. Tous s’inscrivent, ou aucun; une ligne inscrite ne change plus.",
            "deja": deja,
            "sans_date": sans_date,
            "empeche": "Rien de nouveau à inscrire",
            "empechements": [] if faits else ["Tout ce fichier est déjà au registre."],
            "libelle_action": f"Inscrire {total}",
            "url_annuler": f"{liste_de(convention)}{adresse(request.GET)}".removesuffix("?"),
        }
    )
    return render(request, "protocoles/versements/relecture.html", contexte)


def _compte(objets):
    return f"{len(objets)} versement{pluriel(len(objets))}"


def _total(paiements):
    return en_dollars(sum((p.montant for p in paiements), ZERO))


def _a_part(bloquees):
    """Ce qu'on a coché et qui ne s'inscrit pas : dit en tête, expliqué au bas de la page."""
    if not bloquees:
        return ""
    return f"À part, au bas de la page\xa0: {len(bloquees)}. "


@require_http_methods(["GET", "HEAD", "POST"])
def importation(request, pk):
    """Le fichier des versements faits : chaque erreur à sa ligne et à sa colonne, puis la page de confirmation."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "payer", convention))
    form = PaiementsImportes(*envoye(request), utilisateur=request.user, convention=convention)
    if form.is_bound and form.is_valid():
        return relire(request, convention, form.virements, deja=form.deja, sans_date=form.sans_date)
    contexte = (
        MOTS
        | reperes_des_dus(convention)
        | {
            "form": form,
            "titre": "Importer le fichier des versements faits",
            "ici": "Importer",
            "libelle_action": "Lire le fichier",
            "url_annuler": liste_de(convention),
            "fichier": reverse("protocoles:a_payer", args=[convention.pk]),
        }
    )
    return render(request, "protocoles/versements/importation.html", contexte)
