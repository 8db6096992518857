"""Ce que les conventions attendent de chaque personne : transmettre, signer, rendre ce qui est dû."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_LA_REGION, alliances_vues, droits_de
from conventions.models import Convention, Obligation, PartieConvention
from socle.attentes import Attente
from socle.horloge import aujourd_hui, jour_de

BIENTOT = timedelta(days=30)
PREPARENT_OU_SIGNENT = frozenset({Role.MESS, Role.SIGNATURE, Role.APPROBATION})
RENDENT = frozenset({Role.COORDINATION, Role.FINANCES})


def taches(utilisateur):
    """Ce que les conventions attendent de cette personne."""
    droits = droits_de(utilisateur)
    return [*_conventions(utilisateur, droits), *_obligations(utilisateur, droits)]


def _conventions(utilisateur, droits):
    """Les conventions à transmettre ou à signer."""
    attendues = PartieConvention.objects.filter(convention=OuterRef("pk"), signe=True, signee_le=None)
    conventions = Convention.objects.filter(
        alliances_vues(utilisateur, PREPARENT_OU_SIGNENT, "alliance"),
        etat__in=(Convention.Etat.PREPARATION, Convention.Etat.TRANSMISE),
    ).annotate(
        ministre_attendu=Exists(attendues.filter(role="ministre")),
        organismes_attendus=Exists(attendues.exclude(role="ministre")),
    )
    for convention in conventions.select_related("alliance"):
        tenus = droits.pour(convention.alliance_id)
        if convention.etat == Convention.Etat.PREPARATION:
            if Role.MESS in tenus:
                yield _attente("Transmettre la convention", convention, "preparation", convention.creee_le)
        elif Role.SIGNATURE in tenus and convention.organismes_attendus:
            yield _attente("Signer la convention", convention, "convention", convention.transmise_le)
        elif Role.APPROBATION in tenus and convention.ministre_attendu:
            titre = "Inscrire la signature de la ou du ministre"
            yield _attente(titre, convention, "convention", convention.transmise_le)


def _attente(titre, convention, page, moment):
    return Attente(
        titre=titre,
        objet=f"{convention.alliance.nom}, {convention}",
        lien=reverse(f"conventions:{page}", args=[convention.pk]),
        depuis=jour_de(moment),
    )


def _obligations(utilisateur, droits):
    """Ce qui est dû bientôt ou en retard; le plan a ses propres attentes.

    La coordination rend tout, les finances les états financiers; Services Québec suit ce qui est en retard.
    """
    aujourdhui = aujourd_hui()
    dues = Obligation.objects.dues().filter(
        alliances_vues(utilisateur, RENDENT | DE_LA_REGION, "convention__alliance"),
        convention__etat=Convention.Etat.SIGNEE,
        echeance__lte=aujourdhui + BIENTOT,
    )
    for obligation in dues.exclude(nature="plan").select_related("convention__alliance"):
        tenus = droits.pour(obligation.convention.alliance_id)
        rend = Role.COORDINATION in tenus or (
            Role.FINANCES in tenus and obligation.nature == Obligation.Nature.ETATS_FINANCIERS
        )
        if rend:
            page, titre = ("obligations", obligation.convention_id), "Rendre"
        elif tenus & DE_LA_REGION and obligation.echeance < aujourdhui:
            page, titre = ("constat", obligation.pk), "Obtenir ou constater"
        else:
            continue
        yield Attente(
            titre=f"{titre}\u00a0: {obligation}",
            objet=f"{obligation.convention.alliance.nom}, {obligation.convention}",
            lien=reverse(f"conventions:{page[0]}", args=[page[1]]),
            depuis=obligation.echeance - BIENTOT,
            echeance=obligation.echeance,
        )
