"""Ce que l'organisme rend de ce qu'il devait : le versé baisse, l'enveloppe retrouve la somme."""

from django.db import models, transaction
from django.db.models import F, Max, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from conventions.models import Ecriture
from conventions.models.arbres import empechements_de_reglement
from conventions.models.gardiens import sortie_ecrite
from conventions.models.pieces_de_sortie import PieceDeSortie
from projets.protocoles.models.gardiens import REMBOURSEMENT_PERMIS
from projets.protocoles.models.mouvements import MouvementDeProtocole, MouvementQuerySet
from projets.protocoles.models.releves import LigneDeReleve
from socle.declencheurs import IMMUABLE
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.exercice import Exercice


class RemboursementQuerySet(MouvementQuerySet):
    CHEMIN = "ligne__"

    def lues(self):
        return super().lues().select_related("ligne__protocole__initiative__organisme", "ligne__affectation")


class Remboursement(MouvementDeProtocole):
    """Une somme revenue de l'organisme, jamais plus que ce que le relevé dit à récupérer."""

    declencheurs = (
        *IMMUABLE,
        sortie_ecrite("protocoles_remboursement", "verse", signe="-", permise=REMBOURSEMENT_PERMIS),
    )

    NOM = "Un remboursement"
    IDENTITE = ("ligne", "montant", "faite_le")
    NATURE, COMPTE, GESTE = "recuperation", "verse", "inscrire-remboursement"

    ligne = models.ForeignKey(
        LigneDeReleve, models.PROTECT, verbose_name="ligne du relevé", related_name="remboursements"
    )

    objects = RemboursementQuerySet.as_manager()

    class Meta(MouvementDeProtocole.Meta):
        verbose_name = "remboursement"

    @property
    def protocole(self):
        return self.ligne.protocole

    def contenu(self):
        return super().contenu() | {"ligne": self.ligne_id}

    def mouvement(self):
        """D'un exercice clos, la somme revient à son enveloppe et passe à la même du premier exercice ouvert."""
        revient = [(self.enveloppe, self.COMPTE, -self.montant)]
        if (an := self.ligne.an_du_retour()) in (None, self.enveloppe.an):
            return revient
        passe = [(self.enveloppe, "alloue", -self.montant)]
        return [*revient, *passe, (self.enveloppe.homologue(an), "alloue", self.montant)]

    def motif_au_livre(self):
        if self.ligne.an_du_retour() in (None, self.enveloppe.an):
            return ""
        return f"Rendu après la clôture de l’exercice {self.exercice}, où «\xa0{self.enveloppe}\xa0» l’avait versé."

    def reste(self):
        return self.ligne.reste()

    def manque(self):
        return f"L’organisme ne doit plus que {en_dollars(self.reste())} sur cette somme."

    @classmethod
    @transaction.atomic
    def inscrire(cls, *, par, ligne, le=None, **saisie):
        """Écrit le remboursement et son mouvement. Le même, répété, rend celui qui y est."""
        protocole = ligne.protocole.verrouiller()
        ligne = protocole.releve.select_related("affectation__enveloppe__convention__alliance").get(
            pk=ligne.pk
        )
        ligne.protocole = protocole
        saisie |= {"ligne": ligne, "enveloppe": ligne.affectation.enveloppe}
        return cls._inscrire_pour(protocole, par=par, le=le, **saisie)

    @classmethod
    @transaction.atomic
    def inscrire_avec_piece(cls, *, par, piece=None, **saisie):
        """Le remboursement et, s'il y en a une, sa pièce; le même, répété, garde celle qu'il a."""
        remboursement = cls.inscrire(par=par, **saisie)
        if piece and not remboursement.pieces.exists():
            PieceRemboursement.televerser(piece, par=par, sortie=remboursement)
        return remboursement

    def empechements_de_sortie(self):
        return self.ligne.empechements_a_rendre()

    def empechements_de_contrepassation(self):
        """Un chèque sans provision se défait aussi, une fois la convention fermée; là où la somme est allée."""
        lignes = Ecriture.objects.filter(mouvement=self.ecriture.mouvement)
        an = lignes.aggregate(an=Max("enveloppe__an"))["an"]
        return empechements_de_reglement(self.convention, an)


def a_recuperer_de(lignes):
    """Celles d'où il y avait à récupérer, avec ce que l'organisme en a rendu (`deja_rendu`)."""
    rendus = Remboursement.objects.en_vigueur().filter(ligne=OuterRef("pk")).order_by().values("ligne")
    total = Subquery(rendus.annotate(total=Sum("montant")).values("total"))
    rendu = Coalesce(total, Value(ZERO, output_field=MontantField()))
    return lignes.filter(a_recuperer__gt=0).annotate(deja_rendu=rendu)


def dettes_de(exercice):
    """[(phrase, dollars, si un remboursement s'inscrira une fois l'exercice clos)] de chaque organisme qui lui doit."""
    suivants = exercice.convention.exercices.filter(an__gt=exercice.an, clos_le=None).order_by("an")
    lignes = LigneDeReleve.objects.filter(
        affectation__enveloppe__convention=exercice.convention, affectation__enveloppe__an=exercice.an
    )
    lues = a_recuperer_de(lignes).filter(a_recuperer__gt=F("deja_rendu")).order_by("pk")
    lues = lues.select_related("protocole__initiative__organisme", "affectation__enveloppe__territoire")
    return [_dette(ligne) for ligne in lues.annotate(suivant=Subquery(suivants.values("an")[:1]))]


def _dette(ligne):
    suite = (
        f"rendue plus tard, la somme s’inscrira à l’exercice {Exercice(ligne.suivant)}."
        if ligne.suivant
        else "aucun exercice suivant n’est ouvert pour la recevoir\xa0: récupérez-la ou radiez-la d’abord."
    )
    initiative = ligne.protocole.initiative
    phrase = (
        f"{initiative.organisme} doit encore {en_dollars(ligne.reste())} à «\xa0{ligne.enveloppe}\xa0» "
        f"({initiative.numero})\xa0: {suite}"
    )
    return phrase, ligne.reste(), ligne.suivant is not None


class PieceRemboursement(PieceDeSortie):
    """La preuve du virement reçu."""

    sortie = models.ForeignKey(
        Remboursement, models.PROTECT, verbose_name="remboursement", related_name="pieces"
    )

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’un remboursement"
        verbose_name_plural = "pièces des remboursements"
