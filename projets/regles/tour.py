"""À qui le tour : une phrase, pour l'organisme, à chaque état de sa demande."""

from socle.texte.typographie import date_heure, date_longue

SANS_SUITE = {
    "retiree": "Votre organisme l’a retirée.",
    "non_admissible": "Elle n’est pas admissible\xa0: la raison est à sa page.",
    "acceptee": "Elle est acceptée, l’argent est réservé\xa0: la suite, le protocole, vient de la Table.",
    "refusee": "Elle est refusée\xa0: la raison est à sa page.",
    "en_attente": "Elle est en liste d’attente\xa0: la Table vous écrira si de l’argent revient.",
    "desistee": "Votre organisme s’est désisté.",
    "liberee": "L’argent réservé est retourné à la Table\xa0: la raison est à sa page.",
    "en_cours": "Son protocole est signé\xa0: elle se réalise.",
    "suspendue": "Elle est suspendue\xa0: la raison est à sa page.",
    "terminee": "Elle est terminée.",
    "abandonnee": "Il y est mis fin avant terme\xa0: la raison est à sa page.",
}


def tour(initiative, moment, engagent=None, suite=""):
    """La phrase; `initiative` vient avec son appel. Une décision ne s'y lit qu'une fois annoncée.

    `engagent`, pour qui ne peut pas la déposer : les noms de qui le peut, ou aucun. `suite` : ce qu'en dit
    un paquet qui connaît ce qui vient après la décision; elle l'emporte sur la phrase de l'état.
    """
    revision = getattr(initiative, "revision_demandee", None)
    if revision and not revision.issue:
        return "Votre demande de révision attend la réponse de la Table."
    if revision and revision.issue == "rouverte" and initiative.etat_annonce in ("deposee", "admissible"):
        return f"Au tour de la Table\xa0: votre demande est revenue à l’étude le {date_longue(revision.repondue_le)}."
    if initiative.attend_confirmation:
        return f"{initiative.arrivee}\xa0: à vous de la confirmer, avant la décision."
    if initiative.sortie_avec_l_appel:
        return "L’appel est retiré\xa0: elle s’arrête là. Elle se reprend à un autre appel."
    if initiative.etat_annonce == "retiree" and initiative.deposee_le is None:
        return "Le brouillon est abandonné\xa0: il ne se dépose plus, et reste à lire ici."
    if initiative.etat_annonce in SANS_SUITE:
        return suite or SANS_SUITE[initiative.etat_annonce]
    appel = initiative.appel
    if initiative.se_saisit_au_nom:
        return f"{initiative.arrivee}\xa0: la Table l’inscrit en votre nom."
    if initiative.etat == "brouillon":
        return _du_brouillon(appel, moment, engagent)
    promise = appel.decision_promise_le
    suite = f", réponse promise au plus tard le {date_longue(promise)}" if promise else ""
    return f"Au tour de la Table{suite}."


def _du_brouillon(appel, moment, engagent):
    if appel.ferme_vraiment_le <= moment:
        return "L’appel est fermé\xa0: elle ne se dépose plus."
    avant = date_heure(appel.ferme_le)
    if engagent is None:
        return f"À vous\xa0: à déposer avant {avant}."
    if engagent:
        return f"À terminer, puis à faire déposer par {' ou '.join(engagent)} avant {avant}."
    return f"À terminer avant {avant}\xa0: personne ne peut encore la déposer, sa page dit comment."
