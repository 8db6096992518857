"""Ce que qui nomme à l'évaluation, et la personne nommée, apprennent : les appels où son organisme dépose."""

from alliances.models import Role
from projets.models import AppelProjets, Initiative
from projets.models.ouvertures import rivales_pour


def reserves_de_l_evaluation(sender, *, mandat, **_):
    if mandat.role != Role.EVALUATION:
        return []
    alliance = mandat.instance_gouvernance.alliance_id
    deposees = Initiative.objects.deposees().filter(rivales_pour(mandat.utilisateur, Initiative.objects))
    appels = AppelProjets.objects.filter(alliance=alliance, pk__in=deposees.order_by().values("appel"))
    pourquoi = "un organisme pour lequel la personne rédige, ou qu’elle engage, y dépose."
    return [f"Ce mandat n’ouvre aucun dossier de «\xa0{appel}\xa0»\xa0: {pourquoi}" for appel in appels]
