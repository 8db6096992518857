"""Les collaborations d'un moyen : une ligne vide, et un bouton pour en avoir d'autres, sans script."""

from django.forms import formset_factory
from django.utils.functional import cached_property

from alliances.models import SecteurActeur
from alliances.plans.forms.redaction import CollaborateurForm
from alliances.plans.models import Collaborateur

PREFIXE = "collaborateurs"
LIGNES_VIDES = 1
LIGNES_DEMANDEES = 3  # sans script, chaque demande coûte un aller-retour : autant en donner plusieurs
MAXIMUM = 60
Lignes = formset_factory(CollaborateurForm, max_num=MAXIMUM, absolute_max=MAXIMUM)


class Collaborations:
    """L'ensemble des lignes d'un moyen; se valide comme un formulaire, s'écrit dans le geste du moyen."""

    def __init__(self, moyen, donnees=None):
        self.moyen = moyen
        self.secteurs = SecteurActeur.objects.all()
        self.ensemble = self._batir(donnees)

    def _batir(self, donnees=None, initial=None, vides=LIGNES_VIDES):
        if initial is None and donnees is None:
            initial = self._enregistres()
        secteurs = {"secteurs": self.secteurs, "choix": lambda: self.choix}
        ensemble = Lignes(donnees, initial=initial, prefix=PREFIXE, form_kwargs=secteurs)
        ensemble.extra = vides
        return ensemble

    @cached_property
    def choix(self):
        """Les secteurs à choisir, les mêmes pour chaque ligne."""
        return [("", "Choisissez un secteur"), *self.secteurs.values_list("pk", "nom")]

    def _enregistres(self):
        if self.moyen._state.adding:
            return []
        return list(self.moyen.collaborateurs.values("nom", "secteur", "contribution"))

    def agrandir(self):
        """Rend ce qui est tapé, sans le juger, avec des lignes vides de plus."""
        lignes = [{nom: ligne[nom].value() or "" for nom in ligne.fields} for ligne in self.ensemble.forms]
        remplies = [ligne for ligne in lignes if any(ligne.values())]
        self.ensemble = self._batir(initial=remplies, vides=LIGNES_DEMANDEES)

    def is_valid(self):
        return self.ensemble.is_valid()

    def lignes(self):
        """Ce qui est saisi : [(nom, secteur ou `None`, contribution)], sans les lignes vides."""
        return [
            (ligne["nom"], ligne["secteur"], ligne["contribution"])
            for ligne in (form.cleaned_data for form in self.ensemble.forms)
            if ligne.get("nom")
        ]

    def ecrire(self):
        """Remplace les collaborations du moyen; appelée dans la transaction du geste."""
        self.moyen.collaborateurs.all().delete()
        for nom, secteur, contribution in self.lignes():
            Collaborateur.objects.create(
                moyen=self.moyen, nom=nom, secteur=secteur, contribution=contribution
            )
