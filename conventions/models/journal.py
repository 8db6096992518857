"""Le journal des conventions : une chaîne par Alliance."""

from django.db import models
from django.db.models import Q

from alliances.models import Role
from alliances.models.journal import JournalDeDossier
from alliances.models.mandats import DE_L_ETAT, vues_selon
from conventions.models.roles import qualites_du_geste
from socle.models.chaines import RequeteDeChaine

GESTES = {
    # Les enveloppes
    "ouvrir-enveloppes": "Enveloppes ouvertes",
    "dresser-arbre": "Enveloppes d’un exercice créées",
    "ajouter-enveloppe": "Enveloppe ajoutée",
    "renommer-enveloppe": "Enveloppe renommée",
    "retirer-enveloppe": "Enveloppe retirée",
    "repartir": "Répartition enregistrée en brouillon",
    "adopter-repartition": "Répartition adoptée",
    "demander-transfert": "Transfert demandé",
    "approuver-transfert": "Transfert approuvé",
    "refuser-transfert": "Transfert refusé",
    "retirer-transfert": "Transfert retiré",
    "fermer-transfert": "Transfert fermé avec la convention",
    "preparer-report": "Report préparé",
    "adopter-report": "Report adopté, soldes passés à l’exercice suivant",
    "clore-exercice": "Exercice clos",
    "rouvrir-exercice": "Réouverture d’un exercice demandée",
    "approuver-reouverture": "Exercice rouvert",
    "demander-annulation": "Annulation demandée",
    "approuver-annulation": "Annulation approuvée, mouvement contrepassé",
    "annuler-recuperation": "Annulation d’une récupération demandée",
    "approuver-annulation-recuperation": "Récupération annulée",
    "annuler-confirmation": "Annulation d’une confirmation demandée",
    "approuver-annulation-confirmation": "Annulation d’une confirmation approuvée",
    "refuser-annulation": "Demande d’annulation refusée",
    "retirer-annulation": "Demande d’annulation retirée",
    "fermer-annulation": "Demande d’annulation fermée avec la convention",
    "depenser": "Dépense inscrite",
    "contrepasser-depense": "Dépense contrepassée",
    "remettre": "Remise à un territoire",
    "contrepasser-remise": "Remise contrepassée",
    "joindre-preuve": "Pièce jointe à une dépense ou à une remise",
    "recevoir-remise": "Remise reçue par le territoire",
    "payer": "Versement à un organisme",
    "contrepasser-paiement": "Versement à un organisme contrepassé",
    "inscrire-remboursement": "Remboursement reçu d’un organisme",
    "contrepasser-remboursement": "Remboursement d’un organisme contrepassé",
    # Les avenants
    "transmettre-avenant": "Avenant transmis aux parties",
    "signer-avenant": "Avenant signé par une partie",
    "appliquer-avenant": "Avenant en vigueur",
    "reprendre-avenant": "Avenant repris sur la convention actuelle",
    "abandonner-avenant": "Avenant abandonné",
    # Les versements du Ministère
    "etablir-echeancier": "Échéancier établi",
    "liberer": "Versement libéré",
    "defaire-liberation": "Versement redevenu prévu",
    "recommander": "Versement recommandé",
    "autoriser": "Versement autorisé",
    "arreter-versement": "Versement arrêté, bénéficiaire changé",
    "identite-partie": "Identité d’une partie changée",
    "verser": "Versement confirmé",
    "annuler-virement": "Confirmation d’un virement annulée",
    "suspendre-versement": "Versement suspendu",
    "reprendre-versement": "Versement repris",
    "annuler-versement": "Versement annulé",
    "deroger": "Dérogation accordée",
    "revoquer-derogation": "Dérogation révoquée",
    "recuperer": "Somme récupérée",
    # La convention, ses parties et ses obligations
    "preparer": "Convention ouverte",
    "confier": "Dossier confié",
    "modifier": "Préparation modifiée",
    "inscrire-partie": "Partie inscrite",
    "retirer-partie": "Partie retirée",
    "joindre": "Document joint",
    "retirer-piece": "Document retiré",
    "transmettre": "Convention transmise aux parties",
    "reprendre": "Convention reprise pour correction",
    "signer": "Signature inscrite",
    "entrer-en-vigueur": "Entrée en vigueur",
    "recevoir": "Réception inscrite",
    "annuler-reception": "Réception annulée",
    "accepter": "Document accepté",
    "annuler-acceptation": "Acceptation annulée",
    "prolonger": "Échéance prolongée",
    "recalculer-obligations": "Obligations recalculées",
    "clore": "Convention close",
    "resilier": "Convention résiliée",
    "corriger": "Donnée corrigée par l’administration",
}


class RequeteDuJournalConvention(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        """Ce qui est au journal d'une convention visible; la préparation, l'État la garde pour lui."""
        conventions = self.model.convention.field.related_model.objects
        vues = conventions.condition_de_vue(utilisateur, "convention__")
        interne = vues_selon(utilisateur, "convention__alliance", (DE_L_ETAT | {Role.ADMINISTRATION}, Q()))
        return self.filter(vues).filter(Q(public=True) | interne)


class JournalConvention(JournalDeDossier):
    """Une ligne du journal d'une convention. `public` : les parties la lisent, une fois la convention transmise."""

    convention = models.ForeignKey(
        "conventions.Convention", models.PROTECT, verbose_name="convention", related_name="journal"
    )
    public = models.BooleanField("lue des parties", default=True)

    GESTES = GESTES
    objects = RequeteDuJournalConvention.as_manager()

    class Meta(JournalDeDossier.Meta):
        verbose_name = "ligne du journal de la convention"
        verbose_name_plural = "lignes du journal de la convention"

    @classmethod
    def noter(cls, convention, geste, *, par, objet=None, **champs):
        champs |= {"convention": convention, "objet": objet or convention}
        qualites = qualites_du_geste(geste)
        return cls.noter_pour(convention.alliance_id, geste, par=par, qualites=qualites, **champs)
