"""Des conventions valides, et des situations nommées."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from alliances.models import Mandat
from conventions.models import (
    Convention,
    DemandeAnnulation,
    Ecriture,
    Enveloppe,
    ExerciceConvention,
    PartieConvention,
    Repartition,
    Report,
    echeanciers,
)
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques

MONTANTS = {2025: Decimal("1200000.00"), 2026: Decimal("1300000.00")}


def convention_en_preparation(alliance, **champs):
    """Une convention de deux exercices, avec la ou le ministre et le partenaire signataire."""
    valeurs = {
        "numero": f"FQIS-{alliance.slug}"[:30],
        "debut": date(2025, 1, 15),
        "fin": date(2027, 3, 31),
        "fin_realisation": date(2026, 12, 31),
        "echeance_plan_au_plus_tard": alliance.cycle.echeance_plan,
        "creee_le": timezone.now(),
    }
    convention = Convention(alliance=alliance, **valeurs | champs)
    convention.full_clean(exclude=["creee_par", "transmise_par", "fermee_par"])
    convention.save()
    for an, montant in MONTANTS.items():
        ExerciceConvention.objects.create(convention=convention, an=an, montant=montant)
    PartieConvention.objects.create(convention=convention, role="ministre", rang=9)
    PartieConvention.objects.create(
        convention=convention, role="signataire", organisme=alliance.table_regionale, rang=1
    )
    return convention


def enveloppe_d_exercice(convention, an=2025, montant=None):
    """La racine d'un exercice, déjà créditée de ce que la convention prévoit."""
    racine = Enveloppe.objects.create(convention=convention, an=an, volet="exercice")
    montant = MONTANTS[an] if montant is None else montant
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(racine, "convenu", montant), (racine, "alloue", montant)],
            nature="allocation",
            par=fabriques.personne("mess"),
            objet="Signature de la convention",
        )
    return racine


def convention_sans_enveloppes(alliance, **champs):
    """La même, signée par toutes ses parties; aucune enveloppe n'est encore ouverte."""
    convention = convention_en_preparation(alliance, **champs)
    convention.etat, convention.signee_le = "signee", date(2025, 2, 3)
    convention.transmise_le, convention.transmise_par = timezone.now(), fabriques.personne("mess")
    convention.save()
    return convention


def convention_en_vigueur(alliance, **champs):
    """Signée par toutes ses parties; ses enveloppes sont ouvertes."""
    convention = convention_sans_enveloppes(alliance, **champs)
    Ecriture.allouer(convention, par=convention.transmise_par)
    return convention


def arbre_dresse(convention, an=2025, forme="region", par=None):
    """{libellé: enveloppe} d'un exercice dont l'arbre vient d'être dressé."""
    par = par or fabriques.personne("finances", convention.alliance)
    Enveloppe.dresser(convention, an, forme, par=par)
    return enveloppes_par_nom(convention, an)


def enveloppes_par_nom(convention, an=2025):
    """{libellé: enveloppe} d'un exercice, soldes relus."""
    arbre = Enveloppe.objects.de_l_arbre(convention, an)
    arbre = arbre.select_related("convention__alliance", "solde", "territoire")
    return {str(e): e for e in arbre}


PARTS = {
    "Coordination et mobilisation": "150000.00",
    "Projets régionaux": "105000.00",
    "La Matapédia": "400000.01",
    "La Matanie": "400000.00",
    "Participation des personnes": "44999.99",
    "Réserve": "100000.00",
}


def brouillon(convention, an=2025, parts=PARTS, par=None, methode="egales"):
    """Une répartition enregistrée, prête à adopter si les parts font l'exercice."""
    enveloppes = enveloppes_par_nom(convention, an)
    lignes = {enveloppes[nom]: (Decimal(montant), False, None) for nom, montant in parts.items()}
    actuel = Repartition.brouillon(convention, an)
    return Repartition.enregistrer(
        convention,
        an,
        lignes,
        methode=methode,
        revision=actuel.revision if actuel else 0,
        par=par or fabriques.personne("coordination", convention.alliance),
    )


def repartition_adoptee(convention, an=2025, parts=PARTS, resolution="2025-017", par=None):
    """L'exercice réparti et adopté par la Table."""
    par = par or fabriques.personne("signature", convention.alliance)
    return brouillon(convention, an, parts, par).adopter(
        par=par, adoptee_le=date(2025, 6, 12), resolution=resolution, piece=fabriques.fichier_pdf()
    )


def report_prepare(convention, an=2025, montants=None, motif="Initiatives retardées", par=None):
    """Le brouillon d'un report : tout le disponible, ou ces montants-là."""
    actuel = Report.brouillon(convention, an)
    return Report.preparer(
        convention,
        an,
        dict(Report.soldes_a_reporter(convention, an)) if montants is None else montants,
        motif=motif,
        revision=actuel.revision if actuel else 0,
        par=par or fabriques.personne("coordination", convention.alliance),
    )


