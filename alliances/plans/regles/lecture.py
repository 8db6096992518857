"""Le contenu d’un plan, lu avec tolérance : un brouillon peut être incomplet, jamais faire échouer.

Les règles ne voient que ces objets figés : textes sans blancs autour, dates et nombres lus, listes toujours
présentes. Ce qui manque ou n’a pas le bon type vaut « vide ».
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from html import unescape

from alliances.plans.canevas import canevas
from alliances.plans.regles.constat import PRIORITES, Ancre
from alliances.plans.regles.plan_lu import (
    CollaborateurLu,
    GouvernanceLue,
    IndicateurLu,
    InstanceLue,
    MoyenLu,
    ObjectifLu,
    ParticipationLue,
    PlanLu,
    PrioriteLue,
    SecteurLu,
    SectionLue,
    SiegeLu,
    TerritoireLu,
    ThematiqueLue,
)
from alliances.plans.regles.redaction import lettre

BALISE = re.compile(r"<[^<>]*>")
CHIFFRES_MAXIMUM = 15


def texte(valeur):
    return valeur.strip() if isinstance(valeur, str) else ""


def texte_nu(html):
    """Le texte d’un HTML assaini, sans balises."""
    return " ".join(unescape(BALISE.sub(" ", texte(html))).split())


def fiches(valeur):
    """Les dictionnaires d’une liste; le reste est ignoré."""
    return [fiche for fiche in valeur if isinstance(fiche, dict)] if isinstance(valeur, list) else []


def fiche(valeur):
    return valeur if isinstance(valeur, dict) else {}


def codes(valeur):
    return tuple(code for code in valeur if isinstance(code, str)) if isinstance(valeur, list) else ()


def nombre(valeur):
    """Un Decimal, ou None si la valeur manque, ne se lit pas ou dépasse quinze chiffres."""
    if isinstance(valeur, bool) or not isinstance(valeur, (int, str, Decimal)):
        return None
    try:
        lu = Decimal(valeur)
    except InvalidOperation:
        return None
    return lu if lu.is_finite() and lu.adjusted() < CHIFFRES_MAXIMUM else None


def entier(valeur):
    lu = nombre(valeur)
    return None if lu is None else int(lu)


def jour(valeur):
    try:
        return date.fromisoformat(texte(valeur))
    except ValueError:
        return None


def lire(contenu, aujourdhui=None):
    """Le `PlanLu` d’un contenu, même abîmé. Ne lève jamais."""
    contenu = fiche(contenu)
    cycle, version = fiche(contenu.get("cycle")), fiche(contenu.get("version"))
    contact, alliance = fiche(contenu.get("contact")), fiche(contenu.get("alliance"))
    return PlanLu(
        canevas=canevas_du_cycle(texte(cycle.get("code"))),
        aujourdhui=aujourdhui,
        debut_cycle=jour(cycle.get("debut")),
        fin_cycle=jour(cycle.get("fin")),
        fin_realisation=jour(cycle.get("fin_realisation")),
        echeance=jour(contenu.get("echeance")),
        numero_version=entier(version.get("numero")) or 1,
        deposee_le=jour(texte(version.get("deposee_le"))[:10]),
        contact={nom: texte(contact.get(nom)) for nom in ("nom", "fonction", "courriel", "telephone")},
        redigees={
            texte(section.get("code")): SectionLue(
                texte_nu(section.get("texte")), section.get("terminee") is True
            )
            for section in fiches(contenu.get("sections"))
        },
        priorites=tuple(
            lire_priorite(priorite, str(rang))
            for rang, priorite in enumerate(fiches(contenu.get("priorites")), start=1)
        ),
        gouvernance=lire_gouvernance(fiche(contenu.get("gouvernance"))),
        participation=tuple(lire_participation(ligne) for ligne in fiches(contenu.get("participation"))),
        territoires=tuple(
            TerritoireLu(texte(t.get("code")), texte(t.get("nom")), t.get("devitalise") is True)
            for t in fiches(alliance.get("territoires"))
        ),
        thematiques=tuple(
            ThematiqueLue(texte(t.get("code")), texte(t.get("nom")), t.get("recommandee") is True)
            for t in fiches(contenu.get("thematiques"))
        ),
        secteurs=tuple(
            SecteurLu(texte(s.get("code")), texte(s.get("nom")))
            for s in fiches(contenu.get("secteurs"))
            if s.get("attendu") is not False
        ),
        table_constituee=alliance.get("table_constituee") is not False,
        signataire_constitue=alliance.get("signataire_constitue") is True,
        fiduciaire=texte(alliance.get("fiduciaire")),
        etat=texte(version.get("etat")),
        tour=entier(version.get("tour")) or 0,
        resolution=texte(version.get("resolution")),
        adoptee_le=jour(version.get("adoptee_le")),
        modifie_le=jour(texte(contenu.get("modifie_le"))[:10]),
    )


def canevas_du_cycle(code):
    """Le canevas du cycle; un plan d’un cycle sans canevas se relit avec le canevas courant."""
    try:
        return canevas(code)
    except LookupError:
        return canevas()


def ancrer(objet, lu, parent):
    """L’ancre d’un élément; sans clé stable, celle de son parent."""
    cle = texte(lu.get("cle"))
    return Ancre(objet, cle) if cle else parent


def lire_indicateurs(lu, numero, ancre):
    """Ceux d’une priorité ou d’un objectif; un instantané d’avant n’en a pas."""
    return tuple(
        lire_indicateur(indicateur, f"{numero}.{lettre(rang)}", ancre)
        for rang, indicateur in enumerate(fiches(lu.get("indicateurs")), start=1)
    )


def lire_priorite(lu, numero):
    ancre = ancrer("priorite", lu, PRIORITES)
    numero = texte(lu.get("numero")) or numero
    indicateurs = lire_indicateurs(lu, numero, ancre)
    return PrioriteLue(
        ancre=ancre,
        numero=numero,
        titre=texte(lu.get("titre")),
        palier=texte(lu.get("palier")),
        territoires=codes(lu.get("territoires")),
        thematique=texte(lu.get("thematique")),
        autres_thematiques=codes(lu.get("autres_thematiques")),
        raison=texte_nu(lu.get("raison")),
        changement=texte_nu(lu.get("changement")),
        articulation=texte_nu(lu.get("articulation")),
        personnes_visees=entier(lu.get("personnes_visees")),
        objectifs=tuple(
            lire_objectif(objectif, f"{numero}.{rang}", ancre, bool(indicateurs))
            for rang, objectif in enumerate(fiches(lu.get("objectifs")), start=1)
        ),
        indicateurs=indicateurs,
    )


def lire_objectif(lu, numero, parent, suivi=False):
    ancre = ancrer("objectif", lu, parent)
    numero = texte(lu.get("numero")) or numero
    indicateurs = lire_indicateurs(lu, numero, ancre)
    return ObjectifLu(
        ancre=ancre,
        numero=numero,
        titre=texte(lu.get("titre")),
        moyens=tuple(
            lire_moyen(moyen, f"{numero}.{rang}", ancre, suivi or bool(indicateurs))
            for rang, moyen in enumerate(fiches(lu.get("moyens")), start=1)
        ),
        indicateurs=indicateurs,
    )


def lire_moyen(lu, numero, parent, suivi=False):
    ancre = ancrer("moyen", lu, parent)
    numero = texte(lu.get("numero")) or numero
    return MoyenLu(
        ancre=ancre,
        numero=numero,
        description=texte(lu.get("description")),
        population=texte(lu.get("population")),
        territoires=codes(lu.get("territoires")),
        personnes_visees=entier(lu.get("personnes_visees")),
        resultat_attendu=texte(lu.get("resultat_attendu")),
        responsable=texte(lu.get("responsable")),
        collaborateurs=tuple(
            CollaborateurLu(texte(c.get("nom")), texte(c.get("secteur")), texte(c.get("contribution")))
            for c in fiches(lu.get("collaborateurs"))
        ),
        debut=jour(lu.get("debut")),
        fin=jour(lu.get("fin")),
        indicateurs=tuple(
            lire_indicateur(indicateur, f"{numero}.{rang}", ancre)
            for rang, indicateur in enumerate(fiches(lu.get("indicateurs")), start=1)
        ),
        suivi_plus_haut=suivi,
    )


def lire_indicateur(lu, numero, parent):
    return IndicateurLu(
        ancre=ancrer("indicateur", lu, parent),
        numero=texte(lu.get("numero")) or numero,
        nom=texte(lu.get("nom")),
        unite=texte(lu.get("unite")),
        depart=nombre(lu.get("depart")),
        cible=nombre(lu.get("cible")),
        echeance=jour(lu.get("echeance")),
        precision=texte(lu.get("precision")),
        se_decrit=lu.get("nature") == "qualitatif",
        cible_decrite=texte(lu.get("cible_decrite")),
    )


def lire_gouvernance(lu):
    return GouvernanceLue(
        gestion=texte(lu.get("gestion")),
        decision_regionale=texte(lu.get("decision_regionale")),
        decision_locale=texte(lu.get("decision_locale")),
        part_regionale=nombre(lu.get("part_regionale")),
        circuits=tuple(texte(circuit.get("nom")) for circuit in fiches(lu.get("circuits"))),
        instances=tuple(
            InstanceLue(
                nom=texte(instance.get("nom")) or "instance sans nom",
                sieges=tuple(lire_siege(siege) for siege in fiches(instance.get("sieges"))),
            )
            for instance in fiches(lu.get("instances"))
        ),
    )


def lire_siege(lu):
    return SiegeLu(
        secteur=texte(lu.get("secteur")),
        libelle=texte(lu.get("libelle")) or "siège sans nom",
        prevus=entier(lu.get("prevus")) or 0,
        pourvus=entier(lu.get("pourvus")) or 0,
    )


def lire_participation(lu):
    return ParticipationLue(
        exercice=texte(lu.get("exercice")),
        axe=texte(lu.get("axe")),
        forme=texte(lu.get("forme")),
        personnes=entier(lu.get("personnes")) or 0,
        rencontres=entier(lu.get("rencontres")) or 0,
        aucune_action_motif=texte(lu.get("aucune_action_motif")),
        modalite_propre=texte(lu.get("modalite_propre")),
    )
