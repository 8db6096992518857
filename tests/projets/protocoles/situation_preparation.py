"""Ce que nomment les adresses des clauses et de la préparation, dans la situation commune (`tests/situation.py`)."""

from projets.models.reponses import envoyer
from projets.protocoles.models import ClausesAlliance
from socle.valeurs.horloge import aujourd_hui
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f


def objets_prepares(modele, appel, porteur, par, redige, engage, accepter):
    """Des clauses à approuver, un protocole en préparation, un autre transmis; `accepter` décide d'une demande."""
    deposees = [p.relire(p.demande_prete(appel, porteur, redige).deposer(par=engage)) for _ in range(2)]
    p.fermer(appel)
    for demande in deposees:
        accepter(demande)
    envoyer(appel, par=par)
    if not ClausesAlliance.objects.en_vigueur(appel.alliance):
        f.clauses_approuvees(appel.alliance, par)
    dates = {"debut": aujourd_hui(), "fin": aujourd_hui(), "rapport_final_le": aujourd_hui()}
    prepares = [f.avec_echeancier(f.prepare(p.relire(d), par, **dates), par) for d in deposees]
    prepares[1].transmettre(par=par)
    return {
        "clauses": (ClausesAlliance.ouvrir(modele, par=par).pk,),
        "protocole/prepare": (prepares[0].pk,),
        "protocole/transmis": (prepares[1].pk,),
    }
