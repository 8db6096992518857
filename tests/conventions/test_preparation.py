"""Préparer une convention : ce qui se propose, se corrige, se refuse sans rien perdre, et se garde pour l'État."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from alliances.models import Organisme, PartieAlliance, ProfilGouvernance
from conventions.models import Convention, JournalConvention, PartieConvention
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests import fabriques
from tests.conventions.fabriques import (
    completer,
    convention_a_transmettre,
    convention_en_preparation,
    convention_signee,
    convention_transmise,
)
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def dotee(cadre):
    """Une Alliance au montant annoncé, avec une MRC cosignataire et un profil à 10 % régional."""
    cadre.bsl.montant = Decimal("6084144.01")
    cadre.bsl.save()
    mrc = Organisme.objects.create(
        nom="MRC de La Matapédia", forme="municipal", territoire=cadre.bsl.territoires.get(code="07")
    )
    PartieAlliance.objects.create(alliance=cadre.bsl, organisme=mrc, qualite="cosignataire")
    ProfilGouvernance.objects.filter(alliance=cadre.bsl).update(part_regionale=Decimal("10"))
    return cadre.bsl


def url(convention, nom="preparation", *args):
    return reverse(f"conventions:{nom}", args=[convention.pk, *args])


def saisie(client, adresse, **changements):
    """Ce qu'un navigateur renverrait du formulaire affiché."""
    form = client.get(adresse).context["form"]
    envoi = {}
    for champ in form:
        valeur = champ.value()
        if valeur is True:
            envoi[champ.name] = "on"
        elif valeur not in (None, False):
            envoi[champ.name] = valeur
    return envoi | changements


@pytest.mark.parametrize(
    "devancee", [IntegrityError("UNIQUE"), TransitionInterdite("Cette Alliance a déjà une convention.")]
)
def test_perdre_la_course_a_l_ouverture_se_dit_et_n_est_pas_une_panne(dotee, mess, client_de, devancee):
    adresse = reverse("conventions:ouverture", args=[dotee.slug])
    with patch.object(Convention, "save", side_effect=devancee):
        page = client_de(mess).post(adresse, follow=True)
    assert page.status_code == 200
    [phrase] = [str(message) for message in page.context["messages"]]
    assert phrase.startswith(("Quelqu’un d’autre vient d’ouvrir la convention", "Cette Alliance a déjà"))
    assert not Convention.objects.exists()


def test_la_preparation_part_du_cycle_de_l_alliance_et_de_ses_parties(dotee, mess):
    convention = Convention.preparer(dotee, par=mess)
    cycle = dotee.cycle
    assert (convention.numero, convention.etat) == ("FQIS-2024-01", "preparation")
    assert (convention.debut, convention.fin) == (cycle.debut, cycle.fin)
    assert convention.echeance_plan_au_plus_tard == cycle.echeance_plan
    assert convention.part_regionale == Decimal("10")
    assert convention.bilan_le == date(2027, 6, 30)
    montants = list(convention.exercices.values_list("an", "montant"))
    assert [an for an, _ in montants] == [2024, 2025, 2026, 2027, 2028]
    assert [m for _, m in montants] == [Decimal("1216828.81")] + [Decimal("1216828.80")] * 4
    assert convention.montant() == dotee.montant
    parties = {(p.role, p.signe): p for p in convention.parties.all()}
    assert set(parties) == {
        ("signataire", True),
        ("cosignataire", True),
        ("table_regionale", False),
        ("ministre", True),
    }
    assert [t.nom for t in parties["cosignataire", True].territoires.all()] == ["La Matapédia"]


def test_les_regles_deja_ecrites_pour_le_cycle_se_proposent_a_la_suivante(cadre, mess):
    premiere = convention_a_transmettre(cadre.lanaudiere, plafond_administration=Decimal("12.5"))
    convention = Convention.preparer(cadre.bsl, par=mess)
    assert convention.plafond_administration == Decimal("12.5")
    assert convention.participation_etat == premiere.participation_etat
    assert (convention.debut, convention.fin) == (cadre.cycle.debut, cadre.cycle.fin)


def test_une_alliance_n_a_qu_une_convention_qui_vit(cadre, mess):
    Convention.preparer(cadre.bsl, par=mess)
    with pytest.raises(TransitionInterdite, match="déjà une convention en préparation ou en vigueur"):
        Convention.preparer(cadre.bsl, par=mess)


