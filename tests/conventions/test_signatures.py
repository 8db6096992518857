"""Transmettre, reprendre, signer : dans n'importe quel ordre, une fois chacune; la dernière met en vigueur."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, JournalAlliance
from alliances.plans.models import JournalPlan, PlanAction
from conventions.models import Convention, JournalConvention, Solde
from conventions.models.contenu import contenu_de
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    MONTANTS,
    convention_a_transmettre,
    convention_en_preparation,
    convention_signee,
    convention_transmise,
    signer,
)
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
HIER = aujourd_hui() - timedelta(days=1)


def url(convention, nom, *args):
    return reverse(f"conventions:{nom}", args=[convention.pk, *args])


def organismes(convention):
    return list(convention.parties.exclude(role="ministre").order_by("rang"))


def ministre(convention):
    return convention.parties.get(role="ministre")


def envoi(**champs):
    jour = aujourd_hui().isoformat()
    valeurs = {
        "signee_le": jour,
        "resolution": "2026-11-04",
        "resolution_le": jour,
        "fichier": fabriques.fichier_pdf(),
    }
    return valeurs | champs


# --- Transmettre et reprendre -----------------------------------------------------------------------------


def test_le_ministere_transmet_apres_une_page_qui_dit_tout(
    cadre, mess, agente, signataire, approbation, client_de
):
    convention, client = convention_a_transmettre(cadre.bsl), client_de(mess)
    page = client.get(url(convention, "transmission"))
    assert_html_accessible(page)
    for mots in ("2\xa0500\xa0000,00\xa0$", "Table régionale de Bas-Saint-Laurent", "ne se modifie plus"):
        assert mots in page.text
    assert client_de(agente).get(url(convention, "convention")).status_code == 404
    assert client.post(url(convention, "transmission")).url == url(convention, "convention")
    convention.refresh_from_db()
    assert (convention.etat, convention.transmise_par) == ("transmise", mess)
    assert client_de(agente).get(url(convention, "convention")).status_code == 200
    prevenues = Notification.objects.filter(cle__startswith="convention:transmission")
    assert {n.destinataire for n in prevenues} == {agente, signataire, approbation}
    assert {n.destinataire for n in prevenues if n.a_suivre} == {signataire, approbation}


def test_une_preparation_incomplete_ne_se_transmet_pas(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    page = client.get(url(convention, "transmission"))
    assert "Inscrivez comment Services Québec" in page.text
    assert '<button class="bouton">Transmettre' not in page.text
    page = client.post(url(convention, "transmission"), follow=True)
    assert "Inscrivez comment Services Québec" in page.text
    convention.refresh_from_db()
    assert convention.etat == "preparation"


def test_transmettre_deux_fois_ne_transmet_qu_une_fois(cadre, mess):
    convention = convention_transmise(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="déjà transmise"):
        convention.transmettre(par=mess)
    assert JournalConvention.objects.filter(geste="transmettre").count() == 1


def test_reprendre_annule_les_signatures_et_le_dit_avant(cadre, mess, signataire, client_de):
    convention, client = convention_transmise(cadre.bsl), client_de(mess)
    premiere = organismes(convention)[0]
    signer(convention, premiere, par=signataire)
    page = client.get(url(convention, "reprise"))
    assert_html_accessible(page)
    assert "Les signatures reçues sont annulées" in page.text
    assert str(premiere) in page.text
    assert "Motif" in client.post(url(convention, "reprise"), {}).text
    client.post(url(convention, "reprise"), {"motif": "Le montant de 2026 est faux."})
    convention.refresh_from_db()
    premiere.refresh_from_db()
    assert (convention.etat, convention.transmise_le, convention.revision) == ("preparation", None, 2)
    assert (premiere.signee_le, premiere.signee_par, premiere.resolution) == (None, None, "")
    piece = convention.pieces.get()
    assert piece.retiree_par == mess
    ligne = JournalConvention.objects.get(geste="reprendre")
    assert (ligne.motif, ligne.avant) == (
        "Le montant de 2026 est faux.",
        {str(premiere): aujourd_hui().isoformat()},
    )
    assert Notification.objects.filter(destinataire=signataire, cle__contains="reprise").exists()
    convention.transmettre(par=mess)
    assert convention.parties_a_signer().count() == 3
    assert "Signature annulée" in client.get(url(convention, "pieces")).text


def test_une_convention_signee_ne_se_reprend_pas(cadre, mess):
    convention = convention_signee(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="Seule une convention transmise"):
        convention.reprendre(par=mess, motif="Trop tard")
    with pytest.raises(TransitionInterdite, match="Dites pourquoi"):
        convention_transmise(cadre.lanaudiere).reprendre(par=mess, motif="  ")


# --- Signer -----------------------------------------------------------------------------------------------


def test_l_alliance_signe_sur_une_page_et_joint_sa_resolution(cadre, signataire, mess, client_de):
    convention, client = convention_transmise(cadre.bsl), client_de(signataire)
    partie = organismes(convention)[0]
    page = client.get(url(convention, "convention"))
    assert url(convention, "signature", partie.pk) in page.text
    assert url(convention, "signature", ministre(convention).pk) not in page.text
    assert_html_accessible(client.get(url(convention, "signature", partie.pk)))
    reponse = client.post(url(convention, "signature", partie.pk), envoi())
    assert reponse.url == url(convention, "convention")
    partie.refresh_from_db()
    assert (partie.signee_le, partie.signee_par, partie.resolution) == (
        aujourd_hui(),
        signataire,
        "2026-11-04",
    )
    piece = convention.pieces.get()
    assert (piece.partie, piece.usage) == (partie, "resolution")
    ligne = JournalConvention.objects.get(geste="signer")
    assert (ligne.objet, ligne.role) == (str(partie), "signature")
    assert Notification.objects.filter(destinataire=mess, cle__startswith="convention:signature").exists()
    assert "C’est aux parties de signer. Il manque" in client.get(reponse.url).text


@pytest.mark.parametrize(
    "personne, code",
    [("agente", 403), ("lectrice", 403), ("etrangere", 404), ("analyste", 403), ("approbation", 403)],
)
def test_les_autres_n_inscrivent_pas_la_signature_d_un_organisme(cadre, client_de, request, personne, code):
    convention = convention_transmise(cadre.bsl)
    client = client_de(request.getfixturevalue(personne))
    adresse = url(convention, "signature", organismes(convention)[0].pk)
    assert client.get(adresse).status_code == code
    assert client.post(adresse, envoi()).status_code == code
    assert convention.parties_a_signer().count() == 3


@pytest.mark.parametrize("personne", ["signataire", "mess", "agente"])
def test_la_signature_de_la_ou_du_ministre_revient_a_l_approbation(cadre, client_de, request, personne):
    convention = convention_transmise(cadre.bsl)
    adresse = url(convention, "signature", ministre(convention).pk)
    assert client_de(request.getfixturevalue(personne)).post(adresse, envoi()).status_code == 403


def test_la_ou_le_ministre_signe_sans_resolution_avec_ou_sans_exemplaire(cadre, approbation, client_de):
    for alliance, fichier in ((cadre.bsl, {}), (cadre.lanaudiere, {"fichier": fabriques.fichier_pdf()})):
        convention = convention_transmise(alliance)
        partie = ministre(convention)
        adresse = url(convention, "signature", partie.pk)
        client = client_de(approbation)
        assert "resolution" not in client.get(adresse).context["form"].fields
        client.post(adresse, {"signee_le": aujourd_hui().isoformat()} | fichier)
        partie.refresh_from_db()
        assert partie.signee_le == aujourd_hui()
        assert [piece.usage for piece in convention.pieces.all()] == ["exemplaire"] * len(fichier)


def test_une_partie_ne_signe_pas_deux_fois(cadre, signataire, client_de):
    convention, client = convention_transmise(cadre.bsl), client_de(signataire)
    partie = organismes(convention)[0]
    client.post(url(convention, "signature", partie.pk), envoi())
    page = client.post(url(convention, "signature", partie.pk), envoi(), follow=True)
    assert f"{partie} a déjà signé" in page.text
    assert JournalConvention.objects.filter(geste="signer").count() == 1
    assert convention.pieces.count() == 1


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"signee_le": "2099-01-01"}, "La date de signature ne peut pas être dans le futur."),
        ({"signee_le": "2026-11-19"}, "ne peut pas précéder la transmission, le 20\xa0novembre 2026."),
        ({"resolution_le": "2026-11-22"}, "La résolution ne peut pas suivre la signature qu’elle autorise."),
        ({"resolution_le": "2016-11-21"}, "La résolution a plus de deux ans\xa0: vérifiez l’année."),
        ({"signee_le": "hier"}, "entrez une date, par exemple 31 mars 2026 ou 2026-03-31"),
        ({"signee_le": ""}, "Indiquez la date de la signature."),
        ({"resolution": " "}, "Inscrivez le numéro de la résolution."),
        ({"fichier": ""}, "Joignez la résolution."),
        ({"fichier": fabriques.fichier_pdf("x.exe")}, "n’est pas d’un type admis"),
    ],
)
def test_une_mauvaise_signature_se_dit_et_la_saisie_reste(
    cadre, signataire, client_de, time_machine, champs, phrase
):
    time_machine.move_to(datetime(2026, 11, 21, 15, tzinfo=timezone.get_current_timezone()), tick=False)
    le = datetime(2026, 11, 20, 15, tzinfo=timezone.get_current_timezone())
    convention = convention_transmise(cadre.bsl, le=le)
    partie = organismes(convention)[0]
    page = client_de(signataire).post(
        url(convention, "signature", partie.pk), envoi(resolution="R-42") | champs
    )
    assert phrase in page.text
    assert_html_accessible(page)
    if "resolution" not in champs:
        assert "R-42" in page.text
    partie.refresh_from_db()
    assert partie.signee_le is None


def test_un_fichier_refuse_ailleurs_se_redemande_par_son_nom(cadre, signataire, client_de):
    convention = convention_transmise(cadre.bsl)
    page = client_de(signataire).post(
        url(convention, "signature", organismes(convention)[0].pk), envoi(signee_le="2099-01-01")
    )
    assert "Choisissez de nouveau «\xa0resolution.pdf\xa0»" in page.text


def test_le_geste_refuse_lui_meme_ce_que_la_page_aurait_refuse(cadre, mess):
    convention = convention_transmise(cadre.bsl)
    partie = organismes(convention)[0]
    with pytest.raises(TransitionInterdite) as refus:
        convention.signer(partie, par=mess, signee_le=date(2099, 1, 1))
    assert refus.value.empechements == [
        "La date de signature ne peut pas être dans le futur.",
        "Inscrivez le numéro de la résolution.",
        "Inscrivez la date de la résolution.",
        "Joignez la résolution.",
    ]


def test_on_ne_signe_ni_avant_la_transmission_ni_sans_devoir_signer(cadre, mess):
    convention = convention_a_transmettre(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="pas encore transmise"):
        signer(convention, organismes(convention)[0])
    convention.parties.filter(rang=4).update(signe=False)
    convention = convention.transmettre(par=mess)
    with pytest.raises(TransitionInterdite, match="est à la convention sans la signer"):
        signer(convention, convention.parties.get(rang=4))


# --- La dernière signature --------------------------------------------------------------------------------


@pytest.mark.parametrize("ordre", [1, -1])
def test_la_derniere_signature_met_en_vigueur_dans_n_importe_quel_ordre(
    cadre, signataire, mess, analyste, agente, client_de, ordre
):
    convention = convention_transmise(cadre.bsl)
    parties = list(convention.parties_a_signer())[::ordre]
    for partie in parties[:-1]:
        convention = signer(convention, partie)
        assert convention.etat == "transmise"
    assert not convention.obligations.exists()
    derniere = parties[-1]
    role = "approbation" if derniere.organisme_id is None else "signature"
    par = signataire if role == "signature" else fabriques.personne("approbation")
    champs = envoi() if derniere.organisme_id else {"signee_le": aujourd_hui().isoformat()}
    adresse = url(convention, "signature", derniere.pk)
    page = client_de(par).get(adresse)
    assert "C’est la dernière signature" in page.text
    client_de(par).post(adresse, champs)
    convention.refresh_from_db()
    assert (convention.etat, convention.signee_le) == ("signee", aujourd_hui())
    gestes = list(JournalConvention.objects.order_by("rang").values_list("geste", flat=True))
    assert gestes[:2] == ["etablir-echeancier", "transmettre"]
    assert gestes[2:7] == ["signer", "signer", "signer", "entrer-en-vigueur", "ouvrir-enveloppes"]
    assert set(gestes[7:]) == {"liberer"}
    assert Solde.objects.get(enveloppe__convention=convention, enveloppe__an=2025).alloue == MONTANTS[2025]
    assert "signature" in convention.echeances.filter(etat="liberee").values_list("condition", flat=True)
    assert convention.instantanes.get().contenu == contenu_de(convention)
    assert convention.obligations.count() == 6
    prevenues = Notification.objects.filter(cle__startswith="convention:vigueur")
    assert {mess, analyste, agente} <= {n.destinataire for n in prevenues}


def test_la_date_de_signature_est_la_derniere_de_toutes(cadre):
    convention = convention_transmise(cadre.bsl, le=timezone.now() - timedelta(days=5))
    dates = [aujourd_hui(), HIER, HIER]
    for partie, jour in zip(convention.parties_a_signer(), dates, strict=True):
        convention = signer(convention, partie, signee_le=jour)
    assert convention.signee_le == aujourd_hui()


def test_une_signature_qui_echoue_a_la_fin_ne_laisse_rien_d_a_moitie_ecrit(cadre, monkeypatch):
    convention = convention_transmise(cadre.bsl)
    *debut, derniere = convention.parties_a_signer()
    for partie in debut:
        convention = signer(convention, partie)

    def echouer(*args, **options):
        raise RuntimeError("panne")

    monkeypatch.setattr(convention.obligations.model, "generer", echouer)
    with pytest.raises(RuntimeError, match="panne"):
        signer(convention, derniere)
    convention.refresh_from_db()
    derniere.refresh_from_db()
    assert (convention.etat, derniere.signee_le) == ("transmise", None)
    assert not JournalConvention.objects.filter(geste="entrer-en-vigueur").exists()


# --- L'échéance du plan -----------------------------------------------------------------------------------

LOIN = date(2027, 3, 31)


def test_sans_plan_l_alliance_garde_l_echeance_et_le_plan_la_prend(cadre, agente, time_machine):
    time_machine.move_to(datetime(2026, 11, 21, 15, tzinfo=timezone.get_current_timezone()))
    convention_signee(cadre.bsl, echeance_plan_au_plus_tard=LOIN)
    alliance = Alliance.objects.get(pk=cadre.bsl.pk)
    assert alliance.echeance_plan == alliance.limite_du_plan == date(2027, 2, 21)
    ligne = JournalAlliance.objects.get(geste="fixer-echeance")
    assert ligne.apres == {"échéance du plan": "2027-02-21"}
    assert PlanAction.ouvrir(cadre.bsl, par=agente).echeance == date(2027, 2, 21)
    assert Alliance.objects.get(pk=cadre.lanaudiere.pk).limite_du_plan == cadre.cycle.echeance_plan


def test_un_plan_ouvert_change_d_echeance_et_le_journal_le_dit(cadre, agente, time_machine):
    time_machine.move_to(datetime(2026, 11, 21, 15, tzinfo=timezone.get_current_timezone()))
    plan = fabriques.plan_ouvert(cadre.bsl).plan
    convention_signee(cadre.bsl, echeance_plan_au_plus_tard=LOIN)
    plan.refresh_from_db()
    assert plan.echeance == date(2027, 2, 21)
    ligne = JournalPlan.objects.get(geste="fixer-echeance")
    assert (ligne.avant, ligne.apres, ligne.public) == (
        {"echeance": "2025-03-31"},
        {"echeance": "2027-02-21"},
        True,
    )
    assert ligne.role in ("approbation", "mess")


def test_la_date_au_plus_tard_l_emporte_quand_elle_vient_avant(cadre):
    plan = fabriques.plan_ouvert(cadre.bsl).plan
    convention_signee(cadre.bsl)
    plan.refresh_from_db()
    assert plan.echeance == cadre.cycle.echeance_plan
    assert not JournalPlan.objects.filter(geste="fixer-echeance").exists()


def test_un_plan_deja_depose_garde_son_echeance(cadre):
    version = fabriques.version_deposee(cadre.bsl)
    convention = convention_signee(cadre.bsl, echeance_plan_au_plus_tard=LOIN)
    version.plan.refresh_from_db()
    assert version.plan.echeance == cadre.cycle.echeance_plan
    assert convention.obligations.get(nature="plan").faite_le == aujourd_hui()


def test_la_liste_des_plans_et_les_taches_suivent_l_echeance_de_la_convention(cadre, agente, client_de):
    convention_signee(cadre.bsl, echeance_plan_au_plus_tard=LOIN)
    page = client_de(agente).get("/")
    [groupe] = [g for g in page.context["groupes"] if g.titre == "Ouvrir le plan d’action"]
    assert not groupe.retards
    assert Convention.objects.get().obligations.get(nature="plan").echeance == groupe.premiere.echeance
