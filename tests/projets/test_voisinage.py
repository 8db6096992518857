"""Le double financement se voit avant la décision, sans un mot du texte d'une autre Alliance."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from projets.models import Initiative
from projets.models.voisinage import rapprochements_des
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
MOT_D_AILLEURS, AUTRE_OBJET = "Zéphyrine", "Atelier de vélos"


@pytest.fixture
def ailleurs(cadre, etrangere):
    """L'appel d'une autre Alliance."""
    return p.appel_en_preparation(cadre.lanaudiere, etrangere, titre=f"Appel {MOT_D_AILLEURS}")


def planter(appel, organisme, n, etat="deposee", **champs):
    """Une demande déposée, écrite droit à la base."""
    par = fabriques.personne("engagement", organisme) if n == 1 else Initiative.objects.first().deposee_par
    jugee = {"jugee_le": timezone.now(), "jugee_par": par} if etat not in ("deposee", "retiree") else {}
    champs = {"titre": AUTRE_OBJET, "debut": date(2026, 9, 1), "fin": date(2028, 3, 31)} | jugee | champs
    return Initiative.objects.create(
        alliance=appel.alliance,
        appel=appel,
        organisme=organisme,
        etat=etat,
        numero=f"INI-PLANTE-{appel.pk}-{n:04d}",
        commencee_le=timezone.now(),
        commencee_par=par,
        deposee_le=timezone.now(),
        deposee_par=par,
        **champs,
    )


def autre_organisme(alliance, n):
    return p.organisme(alliance, nom=f"Organisme {MOT_D_AILLEURS} {n}", neq=f"11400002{n:02d}")


def page(client, nom, cle):
    reponse = client.get(reverse(f"projets:{nom}", args=[cle]))
    assert_html_accessible(reponse)
    return reponse.content.decode()


def test_vingt_plantes_vingt_montres_et_pas_un_mot_d_ailleurs(
    prete_a_decider, ailleurs, cadre, signataire, client_de
):
    """Dix du même organisme, dix d'un projet voisin; autour, trente dossiers qui n'ont rien à voir."""
    for n in range(1, 11):
        planter(ailleurs, prete_a_decider.organisme, n, titre=f"{AUTRE_OBJET} {MOT_D_AILLEURS} {n}")
    for n in range(11, 21):
        planter(ailleurs, autre_organisme(cadre.lanaudiere, n), n, titre="CUISINE de rang")
    for n in range(21, 51):
        planter(ailleurs, autre_organisme(cadre.lanaudiere, n), n, titre=f"{AUTRE_OBJET} {n}")
    client = client_de(signataire)
    for nom, cle in (("initiative", prete_a_decider.pk), ("seance", prete_a_decider.appel_id)):
        lu = page(client, nom, cle)
        assert lu.count("Une autre Alliance,") == 20
        for mot in (MOT_D_AILLEURS, AUTRE_OBJET, "CUISINE", "INI-PLANTE", "Lanaudière"):
            assert mot not in lu


def test_dans_la_meme_alliance_le_voisin_a_son_lien_et_sa_raison(prete_a_decider, cadre, agente, client_de):
    appel = p.appel_en_preparation(cadre.bsl, agente, titre="Appel d’hiver")
    meme = planter(appel, prete_a_decider.organisme, 1, titre="Transport")
    voisin = planter(appel, autre_organisme(cadre.bsl, 2), 2, titre="Cuisines de rang")
    lu = page(client_de(agente), "initiative", prete_a_decider.pk)
    for autre, raison in ((meme, "(le même organisme)"), (voisin, "(un projet voisin)")):
        assert reverse("projets:initiative", args=[autre.pk]) in lu
        assert raison in lu
    assert "Appel d’hiver" in lu


def test_une_decision_d_ailleurs_ne_se_lit_qu_une_fois_annoncee(prete_a_decider, agente, ailleurs):
    planter(ailleurs, prete_a_decider.organisme, 1, etat="acceptee", etat_annonce="admissible")
    planter(ailleurs, prete_a_decider.organisme, 2, etat="acceptee", etat_annonce="acceptee")
    planter(ailleurs, prete_a_decider.organisme, 3, etat="refusee", etat_annonce="admissible")
    planter(ailleurs, prete_a_decider.organisme, 4, etat="refusee", etat_annonce="refusee")
    trouves = rapprochements_des(prete_a_decider.alliance, [prete_a_decider], agente)[prete_a_decider.pk]
    assert sorted(r.acceptee for r in trouves) == [False, False, True]
    assert {(r.cle, r.titre, r.numero, r.organisme, r.appel) for r in trouves} == {(None, "", "", "", "")}


@pytest.mark.parametrize("etat", ["non_admissible", "refusee", "desistee"])
def test_ce_qui_n_est_plus_en_jeu_ne_se_montre_pas(prete_a_decider, agente, ailleurs, etat):
    planter(ailleurs, prete_a_decider.organisme, 1, etat=etat, etat_annonce=etat)
    assert rapprochements_des(prete_a_decider.alliance, [prete_a_decider], agente) == {prete_a_decider.pk: []}


def test_l_organisme_ne_lit_rien_des_voisins(prete_a_decider, ailleurs, equipe, client_de):
    planter(ailleurs, prete_a_decider.organisme, 1)
    assert "au même moment" not in page(client_de(equipe[0]), "initiative", prete_a_decider.pk)


def test_deux_requetes_pour_une_demande_comme_pour_dix(
    prete_a_decider, agente, ailleurs, django_assert_num_queries
):
    planter(ailleurs, prete_a_decider.organisme, 1)
    dossiers = [prete_a_decider]
    for _ in range(2):
        with django_assert_num_queries(2):
            rapprochements_des(prete_a_decider.alliance, dossiers, agente)
        dossiers = dossiers * 10


def test_une_demande_sans_dates_ne_cherche_rien(prete_a_decider, agente, django_assert_num_queries):
    prete_a_decider.debut = None
    with django_assert_num_queries(0):
        trouves = rapprochements_des(prete_a_decider.alliance, [prete_a_decider], agente)
    assert trouves == {prete_a_decider.pk: []}
