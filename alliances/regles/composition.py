"""La composition des instances devant ce que le guide attend (guide 2024-2029, §3.1 et §3.2)."""

from dataclasses import dataclass

VECU = "vecu"
SOURCE = "Guide 2024-2029, §3.2"
SOURCE_VECU = "Guide 2024-2029, §3.1; évaluation 2017-2023"


@dataclass(frozen=True)
class Constat:
    """Une phrase à montrer; `niveau` vaut erreur, avertissement, conseil ou fait."""

    niveau: str
    message: str
    source: str
    lien: str = ""


def composition(instances, attendus):
    """Les constats, du plus au moins grave.

    `instances` : [{nom, palier, sieges: [{secteur, libelle, prevus, pourvus}]}]; `attendus` : {code: nom}
    des secteurs attendus autour de la Table.
    """
    if not instances:
        return [
            Constat(
                "erreur", "Aucune instance n’est décrite\u00a0: ajoutez au moins la Table régionale.", SOURCE
            )
        ]
    constats = [*_vecu(instances), *_secteurs(instances, attendus), *_vacants(instances)]
    return constats or [
        Constat("fait", "Tous les secteurs attendus siègent et aucun siège n’est vide.", SOURCE)
    ]


def _vecu(instances):
    presents = 0
    for instance in instances:
        sieges = [s for s in instance["sieges"] if s["secteur"] == VECU and s["prevus"]]
        pourvus = sum(s["pourvus"] for s in sieges)
        presents += pourvus
        if sieges and 1 in (pourvus, sum(s["prevus"] for s in sieges)):
            yield Constat(
                "avertissement",
                f"Une seule personne experte de vécu à «\u00a0{instance['nom']}\u00a0». À deux ou plus, il est "
                "plus facile de prendre la parole.",
                SOURCE_VECU,
            )
    if not presents:
        yield Constat("erreur", "Aucune personne experte de vécu ne siège aux instances.", SOURCE_VECU)


def _secteurs(instances, attendus):
    presents = {s["secteur"] for i in instances for s in i["sieges"] if s["pourvus"]}
    absents = [nom for code, nom in attendus.items() if code not in presents and code != VECU]
    if absents:
        yield Constat("avertissement", f"Secteurs attendus et absents\u00a0: {'; '.join(absents)}.", SOURCE)


def _vacants(instances):
    for instance in instances:
        vides = [(s["libelle"], s["prevus"] - s["pourvus"]) for s in instance["sieges"]]
        vides = [f"{libelle} ({nombre})" for libelle, nombre in vides if nombre > 0]
        if vides:
            yield Constat(
                "conseil",
                f"«\u00a0{instance['nom']}\u00a0»\u00a0: sièges vides – {', '.join(vides)}.",
                SOURCE,
            )
