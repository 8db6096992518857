"""La demande en PDF : tout ce qui est écrit, des tableaux qui s'additionnent, jamais à qui ne la lit pas."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from alliances.models import Role
from projets import travaux
from projets.impression import html_de_la_demande, titre_de_la_demande
from projets.models import Initiative
from projets.models.evaluations import declarer
from socle.documents.pdf import rendre
from socle.models import Document
from tests import fabriques
from tests.outils.partage import partagee
from tests.outils.porte_pdf import verifier_pdf
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def brouillon(cadre, agente):
    porteur = p.organisme(cadre.bsl)
    return p.demande_prete(
        p.appel_ouvert(cadre.bsl, par=agente), porteur, fabriques.personne("porteur", porteur)
    )


def lire(html):
    """Le texte, les espaces serrées."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\xa0", " ").split())


def url(initiative):
    return reverse("projets:demande_pdf", args=[initiative.pk])


def preparer(client, initiative):
    """L'adresse de la page d'attente, le document demandé."""
    return client.post(url(initiative))["Location"]


def test_un_brouillon_dit_qu_il_n_est_pas_depose_et_une_demande_deposee_son_numero(brouillon):
    assert "Brouillon, non déposé" in lire(html_de_la_demande(p.relire(brouillon)))
    assert "pdf/brouillon.css" in html_de_la_demande(p.relire(brouillon))
    deposee = p.relire(p.relire(brouillon).deposer(par=fabriques.personne("engagement", brouillon.organisme)))
    lu = html_de_la_demande(deposee)
    assert f"Demande {deposee.numero}, déposée le " in lire(lu)
    assert "rouillon" not in lu


def test_toute_la_demande_s_y_lit_dans_l_ordre_des_parties(brouillon):
    demande = p.relire(brouillon)
    demande.partenaires.create(rang=0, nom="Le Relais", humain="30 h par an", confirme=True)
    lu = lire(html_de_la_demande(demande))
    attendus = [
        "L’organisme",
        *(
            p.REPONSES[champ]
            for champ in ("personne_ressource", "resume", "besoin", "place", "lien", "apres")
        ),
        "Le Relais",
        "Dépenses, par exercice",
        "Sources, par exercice",
        "Pièces",
    ]
    places = [lu.index(mot) for mot in attendus]
    assert places == sorted(places)


def test_les_tableaux_s_additionnent(brouillon):
    demande = p.relire(brouillon)
    tableaux = re.findall(r"<table class=\"montants\">.*?</table>", html_de_la_demande(demande), re.S)
    for tableau in [t for t in tableaux if "Dépenses, par exercice" in t or "Sources, par exercice" in t]:
        *rangees, total = [sommes(r) for r in re.findall(r"<tr>.*?</tr>", tableau, re.S)[1:]]
        assert [sum(colonne) for colonne in zip(*rangees, strict=True)] == total
        assert all(sum(montants) == tout for *montants, tout in (*rangees, total))


def sommes(rangee):
    cases = re.findall(r'<td class="n">(.*?)</td>', rangee, re.S)
    chiffres = (re.sub(r"[^\d,]", "", case).replace(",", ".") for case in cases)
    return [D(chiffre or 0) for chiffre in chiffres]


def test_les_montants_fictifs_se_disent(brouillon):
    assert "Montants fictifs" not in html_de_la_demande(p.relire(brouillon))
    Initiative.objects.filter(pk=brouillon.pk).update(montants_fictifs=True)
    assert "Montants fictifs" in html_de_la_demande(p.relire(brouillon))


def test_le_document_est_accessible(brouillon):
    demande = p.relire(brouillon)
    titre = titre_de_la_demande(demande)
    assert verifier_pdf(rendre(html_de_la_demande(demande), titre=titre)) == []


def test_un_brouillon_change_donne_un_autre_document(brouillon):
    demande = p.relire(brouillon)
    premier = travaux.demander_la_demande(demande)
    assert travaux.demander_la_demande(p.relire(brouillon)) == premier
    Initiative.objects.filter(pk=brouillon.pk).update(besoin="Un autre besoin.")
    assert travaux.demander_la_demande(p.relire(brouillon)) != premier


def test_la_table_ne_lit_ni_le_brouillon_ni_ce_qu_il_disait(brouillon, agente, client_de):
    redige = fabriques.personne("porteur", brouillon.organisme)
    attente = preparer(client_de(redige), brouillon)
    assert client_de(redige).get(attente).status_code == 200
    assert client_de(agente).get(url(brouillon)).status_code == 404
    assert client_de(agente).post(url(brouillon)).status_code == 404
    p.relire(brouillon).deposer(par=fabriques.personne("engagement", brouillon.organisme))
    assert client_de(agente).get(url(brouillon)).status_code == 200
    assert client_de(agente).get(attente).status_code == 404  # le brouillon d'avant, même par sa clé
    assert client_de(agente).get(preparer(client_de(agente), brouillon)).status_code == 200


def test_qui_evalue_l_ouvre_apres_sa_declaration_et_jamais_en_conflit(admissible, client_de):
    instance = admissible.etapes.exclude(acte="decision").first().instance
    sans, avec = (fabriques.personne(Role.EVALUATION, instance) for _ in range(2))
    assert client_de(sans).get(url(admissible)).status_code == 404
    declarer(admissible, par=sans, conflit=False)
    declarer(admissible, par=avec, conflit=True, precision="Ma sœur y travaille.")
    assert client_de(sans).get(url(admissible)).status_code == 200
    assert client_de(avec).get(url(admissible)).status_code == 404


def test_apres_un_changement_du_rendu_la_demande_se_rend_de_nouveau(brouillon):
    document = travaux.demander_la_demande(p.relire(brouillon))
    document.delete()
    travaux.redemander({document.nom, "demande-999999-brouillon.pdf", "reponse-ini.pdf"})
    assert [d.nom for d in Document.objects.filter(nom__startswith="demande-")] == [document.nom]
