"""Des rangées à remplir dans un formulaire : celles qui y sont, et une vide de plus tant qu'il en reste; deux d'abord.

Sans script : « Enregistrer » garde les rangées remplies et en offre une nouvelle, « Enregistrer et ajouter » une de
plus que la page n'en montrait, même vides. Une rangée vidée s'efface.
"""

from functools import partial

from socle.formulaires.disposition import Groupe, Rangee


class Rangees:
    """Les rangées de ces lignes; `fabriques` rend un champ neuf par nom, et le premier dit si la rangée compte.

    La valeur initiale d'un champ neuf est une proposition : laissée telle quelle, elle ne fait pas une rangée.
    `designation` nomme la rangée au sommaire des erreurs : « Versement 2 ».
    """

    D_ABORD = 2

    def __init__(self, form, lignes, fabriques, *, au_plus, nom, designation=""):
        self.form, self.fabriques, self.nom, self.designation = form, fabriques, nom, designation
        self.tete = next(iter(fabriques))
        actuelles = list(lignes)
        envoyees = len([c for c in form.data if c.startswith(f"{nom}_") and c.endswith(f"_{self.tete}")])
        offertes = max(len(actuelles) + 1, self.D_ABORD, envoyees, getattr(form, "rangees_voulues", 0))
        self.nombre = max(len(actuelles), min(au_plus, offertes))
        for rang in range(self.nombre):
            self._ajouter(rang, actuelles[rang] if rang < len(actuelles) else None)

    def champ(self, rang, nom):
        return f"{self.nom}_{rang}_{nom}"

    def _ajouter(self, rang, ligne):
        for nom, fabrique in self.fabriques.items():
            champ = fabrique()
            champ.required, champ.initial = False, getattr(ligne, nom) if ligne else champ.initial
            champ.designation = self.designation and f"{self.designation} {rang + 1}"
            self.form.fields[self.champ(rang, nom)] = champ

    def groupes(self, titre, courts=()):
        """Un groupe par rangée, dans l'ordre des champs; les champs `courts` se suivent sur une ligne."""
        noms = list(self.fabriques)
        debut = noms.index(courts[0]) if courts else len(noms)
        suite = [nom for nom in noms[debut:] if nom not in courts]
        for rang in range(self.nombre):
            champ = partial(self.champ, rang)
            ligne = [Rangee(*map(champ, courts))] if courts else []
            yield Groupe(f"{titre} {rang + 1}", *map(champ, noms[:debut]), *ligne, *map(champ, suite))

    def lignes(self, donnees):
        """[(rang, {nom: valeur})] de toutes, remplies ou non."""
        return [
            (rang, {nom: donnees.get(self.champ(rang, nom)) for nom in self.fabriques})
            for rang in range(self.nombre)
        ]

    def verifier(self, donnees):
        """Une rangée dont il manque le nom ne s'efface pas en silence : on le demande."""
        proposees = {nom: fabrique().initial for nom, fabrique in self.fabriques.items()}
        for rang, ligne in self.lignes(donnees):
            if not ligne[self.tete] and any(v and v != proposees[nom] for nom, v in ligne.items()):
                tete = self.champ(rang, self.tete)
                if tete not in self.form.errors:
                    libelle = self.form.fields[tete].label
                    self.form.add_error(
                        tete, f"Remplissez le champ «\xa0{libelle}\xa0», ou videz toute la rangée."
                    )

    def remplies(self, donnees):
        return [(rang, ligne) for rang, ligne in self.lignes(donnees) if ligne[self.tete]]

    def ecrire(self, relation, donnees):
        """Remplace les rangées de cette relation par celles qui sont remplies, dans l'ordre."""
        relation.all().delete()
        for n, (_, ligne) in enumerate(self.remplies(donnees)):
            relation.create(
                rang=n, **{nom: "" if v is None and _texte(relation, nom) else v for nom, v in ligne.items()}
            )


def _texte(relation, nom):
    return not relation.model._meta.get_field(nom).null
