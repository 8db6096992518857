"""Du protocole à la liste de sa convention où les finances versent, ou inscrivent ce que l'organisme rend."""

from django.urls import reverse

from projets.protocoles.attentes.portees import tient
from projets.protocoles.models import Tranche
from projets.protocoles.permissions import peut_payer


def gestes_d_argent(utilisateur, vie):
    """[(libellé, adresse, s'il est le principal)]; la liste n'y montre que cette initiative."""
    protocole = vie.protocole
    dues = [t for t in protocole.tranches.all() if t.etat == Tranche.Etat.LIBEREE]
    rendues = [ligne for ligne in protocole.releve.all() if ligne.a_recuperer and vie.du]
    offerts = (
        ("Verser à l’organisme", "a_verser", "payer", dues),
        ("Inscrire un remboursement", "a_recuperer", "inscrire-remboursement", rendues),
    )
    for libelle, nom, geste, lignes in offerts:
        for ligne in lignes:
            ligne.protocole = protocole
        if tient(utilisateur, geste) and any(
            peut_payer(utilisateur, geste, ligne) is None for ligne in lignes
        ):
            liste = reverse(f"protocoles:{nom}", args=[protocole.convention.pk])
            yield libelle, f"{liste}?q={protocole.initiative.numero}", True
