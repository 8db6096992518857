"""Autoriser ou confirmer plusieurs versements d'un coup : tous, ou aucun."""

from django.db import transaction

from conventions.models.echeances import EcheanceVersement
from conventions.models.paiements import VirementRefuse
from conventions.models.versements import Versement
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.empreintes import empreinte

RIEN_DE_CHOISI = "Aucun versement n’est choisi."
CHANGE = "Le bénéficiaire ou ce qui reste à verser a changé depuis que la page est ouverte"


def empreinte_du_lot(echeances):
    """À qui l'autorisation verserait, combien et sur quelle note, en seize signes."""
    lues = [(e.pk, str(e.reste()), e.beneficiaire_a_figer(), e.recommandation) for e in echeances]
    return empreinte(*sorted(lues))


@transaction.atomic
def autoriser_en_lot(echeances, *, par, vu=None, le=None):
    """Autorise tout ou rien; chaque refus nomme son versement. `vu` : l'empreinte du lot que la page montrait."""
    _verrouiller(echeances)
    if vu is not None and vu != empreinte_du_lot(_relues(e.pk for e in echeances)):
        raise VersionPerimee(
            "Un montant, une note ou un bénéficiaire a changé depuis que la page est ouverte\u00a0: relisez le lot."
        )
    return _en_lot([(echeance, {}) for echeance in echeances], "autoriser", par=par, le=le)


def deja_inscrits(virements):
    """Ceux qui sont au registre à l'identique : (échéance, montant, date, référence)."""
    lignes = Versement.objects.en_vigueur().filter(reference__in=[reference for *_, reference in virements])
    return set(lignes.values_list("echeance", "montant", "verse_le", "reference"))


def perimes(virements, vus):
    """Ce qui n'est plus ce que la page montrait, en une phrase; vide si tout l'est encore.

    `vus` : par échéance, l'empreinte que la page portait. Une empreinte vide est
    périmée; un virement déjà inscrit, répété, ne l'est pas.
    """
    deja = deja_inscrits(virements)
    vises = {e.pk for e, *virement in virements if e.pk in vus and (e.pk, *virement) not in deja}
    changees = [e.nom_complet for e in _relues(vises) if e.empreinte_a_verser() != vus[e.pk]]
    return f"{CHANGE}\u00a0: {'; '.join(changees)}." if changees else ""


@transaction.atomic
def verser_en_lot(virements, *, par, vus=None, le=None):
    """Confirme tout ou rien : `virements` est une suite de (échéance, montant, date, référence).

    `vus` : l'empreinte de chaque échéance que la page montrait (voir `perimes`).
    """
    _verrouiller(echeance for echeance, *_ in virements)
    if phrase := perimes(virements, vus or {}):
        raise VersionPerimee(phrase)
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


def _relues(pks):
    return EcheanceVersement.objects.filter(pk__in=list(pks)).avec_convention().a_montrer()


def _verrouiller(echeances):
    """Les conventions du lot, par clé, avant le premier geste : deux lots pris en sens contraires s'attendent."""
    conventions = {echeance.convention_id: echeance.convention for echeance in echeances}
    for _, convention in sorted(conventions.items()):
        convention.verrouiller()
