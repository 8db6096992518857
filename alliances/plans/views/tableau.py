"""La liste des tâches d'une version : où en est chaque partie, ce qui bloque, à qui c'est le tour."""

from collections import Counter, defaultdict

from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.plans import canevas, regles
from alliances.plans.models import ObservationPlan, VersionPlan
from alliances.plans.permissions import est_de_l_etat, est_membre, peut_rediger
from alliances.plans.tours import AVEC_LE_DELAI, delai_lu
from alliances.plans.views.etats import etat_lu
from alliances.plans.views.gestes import version_visible
from alliances.plans.views.reperes import arbre, compter, montrables, tous
from alliances.plans.views.suite import A_LA_TABLE, actes_de, suite_de
from socle.annonces.enjeux import enjeux
from socle.texte.typographie import date_heure
from socle.valeurs.horloge import aujourd_hui

GENRES = {
    "À corriger": "probleme",
    regles.Avancement.TERMINEE: "bien",
    regles.Avancement.EN_COURS: "encours",
    regles.Avancement.A_COMMENCER: "afaire",
}
CONSTATS_MONTRES = 6


@require_safe
def tableau(request, pk):
    version = version_visible(request, pk, VersionPlan.objects.annotate(**AVEC_LE_DELAI))
    if not est_membre(request.user, version):
        suite = "examen" if est_de_l_etat(request.user, version) else "lecture"
        return redirect(f"plans:{suite}", pk=pk)
    demandes, actes = _demandes(version), actes_de(version)
    ouvertes = sum(d.est_ouverte for d in demandes)
    a_preparer = version.etat in A_LA_TABLE
    parties = _preparation(version, demandes) if a_preparer else _lecture(version)
    contexte = {
        "version": version,
        "etat_lu": etat_lu(version, request.user),
        "delai": delai_lu(version, aujourd_hui()),
        "a_preparer": a_preparer,
        "corrections_ouvertes": ouvertes,
        "titre_du_retour": "Une correction demandée"
        if ouvertes == 1
        else f"{ouvertes} corrections demandées",
        "retour": next((a for a in reversed(actes) if a.circonstance == "retour"), None),
        "suite": suite_de(version, request.user, actes, ouvertes, parties.get("etape")),
        "peut_rediger": version.est_en_redaction and peut_rediger(request.user, version) is None,
    }
    if version.etat != "approuvee":
        alliance = version.plan.alliance_id
        contexte["enjeux"] = enjeux("plan", request.user, [alliance])[alliance]
    return render(request, "plans/redaction/tableau.html", contexte | parties)


def _preparation(version, demandes):
    """L'avancement de chaque partie et ce que la vérification trouve, tant que le plan est à la Table."""
    contenu = version.contenu()
    constats = regles.constats(contenu, aujourd_hui())
    groupes = _groupes(version, contenu, regles.avancement(contenu, constats), demandes)
    taches = [tache for groupe in groupes for tache in groupe["taches"]]
    return {
        "groupes": groupes,
        "terminees": sum(tache["etat"] == regles.Avancement.TERMINEE for tache in taches),
        "total": len(taches),
        "etape": regles.prochaine_etape(contenu, constats) if version.etat == "brouillon" else None,
        "constats": montrables(version, regles.par_gravite(constats)[:CONSTATS_MONTRES]),
        "autres_constats": max(0, len(constats) - CONSTATS_MONTRES),
    }


def _lecture(version):
    """Les parties à lire, sans avancement ni vérification : le texte ne bouge plus."""
    return {"groupes": _groupes(version, version.contenu(), {}, [])}


def _demandes(version):
    """Les demandes du dernier retour, tant que la version est à corriger."""
    if version.etat != "a_corriger":
        return []
    return list(version.demandes.envoyees().filter(tour=version.tour))


def _partie(ancre, codes):
    """Le code de la partie que vise une ancre : une section, ou la partie structurée."""
    return ancre[1] if ancre[0] == "section" and ancre[1] in codes else "3-9"


def _groupes(version, contenu, avancement, demandes):
    cycle = canevas.canevas(version.plan.alliance.cycle.code)
    codes = {section.code for section in cycle.sections}
    sections = {s.code: s for s in version.sections.select_related("modifiee_par")}
    par_partie = defaultdict(list)
    for demande in demandes:
        par_partie[_partie(demande.ancre, codes)].append(demande)
    observations = Counter()
    lignes = ObservationPlan.objects.filter(version=version, visibilite="partagee")
    for objet, cle, nombre in lignes.values_list("cible_objet", "cible_cle").annotate(Count("pk")).order_by():
        observations[_partie((objet, cle), codes)] += nombre
    return [
        {
            "titre": _titre(groupe),
            "taches": [
                _tache(
                    version,
                    section,
                    avancement.get(section.code, ""),
                    _detail(version, section, sections, contenu),
                    par_partie[section.code],
                    observations[section.code],
                )
                for section in groupe.sections
            ],
        }
        for groupe in cycle.groupes
    ]


def _titre(groupe):
    debut = {"en-tete": "", "3-9": "3 à 9. "}.get(groupe.code, f"{groupe.code}. ")
    return debut + groupe.titre


def _detail(version, section, sections, contenu):
    if section.nature == "contact":
        return contenu["contact"]["nom"]
    if section.nature == "structure":
        return _decompte(version, contenu)
    redigee = sections[section.code]
    if not redigee.modifiee_le:
        return redigee.repris_de and f"Repris de {redigee.repris_de}"
    par = redigee.modifiee_par.nom_court if redigee.modifiee_par else "Le système"
    return f"{par}, {date_heure(redigee.modifiee_le)}"


def _decompte(version, contenu):
    compte = Counter(noeud.objet for noeud in tous(arbre(version, contenu)))
    noms = (
        ("priorite", "priorité"),
        ("objectif", "objectif"),
        ("moyen", "moyen"),
        ("indicateur", "indicateur"),
    )
    return " · ".join(filter(None, (compter(compte[objet], nom) for objet, nom in noms)))


def _tache(version, section, avancement, detail, demandes, observations):
    ouvertes = [demande for demande in demandes if demande.est_ouverte]
    etat = "À corriger" if ouvertes else avancement
    nombres = [compter(len(ouvertes), "demande"), compter(observations, "observation")]
    return {
        "libelle": section.titre if section.nature != "texte" else f"{section.code} – {section.titre}",
        "url": _adresse(version, section),
        "etat": etat,
        "genre": GENRES.get(etat, ""),
        "detail": " · ".join(filter(None, [detail, *nombres])),
        "demandes": [{"motif": d.get_raison_display(), "texte": d.texte} for d in ouvertes],
    }


def _adresse(version, section):
    pages = {"contact": "contact", "structure": "priorites"}
    if section.nature in pages:
        return reverse(f"plans:{pages[section.nature]}", args=[version.pk])
    return reverse("plans:section", args=[version.pk, section.code])
