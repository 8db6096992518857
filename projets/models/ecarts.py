"""Ce qu'une décision contredit : un avis, ce que l'appel annonce, la liste d'attente. Chaque écart s'écrit."""

from projets.models.avis import AvisInitiative, avis_rendus
from projets.models.file import premiere_de_la_file
from projets.models.initiatives import Initiative
from projets.regles.lecture import montage_de
from socle.valeurs.argent import ZERO, en_dollars

ACCEPTEE, EN_ATTENTE = Initiative.Etat.ACCEPTEE, Initiative.Etat.EN_ATTENTE


def ecarts(initiative, sens, affectations, permises):
    """Les phrases qui demandent pourquoi. `permises` : {enveloppe: reste de la part} (`enveloppes_ou_puiser`)."""
    if noms := "; ".join(map(str, avis_contredits(initiative, sens))):
        yield f"La décision s’écarte d’un avis ({noms})\xa0: écrivez pourquoi."
    if sens == ACCEPTEE:
        yield from _de_l_appel(initiative, affectations, permises)
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
            yield f"L’appel ne met pas en commun «\xa0{enveloppe}\xa0»\xa0: écrivez pourquoi elle paie."
        elif enveloppe in permises and montant > part:
            reste = en_dollars(max(part, ZERO))
            yield (
                f"Il ne reste à l’appel que {reste} de «\xa0{enveloppe}\xa0», {enveloppe.exercice}\xa0: écrivez "
                "pourquoi il dépasse sa part."
            )
    total, plancher = sum(affectations.values(), ZERO), initiative.appel.plancher or ZERO
    if affectations and total < min(plancher, montage_de(initiative, depenses=()).demande):
        yield (
            f"La décision accorde {en_dollars(total)}, moins que le plancher de l’appel ({en_dollars(plancher)})\xa0: "
            "écrivez pourquoi."
        )


def _de_la_file(initiative):
    """Celle qui passe avant une autre, déjà en liste d'attente avant elle."""
    premiere = premiere_de_la_file(initiative.appel) if initiative.etat == EN_ATTENTE else None
    if premiere is not None and premiere.pk != initiative.pk:
        yield f"{premiere.numero} la précède dans la liste d’attente\xa0: écrivez pourquoi celle-ci passe avant."
