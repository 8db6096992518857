"""Un contenu de plan complet et valide, sous la forme que partagent écran, PDF, règles et comparaison."""

from copy import deepcopy

TITRES = {
    "1a": "Structure de gouvernance",
    "1b": "Transition et liens avec d’autres plans",
    "1c": "Mobilisation et concertation",
    "1d": "Participation des personnes en situation de pauvreté ou d’exclusion sociale",
    "2a": "Portrait et enjeux",
    "2b": "Préoccupations transversales",
    "2c": "Zones de dévitalisation et personnes plus touchées",
    "10a": "Suivi financier du FQIS",
    "10b": "Dépôt des demandes d’aide financière",
    "10c": "Sélection et soutien des initiatives",
    "10d": "Suivi des indicateurs",
    "10e": "Efforts pour rejoindre les personnes",
    "10f": "Diffusion de l’information, des résultats et des pratiques gagnantes",
}

TEXTE = (
    "<p>" + "La Table réunit les partenaires de la région et prépare ses décisions avec eux. " * 6 + "</p>"
)


def _indicateur():
    return {
        "id": 31,
        "cle": "00000000-0000-4000-8000-000000000031",
        "numero": "1.1.1.1",
        "nom": "Personnes rejointes chaque année",
        "unite": "personnes",
        "depart": "1100",  # chaîne décimale ou None
        "cible": "1600",
        "nature": "quantitatif",
        "cible_decrite": "",
        "echeance": "2028-03-31",
        "precision": "",  # un mot pour expliquer une cible inférieure au départ
    }


def _moyen():
    return {
        "id": 21,
        "cle": "00000000-0000-4000-8000-000000000021",
        "numero": "1.1.1",
        "description": "Ouvrir une épicerie solidaire dans quatre MRC",
        "population": "Personnes vivant seules et familles à faible revenu",
        "territoires": ["07", "08"],
        "personnes_visees": 1600,
        "resultat_attendu": "Quatre points de service ouverts trois jours par semaine",
        "responsable": "Corporation de développement communautaire fictive",
        "collaborateurs": [
            {"nom": "Direction de santé publique", "secteur": "sante", "contribution": "Une ressource prêtée"}
        ],
        "debut": "2025-04-01",
        "fin": "2028-03-31",
        "indicateurs": [_indicateur()],
    }


def _priorite():
    return {
        "id": 1,
        "cle": "00000000-0000-4000-8000-000000000001",
        "numero": "1",
        "titre": "Une offre alimentaire digne et proche",
        "palier": "regional",  # regional | local
        "territoires": ["07", "08"],
        "thematique": "securite-alimentaire",
        "raison": "<p>La demande d’aide alimentaire augmente et les distances limitent l’accès.</p>",
        "changement": "<p>Chaque MRC dispose d’un lieu d’approvisionnement digne.</p>",
        "autres_thematiques": [],
        "liens": "<p>La priorité rejoint la planification de développement social de la région.</p>",
        "articulation": (
            "<p>La région met en commun l’entreposage; chaque MRC anime son point de service.</p>"
        ),
        "personnes_visees": 1600,  # total déclaré pour la priorité, ou None
        "objectifs": [
            {
                "id": 11,
                "cle": "00000000-0000-4000-8000-000000000011",
                "numero": "1.1",
                "titre": "Rendre accessible une offre alimentaire à moins de 20 minutes",
                "moyens": [_moyen()],
            }
        ],
    }


