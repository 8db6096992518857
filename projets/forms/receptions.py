"""Inscrire une demande reçue autrement, en déposer au nom de l'organisme, la confirmer."""

from django import forms

from alliances.models import Organisme
from projets.forms.demandes import AttestationForm
from projets.models import Initiative
from socle.formulaires.champs import MomentField, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.valeurs.alphabet import normaliser

MONTRES = 5  # combien d'organismes une recherche trop large nomme


class RecueAutrementForm(Formulaire):
    """L'organisme se trouve au répertoire : par son NEQ, ou par son nom s'il est le seul à le porter."""

    organisme = forms.CharField(
        label="Organisme",
        max_length=200,
        help_text="Son NEQ, ou son nom. S’il n’est pas au répertoire, la coordination l’y inscrit d’abord.",
    )
    mode = forms.ChoiceField(
        label="Comment vous l’avez reçue", choices=Initiative.ModeReception.choices, widget=forms.RadioSelect
    )
    recue_le = MomentField(
        label="Reçue le",
        help_text="L’heure où elle vous est parvenue\u00a0: c’est elle qui compte pour la fermeture.",
    )
    piece = PieceField(label="Document reçu, ou note de l’appel")
    disposition = Layout("organisme", "mode", Rangee("recue_le"), "piece")

    def clean_organisme(self):
        texte = self.cleaned_data["organisme"].strip()
        trouves = list(Organisme.objects.cherche(texte)[: MONTRES + 1])
        exacts = [o for o in trouves if o.nom_normalise == normaliser(texte)]
        retenus = trouves if len(exacts) != 1 else exacts
        if not retenus:
            raise forms.ValidationError("Aucun organisme du répertoire n’a ce nom ni ce NEQ.")
        if len(retenus) > 1:
            noms = "; ".join(f"{o} ({o.neq or 'sans NEQ'})" for o in retenus[:MONTRES])
            raise forms.ValidationError(f"Plusieurs organismes répondent\u00a0: {noms}. Écrivez le NEQ.")
        return retenus[0]


class DepotAuNomForm(AttestationForm):
    """Ce que la Table atteste : elle recopie, elle n'engage pas l'organisme."""

    atteste = forms.BooleanField(
        label="J’atteste que la demande dit ce que dit le document reçu.",
        error_messages={"required": "Cochez l’attestation pour inscrire le dépôt."},
    )


class ConfirmationForm(Formulaire):
    """Ce qu'atteste qui engage l'organisme : la même chose qu'à un dépôt en ligne."""

    atteste = forms.BooleanField(
        label="J’ai relu cette demande. Elle est la nôtre, et le conseil de mon organisme l’autorise.",
        error_messages={"required": "Cochez l’attestation pour confirmer."},
    )

    def saisie(self):
        return {}


class ConfirmationEcriteForm(Formulaire):
    signee_par = forms.CharField(
        label="Signée par", max_length=150, help_text="Prénom, nom et fonction, tels que sur la confirmation."
    )
    piece = PieceField(label="Confirmation écrite")
