"""L'identité d'une partie a changé : les conventions qu'elle signe le disent, ses versements autorisés attendent."""

from conventions.models import Convention, EcheanceVersement
from conventions.notifications.versements import annoncer_versement

OUVERTES = ("transmise", "signee")


def dire_le_changement(organisme, *, par):
    """Une ligne au journal de chaque convention où l'organisme est partie; le Ministère apprend ce qui s'arrête."""
    conventions = Convention.objects.filter(
        parties__organisme=organisme, parties__retiree_le=None, etat__in=OUVERTES
    )
    for convention in conventions.select_related("alliance").distinct().order_by("pk"):
        convention.noter("identite-partie", par=par, objet=organisme)
    autorisees = EcheanceVersement.objects.filter(beneficiaire=organisme, etat="autorisee")
    for echeance in autorisees.avec_convention().order_by("pk"):
        if echeance.beneficiaire_a_change():
            echeance.noter(
                "arreter-versement", par=par, motif="Le bénéficiaire a changé depuis l’autorisation."
            )
            annoncer_versement(echeance, "beneficiaire", par=par)
