"""Tirer le plan d'une Alliance de la banque de textes : ses noms, ses territoires, son échelle."""

from demonstration.lecture import fiche, textes


def plan_derive(alliance, *, nom_de_la_table, signataire, territoires):
    """Le plan d'une fiche de `alliances.toml`; `territoires` est une liste de (code, nom)."""
    mots = {
        "en": alliance["en"],
        "de": alliance["de"],
        "portrait": alliance["portrait"],
        "zones": alliance["zones"],
        "table": nom_de_la_table,
        "signataire": signataire,
        "nombre": str(len(territoires)),
        "territoires": ", ".join(nom for _, nom in territoires),
    }
    sections = textes("banque/sections") | (textes("banque/sections_ville") if alliance.get("ville") else {})
    return {
        "sections": {code: _completer(texte, mots) for code, texte in sections.items()},
        "priorites": [priorite_derivee(nom, alliance, territoires) for nom in alliance["priorites"]],
    }


def _completer(texte, mots):
    for cle, valeur in mots.items():
        texte = texte.replace(f"{{{cle}}}", valeur)
    return texte


def priorite_derivee(nom, alliance, territoires):
    """Une priorité de la banque, répartie sur les territoires et mise à l'échelle de la population."""
    modele = fiche(f"banque/priorites/{nom}")
    codes, echelle = [code for code, _ in territoires], alliance.get("echelle", 1)
    objectifs = [
        {
            "titre": objectif["titre"],
            "moyens": [_moyen(moyen, modele["comite"], codes, echelle) for moyen in objectif["moyens"]],
        }
        for objectif in modele["objectifs"]
    ]
    total = sum(moyen["personnes_visees"] for objectif in objectifs for moyen in objectif["moyens"])
    return {
        "titre": modele["titre"],
        "palier": "regional",
        "territoires": codes,
        "thematique": modele["thematique"],
        "raison": modele["raison"],
        "changement": modele["changement"],
        "articulation": modele["articulation"],
        "personnes_visees": total,
        "indicateurs": [_indicateur(i, len(codes) * echelle) for i in modele.get("indicateurs", ())],
        "objectifs": objectifs,
    }


def _moyen(modele, comite, codes, echelle):
    touches = _portee(modele["portee"], codes)
    facteur = len(touches) * echelle
    return {
        "description": modele["description"],
        "population": modele["population"],
        "territoires": touches,
        "personnes_visees": modele["personnes"] * facteur,
        "resultat_attendu": modele["resultat_attendu"],
        "responsable": f"{comite} de l’Alliance",
        "collaborateurs": modele["collaborateurs"],
        "debut": modele["debut"],
        "fin": modele["fin"],
        "indicateurs": [_indicateur(indicateur, facteur) for indicateur in modele["indicateurs"]],
    }


def _portee(portee, codes):
    """Tous les territoires, la première moitié ou l'autre; un territoire unique les vaut toutes."""
    milieu = (len(codes) + 1) // 2
    moities = {"tous": codes, "premiers": codes[:milieu], "derniers": codes[milieu:] or codes}
    return moities[portee]


def _indicateur(modele, facteur):
    facteur = facteur if modele.get("par_territoire") else 1
    return {
        "nom": modele["nom"],
        "unite": modele["unite"],
        "depart": modele["depart"] * facteur,
        "cible": modele["cible"] * facteur,
        "echeance": modele["echeance"],
    }
