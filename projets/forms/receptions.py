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
    lequel = forms.TypedChoiceField(label="Lequel", coerce=int, required=False, widget=forms.RadioSelect)
    mode = forms.ChoiceField(
        label="Comment vous l’avez reçue", choices=Initiative.ModeReception.choices, widget=forms.RadioSelect
    )
    recue_le = MomentField(
        label="Reçue le",
        help_text="L’heure où elle vous est parvenue\u00a0: c’est elle qui compte pour la fermeture.",
    )
    piece = PieceField(label="Document reçu, ou note de l’appel")
    disposition = Layout("organisme", "lequel", "mode", Rangee("recue_le"), "piece")

    def __init__(self, *args, **options):
        """Un nom que plusieurs portent fait paraître le choix entre eux : tous n'ont pas de NEQ à écrire."""
        super().__init__(*args, **options)
        cherche = self.data.get("organisme", "").strip()
        self.trouves = self._chercher(cherche) if cherche else []
        if len(self.trouves) > 1:
            self.fields["lequel"].choices = [(o.pk, _distingue(o)) for o in self.trouves[:MONTRES]]
        else:
            del self.fields["lequel"]

    @staticmethod
    def _chercher(texte):
        """Ceux qui portent ce nom exactement; sinon, ceux dont le nom ou le NEQ y répond."""
        organismes = Organisme.objects.select_related("territoire")
        exacts = list(organismes.filter(nom_normalise=normaliser(texte))[:MONTRES])
        return exacts or list(organismes.cherche(texte)[: MONTRES + 1])

    def clean(self):
        donnees = super().clean()
        if "organisme" not in donnees:
            return donnees
        if not self.trouves:
            self.add_error("organisme", "Aucun organisme du répertoire n’a ce nom ni ce NEQ.")
        elif len(self.trouves) > 1 and not donnees.get("lequel"):
            suite = (
                ""
                if len(self.trouves) <= MONTRES
                else " S’il n’y est pas, écrivez son nom complet ou son NEQ."
            )
            self.add_error(
                "lequel", f"Plusieurs organismes répondent\u00a0: choisissez celui de la demande.{suite}"
            )
        return donnees

    def saisie(self):
        champs = self.cleaned_data.copy()
        choisi = champs.pop("lequel", None)
        champs["organisme"] = next(o for o in self.trouves if choisi in (None, o.pk))
        return champs


def _distingue(organisme):
    """De quoi le reconnaître entre des homonymes."""
    precisions = filter(None, (organisme.neq or "sans NEQ", organisme.territoire))
    return f"{organisme} ({', '.join(map(str, precisions))})"


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
