"""Le bénéficiaire change après la signature : nom, NEQ, fusion. Un avenant signé le dit, et l'argent reprend."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from alliances.models import Organisme
from conventions.models import Convention
from conventions.models.sorties import SaisieRefusee
from projets.protocoles.models import AvenantProtocole, ChangementDemande, Protocole
from projets.protocoles.models.comptes import compte_de
from projets.protocoles.permissions import peut_repondre
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import a_l_instant
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_avenants import TEXTE, refus_de
from tests.projets.protocoles.test_avenants_pages import adresse, signature, valeurs
from tests.projets.protocoles.test_mains_liees import recoit

pytestmark = pytest.mark.django_db
NOM = "Cuisines du Grand Fleuve"


def renommer(protocole, **champs):
    organisme = protocole.initiative.organisme
    Organisme.objects.filter(pk=organisme.pk).update(**champs or {"nom": NOM})
    return f.relire(protocole)


def dire(protocole, par, organisme=None, **plus):
    """Un avenant en préparation, qui dit le bénéficiaire; à un autre organisme, celui qui porte l'a demandé."""
    if organisme and organisme != protocole.initiative.organisme:
        ceder(protocole, par)
    return f.avenant(protocole, par, beneficiaire=organisme or protocole.initiative.organisme, **plus)


def ceder(protocole, par):
    """L'organisme demande qu'un autre reprenne l'initiative, et la Table l'accorde."""
    porteur = protocole.initiative.deposee_par
    demande = {"nature": "autre", "demande": "Nous fusionnons avec un autre organisme."}
    changement = ChangementDemande.demander(f.relire(protocole), par=porteur, **demande)
    return changement.repondre(par=par, issue="accorde", reponse="La Table en convient.")


def transmettre(avenant, par):
    return f.relire_avenant(avenant.transmettre(par=par))


@pytest.fixture
def absorbant():
    return Organisme.objects.create(nom="Table unie du Fleuve", neq="1140000888")


@pytest.fixture
def dirigeante(absorbant):
    """Elle engage l'organisme qui absorbe l'autre."""
    return fabriques.personne("engagement", absorbant)


# --- Le même organisme, sous un autre nom -------------------------------------------------------------------


@pytest.mark.parametrize("champs", [{"nom": NOM}, {"neq": "1140000999"}, {"numero_fournisseur": "4021"}])
def test_son_identite_change_rien_ne_se_verse_puis_l_avenant_signe_le_debloque(
    champs, signe, agente, signataire, equipe, lectrice
):
    renomme, tranche = renommer(signe, **champs), signe.tranches.get(rang=1)
    with pytest.raises(TransitionInterdite, match="avant qu’un avenant signé le dise"):
        f.payer(tranche, lectrice)
    transmis = transmettre(dire(renomme, agente), agente)
    assert [c.nom for c in transmis.changements()] == ["Bénéficiaire"]
    with pytest.raises(TransitionInterdite, match="avant qu’un avenant signé le dise"):
        f.payer(tranche, lectrice)
    f.avenant_signe(transmis, signataire, equipe[1])
    relu = f.relire(signe)
    assert not relu.beneficiaire_a_change()
    paiement = f.payer(relu.tranches.get(rang=1), lectrice)
    assert paiement.copie == relu.identite_signee()
    assert {*champs.values()} <= {*paiement.copie}
    assert next(iter(champs.values())) in compte_de(relu).beneficiaire


def test_l_identite_inchangee_il_n_y_a_rien_a_dire(signe, agente):
    assert dire(signe, agente).propositions == {}


def test_un_avenant_qui_ne_dit_pas_le_beneficiaire_d_aujourd_hui_ne_se_transmet_pas(signe, agente):
    ecrit = f.avenant(renommer(signe), agente, valeurs=TEXTE)
    assert "dites-y le bénéficiaire" in refus_de(ecrit.transmettre, par=agente)
    relu = f.relire_avenant(ecrit)
    complete = relu.modifier(par=agente, revision=relu.revision, beneficiaire=relu.initiative.organisme)
    assert transmettre(complete, agente).etat == "transmis"


def test_change_encore_entre_la_transmission_et_la_signature_il_se_reprend(signe, agente, equipe):
    transmis = transmettre(dire(renommer(signe), agente), agente)
    renommer(signe, nom="Encore un autre nom")
    assert "dites-le de nouveau" in refus_de(f.signer, f.relire_avenant(transmis), "organisme", equipe[1])
    repris = f.relire_avenant(transmis).reprendre(par=agente)
    redit = repris.modifier(par=agente, revision=repris.revision, beneficiaire=repris.initiative.organisme)
    assert transmettre(redit, agente).contenu["organisme"]["nom"] == "Encore un autre nom"


