"""Reprendre sa demande précédente. Au même appel, tout revient; à un autre, ses textes, ses populations, son budget.

À un autre appel, ce qui se copie est à relire : aucune partie n'est terminée, aucune source ni aucun partenaire n'est
confirmé; ce qui engage, date ou dépend de l'appel se refait.
"""

from projets.models.contenu import ContenuDeDemande
from projets.regles.completude import est_complete
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

TEXTES = (
    *("personne_ressource", "titre", "resume", "nature", "consensus", "besoin", "preuves", "place"),
    *("en_conception", "en_realisation", "au_suivi", "soutien", "lien", "apres"),
)
TOUS = tuple(champ.name for champ in ContenuDeDemande._meta.fields)


def reprendre(neuve, precedente):
    """Copie dans ce brouillon, sans l'enregistrer lui-même, ce qui se reprend d'une demande du même organisme."""
    neuve.reprise_de = precedente
    au_meme = precedente.appel_id == neuve.appel_id
    for champ in TOUS if au_meme else (*TEXTES, *_memes_questions(neuve.appel, precedente.appel)):
        setattr(neuve, champ, getattr(precedente, champ))


def continuer(neuve, reprise):
    """De ce qu'un fichier disait d'une initiative passée : son titre et son résumé; le reste s'écrit."""
    neuve.titre, neuve.resume = reprise.titre, reprise.resume


def reprendre_les_rangees(neuve, precedente):
    """Les rangées, une fois le brouillon enregistré."""
    _copier(neuve.populations, precedente.populations)
    if precedente.appel_id == neuve.appel_id:
        _tout_copier(neuve, precedente)
    else:
        _copier_a_un_autre_appel(neuve, precedente)


def _tout_copier(neuve, precedente):
    """La résolution et la lettre d'appui comprises : le même fichier, que personne n'a retiré."""
    for nom in ("personnes_prevues", "objectifs", "partenaires", "depenses", "sources"):
        _copier(getattr(neuve, nom), getattr(precedente, nom))
    _copier(neuve.pieces, precedente.pieces.jointes())
    for nom in ("territoires", "priorites"):
        getattr(neuve, nom).set(getattr(precedente, nom).all())


def reprendre_l_avancement(neuve, precedente):
    """Au même appel, une partie terminée et toujours complète l'est encore."""
    if precedente.appel_id != neuve.appel_id:
        return
    for partie in precedente.parties.filter(modifiee_le__isnull=False):
        neuve.parties.filter(code=partie.code).update(
            terminee=partie.terminee and est_complete(neuve, partie.code),
            modifiee_le=partie.modifiee_le,
            modifiee_par=partie.modifiee_par,
        )


def _copier_a_un_autre_appel(neuve, precedente):
    _copier(neuve.objectifs, precedente.objectifs, pour_le=None)
    _copier(neuve.partenaires, precedente.partenaires, confirme=False)
    decalage, dernier = _calendrier(neuve.appel, precedente)
    _copier_par_exercice(neuve.depenses, precedente.depenses, decalage, dernier)
    _copier_par_exercice(neuve.sources, precedente.sources, decalage, dernier, certitude="demandee")


def _memes_questions(appel, ancien):
    """Les réponses aux questions que la région repose dans les mêmes mots, au même rang."""
    anciennes = dict(ancien.questions)
    return [champ for champ, question in appel.questions if anciennes.get(champ) == question]


def _calendrier(appel, precedente):
    """(de combien d'exercices le budget avance, le dernier où il peut tomber ou `None`)."""
    ans = [
        *precedente.depenses.values_list("an", flat=True),
        *precedente.sources.values_list("an", flat=True),
    ]
    premier = Exercice.de(appel.debut_au_plus_tot or aujourd_hui()).an
    fin = appel.fin_au_plus_tard
    return (premier - min(ans) if ans else 0), fin and Exercice.de(fin).an


def _copier_par_exercice(vers, depuis, decalage, dernier, **champs):
    for ligne in depuis.all():
        if dernier is None or ligne.an + decalage <= dernier:
            _ajouter(vers, ligne, an=ligne.an + decalage, **champs)


def _copier(vers, depuis, **champs):
    for ligne in depuis.all():
        _ajouter(vers, ligne, **champs)


def _ajouter(vers, ligne, **champs):
    copie = {c.attname: getattr(ligne, c.attname) for c in ligne._meta.concrete_fields if not c.primary_key}
    vers.create(**{nom: valeur for nom, valeur in copie.items() if nom != "initiative_id"} | champs)
