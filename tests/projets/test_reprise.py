"""Reprendre sa demande précédente : au même appel, tout; à un autre, ni les dates, ni ce qui engage, ni les pièces."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.models import Initiative, PieceInitiative
from projets.models.contenu import ContenuDeDemande
from projets.models.pieces import joindre, retirer
from projets.models.reprise import TEXTES
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
# Ce qui engage, atteste ou date ne se reprend jamais; une réponse à la région, seulement à la même question.
JAMAIS = {
    *("signataire", "debut", "fin", "reponse_1", "reponse_2", "reponse_3"),
    *(
        "est_nouvelle",
        "rien_d_engage",
        "sans_immobilisation",
        "hors_mission",
        "sur_le_territoire",
        "sans_dette",
    ),
}


@pytest.fixture
def deposee(admissible, equipe):
    """La demande de l'an dernier, avec ses partenaires."""
    admissible.partenaires.create(rang=0, nom="Municipalité", humain="Une animatrice", confirme=True)
    return p.relire(admissible)


@pytest.fixture
def appel(deposee, agente, enveloppes):
    """Celui d'après : un exercice plus tard, et jusqu'en mars 2028."""
    dates = {"debut_au_plus_tot": date(2027, 4, 1), "fin_au_plus_tard": date(2028, 3, 31)}
    partage = {enveloppes["La Matapédia"]: D(10_000)}
    return p.appel_ouvert(deposee.alliance, par=agente, partage=partage, titre="Appel suivant", **dates)


@pytest.fixture
def reprise(deposee, appel, equipe):
    return p.relire(Initiative.commencer(appel, deposee.organisme, par=equipe[0], reprise_de=deposee))


def test_chaque_reponse_se_reprend_ou_non_sans_oubli():
    assert {champ.name for champ in ContenuDeDemande._meta.fields} == {*TEXTES} | JAMAIS


def test_les_textes_se_reprennent(reprise, deposee):
    assert {c: getattr(reprise, c) for c in TEXTES} == {c: getattr(deposee, c) for c in TEXTES}
    assert reprise.titre == "Cuisines de rang"
    assert (reprise.reprise_de, reprise.etat, reprise.numero) == (deposee, "brouillon", "")
    assert reprise.journal.get(geste="commencer").motif == f"Reprise de {deposee.numero}."


def test_ni_les_dates_ni_les_engagements_ne_se_reprennent(reprise):
    vides = {champ: getattr(reprise, champ) for champ in JAMAIS}
    assert set(vides.values()) == {None, ""}
    assert reprise.objectifs.get().pour_le is None
    assert not reprise.partenaires.get().confirme
    assert {s.certitude for s in reprise.sources.all()} == {"demandee"}
    assert not reprise.parties.filter(terminee=True).exists()


def test_le_budget_avance_d_un_exercice_et_s_arrete_a_la_fin_de_l_appel(reprise, deposee):
    assert sorted(deposee.depenses.values_list("an", flat=True)) == [2026, 2027]
    assert [(d.an, d.poste, d.montant) for d in reprise.depenses.all()] == [(2027, "salaires", D(20_000))]
    assert {(s.an, s.source, s.montant) for s in reprise.sources.all()} == {
        (2027, "fqis", D(17_500)),
        (2027, "propre", D(2_500)),
    }


def test_les_populations_se_reprennent(reprise, deposee):
    visees = {p.population for p in deposee.populations.all()}
    assert {p.population for p in reprise.populations.all()} == visees == {"familles"}


@pytest.fixture
def retiree(deposee, agente, enveloppes, equipe):
    """Au même appel, encore ouvert : elle vient d'être retirée, avec sa résolution et une pièce retirée."""
    appel = p.appel_ouvert(deposee.alliance, par=agente, partage={enveloppes["La Matapédia"]: D(5_000)})
    prete = p.demande_prete(appel, deposee.organisme, equipe[0])
    joindre(prete, par=equipe[0], nature="resolution", fichier=fabriques.fichier_pdf("resolution.pdf"))
    piece = joindre(prete, par=equipe[0], nature="appui", fichier=fabriques.fichier_pdf("erreur.pdf"))
    retirer(piece, par=equipe[0])
    prete.partenaires.create(rang=0, nom="Municipalité", humain="Une animatrice", confirme=True)
    return p.relire(p.relire(prete).deposer(par=equipe[1]).retirer(par=equipe[1]))


