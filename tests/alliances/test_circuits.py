"""Les circuits nommés : les écrire, les ranger, les essayer; ce que le dépôt du plan en fixe."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError

from alliances.models import CircuitDecision, EtapeDecision, InstanceGouvernance, JournalAlliance, Role
from alliances.models.changements import ajouter, deplacer, modifier, repere, retirer
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.alliances.pages import adresse, envoyer, ouvrir, texte


@pytest.fixture
def comite(cadre):
    return InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité local", palier="local")


@pytest.fixture
def circuit(cadre, comite, agente):
    """Comité local → avis; Table régionale → recommandation; Table régionale → décision."""
    circuit = cadre.bsl.circuits.get()
    for instance, acte in ((comite, "avis"), (circuit.decide, "recommandation")):
        ajouter(EtapeDecision(circuit=circuit, instance_gouvernance=instance, acte=acte), par=agente)
    return circuit


def noms(alliance):
    return list(alliance.circuits.values_list("nom", flat=True))


def etapes(circuit):
    return [etape.acte for etape in circuit.etapes.all()]


def saisie(circuit, **champs):
    return {"nom": circuit.nom, "decide": circuit.decide_id} | champs


def fixer(cadre):
    """Le premier plan de l'Alliance est déposé."""
    fabriques.version_deposee(cadre.bsl)


class TestPages:
    def test_un_circuit_s_ajoute_avec_sa_condition_et_se_lit(self, cadre, comite, agente, client_de):
        client, matapedia = client_de(agente), cadre.bsl.territoires.get(code="07")
        ouvrir(client, "circuit_ajout", cadre.bsl.slug)
        champs = {
            "nom": "Petites demandes",
            "palier": "local",
            "origine": "appel",
            "moins_de": "25 000",
            "territoires": [matapedia.pk],
            "decide": comite.pk,
        }
        assert envoyer(client, "circuit_ajout", cadre.bsl.slug, **champs).status_code == 302
        circuit = cadre.bsl.circuits.get(nom="Petites demandes")
        assert (circuit.rang, circuit.moins_de, circuit.lieux) == (2, Decimal(25000), {"07": "La Matapédia"})
        table = cadre.bsl.instances.get(nom="Table régionale").pk
        ouvrir(client, "etape_ajout", cadre.bsl.slug, circuit.pk)
        envoyer(client, "etape_ajout", cadre.bsl.slug, circuit.pk, instance_gouvernance=table, acte="avis")
        page = texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
        assert "Table régionale → avis; Comité local → décision" in page
        assert "Initiatives locales, issues d’un appel, dans La Matapédia, de moins de" in page
        ligne = JournalAlliance.objects.get(geste="ajouter-circuit")
        assert ligne.apres["territoires"] == "La Matapédia"

    def test_la_decision_ne_s_ajoute_pas_comme_une_etape(self, circuit, cadre, agente, client_de):
        client = client_de(agente)
        page = texte(ouvrir(client, "etape_ajout", cadre.bsl.slug, circuit.pk))
        assert 'value="decision"' not in page
        instance = circuit.decide_id
        reponse = envoyer(
            client, "etape_ajout", cadre.bsl.slug, circuit.pk, instance_gouvernance=instance, acte="decision"
        )
        assert reponse.status_code == 200
        assert etapes(circuit) == ["avis", "recommandation"]

    def test_les_territoires_changes_se_journalisent(self, circuit, cadre, agente, client_de):
        territoires = list(cadre.bsl.territoires.values_list("pk", flat=True))
        client = client_de(agente)
        ouvrir(client, "circuit", cadre.bsl.slug, circuit.pk)
        envoyer(client, "circuit", cadre.bsl.slug, circuit.pk, **saisie(circuit, territoires=territoires))
        ligne = JournalAlliance.objects.get(geste="modifier-circuit")
        assert (ligne.avant, ligne.apres) == (
            {"territoires": ""},
            {"territoires": "La Matanie, La Matapédia"},
        )

    def test_un_circuit_modifie_ailleurs_ne_s_ecrase_pas(self, circuit, cadre, agente, client_de):
        client = client_de(agente)
        vu = client.get(adresse("circuit", cadre.bsl.slug, circuit.pk)).context["form"].initial["revision"]
        circuit.territoires.set(cadre.bsl.territoires.filter(code="08"))
        reponse = client.post(
            adresse("circuit", cadre.bsl.slug, circuit.pk), saisie(circuit, nom="Le mien", revision=vu)
        )
        assert reponse.status_code == 409
        assert "La Matanie" in texte(reponse)
        assert noms(cadre.bsl) == ["Toute initiative"]

    def test_circuits_et_etapes_se_rangent_et_se_retirent_sans_trou(
        self, circuit, cadre, comite, agente, client_de
    ):
        client, slug = client_de(agente), cadre.bsl.slug
        second = ajouter(CircuitDecision(alliance=cadre.bsl, nom="Second", decide=comite), par=agente)
        client.post(adresse("circuit_deplacement", slug, second.pk), {"sens": "monter"})
        assert noms(cadre.bsl) == ["Second", "Toute initiative"]
        ligne = JournalAlliance.objects.filter(geste="deplacer-circuit").get()
        assert ligne.apres == {"ordre": "Second, puis Toute initiative"}
        recommandation = circuit.etapes.get(acte="recommandation")
        client.post(adresse("etape_deplacement", slug, recommandation.pk), {"sens": "monter"})
        assert etapes(circuit) == ["recommandation", "avis"]
        ouvrir(client, "etape_retrait", slug, recommandation.pk)
        client.post(adresse("etape_retrait", slug, recommandation.pk))
        assert list(circuit.etapes.values_list("rang", "acte")) == [(1, "avis")]
        assert "Comité local → avis" in texte(ouvrir(client, "circuit_retrait", slug, circuit.pk))
        client.post(adresse("circuit_retrait", slug, second.pk))
        assert list(cadre.bsl.circuits.values_list("rang", "nom")) == [(1, "Toute initiative")]

    @pytest.mark.parametrize(
        ("sens", "phrase"), [("descendre", "déjà à cette extrémité"), ("côté", "n’a pas de sens")]
    )
    def test_un_deplacement_sans_effet_se_dit(self, circuit, cadre, agente, client_de, sens, phrase):
        url = adresse("circuit_deplacement", cadre.bsl.slug, circuit.pk)
        assert phrase in texte(client_de(agente).post(url, {"sens": sens}, follow=True))
        assert not JournalAlliance.objects.filter(geste="deplacer-circuit").exists()

    def test_l_instance_et_le_territoire_d_une_autre_alliance_ne_se_choisissent_pas(
        self, circuit, cadre, agente, client_de
    ):
        ailleurs, client = cadre.lanaudiere, client_de(agente)
        for champs in (
            {"decide": ailleurs.instances.get().pk},
            {"territoires": [ailleurs.territoires.first().pk]},
        ):
            reponse = envoyer(client, "circuit", cadre.bsl.slug, circuit.pk, **saisie(circuit, **champs))
            assert reponse.status_code == 200
        with pytest.raises(ValidationError, match="n’est pas de cette Alliance"):
            ajouter(
                EtapeDecision(circuit=circuit, instance_gouvernance=ailleurs.instances.get(), acte="avis"),
                par=agente,
            )

    def test_le_circuit_d_une_autre_alliance_est_introuvable(
        self, circuit, cadre, etrangere, lectrice, client_de
    ):
        etape = circuit.etapes.first()
        for nom, pk in (
            *((f"circuit{suite}", circuit.pk) for suite in ("", "_retrait", "_deplacement")),
            *((f"etape{suite}", etape.pk) for suite in ("", "_retrait", "_deplacement")),
        ):
            donnees = {"sens": "descendre"}
            for slug in (cadre.bsl.slug, cadre.lanaudiere.slug):
                assert client_de(etrangere).post(adresse(nom, slug, pk), donnees).status_code == 404
            assert client_de(lectrice).post(adresse(nom, cadre.bsl.slug, pk), donnees).status_code == 403
        assert etapes(circuit) == ["avis", "recommandation"]


