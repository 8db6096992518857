"""La page de la convention, la liste, les tâches, la fermeture : chacun lit son tour dans ses mots."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from conventions.models import Avenant, Convention, Ecriture, JournalConvention, Obligation, Transfert
from socle.annonces.attentes import taches
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_a_transmettre,
    convention_close,
    convention_en_vigueur,
    convention_signee,
    convention_transmise,
    enveloppes_par_nom,
    reglement,
    regler,
    repartition_adoptee,
    signer,
    tout_rendre,
)
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


def url(convention, nom="convention", *args):
    return reverse(f"conventions:{nom}", args=[convention.pk, *args])


def titres(personne):
    return [tache.titre for tache in taches(personne) if "lan d’action" not in tache.titre]


# --- La page ----------------------------------------------------------------------------------------------


def test_la_page_dit_l_etat_le_tour_et_la_date(cadre, agente, client_de):
    convention = convention_transmise(cadre.bsl)
    client = client_de(agente)
    page = client.get(url(convention))
    assert_html_accessible(page)
    assert "C’est aux parties de signer. Il manque" in page.text
    assert ">À signer<" in page.text
    for partie in convention.parties_a_signer():
        convention = signer(convention, partie)
    page = client.get(url(convention))
    assert (
        "C’est à l’Alliance de rendre ce qui est en retard\xa0: Plan d’action régional concerté" in page.text
    )
    fabriques.version_deposee(cadre.bsl)
    prochaine = Obligation.objects.dues().order_by("echeance").first()
    page = client.get(url(convention))
    du_meme_jour = Obligation.objects.dues().filter(echeance=prochaine.echeance)
    assert len(du_meme_jour) > 1
    assert all(f"{obligation}" in page.context["phrase"] for obligation in du_meme_jour)
    for section in ("Parties et signatures", "Montant par exercice", "Obligations", "Enveloppes", "Journal"):
        assert section in page.text


def test_l_administration_du_ministere_lit_la_preparation(cadre, mess, analyste, client_de):
    convention = convention_a_transmettre(cadre.bsl)
    page = client_de(mess).get(url(convention))
    assert "C’est au Ministère de terminer la convention" in page.text
    assert url(convention, "preparation") in page.text
    page = client_de(analyste).get(url(convention))
    assert ">En préparation<" in page.text
    assert url(convention, "preparation") not in page.text


def test_le_journal_se_lit_en_mots(cadre, mess, agente, client_de):
    convention = convention_signee(cadre.bsl)
    page = client_de(agente).get(url(convention, "journal"))
    assert_html_accessible(page)
    for mots in ("Convention transmise aux parties", "Signature inscrite – ", "Entrée en vigueur"):
        assert mots in page.text
    assert "Convention ouverte" not in page.text


def test_l_onglet_de_l_alliance_mene_a_sa_convention_ou_dit_ce_qui_est_attendu(
    cadre, mess, agente, client_de
):
    adresse = reverse("conventions:de_l_alliance", args=[cadre.bsl.slug])
    assert adresse in client_de(agente).get(reverse("alliances:fiche", args=[cadre.bsl.slug])).text
    page = client_de(agente).get(adresse)
    assert "C’est au Ministère de préparer la convention" in page.text
    assert reverse("conventions:ouverture", args=[cadre.bsl.slug]) in client_de(mess).get(adresse).text
    convention = convention_a_transmettre(cadre.bsl)
    assert client_de(agente).get(adresse).status_code == 200
    assert client_de(mess).get(adresse).url == url(convention)


def test_chaque_somme_de_la_page_mene_aux_lignes_qui_la_font(cadre, agente, client_de):
    convention, client = convention_signee(cadre.bsl), client_de(agente)
    vie = client.get(url(convention)).context["vie"]
    liens = [(montant, adresse) for _, montant, adresse in vie["sommes"] if adresse]
    liens += [(en_dollars(ligne["montant"]), ligne["url"]) for ligne in vie["exercices"]]
    assert len(liens) > len(vie["exercices"])
    for montant, adresse in liens:
        assert en_dollars(client.get(adresse).context["liste"].total) == montant
    en_preparation = convention_a_transmettre(cadre.lanaudiere)
    page = client_de(fabriques.personne("mess")).get(url(en_preparation))
    assert url(en_preparation, "grand_livre") not in page.text


def test_la_page_ne_coute_pas_plus_de_requetes_quand_elle_s_allonge(
    cadre, agente, client_de, django_assert_max_num_queries
):
    convention = convention_signee(cadre.bsl)
    client = client_de(agente)
    for an in range(2027, 2033):
        convention.obligations.create(nature="rapport_annuel", an=an, echeance=aujourd_hui())
        convention.exercices.create(an=an, montant=Decimal("1"))
    client.get(url(convention))
    with django_assert_max_num_queries(12):
        client.get(url(convention))


# --- La liste ---------------------------------------------------------------------------------------------


def test_la_liste_montre_chaque_alliance_meme_sans_convention(cadre, mess, client_de):
    convention_signee(cadre.bsl)
    page = client_de(mess).get(reverse("conventions:liste"))
    assert_html_accessible(page)
    lignes = {ligne.alliance: ligne for ligne in page.context["liste"].page}
    ici, ailleurs = lignes[cadre.bsl.nom], lignes[cadre.lanaudiere.nom]
    assert (ici.etat.libelle, ici.montant, ici.en_retard) == ("En vigueur", Decimal("2500000"), True)
    assert (ailleurs.etat.libelle, ailleurs.montant) == ("À préparer", None)
    assert reverse("conventions:ouverture", args=[cadre.lanaudiere.slug]) in page.text


@pytest.mark.parametrize(
    "requete, attendues",
    [
        ({"etat": "signee"}, ["bas-saint-laurent"]),
        ({"etat": "a_preparer"}, ["lanaudiere"]),
        ({"etat": "zzz"}, ["bas-saint-laurent", "lanaudiere"]),
        ({"tri": "-alliance"}, ["lanaudiere", "bas-saint-laurent"]),
        ({"tri": "montant"}, ["bas-saint-laurent", "lanaudiere"]),
        ({"tri": "n’importe quoi"}, ["bas-saint-laurent", "lanaudiere"]),
        ({"page": "99"}, ["bas-saint-laurent", "lanaudiere"]),
    ],
)
def test_les_filtres_et_le_tri_de_la_liste_vivent_dans_l_adresse(cadre, mess, client_de, requete, attendues):
    convention_signee(cadre.bsl)
    page = client_de(mess).get(reverse("conventions:liste"), requete)
    assert [alliance.slug for alliance in page.context["liste"].page] == attendues


def test_les_filtres_par_cycle_et_par_region(cadre, mess, client_de):
    choix = {"cycle": cadre.cycle.pk, "region": cadre.lanaudiere.regions.get().pk}
    page = client_de(mess).get(reverse("conventions:liste"), choix)
    assert [alliance.slug for alliance in page.context["liste"].page] == ["lanaudiere"]


def test_qui_ne_suit_qu_une_alliance_va_droit_a_sa_convention(cadre, agente, analyste, client_de):
    convention_a_transmettre(cadre.bsl)
    adresse = reverse("conventions:de_l_alliance", args=[cadre.bsl.slug])
    for personne in (agente, analyste):
        assert client_de(personne).get(reverse("conventions:liste")).url == adresse
    page = client_de(agente).get(reverse("conventions:liste"), {"tri": "alliance"})
    assert [ligne.etat.libelle for ligne in page.context["liste"].page] == ["Pas encore transmise"]


# --- Ce qui attend ----------------------------------------------------------------------------------------


def test_chacun_a_sa_tache_selon_l_etat(cadre, mess, signataire, approbation, agente):
    convention = convention_a_transmettre(cadre.bsl)
    assert titres(mess) == ["Transmettre la convention"]
    assert titres(signataire) == titres(approbation) == []
    convention = convention.transmettre(par=mess)
    assert titres(mess) == []
    assert titres(signataire) == ["Signer la convention"]
    assert titres(approbation) == ["Inscrire la signature de la ou du ministre"]
    convention = signer(convention, convention.parties.get(role="ministre"))
    assert titres(approbation) == []
    for partie in convention.parties_a_signer():
        convention = signer(convention, partie)
    assert titres(signataire) == []


def test_ce_qui_est_du_bientot_ou_en_retard_attend_qui_le_rend_et_qui_le_suit(
    cadre, agente, lectrice, etrangere, analyste
):
    convention = convention_signee(cadre.bsl)
    obligations = convention.obligations.exclude(nature="plan")
    obligations.update(echeance=aujourd_hui() + timedelta(days=300))
    bientot = obligations.filter(an=2025)
    bientot.update(echeance=aujourd_hui() + timedelta(days=20))
    attendus = {"Rendre le rapport annuel", "Rendre les états financiers"}
    assert set(titres(agente)) == attendus | {"Répartir l’exercice en cours"}
    assert set(titres(lectrice)) == {
        "Rendre les états financiers",
        "Répartir l’exercice en cours",
    }
    assert titres(analyste) == ["Recommander le versement"]  # le suivant attend le plan
    assert titres(etrangere) == []
    bientot.update(echeance=aujourd_hui() - timedelta(days=1))
    assert "Obtenir le rapport annuel" in titres(analyste)
    [tache] = [t for t in taches(analyste) if t.titre == "Obtenir le rapport annuel"]
    assert tache.objet == f"{cadre.bsl.nom}, Convention {convention.numero}, 2025-2026"
    assert all(t.est_en_retard for t in taches(analyste) if t.titre.startswith("Obtenir"))


# --- Fermer -----------------------------------------------------------------------------------------------


def test_une_convention_ne_se_clot_pas_tant_qu_il_reste_a_rendre(cadre, approbation, client_de):
    convention, client = convention_signee(cadre.bsl), client_de(approbation)
    page = client.get(url(convention, "cloture"))
    assert_html_accessible(page)
    assert "Il reste à rendre\xa0: Rapport final" in page.text
    client.post(url(convention, "cloture"), {"fermee_le": aujourd_hui().isoformat()})
    convention.refresh_from_db()
    assert convention.etat == "signee"


def test_ce_qui_est_recu_sans_etre_accepte_retient_la_cloture(cadre):
    """Une retenue dont le rapport n’est pas accepté resterait prévue pour toujours."""
    convention = convention_signee(cadre.bsl)
    tout_rendre(convention)
    final = convention.obligations.filter(nature="rapport_final")
    final.update(acceptee_le=None, acceptee_par=None)
    assert "Reçu, mais pas encore accepté\xa0: Rapport final." in convention.empechements_a_clore()


def test_un_versement_libere_et_une_somme_promise_retiennent_la_cloture(cadre, approbation, client_de):
    fabriques.version_deposee(cadre.bsl)
    convention = convention_signee(cadre.bsl)
    tout_rendre(convention)
    enveloppe = convention.enveloppes.get(an=2026)
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(enveloppe, "engage", Decimal("500")), (enveloppe, "reserve", Decimal("1"))],
            nature="engagement",
            par=approbation,
            objet="P1",
        )
    echeance = convention.echeances.get(rang=1)
    phrases = [phrase.replace("\xa0", " ") for phrase in convention.empechements_a_clore()]
    assert phrases[0] == "1er versement, 2025-2026 : libéré, mais 70 000,00 $ ne sont pas versés."
    assert phrases[-1] == "Exercice 2026-2027 : 501,00 $ encore réservés ou engagés, à verser ou à libérer."
    page = client_de(approbation).get(url(convention, "cloture"))
    assert_html_accessible(page)
    assert reverse("conventions:echeance", args=[echeance.pk]) in page.text
    assert reverse("conventions:enveloppes", args=[convention.pk]) + "?exercice=2026" in page.text
    with pytest.raises(TransitionInterdite, match="501"):
        convention.clore(par=approbation, fermee_le=aujourd_hui(), **reglement(convention))
    with pytest.raises(TransitionInterdite, match="70"):
        convention.clore(par=approbation, fermee_le=aujourd_hui(), **reglement(convention))


def test_un_transfert_sans_reponse_et_un_avenant_ouvert_retiennent_la_cloture(
    cadre, agente, mess, approbation, client_de
):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention, par=agente)
    repartition_adoptee(convention, par=agente)
    enveloppes = enveloppes_par_nom(convention)
    transfert = Transfert.demander(
        enveloppes["Réserve"], enveloppes["La Matanie"], Decimal("5"), par=agente, motif="Transport"
    )
    avenant = Avenant.ouvrir(convention, motif="Prolonger.", par=mess)
    phrases = [phrase.replace("\xa0", " ") for phrase in convention.empechements_a_clore()]
    assert phrases[-2:] == [
        "Transfert de 5,00 $, de « Réserve » vers « La Matanie » : demandé, sans réponse.",
        "Avenant 1 : en préparation, à mener à terme ou à abandonner.",
    ]
    page = client_de(approbation).get(url(convention, "cloture"))
    assert_html_accessible(page)
    for nom, objet in (("transfert", transfert), ("avenant", avenant)):
        assert reverse(f"conventions:{nom}", args=[objet.pk]) in page.text


def test_tout_rendu_le_ministere_la_clot(cadre, mess, agente, approbation, client_de):
    fabriques.version_deposee(cadre.bsl)
    convention, client = convention_signee(cadre.bsl), client_de(approbation)
    tout_rendre(convention)
    regler(convention)
    page = client.get(url(convention, "cloture"))
    assert_html_accessible(page)
    assert "Restent dans les enveloppes" in page.text
    reponses = {"regle": page.context["form"].initial["regle"], "reglement": "Le solde reste au Fonds."}
    page = client.post(url(convention, "cloture"), {"fermee_le": "2099-01-01"})
    assert "La date de fermeture ne peut pas être dans le futur." in page.text
    assert "Remplissez le champ «\xa0Règlement\xa0»." in page.text
    page = client.post(url(convention, "cloture"), {"fermee_le": "2025-01-01"})
    assert "La fermeture ne peut pas précéder la signature" in page.text
    reponses |= {"fermee_le": aujourd_hui().isoformat(), "motif": "Merci."}
    client.post(url(convention, "cloture"), reponses | {"regle": "1"})
    assert Convention.objects.get(pk=convention.pk).etat == "signee"
    client.post(url(convention, "cloture"), reponses)
    convention.refresh_from_db()
    assert (convention.etat, convention.fermee_par, convention.fermeture_motif) == (
        "close",
        approbation,
        "Merci.",
    )
    assert Notification.objects.filter(destinataire=agente, cle__contains="cloture").exists()
    ligne = JournalConvention.objects.get(geste="clore")
    assert ligne.apres["règlement"] == "Le solde reste au Fonds."
    assert ligne.apres["exercice 2025-2026"].replace("\xa0", " ") == "1 200 000,00 $"
    page = client_de(agente).get(url(convention))
    assert "Le solde reste au Fonds." in page.text
    assert "tout est rendu" in page.text
    suivante = Convention.preparer(cadre.bsl, par=mess)
    assert suivante.etat == "preparation"


def test_resilier_exige_un_motif_et_un_reglement(cadre, agente, approbation, client_de):
    convention, client = convention_signee(cadre.bsl), client_de(approbation)
    page = client.get(url(convention, "resiliation"))
    assert_html_accessible(page)
    assert "Ne sont pas encore rendus" in page.text
    page = client.post(url(convention, "resiliation"), {"fermee_le": aujourd_hui().isoformat()})
    assert "Remplissez le champ «\xa0Motif de la résiliation\xa0»." in page.text
    assert "Remplissez le champ «\xa0Règlement\xa0»." in page.text
    with pytest.raises(TransitionInterdite) as refus:
        convention.resilier(par=approbation, fermee_le=aujourd_hui(), motif=" ", reglement="")
    assert refus.value.empechements == [
        "Dites pourquoi la convention est résiliée.",
        "Dites ce qui advient des sommes et des obligations.",
    ]
    envoi = {
        "fermee_le": aujourd_hui().isoformat(),
        "motif": "La Table est dissoute.",
        "reglement": "Le solde de 12\u00a0000\u00a0$ est rendu.",
        "revision": convention.empreinte_des_sommes(),
    }
    client.post(url(convention, "resiliation"), envoi)
    convention.refresh_from_db()
    assert convention.etat == "resiliee"
    page = client_de(agente).get(url(convention))
    assert "La Table est dissoute." in page.text
    assert "est rendu." in page.text
    assert JournalConvention.objects.get(geste="resilier").role == "approbation"
    assert titres(agente) == []


@pytest.mark.parametrize("nom", ["cloture", "resiliation"])
@pytest.mark.parametrize(
    "personne, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404), ("mess", 403)]
)
def test_fermer_revient_a_l_approbation(cadre, client_de, request, nom, personne, code):
    convention = convention_signee(cadre.bsl)
    client = client_de(request.getfixturevalue(personne))
    assert client.get(url(convention, nom)).status_code == code
    assert client.post(url(convention, nom), {}).status_code == code


def test_une_convention_fermee_ne_se_ferme_pas_de_nouveau(cadre, approbation):
    fabriques.version_deposee(cadre.bsl)
    convention = convention_close(cadre.bsl)
    for geste in (
        lambda: convention.clore(par=approbation, fermee_le=aujourd_hui()),
        lambda: convention.resilier(par=approbation, fermee_le=aujourd_hui(), motif="x", reglement="y"),
    ):
        with pytest.raises(TransitionInterdite, match="Seule une convention en vigueur se ferme."):
            geste()
