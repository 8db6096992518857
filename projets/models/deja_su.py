"""Ce qu'on sait déjà d'une demande avant qu'une partie s'écrive : la page le propose au lieu de le redemander.

Rien n'en est enregistré tant que personne n'enregistre la partie : une proposition se change comme une réponse.
"""

from alliances.models import Mandat, Role


def deja_su(initiative, code):
    """{champ: valeur proposée} de cette partie."""
    proposer = _PAR_PARTIE.get(code)
    return proposer(initiative) if proposer else {}


def _organisme(initiative):
    """Les noms de la demande précédente; sinon qui a commencé celle-ci, et qui engage l'organisme.

    La Table qui écrit au nom d'un organisme n'en sait que ce qu'il a déjà demandé à son Alliance.
    """
    precedentes = type(initiative).objects.deposees().filter(organisme=initiative.organisme_id)
    if initiative.mode_reception:
        return _de_la_table(precedentes.filter(alliance=initiative.alliance_id))
    precedente = precedentes.order_by("-deposee_le", "-pk").first()
    engage = Mandat.objects.en_titre().filter(role=Role.ENGAGEMENT, organisme=initiative.organisme_id)
    signataire = engage.select_related("utilisateur").order_by("-debut", "-pk").first()
    return {
        "personne_ressource": precedente.personne_ressource
        if precedente
        else _a_joindre(initiative.commencee_par),
        "signataire": signataire.utilisateur.nom_complet
        if signataire
        else precedente.signataire
        if precedente
        else "",
    }


def _a_joindre(personne):
    """« Odile Truchon, odile@exemple.org, 418 555-0100 » : ce que son compte dit déjà."""
    return ", ".join(filter(None, (personne.nom_complet, personne.courriel, personne.telephone)))[:150]


def _de_la_table(precedentes):
    noms = precedentes.order_by("-deposee_le", "-pk").values("personne_ressource", "signataire")
    return noms.first() or {}


def _projet(initiative):
    """Toute la période de l'appel, à compter de la réponse promise."""
    appel = initiative.appel
    if not (appel.debut_au_plus_tot and appel.fin_au_plus_tard) or appel.duree_maximale:
        return {}
    debut = max(appel.debut_au_plus_tot, appel.decision_promise_le or appel.debut_au_plus_tot)
    return {"debut": debut, "fin": appel.fin_au_plus_tard} if debut < appel.fin_au_plus_tard else {}


def _territoires(initiative):
    """Celui où siège l'organisme; s'il n'est pas de l'appel, la page ne l'offre pas et rien n'y est coché."""
    siege = initiative.organisme.territoire_id
    return {"territoires": [siege]} if siege else {}


_PAR_PARTIE = {"organisme": _organisme, "projet": _projet, "territoires": _territoires}
