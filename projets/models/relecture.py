"""Une demande telle qu'on la relit : ses réponses en mots, ses montants en tableau."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Prefetch, prefetch_related_objects

from alliances.plans.models import Priorite, VersionPlan
from projets.regles.admissibilite import QUESTIONS
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice

LUES = (
    "populations",
    "personnes_prevues",
    "territoires",
    Prefetch("priorites", Priorite.objects.select_related("version")),
    "objectifs",
    "partenaires",
    "depenses",
    "sources",
)
PARTS = ("en_conception", "en_realisation", "au_suivi", "soutien")


@dataclass(frozen=True)
class Rangee:
    """Une dépense ou une source : ce qui la nomme, son montant de chaque exercice, son total."""

    ligne: object
    montants: list  # [(Exercice, montant ou `None`)]
    total: Decimal


class RelectureDeDemande:
    """Ce que lisent la page « Vérifier », le dossier et le comité."""

    def lire(self, *rangees):
        """Lit d'avance ces rangées, ou toutes : la page n'y revient plus."""
        prefetch_related_objects([self], *(rangees or LUES))

    def priorites_sorties(self):
        """Celles qu'une version suivante du plan a retirées; une priorité gardée d'une version à l'autre a sa clé."""
        anciennes = [p for p in self.priorites.all() if p.version.etat != VersionPlan.Etat.APPROUVEE]
        if not anciennes:
            return []
        gardees = self.appel.priorites_servies().filter(cle__in=[p.cle for p in anciennes])
        cles = set(gardees.order_by().values_list("cle", flat=True))
        return [p for p in anciennes if p.cle not in cles]

    @property
    def admissibilite_relue(self):
        """[(question, vrai si la réponse convient, ou `None`)]."""
        return [(question, getattr(self, question.champ)) for question in QUESTIONS]

    @property
    def preuves_en_mots(self):
        return [self.Preuve(code).label for code in self.preuves]

    @property
    def participation_en_mots(self):
        """À quels moments les personnes prennent part, et si on les y aide."""
        return [self._meta.get_field(champ).verbose_name for champ in PARTS if getattr(self, champ)]

    @property
    def reponses_aux_questions(self):
        """[(question de l'appel, réponse)]."""
        return [(question, getattr(self, champ)) for champ, question in self.appel.questions]

    @property
    def depenses_en_tableau(self):
        return self._en_tableau(self.depenses.all())

    @property
    def sources_en_tableau(self):
        return self._en_tableau(self.sources.all())

    def _en_tableau(self, lignes):
        """Une `Rangee` par rang, avec les mêmes exercices que le bilan."""
        ans = {exercice.an for exercice in self.exercices}
        ans |= {ligne.an for ligne in (*self.depenses.all(), *self.sources.all())}
        return [self._rangee(list(siennes), sorted(ans)) for _, siennes in groupby(lignes, lambda e: e.rang)]

    @staticmethod
    def _rangee(lignes, ans):
        par_an = {ligne.an: ligne.montant for ligne in lignes}
        montants = [(Exercice(an), par_an.get(an)) for an in ans]
        return Rangee(lignes[0], montants, sum(par_an.values(), ZERO))
