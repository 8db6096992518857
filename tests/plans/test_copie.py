"""Une modification part de tout ce qui est approuvé, avec les mêmes clés; l'approuvée reste en vigueur."""

import pytest

from alliances.plans.models import Moyen, Priorite
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.partage import partagee


@partagee
def approuvee(cadre, agente, signataire, direction, approbation):
    version = fabriques.plan_pret(cadre.bsl, par=agente)
    fabriques.ajouter_priorite(version, agente, titre="Se déplacer")
    retiree = fabriques.ajouter_priorite(version, agente, titre="Retirée")
    retiree.supprimer(par=agente)
    version.priorites.get(titre="Se déplacer").deplacer(-1, par=agente)
    version.adopter(
        par=agente,
        adoptee_le=fabriques.date(2025, 2, 1),
        resolution="1",
        mode="vote",
        piece=fabriques.fichier_pdf(),
    )
    version.deposer(par=signataire, certifie=True)
    version.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    return fabriques.relire(version.approuver(par=approbation, **fabriques.LETTRE))


@partagee
def suivante(approuvee, agente):
    return fabriques.relire(approuvee.ouvrir_modification(par=agente, motif="Le transport"))


def sans_id(valeur):
    """Le contenu sans les numéros de lignes, qui changent d'une version à l'autre."""
    if isinstance(valeur, dict):
        return {cle: sans_id(v) for cle, v in valeur.items() if cle != "id"}
    return [sans_id(v) for v in valeur] if isinstance(valeur, list) else valeur


def test_tout_est_copie_avec_les_memes_cles(approuvee, suivante):
    copie, original = sans_id(suivante.contenu()), sans_id(approuvee.contenu())
    for partie in ("sections", "priorites", "gouvernance", "participation", "alliance", "contact"):
        assert copie[partie] == original[partie], partie
    assert [p["titre"] for p in copie["priorites"]] == [
        "Se déplacer",
        "Une offre alimentaire digne et proche",
    ]
    assert (copie["version"]["numero"], copie["version"]["etat"], copie["approbations"]) == (
        2,
        "brouillon",
        [],
    )
    assert not suivante.priorites.filter(titre="Retirée").exists()


def test_la_copie_repart_a_la_premiere_revision_et_garde_qui_a_ecrit(approuvee, suivante, agente):
    for carte in (
        suivante.priorites.first(),
        Moyen.objects.filter(objectif__priorite__version=suivante).first(),
    ):
        assert (carte.revision, carte.modifie_par, carte.repris_de) == (1, agente, "")


def test_ecrire_dans_la_copie_ne_touche_pas_l_original(approuvee, suivante, agente):
    avant = approuvee.batir_contenu()
    priorite = suivante.priorites.first()
    priorite.titre = "Autre"
    priorite.enregistrer(par=agente, revision=1, relations=lambda: priorite.territoires.clear())
    moyen = Moyen.objects.filter(objectif__priorite__version=suivante).first()
    moyen.collaborateurs.all().delete()
    moyen.supprimer(par=agente)
    section = suivante.sections.first()
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Autre</p>")
    assert fabriques.relire(approuvee).batir_contenu() == avant


def test_l_approuvee_reste_en_vigueur_et_ne_se_modifie_pas(approuvee, suivante, agente, analyste):
    plan = approuvee.plan
    assert (plan.version_en_vigueur(), plan.version_ouverte()) == (approuvee, suivante)
    assert approuvee.contenu_pour(analyste)["version"]["etat"] == "approuvee"
    with pytest.raises(TransitionInterdite, match="Le Ministère a approuvé le plan"):
        approuvee.priorites.first().supprimer(par=agente)


def test_l_ouverture_laisse_une_ligne_publique_avec_son_motif(approuvee, suivante, agente):
    ligne = approuvee.plan.journal.order_by("pk").last()
    assert (ligne.geste, ligne.version, ligne.motif) == ("ouvrir-modification", suivante, "Le transport")
    assert (ligne.public, ligne.role, ligne.par) == (True, "coordination", agente)
    assert approuvee.plan.journal.filter(geste="ouvrir").count() == 1


def test_copier_une_carte_sous_un_autre_parent_garde_ou_change_sa_cle(suivante, agente):
    priorite = suivante.priorites.first()
    objectif = priorite.objectifs.get()
    autre = suivante.priorites.last()
    jumelle = objectif.copier_dans(autre, nouvelle_cle=True, rang=7, reprise="2018-2023, version 1")
    assert (jumelle.rang, jumelle.repris_de, jumelle.cle != objectif.cle) == (7, "2018-2023, version 1", True)
    assert jumelle.moyens.get().repris_de == "2018-2023, version 1"
    assert Priorite.objects.filter(version=suivante).count() == 2
