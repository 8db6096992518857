"""Ce que la base refuse d'un plan, même écrit sans passer par un geste : une preuve par contrainte."""

import uuid
from datetime import date

from django.utils import timezone

from alliances.plans.models import (
    ControleExamen,
    DemandeCorrection,
    IndicateurPlan,
    JournalPlan,
    LectureSection,
    Moyen,
    Objectif,
    Presence,
    Priorite,
    SectionPlan,
    VersionPlan,
)
from tests import fabriques
from tests.outils.contraintes import contraintes_de, refuse_par
from tests.outils.partage import partagee

MAINTENANT = timezone.now()


@partagee
def version(cadre, agente, signataire, direction, approbation):
    """Une version avisée, le plus rempli des états ouverts."""
    return fabriques.version_avisee(cadre.bsl)


def forcer(version, **champs):
    VersionPlan.objects.filter(pk=version.pk).update(**champs)


def copier(objet, **champs):
    """La même ligne, une deuxième fois."""
    copie = type(objet).objects.get(pk=objet.pk)
    for nom, valeur in champs.items():
        setattr(copie, nom, valeur)
    copie.pk, copie._state.adding = None, True
    type(objet)._base_manager.bulk_create([copie])


def deux_fois(objet):
    copier(objet)


def objet_de(version, modele):
    """Une ligne de ce modèle, avec ce qu'il faut autour."""
    par = version.avis_par
    fabrique = {
        ControleExamen: lambda: ControleExamen.inscrire(version, 3, par=par, resultat="conforme"),
        LectureSection: lambda: LectureSection.marquer(version, "1a", par=par),
        Presence: lambda: Presence.signaler(version, "1a", par=par),
    }.get(modele)
    if fabrique:
        fabrique()
    return modele.objects.first()


def demande(version):
    return DemandeCorrection.objects.create(
        version=version,
        cible_objet="section",
        cible_cle="1a",
        raison="incomplet",
        texte="Précisez.",
        demandee_par=version.avis_par,
    )


def decision_de(version):
    """Une décision complète."""
    return {
        "decidee_le": MAINTENANT,
        "decidee_par": version.avis_par,
        "decision_du": MAINTENANT.date(),
        "lettre": "1",
    }


def changer_la_demande(version, **champs):
    DemandeCorrection.objects.filter(pk=demande(version).pk).update(**champs)


