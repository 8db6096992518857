"""Les données ouvertes : ce qu'exige 360Giving, champ par champ, et rien de ce qui nomme une personne.

Aucun paquet du registre ne porte le schéma public du standard : `FORME` en redit les champs, les types et ce qui est
obligatoire. Un champ inconnu de `FORME` fait échouer l'essai.
"""

import csv
import io
import json
import re
from datetime import datetime
from decimal import Decimal as D

import pytest
from django.urls import reverse

from alliances.models import Organisme
from projets.models import AppelProjets, Initiative
from projets.protocoles.models import Paiement
from projets.protocoles.regles.subvention import sans_coordonnees
from socle.valeurs.horloge import jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_avenants import baissees

pytestmark = pytest.mark.django_db
JOUR = r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])"
EXIGES = (
    *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
    *("recipientOrganization", "fundingOrganization"),
)


def texte(valeur):
    return isinstance(valeur, str) and valeur.strip() == valeur != ""


def nombre(valeur):
    return isinstance(valeur, int | float) and not isinstance(valeur, bool) and valeur >= 0


def jour(valeur):
    return texte(valeur) and re.fullmatch(JOUR, valeur)


def adresse(valeur):
    return texte(valeur) and valeur.startswith(("http://", "https://"))


def moment(valeur):
    return texte(valeur) and datetime.fromisoformat(valeur).tzinfo


def rangees(exiges=(), **champs):
    def juger(valeur):
        assert isinstance(valeur, list)
        assert valeur
        for rangee in valeur:
            conforme(rangee, champs, exiges)
        return True

    return juger


FORME = {
    "id": texte,
    "title": lambda valeur: texte(valeur) and len(valeur) <= 140,
    "description": texte,
    "currency": lambda valeur: valeur == "CAD",
    "amountAppliedFor": nombre,
    "amountAwarded": nombre,
    "amountDisbursed": nombre,
    "awardDate": jour,
    "plannedDates": rangees(startDate=jour, endDate=jour),
    "actualDates": rangees(startDate=jour, endDate=jour),
    "recipientOrganization": rangees(("id", "name"), id=texte, name=texte),
    "fundingOrganization": rangees(("id", "name"), id=texte, name=texte),
    "beneficiaryLocation": rangees(
        name=texte, countryCode=lambda v: v == "CA", geoCode=texte, geoCodeType=texte
    ),
    "grantProgramme": rangees(code=texte, title=texte, url=adresse),
    "fromOpenCall": lambda valeur: valeur in ("Yes", "No"),
    "classifications": rangees(vocabulary=texte, code=texte, title=texte),
    "dateModified": moment,
}


def conforme(objet, forme, exiges=()):
    assert set(exiges) <= set(objet), set(exiges) - set(objet)
    assert set(objet) <= set(forme), set(objet) - set(forme)
    for champ, valeur in objet.items():
        assert forme[champ](valeur), (champ, valeur)


def octrois(client, *args, nom="donnees_nationales"):
    reponse = client.get(reverse(f"protocoles:{nom}", args=[*args, "json"]))
    assert reponse.status_code == 200
    dits = json.loads(b"".join(reponse.streaming_content))["grants"]
    for dit in dits:
        conforme(dit, FORME, EXIGES)
    return dits


def en_csv(client):
    reponse = client.get(reverse("protocoles:donnees_nationales", args=["csv"]))
    lu = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(lu, newline="")))


def test_un_octroi_se_dit_comme_le_standard(signe, mess, client_de):
    (dit,) = octrois(client_de(mess))
    initiative = signe.initiative
    assert dit["id"] == f"360G-fqis-{initiative.numero}"
    assert (dit["title"], dit["description"]) == (initiative.titre, initiative.resume)
    assert (dit["amountAwarded"], dit["amountDisbursed"]) == (18000.01, 0)
    assert dit["recipientOrganization"] == [
        {"id": f"CA-REQ-{initiative.organisme.neq}", "name": initiative.organisme.nom}
    ]
    assert dit["plannedDates"] == [{"startDate": "2026-09-01", "endDate": "2026-12-31"}]
    assert dit["actualDates"] == [{"startDate": "2026-09-01"}]
    assert {lieu["geoCode"] for lieu in dit["beneficiaryLocation"]} == set(
        initiative.territoires.values_list("code", flat=True)
    )
    assert dit["fromOpenCall"] == "Yes"
    assert dit["grantProgramme"][0]["url"].endswith(f"/appels/{initiative.appel_id}/")


def test_le_verse_est_net_de_ce_qui_est_contrepasse_et_rembourse(signe, lectrice, cadre, mess, client_de):
    tranches = {t.rang: t for t in signe.tranches.select_related("affectation__enveloppe")}
    defait = f.payer(tranches[1], lectrice, montant=D("100"), reference="V-0")
    defait.contrepasser(par=fabriques.personne("finances", cadre.bsl), motif="Mauvais organisme.")
    f.payer(tranches[1], lectrice)
    (dit,) = octrois(client_de(mess))
    assert Paiement.objects.count() == 2
    assert dit["amountDisbursed"] == float(tranches[1].montant)


def test_sans_protocole_signe_les_dates_sont_celles_de_la_demande(acceptee, mess, client_de):
    (dit,) = octrois(client_de(mess))
    assert dit["plannedDates"] == [{"startDate": "2026-09-01", "endDate": "2028-03-31"}]


