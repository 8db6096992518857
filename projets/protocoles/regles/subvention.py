"""Une initiative accordée, dite comme le standard 360Giving la dit : une ligne par octroi. Calcul pur.

Aucun nom de personne, courriel, téléphone ni adresse n'y entre. Le nom d'un regroupement non constitué, souvent celui
d'une personne, n'y est pas non plus.
"""

import re

from socle.valeurs.horloge import jour_de
from socle.valeurs.invisibles import sans_controles
from socle.valeurs.montants import ZERO

TITRE_AU_PLUS = 140
REGISTRE = "CA-REQ"  # à confirmer auprès d'org-id.guide avant de publier
NON_CONSTITUE = "Regroupement non constitué"
FICTIFS = "Montants fictifs. "
COURRIEL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<!\d)(?:\+?1[ .\u00a0-]?)?\(?\d{3}\)?[ .\u00a0-]?\d{3}[ .\u00a0-]\d{4}(?!\d)")
TERMINES = {"clos": "protocole_fin", "resilie": "resilie_le"}


def subvention(initiative, *, bailleur, prefixe, adresse, libere=ZERO):
    """Le dictionnaire d'un octroi; ce qui manque n'y est pas. `adresse` : celle de l'appel public, ou rien.

    `libere` : ce que ses avenants n'accordent plus. Les dates prévues sont celles du protocole, une fois signé.
    """
    cycle = initiative.alliance.cycle
    fictif = FICTIFS if initiative.montants_fictifs else ""
    dite = {
        "id": f"{prefixe}-{initiative.numero}",
        "title": sans_coordonnees(str(initiative))[:TITRE_AU_PLUS],
        "description": fictif + sans_coordonnees(initiative.resume or str(initiative)),
        "currency": "CAD",
        "amountAppliedFor": initiative.montant_demande,
        "amountAwarded": initiative.accorde - libere,
        "amountDisbursed": initiative.verse - initiative.rendu,
        "awardDate": initiative.decisions.all()[0].prise_le.isoformat(),
        "plannedDates": [_dates_prevues(initiative)],
        "actualDates": _dates_reelles(initiative),
        "recipientOrganization": [_organisme(initiative.organisme, prefixe)],
        "fundingOrganization": [_organisme(bailleur, prefixe)],
        "beneficiaryLocation": [_lieu(territoire) for territoire in initiative.territoires.all()],
        "grantProgramme": [_programme(cycle, adresse)],
        "fromOpenCall": "Yes" if initiative.appel.mode == "appel" else "No",
        "classifications": _thematiques(initiative, cycle),
        "dateModified": initiative.change_le.isoformat(timespec="seconds"),
    }
    return {champ: valeur for champ, valeur in dite.items() if valeur not in (None, [], [{}])}


def sans_coordonnees(texte):
    """Un organisme écrit parfois où le joindre dans ce qu'il publie."""
    texte = COURRIEL.sub("[courriel retiré]", sans_controles(texte))
    return TELEPHONE.sub("[téléphone retiré]", texte)


def _dates(debut, fin):
    dates = {"startDate": debut, "endDate": fin}
    return {nom: jour.isoformat() for nom, jour in dates.items() if jour}


def _dates_prevues(initiative):
    """Celles qui engagent : du protocole signé, avenants compris; avant lui, de la demande."""
    if initiative.protocole_etat:
        return _dates(initiative.protocole_debut, initiative.protocole_fin)
    return _dates(initiative.debut, initiative.fin)


def _dates_reelles(initiative):
    """Du protocole signé; la fin, une fois qu'il est fini."""
    champ = TERMINES.get(initiative.protocole_etat)
    fin = getattr(initiative, champ) if champ else None
    if champ == "resilie_le":
        fin = jour_de(fin)
    return [_dates(initiative.protocole_debut, fin)]


def _organisme(organisme, prefixe):
    numero = f"{REGISTRE}-{organisme.neq}" if organisme.neq else f"{prefixe}-ORG:{organisme.pk}"
    return {"id": numero, "name": organisme.nom if organisme.est_constitue else NON_CONSTITUE}


def _lieu(territoire):
    return {
        "name": territoire.nom,
        "countryCode": "CA",
        "geoCode": territoire.code,
        "geoCodeType": "Code géographique du Québec",
    }


def _programme(cycle, adresse):
    programme = {
        "code": f"FQIS-{cycle.code}",
        "title": f"Fonds québécois d’initiatives sociales, Alliances pour la solidarité {cycle.code}",
    }
    return programme | ({"url": adresse} if adresse else {})


def _thematiques(initiative, cycle):
    thematiques = {p.thematique.code: p.thematique.nom for p in initiative.priorites.all() if p.thematique}
    vocabulaire = f"Thématiques nationales {cycle.code}"
    return [{"vocabulary": vocabulaire, "code": code, "title": nom} for code, nom in thematiques.items()]


# --- À plat ---------------------------------------------------------------------------------------------

SIMPLES = ("id", "title", "description", "currency", "amountAppliedFor", "amountAwarded", "amountDisbursed")
RANGEES = {
    "plannedDates": ("startDate", "endDate"),
    "actualDates": ("startDate", "endDate"),
    "recipientOrganization": ("id", "name"),
    "fundingOrganization": ("id", "name"),
    "grantProgramme": ("code", "title", "url"),
    "beneficiaryLocation": ("name", "countryCode", "geoCode", "geoCodeType"),
    "classifications": ("vocabulary", "code", "title"),
}


def colonnes(territoires, thematiques):
    """Les titres de la feuille plate : « recipientOrganization/0/name »; autant de lieux qu'il en faut."""
    combien = {"beneficiaryLocation": territoires, "classifications": thematiques}
    detail = [
        f"{nom}/{rang}/{champ}"
        for nom, champs in RANGEES.items()
        for rang in range(combien.get(nom, 1))
        for champ in champs
    ]
    return [*SIMPLES, "awardDate", *detail, "fromOpenCall", "dateModified"]


def a_plat(dite, titres):
    return [_valeur(dite, titre.split("/")) for titre in titres]


def _valeur(dite, chemin):
    if len(chemin) == 1:
        return dite.get(chemin[0], "")
    nom, rang, champ = chemin
    rangees = dite.get(nom, ())
    return rangees[int(rang)].get(champ, "") if int(rang) < len(rangees) else ""
