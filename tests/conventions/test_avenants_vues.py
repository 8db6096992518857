"""Les pages d'un avenant : choisir ce qui change, transmettre, signer, comparer, reprendre, lire à une date."""

import pytest
from django.urls import reverse

from conventions import comparaison
from conventions.models import Avenant
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
    signer_tout,
)
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def url(nom, *arguments):
    return reverse(f"conventions:{nom}", args=arguments)


def relire(avenant):
    return Avenant.objects.get(pk=avenant.pk)


def echeancier(avenant, **saisie):
    """Le formulaire des versements tel que servi, puis ce qu'on y change."""
    champs = {"revision": avenant.revision}
    for rang in ("1", "2", "3"):
        valeur = avenant.base[f"versement/{rang}"]
        champs |= {f"{champ}_{rang}": valeur[champ] for champ in ("montant", "an", "condition", "prevue_le")}
    return champs | saisie


def test_le_ministere_prepare_puis_transmet(convention, mess, client_de):
    client = client_de(mess)
    reponse = client.post(url("avenant_ouverture", convention.pk), {"motif": "Prolonger d’un mois."})
    avenant = Avenant.objects.get()
    assert reponse.url == url("avenant", avenant.pk)
    client.post(
        url("avenant_changement", avenant.pk, "date"),
        {"revision": 1, "fin": "2027-03-31", "fin_realisation": "31 janvier 2027"},
    )
    page = client.get(url("avenant", avenant.pk))
    assert_html_accessible(page)
    assert "Fin de réalisation : du 31 décembre 2026 au 31 janvier 2027." in lu(page)
    assert "C’est au Ministère de terminer cet avenant" in lu(page)
    reponse = client.post(url("avenant_transmission", avenant.pk))
    assert relire(avenant).etat == "transmis"
    assert "Signatures attendues : Table régionale de Bas-Saint-Laurent, Ministre" in lu(
        client.get(reponse.url)
    )


def test_deux_clics_ne_preparent_qu_un_avenant(convention, mess, client_de):
    jeton = "5f0c3f0e-7d0a-4d55-9f0a-6b1d1c1f9a01"
    client = client_de(mess)
    for _ in range(2):
        reponse = client.post(
            url("avenant_ouverture", convention.pk), {"motif": "Prolonger.", "jeton_d_envoi": jeton}
        )
    assert reponse.url == url("avenant", Avenant.objects.get().pk)


def test_deux_transmissions_ne_comptent_qu_une_fois(convention, mess, client_de):
    avenant, client = avenant_prepare(convention), client_de(mess)
    client.post(url("avenant_transmission", avenant.pk))
    suite = client.post(url("avenant_transmission", avenant.pk), follow=True)
    assert "déjà transmis ou fermé" in lu(suite)
    assert relire(avenant).tour == 1


@pytest.mark.parametrize(
    "personne, code", [("agente", 404), ("lectrice", 404), ("etrangere", 404), ("analyste", 403)]
)
def test_les_autres_ne_preparent_pas(convention, client_de, request, personne, code):
    avenant, client = avenant_prepare(convention), client_de(request.getfixturevalue(personne))
    assert client.post(url("avenant_transmission", avenant.pk)).status_code == code
    assert client.get(url("avenant_changement", avenant.pk, "date")).status_code == code
    assert relire(avenant).etat == "preparation"


