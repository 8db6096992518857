"""Poser un geste depuis une page : tout passe ou rien, et chaque empêchement se dit."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.pages.gestes import confirmer, envoye, poser

pytestmark = pytest.mark.django_db
DEUX = ["Il manque une date.", "Il manque une résolution."]


@pytest.fixture
def requete():
    """Un envoi, de personne en particulier."""
    requete = RequestFactory().post("/", {"nom": "Ève"})
    requete.session, requete.user = {}, None
    requete._messages = FallbackStorage(requete)
    return requete


def dits(requete):
    return [str(message) for message in get_messages(requete)]


def creer(*, par, nom="Ève"):
    return Utilisateur.objects.create_user("eve@alliances.example", prenom=nom, nom="Michaud")


def refuser(*_, **__):
    raise TransitionInterdite(DEUX)


def test_un_geste_refuse_dit_chaque_empechement(requete):
    assert poser(requete, refuser) is None
    assert dits(requete) == DEUX


def test_ce_qui_suit_un_geste_se_defait_avec_lui(requete):
    assert poser(requete, creer, ensuite=refuser) is None
    assert not Utilisateur.objects.exists()


@pytest.mark.parametrize("refus", [TransitionInterdite(DEUX), ValidationError(DEUX)])
def test_avec_un_formulaire_les_empechements_en_deviennent_les_erreurs(requete, refus):
    form = forms.Form({})

    def geste(*, par):
        raise refus

    assert poser(requete, geste, form=form) is None
    assert form.non_field_errors() == DEUX
    assert dits(requete) == []


def test_une_confirmation_pose_le_geste_et_dit_ce_qu_il_a_fait(requete):
    class Formulaire(forms.Form):
        nom = forms.CharField()

    reponse = confirmer(
        requete,
        "inutile.html",
        accomplir=lambda **saisie: poser(requete, creer, **saisie),
        fait=lambda personne: f"{personne.prenom} a un compte.",
        retour="/ailleurs/",
        form=Formulaire(*envoye(requete)),
    )
    assert reponse.url == "/ailleurs/"
    assert dits(requete) == ["Ève a un compte."]


def test_une_confirmation_refusee_revient_sans_rien_affirmer(requete):
    reponse = confirmer(
        requete,
        "inutile.html",
        accomplir=lambda: poser(requete, refuser),
        fait="C’est fait.",
        retour="/ailleurs/",
    )
    assert reponse.url == "/ailleurs/"
    assert dits(requete) == DEUX
