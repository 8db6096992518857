"""Les conventions et les avenants à transmettre, à signer, à reprendre; avec eux, ce qu'on y demande (`reponses`).

Une seule requête : l'accueil lit toutes les attentes d'une personne.
"""

from functools import reduce
from operator import or_

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import GESTIONS_AU_TERRITOIRE
from conventions.attentes import reponses
from conventions.models import (
    Avenant,
    Convention,
    ExerciceConvention,
    InstantaneConvention,
    PartieConvention,
    SignatureAvenant,
)
from conventions.permissions import territoires_signes
from socle.annonces.attentes import Attente, Geste
from socle.valeurs.argent import MontantField, somme

GESTES = {  # rôle, ou rôle et état de l'avenant → (geste, page)
    Role.MESS: (Geste("Transmettre la convention", "Transmettre les conventions"), "conventions:preparation"),
    Role.SIGNATURE: (Geste("Signer la convention", "Signer les conventions"), "conventions:convention"),
    Role.SIGNATURE_TERRITOIRE: (
        Geste("Signer la convention pour votre MRC", "Signer les conventions pour votre MRC"),
        "conventions:convention",
    ),
    Role.APPROBATION: (
        Geste("Inscrire la signature de la ou du ministre", "Inscrire les signatures de la ou du ministre"),
        "conventions:convention",
    ),
    f"{Role.MESS} preparation": (
        Geste("Transmettre l’avenant", "Transmettre les avenants"),
        "conventions:avenant",
    ),
    f"{Role.MESS} transmis": (
        Geste("Reprendre l’avenant", "Reprendre les avenants"),
        "conventions:avenant_reprise",
    ),
    f"{Role.SIGNATURE_TERRITOIRE} transmis": (
        Geste("Signer l’avenant pour votre MRC", "Signer les avenants pour votre MRC"),
        "conventions:avenant",
    ),
    f"{Role.SIGNATURE} transmis": (Geste("Signer l’avenant", "Signer les avenants"), "conventions:avenant"),
    f"{Role.APPROBATION} transmis": (
        Geste(
            "Inscrire la signature de la ou du ministre à l’avenant",
            "Inscrire les signatures de la ou du ministre aux avenants",
        ),
        "conventions:avenant",
    ),
}

# Transmis, mais la convention a changé depuis : l'avenant ne se signe plus, il se reprend.
ARRETES = (
    InstantaneConvention.objects.order_by()
    .filter(
        convention__avenants__etat=Avenant.Etat.TRANSMIS, convention__avenants__transmis_le__lt=F("pris_le")
    )
    .values("convention__avenants")
)


def _a_signer(parties):
    """Ce qui attend la signature de ces parties : une convention transmise, un avenant dont la base tient."""
    conventions = PartieConvention.objects.order_by().filter(parties, signe=True, signee_le=None)
    avenants = SignatureAvenant.objects.order_by().filter(
        parties,
        ~Q(avenant__in=ARRETES),
        avenant__etat=Avenant.Etat.TRANSMIS,
        tour=F("avenant__tour"),
        signee_le=None,
    )
    return Q(etat=Convention.Etat.TRANSMISE, pk__in=conventions.values("convention")) | Q(
        etat=Convention.Etat.SIGNEE, avenants__in=avenants.values("avenant")
    )


EXERCICES = ExerciceConvention.objects.filter(convention=OuterRef("pk")).order_by().values("convention")
SOMME = Subquery(EXERCICES.annotate(total=somme("montant")).values("total"))
SANS_AVENANT = Q(avenants=None)
LUS = (  # la convention et sa somme; un avenant a ses propres dates, et pas de somme à lui
    Coalesce("avenants", "pk"),
    Case(When(SANS_AVENANT, then=SOMME), output_field=MontantField()),
    Coalesce(Cast("avenants__numero", CharField()), Value("")),
    TruncDate(
        Case(
            When(SANS_AVENANT, then=Coalesce("transmise_le", "creee_le")),
            default=Coalesce("avenants__transmis_le", "avenants__cree_le"),
        )
    ),
    *("montants_fictifs", "numero", "alliance__nom"),
)


def _lues(role, attendues):
    sorte = Case(
        When(SANS_AVENANT, then=Value(role.value)), default=Concat(Value(f"{role.value} "), "avenants__etat")
    )
    return Convention.objects.filter(attendues).order_by().values_list(sorte, *LUS)


MINISTRE = Q(role=PartieConvention.Role.MINISTRE)
ATTENDUES = {  # rôle → ce qu'il attend de tous; chaque personne n'en prend que les siennes
    Role.MESS: _lues(
        Role.MESS,
        Q(etat=Convention.Etat.PREPARATION)
        | Q(etat=Convention.Etat.SIGNEE, avenants__etat=Avenant.Etat.PREPARATION)
        | Q(etat=Convention.Etat.SIGNEE, avenants__in=ARRETES),
    ),
    Role.SIGNATURE: _lues(Role.SIGNATURE, _a_signer(~MINISTRE)),
    Role.APPROBATION: _lues(Role.APPROBATION, _a_signer(MINISTRE)),
}


def taches(utilisateur):
    """Ce que les conventions, leurs avenants et ce qu'on y demande attendent de cette personne."""
    lots = [*reponses.lots(utilisateur), *_attendues_de(utilisateur).values()]
    lues = lots[0].union(*lots[1:], all=True) if lots else ()
    return [_attente(*lue) if lue[0] in GESTES else reponses.attente(*lue) for lue in lues]


def attend_un_geste_de(utilisateur):
    """La condition « cette convention, ou son avenant, attend un geste de cette personne »."""
    siennes = (Q(pk__in=lignes.values("pk")) for lignes in _attendues_de(utilisateur).values())
    return reduce(or_, siennes, Q(pk__in=()))


def _attendues_de(utilisateur):
    """{rôle tenu: les lignes qui l'attendent là où il est tenu}."""
    roles = droits_de(utilisateur).roles
    lues = {role: attendues for role, attendues in ATTENDUES.items() if role in roles}
    if Role.SIGNATURE_TERRITOIRE in roles:
        lues[Role.SIGNATURE_TERRITOIRE] = _des_mrc_de(utilisateur)
    return {
        role: attendues.filter(alliances_vues(utilisateur, {role}, "alliance"))
        for role, attendues in lues.items()
    }


def _des_mrc_de(utilisateur):
    """Ce qu'un territoire qui gère sa part signe pour sa MRC : ce que permet `peut_signer`."""
    gere = Q(alliance__profil_gouvernance__gestion__in=GESTIONS_AU_TERRITOIRE)
    return _lues(
        Role.SIGNATURE_TERRITOIRE, gere & _a_signer(PartieConvention.des_mrc(territoires_signes(utilisateur)))
    )


def _attente(sorte, cle, montant, avenant, depuis, fictif, numero, alliance):
    objet = f"{alliance}, Convention {numero}" + (f", avenant {avenant}" if avenant else "")
    geste, page = GESTES[sorte]
    fictif = bool(fictif and not avenant)
    return Attente(geste, objet, reverse(page, args=[cle]), depuis, montant=montant, fictif=fictif)
