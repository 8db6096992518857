"""Un rôle perdu en cours de saisie : l'envoi est refusé, le texte reste."""

from alliances.models import Mandat
from socle.valeurs.horloge import aujourd_hui
from tests.alliances.pages import adresse, texte
from tests.fabriques import DEBUT
from tests.outils.html_accessible import assert_html_accessible

LONG = "Une modalité que la Table a décrite <b>longuement</b>, en séance."
ICI = {"HTTP_ORIGIN": "http://testserver"}


def test_un_role_perdu_en_cours_de_saisie_garde_le_texte(cadre, agente, client_de):
    client = client_de(agente)
    Mandat.objects.filter(utilisateur=agente).update(debut=DEBUT, fin=aujourd_hui())
    page = client.post(adresse("profil", cadre.bsl.slug), {"modalite_propre": LONG, "nom": "court"}, **ICI)
    assert page.status_code == 404
    assert_html_accessible(page)
    assert "&lt;b&gt;longuement&lt;/b&gt;" in texte(page)
    assert "court" not in texte(page)


def test_un_role_qui_ne_suffit_plus_garde_le_texte(cadre, lectrice, client_de):
    page = client_de(lectrice).post(adresse("profil", cadre.bsl.slug), {"modalite_propre": LONG}, **ICI)
    assert page.status_code == 403
    assert "longuement" in texte(page)


def test_l_envoi_d_un_autre_site_n_est_pas_montre(cadre, lectrice, client_de):
    page = client_de(lectrice).post(
        adresse("profil", cadre.bsl.slug), {"modalite_propre": LONG}, HTTP_ORIGIN="https://ailleurs.example"
    )
    assert "longuement" not in texte(page)
