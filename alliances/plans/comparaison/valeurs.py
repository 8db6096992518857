"""Les champs d'un contenu : leur nature, et leur valeur en mots."""

from alliances.regles.circuits import en_mots
from socle.texte.typographie import date_longue, nombre, pourcent

PALIERS = {"regional": "Régional", "local": "Local", "projet": "Projet"}
MOTS = {
    "palier": PALIERS,
    "gestion": {"centralisee": "Centralisée", "partagee": "Partagée", "deux_paliers": "À deux paliers"},
    "suivi": {"qualitatif": "Se décrit", "quantitatif": "Se compte"},
    "role": {"decisionnelle": "Décisionnelle", "consultative": "Consultative"},
    "axe": {"gouvernance": "Gouvernance", "projets": "Projets", "benevolat": "Bénévolat aux activités"},
}
DROITS = {"vote": "vote", "consultatif": "consultatif", "observation": "observation"}

# Natures dont la valeur est une liste de noms.
LISTES = {"territoires", "thematiques", "circuits", "sieges", "liste"}

GOUVERNANCE = (
    ("gestion", "Gestion du FQIS", "gestion"),
    ("decision_regionale", "Décision régionale", "texte"),
    ("decision_locale", "Décision locale", "texte"),
    ("part_regionale", "Part régionale", "pourcent"),
    ("modalite_propre", "Modalité propre", "texte"),
    ("circuits", "Circuits de décision", "circuits"),
)

NATURES = {
    "priorite": (
        ("titre", "Titre", "texte"),
        ("palier", "Palier", "palier"),
        ("territoires", "Territoires", "territoires"),
        ("thematique", "Thématique nationale", "thematique"),
        ("autres_thematiques", "Autres thématiques touchées", "thematiques"),
        ("liens", "Liens avec les priorités du territoire", "riche"),
        ("raison", "Pourquoi cette priorité", "riche"),
        ("changement", "Changement souhaité", "riche"),
        ("articulation", "Lien entre la région et ses territoires", "riche"),
        ("personnes_visees", "Personnes visées", "nombre"),
    ),
    "objectif": (("titre", "Objectif", "texte"),),
    "moyen": (
        ("description", "Description", "texte"),
        ("population", "Population", "texte"),
        ("territoires", "Territoires", "territoires"),
        ("personnes_visees", "Personnes visées", "nombre"),
        ("resultat_attendu", "Résultat attendu", "texte"),
        ("responsable", "Responsable", "texte"),
        ("debut", "Début", "date"),
        ("fin", "Fin", "date"),
    ),
    "indicateur": (
        ("nom", "Indicateur", "texte"),
        ("unite", "Unité", "texte"),
        ("depart", "Départ", "nombre"),
        ("cible", "Cible", "nombre"),
        ("nature", "Comment le suivre", "suivi"),
        ("cible_decrite", "Cible décrite", "texte"),
        ("echeance", "Échéance", "date"),
        ("precision", "Précision", "texte"),
    ),
    "collaborateur": (
        ("nom", "Organisme", "texte"),
        ("secteur", "Secteur", "secteur"),
        ("contribution", "Contribution", "texte"),
    ),
    "instance": (
        ("nom", "Instance", "texte"),
        ("palier", "Palier", "palier"),
        ("role", "Rôle", "role"),
        ("sieges", "Sièges", "sieges"),
    ),
    "participation": (
        ("territoire", "Territoire", "texte"),
        ("instance", "Instance", "texte"),
        ("niveau", "Niveau de participation", "texte"),
        ("etapes", "Étapes", "liste"),
        ("personnes", "Personnes", "nombre"),
        ("rencontres", "Rencontres", "nombre"),
        ("accompagnement", "Accompagnement", "oui"),
        ("dedommagement", "Dédommagement", "oui"),
        ("aucune_action_motif", "Motif de l’absence d’action", "texte"),
        ("modalite_propre", "Modalité propre", "texte"),
    ),
}


def lire(nature: str, valeur, contenu: dict):
    """La valeur en mots : une chaîne, ou une liste de chaînes pour les natures de `LISTES`."""
    if nature in LISTES:
        return [_ligne(nature, element, contenu) for element in valeur or ()]
    if valeur is None or valeur == "":
        return ""
    if nature in MOTS:
        return MOTS[nature].get(valeur, str(valeur))
    if nature in LECTURES:
        return LECTURES[nature](valeur)
    if nature == "thematique":
        return _nom(contenu.get("thematiques", ()), valeur)
    if nature == "secteur":
        return _nom(contenu.get("secteurs", ()), valeur)
    return str(valeur)


def renseignements(contenu: dict):
    """(code, titre, [(libellé, valeur)]) de l'en-tête; mêmes libellés pour tout contenu."""
    contact, alliance = contenu.get("contact") or {}, contenu.get("alliance") or {}
    yield (
        "contact",
        "Personne à joindre",
        [
            ("Nom", contact.get("nom", "")),
            ("Fonction", contact.get("fonction", "")),
            ("Courriel", contact.get("courriel", "")),
            ("Téléphone", contact.get("telephone", "")),
        ],
    )
    yield (
        "alliance",
        "Alliance",
        [
            ("Nom", alliance.get("nom", "")),
            ("Table régionale", alliance.get("table", "")),
            ("Signataires", list(alliance.get("signataires", ()))),
            ("Fiduciaire", alliance.get("fiduciaire", "")),
            ("Territoires", [territoire["nom"] for territoire in alliance.get("territoires", ())]),
        ],
    )


def _participation(ligne) -> str:
    palier, axe = PALIERS.get(ligne.get("palier"), ""), MOTS["axe"].get(ligne.get("axe"), "")
    return ", ".join(mot for mot in (ligne.get("exercice", ""), axe, palier, ligne.get("forme", "")) if mot)


LECTURES = {
    "nombre": nombre,
    "pourcent": pourcent,
    "date": date_longue,
    "oui": lambda valeur: "Oui" if valeur else "Non",
    "participation": _participation,
}


def _nom(elements, code) -> str:
    return next((element["nom"] for element in elements if element["code"] == code), str(code))


def _ligne(nature, element, contenu) -> str:
    if nature == "territoires":
        return _nom((contenu.get("alliance") or {}).get("territoires", ()), element)
    if nature == "thematiques":
        return _nom(contenu.get("thematiques", ()), element)
    if nature == "circuits":
        etapes = [(etape["instance"], etape["acte"]) for etape in element["etapes"]]
        return f"{element['nom']} ({element['condition']})\u00a0: {en_mots(etapes)}"
    if nature == "sieges":
        droit = DROITS.get(element.get("droit"), "")
        pourvus = f"{element.get('pourvus', 0)} pourvus sur {element.get('prevus', 0)}"
        return f"{element.get('libelle', '')} ({pourvus}{f', {droit}' if droit else ''})"
    return str(element)
