"""Le suivi d'une initiative sous protocole : des notes qui restent, des changements demandés et répondus."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from projets.models import JournalProjets, ObjectifInitiative
from projets.protocoles.models import ChangementDemande, NoteDeSuivi
from projets.protocoles.permissions import cote_du_suivi, peut, peut_noter
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


def noter(protocole, par, **plus):
    return NoteDeSuivi.ecrire(
        protocole, **{"par": par, "cote": "organisme", "texte": "Le four est réparé."} | plus
    )


def demander(protocole, par, **plus):
    return ChangementDemande.demander(
        protocole, **{"par": par, "nature": "dates", "demande": "La salle n’est libre qu’en janvier."} | plus
    )


def test_une_note_se_date_se_lit_des_deux_cotes_et_reste(signe, equipe, agente, mess, etrangere):
    note = noter(signe, equipe[0], fichier=fabriques.fichier_pdf("four.pdf"))
    assert note.pieces.get().nom == "four.pdf"
    vues = NoteDeSuivi.objects.visibles_par
    assert [vues(qui).count() for qui in (*equipe, agente, mess, etrangere)] == [1, 1, 1, 1, 0]
    pieces = type(note.pieces.get()).objects.visibles_par
    assert [pieces(qui).count() for qui in (equipe[1], agente, etrangere)] == [1, 1, 0]
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic():
        NoteDeSuivi.objects.update(texte="Autre chose.")
    assert JournalProjets.objects.filter(geste="ecrire-note", initiative=signe.initiative).count() == 1


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"texte": " "}, "Écrivez la note"),
        ({"atteint_le": aujourd_hui()}, "quel objectif"),
        ({"objectif": True, "atteint_le": aujourd_hui() + timedelta(days=1)}, "à l’avance"),
        (
            {"objectif": True, "atteint_le": f.DATES["debut"] - timedelta(days=1)},
            "L’initiative commence le 1er",
        ),
    ],
)
def test_une_note_mal_ecrite_se_refuse(signe, equipe, champs, phrase):
    if champs.get("objectif"):
        champs = champs | {"objectif": signe.initiative.objectifs.get()}
    with pytest.raises(TransitionInterdite, match=phrase):
        noter(signe, equipe[0], **champs)
    assert not NoteDeSuivi.objects.exists()


def test_un_objectif_d_une_autre_initiative_se_refuse(signe, equipe, agente):
    ailleurs = ObjectifInitiative(pk=0, initiative_id=signe.initiative_id + 1)
    with pytest.raises(TransitionInterdite, match="n’est pas de cette initiative"):
        noter(signe, equipe[0], objectif=ailleurs)


def test_avant_la_signature_on_ne_s_ecrit_pas_apres_la_fin_si(transmis, signataire, equipe):
    with pytest.raises(TransitionInterdite, match="une fois le protocole signé"):
        noter(transmis, equipe[0])
    protocole = f.signe(transmis, signataire, equipe[1])
    protocole.resilier(par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui())
    assert noter(f.relire(protocole), equipe[0]).pk
    with pytest.raises(TransitionInterdite, match="rien n’y change"):
        demander(f.relire(protocole), equipe[0])


def test_chacun_ecrit_de_son_cote(signe, equipe, agente, signataire, lectrice, mess, etrangere):
    gens = (*equipe, agente, signataire, lectrice, mess, etrangere)
    cotes = [cote_du_suivi(qui, signe) for qui in gens]
    assert cotes == ["organisme", "organisme", "alliance", "alliance", None, None, None]
    assert [peut_noter(qui, signe) is None for qui in gens] == [bool(cote) for cote in cotes]


def test_un_changement_se_demande_et_se_repond_une_fois(signe, equipe, agente):
    changement = demander(signe, equipe[0])
    with pytest.raises(TransitionInterdite, match="attend déjà sa réponse"):
        demander(f.relire(signe), equipe[1])
    assert demander(f.relire(signe), equipe[1], nature="budget").pk
    with pytest.raises(TransitionInterdite, match="Écrivez un mot"):
        changement.repondre(par=agente, issue="accorde", reponse=" ")
    repondu = changement.repondre(par=agente, issue="accorde", reponse="Un avenant suivra.")
    assert (repondu.get_issue_display(), repondu.repondu_par) == ("Accordé", agente)
    with pytest.raises(TransitionInterdite, match="déjà sa réponse"):
        changement.repondre(par=agente, issue="refuse", reponse="Non.")
    with pytest.raises(DatabaseError, match="une fois"), transaction.atomic():
        ChangementDemande.objects.update(reponse="Réécrit.")
    assert demander(f.relire(signe), equipe[0], demande="Encore un mois.").pk


def test_qui_demande_n_est_pas_qui_repond(signe, equipe, agente, signataire, lectrice, mess):
    gens = (*equipe, agente, signataire, lectrice, mess)
    demandent = [peut(qui, "demander-changement", signe) is None for qui in gens]
    repondent = [peut(qui, "repondre-changement", signe) is None for qui in gens]
    assert demandent == [True, True, False, False, False, False]
    assert repondent == [False, False, True, True, False, False]


def test_qui_est_des_deux_cotes_ecrit_de_l_organisme_et_ne_se_repond_pas(signe, agente):
    fabriques.mandater(agente, "porteur", organisme=signe.initiative.organisme)
    relue = type(agente).objects.get(pk=agente.pk)
    assert cote_du_suivi(relue, signe) == "organisme"
    assert peut(relue, "repondre-changement", signe) is not None
