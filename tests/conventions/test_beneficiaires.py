"""À qui l'on verse : une autre Alliance ne le décrit pas, son identité se change à deux, l'autorisation le fige."""

import io

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alliances.models import DemandeIdentite, JournalAlliance, Organisme, PartieAlliance, Role
from alliances.models.changements import modifier, repere
from conventions.models import JournalConvention
from conventions.models.beneficiaires import beneficiaires_de
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import Notification, Utilisateur
from tests import fabriques
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.conventions import versements as v
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
SAISIE = {
    "nom": "Compte du pirate",
    "neq": "1140000009",
    "forme": "obnl",
    "adresse": "1, rue Ailleurs",
    "courriel": "pirate@exemple.test",
    "telephone": "418 555-0199",
    "territoire": "",
    "numero_fournisseur": "F-9",
}
IDENTITE = {champ: SAISIE[champ] for champ in ("nom", "neq", "adresse", "courriel", "numero_fournisseur")}


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def payee(convention):
    """Qui reçoit l'argent, sans territoire; constitué, pour avoir un NEQ."""
    recoit = beneficiaires_de([convention.pk])[convention.pk]
    Organisme.objects.filter(pk=recoit.pk).update(forme="obnl")
    return Organisme.objects.get(pk=recoit.pk)


def changer(organisme, nom, *, par):
    """Le Ministère change le nom légal."""
    organisme = Organisme.objects.get(pk=organisme.pk)
    vu, organisme.nom = repere(organisme), nom
    return modifier(organisme, par=par, vu=vu)


# --- Le tableau d'attaque : chaque envoi, par chaque rôle --------------------------------------------------

ATTAQUES = ("organisme_modification", "identite_demande", "identite_acceptation", "identite_refus")
QUI = {  # la personne : ce que reçoit chaque envoi, dans l'ordre d'ATTAQUES
    "etrangere": (403, 403, 404, 404),
    "lectrice_d_ailleurs": (403, 403, 404, 404),
    "signataire": (403, 403, 403, 403),
    "ressource": (403, 403, 404, 404),
    "analyste": (403, 403, 404, 404),
    "direction": (403, 403, 404, 404),
    "porteur": (404, 404, 404, 404),
    "engagement": (404, 404, 404, 404),
    "approbation": (403, 403, 404, 404),
    "finances_mess": (403, 403, 404, 404),
    "observation": (403, 403, 404, 404),
}


@pytest.fixture
def demande(convention, payee, agente):
    return DemandeIdentite.demander(
        payee,
        par=agente,
        alliance=convention.alliance,
        motif="Nom changé.",
        **payee.identite() | {"nom": "N"},
    )


@pytest.fixture
def attaquant(request, cadre):
    def trouver(qui):
        if qui == "lectrice_d_ailleurs":
            return fabriques.personne("finances", cadre.lanaudiere)
        if qui in ("porteur", "engagement"):
            autre = Organisme.objects.create(nom="Ateliers", territoire=cadre.lanaudiere.territoires.first())
            return fabriques.personne(qui, autre)
        if qui in ("finances_mess", "observation", "administration"):
            return fabriques.personne(qui)
        return request.getfixturevalue(qui)

    return trouver


@pytest.mark.parametrize("qui", QUI)
@pytest.mark.parametrize("envoi", ATTAQUES)
def test_aucun_autre_role_ne_change_l_identite_d_une_partie(demande, payee, attaquant, client_de, qui, envoi):
    cle = payee.pk if envoi.startswith(("organisme", "identite_demande")) else demande.pk
    reponse = client_de(attaquant(qui)).post(adresse(envoi, cle), SAISIE | {"motif": "Erreur."})
    assert reponse.status_code == QUI[qui][ATTAQUES.index(envoi)]
    assert Organisme.objects.get(pk=payee.pk).identite() == payee.identite()
    assert DemandeIdentite.objects.get().etat == "demandee"


