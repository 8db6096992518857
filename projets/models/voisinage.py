"""Ce qu'un autre appel finance ou étudie déjà du même organisme, ou d'un projet voisin; avant la décision.

D'une autre Alliance, rien de son texte ne sort d'ici : une période, et si c'est accepté ou à l'étude.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from projets.models.initiatives import Etat, Initiative
from projets.regles.voisinage import Dossier, voisins_des

FINANCEES = (Etat.ACCEPTEE, Etat.EN_COURS, Etat.SUSPENDUE)
EN_JEU = (Etat.DEPOSEE, Etat.ADMISSIBLE, *FINANCEES, Etat.EN_ATTENTE)
LUS = ("pk", "organisme", "organisme__neq", "organisme__nom", "debut", "fin", "titre", "resume")


@dataclass(frozen=True)
class Rapprochement:
    """`cle` et ce qui suit sont vides quand l'autre dossier est d'une autre Alliance."""

    debut: date
    fin: date
    acceptee: bool
    cle: int | None = None
    numero: str = ""
    titre: str = ""
    organisme: str = ""
    appel: str = ""
    meme_organisme: bool = False


def rapprochements_des(alliance, initiatives):
    """{clé: [`Rapprochement`]} de ces initiatives d'une Alliance; une requête, pour une comme pour cent."""
    datees = [i for i in initiatives if i.debut and i.fin]
    trouves = {initiative.pk: [] for initiative in initiatives}
    if not datees:
        return trouves
    lus = _en_jeu(alliance, min(i.debut for i in datees), max(i.fin for i in datees))
    autres = {ligne[0]: ligne for ligne in lus}
    dossiers = [_dossier(i) for i in datees]
    voisins = voisins_des(dossiers, [Dossier(*ligne[: len(LUS)]) for ligne in autres.values()])
    for cle, siens in voisins.items():
        trouves[cle] = [_rapprochement(alliance, autres[v.cle], v) for v in siens]
    return trouves


def _en_jeu(alliance, debut, fin):
    """Ici, l'état vrai; ailleurs, celui qu'on a annoncé : une décision sous embargo n'en sort pas."""
    ici = Q(alliance=alliance, etat__in=EN_JEU)
    ailleurs = ~Q(alliance=alliance) & Q(etat_annonce__in=EN_JEU)
    possibles = Initiative.objects.filter(ici | ailleurs, debut__lte=fin, fin__gte=debut)
    return possibles.order_by("debut", "pk").values_list(
        *LUS, "alliance", "etat", "etat_annonce", "numero", "appel__titre"
    )


def _dossier(initiative):
    porteur = initiative.organisme
    periode = (initiative.debut, initiative.fin)
    return Dossier(
        initiative.pk, porteur.pk, porteur.neq, porteur.nom, *periode, initiative.titre, initiative.resume
    )


def _rapprochement(alliance, ligne, voisin):
    cle, _, _, organisme, debut, fin, titre, _, chez, etat, annonce, numero, appel = ligne
    if chez != alliance.pk:
        return Rapprochement(debut, fin, annonce in FINANCEES)
    return Rapprochement(
        *(debut, fin, etat in FINANCEES, cle, numero, titre, organisme, appel, voisin.meme_organisme)
    )
