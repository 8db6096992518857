"""Entrer dans un organisme de soi-même : fonder sa fiche si personne ne l'a, demander à s'y joindre sinon.

Ce qu'une personne demande d'un organisme, une autre en décide, jamais la même.
"""

from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from alliances.models.changements import ajouter
from alliances.models.confiance import INVITATION_EN_ATTENTE
from alliances.models.gouvernance import Alliance
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import Mandat, droits_de
from alliances.models.organismes import Organisme
from alliances.models.releve import nommer, terminer
from alliances.models.roles import DE_L_ORGANISME, Role
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui


class Etat(models.TextChoices):
    DEMANDEE = "demandee", "Demandée"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"


DECISION_COMPLETE = models.CheckConstraint(
    name="%(class)s_decision_complete",
    condition=Q(etat="demandee", decidee_par__isnull=True, decidee_le__isnull=True)
    | (~Q(etat="demandee") & Q(decidee_par__isnull=False, decidee_le__isnull=False)),
    violation_error_message="Une réponse a sa personne et sa date.",
)


def organismes_de(utilisateur):
    """Les clés des organismes où la personne rédige ou engage."""
    return {m.organisme_id for m in droits_de(utilisateur).mandats if m.role in DE_L_ORGANISME}


def membres_de(organisme):
    """Qui peut répondre pour l'organisme : un compte ouvert, un mandat en vigueur qui n'est pas un intérim."""
    return Utilisateur.objects.filter(pk__in=des_membres(organisme).values("utilisateur"))


def des_membres(organisme):
    """Les mandats de qui en est aujourd'hui."""
    return _y_sont_entres(organisme).en_vigueur()


def _y_sont_entres(organisme):
    """De cet organisme ou, `OuterRef`, de celui d'une demande : les mandats acceptés, en vigueur ou non."""
    return Mandat.objects.titulaires().filter(
        ~INVITATION_EN_ATTENTE, role__in=DE_L_ORGANISME, organisme=organisme
    )


@cache
def _entres_dans_le_sien():
    return _y_sont_entres(OuterRef("organisme"))


def coordinations_de(utilisateur):
    """Les clés des Alliances que la personne coordonne en titre : un intérim ne confie pas de rôle."""
    titres = (m for m in droits_de(utilisateur).mandats if m.remplace_id is None)
    return {m.alliance_id for m in titres if m.role == Role.COORDINATION}


class RequeteDeDemandes(RequeteProtegee):
    def en_attente(self):
        return self.filter(etat=Etat.DEMANDEE)


class DemandeDUnePersonne(models.Model):
    """Abstraite : ce qu'une personne demande d'un organisme, la Table à qui elle s'adresse, et ce qui en est décidé."""

    Etat = Etat

    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="+")
    alliance = models.ForeignKey(
        Alliance, models.PROTECT, verbose_name="alliance de l’appel", related_name="+"
    )
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDEE)
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    demandee_le = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="décidée par", null=True, related_name="+"
    )
    decidee_le = models.DateTimeField("décidée le", null=True, editable=False)
    decision_motif = models.TextField("motif de la réponse", max_length=2000, blank=True)

    class Meta:
        abstract = True
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisme", "demandee_par"],
                condition=Q(etat="demandee"),
                name="%(class)s_une_a_la_fois",
                violation_error_message="Votre demande attend déjà une réponse.",
            ),
            models.CheckConstraint(
                name="%(class)s_decidee_par_une_autre",
                condition=Q(etat="demandee")
                | Q(etat="retiree", decidee_par=F("demandee_par"))
                | (Q(etat__in=("acceptee", "refusee")) & ~Q(decidee_par=F("demandee_par"))),
                violation_error_message="On ne répond pas à sa propre demande; on la retire.",
            ),
            DECISION_COMPLETE,
            models.CheckConstraint(
                name="%(class)s_refus_motive",
                condition=~Q(etat="refusee") | ~Q(decision_motif=""),
                violation_error_message="Un refus a son motif.",
            ),
        ]

    def __str__(self):
        return f"{self.demandee_par}, {self.organisme}"

    def empechements_a_decider(self):
        return [] if self.etat == Etat.DEMANDEE else ["Cette demande n’attend plus de réponse."]

    def empechements_a_decider_par(self, par):
        refus = self.empechements_a_decider()
        if par.pk == self.demandee_par_id:
            refus.append("Vous avez fait cette demande\u00a0: une autre personne y répond.")
        return refus

    def empechements_a_retirer_par(self, par):
        refus = self.empechements_a_decider()
        if par.pk != self.demandee_par_id:
            refus.append("Une demande se retire par la personne qui l’a faite.")
        return refus

    @transaction.atomic
    def refuser(self, *, par, motif):
        demande = self._verrouiller()
        refus = demande.empechements_a_decider_par(par)
        if not motif.strip():
            refus = [*refus, "Écrivez le motif du refus."]
        return demande._decider(Etat.REFUSEE, "refuser", refus, par=par, motif=motif)

    @transaction.atomic
    def retirer(self, *, par):
        demande = self._verrouiller()
        return demande._decider(Etat.RETIREE, "retirer", demande.empechements_a_retirer_par(par), par=par)

    def _verrouiller(self):
        """Relue sous le verrou de l'organisme : deux réponses viennent l'une après l'autre."""
        Organisme.objects.select_for_update(of=("self",)).get(pk=self.organisme_id)
        relations = ("organisme", "alliance", "demandee_par")
        return type(self).objects.select_for_update(of=("self",)).select_related(*relations).get(pk=self.pk)

    def _decider(self, etat, verbe, refus, *, par, motif=""):
        if refus:
            raise TransitionInterdite(refus)
        self.etat, self.decidee_par, self.decidee_le = etat, par, timezone.now()
        self.decision_motif = motif.strip()
        self.save()
        self._noter(verbe, par=par, motif=self.decision_motif)
        return self

    def _noter(self, verbe, *, par, **champs):
        roles = droits_de(par).pour(self.alliance_id)
        role = next((r for r in (*sorted(DE_L_ORGANISME), Role.COORDINATION) if r in roles), "")
        JournalAlliance.noter(
            alliance=self.alliance, par=par, role=role, geste=f"{verbe}-{self.CHOSE}", objet=self, **champs
        )


