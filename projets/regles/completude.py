"""Ce qui manque à une demande pour être déposée : une phrase par chose, avec la partie où aller.

La même liste sert trois fois : en direct à la liste des parties, à « Vérifier », et en garde au dépôt.
"""

from dataclasses import dataclass

from projets.regles.admissibilite import QUESTIONS
from projets.regles.dates import hors_des_dates
from projets.regles.lecture import montage_de
from socle.valeurs.alphabet import normaliser
from socle.valeurs.exercice import Exercice
from socle.valeurs.montants import en_dollars

HORS_DES_DATES = "hors des dates du projet"


@dataclass(frozen=True)
class Manque:
    partie: str
    phrase: str
    bloque: bool = True  # sinon, un conseil


def manques(demande, pieces=()):
    """Tous, dans l'ordre des parties; `pieces` : [(nature demandée, le nom de la pièce qui y répond ou `None`)]."""
    regles = (_organisme, _admissibilite, _projet, _besoin, _territoires, _priorites)
    if not demande.est_une_intention:
        regles += (_objectifs, _partenaires, _montage)
    trouves = [Manque(*manque) for regle in regles for manque in regle(demande)]
    return trouves + [
        Manque("pieces", f"Joignez\xa0: {nature.label.lower()}.") for nature, piece in pieces if piece is None
    ]


def manques_de_la_partie(demande, code):
    """Ceux d'une seule partie : les mêmes, sans rien lire des autres; aucun pour les pièces."""
    regle = _REGLES.get(code, lambda demande: ())
    return [manque for manque in (Manque(*m) for m in regle(demande)) if manque.partie == code]


def est_complete(demande, code):
    """Rien de cette partie n'empêche de déposer."""
    return not any(manque.bloque for manque in manques_de_la_partie(demande, code))


def _vides(demande, partie, **phrases):
    for champ, phrase in phrases.items():
        if not getattr(demande, champ):
            yield partie, phrase


def _organisme(demande):
    yield from _vides(
        demande,
        "organisme",
        personne_ressource="Nommez la personne à joindre.",
        signataire="Nommez la personne qui signera.",
    )


def _admissibilite(demande):
    for question in QUESTIONS:
        convient = getattr(demande, question.champ)
        if convient is None:
            yield "admissibilite", f"Répondez\xa0: «\xa0{question.texte}\xa0»"
        elif not convient:
            yield "admissibilite", f"«\xa0{question.texte}\xa0» {question.si_non}"


def _projet(demande):
    yield from _vides(
        demande,
        "projet",
        titre="Donnez un titre à l’initiative.",
        resume="Résumez l’initiative.",
        debut="Donnez la date de début.",
        fin="Donnez la date de fin.",
        nature="Dites s’il s’agit d’un nouveau projet ou d’un maintien.",
    )
    if demande.nature == "maintien" and not demande.consensus:
        yield "projet", "Dites qui, dans le milieu, convient de maintenir ce projet."
    if demande.debut and demande.fin:
        fautes = hors_des_dates(demande.alliance.cycle, demande.appel, demande.debut, demande.fin)
        for phrase in dict.fromkeys(fautes.values()):
            yield "projet", phrase


def _hors_des_dates(demande, exercices):
    """Ceux que ses dates, une fois données, ne touchent pas."""
    touches = demande.exercices
    return [exercice for exercice in exercices if touches and exercice not in touches]


def _besoin(demande):
    yield from _vides(
        demande,
        "besoin",
        besoin="Dites à quel besoin vous répondez.",
        preuves="Dites d’où vous savez ce besoin.",
        place="Dites quelle place prennent les personnes.",
    )
    if not demande.populations.all():
        yield "besoin", "Choisissez au moins une population."
    comptees = {prevue.an for prevue in demande.personnes_prevues.all()}
    for exercice in demande.exercices:
        if exercice.an not in comptees:
            yield "besoin", f"Dites combien de personnes distinctes vous rejoindrez en {exercice}."
    for prevue in demande.personnes_prevues.all():
        if _hors_des_dates(demande, [prevue.exercice]):
            yield (
                "besoin",
                f"{prevue} comptées en {prevue.exercice}, {HORS_DES_DATES}\xa0: enregistrez de nouveau cette "
                "partie, elles s’en retirent; ou changez les dates.",
            )


def _territoires(demande):
    if not demande.territoires.all():
        yield "territoires", "Choisissez au moins un territoire."


def _priorites(demande):
    if not demande.priorites.all():
        yield "priorites", "Choisissez au moins une priorité du plan."
    for sortie in demande.priorites_sorties():
        yield "priorites", f"«\xa0{sortie}\xa0» n’est plus au plan\xa0: choisissez une autre priorité."
    for locale, lieux in demande.priorites_d_ailleurs():
        yield (
            "priorites",
            f"«\xa0{locale}\xa0» est une priorité pour {lieux} seulement, et la demande n’y va pas\xa0: choisissez une "
            "autre priorité, ou changez les territoires.",
        )
    yield from _vides(demande, "priorites", lien="Dites comment l’initiative répond à ces priorités.")
    for champ, question in demande.appel.questions:
        if not getattr(demande, champ):
            yield "priorites", f"Répondez\xa0: «\xa0{question}\xa0»"


def _objectifs(demande):
    objectifs = demande.objectifs.all()
    if not objectifs:
        yield "objectifs", "Inscrivez au moins un objectif."
    for objectif in objectifs:
        if not objectif.cible:
            yield "objectifs", f"Donnez une cible à l’objectif «\xa0{objectif}\xa0»."
        elif not objectif.pour_le:
            yield (
                "objectifs",
                f"La cible de «\xa0{objectif}\xa0» n’a pas de date\xa0: le comité la lit mieux datée.",
                False,
            )
        elif _hors_des_dates(demande, [exercice := Exercice.de(objectif.pour_le)]):
            yield "objectifs", f"La cible de «\xa0{objectif}\xa0» tombe en {exercice}, {HORS_DES_DATES}."
    yield from _vides(demande, "objectifs", apres="Dites ce qui restera après le financement.")


def _partenaires(demande):
    partenaires = demande.partenaires.all()
    if not partenaires:
        yield "partenaires", "Aucun partenaire n’est inscrit\xa0: le comité en tient compte.", False
    for partenaire in partenaires:
        if normaliser(partenaire.nom) == demande.organisme.nom_normalise:
            yield (
                "partenaires",
                f"«\xa0{partenaire.nom}\xa0» est votre organisme\xa0: son apport s’inscrit aux sources.",
            )


def _montage(demande):
    montage = montage_de(demande)
    for partie in ("depenses", "sources"):
        for exercice in _hors_des_dates(demande, map(Exercice, montage.ans)):
            if somme := montage.total_de(partie, exercice.an):
                phrase = f"{en_dollars(somme)} de {_EN_MOTS[partie]} tombent en {exercice}, {HORS_DES_DATES}."
                yield partie, phrase
    for faute in montage.fautes():
        yield "sources" if demande.depenses.all() else "depenses", faute


_EN_MOTS = {"depenses": "dépenses", "sources": "sources"}
_REGLES = {
    "organisme": _organisme,
    "admissibilite": _admissibilite,
    "projet": _projet,
    "besoin": _besoin,
    "territoires": _territoires,
    "priorites": _priorites,
    "objectifs": _objectifs,
    "partenaires": _partenaires,
    "depenses": _montage,
    "sources": _montage,
}
