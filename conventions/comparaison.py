"""Comparer des états d'une convention, terme par terme, et le dire en phrases. Ne lit que du contenu.

Un terme est une ligne de la convention qu'un avenant peut changer. Sa clé dit sa sorte et lequel :
« date/fin », « exercice/2026 », « versement/3 », « partie/cosignataire/12 »; sa valeur est une donnée simple.
`SORTES` est la seule liste des sortes, dans l'ordre où un avenant les applique.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from socle.texte.typographie import date_longue, pluriel, pourcent
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.exercice import Exercice

DATES = {"fin": "Fin de la convention", "fin_realisation": "Fin de réalisation"}
PARAMETRES = {
    "plafond_administration": "Plafond d’administration et de mobilisation",
    "part_nouveaux_projets": "Part réservée aux nouveaux projets",
    "part_regionale": "Part des projets régionaux",
    "cumul_maximal": "Cumul maximal des aides publiques",
    "retenue": "Retenue jusqu’au rapport final",
    "participation_etat": "Participation à la gouvernance",
}
REDDITION = {
    "mois_pour_le_rapport": "Rapport annuel et états financiers",
    "bilan_le": "Bilan pluriannuel",
    "mois_pour_le_rapport_final": "Rapport final",
    "seuil_examen": "Mission d’examen",
    "seuil_audit": "Mission d’audit",
}
LIBERATION = {
    "jours_d_avance": "Marge avant la date d’un versement",
    "avant_le_plan": "Versements avant l’approbation du plan",
}
COMPTES_DEPUIS = {
    "mois_pour_le_rapport": "le 31 mars",
    "mois_pour_le_rapport_final": "la fin de la convention",
}
CHAMPS_DU_VERSEMENT = {
    "montant": ("montant", en_dollars),
    "an": ("exercice", lambda an: str(Exercice(an))),
    "libelle": ("condition", str),
    "prevue_le": ("prévu le", date_longue),
}


@dataclass(frozen=True)
class Sorte:
    """Une sorte de terme : où la lire, comment la nommer, la mettre en mots et dire son changement.

    `nommer` et `dire` reçoivent la clé dans la sorte et la valeur.
    `a_la_suite` : deux avenants peuvent ajouter chacun le leur, le second prend le numéro suivant.
    """

    code: str
    titre: str
    lire: Callable
    nommer: Callable
    dire: Callable
    changer: Callable
    a_la_suite: bool = False


@dataclass(frozen=True)
class Changement:
    """Un terme avant et après, en mots; `phrase` dit le tout."""

    cle: str
    titre: str
    nom: str
    avant: str
    apres: str
    phrase: str


@dataclass(frozen=True)
class Ecart:
    """Un terme à trois moments : la base de l'avenant, la convention d'aujourd'hui, ce que l'avenant propose."""

    cle: str
    nom: str
    base: str
    actuelle: str
    proposee: str
    contredit: bool


def en_ordinal(rang):
    """« 1er », « 2e »."""
    return "1er" if int(rang) == 1 else f"{rang}e"


def _lire_dates(contenu):
    return {code: contenu["convention"][code] for code in DATES}


def _lire_parametres(contenu):
    return {code: contenu["parametres"][code] for code in PARAMETRES}


def _lire_reddition(contenu):
    return {code: contenu["parametres"].get(code) for code in REDDITION}


def _lire_liberation(contenu):
    return {code: contenu["convention"].get(code) for code in LIBERATION}


def _lire_exercices(contenu):
    return {str(exercice["an"]): exercice["montant"] for exercice in contenu["exercices"]}


def _lire_parties(contenu):
    champs = ("nom", "role_libelle", "signe", "signataire", "territoires")
    return {
        f"{partie['role']}/{partie['organisme'] or 0}": {champ: partie[champ] for champ in champs}
        for partie in contenu["parties"]
    }


def _lire_versements(contenu):
    champs = ("an", "montant", "condition", "libelle", "prevue_le")
    return {str(v["rang"]): {champ: v[champ] for champ in champs} for v in contenu["echeancier"]}


def _minuscule(libelle):
    """Le libellé au milieu d'une phrase; un sigle garde ses capitales."""
    return libelle if libelle[1:2].isupper() else libelle[:1].lower() + libelle[1:]


def dire_parametre(valeur):
    """« 12,5 % », « non précisé », ou le texte même."""
    if valeur is None or valeur == "":
        return "non précisé"
    try:
        return pourcent(Decimal(valeur))
    except ArithmeticError:
        return valeur


