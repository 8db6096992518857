"""De la décision au dernier versement, ou à l'abandon, raconté une fois : avec et sans navigateur.

Chaque personne y est une `Visiteuse` ou une `Fenetre`, comme dans l'histoire d'avant (`tests/projets/parcours.py`).
Qui prépare, signe et paie, et à même quelle enveloppe, est dans `GOUVERNANCES`.
"""

from dataclasses import dataclass
from decimal import Decimal as D

from alliances.models import Organisme, ProfilGouvernance
from conventions.models import Convention
from projets.models import Initiative
from projets.models.avis import prochaine_etape, rendre
from projets.models.jugements import Critere, juger
from projets.models.reponses import envoyer
from projets.protocoles.models import Protocole
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import enveloppes_par_nom
from tests.projets import fabriques as p
from tests.projets import parcours
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai
from tests.projets.test_decisions import prendre

TITRE, ACCORDE = "Cuisines de rang", D(15_000)
TROP_RETENU, CESSE = "Gardez moins jusqu’au rapport.", "La salle ferme pour de bon."


@dataclass(frozen=True)
class Gouvernance:
    gestion: str
    enveloppe: str
    prepare: str = "coordination"
    signe: str = "signature"
    paie: str = "finances"


GOUVERNANCES = {
    "centralise": Gouvernance("centralisee", "Projets régionaux"),
    "partage": Gouvernance("partagee", "La Matapédia"),
    "deux_paliers_local": Gouvernance(
        "deux_paliers", "La Matapédia", prepare="territoire", signe="sign_territoire", paie="fin_territoire"
    ),
}


# --- Ce qui précède : une initiative acceptée, sa réponse partie ------------------------------------------------


def distribution(nom):
    """{rôle: personne}; leur initiative est acceptée, et l'organisme le sait."""
    personnes, gouvernance = parcours.distribution(nom), GOUVERNANCES[nom]
    convention = Convention.objects.get()
    alliance = convention.alliance
    ProfilGouvernance.objects.filter(alliance=alliance).update(gestion=gouvernance.gestion)
    territoire = alliance.territoires.get(code="07")
    personnes |= {
        "finances": fabriques.personne("finances", alliance, "Ève", "Michaud"),
        "fin_territoire": fabriques.personne("fin_territoire", territoire, "Noé", "Blais"),
    }
    _accepter(personnes, gouvernance, enveloppes_par_nom(convention, 2026)[gouvernance.enveloppe])
    return personnes


def clauses_d_avance(personnes):
    f.clauses_approuvees(Convention.objects.get().alliance, personnes["signature"])


def verse_d_avance(personnes, gouvernance):
    """Le protocole signé, un premier versement fait, sans passer par les pages : l'autre histoire les éprouve."""
    clauses_d_avance(personnes)
    transmis = f.transmis(p.relire(Initiative.objects.get()), personnes[gouvernance.prepare])
    signe = f.signe(transmis, personnes[gouvernance.signe], personnes["engagement"])
    f.payer(signe.tranches.get(rang=1), personnes[gouvernance.paie])


