"""Lire d'un coup ce que plusieurs tables disent d'un dossier : une page n'a droit qu'à douze requêtes.

    avis, pieces = lire_ensemble(dossier.avis.select_related("par"), dossier.pieces.all())
    precharger(dossier, "depenses", "sources")  # `dossier.depenses.all()` ne demande plus rien à la base

Chaque requête garde ses filtres, son ordre, son `select_related` et son `only`; ce qu'elle annote se perd. Une rangée
voyage en tableau JSON : la base réunit ainsi des tables qui n'ont pas les mêmes colonnes.
"""

from collections import defaultdict
from functools import cached_property
from operator import itemgetter

from django.db import connection
from django.db.models import JSONField, Value, Window
from django.db.models.functions import JSONArray, RowNumber


def lire_ensemble(*requetes):
    """[les objets de chacune], en une seule requête."""
    formes = [_Forme(r.model, r.query.select_related or {}, r.query.deferred_loading) for r in requetes]
    objets = [[] for _ in requetes]
    voulues = enumerate(zip(requetes, formes, strict=True))
    lues = [_en_json(rang, *paire) for rang, paire in voulues if not paire[0].query.is_empty()]
    for _, rangee in sorted(lues[0].union(*lues[1:], all=True) if lues else (), key=itemgetter(0)):
        valeurs = iter(rangee)
        rang = next(valeurs)
        objets[rang].append(formes[rang].objet(valeurs))
    return objets


def ranger(objets, nom, rangees):
    """Donne à chacun de ces objets ses rangées, déjà lues : `objet.<nom>.all()` ne demande plus rien à la base.

    D'une relation multiple, `rangees` sont celles de sa table, lues avec ce qu'elles lient.
    """
    siennes = defaultdict(list)
    for rangee in rangees if objets else ():
        cle, sienne = _liee(objets[0]._meta.get_field(nom), rangee)
        siennes[cle].append(sienne)
    for objet in objets:
        _retenir(objet, nom, getattr(objet, nom).all(), siennes[objet.pk])


def _liee(lien, rangee):
    """(la clé de l'objet dont est cette rangée, ce qu'il en lit)."""
    if lien.many_to_many:
        return getattr(rangee, f"{lien.m2m_field_name()}_id"), getattr(rangee, lien.m2m_reverse_field_name())
    return getattr(rangee, lien.field.attname), rangee


def precharger(objet, *relations, aussi=()):
    """`prefetch_related_objects` de cet objet, en une requête; rend les objets des requêtes `aussi`, lus avec."""
    requetes = [getattr(objet, nom).all() for nom in relations]
    lus = lire_ensemble(*requetes, *aussi)
    for nom, requete in zip(relations, requetes, strict=True):
        _retenir(objet, nom, requete, lus.pop(0))
    return lus


def _retenir(objet, nom, requete, rangees):
    requete._result_cache, requete._prefetch_done = rangees, True
    _lier(objet, nom, rangees)
    objet.__dict__.setdefault("_prefetched_objects_cache", {})[nom] = requete


def _lier(objet, nom, siens):
    """Chaque rangée sait de qui elle est, sans le redemander."""
    lien = objet._meta.get_field(nom)
    if lien.one_to_many:
        for sien in siens:
            lien.field.set_cached_value(sien, objet)


def _en_json(rang, requete, forme):
    """(place de la rangée, [rang de la requête, *rangée]) : les mêmes colonnes pour toutes."""
    ordre = requete.query.order_by or requete.model._meta.ordering
    place = Window(RowNumber(), order_by=list(ordre) or None)
    rangee = JSONArray(Value(rang), *forme.colonnes)
    return requete.select_related(None).order_by().values_list(place, rangee)


class _Forme:
    """Les colonnes d'un modèle et de ceux que `select_related` y joint; un champ JSON attend qu'on le demande.

    `differes` : (des champs, vrai s'ils sont les seuls à attendre), comme le dit la requête.
    """

    def __init__(self, modele, suivies, differes, chemin=""):
        self.modele, (nommes, attendent) = modele, differes
        self.champs = [
            champ
            for champ in modele._meta.concrete_fields
            if champ.primary_key
            or champ.name in suivies
            or ((f"{chemin}{champ.name}" in nommes) != attendent and not isinstance(champ, JSONField))
        ]
        self.noms = [champ.attname for champ in self.champs]
        self.liens = {
            (lien := modele._meta.get_field(nom)): _Forme(
                lien.related_model, dessous, differes, f"{chemin}{nom}__"
            )
            for nom, dessous in suivies.items()
        }
        jointes = (colonne for forme in self.liens.values() for colonne in forme.colonnes)
        siennes = (f"{chemin}{c.attname}" if chemin else c.cached_col for c in self.champs)
        self.colonnes = [*siennes, *jointes]

    @cached_property
    def lecteurs(self):
        return [_lecteur(champ) for champ in self.champs]

    def objet(self, valeurs):
        """L'objet de ces valeurs, et ceux qu'on y joint; `None` si rien n'est joint."""
        lues = [lire(next(valeurs)) for lire in self.lecteurs]
        objet = self.modele.from_db(connection.alias, self.noms, lues)
        for lien, forme in self.liens.items():
            lie = forme.objet(valeurs)
            lien.set_cached_value(objet, lie)
            if lie is not None and lien.one_to_one:
                lien.remote_field.set_cached_value(lie, objet)
        return None if objet.pk is None else objet


def _lecteur(champ):
    """Ce que la base aurait rendu hors du JSON : ses convertisseurs, puis ceux du champ."""
    colonne = champ.cached_col
    convertisseurs = (*connection.ops.get_db_converters(colonne), *colonne.get_db_converters(connection))

    def lire(valeur):
        if valeur is None:
            return None
        for convertir in convertisseurs:
            valeur = convertir(valeur, colonne, connection)
        return champ.to_python(valeur)

    return lire
