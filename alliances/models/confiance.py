"""Ce qui lie se confie à deux : nommer, puis faire confirmer par une autre personne, ou joindre la résolution."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from alliances.models.roles import (
    A_GARDER,
    DE_L_ETAT,
    DU_TERRITOIRE,
    GESTIONS_AU_TERRITOIRE,
    HORS_DE_L_ETAT,
    MAINS,
    PAR_RESOLUTION,
    QUI_LIENT,
    Role,
)
from socle.valeurs.horloge import aujourd_hui, jour_de

ANS_D_UNE_RESOLUTION = 10
EN_ATTENTE = Q(confirme_le__isnull=True, confirme_par__isnull=True, resolution="", resolution_le__isnull=True)
A_DEUX = (
    Q(confirme_le__isnull=False, nomme_par__isnull=False, confirme_par__isnull=False)
    & Q(resolution="", resolution_le__isnull=True)
    & ~Q(confirme_par=F("nomme_par"))
    & ~Q(confirme_par=F("utilisateur"))
)
APPUYEE = (
    Q(role__in=sorted(PAR_RESOLUTION), confirme_le__isnull=False, nomme_par__isnull=False)
    & Q(confirme_par__isnull=True, resolution_le__isnull=False)
    & ~Q(resolution="")
)
FONDATION = Q(role=Role.ADMINISTRATION, confirme_le__isnull=False, nomme_par__isnull=True) & Q(
    confirme_par__isnull=True, resolution="", resolution_le__isnull=True
)
# Un compte que personne n'a encore ouvert ne succède à personne.
INVITATION_EN_ATTENTE = Q(utilisateur__last_login=None, utilisateur__password__startswith="!")
LIENT = Q(role__in=sorted(QUI_LIENT))
CONTRAINTES = [
    models.CheckConstraint(
        name="mandat_nomme_par_une_autre_personne",
        condition=Q(nomme_par__isnull=True) | ~Q(nomme_par=F("utilisateur")),
        violation_error_message="On ne se donne pas un rôle à soi-même\u00a0: une autre personne le confie.",
    ),
    models.CheckConstraint(
        name="mandat_qui_lie_confie_a_deux",
        condition=(~LIENT & EN_ATTENTE)
        | (LIENT & ((EN_ATTENTE & Q(nomme_par__isnull=False)) | A_DEUX | APPUYEE | FONDATION)),
        violation_error_message="Un rôle qui lie se confie à deux personnes, ou par une résolution jointe.",
    ),
]


def _pas_fini(jour):
    return Q(fin__isnull=True) | Q(fin__gt=jour)


def a_valu(jour):
    """La condition de ce qui vaut ce jour-là, ou valait avant; ce qui lie, une fois confirmé."""
    return Q(~Q(role__in=QUI_LIENT) | Q(confirme_le__isnull=False), debut__lte=jour)


def en_vigueur(jour):
    """La condition de ce qui vaut ce jour-là."""
    return a_valu(jour) & _pas_fini(jour)


def a_confirmer(jour):
    """La condition de ce qui lie, confié par une seule personne."""
    return Q(_pas_fini(jour), role__in=QUI_LIENT, confirme_le__isnull=True)


def est_trop_neuf(utilisateur):
    """Le compte vient d'être ouvert : il ne confirme rien, et une résolution seule ne le fait pas signer."""
    return aujourd_hui() < jour_de(utilisateur.cree_le) + timedelta(settings.JOURS_DE_CONFIANCE)