# Par contrainte, les écritures brutes qu'elle doit refuser; chacune reçoit une version avisée.
REFUS = {
    "version_numero_unique": [lambda v: copier(v, etat="remplacee", **decision_de(v))],
    "version_une_seule_ouverte": [lambda v: copier(v, numero=2, motif="x")],
    "version_une_seule_en_vigueur": [
        lambda v: (
            forcer(v, etat="approuvee", **decision_de(v)),
            copier(VersionPlan.objects.get(pk=v.pk), numero=2, motif="x"),
        )
    ],
    "version_adoption_complete": [
        lambda v: forcer(v, adoptee_le=None),
        lambda v: forcer(v, adoptee_par=None),
        lambda v: forcer(v, adoption_mode=""),
        lambda v: forcer(v, resolution=""),
        lambda v: forcer(
            v,
            etat="brouillon",
            deposee_le=None,
            deposee_par=None,
            reference="",
            avis_le=None,
            avis_par=None,
            avis_sens="",
            avis_texte="",
        ),
    ],
    "version_depot_complet": [
        lambda v: forcer(v, deposee_le=None),
        lambda v: forcer(v, deposee_par=None),
        lambda v: forcer(v, reference=""),
        lambda v: forcer(v, etat="adoptee", avis_le=None, avis_par=None, avis_sens="", avis_texte=""),
        lambda v: forcer(v, etat="perdue", avis_le=None, avis_par=None, avis_sens="", avis_texte=""),
    ],
    "version_analyse_complete": [
        lambda v: forcer(v, analyse_le=MAINTENANT),
        lambda v: forcer(v, analyse_le=MAINTENANT, analyse_par=v.avis_par),
        lambda v: forcer(v, analyse_note="Bien."),
        lambda v: forcer(
            v,
            etat="a_corriger",
            avis_le=None,
            avis_par=None,
            avis_sens="",
            avis_texte="",
            analyse_le=MAINTENANT,
            analyse_par=v.avis_par,
            analyse_note="Bien.",
        ),
    ],
    "version_avis_complet": [
        lambda v: forcer(v, avis_le=None),
        lambda v: forcer(v, avis_par=None),
        lambda v: forcer(v, avis_sens=""),
        lambda v: forcer(v, avis_texte=""),
        lambda v: forcer(v, etat="deposee"),
        lambda v: forcer(v, etat="a_corriger"),
    ],
    "version_decision_complete": [
        lambda v: forcer(v, etat="approuvee"),
        lambda v: forcer(v, etat="approuvee", decidee_le=MAINTENANT),
        lambda v: forcer(v, **decision_de(v)),
        lambda v: forcer(v, etat="approuvee", **decision_de(v) | {"lettre": ""}),
        lambda v: forcer(v, etat="approuvee", **decision_de(v) | {"decision_du": None}),
    ],
    "version_motif_de_modification": [lambda v: forcer(v, numero=2)],
    "version_refus_motive": [lambda v: forcer(v, etat="refusee", **decision_de(v))],
    "demande_traitee_complete": [
        lambda v: changer_la_demande(v, traitee_le=MAINTENANT, traitee_par=v.avis_par),
        lambda v: changer_la_demande(v, envoyee_le=MAINTENANT, traitee_le=MAINTENANT),
        lambda v: changer_la_demande(v, envoyee_le=MAINTENANT, traitee_par=v.avis_par),
    ],
    "demande_revoquee_complete": [
        lambda v: changer_la_demande(v, revoquee_le=MAINTENANT),
        lambda v: changer_la_demande(v, revoquee_par=v.avis_par),
    ],
    "controle_element_du_guide": [
        lambda v: ControleExamen.inscrire(v, 0, par=v.avis_par, resultat="conforme"),
        lambda v: ControleExamen.inscrire(v, 16, par=v.avis_par, resultat="conforme"),
    ],
    "indicateur_cible_positive": [
        lambda v: IndicateurPlan.objects.update(cible=-5),
        lambda v: IndicateurPlan.objects.update(depart=-1),
    ],
    "indicateur_un_seul_porteur": [
        lambda v: IndicateurPlan.objects.update(moyen=None),
        lambda v: IndicateurPlan.objects.update(priorite=v.priorites.get()),
    ],
    "indicateur_selon_sa_nature": [
        lambda v: IndicateurPlan.objects.update(cible_decrite="Mieux"),
        lambda v: IndicateurPlan.objects.update(nature="qualitatif"),
    ],
    "moyen_debut_avant_fin": [lambda v: Moyen.objects.update(debut=date(2028, 4, 1))],
    "journalplan_chaine_rang_unique": [lambda v: copier(JournalPlan.objects.first())],
} | {
    nom: [lambda v, modele=modele: deux_fois(objet_de(v, modele))]
    for nom, modele in {
        "controle_unique": ControleExamen,
        "lecture_unique": LectureSection,
        "presence_unique": Presence,
        "priorite_cle_unique": Priorite,
        "objectif_cle_unique": Objectif,
        "moyen_cle_unique": Moyen,
        "indicateur_cle_unique": IndicateurPlan,
        "section_code_unique": SectionPlan,
    }.items()
}


def test_chaque_contrainte_du_plan_a_sa_preuve():
    assert set(REFUS) == set(contraintes_de("plans"))


def test_la_base_refuse_chaque_ecriture_brute(version):
    for nom, ecritures in REFUS.items():
        for ecrire in ecritures:
            with refuse_par(nom, "plans"):
                ecrire(version)


def test_une_cle_peut_revenir_dans_une_autre_version(cadre, agente, signataire, direction, approbation):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    assert approuvee.priorites.get().cle == suivante.priorites.get().cle
    assert isinstance(suivante.priorites.get().cle, uuid.UUID)


def test_chaque_contrainte_dit_sa_raison_en_francais():
    sans_phrase = {
        nom
        for nom, (_, contrainte) in contraintes_de("plans").items()
        if type(contrainte).__name__ == "CheckConstraint"
        and contrainte.violation_error_message == contrainte.default_violation_error_message
    }
    assert sans_phrase == set()
