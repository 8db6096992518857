"""Les annexes d'une version : retirées avec une trace, rétablies, reprises d'une version à l'autre."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.plans.models import PiecePlan
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee


def url(version, nom="pieces", *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


def visible(piece, personne):
    return PiecePlan.objects.visibles_par(personne).filter(pk=piece.pk).exists()


def adopter_et_deposer(version, agente, signataire):
    version.adopter(
        par=agente,
        adoptee_le=aujourd_hui(),
        resolution="1",
        mode="consensus",
        piece=fabriques.fichier_pdf(),
    )
    return fabriques.relire(fabriques.relire(version).deposer(par=signataire, certifie=True))


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


@partagee
def carte(version, agente):
    return version.joindre(fabriques.fichier_pdf("carte.pdf"), par=agente)


@partagee
def retournee(version, carte, agente, signataire, analyste):
    """Déposée avec « carte.pdf », puis retournée à la Table."""
    deposee = adopter_et_deposer(version, agente, signataire)
    fabriques.DemandeCorrection.demander(
        deposee, par=analyste, cible=("section", "1d"), raison="incomplet", texte="Précisez."
    )
    return fabriques.relire(fabriques.relire(deposee).retourner(par=analyste))


@partagee
def approuvee(version, carte, agente, signataire, direction, approbation):
    deposee = adopter_et_deposer(version, agente, signataire)
    deposee.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    return fabriques.relire(fabriques.relire(deposee).approuver(par=approbation, **fabriques.LETTRE))


# --- Retirer, rétablir --------------------------------------------------------------------------------------


def test_une_annexe_se_retire_apres_une_page_qui_nomme_le_fichier(version, carte, agente, client_de):
    client = client_de(agente)
    adresse = url(version, "annexe_retrait", carte.pk)
    assert adresse in client.get(url(version)).text
    page = client.get(adresse)
    assert_html_accessible(page)
    assert "Retirer «\xa0carte.pdf\xa0»?" in page.text
    apres = client.post(adresse, follow=True)
    assert "n’est plus jointe au plan" in apres.text
    assert_html_accessible(apres)
    assert adresse not in apres.text
    carte.refresh_from_db()
    assert carte.retiree_par == agente
    assert carte.fichier.storage.exists(carte.fichier.name)
    assert list(version.pieces.jointes()) == []


def test_le_retrait_et_le_retablissement_s_inscrivent_au_journal(version, carte, agente, client_de):
    version.retirer_annexe(carte, par=agente)
    version.retirer_annexe(carte, par=agente)  # déjà fait : une seule ligne
    version.retablir_annexe(carte, par=agente)
    version.retablir_annexe(carte, par=agente)
    lignes = version.journal.order_by("pk").values_list("geste", "objet", "role")
    assert [ligne for ligne in lignes if "annexe" in ligne[0]] == [
        ("joindre-annexe", "carte.pdf", "coordination"),
        ("retirer-annexe", "carte.pdf", "coordination"),
        ("retablir-annexe", "carte.pdf", "coordination"),
    ]
    assert version.journal.get(geste="retirer-annexe").avant == {"sha256": carte.sha256}
    dossier = client_de(agente).get(reverse("plans:dossier", args=[version.plan_id]))
    assert "Annexe retirée – carte.pdf" in dossier.text


def test_une_annexe_retiree_par_erreur_revient_pendant_trente_jours(version, carte, agente, client_de):
    client = client_de(agente)
    version.retirer_annexe(carte, par=agente)
    assert url(version, "annexe_retablissement", carte.pk) in client.get(url(version)).text
    apres = client.post(url(version, "annexe_retablissement", carte.pk), follow=True)
    assert "est de nouveau jointe" in apres.text
    assert list(version.pieces.jointes()) == [carte]
    version.retirer_annexe(carte, par=agente)
    PiecePlan.objects.update(retiree_le=timezone.now() - timezone.timedelta(days=31))
    assert url(version, "annexe_retablissement", carte.pk) not in client.get(url(version)).text
    refusee = client.post(url(version, "annexe_retablissement", carte.pk), follow=True)
    assert "joignez le fichier de nouveau" in refusee.text
    assert not version.pieces.jointes().exists()


@pytest.mark.parametrize("personne, code", [("lectrice", 403), ("signataire", 403), ("etrangere", 404)])
def test_seule_la_coordination_retire_et_retablit(version, carte, client_de, request, personne, code):
    client = client_de(request.getfixturevalue(personne))
    for nom in ("annexe_retrait", "annexe_retablissement"):
        assert client.post(url(version, nom, carte.pk)).status_code == code
    carte.refresh_from_db()
    assert carte.retiree_le is None
    if code == 403:
        assert "annexe_retrait" not in client.get(url(version)).text


def test_la_resolution_ne_se_retire_pas_ni_l_annexe_d_un_autre_plan(cadre, agente, etrangere, client_de):
    adoptee = fabriques.version_adoptee(cadre.bsl)
    resolution = adoptee.pieces.get()
    client = client_de(agente)
    assert client.get(url(adoptee, "annexe_retrait", resolution.pk)).status_code == 404
    ailleurs = fabriques.plan_pret(cadre.lanaudiere)
    autre = ailleurs.joindre(fabriques.fichier_pdf("autre.pdf"), par=etrangere)
    assert client.post(url(adoptee, "annexe_retrait", autre.pk)).status_code == 404
    with pytest.raises(PiecePlan.DoesNotExist):
        adoptee.rouvrir(par=agente, motif="Une coquille").retirer_annexe(resolution, par=agente)


def test_une_version_deposee_ou_approuvee_garde_ses_annexes(approuvee, carte, agente, client_de):
    client = client_de(agente)
    adresse = url(approuvee, "annexe_retrait", carte.pk)
    assert adresse not in client.get(url(approuvee)).text
    page = client.get(adresse)
    assert_html_accessible(page)
    assert "pendant la rédaction ou la correction" in page.text
    client.post(adresse)
    assert list(approuvee.pieces.jointes().filter(usage="annexe")) == [carte]
    with pytest.raises(TransitionInterdite, match="pendant la rédaction"):
        approuvee.retirer_annexe(carte, par=agente)


def test_l_etat_voit_l_annexe_retiree_jusqu_au_nouveau_depot(
    retournee, carte, agente, signataire, analyste, client_de
):
    dossier = reverse("plans:dossier", args=[retournee.plan_id])
    page = client_de(agente).get(url(retournee, "annexe_retrait", carte.pk))
    assert "la voient encore" in page.text
    retournee.retirer_annexe(carte, par=agente)
    assert visible(carte, analyste)
    vu = client_de(analyste).get(dossier).text
    assert "carte.pdf" in vu
    assert "Retirée depuis" not in vu
    assert "Retirée depuis le dépôt" in client_de(agente).get(dossier).text
    corriger_et_deposer(retournee, agente, signataire)
    assert not visible(carte, analyste)
    assert client_de(analyste).get(reverse("plans:piece", args=[carte.pk])).status_code == 404
    assert "carte.pdf (annexe" not in client_de(analyste).get(dossier).text
    assert "carte.pdf (annexe" not in client_de(agente).get(dossier).text


def corriger_et_deposer(version, agente, signataire):
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU, terminee=True)
    version.demandes.get().traiter(par=agente)
    return fabriques.relire(fabriques.relire(version).deposer(par=signataire, certifie=True))


def test_retablir_ne_montre_rien_a_l_etat_avant_le_depot(version, carte, agente, signataire, analyste):
    """Retirée avant le dépôt, l'annexe n'en était pas : la rétablir pendant la correction la montrerait."""
    version.retirer_annexe(carte, par=agente)
    deposee = adopter_et_deposer(version, agente, signataire)
    assert not visible(carte, analyste)
    fabriques.DemandeCorrection.demander(
        deposee, par=analyste, cible=("section", "1d"), raison="incomplet", texte="Précisez."
    )
    retournee = fabriques.relire(fabriques.relire(deposee).retourner(par=analyste))
    with pytest.raises(TransitionInterdite, match="de nouveau"):
        retournee.retablir_annexe(carte, par=agente)
    assert not visible(carte, analyste)


# --- Reprendre d'une version à l'autre ----------------------------------------------------------------------


def test_une_modification_part_avec_les_annexes_de_sa_base(approuvee, carte, agente, client_de):
    suivante = fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))
    copie = suivante.pieces.get()
    assert (copie.nom, copie.sha256, copie.usage) == ("carte.pdf", carte.sha256, "annexe")
    assert (copie.televersee_par, copie.televersee_le) == (agente, carte.televersee_le)
    assert copie.reprise_de == "2024-2029, version 1"
    client = client_de(agente)
    page = client.get(url(suivante))
    assert_html_accessible(page)
    assert "Reprise de 2024-2029, version 1" in page.text
    telechargee = client.get(reverse("plans:piece", args=[copie.pk]))
    assert b"".join(telechargee.streaming_content) == fabriques.fichier_pdf().read()
    assert approuvee.contenu()["sections"] != []
    assert "pieces" not in suivante.contenu()


def test_retirer_la_copie_ne_touche_pas_l_annexe_d_origine(approuvee, carte, agente, mess, client_de):
    suivante = fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))
    copie = suivante.pieces.get()
    assert (
        "L’annexe d’origine reste jointe"
        in client_de(agente).get(url(suivante, "annexe_retrait", copie.pk)).text
    )
    suivante.retirer_annexe(copie, par=agente)
    assert not suivante.pieces.jointes().exists()
    assert carte in approuvee.pieces.jointes()
    originale = client_de(mess).get(reverse("plans:piece", args=[carte.pk]))
    assert b"".join(originale.streaming_content) == fabriques.fichier_pdf().read()


def test_l_annexe_reprise_ne_se_voit_de_l_etat_qu_au_depot_de_la_nouvelle_version(
    approuvee, agente, signataire, analyste
):
    suivante = fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))
    copie = suivante.pieces.get()
    assert not visible(copie, analyste)
    adopter_et_deposer(suivante, agente, signataire)
    assert visible(copie, analyste)


def test_une_annexe_retiree_ne_suit_pas_dans_la_version_suivante(
    version, carte, agente, signataire, direction, approbation
):
    version.retirer_annexe(carte, par=agente)
    version.joindre(fabriques.fichier_pdf("budget.pdf"), par=agente)
    deposee = adopter_et_deposer(version, agente, signataire)
    deposee.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    approuvee = fabriques.relire(fabriques.relire(deposee).approuver(par=approbation, **fabriques.LETTRE))
    suivante = approuvee.ouvrir_modification(par=agente, motif="Le transport")
    assert [piece.nom for piece in suivante.pieces.all()] == ["budget.pdf"]


def test_la_reprise_offre_les_annexes_et_ne_les_double_pas(
    approuvee, carte, agente, signataire, direction, approbation, client_de
):
    suivante = fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))
    suivante.retirer_annexe(suivante.pieces.get(), par=agente)
    # Celle dont on part n'est pas une source : on fait comme si l'on partait d'ailleurs.
    type(suivante).objects.filter(pk=suivante.pk).update(base=None)
    client = client_de(agente)
    page = client.get(url(suivante, "reprise")).text
    assert "Reprendre aussi les annexes" in page
    assert "Sections à remplir" not in page  # aucune n'est vide
    donnees = {"source": approuvee.pk, "annexes": "on"}
    for _ in range(2):
        assert client.post(url(suivante, "reprise"), donnees).status_code == 302
    assert [p.reprise_de for p in suivante.pieces.jointes()] == ["2024-2029, version 1"]
    assert not suivante.pieces.filter(usage="resolution").exists()
    page = client.post(url(suivante, "reprise"), {"source": approuvee.pk})
    assert "les priorités ou les annexes" in page.text
