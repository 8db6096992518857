"""Une requête préparée : la phrase d’une forme, jamais la valeur, le jour ni les droits d’une autre."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from socle.horloge import aujourd_hui
from socle.models import Notification
from socle.preparees import PLACES, numerotees, preparee
from tests.socle.comptes import creer

pytestmark = pytest.mark.django_db


@pytest.fixture
def personnes():
    agente, lectrice = creer("agente@alliances.example"), creer("lectrice@alliances.example")
    for rang in range(3):
        Notification.objects.create(destinataire=agente, cle=f"a{rang}", titre=f"Avis {rang}", lien="/")
    Notification.objects.create(destinataire=lectrice, cle="b", titre="50 % d’avance", lien="/")
    return agente, lectrice


@pytest.fixture
def des_avis():
    """La requête préparée, et combien de fois elle s’est écrite."""
    ecritures = []

    @preparee
    def avis(*champs, personne):
        ecritures.append(champs)
        lus = Notification.objects.filter(destinataire=personne).order_by("cle")
        return lus.values_list(*champs) if champs else lus

    avis.ecritures = ecritures
    return avis


def test_deux_valeurs_une_seule_ecriture_et_chacune_ses_lignes(personnes, des_avis):
    agente, lectrice = personnes
    assert [avis.cle for avis in des_avis(personne=agente.pk)] == ["a0", "a1", "a2"]
    assert [avis.cle for avis in des_avis(personne=lectrice.pk)] == ["b"]
    assert [avis.cle for avis in des_avis(personne=agente.pk)] == ["a0", "a1", "a2"]
    assert len(des_avis.ecritures) == 1


def test_une_autre_forme_s_ecrit_a_part(personnes, des_avis):
    agente, _ = personnes
    assert des_avis("cle", personne=agente.pk) == [("a0",), ("a1",), ("a2",)]
    assert des_avis("titre", personne=agente.pk) == [("Avis 0",), ("Avis 1",), ("Avis 2",)]
    assert des_avis.ecritures == [("cle",), ("titre",)]


def test_elle_rend_ce_que_rendrait_la_requete_ordinaire(personnes):
    agente, _ = personnes
    ecrites = (
        lambda *, qui: Notification.objects.filter(destinataire=qui).select_related("destinataire"),
        lambda *, qui: Notification.objects.filter(destinataire=qui).only("titre").order_by("-pk")[:2],
        lambda *, qui: Notification.objects.filter(destinataire=qui).values("cle", rang=F("pk")),
        lambda *, qui: Notification.objects.filter(destinataire=qui).values_list("cle", named=True),
        lambda *, qui: (
            Notification.objects.order_by("destinataire")
            .values("destinataire")
            .annotate(n=Count("pk"))
            .filter(n__lt=qui + 99)
        ),
        lambda *, qui: (
            Notification.objects.order_by()
            .filter(destinataire=qui)
            .union(Notification.objects.order_by().filter(cle="b"))
            .order_by("cle")
        ),
    )
    for ecrire in ecrites:
        attendues, lues = list(ecrire(qui=agente.pk)), preparee(ecrire)(qui=agente.pk)
        assert lues == attendues
        assert lues, "la comparaison de deux listes vides ne dirait rien"
    relie = preparee(ecrites[0])(qui=agente.pk)[0]
    with CaptureQueriesContext(connection) as requetes:
        assert relie.destinataire == agente
    assert not requetes


def test_ce_qui_est_charge_d_avance_se_charge_encore(personnes):
    agente, _ = personnes

    @preparee
    def avec_destinataire(*, cle):
        return Notification.objects.filter(cle=cle).prefetch_related("destinataire")

    (avis,) = avec_destinataire(cle="a1")
    with CaptureQueriesContext(connection) as requetes:
        assert avis.destinataire == agente
    assert not requetes


def test_un_texte_reste_un_texte(personnes):
    @preparee
    def qui_commence(*, debut):
        return Notification.objects.filter(titre__startswith=debut)

    assert [avis.cle for avis in qui_commence(debut="50 %")] == ["b"]
    assert qui_commence(debut="5_ %") == []
    assert qui_commence(debut="' OR 1=1 --") == []


def test_une_date_un_instant_et_des_cles_en_nombre_variable(personnes):
    @preparee
    def recues(*, apres, **cles):
        return Notification.objects.filter(creee_le__gt=apres, pk__in=list(cles.values())).order_by("pk")

    toutes = list(Notification.objects.order_by("pk"))
    avant = timezone.now() - timedelta(days=1)
    for combien in (0, 1, 4):
        cles = numerotees([None, *(avis.pk for avis in toutes[:combien])])
        assert recues(apres=avant, **cles) == toutes[:combien]
    assert recues(apres=timezone.now(), **numerotees([toutes[0].pk])) == []


def test_une_condition_impossible_ne_demande_rien_a_la_base():
    @preparee
    def aucune():
        return Notification.objects.none()

    with CaptureQueriesContext(connection) as requetes:
        assert aucune() == []
    assert not requetes


@pytest.mark.parametrize("valeur", [None, 1.5, True, ["a"]])
def test_une_valeur_sans_place_se_refuse(des_avis, valeur):
    with pytest.raises(TypeError, match="n’a pas de place pour cette valeur"):
        des_avis(personne=valeur)


@pytest.mark.parametrize(
    "condition",
    [
        lambda: {"creee_le__gt": timezone.now()},
        lambda: {"creee_le__date": timezone.localdate()},
        lambda: {"creee_le__date": date(2026, 4, 1)},
    ],
)
def test_une_date_ecrite_dans_la_phrase_se_refuse(condition):
    @preparee
    def du_jour():
        return Notification.objects.filter(**condition())

    with pytest.raises(ValueError, match="Une date écrite dans la requête y resterait"):
        du_jour()


def test_le_jour_ne_se_lit_pas_en_l_ecrivant():
    @preparee
    def de_l_annee():
        return Notification.objects.filter(creee_le__year=aujourd_hui().year)

    with pytest.raises(RuntimeError, match="ne lit pas le jour"):
        de_l_annee()
    assert aujourd_hui() == timezone.localdate()


def test_seules_les_dernieres_formes_sont_gardees(des_avis, personnes):
    agente, _ = personnes
    for rang in range(PLACES + 1):
        des_avis(*["cle"] * (rang + 1), personne=agente.pk)
    des_avis("cle", personne=agente.pk)
    assert len(des_avis.ecritures) == PLACES + 2


@pytest.mark.django_db(transaction=True)
def test_des_fils_qui_lisent_ensemble_ne_se_melangent_pas(personnes, des_avis):
    attendues = {personnes[0].pk: {"a0", "a1", "a2"}, personnes[1].pk: {"b"}}
    depart = Barrier(8)

    def lire(rang):
        depart.wait()
        personne = personnes[rang % 2].pk
        try:
            return all(
                {avis.cle for avis in des_avis(personne=personne)} == attendues[personne] for _ in range(40)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as fils:
        assert all(fils.map(lire, range(8)))
