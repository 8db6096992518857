"""Un plan vraisemblable d'une trentaine de pages, pour éprouver l'impression. Les organismes sont fictifs."""

from tests.plans.exemples import contenu_exemple

TERRITOIRES = [
    ("07", "La Matapédia", True),
    ("08", "La Matanie", True),
    ("09", "La Mitis", True),
    ("10", "Rimouski-Neigette", False),
    ("11", "Les Basques", True),
    ("12", "Rivière-du-Loup", False),
    ("13", "Témiscouata", True),
    ("14", "Kamouraska", False),
]

PHRASES = [
    "La région réunit huit MRC où les distances, le vieillissement et la dispersion des services pèsent "
    "davantage sur les personnes qui ont peu de moyens.",
    "Les partenaires ont tenu quatorze rencontres entre l’hiver et l’automne, dont six ouvertes aux personnes "
    "qui vivent ou ont vécu la pauvreté.",
    "Chaque concertation territoriale a validé son portrait avant que la Table régionale choisisse les priorités.",
    "Le transport revient dans toutes les consultations : sans lui, l’aide alimentaire, la formation et les soins "
    "restent hors de portée.",
    "Le coût du logement a crû plus vite que les revenus, surtout pour les personnes seules et les familles "
    "monoparentales.",
    "Les organismes disent manquer de relève; la mise en commun des ressources humaines et matérielles est une "
    "réponse que la région expérimente déjà.",
    "La Table retient une définition large de la participation : siéger, être consulté, animer, évaluer.",
    "Les données de l’indice de vitalité économique placent cinq territoires parmi les plus fragiles du Québec.",
]

THEMES = [
    ("Une offre alimentaire digne et proche", "securite-alimentaire", "regional", [0, 1, 2, 3, 4, 5, 6, 7]),
    ("Se loger sans se priver de l’essentiel", "prevention", "regional", [0, 1, 2, 3, 4, 5, 6, 7]),
    ("Se déplacer pour travailler, se soigner et se rencontrer", "transport", "regional", [0, 1, 2, 4, 6]),
    ("Des centres-villes qui accueillent tout le monde", "itinerance", "local", [3, 5]),
    ("Regarder la pauvreté autrement", "prejuges", "regional", [0, 1, 2, 3, 4, 5, 6, 7]),
]

OBJECTIFS = [
    "Rendre accessible, à moins de vingt minutes de chaque domicile, un service de qualité et sans étiquette",
    "Renforcer la capacité des organismes et des municipalités à agir ensemble",
]

MOYENS = [
    (
        "Ouvrir un point de service de proximité dans quatre MRC, avec des heures le soir et la fin de semaine",
        "Quatre points de service ouverts trois jours par semaine",
        "Personnes vivant seules et familles à faible revenu",
    ),
    (
        "Mettre en commun l’entreposage, le transport et les achats des organismes de la région",
        "Une entente signée par douze organismes et un calendrier commun de livraison",
        "Organismes communautaires et personnes qu’ils accompagnent",
    ),
    (
        "Former et accompagner des personnes relais issues des milieux, avec dédommagement",
        "Trente personnes relais actives dans les huit territoires",
        "Personnes expertes de vécu, bénévoles, nouveaux arrivants",
    ),
]

COLLABORATEURS = [
    {
        "nom": "Direction de santé publique",
        "secteur": "sante",
        "contribution": "une ressource deux jours par semaine",
    },
    {"nom": "MRC", "secteur": "municipal", "contribution": "prêt de locaux"},
    {"nom": "Centre de services scolaire fictif", "secteur": "education", "contribution": ""},
]

INDICATEURS = [
    ("Personnes directement rejointes par année", "personnes", "1100", "2400", ""),
    ("Municipalités à moins de vingt minutes d’un service", "%", "52", "80", ""),
    (
        "Délai moyen avant un premier rendez-vous",
        "jours",
        "21",
        "7",
        "La cible est plus basse : on vise moins d’attente.",
    ),
]


def _cle(*rangs):
    return "00000000-0000-4000-8000-" + "".join(f"{rang:02d}" for rang in rangs).zfill(12)


