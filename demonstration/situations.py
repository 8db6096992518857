"""Ce qui attend quelqu'un aujourd'hui : ce que chaque compte trouve à faire dans une convention en vigueur."""

from datetime import date, timedelta
from decimal import Decimal

from alliances.models import DemandeIdentite, Role
from alliances.models.releve import nommer
from conventions.models import (
    Avenant,
    DemandeAnnulation,
    Depense,
    Derogation,
    Recuperation,
    Remise,
    Transfert,
)
from demonstration import versements
from demonstration.horloge import au, ouvrable
from demonstration.personnes import compte_de, figurant_de
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

MATAPEDIA = "07"


def rendre_le_reste(convention, *, le):
    """Résiliée : la Table rend ce qu'elle a reçu et n'a pas dépensé, l'exercice le plus récent d'abord."""
    reste = sum(ligne.a_recuperer for ligne in convention.lignes_de_reglement.all())
    with au(le):
        for an in convention.exercices.order_by("-an").values_list("an", flat=True):
            du = min(reste, Recuperation.plafond(convention, an))
            parts = {}
            for enveloppe in Recuperation.enveloppes_a_reprendre(convention, an):
                parts[enveloppe] = min(enveloppe.solde.disponible, du - sum(parts.values()))
            if rendu := sum(parts.values()):
                motif = "Règlement de la convention résiliée."
                versements.recuperer(convention, an, parts, motif=motif, le=le)
                reste -= rendu


def territoires_et_fiduciaire(convention, acteurs):
    """La réserve sert; La Matapédia gère sa part et signe un avenant; trois réponses sont attendues."""
    an = max(
        convention.repartitions.filter(an__lte=Exercice.de(aujourd_hui()).an).values_list("an", flat=True)
    )
    _remettre(convention, acteurs, an)
    with au(_il_y_a(12)):
        approuve = _transferer(convention, acteurs, an)
        demande = "Le projet de l’organisme est remis au printemps; la somme retourne à la réserve."
        DemandeAnnulation.demander(approuve.mouvement, par=acteurs.finances, motif=demande)
    with au(_il_y_a(6)):
        _demander_une_identite(convention, acteurs)
        _nommer_une_releve(convention.alliance, acteurs)
    motif = "Laisser finir des initiatives que les MRC ont acceptées plus tard que prévu."
    plus_tard = {"date": {"date/fin_realisation": convention.fin.isoformat()}}
    _transmettre_un_avenant(convention, acteurs, motif, plus_tard, le=_il_y_a(5))


def _il_y_a(jours):
    return ouvrable(aujourd_hui() - timedelta(jours))


def _remettre(convention, acteurs, an):
    """Une remise reçue et en partie dépensée; une autre, toute récente, que la MRC n'a pas encore confirmée."""
    enveloppe = convention.enveloppes.get(an=an, volet="territoire", territoire__code=MATAPEDIA)
    finances, territoire = compte_de("finances.matapedia"), compte_de("territoire")
    premiere, rang = date(an, 6, 22), f"REM-{an}-{MATAPEDIA}"
    with au(premiere):
        remise = _remise(enveloppe, acteurs, premiere, "24000.00", f"{rang}-1")
    with au(premiere + timedelta(8)):
        remise.recevoir(par=territoire, recue_le=premiere + timedelta(3))
    depenses = (
        (date(an, 8, 31), "deplacements", "1860.00", "Navette d’été vers la banque alimentaire"),
        (date(an, 10, 30), "salaires", "9450.00", "Animation des cuisines de rang"),
    )
    for n, (le, poste, montant, objet) in enumerate(depenses, start=1):
        with au(le + timedelta(3)):
            Depense.inscrire(
                par=finances,
                enveloppe=enveloppe,
                montant=Decimal(montant),
                faite_le=le,
                reference=f"MATAPEDIA-{an}-{n:02}",
                poste=poste,
                objet=objet,
            )
    recente = _il_y_a(8)
    with au(recente):
        _remise(enveloppe, acteurs, recente, "18000.00", f"{rang}-2")


