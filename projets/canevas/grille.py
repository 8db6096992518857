"""La grille usuelle : sept critères pondérés, cinq niveaux nommés chacun; l'appel la change à son gré.

Critères et poids : dossier des initiatives réelles, C.1 (aucune grille nationale n'est publique).
"""

GRILLE_USUELLE = (
    (
        "Le besoin et la priorité du plan",
        25,
        (
            "Absent, ou sans lien avec une priorité",
            "Affirmé",
            "Plausible, appuyé sur des données générales",
            "Montré par des faits locaux",
            "Montré par des faits locaux et par les personnes elles-mêmes",
        ),
    ),
    (
        "Les partenaires et la mise en commun",
        20,
        (
            "Aucun partenaire",
            "Des appuis en paroles",
            "Un partenaire qui apporte quelque chose",
            "Deux secteurs au moins apportent quelque chose",
            "Des apports confirmés de plusieurs secteurs, qui se complètent",
        ),
    ),
    (
        "La place des personnes concernées",
        15,
        (
            "Aucune",
            "Elles reçoivent le service",
            "Elles sont consultées",
            "Elles prennent part à une étape, avec un soutien",
            "Elles prennent part à la conception, à la réalisation et au suivi, avec un soutien",
        ),
    ),
    (
        "Le réalisme et les cibles",
        15,
        (
            "Rien ne se tient",
            "Des intentions sans calendrier",
            "Un calendrier, des cibles vagues",
            "Des cibles mesurées et datées",
            "Activités, calendrier, budget et cibles se tiennent",
        ),
    ),
    (
        "La capacité de l’organisme",
        10,
        (
            "Rien ne la montre",
            "Organisme ou équipe à bâtir",
            "Une expérience voisine",
            "Une expérience du sujet ou du milieu",
            "Une expérience du sujet et du milieu, et l’équipe en place",
        ),
    ),
    (
        "Le montage financier",
        10,
        (
            "Déséquilibré ou incomplet",
            "Une seule source",
            "Deux sources, demandées",
            "Des sources diverses, en partie confirmées",
            "Des sources diverses, confirmées pour l’essentiel",
        ),
    ),
    (
        "Les effets qui durent",
        5,
        (
            "Rien n’est prévu après",
            "Un souhait",
            "Une piste",
            "Un engagement d’un partenaire",
            "Ce qui reste est prévu et confirmé",
        ),
    ),
)
