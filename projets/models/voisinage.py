"""Ce qu'un autre appel finance ou étudie déjà du même organisme, ou d'un projet voisin; avant la décision.

D'une autre Alliance, rien de son texte ne sort d'ici : une période, et si c'est accepté ou à l'étude.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from alliances.models import Organisme
from projets.models.initiatives import Etat, Initiative
from projets.regles.voisinage import Dossier, memes_objets, voisins_des
from socle.valeurs.alphabet import normaliser

EN_JEU = (Etat.DEPOSEE, Etat.ADMISSIBLE, Etat.ACCEPTEE, Etat.EN_ATTENTE)
LUS = ("pk", "organisme", "organisme__neq", "organisme__nom", "debut", "fin", "titre", "resume")
DITS = ("alliance", "etat_lu", "etat_annonce", "numero", "appel__titre")


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


def rapprochements_des(alliance, initiatives, par):
    """{clé: [`Rapprochement`]} de ces initiatives d'une Alliance; deux requêtes, pour une comme pour cent."""
    trouves = {initiative.pk: [] for initiative in initiatives}
    dossiers = [_dossier(i) for i in initiatives if i.debut and i.fin]
    if not dossiers:
        return trouves
    debut, fin = min(d.debut for d in dossiers), max(d.fin for d in dossiers)
    alors = Initiative.objects.filter(debut__lte=fin, fin__gte=debut).order_by()
    # L'état vrai ou l'annoncé : ce que `par` en lit se juge ensuite, des seules proches.
    a_comparer = alors.filter(Q(etat__in=EN_JEU) | Q(etat_annonce__in=EN_JEU))
    proches = [*memes_objets(dossiers, a_comparer.values_list("pk", "titre", "resume").iterator())]
    lies = Q(organisme__in=_memes_organismes(dossiers)) | Q(pk__in=proches)
    lus = _en_jeu(alors, par, alliance).filter(lies).order_by("debut", "pk").values_list(*LUS, *DITS)
    autres = {ligne[0]: ligne for ligne in lus}
    voisins = voisins_des(dossiers, [Dossier(*ligne[: len(LUS)]) for ligne in autres.values()])
    for cle, siens in voisins.items():
        trouves[cle] = [_rapprochement(alliance, autres[v.cle], v) for v in siens]
    return trouves


def _en_jeu(initiatives, par, alliance):
    """Ici, l'état que `par` peut lire; ailleurs, celui qu'on a annoncé : une décision sous embargo n'en sort pas."""
    ici = Q(alliance=alliance, etat_lu__in=EN_JEU)
    ailleurs = ~Q(alliance=alliance) & Q(etat_annonce__in=EN_JEU)
    return initiatives.avec_etat_lu(par).filter(ici | ailleurs)


def _memes_organismes(dossiers):
    """Leurs fiches, et celles du même nom; un NEQ n'a qu'une fiche."""
    noms = {normaliser(dossier.nom) for dossier in dossiers}
    memes = Q(pk__in={dossier.organisme for dossier in dossiers}) | Q(nom_normalise__in=noms)
    return Organisme.objects.filter(memes).order_by().values("pk")


def _dossier(initiative):
    porteur = initiative.organisme
    periode = (initiative.debut, initiative.fin)
    return Dossier(
        initiative.pk, porteur.pk, porteur.neq, porteur.nom, *periode, initiative.titre, initiative.resume
    )


def _rapprochement(alliance, ligne, voisin):
    cle, _, _, organisme, debut, fin, titre, _, chez, etat, annonce, numero, appel = ligne
    if chez != alliance.pk:
        return Rapprochement(debut, fin, annonce == Etat.ACCEPTEE)
    return Rapprochement(
        *(debut, fin, etat == Etat.ACCEPTEE, cle, numero, titre, organisme, appel, voisin.meme_organisme)
    )