def _texte(debut, paragraphes):
    phrases = [PHRASES[(debut + rang) % len(PHRASES)] for rang in range(5)]
    corps = "".join(
        f"<p>{' '.join(phrases[rang % 5 :] + phrases[: rang % 5])}</p>" for rang in range(paragraphes)
    )
    return (
        f"<p>{phrases[0]} {phrases[1]}</p><h3>Ce que disent les milieux</h3>{corps}"
        f"<ul><li>{phrases[2]}</li><li><strong>À retenir :</strong> {phrases[3]}</li><li>{phrases[4]}</li></ul>"
        f'<h4>Une précision</h4><p>{phrases[1]} Voir <a href="https://alliances.example/portrait">le portrait</a>.</p>'
    )


TABLEAU = (
    "<table><caption>Territoires et revenu</caption><thead><tr><th>Territoire</th><th>Faible revenu</th>"
    "<th>Indice</th></tr></thead><tbody>"
    + "".join(
        f'<tr><th scope="row">{nom}</th><td>{8 + rang} %</td><td>{"fragile" if fragile else "moyen"}</td></tr>'
        for rang, (_, nom, fragile) in enumerate(TERRITOIRES)
    )
    + "</tbody></table>"
)


def _moyen(p, o, m, codes):
    description, resultat, population = MOYENS[m]
    return {
        "id": p * 100 + o * 10 + m,
        "cle": _cle(3, p, o, m),
        "numero": f"{p + 1}.{o + 1}.{m + 1}",
        "description": description,
        "population": population,
        "territoires": codes,
        "personnes_visees": 400 * (m + 1) + 75 * p,
        "resultat_attendu": resultat,
        "responsable": "Corporation de développement communautaire fictive",
        "collaborateurs": COLLABORATEURS[: m + 1],
        "debut": "2025-04-01",
        "fin": "2028-03-31",
        "indicateurs": [
            {
                "id": p * 1000 + o * 100 + m * 10 + i,
                "cle": _cle(4, p, o, m, i),
                "numero": f"{p + 1}.{o + 1}.{m + 1}.{i + 1}",
                "nom": nom,
                "unite": unite,
                "depart": depart,
                "cible": cible,
                "echeance": "2028-03-31",
                "precision": precision,
            }
            for i, (nom, unite, depart, cible, precision) in enumerate(INDICATEURS[: 1 + (m + o) % 3])
        ],
    }


def _priorite(p):
    titre, thematique, palier, rangs = THEMES[p]
    codes = [TERRITOIRES[rang][0] for rang in rangs]
    return {
        "id": p + 1,
        "cle": _cle(1, p),
        "numero": str(p + 1),
        "titre": titre,
        "palier": palier,
        "territoires": codes,
        "thematique": thematique,
        "raison": f"<p>{PHRASES[p]} {PHRASES[(p + 3) % 8]}</p><h3>Ce que les personnes consultées ont dit</h3>"
        f"<p>{PHRASES[(p + 5) % 8]}</p>",
        "changement": f"<p>D’ici 2029, chaque territoire dispose d’une réponse stable. {PHRASES[(p + 6) % 8]}</p>",
        "articulation": f"<p>La région met en commun; chaque MRC anime. {PHRASES[(p + 2) % 8]}</p>",
        "personnes_visees": 2400 + 350 * p,
        "objectifs": [
            {
                "id": p * 10 + o,
                "cle": _cle(2, p, o),
                "numero": f"{p + 1}.{o + 1}",
                "titre": OBJECTIFS[o],
                "moyens": [_moyen(p, o, m, codes) for m in range(3)],
            }
            for o in range(2)
        ],
    }


def _siege(secteur, libelle, prevus, pourvus, droit="vote"):
    return {"secteur": secteur, "libelle": libelle, "prevus": prevus, "pourvus": pourvus, "droit": droit}


