"""Les sièges prévus qui attendent quelqu’un."""

from alliances.plans.regles.constat import INSTANCES, conseil
from alliances.plans.regles.redaction import accorder, enumerer


def sieges_vides(plan):
    """Un conseil par instance, qui nomme les sièges vides."""
    for instance in plan.gouvernance.instances:
        vides = [(siege.libelle, siege.prevus - siege.pourvus) for siege in instance.sieges]
        vides = [(libelle, nombre) for libelle, nombre in vides if nombre > 0]
        if vides:
            total = accorder(sum(nombre for _, nombre in vides), "siège reste", "sièges restent")
            noms = enumerer([f"{libelle} ({nombre})" for libelle, nombre in vides])
            yield conseil(
                f"« {instance.nom} » : {total} à pourvoir : {noms}.",
                INSTANCES,
                source="Guide 2024-2029, §3.2",
            )
