"""Une Table qui n’est pas constituée ne peut recevoir elle-même les sommes."""

from alliances.plans.regles.constat import GOUVERNANCE, avertissement, conseil

SOURCE = "Guide 2024-2029, §4.1 et annexe, point 1a"


def table_sans_fiduciaire(plan):
    """Un signataire constitué peut les recevoir; sans lui, il faut un fiduciaire."""
    if plan.table_constituee or plan.fiduciaire:
        return
    if plan.signataire_constitue:
        yield conseil(
            "La Table régionale n’est pas constituée et aucun fiduciaire n’est nommé\u00a0: dites que le "
            "signataire reçoit les sommes en son nom.",
            GOUVERNANCE,
            source=SOURCE,
        )
    else:
        yield avertissement(
            "La Table régionale n’est pas constituée et aucun fiduciaire n’est nommé. Nommez l’organisme "
            "qui reçoit les sommes en son nom.",
            GOUVERNANCE,
            source=SOURCE,
        )
