"""Autoriser ou confirmer plusieurs versements d'un coup : tous, ou aucun."""

import hashlib

from django.db import transaction

from conventions.models.paiements import VirementRefuse
from socle.erreurs import TransitionInterdite, VersionPerimee

RIEN_DE_CHOISI = "Aucun versement n’est choisi."


def empreinte_du_lot(echeances):
    """À qui l'autorisation verserait, combien et sur quelle note, en seize signes."""
    lues = [(e.pk, str(e.reste()), e.beneficiaire_a_figer(), e.recommandation) for e in echeances]
    return hashlib.sha256(repr(sorted(lues)).encode()).hexdigest()[:16]


@transaction.atomic
def autoriser_en_lot(echeances, *, par, vu=None, le=None):
    """Autorise tout ou rien; chaque refus nomme son versement. `vu` : l'empreinte du lot que la page montrait."""
    if vu is not None and vu != empreinte_du_lot(echeances):
        raise VersionPerimee(
            "Un montant, une note ou un bénéficiaire a changé depuis que la page est ouverte\u00a0: relisez le lot."
        )
    return _en_lot([(echeance, {}) for echeance in echeances], "autoriser", par=par, le=le)


@transaction.atomic
def verser_en_lot(virements, *, par, le=None):
    """Confirme tout ou rien : `virements` est une suite de (échéance, montant, date, référence)."""
    champs = ("montant", "verse_le", "reference")
    lot = [(echeance, dict(zip(champs, reste, strict=True))) for echeance, *reste in virements]
    return _en_lot(lot, "verser", par=par, le=le)


def essayer_en_lot(virements, *, par):
    """Joue les virements puis défait tout; retourne, pour chacun dans l'ordre, ses fautes (champ, phrase)."""
    fautes = []
    with transaction.atomic():
        _verrouiller(echeance for echeance, *_ in virements)
        for echeance, montant, verse_le, reference in virements:
            try:
                echeance.verser(par=par, montant=montant, verse_le=verse_le, reference=reference)
                fautes.append([])
            except VirementRefuse as refus:
                fautes.append(refus.fautes)
            except TransitionInterdite as refus:
                fautes.append([("echeance", phrase) for phrase in refus.empechements])
        transaction.set_rollback(True)
    return fautes


def _en_lot(lot, geste, *, par, le):
    """Verrouille les conventions, puis pose le geste sur chacune; lève tous les refus à la fois."""
    if not lot:
        raise TransitionInterdite(RIEN_DE_CHOISI)
    lot = sorted(lot, key=lambda ligne: (ligne[0].convention_id, ligne[0].rang))
    _verrouiller(echeance for echeance, _ in lot)
    faits, refus = [], []
    for echeance, options in lot:
        try:
            faits.append(getattr(echeance, geste)(par=par, le=le, **options))
        except TransitionInterdite as empeche:
            refus += [f"{echeance.nom_complet} : {phrase}" for phrase in empeche.empechements]
    if refus:
        raise TransitionInterdite(refus)
    return faits


def _verrouiller(echeances):
    """Les conventions du lot, par clé, avant le premier geste : deux lots pris en sens contraires s'attendent."""
    conventions = {echeance.convention_id: echeance.convention for echeance in echeances}
    for _, convention in sorted(conventions.items()):
        convention.verrouiller()
