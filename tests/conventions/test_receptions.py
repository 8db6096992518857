"""Reçu n'est pas accepté : deux faits, deux personnes; seule l'acceptation libère, jamais avant son temps."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from conventions.models import Convention, EcheanceVersement, JournalConvention, Obligation
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import accepter, recevoir
from tests.conventions.versements import empeche
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
REFERENCE = "Lettre 2026-118"


@partagee
def convention(cadre):
    """Plan approuvé; le 4e versement, de septembre 2026, attend le rapport de 2025-2026."""
    fabriques.version_approuvee(cadre.bsl)
    convention = v.convention_signee(cadre.bsl)
    Obligation.generer(convention, par=None)
    convention.obligations.filter(nature="etats_financiers").update(echeance=date(2030, 6, 30))
    return convention


@partagee
def rapport(convention):
    return convention.obligations.get(nature="rapport_annuel", an=2025)


@pytest.fixture
def suivant(convention):
    """Un versement d'avril 2027, de l'exercice 2027-2028, qui attend le même rapport."""
    convention.exercices.create(an=2027, montant=Decimal("5.00"))
    return convention.echeances.create(
        an=2027,
        rang=9,
        montant=Decimal("5.00"),
        condition="rapport_accepte",
        rapport_an=2025,
        prevue_le=date(2027, 4, 15),
    )


def au(jour):
    return time_machine.travel(f"{jour}T12:00-04:00", tick=False)


def url(obligation, nom):
    return reverse(f"conventions:{nom}", args=[obligation.pk])


def liberees(convention):
    return list(convention.echeances.filter(etat="liberee").order_by("rang").values_list("rang", flat=True))


# --- Recevoir ---------------------------------------------------------------------------------------------


def test_recevoir_n_accepte_rien_et_ne_libere_rien(convention, rapport, mess):
    with au("2026-09-20"):
        recu = recevoir(rapport)
        assert (recu.recue_le, recu.acceptee_le) == (date(2026, 9, 20), None)
        assert liberees(convention) == []
        assert EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=mess) == []


def test_services_quebec_inscrit_ce_qui_est_recu(rapport, analyste, agente, client_de):
    client = client_de(analyste)
    page = client.get(url(rapport, "reception"))
    assert_html_accessible(page)
    assert "Aucun argent ne se libère" in page.text
    reponse = client.post(
        url(rapport, "reception"), {"le": aujourd_hui().isoformat(), "reference": REFERENCE}
    )
    assert reponse.url == reverse("conventions:obligations", args=[rapport.convention_id])
    rapport.refresh_from_db()
    assert (rapport.recue_le, rapport.recue_par, rapport.reference) == (aujourd_hui(), analyste, REFERENCE)
    ligne = JournalConvention.objects.get(geste="recevoir")
    assert (ligne.objet, ligne.role) == ("Rapport annuel 2025-2026", "dgsq")
    page = client_de(agente).get(reponse.url)
    assert REFERENCE in page.text
    assert "à accepter" in page.text


@pytest.mark.parametrize(
    "nom", ["reception", "acceptation", "annulation_reception", "annulation_acceptation", "prolongation"]
)
@pytest.mark.parametrize(
    "personne, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404), ("approbation", 403)]
)
def test_les_autres_ne_recoivent_n_acceptent_ni_ne_defont(rapport, client_de, request, nom, personne, code):
    client = client_de(request.getfixturevalue(personne))
    assert client.get(url(rapport, nom)).status_code == code
    assert client.post(url(rapport, nom), {}).status_code == code


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"le": "2099-01-01"}, "La date de réception ne peut pas être dans le futur."),
        ({"le": "2024-12-31"}, "ne peut pas précéder le début de la convention, le 15\xa0janvier 2025."),
        ({"le": "2026-03-31"}, "suit la fin de ce dont le document rend compte, le 31\xa0mars 2026."),
        ({"le": ""}, "Indiquez le jour où le document a été reçu."),
        ({"reference": ""}, "Remplissez le champ «\xa0Où se trouve ce qui a été reçu\xa0»."),
    ],
)
def test_une_mauvaise_reception_se_dit(rapport, mess, client_de, champs, phrase):
    envoi = {"le": aujourd_hui().isoformat(), "reference": "Lettre 4"} | champs
    assert phrase in client_de(mess).post(url(rapport, "reception"), envoi).text
    rapport.refresh_from_db()
    assert rapport.recue_le is None


def test_un_rapport_annuel_n_est_pas_recu_avant_la_fin_de_son_exercice(convention):
    suivant = convention.obligations.get(nature="rapport_annuel", an=2026)
    etats = convention.obligations.get(nature="etats_financiers", an=2026)
    with au("2027-03-31"):
        for obligation in (suivant, etats):
            assert empeche(recevoir, obligation) == [
                "Rien ne peut en être reçu avant la fin de ce dont il rend compte, le 31 mars 2027."
            ]
    with au("2027-04-01"):
        assert recevoir(suivant).recue_le == date(2027, 4, 1)


def test_le_rapport_final_n_est_pas_recu_avant_la_fin_de_la_convention(convention):
    final = convention.obligations.get(nature="rapport_final")
    with au("2027-03-31"):
        assert "le 31 mars 2027" in empeche(recevoir, final)[0]
    with au("2027-04-01"):
        assert recevoir(final).recue_le == date(2027, 4, 1)


def test_resiliee_une_convention_finit_ce_jour_la_pour_son_rapport_final(convention, approbation):
    convention.resilier(
        par=approbation, fermee_le=date(2026, 11, 1), motif="La Table se dissout.", reglement="Rien."
    )
    final = Obligation.objects.get(convention=convention, nature="rapport_final")
    Obligation.objects.filter(pk=final.pk).update(annulee_le=None)
    assert "le 1er novembre 2026" in empeche(recevoir, final, le=date(2026, 11, 1))[0]
    assert recevoir(final, le=date(2026, 11, 2)).recue_le == date(2026, 11, 2)


def test_le_plan_ne_se_recoit_ni_ne_s_accepte_ici(convention, rapport, mess):
    plan = convention.obligations.get(nature="plan")
    for geste in (lambda: recevoir(plan), lambda: plan.accepter(par=mess)):
        assert "se lit du plan lui-même" in empeche(geste)[0]
    assert empeche(rapport.recevoir, par=mess, le=aujourd_hui(), reference=" ") == [
        "Dites où se trouve ce qui a été reçu."
    ]


def test_le_retard_se_juge_a_la_reception(convention, rapport):
    Obligation.objects.filter(pk=rapport.pk).update(echeance=date(2026, 6, 30))
    with au("2026-07-01"):
        assert rapport in convention.obligations.en_retard()
        recevoir(rapport)
        assert rapport not in convention.obligations.en_retard()
        assert rapport in convention.obligations.a_accepter()


# --- Accepter ---------------------------------------------------------------------------------------------


def test_accepter_libere_le_versement_qui_l_attendait(convention, rapport):
    with au("2026-09-20"):
        accepte = accepter(rapport)
        assert (accepte.acceptee_le, [e.rang for e in accepte.liberees]) == (date(2026, 9, 20), [4])
        assert liberees(convention) == [4]
        gestes = JournalConvention.objects.filter(geste__in=("recevoir", "accepter", "liberer"))
        assert {(g.geste, g.par_id) for g in gestes} == {
            ("recevoir", accepte.recue_par_id),
            ("accepter", accepte.acceptee_par_id),
            ("liberer", accepte.acceptee_par_id),
        }


def test_qui_inscrit_la_reception_n_accepte_pas(rapport, mess):
    recevoir(rapport, par=mess)
    assert empeche(rapport.accepter, par=mess) == [
        "Vous avez inscrit la réception : une autre personne doit accepter."
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.filter(pk=rapport.pk).update(acceptee_le=aujourd_hui(), acceptee_par=mess)


def test_rien_ne_s_accepte_sans_etre_recu_ni_deux_fois(rapport, mess):
    assert empeche(rapport.accepter, par=mess) == ["Inscrivez d’abord la réception."]
    accepter(rapport)
    assert "Le document est accepté depuis le" in empeche(rapport.accepter, par=mess)[0]


@pytest.mark.parametrize("le", [date(2026, 9, 19), date(2026, 9, 21)])
def test_l_acceptation_suit_la_reception_et_n_est_pas_a_venir(rapport, mess, le):
    with au("2026-09-20"):
        recevoir(rapport)
        assert empeche(rapport.accepter, par=mess, le=le) == [
            "L’acceptation suit la réception et ne peut pas être dans le futur."
        ]


def test_un_versement_dont_la_date_est_plus_loin_que_la_marge_n_est_pas_libre(convention, rapport):
    with au("2026-06-20"):
        assert accepter(rapport).liberees == []
        [montree] = convention.echeances.filter(rang=4).a_montrer()
        assert montree.attend() == "le 16\xa0août 2026"
    assert EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 8, 15))[-1:] != [montree]
    assert [e.etat for e in convention.echeances.filter(rang=4)] == ["prevue"]
    assert montree in EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 8, 16))


def test_la_marge_est_un_parametre_de_la_convention(convention, rapport):
    Convention.objects.filter(pk=convention.pk).update(jours_d_avance=0)
    with au("2026-09-14"):
        assert accepter(rapport).liberees == []
    assert EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=None, le=date(2026, 9, 15))


def test_un_versement_dont_l_exercice_n_a_pas_commence_n_est_jamais_libre(convention, rapport, suivant):
    accepter(rapport)
    assert suivant not in EcheanceVersement.liberer_ce_qui_est_du(le=date(2027, 3, 31))
    assert suivant in EcheanceVersement.liberer_ce_qui_est_du(le=date(2027, 4, 1))


def test_le_rapport_final_accepte_libere_la_retenue(convention):
    convention.echeances.filter(rang=4).update(condition="rapport_final", rapport_an=None)
    final = convention.obligations.get(nature="rapport_final")
    with au("2027-05-02"):
        recevoir(final)
        assert EcheanceVersement.liberer_selon(convention, "rapport_final", par=None) == []
        assert [
            e.rang for e in final.accepter(par=fabriques.personne("mess"), le=date(2027, 5, 2)).liberees
        ] == [4]


def test_la_page_dit_avant_le_geste_quel_versement_se_libere_combien_et_quand(
    cadre, convention, rapport, suivant, analyste, client_de
):
    collegue = fabriques.personne("dgsq", cadre.bsl.regions.get())
    with au("2026-09-20"):
        recevoir(rapport)
        client = client_de(analyste)
        page = client.get(url(rapport, "acceptation"))
        assert_html_accessible(page)
        texte = " ".join(page.text.replace("\xa0", " ").split())
        assert (
            "4e versement, 2026-2027, 650 000,00 $</b>, prévu le 15 septembre 2026 : dès maintenant" in texte
        )
        assert (
            "9e versement, 2027-2028, 5,00 $</b>, prévu le 15 avril 2027 : il attendra encore le 1er avril 2027"
            in texte
        )
        assert liberees(convention) == []
        page = client.post(url(rapport, "acceptation"), follow=True)
        assert "accepté. 650 000,00 $ se libèrent." in page.text.replace("\xa0", " ")
    assert liberees(convention) == [4]
    assert Notification.objects.filter(destinataire=collegue, cle__contains="versement:liberation").exists()


def test_sans_region_l_analyse_du_ministere_accepte_ailleurs_elle_recoit_seulement(
    convention, rapport, mess, client_de
):
    adresse = url(rapport, "acceptation")
    assert client_de(mess).get(adresse).status_code == 403
    convention.alliance.regions.clear()
    assert client_de(mess).get(adresse).status_code == 200


# --- Défaire ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("etat", ["liberee", "recommandee", "autorisee", "suspendue"])
def test_annuler_l_acceptation_ramene_a_prevu_ce_qu_elle_a_libere(convention, rapport, mess, etat):
    with au("2026-09-20"):
        accepter(rapport)
        echeance = convention.echeances.get(rang=4)
        if etat in ("recommandee", "autorisee"):
            v.relire(echeance).recommander(par=v._analyse(convention), note="Rapport accepté.")
        if etat == "autorisee":
            v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
        if etat == "suspendue":
            v.relire(echeance).suspendre(par=mess, motif="À revoir.")
        rapport.annuler_acceptation(par=mess, motif="Le rapport était celui d’une autre Table.")
    echeance, rapport = v.relire(echeance), Obligation.objects.get(pk=rapport.pk)
    assert (rapport.acceptee_le, rapport.acceptee_par, rapport.recue_le) == (None, None, date(2026, 9, 20))
    assert echeance.etat_atteint == "prevue"
    assert (echeance.etat == "suspendue") is (etat == "suspendue")
    assert (echeance.liberee_le, echeance.recommandee_par, echeance.recommandation) == (None, None, "")
    assert (echeance.autorisee_le, echeance.autorisee_par) == (None, None)
    ligne = JournalConvention.objects.get(geste="defaire-liberation")
    assert (ligne.objet, ligne.motif) == (str(echeance), "Le rapport était celui d’une autre Table.")
    assert ligne.avant["etat"] == ("liberee" if etat == "suspendue" else etat)
    assert ("autorisee_par" in ligne.avant) is (etat == "autorisee")


@pytest.mark.parametrize("part", [1, Decimal("0.5")])
def test_l_acceptation_ne_se_defait_plus_une_fois_payee_en_tout_ou_en_partie(convention, rapport, mess, part):
    with au("2026-09-20"):
        accepter(rapport)
        echeance = convention.echeances.get(rang=4)
        v.relire(echeance).recommander(par=v._analyse(convention), note="Rapport accepté.")
        v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
        v.virement(v.relire(echeance), montant=echeance.montant * part)
        [phrase] = empeche(rapport.annuler_acceptation, par=mess, motif="Erreur")
    assert phrase.startswith("4e versement, 2026-2027 : ")
    assert phrase.endswith("$ en sont déjà versés. L’acceptation ne se défait plus.")
    assert v.relire(echeance).autorisee_par is not None


def test_un_virement_annule_ne_retient_pas_l_acceptation(convention, rapport, mess):
    with au("2026-09-20"):
        accepter(rapport)
        echeance = convention.echeances.get(rang=4)
        v.relire(echeance).recommander(par=v._analyse(convention), note="Rapport accepté.")
        v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
        versement = v.virement(v.relire(echeance))
        v.relire(echeance).annuler_confirmation(par=v.finances(), versement=versement, motif="Faux.")
        rapport.annuler_acceptation(par=mess, motif="Erreur")
    assert v.relire(echeance).etat == "prevue"


def test_la_reception_se_defait_apres_l_acceptation_et_redevient_due(convention, rapport, mess):
    accepter(rapport)
    assert empeche(rapport.annuler_reception, par=mess, motif="Erreur") == [
        "Le document est accepté : annulez d’abord l’acceptation."
    ]
    rapport.annuler_acceptation(par=mess, motif="Erreur")
    assert empeche(rapport.annuler_reception, par=mess, motif=" ") == ["Dites pourquoi cela se défait."]
    rapport.annuler_reception(par=mess, motif="Mauvais dossier")
    relue = Obligation.objects.get(pk=rapport.pk)
    assert (relue.recue_le, relue.recue_par, relue.reference) == (None, None, "")
    assert relue in Obligation.objects.dues()
    assert JournalConvention.objects.get(geste="annuler-reception").avant["référence"] == "Lettre 4"


def test_defaire_et_refaire_demande_encore_deux_personnes(convention, rapport, mess, analyste):
    """Qui a accepté peut tout défaire; qui inscrit ensuite la réception n'accepte toujours pas."""
    recu = rapport.recevoir(par=mess, le=aujourd_hui(), reference="Lettre 4")
    recu.accepter(par=analyste).annuler_acceptation(par=mess, motif="Erreur")
    assert "une autre personne doit accepter" in empeche(recu.accepter, par=mess)[0]
    rapport.annuler_reception(par=analyste, motif="Erreur")
    rapport.recevoir(par=analyste, le=aujourd_hui(), reference="Lettre 5")
    assert "une autre personne doit accepter" in empeche(rapport.accepter, par=analyste)[0]
    rapport.accepter(par=mess)


