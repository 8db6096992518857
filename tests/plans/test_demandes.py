"""Demandes de correction, observations, avis, retour et décision : les gestes de l'État, par leurs pages."""

import pytest
from django.core import mail
from django.urls import reverse

from alliances.plans.models import DemandeCorrection, JournalPlan, ObservationPlan
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

SA_LETTRE = fabriques.LETTRE | {"decision_du": aujourd_hui().isoformat()}

INTERNE = "Mot réservé à l’administration"


def url(nom, objet, *args):
    return reverse(f"plans:{nom}", args=[objet.pk, *args])


@partagee
def deposee(cadre):
    return fabriques.version_deposee(cadre.bsl)


def demander(client, version, cible="section:1d", partie="1d", **champs):
    donnees = {"partie": partie, "demande-cible": cible, "demande-raison": "incomplet"}
    return client.post(
        url("demandes", version), donnees | {"demande-texte": "Précisez le nombre de sièges."} | champs
    )


def observer(client, version, visibilite="interne", texte=INTERNE, **champs):
    donnees = {"partie": "1d", "observation-cible": "section:1d", "observation-texte": texte}
    return client.post(
        url("observations", version), donnees | {"observation-visibilite": visibilite} | champs
    )


class TestDemandes:
    def test_une_demande_se_prepare_et_commence_l_examen(self, deposee, analyste, client_de):
        reponse = demander(client_de(analyste), deposee)
        assert reponse["Location"].endswith("/examen/1d/#demandes")
        demande = DemandeCorrection.objects.get()
        assert (demande.ancre, demande.raison, demande.demandee_par) == (
            ("section", "1d"),
            "incomplet",
            analyste,
        )
        assert fabriques.relire(deposee).examen_commence_le

    def test_elle_peut_viser_un_indicateur(self, deposee, analyste, client_de):
        cle = deposee.priorites.get().objectifs.get().moyens.get().indicateurs.get().cle
        demander(client_de(analyste), deposee, f"indicateur:{cle}", "3-9")
        assert DemandeCorrection.objects.get().ancre == ("indicateur", str(cle))

    def test_elle_ne_vise_pas_l_element_d_un_autre_plan(self, cadre, deposee, analyste, client_de):
        ailleurs = fabriques.plan_pret(cadre.lanaudiere).priorites.get()
        reponse = demander(client_de(analyste), deposee, f"priorite:{ailleurs.cle}", "3-9")
        assert reponse.status_code == 200
        assert not DemandeCorrection.objects.exists()

    def test_sans_texte_elle_est_refusee_et_rien_n_est_perdu(self, deposee, analyste, client_de):
        reponse = demander(client_de(analyste), deposee, **{"demande-texte": ""})
        assert_html_accessible(reponse)
        assert "Erreur" in reponse.text
        assert 'value="incomplet" checked' in " ".join(reponse.text.split()) or "checked" in reponse.text
        assert not DemandeCorrection.objects.exists()

    def test_la_table_ne_voit_pas_une_demande_pas_encore_envoyee(self, deposee, analyste, agente, client_de):
        demander(client_de(analyste), deposee)
        assert not DemandeCorrection.objects.visibles_par(agente).exists()
        assert client_de(agente).get(url("demande", DemandeCorrection.objects.get())).status_code == 404
        assert "Précisez le nombre" not in client_de(agente).get(url("dossier", deposee.plan)).text

    def test_elle_se_recrit_avant_le_retour(self, deposee, analyste, mess, client_de):
        demander(client_de(analyste), deposee)
        demande = DemandeCorrection.objects.get()
        client = client_de(mess)
        page = client.get(url("demande", demande))
        assert_html_accessible(page)
        envoi = {
            "demande-cible": "section:1a",
            "demande-raison": "incorrect",
            "demande-texte": "Nommez l’instance.",
            "demande-revision": page.context["form"]["revision"].value(),
        }
        client.post(url("demande", demande), envoi)
        demande.refresh_from_db()
        assert (demande.ancre, demande.texte, demande.demandee_par) == (
            ("section", "1a"),
            "Nommez l’instance.",
            mess,
        )

    def test_recrite_par_une_autre_elle_n_est_pas_ecrasee(self, deposee, analyste, mess, client_de):
        client = client_de(analyste)
        demander(client, deposee)
        demande = DemandeCorrection.objects.get()
        perimee = client.get(url("demande", demande)).context["form"]["revision"].value()
        demande.reformuler(par=mess, cible=demande.ancre, raison="incorrect", texte="Nommez l’instance.")
        envoi = {
            "demande-cible": "section:1d",
            "demande-raison": "incomplet",
            "demande-texte": "Le mien.",
            "demande-revision": perimee,
        }
        conflit = client.post(url("demande", demande), envoi)
        assert (conflit.status_code, conflit.text.count("Le mien.")) == (409, 1)
        demande.refresh_from_db()
        assert demande.texte == "Nommez l’instance."
        reprise = {"demande-revision": conflit.context["form"]["revision"].value()}
        assert client.post(url("demande", demande), envoi | reprise).status_code == 302

    def test_supprimee_avant_l_envoi_elle_ne_laisse_rien_a_la_table(
        self, deposee, analyste, agente, client_de
    ):
        client = client_de(analyste)
        demander(client, deposee)
        demande = DemandeCorrection.objects.get()
        page = client.get(url("demande_revocation", demande))
        assert_html_accessible(page)
        assert "Supprimer la demande" in page.text
        client.post(url("demande_revocation", demande))
        demande.refresh_from_db()
        assert demande.revoquee_par == analyste
        assert not JournalPlan.objects.filter(geste="revoquer-correction").exists()
        assert "Précisez" not in client.get(url("examen", deposee)).text

    def test_envoyee_elle_se_revoque_et_la_table_le_sait(self, cadre, analyste, client_de):
        version = fabriques.version_a_corriger(cadre.bsl)
        demande = version.demandes.get()
        client = client_de(analyste)
        assert "Révoquer la demande" in client.get(url("demande_revocation", demande)).text
        client.post(url("demande_revocation", demande))
        assert JournalPlan.objects.filter(geste="revoquer-correction", public=True).exists()

    def test_envoyee_elle_ne_se_recrit_plus(self, cadre, analyste, client_de):
        demande = fabriques.version_a_corriger(cadre.bsl).demandes.get()
        client = client_de(analyste)
        assert "ne se récrit plus" in client.get(url("demande", demande)).text
        client.post(
            url("demande", demande),
            {"demande-cible": "section:1d", "demande-raison": "incorrect", "demande-texte": "Autre"},
        )
        demande.refresh_from_db()
        assert demande.texte != "Autre"

    def test_l_alliance_ne_demande_pas_de_correction(self, deposee, agente, client_de):
        assert demander(client_de(agente), deposee).status_code == 403

    def test_hors_examen_la_demande_est_refusee(self, cadre, analyste, client_de):
        version = fabriques.version_approuvee(cadre.bsl)
        demander(client_de(analyste), version)
        assert not DemandeCorrection.objects.exists()