def _participation(exercice, axe, forme, etapes, niveau, personnes, rencontres):
    return {
        "exercice": exercice,
        "palier": "regional",
        "axe": axe,
        "forme": forme,
        "etapes": etapes,
        "niveau": niveau,
        "personnes": personnes,
        "rencontres": rencontres,
        "accompagnement": True,
        "dedommagement": axe != "benevolat",
        "aucune_action_motif": "",
    }


def grand_contenu():
    """Cinq priorités, dix objectifs, trente moyens, treize sections bien remplies."""
    contenu = contenu_exemple()
    contenu["alliance"]["territoires"] = [
        {"code": code, "nom": nom, "type": "MRC", "devitalise": devitalise}
        for code, nom, devitalise in TERRITOIRES
    ]
    contenu["secteurs"].append({"code": "education", "nom": "Institutions scolaires"})
    for rang, section in enumerate(contenu["sections"]):
        section["texte"] = _texte(rang, 3 if section["code"] in ("1a", "2a", "2c") else 1)
        if section["code"].startswith("10"):
            section["texte"] = f"<p>{PHRASES[rang % 8]}</p><p>{PHRASES[(rang + 4) % 8]}</p>"
    contenu["sections"][4]["texte"] += TABLEAU
    contenu["priorites"] = [_priorite(p) for p in range(len(THEMES))]
    etapes = [
        {"instance": "Concertation territoriale", "acte": "Recommandation"},
        {"instance": "Comité d’analyse régional", "acte": "Avis"},
        {"instance": "Table de développement social", "acte": "Décision"},
    ]
    contenu["gouvernance"]["circuits"] = [
        {"nom": "Initiatives locales", "condition": "Initiatives locales", "etapes": etapes},
        {"nom": "Initiatives régionales", "condition": "Initiatives régionales", "etapes": etapes[1:]},
    ]
    contenu["gouvernance"]["instances"] = [
        {
            "nom": "Table de développement social",
            "palier": "regional",
            "role": "decisionnelle",
            "sieges": [
                _siege("municipal", "MRC", 8, 8),
                _siege("sante", "Direction de santé publique", 2, 2),
                _siege("communautaire", "Corporations de développement communautaire", 8, 7),
                _siege("education", "Centres de services scolaires et cégeps", 3, 1),
                _siege("vecu", "Personnes expertes de vécu", 4, 2),
            ],
        },
        {
            "nom": "Comité d’analyse régional",
            "palier": "regional",
            "role": "consultative",
            "sieges": [
                _siege("municipal", "MRC", 2, 2, "consultatif"),
                _siege("vecu", "Personnes expertes de vécu", 2, 0, "consultatif"),
            ],
        },
    ]
    contenu["participation"] = [
        _participation(exercice, axe, forme, etapes, niveau, personnes, rencontres)
        for exercice in ("2024-2025", "2025-2026")
        for axe, forme, etapes, niveau, personnes, rencontres in [
            (
                "gouvernance",
                "Siège à l’instance régionale",
                ["Choix des priorités", "Suivi"],
                "Délibération",
                2,
                6,
            ),
            ("gouvernance", "Comité de personnes expertes de vécu", ["Portrait"], "Collaboration", 11, 9),
            ("projets", "Comité de pilotage d’un projet", ["Conception des projets"], "Discussion", 34, 22),
            ("benevolat", "Bénévolat", ["Mise en œuvre"], "Collaboration", 120, 0),
        ]
    ]
    return contenu


APPROBATIONS = [
    {
        "acte": "Adoption",
        "role": "Coordination de la Table",
        "nom": "Camille Exemple",
        "le": "2025-02-18",
        "reference": "Résolution 2025-02-14",
        "texte": "",
    },
    {
        "acte": "Dépôt",
        "role": "Signature",
        "nom": "Dominique Exemple",
        "le": "2025-03-01",
        "reference": "PAR-01-2025-001",
        "texte": "Je certifie que ce plan est celui que la Table a adopté.",
    },
    {
        "acte": "Avis favorable avec réserves",
        "role": "Direction de Services Québec",
        "nom": "Andrée Exemple",
        "le": "2025-03-20",
        "reference": "",
        "texte": "Le plan répond aux attentes.\n\nPréciser la relève en 2026.",
    },
]
