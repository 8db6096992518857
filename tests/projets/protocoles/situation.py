"""Les versements aux organismes dans la situation commune : un protocole signé et payé, un autre résilié."""

from decimal import Decimal as D

from projets.models.jugements import Critere, juger
from projets.models.reponses import envoyer
from projets.protocoles.models import PiecePaiement, PieceRemboursement, Remboursement
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f


def objets_verses(appel, porteur, enveloppe, decider, *, par, redige, engage):
    """`decider(demande, sens=…)` mène une demande jugée jusqu'à sa décision."""
    signataire, caisse = (fabriques._tenant(role, appel.alliance) for role in ("signature", "finances"))
    f.clauses_approuvees(appel.alliance, signataire)
    deposees = [p.demande_prete(appel, porteur, redige).deposer(par=engage) for _ in range(2)]
    p.fermer(appel)
    for demande in map(p.relire, deposees):
        juger(demande, par=par, reponses={critere: (True, "") for critere in Critere})
        decider(demande, sens="acceptee", affectations={enveloppe: D(15_000)})
    envoyer(p.relire(deposees[0]).appel, par=signataire)
    paye, resilie = (f.signe(f.relire(f.transmis(p.relire(d), par)), signataire, engage) for d in deposees)
    versements = [
        f.payer(signe.tranches.get(rang=1), caisse, reference=f"V-{signe.pk}") for signe in (paye, resilie)
    ]
    ligne = _a_recuperer(f.relire(resilie), versements[1], signataire)
    saisie = {"montant": D(10), "faite_le": aujourd_hui(), "reference": "R-1"}
    rendu = Remboursement.inscrire(par=caisse, ligne=ligne, **saisie)
    return {
        "convention/protocoles": (enveloppe.convention_id,),
        "protocole/signe": (paye.pk,),
        "paiement": (versements[0].pk,),
        "paiement/piece": (_preuve(PiecePaiement, versements[0], caisse).pk,),
        "a_recuperer": (ligne.pk,),
        "remboursement": (rendu.pk,),
        "remboursement/piece": (_preuve(PieceRemboursement, rendu, caisse).pk,),
    }


def _a_recuperer(protocole, versement, signataire):
    a_recuperer = {versement.tranche.affectation_id: D(100)}
    protocole.resilier(par=signataire, motif="Elle cesse.", demandee="organisme", a_recuperer=a_recuperer)
    return f.relire(protocole).releve.get()


def _preuve(modele, sortie, par):
    return modele.televerser(fabriques.fichier_pdf(), par=par, sortie=sortie)
