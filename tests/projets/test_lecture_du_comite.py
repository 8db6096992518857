"""Lire pour évaluer : ce que la déclaration ouvre, un conflit reconnu à la lecture, où en est chaque personne."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import InstanceGouvernance, Mandat, Organisme
from projets.models import JournalProjets, NoteCritere, PieceInitiative, PieceOrganisme, evaluations
from projets.models.evaluations import a_evaluer_par, declarer, evaluer, note_de
from projets.models.interets import avancements, reconnaitre
from projets.models.tours import notes_des
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_seance import appel_rouvert, relu

pytestmark = pytest.mark.django_db
REQUETES_AU_PLUS = 12


@partagee
def a_noter(admissible):
    """Une demande admissible dont l'appel a deux critères."""
    for rang, nom in enumerate(("Le besoin", "Le réalisme")):
        admissible.appel.criteres.create(rang=rang, nom=nom, poids=50)
    return p.relire(admissible)


@partagee
def membre(a_noter):
    return fabriques.personne("evaluation", a_noter.etapes.last().instance)


def adresse(nom, *args):
    return reverse(f"projets:{nom}", args=args)


def notees(initiative, niveau=3):
    return {critere: (niveau, "") for critere in initiative.appel.criteres.all()}


def ses_pieces(initiative, par):
    """Une lettre de la demande, et les états financiers au dossier de l'organisme; l'appel les demande."""
    initiative.appel.pieces_demandees = ["appui", "etats_financiers"]
    initiative.appel.save(update_fields=["pieces_demandees"])
    lettre = PieceInitiative.televerser(
        fabriques.fichier_pdf(), par=par, initiative=initiative, nature="appui"
    )
    etats = PieceOrganisme.televerser(
        fabriques.fichier_pdf(), par=par, organisme=initiative.organisme, nature="etats_financiers"
    )
    PieceOrganisme.objects.filter(pk=etats.pk).update(televersee_le=initiative.deposee_le)
    return adresse("piece_d_initiative", lettre.pk), adresse("piece_d_organisme", etats.pk)


def codes(client, adresses):
    return [lire(client, url) for url in adresses]


def lire(client, url):
    reponse = client.get(url)
    if reponse.streaming:
        reponse.getvalue()
    return reponse.status_code


def test_les_pieces_s_ouvrent_apres_une_declaration_sans_conflit_seulement(
    a_noter, membre, equipe, client_de
):
    adresses, client = ses_pieces(a_noter, equipe[0]), client_de(membre)
    assert codes(client, adresses) == [404, 404]
    declarer(a_noter, par=membre, conflit=False)
    assert codes(client, adresses) == [200, 200]
    page = client.get(adresse("notation", a_noter.pk))
    assert_html_accessible(page)
    assert all(url in page.content.decode() for url in adresses)
    reconnaitre(a_noter, par=membre, precision="Ma sœur y siège.")
    assert codes(client, adresses) == [404, 404]


def test_les_pieces_d_une_demande_en_conflit_ou_d_une_autre_instance_restent_fermees(
    cadre, a_noter, membre, equipe, client_de
):
    adresses = ses_pieces(a_noter, equipe[0])
    declarer(a_noter, par=membre, conflit=True, precision="Ma sœur y travaille.")
    assert codes(client_de(membre), adresses) == [404, 404]
    ailleurs = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité voisin", palier="local")
    assert codes(client_de(fabriques.personne("evaluation", ailleurs)), adresses) == [404, 404]


def test_la_page_des_notes_tient_ses_requetes_une_fois_le_dossier_ouvert(
    a_noter, membre, equipe, client_de, django_assert_max_num_queries
):
    ses_pieces(a_noter, equipe[0])
    declarer(a_noter, par=membre, conflit=False)
    client = client_de(membre)
    client.get(adresse("notation", a_noter.pk))
    with django_assert_max_num_queries(REQUETES_AU_PLUS):
        client.get(adresse("notation", a_noter.pk))


def test_qui_evalue_n_a_rien_d_une_demande_de_sa_mrc(a_noter):
    instance = a_noter.etapes.last().instance
    porteur = a_noter.organisme
    Organisme.objects.filter(pk=porteur.pk).update(forme=Organisme.Forme.MUNICIPAL)
    du_territoire = fabriques.personne("territoire", porteur.territoire)
    fabriques.mandater(du_territoire, "evaluation", instance_gouvernance=instance)
    assert not a_evaluer_par(type(du_territoire).objects.get(pk=du_territoire.pk)).exists()


