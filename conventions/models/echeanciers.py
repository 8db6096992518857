"""Établir l'échéancier d'une convention : tant qu'elle se prépare, il se remplace d'un bloc; ensuite, un avenant."""

from django.db import transaction
from django.db.models import Max

from conventions.regles.echeancier import Prevu, Reglages, completer, proposer, retenue_manquante
from conventions.regles.obligations import plus_mois
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_longue, pourcent
from socle.valeurs.argent import arrondir, en_dollars
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice

MOIS_DU_RAPPORT_FINAL = 3  # après la fin de la convention; la date réelle est celle de l'obligation

MOIS_APRES = 12


def en_prevus(convention):
    """L'échéancier actuel, hors annulations, dans la forme des règles."""
    return [
        Prevu(e.an, e.montant, e.condition, e.prevue_le, e.rapport_an)
        for e in convention.echeances.exclude(etat="annulee").order_by("rang")
    ]


def proposition(convention, reglages=None):
    """L'échéancier que les défauts donnent à cette convention; rien n'est écrit."""
    reglages = reglages or Reglages(retenue=convention.retenue or Reglages.retenue)
    signature = convention.signee_le or convention.debut
    return proposer(
        montants_de(convention),
        signature_le=signature,
        plan_le=min(
            _plus_mois(signature, convention.mois_pour_le_plan), convention.echeance_plan_au_plus_tard
        ),
        rapport_final_le=_plus_mois(convention.fin, MOIS_DU_RAPPORT_FINAL),
        reglages=reglages,
    )


def empreinte_de(convention):
    """L'empreinte de l'échéancier et des montants affichés : un formulaire parti d'un autre est périmé."""
    lignes = [
        [p.an, str(p.montant), p.condition, str(p.prevue_le), p.rapport_an] for p in en_prevus(convention)
    ]
    montants = {an: str(montant) for an, montant in montants_de(convention).items()}
    return empreinte(lignes, montants)


def empechements_de_l_echeancier(convention):
    """Pourquoi cet échéancier ne peut pas être transmis : absent, ou d'une somme qui n'est pas la bonne."""
    prevus = en_prevus(convention)
    if not prevus:
        return ["L’échéancier des versements n’est pas établi."]
    ecarts = completer(montants_de(convention), prevus)[1]
    return [phrase_de_l_ecart(ecart) for ecart in ecarts] or empechements_de_retenue(
        convention.retenue, prevus
    )


def empechements_de_retenue(retenue, prevus):
    """Une retenue promise est dans l'échéancier, sous la condition du rapport final."""
    voulu = retenue_manquante(prevus, retenue)
    if voulu is None:
        return []
    return [
        f"La convention retient {pourcent(retenue)} du dernier versement jusqu’au rapport final\u00a0: "
        f"prévoyez-y un versement de {en_dollars(voulu)}."
    ]


def empechements_de_jours_prevus(convention, jours):
    """Un versement se prévoit pendant la convention, ou dans l'année qui la suit : au-delà, la date est mal écrite."""
    debut, limite = convention.debut, plus_mois(convention.fin, MOIS_APRES)
    hors_de_la_vie = sorted({jour for jour in jours if not debut <= jour <= limite})
    return [
        f"Un versement se prévoit du {date_longue(debut)} au {date_longue(limite)}, pas le {date_longue(jour)}."
        for jour in hors_de_la_vie
    ]


@transaction.atomic
def etablir(convention, prevus, *, par, vu, le=None):
    """Remplace l'échéancier d'une convention en préparation; un montant vide prend le reste de l'exercice.

    Comme le reste de la préparation, son journal reste à l'État.

    Lève `VersionPerimee` si quelqu'un l'a changé depuis l'affichage, `TransitionInterdite` s'il n'est pas juste.
    """
    convention = convention.verrouiller()
    if convention.etat != convention.Etat.PREPARATION:
        raise TransitionInterdite(
            "Une fois la convention transmise, l’échéancier ne change que par un avenant."
        )
    if empreinte_de(convention) != vu:
        raise VersionPerimee(
            "L’échéancier ou les montants ont changé depuis que vous avez ouvert cette page."
        )
    prevus, ecarts = completer(montants_de(convention), prevus)
    refus = [phrase_de_l_ecart(ecart) for ecart in ecarts] or empechements_de_retenue(
        convention.retenue, prevus
    )
    if refus := [*refus, *empechements_de_jours_prevus(convention, (p.prevue_le for p in prevus))]:
        raise TransitionInterdite(refus)
    convention.echeances.all().delete()
    echeances = ajouter(convention, prevus)
    convention.noter(
        "etablir-echeancier",
        par=par,
        le=le,
        public=False,
        apres={"versements": len(echeances), "total": en_dollars(sum(e.montant for e in echeances))},
    )
    return echeances


def ajouter(convention, prevus):
    """Ajoute ces versements prévus à la suite, dans l'ordre des dates. Pour l'échéancier et pour un avenant."""
    rang = convention.echeances.aggregate(dernier=Max("rang"))["dernier"] or 0
    ordre = sorted(prevus, key=lambda p: (p.an, p.prevue_le, p.condition == "rapport_final"))
    return [
        convention.echeances.create(
            an=prevu.an,
            rang=rang + place,
            montant=arrondir(prevu.montant),
            condition=prevu.condition,
            prevue_le=prevu.prevue_le,
            rapport_an=prevu.rapport_an,
        )
        for place, prevu in enumerate(ordre, start=1)
    ]


def montants_de(convention):
    """{an: montant en dollars} des exercices de la convention."""
    return {exercice.an: exercice.montant for exercice in convention.exercices.all()}


def phrase_de_l_ecart(ecart):
    """« 2025-2026 : il manque 1 000,00 $ aux versements prévus. »"""
    exercice = Exercice(ecart.an)
    if ecart.hors:
        return f"{exercice} : cet exercice n’est pas de la convention."
    if ecart.deux_restes:
        return f"{exercice} : un seul montant peut rester vide; il prend le reste."
    if ecart.manque > 0:
        return f"{exercice} : il manque {en_dollars(ecart.manque)} aux versements prévus."
    if ecart.manque == 0:
        return f"{exercice} : il ne reste rien pour le versement sans montant."
    return f"{exercice} : les versements prévus dépassent de {en_dollars(-ecart.manque)} le montant de l’exercice."


def _plus_mois(jour, mois):
    """Le même jour, tant de mois plus tard, sans dépasser la fin du mois."""
    total = jour.month - 1 + mois
    an, mois = jour.year + total // 12, total % 12 + 1
    for dernier in (jour.day, 30, 29, 28):
        try:
            return jour.replace(year=an, month=mois, day=dernier)
        except ValueError:
            continue
    raise AssertionError("Tout mois a un 28.")
