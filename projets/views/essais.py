"""Essayer un appel comme porteur, à une date choisie, avant son ouverture : rien ne survit à la page.

Chaque page ouvre une transaction, y bâtit la demande d'après ce que garde la séance de la personne, montre la page du
porteur telle quelle, puis défait tout (docs/adr/0022).
"""

from contextlib import contextmanager
from datetime import datetime
from functools import partial, wraps

from django.contrib import messages
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from alliances.models import Mandat, Organisme, Role
from alliances.models.mandats import Droits, droits_de
from projets.canevas import parties_de
from projets.forms.collage import CollageForm
from projets.forms.essais import EssaiForm
from projets.forms.pieces import PieceForm
from projets.models import Initiative, PieceInitiative, PieceOrganisme
from projets.models.appels import NaturePiece
from projets.permissions import peut_sur_l_appel
from projets.regles.dates import fautes_de_validite
from projets.views import pieces as vraies
from projets.views.appels import appel_visible, reperes
from projets.views.demandes import FORMES
from socle.acces import exiger
from socle.erreurs import TransitionInterdite
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.texte.typographie import date_heure
from socle.valeurs.horloge import a_l_instant, aujourd_hui

NOM = "Organisme d’essai"
DERNIERS = 10  # de chaque liste que garde la séance : elle se relit à chaque page


def essai(request, pk):
    """Choisir l'instant; ce qu'on a déjà rempli reste, sauf si l'on repart d'une page blanche."""
    appel = appel_visible(request, pk)
    gardes = _gardes(request).get(str(pk))
    return page_de_geste(
        request,
        partial(placer, request, appel),
        refus=peut_sur_l_appel(request.user, "preparer-appel", appel),
        form=EssaiForm(donnees_de(request), appel=appel, gardes=gardes),
        empechements=appel.empechements_a_essayer(),
        gabarit="projets/essais/essai.html",
        libelle="Essayer",
        titre="Essayer comme porteur",
        fait="Vous voyez la demande comme un porteur. Rien de ce que vous y écrivez ne sort de votre séance.",
        **reperes(appel)
        | {"annuler": reperes(appel)["retour"], "retour": reverse("projets:demande", args=[-pk])},
    )


def placer(request, appel, *, par, le, vider=False):
    """Garde l'instant dans la séance de la personne, et nulle part ailleurs."""
    if refus := appel.empechements_a_essayer(le):
        raise TransitionInterdite(refus)
    gardes = _gardes(request)
    ancien = {} if vider else gardes.get(str(appel.pk), {})
    gardes[str(appel.pk)] = {"parties": {}, "collages": [], "pieces": []} | ancien | {"le": le.isoformat()}
    request.session.modified = True
    return appel


def _gardes(request):
    return request.session.setdefault("essais", {})


def jouer(vue, garder=None):
    """La page d'un porteur, sur une demande que la base oublie aussitôt; `garder` retient ce qu'un envoi a réussi."""

    @wraps(vue)
    def essayer(request, pk, **suite):
        appel = appel_visible(request, -pk)
        exiger(peut_sur_l_appel(request.user, "preparer-appel", appel))
        gardes = _gardes(request).get(str(-pk))
        le = gardes and datetime.fromisoformat(gardes["le"])
        if gardes is None or appel.empechements_a_essayer(le):
            return redirect("projets:essai", pk=-pk)
        request.bandeau = _bandeau(appel, le)
        with transaction.atomic(), a_l_instant(le), _comme_porteur(request.user, appel):
            _batir(appel, gardes, le, par=request.user)
            avant = request.method == "POST" and _ou_en_est(pk)
            reponse = vue(request, pk, **suite)
            reussi = avant and _ou_en_est(pk) != avant
            transaction.set_rollback(True)
        if garder and reussi:
            garder(request, gardes, **suite)
            request.session.modified = True
        return reponse

    essayer.toujours_defaite = True
    return essayer


def _ou_en_est(pk):
    """L'état et la révision de la demande : un vrai geste change l'un ou l'autre, un refus n'y touche pas."""
    return Initiative.objects.values_list("etat", "revision").get(pk=pk)


def _bandeau(appel, le):
    return {
        "titre": f"Essai\xa0: comme un porteur, {date_heure(le)}",
        "texte": "Rien de cet essai n’est gardé hors de votre séance, ni compté, ni annoncé.",
        "liens": [
            ("Changer la date", reverse("projets:essai", args=[appel.pk])),
            ("Quitter l’essai", reverse("projets:appel", args=[appel.pk])),
        ],
    }


