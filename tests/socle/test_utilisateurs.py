"""Un compte : une adresse, une personne; la casse ne fait pas deux personnes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from socle.models import Utilisateur
from tests.outils.contraintes import refuse_par

pytestmark = pytest.mark.django_db
NOM = {"prenom": "Ève", "nom": "Michaud"}


@pytest.fixture
def eve():
    return Utilisateur.objects.create_user("Eve@Alliances.Example", "un-secret", **NOM)


def test_l_adresse_se_garde_en_minuscules_et_se_retrouve_sans_egard_a_la_casse(eve):
    assert eve.courriel == "eve@alliances.example"
    assert Utilisateur.objects.get_by_natural_key("EVE@alliances.EXAMPLE") == eve
    assert eve.check_password("un-secret")
    assert (eve.is_active, eve.is_staff, eve.is_superuser) == (True, False, False)


def test_deux_comptes_ne_partagent_pas_une_adresse_meme_en_majuscules(eve):
    with pytest.raises(ValidationError, match="existe déjà"):
        Utilisateur.objects.create_user("EVE@ALLIANCES.EXAMPLE", **NOM)
    with refuse_par("utilisateur_boite_unique", "socle"):
        Utilisateur(courriel="EVE@alliances.example", **NOM).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Utilisateur.objects.bulk_create([Utilisateur(courriel=eve.courriel, **NOM)])


@pytest.mark.parametrize(
    "courriel, champs, exception",
    [
        ("", NOM, ValueError),
        (None, NOM, ValueError),
        ("pas-une-adresse", NOM, ValidationError),
        ("x@alliances.example", {"prenom": "", "nom": "Roy"}, ValidationError),
        ("x@alliances.example", {"prenom": "Lou", "nom": "R" * 81}, ValidationError),
    ],
)
def test_un_compte_incomplet_ne_se_cree_pas(courriel, champs, exception):
    with pytest.raises(exception):
        Utilisateur.objects.create_user(courriel, **champs)
    assert not Utilisateur.objects.exists()


def test_un_compte_invite_n_a_pas_de_mot_de_passe_utilisable():
    assert not Utilisateur.objects.create_user("x@alliances.example", None, **NOM).has_usable_password()


def test_un_compte_d_administration_technique_a_acces_a_l_administration():
    compte = Utilisateur.objects.create_superuser("x@alliances.example", "un-secret", **NOM)
    assert (compte.is_staff, compte.is_superuser) == (True, True)


def test_une_personne_se_nomme_en_entier_ou_en_court(eve):
    assert str(eve) == eve.nom_complet == eve.get_full_name() == "Ève Michaud"
    assert eve.nom_court == "Ève M."
    assert eve.get_short_name() == "Ève"
