"""Deux contenus de plan comparés, élément par élément. La forme d'un contenu : `version.contenu()`."""

from collections.abc import Iterable
from itertools import count

from alliances.plans.canevas import CHAMPS
from alliances.plans.comparaison.alignement import aligner
from alliances.plans.comparaison.formes import Champ, Comparaison, Differences, Element, Groupe, Segment
from alliances.plans.comparaison.textes import differences_de_mots, differences_de_texte
from alliances.plans.comparaison.valeurs import GOUVERNANCE, LISTES, NATURES, lire, renseignements

INDICATEURS = ("indicateur", "indicateurs")
ENFANTS = {  # genre → (genre, accesseur) de ce qu'il porte
    "priorite": (INDICATEURS, ("objectif", "objectifs")),
    "objectif": (INDICATEURS, ("moyen", "moyens")),
    "moyen": (INDICATEURS,),
}
TITRES = {"moyen": "description", "indicateur": "nom", "collaborateur": "nom", "instance": "nom"}
DEPLACEMENTS_MAX = 200


def _definitions(genre):
    """Triplets (code, libellé, nature) des champs d'un genre; libellés du canevas quand il les connaît."""
    libelles = {champ.code: champ.libelle for champ in CHAMPS.get(genre, ())}
    return [(code, libelles.get(code, libelle), nature) for code, libelle, nature in NATURES[genre]]


DEFINITIONS = {genre: _definitions(genre) for genre in NATURES}


def comparer(avant: dict, apres: dict) -> Comparaison:
    """Ce qui distingue deux contenus. Les éléments se reconnaissent à leur `cle`, jamais à leur place."""
    arbre = _Arbre(avant, apres)
    return Comparaison(
        (
            Groupe("entete", "Renseignements généraux", arbre.entete()),
            Groupe("sections", "Sections rédigées", arbre.sections()),
            Groupe("priorites", "Priorités, objectifs, moyens et indicateurs", arbre.priorites()),
            Groupe("gouvernance", "Gouvernance", arbre.gouvernance()),
            Groupe("participation", "Participation des personnes", arbre.participation()),
        )
    )


