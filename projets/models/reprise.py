"""Reprendre sa demande précédente : ses textes et son budget; ni ses dates, ni ses engagements, ni ses pièces.

Ce qui se copie est à relire : aucune partie n'est terminée, aucune source ni aucun partenaire n'est confirmé.
"""

from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

TEXTES = (
    *("personne_ressource", "titre", "resume", "nature", "consensus", "besoin", "preuves", "place"),
    *("en_conception", "en_realisation", "au_suivi", "soutien", "lien", "apres"),
)


def reprendre(neuve, precedente):
    """Copie dans ce brouillon, sans l'enregistrer lui-même, ce qui se reprend d'une demande du même organisme."""
    neuve.reprise_de = precedente
    for champ in (*TEXTES, *_memes_questions(neuve.appel, precedente.appel)):
        setattr(neuve, champ, getattr(precedente, champ))


def reprendre_les_rangees(neuve, precedente):
    """Les rangées, une fois le brouillon enregistré."""
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
