"""L'intérim : un mandat daté, qui nomme le mandat qu'il remplace, et qui finit seul."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from alliances.models import JournalAlliance, Mandat, Role
from alliances.models.mandats import au_nom_de
from alliances.models.releve import nommer as nommer_role
from alliances.models.releve import nommer_un_interim, passer_le_relais, terminer
from alliances.notifications import annoncer_interim
from alliances.permissions import gestion_de, peut_gerer, peut_passer_le_relais
from alliances.plans.notifications import annoncer_plan_confie
from alliances.views.mandats import _etat
from socle.erreurs import TransitionInterdite
from socle.models import Notification, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.fabriques import personne


@pytest.fixture
def mandat(analyste):
    return Mandat.objects.get(utilisateur=analyste)


@pytest.fixture
def remplacante(cadre):
    """L'analyse de Services Québec, région 14."""
    return personne("dgsq", cadre.lanaudiere.regions.get(), "Alma", "Bérubé")


@pytest.fixture
def nommer(mandat, remplacante, direction):
    """`nommer()` : un intérim de deux semaines, à partir d'aujourd'hui."""

    def _nommer(mandat=mandat, qui=remplacante, par=direction, dans=0, jours=14):
        debut = aujourd_hui() + timedelta(dans)
        return nommer_un_interim(mandat, qui, par=par, debut=debut, fin=debut + timedelta(jours))

    return _nommer


def relue(utilisateur):
    return Utilisateur.objects.get(pk=utilisateur.pk)


def test_l_interim_a_les_droits_du_mandat_remplace_qui_garde_les_siens(cadre, nommer, remplacante, analyste):
    assert cadre.bsl.roles_de(relue(remplacante)) == set()
    nommer()
    assert cadre.bsl.roles_de(relue(remplacante)) == {Role.DGSQ}
    assert cadre.bsl.roles_de(relue(analyste)) == {Role.DGSQ}
    assert au_nom_de(relue(remplacante)) == {remplacante.pk, analyste.pk}
    assert au_nom_de(relue(analyste)) == {analyste.pk}


def test_il_finit_seul_a_sa_date(cadre, nommer, remplacante):
    interim = nommer(jours=14)
    assert interim.est_en_vigueur(interim.dernier_jour)
    assert not interim.est_en_vigueur(interim.fin)
    Mandat.objects.filter(pk=interim.pk).update(debut=date(2026, 1, 1), fin=aujourd_hui())
    assert cadre.bsl.roles_de(relue(remplacante)) == set()


def test_il_finit_avec_le_mandat_remplace(nommer, mandat, direction):
    en_cours, a_venir = nommer(), nommer(dans=20)
    terminer(mandat, par=direction)
    for interim in (en_cours, a_venir):
        interim.refresh_from_db()
        assert not interim.est_en_vigueur()
        assert not interim.est_en_vigueur(interim.debut)


def test_il_peut_finir_avant_sa_date_et_une_seule_fois(nommer, direction):
    interim = terminer(nommer(), par=direction)
    assert interim.fin == aujourd_hui()
    with pytest.raises(TransitionInterdite, match="déjà terminé"):
        terminer(interim, par=direction)


def test_un_interim_n_est_pas_une_releve(cadre, agente, etrangere, nommer):
    de_la_coordination = Mandat.objects.get(utilisateur=agente)
    admin = personne(Role.ADMINISTRATION)
    interim = nommer(de_la_coordination, etrangere, admin)
    with pytest.raises(TransitionInterdite, match="passez d’abord le relais"):
        terminer(de_la_coordination, par=admin)
    passer_le_relais(agente, etrangere, par=admin, alliance=cadre.bsl)
    interim.refresh_from_db()
    assert not interim.est_en_vigueur()
    assert cadre.bsl.roles_de(relue(etrangere)) == {Role.COORDINATION}


def test_on_ne_se_nomme_pas_soi_meme(nommer, direction, mandat):
    with pytest.raises(ValidationError, match="On ne se donne pas un rôle à soi-même"):
        nommer(qui=direction)
    with pytest.raises(IntegrityError, match="mandat_nomme_par_une_autre_personne"):
        Mandat.objects.create(
            utilisateur=direction,
            nomme_par=direction,
            role=mandat.role,
            region=mandat.region,
            remplace=mandat,
            fin=aujourd_hui(),
        )


def test_un_interim_sans_date_de_fin_est_refuse_par_la_base(nommer):
    interim = nommer()
    with pytest.raises(IntegrityError, match="mandat_interim_date"):
        Mandat.objects.filter(pk=interim.pk).update(fin=None)


