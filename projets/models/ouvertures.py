"""Ce qui s'ouvre à qui évalue : les demandes de ses instances, puis celles qu'elle a déclarées sans conflit.

À part d'`evaluations`, qui connaît l'initiative : les pièces du dossier s'ouvrent aux mêmes conditions que la demande.
"""

from alliances.models import Role
from alliances.models.mandats import droits_de
from projets.models.choix import les_siennes


def instances_de(utilisateur):
    """Les instances où la personne évalue aujourd'hui."""
    mandats = droits_de(utilisateur).mandats
    return {m.instance_gouvernance_id for m in mandats if m.role == Role.EVALUATION}


def a_evaluer_parmi(initiatives, utilisateur):
    """Les admissibles dont une étape est d'une instance où elle évalue, sauf celles de son organisme ou de sa MRC."""
    a_l_etude = initiatives.filter(
        etat=initiatives.model.Etat.ADMISSIBLE, etapes__instance__in=instances_de(utilisateur)
    )
    return a_l_etude.exclude(les_siennes(utilisateur)).distinct()


def ouvertes_parmi(initiatives, utilisateur):
    """Celles qu'elle lit : à évaluer, et déclarées sans conflit. Jamais avant la déclaration."""
    siennes = a_evaluer_parmi(initiatives, utilisateur)
    return siennes.filter(declarations__personne=utilisateur.pk, declarations__conflit=False)