def dire_reddition(champ, valeur):
    """« 3 mois après le 31 mars », « 30 juin 2027 », « à partir de 50 000,00 $ par exercice » ou « aucun »."""
    if valeur is None:
        return "aucun"
    if champ == "bilan_le":
        return date_longue(valeur)
    if champ in COMPTES_DEPUIS:
        return f"{valeur} mois après {COMPTES_DEPUIS[champ]}"
    return f"à partir de {en_dollars(valeur)} par exercice"


def dire_liberation(champ, valeur):
    """« 30 jours », ou le texte qui permet de verser avant le plan."""
    if champ == "jours_d_avance":
        return f"{valeur} jour{pluriel(valeur)}"
    return valeur or "le premier seulement"


def _dire_partie(_, partie):
    role = _minuscule(partie["role_libelle"])
    qui = f"; signe : {partie['signataire']}" if partie["signataire"] else ""
    return f"{role}{qui}" if partie["signe"] else f"{role}, sans signer"


def _dire_versement(_, versement):
    return (
        f"{en_dollars(versement['montant'])} en {Exercice(versement['an'])}, prévu le "
        f"{date_longue(versement['prevue_le'])} ({_minuscule(versement['libelle'])})"
    )


def _dire_date(_, jour):
    return date_longue(jour)


def _changer_date(nom, avant, apres):
    return f"{nom} : du {date_longue(avant)} au {date_longue(apres)}"


def _changer_parametre(nom, avant, apres):
    if nom == PARAMETRES["participation_etat"]:
        return f"{nom} : nouveau texte"
    if avant is None:
        return f"{nom} : {dire_parametre(apres)}, rien n’était précisé"
    if apres is None:
        return f"{nom} : plus rien de précisé, c’était {dire_parametre(avant)}"
    return f"{nom} : de {dire_parametre(avant)} à {dire_parametre(apres)}"


def _changer_reddition(nom, avant, apres):
    champ = next(champ for champ, libelle in REDDITION.items() if libelle == nom)
    return f"{nom} : {dire_reddition(champ, avant)} devient {dire_reddition(champ, apres)}"


def _changer_liberation(nom, avant, apres):
    champ = next(champ for champ, libelle in LIBERATION.items() if libelle == nom)
    dits = [dire_liberation(champ, valeur) for valeur in (avant, apres)]
    if champ == "avant_le_plan":
        dits = [f"«\u00a0{dit}\u00a0»" for dit in dits]
    return f"{nom}\u00a0: {dits[0]} devient {dits[1]}"


def _changer_exercice(nom, avant, apres):
    ecart = Decimal(apres) - Decimal(avant)
    sens = f"{en_dollars(abs(ecart))} de {'plus' if ecart > 0 else 'moins'}"
    return f"{nom} : de {en_dollars(avant)} à {en_dollars(apres)}, soit {sens}"


def _changer_partie(nom, avant, apres):
    return f"{nom} : « {_dire_partie(nom, avant)} » devient « {_dire_partie(nom, apres)} »"


def _changer_versement(nom, avant, apres):
    morceaux = [
        f"{libelle} : {dire(avant[champ])} devient {dire(apres[champ])}"
        for champ, (libelle, dire) in CHAMPS_DU_VERSEMENT.items()
        if avant[champ] != apres[champ]
    ]
    return f"{nom} – " + "; ".join(morceaux)


SORTES = {
    sorte.code: sorte
    for sorte in (
        Sorte("date", "Dates", _lire_dates, lambda cle, _: DATES[cle], _dire_date, _changer_date),
        Sorte(
            "parametre",
            "Règles d’emploi",
            _lire_parametres,
            lambda cle, _: PARAMETRES[cle],
            lambda _, valeur: dire_parametre(valeur),
            _changer_parametre,
        ),
        Sorte(
            "reddition",
            "Reddition de comptes",
            _lire_reddition,
            lambda cle, _: REDDITION[cle],
            dire_reddition,
            _changer_reddition,
        ),
        Sorte(
            "liberation",
            "Libération des versements",
            _lire_liberation,
            lambda cle, _: LIBERATION[cle],
            dire_liberation,
            _changer_liberation,
        ),
        Sorte(
            "exercice",
            "Montants",
            _lire_exercices,
            lambda cle, _: f"Exercice {Exercice(int(cle))}",
            lambda _, montant: en_dollars(montant),
            _changer_exercice,
        ),
        Sorte(
            "partie",
            "Parties",
            _lire_parties,
            lambda _, partie: partie["nom"],
            _dire_partie,
            _changer_partie,
        ),
        Sorte(
            "versement",
            "Versements prévus",
            _lire_versements,
            lambda cle, _: f"{en_ordinal(cle)} versement",
            _dire_versement,
            _changer_versement,
            a_la_suite=True,
        ),
    )
}


def sorte_de(cle):
    """La sorte d'un terme et sa clé dans cette sorte."""
    code, _, reste = cle.partition("/")
    return SORTES[code], reste


