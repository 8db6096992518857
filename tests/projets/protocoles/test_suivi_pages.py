"""La page du suivi : une seule chose à faire pour l'organisme, ce que la Table en lit; rien pour qui est d'ailleurs."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from conventions.models import AbonnementCalendrier
from projets.protocoles.models import AvenantProtocole, ChangementDemande, NoteDeSuivi, RapportRecu
from socle.models import Notification
from socle.valeurs.horloge import a_l_instant, aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.test_pages import REQUETES_AU_PLUS

pytestmark = pytest.mark.django_db


def adresse(protocole, nom="suivi"):
    return reverse(f"protocoles:{nom}", args=[protocole.pk])


def lire(client, protocole, jour=None):
    moment = timezone.make_aware(datetime.combine(jour, time(12))) if jour else timezone.now()
    with a_l_instant(moment):
        page = client.get(adresse(protocole))
    assert page.status_code == 200
    assert_html_accessible(page)
    return page.text


def dit(texte):
    """Les mots de la page, sans ses balises."""
    return " ".join(strip_tags(texte).split())


def test_un_changement_accorde_mene_a_l_avenant_qui_le_porte(
    signe, agente, signataire, equipe, lectrice, etrangere, client_de
):
    demande = {"nature": "dates", "demande": "La salle n’est libre qu’en janvier."}
    changement = ChangementDemande.demander(signe, par=equipe[0], **demande)
    ouvrir = reverse("protocoles:changement_avenant", args=[changement.pk])
    assert client_de(agente).get(ouvrir).status_code == 404, "rien n’est encore accordé"
    repondre = reverse("protocoles:changement_reponse", args=[changement.pk])
    client_de(signataire).post(repondre, {"issue": "accorde", "reponse": "Bien sûr."})
    avis = Notification.objects.get(destinataire=agente, titre__contains="Avenant à préparer")
    assert (avis.lien, avis.a_suivre) == (ouvrir, True)
    suivi = reverse("protocoles:suivi", args=[signe.pk])
    assert ouvrir in client_de(agente).get(suivi).text
    assert ouvrir not in client_de(equipe[0]).get(suivi).text
    assert "La Table prépare l’avenant" in client_de(equipe[0]).get(suivi).text
    page = client_de(agente).get(ouvrir)
    assert_html_accessible(page)
    assert "La salle n’est libre qu’en janvier." in page.text
    for personne, code in {equipe[0]: 403, lectrice: 403, etrangere: 404}.items():
        client = client_de(personne)
        assert [client.get(ouvrir).status_code, client.post(ouvrir).status_code] == [code, code]
    assert client_de(agente).post(ouvrir, {"motif": demande["demande"]}).status_code == 302
    assert AvenantProtocole.objects.get().motif == demande["demande"]
    assert ouvrir not in client_de(agente).get(suivi).text


def test_l_organisme_signe_d_abord_puis_n_a_rien_a_faire(transmis, signataire, equipe, agente, client_de):
    porteur, table = client_de(equipe[1]), client_de(agente)
    assert "À vous" in lire(porteur, transmis)
    assert "Lire et signer" in lire(porteur, transmis)
    lue = dit(lire(table, transmis))
    assert "À l’organisme" in lue
    assert "Lire et signer" not in lue
    f.signe(transmis, signataire, equipe[1])
    lue = dit(lire(porteur, transmis))
    assert "Verser 12 600,01 $" in lue
    assert "Aux finances" in lue


def test_le_rapport_qui_vient_est_la_chose_a_faire(signe, lectrice, equipe, agente, signataire, client_de):
    client, attendu = client_de(equipe[0]), signe.rapport_final_le
    for tranche in signe.tranches.filter(etat="liberee").select_related("affectation__enveloppe"):
        f.payer(tranche, lectrice)
    assert "Rien à faire maintenant" in lire(client, signe, attendu - timedelta(days=31))
    proche = dit(lire(client, signe, attendu - timedelta(days=2)))
    assert "À vous Remettre votre rapport Au plus tard le 31 janvier 2027 Joindre le rapport" in proche
    assert "En retard depuis le" in lire(client, signe, attendu + timedelta(days=1))
    RapportRecu.inscrire(
        f.a_terme(signe),
        par=agente,
        attendu_le=attendu,
        quoi="Rapport final",
        recu_le=aujourd_hui(),
        depense=0,
    )
    assert "Lire le rapport reçu" in lire(client, signe, attendu)


def test_suspendue_ou_finie_elle_dit_pourquoi(signe, signataire, lectrice, equipe, client_de):
    client = client_de(equipe[0])
    f.payer(signe.tranches.select_related("affectation__enveloppe").get(rang=1), lectrice)
    signe.suspendre(par=signataire, motif="La salle est inondée.")
    assert "La salle est inondée." in lire(client, signe)
    premiere = signe.tranches.get(rang=1).affectation_id
    f.relire(signe).resilier(
        par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer={premiere: 100}
    )
    assert "Rembourser 100,00" in lire(client, signe)


def test_avant_la_transmission_il_n_y_a_que_le_protocole(acceptee, agente, equipe, client_de):
    protocole = f.prepare(acceptee, agente)
    assert client_de(equipe[1]).get(adresse(protocole)).status_code == 404
    reponse = client_de(agente).get(adresse(protocole))
    assert reponse["Location"] == adresse(protocole, "protocole")


@pytest.mark.parametrize("nom", ["suivi", "note", "changement", "dates_ics"])
def test_qui_est_d_ailleurs_ne_trouve_rien(nom, signe, etrangere, client_de):
    assert client_de(etrangere).get(adresse(signe, nom)).status_code == 404


def test_une_note_s_ecrit_se_lit_et_s_annonce_a_l_autre_partie(signe, equipe, agente, lectrice, client_de):
    porteur, objectif = client_de(equipe[0]), signe.initiative.objectifs.get()
    envoi = {"texte": "Le four est réparé.", "objectif": objectif.pk, "atteint_le": str(aujourd_hui())}
    reponse = porteur.post(adresse(signe, "note"), envoi | {"fichier": fabriques.fichier_pdf("four.pdf")})
    assert reponse["Location"] == adresse(signe)
    for personne in (equipe[1], agente):
        lue = lire(client_de(personne), signe)
        assert "Le four est réparé." in lue
        assert "four.pdf" in lue
        assert "Atteint" in lue
    prevenues = Notification.objects.filter(titre__startswith="Note de suivi")
    assert [n.destinataire for n in prevenues] == [agente]
    piece = NoteDeSuivi.objects.get().pieces.get()
    lue = client_de(agente).get(reverse("protocoles:piece_de_note", args=[piece.pk]))
    assert lue.getvalue().startswith(b"%PDF")
    client_de(agente).post(adresse(signe, "note"), {"texte": "Merci!"})
    apprises = Notification.objects.filter(titre__startswith="Note de suivi").exclude(destinataire=agente)
    assert {n.destinataire for n in apprises} == set(equipe)
    assert client_de(lectrice).get(adresse(signe, "note")).status_code == 403


def test_une_note_refusee_garde_la_saisie(signe, equipe, client_de):
    page = client_de(equipe[0]).post(
        adresse(signe, "note"), {"texte": "Presque.", "atteint_le": str(aujourd_hui())}
    )
    assert page.status_code == 409
    assert "Dites quel objectif est atteint." in page.text
    assert "Presque." in page.text


def test_un_changement_se_demande_et_se_repond_par_les_pages(
    signe, equipe, agente, lectrice, etrangere, client_de
):
    porteur, table = client_de(equipe[0]), client_de(agente)
    envoi = {"nature": "dates", "demande": "La salle n’est libre qu’en janvier."}
    assert porteur.post(adresse(signe, "changement"), envoi)["Location"] == adresse(signe)
    changement = ChangementDemande.objects.get()
    ici = reverse("protocoles:changement_reponse", args=[changement.pk])
    assert Notification.objects.get(destinataire=agente, titre__startswith="Changement demandé").a_suivre
    assert "Répondre" in lire(table, signe)
    assert "Répondre" not in lire(porteur, signe)
    assert [client_de(qui).get(ici).status_code for qui in (equipe[0], lectrice, etrangere)] == [
        403,
        403,
        404,
    ]
    page = table.get(ici)
    assert_html_accessible(page)
    assert "La salle n’est libre qu’en janvier." in page.text
    table.post(ici, {"issue": "accorde", "reponse": "Un avenant suivra."})
    assert "Un avenant suivra." in lire(porteur, signe)
    assert Notification.objects.filter(titre__startswith="Réponse à un changement").count() == 2
    assert table.get(adresse(signe, "changement")).status_code == 403


def test_les_dates_vont_a_l_agenda_et_a_l_abonnement(signe, equipe, client_de, client, etrangere):
    fichier = client_de(equipe[0]).get(adresse(signe, "dates_ics"))
    deplie = fichier.content.decode().replace("\r\n ", "")
    assert fichier["Content-Type"].startswith("text/calendar")
    assert deplie.count("BEGIN:VEVENT") == signe.tranches.count() + 2
    assert "Rapport attendu – Cuisines de rang" in deplie
    assert "STATUS:CANCELLED" not in deplie
    for personne, attendu in ((equipe[0], True), (etrangere, False)):
        abonnement = AbonnementCalendrier.de(personne).ouvrir(par=personne)
        flux = client.get(reverse("conventions:abonnement_ics", args=[abonnement.cle])).content.decode()
        assert ("Cuisines de rang" in flux) == attendu


def test_un_avenant_deplace_la_fin_et_annule_le_rapport_qu_il_remplace(
    signe, agente, signataire, equipe, client_de
):
    plus_tard = {"date/fin": "2027-02-15", "date/rapport_final_le": "2027-03-01"}
    avenant = f.avenant_transmis(
        signe, agente, valeurs=plus_tard, tranches=retenues_au(signe, date(2027, 3, 1))
    )
    f.avenant_signe(avenant, signataire, equipe[1])
    lus = client_de(equipe[0]).get(adresse(signe, "dates_ics")).content.decode().replace("\r\n ", "")
    dits = {re.search(r"UID:(.+)@", lu)[1]: lu for lu in lus.split("BEGIN:VEVENT")[1:]}
    fin = dits[f"protocole-fin-{signe.pk}"]
    assert "DTSTART;VALUE=DATE:20270215" in fin
    assert "SEQUENCE:1" in fin
    assert "STATUS:CANCELLED" in dits[f"protocole-rapport-{signe.pk}-2027-01-31"]
    assert "STATUS:CONFIRMED" in dits[f"protocole-rapport-{signe.pk}-2027-03-01"]


def retenues_au(protocole, jour):
    return [replace(p, prevue_le=jour) if p.retenue else p for p in f.avenant_sans_suite(protocole)]


def test_finies_les_dates_s_annulent(signe, signataire, equipe, client_de):
    signe.resilier(par=signataire, motif="Elle cesse.", demandee="table", **f.appui())
    flux = client_de(equipe[0]).get(adresse(signe, "dates_ics")).content.decode()
    assert flux.count("STATUS:CANCELLED") == signe.tranches.count() + 2
    assert "VALARM" not in flux


def test_le_suivi_se_lit_en_autant_de_requetes_pour_dix_notes(signe, equipe, agente, client_de):
    client = client_de(equipe[0])

    def requetes():
        client.get(adresse(signe))
        with CaptureQueriesContext(connection) as lues:
            client.get(adresse(signe))
        return len(lues)

    sans = requetes()
    for rang in range(10):
        NoteDeSuivi.ecrire(f.relire(signe), par=agente, cote="alliance", texte=f"Note {rang}.")
    assert requetes() == sans <= REQUETES_AU_PLUS


def test_l_accueil_de_l_organisme_mene_au_suivi_une_fois_transmis(acceptee, agente, equipe, client_de):
    client, accueil = client_de(equipe[1]), reverse("pilotage:accueil")
    protocole = f.prepare(acceptee, agente)
    assert reverse("projets:initiative", args=[acceptee.pk]) in client.get(accueil).text
    assert adresse(protocole) not in client.get(accueil).text
    f.avec_echeancier(protocole, agente).transmettre(par=agente, revision=2)
    assert adresse(protocole) in client.get(accueil).text


def test_l_accueil_de_l_organisme_se_lit_en_douze_requetes_au_plus_une_fois_signe(signe, equipe, client_de):
    client, accueil = client_de(equipe[1]), reverse("pilotage:accueil")
    client.get(accueil)
    with CaptureQueriesContext(connection) as lues:
        page = client.get(accueil)
    assert "Aux finances de la Table" in page.text
    assert len(lues) <= REQUETES_AU_PLUS