class RequeteDAdhesions(RequeteDeDemandes):
    def visibles_par(self, utilisateur):
        """Les siennes; celles de ses organismes; celles des Alliances qu'elle coordonne."""
        return self.filter(
            Q(demandee_par=utilisateur.pk)
            | Q(organisme__in=organismes_de(utilisateur))
            | Q(alliance__in=coordinations_de(utilisateur))
        )

    def a_repondre_par(self, utilisateur):
        """Celles de ses organismes; celles de sa Table, quand l'organisme n'a plus personne."""
        vides = Q(alliance__in=coordinations_de(utilisateur)) & ~Exists(_entres_dans_le_sien().en_vigueur())
        siennes = Q(organisme__in=organismes_de(utilisateur))
        return self.en_attente().filter(siennes | vides).exclude(demandee_par=utilisateur)


class DemandeDAdhesion(DemandeDUnePersonne):
    """Une personne demande à rédiger pour un organisme déjà inscrit. Un membre y répond; à défaut, la Table."""

    CHOSE = "adhesion"

    message = models.TextField("qui vous êtes pour l’organisme", max_length=600, blank=True)

    objects = RequeteDAdhesions.as_manager()

    class Meta(DemandeDUnePersonne.Meta):
        verbose_name = "demande d’adhésion à un organisme"
        verbose_name_plural = "demandes d’adhésion à un organisme"

    @classmethod
    @transaction.atomic
    def demander(cls, organisme, *, par, alliance, message=""):
        """Lève `TransitionInterdite` si elle en est déjà, `ValidationError` si sa demande attend déjà."""
        if membres_de(organisme).filter(pk=par.pk).exists():
            raise TransitionInterdite("Vous rédigez déjà pour cet organisme.")
        demande = cls(organisme=organisme, alliance=alliance, demandee_par=par, message=message.strip())
        demande.full_clean(exclude=["decidee_par"])
        demande.save()
        demande._noter("demander", par=par)
        return demande

    @property
    def sans_membre(self):
        """Tous sont partis : c'est à la Table de répondre."""
        return not membres_de(self.organisme).exists()

    def repondants(self):
        """Les membres; à défaut, la coordination de l'Alliance."""
        if not self.sans_membre:
            return membres_de(self.organisme)
        titres = Mandat.objects.en_titre().filter(role=Role.COORDINATION, alliance=self.alliance)
        return Utilisateur.objects.filter(pk__in=titres.values("utilisateur"))

    def empechements_a_decider_par(self, par):
        refus = super().empechements_a_decider_par(par)
        if not self.repondants().filter(pk=par.pk).exists():
            qui = "la coordination de la Table" if self.sans_membre else "une personne de cet organisme"
            refus.append(f"La réponse revient à {qui}.")
        return refus

    @transaction.atomic
    def accepter(self, *, par, motif=""):
        """La personne rédige pour l'organisme, sans l'engager. La Table, elle, dit pourquoi."""
        demande = self._verrouiller()
        refus = demande.empechements_a_decider_par(par)
        if demande.sans_membre and not motif.strip():
            refus = [*refus, "Personne n’est plus de cet organisme\u00a0: écrivez pourquoi vous le rouvrez."]
        demande._decider(Etat.ACCEPTEE, "accepter", refus, par=par, motif=motif)
        nommer(demande.demandee_par, Role.PORTEUR, par=par, organisme=demande.organisme)
        return demande


