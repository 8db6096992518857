"""Les conventions et les avenants à transmettre, à signer, à reprendre."""

from functools import reduce
from operator import or_

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import GESTIONS_AU_TERRITOIRE
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
from socle.valeurs.argent import somme
from socle.valeurs.horloge import jour_de

DE_LA_CONVENTION = {  # rôle → (geste, page)
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
}
DE_L_AVENANT = {  # (rôle, état de l'avenant) → (geste, page)
    (Role.MESS, "preparation"): (
        Geste("Transmettre l’avenant", "Transmettre les avenants"),
        "conventions:avenant",
    ),
    (Role.MESS, "transmis"): (
        Geste("Reprendre l’avenant", "Reprendre les avenants"),
        "conventions:avenant_reprise",
    ),
    (Role.SIGNATURE_TERRITOIRE, "transmis"): (
        Geste("Signer l’avenant pour votre MRC", "Signer les avenants pour votre MRC"),
        "conventions:avenant",
    ),
    (Role.SIGNATURE, "transmis"): (Geste("Signer l’avenant", "Signer les avenants"), "conventions:avenant"),
    (Role.APPROBATION, "transmis"): (
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


LUS = (
    "pk",
    "numero",
    "montant",
    "montants_fictifs",
    "alliance__nom",
    "creee_le",
    "transmise_le",
    "avenants",
    "avenants__numero",
    "avenants__etat",
    "avenants__cree_le",
    "avenants__transmis_le",
)


EXERCICES = ExerciceConvention.objects.filter(convention=OuterRef("pk")).order_by().values("convention")
SOMME = Subquery(EXERCICES.annotate(total=somme("montant")).values("total"))


def _lues(attendues):
    return Convention.objects.filter(attendues).order_by().annotate(montant=SOMME).values_list(*LUS)


MINISTRE = Q(role=PartieConvention.Role.MINISTRE)
ATTENDUES = {  # rôle → ce qu'il attend de tous; chaque personne n'en prend que les siennes
    Role.MESS: _lues(
        Q(etat=Convention.Etat.PREPARATION)
        | Q(etat=Convention.Etat.SIGNEE, avenants__etat=Avenant.Etat.PREPARATION)
        | Q(etat=Convention.Etat.SIGNEE, avenants__in=ARRETES)
    ),
    Role.SIGNATURE: _lues(_a_signer(~MINISTRE)),
    Role.APPROBATION: _lues(_a_signer(MINISTRE)),
}


def taches(utilisateur):
    """Ce que les conventions et leurs avenants attendent de cette personne; une requête par rôle tenu."""
    siennes = _attendues_de(utilisateur).items()
    return [_attente(role, *ligne) for role, lignes in siennes for ligne in lignes]


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
    return _lues(gere & _a_signer(PartieConvention.des_mrc(territoires_signes(utilisateur))))


def _attente(role, pk, numero, montant, fictif, alliance, creee_le, transmise_le, avenant, *de_l_avenant):
    """La convention et sa somme; un avenant a ses propres dates, et pas de somme à lui."""
    objet, depuis = f"{alliance}, Convention {numero}", transmise_le or creee_le
    geste, page = DE_LA_CONVENTION[role]
    if avenant:
        rang, etat, cree_le, transmis_le = de_l_avenant
        objet, depuis, pk, montant = f"{objet}, avenant {rang}", transmis_le or cree_le, avenant, None
        geste, page = DE_L_AVENANT[role, etat]
    lien = reverse(page, args=[pk])
    return Attente(geste, objet, lien, jour_de(depuis), montant=montant, fictif=fictif and not avenant)
