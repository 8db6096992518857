"""Le plan d'une Alliance. Il n'a pas d'état : ses versions en ont un."""

from django.db import models, transaction
from django.db.models import Q

from alliances.models import Alliance, JournalAlliance, Role
from alliances.models.charge import DossierConfie
from alliances.models.mandats import vues_selon
from alliances.models.roles import DE_L_ALLIANCE, DE_L_ETAT, DE_L_ORGANISME, DU_TERRITOIRE
from alliances.plans.canevas import CANEVAS
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite

MEMBRES = DE_L_ALLIANCE | {Role.TERRITOIRE, Role.ADMINISTRATION}
LECTURE_APPROUVEE = DE_L_ORGANISME | DU_TERRITOIRE | {Role.OBSERVATION}


def empechements_a_ouvrir(alliance):
    """Sans le canevas de son cycle, un plan n'aurait aucune section : ni à écrire, ni à lire."""
    cycle = alliance.cycle.code
    if cycle in CANEVAS:
        return []
    return [f"Le cycle {cycle} n’a pas de canevas dans ce service\u00a0: son plan ne peut pas y être ouvert."]


class PlanActionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Le dossier se voit de l'Alliance et de l'État; les autres attendent une version approuvée."""
        approuves = Q(pk__in=self.model.objects.filter(versions__etat="approuvee").values("pk"))
        volets = (MEMBRES | DE_L_ETAT, Q()), (LECTURE_APPROUVEE, approuves)
        return self.filter(vues_selon(utilisateur, "alliance", *volets))


class PlanAction(DossierConfie):
    """Le plan d'action régional concerté d'une Alliance (guide 2024-2029, §4.2)."""

    alliance = models.OneToOneField(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    echeance = models.DateField(
        "échéance", help_text="Dépôt de la première version au plus tard; un dépôt tardif est possible."
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    objects = PlanActionQuerySet.as_manager()

    class Meta:
        verbose_name = "plan d’action"
        verbose_name_plural = "plans d’action"
        ordering = ["alliance__nom"]

    def __str__(self):
        return f"Plan d’action – {self.alliance}"

    @classmethod
    @transaction.atomic
    def ouvrir(cls, alliance, *, par, le=None):
        """Ouvre le plan d'une Alliance avec une version 1 vide. Sans effet s'il existe déjà.

        Lève `TransitionInterdite` si le cycle n'a pas de canevas.
        """
        if empechements := empechements_a_ouvrir(alliance):
            raise TransitionInterdite(empechements)
        gardee = Alliance.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=alliance.pk)
        plan, nouveau = cls.objects.get_or_create(
            alliance=alliance, defaults={"echeance": gardee.limite_du_plan}
        )
        if nouveau:
            plan.versions.model.creer(plan, par=par, le=le)
        return plan

    def verrouiller(self):
        """Un geste sur plusieurs versions à la fois; inscrire une ligne au journal du plan reste possible."""
        return type(self).objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)

    @classmethod
    @transaction.atomic
    def fixer_echeance_pour(cls, alliance, le, *, par):
        """La convention de cette Alliance fixe l'échéance de son plan : au plan ouvert, sinon à l'Alliance."""
        gardee = Alliance.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=alliance.pk)
        if plan := cls.objects.filter(alliance=gardee).first():
            return plan.fixer_echeance(le, par=par)
        avant, gardee.echeance_plan = gardee.limite_du_plan, le
        if avant != le:
            JournalAlliance.noter(
                alliance=gardee,
                par=par,
                role=next(iter(sorted(gardee.roles_de(par))), ""),
                geste="fixer-echeance",
                objet=gardee,
                avant={"échéance du plan": avant.isoformat()},
                apres={"échéance du plan": le.isoformat()},
            )
        gardee.save(update_fields=["echeance_plan"])
        return None

    @transaction.atomic
    def fixer_echeance(self, le, *, par):
        """Change l'échéance du premier dépôt; sans effet sur un plan déjà déposé."""
        plan = self.verrouiller()
        if plan.echeance == le or plan.est_depose:
            return plan
        avant, plan.echeance = plan.echeance, le
        plan.save(update_fields=["echeance"])
        plan.noter(
            "fixer-echeance",
            par=par,
            avant={"echeance": avant.isoformat()},
            apres={"echeance": le.isoformat()},
        )
        return plan

    def noter(self, geste, *, par, **champs):
        """Inscrit un geste qui porte sur le plan lui-même, à sa dernière version; l'État le voit."""
        derniere = self.versions.order_by("-numero").first()
        return derniere.noter(geste, par=par, objet=self, public=True, **champs)

    @property
    def est_depose(self):
        """Une de ses versions est, ou a été, devant l'État; un dépôt retiré ne compte pas."""
        return self.versions.filter(deposee_le__isnull=False).exists()

    def version_en_vigueur(self):
        """La version approuvée, ou `None` : c'est elle que voient les autres pendant une modification."""
        return self.versions.filter(etat="approuvee").first()

    def version_ouverte(self):
        """La version en rédaction ou en examen, ou `None`."""
        return self.versions.ouvertes().first()
