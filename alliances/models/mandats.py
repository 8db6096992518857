"""Qui agit, en quelle qualité, sur quelle portée, de quand à quand. Tous les droits viennent d'ici."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliances.models.territoires import Region, Territoire
from socle.acces import RequeteProtegee
from socle.models import Utilisateur
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui


class Role(models.TextChoices):
    COORDINATION = "coordination", "Coordination"
    SIGNATURE = "signature", "Signature"
    FINANCES = "finances", "Finances du fiduciaire"
    TERRITOIRE = "territoire", "Ressource de territoire"
    PORTEUR = "porteur", "Porteur"
    DGSQ = "dgsq", "Analyse, Services Québec"
    DIRECTION_DGSQ = "direction_dgsq", "Direction, Services Québec"
    MESS = "mess", "Analyse, Ministère"
    APPROBATION = "approbation", "Approbation, Ministère"
    FINANCES_MESS = "finances_mess", "Finances, Ministère"
    OBSERVATION = "observation", "Observation"
    ADMINISTRATION = "administration", "Administration"


DE_L_ALLIANCE = frozenset({Role.COORDINATION, Role.SIGNATURE, Role.FINANCES})
DE_LA_REGION = frozenset({Role.DGSQ, Role.DIRECTION_DGSQ})
PORTEES = ("alliance", "region", "territoire", "organisme")
NATIONAUX = frozenset(
    {Role.MESS, Role.APPROBATION, Role.FINANCES_MESS, Role.ADMINISTRATION, Role.OBSERVATION}
)
DE_L_ETAT = DE_LA_REGION | {Role.MESS, Role.APPROBATION, Role.FINANCES_MESS}
SUIVI = DE_L_ALLIANCE | DE_L_ETAT | {Role.TERRITOIRE, Role.OBSERVATION, Role.ADMINISTRATION}
A_DOUBLE_FACTEUR = frozenset(
    {Role.FINANCES, Role.APPROBATION, Role.FINANCES_MESS, Role.ADMINISTRATION}
)  # authentification à deux facteurs exigée hors démonstration


def _seulement(*portees):
    """Ces champs de portée sont remplis, tous les autres sont vides."""
    return Q(**{f"{p}__isnull": p not in portees for p in PORTEES})


@dataclass
class Droits:
    """Ce qu'une personne peut voir et faire aujourd'hui, lu une fois par requête."""

    mandats: list = field(default_factory=list)
    nationaux: set = field(default_factory=set)
    par_alliance: dict = field(default_factory=dict)
    deux_facteurs: bool = False  # sa validation en deux étapes est active

    @property
    def roles(self):
        return {mandat.role for mandat in self.mandats}

    def pour(self, alliance_id):
        """Les rôles qui valent pour cette Alliance."""
        return self.nationaux | self.par_alliance.get(alliance_id, set())

    def alliances(self, roles):
        """Les identifiants des Alliances où l'un de ces rôles est tenu; `None` veut dire toutes."""
        if self.nationaux & roles:
            return None
        return {pk for pk, tenus in self.par_alliance.items() if tenus & roles}


class MandatQuerySet(RequeteProtegee):
    def en_vigueur(self, jour=None):
        jour = jour or timezone.localdate()
        return self.filter(Q(fin__isnull=True) | Q(fin__gt=jour), debut__lte=jour)

    def visibles_par(self, utilisateur):
        """Les siens; ceux de ses Alliances pour la coordination; ceux de l'État pour l'État."""
        droits = droits_de(utilisateur)
        if Role.ADMINISTRATION in droits.nationaux:
            return self.all()
        condition = Q(utilisateur=utilisateur.pk)
        gerees = droits.alliances(DE_L_ALLIANCE)
        if gerees:
            territoires = _touchant(Territoire, gerees)
            condition |= Q(alliance__in=gerees) | Q(territoire__in=territoires)
            condition |= Q(role=Role.PORTEUR, organisme__territoire__in=territoires)
        if droits.roles & DE_L_ETAT:
            vues = droits.alliances(DE_L_ETAT)
            condition |= Q(alliance__isnull=False) if vues is None else Q(alliance__in=vues)
            if vues is None:
                condition |= Q(role__in=DE_L_ETAT | {Role.OBSERVATION})
            else:
                condition |= Q(role__in=DE_LA_REGION, region__in=_touchant(Region, vues))
        return self.filter(condition)

    def pour_alliance(self, alliance):
        """Les mandats qui portent sur cette Alliance, hors mandats nationaux."""
        territoires = _touchant(Territoire, [alliance.pk])
        return self.filter(
            Q(alliance=alliance)
            | Q(region__in=_touchant(Region, [alliance.pk]))
            | Q(territoire__in=territoires)
            | Q(organisme__territoire__in=territoires)
        )


def _touchant(modele, alliances):
    """Les régions ou les territoires de ces Alliances.

    Une sous-requête, pas une jointure : réunies par « ou », PostgreSQL croiserait toutes les tables à la fois.
    """
    return modele.objects.filter(alliances__in=alliances).values("pk")


