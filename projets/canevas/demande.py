"""Les onze parties d'une demande, dans l'ordre; la douzième page les relit, fait attester et dépose.

Une intention n'en montre que quatre; une demande abrégée les montre toutes, plus courtes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Partie:
    """`minutes` : ce qu'elle demande à qui la remplit au téléphone. `champs` : ceux d'`Initiative` qu'elle écrit.

    `rangees` : les relations qu'elle écrit ou que ses règles lisent; sa page les lit une fois, et elles seules.
    """

    code: str
    titre: str
    minutes: int
    champs: tuple = ()
    rangees: tuple = ()
    intention: bool = False


PARTIES = (
    Partie("organisme", "Votre organisme", 1, ("personne_ressource", "signataire")),
    Partie(
        "admissibilite",
        "Admissibilité",
        1,
        (
            "est_nouvelle",
            "rien_d_engage",
            "sans_immobilisation",
            "hors_mission",
            "sur_le_territoire",
            "sans_dette",
        ),
    ),
    Partie(
        "projet",
        "Le projet en bref",
        3,
        ("titre", "resume", "debut", "fin", "nature", "consensus"),
        intention=True,
    ),
    Partie(
        "besoin",
        "Le besoin et les personnes",
        4,
        ("besoin", "preuves", "place", "en_conception", "en_realisation", "au_suivi", "soutien"),
        ("populations", "personnes_prevues"),
        intention=True,
    ),
    Partie("territoires", "Territoires", 1, (), ("territoires",), intention=True),
    Partie(
        "priorites",
        "Priorités du plan",
        2,
        ("lien", "reponse_1", "reponse_2", "reponse_3"),
        ("territoires", "priorites"),
        intention=True,
    ),
    Partie("objectifs", "Objectifs, activités, cibles", 4, ("apres",), ("objectifs", "sources")),
    Partie("partenaires", "Partenaires", 3, (), ("partenaires", "sources")),
    Partie("depenses", "Dépenses", 4, (), ("depenses", "sources")),
    Partie("sources", "Sources", 3, (), ("depenses", "sources")),
    Partie("pieces", "Pièces", 2),
)
_PAR_CODE = {p.code: p for p in PARTIES}


def partie(code):
    """La partie de ce code; `KeyError` sinon."""
    return _PAR_CODE[code]


def parties_de(initiative):
    """Celles que cette demande remplit maintenant."""
    return [p for p in PARTIES if p.intention or not initiative.est_une_intention]
