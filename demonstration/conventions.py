"""Les conventions de la démonstration : chacune joue les vrais gestes, chacun à la date du récit.

Signées à l'hiver 2025, elles donnent au plan jusqu'au 31 mars; plus tard, c'est une prolongation, avec son motif.
"""

from dataclasses import replace
from datetime import date, timedelta

from conventions.models import Convention, echeanciers
from conventions.regles.echeancier import Reglages
from conventions.regles.plus_fort_reste import repartir
from demonstration.exercices import vivre
from demonstration.horloge import au
from demonstration.resolution import resolution_pdf
from demonstration.situations import SITUATIONS, rendre_le_reste
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

TRANSMISE, SIGNEE, PROLONGEE = date(2024, 12, 9), date(2025, 1, 20), date(2025, 3, 24)
RESILIEE = date(2026, 3, 31)
PREMIER_VERSEMENT, AU_PLAN = date(2025, 1, 31), date(2025, 5, 15)
PARTICIPATION = (
    "Services Québec, la direction régionale de santé publique et la direction régionale des Affaires municipales "
    "siègent à la Table régionale, sans droit de vote, et prennent part à ses comités."
)


def signer_la_convention(recit):
    """Prépare celle de l'Alliance et l'amène où dit sa fiche, à moins qu'elle en ait déjà une; sinon `None`."""
    if Convention.objects.filter(alliance=recit.alliance).exists():
        return None
    return HISTOIRES[recit.donnees.get("convention", "en_vigueur")](recit)


def faire_vivre(convention, recit):
    """Ce qui arrive à la convention depuis sa signature, puis ce qui y attend quelqu'un."""
    if convention.etat != Convention.Etat.SIGNEE:
        return
    if recit.donnees.get("convention") == "remplacee":
        convention = _remplacer(convention, recit)
    vivre(convention, recit.donnees, recit.acteurs)
    if situation := recit.donnees.get("situation"):
        SITUATIONS[situation](Convention.objects.get(pk=convention.pk), recit.acteurs)


def en_preparation(recit, le=None):
    """Ouverte, corrigée et dotée de son échéancier."""
    acteurs = recit.acteurs
    with au(le or aujourd_hui() - timedelta(12)):
        convention = Convention.preparer(recit.alliance, par=acteurs.mess)
        montants = _montants(convention)
        valeurs = {"participation_etat": PARTICIPATION}
        convention.modifier(valeurs, montants, par=acteurs.mess, revision=convention.revision)
        convention = Convention.objects.get(pk=convention.pk)
        prevus, vu = _echeancier(convention), echeanciers.empreinte_de(convention)
        echeanciers.etablir(convention, prevus, par=acteurs.mess, vu=vu)
    return convention


def _montants(convention):
    """{an: dollars} : chaque exercice selon ses mois; le premier, commencé en novembre, est court."""
    lignes = list(convention.exercices.order_by("an"))
    mois = [_mois_de(ligne.exercice, convention) for ligne in lignes]
    parts = repartir(sum((ligne.montant for ligne in lignes), ZERO), mois)
    return {ligne.an: part for ligne, part in zip(lignes, parts, strict=True)}


def _mois_de(exercice, convention):
    debut, fin = max(exercice.debut, convention.debut), min(exercice.fin, convention.fin_realisation)
    return (fin.year - debut.year) * 12 + fin.month - debut.month + 1


def _echeancier(convention):
    """Celui que le cycle propose; chaque automne se verse en deux fois, en septembre et en décembre."""
    premier = min(convention.exercices.values_list("an", flat=True))
    remplace = premier > Exercice.de(TRANSMISE).an
    prevus = []
    for prevu in echeanciers.proposition(convention, Reglages(part_au_plan=50 if remplace else 100)):
        if prevu.condition == "signature" and not remplace:
            prevus.append(replace(prevu, prevue_le=PREMIER_VERSEMENT))
        elif prevu.condition == "plan_approuve":
            prevus.append(replace(prevu, prevue_le=convention.debut if remplace else AU_PLAN))
        elif prevu.prevue_le.month == 9 and prevu.an > premier:
            prevus += _en_deux(prevu)
        else:
            prevus.append(prevu)
    return prevus


def _en_deux(prevu):
    moitie, reste = repartir(prevu.montant, [1, 1])
    decembre = date(prevu.prevue_le.year, 12, 20)
    return [replace(prevu, montant=moitie), replace(prevu, montant=reste, prevue_le=decembre)]


def transmise(recit):
    """Transmise depuis peu; le premier organisme a déjà signé."""
    convention, acteurs = en_preparation(recit), recit.acteurs
    le = aujourd_hui() - timedelta(9)
    with au(le):
        convention = convention.transmettre(par=acteurs.mess)
    premiere = convention.parties_a_signer().exclude(role="ministre").first()
    return _signer(convention, premiere, acteurs, le + timedelta(4))


def en_vigueur(recit):
    """Signée par toutes ses parties; le plan qui avait besoin de plus de temps est prolongé, avec son motif."""
    convention = signer_toutes(recit, TRANSMISE, SIGNEE)
    if recit.echeance:
        with au(PROLONGEE):
            convention.obligations.get(nature="plan").prolonger(
                par=recit.acteurs.direction or recit.acteurs.mess,
                nouvelle=recit.echeance,
                motif=recit.donnees["prolongation"],
            )
    return convention


def _remplacer(convention, recit):
    """Résiliée d'un commun accord à la fin d'un exercice; une nouvelle convention la suit le lendemain."""
    vivre(convention, recit.donnees, recit.acteurs, jusqu_au=RESILIEE)
    with au(RESILIEE + timedelta(20)):
        convention = convention.resilier(
            par=recit.acteurs.approbation,
            fermee_le=RESILIEE,
            motif="Le signataire change de mode de gestion; les parties conviennent d’une nouvelle convention.",
            reglement="Les sommes reçues et non dépensées sont rendues; la nouvelle convention prend la suite.",
        )
    rendre_le_reste(convention, le=RESILIEE + timedelta(28))
    return signer_toutes(recit, RESILIEE + timedelta(34), RESILIEE + timedelta(49))


def signer_toutes(recit, transmise_le, signee_le):
    """Préparée, transmise, signée par chaque partie, un jour après l'autre."""
    convention = en_preparation(recit, transmise_le - timedelta(3))
    with au(transmise_le):
        convention = convention.transmettre(par=recit.acteurs.mess)
    for jours, partie in enumerate(convention.parties_a_signer()):
        convention = _signer(convention, partie, recit.acteurs, signee_le + timedelta(jours))
    return Convention.objects.get(pk=convention.pk)


def _signer(convention, partie, acteurs, jour):
    with au(jour):
        if partie.organisme_id is None:
            return convention.signer(partie, par=acteurs.approbation, signee_le=jour)
        numero, adoptee_le = f"{jour:%Y}-{partie.pk:03}", jour - timedelta(6)
        return convention.signer(
            partie,
            par=acteurs.signature,
            signee_le=jour,
            resolution=numero,
            resolution_le=adoptee_le,
            fichier=resolution_pdf(numero=numero, organisme=str(partie), le=adoptee_le),
        )


HISTOIRES = {
    "en_preparation": en_preparation,
    "transmise": transmise,
    "en_vigueur": en_vigueur,
    "remplacee": en_vigueur,
}
