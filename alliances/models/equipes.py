"""Inviter une personne dans son organisme : celle qui a déjà un compte n'en est pas tant qu'elle n'a pas accepté.

Qui invite ne sait de l'adresse que ce qu'il a écrit : ni si elle a un compte, ni le nom, ni le rôle de qui la lit.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from alliances.models.adhesions import (
    DECISION_COMPLETE,
    DemandeDUnePersonne,
    Etat,
    RequeteDeDemandes,
    des_membres,
)
from alliances.models.confiance import INVITATION_EN_ATTENTE
from alliances.models.gouvernance import Alliance
from alliances.models.invitations import existant, inviter
from alliances.models.mandats import Mandat
from alliances.models.releve import nommer, terminer
from alliances.models.roles import DE_L_ORGANISME, Role
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui

ATTEND = "Une invitation attend déjà à cette adresse."
PAR_QUI = "Seule la personne qui a fait l’invitation, ou qui engage l’organisme, peut l’annuler."


class RequeteDInvitations(RequeteDeDemandes):
    def visibles_par(self, utilisateur):
        """Celles qu'elle reçoit : une page qui s'ouvrirait à qui invite lui dirait que l'adresse a un compte."""
        return self.filter(personne=utilisateur.pk)

    def a_repondre_par(self, utilisateur):
        return self.en_attente().visibles_par(utilisateur)


class InvitationDUnMembre(DemandeDUnePersonne):
    """Une personne de l'organisme demande à une autre, par son adresse, d'y rédiger; elle accepte ou refuse."""

    CHOSE = "invitation"

    alliance = models.ForeignKey(
        Alliance,
        models.PROTECT,
        verbose_name="alliance du territoire",
        related_name="+",
        null=True,
        blank=True,
    )
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="personne invitée", related_name="+"
    )
    courriel = models.EmailField("adresse où elle est invitée")

    objects = RequeteDInvitations.as_manager()

    class Meta(DemandeDUnePersonne.Meta):
        verbose_name = "invitation dans un organisme"
        verbose_name_plural = "invitations dans un organisme"
        constraints = [
            DECISION_COMPLETE,
            models.UniqueConstraint(
                fields=["organisme", "personne"],
                condition=Q(etat="demandee"),
                name="invitationdunmembre_une_a_la_fois",
                violation_error_message=ATTEND,
            ),
            models.CheckConstraint(
                name="invitationdunmembre_repondue_par_elle",
                condition=Q(etat__in=("demandee", "retiree")) | Q(decidee_par=F("personne")),
                violation_error_message="Seule la personne invitée accepte ou refuse l’invitation.",
            ),
        ]

    @classmethod
    def envoyer(cls, organisme, personne, *, par, courriel):
        if refus := cls.empechements_a_envoyer(organisme, personne):
            raise TransitionInterdite(refus)
        alliance = Alliance.objects.filter(territoires=organisme.territoire_id).first()
        invitation = cls(organisme=organisme, alliance=alliance, demandee_par=par)
        invitation.personne, invitation.courriel = personne, courriel
        invitation.full_clean(exclude=["decidee_par"])
        invitation.save()
        invitation._noter("envoyer", par=par)
        return invitation

    @classmethod
    def empechements_a_envoyer(cls, organisme, personne):
        """Déjà de l'organisme, déjà invitée, ou qui vient de refuser."""
        tenus = Mandat.objects.filter(utilisateur=personne, organisme=organisme, role__in=DE_L_ORGANISME)
        ouverts = tenus.filter(Q(fin=None) | Q(fin__gt=aujourd_hui()))
        siennes = cls.objects.filter(organisme=organisme, personne=personne)
        if ouverts.filter(INVITATION_EN_ATTENTE).exists() or siennes.en_attente().exists():
            return [ATTEND]
        if ouverts.exists():
            return ["Cette personne est déjà de cet organisme."]
        if siennes.filter(etat=Etat.REFUSEE, decidee_le__date=aujourd_hui()).exists():
            return ["Cette invitation a été refusée aujourd’hui\u00a0: elle ne se refait pas avant demain."]
        return []

    def repondants(self):
        return Utilisateur.objects.filter(pk=self.personne_id)

    def empechements_a_decider_par(self, par):
        refus = super().empechements_a_decider_par(par)
        if par.pk != self.personne_id:
            refus.append("La réponse revient à la personne invitée.")
        return refus

    def empechements_a_accepter_par(self, par):
        refus = self.empechements_a_decider_par(par)
        if not refus and not des_membres(self.organisme).filter(utilisateur=self.demandee_par_id).exists():
            refus.append(
                "La personne qui vous invitait n’est plus de cet organisme\u00a0: refusez son invitation."
            )
        return refus

    def empechements_a_retirer_par(self, par):
        admise = par.pk == self.demandee_par_id or _engage(self.organisme, par)
        return self.empechements_a_decider() + ([] if admise else [PAR_QUI])

    @transaction.atomic
    def accepter(self, *, par):
        """Elle rédige pour l'organisme, de la main de qui l'invitait. Lève `ValidationError` si son rôle s'y oppose."""
        invitation = self._verrouiller()
        invitation._decider(Etat.ACCEPTEE, "accepter", invitation.empechements_a_accepter_par(par), par=par)
        nommer(par, Role.PORTEUR, par=invitation.demandee_par, organisme=invitation.organisme)
        return invitation

    @transaction.atomic
    def refuser(self, *, par):
        """Sans motif : elle n'a pas à dire pourquoi."""
        invitation = self._verrouiller()
        return invitation._decider(
            Etat.REFUSEE, "refuser", invitation.empechements_a_decider_par(par), par=par
        )