def _remise(enveloppe, acteurs, le, montant, reference):
    return Remise.inscrire(
        par=acteurs.finances,
        enveloppe=enveloppe,
        montant=Decimal(montant),
        faite_le=le,
        reference=reference,
    )


def _transferer(convention, acteurs, an):
    """Un premier transfert est approuvé; un second attend la personne autorisée à signer. Retourne le premier."""
    feuilles = convention.enveloppes.filter(an=an).select_related("convention", "territoire")
    reserve = feuilles.get(volet="reserve")
    locales = feuilles.filter(volet="territoire").exclude(territoire__code=MATAPEDIA)[:2]
    motifs = (
        "Un service de transport qui prend fin plus tard.",
        "Une cuisine collective qui attend depuis mai.",
    )
    approuve, _ = (
        Transfert.demander(reserve, vers, Decimal("12000.00"), par=acteurs.coordination, motif=motif)
        for vers, motif in zip(locales, motifs, strict=True)
    )
    return approuve.approuver(par=acteurs.signature)


def _demander_une_identite(convention, acteurs):
    """Le signataire change de numéro de fournisseur : le Ministère doit l'accepter avant le prochain virement."""
    organisme = convention.parties.get(role="signataire").organisme
    identite = organisme.identite() | {"numero_fournisseur": "990017"}
    DemandeIdentite.demander(
        organisme,
        par=acteurs.coordination,
        alliance=convention.alliance,
        motif="Nouveau numéro de fournisseur, inventé pour la démonstration.",
        **identite,
    )


def _nommer_une_releve(alliance, acteurs):
    """La coordination confie les finances à une seconde personne : une autre doit le confirmer."""
    releve = figurant_de("releve.finances", "Ophélie", "Sablonel")
    nommer(releve, Role.FINANCES, par=acteurs.coordination, alliance=alliance)


def suspension(convention, acteurs):
    suivante = convention.echeances.filter(etat="liberee").order_by("rang").first()
    with au(_il_y_a(5)):
        suivante.suspendre(
            par=acteurs.mess, motif="La Table revoit son calendrier; elle a demandé d’attendre."
        )


def derogation(convention, acteurs):
    """Des états financiers tardent : un versement est bloqué; le Ministère permet quand même le suivant."""
    dernier = convention.echeances.filter(etat="recommandee").order_by("-rang").first()
    with au(_il_y_a(2)):
        Derogation.accorder(
            dernier,
            par=compte_de("approbation2"),
            motif="Les états financiers sont chez l’auditeur; les salaires de la coordination doivent être versés.",
        )


def avenant(convention, acteurs):
    """Un avenant attend des signatures : la fin de réalisation recule et le dernier exercice augmente."""
    dernier = convention.exercices.order_by("-an").first()
    ajout = {"an": dernier.an, "montant": "25000.00", "condition": "date", "libelle": "Date prévue"}
    rang = convention.echeances.order_by("-rang").first().rang + 1
    propositions = {
        "date": {"date/fin_realisation": convention.fin.isoformat()},
        "exercice": {f"exercice/{dernier.an}": str(dernier.montant + Decimal("25000.00"))},
        "versement": {f"versement/{rang}": ajout | {"prevue_le": f"{dernier.an}-09-15"}},
    }
    motif = "Mener à terme des initiatives commencées plus tard que prévu."
    _transmettre_un_avenant(convention, acteurs, motif, propositions, le=_il_y_a(9))


def _transmettre_un_avenant(convention, acteurs, motif, propositions, *, le):
    with au(le):
        ouvert = Avenant.ouvrir(convention, motif=motif, par=acteurs.mess)
        for sorte, valeurs in propositions.items():
            ouvert = ouvert.proposer(sorte, valeurs, revision=ouvert.revision, par=acteurs.mess)
        ouvert.transmettre(par=acteurs.mess)


SITUATIONS = {
    "territoires_et_fiduciaire": territoires_et_fiduciaire,
    "suspension": suspension,
    "derogation": derogation,
    "avenant": avenant,
}
