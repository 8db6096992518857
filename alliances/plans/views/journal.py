"""Les lignes du journal d'un plan, en mots."""

from django.utils.html import strip_tags
from django.utils.text import Truncator

from alliances.plans.models import VersionPlan
from socle.pages.journaux import ligne_en_mots, valeur_en_mots, valeurs_en_mots

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
DEJA_DITS = {"numero", "sha256", "tour"}  # ils se lisent dans le geste ou la pièce
SANS_VALEURS = {"terminer-section", "rouvrir-section"}  # le geste dit déjà ce qui change
NOMS = {
    "adoptee_le": "date d’adoption",
    "adoption_detail": "précision",
    "adoption_mode": "mode d’adoption",
    "avis_sens": "sens de l’avis",
    "decision_du": "décision du",
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
    tues = ligne.geste in SANS_VALEURS
    return ligne_en_mots(
        ligne, geste, lambda donnees: "" if tues else _valeurs(donnees), etats=etats, service="Le système"
    )


def _valeurs(donnees):
    """« date d’adoption : 18 novembre 2026; résolution : CA-12 »."""
    reste = {nom: valeur for nom, valeur in donnees.items() if nom not in DEJA_DITS}
    noms = {nom: nom.replace("_", " ") for nom in reste} | NOMS
    return valeurs_en_mots(reste, noms, _valeur)


def _valeur(nom, valeur):
    mots = valeur_en_mots(nom, valeur)
    if not isinstance(valeur, str):
        return mots
    return CODES.get(mots) or Truncator(strip_tags(mots)).chars(LONGUEUR)
