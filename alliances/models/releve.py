"""Nommer, terminer, passer le relais : les gestes qui touchent aux mandats, avec leur trace."""

from django.core.exceptions import ValidationError
from django.db import transaction

from alliances.models.gouvernance import Alliance
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import PORTEES, Mandat, droits_de
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui


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
    territoire = mandat.territoire or (mandat.organisme and mandat.organisme.territoire)
    return Alliance.objects.filter(territoires=territoire).first() if territoire else None


@transaction.atomic
def nommer(utilisateur, role, *, par, debut=None, le=None, **portee):
    """Donne un rôle à une personne sur une portée. Lève `ValidationError` si elle le tient déjà."""
    mandat = Mandat(utilisateur=utilisateur, role=role, debut=debut or aujourd_hui(), nomme_par=par, **portee)
    Utilisateur.objects.select_for_update(of=("self",)).get(pk=utilisateur.pk)
    mandat.full_clean()
    mandat.save()
    _noter("nommer", mandat, par=par, le=le, apres={"role": mandat.role, "debut": mandat.debut.isoformat()})
    return mandat


@transaction.atomic
def terminer(mandat, *, par, fin=None, motif=""):
    """Met fin à un mandat, dès ce jour. La dernière personne à la coordination ne part pas sans relève."""
    if mandat.alliance_id:
        _un_depart_a_la_fois(mandat.alliance_id)
    mandat = Mandat.objects.select_for_update(of=("self",)).get(pk=mandat.pk)
    if not mandat.se_termine:
        raise TransitionInterdite("Ce mandat est déjà terminé.")
    titulaire = mandat.remplace_id is None
    if titulaire and mandat.role == Mandat.Role.COORDINATION and not _autres_en_vigueur(mandat).exists():
        raise TransitionInterdite(
            "C’est la seule personne à la coordination de cette Alliance : passez d’abord le relais."
        )
    return _clore(mandat, par=par, fin=fin, motif=motif)


def _un_depart_a_la_fois(alliance_pk):
    """Deux départs au même moment ne laissent pas la coordination vide."""
    Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=alliance_pk)


def _autres_en_vigueur(mandat):
    """Un intérim n'est pas une relève : il finit avec le mandat qu'il remplace."""
    memes = Mandat.objects.en_vigueur().filter(role=mandat.role, alliance=mandat.alliance, remplace=None)
    return memes.exclude(utilisateur=mandat.utilisateur)


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

    Lève `ValidationError` si les deux sont la même personne ou si la sortante n'y tient rien.
    """
    if sortante == entrante:
        raise ValidationError("La personne qui part et celle qui arrive sont la même.")
    _un_depart_a_la_fois(alliance.pk)
    mandats = Mandat.objects.en_vigueur().filter(utilisateur=sortante, alliance=alliance, fin=None)
    mandats = list(mandats.select_for_update(of=("self",)))
    if not mandats:
        raise ValidationError("Cette personne ne tient aucun mandat sur cette Alliance.")
    for mandat in mandats:
        _clore(mandat, par=par, fin=fin, motif=motif)
        tenus = Mandat.objects.en_vigueur().filter(utilisateur=entrante, role=mandat.role, alliance=alliance)
        if not tenus.filter(fin=None).exists():
            nommer(entrante, mandat.role, par=par, alliance=alliance)
    return mandats
