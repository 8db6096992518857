"""Des protocoles à chaque état dans la situation commune : de quoi jouer leurs adresses (`tests/situation.py`)."""

from decimal import Decimal as D

from projets.models.jugements import Critere, juger
from projets.models.reponses import envoyer
from projets.protocoles.models import (
    ChangementDemande,
    ClausesAlliance,
    NoteDeSuivi,
    PiecePaiement,
    PieceRemboursement,
    RapportRecu,
    Rectificatif,
    Remboursement,
)
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f

PREPARES, SIGNES = ("prepare", "transmis"), ("vigueur", "signe", "fini", "recupere")
SOMME = D(4_000)  # de chacun; tous ensemble, ils tiennent dans ce que l'appel partage


def objets_des_protocoles(modele, appel, porteur, enveloppe, decider, *, par, redige, engage):
    """`decider(demande, sens=…)` mène une demande jugée jusqu'à sa décision; `modele` a des clauses à approuver."""
    signataire, caisse = (fabriques._tenant(role, appel.alliance) for role in ("signature", "finances"))
    f.clauses_approuvees(appel.alliance, signataire)
    protocoles = _prepares(appel, porteur, enveloppe, decider, par, redige, engage, signataire)
    for nom in ("transmis", *SIGNES):
        protocoles[nom] = f.relire(protocoles[nom].transmettre(par=par, revision=protocoles[nom].revision))
    for nom in SIGNES:
        protocoles[nom] = f.signe(protocoles[nom], signataire, engage)
    protocoles["fini"].resilier(par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui())
    avis = protocoles["fini"].avis_transmis.get().pieces.get()
    vigueur = protocoles["vigueur"]
    return {
        "clauses": (ClausesAlliance.ouvrir(modele, par=par).pk,),
        **{f"protocole/{nom}": (protocole.pk,) for nom, protocole in protocoles.items()},
        "piece/avis": (avis.pk,),
        "tranche": (vigueur.tranches.last().pk,),
        "piece/signature": (vigueur.signatures.get(cote="organisme").pieces.get().pk,),
        **_du_rapport(vigueur, par),
        **_du_suivi(vigueur, redige, par),
        **_de_l_argent(protocoles, caisse, signataire),
        **_de_l_avenant(vigueur, par, engage),
    }


def _prepares(appel, porteur, enveloppe, decider, par, redige, engage, signataire):
    """{nom: un protocole dont l'échéancier est écrit}, chacun de sa demande acceptée, réponse partie."""
    demandes = {
        nom: p.demande_prete(appel, porteur, redige).deposer(par=engage) for nom in (*PREPARES, *SIGNES)
    }
    p.fermer(appel)
    for demande in map(p.relire, demandes.values()):
        juger(demande, par=par, reponses={critere: (True, "") for critere in Critere})
        decider(demande, sens="acceptee", affectations={enveloppe: SOMME}, ecart="L’enveloppe s’arrête là.")
    envoyer(p.relire(demandes["prepare"]).appel, par=signataire)
    return {
        nom: f.avec_echeancier(f.prepare(p.relire(demande), par), par) for nom, demande in demandes.items()
    }


def _du_rapport(protocole, par):
    rapport = RapportRecu.inscrire(
        f.a_terme(protocole),
        par=par,
        attendu_le=protocole.rapport_final_le,
        quoi="Rapport final, par courriel",
        recu_le=aujourd_hui(),
        depense=D(3_800),
        fichier=fabriques.fichier_pdf(),
    )
    return {"rapport": (rapport.pk,), "piece/rapport": (rapport.pieces.get().pk,)}


def _du_suivi(protocole, redige, par):
    piece, mots = fabriques.fichier_pdf(), "Le four est réparé."
    note = NoteDeSuivi.ecrire(f.relire(protocole), par=redige, cote="organisme", texte=mots, fichier=piece)
    demande = {"nature": "dates", "demande": "La salle n’est libre qu’en janvier."}
    changement = ChangementDemande.demander(f.relire(protocole), par=redige, **demande)
    demande = {"nature": "budget", "demande": "Le four coûte moins."}
    accorde = ChangementDemande.demander(f.relire(protocole), par=redige, **demande)
    accorde.repondre(par=par, issue="accorde", reponse="Bien sûr.")
    return {
        "piece/note": (note.pieces.get().pk,),
        "changement": (changement.pk,),
        "changement/accorde": (accorde.pk,),
    }


def _de_l_avenant(protocole, par, engage):
    """Transmis, et signé de l'organisme seul."""
    avenant = f.avenant_transmis(f.relire(protocole), par, valeurs={"date/fin": "2027-01-15"})
    signature = f.signer(avenant, "organisme", engage).signatures.get()
    return {"avenant_protocole": (avenant.pk,), "piece/avenant_protocole": (signature.pieces.get().pk,)}


def _de_l_argent(protocoles, caisse, signataire):
    """Un versement sur un protocole signé; sur un autre, résilié, ce qui est à récupérer et ce qui en est rendu."""
    paye, rendu = (
        f.payer(protocoles[nom].tranches.get(rang=1), caisse, reference=f"V-{nom}")
        for nom in ("signe", "recupere")
    )
    ligne = _a_recuperer(f.relire(protocoles["recupere"]), rendu, signataire)
    table = protocoles["recupere"].prepare_par
    _rectifier(ligne, D(90), par=table).confirmer(par=signataire)
    ligne = f.relire(ligne.protocole).releve.get()
    saisie = {"montant": D(10), "faite_le": aujourd_hui(), "reference": "R-1"}
    remboursement = Remboursement.inscrire(par=caisse, ligne=ligne, **saisie)
    return {
        "convention/protocoles": (paye.convention_id,),
        "paiement": (paye.pk,),
        "paiement/piece": (_preuve(PiecePaiement, paye, caisse).pk,),
        "a_recuperer": (ligne.pk,),
        "rectificatif": (_rectifier(ligne, D(95), par=table).pk,),
        "rectificatif/confirme": (ligne.protocole.rectificatifs.get(numero=1).pk,),
        "remboursement": (remboursement.pk,),
        "remboursement/piece": (_preuve(PieceRemboursement, remboursement, caisse).pk,),
    }


def _a_recuperer(protocole, versement, signataire):
    a_recuperer = {versement.tranche.affectation_id: D(100)}
    protocole.resilier(
        par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer=a_recuperer
    )
    return f.relire(protocole).releve.get()


def _rectifier(ligne, du, *, par):
    sommes = {ligne.pk: {"a_recuperer": du, "radie": D(0)}}
    return Rectificatif.proposer(f.relire(ligne.protocole), par=par, motif="Une facture.", sommes=sommes)


def _preuve(modele, sortie, par):
    return modele.televerser(fabriques.fichier_pdf(), par=par, sortie=sortie)