def test_on_ne_se_remplace_pas_soi_meme(nommer, analyste):
    with pytest.raises(ValidationError, match="sont la même"):
        nommer(qui=analyste)


def test_un_interim_ne_se_remplace_pas(nommer, mess):
    with pytest.raises(TransitionInterdite, match="ne se remplace pas"):
        nommer(nommer(), mess)


def test_un_mandat_termine_n_a_plus_d_interim(nommer, mandat, direction):
    terminer(mandat, par=direction)
    with pytest.raises(TransitionInterdite, match="Ce mandat est terminé"):
        nommer()


def test_deux_interims_du_meme_mandat_ne_se_chevauchent_pas(nommer, mess):
    nommer(jours=14)
    with pytest.raises(ValidationError, match="déjà un intérim à ces dates"):
        nommer(qui=mess, dans=13)
    assert nommer(qui=mess, dans=14).remplace.interims.count() == 2


def test_l_interim_reste_dans_les_dates_du_mandat_remplace(nommer, mandat):
    mandat.fin = aujourd_hui() + timedelta(5)
    mandat.save()
    with pytest.raises(ValidationError, match="au plus tard avec le mandat remplacé"):
        nommer(jours=6)
    Mandat.objects.filter(pk=mandat.pk).update(debut=aujourd_hui() + timedelta(1))
    with pytest.raises(ValidationError, match="ne commence pas avant"):
        nommer(jours=3)


def test_l_interim_a_le_role_et_la_portee_du_mandat_remplace(nommer, cadre):
    interim = nommer()
    interim.region = cadre.lanaudiere.regions.get()
    with pytest.raises(ValidationError, match="le rôle et la portée"):
        interim.full_clean()


def test_la_direction_nomme_un_interim_depuis_la_liste_des_mandats(
    mandat, direction, analyste, remplacante, client_de
):
    client = client_de(direction)
    assert f'href="{adresse("interim", mandat.pk)}"' in texte(ouvrir(client, "mandats"))
    ouvrir(client, "interim", mandat.pk)
    dernier = aujourd_hui() + timedelta(13)
    saisie = {"courriel": remplacante.courriel, "prenom": "Alma", "nom": "Bérubé"}
    reponse = envoyer(client, "interim", mandat.pk, debut=aujourd_hui(), dernier_jour=dernier, **saisie)
    assert reponse.url == adresse("mandats")
    interim = mandat.interims.get()
    assert (interim.utilisateur, interim.dernier_jour) == (remplacante, dernier)
    liste = texte(ouvrir(client, "mandats"))
    assert "Alma Bérubé remplacera Inès Caron" in liste
    assert interim.interim in liste
    assert JournalAlliance.objects.filter(geste="nommer-interim").count() == 1
    assert Notification.objects.filter(cle=f"interim:{interim.pk}").count() == 2


def test_les_deux_personnes_sont_prevenues_sans_qu_un_nom_parte_par_courriel(
    nommer, direction, analyste, remplacante
):
    interim = nommer()
    annoncer_interim(interim, par=direction)
    notifications = Notification.objects.filter(cle=f"interim:{interim.pk}")
    assert {n.destinataire for n in notifications} == {analyste, remplacante}
    for notification in notifications:
        assert "Caron" not in notification.titre + notification.texte
        assert str(interim) in notification.texte


def test_la_remplacante_lit_en_tete_qui_elle_remplace(nommer, remplacante, client_de):
    interim, client = nommer(), client_de(remplacante)
    client.post(adresse("contexte"), {"mandat": interim.pk})
    assert interim.interim in texte(ouvrir(client, "liste"))


def test_un_interim_a_venir_se_filtre_et_ne_donne_encore_rien(
    nommer, cadre, direction, remplacante, client_de
):
    interim = nommer(dans=3)
    assert cadre.bsl.roles_de(relue(remplacante)) == set()
    client = client_de(direction)
    assert interim.interim not in texte(ouvrir(client, "mandats"))
    a_venir = texte(ouvrir(client, "mandats", requete="?etat=a_venir"))
    assert interim.interim in a_venir
    assert "À venir" in a_venir


