"""Les mandats : une portée selon le rôle, des droits pour la journée, une relève sans perte."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from alliances.models import Alliance, JournalAlliance, Mandat, Organisme, Role, invitations
from alliances.models.mandats import droits_de
from alliances.models.releve import nommer, passer_le_relais, terminer
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests.fabriques import mandater, personne

pytestmark = pytest.mark.django_db


def test_deux_invitations_au_meme_moment_ouvrent_un_seul_compte(cadre, agente):
    """L'autre compte s'ouvre entre la recherche et l'écriture : il sert aux deux."""
    devancee = personne(Role.FINANCES, cadre.bsl)
    with patch.object(invitations, "existant", side_effect=[None, devancee]):
        mandat = invitations.inviter(
            devancee.courriel, Role.COORDINATION, par=agente, prenom="Lou", nom="Bélanger", alliance=cadre.bsl
        )
    assert mandat.utilisateur == devancee


def relue(utilisateur):
    """La même personne à sa requête suivante : ses droits se relisent."""
    return Utilisateur.objects.get(pk=utilisateur.pk)


@pytest.mark.parametrize(
    ("role", "portee"),
    [
        (Role.COORDINATION, ()),
        (Role.COORDINATION, ("alliance", "region")),
        (Role.DGSQ, ("alliance",)),
        (Role.TERRITOIRE, ("region",)),
        (Role.PORTEUR, ("territoire",)),
        (Role.APPROBATION, ("region",)),
        (Role.OBSERVATION, ("alliance",)),
        (Role.EVALUATION, ("alliance",)),
        (Role.EVALUATION, ()),
        (Role.COORDINATION, ("alliance", "instance_gouvernance")),
    ],
)
def test_la_base_refuse_une_portee_qui_ne_convient_pas_au_role(cadre, role, portee):
    objets = {
        "alliance": cadre.bsl,
        "region": cadre.bsl.regions.get(),
        "territoire": cadre.bsl.territoires.first(),
        "instance_gouvernance": cadre.bsl.instances.get(),
    }
    compte = Utilisateur.objects.create_user("x@alliances.example", prenom="X", nom="Y")
    mandat = Mandat(utilisateur=compte, role=role, **{nom: objets[nom] for nom in portee})
    with pytest.raises(ValidationError, match="portée du mandat"):
        mandat.full_clean()
    with pytest.raises(IntegrityError, match="mandat_portee_selon_le_role"), transaction.atomic():
        mandat.save()


def test_une_personne_ne_tient_pas_deux_fois_le_meme_role_sur_la_meme_portee(cadre, agente):
    with pytest.raises(ValidationError, match="tient déjà ce rôle"):
        nommer(agente, Role.COORDINATION, par=personne(Role.COORDINATION, cadre.bsl), alliance=cadre.bsl)


def test_un_mandat_termine_ou_a_venir_ne_donne_aucun_droit(cadre, agente):
    mandat = Mandat.objects.get(utilisateur=agente)
    mandat.fin = aujourd_hui()
    mandat.save()
    assert not mandat.est_en_vigueur()
    assert droits_de(relue(agente)).roles == set()
    mandat.debut, mandat.fin = aujourd_hui() + timedelta(days=1), None
    mandat.save()
    assert droits_de(relue(agente)).roles == set()


def test_la_direction_regionale_tient_son_role_sur_les_alliances_de_sa_region(cadre, direction):
    assert cadre.bsl.roles_de(direction) == {Role.DIRECTION_DGSQ}
    assert cadre.lanaudiere.roles_de(direction) == set()


def test_un_role_national_vaut_partout(cadre, approbation):
    assert droits_de(approbation).alliances({Role.APPROBATION}) is None
    assert Alliance.objects.visibles_par(approbation).count() == 2


def test_les_droits_coutent_deux_requetes_au_plus(cadre, direction, django_assert_max_num_queries):
    utilisateur = relue(direction)
    with django_assert_max_num_queries(2):
        for _ in range(3):
            droits_de(utilisateur)


