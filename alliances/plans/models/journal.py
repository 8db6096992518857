"""Le journal des plans : une chaîne par Alliance."""

from django.db import models

from alliances.models.journal import JournalDeDossier
from alliances.models.mandats import DE_L_ETAT, vues_selon
from alliances.plans.models.plans import MEMBRES, PlanAction
from alliances.plans.models.roles import qualites_du_geste
from socle.models.chaines import RequeteDeChaine

GESTES = {
    "ouvrir": "Version ouverte",
    "fixer-echeance": "Échéance du plan fixée par la convention",
    "confier": "Dossier confié",
    "adopter": "Plan adopté par la Table",
    "adopter-corrections": "Corrections adoptées par la Table",
    "rouvrir": "Plan rouvert",
    "deposer": "Plan déposé",
    "retirer": "Dépôt retiré",
    "commencer-examen": "Examen commencé",
    "terminer-analyse": "Analyse terminée",
    "reprendre-analyse": "Analyse reprise",
    "rendre-avis": "Avis rendu",
    "retourner": "Plan retourné à la Table",
    "approuver": "Plan approuvé",
    "refuser": "Plan refusé",
    "remplacer": "Version remplacée",
    "ouvrir-modification": "Modification ouverte",
    "traiter-correction": "Correction marquée comme faite",
    "reprendre-correction": "Correction reprise",
    "revoquer-correction": "Demande de correction révoquée",
    "terminer-section": "Section terminée",
    "rouvrir-section": "Section reprise",
    "reprendre": "Contenu repris",
    "joindre-annexe": "Annexe jointe",
    "retirer-annexe": "Annexe retirée",
    "retablir-annexe": "Annexe rétablie",
    "modifier-contact": "Personne à joindre changée",
    "corriger": "Donnée corrigée par l’administration",
    "supprimer-priorite": "Priorité supprimée",
    "supprimer-objectif": "Objectif supprimé",
    "supprimer-moyen": "Moyen supprimé",
    "supprimer-indicateur": "Indicateur supprimé",
    "retablir-priorite": "Priorité rétablie",
    "retablir-objectif": "Objectif rétabli",
    "retablir-moyen": "Moyen rétabli",
    "retablir-indicateur": "Indicateur rétabli",
}


class RequeteDuJournalPlan(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        """L'Alliance voit tout de son plan; l'État voit les gestes publics, pas la rédaction."""
        volets = (MEMBRES, models.Q()), (DE_L_ETAT, models.Q(public=True))
        return self.filter(vues_selon(utilisateur, "plan__alliance", *volets))


class JournalPlan(JournalDeDossier):
    """Une ligne du journal d'un plan. `public` : le geste se voit de l'État dès qu'il est posé."""

    plan = models.ForeignKey(PlanAction, models.PROTECT, verbose_name="plan", related_name="journal")
    version = models.ForeignKey(
        "plans.VersionPlan", models.PROTECT, verbose_name="version", related_name="journal", null=True
    )
    public = models.BooleanField("vu de l’État", default=False)

    GESTES = GESTES
    objects = RequeteDuJournalPlan.as_manager()

    class Meta(JournalDeDossier.Meta):
        verbose_name = "ligne du journal du plan"
        verbose_name_plural = "lignes du journal du plan"

    @classmethod
    def noter(cls, version, geste, *, par, objet=None, **champs):
        plan, qualites = version.plan, qualites_du_geste(geste)
        champs |= {"plan": plan, "version": version, "objet": objet or version}
        return cls.noter_pour(plan.alliance_id, geste, par=par, qualites=qualites, **champs)
