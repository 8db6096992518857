"""Ce qu'un avenant change à un protocole : {terme: valeur} d'où il part, ce qu'il propose, ce qui ne s'y peut pas.

Un terme se nomme par sa clé : « beneficiaire/identite », « date/fin », « tranche/3 », « objectif/12/activites »,
« depense/7/montant »; sa valeur est une donnée simple. Une proposition vide (`None`) ôte le terme. Rien ne se demande
à la base.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projets.protocoles.regles.echeancier import Prevue, ranger
from socle.texte.typographie import date_longue
from socle.valeurs.montants import ZERO, en_dollars

DATES = {"fin": "Fin du protocole", "rapport_final_le": "Rapport final attendu le"}
SORTES = ("beneficiaire", "date", "tranche", "objectif", "depense")  # dans l'ordre où ils se lisent
CONDITIONS = {
    "signature": "à la signature",
    "rapport": "après l’acceptation du rapport",
    "date": "à sa date",
}


def sorte_de(cle):
    return cle.split("/")[0]


def appliquer(base, propositions):
    """Les termes, une fois proposés."""
    return {cle: valeur for cle, valeur in (base | propositions).items() if valeur is not None}


def reprendre(base, actuels, propositions):
    """Les mêmes propositions, sur ce qui vaut maintenant; celles dont le terme a bougé tombent : (gardées, tombées)."""
    tombees = {cle for cle in propositions if base.get(cle) != actuels.get(cle)}
    gardees = {c: v for c, v in propositions.items() if c not in tombees and v != actuels.get(c)}
    return gardees, sorted(tombees)


def en_sous(montant):
    """Au cent, et toujours écrit pareil : deux sommes égales se comparent égales."""
    return f"{montant:.2f}"


# --- Les versements -----------------------------------------------------------------------------------------


def tranche_en_valeur(prevue, verse=ZERO):
    """`verse` : ce qui en est déjà payé; entamée, elle ne change plus."""
    return {
        "part": prevue.part,
        "montant": en_sous(prevue.montant),
        "condition": prevue.condition,
        "prevue_le": prevue.prevue_le.isoformat(),
        "retenue": prevue.retenue,
        "verse": en_sous(verse),
    }


def est_entamee(valeur):
    return Decimal(valeur["verse"]) > 0


def en_prevue(valeur):
    return Prevue(
        valeur["part"],
        Decimal(valeur["montant"]),
        valeur["condition"],
        date.fromisoformat(valeur["prevue_le"]),
        valeur["retenue"],
    )


def tranches_de(termes):
    """{rang: valeur} des versements à venir, dans l'ordre des rangs."""
    siennes = {int(cle.split("/")[1]): v for cle, v in termes.items() if sorte_de(cle) == "tranche"}
    return dict(sorted(siennes.items()))


def versements_proposes(base, prevues, *, suivant):
    """Les propositions qui mènent à ces versements : le même reste à son rang, un autre prend le rang `suivant`.

    `prevues` : tous ceux qu'on peut encore changer; les entamés restent d'eux-mêmes.
    """
    restent = [tranche_en_valeur(prevue) for prevue in ranger(prevues)]
    propositions = {}
    for rang, valeur in tranches_de(base).items():
        if est_entamee(valeur):
            continue
        if valeur in restent:
            restent.remove(valeur)
        else:
            propositions[f"tranche/{rang}"] = None
    return propositions | {f"tranche/{suivant + n}": valeur for n, valeur in enumerate(restent)}


def promis(termes):
    """{part: dollars} de ce qui est prévu, et pas encore tout versé."""
    sommes = Counter()
    for valeur in tranches_de(termes).values():
        sommes[valeur["part"]] += Decimal(valeur["montant"])
    return sommes


def liberes(base, termes):
    """{part: dollars} que l'avenant ne promet plus; négatif, il promettrait davantage."""
    avant, apres = promis(base), promis(termes)
    return {part: avant[part] - apres[part] for part in sorted({*avant, *apres})}


def hausses(base, termes, noms):
    """Une phrase par somme qui monterait."""
    for part, libere in liberes(base, termes).items():
        if libere < 0:
            yield (
                f"«\xa0{noms[part]}\xa0»\xa0: {en_dollars(-libere)} de plus que ce qui est promis. Une hausse n’est "
                "pas un avenant\xa0: elle demande une décision."
            )


def fautes_de_rapports(base, termes, recus):
    """Ce que les rapports déjà reçus interdisent; `recus` : {date attendue: s'il est accepté}."""
    avant, apres = _attendus(base), _attendus(termes)
    neuves = {v["prevue_le"] for rang, v in tranches_de(termes).items() if f"tranche/{rang}" not in base}
    for jour, accepte in recus.items():
        iso = jour.isoformat()
        if accepte and iso in neuves & apres:
            yield (
                f"Le rapport du {date_longue(jour)} est déjà accepté\xa0: un nouveau versement ne l’attend plus. "
                "Donnez-lui une autre date, ou une autre condition."
            )
        if not accepte and iso in avant - apres:
            yield f"Le rapport du {date_longue(jour)} est reçu\xa0: acceptez-le avant de changer ce qu’il libère."


def _attendus(termes):
    return {v["prevue_le"] for v in tranches_de(termes).values() if v["condition"] == "rapport"}


# --- En mots ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changement:
    """Un terme avant et après, en mots."""

    cle: str
    nom: str
    avant: str
    apres: str


PROPOSES = ("Nouveau", "Ne se fera pas")  # un versement qui manque avant, ou après
A_BOUGE = ("Pas encore prévu", "versé ou annulé")


def changements(base, termes, noms, *, absents=PROPOSES):
    """Ce qui change, dans l'ordre des termes; `noms` : {clé: son nom}, et {part: son enveloppe}."""
    cles = [cle for cle in {**base, **termes} if base.get(cle) != termes.get(cle)]
    return [
        Changement(cle, noms.get(cle) or _nom(cle), *_mots(cle, base, termes, noms, absents))
        for cle in sorted(cles, key=_ordre)
    ]


def _ordre(cle):
    sorte, *suite = cle.split("/")
    return SORTES.index(sorte), [(len(bout), bout) for bout in suite]


def _nom(cle):
    sorte, quoi = cle.split("/")[:2]
    if sorte == "beneficiaire":
        return "Bénéficiaire"
    return DATES[quoi] if sorte == "date" else f"Versement {quoi}"


def _mots(cle, base, termes, noms, absents):
    return tuple(
        _dire(cle, valeurs[cle], noms) if cle in valeurs else mot
        for valeurs, mot in zip((base, termes), absents, strict=True)
    )


def _dire(cle, valeur, noms):
    if sorte_de(cle) == "beneficiaire":
        return valeur["dit"]
    if sorte_de(cle) == "date":
        return date_longue(date.fromisoformat(valeur))
    if sorte_de(cle) == "tranche":
        return _versement(valeur, noms)
    return en_dollars(Decimal(valeur)) if cle.endswith("/montant") else valeur or "–"


def _versement(valeur, noms):
    jour = date_longue(date.fromisoformat(valeur["prevue_le"]))
    retenu = ", retenu jusqu’au rapport final" if valeur["retenue"] else ""
    montant = en_dollars(Decimal(valeur["montant"]))
    if est_entamee(valeur):
        montant += f", dont {en_dollars(Decimal(valeur['verse']))} versés"
    return f"{montant}, {CONDITIONS[valeur['condition']]}, {jour}{retenu}. À même\xa0: {noms[valeur['part']]}"
