"""Les formulaires de l'examen : demande, observation, liste de contrôle, avis, retour, décision, comparaison."""

from django import forms

from alliances.models.changements import repere
from alliances.plans.canevas import canevas
from alliances.plans.canevas.forme import Nature
from alliances.plans.models import ControleExamen, DemandeCorrection, VersionPlan
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Morceau
from socle.formulaires.revision import AvecRevision, SurCeQuiEstVu, SurUneEmpreinte
from socle.models.observations import Visibilite


def cibles(contenu, partie=None):
    """Ce qu'une remarque peut viser, dans l'ordre du plan : [(« objet:clé », libellé)].

    `partie` : un code de section, « 3-9 » pour les priorités, ou la clé d'une priorité; sans partie, tout.
    """
    for priorite in contenu["priorites"]:
        if priorite["cle"] == partie:
            return list(cibles_de(priorite))
    choix = []
    for section in canevas(contenu["cycle"]["code"]).sections:
        if partie not in (None, section.code):
            continue
        if section.nature == Nature.STRUCTURE:
            choix.append((f"section:{section.code}", "L’ensemble des priorités"))
            for priorite in contenu["priorites"]:
                choix.extend(cibles_de(priorite))
        else:
            numero = "" if section.nature == Nature.CONTACT else f"{section.code}. "
            choix.append((f"section:{section.code}", numero + section.titre))
    return choix


def cibles_de(priorite):
    """La priorité, puis tout ce qu'elle porte, dans l'ordre où on le lit."""
    yield f"priorite:{priorite['cle']}", f"Priorité {priorite['numero']} – {_bref(priorite['titre'])}"
    yield from _indicateurs_de(priorite)
    for objectif in priorite["objectifs"]:
        yield f"objectif:{objectif['cle']}", f"Objectif {objectif['numero']} – {_bref(objectif['titre'])}"
        yield from _indicateurs_de(objectif)
        for moyen in objectif["moyens"]:
            yield f"moyen:{moyen['cle']}", f"Moyen {moyen['numero']} – {_bref(moyen['description'])}"
            yield from _indicateurs_de(moyen)


def _indicateurs_de(porteur):
    for indicateur in porteur.get("indicateurs", ()):
        libelle = f"Indicateur {indicateur['numero']} – {_bref(indicateur['nom'])}"
        yield f"indicateur:{indicateur['cle']}", libelle


def _bref(texte):
    return texte if len(texte) <= 60 else f"{texte[:59]}…"


class CibleField(forms.ChoiceField):
    """Un choix « objet:clé », rendu en couple (objet, clé)."""

    def clean(self, value):
        return tuple(super().clean(value).split(":", 1))


class Remarque(Formulaire):
    """Ce qu'ont en commun une demande et une observation : une cible prise dans le contenu lu."""

    cible = CibleField(label="Ce que vise la remarque")

    def __init__(self, *args, contenu, partie=None, **options):
        super().__init__(*args, **options)
        champ = self.fields["cible"]
        champ.choices = cibles(contenu, partie)
        if len(champ.choices) == 1:
            champ.widget = forms.HiddenInput()
            self.initial = {**self.initial, "cible": champ.choices[0][0]}


