"""Le répertoire des organismes dans le navigateur : chercher, ajouter, avertir d'un doublon, corriger."""

import pytest
from django.urls import reverse

from alliances.models import JournalAlliance, Organisme, Role
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.fabriques import personne
from tests.outils.html_accessible import assert_html_accessible

HOSTILE = "<script>alert(1)</script>"
SAISIE = {
    "nom": "Épicerie de l’Île",
    "neq": "1140 000 001",
    "forme": "obnl",
    "adresse": "",
    "courriel": "",
    "telephone": "",
    "territoire": "",
    "numero_fournisseur": "",
}


def test_un_organisme_s_ajoute_avec_un_neq_tape_en_groupes(cadre, agente, client_de):
    client = client_de(agente)
    ouvrir(client, "organisme_ajout")
    reponse = envoyer(client, "organisme_ajout", **SAISIE)
    organisme = Organisme.objects.get(neq="1140000001")
    assert reponse.url == adresse("organisme", organisme.pk)
    ligne = JournalAlliance.objects.get()
    assert (ligne.geste, ligne.alliance) == ("ajouter-organisme", None)
    page = texte(ouvrir(client, "organisme", organisme.pk))
    assert "1140000001" in page


def test_la_trace_va_au_journal_de_l_alliance_du_territoire(cadre, agente, client_de):
    territoire = cadre.bsl.territoires.first()
    envoyer(client_de(agente), "organisme_ajout", **(SAISIE | {"territoire": territoire.pk}))
    assert JournalAlliance.objects.get().alliance == cadre.bsl


@pytest.mark.parametrize(
    ("neq", "phrase"),
    [("114000", "10 chiffres"), ("9940000001", "11, 22, 33 ou 88"), ("x" * 50, "caractères")],
)
def test_un_neq_mal_forme_garde_la_saisie(cadre, agente, client_de, neq, phrase):
    reponse = envoyer(client_de(agente), "organisme_ajout", **(SAISIE | {"neq": neq}))
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert phrase in texte(reponse)
    assert neq in texte(reponse)


def test_un_neq_deja_pris_est_refuse(cadre, agente, client_de):
    premier = Organisme.objects.create(nom="Premier", neq="1140000001")
    reponse = envoyer(client_de(agente), "organisme_ajout", **SAISIE)
    assert "Ce NEQ est déjà celui de «\u00a0Premier\u00a0»." in texte(reponse)
    fiche = reverse("alliances:organisme", args=[premier.pk])
    assert f'<a href="{fiche}">Ouvrir la fiche de Premier</a>' in texte(reponse)
    assert_html_accessible(reponse)


def test_un_doublon_avertit_puis_se_cree_quand_meme(cadre, agente, client_de):
    existant = Organisme.objects.create(nom="EPICERIE DE L'ILE")
    client = client_de(agente)
    reponse = envoyer(client, "organisme_ajout", **SAISIE)
    assert_html_accessible(reponse)
    assert "Créer quand même" in texte(reponse)
    assert adresse("organisme", existant.pk) in texte(reponse)
    assert not Organisme.objects.filter(neq="1140000001").exists()
    envoyer(client, "organisme_ajout", **SAISIE, malgre_doublons="on")
    assert Organisme.objects.filter(neq="1140000001").exists()


def test_la_recherche_ignore_les_accents(cadre, agente, client_de):
    Organisme.objects.create(nom="Maison des aînés")
    client = client_de(agente)
    page = texte(ouvrir(client, "organismes", requete="?q=AINES"))
    assert "Maison des aînés" in page
    assert "Collectif de" not in page
    assert "Aucun organisme ne répond" in texte(ouvrir(client, "organismes", requete="?q=zzz"))
    assert "Maison des aînés" in texte(ouvrir(client, "organismes", requete="?forme=inconnue&region=x"))


def test_les_filtres_se_combinent(cadre, agente, client_de):
    region = cadre.bsl.regions.get()
    Organisme.objects.create(nom="Ici", forme="cooperative", territoire=cadre.bsl.territoires.first())
    Organisme.objects.create(nom="Ailleurs", forme="cooperative")
    requete = f"?forme=cooperative&region={region.pk}"
    page = texte(ouvrir(client_de(agente), "organismes", requete=requete))
    assert "Ici" in page
    assert "Ailleurs" not in page


