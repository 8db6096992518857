"""Des protocoles transmis, signés et finis dans la situation commune : de quoi jouer leurs adresses."""

from decimal import Decimal as D

from projets.models.jugements import Critere, juger
from projets.models.reponses import envoyer
from projets.protocoles.models import ChangementDemande, NoteDeSuivi, RapportRecu
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f

ETATS = ("transmis", "vigueur", "fini")


def objets_de_la_vie(appel, porteur, enveloppe, decider, *, par, redige, engage):
    """`decider(demande, sens=…)` mène une demande jugée jusqu'à sa décision."""
    signataire = fabriques._tenant("signature", appel.alliance)
    f.clauses_approuvees(appel.alliance, signataire)
    deposees = {nom: p.demande_prete(appel, porteur, redige).deposer(par=engage) for nom in ETATS}
    p.fermer(appel)
    for demande in map(p.relire, deposees.values()):
        juger(demande, par=par, reponses={critere: (True, "") for critere in Critere})
        decider(demande, sens="acceptee", affectations={enveloppe: D(9_000)})
    envoyer(p.relire(deposees["fini"]).appel, par=signataire)
    protocoles = {nom: f.relire(f.transmis(p.relire(d), par)) for nom, d in deposees.items()}
    vigueur, fini = (f.signe(protocoles[nom], signataire, engage) for nom in ("vigueur", "fini"))
    fini.resilier(par=signataire, motif="Elle cesse.", demandee="organisme")
    return {
        **{f"protocole/{nom}": (protocole.pk,) for nom, protocole in protocoles.items()},
        "tranche": (vigueur.tranches.last().pk,),
        "piece/signature": (vigueur.signatures.get(cote="organisme").pieces.get().pk,),
        **_du_rapport(vigueur, par),
        **_du_suivi(vigueur, redige),
    }


def _du_rapport(protocole, par):
    rapport = RapportRecu.inscrire(
        protocole,
        par=par,
        attendu_le=protocole.rapport_final_le,
        quoi="Rapport final, par courriel",
        recu_le=aujourd_hui(),
        depense=D(8_000),
        fichier=fabriques.fichier_pdf(),
    )
    return {"rapport": (rapport.pk,), "piece/rapport": (rapport.pieces.get().pk,)}


def _du_suivi(protocole, redige):
    piece, mots = fabriques.fichier_pdf(), "Le four est réparé."
    note = NoteDeSuivi.ecrire(f.relire(protocole), par=redige, cote="organisme", texte=mots, fichier=piece)
    demande = {"nature": "dates", "demande": "La salle n’est libre qu’en janvier."}
    changement = ChangementDemande.demander(f.relire(protocole), par=redige, **demande)
    return {"piece/note": (note.pieces.get().pk,), "changement": (changement.pk,)}
