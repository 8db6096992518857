"""De l'appel à la lettre, raconté une fois : le navigateur et la visiteuse sans JavaScript jouent la même histoire.

Chaque personne y est une `Visiteuse` ou une `Fenetre`. Une région décide de tout, une autre partage, une autre a deux
paliers : qui juge, qui avise, qui décide et de quelle enveloppe vient l'argent sont dans `CIRCUITS`.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from alliances.models import ProfilGouvernance
from projets.canevas.grille import GRILLE_USUELLE
from projets.models import AppelProjets, Initiative, Reponse
from projets.models.jugements import Critere
from projets.regles.admissibilite import QUESTIONS
from tests import fabriques
from tests.projets import fabriques as p

TITRE, APPEL = "Cuisines de rang", "Appel d’initiatives de la région"
TABLE, COMITE, MRC = "Table régionale", "Comité d’analyse", "Conseil de la MRC"
EXERCICE = "2026-2027"


@dataclass(frozen=True)
class Circuit:
    """`avis` : (instance, acte) avant la décision. En séance, on propose puis on adopte; sinon, on inscrit."""

    decide: str
    enveloppe: str
    lieux: tuple = ("La Matapédia",)
    avis: tuple = ()
    juge: str = "coordination"
    signe: str = "signature"
    en_seance: bool = True

    @property
    def etapes(self):
        return [*self.avis, (self.decide, "decision")]


CIRCUITS = {
    "centralise": Circuit(TABLE, "Projets régionaux"),
    "partage": Circuit(TABLE, "La Matapédia", avis=((COMITE, "avis"),)),
    "deux_paliers_local": Circuit(
        MRC,
        "La Matapédia",
        avis=((COMITE, "recommandation"),),
        juge="territoire",
        signe="sign_territoire",
        en_seance=False,
    ),
    "deux_paliers_regional": Circuit(
        TABLE, "Projets régionaux", lieux=("La Matapédia", "La Matanie"), avis=((COMITE, "avis"),)
    ),
}


def distribution(nom):
    """{rôle: personne} de cette gouvernance; le plan est approuvé, l'exercice réparti."""
    bsl = fabriques.fabrique_cadre().bsl
    fabriques.version_approuvee(bsl)
    p.enveloppes(bsl, 2026)
    instances = _gouverner(bsl, nom)
    territoire, organisme = bsl.territoires.get(code="07"), p.organisme(bsl)
    evaluent = instances[COMITE if CIRCUITS[nom].avis else TABLE]
    return {
        "coordination": fabriques.personne("coordination", bsl, "Camille", "Ross"),
        "signature": fabriques.personne("signature", bsl, "Denis", "Lavoie"),
        "territoire": fabriques.personne("territoire", territoire, "Alex", "Gagné"),
        "sign_territoire": fabriques.personne("sign_territoire", territoire, "Rosalie", "Dubé"),
        "evaluation": fabriques.personne("evaluation", evaluent, "Lionel", "Caron"),
        "porteur": fabriques.personne("porteur", organisme, "Jeanne", "Aubélac"),
        "engagement": fabriques.personne("engagement", organisme, "Odile", "Castonval"),
    }


def _gouverner(bsl, nom):
    """Les circuits que l'Alliance décrit; ceux des deux paliers sont là ensemble, et le palier choisit."""
    bsl.circuits.all().delete()
    ProfilGouvernance.objects.filter(alliance=bsl).update(territoires_d_un_projet_regional=2)
    instances = {TABLE: bsl.instances.get(nom=TABLE)}
    # Un territoire ne consigne que l'avis d'une instance du sien : le comité est alors celui de la MRC.
    lieu = bsl.territoires.get(code="07") if CIRCUITS[nom].juge == "territoire" else None
    for autre in (COMITE, MRC):
        instances[autre] = bsl.instances.create(nom=autre, palier="local", territoire=lieu)
    noms = [n for n in CIRCUITS if n.startswith("deux_paliers")] if nom.startswith("deux_paliers") else [nom]
    for rang, n in enumerate(noms, start=1):
        circuit = CIRCUITS[n]
        palier = n.rpartition("_")[2] if len(noms) > 1 else ""
        neuf = bsl.circuits.create(nom=n, rang=rang, palier=palier, decide=instances[circuit.decide])
        for ordre, (instance, acte) in enumerate(circuit.avis, start=1):
            neuf.etapes.create(rang=ordre, instance_gouvernance=instances[instance], acte=acte)
    return instances


