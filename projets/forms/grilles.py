"""La grille d'un appel, critère par critère."""

from django import forms

from projets.forms.rangees import Rangees
from projets.models.grilles import CRITERES_AU_PLUS, NIVEAUX
from socle.formulaires.champs import EntierField
from socle.formulaires.disposition import Layout
from socle.formulaires.revision import AvecRevision


class GrilleForm(AvecRevision):
    """Un critère par groupe; une rangée vidée s'efface. Les poids font 100."""

    def __init__(self, *args, appel, **options):
        self.appel = appel
        super().__init__(*args, **options)
        niveaux = {f"niveau_{n}": _phrase(n) for n in NIVEAUX}
        self.rangees = Rangees(
            self,
            appel.criteres.all(),
            {
                "nom": lambda: forms.CharField(label="Critère", max_length=120),
                "poids": lambda: EntierField(label="Poids", min_value=1, max_value=100),
                **niveaux,
            },
            au_plus=CRITERES_AU_PLUS,
            nom="critere",
        )

    @property
    def disposition(self):
        return Layout(*self.rangees.groupes("Critère", ("poids",)))

    def revision_actuelle(self):
        return self.appel.revision

    def clean(self):
        donnees = super().clean()
        self.rangees.verifier(donnees)
        for rang, ligne in self.rangees.remplies(donnees):
            for nom, valeur in ligne.items():
                champ = self.rangees.champ(rang, nom)
                if not valeur and champ not in self.errors:
                    self.add_error(
                        champ,
                        f"Critère {rang + 1}, «\xa0{ligne['nom']}\xa0»\xa0: remplissez le champ"
                        f" «\xa0{self.fields[champ].label}\xa0».",
                    )
        return donnees

    def saisie(self):
        criteres = [ligne for _, ligne in self.rangees.remplies(self.cleaned_data)]
        return {"criteres": criteres, "revision": self.cleaned_data["revision"]}


AIDES = {0: "Le plus faible.", 4: "Le meilleur."}


def _phrase(niveau):
    return lambda: forms.CharField(label=f"Niveau {niveau}", max_length=200, help_text=AIDES.get(niveau, ""))


class RevisionForm(AvecRevision):
    """Un geste sans autre saisie, qui part de ce que la personne avait sous les yeux."""

    def __init__(self, *args, objet, **options):
        self.objet = objet
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.objet.revision

    def saisie(self):
        return {"revision": self.cleaned_data["revision"]}