def _accepter(personnes, gouvernance, enveloppe):
    table, juge = personnes["coordination"], personnes[gouvernance.prepare]
    partage = {enveloppe: D(100_000)}
    appel = p.appel_ouvert(enveloppe.convention.alliance, par=table, partage=partage, reservation_jours=60)
    prete = p.demande_prete(appel, Organisme.objects.get(neq=p.NEQ), personnes["porteur"])
    demande = p.relire(prete.deposer(par=personnes["engagement"]))
    p.fermer(appel)
    juger(p.relire(demande), par=juge, reponses={critere: (True, "") for critere in Critere})
    while prochaine_etape(demande := p.relire(demande)).acte != "decision":
        rendre(demande, par=juge, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    prendre(demande, personnes[gouvernance.signe], affectations={enveloppe: ACCORDE}, ecart="Un premier pas.")
    envoyer(p.relire(demande).appel, par=table)


# --- Les gestes, chacun par qui le pose ---------------------------------------------------------------------


def approuver_les_clauses(coordination, signature):
    """Aucun protocole ne se prépare avant."""
    _clauses(coordination).suivre("Partir des clauses usuelles").envoyer("Ouvrir une version")
    coordination.envoyer("Enregistrer les clauses").voir("Les clauses sont enregistrées")
    _clauses(signature).suivre("Version 1").suivre("Approuver les clauses")
    signature.envoyer("Approuver les clauses").voir("sont approuvées")


def _clauses(personne):
    return personne.ouvrir("/initiatives/protocoles/").suivre("Clauses")


def preparer(table):
    """Les dates proposées, puis l'échéancier proposé, tels quels."""
    table.ouvrir("/").suivre("Préparer le protocole").suivre("Préparer le protocole")
    table.envoyer("Préparer le protocole").voir("Rien n’est encore écrit")
    table.envoyer("Enregistrer l’échéancier").voir("L’échéancier est enregistré", "Retenue finale 4 500,00 $")
    transmettre(table)


def transmettre(table):
    table.suivre("Transmettre pour signature").voir("15 000,00 $", "Mettre fin et rembourser")
    table.envoyer("Transmettre pour signature").voir("Le protocole est transmis", "Aux deux parties")


def refuser(organisme):
    organisme.ouvrir("/").suivre("Signer ou refuser le protocole").suivre("Refuser le protocole")
    organisme.envoyer("Refuser le protocole", {"Pourquoi": TROP_RETENU}).voir("Le refus est inscrit")


def reprendre(table):
    """Ce que l'organisme en dit, puis un versement plus grand à la signature."""
    table.ouvrir("/").suivre("Revoir un protocole refusé").voir(TROP_RETENU, "À la Table")
    table.suivre("Écrire l’échéancier").envoyer("Proposer", {"Au-delà": "80"})
    table.envoyer("Enregistrer l’échéancier").voir("Retenue finale 3 000,00 $")
    transmettre(table)


def signer(personne, **plus):
    personne.ouvrir("/").suivre("Signer ou refuser le protocole").suivre("Signer le protocole")
    personne.voir("15 000,00 $", "12 000,00 $")
    return personne.envoyer("Signer le protocole", {"Sa fonction": "Présidence"} | plus)


def signer_par_resolution(organisme):
    resolution = {"Numéro de la résolution": "CA-2026-14", "Adoptée le": _jour()}
    signer(organisme, **resolution | {"La résolution": fabriques.fichier_pdf()})
    organisme.voir("Il manque celle de l’autre partie", "À l’Alliance")


def signer_en_dernier(signature):
    signer(signature).voir("l’argent est engagé", "Aux finances", "Verser 12 000,00 $")


def verser(finances, montant, reference):
    """Du dossier qui attend jusqu'au grand livre : saisir ce qui est dû, relire, inscrire."""
    finances.ouvrir("/").suivre("Verser à un organisme").voir("Aux finances", f"Verser {montant}.")
    finances.suivre("Inscrire un versement").voir(TITRE)
    finances.envoyer("Relire avant d’inscrire", {"Référence comptable": reference}).voir(reference)
    finances.envoyer(f"Inscrire {montant}").voir(f"1 versement inscrit : {montant}")


def inscrire_le_rapport(table):
    _protocole(table).voir("À l’organisme", "Remettre le rapport attendu").suivre("Inscrire un rapport reçu")
    rapport = {"Ce qui est reçu": "Rapport final", "Dépensé": "14 800", "Le rapport": fabriques.fichier_pdf()}
    table.envoyer("Inscrire le rapport", rapport).voir("Une autre personne peut l’accepter")
    table.voir("Lire le rapport reçu").ne_pas_voir("Accepter « Rapport final »")


def accepter_le_rapport(signature):
    signature.ouvrir("/").suivre("Accepter un rapport reçu").suivre("Accepter").voir("14 800,00 $")
    signature.envoyer("Accepter le rapport").voir("Aux finances", "Verser 3 000,00 $")


def clore(signature):
    _protocole(signature).voir("il reste à clore le protocole").suivre("Clore le protocole")
    signature.envoyer("Relire le relevé").voir("200,00 $ versés, ni dépensés ni à récupérer")
    pourquoi = {"Pourquoi l’organisme garde": "La vérification des comptes, faite après le rapport."}
    signature.envoyer("Relire le relevé", pourquoi).voir("Ce relevé de fin ne se modifiera plus")
    signature.envoyer("Clore le protocole").voir("l’initiative est terminée", "À personne")


def resilier(signature, enveloppe):
    """À la demande de l'organisme : de 10 500 $ versés, 5 000 $ sont à rendre."""
    _protocole(signature).suivre("Résilier le protocole")
    du = {"L’organisme": True, "Motif": CESSE, f"{enveloppe}, 2026-2027": "5 000"}
    du |= {"Numéro de la résolution": "CA-2026-31", "Adoptée le": _jour()}
    signature.envoyer("Relire le relevé", du).voir("5 500,00 $", "5 000,00 $", "4 500,00 $")
    avis = {"L’avis transmis à l’organisme": fabriques.fichier_pdf()}
    signature.envoyer("Résilier le protocole", avis).voir("l’initiative s’arrête", "Rembourser 5 000,00 $")


def recuperer(finances):
    finances.ouvrir("/").suivre("Récupérer une somme").suivre("Inscrire un remboursement")
    finances.suivre("Inscrire un remboursement").voir("5 000,00 $")
    recu = {"Reçu le": _jour(), "Montant reçu": "5 000", "Référence comptable": "R-1"}
    finances.envoyer("Inscrire le remboursement", recu).voir("Le remboursement R-1 est inscrit : 5 000,00 $.")


def suivre(organisme, *phrases):
    """Ce que l'organisme lit de la suite."""
    organisme.ouvrir("/initiatives/").suivre(TITRE).suivre("Le suivi").voir(*phrases)


def _jour():
    return aujourd_hui().isoformat()


def _protocole(personne):
    return personne.ouvrir("/initiatives/").suivre(TITRE).suivre("Le protocole")


def lire_le_livre(personne, *, reserve=0, engage=0, verse=0):
    """À la page de la convention, puis en base, où chaque dollar décidé se retrouve."""
    personne.ouvrir("/conventions/")
    dits = {"Réservé": reserve, "Engagé": engage, "Versé aux porteurs": verse}
    personne.voir(*(f"{nom} {en_dollars(D(montant))}" for nom, montant in dits.items()))
    argent_des_protocoles_vrai(Convention.objects.get())


# --- Les deux histoires -------------------------------------------------------------------------------------


def jusqu_a_la_cloture(gouvernance, visites):
    """Tout le chemin : refusé une fois, signé, versé, le rapport accepté, la retenue versée."""
    table, organisme = visites[gouvernance.prepare], visites["engagement"]
    signature, finances = visites[gouvernance.signe], visites[gouvernance.paie]
    preparer(table)
    refuser(organisme)
    reprendre(table)
    signer_par_resolution(organisme)
    lire_le_livre(finances, reserve=15_000)
    signer_en_dernier(signature)
    lire_le_livre(finances, engage=15_000)
    suivre(visites["porteur"], "Aux finances", "Verser 12 000,00 $")
    verser(finances, "12 000,00 $", "V-1")
    lire_le_livre(finances, engage=3_000, verse=12_000)

    f.a_terme(Protocole.objects.get())
    inscrire_le_rapport(visites[gouvernance.prepare])
    suivre(visites["porteur"], "Lire le rapport reçu")
    accepter_le_rapport(signature)
    verser(finances, "3 000,00 $", "V-2")
    clore(signature)
    lire_le_livre(finances, verse=15_000)
    suivre(visites["porteur"], "L’initiative est terminée")
    assert _fins() == ("clos", "terminee", [(ACCORDE, 0, 0)])


def jusqu_a_l_abandon(gouvernance, visites):
    """Signé, et un premier versement fait : l'organisme s'arrête, et rend ce qu'il n'a pas dépensé."""
    finances = visites[gouvernance.paie]
    resilier(visites[gouvernance.signe], gouvernance.enveloppe)
    lire_le_livre(finances, verse=10_500)
    suivre(visites["porteur"], "À vous", "Rembourser 5 000,00 $")
    recuperer(finances)
    lire_le_livre(finances, verse=5_500)
    suivre(visites["porteur"], "Le protocole est résilié")
    assert _fins() == ("resilie", "abandonnee", [(D(5_500), D(5_000), D(4_500))])


def _fins():
    """(l'état du protocole, celui de l'initiative, [(gardé, à récupérer, libéré)])"""
    protocole = Protocole.objects.select_related("initiative").get()
    releve = list(protocole.releve.values_list("garde", "a_recuperer", "libere"))
    return protocole.etat, protocole.initiative.etat, releve
