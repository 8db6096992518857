"""Le rôle permet-il ce geste? Une table des gestes et des rôles, et une raison à chaque refus."""

import pytest

from alliances.models import Organisme, Role
from alliances.plans.models.roles import ROLES, qualites_du_geste
from alliances.plans.permissions import (
    est_de_l_etat,
    est_membre,
    peut,
    peut_rediger,
    roles_du_geste,
)
from tests import fabriques
from tests.outils.partage import partagee

LOCALE = "local"


@partagee
def gens(cadre):
    """Une personne par rôle, sur le Bas-Saint-Laurent ou sur tout le Québec."""
    territoire = cadre.bsl.territoires.get(code="07")
    organisme = Organisme.objects.create(nom="Les Ateliers", territoire=territoire)
    portees = dict.fromkeys(("coordination", "signature", "finances"), cadre.bsl)
    portees |= dict.fromkeys(("dgsq", "direction_dgsq"), cadre.bsl.regions.get())
    portees |= dict.fromkeys(("territoire", "sign_territoire", "fin_territoire"), territoire)
    portees |= {"porteur": organisme, "engagement": organisme, "evaluation": cadre.bsl.instances.get()}
    return {role: fabriques.personne(role, portees.get(role)) for role in Role.values}


@pytest.fixture
def ailleurs(cadre):
    """Les mêmes rôles, en Lanaudière."""
    region = cadre.lanaudiere.regions.get()
    return [
        fabriques.personne("coordination", cadre.lanaudiere),
        fabriques.personne("signature", cadre.lanaudiere),
        fabriques.personne("dgsq", region),
        fabriques.personne("direction_dgsq", region),
        fabriques.personne("territoire", cadre.lanaudiere.territoires.first()),
    ]


@partagee
def deposee(cadre, gens):
    return fabriques.version_deposee(cadre.bsl)


@pytest.mark.parametrize("geste", sorted(set(ROLES) - {"retourner"}))
def test_un_geste_revient_a_ses_roles_et_a_aucun_autre(deposee, gens, ailleurs, geste):
    permis = {role for role, personne in gens.items() if peut(personne, geste, deposee) is None}
    assert permis == {str(role) for role in ROLES[geste]}
    assert all(peut(personne, geste, deposee) is not None for personne in ailleurs)


@pytest.mark.parametrize(
    "etat, roles",
    [
        ("deposee", {"dgsq", "direction_dgsq", "mess"}),
        ("avisee", {"mess", "approbation"}),
    ],
)
def test_services_quebec_retourne_avant_l_avis_le_ministere_apres(deposee, gens, etat, roles):
    deposee.etat = etat
    assert {role for role, p in gens.items() if peut(p, "retourner", deposee) is None} == roles


def test_un_refus_nomme_les_roles_qui_peuvent(deposee, gens):
    assert str(peut(gens["mess"], "deposer", deposee)) == "Cette action revient à ce rôle\u00a0: Signature."
    assert str(peut(gens["finances"], "adopter", deposee)) == (
        "Cette action revient à ce rôle\u00a0: Coordination ou Signature."
    )


def test_sans_region_l_avis_revient_au_ministere(cadre, deposee, gens):
    assert peut(gens["mess"], "rendre-avis", deposee) is not None
    cadre.bsl.regions.clear()
    relue = fabriques.relire(deposee)
    assert peut(gens["mess"], "rendre-avis", relue) is None
    assert peut(gens["approbation"], "rendre-avis", relue) is not None
    assert roles_du_geste("rendre-avis", relue) == {Role.DIRECTION_DGSQ, Role.MESS}


def test_savoir_si_l_avis_revient_au_ministere_ne_coute_rien_aux_autres(
    deposee, gens, django_assert_num_queries
):
    for role, requetes in (("direction_dgsq", 0), ("coordination", 0), ("mess", 1)):
        deposee.plan.alliance.roles_de(gens[role])
        with django_assert_num_queries(requetes):
            peut(gens[role], "rendre-avis", deposee)


class TestRediger:
    def test_la_coordination_ecrit_tout(self, deposee, gens):
        assert peut_rediger(gens["coordination"], deposee) is None
        assert peut_rediger(gens["coordination"], deposee, deposee.priorites.get()) is None

    @pytest.mark.parametrize("role", sorted(set(Role.values) - {"coordination", "territoire"}))
    def test_les_autres_roles_n_ecrivent_rien(self, deposee, gens, role):
        for priorite in (None, deposee.priorites.get()):
            assert "revient à la coordination" in str(peut_rediger(gens[role], deposee, priorite))

    @pytest.mark.parametrize(
        "palier, codes, permis",
        [
            ("local", ["07"], True),
            ("local", ["07", "08"], True),
            ("local", ["08"], False),
            ("local", [], False),
            ("regional", ["07"], False),
        ],
    )
    def test_une_ressource_ecrit_les_priorites_locales_de_son_territoire(
        self, cadre, gens, palier, codes, permis
    ):
        version = fabriques.plan_ouvert(cadre.bsl)
        priorite = fabriques.ajouter_priorite(
            version,
            gens["coordination"],
            palier=palier,
            territoires=cadre.bsl.territoires.filter(code__in=codes),
        )
        refus = peut_rediger(gens["territoire"], version, priorite)
        assert (refus is None) is permis
        assert permis or "priorités locales" in str(refus)
        assert "pas le reste du plan" in str(peut_rediger(gens["territoire"], version))

    def test_une_ressource_d_ailleurs_n_ecrit_rien_ici(self, cadre, gens, ailleurs):
        version = fabriques.plan_ouvert(cadre.bsl)
        priorite = fabriques.ajouter_priorite(version, gens["coordination"], palier="local")
        for personne in ailleurs:
            assert peut_rediger(personne, version, priorite) is not None


def test_l_alliance_et_l_etat_se_reconnaissent(deposee, gens, ailleurs):
    membres = {role for role, personne in gens.items() if est_membre(personne, deposee)}
    etat = {role for role, personne in gens.items() if est_de_l_etat(personne, deposee)}
    assert membres == {"coordination", "signature", "finances", "territoire", "administration"}
    assert etat == {"dgsq", "direction_dgsq", "mess", "approbation", "finances_mess"}
    for personne in ailleurs:
        assert not est_membre(personne, deposee)
        assert not est_de_l_etat(personne, deposee)


@pytest.mark.parametrize(
    "geste, role",
    [
        ("deposer", "signature"),
        ("remplacer", "approbation"),
        ("corriger", "administration"),
        ("revoquer-correction", "dgsq"),
        ("terminer-section", "coordination"),
        ("supprimer-moyen", "coordination"),
    ],
)
def test_chaque_geste_du_journal_a_sa_qualite(geste, role):
    assert qualites_du_geste(geste)[0] == role