def test_un_refus_du_modele_garde_la_saisie(nommer, mandat, direction, remplacante, client_de):
    nommer()
    saisie = {"courriel": remplacante.courriel, "prenom": "Alma", "nom": "Bérubé"}
    client = client_de(direction)
    reponse = envoyer(client, "interim", mandat.pk, debut=aujourd_hui(), dernier_jour=aujourd_hui(), **saisie)
    assert reponse.status_code == 200
    assert "déjà un intérim à ces dates" in texte(reponse)
    assert remplacante.courriel in texte(reponse)
    passe = aujourd_hui() - timedelta(1)
    reponse = envoyer(client, "interim", mandat.pk, debut=aujourd_hui(), dernier_jour=passe, **saisie)
    assert "ni passé ni avant le premier" in texte(reponse)


@pytest.mark.parametrize("qui, code", [("agente", 404), ("lectrice", 404), ("etrangere", 404), ("mess", 403)])
def test_qui_ne_gere_pas_ce_mandat_n_y_nomme_personne(request, mandat, client_de, qui, code):
    client = client_de(request.getfixturevalue(qui))
    assert client.get(adresse("interim", mandat.pk)).status_code == code


def test_un_interim_ne_gere_aucun_mandat_et_ne_se_prolonge_donc_pas(cadre, agente, etrangere, mess):
    """Ni invitation, ni fin, ni relais : tenir la coordination pour un temps ne donne pas de la garder."""
    coordination, jour = Mandat.objects.get(utilisateur=agente), aujourd_hui()
    nommer_un_interim(coordination, etrangere, par=mess, debut=jour, fin=jour + timedelta(14))
    remplacante = relue(etrangere)
    assert cadre.bsl.roles_de(remplacante) == {Role.COORDINATION}
    assert cadre.bsl.pk not in gestion_de(remplacante).alliances
    assert peut_gerer(remplacante, coordination)
    assert peut_passer_le_relais(remplacante, cadre.bsl)
    assert peut_passer_le_relais(agente, cadre.bsl) is None


def test_un_interim_national_ne_gere_pas_le_ministere(mess, approbation, direction):
    jour = aujourd_hui()
    titulaire = Mandat.objects.get(utilisateur=approbation)
    nommer_un_interim(titulaire, mess, par=direction, debut=jour, fin=jour + timedelta(14))
    assert not gestion_de(relue(mess)).ministere
    assert gestion_de(approbation).ministere


def test_l_interim_d_une_region_n_apprend_pas_ce_qui_est_confie_ailleurs(
    cadre, nommer, analyste, direction, mandat
):
    lanaudiere = cadre.lanaudiere.regions.get()
    autre = nommer_role(analyste, Role.DGSQ, par=direction, region=lanaudiere)
    remplacante = personne("mess", None, "Noa", "Proulx")
    jour = aujourd_hui()
    interim = nommer_un_interim(autre, remplacante, par=direction, debut=jour, fin=jour + timedelta(9))
    Mandat.objects.filter(utilisateur=remplacante).exclude(pk=interim.pk).delete()
    plan = fabriques.plan_pret(cadre.bsl).plan
    annoncer_plan_confie(plan.confier(par=direction, personne=analyste), par=direction)
    assert Notification.objects.filter(destinataire=analyste, cle__startswith="charge:").exists()
    assert not Notification.objects.filter(destinataire=remplacante, cle__startswith="charge:").exists()


@pytest.mark.parametrize(
    ("debut", "dernier_jour", "phrase"),
    [
        ("2020-01-01", "2999-01-01", "Le premier jour n’est pas passé."),
        ("", "9999-12-31", "Un intérim dure au plus douze mois."),
    ],
)
def test_les_jours_d_un_interim_sont_bornes(mandat, direction, client_de, debut, dernier_jour, phrase):
    saisie = {"courriel": "x@exemple.test", "prenom": "X", "nom": "Y", "dernier_jour": dernier_jour}
    saisie["debut"] = debut or aujourd_hui().isoformat()
    reponse = client_de(direction).post(reverse("alliances:interim", args=[mandat.pk]), saisie)
    assert phrase in texte(reponse)
    assert not mandat.interims.exists()


def test_un_interim_qui_ne_s_est_jamais_connecte_le_dit(cadre, nommer):
    assert _etat(nommer()).libelle == "En vigueur"
    neuve = Utilisateur.objects.create_user("n@alliances.example", prenom="Alex", nom="Gagné")
    invite = Mandat(utilisateur=neuve, debut=aujourd_hui(), fin=aujourd_hui() + timedelta(days=9))
    assert _etat(invite).libelle == "Invité, ne s’est pas encore connecté"
    invite.fin = aujourd_hui() - timedelta(days=1)
    invite.debut = invite.fin
    assert _etat(invite).libelle == "Terminé"
