"""Le plan et son canevas sur papier : du `contenu` d'une version au HTML à imprimer, puis au PDF.

Ne lit que le `contenu` reçu (tiré des rangées vivantes ou d'un instantané) : un instantané ancien s'imprime
toujours, et l'empreinte imprimée est celle de ce contenu.
"""

import re

from django.conf import settings
from django.template.loader import render_to_string

from alliances.models import InstanceGouvernance, ParticipationPersonnes, ProfilGouvernance, Siege
from alliances.models.gouvernance import Palier
from alliances.plans.canevas import CHAMPS, canevas, champ
from alliances.plans.comparaison import comparer, resume
from alliances.plans.models import VersionPlan
from socle.documents.pdf import rendre
from socle.texte.riche import montrer
from socle.valeurs.memoire import par_contenu

TITRE = "Plan d’action régional concerté"
EN_VIGUEUR_OU_REMPLACEE = (VersionPlan.Etat.APPROUVEE, VersionPlan.Etat.REMPLACEE)
# En rencontre, une fiche par priorité; la Table photocopie la dernière au besoin.
FICHES, OBJECTIFS, RANGEES = 3, 2, 3
# Ni XML ni les polices ne savent que faire des caractères de commande; un collage peut en apporter.
INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
AXES = [
    ("gouvernance", "Gouvernance de l’Alliance"),
    ("projets", "Projets et initiatives"),
    ("benevolat", "Bénévolat aux activités"),
]


def est_un_brouillon(contenu):
    """Tant que la version n'est pas approuvée, chaque page porte « Brouillon »."""
    return contenu["version"]["etat"] not in EN_VIGUEUR_OU_REMPLACEE


def pdf_du_plan(contenu, *, empreinte, brouillon, precedent=None, approbations=None):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    html = html_du_plan(
        contenu, empreinte=empreinte, brouillon=brouillon, precedent=precedent, approbations=approbations
    )
    return rendre(html, titre=titre_du_plan(contenu))


def titre_du_plan(contenu):
    """« Plan d’action régional concerté – Alliance du Bas-Saint-Laurent – Version 2 »."""
    return _epurer(f"{TITRE} – {contenu['alliance']['nom']} – Version {contenu['version']['numero']}")


def html_du_plan(contenu, *, empreinte, brouillon, precedent=None, approbations=None):
    """La page HTML complète du plan.

    `precedent` est le contenu de la dernière version approuvée, d'où l'annexe des modifications;
    `approbations` liste les actes posés, dicts {acte, role, nom, le, reference, texte}; à défaut, ceux du
    contenu.
    """
    plan = lisible(contenu)
    return render_to_string(
        "plans/pdf/plan.html",
        plan
        | {
            "titre": titre_du_plan(contenu),
            "brouillon": brouillon,
            "empreinte": empreinte,
            "approbations": plan["approbations"] if approbations is None else _epurer(approbations),
            "modifications": _modifications(precedent, plan["plan"]),
            "demonstration": settings.DEMONSTRATION,
            "prototype": settings.IDENTITE_PROTOTYPE,
        },
    )


@par_contenu(places=64)
def corps_du_plan(contenu):
    """Le plan entier en HTML, pour une page de lecture : le même pour toute personne qui peut le lire."""
    return render_to_string("plans/lecture/_plan.html", lisible(contenu))


@par_contenu(places=16)
def lisible(contenu):
    """Le contenu prêt à montrer, à l'écran comme sur papier : des mots à la place des codes, un HTML sûr."""
    plan = _epurer(contenu)
    return {
        "plan": plan,
        "regions": ", ".join(region["nom"] for region in plan["alliance"]["regions"]),
        "etat": _mot(VersionPlan.Etat, plan["version"]["etat"]),
        "groupes": _groupes(plan),
        "priorites": [_priorite(priorite, plan) for priorite in plan["priorites"]],
        "decompte": _decompte(plan["priorites"]),
        "gouvernance": _gouvernance(plan),
        "participation": _participation(plan["participation"]),
        "approbations": plan.get("approbations", []),
    }


def priorite_lisible(contenu, cle):
    """Une seule priorité, telle que `lisible` la rend; elle est à qui l'appelle."""
    plan = _epurer({nom: contenu[nom] for nom in ("alliance", "thematiques", "secteurs")})
    return _priorite(_epurer(next(p for p in contenu["priorites"] if p["cle"] == cle)), plan)


def pdf_du_canevas(cycle):
    """Le canevas vierge du cycle, à remplir à la main en rencontre."""
    return rendre(html_du_canevas(cycle), titre=f"Canevas du plan d’action régional concerté {cycle}")


def html_du_canevas(cycle):
    """La page HTML du canevas vierge; lève `LookupError` si le cycle est inconnu."""
    return render_to_string(
        "plans/pdf/canevas.html",
        {
            "titre": f"Canevas du plan d’action régional concerté {cycle}",
            "canevas": canevas(cycle),
            "champs": {objet: {champ.code: champ for champ in champs} for objet, champs in CHAMPS.items()},
            "fiches": range(1, FICHES + 1),
            "objectifs": range(1, OBJECTIFS + 1),
            "rangees": range(1, RANGEES + 1),
        },
    )


def _epurer(valeur):
    """La même valeur, sans caractère de commande dans aucune chaîne."""
    if isinstance(valeur, str):
        return INTERDITS.sub("", valeur)
    if isinstance(valeur, dict):
        return {cle: _epurer(element) for cle, element in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_epurer(element) for element in valeur]
    return valeur


def _mot(choix, valeur):
    """Le libellé d'un code; une valeur qui est déjà des mots reste telle quelle."""
    return dict(choix.choices).get(valeur, valeur)


