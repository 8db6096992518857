"""`docs/etats.md` dit vrai des appels et des initiatives : mêmes états, mêmes gestes, mêmes rôles, mêmes refus."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import transaction

from projets.models import AppelProjets, Initiative
from projets.models.journal import GESTES
from projets.models.roles import qualites_du_geste
from socle.erreurs import TransitionInterdite
from tests.outils.etats import codes, gestes, lignes, rangees
from tests.outils.partage import partagee
from tests.projets import fabriques as p

PARTIES = {"AppelProjets": "L’appel d’initiatives", "Initiative": "L’initiative"}
OBJETS = {"AppelProjets": AppelProjets, "Initiative": Initiative}
# Ils servent les gestes; le service ferme et suit les demandes, sans personne; le palier s'engage au dépôt.
OUTILS = {"AppelProjets": {"noter", "fermer", "suivre_ses_demandes"}, "Initiative": {"noter", "ouvrir"}}
LIGNES = lignes(OBJETS)
SUITES = ("L’argent réservé et la liste d’attente", "La révision d’une réponse")
DE_L_ETUDE = [*rangees(5, "L’initiative"), *(lue[:5] for partie in SUITES for lue in rangees(6, partie))]


@pytest.mark.parametrize("objet", OBJETS)
def test_les_etats_et_leurs_libelles_sont_ceux_du_code(objet):
    ecrits = {codes(etat)[0]: libelle for etat, libelle, _ in rangees(3, PARTIES[objet])}
    assert ecrits == dict(OBJETS[objet].Etat.choices)


@pytest.mark.parametrize("objet", OBJETS)
def test_la_page_nomme_les_gestes_qui_existent_et_eux_seuls(objet):
    ecrits = [ligne.geste for ligne in LIGNES if ligne.objet == objet]
    assert sorted(ecrits) == sorted(gestes(OBJETS[objet], OUTILS[objet]))


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: f"{ligne.objet}.{ligne.geste}")
def test_les_roles_ecrits_sont_ceux_du_code(ligne):
    assert ligne.roles == {str(role) for role in qualites_du_geste(ligne.droit)}


@pytest.mark.parametrize("depuis, fonction, droit, roles, arrivee", DE_L_ETUDE)
def test_chaque_geste_de_l_etude_existe_avec_son_droit_et_ses_etats(depuis, fonction, droit, roles, arrivee):
    module, nom = fonction.strip("`").split(".")
    assert callable(getattr(import_module(f"projets.models.{module}"), nom))
    (geste,) = codes(droit)
    assert set(codes(roles)) == {str(role) for role in qualites_du_geste(geste)}
    assert geste in GESTES
    assert {*codes(depuis), *codes(arrivee)} <= set(Initiative.Etat.values)


# --- Chaque geste d'un appel, dans chaque état ------------------------------------------------------------


@partagee
def prepare(cadre, agente):
    appel = p.appel_en_preparation(cadre.bsl, agente)
    appel.enveloppes.create(enveloppe=p.enveloppes(cadre.bsl)["La Matapédia"], montant=300_000)
    return appel


def a_l_etat(etat, appel, par):
    if etat == "preparation":
        return appel
    publie = appel.publier(par=par)
    if etat == "retire":
        return publie.retirer(par=par, motif="Le Fonds est suspendu.")
    if etat == "ouvert":
        return publie
    p.fermer(publie)
    AppelProjets.objects.filter(pk=publie.pk).update(etat=etat)
    return AppelProjets.objects.get(pk=publie.pk)


def reponses(geste, appel):
    """De bonnes réponses à ce geste."""
    plus_tard = appel.ferme_le + timedelta(days=1)
    return {
        "enregistrer": {"revision": appel.revision, "champs": {"titre": "Autre titre"}},
        "mettre_en_commun": {"revision": appel.revision, "montants": {}},
        "prolonger": {"ferme_le": plus_tard, "motif": "Une tempête."},
        "corriger": {"revision": appel.revision, "motif": "Un mot.", "presentation": "Autre chose."},
        "retirer": {"motif": "Le Fonds est suspendu."},
        "copier": {"titre": "Copie"},
    }.get(geste, {})


@pytest.mark.django_db
@pytest.mark.parametrize("etat", AppelProjets.Etat.values)
def test_chaque_geste_d_un_appel_fait_dans_chaque_etat_ce_que_dit_la_page(etat, prepare, agente):
    appel = a_l_etat(etat, prepare, agente)
    for ligne in LIGNES:
        if ligne.objet != "AppelProjets" or not ligne.depart:
            continue
        with transaction.atomic():
            relu, obtenu = AppelProjets.objects.get(pk=appel.pk), None
            try:
                rendu = getattr(relu, ligne.geste)(par=agente, **reponses(ligne.geste, relu))
                obtenu = AppelProjets.objects.get(pk=rendu.pk).etat
            except TransitionInterdite:
                pass
            transaction.set_rollback(True)
        voulu = etat if ligne.arrivee == "le même" else ligne.arrivee
        assert obtenu == (voulu if etat in ligne.depart else None), f"{ligne.geste} depuis {etat}"