def test_la_convention_raccourcie_ne_retient_pas_un_avenant_qui_ne_dit_que_le_beneficiaire(
    signe, agente, signataire, equipe
):
    jour = date(2026, 10, 1)
    Convention.objects.filter(pk=signe.convention.pk).update(fin=jour, fin_realisation=jour)
    seul = dire(renommer(signe), agente)
    assert not seul.empechements_a_transmettre()
    assert f.avenant_signe(transmettre(seul, agente), signataire, equipe[1]).etat == "signe"


def test_l_avenant_suivant_part_de_l_identite_en_vigueur(signe, agente, signataire, equipe):
    f.avenant_signe(transmettre(dire(renommer(signe), agente), agente), signataire, equipe[1])
    suivant = f.avenant(f.relire(signe), agente, valeurs=TEXTE)
    assert suivant.base["beneficiaire/identite"]["nom"] == NOM
    assert f.avenant_signe(transmettre(suivant, agente), signataire, equipe[1]).etat == "signe"


def test_la_base_n_ecrit_pour_beneficiaire_qu_une_identite_signee(signe):
    with pytest.raises(DatabaseError, match="celui que l’organisme a signé"), transaction.atomic():
        Protocole.objects.filter(pk=signe.pk).update(nom_fige="Quelqu’un d’autre")


# --- Une fusion ---------------------------------------------------------------------------------------------


def test_qui_absorbe_signe_puis_reprend_l_initiative_et_recoit_l_argent(
    signe, agente, signataire, equipe, lectrice, absorbant, dirigeante
):
    transmis = transmettre(dire(signe, agente, absorbant), agente)
    assert AvenantProtocole.objects.visibles_par(dirigeante).get() == transmis
    assert not Protocole.objects.visibles_par(dirigeante).exists()
    cotes = [peut_repondre(qui, "organisme", transmis) is None for qui in (dirigeante, equipe[1])]
    assert cotes == [True, False]
    f.avenant_signe(transmis, signataire, dirigeante)
    relu = f.relire(signe)
    assert (relu.initiative.organisme, relu.identite_signee()[0]) == (absorbant, absorbant.nom)
    assert Protocole.objects.visibles_par(dirigeante).get() == signe
    assert f.payer(relu.tranches.get(rang=1), lectrice).nom_fige == absorbant.nom


def test_ce_qui_est_parti_avant_la_reprise_est_alle_a_qui_portait_l_initiative(
    signe, agente, signataire, lectrice, absorbant, dirigeante
):
    porteur = f.payer(signe.tranches.get(rang=1), lectrice).nom_fige
    transmis = transmettre(dire(f.relire(signe), agente, absorbant), agente)
    with a_l_instant(timezone.now() + timedelta(days=1)):
        f.avenant_signe(transmis, signataire, dirigeante)
    relu = f.relire(signe)
    with pytest.raises(SaisieRefusee, match="est allée à un autre organisme"):
        f.payer(relu.tranches.get(rang=2), lectrice)
    assert [m.quoi for m in compte_de(relu).mouvements] == [f"Versement 1, à {porteur}"]


def test_sans_sa_signature_rien_ne_change_de_main(signe, agente, signataire, absorbant, lectrice):
    transmis = transmettre(dire(signe, agente, absorbant), agente)
    f.signer(transmis, "alliance", signataire)
    relu = f.relire(signe)
    assert relu.initiative.organisme != absorbant
    assert f.payer(relu.tranches.get(rang=1), lectrice).nom_fige == relu.initiative.organisme.nom


def test_qui_est_de_l_organisme_qui_absorbe_ne_signe_pas_pour_l_alliance(
    signe, agente, signataire, absorbant
):
    ecrit = dire(signe, agente, absorbant)
    for personne in (agente, signataire):
        fabriques.mandater(personne, "porteur", organisme=absorbant)
    plume, liee = (type(qui).objects.get(pk=qui.pk) for qui in (agente, signataire))
    assert "une autre personne agit" in refus_de(ecrit.transmettre, par=plume)
    transmis = transmettre(ecrit, fabriques.personne("coordination", signe.initiative.alliance))
    assert "une autre personne agit" in refus_de(f.signer, transmis, "alliance", liee)


