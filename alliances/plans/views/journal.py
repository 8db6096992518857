"""Les lignes du journal d'un plan, en mots."""

from datetime import date

from django.utils.html import strip_tags
from django.utils.text import Truncator

from alliances.models import Role
from alliances.plans.models import VersionPlan
from socle.texte.typographie import date_longue

ROLES = dict(Role.choices)
# L'objet de ces gestes est la version elle-même : le nommer n'apprend rien.
SUR_LA_VERSION = {
    "ouvrir",
    "adopter",
    "rouvrir",
    "deposer",
    "retirer",
    "commencer-examen",
    "rendre-avis",
    "retourner",
    "approuver",
    "refuser",
    "remplacer",
    "ouvrir-modification",
    "reprendre",
}
DEJA_DITS = {
    "etat",
    "numero",
    "sha256",
    "tour",
}  # l'état a ses mots; le reste se lit dans le geste ou la pièce
SANS_VALEURS = {"terminer-section", "rouvrir-section"}  # le geste dit déjà ce qui change
NOMS = {
    "adoptee_le": "date d’adoption",
    "adoption_detail": "précision",
    "adoption_mode": "mode d’adoption",
    "avis_sens": "sens de l’avis",
    "echeance": "échéance",
    "priorites": "priorités",
    "reference": "référence",
    "reponse": "réponse",
    "resolution": "résolution",
    "resultat_attendu": "résultat attendu",
    "source": "reprise de",
    "telephone": "téléphone",
    "terminee": "terminée",
    "toutes_ouvertes": "toutes les sections ouvertes",
}
CODES = dict(VersionPlan.ModeAdoption.choices) | dict(VersionPlan.SensAvis.choices)
LONGUEUR = 300


def en_mots(ligne, etats):
    """Une ligne, dans la forme du composant de page; `etats` nomme les états pour la personne qui lit."""
    geste = ligne.en_mots(ligne.geste)
    if ligne.geste in SUR_LA_VERSION and ligne.version:
        geste = f"{geste} (version {ligne.version.numero})"
    elif ligne.geste not in SUR_LA_VERSION:
        geste = f"{geste} – {ligne.objet}"
    montree = ligne.geste not in SANS_VALEURS
    return {
        "le": ligne.inscrite_le,
        "qui": ligne.par.nom_complet if ligne.par else "Le système",
        "role": ROLES.get(ligne.role, ligne.role),
        "geste": geste,
        "motif": ligne.motif,
        "avant": montree and _valeurs(ligne.avant, etats),
        "apres": montree and _valeurs(ligne.apres, etats),
    }


def _valeurs(donnees, etats):
    """« Adoptée, à déposer; date d’adoption : 18 novembre 2026; résolution : CA-12 »."""
    dits = [etats[donnees["etat"]]] if donnees.get("etat") in etats else []
    for nom, valeur in donnees.items():
        if nom not in DEJA_DITS and valeur not in (None, "", []):
            dits.append(f"{NOMS.get(nom, nom.replace('_', ' '))}\xa0: {_valeur(valeur)}")
    return "; ".join(dits)


def _valeur(valeur):
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(str(v) for v in valeur)
    texte = str(valeur)
    try:
        return date_longue(date.fromisoformat(texte))
    except ValueError:
        return CODES.get(texte) or Truncator(strip_tags(texte)).chars(LONGUEUR)
