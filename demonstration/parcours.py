"""Les parcours des protocoles de la démonstration : un nom, une histoire; la fiche d'une initiative nomme la sienne.

L'appel de 2025 est fini, sauf ce qui continue sans plus rien recevoir; celui de 2026 se réalise. Ce qui attend
quelqu'un n'attend que depuis quelques jours.
"""

from datetime import date, timedelta
from functools import partial

from demonstration.horloge import il_y_a, ouvrable, vrai_jour
from demonstration.protocoles import SANS_RETENUE, RecitProtocole, en_deux
from projets.protocoles.regles.echeancier import USUELS

# (préparé, transmis, signé par l'Alliance, signé par l'organisme, premier versement), selon l'appel.
JOURS = {
    "2025": [date(2025, 9, jour) for jour in (8, 9, 11, 15, 24)],
    "2026": [date(2026, 9, jour) for jour in (3, 4, 8, 11, 21)],
}
ETAPE = date(2026, 10, 30)
PROLONGEE = {"fin": date(2026, 12, 31), "rapport_final_le": date(2027, 1, 31)}
SECOND_DE_2025 = date(2026, 2, 16)
D_ETAPE = "Rapport d’étape, reçu par courriel"


def chronique(recit, ligne):
    """[(jour, geste)] du protocole d'une initiative acceptée; rien tant que son appel n'est pas répondu."""
    appel = recit.donnees["calendrier"]
    if ligne["suite"] != "acceptee" or appel not in JOURS:
        return
    protocole = RecitProtocole(recit, ligne)
    nom = ligne.get("protocole", "termine" if appel == "2025" else "en_cours")
    for jour, geste, plus in (*PARCOURS[nom](protocole, JOURS[appel]), *_suivi(protocole)):
        yield jour, partial(protocole.jouer, geste, **plus)


def _suivi(p):
    """Les notes et le changement que dit la fiche, depuis quelques semaines."""
    for rang, (cote, texte, *atteint) in enumerate(p.ligne.get("suivi", ())):
        yield il_y_a(24 - 7 * rang), p.ecrire, {"cote": cote, "texte": texte, "atteint": bool(atteint)}
    if changement := p.ligne.get("changement"):
        nature, demande, *reponse = changement
        yield il_y_a(12), p.demander_un_changement, {"nature": nature, "demande": demande}
        if reponse:
            issue, texte = reponse
            yield il_y_a(4), p.repondre_au_changement, {"issue": issue, "reponse": texte}


def _signe(p, jours, **preparation):
    """Signé des deux côtés : la signature libère ce qu'elle libère."""
    gestes = (p.preparer, p.transmettre, p.signer_pour_l_alliance, p.signer_pour_l_organisme)
    for jour, geste in zip(jours, gestes, strict=False):
        yield jour, geste, preparation if geste == p.preparer else {}


def _verse(p, jours, **preparation):
    yield from _signe(p, jours, **preparation)
    yield jours[-1], p.verser, {}


# --- L'appel de 2025 --------------------------------------------------------------------------------------


def termine(p, jours, rend=0):
    """Tout est versé, le rapport final accepté a libéré la retenue, et le protocole est clos."""
    yield from _verse(p, jours)
    yield date(2026, 4, 28), p.inscrire_un_rapport, {}
    yield date(2026, 5, 11), p.accepter_le_rapport, {}
    yield date(2026, 5, 19), p.verser, {}
    yield date(2026, 5, 25), p.clore, {"part": rend}


def termine_et_rend(p, jours):
    """Clos, un peu de ce qui était versé n'a pas servi, et revient."""
    yield from termine(p, jours, rend=8)
    yield date(2026, 6, 4), p.rembourser, {}


def a_clore(p, jours):
    """Tout est versé; il reste à clore."""
    return list(termine(p, jours))[:-1]


def prolonge(p, jours):
    """Versé en deux fois dans l'exercice, sans retenue; l'initiative continue jusqu'en décembre 2026."""
    yield from _verse(
        p,
        jours,
        echeancier=lambda protocole: en_deux(
            protocole.echeancier_propose(SANS_RETENUE), "date", SECOND_DE_2025
        ),
        **PROLONGEE,
    )
    yield SECOND_DE_2025, p.liberer, {}
    yield SECOND_DE_2025 + timedelta(3), p.verser, {}


def abandonne(p, jours):
    """Résilié en chemin : ce qui n'était pas dépensé est revenu en entier."""
    yield from _verse(p, jours)
    yield date(2026, 1, 14), p.suspendre, {}
    yield date(2026, 2, 20), p.resilier, {"part": 35}
    yield date(2026, 4, 10), p.rembourser, {}