def preparer_l_appel(coordination, circuit):
    """L'appel, son enveloppe, sa grille; puis il est publié."""
    jour, fin = timezone.localtime(), timezone.localtime() + timedelta(days=30)
    coordination.ouvrir("/").suivre("Appels").suivre("Préparer un appel")
    coordination.envoyer("Préparer l’appel", {"Titre": APPEL, "Mode": "Appel d’initiatives"})
    coordination.envoyer(
        "Enregistrer",
        {
            "Présentation": "La région soutient ce qui est nouveau.",
            "Ouverture": f"{jour - timedelta(days=1):%Y-%m-%dT%H:%M}",
            "Fermeture": f"{fin:%Y-%m-%dT%H:%M}",
            "Réponse promise": f"{fin + timedelta(days=60):%Y-%m-%d}",
            "Annonce à compter du": f"{fin + timedelta(days=40):%Y-%m-%dT%H:%M}",
            "Début possible": "2026-04-01",
            "Fin au plus tard": "2027-03-31",
            "Au plus, par initiative": "75 000",
            "Cumul maximal": "90",
        },
    )
    coordination.voir("L’appel est enregistré").suivre("Enveloppes")
    coordination.envoyer("Enregistrer", {f"{circuit.enveloppe}, {EXERCICE}": "100 000"})
    coordination.suivre("Grille usuelle").envoyer("Partir de la grille usuelle")
    coordination.voir("La grille usuelle est posée").envoyer("Enregistrer").suivre("Publier l’appel")
    coordination.envoyer("Publier l’appel").voir("toute personne peut le lire")


def rediger(porteur, circuit):
    """De la page publique à la dernière partie."""
    porteur.ouvrir("/").suivre("Initiatives").suivre("Appels ouverts").suivre(APPEL)
    porteur.voir("Cet appel est ouvert", "Puis-je déposer?").suivre("Commencer une demande")
    porteur.envoyer("Commencer la demande").suivre("Continuer").voir("1. Votre organisme")
    for saisie in _parties(circuit):
        porteur.envoyer("Enregistrer et continuer", saisie)
    porteur.voir("Pièces").suivre("Ma demande").voir("Seule une personne qui engage")


def _parties(circuit):
    montant = "{}, en " + EXERCICE
    oui_non = {"oui": "Oui", "non": "Non"}
    return (
        {},
        {(question.texte, oui_non[question.convient]): True for question in QUESTIONS},
        {
            "Titre": TITRE,
            "Résumé": p.REPONSES["resume"],
            "Début": "2026-09-01",
            "Fin": "2027-03-31",
            "Nouveau projet": True,
        },
        {
            "À quel besoin": p.REPONSES["besoin"],
            "Nos statistiques": True,
            "Familles à faible revenu": True,
            f"Personnes distinctes en {EXERCICE}": "80",
            "Quelle place": p.REPONSES["place"],
        },
        {lieu: True for lieu in circuit.lieux},
        {"Une offre alimentaire digne": True, "Comment votre initiative": p.REPONSES["lien"]},
        {
            ("Objectif 1", "Objectif"): "Offrir des repas",
            ("Objectif 1", "Cible"): "4 300",
            ("Objectif 1", "Ce qu’on compte"): "portions",
            "Que restera-t-il": p.REPONSES["apres"],
        },
        {("Partenaire 1", "Organisme"): "Cinq municipalités", ("Partenaire 1", "En matériel"): "Des salles"},
        {("Dépense 1", montant.format("Dépense 1")): "20 000"},
        {("Source 2", montant.format("Source 2")): "2 500"},
    )


def deposer(engagement):
    engagement.ouvrir("/").suivre("Déposer la demande").voir("Rien n’empêche de déposer", "17 500,00 $")
    engagement.envoyer("Déposer la demande", {"J’atteste": True})
    engagement.voir("Votre demande est déposée sous le numéro")


def juger(juge):
    _dossier(juge).suivre("Juger l’admissibilité")
    juge.envoyer("Enregistrer le jugement", {(critere.label, "Oui"): True for critere in Critere})
    juge.voir("La demande est admissible")


def evaluer(evaluation):
    """Déclarer d'abord; noter chaque critère ensuite."""
    evaluation.ouvrir("/").suivre("Dossiers à évaluer").suivre(TITRE)
    evaluation.envoyer("Déclarer", {"Non, aucun": True}).voir("Votre déclaration est inscrite")
    notes = {(nom, "3."): True for nom, _, _ in GRILLE_USUELLE}
    evaluation.envoyer("Enregistrer mes notes", notes).voir("Vos notes sont enregistrées")