def test_la_page_qui_defait_nomme_ce_qui_revient_et_ce_qui_s_efface(
    convention, rapport, analyste, agente, client_de
):
    with au("2026-09-20"):
        accepter(rapport)
        client = client_de(analyste)
        v.premiere(convention, rang=4).recommander(par=analyste, note="Rapport accepté.")
        page = client.get(url(rapport, "annulation_acceptation"))
        assert_html_accessible(page)
        assert "4e versement, 2026-2027" in page.text
        assert f"recommandé par\n          {analyste.nom_complet}" in page.text
        page = client.post(url(rapport, "annulation_acceptation"), {"motif": "Erreur"}, follow=True)
        assert Notification.objects.filter(
            destinataire=agente, cle__contains="annulation-acceptation"
        ).exists()
        assert "l’acceptation est annulée" in page.text
        assert_html_accessible(client.get(url(rapport, "annulation_reception")))
        client.post(url(rapport, "annulation_reception"), {"motif": "Mauvais dossier"})
    rapport.refresh_from_db()
    assert (rapport.recue_le, v.premiere(convention, rang=4).etat) == (None, "prevue")


def test_les_gestes_offerts_sont_ceux_de_l_etat(convention, rapport, analyste, client_de):
    adresse = reverse("conventions:obligations", args=[convention.pk])

    def offerts():
        page = client_de(analyste).get(adresse)
        [ligne] = [o for o in page.context["obligations"] if o["pk"] == rapport.pk]
        return [mot for mot, _ in ligne["gestes"]]

    assert offerts() == ["Inscrire la réception"]
    recevoir(rapport)
    assert offerts() == ["Accepter", "Annuler la réception"]
    rapport.accepter(par=fabriques.personne("mess"))
    assert offerts() == ["Annuler l’acceptation"]


def test_accepter_ne_s_offre_pas_a_qui_a_inscrit_la_reception(convention, rapport, analyste, client_de):
    recevoir(rapport, par=analyste)
    page = client_de(analyste).get(reverse("conventions:obligations", args=[convention.pk]))
    assert url(rapport, "acceptation") not in page.text
    assert url(rapport, "annulation_reception") in page.text
