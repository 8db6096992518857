"""La séance : proposer à plusieurs mains, voir la jauge, adopter en lot par une seule résolution."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from conventions.models import Ecriture
from projets.models import Decision, PieceDecision, PropositionDecision
from projets.models.avis import prochaine_etape, rendre
from projets.models.jugements import Critere, juger
from projets.models.propositions import adopter, empreinte_des, jauges, proposer
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import solde

pytestmark = pytest.mark.django_db


@pytest.fixture
def deux(prete_a_decider, agente):
    """Deux dossiers prêts à décider, du même appel."""
    return prete_a_decider, dossier_pret(prete_a_decider.appel, agente, "Garde-manger", "1140000025")


def dossier_pret(appel, agente, nom, neq):
    porteur = p.organisme(appel.alliance, nom=nom, neq=neq)
    redige, engage = p.equipe(porteur)
    appel_rouvert(appel)
    deposee = p.demande_prete(relu(appel), porteur, redige).deposer(par=engage)
    p.fermer(appel)
    jugee = juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere})
    while (etape := prochaine_etape(jugee)) and etape.acte != "decision":
        rendre(jugee, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    return p.relire(jugee)


def relu(appel):
    return type(appel).objects.get(pk=appel.pk)


def appel_rouvert(appel):
    fin = p.timezone.now() + p.timedelta(days=1)
    type(appel).objects.filter(pk=appel.pk).update(etat="ouvert", ferme_le=fin)


def acte(**plus):
    return {"prise_le": aujourd_hui(), "resolution": "2026-06-11", "piece": fabriques.fichier_pdf()} | plus


def accepter(initiative, par, enveloppe, montant, revision=0):
    return proposer(
        initiative, par=par, revision=revision, sens="acceptee", affectations={enveloppe: D(montant)}
    )


def jauge(appel, enveloppe):
    return next((propose, reste) for e, _, propose, reste in jauges(appel) if e.pk == enveloppe.pk)


def test_une_proposition_ne_reserve_rien_et_la_jauge_la_suit(deux, agente, enveloppes):
    enveloppe = enveloppes["La Matapédia"]
    libre = solde(enveloppe).disponible
    accepter(deux[0], agente, enveloppe, 15_000)
    accepter(deux[1], agente, enveloppe, 10_000)
    assert jauge(deux[0].appel, enveloppe) == (D(25_000), libre - D(25_000))
    assert solde(enveloppe).disponible == libre


def test_deux_mains_sur_une_proposition_la_seconde_l_apprend(prete_a_decider, agente, enveloppes):
    accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 15_000)
    with pytest.raises(VersionPerimee) as refus:
        accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 9_000)
    for dit in (agente.nom_complet, "acceptée", "La Matapédia", "15\xa0000,00\xa0$"):
        assert dit in str(refus.value)
    accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 9_000, revision=1)
    assert PropositionDecision.objects.get().revision == 2


def test_une_resolution_un_fichier_pour_toutes(deux, agente, signataire, enveloppes):
    proposees = [
        accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000),
        accepter(deux[1], agente, enveloppes["La Matapédia"], 10_000),
    ]
    prises, refusees = adopter(deux[0].appel, proposees, par=signataire, **acte())
    assert (len(prises), refusees) == (2, [])
    assert {d.resolution for d in Decision.objects.all()} == {"2026-06-11"}
    pieces = PieceDecision.objects.all()
    assert pieces.count() == 2
    assert len({piece.fichier.name for piece in pieces}) == 1
    assert solde(enveloppes["La Matapédia"]).reserve == D(25_000)
    assert not PropositionDecision.objects.exists()
    assert relu(deux[0].appel).etat == "decide"


def test_ce_qui_ne_passe_pas_est_dit_et_n_arrete_pas_le_reste(deux, agente, signataire, enveloppes):
    enveloppe, vide = enveloppes["La Matapédia"], enveloppes["Projets régionaux"]
    p.vider(vide)
    bonne = accepter(deux[0], agente, enveloppe, 15_000)
    mauvaise = proposer(
        deux[1],
        par=agente,
        revision=0,
        sens="acceptee",
        affectations={enveloppe: D(100), vide: D(1)},
        ecart="Pour tous.",
    )
    prises, ((refusee, phrases),) = adopter(deux[0].appel, [bonne, mauvaise], par=signataire, **acte())
    assert [d.initiative for d in prises] == [deux[0]]
    assert refusee == deux[1]
    assert phrases
    assert solde(enveloppe).reserve == D(15_000)
    assert p.relire(deux[1]).etat == "admissible"
    assert PropositionDecision.objects.get() == mauvaise


def test_si_rien_ne_passe_rien_ne_s_ecrit(prete_a_decider, agente, signataire):
    incomplete = proposer(prete_a_decider, par=agente, revision=0, sens="refusee")
    with pytest.raises(TransitionInterdite, match="Choisissez la raison"):
        adopter(prete_a_decider.appel, [incomplete], par=signataire, **acte())
    assert not Decision.objects.exists()
    assert not Ecriture.objects.filter(nature="reservation").exists()


def test_une_proposition_changee_depuis_arrete_l_adoption(prete_a_decider, agente, signataire, enveloppes):
    vue = accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 15_000)
    empreinte = empreinte_des([vue])
    accepter(prete_a_decider, agente, enveloppes["La Matapédia"], 9_000, revision=1)
    with pytest.raises(VersionPerimee):
        adopter(prete_a_decider.appel, [vue], par=signataire, vu=empreinte, **acte())


def test_la_seance_se_propose_et_s_adopte_par_ses_pages(deux, agente, signataire, enveloppes, client_de):
    enveloppe, appel = enveloppes["La Matapédia"], deux[0].appel
    redige, url = client_de(agente), reverse("projets:proposition", args=[deux[0].pk])
    assert_html_accessible(redige.get(url))
    saisie = {"revision": "0", "sens": "acceptee", f"montant_{enveloppe.pk}": "15 000"}
    essai = redige.post(url, saisie | {"essayer": "oui"}).content.decode()
    assert "385\xa0000,01\xa0$" in essai
    assert not PropositionDecision.objects.exists()
    assert redige.post(url, saisie).status_code == 302
    perimee = redige.post(url, saisie)
    assert perimee.status_code == 409

    page = client_de(signataire).get(reverse("projets:seance", args=[appel.pk]))
    assert_html_accessible(page)
    assert "385\xa0000,01\xa0$" in page.content.decode()

    url, proposee = reverse("projets:adoption", args=[appel.pk]), PropositionDecision.objects.get()
    page = client_de(signataire).get(url, {"proposition": proposee.pk})
    assert_html_accessible(page)
    envoi = {
        "proposition": proposee.pk,
        "revision": page.context["form"]["revision"].value(),
        "prise_le": aujourd_hui().isoformat(),
        "resolution": "2026-06-11",
        "piece": fabriques.fichier_pdf(),
    }
    assert client_de(signataire).post(url, envoi).status_code == 302
    assert Decision.objects.get().resolution == "2026-06-11"


def test_l_adoption_met_a_part_ce_qui_est_incomplet(deux, agente, signataire, enveloppes, client_de):
    accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000)
    proposer(deux[1], par=agente, revision=0, sens="refusee")
    page = client_de(signataire).get(reverse("projets:adoption", args=[deux[0].appel_id]))
    assert_html_accessible(page)
    contenu = page.content.decode()
    assert "Adopter 1 proposition" in contenu
    assert contenu.index("À part") < contenu.index("Choisissez la raison")


def test_qui_propose_n_adopte_pas(prete_a_decider, agente, lectrice, etrangere, equipe, client_de):
    for nom, objet, codes in (
        ("adoption", prete_a_decider.appel_id, (403, 403, 404, 404)),
        ("seance", prete_a_decider.appel_id, (200, 403, 404, 404)),
        ("proposition", prete_a_decider.pk, (200, 403, 404, 403)),
    ):
        for personne, code in zip((agente, lectrice, etrangere, equipe[1]), codes, strict=True):
            assert client_de(personne).get(reverse(f"projets:{nom}", args=[objet])).status_code == code


def page_proposee(client, initiative, **saisie):
    url = reverse("projets:proposition", args=[initiative.pk])
    return client.post(url, {"revision": "0", "sens": "acceptee"} | saisie, follow=True).content.decode()


def test_une_proposition_fautive_le_dit_a_l_essai_puis_enregistree(
    prete_a_decider, agente, enveloppes, client_de
):
    """Au-delà de la demande et de l'enveloppe; le brouillon se garde pourtant."""
    client, enveloppe = client_de(agente), enveloppes["La Matapédia"]
    trop = {f"montant_{enveloppe.pk}": "900 000"}
    for essai in ({"essayer": "oui"}, {}):
        page = page_proposee(client, prete_a_decider, **trop, **essai)
        assert "elle ne peut pas être adoptée" in page
        assert "La décision accorde 900\xa0000,00\xa0$; la demande est de" in page
        assert "900\xa0000,00\xa0$ proposés, et il n’y reste que" in page
        assert PropositionDecision.objects.exists() == (not essai)
    page = client.get(reverse("projets:proposition", args=[prete_a_decider.pk]))
    assert_html_accessible(page)
    assert "900\xa0000,00\xa0$ proposés" in page.content.decode()