class TestEssayeur:
    def essayer(self, client, alliance, **champs):
        return texte(ouvrir(client, "essai", alliance.slug, requete=f"?{urlencode(champs)}"))

    def test_il_calcule_le_palier_puis_nomme_le_circuit_et_sa_raison(
        self, circuit, cadre, lectrice, client_de
    ):
        matapedia = cadre.bsl.territoires.get(code="07")
        page = self.essayer(
            client_de(lectrice), cadre.bsl, origine="appel", montant="12000", territoires=matapedia.pk
        )
        assert "1 territoire sur 2\u00a0: il en faudrait au moins 2 pour qu’elle soit régionale." in page
        assert "Circuit «\u00a0Toute initiative\u00a0»\u00a0: toutes les initiatives." in page
        assert "Comité local → avis; Table régionale → recommandation; Table régionale → décision" in page

    def test_il_dit_quel_circuit_manque(self, circuit, cadre, lectrice, client_de):
        CircuitDecision.objects.filter(pk=circuit.pk).update(palier="regional")
        page = self.essayer(client_de(lectrice), cadre.bsl, palier="local", origine="appel", montant="12000")
        assert "Aucun circuit ne prévoit une initiative locale issue d’un appel" in page
        page = texte(ouvrir(client_de(lectrice), "gouvernance", cadre.bsl.slug))
        assert "Aucun circuit pour une initiative locale dans La Matapédia et dans La Matanie." in page

    def test_sans_territoire_le_palier_reste_a_choisir(self, circuit, cadre, lectrice, client_de):
        page = self.essayer(client_de(lectrice), cadre.bsl, origine="appel", montant="12000")
        assert "Palier à choisir" in page
        assert "ne nomme encore aucun territoire" in page

    def test_une_alliance_sans_profil_s_essaie_aussi(self, cadre, lectrice, client_de):
        cadre.bsl.profil_gouvernance.delete()
        matapedia = cadre.bsl.territoires.get(code="07")
        page = self.essayer(
            client_de(lectrice), cadre.bsl, origine="appel", montant="1", territoires=matapedia.pk
        )
        assert "il en faudrait au moins 2" in page

    def test_l_essai_d_une_autre_alliance_est_introuvable(self, cadre, etrangere, client_de):
        assert client_de(etrangere).get(adresse("essai", cadre.bsl.slug)).status_code == 404

    @pytest.mark.parametrize("montant", ["", "-5", "douze", "1e9"])
    def test_un_montant_mal_ecrit_se_corrige_sur_la_page(self, cadre, lectrice, client_de, montant):
        page = self.essayer(client_de(lectrice), cadre.bsl, origine="appel", montant=montant)
        assert "id_montant" in page
        assert "Palier à choisir" not in page


