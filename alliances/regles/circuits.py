"""Quel circuit suit une initiative, et pourquoi; ce que l'ensemble des circuits d'une Alliance ne prévoit pas.

Un circuit se lit par ses attributs : `nom`, `palier`, `lieux` ({code: nom} des territoires), `origine`, `a_partir_de`
et `moins_de`. Un attribut vide n'écarte rien.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from alliances.regles.composition import Constat
from socle.valeurs.montants import en_dollars

PALIERS = {"regional": "régionale", "local": "locale"}
ORIGINES = {
    "appel": "issue d’un appel",
    "concertee": "issue d’une démarche concertée",
    "reconduction": "reconduite",
}
PLURIELS = {
    "regional": "régionales",
    "local": "locales",
    "appel": "issues d’un appel",
    "concertee": "issues d’une démarche concertée",
    "reconduction": "reconduites",
}
SOURCE = "Évaluation 2017-2023, §1.6"


@dataclass(frozen=True)
class Choix:
    """Le circuit retenu (`None` s'il manque), sa raison, et les autres qui convenaient, placés après."""

    circuit: Any
    raison: str
    aussi: tuple = ()


def choisir(circuits, *, palier, territoires, origine, montant):
    """Le premier circuit, dans l'ordre, dont la condition convient; `territoires` : {code: nom} de l'initiative."""
    cas = {"palier": palier, "territoires": territoires, "origine": origine, "montant": montant}
    ecarts = [(circuit, list(_ecarts(circuit, **cas))) for circuit in circuits]
    admis = [circuit for circuit, motifs in ecarts if not motifs]
    if admis:
        return Choix(admis[0], _raison(*admis), tuple(admis[1:]))
    return Choix(None, _manque(ecarts, **cas))


def condition(circuit):
    """« Initiatives locales, dans La Matapédia, de moins de 25 000,00 $ »."""
    precisions = (
        PLURIELS.get(circuit.palier),
        PLURIELS.get(circuit.origine),
        circuit.lieux and f"dans {enumerer(circuit.lieux.values())}",
        _tranche(circuit.a_partir_de, circuit.moins_de),
    )
    phrase = ", ".join(filter(None, precisions))
    return f"Initiatives {phrase}" if phrase else "Toutes les initiatives"


def en_mots(etapes):
    """« Comité local → avis; Table régionale → décision »; `etapes` : [(instance, acte)]."""
    return "; ".join(f"{instance} → {acte.lower()}" for instance, acte in etapes)


def verifier(circuits, territoires, *, locale_sur_plusieurs):
    """Les constats : les cas sans circuit, les circuits qui ne servent jamais.

    `territoires` : {code: nom} de l'Alliance; `locale_sur_plusieurs` : une initiative locale peut en toucher plusieurs.
    """
    if not circuits:
        phrase = "Aucun circuit n’est décrit\u00a0: aucune initiative ne pourrait être décidée."
        return [Constat("erreur", phrase, SOURCE)]
    servis, trous = set(), []
    for cas, lieu, bande in _cas(circuits, territoires, locale_sur_plusieurs):
        choix = choisir(circuits, **cas, montant=bande[0])
        if choix.circuit is None:
            trous.append((cas["palier"], cas["origine"], bande, lieu))
        else:
            servis.add(choix.circuit.nom)
    manques = [Constat("avertissement", phrase, SOURCE) for phrase in _en_phrases(trous)]
    inutiles = [_inutile(circuit) for circuit in circuits if circuit.nom not in servis]
    return [*manques, *inutiles] or [
        Constat("fait", "Toute initiative, régionale ou locale, trouve son circuit.", SOURCE)
    ]


def enumerer(noms):
    *debut, dernier = noms
    return f"{', '.join(debut)} et {dernier}" if debut else dernier


def _ecarts(circuit, *, palier, territoires, origine, montant):
    """Ce qui écarte ce circuit, en phrases courtes."""
    if circuit.palier and circuit.palier != palier:
        yield f"initiatives {PLURIELS[circuit.palier]}"
    ailleurs = [nom for code, nom in territoires.items() if code not in circuit.lieux]
    if circuit.lieux and (ailleurs or not territoires):
        yield f"dans {enumerer(circuit.lieux.values())} seulement"
    if circuit.origine and circuit.origine != origine:
        yield f"initiatives {PLURIELS[circuit.origine]}"
    trop_petit = circuit.a_partir_de is not None and montant < circuit.a_partir_de
    if trop_petit or (circuit.moins_de is not None and montant >= circuit.moins_de):
        yield _tranche(circuit.a_partir_de, circuit.moins_de)


def _raison(retenu, *autres):
    sert = condition(retenu)
    dit = "" if sert.casefold() == retenu.nom.casefold() else f"\u00a0: {_minuscule(sert)}"
    phrase = f"Circuit «\u00a0{retenu.nom}\u00a0»{dit}."
    if not autres:
        return phrase
    noms = enumerer(f"«\u00a0{autre.nom}\u00a0»" for autre in autres)
    conviennent = "conviennent" if len(autres) > 1 else "convient"
    return f"{phrase} {noms} {conviennent} aussi\u00a0: l’ordre des circuits tranche."


def _manque(ecarts, *, palier, territoires, origine, montant):
    if not ecarts:
        return "L’Alliance n’a encore aucun circuit."
    ou = f", dans {enumerer(territoires.values())}" if territoires else ""
    initiative = f"une initiative {PALIERS[palier]} {ORIGINES[origine]}{ou}, de {en_dollars(montant)}"
    raisons = "; ".join(f"«\u00a0{circuit.nom}\u00a0» – {', '.join(motifs)}" for circuit, motifs in ecarts)
    return f"Aucun circuit ne prévoit {initiative}. {raisons}."


def _tranche(bas, haut):
    if haut is None:
        return f"de {en_dollars(bas)} et plus" if bas else ""
    return f"de {en_dollars(bas)} à moins de {en_dollars(haut)}" if bas else f"de moins de {en_dollars(haut)}"


def _minuscule(phrase):
    return phrase[:1].lower() + phrase[1:]


def _cas(circuits, territoires, locale_sur_plusieurs):
    """Un cas par palier, lieu, origine et tranche de montant que les circuits distinguent."""
    locaux = [({code: nom}, f"dans {nom}") for code, nom in territoires.items()]
    if locale_sur_plusieurs and len(territoires) > 1:
        locaux.append((territoires, "sur plusieurs territoires à la fois"))
    par_palier = {"regional": [(territoires, "")], "local": locaux or [({}, "")]}
    bornes = {borne for c in circuits for borne in (c.a_partir_de, c.moins_de) if borne}
    bandes = list(pairwise([Decimal(0), *sorted(bornes), None]))
    for palier, lieux in par_palier.items():
        for touches, lieu in lieux:
            for origine in ORIGINES:
                for bande in bandes:
                    yield {"palier": palier, "territoires": touches, "origine": origine}, lieu, bande


def _en_phrases(trous):
    """Les cas qui manquent, réunis : d'abord les tranches qui se suivent, puis les origines, puis les lieux."""
    tranches = _reunir(trous, lambda palier, origine, bande, lieu: ((palier, origine, lieu), bande))
    sortes = _reunir(
        [(cle, _joindre(bandes)) for cle, bandes in tranches.items()],
        lambda cle, bandes: ((cle[0], cle[2], bandes), cle[1]),
    )
    groupes = _reunir(
        [(cle, tuple(origines)) for cle, origines in sortes.items()],
        lambda cle, origines: ((cle[0], origines, cle[2]), cle[1]),
    )
    for (palier, origines, bandes), lieux in groupes.items():
        quoi = "" if len(origines) == len(ORIGINES) else f" {enumerer(ORIGINES[o] for o in origines)}"
        combien = enumerer([_tranche(*bande) for bande in bandes])
        ou = enumerer(lieux)
        precision = f"{quoi}{f' {ou}' if ou else ''}{f', {combien}' if combien else ''}"
        yield f"Aucun circuit pour une initiative {PALIERS[palier]}{precision}."


def _reunir(lignes, partager):
    groupes = defaultdict(list)
    for ligne in lignes:
        cle, valeur = partager(*ligne)
        groupes[cle].append(valeur)
    return groupes


def _joindre(bandes):
    """Deux tranches qui se touchent n'en font qu'une."""
    jointes = []
    for bas, haut in bandes:
        if jointes and jointes[-1][1] == bas:
            bas = jointes.pop()[0]
        jointes.append((bas, haut))
    return tuple(jointes)


def _inutile(circuit):
    return Constat(
        "conseil",
        f"«\u00a0{circuit.nom}\u00a0» ne sert jamais\u00a0: d’autres circuits, placés avant, prévoient tout ce qu’il "
        "prévoit.",
        SOURCE,
    )
