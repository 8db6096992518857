"""La liste de contrôle de l'examen : ses réponses, deux personnes à la fois, et la fin."""

from django.urls import reverse

from alliances.plans.models import ControleExamen
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee


def url(nom, version):
    return reverse(f"plans:{nom}", args=[version.pk])


@partagee
def deposee(cadre):
    return fabriques.version_deposee(cadre.bsl)


def envoi(**reponses):
    donnees = {}
    for numero in range(1, 16):
        for nom in ("resultat", "note"):
            cle = f"{nom}_{numero}"
            donnees[cle] = reponses.get(cle, "")
            donnees[f"initial-{cle}"] = reponses.get(f"initial_{cle}", "")
    return donnees


def test_la_liste_montre_les_quinze_elements_et_leur_etat_automatique(deposee, analyste, client_de):
    reponse = client_de(analyste).get(url("controle", deposee))
    assert_html_accessible(reponse)
    assert reponse.text.count('id="element-') == 15
    assert "Vérification automatique" in reponse.text


def test_l_analyste_inscrit_ses_reponses(deposee, analyste, client_de):
    client = client_de(analyste)
    client.post(
        url("controle", deposee),
        envoi(resultat_1="conforme", resultat_2="a_preciser", note_2="Trop large"),
    )
    inscrits = {c.element: (c.resultat, c.note) for c in ControleExamen.objects.all()}
    assert inscrits == {1: ("conforme", ""), 2: ("a_preciser", "Trop large")}
    assert "2 éléments sur 15 vus" in " ".join(client.get(url("examen", deposee)).text.split())


def test_deux_personnes_ne_s_effacent_pas(deposee, analyste, mess, client_de):
    client_de(mess).post(url("controle", deposee), envoi(resultat_3="absent"))
    client_de(analyste).post(url("controle", deposee), envoi(resultat_1="conforme"))
    assert set(ControleExamen.objects.values_list("element", "resultat")) == {
        (3, "absent"),
        (1, "conforme"),
    }


def test_un_envoi_perime_n_ecrase_pas_la_reponse_d_une_autre(deposee, analyste, mess, client_de):
    client_de(mess).post(url("controle", deposee), envoi(resultat_3="absent", note_3="Rien"))
    client, perime = client_de(analyste), envoi(resultat_3="conforme", note_3="Vu")
    conflit = client.post(url("controle", deposee), perime)
    assert conflit.status_code == 409
    assert "élément 3" in conflit.text
    assert 'value="Vu"' in conflit.text
    assert ControleExamen.objects.get().resultat == "absent"
    reprise = envoi(resultat_3="conforme", note_3="Vu", initial_resultat_3="absent", initial_note_3="Rien")
    assert 'name="initial-note_3" value="Rien"' in conflit.text
    assert client.post(url("controle", deposee), reprise).status_code == 302
    assert ControleExamen.objects.get().resultat == "conforme"


def test_une_note_sans_resultat_est_refusee_et_reste_a_l_ecran(deposee, analyste, client_de):
    reponse = client_de(analyste).post(url("controle", deposee), envoi(note_4="À revoir"))
    assert "Choisissez un résultat pour l’élément 4" in reponse.text
    assert "À revoir" in reponse.text
    assert not ControleExamen.objects.exists()


def test_apres_la_decision_la_liste_ne_change_plus(cadre, mess, client_de):
    version = fabriques.version_approuvee(cadre.bsl)
    client = client_de(mess)
    reponse = client.get(url("controle", version))
    assert_html_accessible(reponse)
    assert "Enregistrer la liste" not in reponse.text
    client.post(url("controle", version), envoi(resultat_1="absent"))
    assert not ControleExamen.objects.exists()


def test_l_alliance_ne_voit_pas_la_liste(deposee, agente, client_de):
    assert client_de(agente).get(url("controle", deposee)).status_code == 403
