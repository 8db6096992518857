"""Les personnes à joindre d'une Alliance."""

from alliances.models import Contact, JournalAlliance
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

SAISIE = {
    "nom": "Lou Bélanger",
    "fonction": "Communications",
    "courriel": "lou@exemple.test",
    "telephone": "",
}


def test_un_contact_s_ajoute(cadre, agente, client_de):
    client = client_de(agente)
    ouvrir(client, "contact_ajout", cadre.bsl.slug)
    envoyer(client, "contact_ajout", cadre.bsl.slug, **SAISIE)
    assert cadre.bsl.contacts.get(fonction="Communications").nom == "Lou Bélanger"
    assert JournalAlliance.objects.get().geste == "ajouter-contact"


def test_une_seule_personne_ressource_principale(cadre, agente, client_de):
    reponse = envoyer(client_de(agente), "contact_ajout", cadre.bsl.slug, **SAISIE, principal="on")
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "n’a qu’une personne à joindre pour son plan" in texte(reponse)
    assert "lou@exemple.test" in texte(reponse)


def test_un_courriel_mal_ecrit_garde_la_saisie(cadre, agente, client_de):
    reponse = envoyer(client_de(agente), "contact_ajout", cadre.bsl.slug, **(SAISIE | {"courriel": "lou@"}))
    assert "lou@" in texte(reponse)
    assert_html_accessible(reponse)
    assert cadre.bsl.contacts.count() == 1


def test_modifier_note_seulement_ce_qui_change(cadre, agente, client_de):
    contact = cadre.bsl.contacts.get()
    avant = {"nom": contact.nom, "courriel": contact.courriel, "telephone": contact.telephone}
    envoyer(
        client_de(agente),
        "contact",
        cadre.bsl.slug,
        contact.pk,
        **avant,
        fonction="Direction",
        principal="on",
    )
    ligne = JournalAlliance.objects.get(geste="modifier-contact")
    assert ligne.avant == {"fonction": "Coordination"}
    assert ligne.apres == {"fonction": "Direction"}


def test_enregistrer_sans_changement_n_ecrit_rien(cadre, agente, client_de):
    contact = cadre.bsl.contacts.get()
    champs = ("nom", "fonction", "courriel", "telephone")
    envoyer(
        client_de(agente),
        "contact",
        cadre.bsl.slug,
        contact.pk,
        **{champ: getattr(contact, champ) for champ in champs},
        principal="on",
    )
    assert not JournalAlliance.objects.exists()


def test_deux_personnes_sur_la_meme_fiche_rien_ne_s_ecrase_sans_le_dire(cadre, agente, client_de):
    contact = cadre.bsl.contacts.get()
    client = client_de(agente)
    vu = client.get(adresse("contact", cadre.bsl.slug, contact.pk)).context["form"].initial["revision"]
    Contact.objects.filter(pk=contact.pk).update(fonction="Changée ailleurs")
    mienne = SAISIE | {"fonction": "La mienne", "principal": "on"}
    url = adresse("contact", cadre.bsl.slug, contact.pk)
    conflit = client.post(url, mienne | {"revision": vu})
    assert conflit.status_code == 409
    assert_html_accessible(conflit)
    assert "Changée ailleurs" in texte(conflit)
    assert "La mienne" in texte(conflit)
    contact.refresh_from_db()
    assert contact.fonction == "Changée ailleurs"
    suite = client.post(url, mienne | {"revision": conflit.context["form"].data["revision"]})
    assert suite.status_code == 302
    contact.refresh_from_db()
    assert contact.fonction == "La mienne"


def test_un_envoi_sans_repere_est_un_conflit(cadre, agente, client_de):
    contact = cadre.bsl.contacts.get()
    reponse = client_de(agente).post(adresse("contact", cadre.bsl.slug, contact.pk), SAISIE)
    assert reponse.status_code == 409


def test_un_contact_se_retire_apres_confirmation(cadre, agente, client_de):
    contact = cadre.bsl.contacts.get()
    client = client_de(agente)
    assert contact.nom in texte(ouvrir(client, "contact_retrait", cadre.bsl.slug, contact.pk))
    assert cadre.bsl.contacts.exists()
    client.post(adresse("contact_retrait", cadre.bsl.slug, contact.pk))
    assert not cadre.bsl.contacts.exists()


def test_le_contact_d_une_autre_alliance_est_introuvable(cadre, agente, client_de):
    autre = cadre.lanaudiere.contacts.get()
    assert client_de(agente).get(adresse("contact", cadre.bsl.slug, autre.pk)).status_code == 404