def lu(initiative):
    """Tout ce qu'elle dit, sans ses clés."""
    rangees = ("populations", "personnes_prevues", "objectifs", "partenaires", "depenses", "sources")
    sans = {"id", "initiative_id"}
    return (
        {champ.name: getattr(initiative, champ.name) for champ in ContenuDeDemande._meta.fields}
        | {
            nom: [
                {c.attname: getattr(x, c.attname) for c in x._meta.concrete_fields if c.attname not in sans}
                for x in getattr(initiative, nom).all()
            ]
            for nom in rangees
        }
        | {nom: set(getattr(initiative, nom).all()) for nom in ("territoires", "priorites")}
    )


def test_au_meme_appel_tout_revient_et_se_depose_de_nouveau(retiree, equipe):
    reprise = p.relire(
        Initiative.commencer(retiree.appel, retiree.organisme, par=equipe[0], reprise_de=retiree)
    )
    assert lu(reprise) == lu(retiree)
    assert [(piece.nom, piece.nature) for piece in reprise.pieces.all()] == [("resolution.pdf", "resolution")]
    assert reprise.pieces.get().fichier.name == retiree.pieces.jointes().get().fichier.name
    terminees = {partie.code for partie in reprise.parties.filter(terminee=True)}
    assert terminees == {partie.code for partie in retiree.parties.filter(terminee=True)} != set()
    assert reprise.deposer(par=equipe[1]).numero not in ("", retiree.numero)


def test_a_un_autre_appel_la_page_dit_ce_qui_reste_a_refaire(deposee, appel, equipe, client_de):
    client, url = client_de(equipe[0]), reverse("projets:commencement", args=[appel.pk])
    assert "Au même appel, tout revient" in client.get(url).text
    page = client.post(url, {"organisme": deposee.organisme_id, "reprise_de": deposee.pk}, follow=True)
    assert f"reprend {deposee.numero}. Il reste à y faire l’admissibilité" in page.text


def test_les_pieces_de_la_demande_ne_se_reprennent_pas(deposee, appel, equipe, cadre):
    brouillon = Initiative.commencer(appel, deposee.organisme, par=equipe[0])
    joindre(brouillon, par=equipe[0], nature="appui", fichier=fabriques.fichier_pdf())
    Initiative.commencer(appel, deposee.organisme, par=equipe[0], reprise_de=deposee)
    assert PieceInitiative.objects.get().initiative == brouillon


def test_une_reponse_ne_se_reprend_qu_a_la_meme_question(deposee, appel, equipe):
    for objet, question in ((deposee.appel, "Et le transport?"), (appel, "Et le transport?")):
        type(objet).objects.filter(pk=objet.pk).update(question_1=question, question_2=f"Propre à {objet.pk}")
    Initiative.objects.filter(pk=deposee.pk).update(reponse_1="À pied.", reponse_2="Non.")
    reprise = Initiative.commencer(appel, deposee.organisme, par=equipe[0], reprise_de=p.relire(deposee))
    assert (reprise.reponse_1, reprise.reponse_2) == ("À pied.", "")


def test_on_ne_reprend_que_ce_que_son_organisme_a_depose(deposee, appel, equipe, cadre):
    autre = p.organisme(cadre.bsl, nom="Garde-manger", neq="1140000025")
    brouillon = Initiative.commencer(appel, deposee.organisme, par=equipe[0])
    for organisme, precedente in ((autre, deposee), (deposee.organisme, brouillon)):
        with pytest.raises(TransitionInterdite, match="le même organisme a déposée"):
            Initiative.commencer(appel, organisme, par=equipe[0], reprise_de=precedente)


def test_reprendre_par_la_page(deposee, appel, equipe, client_de):
    client, url = client_de(equipe[0]), reverse("projets:commencement", args=[appel.pk])
    page = client.get(url)
    assert_html_accessible(page)
    assert deposee.numero in page.content.decode()
    envoi = {"organisme": deposee.organisme_id, "reprise_de": deposee.pk}
    assert client.post(url, envoi).status_code == 302
    assert Initiative.objects.get(reprise_de=deposee).titre == "Cuisines de rang"


def test_la_page_n_offre_pas_la_demande_d_un_autre(deposee, appel, cadre, client_de):
    autre = p.organisme(cadre.bsl, nom="Garde-manger", neq="1140000025")
    redige, _ = p.equipe(autre)
    client, url = client_de(redige), reverse("projets:commencement", args=[appel.pk])
    assert "page blanche" not in client.get(url).content.decode()
    client.post(url, {"organisme": autre.pk, "reprise_de": deposee.pk})
    assert not Initiative.objects.filter(reprise_de=deposee).exists()
