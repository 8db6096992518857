"""Composer un courriel : du texte, et le même en HTML simple. Chaque genre de courriel dit ici comment il s'écrit."""

import re

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui
from socle.valeurs.invisibles import sans_controles

ENTETES = {"Auto-Submitted": "auto-generated"}  # un répondeur d'absence n'y répond pas
PARAGRAPHES = re.compile(r"\n\s*\n")
INVITATION_A_SUIVRE = re.compile(
    r"^(?P<avant>.*?)\s*(?P<libelle>[^.\s][^.]*?)\s*:\n(?P<lien>https?://\S+)$", re.S
)

_GENRES = {}


def genre(nom):
    """Inscrit la fonction qui compose ce genre de courriel; elle rend `None` quand il n'y a plus rien à dire."""

    def inscrire(fonction):
        _GENRES[nom] = fonction
        return fonction

    return inscrire


def composer(courriel):
    """Le message prêt à partir, ou `None`."""
    return _GENRES.get(courriel.genre, _avis_de_compte)(courriel)


def ecrire(courriel, objet, gabarit, **contexte):
    """Le message d'un gabarit de texte, propre, avec son HTML et ses en-têtes."""
    objet = " ".join(sans_controles(objet).splitlines()).strip()
    corps = sans_controles(render_to_string(gabarit, {"service": settings.IDENTITE_NOM} | contexte)).strip()
    message = EmailMultiAlternatives(
        objet, f"{corps}\n", to=[courriel.adresse or courriel.destinataire.courriel], headers=ENTETES
    )
    paragraphes = [_paragraphe(texte) for texte in PARAGRAPHES.split(corps)]
    page = render_to_string("courriels/base.html", {"objet": objet, "paragraphes": paragraphes})
    message.attach_alternative(page, "text/html")
    return message


def _paragraphe(texte):
    """« Pour y donner suite : » suivi d'une adresse devient un lien qui dit où il mène."""
    trouve = INVITATION_A_SUIVRE.match(texte)
    return trouve.groupdict() if trouve else {"avant": texte}


def adresse_de(page, *args, **kwargs):
    """L'adresse complète d'une page, pour un courriel."""
    return f"{settings.ADRESSE_PUBLIQUE}{reverse(page, args=args, kwargs=kwargs)}"


def adresse_du_mot_de_passe(utilisateur):
    """Le lien à usage unique où choisir un mot de passe. Sa clé naît ici : elle ne s'écrit nulle part."""
    return adresse_de(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(utilisateur),
        key=default_token_generator.make_token(utilisateur),
    )


def _avis_de_compte(courriel):
    """Un avis de sécurité d'allauth : son genre est le préfixe de ses gabarits."""
    return ecrire(
        courriel,
        render_to_string(f"{courriel.genre}_subject.txt"),
        f"{courriel.genre}_message.txt",
        timestamp=courriel.cree_le,
        adresse=adresse_de("account_reset_password"),
    )


@genre("annonce")
def _annonce(courriel):
    notification = courriel.notifications.first()
    if notification is None:
        return None
    return ecrire(
        courriel,
        notification.titre,
        "courriels/annonce.txt",
        notification=notification,
        adresse=f"{settings.ADRESSE_PUBLIQUE}{notification.lien}",
        preferences=adresse_de("socle:preferences"),
    )


@genre("resume")
def _resume(courriel):
    nouvelles = list(courriel.notifications.order_by("creee_le", "pk"))
    if not nouvelles:
        return None
    nombre = "1 nouvelle" if len(nouvelles) == 1 else f"{len(nouvelles)} nouvelles"
    return ecrire(
        courriel,
        f"{nombre}, résumé du {date_longue(aujourd_hui())}",
        "courriels/resume.txt",
        nouvelles=nouvelles,
        adresse=adresse_de("pilotage:notifications"),
        preferences=adresse_de("socle:preferences"),
    )


@genre("cle")
def _cle(courriel):
    return ecrire(
        courriel,
        render_to_string("account/email/password_reset_key_subject.txt"),
        "account/email/password_reset_key_message.txt",
        password_reset_url=adresse_du_mot_de_passe(courriel.destinataire),
    )


@genre("verification")
def _verification(courriel):
    adresse = EmailAddress.objects.filter(
        user=courriel.destinataire, email__iexact=courriel.adresse, verified=False
    ).first()
    if adresse is None:
        return None
    return ecrire(
        courriel,
        render_to_string("account/email/email_confirmation_subject.txt"),
        "account/email/email_confirmation_message.txt",
        activate_url=adresse_de("account_confirm_email", key=EmailConfirmationHMAC.create(adresse).key),
    )


@genre("compte_existant")
def _compte_existant(courriel):
    """Quelqu'un a voulu ouvrir un compte à cette adresse, qui en a un : la page, elle, n'en a rien dit."""
    return ecrire(
        courriel,
        "Vous avez déjà un compte",
        "courriels/compte_existant.txt",
        connexion=adresse_de("account_login"),
        oubli=adresse_de("account_reset_password"),
    )
