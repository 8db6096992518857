"""Un intérêt découvert à la lecture, et où en est chaque personne qui évalue une initiative."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from alliances.models import Role
from alliances.models.mandats import Mandat
from projets.models.choix import liees_a
from projets.models.evaluations import refus_d_evaluer
from projets.models.ouvertures import rivales_de
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.texte.typographie import pluriel


def empechements_a_reconnaitre(initiative, par):
    """Après une déclaration sans conflit, et jamais l'inverse."""
    if refus := refus_d_evaluer(initiative, par):
        return refus
    declaration = initiative.declarations.filter(personne=par).first()
    if declaration is None:
        return ["Déclarez d’abord si vous avez un intérêt dans ce dossier."]
    return ["Vous avez déjà déclaré un conflit d’intérêts."] if declaration.conflit else []


@transaction.atomic
def reconnaitre(initiative, *, par, precision, le=None):
    """Le dossier se ferme à la personne; ses notes restent, et ne comptent plus (`retenues`)."""
    initiative, le = initiative.verrouiller(), le or timezone.now()
    refus = empechements_a_reconnaitre(initiative, par)
    if not precision.strip():
        refus = [*refus, "Dites en quelques mots quel est cet intérêt."]
    if refus:
        raise TransitionInterdite(refus)
    declaration = initiative.declarations.get(personne=par)
    declaration.conflit, declaration.precision = True, precision.strip()
    declaration.save(update_fields=["conflit", "precision"])
    initiative.noter(
        "declarer",
        par=par,
        le=le,
        public=False,
        avant={"conflit": "non"},
        apres={"conflit": "oui"},
    )
    return declaration


@dataclass(frozen=True)
class Avancement:
    """Une personne de l'instance devant un dossier : `situation` en mots, `genre` de sa pastille."""

    personne: Utilisateur
    situation: str
    genre: str
    precision: str = ""


def avancements(initiative, notes, criteres):
    """Par personne de l'instance, et toute autre qui a déclaré; `notes` : celles qui se lisent de l'initiative."""
    declarations = {d.personne_id: d for d in initiative.declarations.select_related("personne")}
    personnes = {p.pk: p for p in _de_l_instance(initiative)}
    personnes |= {d.personne_id: d.personne for d in declarations.values()}
    donnees = Counter(n.personne_id for n in notes)
    return [_avancement(p, declarations.get(cle), donnees[cle], criteres) for cle, p in personnes.items()]


def _avancement(personne, declaration, notes, criteres):
    if declaration is None:
        return Avancement(personne, "À déclarer", "afaire")
    if declaration.conflit:
        ecartees = "; ses notes ne comptent plus" if notes else ""
        dit = f"«\xa0{declaration.precision}\xa0»{ecartees}"
        return Avancement(personne, "Conflit déclaré", "attention", dit)
    if notes >= criteres:
        return Avancement(personne, "Tout est noté", "bien")
    return Avancement(
        personne, f"{notes} critère{pluriel(notes)} sur {criteres}", "encours" if notes else "afaire"
    )


def _de_l_instance(initiative):
    """Qui évalue aujourd'hui à une de ses étapes, sauf à qui elle est la sienne, et les rivales."""
    evaluent = Mandat.objects.en_vigueur().filter(
        role=Role.EVALUATION, instance_gouvernance__in=initiative.etapes.order_by().values("instance")
    )
    actives = Utilisateur.objects.filter(pk__in=evaluent.values("utilisateur"), is_active=True)
    return actives.exclude(liees_a(initiative) | rivales_de(initiative)).order_by("nom", "prenom")
