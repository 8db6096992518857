"""Nommer, confirmer, terminer, passer le relais : les gestes qui touchent aux mandats, avec leur trace."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from alliances.models.changements import modifier, repere
from alliances.models.gouvernance import Alliance
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import PORTEES, Mandat, droits_de
from alliances.models.resolutions import ResolutionDeMandat
from alliances.models.roles import A_GARDER
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui

mandat_confie = Signal()  # `mandat`; chaque pièce rend les phrases de ce qu'il ne permettra pas à sa personne


def _noter(geste, mandat, *, par, le=None, **champs):
    roles = sorted(droits_de(par).pour(mandat.alliance_id)) if par else []
    JournalAlliance.noter(
        alliance=_alliance(mandat),
        par=par,
        role=next(iter(roles), ""),
        geste=geste,
        objet=mandat,
        le=le,
        **champs,
    )


def _alliance(mandat):
    """L'Alliance dont le journal garde la trace; `None` pour la chaîne nationale."""
    if mandat.alliance_id:
        return mandat.alliance
    if mandat.instance_gouvernance_id:
        return mandat.instance_gouvernance.alliance
    territoire = mandat.territoire or (mandat.organisme and mandat.organisme.territoire)
    return Alliance.objects.filter(territoires=territoire).first() if territoire else None


@transaction.atomic
def nommer(utilisateur, role, *, par, debut=None, le=None, **portee):
    """Confie un rôle à une personne sur une portée; ce qui lie attend ensuite sa confirmation.

    Lève `ValidationError` si elle le tient déjà, si elle se nomme elle-même, ou si elle lie déjà d'une autre main.
    """
    mandat = Mandat(utilisateur=utilisateur, role=role, debut=debut or aujourd_hui(), nomme_par=par, **portee)
    Utilisateur.objects.select_for_update(of=("self",)).get(pk=utilisateur.pk)
    mandat.full_clean()
    mandat.save()
    _noter("nommer", mandat, par=par, le=le, apres={"role": mandat.role, "debut": mandat.debut.isoformat()})
    return mandat


def _verrouiller(mandat):
    """Le mandat relu sous verrou, après sa personne : ce qu'elle tient ailleurs ne bouge plus."""
    personne = Utilisateur.objects.select_for_update(of=("self",)).get(pk=mandat.utilisateur_id)
    relu = Mandat.objects.select_for_update(of=("self",)).get(pk=mandat.pk)
    relu.utilisateur = personne
    return relu


@transaction.atomic
def confirmer(mandat, *, par):
    """La seconde personne d'un rôle qui lie : le mandat donne ses droits dès maintenant."""
    mandat = _verrouiller(mandat)
    if empechements := mandat.empechements_a_confirmer_par(par):
        raise TransitionInterdite(empechements)
    mandat.poser_la_confirmation(par=par)
    _noter("confirmer-mandat", mandat, par=par, apres={"nommé par": str(mandat.nomme_par)})
    return mandat


@transaction.atomic
def appuyer(mandat, *, par, resolution, resolution_le, piece):
    """La résolution jointe qui nomme la personne tient lieu de seconde personne. Lève `PieceRefusee`."""
    mandat = _verrouiller(mandat)
    empechements = mandat.empechements_a_appuyer_par(par)
    if empechements := empechements or mandat.empechements_de_resolution(resolution_le):
        raise TransitionInterdite(empechements)
    mandat.poser_la_confirmation(resolution=resolution, resolution_le=resolution_le)
    ResolutionDeMandat.televerser(piece, par=par, mandat=mandat)
    apres = {"resolution": resolution, "resolution_le": resolution_le.isoformat()}
    _noter("appuyer-mandat", mandat, par=par, apres=apres)
    return mandat


@transaction.atomic
def fonder(personnes, *, le=None):
    """Nomme ensemble les deux premières personnes à l'administration, dans une installation sans aucun mandat."""
    if Mandat.objects.exists():
        raise TransitionInterdite(
            "Des mandats existent déjà\u00a0: l’administration se confie par l’application."
        )
    if len({personne.pk for personne in personnes}) != 2:
        raise TransitionInterdite(
            "Nommez deux personnes différentes\u00a0: l’une confirme ce que l’autre confie."
        )
    for personne in personnes:
        mandat = Mandat(utilisateur=personne, role=Mandat.Role.ADMINISTRATION, debut=aujourd_hui())
        mandat.confirme_le = le or timezone.now()
        mandat.full_clean()
        mandat.save()
        _noter("fonder", mandat, par=None, le=le, motif="Commande nommer_administration, installation vide.")