class _Arbre:
    def __init__(self, avant, apres):
        self.avant, self.apres = avant, apres
        self.places_avant = dict(_places(avant.get("priorites", ())))
        self.places_apres = dict(_places(apres.get("priorites", ())))

    # -- groupes ------------------------------------------------------------------------------------------

    def entete(self):
        paires = zip(renseignements(self.avant), renseignements(self.apres), strict=True)
        return tuple(
            _element("renseignement", code, titre, champs=_champs_directs(anciens, nouveaux))
            for (code, titre, anciens), (_, _, nouveaux) in paires
        )

    def sections(self):
        anciennes = {s["code"]: s for s in self.avant.get("sections", ())}
        nouvelles = {s["code"]: s for s in self.apres.get("sections", ())}
        return tuple(
            self._section(anciennes.get(code), nouvelles.get(code)) for code in _fusion(anciennes, nouvelles)
        )

    def _section(self, ancienne, nouvelle):
        section = nouvelle or ancienne
        champ = self._champ(
            "texte", "Texte", "riche", (ancienne or {}).get("texte"), (nouvelle or {}).get("texte")
        )
        etat = champ.etat if ancienne and nouvelle else "ajoute" if nouvelle else "retire"
        # Une section fait partie du canevas : même vide d'abord, elle est modifiée, pas ajoutée.
        etat = "modifie" if ancienne and nouvelle and etat != "inchange" else etat
        return Element(
            "section", section["code"], section["titre"], etat, numero=section["code"], champs=(champ,)
        )

    def priorites(self):
        return self._fratrie("priorite", "", self.avant.get("priorites", ()), self.apres.get("priorites", ()))

    def gouvernance(self):
        avant, apres = self.avant.get("gouvernance") or {}, self.apres.get("gouvernance") or {}
        mode = _element(
            "renseignement",
            "gouvernance",
            "Mode de gestion et décision",
            champs=self._champs(GOUVERNANCE, avant, apres),
        )
        instances = self._sans_cle(
            "instance", avant.get("instances", ()), apres.get("instances", ()), ("nom",)
        )
        return (mode, *instances)

    def participation(self):
        return self._sans_cle(
            "participation",
            self.avant.get("participation", ()),
            self.apres.get("participation", ()),
            ("exercice", "palier", "axe", "forme"),
        )

    # -- éléments à clé, imbriqués --------------------------------------------------------------------------

    def _fratrie(self, genre, parent, anciens, nouveaux) -> tuple[Element, ...]:
        """Les éléments d'un même parent, dans l'ordre nouveau; les retirés suivent leur ancien voisin."""
        anciens = {element["cle"]: element for element in anciens}
        nouveaux = {element["cle"]: element for element in nouveaux}
        deplaces = _deplaces(anciens, nouveaux)
        elements = []
        for cle in _fusion(anciens, nouveaux):
            if cle in nouveaux:
                ancien = self.places_avant.get(cle, (None, None))
                change_de_parent = ancien[1] is not None and ancien[0] != parent
                elements.append(
                    self._noeud(genre, ancien[1], nouveaux[cle], change_de_parent or cle in deplaces)
                )
            elif cle not in self.places_apres:
                elements.append(self._noeud(genre, anciens[cle], None, False))
        return tuple(elements)

    def _noeud(self, genre, ancien, nouveau, deplace) -> Element:
        reste = nouveau or ancien
        champs = self._champs(DEFINITIONS[genre], ancien or {}, nouveau or {})
        enfants = ()
        for enfant, suite in ENFANTS.get(genre, ()):
            enfants += self._fratrie(
                enfant, reste["cle"], (ancien or {}).get(suite, ()), (nouveau or {}).get(suite, ())
            )
        if genre == "moyen":
            enfants = self._collaborateurs(ancien or {}, nouveau or {}) + enfants
        return _element(
            genre,
            reste["cle"],
            reste.get(TITRES.get(genre, "titre"), ""),
            champs=champs,
            enfants=enfants,
            presence=(bool(ancien), bool(nouveau)),
            numero=reste.get("numero", ""),
            ancien_numero=(ancien or {}).get("numero", "") if deplace else "",
            deplace=deplace,
        )

    def _collaborateurs(self, ancien, nouveau):
        return self._sans_cle(
            "collaborateur", ancien.get("collaborateurs", ()), nouveau.get("collaborateurs", ()), ("nom",)
        )

    def _sans_cle(self, genre, anciens, nouveaux, champs_de_cle):
        """Ce qui n'a pas de clé se reconnaît à ses champs; les homonymes, à leur rang."""
        anciens, nouveaux = _indexer(anciens, champs_de_cle), _indexer(nouveaux, champs_de_cle)
        elements = []
        for cle in _fusion(anciens, nouveaux):
            ancien, nouveau = anciens.get(cle), nouveaux.get(cle)
            reste = nouveau or ancien
            elements.append(
                _element(
                    genre,
                    " ".join(map(str, cle)),
                    lire(genre, reste, {}) if genre == "participation" else reste.get(TITRES[genre], ""),
                    champs=self._champs(DEFINITIONS[genre], ancien or {}, nouveau or {}),
                    presence=(bool(ancien), bool(nouveau)),
                )
            )
        return tuple(elements)

    # -- champs -----------------------------------------------------------------------------------------------

    def _champs(self, definitions, ancien, nouveau) -> tuple[Champ, ...]:
        champs = (
            self._champ(code, libelle, nature, ancien.get(code), nouveau.get(code))
            for code, libelle, nature in definitions
        )
        return tuple(champ for champ in champs if champ.segments or champ.blocs)

    def _champ(self, code, libelle, nature, ancien, nouveau) -> Champ:
        if nature == "riche":
            blocs = differences_de_texte(ancien or "", nouveau or "")
            return Champ(code, libelle, _etat_de_blocs(blocs), blocs=blocs)
        valeurs = lire(nature, ancien, self.avant), lire(nature, nouveau, self.apres)
        if nature in LISTES:
            segments = _differences_de_liste(*valeurs)
        elif nature == "texte":
            segments = differences_de_mots(*valeurs)
        else:
            segments = _remplacement(*valeurs)
        return Champ(code, libelle, _etat_de_segments(segments), segments=segments)


