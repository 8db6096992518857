"""Les rappels de toutes les pièces partent d'une seule commande."""

from datetime import date

import pytest
from django.core.management import call_command

from socle.annonces import rappels
from socle.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def offerts(monkeypatch):
    offerts = []
    monkeypatch.setattr(rappels, "_RAPPELS", offerts)
    return offerts


def test_la_commande_additionne_les_rappels_des_pieces(offerts, capsys):
    jours = []
    for nombre in (0, 1, 2):
        rappels.offrir(lambda jour, nombre=nombre: jours.append(jour) or nombre)
    call_command("rappels")
    assert capsys.readouterr().out == "3 rappels envoyés.\n"
    assert len(jours) == 3


def test_une_piece_offerte_deux_fois_ne_rappelle_qu_une_fois(offerts, capsys):
    def un(jour):
        return 1

    rappels.offrir(un)
    rappels.offrir(un)
    call_command("rappels")
    assert capsys.readouterr().out == "1 rappel envoyé.\n"


def test_la_panne_d_une_piece_ne_defait_pas_les_rappels_des_precedentes(offerts, django_user_model):
    personne = django_user_model.objects.create_user("a@alliances.example", prenom="A", nom="B")

    def inscrire(cle):
        Notification.objects.create(destinataire=personne, cle=cle, titre="Échéance")
        return 1

    def tomber(jour):
        inscrire("seconde")
        raise RuntimeError("panne")

    rappels.offrir(lambda jour: inscrire("premiere"))
    rappels.offrir(tomber)
    with pytest.raises(RuntimeError, match="panne"):
        call_command("rappels")
    assert [n.cle for n in Notification.objects.all()] == ["premiere"]


@pytest.mark.parametrize(
    ("jours", "phrase"),
    [
        (0, "aujourd’hui, le 1er\xa0février 2026"),
        (1, "au plus tard le 1er\xa0février 2026\xa0: il reste un jour"),
        (14, "au plus tard le 1er\xa0février 2026\xa0: il reste 14 jours"),
    ],
)
def test_le_delai_se_dit_en_francais(jours, phrase):
    assert rappels.au_plus_tard(date(2026, 2, 1), jours) == phrase
