"""Les formulaires du compte : ceux d'allauth, dits en français, et le profil.

Chaque champ dit au navigateur ce qu'il attend (`autocomplete`), pour que le gestionnaire de mots de passe le
remplisse. Rien n'empêche de coller.
"""

from allauth.account import forms as compte
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as deux_etapes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction

from socle.annonces.notifications import FAMILLES
from socle.formulaires.champs import TelephoneField
from socle.formulaires.disposition import AvecDisposition, Formulaire, FormulaireDeModele
from socle.models import Notification, Preference, Utilisateur
from socle.models.utilisateurs import boite_de, sans_chevrons

AIDE_MOT_DE_PASSE = (
    "Au moins 12 caractères, sans votre nom ni votre courriel. "
    "Une suite de quatre ou cinq mots se retient bien; le collage est permis."
)
AIDE_CODE = "Les six chiffres que montre votre application."


def _dire(form, **textes):
    """Donne à chaque champ son libellé, son aide et son `autocomplete`; retire les textes fantômes."""
    for nom, (libelle, aide, completion) in textes.items():
        champ = form.fields[nom]
        champ.label, champ.help_text = libelle, aide
        champ.widget.attrs.pop("placeholder", None)
        champ.widget.attrs["autocomplete"] = completion


def _nouveau_mot_de_passe(libelle):
    return {
        "password1": (libelle, AIDE_MOT_DE_PASSE, "new-password"),
        "password2": (f"{libelle}, une seconde fois", "", "new-password"),
    }


