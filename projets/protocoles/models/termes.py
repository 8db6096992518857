"""Les termes d'un protocole tels qu'ils valent aujourd'hui : ce dont part un avenant, et ce qu'il retrouve ou non.

La demande déposée reste telle qu'elle est : le texte d'une activité ou d'une dépense est celui du dernier avenant signé
qui l'a changé, sinon le sien.
"""

from decimal import Decimal

from conventions.models.beneficiaires import en_mots
from conventions.models.parties import copie_de
from projets.protocoles.regles.avenants import en_sous, sorte_de, tranche_en_valeur
from projets.protocoles.regles.echeancier import Prevue
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice

BENEFICIAIRE = "beneficiaire/identite"
FINIES = ("versee", "annulee")  # ce qui n'est plus à venir
DE_L_OBJECTIF = {"objectif": "Objectif", "activites": "Activités de l’objectif"}
DE_LA_DEPENSE = {"precision": "en mots", "montant": "montant"}


def termes_de(protocole):
    """{clé: valeur}; ce qu'une page a lu d'avance ne se relit pas."""
    if protocole.termes_lus is not None:
        return protocole.termes_lus
    dates = {f"date/{nom}": getattr(protocole, nom).isoformat() for nom in ("fin", "rapport_final_le")}
    beneficiaire = _identite(protocole.initiative.organisme_id, *protocole.identite_signee())
    return dates | {BENEFICIAIRE: beneficiaire} | _tranches(protocole) | textes_de(protocole)


def identite_de(organisme):
    """Le terme qui le nomme, sous son identité d'aujourd'hui."""
    return _identite(organisme.pk, *copie_de(organisme).values())


def _identite(cle, nom, neq, fournisseur):
    dit = en_mots(nom, neq, fournisseur)
    return {"organisme": cle, "nom": nom, "neq": neq, "fournisseur": fournisseur, "dit": dit}


def _tranches(protocole):
    tranches = list(protocole.tranches.all())
    verses = {t.pk: t.deja_verse for t in tranches}
    if None in verses.values():
        verses = protocole.tranches.verses_par("pk")
    return {
        f"tranche/{t.rang}": tranche_en_valeur(
            Prevue(t.affectation_id, t.montant, t.condition, t.prevue_le, t.retenue), verses.get(t.pk, ZERO)
        )
        for t in tranches
        if t.etat not in FINIES
    }


def textes_de(protocole):
    """Ceux des objectifs et des dépenses, les avenants signés compris."""
    initiative, textes = protocole.initiative, {}
    for objectif in initiative.objectifs.all():
        textes |= {f"objectif/{objectif.pk}/{champ}": getattr(objectif, champ) for champ in DE_L_OBJECTIF}
    for depense in initiative.depenses.all():
        lus = {"precision": depense.precision, "montant": en_sous(depense.montant)}
        textes |= {f"depense/{depense.pk}/{champ}": valeur for champ, valeur in lus.items()}
    for propositions in protocole.avenants.signes().order_by("rang").values_list("propositions", flat=True):
        textes |= {cle: valeur for cle, valeur in propositions.items() if cle in textes}
    return textes


def noms_de(protocole):
    """{clé d'un terme, ou clé d'une somme accordée: comment on le nomme}."""
    noms = {a.pk: f"{a.enveloppe}, {a.enveloppe.exercice}" for a in protocole.affectations()}
    for rang, objectif in enumerate(protocole.initiative.objectifs.all(), start=1):
        for champ, dit in DE_L_OBJECTIF.items():
            noms[f"objectif/{objectif.pk}/{champ}"] = f"{dit} {rang}"
    for depense in protocole.initiative.depenses.all():
        for champ, dit in DE_LA_DEPENSE.items():
            libelle = f"{depense.get_poste_display()}, {Exercice(depense.an)}"
            noms[f"depense/{depense.pk}/{champ}"] = f"{libelle}\xa0: {dit}"
    return noms


def fautes_de_textes(propositions):
    """Une phrase par texte qui ne s'écrit pas."""
    for cle, valeur in propositions.items():
        if sorte_de(cle) == "objectif" and cle.endswith("/objectif") and not valeur:
            yield "Un objectif garde ses mots\xa0: écrivez-le."
        if cle.endswith("/montant") and Decimal(valeur) < 0:
            yield "Une dépense n’est pas négative."
