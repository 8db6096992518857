"""Écrire les clauses de l'Alliance : une rangée par article, qu'on déplace en changeant sa place."""

from django import forms

from projets.forms.rangees import Rangees
from projets.protocoles.regles.fentes import fautes_de_fentes
from socle.formulaires.champs import EntierField
from socle.formulaires.disposition import Groupe, Layout, Rangee
from socle.formulaires.revision import AvecRevision, SurCeQuiEstVu

CLAUSES_AU_PLUS = 40


class _Article:
    """Une clause et la place qu'elle tient, pour la rangée qui la montre."""

    def __init__(self, clause, place):
        self.titre, self.texte, self.place = clause.titre, clause.texte, place


class ClausesForm(AvecRevision):
    """Une rangée vidée s'efface; une fente inconnue se refuse à côté de son champ."""

    def __init__(self, *args, clauses, voulues=0, **options):
        self.clauses, self.rangees_voulues = clauses, voulues
        super().__init__(*args, **options)
        articles = [_Article(clause, place) for place, clause in enumerate(clauses.clauses.all(), start=1)]
        self.rangees = Rangees(
            self,
            articles,
            {
                "titre": lambda: forms.CharField(label="Titre", max_length=120),
                "texte": lambda: forms.CharField(
                    label="Texte", max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
                ),
                "place": lambda: EntierField(label="Place", min_value=1, max_value=CLAUSES_AU_PLUS),
            },
            au_plus=CLAUSES_AU_PLUS,
            nom="clause",
            designation="Clause",
        )

    @property
    def disposition(self):
        return Layout(*map(self._groupe, range(self.rangees.nombre)))

    def _groupe(self, rang):
        titre, texte, place = (self.rangees.champ(rang, nom) for nom in ("titre", "texte", "place"))
        return Groupe(f"Clause {rang + 1}", Rangee(titre, place), texte)

    def revision_actuelle(self):
        return self.clauses.revision

    def clean(self):
        donnees = super().clean()
        for rang, ligne in self.rangees.lignes(donnees):
            self._juger(rang, ligne)
        if not self.errors and not self.rangees.remplies(donnees):
            self.add_error(self.rangees.champ(0, "titre"), "Écrivez au moins une clause.")
        return donnees

    def _juger(self, rang, ligne):
        for nom, autre in (("titre", "texte"), ("texte", "titre")):
            champ = self.rangees.champ(rang, nom)
            if not ligne[nom] and ligne[autre] and champ not in self.errors:
                self.add_error(
                    champ, "Une clause a son titre et son texte\xa0: remplissez-les, ou videz les deux."
                )
            for faute in fautes_de_fentes(ligne[nom] or ""):
                self.add_error(champ, faute)

    def _place(self, rangee):
        """Où va une rangée : montée, elle passe devant celle qui y est; descendue, derrière."""
        rang, ligne = rangee
        actuelle = rang + 1
        voulue = ligne["place"] or actuelle
        return voulue, (voulue > actuelle) - (voulue < actuelle), rang

    def saisie(self):
        rangees = sorted(self.rangees.remplies(self.cleaned_data), key=self._place)
        textes = [(ligne["titre"], ligne["texte"]) for _, ligne in rangees]
        return {"textes": textes, "revision": self.cleaned_data["revision"]}


class ApprobationForm(SurCeQuiEstVu):
    """On approuve le texte que la page montrait."""

    def __init__(self, *args, clauses, **options):
        self.clauses = clauses
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.clauses.revision
