"""Ce qu'un appel promet : une enveloppe une seule fois, et une réponse après la fermeture."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from projets.models import AppelProjets, EnveloppeAppel
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import jour_de
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def enveloppe(cadre):
    return p.enveloppes(cadre.bsl)["La Matapédia"]


@partagee
def disponible(enveloppe):
    return enveloppe.solde.disponible


@partagee
def premier(cadre, agente, enveloppe, disponible):
    """Publié : il promet tout, sauf mille dollars."""
    return p.appel_ouvert(cadre.bsl, agente, {enveloppe: disponible - 1000})


@partagee
def second(cadre, agente, enveloppe, premier):
    appel = p.appel_en_preparation(cadre.bsl, agente, titre="Appel éclair")
    appel.enveloppes.create(enveloppe=enveloppe, montant=D(1001))
    return appel


def test_un_appel_ne_promet_pas_ce_qu_un_autre_partage_deja(second, agente, client_de):
    with pytest.raises(TransitionInterdite, match="D’autres appels publiés en partagent déjà"):
        second.publier(par=agente)
    page = client_de(agente).get(reverse("projets:appel", args=[second.pk])).content.decode()
    assert "il en reste 1\xa0000,00\xa0$ à partager" in page
    EnveloppeAppel.objects.filter(appel=second).update(montant=1000)
    assert second.publier(par=agente).etat == "ouvert"


def test_les_pages_disent_ce_qui_est_deja_partage_et_ce_qui_reste(second, agente, client_de):
    client = client_de(agente)
    EnveloppeAppel.objects.filter(appel=second).update(montant=1000)
    for nom in ("appel_enveloppes", "appel_publication"):
        page = client.get(reverse(f"projets:{nom}", args=[second.pk])).content.decode()
        assert "artagé par d’autres appels en cours" in page
        assert "Reste à partager" in page
        assert "1\xa0000,00\xa0$" in page


def test_ce_qu_un_appel_a_fini_d_accorder_ne_se_compte_pas_deux_fois(premier, second, agente):
    """Décidé, ce qu'il a réservé est hors du disponible, et il ne promet plus le reste."""
    AppelProjets.objects.filter(pk=premier.pk).update(etat="decide")
    assert second.publier(par=agente).etat == "ouvert"


def test_un_appel_retire_ne_promet_plus_rien(premier, second, agente):
    premier.retirer(par=agente, motif="Le Fonds est suspendu.")
    assert second.publier(par=agente).etat == "ouvert"


DESORDRES = {
    "decision_promise_le": lambda a: jour_de(a.ferme_le - timedelta(days=1)),
    "embargo_le": lambda a: a.ferme_le - timedelta(hours=1),
}


@pytest.mark.parametrize("champ", DESORDRES)
def test_rien_n_est_promis_avant_la_fermeture(second, agente, champ):
    EnveloppeAppel.objects.filter(appel=second).update(montant=1000)
    trop_tot = DESORDRES[champ](second)
    with pytest.raises(ValidationError) as faute:
        second.enregistrer(par=agente, revision=second.revision, champs={champ: trop_tot})
    assert list(faute.value.message_dict) == [champ]
    AppelProjets.objects.filter(pk=second.pk).update(**{champ: trop_tot})
    with pytest.raises(TransitionInterdite, match="fermeture"):
        second.publier(par=agente)
    assert second not in AppelProjets.objects.complets()


def test_une_fermeture_avant_l_ouverture_se_dit_a_son_champ(second, agente):
    champs = {"ferme_le": second.ouvre_le - timedelta(minutes=1)}
    with pytest.raises(ValidationError) as faute:
        second.enregistrer(par=agente, revision=second.revision, champs=champs)
    assert faute.value.message_dict["ferme_le"] == ["La fermeture suit l’ouverture."]


def test_un_appel_prolonge_au_dela_de_son_annonce_se_corrige_encore(second, agente):
    EnveloppeAppel.objects.filter(appel=second).update(montant=1000)
    annonce = second.ferme_le + timedelta(hours=1)
    AppelProjets.objects.filter(pk=second.pk).update(embargo_le=annonce)
    publie = second.publier(par=agente)
    publie = publie.prolonger(par=agente, ferme_le=annonce + timedelta(days=1), motif="Une tempête.")
    corrige = publie.corriger(par=agente, revision=publie.revision, motif="La salle.", rencontre="Salle 2")
    assert (corrige.rencontre, corrige.ferme_le > timezone.now()) == ("Salle 2", True)
