"""Les journaux des dossiers d'une Alliance, et celui de la pièce « alliances ».

Une chaîne par Alliance et par journal; une autre pour ce qui est national.
"""

from django.db import models

from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import SUIVI, Role
from socle.models.chaines import RequeteDeChaine
from socle.models.journal import LigneDeJournal

VERBES = {"ajouter": "Ajout", "modifier": "Modification", "retirer": "Retrait", "deplacer": "Déplacement"}
CHOSES = {
    "circuit": "d’un circuit de décision",
    "contact": "d’une personne à joindre",
    "etape": "d’une étape du circuit",
    "incident": "d’un incident de confidentialité",
    "instance": "d’une instance",
    "organisme": "d’un organisme",
    "partie": "d’une partie à l’Alliance",
    "participation": "d’une ligne de participation",
    "profil": "du profil de gouvernance",
    "siege": "de sièges",
}
GESTES = {
    "charger-reference": "Données de référence chargées",
    "corriger": "Donnée corrigée par l’administration",
    "fixer-echeance": "Échéance du plan fixée par la convention",
    "ouvrir-clauses": "Clauses du protocole, version ouverte",
    "ecrire-clauses": "Clauses du protocole écrites",
    "approuver-clauses": "Clauses du protocole approuvées",
    "importer-initiatives": "Initiatives reprises d’un fichier",
    "defaire-import": "Import d’initiatives défait",
    "appuyer-mandat": "Mandat appuyé d’une résolution",
    "confirmer-mandat": "Mandat confirmé",
    "accepter-identite": "Changement d’identité accepté",
    "demander-identite": "Changement d’identité demandé",
    "refuser-identite": "Changement d’identité refusé",
    "retirer-identite": "Demande de changement d’identité retirée",
    "envoyer-invitation": "Personne invitée dans un organisme",
    "accepter-invitation": "Invitation dans un organisme acceptée",
    "refuser-invitation": "Invitation dans un organisme refusée",
    "retirer-invitation": "Invitation dans un organisme annulée",
    "demander-adhesion": "Adhésion à un organisme demandée",
    "accepter-adhesion": "Adhésion à un organisme acceptée",
    "refuser-adhesion": "Adhésion à un organisme refusée",
    "retirer-adhesion": "Demande d’adhésion retirée",
    "demander-engagement": "Engagement d’un organisme demandé",
    "accepter-engagement": "Engagement d’un organisme accepté",
    "refuser-engagement": "Engagement d’un organisme refusé",
    "retirer-engagement": "Demande d’engagement retirée",
    "fonder": "Administration nommée à l’installation",
    "nommer": "Mandat confié",
    "nommer-interim": "Intérim confié",
    "terminer-mandat": "Fin de mandat",
}


class JournalDeDossier(LigneDeJournal):
    """Une ligne du journal d'un dossier : la personne y agit en une des qualités qu'elle tient à l'Alliance."""

    ROLES = dict(Role.choices)

    class Meta(LigneDeJournal.Meta):
        abstract = True

    @classmethod
    def noter_pour(cls, alliance_id, geste, *, par, qualites, **champs):
        """Inscrit un geste; la qualité retenue est la première qui permet ce geste à la personne."""
        tenues = droits_de(par).pour(alliance_id) if par else set()
        role = next((role for role in (*qualites, *sorted(tenues)) if role in tenues), "")
        return cls.inscrire(cle=f"alliance-{alliance_id}", par=par, role=role, geste=geste, **champs)


class RequeteDuJournalAlliance(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(alliances_vues(utilisateur, SUIVI, "alliance"))


class JournalAlliance(JournalDeDossier):
    """Une ligne du journal d'une Alliance; sans Alliance, elle est nationale."""

    alliance = models.ForeignKey(
        "alliances.Alliance",
        models.PROTECT,
        verbose_name="alliance",
        related_name="journal",
        null=True,
        blank=True,
    )

    GESTES = GESTES
    objects = RequeteDuJournalAlliance.as_manager()

    class Meta(JournalDeDossier.Meta):
        verbose_name = "ligne du journal de l’Alliance"
        verbose_name_plural = "lignes du journal de l’Alliance"

    @classmethod
    def en_mots(cls, geste):
        """« Modification d’un organisme » pour « modifier-organisme »."""
        verbe, _, chose = geste.partition("-")
        if verbe in VERBES and chose in CHOSES:
            return f"{VERBES[verbe]} {CHOSES[chose]}"
        return super().en_mots(geste)

    @classmethod
    def noter(cls, *, alliance, par, geste, objet, **champs):
        """Inscrit un geste dans la chaîne de l'Alliance, ou dans la chaîne nationale."""
        cle = f"alliance-{alliance.pk}" if alliance else "national"
        return cls.inscrire(cle=cle, alliance=alliance, par=par, geste=geste, objet=objet, **champs)
