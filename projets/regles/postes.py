"""Le poste que nomme la ligne d'un tableur : par ses premiers mots, sinon par un mot qui n'est que d'un poste."""

import re

from socle.valeurs.alphabet import normaliser

MOT = 4  # lettres : plus court, un mot ne dit rien d'un poste
PARTOUT = frozenset({"frais", "cout", "couts", "depense", "depenses", "personnes"})


def poste_de(nom, postes):
    """Le code de ce poste dans {code: libellé}, ou `None` : aucun ne s'y reconnaît, ou plusieurs."""
    cherche = normaliser(nom)
    exacts = {code for code, libelle in postes.items() if cherche in (normaliser(libelle), normaliser(code))}
    debuts = {code for code, libelle in postes.items() if cherche and _commence(libelle, cherche)}
    proches = {code for code, libelle in postes.items() if _partagent(_mots(nom), _mots(libelle))}
    trouves = exacts or debuts or proches
    return next(iter(trouves)) if len(trouves) == 1 else None


def se_lit_dans(nom, libelle):
    """Le nom n'ajoute rien au libellé : ce sont ses premiers mots."""
    return _commence(libelle, normaliser(nom))


def _commence(libelle, cherche):
    suite = normaliser(libelle).removeprefix(cherche)
    return suite != normaliser(libelle) and not suite[:1].isalpha()


def _mots(texte):
    mots = re.findall(r"[a-z]+", normaliser(texte))
    return {mot for mot in mots if len(mot) >= MOT} - PARTOUT


def _partagent(uns, autres):
    """« salaire » et « salaires » sont le même mot."""
    return any(un.startswith(autre) or autre.startswith(un) for un in uns for autre in autres)