def _element(genre, cle, titre, *, champs=(), enfants=(), presence=(True, True), **reste) -> Element:
    etat = {(True, False): "retire", (False, True): "ajoute"}.get(presence)
    if etat is None:
        etat = "modifie" if any(champ.etat != "inchange" for champ in champs) else "inchange"
    return Element(genre, str(cle), titre, etat, champs=tuple(champs), enfants=tuple(enfants), **reste)


def _champs_directs(anciens, nouveaux) -> list[Champ]:
    champs = []
    for (libelle, ancien), (_, nouveau) in zip(anciens, nouveaux, strict=True):
        en_liste = isinstance(ancien, list)
        segments = (
            _differences_de_liste(ancien, nouveau) if en_liste else differences_de_mots(ancien, nouveau)
        )
        if segments:
            champs.append(Champ(libelle, libelle, _etat_de_segments(segments), segments=segments))
    return champs


def _etat_de_segments(segments) -> str:
    genres = {segment.genre for segment in segments}
    return {frozenset(("ajout",)): "ajoute", frozenset(("retrait",)): "retire"}.get(
        frozenset(genres), "inchange" if genres <= {"egal"} else "modifie"
    )


def _etat_de_blocs(blocs: Differences) -> str:
    etats = {bloc.etat for bloc in blocs}
    return etats.pop() if len(etats) == 1 else "modifie" if etats else "inchange"


def _remplacement(ancien, nouveau):
    if ancien == nouveau:
        return (Segment("egal", nouveau),) if nouveau else ()
    if not (ancien and nouveau):
        return (Segment("ajout", nouveau) if nouveau else Segment("retrait", ancien),)
    return (Segment("retrait", ancien), Segment("egal", " "), Segment("ajout", nouveau))


def _differences_de_liste(anciens, nouveaux):
    """Les noms d'une liste, séparés de virgules; l'ordre ne compte pas."""
    noms = [("egal" if nom in anciens else "ajout", nom) for nom in nouveaux]
    noms += [("retrait", nom) for nom in anciens if nom not in nouveaux]
    return tuple(Segment(genre, nom if rang == 0 else f", {nom}") for rang, (genre, nom) in enumerate(noms))


# -- clés et places ---------------------------------------------------------------------------------------------


def _places(priorites, parent="", genre="priorite") -> Iterable[tuple[str, tuple[str, dict]]]:
    """(clé, (clé du parent, élément)) de tout l'arbre."""
    for element in priorites:
        yield element["cle"], (parent, element)
        for enfant, suite in ENFANTS.get(genre, ()):
            yield from _places(element.get(suite, ()), element["cle"], enfant)


def _indexer(elements, champs):
    rangs, index = {}, {}
    for element in elements:
        cle = tuple(str(element.get(champ, "")).strip().casefold() for champ in champs)
        rang = rangs.setdefault(cle, count())
        numero = next(rang)
        index[cle if not numero else (*cle, numero + 1)] = element
    return index


def _fusion(anciens, nouveaux) -> list:
    """Les clés nouvelles dans leur ordre; chaque clé disparue suit l'ancienne voisine qui la précédait."""
    apres_qui, precedente = {}, None
    for cle in anciens:
        if cle in nouveaux:
            precedente = cle
        else:
            apres_qui.setdefault(precedente, []).append(cle)
    ordre = list(apres_qui.get(None, ()))
    for cle in nouveaux:
        ordre += [cle, *apres_qui.get(cle, ())]
    return ordre


def _deplaces(anciens, nouveaux) -> set:
    """Les éléments restés sous le même parent, mais dont l'ordre entre eux a changé."""
    avant = [cle for cle in anciens if cle in nouveaux]
    apres = [cle for cle in nouveaux if cle in anciens]
    plages = aligner(avant, apres, ecarts_max=DEPLACEMENTS_MAX)
    return {cle for plage in plages if not plage.egale for cle in apres[plage.j1 : plage.j2]}
