"""Ce qui doit être vrai du grand livre à tout instant, quoi qu'il se soit passé."""

from collections import defaultdict
from decimal import Decimal

from conventions.models import Convention, Ecriture, JournalConvention, Solde, Transfert
from socle.models.chaines import premiere_rupture

COMPTES = Ecriture.Compte.values


def grand_livre_vrai():
    """Σ lignes = chaque solde; rien sous zéro; rien au-delà de la convention; chaînes intactes."""
    sommes = defaultdict(Decimal)
    for enveloppe, compte, montant in Ecriture.objects.values_list("enveloppe", "compte", "montant"):
        sommes[enveloppe, compte] += montant
    for solde in Solde.objects.all():
        for compte in COMPTES:
            assert getattr(solde, compte) == sommes[solde.pk, compte], (solde, compte)
            assert getattr(solde, compte) >= 0, (solde, compte)
        assert solde.disponible >= 0, solde
        assert solde.a_recevoir >= 0, solde
    for convention in Convention.objects.all():
        soldes = Solde.objects.filter(enveloppe__convention=convention)
        convenu, alloue = sum(s.convenu for s in soldes), sum(s.alloue for s in soldes)
        sorti = sum(s.recupere + s.annule for s in soldes)
        assert alloue == convenu - sorti, (convention, alloue, convenu, sorti)
        if convention.est_signee:
            assert convenu == convention.montant()
    for modele in (Ecriture, JournalConvention):
        assert premiere_rupture(modele) is None
    _mouvements_entiers()


def _mouvements_entiers():
    """Ce qui déplace ne crée rien; ce qui est approuvé est écrit, une fois."""
    deplaces = defaultdict(Decimal)
    for mouvement, nature, montant in Ecriture.objects.values_list("mouvement", "nature", "montant"):
        if nature in ("repartition", "transfert", "report"):
            deplaces[mouvement] += montant
    assert not any(deplaces.values()), deplaces
    approuves = Transfert.objects.filter(etat="approuvee").values_list("mouvement", flat=True)
    ecrits = Ecriture.objects.filter(nature="transfert").values_list("mouvement", flat=True).distinct()
    assert set(approuves) == set(ecrits)
    assert len(approuves) == len(set(approuves))