def test_le_ministere_ouvre_la_preparation_depuis_une_page_qui_dit_ce_qui_sera_propose(
    dotee, mess, client_de
):
    client, adresse = client_de(mess), reverse("conventions:ouverture", args=[dotee.slug])
    page = client.get(adresse)
    assert_html_accessible(page)
    for mots in ("6\xa0084\xa0144,01\xa0$", "MRC de La Matapédia", "L’Alliance ne voit rien"):
        assert mots in page.text
    reponse = client.post(adresse)
    convention = Convention.objects.get()
    assert reponse.url == url(convention)
    assert_html_accessible(client.get(reponse.url))
    assert client.post(adresse).url == url(convention, "convention")
    assert Convention.objects.count() == 1


@pytest.mark.parametrize(
    "personne, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404), ("analyste", 403)]
)
def test_les_autres_n_ouvrent_pas_de_convention(cadre, client_de, request, personne, code):
    client = client_de(request.getfixturevalue(personne))
    adresse = reverse("conventions:ouverture", args=[cadre.bsl.slug])
    assert client.post(adresse).status_code == code
    assert not Convention.objects.exists()


@pytest.mark.parametrize(
    "personne, code", [("agente", 404), ("lectrice", 404), ("etrangere", 404), ("analyste", 403)]
)
def test_la_preparation_est_au_ministere(cadre, client_de, request, personne, code):
    convention = convention_en_preparation(cadre.bsl)
    client = client_de(request.getfixturevalue(personne))
    assert client.get(url(convention)).status_code == code
    assert client.post(url(convention), {}).status_code == code


def test_une_correction_s_enregistre_et_le_journal_dit_l_avant_et_l_apres(cadre, mess, agente, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    envoi = saisie(
        client,
        url(convention),
        montant_2025="1 234,56 $",
        montant_2026="",
        plafond_administration="12,5",
        fin_realisation="31 mars 2026",
    )
    assert client.post(url(convention), envoi).url == url(convention)
    convention.refresh_from_db()
    assert dict(convention.exercices.values_list("an", "montant")) == {2025: Decimal("1234.56")}
    assert convention.plafond_administration == Decimal("12.5")
    assert (convention.fin_realisation, convention.revision) == (date(2026, 3, 31), 2)
    ligne = JournalConvention.objects.get(geste="modifier")
    assert ligne.avant["exercice 2025-2026"] == "1\xa0200\xa0000,00\xa0$"
    assert ligne.apres["exercice 2025-2026"] == "1\xa0234,56\xa0$"
    assert "exercice 2026-2027" not in ligne.apres
    assert JournalConvention.objects.visibles_par(mess).exists()
    assert not JournalConvention.objects.visibles_par(agente).exists()


def test_enregistrer_sans_rien_changer_n_ecrit_rien(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    client.post(url(convention), saisie(client, url(convention)))
    convention.refresh_from_db()
    assert convention.revision == 1
    assert not JournalConvention.objects.exists()


@pytest.mark.parametrize(
    "montant, phrase",
    [
        ("1,234.56", "Exercice 2025-2026\xa0: entrez un montant, par exemple 1\xa0234,56."),
        ("12,345", "Exercice 2025-2026\xa0: un montant a au plus deux décimales."),
        ("-5", "Un montant ne peut pas être négatif."),
        ("99999999999999", "Ce montant dépasse la limite de 99\xa0999\xa0999\xa0999,99\xa0$."),
        ("beaucoup", "Exercice 2025-2026\xa0: entrez un montant, par exemple 1\xa0234,56."),
    ],
)
def test_un_mauvais_montant_se_dit_et_la_saisie_reste(cadre, mess, client_de, montant, phrase):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    envoi = saisie(client, url(convention), montant_2025=montant, participation_etat="Déjà tapé")
    page = client.post(url(convention), envoi)
    assert phrase.lower() in page.text.lower()
    assert montant in page.text
    assert "Déjà tapé" in page.text
    assert_html_accessible(page)
    assert convention.exercices.get(an=2025).montant == Decimal("1200000")


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"fin": "2024-01-01"}, "La fin de la convention doit suivre son début."),
        ({"fin": "9999-12-31"}, "Une convention dure au plus dix ans"),
        ({"fin_realisation": "2028-01-01"}, "La fin de réalisation tombe pendant la convention."),
        ({"part_regionale": "120"}, "Part des projets régionaux (%)\xa0: entrez au plus 100."),
        ({"seuil_audit": "1"}, "Le seuil de l’audit n’est pas sous celui de l’examen."),
        ({"numero": "PRIS"}, "Une autre convention porte déjà ce numéro."),
        ({"numero": ""}, "Remplissez le champ «\xa0Numéro\xa0»."),
    ],
)
def test_une_regle_de_la_base_se_dit_en_francais(cadre, mess, client_de, champs, phrase):
    convention_en_preparation(cadre.lanaudiere, numero="PRIS")
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    page = client.post(url(convention), saisie(client, url(convention), **champs))
    assert phrase in page.text
    convention.refresh_from_db()
    assert convention.revision == 1