class TestObservations:
    def test_une_observation_interne_ne_sort_jamais_de_l_administration(
        self, cadre, deposee, analyste, mess, agente, lectrice, client_de
    ):
        observer(client_de(analyste), deposee)
        assert INTERNE in client_de(mess).get(url("examen_partie", deposee, "1d")).text
        instantane = deposee.instantanes.last()
        for personne in (agente, lectrice):
            client = client_de(personne)
            for adresse in (
                url("lecture", deposee),
                url("dossier", deposee.plan),
                url("instantane", instantane),
                url("instantane_json", instantane),
                url("comparaison", deposee.plan),
            ):
                assert INTERNE not in client.get(adresse).content.decode()
            assert not ObservationPlan.objects.visibles_par(personne).exists()
        assert all(INTERNE not in courriel.body for courriel in mail.outbox)

    def test_une_observation_partagee_se_lit_de_l_alliance(self, deposee, analyste, agente, client_de):
        observer(client_de(analyste), deposee, "partagee", "Beau portrait")
        assert ObservationPlan.objects.visibles_par(agente).get().texte == "Beau portrait"

    def test_l_alliance_ecrit_toujours_une_observation_partagee(self, deposee, agente, client_de):
        observer(client_de(agente), deposee, "interne", "Réponse de la Table")
        assert ObservationPlan.objects.get().visibilite == "partagee"

    def test_qui_ne_fait_que_lire_n_observe_pas(self, deposee, lectrice, client_de):
        assert observer(client_de(lectrice), deposee).status_code == 403

    def test_on_revient_a_la_page_d_ou_l_on_vient_jamais_ailleurs(self, deposee, agente, client_de):
        client = client_de(agente)
        dedans = observer(client, deposee, suite=url("lecture", deposee))
        dehors = observer(client, deposee, suite="https://ailleurs.example/")
        assert dedans["Location"] == url("lecture", deposee)
        assert dehors["Location"] == url("lecture", deposee)

    def test_vide_elle_est_refusee(self, deposee, analyste, client_de):
        reponse = observer(client_de(analyste), deposee, texte="")
        assert_html_accessible(reponse)
        assert not ObservationPlan.objects.exists()


