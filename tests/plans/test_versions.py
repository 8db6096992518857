"""Chaque geste dans chaque état : permis ou refusé, avec sa phrase, sa trace, et rien d'à moitié fait."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from alliances.plans.models import DemandeCorrection, VersionPlan
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques

ADOPTION = {"adoptee_le": aujourd_hui(), "resolution": "2025-02-01", "mode": "consensus"}
DECISION = "Une décision se prend sur une version dont l’avis est rendu."
ETATS = VersionPlan.Etat.values

# geste : (qualité inscrite au journal, {état de départ: état d'arrivée}, phrase de refus ailleurs)
GESTES = {
    "adopter": ("coordination", {"brouillon": "adoptee"}, "Seule une version en brouillon s’adopte."),
    "rouvrir": (
        "coordination",
        {"adoptee": "brouillon"},
        "Seule une version adoptée et non déposée se rouvre.",
    ),
    "deposer": (
        "signature",
        {"adoptee": "deposee", "a_corriger": "deposee"},
        "Cette version est déjà déposée.",
    ),
    "retirer": ("signature", {"deposee": "brouillon"}, "Seule une version déposée se retire."),
    "terminer-analyse": (
        "dgsq",
        {"deposee": "deposee"},
        "L’analyse se termine sur une version déposée.",
    ),
    "rendre-avis": ("direction_dgsq", {"deposee": "avisee"}, "Un avis se rend sur une version déposée."),
    "retourner": (
        "mess",
        {"deposee": "a_corriger", "avisee": "a_corriger"},
        "Seule une version déposée ou avisée se retourne.",
    ),
    "approuver": ("approbation", {"avisee": "approuvee"}, DECISION),
    "refuser": ("approbation", {"avisee": "refusee"}, DECISION),
    "ouvrir-modification": (
        "coordination",
        {"approuvee": "approuvee", "refusee": "refusee"},
        "Une modification part de la version approuvée.",
    ),
    "joindre-annexe": (
        "coordination",
        {"brouillon": "brouillon", "a_corriger": "a_corriger"},
        "Les annexes changent pendant la rédaction ou la correction du plan.",
    ),
}
AUTRES_PHRASES = {
    ("adopter", "adoptee"): "Cette version est déjà adoptée.",
    (
        "deposer",
        "brouillon",
    ): "La Table doit d’abord adopter le plan\u00a0: inscrivez la date et la résolution.",
}
SCELLES = {"deposer": "depot", "rendre-avis": "avis", "retourner": "retour", "approuver": "decision"} | {
    "refuser": "decision"
}


@pytest.fixture
def gens(agente, signataire, analyste, direction, mess, approbation):
    """Tout le monde, pour que les fabriques emploient ces personnes."""
    return SimpleNamespace(
        agente=agente,
        signataire=signataire,
        analyste=analyste,
        direction=direction,
        mess=mess,
        approbation=approbation,
    )


def a_corriger(alliance, gens):
    """Retournée, toutes ses corrections faites."""
    version = fabriques.version_a_corriger(alliance)
    version.demandes.get().traiter(par=gens.agente)
    return version


def refusee(alliance, gens):
    return fabriques.version_avisee(alliance).refuser(
        par=gens.approbation, motif="Aucune cible.", **fabriques.LETTRE
    )


def remplacee(alliance, gens):
    premiere = fabriques.version_approuvee(alliance)
    suivante = premiere.ouvrir_modification(par=gens.agente, motif="Le transport")
    suivante.adopter(par=gens.agente, piece=fabriques.fichier_pdf(), **ADOPTION)
    suivante.deposer(par=gens.signataire, certifie=True)
    suivante.rendre_avis(par=gens.direction, sens="favorable", texte="Bien.")
    suivante.approuver(par=gens.approbation, **fabriques.LETTRE)
    return premiere


def version_a(etat, alliance, gens):
    """Une version à cet état, par les vrais gestes."""
    composees = {"a_corriger": a_corriger, "refusee": refusee, "remplacee": remplacee}
    if etat in composees:
        return fabriques.relire(composees[etat](alliance, gens))
    return (
        fabriques.plan_pret(alliance)
        if etat == "brouillon"
        else getattr(fabriques, f"version_{etat}")(alliance)
    )


def poser(geste, version, gens):
    """Pose le geste, par la personne à qui il revient."""
    par = getattr(
        gens,
        {
            "coordination": "agente",
            "signature": "signataire",
            "direction_dgsq": "direction",
            "dgsq": "analyste",
        }.get(GESTES[geste][0], GESTES[geste][0]),
    )
    options = {
        "adopter": {"piece": fabriques.fichier_pdf()} | ADOPTION,
        "deposer": {"certifie": True},
        "rendre-avis": {"sens": "reserves", "texte": "Bien."},
        "rouvrir": {"motif": "Une coquille"},
        "terminer-analyse": {"note": "Conforme."},
        "approuver": fabriques.LETTRE,
        "refuser": {"motif": "Aucune cible."} | fabriques.LETTRE,
        "ouvrir-modification": {"motif": "Le transport"},
        "joindre-annexe": {"fichier": fabriques.fichier_pdf("annexe.pdf")},
    }.get(geste, {})
    nom = {"joindre-annexe": "joindre", "terminer-analyse": "terminer_l_analyse"}.get(
        geste, geste.replace("-", "_")
    )
    return getattr(version, nom)(par=par, **options)


def preparer_une_demande(version, par):
    return DemandeCorrection.objects.create(
        version=version,
        cible_objet="section",
        cible_cle="1d",
        raison="incomplet",
        texte="Précisez.",
        demandee_par=par,
    )


def photo(version):
    """Tout ce qu'un geste peut toucher : rien n'en bouge quand il est refusé."""
    plan, relations = version.plan, ("sections", "demandes", "pieces", "instantanes")
    return [
        list(plan.versions.order_by("pk").values()),
        list(plan.journal.order_by("pk").values()),
        *(list(getattr(version, relation).order_by("pk").values()) for relation in relations),
    ]


@pytest.mark.parametrize("etat", ETATS)
def test_chaque_geste_dans_cet_etat(cadre, gens, etat):
    version = version_a(etat, cadre.bsl, gens)
    assert version.etat == etat
    for geste, (role, passages, phrase) in GESTES.items():
        point = transaction.savepoint()
        if geste == "retourner" and etat in passages:
            preparer_une_demande(version, gens.mess)
        avant, journal = photo(version), version.plan.journal.count()
        if etat in passages:
            poser(geste, fabriques.relire(version), gens)
            verifier_la_trace(geste, role, version, journal, passages[etat])
        else:
            with pytest.raises(TransitionInterdite) as refus:
                poser(geste, fabriques.relire(version), gens)
            assert refus.value.empechements == [AUTRES_PHRASES.get((geste, etat), phrase)]
            assert photo(version) == avant
        transaction.savepoint_rollback(point)


def verifier_la_trace(geste, role, version, journal, arrivee):
    """Une seule ligne, en la bonne qualité; l'état d'arrivée; un instantané quand le geste en prend un."""
    assert fabriques.relire(version).etat == arrivee
    lignes = list(version.plan.journal.order_by("pk")[journal:])
    assert [(ligne.geste, ligne.role) for ligne in lignes] == [(geste, role)]
    if geste in SCELLES:
        dernier = version.instantanes.last()
        assert (dernier.circonstance, dernier.tour) == (SCELLES[geste], fabriques.relire(version).tour)
        assert dernier.est_intact()


def test_un_geste_part_de_l_etat_vrai_et_non_de_celui_de_l_ecran(cadre, gens):
    a_l_ecran = fabriques.version_deposee(cadre.bsl)
    fabriques.relire(a_l_ecran).retirer(par=gens.signataire)
    assert a_l_ecran.etat == "deposee"
    with pytest.raises(TransitionInterdite, match="déposée"):
        a_l_ecran.rendre_avis(par=gens.direction, sens="favorable", texte="Bien.")


def test_approuver_une_modification_remplace_la_version_en_vigueur_avec_une_ligne_par_version(cadre, gens):
    premiere = version_a("remplacee", cadre.bsl, gens)
    suivante = premiere.plan.version_en_vigueur()
    assert (premiere.etat, suivante.numero, suivante.etat) == ("remplacee", 2, "approuvee")
    lignes = premiere.plan.journal.order_by("-pk")[:2]
    assert [(li.geste, li.version, li.role) for li in lignes] == [
        ("approuver", suivante, "approbation"),
        ("remplacer", premiere, "approbation"),
    ]
    assert suivante.dernier_instantane("decision").precedent == premiere.dernier_instantane("decision")


def test_commencer_l_examen_deux_fois_ne_laisse_qu_une_ligne(cadre, gens):
    version = fabriques.version_deposee(cadre.bsl)
    version.commencer_examen(par=gens.analyste)
    premier = fabriques.relire(version).examen_commence_le
    version.commencer_examen(par=gens.mess)
    assert fabriques.relire(version).examen_commence_le == premier
    assert version.journal.filter(geste="commencer-examen").count() == 1


@pytest.mark.parametrize("etat", ["brouillon", "adoptee", "a_corriger", "avisee", "approuvee"])
def test_commencer_l_examen_d_une_version_qui_ne_s_examine_pas_est_sans_effet(cadre, gens, etat):
    version = version_a(etat, cadre.bsl, gens)
    avant = photo(version)
    version.commencer_examen(par=gens.analyste)
    assert photo(version) == avant