def test_personne_ne_reprend_sans_que_l_organisme_l_ait_demande(signe, agente, absorbant):
    ecrit = f.avenant(signe, agente, beneficiaire=absorbant)
    assert "quand celui qui la porte l’a demandé" in refus_de(ecrit.transmettre, par=agente)
    ceder(signe, agente)
    assert transmettre(ecrit, agente).etat == "transmis"


def test_un_repreneur_que_l_on_abandonne_n_en_lit_plus_rien(signe, agente, absorbant, dirigeante):
    transmis = transmettre(dire(signe, agente, absorbant), agente)
    transmis.abandonner(par=agente, motif="Ce n’était pas le bon organisme.")
    assert not AvenantProtocole.objects.visibles_par(dirigeante).exists()


def test_le_fiduciaire_n_absorbe_pas_un_organisme_qu_il_paie(signe, agente, absorbant):
    recoit(signe.convention, absorbant)
    ecrit = dire(f.relire(signe), agente, absorbant)
    assert "signerait aussi pour l’Alliance" in refus_de(ecrit.transmettre, par=agente)


def test_un_groupe_non_constitue_ne_reprend_rien(signe, agente):
    groupe = Organisme.objects.create(nom="Voisines", forme="non_constitue")
    assert "n’est pas constitué" in refus_de(dire(signe, agente, groupe).transmettre, par=agente)


def test_revenir_au_meme_organisme_efface_la_reprise(signe, agente, absorbant):
    repris = dire(signe, agente, absorbant)
    assert repris.repreneur == absorbant
    revenu = repris.modifier(
        par=agente, revision=repris.revision, beneficiaire=f.relire(signe).initiative.organisme
    )
    assert (revenu.repreneur, revenu.propositions) == (None, {})


# --- À l'écran ----------------------------------------------------------------------------------------------


def test_de_la_page_au_versement_sans_javascript(
    signe, agente, signataire, absorbant, dirigeante, equipe, client_de
):
    ceder(signe, agente)
    avenant, table = f.avenant(f.relire(signe), agente), client_de(agente)
    ici = adresse(avenant, "avenant_beneficiaire")
    assert ici in table.get(adresse(avenant)).text
    page = table.get(ici)
    assert_html_accessible(page)
    rate = table.post(ici, valeurs(page) | {"qui": "autre", "neq": "1140000777"})
    assert "Aucun organisme du répertoire n’a ce NEQ" in rate.text
    assert table.post(ici, valeurs(page) | {"qui": "autre", "neq": "1140 000 888"}).status_code == 302
    transmettre = table.get(adresse(avenant, "avenant_transmission"))
    assert absorbant.nom in transmettre.text
    assert table.post(adresse(avenant, "avenant_transmission"), valeurs(transmettre)).status_code == 302
    avis = Notification.objects.get(destinataire=dirigeante)
    assert (avis.a_suivre, avis.lien) == (True, adresse(avenant))
    organisme = client_de(dirigeante)
    assert adresse(avenant) in organisme.get(reverse("pilotage:accueil")).text
    assert_html_accessible(organisme.get(adresse(avenant)))
    assert client_de(equipe[1]).get(adresse(avenant, "avenant_signature")).status_code == 403
    for client in (client_de(signataire), organisme):
        lue = client.get(adresse(avenant, "avenant_signature"))
        assert client.post(adresse(avenant, "avenant_signature"), signature(lue)).status_code == 302
    assert f.relire(signe).initiative.organisme == absorbant
    assert organisme.get(reverse("protocoles:protocole", args=[signe.pk])).status_code == 200
    assert client_de(equipe[1]).get(reverse("protocoles:protocole", args=[signe.pk])).status_code == 404


def test_qui_n_y_peut_rien(signe, agente, signataire, equipe, lectrice, etrangere, client_de):
    ici = adresse(f.avenant(signe, agente), "avenant_beneficiaire")
    codes = {signataire: 403, lectrice: 403, equipe[1]: 404, etrangere: 404}
    for personne, code in codes.items():
        client = client_de(personne)
        assert [client.get(ici).status_code, client.post(ici).status_code] == [code, code]


def test_la_page_demande_douze_requetes_au_plus(signe, agente, client_de, django_assert_max_num_queries):
    client, ici = client_de(agente), adresse(f.avenant(signe, agente), "avenant_beneficiaire")
    client.get(ici)
    with django_assert_max_num_queries(12):
        client.get(ici)
