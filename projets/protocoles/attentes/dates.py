"""Les dates des protocoles pour un agenda : leurs versements, leurs rapports, leur fin."""

from collections import defaultdict
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.urls import reverse

from alliances.models.mandats import droits_de
from conventions.regles.calendrier_ics import Evenement
from projets.protocoles.models import AvenantProtocole, Protocole, RapportRecu, Tranche
from projets.protocoles.models.protocoles import SIGNES
from projets.protocoles.models.tranches import Etat

RAPPEL = 14  # jours d'avance : un rapport s'écrit


def a_l_agenda(utilisateur, entiere):
    """Celles des protocoles signés que la personne suit; l'État, qui les lit tous, les a en liste."""
    if droits_de(utilisateur).nationaux:
        return []
    return evenements(Protocole.objects.visibles_par(utilisateur), entiere)


def evenements(protocoles, entiere):
    """Ce qui est annulé y reste, annulé, pour que l'agenda le retire; `entiere` fait d'un chemin une adresse."""
    signes = protocoles.filter(etat__in=SIGNES).select_related("initiative").order_by("pk")
    tranches = Tranche.objects.filter(protocole__in=signes.order_by().values("pk")).order_by(
        "protocole", "rang"
    )
    siennes = {cle: list(lot) for cle, lot in groupby(tranches, attrgetter("protocole_id"))}
    recus = RapportRecu.objects.retenus().filter(protocole__in=signes.order_by().values("pk"))
    recus = set(recus.values_list("protocole", "attendu_le"))
    bases = defaultdict(list)
    avenants = AvenantProtocole.objects.signes().filter(protocole__in=signes.order_by().values("pk"))
    for protocole, base in avenants.values_list("protocole", "base"):
        bases[protocole].append(base)
    return [
        evenement
        for protocole in signes
        for evenement in _du_protocole(
            protocole, siennes.get(protocole.pk, []), recus, bases[protocole.pk], entiere
        )
    ]


def _du_protocole(protocole, tranches, recus, bases, entiere):
    """Les dates en vigueur; celles qu'un avenant a remplacées s'annulent, et la fin qu'il déplace suit (`suite`)."""
    lien = entiere(reverse("protocoles:suivi", args=[protocole.pk]))
    quoi = f"{protocole.initiative} ({protocole.initiative.numero})"
    fini = protocole.etat != Protocole.Etat.SIGNE
    for tranche in tranches:
        yield _du_versement(tranche, quoi, lien)
    a_rapport = [t for t in tranches if t.condition == "rapport"]
    attendus = {t.prevue_le for t in a_rapport if t.etat != Etat.ANNULEE} | {protocole.rapport_final_le}
    remplaces = {date.fromisoformat(base["date/rapport_final_le"]) for base in bases}
    remplaces |= {t.prevue_le for t in a_rapport}
    for jour in sorted(attendus | remplaces):
        recu, cle = (protocole.pk, jour) in recus, f"rapport-{protocole.pk}-{jour}"
        cesse = fini or jour not in attendus
        yield _du_jour(cle, jour, f"Rapport attendu – {quoi}", lien, recu, cesse)
    titre = f"Fin de l’initiative – {quoi}"
    yield _du_jour(f"fin-{protocole.pk}", protocole.fin, titre, lien, False, fini, len(bases))


def _du_versement(tranche, quoi, lien):
    annule = tranche.etat == Etat.ANNULEE
    return Evenement(
        cle=f"tranche-{tranche.pk}",
        jour=tranche.prevue_le,
        titre=f"{tranche} – {quoi}",
        description=f"{tranche.get_condition_display()}, {tranche.get_etat_display().lower()}.",
        lien=lien,
        suite=int(annule),
        annule=annule,
    )


def _du_jour(cle, jour, titre, lien, fait, fini, deplace=0):
    """Un rapport ou la fin : le rappel ne sonne que pour ce qui est encore attendu."""
    annule = fini and not fait
    rappel = None if fait or fini else RAPPEL
    return Evenement(
        cle=f"protocole-{cle}",
        jour=jour,
        titre=titre,
        lien=lien,
        suite=deplace + annule,
        annule=annule,
        rappel=rappel,
    )