def test_un_formulaire_perime_est_refuse_et_rien_ne_se_perd(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    envoi = saisie(client, url(convention), montant_2025="777", participation_etat="Ma saisie")
    convention.modifier({"numero": "AUTRE-1"}, {2025: Decimal("5")}, par=mess, revision=1)
    page = client.post(url(convention), envoi)
    assert page.status_code == 409
    assert_html_accessible(page)
    assert "exercice 2025-2026\xa0: 5,00\xa0$" in page.text
    assert "Ma saisie" in page.text
    assert convention.exercices.get(an=2025).montant == Decimal("5")
    form = page.context["form"]
    client.post(url(convention), envoi | {"revision": form["revision"].value()})
    assert convention.exercices.get(an=2025).montant == Decimal("777")


def test_le_geste_refuse_aussi_une_revision_perimee_et_une_regle_contredite(cadre, mess):
    convention = convention_en_preparation(cadre.bsl)
    with pytest.raises(VersionPerimee, match="fin\xa0: 2027-03-31"):
        convention.modifier({"fin": date(2028, 3, 31)}, {}, par=mess, revision=9)
    with pytest.raises(ValidationError, match="doit suivre son début"):
        convention.modifier({"fin": date(2020, 3, 31)}, {}, par=mess, revision=1)


@pytest.mark.parametrize(
    "fabrique, phrase",
    [
        (convention_transmise, "La convention est transmise\xa0: reprenez-la pour la corriger."),
        (convention_signee, "Une convention signée ne change que par un avenant."),
    ],
)
def test_une_convention_transmise_ou_signee_ne_se_modifie_plus(cadre, mess, client_de, fabrique, phrase):
    convention = fabrique(cadre.bsl)
    with pytest.raises(TransitionInterdite, match=phrase):
        convention.modifier({}, {2025: Decimal("1")}, par=mess, revision=convention.revision)
    page = client_de(mess).get(url(convention))
    assert phrase in page.text
    assert '<form method="post" novalidate' not in page.text
    assert convention.exercices.get(an=2025).montant == Decimal("1200000")


def test_les_exercices_suivent_les_dates_enregistrees(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    client.post(url(convention), saisie(client, url(convention), fin="2028-05-01"))
    assert "montant_2028" in client.get(url(convention)).context["form"].fields


# --- Les parties ------------------------------------------------------------------------------------------


def test_une_partie_s_ajoute_se_modifie_et_se_retire(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    mrc = Organisme.objects.create(nom="MRC de La Matanie", forme="municipal")
    page = client.get(url(convention, "partie_ajout"))
    assert_html_accessible(page)
    territoire = cadre.bsl.territoires.get(code="08")
    envoi = {
        "organisme": mrc.pk,
        "role": "cosignataire",
        "signe": "on",
        "territoires": [territoire.pk],
        "rang": "4",
        "revision": "1",
    }
    client.post(url(convention, "partie_ajout"), envoi)
    partie = convention.parties.get(organisme=mrc)
    assert (partie.signe, [t.pk for t in partie.territoires.all()]) == (True, [territoire.pk])
    adresse = url(convention, "partie", partie.pk)
    client.post(adresse, saisie(client, adresse, signataire="Préfecture", territoires=[territoire.pk]))
    partie.refresh_from_db()
    assert partie.signataire == "Préfecture"
    adresse = url(convention, "partie_retrait", partie.pk)
    assert_html_accessible(client.get(adresse))
    client.post(adresse)
    assert not convention.parties.filter(organisme=mrc).exists()
    gestes = list(JournalConvention.objects.order_by("rang").values_list("geste", flat=True))
    assert gestes == ["inscrire-partie", "inscrire-partie", "retirer-partie"]


def test_de_la_ou_du_ministre_seule_la_fonction_se_change(cadre, mess, client_de):
    convention, client = convention_en_preparation(cadre.bsl), client_de(mess)
    ministre = convention.parties.get(role="ministre")
    adresse = url(convention, "partie", ministre.pk)
    assert set(client.get(adresse).context["form"].fields) == {"signataire", "revision"}
    client.post(adresse, {"signataire": "Sous-ministre adjointe", "revision": "1", "role": "signataire"})
    ministre.refresh_from_db()
    assert (ministre.role, ministre.signataire) == ("ministre", "Sous-ministre adjointe")
    with pytest.raises(TransitionInterdite, match="toujours partie à la convention"):
        convention.retirer_partie(ministre, par=mess)


def test_un_organisme_n_a_pas_deux_fois_le_meme_role(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    envoi = {"organisme": cadre.bsl.table_regionale_id, "role": "signataire", "rang": "2", "revision": "1"}
    page = client_de(mess).post(url(convention, "partie_ajout"), envoi)
    assert "Cet organisme a déjà ce rôle dans la convention." in page.text
    assert convention.parties.count() == 2


def test_une_partie_saisie_sur_une_page_perimee_est_refusee(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    convention.modifier({"numero": "AUTRE-1"}, {}, par=mess, revision=1)
    mrc = Organisme.objects.create(nom="MRC de La Matanie", forme="municipal")
    envoi = {"organisme": mrc.pk, "role": "cosignataire", "rang": "4", "revision": "1"}
    page = client_de(mess).post(url(convention, "partie_ajout"), envoi)
    assert page.status_code == 409
    assert not PartieConvention.objects.filter(organisme=mrc).exists()


# --- Avant de transmettre ---------------------------------------------------------------------------------


def test_ce_qui_manque_se_dit_en_phrases(cadre):
    convention = convention_en_preparation(cadre.bsl)
    convention.exercices.update(montant=0)
    convention.exercices.create(an=2031, montant=0)
    convention.parties.exclude(role="ministre").update(signe=False)
    assert convention.empechements_a_transmettre() == [
        "L’exercice 2031-2032 est hors de la convention\xa0: videz son montant, ou changez les dates.",
        "Inscrivez le montant d’au moins un exercice.",
        "L’échéancier des versements n’est pas établi.",
        "Nommez au moins un organisme qui signe la convention.",
        "Inscrivez comment Services Québec, la Santé publique et les Affaires municipales prennent part à la "
        "gouvernance (guide, §2.2).",
    ]
    convention.parties.all().delete()
    assert "Nommez la ou le ministre parmi les parties." in convention.empechements_a_transmettre()


def test_ce_qui_merite_un_regard_n_empeche_rien(cadre):
    cadre.bsl.montant = Decimal("2600000")
    cadre.bsl.save()
    convention = convention_a_transmettre(cadre.bsl, debut=date(2024, 1, 1))
    convention = Convention.objects.select_related("alliance__cycle").get(pk=convention.pk)
    phrases = convention.avertissements()
    assert phrases[0] == (
        "Le total des exercices est de 2\xa0500\xa0000,00\xa0$\xa0: 100\xa0000,00\xa0$ de moins que le montant annoncé "
        "de l’Alliance, 2\xa0600\xa0000,00\xa0$."
    )
    assert phrases[1] == "Les dates débordent le cycle 2024-2029."
    assert "La date limite du dépôt du plan, le 31\xa0mars 2025, est passée" in phrases[2]
    assert "Aucun plafond d’administration" in phrases[3]
    assert "Personne ne tient le rôle de signature" in phrases[4]
    assert convention.empechements_a_transmettre() == []


def test_une_convention_conforme_n_avertit_de_rien(cadre, signataire):
    cadre.bsl.montant = Decimal("2500000")
    cadre.bsl.save()
    convention = convention_a_transmettre(
        cadre.bsl, plafond_administration=Decimal("10"), echeance_plan_au_plus_tard=date(2027, 3, 1)
    )
    assert convention.avertissements() == []


def test_les_pieces_se_joignent_et_se_lisent_selon_la_visibilite(cadre, mess, agente, client_de):
    convention = convention_en_preparation(cadre.bsl)
    client = client_de(mess)
    assert client.post(url(convention, "pieces"), {}).status_code == 200
    client.post(url(convention, "pieces"), {"fichier": fabriques.fichier_pdf("annexe.pdf")})
    piece = convention.pieces.get()
    adresse = reverse("conventions:piece", args=[piece.pk])
    assert b"".join(client.get(adresse).streaming_content).startswith(b"%PDF")
    assert client_de(agente).get(adresse).status_code == 404
    completer(convention).transmettre(par=mess)
    reponse = client_de(agente).get(adresse)
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")


def test_qui_perd_la_course_a_l_ouverture_le_lit_au_lieu_d_une_panne(dotee, mess, client_de):
    """L'autre ouvre entre la page et l'envoi : la page ne voit encore rien, le geste voit tout."""
    adresse = reverse("conventions:ouverture", args=[dotee.slug])
    client = client_de(mess)
    Convention.preparer(dotee, par=mess)
    with patch(
        "conventions.views.preparation.Convention.objects.vivantes", return_value=Convention.objects.none()
    ):
        suite = client.post(adresse, follow=True)
    assert suite.status_code == 200
    assert Convention.objects.filter(alliance=dotee).count() == 1
