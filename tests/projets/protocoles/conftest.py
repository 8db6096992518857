"""Une initiative acceptée, sa réponse partie, puis son protocole transmis et signé."""

from decimal import Decimal as D

from projets.models import AppelProjets
from projets.models.reponses import envoyer
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

PARTS = {"La Matapédia": D("12000.00"), "Projets régionaux": D("6000.01")}


@partagee
def acceptee(prete_a_decider, enveloppes, signataire):
    """Acceptée de deux enveloppes pour soixante jours; son organisme le sait, et l'Alliance a ses clauses."""
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(reservation_jours=60)
    affectations = {enveloppes[nom]: montant for nom, montant in PARTS.items()}
    prendre(prete_a_decider, signataire, affectations=affectations, ecart="Elle sert aux deux MRC.")
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    return p.relire(prete_a_decider)


@partagee
def transmis(acceptee, agente):
    return f.relire(f.transmis(acceptee, agente))


@partagee
def signe(transmis, signataire, equipe):
    return f.signe(transmis, signataire, equipe[1])
