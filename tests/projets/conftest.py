"""Une demande admissible, puis prête à décider, devant des enveloppes réparties : ce que la décision demande."""

from decimal import Decimal as D

from alliances.models import InstanceGouvernance
from projets.models.avis import prochaine_etape, rendre
from projets.models.jugements import Critere, juger
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p


@partagee
def enveloppes(cadre):
    return p.enveloppes(cadre.bsl, 2026)


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def admissible(cadre, agente, enveloppes, equipe):
    comite = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité d’analyse", palier="local")
    for circuit in cadre.bsl.circuits.all():
        circuit.etapes.create(rang=1, instance_gouvernance=comite, acte="recommandation")
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    prete = p.demande_prete(appel, fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0])
    deposee = prete.deposer(par=equipe[1])
    p.fermer(appel)
    return p.relire(juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere}))


@partagee
def prete_a_decider(admissible, agente):
    while (etape := prochaine_etape(admissible)) and etape.acte != "decision":
        rendre(admissible, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    return p.relire(admissible)
