"""La décision est celle de la lettre de la ou du ministre : sa date, son numéro, sa pièce."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from alliances.plans.models import PiecePlan
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


@pytest.fixture
def avisee(cadre):
    return fabriques.version_avisee(cadre.bsl)


@pytest.mark.parametrize("nom, etat", [("approbation", "approuvee"), ("refus", "refusee")])
def test_la_date_est_celle_de_la_lettre_pas_celle_du_clic(avisee, approbation, agente, client_de, nom, etat):
    lettre = {"decision_du": aujourd_hui().isoformat(), "lettre": "2026-014", "motif": "Voir la lettre."}
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        adresse, client = reverse(f"plans:{nom}", args=[avisee.pk]), client_de(approbation)
        assert_html_accessible(client.get(adresse))
        reponse = client.post(adresse, lettre | {"piece": fabriques.fichier_pdf("lettre.pdf")})
        assert reponse.status_code == 302
    version = fabriques.relire(avisee)
    assert (version.etat, version.lettre) == (etat, "2026-014")
    assert version.decidee_le.date() > version.decision_du
    (piece,) = PiecePlan.objects.visibles_par(agente).filter(version=version, usage="lettre")
    assert piece.nom == "lettre.pdf"
    texte = client_de(agente).get(reverse("plans:dossier", args=[version.plan_id])).text
    assert "lettre.pdf" in texte


@pytest.mark.parametrize(
    ("jours", "lettre", "phrase"),
    [
        (1, "1", "ne peut pas être dans le futur"),
        (-1, "1", "ne peut pas précéder l’avis"),
        (0, "  ", "Inscrivez le numéro de la lettre"),
    ],
)
@pytest.mark.parametrize("geste", ["approuver", "refuser"])
def test_une_lettre_hors_du_temps_ou_sans_numero_ne_decide_rien(
    avisee, approbation, geste, jours, lettre, phrase
):
    saisie = {"decision_du": aujourd_hui() + timedelta(days=jours), "lettre": lettre, "motif": "Non."}
    with pytest.raises(TransitionInterdite, match=phrase):
        getattr(avisee, geste)(par=approbation, **saisie)
    assert fabriques.relire(avisee).etat == "avisee"


def test_l_adoption_d_une_modification_suit_la_lettre_qui_a_decide(avisee, approbation, agente):
    version = avisee.approuver(par=approbation, **fabriques.LETTRE)
    suivante = version.ouvrir_modification(par=agente, motif="Le transport")
    veille = version.decision_du - timedelta(days=1)
    assert "ne peut pas précéder la décision" in suivante.empechements_de_date_d_adoption(veille)[0]
