"""Les mots du protocole, là où son organisme et la Table les lisent : à qui le tour, ce qui vient, un seul nom."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from projets.protocoles.models import ClausesAlliance
from projets.protocoles.regles.echeancier import USUELS
from socle.texte.typographie import en_phrase
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


def lire(client, protocole, nom="suivi"):
    """Les mots d'une page du protocole, sans ses balises."""
    page = client.get(reverse(f"protocoles:{nom}", args=[protocole.pk]))
    assert page.status_code == 200
    return " ".join(strip_tags(page.text).split())


def accueil(client):
    return " ".join(strip_tags(client.get("/").text).split())


def test_l_accueil_de_l_organisme_dit_ou_en_est_son_protocole(
    transmis, signataire, equipe, lectrice, client_de
):
    redige, engage = map(client_de, equipe)
    assert "Son protocole attend votre signature." in accueil(engage)
    lue = accueil(redige)
    assert f"La personne autorisée à engager signe ({equipe[1].nom_complet})." in lue
    assert "vient de la Table" not in lue
    f.signer(transmis, "organisme", equipe[1])
    assert "il attend la signature de la Table." in accueil(engage)
    f.signer(f.relire(transmis), "alliance", signataire)
    assert "Aux finances de la Table : verser 12 600,01 $." in accueil(redige)
    for tranche in (
        f.relire(transmis).tranches.filter(etat="liberee").select_related("affectation__enveloppe")
    ):
        f.payer(tranche, lectrice)
    assert "Elle se réalise. Prochain rapport : 31 janvier 2027." in accueil(redige)


def test_qui_n_engage_pas_ne_lit_pas_a_vous_de_signer(transmis, equipe, client_de):
    redige, engage = map(client_de, equipe)
    for nom in ("suivi", "protocole"):
        lue = lire(redige, transmis, nom)
        assert f"À votre organisme La personne autorisée à engager signe ({equipe[1].nom_complet})." in lue
        assert "À vous" not in lue
        assert "À vous" in lire(engage, transmis, nom)
    assert "Lire et signer" not in lire(redige, transmis)
    assert "Lire et signer" in lire(engage, transmis)


def test_le_beneficiaire_change_est_a_la_table_et_rien_ne_se_verse(signe, agente, equipe, client_de):
    organisme = signe.initiative.organisme
    type(organisme).objects.filter(pk=organisme.pk).update(nom="Un autre nom")
    for nom in ("suivi", "protocole"):
        lue = lire(client_de(agente), signe, nom)
        assert "À la Table Vérifier le bénéficiaire" in lue
        assert "rien ne se verse" in lue
        assert "Verser 12 600,01" not in lue
    assert "Au tour de la Table : vérifier le bénéficiaire" in accueil(client_de(equipe[0]))


def test_signer_commence_par_ce_qu_il_faut_avoir_en_main(transmis, equipe, agente, client_de):
    lue = lire(client_de(equipe[1]), transmis, "signature")
    assert "À avoir en main : la résolution" in lue
    assert "Aller à la signature" in lue
    assert (
        "L’aide accordée à votre organisme est de 18 000,01 $; 12 600,01 $ vous seront versés ensuite." in lue
    )


def test_une_signature_recue_se_dit_a_la_page_et_a_la_liste(transmis, signataire, agente, client_de):
    f.signer(transmis, "alliance", signataire)
    client = client_de(agente)
    assert "Signé par l’Alliance, attend l’organisme" in lire(client, transmis, "protocole")
    assert "Signé par l’Alliance, attend l’organisme" in client.get(reverse("protocoles:protocoles")).text


def test_suspendue_rien_ne_se_verse_et_la_liste_la_filtre(signe, signataire, equipe, agente, client_de):
    signe.suspendre(par=signataire, motif="La salle est inondée.")
    assert "Aucun versement tant que l’initiative est suspendue" in lire(client_de(equipe[0]), signe)
    client, url = client_de(agente), reverse("protocoles:protocoles")
    trouves = {
        etat: signe.initiative.titre in client.get(f"{url}?etat={etat}").text
        for etat in ("suspendu", "signe")
    }
    assert trouves == {"suspendu": True, "signe": False}


def test_un_versement_partiel_se_lit_sur_son_tout(signe, lectrice, equipe, client_de):
    tranche = signe.tranches.select_related("affectation__enveloppe").get(rang=1)
    f.payer(tranche, lectrice, montant=2000)
    lue = lire(client_de(equipe[0]), signe)
    assert f"2 000,00 $ sur {en_dollars(tranche.montant)}".replace("\xa0", " ") in lue
    assert "Les versements" in lue


def test_un_nom_qui_finit_par_un_point_n_en_recoit_pas_deux():
    assert en_phrase("Les Boiseries inc.") == "Les Boiseries inc."
    assert en_phrase("La Halte") == "La Halte."


def test_le_premier_versement_se_propose_au_plus_tot_aujourd_hui(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    assert protocole.debut < aujourd_hui()
    assert min(t.prevue_le for t in protocole.echeancier_propose(USUELS)) == aujourd_hui()


def test_des_clauses_sans_changement_ne_s_approuvent_pas(acceptee, agente, signataire):
    copie = ClausesAlliance.ouvrir(acceptee.alliance, par=agente)
    assert "Rien n’y change depuis la version 1" in copie.empechements_a_approuver()[0]


def test_la_suspension_dit_ce_qui_reste_a_verser(signe, lectrice, signataire, client_de):
    tranche = signe.tranches.select_related("affectation__enveloppe").get(rang=1)
    f.payer(tranche, lectrice, montant=2000)
    reste = en_dollars(tranche.montant - 2000).replace("\xa0", " ")
    assert f"Versement 1, {reste}, à verser" in lire(client_de(signataire), signe, "suspension")