def test_un_porteur_ne_voit_que_son_organisme_et_son_alliance(cadre):
    territoire = cadre.bsl.territoires.first()
    siens = Organisme.objects.create(nom="Les Ateliers du quai", neq="1140000001", territoire=territoire)
    porteur = personne(Role.PORTEUR, siens)
    assert list(Organisme.objects.visibles_par(porteur)) == [siens]
    assert list(Alliance.objects.visibles_par(porteur)) == [cadre.bsl]
    assert not Alliance.objects.suivies_par(porteur).exists()
    assert not JournalAlliance.objects.visibles_par(porteur).exists()


def test_l_agente_voit_les_mandats_de_son_alliance_et_pas_ceux_de_l_etat(
    cadre, agente, lectrice, etrangere, direction
):
    vus = set(Mandat.objects.visibles_par(agente).values_list("utilisateur", flat=True))
    assert vus == {agente.pk, lectrice.pk}
    assert agente.pk in Mandat.objects.visibles_par(direction).values_list("utilisateur", flat=True)
    assert etrangere.pk not in Mandat.objects.visibles_par(direction).values_list("utilisateur", flat=True)


def test_l_administration_et_le_ministere_voient_les_mandats_utiles(cadre, agente, direction, mess):
    admin = personne(Role.ADMINISTRATION)
    assert Mandat.objects.visibles_par(admin).count() == 4
    assert Mandat.objects.visibles_par(mess).count() == 3  # pas celui de l'administration


def test_les_mandats_d_une_alliance_comprennent_ceux_de_sa_region(cadre, agente, direction, etrangere):
    portes = set(Mandat.objects.pour_alliance(cadre.bsl).values_list("utilisateur", flat=True))
    assert portes == {agente.pk, direction.pk}


def test_nommer_laisse_une_trace_avec_la_qualite_de_qui_nomme(cadre, agente):
    ressource = Utilisateur.objects.create_user("r@alliances.example", prenom="Alex", nom="Gagné")
    nommer(ressource, Role.TERRITOIRE, par=agente, territoire=cadre.bsl.territoires.first())
    ligne = JournalAlliance.objects.get()
    assert (ligne.geste, ligne.alliance, ligne.par) == ("nommer", cadre.bsl, agente)
    assert cadre.bsl.roles_de(ressource) == {Role.TERRITOIRE}


def test_la_derniere_personne_a_la_coordination_ne_part_pas_sans_releve(cadre, agente):
    with pytest.raises(TransitionInterdite, match="passez d’abord le relais"):
        terminer(Mandat.objects.get(utilisateur=agente), par=agente)


def test_un_mandat_termine_ne_se_termine_pas_deux_fois(cadre, agente, lectrice):
    mandat = terminer(Mandat.objects.get(utilisateur=lectrice), par=agente, motif="Départ")
    assert droits_de(relue(lectrice)).roles == set()
    with pytest.raises(TransitionInterdite, match="déjà terminé"):
        terminer(mandat, par=agente)


def test_le_relais_remet_tout_d_un_seul_geste(cadre, agente):
    mandater(agente, Role.SIGNATURE, alliance=cadre.bsl)
    suivante = Utilisateur.objects.create_user("s@alliances.example", prenom="Lou", nom="Bélanger")
    passer_le_relais(agente, suivante, par=agente, alliance=cadre.bsl, motif="Congé")
    assert cadre.bsl.roles_de(relue(agente)) == set()
    assert cadre.bsl.roles_de(suivante) == {Role.COORDINATION}
    assert Mandat.objects.a_confirmer().get().role == Role.SIGNATURE  # ce qui lie attend une seconde personne
    assert JournalAlliance.objects.filter(geste="terminer-mandat", motif="Congé").count() == 2


def test_on_ne_passe_pas_le_relais_a_soi_meme_ni_sans_mandat(cadre, agente, etrangere):
    with pytest.raises(ValidationError, match="la même"):
        passer_le_relais(agente, agente, par=agente, alliance=cadre.bsl)
    with pytest.raises(ValidationError, match="aucun mandat"):
        passer_le_relais(etrangere, personne(Role.MESS), par=agente, alliance=cadre.bsl)


def test_un_mandat_se_nomme_par_son_role_et_sa_portee(agente, mess):
    assert str(Mandat.objects.get(utilisateur=agente)) == "Coordination – Alliance – Bas-Saint-Laurent"
    assert str(Mandat.objects.get(utilisateur=mess)) == "Analyse, Ministère – Québec"
