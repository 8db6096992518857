"""Poser un geste depuis une page : tout passe ou rien, et chaque empêchement se dit."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory

from socle.acces import Refus
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.formulaires.revision import AvecRevision
from socle.models import Utilisateur
from socle.pages.gestes import envoye, page_de_geste, poser

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


class Formulaire(forms.Form):
    nom = forms.CharField()


PAGE = {
    "refus": None,
    "libelle": "Créer",
    "retour": "/ailleurs/",
    "fait": "C’est fait.",
    "objet_en_mots": "",
    "etapes": [],
}


def test_la_page_d_un_geste_le_pose_et_dit_ce_qu_il_a_fait(requete):
    fait = {"fait": lambda personne: f"{personne.prenom} a un compte."}
    reponse = page_de_geste(requete, creer, form=Formulaire(*envoye(requete)), **PAGE | fait)
    assert reponse.url == "/ailleurs/"
    assert dits(requete) == ["Ève a un compte."]


def test_la_page_d_un_geste_mene_ou_le_dit_ce_qu_il_rend(requete):
    retour = {"retour": lambda personne: f"/{personne.pk}/", "annuler": "/avant/"}
    reponse = page_de_geste(requete, creer, form=Formulaire(*envoye(requete)), **PAGE | retour)
    assert reponse.url == f"/{Utilisateur.objects.get().pk}/"


def test_un_geste_sans_formulaire_refuse_revient_sans_rien_affirmer(requete):
    assert page_de_geste(requete, refuser, **PAGE).url == "/ailleurs/"
    assert dits(requete) == DEUX


def test_un_geste_que_l_etat_empeche_revient_avec_ses_phrases(requete):
    deja = {"form": Formulaire(*envoye(requete)), "empechements": DEUX}
    assert page_de_geste(requete, refuser, **PAGE | deja).url == "/ailleurs/"
    assert dits(requete) == DEUX


def test_un_refus_inattendu_garde_la_saisie_a_l_ecran(requete):
    reponse = page_de_geste(requete, refuser, form=Formulaire(*envoye(requete)), **PAGE)
    assert reponse.status_code == 409
    assert "Il manque une résolution." in reponse.text
    assert 'value="Ève"' in reponse.text


def test_ce_que_le_modele_juge_invalide_est_une_erreur_de_saisie(requete):
    def geste(*, par, nom):
        raise ValidationError(DEUX)

    reponse = page_de_geste(requete, geste, form=Formulaire(*envoye(requete)), **PAGE)
    assert reponse.status_code == 200
    assert "Il manque une date." in reponse.text


def test_sans_le_droit_la_page_d_un_geste_est_refusee_avec_sa_raison(requete):
    with pytest.raises(PermissionDenied, match="Cette action revient"):
        page_de_geste(requete, creer, **PAGE | {"refus": Refus("Cette action revient à une autre.")})
    assert not Utilisateur.objects.exists()


class Date(AvecRevision):
    """Une saisie partie de la révision 3; l'objet en est à la 4."""

    nom = forms.CharField()

    def revision_actuelle(self):
        return 4

    def saisie(self):
        return self.cleaned_data


def test_un_formulaire_qui_date_garde_la_saisie_et_repart_de_ce_qui_est_enregistre(requete):
    def geste(*, par, nom, revision):
        if revision != 4:
            raise VersionPerimee("Quelqu’un vous a devancé.")
        return nom

    form = Date({"nom": "Ève", "revision": "3"})
    page = {"gabarit": "layout/saisie.html"}
    reponse = page_de_geste(requete, geste, form=form, **PAGE | page)
    assert reponse.status_code == 409
    assert form.non_field_errors() == [f"Quelqu’un vous a devancé. {form.si_perime}"]
    assert 'value="Ève"' in reponse.text
    repete = Date(form.data)
    assert page_de_geste(requete, geste, form=repete, **PAGE | page).url == "/ailleurs/"
