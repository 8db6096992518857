"""Des initiatives déjà retenues, leur argent réservé, sans leur étude : la matrice n'en lit que les colonnes."""

from decimal import Decimal as D
from uuid import uuid4

from django.utils import timezone

from conventions.models import Ecriture
from projets.models import Decision, Initiative
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui


def retenue(appel, par, titre, *, ou=(), pour=(), montants=None, personnes=None, etat="acceptee", **champs):
    """`ou` : ses territoires; `pour` : ses priorités; `montants` : {enveloppe: dollars}; `personnes` : {an: nombre}.

    Sauf `etat_annonce`, son organisme sait où elle en est.
    """
    maintenant, depose = timezone.now(), _porteuse()
    champs = {
        "organisme": appel.alliance.table_regionale,
        "numero": titre,
        "nature": "nouveau",
        "palier": "regional" if len(ou) > 1 else "local",
        "commencee_le": maintenant,
        "commencee_par": depose,
        "deposee_le": maintenant,
        "deposee_par": depose,
        "jugee_le": maintenant,
        "jugee_par": par,
        "etat_annonce": etat,
    } | champs
    annoncee = champs.pop("etat_annonce")
    initiative = Initiative.objects.create(
        alliance=appel.alliance, appel=appel, titre=titre, etat="admissible", **champs
    )
    initiative.territoires.set(ou)
    initiative.priorites.set(pour)
    if montants:
        _accorder(initiative, par, {enveloppe: D(montant) for enveloppe, montant in montants.items()})
    for an, nombre in (personnes or {}).items():
        initiative.personnes_prevues.create(an=an, nombre=nombre, nouvelles=nombre)
    Initiative.objects.filter(pk=initiative.pk).update(etat=etat, etat_annonce=annoncee)
    return Initiative.objects.get(pk=initiative.pk)


def _porteuse():
    """Qui dépose : celle qui décide n'y serait pour rien."""
    return Utilisateur.objects.get_or_create(
        courriel="depose@alliances.example", defaults={"nom": "Porteuse"}
    )[0]


def _accorder(initiative, par, montants):
    decision = Decision(
        initiative=initiative,
        sens="acceptee",
        instance="Table",
        resolution=initiative.titre,
        prise_le=aujourd_hui(),
        mouvement=uuid4(),
        inscrite_le=timezone.now(),
        par=par,
    )
    Ecriture.passer(
        next(iter(montants)).convention,
        [(enveloppe, "reserve", montant) for enveloppe, montant in montants.items()],
        nature="reservation",
        par=par,
        mouvement=decision.mouvement,
        **decision.promesse,
    )
    decision.save(force_insert=True)
    for enveloppe, montant in montants.items():
        initiative.affectations.create(enveloppe=enveloppe, montant=montant)
