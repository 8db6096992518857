"""Des initiatives menées jusqu'au bout par les vrais gestes, autant qu'on en veut : de quoi allonger les listes."""

from dataclasses import dataclass
from decimal import Decimal as D

from projets.models.avis import prochaine_etape, rendre
from projets.models.jugements import Critere, juger
from projets.models.reponses import envoyer
from projets.protocoles.models import Remboursement
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

LOCALES = ("La Matapédia", "La Matanie")


@dataclass
class Milieu:
    """Une Alliance, l'enveloppe qui paie, et chacun à sa place."""

    alliance: object
    enveloppe: object
    porteur: object
    table: object
    signataire: object
    caisse: object
    redige: object
    engage: object


def milieu(alliance, neq="1140000025"):
    """Une convention en vigueur, l'exercice réparti, des clauses approuvées et un organisme."""
    porteur = p.organisme(alliance, f"La Relève, {alliance}", neq)
    table, signataire, caisse = (
        fabriques.personne(role, alliance) for role in ("coordination", "signature", "finances")
    )
    f.clauses_approuvees(alliance, signataire)
    redige, engage = p.equipe(porteur)
    return Milieu(alliance, _enveloppe(alliance), porteur, table, signataire, caisse, redige, engage)


def _enveloppe(alliance):
    """Celle des projets régionaux, dans un exercice réparti; les territoires sont ceux de l'Alliance."""
    convention, an = convention_en_vigueur(alliance), 2026
    arbre_dresse(convention, an)
    noms = dict(zip(LOCALES, (t.nom for t in alliance.territoires.order_by("code")), strict=True))
    parts = PARTS | {"Réserve": "200000.00"}
    repartition_adoptee(convention, an, parts={noms.get(n, n): m for n, m in parts.items()})
    return enveloppes_par_nom(convention, an)["Projets régionaux"]


def abandonnees(milieu, rangs):
    """Autant de protocoles résiliés : un versement fait, une somme à récupérer, une part rendue."""
    appel = p.appel_ouvert(
        milieu.alliance, par=milieu.table, partage={milieu.enveloppe: D(100_000)}, reservation_jours=60
    )
    demandes = [p.demande_prete(appel, milieu.porteur, milieu.redige) for _ in rangs]
    deposees = [demande.deposer(par=milieu.engage) for demande in demandes]
    p.fermer(appel)
    for demande in deposees:
        _decider(p.relire(demande), milieu)
    envoyer(p.relire(deposees[0]).appel, par=milieu.signataire)
    return [_abandonnee(p.relire(d), rang, milieu) for d, rang in zip(deposees, rangs, strict=True)]


def _decider(demande, milieu):
    juger(demande, par=milieu.table, reponses={critere: (True, "") for critere in Critere})
    while prochaine_etape(demande := p.relire(demande)).acte != "decision":
        rendre(
            demande, par=milieu.table, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui()
        )
    prendre(demande, milieu.signataire, affectations={milieu.enveloppe: D(100)}, ecart="Un premier pas.")


def _abandonnee(initiative, rang, milieu):
    transmis = f.relire(f.transmis(initiative, milieu.table))
    protocole = f.signe(transmis, milieu.signataire, milieu.engage)
    paiement = f.payer(protocole.tranches.get(rang=1), milieu.caisse, reference=f"V-{rang}")
    a_recuperer = {paiement.tranche.affectation_id: D(2)}
    f.relire(protocole).resilier(
        par=milieu.signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer=a_recuperer
    )
    saisie = {"montant": D(1), "faite_le": aujourd_hui(), "reference": f"R-{rang}"}
    Remboursement.inscrire(par=milieu.caisse, ligne=f.relire(protocole).releve.get(), **saisie)
    return protocole
