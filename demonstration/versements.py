"""Les versements de la démonstration : libérés, recommandés, autorisés, faits, par trois personnes.

Jusqu'à l'été 2026, tout ce qui est libéré se verse. Ceux de l'automne s'arrêtent à l'étape que dit la fiche.
"""

from datetime import date, timedelta
from functools import partial

from alliances.models import Role
from conventions.models import EcheanceVersement, Recuperation
from demonstration.horloge import au, ouvrable, vrai_jour
from demonstration.personnes import tenant_de
from socle.valeurs.horloge import aujourd_hui

NOTE = "Les conditions de la convention sont remplies; rien ne s’oppose au versement."
JOURS_DE_PAIE = (
    date(2025, 2, 3),
    date(2025, 10, 20),
    date(2025, 12, 8),
    date(2026, 4, 16),
    date(2026, 6, 15),
)
AUTOMNE = (
    date(2026, 10, 16),
    date(2026, 11, 20),
)  # ce qui se libère à l'approche de septembre, puis de décembre
MOIS = (9, 12)
ETAPES = ("liberee", "recommandee", "autorisee", "versee")


def chronique(vie):
    """[(jour, geste)] des versements de cette convention."""
    for jour in JOURS_DE_PAIE:
        yield jour, partial(verser_ce_qui_est_libre, vie)
    if vie.approuve_le:
        yield max(vie.approuve_le + timedelta(3), date(2025, 5, 5)), partial(verser_ce_qui_est_libre, vie)
    for rang, jour in enumerate(AUTOMNE):
        yield jour, partial(commencer_l_automne, vie, rang)


def _liberees(vie):
    EcheanceVersement.liberer_ce_qui_est_du(alliances=[vie.convention.alliance_id])
    libres = vie.convention.echeances.filter(etat="liberee").select_related("convention__alliance__cycle")
    return list(libres.order_by("rang"))


def verser_ce_qui_est_libre(vie, le):
    for echeance in _liberees(vie):
        avancer(vie, echeance, "versee", recommande_le=le, pas=4)


def commencer_l_automne(vie, rang, le):
    """Le versement va jusqu'à l'étape de la fiche; ce qui attend n'attend que depuis quelques jours."""
    etape = vie.donnees.get("automne", ("recommandee", "recommandee"))[rang]
    il_y_a = timedelta(3 + (3 * vie.convention.pk + 5 * rang) % 11)
    recommande_le = ouvrable(max(le, vrai_jour() - il_y_a))
    for echeance in _liberees(vie):
        if echeance.prevue_le.month == MOIS[rang]:
            avancer(vie, echeance, etape, recommande_le=recommande_le, pas=1)


def avancer(vie, echeance, etape, *, recommande_le, pas):
    """De libéré jusqu'à cette étape, `pas` jours entre deux personnes; « entamee » : versé en partie."""
    faites = ETAPES.index("versee" if etape == "entamee" else etape)
    autorise_le, verse_le = (ouvrable(recommande_le + timedelta(pas * n)) for n in (1, 2))
    if faites >= 1:
        with au(recommande_le):
            echeance = echeance.recommander(par=vie.acteurs.dgsq or vie.acteurs.mess, note=NOTE)
    if faites >= 2:
        with au(autorise_le):
            echeance = echeance.autoriser(par=vie.acteurs.approbation)
    if faites >= 3:
        montant = echeance.montant if etape == "versee" else (echeance.montant / 2).quantize(echeance.montant)
        with au(verse_le):
            echeance.verser(
                par=tenant_de(Role.FINANCES_MESS),
                montant=montant,
                verse_le=min(verse_le, aujourd_hui()),
                reference=f"DEMO-{vie.convention.numero}-{echeance.rang:02}"[:60],
            )


def recuperer(convention, an, parts, *, motif, le):
    """Ce que la Table rend au Ministère d'un exercice, enveloppe par enveloppe."""
    Recuperation.inscrire(
        convention,
        par=tenant_de(Role.FINANCES_MESS),
        an=an,
        parts=parts,
        recue_le=le,
        reference=f"REC-{convention.numero}-{an}",
        motif=motif,
    )
