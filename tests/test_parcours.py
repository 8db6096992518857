"""Toute l'histoire d'un plan, sans JavaScript : cinq personnes, leurs pages, leurs liens, leurs formulaires."""

import time
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.porte_pdf import verifier_pdf
from tests.outils.visiteuse import Visiteuse

MOT_DE_PASSE = "essai-alliances"
SECTIONS = ("1a", "1b", "1c", "1d", "2a", "2b", "2c", "10a", "10b", "10c", "10d", "10e", "10f")
TEXTE = (
    "## Ce que fait la Table\n\nLa Table réunit ses partenaires chaque mois et **décide avec eux**. "
    + "Les personnes en situation de pauvreté préparent chaque rencontre et en reçoivent le suivi. " * 12
    + "\n\n- deux sièges réservés\n- un soutien au transport"
)
PRIORITE = {
    "Titre de la priorité": "Une offre alimentaire digne et proche",
    "Régional": True,
    "Tous les territoires": True,
    "Thématique nationale": "Sécurité alimentaire",
    "Pourquoi cette priorité": "La demande d’aide alimentaire augmente dans chaque MRC.",
    "Changement souhaité": "Chaque territoire dispose d’un lieu d’approvisionnement.",
    "Lien entre la région": "La région met en commun l’entreposage et le transport.",
    "Personnes visées par la priorité": "1 600",
}
MOYEN = {
    "Description du moyen": "Ouvrir une épicerie solidaire",
    "Population visée": "Personnes vivant seules",
    "Tous les territoires": True,
    "Personnes visées par le moyen": "1 600",
    "Résultat attendu": "Quatre points de service",
    "Responsable": "Corporation fictive",
    "Début": "2025-04-01",
    "Fin": "2028-03-31",
    "Organisme": "Direction de santé publique",
    "Secteur": "Santé publique et services sociaux",
    "Contribution": "Une ressource prêtée",
}
INDICATEUR = {
    "Indicateur": "Personnes rejointes",
    "Unité": "personnes",
    "Valeur de départ": "1 100",
    "Cible": "1 600",
    "Échéance": "2028-03-31",
}


