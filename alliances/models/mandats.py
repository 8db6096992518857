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

from alliances.models.confiance import CONTRAINTES, Confirmation, a_confirmer, a_valu, en_vigueur
from alliances.models.roles import (
    CONFIRMENT,
    DE_L_ALLIANCE,
    DE_L_ETAT,
    DE_L_ORGANISME,
    DE_LA_REGION,
    DU_TERRITOIRE,
    NATIONAUX,
    ROLES_PAR_PORTEE,
    Role,
)
from alliances.models.territoires import Region, Territoire
from socle.acces import RequeteProtegee
from socle.models import Utilisateur
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui

PORTEES = tuple(ROLES_PAR_PORTEE)
TOUCHEES = {p: f"{p}__alliances" for p in ("region", "territoire")} | {
    "organisme": "organisme__territoire__alliances",
    "instance_gouvernance": "instance_gouvernance__alliance",
}
SECONDES_ETAPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _seulement(*portees):
    """Ces champs de portée sont remplis, tous les autres sont vides."""
    return Q(**{f"{p}__isnull": p not in portees for p in PORTEES})


def _portee_selon_le_role():
    volets = [Q(role__in=sorted(roles)) & _seulement(portee) for portee, roles in ROLES_PAR_PORTEE.items()]
    nationaux = Q(role__in=sorted(NATIONAUX)) & _seulement()
    return reduce(or_, [*volets, nationaux, Q(role=Role.OBSERVATION) & _seulement("region")])


def _portee(modele, nom):
    return models.ForeignKey(
        modele, models.PROTECT, verbose_name=nom, null=True, blank=True, related_name="mandats"
    )


@dataclass
class Droits:
    """Ce qu'une personne peut voir et faire aujourd'hui, lu une fois par requête."""

    mandats: list = field(default_factory=list)
    quittes: list = field(default_factory=list)  # terminés : un intérêt peut en rester, jamais un droit
    nationaux: set = field(default_factory=set)
    par_alliance: dict = field(default_factory=dict)
    deux_facteurs: bool = False  # sa validation en deux étapes est active

    @property
    def roles(self):
        return {mandat.role for mandat in self.mandats}

    def tenus_depuis(self, jour):
        """Ceux d'aujourd'hui, et ceux qui se sont terminés ce jour-là ou depuis."""
        return [*self.mandats, *(mandat for mandat in self.quittes if mandat.fin >= jour)]

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
        """Ce qui lie ne vaut qu'une fois confirmé."""
        return self.filter(en_vigueur(jour or timezone.localdate()))

    def titulaires(self):
        """Sans les intérims ni les comptes désactivés."""
        return self.filter(remplace=None, utilisateur__is_active=True)

    def en_titre(self):
        """Les titulaires en vigueur : qui peut prendre une relève."""
        return self.titulaires().en_vigueur()

    def a_confirmer(self):
        """Ce qui lie, confié par une seule personne : aucun droit n'en vient."""
        return self.filter(a_confirmer(timezone.localdate()))

    def en_vigueur_ou_a_confirmer(self):
        jour = timezone.localdate()
        return self.filter(en_vigueur(jour) | a_confirmer(jour))

    def confirmables_par(self, utilisateur):
        """Ce dont la personne peut être la seconde : elle tient, en titre, un rôle qui en répond sur cette portée."""
        titres = [mandat for mandat in droits_de(utilisateur).mandats if mandat.remplace_id is None]
        ouverts = []
        for admis in set(CONFIRMENT.values()):
            roles = [role for role, siens in CONFIRMENT.items() if siens == admis]
            tenus = [mandat for mandat in titres if mandat.role in admis]
            if any(mandat.role in NATIONAUX for mandat in tenus):
                ouverts.append(Q(role__in=roles))
            elif tenus:
                ouverts.append(Q(role__in=roles) & _sur_la_portee(tenus))
        return self.a_confirmer().filter(reduce(or_, ouverts)) if ouverts else self.none()

    def visibles_par(self, utilisateur):
        """Les siens; ceux de ses Alliances pour la coordination; ceux de l'État pour l'État."""
        droits = droits_de(utilisateur)
        if Role.ADMINISTRATION in droits.nationaux:
            return self.all()
        condition = Q(utilisateur=utilisateur.pk)
        if gerees := droits.alliances(DE_L_ALLIANCE):
            territoires = _touchant(Territoire, gerees)
            condition |= Q(alliance__in=gerees) | Q(instance_gouvernance__alliance__in=gerees)
            condition |= Q(territoire__in=territoires)
            condition |= Q(role__in=DE_L_ORGANISME, organisme__territoire__in=territoires)
        if droits.roles & DE_L_ETAT:
            vues = droits.alliances(DE_L_ETAT)
            condition |= Q(alliance__isnull=False) if vues is None else Q(alliance__in=vues)
            if vues is None:
                condition |= Q(role__in=DE_L_ETAT | DU_TERRITOIRE | {Role.OBSERVATION})
            else:
                condition |= Q(role__in=DU_TERRITOIRE, territoire__in=_touchant(Territoire, vues))
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
            | Q(instance_gouvernance__alliance=alliance)
        )


def _touchant(modele, alliances):
    """Les régions ou les territoires de ces Alliances.

    Une sous-requête, pas une jointure : réunies par « ou », PostgreSQL croiserait toutes les tables à la fois.
    """
    return modele.objects.filter(alliances__in=alliances).values("pk")


