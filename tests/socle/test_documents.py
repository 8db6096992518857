"""Un document produit : un seul par clé, et prêt seulement s'il a un fichier. Une notification : une seule fois."""

import pytest
from django.utils import timezone

from socle.models import ChaineJournal, Document, Notification, Preference, Utilisateur
from tests.outils.contraintes import contraintes_de, refuse_par

pytestmark = pytest.mark.django_db
PRET = {"etat": "pret", "fichier": "documents/x.pdf", "taille": 10, "pret_le": timezone.now()}


@pytest.mark.parametrize("manque", [{"fichier": ""}, {"taille": 0}, {"pret_le": None}])
def test_un_document_pret_a_un_fichier_une_taille_et_une_date(manque):
    with refuse_par("document_pret_avec_fichier", "socle"):
        Document.objects.create(cle="a", nom="plan.pdf", **PRET | manque)


def test_un_document_attend_puis_est_pret():
    document = Document.objects.create(cle="a", nom="plan.pdf")
    assert (document.etat, document.est_pret, str(document)) == ("en_attente", False, "plan.pdf")
    Document.objects.filter(pk=document.pk).update(**PRET)
    assert Document.objects.get().est_pret


def test_la_meme_cle_rend_le_meme_document():
    premier, _ = Document.objects.get_or_create(cle="a", defaults={"nom": "plan.pdf"})
    second, neuf = Document.objects.get_or_create(cle="a", defaults={"nom": "autre.pdf"})
    assert (second, neuf, second.nom) == (premier, False, "plan.pdf")


@pytest.fixture
def personnes():
    return [Utilisateur.objects.create_user(f"{n}@alliances.example", prenom="A", nom="B") for n in "xy"]


def test_la_meme_personne_n_est_prevenue_qu_une_fois_du_meme_evenement(personnes):
    premiere, seconde = personnes
    notification = Notification.objects.create(destinataire=premiere, cle="depot-1", titre="Plan déposé")
    Notification.objects.create(destinataire=seconde, cle="depot-1", titre="Plan déposé")
    with refuse_par("notification_une_seule_fois", "socle"):
        Notification.objects.create(destinataire=premiere, cle="depot-1", titre="Encore")
    assert str(notification) == "Plan déposé"


def test_chacun_ne_lit_que_ses_notifications(personnes):
    premiere, seconde = personnes
    lue = Notification.objects.create(destinataire=premiere, cle="a", titre="A", lue_le=timezone.now())
    non_lue = Notification.objects.create(destinataire=premiere, cle="b", titre="B")
    assert set(Notification.objects.visibles_par(premiere)) == {lue, non_lue}
    assert list(Notification.objects.visibles_par(premiere).non_lues()) == [non_lue]
    assert not Notification.objects.visibles_par(seconde).exists()


def test_une_personne_ne_choisit_qu_une_fois_par_famille(personnes):
    Preference.objects.create(utilisateur=personnes[0], famille="plans", envoi="site")
    with refuse_par("preference_une_par_famille", "socle"):
        Preference.objects.create(utilisateur=personnes[0], famille="plans", envoi="resume")


def test_chaque_contrainte_du_socle_a_sa_preuve():
    """Celle des comptes est prouvée avec les comptes."""
    prouvees = {
        "document_pret_avec_fichier",
        "envoi_unique",
        "notification_une_seule_fois",
        "preference_une_par_famille",
        "utilisateur_boite_unique",
    }
    assert set(contraintes_de("socle")) == prouvees


def test_une_chaine_neuve_part_de_l_origine():
    chaine = ChaineJournal.objects.create(nom="essai:national")
    assert (str(chaine), chaine.rang, chaine.empreinte) == ("essai:national", 0, "0" * 64)
