"""Une demande reçue autrement : à temps, inscrite au nom de l'organisme, et confirmée avant d'être décidée."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from projets.attentes import demandes, etude
from projets.models import AppelProjets, Initiative, JournalProjets, PieceOrganisme, PieceRecue
from projets.models.avis import prochaine_etape, rendre
from projets.models.decisions import empechements_a_decider
from projets.models.deja_su import deja_su
from projets.models.jugements import Critere, juger
from projets.permissions import peut
from socle.erreurs import TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
HIER = timedelta(hours=2)


@partagee
def appel(cadre, agente, enveloppes):
    fabriques.version_approuvee(cadre.bsl)
    return p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: 300_000})


@partagee
def enveloppes(cadre):
    return p.enveloppes(cadre.bsl, 2026)


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


def recevoir(appel, organisme, par, **plus):
    champs = {"mode": "papier", "recue_le": timezone.now() - HIER, "piece": fabriques.fichier_pdf()}
    return Initiative.recevoir(appel, organisme, par=par, **champs | plus)


def remplie(recue, par):
    p.remplir(recue)
    for partie in recue.parties.all():
        recue.enregistrer_partie(partie.code, par=par, revision=1, terminee=True, ecrire=lambda ecrite: None)
    return p.relire(recue)


@partagee
def recue(appel, organisme, agente):
    return remplie(recevoir(appel, organisme, agente), agente)


@partagee
def deposee(recue, agente):
    return p.relire(recue.deposer_au_nom(par=agente))


def fermee(appel, depuis=timedelta(hours=1), jours=None):
    fin = timezone.now() - depuis
    dates = {"ouvre_le": fin - timedelta(days=10), "ferme_le": fin}
    AppelProjets.objects.filter(pk=appel.pk).update(inscription_jours=jours, **dates)
    return AppelProjets.objects.get(pk=appel.pk).fermer()


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


def test_l_heure_de_reception_est_celle_du_depot_et_le_journal_dit_au_nom_de_qui(deposee, organisme, agente):
    assert (deposee.deposee_le, deposee.numero) == (deposee.recue_le, "INI-2024-01-0001")
    lignes = JournalProjets.objects.filter(initiative=deposee).order_by("rang")
    assert list(lignes.values_list("geste", flat=True)) == ["recevoir", "deposer-au-nom"]
    assert all(ligne.motif.startswith(f"Au nom de {organisme}. Reçue sur papier") for ligne in lignes)
    assert {ligne.role for ligne in lignes} == {"coordination"}
    assert premiere_rupture(JournalProjets) is None


def test_une_demande_recue_autrement_se_dit_dans_la_liste(deposee, agente, client_de):
    liste = client_de(agente).get(reverse("projets:initiatives"), {"colonnes": ["titre", "reception"]})
    assert deposee.get_mode_reception_display() in liste.content.decode()


def test_une_demande_sans_titre_nomme_son_organisme(appel, organisme, agente):
    assert str(recevoir(appel, organisme, agente)) == f"Demande sans titre, {organisme}"


def test_recue_a_temps_elle_s_inscrit_le_lendemain_dans_la_marge_de_l_appel(appel, organisme, agente):
    ferme = fermee(appel, jours=2)
    avant = ferme.ferme_le - timedelta(minutes=1)
    deposee = remplie(recevoir(ferme, organisme, agente, recue_le=avant), agente).deposer_au_nom(par=agente)
    assert (deposee.etat, deposee.deposee_le) == ("deposee", avant)
    assert AppelProjets.objects.get(pk=appel.pk).etat == "ferme"


@pytest.mark.parametrize(
    ("decalage", "phrase"),
    [
        (timedelta(0), "n’est pas arrivée à temps"),
        (timedelta(days=2), "dans le futur"),
        (-timedelta(days=90), "à temps"),
    ],
)
def test_recue_trop_tard_trop_tot_ou_dans_le_futur_elle_ne_s_inscrit_pas(
    appel, organisme, agente, decalage, phrase
):
    ferme = fermee(appel, jours=2)
    with pytest.raises(TransitionInterdite, match=phrase):
        recevoir(ferme, organisme, agente, recue_le=ferme.ferme_le + decalage)
    assert not Initiative.objects.exists()
    assert not PieceRecue.objects.exists()


@pytest.mark.parametrize("jours", [None, 1])
def test_passe_la_marge_elle_ne_s_inscrit_ni_ne_se_depose_plus(appel, recue, organisme, agente, jours):
    ferme = fermee(appel, depuis=timedelta(days=1, hours=1), jours=jours)
    with pytest.raises(TransitionInterdite, match="n’en inscrit plus"):
        recevoir(ferme, organisme, agente, recue_le=ferme.ferme_le - timedelta(hours=1))
    with pytest.raises(TransitionInterdite, match="n’en inscrit plus"):
        p.relire(recue).deposer_au_nom(par=agente)


def test_un_appel_en_preparation_ou_retire_n_en_recoit_pas(cadre, appel, organisme, agente):
    appel.retirer(par=agente, motif="Le Fonds est suspendu.")
    for autre in (p.appel_en_preparation(cadre.bsl, agente), appel):
        with pytest.raises(TransitionInterdite, match="appel publié"):
            recevoir(autre, organisme, agente)


def test_qui_est_de_l_organisme_ne_l_inscrit_pas_pour_la_table(recue, appel, organisme, agente):
    fabriques.mandater(agente, "porteur", organisme=organisme)
    with pytest.raises(TransitionInterdite, match="une autre personne de la Table"):
        recevoir(appel, organisme, agente)
    with pytest.raises(TransitionInterdite, match="une autre personne de la Table"):
        recue.deposer_au_nom(par=agente)


@pytest.mark.parametrize("role", ["territoire", "sign_territoire", "fin_territoire"])
def test_qui_tient_un_role_de_la_mrc_ne_l_inscrit_pas_en_son_nom(
    recue, appel, organisme, agente, role, client_de
):
    assert peut(agente, "rediger", recue) is None
    type(organisme).objects.filter(pk=organisme.pk).update(forme="municipal")
    fabriques.mandater(agente, role, territoire=organisme.territoire)
    de_la_mrc, mrc, sienne = (type(x).objects.get(pk=x.pk) for x in (agente, organisme, recue))
    with pytest.raises(TransitionInterdite, match="une autre personne de la Table"):
        recevoir(appel, mrc, de_la_mrc)
    with pytest.raises(TransitionInterdite, match="une autre personne de la Table"):
        sienne.deposer_au_nom(par=de_la_mrc)
    for geste in ("rediger", "deposer-au-nom", "inscrire-confirmation"):
        assert "de cette MRC" in str(peut(de_la_mrc, geste, sienne))
    assert client_de(de_la_mrc).get(reverse("projets:demande", args=[recue.pk])).status_code in (200, 403)
    assert not [t for t in etude.taches(de_la_mrc) if t.geste == etude.INSCRIRE]


def test_la_table_la_remplit_l_organisme_la_lit_les_autres_ne_la_voient_pas(
    recue, organisme, agente, analyste, etrangere
):
    redige, engage = p.equipe(organisme)
    assert peut(agente, "rediger", recue) is None
    for personne in (redige, engage, etrangere):
        assert peut(personne, "rediger", recue) is not None
        assert peut(personne, "deposer", recue) is not None
    assert [
        Initiative.objects.visibles_par(qui).exists() for qui in (agente, redige, analyste, etrangere)
    ] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(TransitionInterdite, match="c’est elle qui en inscrit le dépôt"):
        recue.deposer(par=engage)


def test_une_ressource_de_territoire_n_en_recoit_que_pour_l_appel_du_sien(cadre, appel, ressource, client_de):
    assert client_de(ressource).get(adresse("reception", appel)).status_code == 403
    AppelProjets.objects.filter(pk=appel.pk).update(territoire=cadre.bsl.territoires.get(code="07"))
    assert client_de(ressource).get(adresse("reception", appel)).status_code == 200


def test_le_dossier_de_l_organisme_ne_s_ouvre_qu_une_fois_la_demande_confirmee(deposee, organisme, agente):
    redige, engage = p.equipe(organisme)
    PieceOrganisme.televerser(fabriques.fichier_pdf(), par=redige, organisme=organisme, nature="conseil")
    assert not PieceOrganisme.objects.visibles_par(agente).exists()
    deposee.confirmer(par=engage)
    assert PieceOrganisme.objects.visibles_par(agente).exists()


def prete_a_decider(deposee, agente):
    p.fermer(deposee.appel)
    juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere})
    jugee = p.relire(deposee)
    while (etape := prochaine_etape(jugee)) and etape.acte != "decision":
        rendre(jugee, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    return p.relire(jugee)


def test_on_n_en_decide_pas_avant_sa_confirmation(deposee, organisme, agente, signataire):
    prete = prete_a_decider(deposee, agente)
    assert "attend d’abord la confirmation" in empechements_a_decider(prete)[0]
    assert not etude.taches(signataire)
    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.filter(pk=prete.pk).update(etat="refusee")
    prete.confirmer(par=fabriques.personne("engagement", organisme))
    assert empechements_a_decider(p.relire(prete)) == []
    assert etude.taches(signataire)


def test_qui_engage_l_organisme_confirme_une_fois_et_jamais_qui_l_a_inscrite(deposee, organisme, agente):
    engage = fabriques.personne("engagement", organisme)
    fabriques.mandater(agente, "engagement", organisme=organisme)
    with pytest.raises(TransitionInterdite, match="une autre personne la confirme"):
        deposee.confirmer(par=agente)
    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.filter(pk=deposee.pk).update(confirmee_le=timezone.now(), confirmee_par=agente)
    assert deposee.confirmer(par=engage).confirmee_par == engage
    with pytest.raises(TransitionInterdite, match="n’attend pas"):
        deposee.confirmer(par=engage)


@partagee
def collegue(cadre):
    return fabriques.personne("coordination", cadre.bsl)


def test_sans_compte_la_table_inscrit_la_confirmation_ecrite(deposee, organisme, collegue):
    with pytest.raises(TransitionInterdite, match="qui a signé"):
        deposee.inscrire_la_confirmation(par=collegue, signee_par=" ", piece=fabriques.fichier_pdf())
    confirmee = deposee.inscrire_la_confirmation(
        par=collegue, signee_par="Odile Castonval, présidente", piece=fabriques.fichier_pdf()
    )
    assert confirmee.confirmation_de == "Odile Castonval, présidente"
    assert set(PieceRecue.objects.values_list("nature", flat=True)) == {"document", "confirmation"}


def test_qui_l_a_inscrite_ou_deposee_n_en_inscrit_pas_la_confirmation(recue, organisme, agente, collegue):
    deposee = p.relire(recue.deposer_au_nom(par=collegue))
    for personne in (agente, collegue):
        with pytest.raises(TransitionInterdite, match="une autre personne la confirme"):
            deposee.inscrire_la_confirmation(par=personne, signee_par="Odile", piece=fabriques.fichier_pdf())
    fabriques.mandater(collegue, "engagement", organisme=organisme)
    with pytest.raises(TransitionInterdite, match="une autre personne la confirme"):
        deposee.confirmer(par=collegue)


def test_un_appel_decide_n_en_inscrit_plus_meme_dans_sa_marge(deposee, appel, organisme, agente, signataire):
    AppelProjets.objects.filter(pk=appel.pk).update(inscription_jours=30)
    recevoir(AppelProjets.objects.get(pk=appel.pk), organisme, agente)
    assert etude.INSCRIRE in [attente.geste for attente in etude.taches(agente)]
    prete = prete_a_decider(deposee, agente)
    prete.confirmer(par=fabriques.personne("engagement", organisme))
    refus = {"raison": "besoin", "motif": "Le besoin est ailleurs.", "ecart": "Le comité ne l’avait pas vu."}
    prendre(p.relire(prete), signataire, sens="refusee", **refus)
    decide = AppelProjets.objects.get(pk=appel.pk)
    assert decide.etat == "decide"
    with pytest.raises(TransitionInterdite, match="est décidé"):
        recevoir(decide, organisme, agente)
    assert etude.INSCRIRE not in [attente.geste for attente in etude.taches(agente)]


def test_l_inscription_ne_depasse_pas_la_reponse_promise(cadre, agente):
    appel = p.appel_en_preparation(cadre.bsl, agente)
    attente = (appel.decision_promise_le - jour_de(appel.ferme_vraiment_le)).days
    appel.inscription_jours = attente
    appel.full_clean()
    appel.inscription_jours = attente + 1
    with pytest.raises(ValidationError, match="à la réponse"):
        appel.full_clean()


def test_ce_que_la_table_joint_reste_a_la_demande(recue, organisme, agente, client_de):
    saisie = {"nature": "etats_financiers", "fichier": fabriques.fichier_pdf()}
    assert_html_accessible(client_de(agente).get(adresse("pieces", recue)))
    assert client_de(agente).post(adresse("pieces", recue), saisie).status_code == 302
    assert not PieceOrganisme.objects.exists()
    assert recue.pieces.get().nature == "etats_financiers"
    recue.appel.pieces_demandees = ["etats_financiers"]
    assert [bool(piece) for _, piece in recue.pieces_demandees()] == [True]


def test_la_table_ne_sait_d_un_organisme_que_ce_qu_il_a_demande_a_son_alliance(
    cadre, appel, recue, organisme
):
    redige, engage = p.equipe(organisme)
    precedente = p.demande_prete(appel, organisme, redige).deposer(par=engage)
    Initiative.objects.filter(pk=precedente.pk).update(alliance=cadre.lanaudiere)
    assert deja_su(recue, "organisme") == {}
    Initiative.objects.filter(pk=precedente.pk).update(alliance=cadre.bsl)
    assert deja_su(recue, "organisme")["personne_ressource"] == p.REPONSES["personne_ressource"]


def test_qui_a_un_compte_confirme_sans_la_table(deposee, organisme, agente):
    fabriques.personne("engagement", organisme)
    with pytest.raises(TransitionInterdite, match="c’est à elle"):
        deposee.inscrire_la_confirmation(par=agente, signee_par="Odile", piece=fabriques.fichier_pdf())


def test_l_organisme_qui_ne_la_reconnait_pas_la_retire_meme_apres_la_fermeture(deposee, organisme, appel):
    engage = fabriques.personne("engagement", organisme)
    p.fermer(appel)
    assert p.relire(deposee).retirer(par=engage).etat == "retiree"


def test_chacun_sait_ce_qu_il_a_a_faire(recue, organisme, agente):
    redige, engage = p.equipe(organisme)
    assert [a.objet for a in etude.taches(agente)] == [str(organisme)]
    assert demandes.taches(engage) == []
    recue.deposer_au_nom(par=agente)
    assert etude.INSCRIRE not in [attente.geste for attente in etude.taches(agente)]
    assert [a.lien for a in demandes.taches(engage)] == [adresse("confirmation", recue)]
    assert demandes.taches(redige) == []


def test_de_la_reception_a_la_confirmation_par_les_pages(appel, organisme, agente, client_de):
    redige, engage = p.equipe(organisme)
    table = client_de(agente)
    assert adresse("reception", appel) in table.get(adresse("appel", appel)).content.decode()
    assert_html_accessible(table.get(adresse("reception", appel)))
    saisie = {
        "organisme": organisme.neq,
        "mode": "telephone",
        "recue_le": f"{timezone.localtime() - HIER:%Y-%m-%d %H:%M}",
    }
    assert "Joignez un fichier" in table.post(adresse("reception", appel), saisie).content.decode()
    inconnu = saisie | {"organisme": "Personne", "piece": fabriques.fichier_pdf()}
    assert "Aucun organisme" in table.post(adresse("reception", appel), inconnu).content.decode()
    reponse = table.post(adresse("reception", appel), saisie | {"piece": fabriques.fichier_pdf()})
    recue = Initiative.objects.get()
    assert reponse.url == adresse("demande", recue)
    page = table.get(reponse.url)
    assert_html_accessible(page)
    assert "Reçue au téléphone" in page.content.decode()
    projet = reverse("projets:partie", args=[recue.pk, "projet"])
    assert table.post(projet, {"revision": 1, "titre": "Cuisines de rang"}).status_code == 302
    remplie_par_la_table(recue)
    assert p.attester(table, adresse("depot", recue)).url == adresse("initiative", recue)
    assert engage.notifications.filter(cle=f"demande:a-confirmer:{recue.pk}", a_suivre=True).exists()

    assert client_de(redige).post(adresse("confirmation", recue), {"atteste": "on"}).status_code == 403
    porteuse = client_de(engage)
    lue = porteuse.get(adresse("confirmation", recue))
    assert_html_accessible(lue)
    piece = PieceRecue.objects.get()
    assert adresse("piece_recue", piece) in lue.content.decode()
    assert b"%PDF" in b"".join(porteuse.get(adresse("piece_recue", piece)).streaming_content)
    assert porteuse.post(adresse("confirmation", recue), {"atteste": "on"}).status_code == 302
    assert "Confirmée par l’organisme" in table_relit(client_de(agente), recue)


def remplie_par_la_table(recue):
    p.remplir(recue)
    recue.parties.update(terminee=True)


def table_relit(table, recue):
    page = table.get(adresse("initiative", recue))
    assert_html_accessible(page)
    return page.content.decode()


def test_la_confirmation_ecrite_s_inscrit_par_la_page(deposee, collegue, etrangere, client_de):
    assert client_de(etrangere).get(adresse("confirmation_ecrite", deposee)).status_code == 404
    table = client_de(collegue)
    assert adresse("confirmation_ecrite", deposee) in table_relit(table, deposee)
    assert_html_accessible(table.get(adresse("confirmation_ecrite", deposee)))
    table.post(
        adresse("confirmation_ecrite", deposee),
        {"signee_par": "Odile Castonval", "piece": fabriques.fichier_pdf()},
    )
    assert p.relire(deposee).confirmee_par == collegue


def test_une_autre_alliance_n_y_entre_pas(deposee, appel, etrangere, client_de):
    ailleurs = client_de(etrangere)
    for nom, objet in (("confirmation", deposee), ("piece_recue", PieceRecue.objects.get())):
        assert ailleurs.get(adresse(nom, objet)).status_code == 404, nom
    assert ailleurs.get(adresse("reception", appel)).status_code == 404