def test_un_conflit_se_reconnait_apres_coup_et_ses_notes_ne_comptent_plus(a_noter, membre, agente):
    declarer(a_noter, par=membre, conflit=False)
    evaluer(a_noter, par=membre, notes=notees(a_noter, 4))
    autre = fabriques.personne("evaluation", a_noter.etapes.last().instance)
    declarer(a_noter, par=autre, conflit=False)
    evaluer(a_noter, par=autre, notes=notees(a_noter, 2))
    assert note_de(a_noter).total == 75
    reconnaitre(a_noter, par=membre, precision="Ma sœur y siège.")
    assert note_de(a_noter).total == 50
    assert notes_des(a_noter.appel, [a_noter])[a_noter.pk].total == 50
    assert NoteCritere.objects.filter(personne=membre).count() == 2
    assert JournalProjets.objects.filter(geste="declarer", par=membre).count() == 2
    with pytest.raises(TransitionInterdite, match="conflit d’intérêts"):
        evaluer(a_noter, par=membre, notes=notees(a_noter))


def test_un_conflit_ne_se_reconnait_ni_deux_fois_ni_sans_motif_ni_avant_de_declarer(a_noter, membre):
    with pytest.raises(TransitionInterdite, match="Déclarez d’abord"):
        reconnaitre(a_noter, par=membre, precision="Ma sœur y siège.")
    declarer(a_noter, par=membre, conflit=False)
    with pytest.raises(TransitionInterdite, match="quel est cet intérêt"):
        reconnaitre(a_noter, par=membre, precision=" ")
    reconnaitre(a_noter, par=membre, precision="Ma sœur y siège.")
    with pytest.raises(TransitionInterdite, match="déjà déclaré un conflit"):
        reconnaitre(a_noter, par=membre, precision="Mon frère aussi.")
    with pytest.raises(TransitionInterdite, match="déjà déclaré"):
        declarer(a_noter, par=membre, conflit=False)


def test_la_page_de_declaration_nomme_les_gens_puis_n_offre_que_le_conflit(
    a_noter, membre, agente, client_de
):
    client, url = client_de(membre), adresse("declaration", a_noter.pk)
    a_noter.partenaires.create(rang=0, nom="La Popote de la Baie")
    avant = client.get(url).content.decode()
    assert "La Popote de la Baie" in avant
    assert a_noter.signataire in avant
    assert url in client.get(adresse("notation", a_noter.pk)).content.decode()
    client.post(url, {"conflit": "non"})
    page = client.get(url)
    assert_html_accessible(page)
    assert "Déclarer un conflit d’intérêts" in page.content.decode()
    assert client.post(url, {"precision": "Ma sœur y siège."}).status_code == 302
    annonce = Notification.objects.filter(destinataire=agente).latest("pk")
    assert annonce.lien == adresse("synthese", a_noter.pk)
    assert a_noter.besoin not in client.get(adresse("notation", a_noter.pk)).content.decode()


def test_la_synthese_dit_qui_doit_encore_noter_et_ou_inviter(a_noter, membre, agente, client_de):
    instance = a_noter.etapes.last().instance
    partielle, en_conflit = (fabriques.personne("evaluation", instance) for _ in range(2))
    declarer(a_noter, par=partielle, conflit=False)
    evaluer(a_noter, par=partielle, notes={a_noter.appel.criteres.first(): (3, "")})
    declarer(a_noter, par=en_conflit, conflit=True, precision="Ma sœur y travaille.")
    page = client_de(agente).get(adresse("synthese", a_noter.pk))
    assert_html_accessible(page)
    contenu = page.content.decode()
    assert all(dit in contenu for dit in ("À déclarer", "1 critère sur 2", "Conflit déclaré"))
    assert "Les commentaires" not in contenu
    assert reverse("alliances:invitation", args=["evaluation"]) in contenu


def test_qui_est_de_l_organisme_n_est_pas_attendu_a_noter(a_noter, equipe):
    fabriques.mandater(equipe[0], "evaluation", instance_gouvernance=a_noter.etapes.last().instance)
    assert avancements(a_noter, [], 2) == []


def test_une_question_ne_se_lit_que_des_demandes_ouvertes_a_qui_evalue(a_noter, membre, client_de):
    client, url = client_de(membre), adresse("question", a_noter.appel_id, "besoin")
    assert client.get(url).status_code == 404
    declarer(a_noter, par=membre, conflit=False)
    page = client.get(url)
    assert_html_accessible(page)
    assert a_noter.besoin in page.content.decode()
    assert adresse("notation", a_noter.pk) in page.content.decode()
    reconnaitre(a_noter, par=membre, precision="Ma sœur y siège.")
    assert client.get(url).status_code == 404


def test_une_question_ne_montre_pas_la_demande_de_son_organisme(a_noter, agente, client_de):
    url = adresse("question", a_noter.appel_id, "besoin")
    assert a_noter.besoin in client_de(agente).get(url).content.decode()
    fabriques.mandater(agente, "porteur", organisme=a_noter.organisme)
    soi_meme = type(agente).objects.get(pk=agente.pk)
    assert a_noter.besoin not in client_de(soi_meme).get(url).content.decode()


