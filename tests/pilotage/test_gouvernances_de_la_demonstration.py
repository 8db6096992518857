"""Chaque gouvernance de la démonstration mène une initiative de ses territoires à sa décision, par la règle de choix.

Les six de l'évaluation 2017-2023 (§1.6, chaînes A à F), le Bas-Saint-Laurent et l'entente autochtone.
"""

from decimal import Decimal

import pytest

from alliances.models import SecteurActeur, Territoire
from alliances.plans.comparaison import comparer
from alliances.plans.impression import html_du_plan
from alliances.regles.circuits import verifier
from demonstration.cadre import decrire_gouvernance
from demonstration.lecture import fiche
from tests import fabriques

TABLE = "Table des préfètes et préfets → décision"
ESPACE = "Espace régional de participation citoyenne"
PARTENAIRE = "Partenaire signataire régional → avis"
# (palier, origine) → ce que suit l'initiative
SUIVIS = {
    "a": {
        ("local", "appel"): "Concertations locales → recommandation; Conseils des MRC → décision",
        ("regional", "appel"): f"Comité régional de concertation → avis; {TABLE}",
    },
    "b": {
        (
            "local",
            "appel",
        ): f"Concertations locales → recommandation; Conseils des MRC → approbation; {TABLE}",
        ("regional", "reconduction"): TABLE,
    },
    "c": {
        (
            "local",
            "concertee",
        ): f"Concertations locales → recommandation; Conseils des MRC → information; {TABLE}",
        ("regional", "appel"): f"Comité régional de concertation → recommandation; {TABLE}",
    },
    "d": dict.fromkeys(
        (("local", "appel"), ("regional", "concertee")),
        f"Comité d’expertise de vécu → avis; Comité aviseur → recommandation; {TABLE}",
    ),
    "e": {
        ("local", "appel"): "Comités de sélection des arrondissements → avis; "
        "Service responsable du développement social → recommandation; "
        "Conseils d’arrondissement et des villes liées → décision",
        ("regional", "appel"): "Service responsable du développement social → recommandation; "
        "Conseil de ville → décision",
    },
    "f": {
        ("local", "appel"): "Concertations locales → recommandation; "
        "Table régionale de lutte contre la pauvreté → décision",
        ("regional", "appel"): "Table régionale de lutte contre la pauvreté → décision",
    },
    "bas_saint_laurent": {
        ("local", "appel"): f"{PARTENAIRE}; Concertations territoriales → décision",
        ("regional", "concertee"): f"{PARTENAIRE}; {ESPACE} → décision",
        (
            "regional",
            "appel",
        ): f"{ESPACE} → avis; Table de développement social et de lutte à la pauvreté → décision",
    },
    "autochtone": {
        ("local", "concertee"): "Comité de travail des communautés → recommandation; "
        "Conseil de l’organisation signataire → décision",
        ("regional", "concertee"): "Conseil de l’organisation signataire → décision",
    },
}


@pytest.fixture
def decrire(cadre, agente):
    """Remplace la gouvernance du Bas-Saint-Laurent par ce modèle; son Alliance compte alors trois territoires."""

    def decrire(modele):
        alliance, modele = cadre.bsl, fiche(f"gouvernance/{modele}")
        alliance.circuits.all().delete()
        alliance.instances.all().delete()
        alliance.profil_gouvernance.delete()
        alliance.territoires.add(
            Territoire.objects.create(code="09", nom="La Mitis", region=alliance.regions.get())
        )
        for instance in modele["instances"]:
            for code, *_ in instance["sieges"]:
                SecteurActeur.objects.get_or_create(code=code, defaults={"nom": code})
        decrire_gouvernance(alliance, modele, agente)
        return type(alliance).objects.get(pk=alliance.pk)

    return decrire


@pytest.mark.parametrize("modele", SUIVIS)
def test_une_initiative_suit_sa_gouvernance_du_territoire_a_la_decision(decrire, modele):
    alliance = decrire(modele)
    territoires = list(alliance.territoires.order_by("code"))
    touches = {"local": territoires[:1], "regional": territoires}
    for (palier, origine), suivi in SUIVIS[modele].items():
        calcule = alliance.profil_gouvernance.palier_de(touches[palier])
        assert calcule.palier == palier, calcule.raison
        choix = alliance.circuits.choisir(
            palier=palier, territoires=touches[palier], origine=origine, montant=Decimal(18000)
        )
        assert choix.circuit.en_mots() == suivi
        etapes = choix.circuit.copie()["etapes"]
        assert [etape["acte"] for etape in etapes].count("decision") == 1
        assert etapes[-1]["acte"] == "decision"


@pytest.mark.parametrize("modele", SUIVIS)
def test_aucune_gouvernance_ne_laisse_une_initiative_sans_circuit(decrire, modele):
    alliance = decrire(modele)
    noms = {territoire.code: territoire.nom for territoire in alliance.territoires.all()}
    constats = verifier(list(alliance.circuits.complets()), noms, locale_sur_plusieurs=True)
    assert [constat.niveau for constat in constats] == ["fait"]


def test_la_section_1a_le_pdf_et_la_comparaison_disent_les_memes_circuits(decrire, cadre):
    avant = fabriques.plan_ouvert(cadre.bsl).contenu()
    alliance = decrire("bas_saint_laurent")
    apres = fabriques.relire(fabriques.plan_ouvert(alliance)).contenu()
    circuits = list(alliance.circuits.complets())
    lus = [
        (c["nom"], c["condition"], [(e["instance"], e["acte"].lower()) for e in c["etapes"]])
        for c in apres["gouvernance"]["circuits"]
    ]
    assert lus == [
        (c.nom, c.condition(), [(i.nom, acte.label.lower()) for i, acte in c.etapes_en_ordre()])
        for c in circuits
    ]
    en_pdf = html_du_plan(apres, empreinte="", brouillon=True)
    for circuit in circuits:
        assert f"{circuit.nom} – {circuit.condition()}" in en_pdf
    (gouvernance,) = [g for g in comparer(avant, apres).groupes if g.code == "gouvernance"]
    texte = str(gouvernance)
    assert all(circuit.en_mots() in texte for circuit in circuits)
