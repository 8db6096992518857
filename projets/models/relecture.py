"""Une demande telle qu'on la relit : ses réponses en mots, ses montants en tableau."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from alliances.models.gouvernance import Palier
from alliances.plans.models import Priorite
from projets.models.appels import NaturePiece
from projets.models.dossiers import PieceOrganisme
from projets.regles.admissibilite import QUESTIONS
from socle.lectures import precharger, ranger
from socle.valeurs.argent import ZERO
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice

LUES = (
    "populations",
    "personnes_prevues",
    "territoires",
    "priorites",
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

    def lire(self, *rangees, aussi=()):
        """Lit d'avance ces rangées, ou toutes, et rend les requêtes `aussi`, lues avec : la page n'y revient plus."""
        return precharger(self, *(rangees or LUES), aussi=aussi)

    def lire_ses_lieux(self, aussi=()):
        """De même, ses territoires et les instances de ses étapes : de quoi dépend chaque droit d'un territoire."""
        etapes, *lues = self.lire("territoires", aussi=(self.etapes.select_related("instance"), *aussi))
        ranger([self], "etapes", etapes)
        return lues

    def lire_ses_lieux_une_fois(self):
        if "etapes" not in getattr(self, "_prefetched_objects_cache", ()):
            self.lire_ses_lieux()

    def pieces_demandees(self):
        """[(nature que l'appel demande, le nom de la pièce qui y répond ou `None`)], dans l'ordre de l'appel.

        Reçue ou déposée, elle ne change plus : le dossier de l'organisme s'y lit tel qu'il était à cet instant.
        """
        valides = self.pieces_valides("televersee_le", "nature", "nom").order_by("televersee_le")
        noms = {nature: nom for _, nature, nom in valides}
        return [(NaturePiece(nature), noms.get(nature)) for nature in self.appel.pieces_demandees]

    def pieces_valides(self, *lues):
        """Ces champs de chaque pièce qui y répondrait : les siennes, et celles du dossier de son organisme."""
        au_dossier = PieceOrganisme.objects.du_depot(self.recue_le or self.deposee_le).order_by()
        du_sien = au_dossier.filter(organisme=self.organisme_id)
        return du_sien.values_list(*lues).union(self.pieces.jointes().order_by().values_list(*lues))

    def empreinte_a_deposer(self):
        """Celle de tout ce que relit la page où l'on atteste : les parties, les pièces, l'organisme, l'appel."""
        fiche, appel = self.organisme, self.appel
        pieces = sorted(self.pieces_valides("nature", "nom", "sha256"))
        return empreinte(self.revision, fiche.nom, fiche.neq, appel.questions, appel.pieces_demandees, pieces)

    def deja_a_cet_appel(self):
        """Celles que le même organisme y a déposées, et n'a pas retirées."""
        autres = type(self).objects.deposees().filter(appel=self.appel_id, organisme=self.organisme_id)
        return autres.exclude(pk=self.pk).exclude(etat=self.Etat.RETIREE).order_by("deposee_le")

    def priorites_sorties(self):
        """Celles qu'une version suivante du plan a retirées; une priorité gardée d'une version à l'autre a sa clé."""
        choisies = list(self.priorites.all())
        servies = self.appel.priorites_servies().filter(cle__in=[priorite.cle for priorite in choisies])
        gardees = set(servies.order_by().values_list("cle", flat=True)) if choisies else ()
        return [priorite for priorite in choisies if priorite.cle not in gardees]

    def priorites_d_ailleurs(self):
        """[(priorité locale choisie, ses territoires en mots)] de celles dont la demande ne touche aucun territoire."""
        locales = [priorite for priorite in self.priorites.all() if priorite.palier == Palier.LOCAL]
        touches = {territoire.pk for territoire in self.territoires.all()}
        if not (locales and touches):
            return []
        liens = Priorite.territoires.through.objects.filter(priorite__in=locales).order_by("territoire__nom")
        lieux = defaultdict(dict)
        for priorite, territoire, nom in liens.values_list("priorite", "territoire", "territoire__nom"):
            lieux[priorite][territoire] = nom
        return [
            (priorite, ", ".join(siens.values()))
            for priorite in locales
            if (siens := lieux[priorite.pk]) and not touches & siens.keys()
        ]

    @property
    def admissibilite_relue(self):
        """[(question, « Oui », « Non » ou rien, vrai si la réponse convient, ou `None`)]."""
        lues = ((question, getattr(self, question.champ)) for question in QUESTIONS)
        return [(question, question.reponse(convient).capitalize(), convient) for question, convient in lues]

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
