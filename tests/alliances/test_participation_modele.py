"""La participation : un mécanisme ou un motif, jamais les deux; un exercice qui existe; des nombres seulement."""

import pytest
from django.core.exceptions import ValidationError

from alliances.models import ParticipationPersonnes

MECANISME = {"palier": "local", "forme": "comite_vecu", "niveau": "deliberation", "personnes": 10}


def ligne(alliance, **champs):
    return ParticipationPersonnes(alliance=alliance, **{"exercice": "2025-2026", "axe": "projets"} | champs)


@pytest.mark.parametrize("exercice", ["2025", "2025-2027", "25-26", "2026-2025", "deux mille", ""])
def test_un_exercice_mal_ecrit_est_refuse(cadre, exercice):
    with pytest.raises(ValidationError) as refus:
        ligne(cadre.bsl, exercice=exercice, **MECANISME).full_clean()
    assert set(refus.value.message_dict) == {"exercice"}


def test_un_mecanisme_ou_un_motif_jamais_les_deux_ni_rien(cadre):
    ligne(cadre.bsl, **MECANISME).full_clean()
    ligne(cadre.bsl, aucune_action_motif="Faute de temps").full_clean()
    for champs in ({}, {"aucune_action_motif": "Faute de temps"} | MECANISME, {"palier": "local"}):
        with pytest.raises(ValidationError, match="Décrivez un mécanisme"):
            ligne(cadre.bsl, **champs).full_clean()


def test_aucune_action_contredit_un_mecanisme_du_meme_exercice_et_du_meme_axe(cadre):
    ligne(cadre.bsl, **MECANISME).save()
    with pytest.raises(ValidationError, match="retirez-la avant de déclarer"):
        ligne(cadre.bsl, aucune_action_motif="Aucune").full_clean()
    ligne(cadre.bsl, axe="benevolat", aucune_action_motif="Aucune").full_clean()
    ligne(cadre.bsl, exercice="2026-2027", aucune_action_motif="Aucune").full_clean()
    ligne(cadre.lanaudiere, aucune_action_motif="Aucune").full_clean()


def test_un_mecanisme_contredit_aucune_action(cadre):
    aucune = ligne(cadre.bsl, aucune_action_motif="Aucune")
    aucune.save()
    with pytest.raises(ValidationError, match="retirez d’abord cette ligne"):
        ligne(cadre.bsl, **MECANISME).full_clean()
    aucune.full_clean()


def test_les_etapes_se_disent_en_mots_dans_l_ordre_de_la_demarche(cadre):
    participation = ligne(cadre.bsl, etapes=["evaluation", "enjeux", "inconnue"], **MECANISME)
    assert participation.libelles_des_etapes() == ["Identification des enjeux", "Évaluation"]
    assert str(participation) == "2025-2026 – Projets"


def test_seuls_ceux_qui_suivent_l_alliance_voient_sa_participation(
    cadre, agente, etrangere, lectrice, analyste, mess
):
    def nombre(personne):
        return ParticipationPersonnes.objects.visibles_par(personne).count()

    assert [nombre(p) for p in (agente, lectrice, analyste, etrangere, mess)] == [1, 1, 1, 1, 2]
    assert ParticipationPersonnes.objects.visibles_par(etrangere).get().alliance == cadre.lanaudiere


def test_ecrire_ou_effacer_avance_la_revision_de_l_alliance(cadre):
    def revision():
        return type(cadre.bsl).objects.get(pk=cadre.bsl.pk).revision

    depart, autre = revision(), type(cadre.bsl).objects.get(pk=cadre.lanaudiere.pk).revision
    participation = ligne(cadre.bsl, **MECANISME)
    participation.save()
    participation.delete()
    assert revision() == depart + 2
    assert type(cadre.bsl).objects.get(pk=cadre.lanaudiere.pk).revision == autre