def test_accepter_malgre_un_avis_defavorable_se_dit_avant_l_adoption(
    prete_a_decider, agente, enveloppes, client_de
):
    redite = p.sans_avis(prete_a_decider, agente)
    rendre(redite, par=agente, sens="defavorable", texte="Le milieu n’y croit pas.", rendu_le=aujourd_hui())
    bonne = {f"montant_{enveloppes['La Matapédia'].pk}": "15 000"}
    client = client_de(agente)
    assert "s’écarte d’un avis" in page_proposee(client, prete_a_decider, essayer="oui", **bonne)
    suite = page_proposee(client, prete_a_decider, ecart="La Table a rencontré le milieu.", **bonne)
    assert "La proposition est enregistrée." in suite
    assert "elle ne peut pas être adoptée" not in suite


def test_ce_qui_est_a_part_mene_ou_la_personne_peut_aller(deux, agente, signataire, enveloppes, client_de):
    accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000)
    proposer(deux[1], par=agente, revision=0, sens="refusee")
    page = client_de(signataire).get(reverse("projets:adoption", args=[deux[0].appel_id]))
    [(_, url, _)] = page.context["bloquees"]
    assert client_de(signataire).get(url).status_code == 200


def test_la_seance_dit_la_part_de_l_appel_et_tait_une_enveloppe_vide(deux, agente, enveloppes, client_de):
    appel = deux[0].appel
    accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000)
    accepter(deux[1], agente, enveloppes["La Matapédia"], 10_000)
    vide = next(e for e in appel.enveloppes_possibles() if e != enveloppes["La Matapédia"])
    p.vider(vide)
    page = client_de(agente).get(reverse("projets:seance", args=[appel.pk]))
    lues = {e.pk: part for e, part, *_ in page.context["jauges"]}
    assert lues[enveloppes["La Matapédia"].pk] == D(300_000)
    assert vide.pk not in lues
    assert "Total proposé\xa0: <b>25\xa0000,00\xa0$</b>" in page.content.decode()


def test_le_premier_bouton_du_dossier_est_le_prochain_geste(admissible, agente, client_de):
    def premier():
        page = client_de(agente).get(reverse("projets:initiative", args=[admissible.pk]))
        return page.context["gestes"][0][0]

    assert premier() == "Inscrire un avis"
    while (etape := prochaine_etape(admissible)) and etape.acte != "decision":
        rendre(admissible, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    assert premier() == "Proposer une décision"
