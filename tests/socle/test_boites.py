"""Une boîte, un compte : ce que le courrier remet au même endroit est à la même personne."""

import pytest
from django.core.exceptions import ValidationError

from socle.models import Utilisateur
from socle.models.utilisateurs import boite_de

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "alias",
    [
        "lou@ｅxemple.test",
        '"lou"@exemple.test',
        '"lou+paie"@exemple.test',
        r'"l\ou"@exemple.test',
        "lou@exemple。test",
    ],
)
def test_une_adresse_qui_s_ecrit_autrement_ne_fait_pas_deux_comptes(alias):
    """Le courrier la remet au même endroit : c'est la même boîte."""
    Utilisateur.objects.create_user("lou@exemple.test", prenom="Lou", nom="Bélanger")
    assert boite_de(alias) == "lou@exemple.test"
    with pytest.raises(ValidationError):
        Utilisateur.objects.create_user(alias, prenom="Lou", nom="Bélanger")


@pytest.mark.parametrize("adresse", ["lou@[192.0.2.1]", f"lou@{'a' * 70}.test"])
def test_un_domaine_que_le_reseau_ne_traduit_pas_reste_tel_quel(adresse):
    assert boite_de(adresse) == adresse
