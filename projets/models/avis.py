"""Les avis d'un parcours, dans l'ordre du circuit; l'avis des personnes qui ont vécu la pauvreté, tenu à part.

Celui-ci n'a ni note ni nom : un groupe, son nombre de personnes, et leurs mots.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from projets.models.etapes import EtapeInitiative
from projets.models.gardiens import AVIS_RETIRE_UNE_FOIS
from projets.models.initiatives import Initiative
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui, jour_de


class AvisQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui suit l'étude; l'organisme aussi, une fois la réponse partie : un avis se dit à qui il concerne."""
        return self.filter(Initiative.objects.condition_une_fois_repondue(utilisateur, "initiative__"))

    def en_vigueur(self):
        return self.filter(retire_le__isnull=True)


class AvisManager(models.Manager.from_queryset(AvisQuerySet)):
    """Un avis se lit avec son étape, qui le nomme."""

    def get_queryset(self):
        return super().get_queryset().select_related("etape")


class AvisInitiative(models.Model):
    """Ce qu'une instance dit d'une initiative à son étape, ou l'avis à part des personnes qui l'ont vécu."""

    class Sens(models.TextChoices):
        FAVORABLE = "favorable", "Favorable"
        RESERVES = "reserves", "Favorable avec réserves"
        DEFAVORABLE = "defavorable", "Défavorable"

    Sens = Sens
    declencheurs = AVIS_RETIRE_UNE_FOIS

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name="initiative", related_name="avis")
    etape = models.ForeignKey(
        EtapeInitiative, models.PROTECT, verbose_name="étape", null=True, blank=True, related_name="avis"
    )
    groupe = models.CharField(
        "groupe",
        max_length=150,
        blank=True,
        help_text="De personnes qui ont vécu la pauvreté; sans nom de personne.",
    )
    personnes = models.PositiveSmallIntegerField("nombre de personnes", null=True, blank=True)
    sens = models.CharField("sens", max_length=12, choices=Sens.choices)
    texte = models.TextField("avis", max_length=2000)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    rendu_le = models.DateField("rendu le")
    inscrit_le = models.DateTimeField("inscrit le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrit par", related_name="+"
    )
    retire_le = models.DateTimeField("retiré le", null=True, editable=False)
    retrait_motif = models.TextField("motif du retrait", blank=True, max_length=2000, editable=False)

    objects = AvisManager()

    class Meta:
        verbose_name = "avis sur une initiative"
        verbose_name_plural = "avis sur les initiatives"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["etape"],
                condition=Q(retire_le__isnull=True),
                name="avis_un_par_etape",
                violation_error_message="Cette étape a déjà son avis.",
            ),
            models.CheckConstraint(
                name="avis_d_une_etape_ou_d_un_groupe",
                condition=Q(etape__isnull=False, groupe="", personnes__isnull=True)
                | (Q(etape__isnull=True, personnes__gt=0) & ~Q(groupe="")),
                violation_error_message="Un avis est celui d’une étape, ou d’un groupe de personnes et de leur nombre.",
            ),
            models.CheckConstraint(
                name="avis_ecrit", condition=~Q(texte=""), violation_error_message="Un avis s’écrit."
            ),
        ]

    def __str__(self):
        return f"{self.etape.nom if self.etape_id else self.groupe}\xa0: {self.get_sens_display().lower()}"


def avis_rendus(initiative):
    """Ceux qui valent encore, de tous ses avis : qui les a déjà lus ne les relit pas."""
    return [avis for avis in initiative.avis.all() if not avis.retire_le]


def prochaine_etape(initiative):
    """La première étape qui attend : un avis, une recommandation, une approbation, puis la décision; ou `None`."""
    rendus = {avis.etape_id for avis in avis_rendus(initiative)}
    attendues = [e for e in initiative.etapes.all() if e.acte != "information"]
    return next((e for e in attendues if e.pk not in rendus), None)


def vu_des_avis(initiative, part=False):
    """Ce que la page d'un avis montre : l'étape qui attend, ou, pour l'avis à part, ceux qui y sont déjà."""
    if part:
        return " ".join(str(a.pk) for a in initiative.avis.all() if a.groupe and not a.retire_le)
    etape = prochaine_etape(initiative)
    return str(etape.pk) if etape else ""


