"""Les organismes : un NEQ vérifié par sa forme, des doublons repérés sans accents."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError

from alliances.models import Organisme, PartieAlliance
from alliances.models.changements import ajouter
from socle.valeurs.horloge import aujourd_hui

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("neq", ["1140000001", "2260000001", "3370000001", "8830000001"])
def test_un_neq_de_dix_chiffres_au_bon_prefixe_est_admis(neq):
    Organisme(nom="Essai", neq=neq).full_clean(exclude=["nom_normalise"])


@pytest.mark.parametrize(
    ("neq", "phrase"),
    [
        ("114000000", "10 chiffres"),
        ("11400000011", "10"),
        ("11A0000001", "10 chiffres"),
        ("١١٤٠٠٠٠٠٠١", "10 chiffres"),
        ("9940000001", "11, 22, 33 ou 88"),
    ],
)
def test_un_neq_mal_forme_est_refuse_en_disant_pourquoi(neq, phrase):
    with pytest.raises(ValidationError, match=phrase):
        Organisme(nom="Essai", neq=neq).full_clean(exclude=["nom_normalise"])


def test_deux_organismes_ne_portent_pas_le_meme_neq():
    Organisme.objects.create(nom="Premier", neq="1140000001")
    with pytest.raises(ValidationError, match="porte déjà ce NEQ"):
        Organisme(nom="Second", neq="1140000001").full_clean(exclude=["nom_normalise"])


def test_perdre_la_course_a_un_neq_se_dit_comme_un_doublon(cadre, agente):
    """L'autre fiche s'écrit après la validation de celle-ci et avant son écriture."""
    valider, passages = Organisme.full_clean, []

    def devance(organisme, **options):
        valider(organisme, **options)
        if not passages:
            passages.append(Organisme.objects.create(nom="Première", neq="1140000001"))

    with patch.object(Organisme, "full_clean", devance), pytest.raises(ValidationError, match="déjà ce NEQ"):
        ajouter(Organisme(nom="Seconde", neq="1140000001"), par=agente)
    assert not Organisme.objects.filter(nom="Seconde").exists()


def test_un_regroupement_non_constitue_n_a_pas_de_neq():
    with pytest.raises(ValidationError, match="non constitué n’a pas de NEQ"):
        Organisme(nom="Table", neq="1140000001", forme="non_constitue").full_clean(exclude=["nom_normalise"])


def test_un_doublon_se_reconnait_sans_accents_ni_majuscules():
    existant = Organisme.objects.create(nom="Épicerie de l’Île", neq="1140000001")
    doublons = Organisme.objects.doublons_possibles
    assert list(doublons(nom="EPICERIE DE L'ILE")) == [existant]
    assert list(doublons(nom="Autre", neq="1140 000 001")) == [existant]
    assert not doublons(nom="Épicerie de l’Île", sauf=existant.pk).exists()


def test_la_recherche_ignore_les_accents_et_trouve_par_neq():
    existant = Organisme.objects.create(nom="Maison des aînés", neq="1140000001")
    assert list(Organisme.objects.cherche("aines")) == [existant]
    assert list(Organisme.objects.cherche("1140 000 001")) == [existant]


def test_changer_le_nom_seul_met_a_jour_sa_forme_de_recherche():
    organisme = Organisme.objects.create(nom="Ancien")
    organisme.nom = "Éveil"
    organisme.save(update_fields=["nom"])
    organisme.refresh_from_db()
    assert organisme.nom_normalise == "eveil"


def test_une_personne_sans_mandat_ne_voit_aucun_organisme(django_user_model, cadre):
    inconnue = django_user_model.objects.create_user("i@alliances.example", prenom="I", nom="N")
    assert not Organisme.objects.visibles_par(inconnue).exists()


@pytest.mark.parametrize(
    ("resolution", "jours", "champ"),
    [("2026-1", 1, "resolution_le"), ("", 1, "resolution_le"), ("", 0, "resolution")],
)
def test_la_resolution_d_une_partie_est_passee_et_a_son_numero(cadre, resolution, jours, champ):
    organisme = Organisme.objects.create(nom="MRC de La Matanie")
    partie = PartieAlliance(
        alliance=cadre.bsl, organisme=organisme, qualite="cosignataire", resolution=resolution
    )
    partie.resolution_le = aujourd_hui() + timedelta(days=jours)
    with pytest.raises(ValidationError) as refus:
        partie.full_clean()
    assert list(refus.value.message_dict) == [champ]
    partie.resolution, partie.resolution_le = "2026-1", aujourd_hui()
    partie.full_clean()