class TestAvis:
    def test_la_direction_rend_l_avis(self, deposee, direction, client_de):
        client = client_de(direction)
        assert_html_accessible(client.get(url("avis", deposee)))
        client.post(url("avis", deposee), {"sens": "reserves", "texte": "Un partenaire reste à confirmer."})
        version = fabriques.relire(deposee)
        assert (version.etat, version.avis_sens, version.avis_par) == ("avisee", "reserves", direction)

    def test_sans_texte_l_avis_est_refuse(self, deposee, direction, client_de):
        reponse = client_de(direction).post(url("avis", deposee), {"sens": "favorable", "texte": " "})
        assert_html_accessible(reponse)
        assert fabriques.relire(deposee).etat == "deposee"

    def test_l_analyste_ne_rend_pas_l_avis(self, deposee, analyste, client_de):
        assert client_de(analyste).get(url("avis", deposee)).status_code == 403

    def test_des_demandes_pretes_empechent_l_avis(self, deposee, analyste, direction, client_de):
        demander(client_de(analyste), deposee)
        reponse = client_de(direction).get(url("avis", deposee))
        assert_html_accessible(reponse)
        assert "n’est pas possible maintenant" in reponse.text
        client_de(direction).post(url("avis", deposee), {"sens": "favorable", "texte": "Bien."})
        assert fabriques.relire(deposee).etat == "deposee"