def aviser(juge, circuit):
    """Chaque instance du circuit, dans l'ordre; l'avis des personnes, à part."""
    _dossier(juge).suivre("Avis des personnes")
    entendu = {
        "Groupe": "Espace citoyen",
        "Nombre de personnes": "7",
        "Ce qu’elles disent": "Gardez le transport.",
    }
    juge.envoyer("Inscrire leur avis", entendu | {"Favorable": True})
    for instance, _ in circuit.avis:
        juge.suivre("Inscrire un avis").voir(instance)
        juge.envoyer("Inscrire l’avis", {"Favorable": True, "Ce qu’il dit": "Le milieu y tient."})
        juge.voir("L’avis est inscrit")


def decider(juge, signature, circuit):
    """Voir ce qui resterait, puis décider : en séance, ce qu'on propose est adopté par résolution."""
    if circuit.en_seance:
        _seance(juge).suivre("Proposer")
        _accorder(juge, circuit).envoyer("Enregistrer la proposition")
        juge.voir("Rien n’est réservé tant qu’elle n’est pas adoptée")
        _seance(signature).envoyer("Adopter par résolution")
        signature.envoyer("Adopter 1 proposition", _resolution()).voir("1 décision inscrite")
    else:
        _dossier(signature).suivre("Inscrire la décision")
        _accorder(signature, circuit).envoyer("Inscrire la décision", _resolution())
        signature.voir("La décision est inscrite")


def _accorder(personne, circuit):
    libelle = f"{circuit.enveloppe}, {EXERCICE}"
    personne.envoyer("Voir ce qui resterait", {"Acceptée": True, libelle: "15 000"})
    return personne.voir(RESTERAIT[circuit.enveloppe])


RESTERAIT = {"La Matapédia": "385 000,01 $", "Projets régionaux": "90 000,00 $"}


def _resolution():
    return {"Numéro de résolution": "2026-06-11", "La résolution": fabriques.fichier_pdf()}


def _dossier(personne):
    return personne.ouvrir("/initiatives/").suivre(TITRE)


def _appel(personne):
    return personne.ouvrir("/initiatives/appels/").suivre(APPEL).suivre("Les demandes")


def _seance(personne):
    return _appel(personne).suivre("La séance")


def fermer():
    """Le temps passe : la dernière seconde de l'appel, et le service le ferme."""
    p.fermer(AppelProjets.objects.get())


def lever_l_embargo():
    """Le temps passe : on peut répondre."""
    AppelProjets.objects.update(embargo_le=timezone.now())


def repondre(coordination):
    _appel(coordination).suivre("Envoyer les réponses")
    coordination.envoyer("Envoyer les réponses").voir("1 réponse envoyée")


def recevoir(porteur):
    """Le PDF de la lettre, comme l'organisme le reçoit."""
    _dossier(porteur).voir("Acceptée", "15 000,00 $")
    return porteur.lire_le_fichier("La lettre de réponse (PDF)")


def jouer(circuit, visites):
    """Toute l'histoire; rend les octets de la lettre."""
    coordination, porteur = visites["coordination"], visites["porteur"]
    juge, signature = visites[circuit.juge], visites[circuit.signe]
    preparer_l_appel(coordination, circuit)
    rediger(porteur, circuit)
    deposer(visites["engagement"])
    fermer()
    juger(juge)
    evaluer(visites["evaluation"])
    aviser(juge, circuit)
    decider(juge, signature, circuit)
    _appel(coordination).ne_pas_voir("Envoyer les réponses")
    _dossier(porteur).ne_pas_voir("Acceptée", "15 000,00 $")
    lever_l_embargo()
    repondre(coordination)
    return recevoir(porteur)


def verifier(circuit):
    """En base : les étapes copiées du circuit, l'argent réservé dans la bonne enveloppe, la lettre et sa décision."""
    initiative = Initiative.objects.select_related("appel").get()
    assert (initiative.etat, initiative.appel.etat) == ("acceptee", "repondu")
    assert [(e.nom, e.acte) for e in initiative.etapes.all()] == circuit.etapes
    (affectation,) = initiative.affectations.select_related("enveloppe__solde", "enveloppe__territoire")
    assert (str(affectation.enveloppe), affectation.montant) == (circuit.enveloppe, Decimal(15_000))
    assert affectation.enveloppe.solde.reserve == Decimal(15_000)
    reponse = Reponse.objects.select_related("decision").get()
    assert reponse.decision.instance == circuit.decide
    assert reponse.contenu["montants"][0]["montant"] == "15000.00"
