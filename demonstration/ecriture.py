"""Écrire un plan lu dans une version ouverte, d'un seul mouvement."""

from alliances.models import SecteurActeur, Territoire, ThematiqueNationale
from alliances.plans.models import Collaborateur, IndicateurPlan, Moyen, Objectif, Priorite


def remplir(version, plan, *, par, le, terminees=True):
    """Écrit les sections et les priorités du plan dans la version.

    `terminees` : vrai pour toutes, ou l'ensemble des codes des sections terminées.
    """
    for section in version.sections.filter(code__in=plan["sections"]):
        section.texte = plan["sections"][section.code]
        section.terminee = terminees is True or section.code in terminees
        section.revision += 1
        section.modifiee_le, section.modifiee_par = le, par
        section.save()
    version.sections.filter(code="3-9").update(terminee=terminees is True or "3-9" in terminees)
    for priorite in plan["priorites"]:
        ajouter_priorite(version, priorite, par=par, le=le)
    version.marquer()
    version.rafraichir()


def ajouter_priorite(version, priorite, *, par, le):
    """Ajoute au bout une priorité avec ce qu'elle porte."""
    signature = {"modifie_par": par, "modifie_le": le}
    ligne = Priorite.objects.create(
        version=version,
        rang=version.priorites.count(),
        thematique=ThematiqueNationale.objects.get(
            cycle=version.plan.alliance.cycle, code=priorite["thematique"]
        ),
        **_champs(priorite, "titre", "palier", "raison", "changement", "articulation", "personnes_visees"),
        **signature,
    )
    ligne.territoires.set(Territoire.objects.filter(code__in=priorite["territoires"]))
    _ajouter_indicateurs(priorite.get("indicateurs", ()), signature, version=version, priorite=ligne)
    for rang, objectif in enumerate(priorite["objectifs"]):
        parent = Objectif.objects.create(priorite=ligne, rang=rang, titre=objectif["titre"], **signature)
        _ajouter_indicateurs(objectif.get("indicateurs", ()), signature, version=version, objectif=parent)
        for rang_moyen, moyen in enumerate(objectif["moyens"]):
            _ajouter_moyen(parent, rang_moyen, moyen, signature)
    return ligne


def _ajouter_moyen(objectif, rang, moyen, signature):
    champs = ("description", "population", "personnes_visees", "resultat_attendu", "responsable")
    ligne = Moyen.objects.create(
        objectif=objectif, rang=rang, **_champs(moyen, *champs, "debut", "fin"), **signature
    )
    ligne.territoires.set(Territoire.objects.filter(code__in=moyen["territoires"]))
    secteurs = {secteur.code: secteur for secteur in SecteurActeur.objects.all()}
    Collaborateur.objects.bulk_create(
        Collaborateur(
            moyen=ligne, nom=c["nom"], secteur=secteurs[c["secteur"]], contribution=c["contribution"]
        )
        for c in moyen["collaborateurs"]
    )
    _ajouter_indicateurs(moyen["indicateurs"], signature, version=ligne.version_du_plan, moyen=ligne)


def _ajouter_indicateurs(indicateurs, signature, **porteur):
    champs = ("nom", "unite", "depart", "cible", "echeance", "precision")
    IndicateurPlan.objects.bulk_create(
        IndicateurPlan(rang=n, **porteur, **_champs(indicateur, *champs), **signature)
        for n, indicateur in enumerate(indicateurs)
    )


def _champs(fiche, *noms):
    """Les champs présents dans la fiche, sans blancs autour des textes."""
    return {
        nom: fiche[nom].strip() if isinstance(fiche[nom], str) else fiche[nom] for nom in noms if nom in fiche
    }
