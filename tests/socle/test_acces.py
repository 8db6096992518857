"""Fermé par défaut : ce qui n'a pas dit qui le voit n'est vu de personne; un refus donne sa raison."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from socle.acces import Refus, RequeteProtegee, exiger
from socle.erreurs import ErreurDuDomaine, TransitionInterdite
from socle.models import Notification, Utilisateur
from tests import fabriques


class RequeteMuette(RequeteProtegee):
    """Elle n'a pas dit qui la voit."""


@pytest.mark.django_db
def test_ce_qui_n_a_pas_dit_qui_le_voit_n_est_vu_de_personne():
    compte = Utilisateur.objects.create_superuser("x@alliances.example", "x", prenom="A", nom="B")
    Notification.objects.create(destinataire=compte, cle="a", titre="A")
    requete = RequeteMuette(Notification)
    assert requete.count() == 1
    assert not requete.visibles_par(compte).exists()


def test_exiger_laisse_passer_ou_dit_la_raison():
    assert exiger(None) is None
    with pytest.raises(PermissionDenied, match="^Cette action revient à la coordination.$"):
        exiger(Refus("Cette action revient à la coordination."))


def test_une_transition_interdite_porte_chaque_empechement():
    une = TransitionInterdite("Le plan est déposé.")
    deux = TransitionInterdite(iter(["Il manque ceci.", "Il manque cela."]))
    assert une.empechements == ["Le plan est déposé."]
    assert deux.empechements == ["Il manque ceci.", "Il manque cela."]
    assert str(deux) == "Il manque ceci. Il manque cela."
    assert isinstance(une, ErreurDuDomaine)


@pytest.mark.parametrize("piece", ["socle", "alliances", "plans"])
def test_chaque_requete_protegee_de_la_maison_dit_qui_la_voit(piece):
    """Un QuerySet de la maison qui oublie `visibles_par` montrerait des pages vides sans que rien ne le dise."""
    muets = [
        modele.__name__
        for modele in apps.get_app_config(piece).get_models()
        if isinstance(requete := modele._default_manager.get_queryset(), RequeteProtegee)
        and type(requete).visibles_par is RequeteProtegee.visibles_par
    ]
    assert muets == []


def test_sans_compte_on_ne_voit_rien_de_la_maison(cadre):
    fabriques.version_adoptee(cadre.bsl)
    personne = AnonymousUser()
    for piece in ("alliances", "plans"):
        for modele in apps.get_app_config(piece).get_models():
            requete = modele._default_manager.get_queryset()
            if isinstance(requete, RequeteProtegee):
                assert not requete.visibles_par(personne).exists(), modele