# --- L'appel de 2026 --------------------------------------------------------------------------------------


def recommence(p, jours):
    """Un premier, abandonné avant d'être transmis; le second est signé."""
    yield jours[0] - timedelta(2), p.preparer, {}
    yield jours[0] - timedelta(1), p.abandonner, {}
    yield from _verse(p, jours)


def en_etapes(p, jours, prevue_le=ETAPE):
    """Le premier exercice se verse en deux fois; la seconde attend un rapport d'étape."""
    yield from _verse(
        p,
        jours,
        echeancier=lambda protocole: en_deux(
            protocole.echeancier_propose(USUELS), "rapport", ouvrable(prevue_le)
        ),
    )


def rapport_a_accepter(p, jours):
    yield from en_etapes(p, jours)
    yield il_y_a(7), p.inscrire_un_rapport, {"quoi": D_ETAPE, "part": 85}


def avenant_en_route(p, jours):
    """Le rapport d'étape attend, et un avenant attend les deux signatures."""
    yield from rapport_a_accepter(p, jours)
    yield il_y_a(3), p.transmettre_un_avenant, {}


def du(p, jours):
    """Le rapport d'étape est accepté : un versement est à faire, bientôt."""
    yield from en_etapes(p, jours, prevue_le=vrai_jour() + timedelta(14))
    yield il_y_a(9), p.inscrire_un_rapport, {"quoi": D_ETAPE, "part": 90}
    yield il_y_a(5), p.accepter_le_rapport, {}


def bloque(p, jours):
    """Un versement est à faire, et l'organisme n'est plus celui qui a signé."""
    yield from du(p, jours)
    yield il_y_a(3), p.changer_d_identite, {}


def verse_deux_fois(p, jours):
    """Le rapport d'étape accepté, la suite est versée aussi."""
    yield from en_etapes(p, jours)
    yield date(2026, 11, 3), p.inscrire_un_rapport, {"quoi": D_ETAPE}
    yield date(2026, 11, 10), p.accepter_le_rapport, {}
    yield date(2026, 11, 17), p.verser, {}


def partiel(p, jours):
    yield from _signe(p, jours)
    yield jours[-1], p.verser, {"part": 60}


def contrepasse(p, jours):
    """Le virement rejeté est contrepassé, puis refait."""
    yield from _verse(p, jours)
    yield date(2026, 9, 30), p.contrepasser, {}
    yield date(2026, 10, 6), p.verser, {"suffixe": "-2"}


def suspendu(p, jours):
    yield from _verse(p, jours)
    yield il_y_a(15), p.suspendre, {}


def a_recuperer(p, jours):
    """Résilié; l'organisme a rendu la moitié de ce qu'il doit."""
    yield from _verse(p, jours)
    yield il_y_a(20), p.resilier, {"part": 40}
    yield il_y_a(6), p.rembourser, {"part": 50}


def prepare(p, jours):
    yield il_y_a(8), p.preparer, {}


def transmis(p, jours):
    yield il_y_a(14), p.preparer, {}
    yield il_y_a(9), p.transmettre, {}


def signe_de_l_alliance(p, jours):
    yield from transmis(p, jours)
    yield il_y_a(6), p.signer_pour_l_alliance, {}


def signe_de_l_organisme(p, jours):
    yield from transmis(p, jours)
    yield il_y_a(5), p.signer_pour_l_organisme, {}


def refuse(p, jours):
    """Refusé, corrigé, puis transmis de nouveau : il attend encore les deux signatures."""
    yield from list(_signe(p, jours))[:3]
    yield date(2026, 9, 17), p.refuser, {}
    yield il_y_a(11), p.corriger, {"verse_le": ouvrable(vrai_jour() + timedelta(45))}
    yield il_y_a(10), p.transmettre, {}


PARCOURS = {
    "termine": termine,
    "termine_et_rend": termine_et_rend,
    "a_clore": a_clore,
    "prolonge": prolonge,
    "abandonne": abandonne,
    "a_preparer": lambda p, jours: (),
    "prepare": prepare,
    "transmis": transmis,
    "signe_de_l_alliance": signe_de_l_alliance,
    "signe_de_l_organisme": signe_de_l_organisme,
    "refuse": refuse,
    "a_verser": _signe,
    "en_cours": _verse,
    "recommence": recommence,
    "en_etapes": en_etapes,
    "rapport_a_accepter": rapport_a_accepter,
    "avenant_en_route": avenant_en_route,
    "du": du,
    "bloque": bloque,
    "verse_deux_fois": verse_deux_fois,
    "partiel": partiel,
    "contrepasse": contrepasse,
    "suspendu": suspendu,
    "a_recuperer": a_recuperer,
}
