"""Un téléphone s'écrit comme on l'écrit; ce qui n'en est pas un est refusé en mots."""

import pytest
from django import forms
from django.urls import get_resolver

from alliances.forms.suivi import FormulaireSuivi
from socle.formulaires.champs import TelephoneField
from socle.formulaires.disposition import FormulaireDeModele


@pytest.mark.parametrize(
    "ecrit",
    [
        "418 555-0100",
        "(418) 555-0100, poste 2",
        "+1 418.555.0100",
        "4185550100 p. 12",
        "1-800-555-0100 x 3",
        "",
    ],
)
def test_un_telephone_s_ecrit_comme_on_l_ecrit(ecrit):
    assert TelephoneField(required=False, max_length=30).clean(ecrit) == ecrit


@pytest.mark.parametrize(
    "ecrit", ["abc", "418 555-01", "555-0100", "418 555-0100 le soir", "1" * 16, "poste 4185550100"]
)
def test_ce_qui_n_est_pas_un_telephone_est_refuse_en_mots(ecrit):
    with pytest.raises(forms.ValidationError, match="numéro de téléphone à dix chiffres"):
        TelephoneField(max_length=30).clean(ecrit)


def test_tout_champ_de_telephone_est_valide():
    assert get_resolver().url_patterns
    maison = FormulaireDeModele.__subclasses__() + FormulaireSuivi.__subclasses__()
    champs = [f.base_fields["telephone"] for f in maison if "telephone" in f.base_fields]
    assert len(champs) >= 4
    assert all(isinstance(champ, TelephoneField) for champ in champs)
