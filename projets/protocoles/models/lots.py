"""Inscrire plusieurs versements aux organismes, à l'écran ou par le fichier des versements faits : tous, ou aucun.

Un virement : (tranche, montant, date, référence). Toutes les tranches d'un lot sont d'une même convention.
"""

import uuid

from django.db import transaction

from projets.protocoles.models.paiements import Paiement
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.tranches import Tranche
from socle.erreurs import TransitionInterdite, VersionPerimee

CHANGE = "Ce qui reste à verser a changé depuis que la page est ouverte"
CHAMPS = {"faite_le": "verse_le", "tranche": "echeance", "enveloppe": "echeance"}  # du modèle au formulaire


def deja_inscrits(virements):
    """Ceux qui sont au registre à l'identique : (tranche, montant, date, référence)."""
    conventions = {tranche.enveloppe.convention_id for tranche, *_ in virements}
    lignes = Paiement.objects.en_vigueur().filter(
        convention__in=conventions, reference__in=[reference for *_, reference in virements]
    )
    return set(lignes.values_list("tranche", "montant", "faite_le", "reference"))


def perimes(virements, vus):
    """Ce qui n'est plus ce que la page montrait, en une phrase; vide si tout l'est encore.

    `vus` : par tranche, l'empreinte que la page portait. Une empreinte vide est
    périmée; un virement déjà inscrit, répété, ne l'est pas.
    """
    deja = deja_inscrits(virements)
    vises = {t.pk for t, *virement in virements if t.pk in vus and (t.pk, *virement) not in deja}
    changees = [t.nom_complet for t in _relues(vises) if t.empreinte_a_verser() != vus[t.pk]]
    return f"{CHANGE}\xa0: {'; '.join(changees)}." if changees else ""


def _relues(pks):
    relues = Tranche.objects.filter(pk__in=pks).select_related("protocole__initiative")
    return relues.order_by("protocole__initiative__numero", "rang")


def sur_un_meme_cheque(tranche, autre):
    """Une référence répétée dans un lot ne sert qu'à deux versements d'un même organisme."""
    organismes = {t.protocole.initiative.organisme_id for t in (tranche, autre)}
    return tranche.pk != autre.pk and len(organismes) == 1


def empechements_a_payer(choisis, retenus=()):
    """`retenus` : ceux qu'on a cochés et qui ne s'inscrivent pas; la page dit plus bas ce qui retient chacun."""
    if choisis:
        return []
    return ["Ce qui retient chacun est dit plus bas." if retenus else "Cochez des versements dans la liste."]


@transaction.atomic
def payer_en_lot(virements, *, par, vus=None, le=None):
    """Tout ou rien; rend les paiements, ceux qui y étaient compris. Chaque refus nomme son versement."""
    exiger(empechements_a_payer(virements))
    _verrouiller(tranche for tranche, *_ in virements)
    if phrase := perimes(virements, vus or {}):
        raise VersionPerimee(phrase)
    lignes, fautes = Paiement.jouer(_saisies(virements), par=par, le=le)
    refus = [
        f"{tranche.nom_complet}\xa0: {phrase}"
        for (tranche, *_), siennes in zip(virements, fautes, strict=True)
        for _, phrase in siennes
    ]
    if refus:
        raise TransitionInterdite(refus)
    return lignes


def essayer_en_lot(virements, *, par):
    """Joue les virements puis défait tout; rend, pour chacun dans l'ordre, ses fautes (champ, phrase)."""
    with transaction.atomic():
        _verrouiller(tranche for tranche, *_ in virements)
        essai = Paiement.essayer_en_lot(_saisies(virements), par=par)
    return [[(CHAMPS.get(champ, champ), phrase) for champ, phrase in fautes] for _, fautes in essai]


def _saisies(virements):
    lot = uuid.uuid4()
    for tranche, montant, faite_le, reference in virements:
        saisie = {"tranche": tranche, "montant": montant, "faite_le": faite_le, "reference": reference}
        yield saisie | {"lot": lot}


def _verrouiller(tranches):
    """Les protocoles du lot, par clé d'initiative, avant le premier mouvement : deux lots pris en sens contraires
    s'attendent, et la convention se verrouille après eux tous."""
    pks = {tranche.protocole_id for tranche in tranches}
    for protocole in (
        Protocole.objects.filter(pk__in=pks).select_related("initiative").order_by("initiative_id")
    ):
        protocole.verrouiller()
