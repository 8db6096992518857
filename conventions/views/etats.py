"""L'état d'une convention et d'une obligation dans les mots de qui lit, et à qui c'est le tour."""

from alliances.plans.regles.redaction import enumerer
from conventions.models.conventions import Etat
from conventions.permissions import est_de_l_etat
from socle.texte.pastilles import Pastille
from socle.texte.typographie import date_longue

DE_L_ALLIANCE = {
    Etat.PREPARATION: Pastille("Pas encore transmise", "afaire"),
    Etat.TRANSMISE: Pastille("À signer", "attention"),
    Etat.SIGNEE: Pastille("En vigueur", "favorable"),
    Etat.CLOSE: Pastille("Close", "neutre"),
    Etat.RESILIEE: Pastille("Résiliée", "neutre"),
}
DE_L_ETAT = DE_L_ALLIANCE | {
    Etat.PREPARATION: Pastille("En préparation", "encours"),
    Etat.TRANSMISE: Pastille("Transmise, à signer", "encours"),
}
A_PREPARER = Pastille("À préparer", "afaire")


def etat_lu(convention, utilisateur):
    """L'état dans les mots de la personne."""
    mots = DE_L_ETAT if est_de_l_etat(utilisateur, convention) else DE_L_ALLIANCE
    return mots[Etat(convention.etat)]


def phrase_de(convention, parties, obligations):
    """Où en est la convention, à qui le tour et pour quand, en une phrase."""
    if convention.etat == Etat.PREPARATION:
        return "C’est au Ministère de terminer la convention, puis de la transmettre à ses parties."
    if convention.etat == Etat.TRANSMISE:
        attendues = [partie.nom for partie in parties if partie.signe and not partie.signee_le]
        return f"C’est aux parties de signer. Il manque\u00a0: {', '.join(attendues)}."
    if convention.etat == Etat.SIGNEE:
        return f"En vigueur depuis le {date_longue(convention.signee_le)}. {_suite(obligations)}"
    if convention.etat == Etat.CLOSE:
        return f"Le Ministère l’a close le {date_longue(convention.fermee_le)}\u00a0: tout est rendu."
    return f"Le Ministère l’a résiliée le {date_longue(convention.fermee_le)}."


def _suite(obligations):
    """Les prochaines obligations, ou les premières en retard : toutes celles du même jour."""
    dues = sorted((o for o in obligations if o.est_due), key=lambda o: o.echeance)
    if not dues:
        return "Tout ce qu’elle demande est reçu\u00a0: c’est au Ministère de la clore."
    premiere = dues[0]
    quoi = enumerer([str(o) for o in dues if o.echeance == premiere.echeance])
    quand = date_longue(premiere.echeance)
    if premiere.est_en_retard:
        return f"C’est à l’Alliance de rendre ce qui est en retard\u00a0: {quoi}, attendu le {quand}."
    return f"C’est à l’Alliance\u00a0: {quoi}, pour le {quand}."


def obligation_lue(obligation):
    """La pastille d'une obligation; `avec_plan` évite une requête par ligne."""
    if obligation.annulee_le:
        return Pastille("Annulée", "neutre")
    if obligation.acceptee_le:
        return Pastille("Acceptée, reçue en retard" if obligation.est_tardive else "Acceptée", "bien")
    if obligation.recue_le:
        return Pastille(
            "Reçue en retard, à accepter" if obligation.est_tardive else "Reçue, à accepter", "encours"
        )
    if obligation.faite_le:
        return Pastille("Déposé en retard" if obligation.est_tardive else "Déposé", "bien")
    if obligation.est_en_retard:
        return Pastille("En retard", "probleme")
    return Pastille("À rendre", "afaire")