class TestRetour:
    def test_il_liste_les_demandes_et_retourne_le_plan(self, deposee, analyste, client_de):
        client = client_de(analyste)
        demander(client, deposee)
        page = client.get(url("retour", deposee))
        assert_html_accessible(page)
        assert "Précisez le nombre de sièges." in page.text
        assert "1 demande de correction part avec lui; ce qu’elle vise se rouvre" in lu(page)
        client.post(url("retour", deposee), {"motif": "Merci de ce travail.", "toutes_ouvertes": "on"})
        version = fabriques.relire(deposee)
        assert (version.etat, version.toutes_ouvertes) == ("a_corriger", True)
        assert version.dernier_instantane("retour").motif == "Merci de ce travail."

    def test_sans_demande_le_retour_est_impossible(self, deposee, analyste, client_de):
        client = client_de(analyste)
        assert "Ajoutez au moins une demande" in client.get(url("retour", deposee)).text
        client.post(url("retour", deposee), {"motif": ""})
        assert fabriques.relire(deposee).etat == "deposee"

    def test_deux_envois_ne_retournent_qu_une_fois(self, deposee, analyste, client_de):
        client = client_de(analyste)
        demander(client, deposee)
        client.post(url("retour", deposee), {"motif": ""})
        client.post(url("retour", deposee), {"motif": ""})
        assert deposee.instantanes.filter(circonstance="retour").count() == 1

    def test_apres_l_avis_le_ministere_retourne(self, cadre, mess, analyste, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        assert client_de(analyste).get(url("retour", version)).status_code == 403
        demander(client_de(mess), version)
        client_de(mess).post(url("retour", version), {"motif": ""})
        assert fabriques.relire(version).etat == "a_corriger"


class TestDecision:
    def test_l_approbation_montre_sur_quoi_elle_se_fonde(self, cadre, approbation, client_de):
        version = fabriques.version_avisee(cadre.bsl, sens="reserves")
        reponse = client_de(approbation).get(url("approbation", version))
        assert_html_accessible(reponse)
        for attendu in (
            "Favorable avec réserves",
            "Le plan répond au guide.",
            "sur 15",
            "Résolution 2025-02-01",
        ):
            assert attendu in reponse.text

    def test_le_ministere_approuve(self, cadre, approbation, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        client_de(approbation).post(url("approbation", version), {"motif": ""} | SA_LETTRE)
        assert fabriques.relire(version).etat == "approuvee"

    def test_le_refus_a_un_motif(self, cadre, approbation, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        client = client_de(approbation)
        assert_html_accessible(client.get(url("refus", version)))
        assert_html_accessible(client.post(url("refus", version), {"motif": ""}))
        assert fabriques.relire(version).etat == "avisee"
        client.post(
            url("refus", version), {"motif": "Aucune priorité ne vise les personnes seules."} | SA_LETTRE
        )
        assert fabriques.relire(version).etat == "refusee"

    def test_l_analyse_du_ministere_ne_decide_pas(self, cadre, mess, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        for nom in ("approbation", "refus"):
            assert client_de(mess).get(url(nom, version)).status_code == 403

    def test_sans_avis_la_decision_attend(self, deposee, approbation, client_de):
        client = client_de(approbation)
        assert "dont l’avis est rendu" in client.get(url("approbation", deposee)).text
        client.post(url("approbation", deposee), {"motif": ""})
        assert fabriques.relire(deposee).etat == "deposee"

    def test_deux_envois_n_approuvent_qu_une_fois(self, cadre, approbation, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        client = client_de(approbation)
        for _ in range(2):
            client.post(url("approbation", version), {"motif": ""} | SA_LETTRE)
        assert version.instantanes.filter(circonstance="decision").count() == 1

    @pytest.mark.parametrize("nom", ["avis", "retour", "approbation", "refus"])
    def test_lire_la_page_ne_fait_rien(self, cadre, approbation, direction, client_de, nom):
        version = fabriques.version_avisee(cadre.bsl)
        for personne in (approbation, direction):
            client_de(personne).get(url(nom, version))
        assert fabriques.relire(version).etat == "avisee"


def test_une_demande_sur_un_moyen_se_lit_a_cote_de_lui(deposee, analyste, client_de):
    priorite = deposee.priorites.get()
    moyen = priorite.objectifs.get().moyens.get()
    client = client_de(analyste)
    reponse = demander(client, deposee, f"moyen:{moyen.cle}", "3-9")
    assert reponse["Location"] == url("examen_partie", deposee, priorite.cle) + f"#{moyen.cle}"
    page = client.get(url("examen_partie", deposee, priorite.cle))
    assert_html_accessible(page)
    _, apres = page.text.split(f'<section class="moyen" id="{moyen.cle}">')
    assert "Précisez le nombre de sièges." in apres.split("</section>")[0]


def test_l_examen_d_une_version_a_corriger_montre_les_demandes_envoyees(cadre, analyste, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    reponse = client_de(analyste).get(url("examen", version))
    assert_html_accessible(reponse)
    assert "Corrections demandées à la Table" in reponse.text
    assert "De retour à la Table" in reponse.text
