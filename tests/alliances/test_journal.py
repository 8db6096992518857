"""Le journal d'une Alliance : en mots, infalsifiable, et seulement pour qui la suit."""

import pytest

from alliances.models import JournalAlliance, Role
from alliances.models.changements import ajouter, modifier, repere, retirer
from alliances.models.releve import nommer
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models.chaines import premiere_rupture
from tests.alliances.pages import envoyer, ouvrir, texte

HOSTILE = "<script>alert(1)</script>"


def test_le_journal_dit_avant_et_apres_en_mots(cadre, agente, analyste, client_de):
    envoyer(
        client_de(agente),
        "profil",
        cadre.bsl.slug,
        gestion="centralisee",
        territoires_d_un_projet_regional="2",
    )
    page = texte(ouvrir(client_de(analyste), "journal", cadre.bsl.slug))
    assert "Modification du profil de gouvernance" in page
    assert "Camille Ross (Coordination)" in page
    assert "gestion du FQIS\u00a0: Partagée" in page
    assert "gestion du FQIS\u00a0: Centralisée" in page


def test_un_mandat_confie_se_lit_au_journal(cadre, agente, lectrice, client_de):
    nommer(lectrice, Role.COORDINATION, par=agente, alliance=cadre.bsl)
    page = texte(ouvrir(client_de(lectrice), "journal", cadre.bsl.slug))
    assert "Mandat confié" in page
    assert "rôle\u00a0: Coordination" in page


def test_un_journal_vide_le_dit(cadre, agente, client_de):
    assert "Rien n’a encore changé" in texte(ouvrir(client_de(agente), "journal", cadre.bsl.slug))


def test_chaque_geste_a_ses_mots():
    en_mots = JournalAlliance.en_mots
    assert en_mots("deplacer-etape") == "Déplacement d’une étape du circuit"
    assert en_mots("terminer-mandat") == "Fin de mandat"
    assert en_mots("corriger-donnee") == "Corriger donnee"


def test_la_chaine_reste_entiere_apres_bien_des_gestes(cadre, agente):
    contact = cadre.bsl.contacts.get()
    contact.fonction = "Direction"
    modifier(contact, par=agente, vu=repere(type(contact).objects.get(pk=contact.pk)))
    nouveau = ajouter(type(contact)(alliance=cadre.bsl, nom="Lou", fonction="Soutien"), par=agente)
    retirer(nouveau, par=agente, motif="Départ")
    assert [ligne.rang for ligne in JournalAlliance.objects.order_by("rang")] == [1, 2, 3]
    assert premiere_rupture(JournalAlliance) is None


def test_ce_qui_a_disparu_ne_se_modifie_plus(cadre, agente):
    contact = cadre.bsl.contacts.get()
    vu = repere(contact)
    type(contact).objects.filter(pk=contact.pk).delete()
    with pytest.raises(VersionPerimee, match="a retiré cet élément"):
        modifier(contact, par=agente, vu=vu)


def test_ce_qui_sert_encore_ailleurs_ne_se_retire_pas_et_ne_laisse_pas_de_trace(cadre, agente):
    organisme = cadre.bsl.parties.get().organisme
    with pytest.raises(TransitionInterdite, match="sert encore ailleurs"):
        retirer(organisme, par=agente)
    assert not JournalAlliance.objects.exists()


def test_le_journal_se_lit_par_pages_en_peu_de_requetes(
    cadre, agente, analyste, client_de, django_assert_max_num_queries
):
    contact = cadre.bsl.contacts.get()
    for n in range(30):
        ajouter(type(contact)(alliance=cadre.bsl, nom=f"Personne {n}", fonction=HOSTILE), par=agente)
    client = client_de(analyste)
    client.get("/alliances/contexte/")
    with django_assert_max_num_queries(12):
        page = texte(ouvrir(client, "journal", cadre.bsl.slug))
    assert HOSTILE not in page
    assert page.count('class="journal-geste"') == 25
    assert (
        texte(ouvrir(client, "journal", cadre.bsl.slug, requete="?page=2")).count('class="journal-geste"')
        == 5
    )