def _sur_la_portee(mandats):
    """Les mandats d'Alliance, de territoire et d'organisme là où valent ceux-ci, d'Alliance ou de région."""
    alliances = {mandat.alliance_id for mandat in mandats if mandat.alliance_id}
    regions = Region.objects.filter(pk__in={mandat.region_id for mandat in mandats if mandat.region_id})
    siens = Q(alliances__in=alliances) | Q(alliances__regions__in=regions)
    territoires = Territoire.objects.filter(siens).values("pk")
    return (
        Q(alliance__in=alliances)
        | Q(alliance__in=regions.values("alliances"))
        | Q(territoire__in=territoires)
        | Q(organisme__territoire__in=territoires)
    )


class Mandat(Confirmation):
    """Une personne, un rôle, une portée, une période. Un mandat se termine; il ne s'efface pas."""

    Role = Role

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="personne", related_name="+"
    )
    role = models.CharField("rôle", max_length=15, choices=Role.choices)
    alliance = _portee("alliances.Alliance", "alliance")
    region = _portee(Region, "région")
    territoire = _portee(Territoire, "territoire")
    organisme = _portee("alliances.Organisme", "organisme")
    instance_gouvernance = _portee("alliances.InstanceGouvernance", "instance")
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
                condition=_portee_selon_le_role(),
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
                name="mandat_interim_nomme",
                condition=Q(remplace__isnull=True) | Q(nomme_par__isnull=False),
                violation_error_message="Une autre personne nomme l’intérim.",
            ),
            *CONTRAINTES,
            models.UniqueConstraint(
                "utilisateur",
                "role",
                Coalesce("alliance", Value(0)),
                Coalesce("region", Value(0)),
                Coalesce("territoire", Value(0)),
                Coalesce("organisme", Value(0)),
                Coalesce("instance_gouvernance", Value(0)),
                condition=Q(fin__isnull=True),
                name="mandat_ouvert_unique",
                violation_error_message="Cette personne tient déjà ce rôle.",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} – {self.portee}"

    @property
    def portee(self):
        """Ce sur quoi porte le mandat, ou « Québec » pour un mandat national."""
        return str(next(filter(None, (getattr(self, nom) for nom in PORTEES)), "Québec"))

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
        confirme = not self.lie or self.confirme_le is not None
        return confirme and self.debut <= jour and (self.fin is None or jour < self.fin)

    def secondes_personnes(self):
        """Les personnes qui, en titre, peuvent confirmer ce mandat."""
        tenus = Mandat.objects.en_titre().filter(role__in=CONFIRMENT[self.role])
        nationaux = tenus.filter(role__in=NATIONAUX)
        if self.alliance_id:
            locaux = tenus.pour_alliance(self.alliance)
        else:
            territoire = self.organisme.territoire_id if self.organisme_id else self.territoire_id
            alliances = Territoire.objects.filter(pk=territoire).values("alliances")
            locaux = tenus.filter(Q(alliance__in=alliances) | Q(region__alliances__in=alliances))
        personnes = Q(pk__in=nationaux.values("utilisateur")) | Q(pk__in=locaux.values("utilisateur"))
        return Utilisateur.objects.filter(personnes, is_active=True)

    def empechements_a_remplacer(self):
        """Ce qui s'oppose à tout intérim de ce mandat; sa personne et ses dates, `clean` les juge."""
        if self.remplace_id:
            return ["Un intérim ne se remplace pas\u00a0: nommez quelqu’un pour le mandat d’origine."]
        return ["Ce mandat est terminé."] if self.fin and self.fin <= timezone.localdate() else []

    def clean(self):
        """Un intérim suit le mandat remplacé, et d'une seule personne à la fois; ce qui lie n'a qu'une main."""
        phrases = self._contredit_le_remplace() if self.remplace_id else []
        juges = (self.contredit_ses_mains, self.contredit_son_camp, self.contredit_la_gouvernance)
        if phrases := [*phrases, *(phrase for juge in juges for phrase in juge())]:
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
    """Les droits d'aujourd'hui; une requête, gardée avec l'objet utilisateur."""
    if not utilisateur.is_authenticated:
        return Droits()
    if not hasattr(utilisateur, "_droits"):
        utilisateur._droits = _lire_droits(utilisateur)
    return utilisateur._droits


def _lire_droits(utilisateur):
    """Une ligne par mandat et par Alliance qu'il touche, ceux qu'elle a quittés compris : une seule requête."""
    validation = Authenticator.objects.filter(user=OuterRef("utilisateur"), type__in=SECONDES_ETAPES)
    lus = (
        Mandat.objects.filter(a_valu(timezone.localdate()), utilisateur=utilisateur)
        .annotate(
            deux_facteurs=Exists(validation), **{f"par_{nom}": F(chemin) for nom, chemin in TOUCHEES.items()}
        )
        .select_related(*PORTEES, "alliance__cycle", "remplace__utilisateur")
        .order_by()  # trier deux mandats ici coûte moins que de faire trier cent colonnes à la base
    )
    mandats, quittes, droits = {}, {}, Droits()
    for mandat in sorted(lus, key=lambda mandat: (mandat.debut, mandat.pk)):  # le plus ancien vaut par défaut
        if not mandat.est_en_vigueur():
            quittes[mandat.pk] = mandat
            continue
        mandats.setdefault(mandat.pk, mandat)
        touchees = (mandat.alliance_id, *(getattr(mandat, f"par_{nom}") for nom in TOUCHEES))
        for pk in filter(None, touchees):
            droits.par_alliance.setdefault(pk, set()).add(mandat.role)
        if not any(getattr(mandat, f"{portee}_id") for portee in PORTEES):
            droits.nationaux.add(mandat.role)
        droits.deux_facteurs |= mandat.deux_facteurs
    droits.mandats, droits.quittes = list(mandats.values()), list(quittes.values())
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
        if (vues := droits.alliances(roles)) is None:
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