@contextmanager
def _comme_porteur(personne, appel):
    """Le temps d'une page, la personne n'a que les droits de qui engage l'organisme d'essai."""
    vrais = droits_de(personne)
    mandat = Mandat(utilisateur=personne, role=Role.ENGAGEMENT, organisme_id=-appel.pk)
    personne._droits = Droits(mandats=[mandat], par_alliance={appel.alliance_id: {Role.ENGAGEMENT}})
    try:
        yield
    finally:
        personne._droits = vrais


def _batir(appel, gardes, le, *, par):
    """L'appel, publié; un organisme; sa demande, remplie de ce que la séance a gardé."""
    appel.montrer_a_l_essai(par, le)
    organisme = Organisme(pk=-appel.pk, nom=NOM, territoire=appel.territoires_possibles().first())
    organisme.save(force_insert=True)
    demande = Initiative.ouvrir(appel, organisme, par=par, le=le, pk=-appel.pk)
    for partie in parties_de(demande):
        if partie.code in gardes["parties"]:
            _remplir(demande, partie.code, par=par, **gardes["parties"][partie.code])
    for envoi in gardes["collages"]:
        _coller(demande, envoi, par=par)
    for piece in gardes["pieces"]:
        _joindre(demande, par=par, **piece)


def _relue(demande):
    relations = ("alliance__cycle", "appel__alliance", "organisme")
    return Initiative.objects.select_related(*relations).get(pk=demande.pk)


def _remplir(demande, code, *, donnees, revision, par):
    """La partie, puis la révision que la page avait donnée : le prochain envoi part d'elle."""
    demande, partie = _relue(demande), demande.parties.get(code=code)
    donnees = QueryDict(donnees, mutable=True)
    donnees["revision"] = partie.revision
    form = FORMES[code](donnees, initiative=demande, avancement=partie)
    if form.is_valid():
        demande.enregistrer_partie(code, par=par, **form.saisie())
        demande.parties.filter(code=code).update(revision=revision)


def _coller(demande, envoi, *, par):
    demande, partie = _relue(demande), demande.parties.get(code="depenses")
    form = CollageForm(envoi | {"revision": partie.revision}, initiative=demande, avancement=partie)
    if not CollageForm.empechements(demande) and form.is_valid():
        demande.enregistrer_partie("depenses", par=par, **form.saisie())


def _joindre(demande, *, nature, nom, valable_jusqu_au, par):
    """La rangée d'une pièce, sans son fichier : la base l'oublie, un disque la garderait."""
    vide = {
        "fichier": "essai",
        "nom": nom,
        "type_mime": "",
        "taille": 0,
        "televersee_par": par,
        "nature": nature,
    }
    if nature in NaturePiece.DE_L_ORGANISME:
        organisme = {"organisme": demande.organisme, "valable_jusqu_au": valable_jusqu_au}
        PieceOrganisme.objects.create(**vide, **organisme)
    else:
        PieceInitiative.objects.create(**vide, initiative=demande)


def pieces(request, pk):
    """La page des pièces; d'une pièce qu'elle accepterait, l'essai ne retient que le nom."""
    form = PieceForm(*envoye(request), demandees=[])
    if request.method != "POST" or not form.is_valid():
        return vraies.pieces(request, pk)
    jour = form.cleaned_data["valable_jusqu_au"]
    if fautes_de_validite(jour, aujourd_hui()):
        return vraies.pieces(request, pk)
    piece = {"nature": form.cleaned_data["nature"], "nom": form.cleaned_data["fichier"].name[-200:]}
    piece["valable_jusqu_au"] = jour and jour.isoformat()
    _retenir(_gardes(request)[str(-pk)], "pieces", piece)
    request.session.modified = True
    messages.success(request, "La pièce est jointe à l’essai\xa0: son nom seulement, jamais son fichier.")
    return redirect("projets:pieces", pk=pk)


def garder_la_partie(request, gardes, code):
    revision = int(request.POST["revision"]) + 1
    gardes["parties"][code] = {"donnees": request.POST.urlencode(), "revision": revision}
    if code == "depenses":
        gardes["collages"] = []  # la page des dépenses les montrait : ils sont dans cet envoi


def garder_le_collage(request, gardes):
    _retenir(gardes, "collages", request.POST.dict())


def _retenir(gardes, liste, element):
    gardes[liste] = [*gardes[liste], element][-DERNIERS:]


def dire_le_depot(request, gardes):
    """Ce que la vraie page annonce n'est pas arrivé."""
    list(messages.get_messages(request))
    messages.success(
        request, "À cet instant, la demande se déposerait. Rien n’est déposé\xa0: c’est un essai."
    )
