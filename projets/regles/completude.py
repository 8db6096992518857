"""Ce qui manque à une demande pour être déposée : une phrase par chose, avec la partie où aller.

La même liste sert trois fois : en direct à la liste des parties, à « Vérifier », et en garde au dépôt.
"""

from dataclasses import dataclass

from projets.regles.admissibilite import QUESTIONS
from projets.regles.lecture import montage_de
from socle.valeurs.alphabet import normaliser


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
            yield "admissibilite", question.si_non


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
        yield from _dates(demande, demande.appel)


def _dates(demande, appel):
    for phrase in set(demande.hors_du_cycle(debut=demande.debut, fin=demande.fin).values()):
        yield "projet", phrase
    if demande.fin < demande.debut:
        yield "projet", "La fin de l’initiative suit son début."
    if appel.debut_au_plus_tot and demande.debut < appel.debut_au_plus_tot:
        yield "projet", "Le début précède celui que permet l’appel."
    if appel.fin_au_plus_tard and demande.fin > appel.fin_au_plus_tard:
        yield "projet", "La fin dépasse celle que permet l’appel."
    if appel.duree_maximale and _mois(demande.debut, demande.fin) > appel.duree_maximale:
        yield "projet", f"L’initiative dure plus de {appel.duree_maximale}\xa0mois, le maximum de l’appel."


def _mois(debut, fin):
    """Le nombre de mois entamés entre deux dates, la fin comprise."""
    return (fin.year - debut.year) * 12 + fin.month - debut.month + (fin.day >= debut.day)


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


def _territoires(demande):
    if not demande.territoires.all():
        yield "territoires", "Choisissez au moins un territoire."


def _priorites(demande):
    if not demande.priorites.all():
        yield "priorites", "Choisissez au moins une priorité du plan."
    for sortie in demande.priorites_sorties():
        yield "priorites", f"«\xa0{sortie}\xa0» n’est plus au plan\xa0: choisissez une autre priorité."
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
    for faute in montage_de(demande).fautes():
        yield "sources" if demande.depenses.all() else "depenses", faute


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