def code_de_validation():
    """Le code à six chiffres du moment, pour la clé des personnes d'essai."""
    return format_hotp_value(hotp_value(fabriques.SECRET, int(time.time()) // 30))


def entrer(personne):
    """Se connecter par la page, avec la deuxième étape si elle est demandée."""
    visite = Visiteuse().ouvrir("/")
    visite.envoyer("Se connecter", {"Adresse courriel": personne.courriel, "Mot de passe": MOT_DE_PASSE})
    if "Code de validation" in visite.texte:
        visite.envoyer("Se connecter", {"Code": code_de_validation()})
    return visite.voir(f"Bonjour {personne.prenom}")


@pytest.fixture
def personnes(transactional_db):
    return fabriques.distribution()


def ecrire_le_plan(coordination):
    """Du plan vide au plan prêt, par les pages."""
    coordination.ouvrir("/").suivre("Ouvrir le plan d’action").envoyer("Ouvrir le plan")
    coordination.voir("Le plan est ouvert", "version 1").suivre("Personne à joindre")
    coordination.envoyer("Enregistrer")
    for code in SECTIONS:
        coordination.suivre(f"{code} –")
        saisie = {"Votre texte": TEXTE, "Oui, elle est prête": True}
        coordination.envoyer("Enregistrer et revenir au plan", saisie)
        coordination.voir(f"La section {code} est enregistrée.")
    coordination.suivre("Priorités, objectifs").suivre("Ajouter une priorité")
    coordination.envoyer("Enregistrer et ajouter un objectif", PRIORITE)
    objectif = {"Objectif": "Rendre accessible une offre alimentaire"}
    coordination.envoyer("Enregistrer et ajouter un moyen", objectif)
    coordination.envoyer("Enregistrer et ajouter un indicateur", MOYEN)
    coordination.envoyer("Enregistrer", INDICATEUR)
    coordination.voir("L’indicateur « Personnes rejointes » est enregistré.", "1.1.1")
    coordination.suivre("Revenir au plan").voir("15 sur 15")


def adopter(coordination):
    coordination.suivre("Vérifier le plan").suivre("Adopter le plan")
    adoption = {
        "Date de l’adoption": date(2025, 2, 1).isoformat(),
        "Numéro de la résolution": "2025-02-01",
        "Par consensus": True,
        "Résolution signée": fabriques.fichier_pdf(),
    }
    coordination.envoyer("Inscrire l’adoption", adoption).voir("L’adoption est inscrite")


def deposer(signature):
    """La personne autorisée suit sa tâche d'accueil jusqu'à la confirmation; retourne la référence."""
    signature.ouvrir("/").suivre("Déposer le plan")
    if "Je certifie" not in signature.texte:
        signature.suivre("Déposer le plan")
    signature.envoyer("Déposer le plan", {"Je certifie": True})
    return signature.voir("Le plan est déposé", "Votre référence", "Code de vérification du contenu déposé")


def demander(visite, section, texte):
    """Une demande de correction sur une section, préparée depuis l'examen."""
    visite.suivre(f"{section}")
    visite.envoyer("Préparer la demande", {"Incomplet": True, "Ce qu’il faut corriger": texte})
    return visite.voir("La demande est prête", texte)


def retourner(visite, adresse, motif):
    visite.ouvrir(adresse).suivre("Retourner à la Table")
    visite.envoyer("Retourner le plan à la Table", {"Mot d’accompagnement": motif})
    return visite.voir("Le plan est retourné à la Table")


def corriger(coordination, section, texte):
    """La Table corrige la partie visée, répond, et le plan peut repartir."""
    coordination.ouvrir("/").suivre("Corriger").voir("À corriger", texte).suivre(f"{section} –")
    saisie = {
        "Votre texte": TEXTE + "\n\nPrécision ajoutée.",
        "La correction demandée est faite": True,
        "Votre réponse": "La précision est au dernier paragraphe.",
        "Oui, elle est prête": True,
    }
    coordination.envoyer("Enregistrer et revenir au plan", saisie)
    coordination.voir("Toutes les corrections sont marquées comme faites")


def rendre_un_avis(direction, adresse):
    direction.ouvrir(adresse).suivre("Rendre l’avis")
    avis = {"Favorable avec réserves": True, "Texte de l’avis": "Le plan répond au guide; une réserve."}
    direction.envoyer("Rendre l’avis", avis).voir("L’avis est rendu")


def telecharger_le_pdf(visite, dossier):
    """Le document de la décision, comme chaque personne le reçoit de la page du dossier."""
    visite.ouvrir(dossier).voir("Décision")
    decision = [n for n in visite.noeuds if n.balise == "tr" and n.texte().startswith("Décision")][0]
    lien = next(n for n in decision.descendants() if n.balise == "a" and n.texte().startswith("PDF"))
    return visite.ouvrir(lien.lire("href")).telecharger()


@pytest.mark.django_db(transaction=True)
def test_un_plan_s_ecrit_se_depose_se_corrige_et_s_approuve_sans_javascript(personnes):
    visites = {role: entrer(personne) for role, personne in personnes.items()}
    coordination, signature, analyste = (visites[r] for r in ("coordination", "signature", "analyste"))
    direction, approbation = visites["direction"], visites["approbation"]

    ecrire_le_plan(coordination)
    adopter(coordination)
    deposer(signature)

    analyste.ouvrir("/").suivre("Examiner").voir("Premier dépôt de ce plan")
    examen = analyste.adresse
    demander(analyste, "1d", "Précisez le nombre de sièges réservés.")
    retourner(direction, examen, "Une section demande une précision.")

    corriger(coordination, "1d", "Précisez le nombre de sièges réservés.")
    deposer(signature)
    analyste.ouvrir(examen).voir("Modifications depuis le dépôt précédent", "Précision ajoutée.")
    rendre_un_avis(direction, examen)

    approbation.ouvrir(examen).voir("Favorable avec réserves")
    demander(approbation, "10a", "Indiquez la part des nouveaux projets.")
    retourner(approbation, examen, "Une précision financière est nécessaire.")
    corriger(coordination, "10a", "Indiquez la part des nouveaux projets.")
    deposer(signature)
    rendre_un_avis(direction, examen)

    approbation.ouvrir(examen).suivre("Approuver")
    decision = {
        "Date de la décision": aujourd_hui().isoformat(),
        "Numéro de la lettre": "2026-MIN-014",
        "Mot accompagnant": "Le plan répond aux besoins décrits.",
    }
    approbation.envoyer("Approuver le plan", decision)
    approbation.voir("Le plan est approuvé")
    dossier = approbation.suivre("Historique du plan").adresse

    documents = {telecharger_le_pdf(visite, dossier) for visite in visites.values()}
    assert len(documents) == 1, "chaque personne reçoit les mêmes octets"
    assert verifier_pdf(documents.pop()) == []
    coordination.ouvrir(dossier).voir("3 dépôts, 2 retours")