CONTENU = {
    "format": 1,
    "alliance": {
        "id": 1,
        "nom": "Alliance du Bas-Saint-Laurent",
        "slug": "bas-saint-laurent",
        "regions": [{"code": "01", "nom": "Bas-Saint-Laurent"}],
        "table": "Table de développement social du Bas-Saint-Laurent",
        "signataires": ["Collectif régional de développement du Bas-Saint-Laurent"],
        "fiduciaire": "",
        "territoires": [
            {"code": "07", "nom": "La Matapédia", "type": "MRC", "devitalise": True},
            {"code": "08", "nom": "La Matanie", "type": "MRC", "devitalise": True},
        ],
    },
    "cycle": {
        "code": "2024-2029",
        "debut": "2024-11-01",
        "fin": "2029-10-31",
        "fin_realisation": "2029-03-31",
    },
    "echeance": "2025-03-31",  # date limite de dépôt de ce plan
    "thematiques": [
        {"code": "securite-alimentaire", "nom": "Sécurité alimentaire", "recommandee": True},
        {
            "code": "prevention",
            "nom": "Prévention de la pauvreté et de l’exclusion sociale",
            "recommandee": True,
        },
        {"code": "prejuges", "nom": "Lutte contre les préjugés", "recommandee": True},
        {"code": "itinerance", "nom": "Centres-villes et itinérance", "recommandee": True},
        {"code": "transport", "nom": "Transport", "recommandee": False},
    ],
    "secteurs": [  # secteurs d’acteurs attendus autour de la table (guide 2024-2029, §3.2)
        {"code": "municipal", "nom": "MRC et municipalités"},
        {"code": "sante", "nom": "Santé publique et services sociaux"},
        {"code": "communautaire", "nom": "Organismes communautaires et philanthropiques"},
    ],
    "version": {
        "numero": 1,
        "motif": "",
        "etat": "brouillon",
        "adoptee_le": None,
        "resolution": "",
        "mode_adoption": "",  # consensus | vote
        "deposee_le": None,
        "approuvee_le": None,
    },
    "contact": {
        "nom": "Personne-ressource de la Table",
        "fonction": "Coordination",
        "courriel": "coordination@alliances.example",
        "telephone": "418 555-0100",
    },
    "sections": [
        {"id": n, "code": code, "titre": titre, "texte": TEXTE, "terminee": True}
        for n, (code, titre) in enumerate(TITRES.items(), start=1)
    ],
    "priorites": [_priorite()],
    "gouvernance": {
        "gestion": "partagee",  # centralisee | partagee | deux_paliers
        "decision_regionale": "Table régionale",
        "decision_locale": "Concertations territoriales",
        "part_regionale": "25",  # pour cent, chaîne décimale ou None
        "circuits": [
            {
                "nom": "Toute initiative",
                "condition": "Toutes les initiatives",
                "etapes": [{"instance": "Table régionale", "acte": "Décision"}],
            }
        ],
        "instances": [
            {
                "nom": "Table de développement social",
                "palier": "regional",
                "role": "decisionnelle",  # decisionnelle | consultative
                "sieges": [
                    {"secteur": "municipal", "libelle": "MRC", "prevus": 8, "pourvus": 8, "droit": "vote"},
                    {
                        "secteur": "vecu",
                        "libelle": "Personnes expertes de vécu",
                        "prevus": 2,
                        "pourvus": 2,
                        "droit": "vote",
                    },
                    {"secteur": "sante", "libelle": "CISSS", "prevus": 1, "pourvus": 1, "droit": "vote"},
                    {
                        "secteur": "communautaire",
                        "libelle": "CDC",
                        "prevus": 2,
                        "pourvus": 2,
                        "droit": "vote",
                    },
                ],
            }
        ],
    },
    "participation": [
        {
            "exercice": "2024-2025",
            "palier": "regional",
            "axe": "gouvernance",  # gouvernance | projets | benevolat : jamais additionnés
            "forme": "Siège à l’instance régionale",
            "etapes": ["Choix des priorités", "Suivi"],
            "niveau": "Délibération",
            "personnes": 2,
            "rencontres": 6,
            "accompagnement": True,
            "dedommagement": True,
            "aucune_action_motif": "",
        }
    ],
}


def contenu_exemple():
    """Une copie neuve, que l’essai peut abîmer à sa guise."""
    return deepcopy(CONTENU)


def contenu_sans_reproche():
    """Un plan dont les règles n’ont rien à dire : quatre priorités nationales, tous les secteurs attendus."""
    contenu = contenu_exemple()
    contenu["priorites"] = [
        priorite_numerotee(rang, thematique)
        for rang, thematique in enumerate(("securite-alimentaire", "prevention", "prejuges", "itinerance"), 1)
    ]
    return contenu


def priorite_numerotee(rang, thematique):
    """Une copie de la priorité d’exemple, avec ses propres clés, ses numéros et trois secteurs à l’œuvre."""
    priorite = _priorite()
    objectif = priorite["objectifs"][0]
    moyen = objectif["moyens"][0]
    indicateur = moyen["indicateurs"][0]
    moyen["collaborateurs"] = [
        {"nom": f"Partenaire {secteur}", "secteur": secteur, "contribution": "Un local prêté"}
        for secteur in ("municipal", "sante", "communautaire")
    ]
    for element in (priorite, objectif, moyen, indicateur):
        element["id"] = rang * 100 + element["id"]
        element["cle"] = f"{rang:08d}{element['cle'][8:]}"
        element["numero"] = f"{rang}{element['numero'][1:]}"
    priorite |= {"titre": f"{priorite['titre']} ({thematique})", "thematique": thematique}
    return priorite
