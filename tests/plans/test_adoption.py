"""L'adoption par la Table : date, résolution, mode, fichier gardé; la réouverture."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliances.plans import regles
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee


def url(version, nom="adoption"):
    return reverse(f"plans:{nom}", args=[version.pk])


def saisie(**champs):
    return {
        "adoptee_le": "2025-02-13",
        "resolution": "2025-02-04",
        "mode": "consensus",
        "detail": "",
        "piece": fabriques.fichier_pdf(),
    } | champs


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


def test_la_table_adopte_avec_sa_resolution(version, agente, client_de):
    client = client_de(agente)
    assert_html_accessible(client.get(url(version)))
    reponse = client.post(url(version), saisie())
    assert reponse.url == url(version, "tableau")
    version = fabriques.relire(version)
    assert (version.etat, version.resolution, version.adoptee_par) == ("adoptee", "2025-02-04", agente)
    assert version.pieces.get().usage == "resolution"


def test_un_formulaire_refuse_ne_laisse_aucune_piece_et_redemande_le_fichier(version, agente, client_de):
    client = client_de(agente)
    page = client.post(url(version), saisie(resolution=""))
    assert_html_accessible(page)
    assert "Choisissez de nouveau «\xa0resolution.pdf\xa0»" in page.text
    assert not version.pieces.exists()
    assert client.post(url(version), saisie()).status_code == 302
    assert version.pieces.count() == 1


def test_chaque_champ_vide_dit_quoi_faire(version, agente, client_de):
    page = client_de(agente).post(url(version), {})
    for phrase in (
        "Indiquez la date de la rencontre",
        "Inscrivez le numéro de la résolution.",
        "Dites si la Table a adopté le plan par consensus ou par vote.",
        "Joignez la résolution signée.",
    ):
        assert phrase in page.text
    assert "est obligatoire" not in page.text


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"adoptee_le": ""}, "Date de l’adoption"),
        ({"adoptee_le": "le treize"}, "Date de l’adoption"),
        ({"adoptee_le": str(aujourd_hui() + timedelta(days=1))}, "dans le futur"),
        ({"adoptee_le": "2019-11-18"}, "ne peut pas précéder le début du cycle, le 1er novembre 2024"),
        ({"resolution": "x" * 61}, "Numéro de la résolution"),
        ({"mode": "acclamation"}, "adopté le plan"),
        ({"mode": "vote"}, "nombre de voix"),
        ({"piece": SimpleUploadedFile("vide.pdf", b"")}, "vide"),
        ({"piece": SimpleUploadedFile("faux.pdf", b"MZ\x90\x00 programme")}, "ne correspond pas"),
        ({"piece": SimpleUploadedFile("script.html", b"<script>")}, "type admis"),
        ({"piece": SimpleUploadedFile("gros.pdf", b"%PDF-1.4\n" + b"0" * 15_000_001)}, "dépasse la taille"),
    ],
)
def test_une_saisie_fautive_est_expliquee_et_rien_ne_change(version, agente, client_de, champs, phrase):
    page = client_de(agente).post(url(version), saisie(**champs))
    assert page.status_code == 200
    assert phrase in page.text
    assert "Erreur\xa0: " in page.text
    assert fabriques.relire(version).etat == "brouillon"


def test_un_double_envoi_n_adopte_qu_une_fois(version, agente, client_de):
    client = client_de(agente)
    client.post(url(version), saisie())
    reponse = client.post(url(version), saisie(), follow=True)
    assert "déjà adoptée" in reponse.text
    assert version.journal.filter(geste="adopter").count() == 1
    assert version.pieces.count() == 1


def test_une_modification_ne_s_adopte_pas_avant_la_decision_dont_elle_part(cadre, agente, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Le transport")
    veille = aujourd_hui() - timedelta(days=1)
    page = client_de(agente).post(url(suivante), saisie(adoptee_le=str(veille)))
    assert "ne peut pas précéder la décision sur la version 1" in page.text
    assert client_de(agente).post(url(suivante), saisie(adoptee_le=str(aujourd_hui()))).status_code == 302


def test_une_adoption_trop_hative_se_rouvre(version, agente, signataire, client_de):
    version = fabriques.relire(version)
    client = client_de(agente)
    client.post(url(version), saisie())
    assert_html_accessible(client.get(url(version, "reouverture")))
    client_de(signataire).post(url(version, "reouverture"), {"motif": "Une coquille"})
    assert fabriques.relire(version).etat == "brouillon"
    annonce = Notification.objects.get(destinataire=agente)
    assert "Plan rouvert avant le dépôt" in annonce.titre


def test_une_reouverture_sans_motif_est_refusee(version, agente, client_de):
    client = client_de(agente)
    client.post(url(version), saisie())
    page = client.post(url(version, "reouverture"), {"motif": " "})
    assert_html_accessible(page)
    assert "Répondez à la question «\xa0Pourquoi rouvrir le plan?\xa0»." in page.text
    assert fabriques.relire(version).etat == "adoptee"


def test_seule_la_resolution_en_vigueur_se_montre_hors_de_l_alliance(
    version, agente, signataire, analyste, client_de
):
    client = client_de(agente)
    client.post(url(version), saisie(piece=fabriques.fichier_pdf("hative.pdf")))
    client.post(url(version, "reouverture"), {"motif": "Une coquille"})
    assert "hative.pdf" not in client.get(url(version, "pieces")).text
    client.post(url(version), saisie(piece=fabriques.fichier_pdf("bonne.pdf")))
    fabriques.relire(version).deposer(par=signataire, certifie=True)
    dossier = reverse("plans:dossier", args=[version.plan_id])
    membre, etat = client.get(dossier).text, client_de(analyste).get(dossier).text
    assert membre.index("hative.pdf") < membre.index("Adoption annulée")
    assert "bonne.pdf" in etat
    assert "hative.pdf" not in etat
    hative = version.pieces.get(nom="hative.pdf")
    assert client_de(analyste).get(reverse("plans:piece", args=[hative.pk])).status_code == 404


def test_une_adoption_annulee_ne_suffit_plus_au_depot(version, agente):
    adoptee = fabriques.version_adoptee(version.plan.alliance)
    adoptee.rouvrir(par=agente, motif="Une coquille")
    rouverte = fabriques.relire(adoptee)
    champs = {"adoptee_le": aujourd_hui(), "resolution": "2", "mode": "consensus"}
    rouverte.adopter(par=agente, **champs)
    empechements = fabriques.relire(rouverte).empechements_a_deposer()
    assert "Joignez la résolution d’adoption de la Table." in empechements


@pytest.mark.parametrize("nom", ["adoption", "reouverture"])
@pytest.mark.parametrize("personne, code", [("lectrice", 403), ("ressource", 403), ("etrangere", 404)])
def test_les_autres_n_adoptent_pas(version, client_de, request, nom, personne, code):
    client = client_de(request.getfixturevalue(personne))
    assert client.post(url(version, nom), saisie()).status_code == code
    assert fabriques.relire(version).etat == "brouillon"


def test_la_page_explique_a_qui_revient_le_geste(version, lectrice, client_de):
    page = client_de(lectrice).get(url(version))
    assert "Cette action revient" in page.text


def test_un_plan_incomplet_s_adopte_mais_la_page_avertit(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.lanaudiere, fabriques.personne("coordination", cadre.lanaudiere))
    client = client_de(version.creee_par)
    assert "n’est pas prêt à être déposé" in client.get(url(version)).text


# --- Après un retour ----------------------------------------------------------------------------------------


@pytest.fixture
def corrigee(cadre, agente):
    """Retournée, puis corrigée aujourd'hui : la résolution est d'avant."""
    version = fabriques.version_a_corriger(cadre.bsl)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU, terminee=True)
    for demande in version.demandes.ouvertes():
        demande.traiter(par=agente)
    return fabriques.relire(version)


def de_l_adoption(version):
    return [
        c for c in regles.constats(version.contenu()) if c.regle == "texte_change_sous_la_meme_resolution"
    ]


def test_le_texte_corrige_s_adopte_sous_une_nouvelle_resolution(corrigee, agente, signataire, client_de):
    client, adresse = client_de(agente), url(corrigee, "nouvelle_resolution")
    assert len(de_l_adoption(corrigee)) == 1
    assert adresse in client.get(url(corrigee, "tableau")).text
    assert_html_accessible(client.get(adresse))
    ancienne = corrigee.pieces.jointes().get()
    envoi = saisie(adoptee_le=aujourd_hui().isoformat(), resolution="2026-11-30")
    assert client.post(adresse, envoi).url == url(corrigee, "tableau")
    version = fabriques.relire(corrigee)
    assert (version.etat, version.resolution, version.adoptee_par) == ("a_corriger", "2026-11-30", agente)
    ancienne.refresh_from_db()
    assert ancienne.retiree_par == agente
    assert version.pieces.jointes().get(usage="resolution") != ancienne
    ligne = version.journal.get(geste="adopter-corrections")
    assert (ligne.role, ligne.public) == ("coordination", True)
    assert de_l_adoption(version) == []
    assert adresse not in client.get(url(version, "tableau")).text
    assert version.deposer(par=signataire, certifie=True).etat == "deposee"


def test_une_nouvelle_resolution_suit_la_derniere_modification(corrigee, agente, client_de):
    hier = (aujourd_hui() - timedelta(days=1)).isoformat()
    page = client_de(agente).post(url(corrigee, "nouvelle_resolution"), saisie(adoptee_le=hier))
    assert "ne peut pas être d’avant" in page.text
    with pytest.raises(TransitionInterdite, match="Joignez la nouvelle résolution"):
        corrigee.adopter_les_corrections(
            par=agente, adoptee_le=aujourd_hui(), resolution="2", mode="consensus"
        )
    assert fabriques.relire(corrigee).resolution == corrigee.resolution


def test_la_nouvelle_resolution_n_est_pas_exigee(corrigee, signataire):
    """ADR 0018 : la première résolution a pu autoriser les corrections; l'avertissement reste."""
    version = corrigee.deposer(par=signataire, certifie=True)
    assert len(de_l_adoption(fabriques.relire(version))) == 1


def test_sans_changement_depuis_l_adoption_la_resolution_vaut_toujours(cadre, agente):
    version = fabriques.version_a_corriger(cadre.bsl)
    type(version).objects.filter(pk=version.pk).update(adoptee_le=aujourd_hui())
    assert fabriques.relire(version).empechements_a_adopter_les_corrections() == [
        "Le texte n’a pas changé depuis son adoption\xa0: la résolution vaut toujours."
    ]