class Confirmation(models.Model):
    """Abstraite, pour `Mandat` : les deux personnes d'un rôle qui lie, ou sa résolution."""

    confirme_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="confirmé par",
        null=True,
        blank=True,
        related_name="+",
    )
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True, editable=False)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def lie(self):
        return self.role in QUI_LIENT

    @property
    def est_a_confirmer(self):
        """Confié, il ne donne encore aucun droit."""
        return self.lie and self.confirme_le is None and not self.est_termine

    @property
    def est_termine(self):
        return self.fin is not None and self.fin <= aujourd_hui()

    @property
    def garants(self):
        """« Nommé par Camille Ross, confirmé par Paul Dubé »; vide pour ce qui ne lie pas."""
        if not self.lie or self.confirme_le is None:
            return ""
        if self.resolution:
            return f"Nommé par {self.nomme_par}, résolution {self.resolution}"
        return f"Nommé par {self.nomme_par}, confirmé par {self.confirme_par}" if self.nomme_par_id else ""

    def autre_main(self):
        """Le rôle qui lie d'une autre manière, que la personne tient ou attend déjà; `None` sinon."""
        autres = type(self).objects.filter(utilisateur=self.utilisateur_id, role__in=QUI_LIENT)
        roles = autres.exclude(pk=self.pk).filter(Q(fin=None) | Q(fin__gt=aujourd_hui()))
        tenus = (Role(role) for role in roles.order_by("role").values_list("role", flat=True))
        return next((role for role in tenus if MAINS[role] != MAINS.get(self.role)), None)

    def contredit_ses_mains(self):
        """Une personne n'approuve pas ce qu'elle paie : jamais deux mains à la fois."""
        if not self.lie or (autre := self.autre_main()) is None:
            return []
        return [
            f"Cette personne tient ou attend déjà un autre rôle qui lie, {autre.label}\u00a0: les deux ne vont pas "
            "ensemble."
        ]

    def contredit_son_camp(self):
        """Qui examine ou paie pour l'État n'est pas de ceux qu'il examine ou paie, ni l'inverse."""
        camp = next((c for c in (DE_L_ETAT, HORS_DE_L_ETAT) if self.role in c), None)
        if camp is None:
            return []
        adverse = HORS_DE_L_ETAT if camp is DE_L_ETAT else DE_L_ETAT
        tenus = (
            type(self).objects.filter(utilisateur=self.utilisateur_id, role__in=adverse).exclude(pk=self.pk)
        )
        autre = tenus.filter(Q(fin=None) | Q(fin__gt=aujourd_hui())).order_by("role").first()
        if autre is None:
            return []
        return [
            f"Cette personne tient ou attend déjà ce rôle\u00a0: {autre.get_role_display()}. On n’est pas à la fois de "
            "l’État et de ce qu’il finance."
        ]

    def contredit_la_gouvernance(self):
        """Un territoire n'a sa signature et ses finances que là où la gouvernance lui confie sa part."""
        if self.role not in DU_TERRITOIRE or self.territoire is None:
            return []
        if self.territoire.alliances.filter(profil_gouvernance__gestion__in=GESTIONS_AU_TERRITOIRE).exists():
            return []
        return [
            f"D’après la gouvernance de son Alliance, {self.territoire} ne gère pas sa part du FQIS\u00a0: ce rôle n’y "
            "existe pas."
        ]

    def empechements_a_confirmer(self):
        if not self.est_a_confirmer:
            return ["Ce mandat n’attend pas de confirmation."]
        return self.contredit_ses_mains()

    def empechements_a_confirmer_par(self, par):
        """La seconde personne n'est ni l'une ni l'autre des deux premières, ni de leur fait."""
        refus = self.empechements_a_confirmer()
        if par.pk in (self.nomme_par_id, self.utilisateur_id):
            return [*refus, "Une autre personne confirme\u00a0: ni qui nomme, ni qui est nommé."]
        if est_trop_neuf(par):
            refus.append("Votre compte vient d’être ouvert\u00a0: il ne confirme encore aucun mandat.")
        if self._origines(par.pk) & self._origines(self.nomme_par_id):
            refus.append(
                "L’une de vous deux doit son rôle à l’autre seule, ou toutes deux à la même personne\u00a0: une "
                "personne indépendante confirme."
            )
        return refus

    def _origines(self, personne):
        """La personne, et celles de qui lui vient, de proche en proche, un rôle confié par une seule."""
        seules = type(self).objects.en_vigueur().exclude(role__in=QUI_LIENT).exclude(nomme_par=None)
        origines, neuves = set(), {personne}
        while neuves:
            origines |= neuves
            neuves = set(seules.filter(utilisateur__in=neuves).values_list("nomme_par", flat=True)) - origines
        return origines

    def empechements_a_appuyer_par(self, par):
        """Ce qui s'oppose à ce qu'une résolution tienne lieu de seconde personne."""
        refus = self.empechements_a_confirmer()
        if self.role not in PAR_RESOLUTION:
            refus.append("Ce rôle demande une seconde personne\u00a0: une résolution n’y suffit pas.")
        elif est_trop_neuf(self.utilisateur):
            refus.append(
                "Le compte de cette personne vient d’être ouvert\u00a0: la résolution se joint dès le lendemain, ou "
                "une seconde personne confirme."
            )
        if par.pk == self.utilisateur_id:
            refus.append("Une autre personne que vous joint la résolution qui vous nomme.")
        return refus

    def empechements_de_releve(self):
        """Le dernier porteur de ces rôles ne part pas sans successeur. Ni un intérim ni une invitation n'en est un."""
        reste = A_GARDER.get(self.role)
        if reste is None or self.remplace_id or not self.est_en_vigueur():
            return []
        autres = type(self).objects.en_titre().filter(role=self.role, alliance=self.alliance_id)
        autres = autres.exclude(INVITATION_EN_ATTENTE).exclude(utilisateur=self.utilisateur_id)
        if autres.values("utilisateur").distinct().count() >= reste:
            return []
        if self.role == Role.COORDINATION:
            return [
                "C’est la seule personne à la coordination de cette Alliance\u00a0: passez d’abord le relais."
            ]
        if self.role == Role.APPROBATION:
            return [
                "C’est la seule personne à l’approbation\u00a0: faites d’abord confirmer qui lui succède."
            ]
        return [
            "Il doit rester deux personnes à l’administration\u00a0: faites d’abord confirmer qui succède."
        ]

    @staticmethod
    def empechements_de_resolution(jour):
        """Une résolution est d'hier ou d'aujourd'hui; plus vieille que dix ans, c'est l'année qui est mal écrite."""
        if jour > aujourd_hui():
            return ["La date de la résolution ne peut pas être dans le futur."]
        if jour.year < aujourd_hui().year - ANS_D_UNE_RESOLUTION:
            return [f"Une résolution de {jour.year}? Vérifiez l’année."]
        return []

    def poser_la_confirmation(self, *, par=None, resolution="", resolution_le=None, le=None):
        self.confirme_par, self.confirme_le = par, le or timezone.now()
        self.resolution, self.resolution_le = resolution, resolution_le
        self.full_clean()
        self.save(update_fields=["confirme_par", "confirme_le", "resolution", "resolution_le"])
