"""L'examen : la vue d'ensemble, les parties, ce qui a changé depuis la dernière lecture."""

import pytest
from django.urls import reverse

from alliances.plans.models import LectureSection
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

CODES = ("en-tete", "1a", "1d", "3-9", "10f")


def url(nom, version, *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


@partagee
def deposee(cadre):
    return fabriques.version_deposee(cadre.bsl)


def corriger(version, par, code="1d", texte=fabriques.TEXTE_REVU):
    """La Table réécrit une section et marque toutes ses corrections."""
    section = version.sections.get(code=code)
    section.enregistrer(par=par, revision=section.revision, texte=texte, terminee=True)
    for demande in version.demandes.ouvertes():
        demande.traiter(par=par)


@partagee
def deux_depots(cadre, agente, signataire):
    """Une version retournée puis déposée de nouveau; seule la section 1d a changé."""
    version = fabriques.version_a_corriger(cadre.bsl)
    corriger(version, agente)
    fabriques.relire(version).deposer(par=signataire, certifie=True)
    return fabriques.relire(version)


class TestVueDEnsemble:
    def test_l_analyste_voit_ce_qu_il_reste_a_lire(self, deposee, analyste, client_de):
        reponse = client_de(analyste).get(url("examen", deposee))
        assert_html_accessible(reponse)
        assert "À analyser" in reponse.text
        assert "0 section sur 15 lue" in reponse.text
        assert "Premier dépôt de ce plan" in reponse.text
        assert "Résolution 2025-02-01" in reponse.text

    def test_l_alliance_n_examine_pas(self, deposee, agente, client_de):
        assert client_de(agente).get(url("examen", deposee)).status_code == 403

    def test_une_autre_alliance_ne_trouve_rien(self, deposee, etrangere, client_de):
        assert client_de(etrangere).get(url("examen", deposee)).status_code == 404

    @pytest.mark.parametrize(
        ("role", "gestes"),
        [
            ("analyste", {"retour"}),
            ("direction", {"retour", "avis"}),
            ("mess", {"retour"}),
            ("approbation", set()),
        ],
    )
    def test_chacun_ne_se_voit_offrir_que_ses_gestes(self, request, deposee, client_de, role, gestes):
        texte = client_de(request.getfixturevalue(role)).get(url("examen", deposee)).text
        offerts = {
            g for g in ("retour", "avis", "approbation", "refus") if f'href="{url(g, deposee)}"' in texte
        }
        assert offerts == gestes

    def test_le_ministere_decide_apres_l_avis(self, cadre, approbation, client_de):
        version = fabriques.version_avisee(cadre.bsl, sens="reserves")
        reponse = client_de(approbation).get(url("examen", version))
        assert_html_accessible(reponse)
        assert "C’est à vous de décider." in reponse.text
        assert "Favorable avec réserves" in reponse.text
        assert url("approbation", version) in reponse.text

    def test_apres_une_modification_on_voit_ce_qui_change(
        self, cadre, agente, signataire, analyste, client_de
    ):
        suivante = modification_deposee(cadre, agente, signataire)
        reponse = client_de(analyste).get(url("examen", suivante))
        assert_html_accessible(reponse)
        assert "Modifications depuis la version 1" in reponse.text
        assert "1 priorité ajoutée" in reponse.text
        assert "Ajouter le transport" in reponse.text

    def test_le_deuxieme_depot_se_compare_au_premier(self, deux_depots, analyste, client_de):
        texte = client_de(analyste).get(url("examen", deux_depots)).text
        assert "Modifications depuis le dépôt précédent" in texte
        assert "<ins>" in texte

    def test_la_page_tient_en_douze_requetes(
        self, deux_depots, analyste, client_de, django_assert_max_num_queries
    ):
        client = client_de(analyste)
        client.post(url("lecture_marquee", deux_depots, "1a"))
        with django_assert_max_num_queries(12):
            client.get(url("examen", deux_depots))


def modification_deposee(cadre, agente, signataire):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    fabriques.ajouter_priorite(suivante, agente, titre="Se déplacer")
    suivante = fabriques.relire(suivante).adopter(
        par=agente,
        adoptee_le=aujourd_hui(),
        resolution="2025-09-14",
        mode="consensus",
        piece=fabriques.fichier_pdf(),
    )
    return fabriques.relire(suivante.deposer(par=signataire, certifie=True))


class TestParties:
    @pytest.mark.parametrize("code", CODES)
    def test_chaque_partie_se_lit(self, deposee, analyste, client_de, code):
        reponse = client_de(analyste).get(url("examen_partie", deposee, code))
        assert reponse.status_code == 200
        assert_html_accessible(reponse)

    def test_une_partie_inconnue_est_introuvable(self, deposee, analyste, client_de):
        assert client_de(analyste).get(url("examen_partie", deposee, "99z")).status_code == 404

    def test_une_priorite_offre_une_demande_et_une_observation_par_element(
        self, deposee, analyste, client_de
    ):
        priorite = deposee.priorites.get()
        reponse = client_de(analyste).get(url("examen_partie", deposee, priorite.cle))
        assert_html_accessible(reponse)
        objectif = priorite.objectifs.get()
        moyen = objectif.moyens.get()
        indicateur = moyen.indicateurs.get()
        for element in (priorite, objectif, moyen, indicateur):
            for ou in ("demander", "observer"):
                assert f"?cible={element.objet}:{element.cle}#{ou}" in reponse.text

    def test_la_cible_demandee_est_deja_choisie(self, deposee, analyste, client_de):
        moyen = deposee.priorites.get().objectifs.get().moyens.get()
        priorite = deposee.priorites.get()
        adresse = url("examen_partie", deposee, priorite.cle) + f"?cible=moyen:{moyen.cle}"
        assert f'<option value="moyen:{moyen.cle}" selected' in client_de(analyste).get(adresse).text

    def test_lire_n_ecrit_rien(self, deposee, analyste, client_de):
        client_de(analyste).get(url("examen_partie", deposee, "1a"))
        assert not LectureSection.objects.exists()
        assert fabriques.relire(deposee).examen_commence_le is None

    def test_marquer_comme_lue_commence_l_examen_et_mene_a_la_suite(self, deposee, analyste, client_de):
        reponse = client_de(analyste).post(url("lecture_marquee", deposee, "1a"))
        assert reponse["Location"] == url("examen_partie", deposee, "1b")
        assert LectureSection.objects.get().code == "1a"
        assert fabriques.relire(deposee).examen_commence_le
        assert "1 section sur 15 lue" in client_de(analyste).get(url("examen", deposee)).text

    def test_chacun_a_ses_lectures(self, deposee, analyste, mess, client_de):
        client_de(analyste).post(url("lecture_marquee", deposee, "1a"))
        assert "0 section sur 15 lue" in client_de(mess).get(url("examen", deposee)).text

    def test_ce_qui_a_change_depuis_la_derniere_lecture(self, cadre, agente, signataire, analyste, client_de):
        version = fabriques.version_deposee(cadre.bsl)
        client = client_de(analyste)
        for code in ("1a", "1d"):
            client.post(url("lecture_marquee", version, code))
        demander(client, version, "1d")
        fabriques.relire(version).retourner(par=analyste)
        corriger(fabriques.relire(version), agente)
        fabriques.relire(version).deposer(par=signataire, certifie=True)
        ensemble = client.get(url("examen", version)).text
        assert "Modifiée depuis votre lecture" in ensemble
        assert "1 section sur 15 lue" in ensemble
        changee = client.get(url("examen_partie", version, "1d"))
        assert_html_accessible(changee)
        assert "Ce qui a changé depuis votre dernière lecture" in changee.text
        assert "<del>" in changee.text
        assert "Ce qui a changé" not in client.get(url("examen_partie", version, "1a")).text

    def test_une_partie_tient_en_douze_requetes(
        self, deux_depots, analyste, client_de, django_assert_max_num_queries
    ):
        client = client_de(analyste)
        client.post(url("lecture_marquee", deux_depots, "1a"))
        with django_assert_max_num_queries(12):
            client.get(url("examen_partie", deux_depots, "1d"))


@partagee
def trois_priorites(cadre, agente, signataire):
    """Une version déposée qui porte trois priorités : manger, se déplacer, se loger."""
    version = fabriques.plan_pret(cadre.bsl)
    for titre in ("Se déplacer", "Se loger"):
        fabriques.ajouter_priorite(version, agente, titre=titre)
    version = fabriques.relire(version).adopter(
        par=agente,
        adoptee_le=fabriques.date(2025, 2, 1),
        resolution="2025-02-01",
        mode="consensus",
        piece=fabriques.fichier_pdf(),
    )
    return fabriques.relire(version.deposer(par=signataire, certifie=True))


def cles(version):
    return list(version.priorites.order_by("rang").values_list("cle", flat=True))


class TestPriorites:
    """La partie structurée se lit une priorité à la fois."""

    def test_l_ensemble_liste_les_priorites_sans_leurs_fiches(self, trois_priorites, analyste, client_de):
        reponse = client_de(analyste).get(url("examen_partie", trois_priorites, "3-9"))
        assert_html_accessible(reponse)
        assert "0 priorité sur 3 lue" in reponse.text
        assert "Ouvrir une épicerie solidaire" not in reponse.text.split('<section id="demandes">')[0]
        for cle in cles(trois_priorites):
            assert f'href="{url("examen_partie", trois_priorites, cle)}"' in reponse.text

    def test_on_va_de_l_une_a_l_autre_puis_a_la_section_suivante(self, trois_priorites, analyste, client_de):
        client = client_de(analyste)
        une, deux, trois = (url("examen_partie", trois_priorites, cle) for cle in cles(trois_priorites))
        ensemble, apres = (url("examen_partie", trois_priorites, code) for code in ("3-9", "10a"))
        page = client.get(deux).text
        assert f'<a href="{une}">← Priorité 1' in page
        assert f'<a href="{trois}">Priorité 3' in page
        assert f'<a href="{ensemble}">← ' in client.get(une).text
        suite = [
            client.post(url("lecture_marquee", trois_priorites, c))["Location"] for c in cles(trois_priorites)
        ]
        assert suite == [deux, trois, apres]

    def test_la_derniere_priorite_lue_tout_l_ensemble_l_est(self, trois_priorites, analyste, client_de):
        client = client_de(analyste)
        *premieres, derniere = cles(trois_priorites)
        for cle in premieres:
            client.post(url("lecture_marquee", trois_priorites, cle))
        assert "2 priorités sur 3 lues" in client.get(url("examen_partie", trois_priorites, "3-9")).text
        assert "0 section sur 15 lue" in client.get(url("examen", trois_priorites)).text
        client.post(url("lecture_marquee", trois_priorites, derniere))
        assert "1 section sur 15 lue" in client.get(url("examen", trois_priorites)).text

    def test_tout_marquer_vaut_pour_chaque_priorite(self, trois_priorites, analyste, client_de):
        client = client_de(analyste)
        reponse = client.post(url("lecture_marquee", trois_priorites, "3-9"))
        assert reponse["Location"] == url("examen_partie", trois_priorites, "10a")
        assert "3 priorités sur 3 lues" in client.get(url("examen_partie", trois_priorites, "3-9")).text

    def test_seule_la_priorite_changee_est_a_relire(
        self, trois_priorites, agente, signataire, analyste, client_de
    ):
        client = client_de(analyste)
        client.post(url("lecture_marquee", trois_priorites, "3-9"))
        une, deux, trois = trois_priorites.priorites.order_by("rang")
        for priorite in (deux, trois):
            client.post(
                url("demandes", trois_priorites),
                {
                    "partie": str(priorite.cle),
                    "demande-cible": f"priorite:{priorite.cle}",
                    "demande-raison": "incomplet",
                    "demande-texte": "Précisez.",
                },
            )
        fabriques.relire(trois_priorites).retourner(par=analyste)
        deux.titre = "Se déplacer en région"
        deux.refresh_from_db(fields=["revision"])
        deux.enregistrer(par=agente, revision=deux.revision)
        trois.supprimer(par=agente)
        for demande in trois_priorites.demandes.all():
            demande.traiter(par=agente)
        fabriques.relire(trois_priorites).deposer(par=signataire, certifie=True)
        ensemble = client.get(url("examen_partie", trois_priorites, "3-9"))
        assert_html_accessible(ensemble)
        assert "1 priorité sur 2 lue" in ensemble.text
        assert "Priorité retirée" in ensemble.text
        assert "Depuis votre dernière lecture" in ensemble.text
        changee = client.get(url("examen_partie", trois_priorites, deux.cle)).text
        assert "Ce qui a changé depuis votre dernière lecture" in changee
        assert "Ce qui a changé" not in client.get(url("examen_partie", trois_priorites, une.cle)).text
        assert client.get(url("examen_partie", trois_priorites, trois.cle)).status_code == 404
        client.post(url("lecture_marquee", trois_priorites, deux.cle))
        assert "1 section sur 15 lue" in client.get(url("examen", trois_priorites)).text

    def test_une_observation_se_lit_a_cote_de_ce_qu_elle_vise(self, trois_priorites, analyste, client_de):
        client = client_de(analyste)
        priorite = trois_priorites.priorites.first()
        moyen = priorite.objectifs.get().moyens.get()
        envoi = {
            "partie": str(priorite.cle),
            "observation-cible": f"moyen:{moyen.cle}",
            "observation-texte": "Bonne idée",
            "observation-visibilite": "interne",
        }
        reponse = client.post(url("observations", trois_priorites), envoi)
        assert reponse["Location"] == url("examen_partie", trois_priorites, priorite.cle) + f"#{moyen.cle}"
        page = client.get(reponse["Location"])
        assert_html_accessible(page)
        _, apres = page.text.split(f'<section class="moyen" id="{moyen.cle}">')
        assert "Bonne idée" in apres.split("</section>")[0]

    def test_une_demande_refusee_revient_sur_la_page_de_la_priorite(
        self, trois_priorites, analyste, client_de
    ):
        cle = trois_priorites.priorites.first().cle
        envoi = {"partie": str(cle), "demande-cible": f"priorite:{cle}", "demande-texte": "Gardé"}
        reponse = client_de(analyste).post(url("demandes", trois_priorites), envoi)
        assert_html_accessible(reponse)
        assert "Gardé" in reponse.text
        assert "La fiche déposée" in reponse.text

    def test_la_priorite_d_un_autre_plan_est_introuvable(self, cadre, trois_priorites, analyste, client_de):
        ailleurs = fabriques.plan_pret(cadre.lanaudiere).priorites.get()
        client = client_de(analyste)
        assert client.get(url("examen_partie", trois_priorites, ailleurs.cle)).status_code == 404
        assert client.post(url("lecture_marquee", trois_priorites, ailleurs.cle)).status_code == 404

    @pytest.mark.parametrize("laquelle", ["3-9", "priorité"])
    def test_la_page_tient_en_douze_requetes(
        self, trois_priorites, analyste, client_de, laquelle, django_assert_max_num_queries
    ):
        client = client_de(analyste)
        code = "3-9" if laquelle == "3-9" else cles(trois_priorites)[1]
        client.post(url("lecture_marquee", trois_priorites, "1a"))
        with django_assert_max_num_queries(12):
            client.get(url("examen_partie", trois_priorites, code))


def demander(client, version, code):
    return client.post(
        url("demandes", version),
        {
            "partie": code,
            "demande-cible": f"section:{code}",
            "demande-raison": "incomplet",
            "demande-texte": "Précisez.",
        },
    )