@transaction.atomic
def fonder_un_organisme(organisme, *, par):
    """Inscrit un organisme que personne n'a encore; la personne y rédige, rien de plus.

    Sans NEQ, rien ne dit à la base que deux envois sont du même : sous le verrou de la personne, le second rend le
    mandat du premier. Lève `ValidationError` si le NEQ est déjà pris ou mal formé. Aucune autre personne ne la nomme :
    il n'y en a pas.
    """
    Utilisateur.objects.select_for_update(of=("self",)).get(pk=par.pk)
    if deja := _deja_fonde(organisme, par):
        return deja
    ajouter(organisme, par=par)
    return nommer(par, Role.PORTEUR, par=None, organisme=organisme)


def _deja_fonde(organisme, par):
    """Le mandat de la personne sur l'organisme sans NEQ, de ce nom et de ce territoire, qu'elle a fondé aujourd'hui."""
    if organisme.neq:
        return None
    memes = Organisme.objects.doublons_possibles(nom=organisme.nom).filter(
        neq="", territoire=organisme.territoire
    )
    siens = Mandat.objects.en_titre().filter(utilisateur=par.pk, nomme_par=None, debut=aujourd_hui())
    return siens.filter(role=Role.PORTEUR, organisme__in=memes).first()


def empechements_a_retirer_le_membre(mandat, par, tenus=None):
    """Qui engage l'organisme retire qui y rédige.

    `tenus` : les mandats de l'organisme, si on les a déjà lus.
    """
    if mandat.role != Role.PORTEUR or mandat.utilisateur_id == par.pk:
        return ["On retire l’accès d’une autre personne, qui rédige. On quitte soi-même son organisme."]
    tenus = des_membres(mandat.organisme) if tenus is None else tenus
    if Role.ENGAGEMENT in {tenu.role for tenu in tenus if tenu.utilisateur_id == par.pk}:
        return []
    return ["Il faut engager l’organisme pour retirer l’accès d’une personne qui y rédige."]


@transaction.atomic
def retirer_le_membre(mandat, *, par):
    """Sous le verrou de l'organisme : qui retire ne part pas au même instant."""
    Organisme.objects.select_for_update(of=("self",)).get(pk=mandat.organisme_id)
    if refus := empechements_a_retirer_le_membre(mandat, par):
        raise TransitionInterdite(refus)
    return terminer(mandat, par=par, motif="Une personne de l’organisme a retiré cet accès.")


def est_la_derniere(organisme, personne):
    """Après elle, plus personne ne répond pour l'organisme."""
    return not membres_de(organisme).exclude(pk=personne.pk).exists()


def empechements_a_quitter(organisme, par):
    if not des_membres(organisme).filter(utilisateur=par.pk).exists():
        return ["Vous n’êtes pas de cet organisme."]
    return []


@transaction.atomic
def quitter(organisme, *, par, derniere=False):
    """La personne n'en est plus dès aujourd'hui; la dernière le dit (`derniere`), car la Table devra le rouvrir.

    Rend les mandats terminés. Sous le verrou de l'organisme : de deux qui partent ensemble, la seconde est la dernière.
    """
    Organisme.objects.select_for_update(of=("self",)).get(pk=organisme.pk)
    refus = empechements_a_quitter(organisme, par)
    if not refus and est_la_derniere(organisme, par) and not derniere:
        refus = ["Vous êtes la dernière personne de cet organisme\u00a0: dites-le pour le quitter."]
    if refus:
        raise TransitionInterdite(refus)
    siens = Mandat.objects.filter(
        utilisateur=par.pk, organisme=organisme, role__in=DE_L_ORGANISME, remplace=None
    )
    ouverts = siens.filter(Q(fin=None) | Q(fin__gt=aujourd_hui())).select_related("organisme__territoire")
    return [terminer(mandat, par=par, motif="La personne a quitté l’organisme.") for mandat in ouverts]
