"""Le compte : ce que la maison ajoute aux vues d'allauth, et la page de profil."""

from allauth.account.views import EmailVerificationSentView, LoginView
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from requests import RequestException

from socle.forms.comptes import PreferencesForm, ProfilForm
from socle.service import inscription

REESSAYER_APRES = "300"  # secondes : la plus longue des limites de tentatives
NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def nommer_navigateur(agent):
    """« Firefox, Windows » d'après ce que le navigateur dit de lui-même."""
    noms = [next((nom for cle, nom in liste if cle in agent), "") for liste in (NAVIGATEURS, SYSTEMES)]
    return ", ".join(filter(None, noms)) or "Navigateur inconnu"


class Connexion(LoginView):
    """La connexion; le bouton du fournisseur d'identité n'y est que s'il y en a un."""

    def get_context_data(self, **kwargs):
        fournisseurs = get_adapter().list_providers(self.request) if settings.SOCIALACCOUNT_PROVIDERS else []
        return super().get_context_data(
            fournisseurs=fournisseurs, demonstration=settings.DEMONSTRATION, **kwargs
        )


class VerificationEnvoyee(EmailVerificationSentView):
    """Le courriel est parti : où le lire, et ce que la personne était venue faire."""

    def get_context_data(self, **kwargs):
        objet = inscription.objet_de(self.request)
        return super().get_context_data(objet=objet, demonstration=settings.DEMONSTRATION, **kwargs)


class Seances(ListUserSessionsView):
    """Les séances ouvertes de la personne; l'envoi ferme toutes les autres."""

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        for seance in contexte["sessions"]:
            seance.navigateur = nommer_navigateur(seance.user_agent)
        return contexte


class FichierDesCodes(DownloadRecoveryCodesView):
    """Les codes de secours, en texte."""

    content_type = "text/plain; charset=utf-8"

    def render_to_response(self, context, **response_kwargs):
        reponse = super().render_to_response(context, **response_kwargs)
        reponse["Content-Disposition"] = 'attachment; filename="codes-de-secours.txt"'
        return reponse


telecharger_codes = FichierDesCodes.as_view()


@login_not_required
def connexion_externe(request, provider_id):
    """Part chez le fournisseur d'identité; s'il ne répond pas, le dit au lieu de tomber."""
    try:
        return oidc.login(request, provider_id)
    except RequestException as erreur:
        return render_authentication_error(request, provider_id, exception=erreur)


@login_not_required
def trop_de_demandes(request, exception=None):
    """429 : les limites de tentatives d'allauth sont atteintes."""
    reponse = render(request, "429.html", status=429)
    reponse.headers["Retry-After"] = REESSAYER_APRES
    return reponse


def profil(request):
    form = ProfilForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre profil est enregistré.")
        return redirect("socle:profil")
    return render(request, "socle/profil.html", {"form": form})


def preferences(request):
    """Comment apprendre chaque famille de nouvelles : tout de suite, en résumé, sur le site seulement."""
    form = PreferencesForm(request.POST or None, utilisateur=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect("socle:preferences")
    return render(request, "socle/preferences.html", {"form": form})