def _exiger_le_vu(initiative, vu, part=False):
    if vu is not None and vu != vu_des_avis(initiative, part):
        raise VersionPerimee("Un avis s’est inscrit depuis que vous avez ouvert la page.")


def empechements_a_rendre(initiative):
    if initiative.etat != Initiative.Etat.ADMISSIBLE:
        return ["Un avis se rend sur une demande admissible, avant sa décision."]
    etape = prochaine_etape(initiative)
    if etape is None or etape.acte == "decision":
        return ["Il ne reste que la décision."]
    return []


@transaction.atomic
def rendre(initiative, *, par, sens, texte, rendu_le, resolution="", vu=None, le=None):
    """L'avis de l'étape qui attend, celle que la page montrait (`vu`); jamais dans le désordre."""
    initiative = initiative.verrouiller()
    _exiger_le_vu(initiative, vu)
    refus = empechements_a_rendre(initiative) or list(_fautes(initiative, texte, rendu_le))
    if refus:
        raise TransitionInterdite(refus)
    etape = prochaine_etape(initiative)
    champs = {"etape": etape, "sens": sens, "texte": texte.strip(), "resolution": resolution.strip()}
    return _inscrire(initiative, "rendre-avis", par=par, le=le, rendu_le=rendu_le, **champs)


def empechements_a_entendre(initiative):
    """L'avis des personnes s'entend à tout moment de l'étude."""
    if initiative.etat not in (Initiative.Etat.DEPOSEE, Initiative.Etat.ADMISSIBLE):
        return ["Cet avis s’inscrit pendant l’étude, avant la décision."]
    return []


@transaction.atomic
def entendre(initiative, *, par, groupe, personnes, sens, texte, rendu_le, vu=None, le=None):
    """L'avis, à part, d'un groupe de personnes qui ont vécu la pauvreté; `vu` : ceux que la page savait inscrits."""
    initiative = initiative.verrouiller()
    _exiger_le_vu(initiative, vu, part=True)
    refus = empechements_a_entendre(initiative) or list(_fautes(initiative, texte, rendu_le))
    if refus:
        raise TransitionInterdite(refus)
    champs = {"groupe": groupe.strip(), "personnes": personnes, "sens": sens, "texte": texte.strip()}
    return _inscrire(initiative, "entendre", par=par, le=le, rendu_le=rendu_le, **champs)


def _fautes(initiative, texte, rendu_le):
    if not texte.strip():
        yield "Écrivez l’avis."
    if rendu_le > aujourd_hui():
        yield "La date de l’avis n’est pas dans le futur."
    elif rendu_le < jour_de(initiative.deposee_le):
        yield "L’avis suit le dépôt de la demande."


def _inscrire(initiative, geste, *, par, le, **champs):
    le = le or timezone.now()
    avis = AvisInitiative(initiative=initiative, par=par, inscrit_le=le, **champs)
    avis.full_clean(exclude=["inscrit_le"])
    avis.save(force_insert=True)
    initiative.noter(geste, par=par, le=le, public=False, objet=str(avis), motif=avis.texte)
    return avis


def empechements_a_retirer(avis):
    if avis.retire_le:
        return ["Cet avis est déjà retiré."]
    if avis.initiative.etat not in (Initiative.Etat.DEPOSEE, Initiative.Etat.ADMISSIBLE):
        return ["La décision est prise\xa0: elle s’appuie sur cet avis."]
    suivants = (
        avis.initiative.avis.en_vigueur().filter(etape__rang__gt=avis.etape.rang) if avis.etape_id else ()
    )
    return ["Une étape suivante s’appuie sur cet avis\xa0: retirez-la d’abord."] if suivants else []


@transaction.atomic
def retirer(avis, *, par, motif, le=None):
    """Inscrit par erreur, un avis se retire avec un motif; il reste à l'histoire."""
    avis.initiative.verrouiller()
    avis = AvisInitiative.objects.select_related("initiative__alliance", "etape").get(pk=avis.pk)
    refus = empechements_a_retirer(avis) or ([] if motif.strip() else ["Écrivez le motif."])
    if refus:
        raise TransitionInterdite(refus)
    avis.retire_le, avis.retrait_motif = le or timezone.now(), motif.strip()
    avis.save()
    avis.initiative.noter("retirer-avis", par=par, public=False, objet=str(avis), motif=motif.strip())
    return avis