def _engage(organisme, personne):
    return des_membres(organisme).filter(utilisateur=personne.pk, role=Role.ENGAGEMENT).exists()


@transaction.atomic
def inviter_un_membre(organisme, *, par, courriel, prenom, nom):
    """Une personne de l'organisme en invite une autre à y rédiger, sans l'engager.

    Sans compte, le sien s'ouvre avec son mandat : il ne vaut pour rien d'autre. Rend le mandat, ou l'invitation.
    """
    if not des_membres(organisme).filter(utilisateur=par.pk).exists():
        raise TransitionInterdite("Il faut être de cet organisme, en titre, pour y inviter quelqu’un.")
    if personne := existant(courriel):
        return InvitationDUnMembre.envoyer(organisme, personne, par=par, courriel=courriel)
    return inviter(courriel, Role.PORTEUR, par=par, prenom=prenom, nom=nom, organisme=organisme)


def invitations_en_attente(organismes):
    """[(organisme, adresse, qui a invité, mandat ou invitation)] : les deux sortes ne se distinguent pas à l'écran."""
    mandats = Mandat.objects.en_titre().filter(
        INVITATION_EN_ATTENTE, role=Role.PORTEUR, organisme__in=organismes
    )
    invitations = InvitationDUnMembre.objects.en_attente().filter(organisme__in=organismes)
    lues = [
        (m.organisme_id, m.utilisateur.courriel, m.nomme_par_id, m)
        for m in mandats.select_related("utilisateur")
    ]
    lues += [(i.organisme_id, i.courriel, i.demandee_par_id, i) for i in invitations]
    return sorted(lues, key=lambda ligne: ligne[1])


def annulables_par(organisme, par):
    """{adresse: mandat ou invitation} : celles qu'elle a faites; toutes, si elle engage l'organisme."""
    toutes = _engage(organisme, par)
    lues = invitations_en_attente([organisme])
    return {adresse: chose for _, adresse, auteur, chose in lues if toutes or auteur == par.pk}


def empechements_a_annuler_une_invitation(organisme, par):
    return [] if annulables_par(organisme, par) else [PAR_QUI]


@transaction.atomic
def annuler_une_invitation(organisme, *, par, courriel):
    """Rien n'attend plus à cette adresse."""
    refus = empechements_a_annuler_une_invitation(organisme, par)
    chose = annulables_par(organisme, par).get(courriel)
    if refus := refus or ([] if chose else ["Aucune invitation n’attend plus à cette adresse."]):
        raise TransitionInterdite(refus)
    if isinstance(chose, Mandat):
        return terminer(chose, par=par, motif="L’invitation est annulée.")
    return chose.retirer(par=par)