@pytest.mark.parametrize("qui", ["agente", "lectrice", "administration"])
def test_meme_qui_decrit_la_fiche_n_en_change_pas_l_identite(convention, payee, attaquant, client_de, qui):
    """La coordination et les finances corrigent le téléphone; le reste de l'envoi est ignoré."""
    envoyer(client_de(attaquant(qui)), "organisme_modification", payee.pk, **SAISIE)
    relu = Organisme.objects.get(pk=payee.pk)
    assert (relu.identite(), relu.telephone) == (payee.identite(), "418 555-0199")


@pytest.mark.parametrize("qui", ["agente", "lectrice"])
def test_l_alliance_n_accepte_pas_sa_propre_demande(demande, payee, attaquant, client_de, qui):
    for envoi in ("identite_acceptation", "identite_refus"):
        reponse = client_de(attaquant(qui)).post(adresse(envoi, demande.pk), {"motif": "Oui."})
        assert reponse.status_code == 403
    assert Organisme.objects.get(pk=payee.pk).nom == payee.nom


def test_qui_demande_n_accepte_pas_meme_devenue_du_ministere(demande, agente):
    fabriques.mandater(agente, "mess")
    with pytest.raises(TransitionInterdite, match="une autre personne y répond"):
        demande.accepter(par=Utilisateur.objects.get(pk=agente.pk))


def test_s_inscrire_une_partie_d_ailleurs_ne_donne_pas_le_droit_de_la_decrire(
    cadre, convention, payee, etrangere, client_de
):
    PartieAlliance.objects.create(alliance=cadre.lanaudiere, organisme=payee, qualite="fiduciaire")
    assert client_de(etrangere).post(adresse("organisme_modification", payee.pk), SAISIE).status_code == 403


def test_un_organisme_sans_territoire_ni_alliance_revient_au_ministere(cadre, agente, mess, client_de):
    libre = Organisme.objects.create(nom="Sans attache")
    assert client_de(agente).get(adresse("organisme_modification", libre.pk)).status_code == 403
    assert client_de(mess).get(adresse("organisme_modification", libre.pk)).status_code == 200


def test_l_administration_de_django_ne_corrige_pas_une_identite(convention, payee, client_de):
    page = client_de(fabriques.personne("administration")).get(
        f"/administration/alliances/organisme/{payee.pk}/change/"
    )
    assert set(page.context["adminform"].form.fields) & set(IDENTITE) == set()


# --- La demande -------------------------------------------------------------------------------------------


def test_l_alliance_demande_et_le_ministere_accepte(convention, payee, agente, mess, client_de):
    client = client_de(agente)
    assert "demandez un changement d’identité" in texte(ouvrir(client, "organisme_modification", payee.pk))
    ouvrir(client, "identite_demande", payee.pk)
    envoi = payee.identite() | {"nom": "Collectif du Fleuve", "motif": "Registraire, 12 novembre."}
    assert client.post(adresse("identite_demande", payee.pk), envoi).status_code == 302
    assert Organisme.objects.get(pk=payee.pk).nom == payee.nom
    demande = DemandeIdentite.objects.get()
    assert Notification.objects.get(destinataire=mess).lien == adresse("identite_acceptation", demande.pk)
    du_ministere = client_de(mess)
    assert "Collectif du Fleuve" in texte(ouvrir(du_ministere, "identite_acceptation", demande.pk))
    assert du_ministere.post(adresse("identite_acceptation", demande.pk)).status_code == 302
    assert Organisme.objects.get(pk=payee.pk).nom == "Collectif du Fleuve"
    gestes = JournalAlliance.objects.filter(alliance=convention.alliance).values_list("geste", flat=True)
    assert {"demander-identite", "accepter-identite", "modifier-organisme"} <= set(gestes)
    assert JournalConvention.objects.filter(geste="identite-partie", convention=convention).exists()


def test_une_demande_sans_changement_ou_deja_en_attente_est_refusee(convention, payee, agente, demande):
    with pytest.raises(TransitionInterdite, match="Rien ne change"):
        DemandeIdentite.demander(
            payee, par=agente, alliance=convention.alliance, motif="M", **payee.identite()
        )
    demande.retirer(par=agente)
    with pytest.raises(TransitionInterdite, match="n’attend plus de réponse"):
        demande.refuser(par=agente, motif="Non.")