class DemandeForm(Remarque):
    raison = forms.ChoiceField(
        label="Raison", choices=DemandeCorrection.Raison.choices, widget=forms.RadioSelect
    )
    texte = forms.CharField(
        label="Ce qu’il faut corriger",
        help_text="La Table lira ce texte tel quel, à côté de ce qui est visé.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, prefix="demande", **options)
        self.fields["cible"].label = "Ce que vise la demande"


class ReformulationForm(AvecRevision, DemandeForm):
    """Récrire une demande, sans écraser ce que quelqu'un d'autre en a récrit."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, demande, **options):
        self.demande = demande
        initial = {"cible": ":".join(demande.ancre), "raison": demande.raison, "texte": demande.texte}
        super().__init__(*args, initial=initial, **options)

    def revision_actuelle(self):
        return repere(self.demande)

    def saisie(self):
        return {"vu" if nom == "revision" else nom: valeur for nom, valeur in self.cleaned_data.items()}


class ObservationForm(Remarque):
    texte = forms.CharField(
        label="Votre observation", max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    visibilite = forms.ChoiceField(
        label="Qui peut la lire",
        choices=Visibilite.choices,
        initial=Visibilite.INTERNE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, de_l_etat, **options):
        super().__init__(*args, prefix="observation", **options)
        self.fields["cible"].label = "Ce que vise l’observation"
        if not de_l_etat:
            del self.fields["visibilite"]

    def clean(self):
        donnees = super().clean()
        donnees.setdefault("visibilite", Visibilite.PARTAGEE)
        return donnees


class ControleForm(Formulaire):
    """Les quinze éléments. Seuls ceux que la personne a changés depuis l'affichage sont inscrits.

    Chacun porte ce que la page en montrait : deux personnes à deux éléments ne se gênent pas.
    """

    disposition = Layout(Morceau("plans/examen/_elements_a_controler.html"))
    mention = False
    si_perime = AvecRevision.si_perime

    def __init__(self, *args, cycle, controles, **options):
        super().__init__(*args, **options)
        self.elements, self.controles = canevas(cycle).elements, controles
        for element in self.elements:
            inscrit = controles.get(element.numero)
            self.fields[f"resultat_{element.numero}"] = forms.ChoiceField(
                label=f"Résultat pour l’élément {element.numero}",
                choices=([] if inscrit else [("", "Pas encore vu")]) + ControleExamen.Resultat.choices,
                required=False,
                initial=inscrit.resultat if inscrit else "",
                show_hidden_initial=True,
            )
            self.fields[f"note_{element.numero}"] = forms.CharField(
                label=f"Note interne sur l’élément {element.numero}",
                max_length=500,
                required=False,
                initial=inscrit.note if inscrit else "",
                show_hidden_initial=True,
            )

    def clean(self):
        donnees = super().clean()
        for element in self.elements:
            if donnees.get(f"note_{element.numero}") and not donnees.get(f"resultat_{element.numero}"):
                self.add_error(
                    f"resultat_{element.numero}",
                    f"Choisissez un résultat pour l’élément {element.numero}, ou videz sa note.",
                )
        return donnees

    def saisie(self):
        return {"reponses": list(self._changes())}

    def _changes(self):
        """(numéro, résultat, note, ce que la page montrait) de chaque élément changé et répondu."""
        for element in self.elements:
            noms = f"resultat_{element.numero}", f"note_{element.numero}"
            resultat, note = (self.cleaned_data[nom] for nom in noms)
            if resultat and set(noms) & set(self.changed_data):
                yield element.numero, resultat, note, tuple(map(self._montre, noms))

    def _montre(self, nom):
        return self.data.get(self[nom].html_initial_name, "")

    def reprendre(self):
        """Après un conflit : la saisie reste, et la page montre désormais ce qui est inscrit."""
        self.data = self.data.copy()
        for numero, inscrit in self.controles.items():
            for champ in ("resultat", "note"):
                self.data[self[f"{champ}_{numero}"].html_initial_name] = getattr(inscrit, champ)


class AnalyseForm(Formulaire):
    note = forms.CharField(
        label="Note pour la direction",
        help_text="Ce que l’examen a montré et ce que vous recommandez. La Table ne la lit pas.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class SurLeDepot(SurCeQuiEstVu):
    """Abstrait. Ce qui se décide d'un dépôt se décide de celui que la page montrait."""

    def __init__(self, *args, version, **options):
        self.version = version
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.version.tour


class AvisForm(SurLeDepot):
    sens = forms.ChoiceField(
        label="Sens de l’avis", choices=VersionPlan.SensAvis.choices, widget=forms.RadioSelect
    )
    texte = forms.CharField(
        label="Texte de l’avis",
        help_text="Il accompagne le plan au Ministère, et la Table le lit.",
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class RetourForm(SurUneEmpreinte):
    motif = forms.CharField(
        label="Mot d’accompagnement",
        help_text="Facultatif. Les demandes ci-dessus partent avec le retour.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    toutes_ouvertes = forms.BooleanField(
        label="Ouvrir toutes les sections, et pas seulement celles que visent les demandes", required=False
    )


class DecisionForm(SurLeDepot):
    """Abstrait. Ce que dit la lettre de la ou du ministre; un formulaire refusé redemande le fichier."""

    decision_du = DateSouple(
        label="Date de la décision", help_text="Celle de la lettre, pas celle d’aujourd’hui."
    )
    lettre = forms.CharField(label="Numéro de la lettre de la ou du ministre", max_length=60)
    piece = PieceField(
        label="Lettre signée", required=False, help_text="Facultatif. Elle se lira au dossier."
    )


class ApprobationForm(DecisionForm):
    motif = forms.CharField(
        label="Mot accompagnant l’approbation",
        help_text="Facultatif. Il paraît dans le dossier et dans le document approuvé.",
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RefusForm(DecisionForm):
    motif = forms.CharField(
        label="Motif du refus",
        help_text="La Table le lira tel quel.",
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ComparaisonForm(Formulaire):
    """Deux états d'un plan à comparer : des instantanés, ou la rédaction en cours (« courante »)."""

    de = forms.ChoiceField(label="De")
    a = forms.ChoiceField(label="À")
    mention = False

    def __init__(self, *args, choix, **options):
        super().__init__(*args, **options)
        self.fields["de"].choices = self.fields["a"].choices = choix