@transaction.atomic
def terminer(mandat, *, par, fin=None, motif=""):
    """Met fin à un mandat, dès ce jour. Le dernier porteur de certains rôles ne part pas sans relève."""
    _un_depart_a_la_fois(mandat)
    mandat = Mandat.objects.select_for_update(of=("self",)).get(pk=mandat.pk)
    if not mandat.se_termine:
        raise TransitionInterdite("Ce mandat est déjà terminé.")
    if empechements := mandat.empechements_de_releve():
        raise TransitionInterdite(empechements)
    return _clore(mandat, par=par, fin=fin, motif=motif)


def _un_depart_a_la_fois(mandat):
    """Deux départs au même moment ne laissent pas un rôle vide."""
    if mandat.alliance_id:
        Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=mandat.alliance_id)
    elif mandat.role in A_GARDER:
        memes = Mandat.objects.filter(role=mandat.role).order_by("pk")
        list(memes.select_for_update(of=("self",)).values_list("pk", flat=True))


def _clore(mandat, *, par, fin, motif):
    mandat.fin = max(fin or aujourd_hui(), mandat.debut)
    mandat.save(update_fields=["fin"])
    _noter("terminer-mandat", mandat, par=par, motif=motif, apres={"fin": mandat.fin.isoformat()})
    for interim in mandat.interims.filter(fin__gt=mandat.fin):
        _clore(interim, par=par, fin=mandat.fin, motif="Le mandat remplacé est terminé.")
    return mandat


@transaction.atomic
def nommer_un_interim(mandat, personne, *, par, debut, fin):
    """Donne le rôle et la portée d'un mandat à une autre personne, jusqu'à `fin`, premier jour sans ce rôle.

    Lève `TransitionInterdite` si ce mandat n'admet pas d'intérim, `ValidationError` si la personne ou les dates s'y
    opposent.
    """
    mandat = Mandat.objects.select_for_update(of=("self",)).get(pk=mandat.pk)
    if empechements := mandat.empechements_a_remplacer():
        raise TransitionInterdite(empechements)
    portee = {f"{nom}_id": getattr(mandat, f"{nom}_id") for nom in PORTEES}
    interim = Mandat(role=mandat.role, remplace=mandat, debut=debut, fin=fin, nomme_par=par, **portee)
    interim.utilisateur = personne
    interim.full_clean()
    interim.save()
    jours = {"debut": debut.isoformat(), "fin": fin.isoformat()}
    _noter("nommer-interim", interim, par=par, apres={"remplace": str(mandat.utilisateur), **jours})
    return interim


@transaction.atomic
def passer_le_relais(sortante, entrante, *, par, alliance, fin=None, motif=""):
    """Remet à la personne entrante tous les mandats que la sortante tient sur l'Alliance, d'un seul geste.

    Ce qui lie attend sa confirmation; ce qui l'attendait encore se termine.

    Lève `ValidationError` si les deux sont la même personne ou si la sortante n'y tient rien.
    """
    if sortante == entrante:
        raise ValidationError("La personne qui part et celle qui arrive sont la même.")
    if entrante == par:
        raise ValidationError(
            "Vous ne vous remettez pas ces mandats à vous-même\u00a0: une autre personne le fait."
        )
    Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=alliance.pk)
    ouverts = Mandat.objects.filter(alliance=alliance, fin=None)
    mandats = list(ouverts.filter(utilisateur=sortante).select_for_update(of=("self",)))
    if not mandats:
        raise ValidationError("Cette personne ne tient aucun mandat sur cette Alliance.")
    for mandat in mandats:
        vaut = mandat.est_en_vigueur()
        _clore(mandat, par=par, fin=fin, motif=motif)
        if vaut and not ouverts.filter(utilisateur=entrante, role=mandat.role).exists():
            nommer(entrante, mandat.role, par=par, alliance=alliance)
    _remettre_les_contacts(sortante, entrante, par=par, alliance=alliance)
    return mandats


def _remettre_les_contacts(sortante, entrante, *, par, alliance):
    """Celle qui part n'est plus la personne à joindre; la fonction reste, et son numéro s'il est au bureau."""
    siens = Q(courriel__iexact=sortante.courriel) | Q(courriel="", nom=sortante.nom_complet)
    for contact in alliance.contacts.filter(siens):
        vu = repere(contact)
        contact.nom, contact.courriel = entrante.nom_complet, entrante.courriel
        if contact.telephone == sortante.telephone:
            contact.telephone = entrante.telephone
        modifier(contact, par=par, vu=vu)
