"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from alliances.models.mandats import droits_de
from conventions.permissions import peut_sur_l_enveloppe
from projets import permissions
from projets.models.evaluations import lire_les_conflits
from projets.permissions import est_de_soi
from socle.acces import Refus

PAS_LA_SIENNE = Refus(
    "Pour l’Alliance signe la personne autorisée de la Table, ou de la MRC qui gère la part; pour l’organisme, qui "
    "l’engage."
)
PAS_DU_SUIVI = Refus("Une note s’écrit par l’organisme, ou par qui suit son initiative à la Table.")


def peut(utilisateur, geste, protocole):
    """Ce que fait la Table : les mêmes rôles qu'à la décision, jamais sur une initiative de son organisme."""
    return permissions.peut(utilisateur, geste, protocole.initiative)


def peut_repondre(utilisateur, cote, protocole):
    """Signer ou refuser pour ce côté, du protocole ou de son avenant : qui le reprendrait y signe."""
    initiative = protocole.initiative
    if cote == "organisme":
        signe = protocole.organisme_de(cote).pk
        tenus = {m.role for m in droits_de(utilisateur).mandats if m.organisme_id == signe}
        return None if Role.ENGAGEMENT in tenus else PAS_LA_SIENNE
    if refus := est_de_soi(utilisateur, initiative):
        return refus
    if Role.SIGNATURE in initiative.alliance.roles_de(utilisateur):
        return None
    territoire = protocole.territoire_gestionnaire()
    mandats = (m for m in droits_de(utilisateur).mandats if m.role == Role.SIGNATURE_TERRITOIRE)
    signes = {mandat.territoire_id for mandat in mandats}
    return None if territoire and territoire.pk in signes else PAS_LA_SIENNE


def cote_du_suivi(utilisateur, protocole):
    """De quel côté cette personne écrit une note : son organisme s'il l'est, sinon la Table; `None` si aucun."""
    if peut(utilisateur, "demander-changement", protocole) is None:
        return "organisme"
    return "alliance" if peut(utilisateur, "suspendre-protocole", protocole) is None else None


def peut_noter(utilisateur, protocole):
    return None if cote_du_suivi(utilisateur, protocole) else PAS_DU_SUIVI


def cote_de(utilisateur, protocole):
    """Le côté pour lequel la personne peut répondre, ou `None`; jamais les deux."""
    return next(
        (
            cote
            for cote in protocole.signatures.model.Cote
            if peut_repondre(utilisateur, cote, protocole) is None
        ),
        None,
    )


def peut_payer(utilisateur, geste, argent):
    """Les finances du fiduciaire; celles d'un territoire, de la part qu'il gère; jamais à son organisme, ni en conflit.

    `argent` : un versement prévu ou fait, une somme à récupérer ou rendue; chacun dit son protocole et son enveloppe.
    """
    if refus := est_de_soi(utilisateur, argent.protocole.initiative):
        return refus
    return peut_sur_l_enveloppe(utilisateur, geste, argent.enveloppe)


def refus_de_payer(utilisateur, geste, lignes):
    """[(ligne, son `peut_payer`)]; les conflits déclarés se lisent d'une requête pour toutes."""
    lire_les_conflits(utilisateur, [ligne.protocole.initiative for ligne in lignes])
    return [(ligne, peut_payer(utilisateur, geste, ligne)) for ligne in lignes]
