"""Les quinze éléments que le plan doit préciser (guide 2024-2029, §4.2), dans l’ordre du guide."""

from alliances.plans.canevas.forme import Element

ELEMENTS = (
    Element(
        1,
        "problématiques et enjeux",
        "Ce que vivent les personnes en situation de pauvreté ou d’exclusion, dans la région et chez ses "
        "territoires, et les enjeux qui en découlent",
        (("section", "2a"),),
    ),
    Element(
        2,
        "priorités d’action",
        "Les priorités sur lesquelles la région choisit d’agir",
        (("plan", "priorites"),),
    ),
    Element(3, "objectifs", "Les objectifs rattachés à chaque priorité", (("priorite", "objectifs"),)),
    Element(4, "moyens", "Les moyens prévus pour atteindre chaque objectif", (("objectif", "moyens"),)),
    Element(5, "résultats attendus", "Le résultat attendu de chaque moyen", (("moyen", "resultat_attendu"),)),
    Element(
        6,
        "structure de gouvernance",
        "Qui décide, qui conseille et qui gère, au palier régional comme au palier local",
        (("section", "1a"), ("alliance", "instances")),
    ),
    Element(
        7,
        "démarche de mobilisation",
        "Comment les actrices et acteurs de la région et des territoires ont été mobilisés",
        (("section", "1c"),),
    ),
    Element(
        8,
        "zones de dévitalisation",
        "Les secteurs dévitalisés auxquels la région donne la préséance",
        (("section", "2c"),),
    ),
    Element(
        9,
        "collaborations et contributions",
        "Qui collabore à chaque moyen, et ce que chaque partenaire y apporte",
        (("moyen", "collaborateurs"),),
    ),
    Element(
        10,
        "mécanismes de participation",
        "Les mécanismes qui donnent une place aux personnes en situation de pauvreté ou d’exclusion dans la "
        "gouvernance de l’Alliance",
        (("section", "1d"), ("alliance", "participation")),
    ),
    Element(
        11,
        "gestion de l’enveloppe",
        "Comment l’enveloppe est gérée et répartie, d’une manière adaptée à la région et équitable",
        (("section", "10a"), ("alliance", "gouvernance")),
    ),
    Element(
        12,
        "dépôt des demandes",
        "Comment un organisme admissible dépose une demande d’aide financière",
        (("section", "10b"),),
    ),
    Element(
        13,
        "sélection et soutien",
        "Comment les initiatives sont choisies, soutenues et suivies, et à quel rythme",
        (("section", "10c"),),
    ),
    Element(
        14,
        "diffusion",
        "Comment l’information, les résultats et les bons coups circulent dans la région et vers les autres",
        (("section", "10f"),),
    ),
    Element(
        15,
        "indicateurs",
        "Les indicateurs qui serviront à suivre les résultats des initiatives soutenues",
        (("moyen", "indicateurs"), ("section", "10d")),
    ),
)