def test_une_demande_depassee_ne_s_accepte_pas(demande, payee, mess):
    changer(payee, "Autre nom", par=mess)
    with pytest.raises(VersionPerimee, match="a changé depuis cette demande"):
        demande.accepter(par=mess)
    assert Organisme.objects.get(pk=payee.pk).nom == "Autre nom"


# --- Le bénéficiaire figé ----------------------------------------------------------------------------------


def test_l_autorisation_fige_le_beneficiaire_et_un_changement_arrete_le_versement(
    convention, payee, mess, approbation
):
    echeance, payeuse = v.autorisee(convention), v.finances()
    assert echeance.copie == (payee.nom, "", "")
    changer(payee, "Collectif du Fleuve", par=mess)
    echeance = v.relire(echeance)
    assert echeance.copie == (payee.nom, "", "")
    with pytest.raises(TransitionInterdite, match="Le bénéficiaire a changé depuis l’autorisation"):
        v.virement(echeance, par=payeuse)
    assert JournalConvention.objects.filter(geste="arreter-versement", convention=convention).exists()
    assert Notification.objects.filter(
        destinataire=approbation, titre__startswith="Bénéficiaire changé"
    ).exists()
    echeance.autoriser(par=approbation)
    assert v.relire(echeance).nom_fige == "Collectif du Fleuve"
    v.virement(v.relire(echeance), par=payeuse)


def test_un_versement_autorise_sans_changement_ne_s_autorise_pas_deux_fois(convention, approbation):
    with pytest.raises(TransitionInterdite, match="déjà autorisé"):
        v.autorisee(convention).autoriser(par=approbation)


def test_un_changement_avant_l_autorisation_n_arrete_rien(convention, payee, mess):
    changer(payee, "Collectif du Fleuve", par=mess)
    echeance = v.autorisee(convention)
    assert echeance.nom_fige == "Collectif du Fleuve"
    assert not echeance.beneficiaire_a_change()


def test_le_fichier_a_payer_donne_la_copie_figee_et_laisse_ce_qui_a_change(
    convention, payee, mess, client_de
):
    Organisme.objects.filter(pk=payee.pk).update(neq="1140000001", numero_fournisseur="F-42")
    v.autorisee(convention)
    client = client_de(v.finances())

    def lignes():
        contenu = client.get(reverse("conventions:a_payer")).getvalue()
        return list(load_workbook(io.BytesIO(contenu)).active.iter_rows(values_only=True))

    entete = next(ligne for ligne in lignes() if "Bénéficiaire" in ligne)
    [paye] = [ligne for ligne in lignes() if payee.nom in ligne]
    colonnes = dict(zip(entete, paye, strict=True))
    assert (colonnes["NEQ"], colonnes["N° de fournisseur"]) == ("1140000001", "F-42")
    changer(payee, "Compte du pirate", par=mess)
    assert not [ligne for ligne in lignes() if payee.nom in ligne or "Compte du pirate" in ligne]


def test_la_signature_fige_l_identite_de_la_partie(convention, payee, mess):
    partie = convention.parties.filter(organisme=payee, signe=True).first()
    partie.signee_le, partie.signee_par = v.SIGNEE_LE, mess
    partie.resolution, partie.resolution_le = "2025-01", v.SIGNEE_LE
    partie.save(update_fields=["signee_le", "signee_par", "resolution", "resolution_le"])
    changer(payee, "Collectif du Fleuve", par=mess)
    partie.refresh_from_db()
    assert partie.nom_fige == payee.nom


def test_la_base_refuse_que_qui_demande_accepte(demande, agente):
    with pytest.raises(IntegrityError, match="demandeidentite_decidee_par_une_autre_personne"):
        DemandeIdentite.objects.filter(pk=demande.pk).update(
            etat="acceptee", decidee_par=agente, decidee_le=timezone.now()
        )


def test_le_modele_refuse_l_identite_d_une_partie_meme_sans_page(convention, payee, agente):
    with pytest.raises(TransitionInterdite, match="ne change que par le Ministère"):
        changer(payee, "Compte du pirate", par=agente)
    assert Role.MESS not in agente._droits.roles