def _groupes(plan):
    """Les groupes de sections rédigées, dans l'ordre du canevas : {« 1 »: {titre, sections}}."""
    textes = {section["code"]: section for section in plan["sections"]}
    return {
        groupe.code: {
            "titre": groupe.titre,
            "sections": [
                {
                    "code": section.code,
                    "titre": section.titre,
                    "texte": montrer(textes[section.code]["texte"], sous=3),
                }
                for section in groupe.sections
                if section.code in textes
            ],
        }
        for groupe in canevas(plan["cycle"]["code"]).groupes
    }


def _priorite(priorite, plan):
    noms = {territoire["code"]: territoire["nom"] for territoire in plan["alliance"]["territoires"]}
    secteurs = _secteurs(plan)
    thematiques = {thematique["code"]: thematique["nom"] for thematique in plan["thematiques"]}
    return priorite | {
        "palier": _mot(Palier, priorite["palier"]),
        "thematique": ", ".join(
            thematiques.get(code, code)
            for code in (priorite["thematique"], *priorite.get("autres_thematiques", ()))
            if code
        ),
        "territoires": _territoires(priorite["territoires"], noms),
        "indicateurs": priorite.get("indicateurs", []),
        "nombre_d_indicateurs": _decompte([priorite])["indicateurs"],
        "textes": [
            (champ("priorite", code).libelle, montrer(priorite.get(code, ""), sous=4))
            for code in ("liens", "raison", "changement", "articulation")
        ],
        "objectifs": [
            objectif
            | {
                "indicateurs": objectif.get("indicateurs", []),
                "moyens": [_moyen(moyen, noms, secteurs) for moyen in objectif["moyens"]],
            }
            for objectif in priorite["objectifs"]
        ],
    }


def _moyen(moyen, territoires, secteurs):
    return moyen | {
        "territoires": _territoires(moyen["territoires"], territoires),
        "collaborateurs": [
            collaborateur | {"secteur": secteurs.get(collaborateur.get("secteur"), "")}
            for collaborateur in moyen["collaborateurs"]
        ],
    }


def _secteurs(plan):
    return {secteur["code"]: secteur["nom"] for secteur in plan["secteurs"]}


def _territoires(codes, noms):
    if noms and set(codes) >= set(noms):
        return "Tous les territoires"
    connus = [nom for code, nom in noms.items() if code in codes]
    return ", ".join([*connus, *(code for code in codes if code not in noms)])


def _decompte(priorites):
    objectifs = [objectif for priorite in priorites for objectif in priorite["objectifs"]]
    moyens = [moyen for objectif in objectifs for moyen in objectif["moyens"]]
    return {
        "priorites": len(priorites),
        "objectifs": len(objectifs),
        "moyens": len(moyens),
        "indicateurs": sum(len(p.get("indicateurs", ())) for p in (*priorites, *objectifs, *moyens)),
    }


def _gouvernance(plan):
    gouvernance = plan["gouvernance"]
    return gouvernance | {
        "gestion": _mot(ProfilGouvernance.Gestion, gouvernance["gestion"]),
        "modalite_propre": gouvernance.get("modalite_propre", ""),
        "instances": [_instance(instance, _secteurs(plan)) for instance in gouvernance["instances"]],
    }


def _instance(instance, noms):
    sieges = [
        siege
        | {
            "secteur": noms.get(siege["secteur"], "–"),
            "droit": _mot(Siege.Droit, siege["droit"]),
            "vacants": max(siege["prevus"] - siege["pourvus"], 0),
        }
        for siege in instance["sieges"]
    ]
    return instance | {
        "palier": _mot(Palier, instance["palier"]),
        "role": _mot(InstanceGouvernance.Nature, instance["role"]),
        "sieges": sieges,
        "prevus": sum(siege["prevus"] for siege in sieges),
        "pourvus": sum(siege["pourvus"] for siege in sieges),
        "vacants": sum(siege["vacants"] for siege in sieges),
    }


def _participation(lignes):
    """Par exercice, trois tableaux séparés : les axes ne s'additionnent pas (évaluation 2017-2023, §1.10)."""
    mises_en_mots = [
        ligne
        | {
            "palier": _mot(ParticipationPersonnes.PalierParticipation, ligne["palier"]),
            "etapes": ", ".join(ligne["etapes"]),
            "modalite_propre": ligne.get("modalite_propre", ""),
            "territoire": ligne.get("territoire", ""),
            "lieu": ", ".join(filter(None, (ligne.get("instance", ""), ligne.get("territoire", "")))),
            "soutien": ", ".join(
                mot
                for mot, donne in [
                    ("accompagnement", ligne["accompagnement"]),
                    ("dédommagement", ligne["dedommagement"]),
                ]
                if donne
            ),
        }
        for ligne in lignes
    ]
    return [
        {
            "exercice": exercice,
            "axes": [
                {
                    "titre": titre,
                    "lignes": [
                        ligne
                        for ligne in mises_en_mots
                        if (ligne["exercice"], ligne["axe"]) == (exercice, axe)
                    ],
                }
                for axe, titre in AXES
            ],
        }
        for exercice in sorted({ligne["exercice"] for ligne in lignes})
    ]


def _modifications(precedent, plan):
    if precedent is None:
        return None
    comparaison = comparer(_epurer(precedent), plan)
    groupes = [
        {"titre": groupe.titre, "elements": [element for element in groupe.elements if element.touche]}
        for groupe in comparaison.groupes
    ]
    return {
        "numero": precedent["version"]["numero"],
        "groupes": [groupe for groupe in groupes if groupe["elements"]],
        "resume": resume(comparaison),
    }
