"""Évaluer une initiative : déclarer d'abord ses intérêts, lire ensuite, noter enfin chaque critère de la grille.

Qui déclare un conflit ne lit pas, ne note pas; la Table l'apprend et demande à une autre personne.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliances.models import Role
from alliances.models.mandats import droits_de
from projets.models.appels import AppelProjets
from projets.models.choix import les_siennes
from projets.models.gardiens import CONFLIT_RECONNU, NOTES_DE_L_ETUDE
from projets.models.grilles import CritereAppel
from projets.models.initiatives import Initiative
from projets.models.ouvertures import (
    a_evalue,
    a_evaluer_parmi,
    de_ses_instances,
    instances_de,
    ouvertes_parmi,
    rivales_pour,
)
from projets.regles.notes import PLUS_HAUT, noter
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue

RIVALE = "Votre organisme dépose à cet appel\xa0: une autre personne en évalue les dossiers."


def a_evaluer_par(utilisateur):
    return a_evaluer_parmi(Initiative.objects, utilisateur)


def rivales_refusees_a(utilisateur):
    """Celles de ses instances qu'elle évaluerait, si son organisme ne déposait pas au même appel."""
    return de_ses_instances(Initiative.objects, utilisateur).filter(
        rivales_pour(utilisateur, Initiative.objects)
    )


def appels_ou_rivale(utilisateur):
    """Les appels dont elle n'évalue aucun dossier, alors qu'une de ses instances y tient une étape."""
    siennes = Initiative.objects.deposees().filter(etapes__instance__in=instances_de(utilisateur))
    rivales = siennes.filter(rivales_pour(utilisateur, Initiative.objects)).order_by()
    return AppelProjets.objects.filter(pk__in=rivales.values("appel"))


def ouvertes_a(utilisateur):
    return ouvertes_parmi(Initiative.objects, utilisateur)


def decidees_notees_par(utilisateur):
    """Celles que la personne a notées et dont la décision est prise : elle y relit ses notes."""
    notees = NoteCritere.objects.filter(personne=utilisateur.pk).values("initiative")
    siennes = Initiative.objects.filter(pk__in=notees, etapes__instance__in=instances_de(utilisateur))
    decidees = siennes.filter(decisions__isnull=False).exclude(etat=Initiative.Etat.ADMISSIBLE)
    return decidees.exclude(les_siennes(utilisateur) | rivales_pour(utilisateur, siennes)).distinct()


def lisibles_par(utilisateur):
    """Celles dont la page des notes s'ouvre à la personne : à évaluer, ou décidées qu'elle a notées."""
    return (a_evaluer_par(utilisateur) | decidees_notees_par(utilisateur)).distinct()


def lues_par(utilisateur):
    """Celles que la personne évalue et lit : elle s'y est déclarée sans conflit."""
    return lisibles_par(utilisateur).filter(
        declarations__personne=utilisateur.pk, declarations__conflit=False
    )


def avec_avancement(initiatives, personne):
    """Annote, pour cette personne, `conflit` (rien tant qu'elle n'a pas déclaré) et `reste_a_noter`, en critères."""
    siennes = DeclarationInteret.objects.filter(initiative=OuterRef("pk"), personne=personne).order_by()
    a_noter = CritereAppel.objects.filter(appel=OuterRef("appel")).order_by()
    donnees = NoteCritere.objects.filter(initiative=OuterRef("pk"), personne=personne).order_by()
    return initiatives.annotate(
        conflit=Subquery(siennes.values("conflit")[:1]),
        reste_a_noter=_nombre(a_noter, "appel") - _nombre(donnees, "initiative"),
    )


def _nombre(lignes, par):
    """Combien de lignes, groupées par cette clé : zéro s'il n'y en a pas."""
    comptees = lignes.values(par).annotate(nombre=Count("pk")).values("nombre")
    return Coalesce(Subquery(comptees, output_field=IntegerField()), 0)


class DeclarationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Les siennes; la Table lit celles de ses dossiers."""
        dossiers = Initiative.objects.condition_de_l_etude(utilisateur, "initiative__")
        return self.filter(Q(personne=utilisateur.pk) | dossiers)


def est_en_conflit(personne, initiative):
    """Qui a déclaré un conflit ne note pas, ne vote pas, ni n'apprend d'avance, même sortie de son instance."""
    if not initiative.pk or not a_evalue(personne):
        return False
    lus = initiative.__dict__.setdefault("_conflits", {})
    if personne.pk not in lus:
        lus[personne.pk] = initiative.declarations.filter(personne=personne, conflit=True).exists()
    return lus[personne.pk]


def lire_les_conflits(personne, initiatives):
    """D'une requête, ceux que `est_en_conflit` redemanderait à chacune."""
    if not a_evalue(personne):
        return
    siens = DeclarationInteret.objects.filter(personne=personne, conflit=True, initiative__in=initiatives)
    declares = set(siens.values_list("initiative", flat=True))
    for initiative in initiatives:
        initiative.__dict__.setdefault("_conflits", {})[personne.pk] = initiative.pk in declares


class DeclarationInteret(models.Model):
    """Une personne dit, avant d'ouvrir un dossier, si elle y a un intérêt."""

    declencheurs = CONFLIT_RECONNU

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="declarations"
    )
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="personne", related_name="+"
    )
    conflit = models.BooleanField("conflit d’intérêts")
    precision = models.CharField("précision", max_length=300, blank=True)
    le = models.DateTimeField("déclaré le")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration d’intérêts"
        verbose_name_plural = "déclarations d’intérêts"
        ordering = ["le"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "personne"],
                name="declaration_une_par_personne",
                violation_error_message="Vous avez déjà déclaré vos intérêts sur ce dossier.",
            )
        ]

    def __str__(self):
        return f"{self.personne}\xa0: {'conflit' if self.conflit else 'aucun conflit'}"


class NoteQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Les siennes, et toutes pour qui suit le dossier à la Table; l'organisme n'en lit aucune."""
        droits = droits_de(utilisateur)
        suivies = droits.alliances(frozenset({Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE}))
        de_soi = Initiative.objects.condition_de_soi(utilisateur, "initiative__")
        return self.filter(Q(personne=utilisateur.pk) | Q(initiative__alliance__in=suivies or ()) & ~de_soi)

    def retenues(self):
        """Celles qui comptent : un conflit reconnu après coup laisse les notes, et les écarte."""
        meme = {"initiative": OuterRef("initiative"), "personne": OuterRef("personne")}
        return self.exclude(Exists(DeclarationInteret.objects.filter(conflit=True, **meme)))


class NoteCritere(models.Model):
    """Le niveau qu'une personne donne à un critère, et pourquoi."""

    declencheurs = NOTES_DE_L_ETUDE

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="notes"
    )
    critere = models.ForeignKey(CritereAppel, models.PROTECT, verbose_name="critère", related_name="+")
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="personne", related_name="+"
    )
    niveau = models.PositiveSmallIntegerField("niveau")
    commentaire = models.CharField("commentaire", max_length=600, blank=True)
    le = models.DateTimeField("notée le")

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note d’un critère"
        verbose_name_plural = "notes des critères"
        ordering = ["critere__rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "critere", "personne"], name="note_une_par_critere_et_personne"
            ),
            models.CheckConstraint(
                name="note_de_zero_a_quatre",
                condition=Q(niveau__lte=PLUS_HAUT),
                violation_error_message="Un niveau va de 0 à 4.",
            ),
        ]

    def __str__(self):
        return f"{self.critere}\xa0: {self.niveau}"


def refus_d_evaluer(initiative, par):
    if a_evaluer_par(par).filter(pk=initiative.pk).exists():
        return []
    if rivales_refusees_a(par).filter(pk=initiative.pk).exists():
        return [RIVALE]
    return ["Ce dossier n’est pas à évaluer par vous."]


def empechements_a_declarer(initiative, par):
    if refus := refus_d_evaluer(initiative, par):
        return refus
    if initiative.declarations.filter(personne=par).exists():
        return ["Vous avez déjà déclaré vos intérêts sur ce dossier."]
    return []


@transaction.atomic
def declarer(initiative, *, par, conflit, precision="", le=None):
    """La déclaration ouvre le dossier à la personne, ou le lui ferme."""
    initiative, le = initiative.verrouiller(), le or timezone.now()
    refus = empechements_a_declarer(initiative, par)
    if conflit and not precision.strip():
        refus = [*refus, "Dites en quelques mots quel est cet intérêt."]
    if refus:
        raise TransitionInterdite(refus)
    declaration = initiative.declarations.create(
        personne=par, conflit=conflit, precision=precision.strip(), le=le
    )
    initiative.noter("declarer", par=par, le=le, public=False, apres={"conflit": "oui" if conflit else "non"})
    return declaration


def empechements_a_noter(initiative, par):
    """Noter demande un dossier admissible, une grille, et une déclaration sans conflit."""
    if initiative.etat != Initiative.Etat.ADMISSIBLE and (prise := initiative.decisions.first()):
        return [f"La décision est prise, le {date_longue(prise.prise_le)}\xa0: vos notes ne changent plus."]
    if refus := refus_d_evaluer(initiative, par):
        return refus
    declaration = initiative.declarations.filter(personne=par).first()
    if declaration is None:
        return ["Déclarez d’abord si vous avez un intérêt dans ce dossier."]
    if declaration.conflit:
        return ["Vous avez déclaré un conflit d’intérêts\xa0: vous ne lisez ni ne notez ce dossier."]
    return [] if initiative.appel.criteres.exists() else ["Cet appel n’a pas de grille."]


@transaction.atomic
def evaluer(initiative, *, par, notes, le=None):
    """Enregistre les notes d'une personne : {critère: (niveau, commentaire)}; elles se changent jusqu'à la décision."""
    initiative, le = initiative.verrouiller(), le or timezone.now()
    if refus := empechements_a_noter(initiative, par):
        raise TransitionInterdite(refus)
    de_la_grille = set(initiative.appel.criteres.values_list("pk", flat=True))
    for critere, (niveau, commentaire) in notes.items():
        if critere.pk not in de_la_grille:
            raise TransitionInterdite("Ce critère n’est pas de la grille de cet appel.")
        NoteCritere.objects.update_or_create(
            initiative=initiative,
            critere=critere,
            personne=par,
            defaults={"niveau": niveau, "commentaire": commentaire.strip(), "le": le},
        )
    initiative.noter("evaluer", par=par, le=le, public=False)
    return initiative


def note_de(initiative):
    """La `NoteGlobale` d'une initiative, d'après les personnes qui ont noté toute la grille."""
    criteres = list(initiative.appel.criteres.values_list("pk", "nom", "poids"))
    notes = NoteCritere.objects.filter(initiative=initiative).retenues().order_by("pk")
    return noter(criteres, list(notes.values_list("personne", "critere", "niveau")))


def note_lue_de(initiative):
    """La note que l'écran montre, ou `None`; lue pour plusieurs (`tours.notes_des`), elle ne se redemande pas."""
    if not hasattr(initiative, "note_lue"):
        initiative.note_lue = note_de(initiative).lue
    return initiative.note_lue
