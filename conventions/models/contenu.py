"""Ce que dit une convention, en données simples et stables : dates et montants en chaînes, listes triées.

Rien de ce qui bouge de soi-même n'y entre (état d'un versement, obligation remplie) : deux lectures d'une convention
que personne n'a changée donnent la même empreinte. Le règlement d'une fermeture n'y est pas : les parties ne l'ont pas
signé, le Ministère l'écrit en mettant fin à la convention, et le journal le garde.
"""

from socle.valeurs.argent import arrondir
from socle.valeurs.exercice import Exercice

POURCENTAGES = (
    "plafond_administration",
    "part_nouveaux_projets",
    "part_regionale",
    "cumul_maximal",
    "retenue",
)
MOIS = ("mois_pour_le_rapport", "mois_pour_le_rapport_final")
SEUILS = ("seuil_examen", "seuil_audit")
DATES = ("debut", "fin", "fin_realisation", "echeance_plan_au_plus_tard", "signee_le")


def contenu_de(convention):
    """Le contenu complet, prêt pour JSON; cinq requêtes."""
    return termes_lus(convention) | {
        "alliance": {
            "nom": convention.alliance.nom,
            "slug": convention.alliance.slug,
            "cycle": convention.alliance.cycle.code,
            "table_regionale": str(convention.alliance.table_regionale),
        },
        "montants_fictifs": convention.montants_fictifs,
        "obligations": [
            {
                "nature": obligation.get_nature_display(),
                "exercice": str(Exercice(obligation.an)) if obligation.an else "",
                "precision": obligation.precision,
                "echeance": _iso(obligation.echeance),
            }
            for obligation in convention.obligations.filter(annulee_le=None).order_by(
                "echeance", "nature", "an"
            )
        ],
    }


def termes_lus(convention):
    """La part du contenu qu'un avenant peut changer ou comparer; quatre requêtes."""
    exercices = list(convention.exercices.order_by("an"))
    parties = convention.parties.filter(retiree_le=None).select_related("organisme")
    parties = parties.prefetch_related("territoires").order_by("rang", "pk")
    prevus = convention.echeances.exclude(etat="annulee").order_by("rang")
    return {
        "convention": {"numero": convention.numero, "etat": str(convention.etat)}
        | {champ: _iso(getattr(convention, champ)) for champ in DATES}
        | {
            champ: getattr(convention, champ)
            for champ in ("mois_pour_le_plan", "jours_d_avance", "avant_le_plan")
        },
        "parametres": {champ: _pourcentage(getattr(convention, champ)) for champ in POURCENTAGES}
        | {"participation_etat": convention.participation_etat, "bilan_le": _iso(convention.bilan_le)}
        | {champ: getattr(convention, champ) for champ in MOIS}
        | {champ: _sous(getattr(convention, champ)) for champ in SEUILS},
        "exercices": [
            {"an": exercice.an, "exercice": str(exercice), "montant": _sous(exercice.montant)}
            for exercice in exercices
        ],
        "total": _sous(sum(exercice.montant for exercice in exercices)),
        "parties": [_partie(partie) for partie in parties],
        "echeancier": [_versement(echeance) for echeance in prevus],
    }


def _partie(partie):
    return {
        "role": str(partie.role),
        "role_libelle": partie.get_role_display(),
        "organisme": partie.organisme_id,
        "nom": partie.nom,
        "signe": partie.signe,
        "signataire": partie.signataire,
        "territoires": sorted(
            ({"id": t.pk, "nom": t.nom} for t in partie.territoires.all()), key=lambda t: (t["nom"], t["id"])
        ),
        "signee_le": _iso(partie.signee_le),
        "resolution": partie.resolution,
        "resolution_le": _iso(partie.resolution_le),
    }


def _versement(echeance):
    return {
        "rang": echeance.rang,
        "an": echeance.an,
        "exercice": str(echeance.exercice),
        "montant": _sous(echeance.montant),
        "condition": str(echeance.condition),
        "libelle": echeance.get_condition_display(),
        "rapport": str(Exercice(echeance.rapport_an)) if echeance.rapport_an else "",
        "prevue_le": _iso(echeance.prevue_le),
    }


def _iso(jour):
    return jour.isoformat() if jour else None


def _sous(montant):
    return str(arrondir(montant))


def _pourcentage(valeur):
    return None if valeur is None else f"{valeur:.2f}"
