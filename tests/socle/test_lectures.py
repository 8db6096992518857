"""Plusieurs tables lues d'un coup rendent ce que chacune aurait rendu seule."""

import pytest

from alliances.models import Alliance, Mandat, ParticipationPersonnes, Region
from socle.lectures import lire_ensemble, precharger
from socle.models import Utilisateur

pytestmark = pytest.mark.django_db
RELATIONS = ("regions", "territoires", "instances", "parties")


def dits(objets):
    """Ce que dit chaque rangée : chaque valeur et sa sorte."""
    lues = [{nom: lue for nom, lue in vars(objet).items() if not nom.startswith("_")} for objet in objets]
    return [{nom: (type(valeur), valeur) for nom, valeur in lue.items()} for lue in lues]


def test_chaque_requete_rend_ses_objets_dans_son_ordre(cadre, agente, mess):
    requetes = (
        Mandat.objects.order_by("-debut", "pk"),
        Region.objects.all(),
        Utilisateur.objects.order_by("-pk"),
        Mandat.objects.none(),
    )
    lus = lire_ensemble(*requetes)
    assert [*map(dits, lus)] == [*map(dits, requetes)]
    assert [len(siens) > 1 for siens in lus] == [True, True, True, False]


def test_ce_qui_est_joint_se_lit_du_meme_coup(cadre, agente, mess, django_assert_num_queries):
    mandats = Mandat.objects.order_by("pk").select_related("utilisateur", "alliance__cycle")
    attendus = [(m.utilisateur, m.alliance and m.alliance.cycle) for m in mandats]
    with django_assert_num_queries(1):
        lus, alliances = lire_ensemble(mandats, Alliance.objects.order_by("pk"))
        assert [(m.utilisateur, m.alliance and m.alliance.cycle) for m in lus] == attendus
    assert {cycle for _, cycle in attendus} == {None, cadre.cycle}
    assert alliances == [*Alliance.objects.order_by("pk")]


def test_un_lien_unique_se_lit_des_deux_bouts(cadre, django_assert_num_queries):
    [lues] = lire_ensemble(Alliance.objects.select_related("profil_gouvernance"))
    [bsl] = [alliance for alliance in lues if alliance == cadre.bsl]
    with django_assert_num_queries(0):
        assert bsl.profil_gouvernance.alliance is bsl
    assert bsl.profil_gouvernance == cadre.bsl.profil_gouvernance


def test_un_champ_json_attend_qu_on_le_demande(cadre):
    ParticipationPersonnes.objects.update(etapes=["analyse"])
    [lues, _] = lire_ensemble(ParticipationPersonnes.objects.all(), Region.objects.all())
    assert {participation.alliance_id for participation in lues} == {cadre.bsl.pk, cadre.lanaudiere.pk}
    assert [participation.etapes for participation in lues] == [["analyse"], ["analyse"]]


def test_une_requete_qui_ne_demande_qu_un_champ_n_en_lit_pas_d_autre(cadre):
    alliances, regions = lire_ensemble(Alliance.objects.only("nom"), Region.objects.defer("nom"))
    assert {alliance.nom: alliance.get_deferred_fields() & {"nom", "slug"} for alliance in alliances} == {
        alliance.nom: {"slug"} for alliance in Alliance.objects.all()
    }
    assert [region.get_deferred_fields() for region in regions] == [{"nom"}] * len(regions) != []


def test_precharger_vaut_de_lire_chaque_relation(cadre, django_assert_num_queries):
    attendues = [dits(getattr(cadre.bsl, nom).all()) for nom in RELATIONS]
    bsl = Alliance.objects.get(pk=cadre.bsl.pk)
    with django_assert_num_queries(1):
        [regions] = precharger(bsl, *RELATIONS, aussi=[Region.objects.order_by("-pk")])
        assert [dits(getattr(bsl, nom).all()) for nom in RELATIONS] == attendues
        assert all(instance.alliance is bsl for instance in bsl.instances.all())
    assert regions == [*Region.objects.order_by("-pk")]


def test_ce_qui_s_ecrit_ensuite_se_relit(cadre):
    precharger(cadre.bsl, "instances", "territoires")
    avant = len(cadre.bsl.instances.all())
    neuve = cadre.bsl.instances.create(nom="Comité d’analyse", palier="local")
    assert len(cadre.bsl.instances.all()) == avant + 1
    assert neuve in cadre.bsl.instances.all()
