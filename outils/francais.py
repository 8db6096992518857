"""Relit le français que les personnes liront : gabarits, courriels, chaînes du code, documentation.

    python -m outils.francais [--corriger] [chemins…]

Sortie 1 s’il reste une faute. `--corriger` remet la typographie d’aplomb ; les mots restent à choisir par une
personne. Règles : usage de l’Office québécois de la langue française (espaces), rédaction épicène.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from outils.masque import (
    INSECABLE,
    VALEUR,
    VIDE,
    de_catalogue,
    de_gabarit,
    de_javascript,
    de_markdown,
    de_python,
)

RACINE = Path(__file__).resolve().parent.parent
# Ces fichiers citent les fautes qu’ils poursuivent.
EXCLUS = re.compile(r"^(outils|tests|config/settings)/|/migrations/|^requirements|^static/vendor/|^LICENCE")
LETTRE = "A-Za-zÀ-ÖØ-öø-ÿœŒ"


@dataclass(frozen=True)
class Regle:
    """Un motif à ne pas trouver, la phrase qui l’explique et, s’il se corrige seul, le remplacement."""

    motif: re.Pattern
    message: str
    remplacement: str | None = None


def _regle(motif, message, remplacement=None, drapeaux=0):
    return Regle(re.compile(motif, drapeaux), message, remplacement)


TYPOGRAPHIE = [
    _regle(rf"(?<=[{LETTRE}])'(?=[{LETTRE}{VALEUR}«])", "apostrophe droite : écrire ’", "’"),
    _regle(rf"«[ \t](?=\S)|«(?=[{LETTRE}\d{VALEUR}])", "insécable manquante après «", "«" + INSECABLE),
    _regle(rf"(?<=\S)[ \t]»|(?<=[{LETTRE}\d{VALEUR}.?!…])»", "insécable manquante avant »", INSECABLE + "»"),
    _regle(
        rf"(?<=[{LETTRE}\d{VALEUR}{VIDE}%$)»]) :(?=[\s{VIDE}]|$)",
        "insécable manquante avant le deux-points",
        INSECABLE + ":",
    ),
    _regle(
        rf"(?<=[{LETTRE}{VALEUR})»]):(?=[ \n{INSECABLE}]|$)",
        "espace insécable manquante avant le deux-points",
        INSECABLE + ":",
        re.M,
    ),
    _regle(
        rf"(?<=[{LETTRE}\d{VALEUR}%$»)])[ {INSECABLE}](?=[;!?](?![\w=\[(&]))",
        "pas d’espace avant ; ! ? au Québec",
        "",
    ),
    _regle(rf"(?<=[\d{VALEUR}]) (?=[%$](?![\w(]))", "insécable manquante avant % ou $", INSECABLE),
    _regle(r"(?<=\d)(?=[%$](?![\w(]))", "espace insécable manquante avant % ou $", INSECABLE),
]

MOTS = {
    r"e-?mails?|mails?|mél|courriers? électroniques?": "courriel",
    r"upload\w*|uploader?": "téléverser",
    r"download\w*": "télécharger",
    r"log ?in|log ?out|(?:se )?loguer": "se connecter, se déconnecter",
    r"cliquez ici|cliquer ici": "dire où mène le lien",
    r"feedbacks?": "rétroaction",
    r"checker|check-?lists?": "vérifier, liste de vérification",
    r"deadlines?": "échéance",
    r"dashboards?": "tableau de bord",
    r"drafts?": "brouillon",
    r"settings?": "réglages",
    r"passwords?": "mot de passe",
    r"submit|soumettre": "déposer",
    r"reset(?:er)?": "réinitialiser",
    r"backups?": "sauvegarde",
    r"digita(?:l|le|les|ux)": "numérique",
    r"loading|saving|error|save|cancel|delete": "mot anglais",
    r"optionnel(?:le)?s?": "facultatif",
    r"statuts? du plan": "état",
}
LEXIQUE = [
    _regle(rf"(?<![{LETTRE}\-/.@_])(?:{mots})(?![{LETTRE}\-_@])", f"mot à remplacer : {choix}", None, re.I)
    for mots, choix in MOTS.items()
]

# Des mots du code ou des mots qui disent déjà autre chose : la documentation les emploie, l’écran jamais.
MOTS_DU_CODE = {
    r"gestes?": "action",
    r"cartes?(?! (?:du Québec|des régions|des territoires))": "la chose elle-même : priorité, objectif, moyen",
    r"instantanés?": "version scellée",
    r"empreintes?": "code de vérification",
    r"constats? automatiques?": "vérification automatique",
    r"(?:reçoi\w*|recev\w*|envo\w+) (?:un|des|cet|ces|vos) avis|avis (?:(?:a|ont) été envoyés?|de sécurité|léga\w+)"
    r"|avis par courriel": "courriel, notification",
    r"parties? (?:du plan|visées?|reprises?)|[Pp]arties? (?:terminées?|lues?)": "section",
    r"choses? vous attend(?:ent)?": "action à faire",
}
ECRAN = [
    _regle(
        rf"(?<![{LETTRE}\-/.@_])(?:{mots})(?![{LETTRE}\-_@])",
        f"mot à remplacer à l’écran : {choix}",
        None,
        re.I,
    )
    for mots, choix in MOTS_DU_CODE.items()
]
ECRAN.append(_regle(rf"(?<=[\d{VALEUR}]) (?=(?:ko|Mo|Go|km|kg)\b)", "insécable manquante avant l’unité"))
# La documentation et les mesures parlent du code; les contenus de la démonstration, comme une Table.
HORS_ECRAN = re.compile(r"\.md$|/mesures/|/demonstration/contenus/")

EPICENE = [
    _regle(rf"[{LETTRE}][·•∙‧][{LETTRE}]", "point médian : écrire la forme complète ou un mot épicène"),
    _regle(
        rf"[{LETTRE}]\((?:e|ne|trice|euse|ère|ve|le)s?\)", "parenthèse de féminin : écrire la forme complète"
    ),
    _regle(
        rf"(?<=[{LETTRE}é])\.(?:e|ne|trice|ère)\.?s?(?![{LETTRE}.])",
        "point de féminin : écrire la forme complète",
    ),
]

# Masculin → féminin ; le féminin dans la même phrase (doublet) lève la remarque.
TITRES = {
    r"utilisateurs?": r"utilisatrices?",
    r"coordonnateurs?|coordinateurs?": r"coordonnatrices?",
    r"directeurs?": r"directrices?",
    r"administrateurs?": r"administratrices?",
    r"lecteurs?": r"lectrices?",
    r"rédacteurs?": r"rédactrices?",
    r"évaluateurs?": r"évaluatrices?",
    r"citoyens?": r"citoyennes?",
    r"employés?": r"employées?",
    r"participants?": r"participantes?",
    r"représentants?": r"représentantes?",
    r"intervenants?": r"intervenantes?",
    r"répondants?": r"répondantes?",
    r"conseillers?": r"conseillères?",
    r"agents?": r"agentes?",
    r"demandeurs?": r"demandeuses?|demanderesses?",
    r"chargés? de projet": r"chargées? de projet",
    r"experts?": r"expertes?",
    r"élus?": r"élues?",
    r"travailleurs?": r"travailleuses?",
    r"président": r"présidente",
}
# Emplois où le mot ne désigne pas une personne, ou appartient à un nom officiel.
PERMIS = re.compile(
    r"experts? de vécu|comités? directeurs?|(?:est|sont|pas|jamais) employés?"
    r"|(?:groupe|comité|initiative|engagement) (?:ou \w+ )?citoyen"
    r"|conseil d’administration|organismes? participants?|parties? représentant"
    r"|partenaires? participants?|organismes? demandeurs?",
    re.I,
)


def titres_masculins(masque):
    """Positions des titres de personnes au seul masculin dans une phrase sans le féminin."""
    for phrase in re.finditer(rf"[^.!?\n{VIDE}]+", masque):
        texte = PERMIS.sub(lambda t: "x" * len(t[0]), phrase[0])
        for masculin, feminin in TITRES.items():
            trouve = re.search(rf"(?<![{LETTRE}\-])(?:{masculin})(?![{LETTRE}\-])", texte, re.I)
            if trouve and not re.search(rf"(?<![{LETTRE}])(?:{feminin})(?![{LETTRE}])", texte, re.I):
                yield phrase.start() + trouve.start(), f"titre au seul masculin : « {trouve[0]} »"


def masque_de(chemin, texte):
    """Le masque qui convient au fichier, ou None s’il n’y a rien à y lire."""
    match chemin.suffix:
        case ".html":
            return de_gabarit(texte)
        case ".txt":
            return de_gabarit(texte, html=False)
        case ".md":
            return de_markdown(texte)
        case ".py":
            return de_python(texte)
        case ".js":
            return de_javascript(texte)
        case ".po":
            return de_catalogue(texte)
    return None


def relire(texte, masque, *, ecran=True):
    """Les fautes d’un texte, à l’écran ou non : liste de (position, message), dans l’ordre."""
    fautes = [
        (trouve.start(), regle.message)
        for regle in [*TYPOGRAPHIE, *LEXIQUE, *EPICENE, *(ECRAN if ecran else ())]
        for trouve in regle.motif.finditer(masque)
    ]
    return sorted([*fautes, *titres_masculins(masque)])


def corriger(chemin, texte):
    """Le texte, sa typographie remise d’aplomb partout où une règle sait le faire."""
    for regle in TYPOGRAPHIE:
        masque = masque_de(chemin, texte)
        for trouve in reversed(list(regle.motif.finditer(masque))):
            texte = texte[: trouve.start()] + regle.remplacement + texte[trouve.end() :]
    return texte


def fichiers():
    """Les fichiers suivis (ou sur le point de l’être) qu’une personne pourrait lire."""
    commande = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    noms = subprocess.run(
        commande, cwd=RACINE, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [RACINE / nom for nom in sorted(set(noms)) if not EXCLUS.search(nom) and (RACINE / nom).is_file()]


def main(arguments):
    demande = [Path(nom).resolve() for nom in arguments if not nom.startswith("--")]
    total = 0
    for chemin in demande or fichiers():
        if chemin.suffix not in (".html", ".txt", ".md", ".py", ".js", ".po"):
            continue
        texte = chemin.read_text(encoding="utf-8")
        if "--corriger" in arguments and (nouveau := corriger(chemin, texte)) != texte:
            chemin.write_text(nouveau, encoding="utf-8")
            texte = nouveau
        ecran = not HORS_ECRAN.search(chemin.as_posix())
        for position, message in relire(texte, masque_de(chemin, texte), ecran=ecran):
            ligne = texte.count("\n", 0, position) + 1
            extrait = texte[max(0, position - 25) : position + 25].replace("\n", " ")
            nom = chemin.relative_to(RACINE) if chemin.is_relative_to(RACINE) else chemin
            print(f"{nom}:{ligne}: {message} — …{extrait}…")
            total += 1
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