@pytest.mark.parametrize("personne, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404)])
def test_seule_la_personne_autorisee_signe(convention, client_de, request, personne, code):
    avenant = avenant_transmis(convention)
    signature = avenant.signatures_attendues().first()
    client = client_de(request.getfixturevalue(personne))
    assert client.get(url("avenant_signature", avenant.pk, signature.pk)).status_code == code
    assert client.get(url("avenant", avenant.pk)).status_code == (404 if code == 404 else 200)


def test_la_derniere_signature_le_dit_et_met_en_vigueur(
    convention, signataire, approbation, client_de, django_capture_on_commit_callbacks
):
    avenant = avenant_transmis(convention)
    organisme, ministre = avenant.signatures_attendues()
    jour = aujourd_hui().isoformat()
    reponse = client_de(signataire).post(
        url("avenant_signature", avenant.pk, organisme.pk),
        {"signee_le": jour, "resolution": "2026-30", "resolution_le": jour, "piece": fabriques.fichier_pdf()},
    )
    assert reponse.url == url("avenant", avenant.pk)
    client = client_de(approbation)
    page = client.get(url("avenant_signature", avenant.pk, ministre.pk))
    assert_html_accessible(page)
    assert "C’est la dernière signature" in page.text
    with django_capture_on_commit_callbacks() as apres:
        client.post(url("avenant_signature", avenant.pk, ministre.pk), {"signee_le": jour})
    assert relire(avenant).etat == "applique"
    assert len(apres) >= 2  # le document de l'avenant et celui de la convention consolidée
    assert "En vigueur depuis le" in client.get(url("avenant", avenant.pk)).text


def test_une_signature_incomplete_garde_la_saisie_et_dit_quoi_faire(convention, signataire, client_de):
    avenant = avenant_transmis(convention)
    signature = avenant.signatures_attendues().first()
    page = client_de(signataire).post(
        url("avenant_signature", avenant.pk, signature.pk),
        {"signee_le": "2020-01-01", "resolution": "2026-30", "piece": fabriques.fichier_pdf()},
    )
    assert_html_accessible(page)
    assert 'value="2026-30"' in page.text
    assert "la signature vient après" in page.text
    assert "Choisissez de nouveau «\xa0resolution.pdf\xa0»" in page.text


def test_un_formulaire_perime_est_refuse_sans_rien_perdre(convention, mess, client_de):
    avenant, client = avenant_prepare(convention), client_de(mess)
    adresse = url("avenant_changement", avenant.pk, "date")
    page = client.post(adresse, {"revision": 1, "fin": "2028-03-31", "fin_realisation": "2026-12-31"})
    assert page.status_code == 409
    assert "depuis que la page est ouverte" in page.text
    assert 'value="2028-03-31"' in page.text
    assert f'name="revision" value="{avenant.revision}"' in page.text
    assert relire(avenant).propositions == {"date/fin_realisation": "2027-01-31"}


@pytest.mark.parametrize(
    "montant, phrase",
    [
        ("1,234.56", "Exercice 2025-2026 : entrez un montant, par exemple"),
        ("12,345", "Exercice 2025-2026 : un montant a au plus deux décimales."),
        ("-5", "Exercice 2025-2026 : un montant ne peut pas être négatif."),
        ("999999999999", "Exercice 2025-2026 : ce montant dépasse la limite"),
        ("", "Remplissez le champ « Exercice 2025-2026 »"),
    ],
)
def test_un_mauvais_montant_se_dit_a_cote_du_champ(convention, mess, client_de, montant, phrase):
    avenant = avenant_prepare(convention, {})
    page = client_de(mess).post(
        url("avenant_changement", avenant.pk, "exercice"),
        {"revision": avenant.revision, "montant_2025": montant, "montant_2026": "1 300 000,00"},
    )
    assert page.status_code == 200
    assert phrase in lu(page)
    assert relire(avenant).propositions == {}


def test_un_montant_s_ecrit_comme_on_le_dit_et_un_exercice_s_ajoute(convention, mess, client_de):
    avenant = avenant_prepare(convention, {})
    client_de(mess).post(
        url("avenant_changement", avenant.pk, "exercice"),
        {
            "revision": avenant.revision,
            "montant_2025": "1 200 000,00 $",
            "montant_2026": "1 234 567,89 $",
            "montant_2027": "10",
            "montant_2028": "",
        },
    )
    assert relire(avenant).propositions == {"exercice/2026": "1234567.89", "exercice/2027": "10.00"}


def test_l_echeancier_se_modifie_s_annule_et_s_ajoute(convention, mess, client_de):
    avenant = avenant_prepare(convention, {})
    client_de(mess).post(
        url("avenant_changement", avenant.pk, "versement"),
        echeancier(
            avenant,
            montant_2="1 000 000,00",
            retirer_3="on",
            montant_4="130 000",
            an_4="2025",
            condition_4="date",
            prevue_le_4="2026-01-15",
        ),
    )
    propositions = relire(avenant).propositions
    assert propositions["versement/2"]["montant"] == "1000000.00"
    assert propositions["versement/3"] is None
    assert propositions["versement/4"]["prevue_le"] == "2026-01-15"
    assert set(propositions) == {"versement/2", "versement/3", "versement/4"}


def test_un_versement_incomplet_dit_ce_qui_manque(convention, mess, client_de):
    avenant = avenant_prepare(convention, {})
    page = client_de(mess).post(
        url("avenant_changement", avenant.pk, "versement"), echeancier(avenant, montant_4="5")
    )
    assert "4e versement : il manque « condition »." in lu(page)
    assert relire(avenant).propositions == {}


def test_une_partie_s_ajoute_et_une_fonction_se_change(convention, mess, client_de):
    mrc = fabriques.Organisme.objects.create(nom="MRC de La Mitis", forme="municipal")
    table = convention.parties.get(role="signataire").organisme_id
    avenant = avenant_prepare(convention, {})
    client = client_de(mess)
    client.post(
        url("avenant_changement", avenant.pk, "partie"),
        {
            "revision": avenant.revision,
            f"signataire_signataire_{table}": "Présidence",
            "signataire_ministre_0": "",
            "organisme": mrc.pk,
            "role": "cosignataire",
            "signataire": "Préfecture",
            "signe": "on",
        },
    )
    phrases = [c.phrase.replace("\xa0", " ") for c in relire(avenant).changements()]
    assert "Ajout : MRC de La Mitis, mRC cosignataire; signe : Préfecture." not in phrases
    assert "Ajout : MRC de La Mitis, MRC cosignataire; signe : Préfecture." in phrases
    page = client.get(url("avenant_changement", avenant.pk, "partie"))
    assert 'value="Présidence"' in page.text
    assert "MRC de La Mitis – MRC cosignataire" in lu(page)


def test_un_pourcentage_hors_bornes_est_refuse(convention, mess, client_de):
    avenant = avenant_prepare(convention, {})
    adresse = url("avenant_changement", avenant.pk, "parametre")
    client = client_de(mess)
    for valeur in ("101", "-1", "10,123"):
        page = client.post(adresse, {"revision": avenant.revision, "retenue": valeur})
        assert "sommaire-erreurs" in page.text
    client.post(adresse, {"revision": avenant.revision, "retenue": "12,5"})
    assert relire(avenant).propositions == {"parametre/retenue": "12.50"}


def test_la_base_bougee_se_compare_puis_se_reprend(convention, mess, signataire, client_de):
    second = avenant_transmis(convention, {"date/fin": "2028-03-31"})
    signer(second, second.signatures_attendues().first())
    avenant_applique(convention)
    client = client_de(mess)
    assert "La convention a changé depuis" in client.get(url("avenant", second.pk)).text
    page = client.get(url("avenant_reprise", second.pk))
    assert_html_accessible(page)
    for mots in ("À la préparation", "Aujourd’hui", "31 janvier 2027", "31 mars 2028", "S’accorde"):
        assert mots in lu(page)
    assert "il faudra le transmettre et le faire signer de nouveau" in page.text
    client.post(url("avenant_reprise", second.pk))
    assert relire(second).etat == "preparation"
    assert client_de(signataire).get(url("avenant", second.pk)).status_code == 404


def test_une_contradiction_se_voit_et_ne_se_reprend_pas(convention, mess, client_de):
    second = avenant_prepare(convention, {"date/fin_realisation": "2027-02-28"})
    avenant_applique(convention)
    client = client_de(mess)
    page = client.get(url("avenant_reprise", second.pk))
    assert "Se contredit" in page.text
    assert "abandonnez celui-ci et préparez-en un autre" in page.text
    assert "abandonnez celui-ci" in client.post(url("avenant_reprise", second.pk), follow=True).text


def test_un_avenant_s_abandonne_avec_son_motif(convention, mess, agente, client_de):
    avenant, client = avenant_transmis(convention), client_de(mess)
    assert (
        "Remplissez le champ «\xa0Motif\xa0»"
        in client.post(url("avenant_abandon", avenant.pk), {"motif": ""}).text
    )
    client.post(url("avenant_abandon", avenant.pk), {"motif": "La Table a changé d’avis."})
    assert "La Table a changé d’avis." in client_de(agente).get(url("avenant", avenant.pk)).text


# --- La convention consolidée -----------------------------------------------------------------------------


def test_la_convention_se_lit_a_une_date_a_cote_de_l_originale(convention, agente, client_de):
    avenant_applique(convention)
    client = client_de(agente)
    page = client.get(url("consolidee", convention.pk))
    assert_html_accessible(page)
    assert "Avenant 1</a> : 1 terme diffère de l’originale" in lu(page)
    assert "31 janvier 2027" in lu(page)
    avant = client.get(url("consolidee", convention.pk), {"au": "2025-05-01"})
    assert "Aucun avenant à cette date" in avant.text
    assert "31 janvier 2027" not in lu(avant)
    trop_tot = client.get(url("consolidee", convention.pk), {"au": "2024-12-31"})
    assert "n’était pas encore en vigueur le 31 décembre 2024" in lu(trop_tot)


def test_une_date_illisible_se_dit(convention, agente, client_de):
    page = client_de(agente).get(url("consolidee", convention.pk), {"au": "hier"})
    assert "sommaire-erreurs" in page.text


def test_la_reddition_se_change_et_se_lit_consolidee(convention, mess, client_de):
    avenant, client = avenant_prepare(convention, {}), client_de(mess)
    adresse = url("avenant_changement", avenant.pk, "reddition")
    page = client.get(adresse)
    assert_html_accessible(page)
    saisie = {champ: page.context["form"][champ].value() for champ in comparaison.REDDITION}
    saisie |= {"revision": avenant.revision, "bilan_le": ""}
    refus = client.post(adresse, saisie | {"seuil_audit": "100"})
    assert "Le seuil de l’audit n’est pas sous celui de l’examen." in lu(refus)
    assert client.post(adresse, saisie | {"mois_pour_le_rapport": "5"}).status_code == 302
    assert relire(avenant).propositions == {"reddition/mois_pour_le_rapport": 5}
    signer_tout(relire(avenant).transmettre(par=mess))
    consolidee = lu(client.get(url("consolidee", convention.pk)))
    assert "3 mois après le 31 mars</td>" in consolidee
    assert "5 mois après le 31 mars <span" in consolidee