def test_un_porteur_ne_voit_que_le_sien_et_ne_le_modifie_pas(cadre, client_de):
    siens = Organisme.objects.create(nom="Les Ateliers du quai", territoire=cadre.bsl.territoires.first())
    client = client_de(personne(Role.PORTEUR, siens))
    page = texte(ouvrir(client, "organismes"))
    assert "Les Ateliers du quai" in page
    assert "Collectif de" not in page
    ouvrir(client, "organisme", siens.pk)
    autre = Organisme.objects.exclude(pk=siens.pk).first()
    assert client.get(adresse("organisme", autre.pk)).status_code == 404
    assert client.get(adresse("organisme_modification", siens.pk)).status_code == 403


@pytest.mark.parametrize("qui", ["signataire", "analyste", "approbation", "ressource"])
def test_les_autres_roles_lisent_sans_ecrire(request, cadre, client_de, qui):
    client = client_de(request.getfixturevalue(qui))
    organisme = Organisme.objects.first()
    ouvrir(client, "organisme", organisme.pk)
    assert client.get(adresse("organisme_ajout")).status_code == 403
    refus = client.get(adresse("organisme_modification", organisme.pk))
    assert refus.status_code == 403
    assert "répertoire des organismes est tenu par" in texte(refus)


@pytest.mark.parametrize(
    ("qui", "code"), [("agente", 200), ("lectrice", 200), ("mess", 200), ("etrangere", 403)]
)
def test_une_fiche_se_corrige_par_l_alliance_de_son_territoire_ou_le_ministere(
    request, cadre, client_de, qui, code
):
    organisme = Organisme.objects.create(nom="Du coin", territoire=cadre.bsl.territoires.first())
    client = client_de(request.getfixturevalue(qui))
    assert client.get(adresse("organisme_modification", organisme.pk)).status_code == code


def test_une_correction_note_avant_et_apres(cadre, agente, client_de):
    territoire = cadre.bsl.territoires.first()
    organisme = Organisme.objects.create(nom="Ancien nom", adresse="1, rue du Quai", territoire=territoire)
    saisie = {"nom": "Nouveau nom", "neq": "", "adresse": "1, rue du Quai", "territoire": territoire.pk}
    reponse = envoyer(client_de(agente), "organisme_modification", organisme.pk, **SAISIE | saisie)
    assert reponse.status_code == 302
    ligne = JournalAlliance.objects.get()
    assert (ligne.avant, ligne.apres) == ({"nom": "Ancien nom"}, {"nom": "Nouveau nom"})


def test_un_organisme_modifie_ailleurs_ne_s_ecrase_pas(cadre, agente, client_de):
    organisme = Organisme.objects.create(nom="Ancien nom", territoire=cadre.bsl.territoires.first())
    client = client_de(agente)
    url = adresse("organisme_modification", organisme.pk)
    vu = client.get(url).context["form"].initial["revision"]
    Organisme.objects.filter(pk=organisme.pk).update(telephone="418 555-0199")
    reponse = client.post(url, SAISIE | {"revision": vu})
    assert reponse.status_code == 409
    assert_html_accessible(reponse)
    assert "418 555-0199" in texte(reponse)


def test_un_texte_hostile_reste_du_texte(cadre, agente, client_de):
    organisme = Organisme.objects.create(nom=HOSTILE, adresse=HOSTILE, telephone=HOSTILE)
    client = client_de(agente)
    for page in (ouvrir(client, "organismes"), ouvrir(client, "organisme", organisme.pk)):
        assert HOSTILE not in texte(page)
    doublon = envoyer(client, "organisme_ajout", **(SAISIE | {"nom": HOSTILE}))
    assert HOSTILE not in texte(doublon)


def test_le_repertoire_tient_dans_douze_requetes(cadre, analyste, client_de, django_assert_max_num_queries):
    for n in range(40):
        Organisme.objects.create(nom=f"Organisme {n}", territoire=cadre.bsl.territoires.first())
    client = client_de(analyste)
    client.get(adresse("contexte"))
    with django_assert_max_num_queries(12):
        ouvrir(client, "organismes", requete="?page=2")
