"""Les transferts : demandés, approuvés par une autre personne, écrits alors; le second qui dépasse est refusé."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import (
    DemandeAnnulation,
    Ecriture,
    Enveloppe,
    JournalConvention,
    Repartition,
    Transfert,
)
from conventions.permissions import peut_transferer
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_vigueur,
    defaire,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


@partagee
def arbre(convention):
    return enveloppes_par_nom(convention)


def demander(arbre, par, montant="60000", de="Réserve", vers="La Matanie", motif="Le transport"):
    return Transfert.demander(arbre[de], arbre[vers], Decimal(montant), par=par, motif=motif)


def test_un_transfert_passe_a_l_approbation_et_pas_avant(convention, arbre, agente, signataire):
    transfert = demander(arbre, agente)
    assert enveloppes_par_nom(convention)["Réserve"].solde.alloue == Decimal("100000.00")
    transfert.approuver(par=signataire)
    apres = enveloppes_par_nom(convention)
    assert apres["Réserve"].solde.alloue == Decimal("40000.00")
    assert apres["La Matanie"].solde.alloue == Decimal("460000.00")
    gestes = JournalConvention.objects.values_list("geste", flat=True)
    assert {"demander-transfert", "approuver-transfert"} <= set(gestes)


def test_les_demandes_en_attente_ne_depassent_pas_ensemble_le_disponible(arbre, agente, signataire):
    premier = demander(arbre, agente)
    with pytest.raises(TransitionInterdite) as refus:
        demander(arbre, agente, montant="40000.01", vers="La Matapédia")
    assert refus.value.empechements == [
        "«\xa0Réserve\xa0» n’a que 100\xa0000,00\xa0$ de disponible, dont 60\xa0000,00\xa0$ sont déjà demandés par "
        "d’autres transferts; il en faudrait 40\xa0000,01\xa0$."
    ]
    demander(arbre, agente, montant="40000", vers="La Matapédia")
    premier.retirer(par=agente)
    demander(arbre, agente, montant="60000")


def test_les_fonds_partis_depuis_la_demande_retiennent_l_approbation(convention, arbre, agente, signataire):
    transfert = demander(arbre, agente)
    Ecriture.passer(
        convention, [(arbre["Réserve"], "engage", Decimal(60000))], nature="engagement", par=agente, objet="P"
    )
    assert transfert.empechements_a_approuver() == [
        "«\xa0Réserve\xa0» n’a que 40\xa0000,00\xa0$ de disponible; il en faudrait 60\xa0000,00\xa0$."
    ]
    with pytest.raises(TransitionInterdite, match="n’a que 40\xa0000,00\xa0\\$ de disponible"):
        transfert.approuver(par=signataire)
    transfert.refresh_from_db()
    assert (transfert.etat, transfert.mouvement) == ("demandee", None)


def test_un_transfert_defait_a_deux_le_dit_a_sa_page_et_a_la_liste(
    convention, arbre, agente, lectrice, signataire, client_de
):
    transfert = demander(arbre, agente).approuver(par=signataire)
    with pytest.raises(TransitionInterdite, match="une autre personne doit y répondre"):
        defaire(transfert.mouvement, lectrice, lectrice)
    demande = DemandeAnnulation.objects.get()
    page = client_de(agente).get(reverse("conventions:transfert", args=[transfert.pk]))
    assert "Son annulation est demandée" in page.text
    demande = demande.approuver(par=signataire)
    page = client_de(agente).get(reverse("conventions:transfert", args=[transfert.pk]))
    assert_html_accessible(page)
    assert f"par\n      {lectrice.nom_complet} et {signataire.nom_complet}" in page.text
    assert f"ligne {demande.ligne()} du grand livre" in page.text
    liste = client_de(agente).get(reverse("conventions:transferts", args=[convention.pk]))
    assert "Approuvé, puis défait" in liste.text
    assert enveloppes_par_nom(convention)["Réserve"].solde.alloue == Decimal("100000.00")


def test_un_transfert_ne_bouge_rien_sur_une_convention_resiliee(
    convention, arbre, agente, signataire, approbation
):
    transfert = demander(arbre, agente)
    convention.resilier(par=approbation, fermee_le=aujourd_hui(), motif="Fin", reglement="Tout est rendu")
    ecrites = Ecriture.objects.count()
    with pytest.raises(TransitionInterdite, match="déjà fermé avec la convention"):
        transfert.approuver(par=signataire)
    assert (Ecriture.objects.count(), Transfert.objects.get().etat) == (ecrites, "fermee")
    # Même glissé en SQL dans son état d'avant, il se heurte à la convention.
    Transfert.objects.update(etat="demandee", decidee_le=None, decidee_par=None, decision_motif="")
    with pytest.raises(TransitionInterdite, match="n’est pas en vigueur"):
        transfert.approuver(par=signataire)
    assert Ecriture.objects.count() == ecrites


def test_qui_demande_n_approuve_pas_meme_en_sql(arbre, signataire):
    transfert = demander(arbre, signataire)
    with pytest.raises(TransitionInterdite, match="une autre personne doit y répondre"):
        transfert.approuver(par=signataire)
    with refuse_par("transfert_decidee_par_une_autre_personne", "conventions"):
        Transfert.objects.filter(pk=transfert.pk).update(
            etat="approuvee",
            decidee_par=signataire,
            decidee_le=transfert.demandee_le,
            mouvement=transfert.convention.ecritures.first().mouvement,
        )


def test_un_transfert_se_decide_une_fois(arbre, agente, signataire):
    transfert = demander(arbre, agente)
    transfert.approuver(par=signataire)
    for geste in (
        lambda: transfert.approuver(par=signataire),
        lambda: transfert.refuser(par=signataire, motif="Non"),
        lambda: transfert.retirer(par=agente),
    ):
        with pytest.raises(TransitionInterdite, match="déjà approuvé"):
            geste()


def test_un_refus_a_un_motif_et_ne_bouge_rien(arbre, agente, signataire):
    transfert = demander(arbre, agente)
    with pytest.raises(TransitionInterdite, match="Écrivez le motif"):
        transfert.refuser(par=signataire, motif=" ")
    transfert.refuser(par=signataire, motif="La réserve sert aux urgences.")
    assert not Ecriture.objects.filter(nature="transfert").exists()


@pytest.mark.parametrize(
    "options, phrase",
    [
        ({"vers": "Réserve"}, "deux enveloppes différentes"),
        ({"vers": "Exercice 2025-2026"}, "L’exercice lui-même se répartit"),
        ({"montant": "0"}, "plus de zéro dollar"),
        ({"montant": "100000.01"}, "n’a que 100\xa0000,00"),
        ({"motif": " "}, "Écrivez le motif"),
    ],
)
def test_une_demande_impossible_dit_pourquoi(arbre, agente, options, phrase):
    with pytest.raises(TransitionInterdite, match=phrase):
        demander(arbre, agente, **options)


def test_un_transfert_ne_change_pas_d_exercice(convention, arbre, agente):
    autre = arbre_dresse(convention, an=2026)
    with pytest.raises(TransitionInterdite, match="reste dans le même exercice"):
        Transfert.demander(arbre["Réserve"], autre["Réserve"], Decimal(1), par=agente, motif="Essai")


@pytest.mark.parametrize(
    "nom, champs",
    [
        ("transfert_montant_positif", {"montant": 0}),
        ("transfert_motivee", {"motif": ""}),
        ("transfert_decision_complete", {"etat": "retiree"}),
        ("transfert_motivee", {"etat": "refusee"}),
    ],
)
def test_la_base_tient_les_regles_d_un_transfert(arbre, agente, signataire, nom, champs):
    transfert = demander(arbre, agente)
    if champs.get("etat") == "refusee":
        champs = champs | {"decidee_par": signataire, "decidee_le": transfert.demandee_le}
    with refuse_par(nom, "conventions"):
        Transfert.objects.filter(pk=transfert.pk).update(**champs)


def test_le_parcours_a_l_ecran(convention, arbre, agente, signataire, client_de):
    demande = reverse("conventions:transfert_demande", args=[convention.pk, 2025])
    client = client_de(agente)
    assert_html_accessible(client.get(demande))
    donnees = {"de": arbre["Réserve"].pk, "vers": arbre["La Matanie"].pk, "motif": "Le transport"}
    refusee = client.post(demande, donnees | {"montant": "100 000,01 $"})
    assert "n’a que 100\xa0000,00\xa0$ de disponible" in refusee.text
    assert 'value="100 000,01 $"' in refusee.text
    assert client.post(demande, donnees | {"montant": "60 000,00 $"}).status_code == 302
    transfert = Transfert.objects.get()
    fiche = reverse("conventions:transfert", args=[transfert.pk])
    assert "personne autorisée à signer" in client.get(fiche).text
    approbation = reverse("conventions:transfert_approbation", args=[transfert.pk])
    assert client.post(approbation).status_code == 403
    assert_html_accessible(client.get(fiche))
    autre = client_de(signataire)
    assert "À votre tour de répondre" in autre.get(fiche).text
    assert (
        "Un transfert attend une réponse"
        in autre.get(reverse("conventions:enveloppes", args=[convention.pk]), {"exercice": 2025}).text
    )
    autre.post(approbation)
    autre.post(approbation)
    assert Ecriture.objects.filter(nature="transfert").count() == 2
    assert "Approuvé" in autre.get(reverse("conventions:transferts", args=[convention.pk])).text


@pytest.mark.parametrize(
    "saisie, phrase",
    [
        ("1,234.56", "entrez un montant, par exemple"),
        ("12,345", "au plus deux décimales"),
        ("-5", "ne peut pas être négatif"),
        ("999999999999", "dépasse la limite"),
        ("", "obligatoire"),
    ],
)
def test_un_montant_mal_tape_se_dit_et_rien_ne_se_demande(
    convention, arbre, agente, client_de, saisie, phrase
):
    demande = reverse("conventions:transfert_demande", args=[convention.pk, 2025])
    donnees = {"de": arbre["Réserve"].pk, "vers": arbre["La Matanie"].pk, "motif": "Le transport"}
    page = client_de(agente).post(demande, donnees | {"montant": saisie})
    assert phrase in page.text
    assert f'value="{saisie}"' in page.text or not saisie
    assert "Le transport" in page.text
    assert not Transfert.objects.exists()


def test_ce_qui_attend_une_reponse_vient_avant_ce_qui_est_decide(
    convention, arbre, agente, signataire, client_de
):
    attend = demander(arbre, agente, "1")
    decides = [demander(arbre, agente, "2"), demander(arbre, agente, "3")]
    for transfert in reversed(decides):
        transfert.approuver(par=signataire)
    page = client_de(agente).get(reverse("conventions:transferts", args=[convention.pk]))
    assert [t.pk for t in page.context["liste"].page] == [attend.pk, *(t.pk for t in decides)]


def test_sans_enveloppe_l_exercice_ne_se_repartit_ni_ne_se_transfere(convention, agente, client_de):
    client = client_de(agente)
    for nom in ("repartition", "transfert_demande"):
        page = client.get(reverse(f"conventions:{nom}", args=[convention.pk, 2026]))
        assert "L’exercice n’a pas encore d’enveloppes\xa0: créez-les d’abord." in page.text
    with pytest.raises(TransitionInterdite, match="créez-les d’abord"):
        Repartition.enregistrer(convention, 2026, {}, methode="egales", revision=0, par=agente)


def test_refuser_et_retirer_a_l_ecran(arbre, agente, signataire, client_de):
    premier, second = demander(arbre, agente), demander(arbre, agente, montant="40000")
    refus = reverse("conventions:transfert_refus", args=[premier.pk])
    autre = client_de(signataire)
    assert autre.post(refus, {"motif": ""}).status_code == 200
    autre.post(refus, {"motif": "La réserve sert aux urgences."})
    client_de(agente).post(reverse("conventions:transfert_retrait", args=[second.pk]))
    assert sorted(Transfert.objects.values_list("etat", flat=True)) == ["refusee", "retiree"]


def test_une_ressource_de_territoire_ne_transfere_que_de_son_enveloppe(
    convention, arbre, ressource, etrangere, client_de
):
    demande = reverse("conventions:transfert_demande", args=[convention.pk, 2025])
    assert client_de(etrangere).get(demande).status_code == 404
    client = client_de(ressource)
    offertes = client.get(demande).context["form"].fields["de"].choices
    assert [pk for pk, _ in offertes] == ["", arbre["La Matapédia"].pk]
    donnees = {"vers": arbre["Réserve"].pk, "montant": "10", "motif": "Un solde"}
    assert (
        "de l’enveloppe de son territoire"
        in client.post(demande, donnees | {"de": arbre["La Matanie"].pk}).text
    )
    assert client.post(demande, donnees | {"de": arbre["La Matapédia"].pk}).status_code == 302


def test_les_finances_d_un_autre_territoire_ne_donnent_pas_le_droit_d_y_transferer(cadre, arbre, ressource):
    fabriques.mandater(ressource, "fin_territoire", territoire=cadre.bsl.territoires.get(code="08"))
    assert peut_transferer(ressource, arbre["La Matapédia"]) is None
    assert peut_transferer(ressource, arbre["La Matanie"]) is not None


def test_une_ressource_de_territoire_ne_retire_pas_la_demande_d_un_autre_territoire(
    cadre, arbre, agente, ressource, client_de
):
    voisine = fabriques.personne("territoire", cadre.bsl.territoires.get(code="08"))
    siens = [demander(arbre, par, "10", "La Matanie", "Réserve") for par in (voisine, agente)]
    page = reverse("conventions:transfert_retrait", args=[siens[0].pk])
    assert client_de(ressource).post(page).status_code == 403
    voir = client_de(ressource).get(reverse("conventions:transfert", args=[siens[0].pk]))
    assert page not in voir.text
    for transfert in siens:
        client_de(voisine).post(reverse("conventions:transfert_retrait", args=[transfert.pk]))
    assert set(Transfert.objects.values_list("etat", flat=True)) == {"retiree"}


@pytest.mark.parametrize("bout", ["de", "vers"])
def test_un_montant_fixe_ne_se_transfere_pas(arbre, agente, bout):
    Enveloppe.objects.filter(pk=arbre["La Matanie"].pk).update(montant_fixe=True)
    fixe = Enveloppe.objects.get(pk=arbre["La Matanie"].pk)
    bouts = {"de": arbre["Réserve"], "vers": arbre["Réserve"]} | {bout: fixe}
    with pytest.raises(TransitionInterdite, match="«\xa0La Matanie\xa0» a un montant fixe"):
        Transfert.demander(**bouts, montant=Decimal(10), par=agente, motif="Un solde")


def test_un_transfert_ne_se_voit_pas_d_ailleurs(arbre, agente, etrangere):
    demander(arbre, agente)
    assert Transfert.objects.visibles_par(etrangere).count() == 0
    assert Transfert.objects.visibles_par(fabriques.personne("observation")).count() == 1