class Mandat(models.Model):
    """Une personne, un rôle, une portée, une période. Un mandat se termine; il ne s'efface pas."""

    Role = Role

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="personne", related_name="+"
    )
    role = models.CharField("rôle", max_length=15, choices=Role.choices)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        models.PROTECT,
        verbose_name="alliance",
        null=True,
        blank=True,
        related_name="mandats",
    )
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="région", null=True, blank=True, related_name="mandats"
    )
    territoire = models.ForeignKey(
        Territoire, models.PROTECT, verbose_name="territoire", null=True, blank=True, related_name="mandats"
    )
    organisme = models.ForeignKey(
        "alliances.Organisme",
        models.PROTECT,
        verbose_name="organisme",
        null=True,
        blank=True,
        related_name="mandats",
    )
    debut = models.DateField("début", default=timezone.localdate)
    fin = models.DateField("fin", null=True, blank=True, help_text="Premier jour sans ce rôle.")
    nomme_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="nommé par",
        null=True,
        blank=True,
        related_name="+",
    )
    remplace = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="mandat remplacé",
        null=True,
        blank=True,
        related_name="interims",
        help_text="Rempli, ce mandat est un intérim.",
    )

    objects = MandatQuerySet.as_manager()

    class Meta:
        ordering = ["role", "debut", "pk"]
        constraints = [
            models.CheckConstraint(
                name="mandat_portee_selon_le_role",
                condition=(
                    (Q(role__in=sorted(DE_L_ALLIANCE)) & _seulement("alliance"))
                    | (Q(role__in=sorted(DE_LA_REGION)) & _seulement("region"))
                    | (Q(role=Role.TERRITOIRE) & _seulement("territoire"))
                    | (Q(role=Role.PORTEUR) & _seulement("organisme"))
                    | (Q(role__in=sorted(NATIONAUX)) & _seulement())
                    | (Q(role=Role.OBSERVATION) & _seulement("region"))
                ),
                violation_error_message="La portée du mandat ne convient pas à ce rôle.",
            ),
            models.CheckConstraint(
                name="mandat_debut_avant_fin",
                condition=Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                violation_error_message="La fin du mandat doit suivre son début.",
            ),
            models.CheckConstraint(
                name="mandat_interim_date",
                condition=Q(remplace__isnull=True) | Q(fin__isnull=False),
                violation_error_message="Un intérim a une date de fin.",
            ),
            models.CheckConstraint(
                name="mandat_interim_nomme_par_une_autre_personne",
                condition=Q(remplace__isnull=True)
                | (Q(nomme_par__isnull=False) & ~Q(nomme_par=F("utilisateur"))),
                violation_error_message="On ne se nomme pas soi-même\u00a0: une autre personne nomme l’intérim.",
            ),
            models.UniqueConstraint(
                "utilisateur",
                "role",
                Coalesce("alliance", Value(0)),
                Coalesce("region", Value(0)),
                Coalesce("territoire", Value(0)),
                Coalesce("organisme", Value(0)),
                condition=Q(fin__isnull=True),
                name="mandat_ouvert_unique",
                violation_error_message="Cette personne tient déjà ce rôle sur cette portée.",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} – {self.portee}"

    @property
    def portee(self):
        """Ce sur quoi porte le mandat, ou « Québec » pour un mandat national."""
        return str(self.alliance or self.region or self.territoire or self.organisme or "Québec")

    @property
    def interim(self):
        """« Intérim de Camille Ross, jusqu'au 15 août 2026 »; vide si ce mandat n'en est pas un."""
        if self.remplace_id is None:
            return ""
        return f"Intérim de {self.remplace.utilisateur}, jusqu’au {date_longue(self.dernier_jour)}"

    @property
    def dernier_jour(self):
        return self.fin and self.fin - timedelta(1)

    @property
    def se_termine(self):
        """Il n'est pas déjà terminé : un intérim, qui a sa date, peut finir avant elle."""
        return self.fin is None or (self.remplace_id is not None and timezone.localdate() < self.fin)

    def est_en_vigueur(self, jour=None):
        jour = jour or timezone.localdate()
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    def empechements_a_remplacer(self):
        """Ce qui s'oppose à tout intérim de ce mandat; sa personne et ses dates, `clean` les juge."""
        if self.remplace_id:
            return ["Un intérim ne se remplace pas\u00a0: nommez quelqu’un pour le mandat d’origine."]
        return ["Ce mandat est terminé."] if self.fin and self.fin <= timezone.localdate() else []

    def clean(self):
        """Un intérim a le rôle et la portée du mandat remplacé, dans ses dates, et d'une seule personne à la fois."""
        if self.remplace_id and (phrases := self._contredit_le_remplace()):
            raise ValidationError(phrases)

    def _contredit_le_remplace(self):
        remplace, phrases = self.remplace, self.remplace.empechements_a_remplacer()
        if any(getattr(self, c) != getattr(remplace, c) for c in ("role", *(f"{p}_id" for p in PORTEES))):
            phrases.append("Un intérim a le rôle et la portée du mandat remplacé.")
        if self.utilisateur_id == remplace.utilisateur_id:
            phrases.append("La personne remplacée et celle qui la remplace sont la même.")
        if self.debut < remplace.debut:
            phrases.append("L’intérim ne commence pas avant le mandat remplacé.")
        if self.debut > aujourd_hui() + timedelta(days=365):
            phrases.append("L’intérim commence dans l’année.")
        if remplace.fin and self.fin and self.fin > remplace.fin:
            phrases.append("L’intérim finit au plus tard avec le mandat remplacé.")
        autres = remplace.interims.exclude(pk=self.pk).filter(fin__gt=self.debut)
        if self.fin and autres.filter(debut__lt=self.fin).exists():
            phrases.append("Ce mandat a déjà un intérim à ces dates.")
        return phrases


def droits_de(utilisateur):
    """Les droits d'aujourd'hui; deux requêtes au plus, gardées avec l'objet utilisateur."""
    if not utilisateur.is_authenticated:
        return Droits()
    if not hasattr(utilisateur, "_droits"):
        utilisateur._droits = _lire_droits(utilisateur)
    return utilisateur._droits


def _lire_droits(utilisateur):
    validation = Authenticator.objects.filter(user=OuterRef("utilisateur"), type=Authenticator.Type.TOTP)
    mandats = list(
        Mandat.objects.en_vigueur()
        .filter(utilisateur=utilisateur)
        .annotate(deux_facteurs=Exists(validation))
        .select_related(*PORTEES, "remplace__utilisateur")
        .order_by("debut", "pk")  # le plus ancien vaut par défaut
    )
    droits = Droits(mandats=mandats, deux_facteurs=any(mandat.deux_facteurs for mandat in mandats))
    indirects = []
    for mandat in mandats:
        if mandat.alliance_id:
            droits.par_alliance.setdefault(mandat.alliance_id, set()).add(mandat.role)
        elif mandat.region_id or mandat.territoire_id or mandat.organisme_id:
            indirects.append(mandat.pk)
        else:
            droits.nationaux.add(mandat.role)
    if indirects:
        lignes = Mandat.objects.filter(pk__in=indirects).values_list(
            "role", "region__alliances", "territoire__alliances", "organisme__territoire__alliances"
        )
        for role, *alliances in lignes:
            for pk in filter(None, alliances):
                droits.par_alliance.setdefault(pk, set()).add(role)
    return droits


def au_nom_de(utilisateur):
    """Les clés de la personne et de celles qu'elle remplace aujourd'hui : ce qui leur est confié est à elle."""
    interims = (mandat.remplace for mandat in droits_de(utilisateur).mandats if mandat.remplace_id)
    return {utilisateur.pk, *(remplace.utilisateur_id for remplace in interims)}


def avec_ses_interims(personne):
    """La personne, et celles qui la remplacent aujourd'hui."""
    interims = Mandat.objects.en_vigueur().filter(remplace__utilisateur=personne)
    return Utilisateur.objects.filter(Q(pk=personne.pk) | Q(pk__in=interims.values("utilisateur")))


def alliances_vues(utilisateur, roles, chemin):
    """La condition « cette Alliance est de celles où la personne tient un de ces rôles »."""
    return vues_selon(utilisateur, chemin, (roles, Q()))


def vues_selon(utilisateur, chemin, *volets):
    """Réunit des volets (rôles, condition) : chacun ouvre ce qui répond à sa condition, là où un rôle est tenu.

    Un volet dont la personne ne tient aucun rôle n'entre pas dans la requête : il n'ouvre rien.
    """
    droits = droits_de(utilisateur)
    ouverts, racine = [], chemin.partition("__")[0]  # liée, elle l'est à une Alliance : inutile d'aller voir
    for roles, condition in volets:
        vues = droits.alliances(roles)
        if vues is None:
            ouverts.append(condition or Q(**{f"{racine}__isnull": False}))
        elif vues:
            ouverts.append(Q(**{f"{chemin}__in": vues}) & condition)
    return reduce(or_, ouverts) if ouverts else Q(pk__in=())


def personnes_concernees(alliance, roles):
    """Les personnes actives qui tiennent aujourd'hui un de ces rôles sur cette Alliance."""
    if roles & DE_LA_REGION and not alliance.regions.exists():
        roles = roles | {Role.MESS}  # sans région, c'est le Ministère qui examine
    mandats = Mandat.objects.en_vigueur().filter(role__in=roles)
    locaux = mandats.pour_alliance(alliance).values("utilisateur")
    nationaux = mandats.filter(role__in=NATIONAUX & roles).values("utilisateur")
    return Utilisateur.objects.filter(Q(pk__in=locaux) | Q(pk__in=nationaux), is_active=True)