def test_un_commentaire_sans_niveau_n_est_pas_perdu_en_silence(a_noter, membre, client_de):
    declarer(a_noter, par=membre, conflit=False)
    premier, second = a_noter.appel.criteres.all()
    client, url = client_de(membre), adresse("notation", a_noter.pk)
    page = client.post(url, {f"commentaire_{premier.pk}": "Très parlant."})
    assert "sans quoi votre commentaire" in page.content.decode()
    assert "Très parlant." in page.content.decode()
    assert not NoteCritere.objects.exists()
    retour = client.post(url, {f"niveau_{second.pk}": "2", "ici": str(second.pk)})
    assert retour.url == f"{url}#critere-{second.pk}"
    contenu = client.get(url).content.decode()
    assert "1 critère sur 2" in contenu
    assert f"{a_noter.pk}:notes:{membre.pk}" in contenu


def test_la_page_des_notes_parle_a_la_lectrice(a_noter, membre, client_de):
    declarer(a_noter, par=membre, conflit=False)
    contenu = client_de(membre).get(adresse("notation", a_noter.pk)).content.decode()
    assert f"Évaluer «\xa0{a_noter}\xa0»" in contenu
    for du_porteur in ("Votre organisme</h2>", "calculées pour vous"):
        assert du_porteur not in contenu


def test_rien_n_est_ouvert_sans_mandat_d_evaluation(a_noter, agente):
    assert not evaluations.ouvertes_a(agente).exists()


@pytest.fixture
def rivale(a_noter, agente):
    """Elle évalue à une instance de l'appel, et rédige pour un autre organisme qui y dépose."""
    appel_rouvert(a_noter.appel)
    autre = p.organisme(a_noter.alliance, nom="Comptoir du rang", neq="1140000033")
    redige, engage = p.equipe(autre)
    p.demande_prete(relu(a_noter.appel), autre, redige).deposer(par=engage)
    p.fermer(a_noter.appel)
    fabriques.mandater(redige, "evaluation", instance_gouvernance=a_noter.etapes.last().instance)
    return type(redige).objects.get(pk=redige.pk)


def test_qui_est_d_un_organisme_qui_depose_n_evalue_aucun_dossier_de_l_appel(a_noter, rivale, client_de):
    assert not a_evaluer_par(rivale).exists()
    for geste in (
        lambda: declarer(a_noter, par=rivale, conflit=False),
        lambda: evaluer(a_noter, par=rivale, notes=notees(a_noter)),
        lambda: reconnaitre(a_noter, par=rivale, precision="J’y dépose."),
    ):
        with pytest.raises(TransitionInterdite, match="Votre organisme dépose à cet appel"):
            geste()
    client = client_de(rivale)
    for nom in ("declaration", "notation"):
        refus = client.get(adresse(nom, a_noter.pk))
        assert refus.status_code == 403
        assert "Votre organisme dépose à cet appel" in refus.text
    page = client.get(adresse("dossiers"))
    assert_html_accessible(page)
    assert f"{a_noter.appel}\xa0: vous rédigez pour un organisme qui y dépose" in page.text
    assert rivale not in {a.personne for a in avancements(a_noter, [], 2)}


def test_sortie_de_l_organisme_elle_reste_rivale_et_sa_demande_retiree_la_libere(a_noter, rivale):
    Mandat.objects.filter(utilisateur=rivale, role="porteur").update(fin=aujourd_hui())
    rivale = type(rivale).objects.get(pk=rivale.pk)
    assert not a_evaluer_par(rivale).exists()
    assert rivale not in {a.personne for a in avancements(a_noter, [], 2)}
    retiree = {
        "etat": "retiree",
        "etat_annonce": "retiree",
        "retiree_le": timezone.now(),
        "retiree_par": rivale,
    }
    a_noter.appel.initiatives.exclude(pk=a_noter.pk).update(**retiree)
    assert list(a_evaluer_par(rivale)) == [a_noter]
    assert rivale in {a.personne for a in avancements(a_noter, [], 2)}


def test_la_nomination_previent_et_la_personne_nommee_l_apprend(a_noter, rivale, agente, client_de):
    Mandat.objects.filter(utilisateur=rivale, role="evaluation").delete()
    instance = a_noter.etapes.last().instance
    saisie = {"courriel": rivale.courriel, "prenom": rivale.prenom, "nom": rivale.nom, "portee": instance.pk}
    url = reverse("alliances:invitation", args=["evaluation"])
    assert "n’en évalue aucun dossier" in client_de(agente).get(url).text
    fait = client_de(agente).post(url, saisie, follow=True).text
    dit = f"Ce mandat n’ouvre aucun dossier de «\xa0{a_noter.appel}\xa0»"
    assert dit in fait
    assert dit in Notification.objects.filter(destinataire=rivale).latest("pk").texte