class TestCopie:
    def test_la_copie_garde_les_noms_et_les_identifiants_dans_l_ordre(self, circuit, comite):
        table = circuit.decide
        assert circuit.copie() == {
            "circuit": circuit.pk,
            "nom": "Toute initiative",
            "condition": "Toutes les initiatives",
            "etapes": [
                {"rang": 1, "acte": "avis", "instance": comite.pk, "nom": "Comité local"},
                {"rang": 2, "acte": "recommandation", "instance": table.pk, "nom": "Table régionale"},
                {"rang": 3, "acte": "decision", "instance": table.pk, "nom": "Table régionale"},
            ],
        }

    def test_changer_ou_retirer_le_circuit_n_y_touche_pas(self, circuit, comite, cadre, agente):
        copie = circuit.copie()
        gardee = {**copie, "etapes": [etape.copy() for etape in copie["etapes"]]}
        deplacer(circuit.etapes.first(), 1, par=agente)
        comite.nom = "Comité renommé"
        modifier(comite, par=agente, vu=repere(InstanceGouvernance.objects.get(pk=comite.pk)))
        retirer(circuit, par=agente)
        assert copie == gardee


class TestDepot:
    def test_le_premier_depot_fixe_les_circuits_et_le_suivant_n_en_change_pas_la_date(self, cadre):
        assert cadre.bsl.circuits_fixes_le is None
        version = fabriques.version_deposee(cadre.bsl)
        cadre.bsl.refresh_from_db()
        assert cadre.bsl.circuits_fixes_le == version.deposee_le
        cadre.bsl.fixer_les_circuits(le=fabriques.timezone.now())
        cadre.bsl.refresh_from_db()
        assert cadre.bsl.circuits_fixes_le == version.deposee_le

    def test_avant_le_depot_la_coordination_apres_la_signature(
        self, circuit, cadre, agente, signataire, client_de
    ):
        slug, etape = cadre.bsl.slug, circuit.etapes.first()
        pages = (("circuit_ajout", ()), ("circuit", (circuit.pk,)), ("etape", (etape.pk,)))
        for nom, args in pages:
            assert client_de(signataire).get(adresse(nom, slug, *args)).status_code == 403
        fixer(cadre)
        for nom, args in pages:
            refus = client_de(agente).get(adresse(nom, slug, *args))
            assert refus.status_code == 403
            assert "seule la signature" in texte(refus)
            ouvrir(client_de(signataire), nom, slug, *args)
        assert "Ajouter un circuit" not in texte(ouvrir(client_de(agente), "gouvernance", slug))
        page = texte(ouvrir(client_de(signataire), "gouvernance", slug))
        assert "Ajouter un circuit" in page
        assert "Le plan qui décrit ces circuits est déposé depuis le" in page
        envoyer(client_de(signataire), "circuit", slug, circuit.pk, **saisie(circuit, nom="Signé"))
        assert noms(cadre.bsl) == ["Signé"]
        assert JournalAlliance.objects.get(geste="modifier-circuit").role == Role.SIGNATURE

    def test_le_geste_lui_meme_refuse_ce_que_le_depot_a_fixe(self, circuit, cadre, comite, agente):
        """Une page ouverte avant le dépôt, envoyée après."""
        fixer(cadre)
        etape = circuit.etapes.first()
        gestes = (
            lambda: ajouter(CircuitDecision(alliance=cadre.bsl, nom="Autre", decide=comite), par=agente),
            lambda: modifier(circuit, par=agente, vu=repere(circuit)),
            lambda: deplacer(etape, 1, par=agente),
            lambda: retirer(etape, par=agente),
            lambda: retirer(circuit, par=agente),
        )
        for geste in gestes:
            with pytest.raises(TransitionInterdite, match="seule la signature"):
                geste()
        assert noms(cadre.bsl) == ["Toute initiative"]
        assert etapes(circuit) == ["avis", "recommandation"]
