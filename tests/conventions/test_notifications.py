"""Prévenir d'un transfert et d'un avenant : la bonne personne, une fois, sans renseignement personnel."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from conventions.attentes import conventions
from conventions.models import Avenant, Transfert
from conventions.notifications.avenants import EVENEMENTS, annoncer_avenant
from conventions.notifications.transferts import annoncer_transfert
from conventions.notifications.versements import EVENEMENTS as EVENEMENTS_DE_VERSEMENT
from conventions.notifications.versements import annoncer_versement
from socle.models import Notification
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
)
from tests.conventions.fabriques import arbre_dresse, enveloppes_par_nom, repartition_adoptee
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


def prevenues(cle):
    """Les personnes prévenues, celles qui ont un geste à faire à part."""
    avis = Notification.objects.filter(cle__startswith=cle).select_related("destinataire")
    return (
        {n.destinataire for n in avis if not n.a_suivre},
        {n.destinataire for n in avis if n.a_suivre},
    )


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


# --- Les transferts ---------------------------------------------------------------------------------------


@partagee
def arbre(convention):
    arbre_dresse(convention, par=fabriques.personne("mess"))
    repartition_adoptee(convention, par=fabriques.personne("mess"))
    return enveloppes_par_nom(convention)


def demande_de(arbre, par):
    return Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal("60"), par=par, motif="Secret")


def test_un_transfert_demande_previent_qui_peut_y_repondre(
    arbre, convention, agente, lectrice, signataire, mess, etrangere, client_de
):
    adresse = reverse("conventions:transfert_demande", args=[convention.pk, 2025])
    saisie = {"de": arbre["Réserve"].pk, "vers": arbre["La Matanie"].pk, "montant": "60", "motif": "Secret"}
    client_de(agente).post(adresse, saisie)
    transfert = Transfert.objects.get()
    assert prevenues("transfert:") == (set(), {signataire})
    avis = Notification.objects.get(destinataire=signataire)
    assert avis.lien == reverse("conventions:transfert", args=[transfert.pk])
    assert "Secret" not in avis.titre + avis.texte


@pytest.mark.parametrize(
    ("page", "envoi", "titre"),
    [
        ("transfert_approbation", {}, "Transfert approuvé"),
        ("transfert_refus", {"motif": "Non."}, "Transfert refusé"),
    ],
)
def test_la_reponse_previent_qui_a_demande(
    arbre, agente, lectrice, signataire, etrangere, client_de, page, envoi, titre
):
    transfert = demande_de(arbre, agente)
    client_de(signataire).post(reverse(f"conventions:{page}", args=[transfert.pk]), envoi)
    assert prevenues("transfert:") == ({agente}, set())
    assert Notification.objects.get(destinataire=agente).titre.startswith(titre)


def test_une_reponse_impossible_ne_previent_personne(arbre, agente, signataire, client_de):
    transfert = demande_de(arbre, agente)
    client_de(signataire).post(reverse("conventions:transfert_refus", args=[transfert.pk]), {"motif": " "})
    transfert.approuver(par=signataire)
    client_de(signataire).post(reverse("conventions:transfert_approbation", args=[transfert.pk]))
    assert not Notification.objects.exists()


def test_qui_a_demande_puis_est_parti_n_apprend_pas_la_reponse(arbre, agente, signataire):
    transfert = demande_de(arbre, agente).approuver(par=signataire)
    fabriques.Mandat.objects.filter(utilisateur=agente).update(fin=date(2026, 1, 1))
    assert annoncer_transfert(transfert, par=signataire) == []


def test_une_ressource_de_territoire_apprend_la_reponse_et_signataire_ne_s_ecrit_pas(
    arbre, ressource, signataire
):
    transfert = demande_de(arbre, ressource)
    annoncer_transfert(transfert, par=ressource)
    transfert = transfert.approuver(par=signataire)
    annoncer_transfert(transfert, par=signataire)
    assert prevenues("transfert:demandee") == (set(), {signataire})
    assert prevenues("transfert:approuvee") == ({ressource}, set())
    sien = demande_de(arbre, signataire)
    assert annoncer_transfert(sien, par=signataire) == []


def test_une_demande_retiree_l_annonce_a_qui_devait_y_repondre_et_a_personne_d_autre(
    cadre,
    arbre,
    agente,
    lectrice,
    signataire,
    mess,
    etrangere,
    client_de,
    django_capture_on_commit_callbacks,
):
    seconde = fabriques.personne("signature", cadre.bsl)
    transfert = demande_de(arbre, agente)
    annoncer_transfert(transfert, par=agente)
    tiers = fabriques.personne("signature", cadre.bsl)  # nommée après la demande
    retrait = reverse("conventions:transfert_retrait", args=[transfert.pk])
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client_de(lectrice).post(retrait)
    assert prevenues("transfert:retiree:") == ({signataire, seconde}, set())
    assert sorted(courriel.to for courriel in mail.outbox) == sorted(
        [personne.courriel] for personne in (signataire, seconde)
    )
    assert "Vous n’avez rien à faire." in mail.outbox[0].body
    assert "Pour le consulter" in mail.outbox[0].body
    assert not Notification.objects.filter(destinataire__in=(agente, tiers)).exists()


def test_qui_retire_une_demande_ou_n_a_plus_a_y_repondre_ne_l_apprend_pas(cadre, arbre, agente, signataire):
    partie = fabriques.personne("signature", cadre.bsl)
    fabriques.Mandat.objects.create(
        utilisateur=signataire, role="coordination", alliance=cadre.bsl, debut=fabriques.DEBUT
    )
    transfert = demande_de(arbre, agente)
    annoncer_transfert(transfert, par=agente)
    fabriques.Mandat.objects.filter(utilisateur=partie).update(fin=date(2026, 1, 1))
    transfert = transfert.retirer(par=signataire)
    assert annoncer_transfert(transfert, par=signataire) == []


def test_l_avis_d_une_demande_retiree_mene_a_une_page_qui_n_attend_plus_rien(
    arbre, agente, signataire, client_de
):
    transfert = demande_de(arbre, agente)
    (avis,) = annoncer_transfert(transfert, par=agente)
    client_de(agente).post(reverse("conventions:transfert_retrait", args=[transfert.pk]))
    page = client_de(signataire).post(reverse("pilotage:notification_lue", args=[avis.pk]), follow=True)
    assert "Retiré" in page.text
    assert "À votre tour" not in page.text
    assert conventions.taches(signataire) == []


def test_un_retrait_impossible_n_annonce_rien(arbre, agente, signataire, client_de):
    transfert = demande_de(arbre, agente)
    annoncer_transfert(transfert, par=agente)
    transfert.approuver(par=signataire)
    client_de(agente).post(reverse("conventions:transfert_retrait", args=[transfert.pk]))
    assert prevenues("transfert:retiree:") == (set(), set())


# --- Les versements ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("evenement", EVENEMENTS_DE_VERSEMENT)
def test_un_avis_de_versement_dit_le_montant_et_la_date(cadre, evenement):
    echeance = v.autorisee(v.convention_signee(cadre.bsl))
    nouvelles = annoncer_versement(echeance, evenement, par=fabriques.personne("mess"))
    assert nouvelles
    for avis in nouvelles:
        assert f"{echeance}" in avis.texte
        assert en_dollars(echeance.montant) in avis.texte
        assert date_longue(echeance.prevue_le) in avis.texte
        assert avis.texte.endswith(".")


def test_un_versement_fait_dit_ce_qui_vient_d_etre_verse_et_quand(cadre, agente):
    echeance = v.versee(v.convention_signee(cadre.bsl))
    (avis,) = [n for n in annoncer_versement(echeance, "versement", par=None) if n.destinataire == agente]
    assert (
        f"un virement de {en_dollars(echeance.montant)}, fait le {date_longue(aujourd_hui())}," in avis.texte
    )


# --- Les avenants -----------------------------------------------------------------------------------------


def test_transmis_un_avenant_appelle_ses_parties_a_signer(
    convention, agente, lectrice, signataire, analyste, mess, approbation, etrangere, client_de
):
    avenant = avenant_prepare(convention)
    client_de(mess).post(reverse("conventions:avenant_transmission", args=[avenant.pk]))
    assert prevenues("avenant:transmission:") == ({agente}, {signataire, approbation})
    avis = Notification.objects.get(destinataire=signataire)
    assert avis.lien == reverse("conventions:avenant", args=[avenant.pk])
    assert client_de(signataire).get(avis.lien).status_code == 200


def test_une_signature_puis_la_derniere_s_annoncent(
    convention, agente, lectrice, signataire, mess, approbation, analyste, etrangere, client_de
):
    avenant = avenant_transmis(convention)
    organisme, ministre = avenant.signatures_attendues()
    envoi = {
        "signee_le": aujourd_hui().isoformat(),
        "resolution": "2026-11",
        "resolution_le": aujourd_hui().isoformat(),
    }
    adresse = reverse("conventions:avenant_signature", args=[avenant.pk, organisme.pk])
    client_de(signataire).post(adresse, envoi | {"piece": fabriques.fichier_pdf()})
    assert mess in prevenues("avenant:signature:")[0]
    assert not (prevenues("avenant:signature:")[0] & {agente, signataire, approbation})
    adresse = reverse("conventions:avenant_signature", args=[avenant.pk, ministre.pk])
    client_de(approbation).post(adresse, {"signee_le": aujourd_hui().isoformat()})
    assert Avenant.objects.get().etat == "applique"
    informees, attendues = prevenues("avenant:application:")
    assert {agente, lectrice, signataire, mess, analyste} <= informees
    assert not (informees & {approbation, etrangere})
    assert attendues == set()


def test_en_vigueur_un_avenant_ecrit_une_fois_a_qui_suit_ce_qui_est_signe(
    cadre,
    convention,
    agente,
    lectrice,
    ressource,
    analyste,
    direction,
    mess,
    approbation,
    etrangere,
    django_capture_on_commit_callbacks,
):
    finances = fabriques.personne("finances_mess")
    ailleurs = fabriques.personne("dgsq", cadre.lanaudiere.regions.get())
    observation = fabriques.personne("observation")
    region = cadre.bsl.regions.get()
    for role, portee in (("direction_dgsq", region), ("finances_mess", None)):  # plusieurs rôles, un courriel
        fabriques.mandater(analyste, role, region=portee)
    avenant = avenant_applique(convention)
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_avenant(avenant, "application", par=approbation)
    recus = Counter(adresse for courriel in mail.outbox for adresse in courriel.to)
    assert set(recus.values()) == {1}
    prevenus = {agente, lectrice, ressource, analyste, direction, mess, finances}
    assert {personne.courriel for personne in prevenus} <= set(recus)
    assert not {p.courriel for p in (approbation, etrangere, ailleurs, observation)} & set(recus)
    assert not Notification.objects.filter(a_suivre=True).exists()


def test_un_avenant_qui_s_applique_dit_au_ministere_lequel_il_arrete(convention, signataire, mess):
    arrete = avenant_transmis(convention, {"parametre/part_regionale": "10.00"})
    avenant_prepare(convention, {"parametre/part_regionale": "15.00"})
    applique = avenant_applique(convention)
    annoncer_avenant(applique, "application", par=mess)
    informees, attendues = prevenues("avenant:base:")
    assert mess in attendues
    assert signataire not in informees | attendues
    assert Notification.objects.filter(destinataire=mess).get().lien == reverse(
        "conventions:avenant", args=[arrete.pk]
    )


def test_repris_parce_que_la_base_a_bouge_il_previent_qui_devait_signer(
    convention, agente, signataire, approbation, mess, client_de
):
    arrete = avenant_transmis(convention, {"parametre/part_regionale": "10.00"})
    avenant_applique(convention)
    client_de(mess).post(reverse("conventions:avenant_reprise", args=[arrete.pk]))
    informees, attendues = prevenues("avenant:reprise:")
    assert {agente, signataire, approbation} <= informees
    assert mess not in informees
    assert attendues == set()
    avis = Notification.objects.get(destinataire=agente)
    assert client_de(agente).get(avis.lien).status_code == 200  # en préparation, l'avenant ne se voit plus


def test_reprendre_un_avenant_jamais_transmis_ne_derange_personne(convention, agente, approbation, client_de):
    mess = fabriques.personne("mess")
    prepare = avenant_prepare(convention, {"parametre/part_regionale": "10.00"})
    avenant_applique(convention)
    client_de(mess).post(reverse("conventions:avenant_reprise", args=[prepare.pk]))
    assert not Avenant.objects.get(pk=prepare.pk).base_a_bouge()
    assert not Notification.objects.exists()


def test_abandonne_il_previent_qui_l_avait_recu(
    convention, agente, lectrice, signataire, approbation, mess, client_de
):
    avenant = avenant_transmis(convention)
    adresse = reverse("conventions:avenant_abandon", args=[avenant.pk])
    client_de(mess).post(adresse, {"motif": "La Table a changé d’avis."})
    informees, attendues = prevenues("avenant:abandon:")
    assert {agente, signataire, approbation} <= informees
    assert not ({mess, lectrice} & informees)
    assert attendues == set()
    assert all("changé d’avis" not in n.texte for n in Notification.objects.all())


def test_abandonne_avant_d_etre_transmis_il_reste_au_ministere(
    convention, agente, signataire, approbation, mess, client_de
):
    avenant = avenant_prepare(convention)
    client_de(mess).post(reverse("conventions:avenant_abandon", args=[avenant.pk]), {"motif": "Inutile."})
    informees, _ = prevenues("avenant:abandon:")
    assert approbation in informees
    assert not (informees & {agente, signataire})


def test_un_geste_refuse_n_annonce_rien(convention, agente, mess, client_de):
    avenant = avenant_prepare(convention, {})
    client_de(mess).post(reverse("conventions:avenant_transmission", args=[avenant.pk]))
    client_de(mess).post(reverse("conventions:avenant_reprise", args=[avenant.pk]))
    assert not Notification.objects.exists()


def test_le_meme_evenement_ne_s_annonce_qu_une_fois(
    convention, agente, signataire, mess, django_capture_on_commit_callbacks
):
    avenant = avenant_transmis(convention)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            annoncer_avenant(avenant, "transmission", par=mess)
    assert len(mail.outbox) == Notification.objects.count() == 2
    courriel = next(message for message in mail.outbox if message.to == [signataire.courriel])
    assert courriel.subject == (
        f"Avenant à signer\xa0: {convention.alliance.nom} ({convention.numero}, avenant 1)"
    )
    for personne in (agente, signataire, mess):
        assert personne.nom not in courriel.subject + courriel.body


@pytest.mark.parametrize("evenement", EVENEMENTS)
def test_chaque_evenement_s_annonce_en_une_phrase_et_mene_quelque_part(
    convention, agente, signataire, mess, evenement
):
    nouvelles = annoncer_avenant(avenant_transmis(convention), evenement, par=signataire)
    assert nouvelles
    assert all(n.texte.endswith(".") and n.lien.startswith("/conventions/") for n in nouvelles)


def test_un_long_nom_d_alliance_n_empeche_pas_le_geste(convention, signataire, mess, client_de):
    convention.alliance.nom = "Alliance " + "très " * 28
    convention.alliance.save()
    type(convention).objects.update(numero="FQIS-" + "1" * 25)
    avenant = avenant_prepare(convention)
    client_de(mess).post(reverse("conventions:avenant_transmission", args=[avenant.pk]))
    avis = Notification.objects.get(destinataire=signataire)
    assert (len(avis.titre), avis.titre[-1]) == (200, "…")