def report_adopte(convention, an=2025, par=None, **options):
    """Les soldes d'un exercice terminé, passés au suivant par résolution de la Table."""
    return report_prepare(convention, an, **options).adopter(
        par=par or fabriques.personne("signature", convention.alliance),
        adoptee_le=Exercice(an).fin + timedelta(days=1),
        resolution="2026-031",
        piece=fabriques.fichier_pdf(),
    )


def defaire(mouvement, demande_par, approuve_par, motif="Une erreur"):
    """Un mouvement, défait par deux personnes."""
    return DemandeAnnulation.demander(mouvement, par=demande_par, motif=motif).approuver(par=approuve_par)


PARTICIPATION = "Services Québec, la Santé publique et les Affaires municipales siègent à la Table régionale."


def _du_ministere(role):
    """La première personne qui tient ce rôle national, ou une nouvelle."""
    mandat = Mandat.objects.filter(role=role, fin=None).select_related("utilisateur").first()
    return mandat.utilisateur if mandat else fabriques.personne(role)


def completer(convention):
    """Ce qui manque à une préparation pour être transmise : l'échéancier, et la participation de l'État."""
    prevus, vu = echeanciers.proposition(convention), echeanciers.empreinte_de(convention)
    echeanciers.etablir(convention, prevus, par=_du_ministere("mess"), vu=vu)
    convention.participation_etat = convention.participation_etat or PARTICIPATION
    convention.save(update_fields=["participation_etat"])
    return convention


def convention_a_transmettre(alliance, **champs):
    """Complète : deux organismes et la ou le ministre à signer, échéancier établi, participation de l'État décrite."""
    convention = completer(convention_en_preparation(alliance, **champs))
    PartieConvention.objects.create(
        convention=convention, role="cosignataire", organisme=alliance.parties.first().organisme, rang=4
    )
    return convention


def convention_transmise(alliance, le=None, **champs):
    """Transmise aux parties par le Ministère; `le` est un instant."""
    return convention_a_transmettre(alliance, **champs).transmettre(par=_du_ministere("mess"), le=le)


def signer(convention, partie, par=None, signee_le=None):
    """Inscrit la signature d'une partie, avec sa résolution s'il s'agit d'un organisme."""
    signee_le = signee_le or aujourd_hui()
    resolution = {}
    if partie.organisme_id:
        resolution = {
            "resolution": f"R-{partie.pk}",
            "resolution_le": signee_le,
            "fichier": fabriques.fichier_pdf(f"resolution-{partie.pk}.pdf"),
        }
    par = par or _du_ministere("mess" if partie.organisme_id else "approbation")
    return convention.signer(partie, par=par, signee_le=signee_le, **resolution)


def convention_signee(alliance, le=None, signee_le=None, **champs):
    """En vigueur : toutes les parties ont signé, le même jour."""
    convention = convention_transmise(alliance, le=le, **champs)
    for partie in convention.parties_a_signer():
        convention = signer(convention, partie, signee_le=signee_le)
    return convention


def convention_close(alliance):
    """Tout est rendu, et le Ministère l'a close; le plan de l'Alliance est déjà déposé."""
    convention = convention_signee(alliance)
    tout_rendre(convention)
    regler(convention)
    return convention.clore(
        par=_du_ministere("approbation"), fermee_le=aujourd_hui(), **reglement(convention)
    )


def tout_rendre(convention):
    """Tout est reçu et accepté, comme si les exercices et la convention étaient finis."""
    convention.obligations.en_cours().exclude(nature="plan").update(
        recue_le=aujourd_hui(),
        recue_par=_du_ministere("mess"),
        reference="Dossier 7",
        acceptee_le=aujourd_hui(),
        acceptee_par=_du_ministere("approbation"),
    )


def recevoir(obligation, le=None, par=None):
    """Inscrit la réception; la personne est du Ministère."""
    return obligation.recevoir(par=par or _du_ministere("mess"), le=le or aujourd_hui(), reference="Lettre 4")


def accepter(obligation, le=None):
    """Reçue et acceptée le même jour, par deux personnes de plus."""
    recue = recevoir(obligation, le=le, par=fabriques.personne("mess"))
    return recue.accepter(par=fabriques.personne("mess"), le=le)


def convention_resiliee(alliance):
    """Signée, puis résiliée; tout ce qui restait à venir est annulé."""
    return convention_signee(alliance).resilier(
        par=_du_ministere("approbation"),
        fermee_le=aujourd_hui(),
        motif="La Table est dissoute.",
        reglement="Rien n’est à rendre.",
    )


def regler(convention):
    """Plus aucun versement en chemin : un avenant les a retirés."""
    for echeance in convention.echeances.a_regler():
        echeance.annuler(par=_du_ministere("approbation"), motif="Avenant 1")


def reglement(convention):
    """Le règlement de tout ce qui reste dans les enveloppes."""
    reste = sum((montant for _, montant in convention.soldes_a_regler()), Decimal(0))
    return {"reglement": "Le solde reste au Fonds.", "regle": reste}
