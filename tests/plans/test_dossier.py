"""Le dossier d'un plan, ses instantanés, sa comparaison et ses délais."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from alliances.plans.models import Instantane
from alliances.plans.models.journal import GESTES
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee


def url(nom, *args):
    return reverse(f"plans:{nom}", args=args)


@pytest.fixture
def observatrice(cadre):
    return fabriques.personne("observation", cadre.bsl.regions.get())


@partagee
def retournee_puis_approuvee(cadre, agente, signataire, direction, approbation):
    """Deux dépôts, un retour, un avis, une décision."""
    version = fabriques.version_a_corriger(cadre.bsl)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU, terminee=True)
    version.demandes.get().traiter(par=agente)
    version = fabriques.relire(version).deposer(par=signataire, certifie=True)
    version = fabriques.relire(version).rendre_avis(par=direction, sens="favorable", texte="Conforme.")
    return fabriques.relire(fabriques.relire(version).approuver(par=approbation, **fabriques.LETTRE))


class TestDossier:
    def test_il_raconte_toute_l_histoire(self, retournee_puis_approuvee, agente, client_de):
        reponse = client_de(agente).get(url("dossier", retournee_puis_approuvee.plan_id))
        assert_html_accessible(reponse)
        for attendu in (
            "Dépôt 1",
            "Dépôt 2",
            "Retour",
            "Décision",
            "2 dépôts, 1 retour",
            "À Services Québec : 0 jour",
            "Plan approuvé (version 1)",
            "resolution.pdf",
        ):
            assert attendu in lu(reponse), attendu

    def test_l_etat_n_y_lit_pas_la_redaction(self, cadre, agente, analyste, client_de):
        version = fabriques.version_a_corriger(cadre.bsl)
        section = version.sections.get(code="1d")
        section.enregistrer(par=agente, revision=section.revision, texte="<p>Neuf</p>", terminee=False)
        adresse = url("dossier", version.plan_id)
        assert "Section reprise" in client_de(agente).get(adresse).text
        assert "Section reprise" not in client_de(analyste).get(adresse).text

    def test_l_observation_n_y_voit_que_la_decision(self, retournee_puis_approuvee, observatrice, client_de):
        reponse = client_de(observatrice).get(url("dossier", retournee_puis_approuvee.plan_id))
        assert_html_accessible(reponse)
        assert "Décision" in reponse.text
        for cache in ("Dépôt 1", "Retour", "Journal", "jours"):
            assert cache not in reponse.text, cache

    def test_l_observation_n_ouvre_pas_les_instantanes_d_avant(
        self, retournee_puis_approuvee, observatrice, client_de
    ):
        client = client_de(observatrice)
        codes = {
            i.circonstance: client.get(url("instantane", i.pk)).status_code
            for i in retournee_puis_approuvee.instantanes.all()
        }
        assert codes == {"depot": 404, "retour": 404, "avis": 404, "decision": 200}

    def test_une_autre_alliance_ne_le_trouve_pas(self, retournee_puis_approuvee, etrangere, client_de):
        adresse = url("dossier", retournee_puis_approuvee.plan_id)
        assert client_de(etrangere).get(adresse).status_code == 404

    def test_une_page_par_vingt_lignes_de_journal(self, retournee_puis_approuvee, agente, client_de):
        for _ in range(25):
            with transaction.atomic():
                retournee_puis_approuvee.noter("terminer-section", par=agente)
        client = client_de(agente)
        adresse = url("dossier", retournee_puis_approuvee.plan_id)
        assert 'rel="next"' in client.get(adresse).text
        assert client.get(f"{adresse}?page=999").status_code == 200

    def test_il_tient_en_douze_requetes(
        self, retournee_puis_approuvee, agente, client_de, django_assert_max_num_queries
    ):
        client = client_de(agente)
        adresse = url("dossier", retournee_puis_approuvee.plan_id)
        client.get(adresse)  # La première page prolonge la séance.
        with django_assert_max_num_queries(12):
            client.get(adresse)


class TestJournal:
    """Une ligne dit ce que le geste a changé, dans les mots de qui la lit."""

    def lignes(self, version, personne, client_de):
        reponse = client_de(personne).get(url("dossier", version.plan_id))
        assert_html_accessible(reponse)
        return {
            ligne["geste"]: (ligne["etat"], ligne["avant"], ligne["apres"])
            for ligne in reponse.context["lignes"]
        }

    def test_l_adoption_garde_sa_date_sa_resolution_et_son_mode(self, cadre, agente, client_de):
        version = fabriques.plan_pret(cadre.bsl)
        version.adopter(
            par=agente,
            adoptee_le=date(2025, 3, 4),
            resolution="CA-12",
            mode="vote",
            detail="9 pour, 1 contre",
            piece=fabriques.fichier_pdf(),
        )
        fabriques.relire(version).rouvrir(par=agente, motif="Une date à corriger")
        lignes = self.lignes(version, agente, client_de)
        adoption = (
            "date d’adoption\xa0: 4\xa0mars 2025; résolution\xa0: CA-12; "
            "mode d’adoption\xa0: Par vote; précision\xa0: 9 pour, 1 contre"
        )
        adoptee, rouverte = "En rédaction → À déposer", "À déposer → En rédaction"
        assert lignes["Plan adopté par la Table (version 1)"] == (adoptee, "", adoption)
        assert lignes["Plan rouvert (version 1)"] == (rouverte, adoption, "")

    def test_l_avis_dit_son_sens_et_chacun_lit_ses_mots(self, cadre, agente, mess, client_de):
        version = fabriques.version_avisee(cadre.bsl)
        geste = "Avis rendu (version 1)"
        assert self.lignes(version, agente, client_de)[geste] == (
            "En examen → Avis rendu",
            "",
            "sens de l’avis\xa0: Favorable",
        )
        assert self.lignes(version, mess, client_de)[geste] == (
            "À Services Québec → Avis reçu",
            "",
            "sens de l’avis\xa0: Favorable",
        )

    def test_une_personne_a_joindre_changee_dit_l_avant_et_l_apres(self, cadre, agente, client_de):
        version = fabriques.plan_pret(cadre.bsl)
        client = client_de(agente)
        page = client.get(url("contact", version.pk)).context["form"]
        saisie = {nom: page[nom].value() for nom in page.fields}
        client.post(url("contact", version.pk), saisie | {"fonction": "Direction"})
        _, avant, apres = self.lignes(version, agente, client_de)[
            f"Personne à joindre changée – {version.plan.alliance.contacts.get()}"
        ]
        assert (avant, apres) == (f"fonction\xa0: {saisie['fonction']}", "fonction\xa0: Direction")

    def test_un_contenu_saisi_s_y_lit_sans_balise(self, cadre, agente, client_de):
        version = fabriques.plan_pret(cadre.bsl)
        with transaction.atomic():
            version.noter("corriger", par=agente, apres={"texte": "<p>Neuf</p><script>x</script>"})
        texte = client_de(agente).get(url("dossier", version.plan_id)).text
        assert "texte\xa0: Neufx" in texte

    def test_le_journal_de_l_alliance_y_mene(self, cadre, agente, client_de):
        client = client_de(agente)
        adresse = url("dossier_de", cadre.bsl.slug)
        assert adresse in client.get(reverse("alliances:journal", args=[cadre.bsl.slug])).text
        assert "pas encore de journal" in client.get(adresse, follow=True).text
        version = fabriques.plan_pret(cadre.bsl)
        assert client.get(adresse)["Location"] == url("dossier", version.plan_id) + "#journal"


class TestInstantane:
    def test_il_dit_qu_il_est_intact_et_montre_le_plan(self, retournee_puis_approuvee, mess, client_de):
        instantane = retournee_puis_approuvee.instantanes.first()
        reponse = client_de(mess).get(url("instantane", instantane.pk))
        assert_html_accessible(reponse)
        assert "Intact" in reponse.text
        assert instantane.empreinte in reponse.text
        assert "Une offre alimentaire digne et proche" in reponse.text

    def test_un_contenu_altere_se_voit(self, retournee_puis_approuvee, mess, client_de, monkeypatch):
        monkeypatch.setattr(Instantane, "est_intact", lambda self: False)
        instantane = retournee_puis_approuvee.instantanes.first()
        assert "Code de vérification différent" in client_de(mess).get(url("instantane", instantane.pk)).text

    def test_le_fichier_de_donnees_a_l_empreinte_affichee(self, retournee_puis_approuvee, mess, client_de):
        instantane = retournee_puis_approuvee.instantanes.last()
        reponse = client_de(mess).get(url("instantane_json", instantane.pk))
        assert hashlib.sha256(reponse.content).hexdigest() == instantane.empreinte
        assert json.loads(reponse.content) == instantane.contenu
        assert reponse["Content-Disposition"].startswith("attachment")
        assert reponse["X-Content-Type-Options"] == "nosniff"


class TestComparaison:
    def test_deux_depots_se_comparent_mot_a_mot(self, retournee_puis_approuvee, agente, client_de):
        premier, _, second, *_ = retournee_puis_approuvee.instantanes.all()
        reponse = client_de(agente).get(
            url("comparaison", retournee_puis_approuvee.plan_id), {"de": premier.pk, "a": second.pk}
        )
        assert_html_accessible(reponse)
        assert "<ins>" in reponse.text
        assert "<del>" in reponse.text
        assert "1 section modifiée" in reponse.text

    def test_un_etat_se_compare_a_lui_meme_sans_difference(self, retournee_puis_approuvee, agente, client_de):
        dernier = retournee_puis_approuvee.instantanes.last()
        reponse = client_de(agente).get(
            url("comparaison", retournee_puis_approuvee.plan_id), {"de": dernier.pk, "a": dernier.pk}
        )
        assert "même contenu" in reponse.text

    def test_la_redaction_en_cours_se_compare_pour_les_membres_seulement(
        self, retournee_puis_approuvee, agente, analyste, client_de
    ):
        suivante = retournee_puis_approuvee.ouvrir_modification(par=agente, motif="Transport")
        fabriques.ajouter_priorite(suivante, agente, titre="Se déplacer")
        dernier = retournee_puis_approuvee.instantanes.last()
        adresse = url("comparaison", retournee_puis_approuvee.plan_id)
        choix = {"de": dernier.pk, "a": "courante"}
        assert "Se déplacer" in client_de(agente).get(adresse, choix).text
        assert "Se déplacer" not in client_de(analyste).get(adresse, choix).text

    def test_un_instantane_d_un_autre_plan_est_refuse(
        self, cadre, retournee_puis_approuvee, agente, client_de
    ):
        ailleurs = fabriques.version_deposee(cadre.lanaudiere).instantanes.get()
        reponse = client_de(agente).get(
            url("comparaison", retournee_puis_approuvee.plan_id), {"de": ailleurs.pk, "a": ailleurs.pk}
        )
        assert "Lanaudière" not in reponse.text
        assert_html_accessible(reponse)

    def test_sans_deux_etats_il_n_y_a_rien_a_comparer(self, cadre, agente, client_de):
        version = fabriques.plan_pret(cadre.bsl)
        reponse = client_de(agente).get(url("comparaison", version.plan_id))
        assert_html_accessible(reponse)
        assert "Rien à comparer encore" in reponse.text

    def test_le_texte_des_personnes_ne_s_execute_pas(self, cadre, agente, client_de):
        version = fabriques.version_approuvee(cadre.bsl)
        suivante = version.ouvrir_modification(par=agente, motif="<script>alert(0)</script>")
        fabriques.ajouter_priorite(suivante, agente, titre="<script>alert(1)</script>")
        texte = (
            client_de(agente)
            .get(url("comparaison", version.plan_id), {"de": version.instantanes.last().pk, "a": "courante"})
            .text
        )
        assert "<script>alert" not in texte
        assert "alert(1)" in texte


def test_chaque_geste_inscrit_au_journal_a_ses_mots():
    """Les noms de gestes écrits dans les modèles et les vues ont tous leur libellé français."""
    ecrits = set()
    for dossier in ("models", "views"):
        for chemin in (Path(settings.RACINE) / "alliances/plans" / dossier).glob("*.py"):
            source = chemin.read_text(encoding="utf-8")
            ecrits |= set(re.findall(r"(?:noter|_changer)\(\s*\"([a-z-]+)\"", source))
    assert ecrits - set(GESTES) == set()
    assert len(ecrits) > 10
