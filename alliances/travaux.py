"""Le courriel d'invitation, qui ouvre un compte. Sa clé ne s'écrit nulle part."""

from django.conf import settings

from alliances.models.invitations import attend_son_mot_de_passe
from socle.annonces import courriels


@courriels.genre("invitation")
def invitation(courriel):
    """Le lien où choisir un mot de passe, à qui n'en a pas encore; sinon, rien."""
    if not attend_son_mot_de_passe(courriel.destinataire):
        return None
    return courriels.ecrire(
        courriel,
        f"Invitation\u00a0: {settings.IDENTITE_NOM}",
        "alliances/courriels/invitation.txt",
        adresse=courriels.adresse_du_mot_de_passe(courriel.destinataire),
        oubli=courriels.adresse_de("account_reset_password"),
        heures=settings.PASSWORD_RESET_TIMEOUT // 3600,
    )
