"""Des conventions en vigueur, leurs avenants à chaque état, par les vrais gestes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from conventions.models import Avenant, Convention, EcheanceVersement, InstantaneConvention
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.conventions.fabriques import MONTANTS, convention_en_preparation, enveloppe_d_exercice

SIGNEE_LE = date(2025, 1, 15)
VERSEMENTS = (
    (2025, "70000.00", "signature", date(2025, 1, 20)),
    (2025, "1130000.00", "plan_approuve", date(2025, 6, 1)),
    (2026, "1300000.00", "rapport_accepte", date(2026, 9, 1)),
)


def convention_en_vigueur(alliance, montants=MONTANTS, versements=VERSEMENTS, signee_le=SIGNEE_LE, **champs):
    """Signée de toutes ses parties, ses enveloppes ouvertes, ses versements prévus, son instantané pris."""
    convention = convention_en_preparation(alliance, **champs)
    convention.exercices.exclude(an__in=montants).delete()
    for an, montant in montants.items():
        convention.exercices.update_or_create(an=an, defaults={"montant": montant})
    mess = fabriques.personne("mess")
    for partie in convention.parties.all():
        partie.signee_le, partie.signee_par = signee_le, mess
        partie.resolution, partie.resolution_le = "2025-01", signee_le - timedelta(days=2)
        partie.save()
    convention.etat, convention.signee_le = Convention.Etat.SIGNEE, signee_le
    convention.transmise_le, convention.transmise_par = instant(signee_le - timedelta(days=30)), mess
    convention.save()
    for an in montants:
        enveloppe_d_exercice(convention, an, montants[an])
    for rang, (an, montant, condition, prevue_le) in enumerate(versements, start=1):
        EcheanceVersement.objects.create(
            convention=convention,
            an=an,
            rang=rang,
            montant=Decimal(montant),
            condition=condition,
            rapport_an=prevue_le.year - 1 if condition == "rapport_accepte" else None,
            prevue_le=prevue_le,
        )
    InstantaneConvention.prendre(convention, "signature", par=mess, le=signee_le)
    return convention


def instant(jour):
    return datetime(jour.year, jour.month, jour.day, 12, tzinfo=ZoneInfo("America/Toronto"))


def avenant_prepare(convention, propositions=None, motif="Prolonger la réalisation.", par=None):
    """En préparation, avec ces propositions; à défaut, la fin de réalisation reculée."""
    par = par or fabriques.personne("mess")
    avenant = Avenant.ouvrir(convention, motif=motif, par=par)
    propositions = {"date/fin_realisation": "2027-01-31"} if propositions is None else propositions
    for sorte in dict.fromkeys(cle.partition("/")[0] for cle in propositions):
        valeurs = {cle: valeur for cle, valeur in propositions.items() if cle.startswith(f"{sorte}/")}
        avenant = avenant.proposer(sorte, valeurs, revision=avenant.revision, par=par)
    return avenant


def avenant_transmis(convention, propositions=None, le=None, **options):
    avenant = avenant_prepare(convention, propositions, **options)
    return avenant.transmettre(par=fabriques.personne("mess"), le=le and instant(le))


def signer(avenant, signature, le=None, par=None):
    """La signature d'une partie, avec sa résolution; aujourd'hui si `le` n'est pas dit."""
    le = le or max(aujourd_hui(), jour_de(avenant.transmis_le))
    resolution = (
        {}
        if signature.est_du_ministre
        else {"resolution": "2026-11", "resolution_le": le, "piece": fabriques.fichier_pdf()}
    )
    return avenant.signer(signature, par=par or fabriques.personne("mess"), signee_le=le, **resolution)


def signer_tout(avenant, le=None):
    for signature in avenant.signatures_attendues().filter(signee_le=None):
        avenant = signer(avenant, signature, le)
    return avenant


def avenant_applique(convention, propositions=None, le=None, **options):
    return signer_tout(avenant_transmis(convention, propositions, le=le, **options), le)


def versement(an, montant, prevue_le, condition="date", libelle="Date prévue"):
    """La valeur d'un versement prévu, telle qu'une proposition la porte."""
    return {
        "an": an,
        "montant": montant,
        "condition": condition,
        "libelle": libelle,
        "prevue_le": prevue_le,
    }