def termes(contenu):
    """Tous les termes d'un contenu : {clé: valeur}."""
    return {
        f"{sorte.code}/{cle}": valeur
        for sorte in SORTES.values()
        for cle, valeur in sorte.lire(contenu).items()
    }


def appliquer(base, propositions):
    """Les termes une fois les propositions appliquées; une proposition vide (`None`) retire le terme."""
    proposes = base | propositions
    return {cle: proposes[cle] for cle in proposes if proposes[cle] is not None or _se_vide(cle)}


def _se_vide(cle):
    """Un paramètre peut n'être pas précisé, un bilan n'être pas attendu : ils restent des termes."""
    return cle.startswith(("parametre/", "reddition/", "liberation/"))


def ordonner(cles):
    """Les clés dans l'ordre des sortes, puis par numéro."""
    codes = list(SORTES)

    def place(cle):
        sorte, reste = sorte_de(cle)
        return codes.index(sorte.code), int(reste) if reste.isdigit() else 0, reste

    return sorted(cles, key=place)


def changements(avant, apres):
    """Ce qui change d'un ensemble de termes à l'autre, dans l'ordre, en phrases."""
    differents = [cle for cle in {*avant, *apres} if avant.get(cle) != apres.get(cle)]
    return [_changement(cle, avant.get(cle), apres.get(cle)) for cle in ordonner(differents)]


def _changement(cle, avant, apres):
    sorte, reste = sorte_de(cle)
    nom = sorte.nommer(reste, apres or avant)
    if (avant is None or apres is None) and not _se_vide(cle):
        verbe, valeur = ("Ajout", apres) if avant is None else ("Retrait", avant)
        phrase = (
            f"{verbe} : {nom[:1].lower() + nom[1:] if reste.isdigit() else nom}, {sorte.dire(reste, valeur)}"
        )
    else:
        phrase = sorte.changer(nom, avant, apres)
    mots = [
        "–" if valeur is None and not _se_vide(cle) else sorte.dire(reste, valeur)
        for valeur in (avant, apres)
    ]
    return Changement(cle, sorte.titre, nom, *mots, phrase=f"{phrase}.")


def ecarts(base, actuelle, propositions):
    """Les termes que la convention ou l'avenant a changés depuis la base; qui se contredit est marqué."""
    trouves = []
    for cle in ordonner({*base, *actuelle, *propositions}):
        b, a = base.get(cle), actuelle.get(cle)
        p = propositions.get(cle, a)  # ce que l'avenant ne touche pas reste ce qu'il est aujourd'hui
        if a == b and p == b:
            continue
        sorte, reste = sorte_de(cle)
        mots = ["–" if valeur is None else sorte.dire(reste, valeur) for valeur in (b, a, p)]
        nom = sorte.nommer(reste, next(valeur for valeur in (p, a, b, "") if valeur is not None))
        trouves.append(Ecart(cle, nom, *mots, contredit=_se_contredisent(cle, b, a, p)))
    return trouves


def _se_contredisent(cle, base, actuelle, proposee):
    if base is None and sorte_de(cle)[0].a_la_suite:
        return False
    return actuelle != base and proposee != base and actuelle != proposee


def reprendre(base, actuelle, propositions):
    """Les mêmes propositions sur la convention d'aujourd'hui : ce qui y est déjà fait disparaît, et un ajout dont
    le numéro est pris reçoit le suivant."""
    reprises = {}
    for cle in ordonner(propositions):
        valeur = propositions[cle]
        sorte, _ = sorte_de(cle)
        if valeur == actuelle.get(cle):
            continue
        if sorte.a_la_suite and base.get(cle) is None and cle in actuelle:
            cle = _cle_suivante(sorte, {*actuelle, *propositions, *reprises})
        reprises[cle] = valeur
    return reprises


def _cle_suivante(sorte, prises):
    numeros = [int(reste) for reste in de_sorte(dict.fromkeys(prises), sorte.code)]
    return f"{sorte.code}/{max(numeros, default=0) + 1}"


def totaux(lus):
    """(total des montants, {exercice: montant}, {exercice: somme des versements prévus}), en dollars."""
    montants = {int(reste): Decimal(v) for reste, v in de_sorte(lus, "exercice").items()}
    prevus = defaultdict(lambda: ZERO)
    for _, versement in de_sorte(lus, "versement").items():
        prevus[versement["an"]] += Decimal(versement["montant"])
    return sum(montants.values(), ZERO), montants, dict(prevus)


def de_sorte(lus, code):
    """Les termes d'une sorte : {clé dans la sorte: valeur}."""
    return {cle.partition("/")[2]: valeur for cle, valeur in lus.items() if cle.startswith(f"{code}/")}