def test_un_avenant_en_vigueur_change_la_somme_et_les_dates_pas_celui_qui_attend(
    signe, agente, signataire, equipe, mess, client_de
):
    plus_tard = {"date/fin": "2027-01-15", "date/rapport_final_le": "2027-01-31"}
    transmis = f.avenant_transmis(signe, agente, valeurs=plus_tard, tranches=baissees(signe))
    (dit,) = octrois(client_de(mess))
    assert (dit["amountAwarded"], dit["plannedDates"][0]["endDate"]) == (18000.01, "2026-12-31")
    f.avenant_signe(transmis, signataire, equipe[1])
    (dit,) = octrois(client_de(mess))
    assert (dit["amountAwarded"], dit["plannedDates"][0]["endDate"]) == (17000.01, "2027-01-15")


def test_une_initiative_finie_dit_ses_vraies_dates(signe, signataire, mess, client_de):
    f.relire(signe).resilier(par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui())
    signe.refresh_from_db()
    (dit,) = octrois(client_de(mess))
    assert dit["actualDates"][0]["endDate"] == jour_de(signe.resilie_le).isoformat()


def test_rien_ne_se_publie_avant_la_reponse(acceptee, agente, client_de):
    assert len(octrois(client_de(agente))) == 1
    Initiative.objects.filter(pk=acceptee.pk).update(etat_annonce="admissible")
    assert octrois(client_de(agente)) == []


def test_desistee_elle_n_est_plus_un_octroi(acceptee, agente, client_de):
    Initiative.objects.filter(pk=acceptee.pk).update(
        etat="desistee", etat_annonce="desistee", reservee_jusqu_au=None
    )
    assert octrois(client_de(agente)) == []


def test_un_petit_organisme_n_est_pas_nomme(acceptee, agente, client_de):
    """« Petit » : un regroupement non constitué, qui n'a pas de NEQ et porte souvent le nom d'une personne."""
    petit = Organisme.objects.create(nom="Les amies de Rose Aubélac", forme="non_constitue")
    Initiative.objects.filter(pk=acceptee.pk).update(organisme=petit)
    (dit,) = octrois(client_de(agente))
    assert dit["recipientOrganization"] == [
        {"id": f"360G-fqis-ORG:{petit.pk}", "name": "Regroupement non constitué"}
    ]


def test_ni_courriel_ni_telephone_ni_personne(acceptee, agente, client_de):
    Organisme.objects.filter(pk=acceptee.organisme_id).update(
        courriel="rose@exemple.org", telephone="418 555-0199", adresse="12, rue des Ormes"
    )
    Initiative.objects.filter(pk=acceptee.pk).update(
        resume="Écrivez à rose.aubelac@exemple.org ou au (418) 555-0142, poste 12."
    )
    (dit,) = octrois(client_de(agente))
    ecrit = json.dumps(dit, ensure_ascii=False)
    assert dit["description"] == "Écrivez à [courriel retiré] ou au [téléphone retiré], poste 12."
    for tu in ("rose", "0199", "Ormes", acceptee.personne_ressource, acceptee.signataire):
        assert tu not in ecrit


def test_un_montant_ou_un_neq_n_est_pas_un_telephone():
    dit = "1 200 000 portions, NEQ 1140000017, le 2026-09-01"
    assert sans_coordonnees(dit) == dit
    assert sans_coordonnees("418-555-0142") == "[téléphone retiré]"


def test_une_somme_inventee_se_dit_fictive(acceptee, agente, client_de):
    Initiative.objects.filter(pk=acceptee.pk).update(montants_fictifs=True)
    (dit,) = octrois(client_de(agente))
    assert dit["description"].startswith("Montants fictifs. ")


def test_une_concertation_n_est_pas_un_appel_ouvert(acceptee, agente, client_de):
    AppelProjets.objects.filter(pk=acceptee.appel_id).update(mode="concertee")
    (dit,) = octrois(client_de(agente))
    assert dit["fromOpenCall"] == "No"
    assert "url" not in dit["grantProgramme"][0]


def test_le_csv_dit_la_meme_chose_a_plat(signe, mess, client_de):
    client = client_de(mess)
    (dit,), (ligne,) = octrois(client), en_csv(client)
    assert ligne["id"] == dit["id"]
    assert ligne["amountAwarded"] == "18000.01"
    assert ligne["recipientOrganization/0/name"] == dit["recipientOrganization"][0]["name"]
    lieux = {v for titre, v in ligne.items() if titre.endswith("/geoCode") and v}
    assert lieux == {lieu["geoCode"] for lieu in dit["beneficiaryLocation"]}


def test_un_titre_qui_ressemble_a_une_formule_reste_un_texte(acceptee, mess, client_de):
    Initiative.objects.filter(pk=acceptee.pk).update(titre='=HYPERLINK("http://exemple.org")')
    (ligne,) = en_csv(client_de(mess))
    assert ligne["title"].startswith("'=")


def test_chacune_ne_tire_que_ce_qu_elle_suit(signe, agente, equipe, etrangere, cadre, client_de):
    assert len(octrois(client_de(agente), cadre.bsl.slug, nom="donnees_d_une_alliance")) == 1
    assert octrois(client_de(etrangere)) == []
    porteur = client_de(equipe[1])
    for nom, args in (("donnees_ouvertes", []), ("donnees_nationales", ["csv"])):
        assert porteur.get(reverse(f"protocoles:{nom}", args=args)).status_code == 403


def test_la_page_mene_aux_fichiers_et_dit_ce_qui_n_y_est_pas(signe, agente, cadre, client_de):
    client = client_de(agente)
    page = client.get(reverse("protocoles:donnees_ouvertes"))
    assert_html_accessible(page)
    assert reverse("protocoles:donnees_d_une_alliance", args=[cadre.bsl.slug, "csv"]) in page.text
    assert "nom de personne" in page.text
    assert reverse("protocoles:donnees_ouvertes") in client.get(reverse("projets:initiatives")).text
