"""Ce qu'une décision contredit : un avis, ce que l'appel annonce, la demande, la liste d'attente.

Chaque écart se nomme, et se motive (`Decision.ecart`).
"""

from collections import Counter

from projets.models.avis import AvisInitiative, avis_rendus
from projets.models.evaluations import note_lue_de
from projets.models.file import premiere_de_la_file
from projets.models.initiatives import Initiative
from projets.regles.lecture import montage_de
from socle.texte.typographie import nombre
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.exercice import Exercice

ACCEPTEE, EN_ATTENTE = Initiative.Etat.ACCEPTEE, Initiative.Etat.EN_ATTENTE


def a_motiver(initiative, sens, affectations, permises):
    """Les phrases qui demandent pourquoi."""
    return (f"{fait}\xa0: écrivez pourquoi." for fait in ecarts(initiative, sens, affectations, permises))


def ecarts(initiative, sens, affectations, permises):
    """Ce dont la décision s'écarte. `permises` : {enveloppe: reste de la part} (`enveloppes_ou_puiser`)."""
    if noms := "; ".join(map(str, avis_contredits(initiative, sens))):
        yield f"La décision s’écarte d’un avis ({noms})"
    if sens == ACCEPTEE:
        yield from _de_l_appel(initiative, affectations, permises)
        yield from _de_la_note(initiative)
        yield from _de_la_demande(initiative, affectations, permises)
        yield from _de_la_file(initiative)


def avis_contredits(initiative, sens):
    """Ceux dont cette décision s'écarte : le dernier du circuit, et le dernier de chaque groupe de personnes."""
    if sens == EN_ATTENTE:
        return []
    rendus = avis_rendus(initiative)
    derniers = {a.groupe: a for a in sorted(rendus, key=lambda a: (a.etape.rang if a.etape else 0, a.pk))}
    defavorable = AvisInitiative.Sens.DEFAVORABLE
    return [a for a in derniers.values() if (a.sens == defavorable) == (sens == ACCEPTEE)]


def _de_l_appel(initiative, affectations, permises):
    for enveloppe, montant in affectations.items():
        part = permises.get(enveloppe, ZERO)
        if part is None:
            yield f"L’appel ne met pas en commun «\xa0{enveloppe}\xa0», {enveloppe.exercice}"
        elif enveloppe in permises and montant > part:
            reste = en_dollars(max(part, ZERO))
            yield (
                f"Il ne reste à l’appel que {reste} de «\xa0{enveloppe}\xa0», {enveloppe.exercice}, et la décision en "
                f"prend {en_dollars(montant)}"
            )
    total, plancher = sum(affectations.values(), ZERO), initiative.appel.plancher or ZERO
    if affectations and total < min(plancher, montage_de(initiative, depenses=()).demande):
        yield (
            f"La décision accorde {en_dollars(total)}, moins que le plancher de l’appel ({en_dollars(plancher)})"
        )


def _de_la_note(initiative):
    """L'appel annonce son seuil à tous : une note plus basse, ou aucune, se dit."""
    seuil = initiative.appel.seuil_de_note
    note = note_lue_de(initiative) if seuil is not None else None
    if seuil is not None and (note is None or note < seuil):
        dite = "n’a pas de note" if note is None else f"a {nombre(note)}"
        yield f"L’initiative {dite}; le seuil de l’appel est de {seuil} sur 100"


def _de_la_demande(initiative, affectations, permises):
    """De l'argent d'un exercice où elle en attend moins, ou d'un territoire qu'elle ne touche pas."""
    montage, prises = montage_de(initiative, depenses=()), Counter()
    for enveloppe, montant in affectations.items():
        prises[enveloppe.an] += montant
    for an, pris in sorted(prises.items()):
        if pris > (attendu := montage.demande_de(an)):
            yield (
                f"La décision prend {en_dollars(pris)} en {Exercice(an)}, où la demande attend {en_dollars(attendu)}"
            )
    touches = {territoire.pk for territoire in initiative.territoires.all()} if affectations else ()
    for enveloppe in permises:
        lieu = next((e.territoire for e in enveloppe.lignee if e.territoire_id), None)
        if enveloppe in affectations and lieu and lieu.pk not in touches:
            yield f"L’initiative ne touche pas {lieu}, qui paierait de «\xa0{enveloppe}\xa0», {enveloppe.exercice}"


def _de_la_file(initiative):
    """Celle qui passe avant une autre, déjà en liste d'attente avant elle."""
    premiere = premiere_de_la_file(initiative.appel) if initiative.etat == EN_ATTENTE else None
    if premiere is not None and premiere.pk != initiative.pk:
        yield f"{premiere.numero} précède celle-ci dans la liste d’attente"