class ConnexionForm(AvecDisposition, compte.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(
            self,
            login=("Adresse courriel", "", "username"),
            password=("Mot de passe", "", "current-password"),
        )


class InscriptionForm(AvecDisposition, compte.SignupForm):
    """Ouvrir son compte : prénom, nom, adresse, mot de passe, et rien d'autre.

    Une boîte qui a déjà un compte reçoit un courriel; la page répond la même chose, aussi lentement.
    """

    prenom = forms.CharField(label="Prénom", max_length=80, validators=[sans_chevrons])
    nom = forms.CharField(label="Nom", max_length=80, validators=[sans_chevrons])
    field_order = ["prenom", "nom", "email", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(
            self,
            prenom=("Prénom", "", "given-name"),
            nom=("Nom", "", "family-name"),
            email=("Adresse courriel", "Un lien y est envoyé pour vérifier qu’elle est la vôtre.", "email"),
            password1=("Mot de passe", AIDE_MOT_DE_PASSE, "new-password"),
        )
        self.fields["email"].max_length = 254
        self.fields["email"].validators.append(MaxLengthValidator(254))

    def validate_unique_email(self, courriel):
        self.account_already_exists = Utilisateur.objects.filter(boite=boite_de(courriel)).exists()
        return courriel

    def clean(self):
        """Le mot de passe ne reprend pas non plus le nom; allauth ne connaît que l'adresse."""
        donnees = super().clean()
        if "password1" in donnees and "password1" not in self.errors:
            noms = {champ: donnees.get(champ, "") for champ in ("prenom", "nom")}
            try:
                get_adapter().clean_password(donnees["password1"], user=Utilisateur(**noms))
            except forms.ValidationError as refus:
                self.add_error("password1", refus)
        return self.cleaned_data

    def try_save(self, request):
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # le temps que prendrait un compte neuf
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # le même envoi, au même moment : l'autre a ouvert le compte
            self.account_already_exists = True
            return super().try_save(request)


class OubliForm(AvecDisposition, compte.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, email=("Adresse courriel", "Celle que vous utilisez pour vous connecter.", "username"))


class MotDePasseParCleForm(AvecDisposition, compte.ResetPasswordKeyForm):
    """Choisir son mot de passe par la clé reçue; c'est aussi accepter une invitation."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, **_nouveau_mot_de_passe("Nouveau mot de passe"))

    def save(self):
        """La clé vaut pour les adresses du compte : s'il n'y en a qu'une, c'est là qu'elle a été lue."""
        super().save()
        adresses = EmailAddress.objects.filter(user=self.user)
        if adresses.count() == 1:
            adresses.filter(email__iexact=self.user.courriel).update(verified=True, primary=True)


class MotDePasseForm(AvecDisposition, compte.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(
            self,
            oldpassword=("Mot de passe actuel", "", "current-password"),
            **_nouveau_mot_de_passe("Nouveau mot de passe"),
        )


class PremierMotDePasseForm(AvecDisposition, compte.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, **_nouveau_mot_de_passe("Mot de passe"))


class ConfirmationForm(AvecDisposition, compte.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, password=("Mot de passe", "", "current-password"))


class CourrielForm(AvecDisposition, compte.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(
            self,
            email=("Nouvelle adresse courriel", "Un lien de vérification y sera envoyé.", "email"),
        )

    def clean_email(self):
        """Une boîte, un compte : « lou+essai@… » est déjà celle de Lou."""
        courriel = super().clean_email()
        if Utilisateur.objects.filter(boite=boite_de(courriel)).exclude(pk=self.user.pk).exists():
            raise get_adapter().validation_error("email_taken")
        return courriel


class _CodeSansEspaces:
    """Les applications montrent « 123 456 » : les espaces tapées ou collées ne comptent pas."""

    def clean_code(self):
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return super().clean_code()


class CodeForm(AvecDisposition, _CodeSansEspaces, deux_etapes.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        aide = f"{AIDE_CODE} Sans elle, tapez un de vos codes de secours."
        _dire(self, code=("Code", aide, "one-time-code"))
        self.fields["code"].widget.attrs["class"] = "taille-sm"


class ConfirmationParCodeForm(AvecDisposition, _CodeSansEspaces, deux_etapes.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        aide = f"{AIDE_CODE} Sans elle, tapez un de vos codes de secours."
        _dire(self, code=("Code", aide, "one-time-code"))
        self.fields["code"].widget.attrs["class"] = "taille-sm"


class ActivationForm(AvecDisposition, _CodeSansEspaces, ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, code=("Code de vérification", AIDE_CODE, "one-time-code"))
        self.fields["code"].widget.attrs |= {"class": "taille-sm", "inputmode": "numeric"}

    @property
    def cle_lisible(self):
        """La clé par groupes de quatre, comme on la recopie."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


class CleForm(AvecDisposition, AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _dire(self, name=("Nom de la clé", "Pour la reconnaître parmi vos clés.", "off"))


class ProfilForm(FormulaireDeModele):
    class Meta:
        model = Utilisateur
        fields = ["prenom", "nom", "telephone"]
        field_classes = {"telephone": TelephoneField}
        help_texts = {"telephone": "Facultatif. Vos partenaires s’en servent pour vous joindre."}
        widgets = {
            "prenom": forms.TextInput({"autocomplete": "given-name"}),
            "nom": forms.TextInput({"autocomplete": "family-name"}),
            "telephone": forms.TextInput({"autocomplete": "tel", "type": "tel", "class": "taille-md"}),
        }


class PreferencesForm(Formulaire):
    """Pour chaque famille d'événements, comment les apprendre."""

    def __init__(self, *args, utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        self.utilisateur = utilisateur
        choisis = dict(Preference.objects.visibles_par(utilisateur).values_list("famille", "envoi"))
        for famille in FAMILLES.values():
            self.fields[famille.code] = forms.ChoiceField(
                label=famille.nom,
                help_text=famille.aide,
                choices=Notification.Envoi.choices,
                initial=choisis.get(famille.code, Notification.Envoi.MAINTENANT),
                widget=forms.RadioSelect,
            )

    def save(self):
        Preference.objects.bulk_create(
            [
                Preference(utilisateur=self.utilisateur, famille=famille, envoi=envoi)
                for famille, envoi in self.cleaned_data.items()
            ],
            update_conflicts=True,
            unique_fields=["utilisateur", "famille"],
            update_fields=["envoi"],
        )
