"""Le journal des appels et des initiatives : une chaîne par Alliance."""

from django.db import models
from django.db.models import Q

from alliances.models import Role
from alliances.models.journal import JournalDeDossier
from alliances.models.mandats import DE_L_ETAT, droits_de, vues_selon
from alliances.models.roles import DE_L_ALLIANCE, DU_TERRITOIRE
from projets.models.roles import qualites_du_geste
from socle.models import ChaineJournal
from socle.models.chaines import RequeteDeChaine

GESTES = {
    # L'appel
    "preparer-appel": "Appel ouvert en préparation",
    "copier-appel": "Appel copié d’un autre",
    "modifier-appel": "Appel modifié",
    "publier-appel": "Appel publié",
    "prolonger-appel": "Appel prolongé",
    "corriger-appel": "Appel corrigé après sa publication",
    "retirer-appel": "Appel retiré",
    "fermer-appel": "Appel fermé à son heure",
    "suivre-demandes": "Appel mis à jour d’après ses demandes",
    # La demande
    "commencer": "Demande commencée",
    "abandonner-brouillon": "Brouillon abandonné",
    "joindre": "Pièce jointe",
    "retirer-piece": "Pièce retirée",
    "deposer": "Demande déposée",
    "recevoir": "Demande reçue autrement, inscrite par la Table",
    "deposer-au-nom": "Demande déposée au nom de l’organisme",
    "confirmer-demande": "Demande confirmée par son organisme",
    "inscrire-confirmation": "Confirmation écrite inscrite par la Table",
    "retirer-demande": "Demande retirée",
    "declarer": "Intérêts déclarés",
    "evaluer": "Notes enregistrées",
    "juger": "Admissibilité jugée",
    "revoir-jugement": "Jugement de l’admissibilité repris",
    "rendre-avis": "Avis inscrit",
    "entendre": "Avis des personnes inscrit",
    "retirer-avis": "Avis retiré",
    "decider": "Décision inscrite",
    "repondre": "Réponse envoyée",
    "proposer-decision": "Décision proposée",
    "retirer-proposition": "Proposition retirée",
    "desister": "Désistement",
    "prolonger-reservation": "Réservation prolongée",
    "liberer-reservation": "Réservation libérée",
    "demander-revision": "Révision demandée",
    "repondre-revision": "Révision répondue",
    "fixer-palier": "Palier fixé par la Table",
    # Le protocole
    "preparer-protocole": "Protocole préparé",
    "modifier-protocole": "Protocole modifié",
    "transmettre-protocole": "Protocole transmis aux deux parties",
    "reprendre-protocole": "Protocole repris en préparation",
    "signer-protocole": "Protocole signé par une partie",
    "refuser-protocole": "Protocole refusé par une partie",
    "abandonner-protocole": "Protocole abandonné",
    "engager": "Protocole en vigueur, argent engagé",
    "preparer-avenant-protocole": "Avenant au protocole ouvert",
    "modifier-avenant-protocole": "Avenant au protocole modifié",
    "transmettre-avenant-protocole": "Avenant au protocole transmis aux deux parties",
    "reprendre-avenant-protocole": "Avenant au protocole repris en préparation",
    "signer-avenant-protocole": "Avenant au protocole signé par une partie",
    "refuser-avenant-protocole": "Avenant au protocole refusé par une partie",
    "abandonner-avenant-protocole": "Avenant au protocole abandonné",
    "appliquer-avenant-protocole": "Avenant au protocole en vigueur",
    "inscrire-rapport": "Rapport reçu, inscrit",
    "accepter-rapport": "Rapport accepté",
    "refuser-rapport": "Rapport non accepté",
    "liberer-tranche": "Versement libéré",
    "annuler-tranche": "Versement annulé, somme libérée",
    "payer": "Versement fait",
    "contrepasser-paiement": "Versement contrepassé",
    "inscrire-remboursement": "Remboursement reçu",
    "contrepasser-remboursement": "Remboursement contrepassé",
    "ecrire-note": "Note de suivi écrite",
    "demander-changement": "Changement demandé",
    "repondre-changement": "Changement demandé, répondu",
    "suspendre-protocole": "Initiative suspendue",
    "lever-suspension": "Initiative reprise",
    "clore-protocole": "Initiative terminée, protocole clos",
    "resilier-protocole": "Initiative abandonnée, protocole résilié",
    "proposer-rectificatif": "Relevé rectificatif proposé",
    "confirmer-rectificatif": "Relevé rectificatif confirmé",
    "ecarter-rectificatif": "Relevé rectificatif écarté",
    "confier": "Dossier confié",
    "corriger": "Donnée corrigée par l’administration",
}
DE_LA_TABLE = DE_L_ALLIANCE | DU_TERRITOIRE | {Role.TERRITOIRE, Role.ADMINISTRATION}


class RequeteDuJournalProjets(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        """La Table lit tout, l'État ce qui n'est pas d'un brouillon, l'organisme ce qui est public de ses dossiers.

        De ce qu'elle ne choisit pas, une personne ne lit que ce qui est public.
        """
        initiatives = self.model.initiative.field.related_model.objects
        tus = Q(public=False) & initiatives.condition_de_soi(utilisateur, "initiative__")
        du_porteur = {m.organisme_id for m in droits_de(utilisateur).mandats if m.organisme_id}
        volets = vues_selon(
            utilisateur, "alliance", (DE_LA_TABLE, Q()), (DE_L_ETAT, Q(initiative__deposee_le__isnull=False))
        )
        return self.filter(volets & ~tus | Q(public=True, initiative__organisme__in=du_porteur))


class JournalProjets(JournalDeDossier):
    """Une ligne du journal d'un appel ou d'une initiative. `public` : l'organisme porteur la lit."""

    alliance = models.ForeignKey(
        "alliances.Alliance", models.PROTECT, verbose_name="alliance", related_name="+"
    )
    appel = models.ForeignKey(
        "projets.AppelProjets", models.PROTECT, verbose_name="appel", related_name="journal", null=True
    )
    initiative = models.ForeignKey(
        "projets.Initiative", models.PROTECT, verbose_name="initiative", related_name="journal", null=True
    )
    public = models.BooleanField("lue de l’organisme", default=True)

    GESTES = GESTES
    objects = RequeteDuJournalProjets.as_manager()

    class Meta(JournalDeDossier.Meta):
        verbose_name = "ligne du journal des initiatives"
        verbose_name_plural = "lignes du journal des initiatives"
        constraints = [
            *JournalDeDossier.Meta.constraints,
            models.CheckConstraint(
                name="journal_projets_porte_sur_quelque_chose",
                condition=Q(appel__isnull=False) | Q(initiative__isnull=False),
                violation_error_message="Une ligne du journal nomme l’appel ou l’initiative.",
            ),
        ]

    @classmethod
    def verrouiller(cls, alliance):
        """La tête de la chaîne de cette Alliance, sous verrou : ce qui se numérote à la suite attend son tour."""
        return ChaineJournal.verrouiller(cls.nom_de_chaine(f"alliance-{alliance.pk}"))

    @classmethod
    def noter(cls, sujet, geste, *, par, objet=None, **champs):
        """`sujet` : un appel ou une initiative; l'un et l'autre disent leur Alliance."""
        champs |= {sujet.GENRE: sujet, "alliance": sujet.alliance, "objet": objet or sujet}
        return cls.noter_pour(sujet.alliance_id, geste, par=par, qualites=qualites_du_geste(geste), **champs)
