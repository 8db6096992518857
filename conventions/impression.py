"""La convention et ses avenants sur papier et à l'écran : du contenu au HTML, puis au PDF.

Le texte est un modèle de démonstration, écrit dans nos mots tant que le texte officiel n'est pas fourni. Un projet
porte « Projet » en travers de chaque page jusqu'à ce que toutes les parties aient signé.
"""

import re
from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string

from alliances.plans.models.instantanes import empreinte_de
from conventions import comparaison
from conventions.models import Convention, PartieConvention
from conventions.models.conventions import SIGNEES
from socle.documents.pdf import rendre
from socle.valeurs.exercice import Exercice

# Ni XML ni les polices ne savent que faire des caractères de commande; un collage peut en apporter.
INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def pdf_de_la_convention(contenu, consolidation=None):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    html = html_de_la_convention(contenu, consolidation=consolidation)
    return rendre(html, titre=titre_de_la_convention(contenu, consolidation))


def titre_de_la_convention(contenu, consolidation=None):
    """« Convention FQIS-01-2025 – Alliance du Bas-Saint-Laurent », et l'avenant qui la consolide."""
    suite = f", consolidée par {consolidation['avenants']}" if consolidation else ""
    return _epurer(f"Convention {contenu['convention']['numero']} – {contenu['alliance']['nom']}{suite}")


def avenants_en_mots(numeros):
    """« l’avenant 1 », « les avenants 3, 2 et 1 » : le dernier d'abord."""
    *premiers, dernier = map(str, numeros)
    return f"les avenants {', '.join(premiers)} et {dernier}" if premiers else f"l’avenant {dernier}"


def html_de_la_convention(contenu, consolidation=None):
    """La page complète. `consolidation` est {avenants, le} quand des avenants ont changé la convention signée."""
    return render_to_string(
        "conventions/pdf/convention.html",
        _milieu()
        | {
            "titre": titre_de_la_convention(contenu, consolidation),
            "projet": contenu["convention"]["etat"] not in SIGNEES,
            "empreinte": empreinte_de(contenu),
            "consolidation": consolidation,
        }
        | lisible(contenu),
    )


def lisible(contenu, originale=None):
    """Le contenu prêt à montrer : chaque terme avec, s'il a changé, ce que disait la convention d'origine."""
    lu = _epurer(contenu)
    avant = _epurer(originale or contenu)
    return {
        "contenu": lu,
        "fictifs": lu.get("montants_fictifs", False),
        "etat": dict(Convention.Etat.choices).get(lu["convention"]["etat"], lu["convention"]["etat"]),
        "dates": [
            (libelle, lu["convention"][champ], avant["convention"][champ])
            for champ, libelle in {"debut": "Début", **comparaison.DATES}.items()
        ],
        "montants": _montants(comparaison.termes(avant), comparaison.termes(lu)),
        "parametres": [
            (libelle, *(comparaison.dire_parametre(c["parametres"][champ]) for c in (lu, avant)))
            for champ, libelle in comparaison.PARAMETRES.items()
            if champ != "participation_etat"
        ],
        "reddition": [
            (libelle, *(comparaison.dire_reddition(champ, c["parametres"].get(champ)) for c in (lu, avant)))
            for champ, libelle in comparaison.REDDITION.items()
        ],
        "liberation": [
            (libelle, *(comparaison.dire_liberation(champ, c["convention"].get(champ)) for c in (lu, avant)))
            for champ, libelle in comparaison.LIBERATION.items()
        ],
        "versements": [
            versement | {"nom": f"{comparaison.en_ordinal(versement['rang'])} versement"}
            for versement in lu["echeancier"]
        ],
        "signataires": [partie for partie in lu["parties"] if partie["signe"]],
    }


def _montants(avant, apres):
    """Le montant de chaque exercice avant et après, puis le total."""
    total_avant, montants_avant, _ = comparaison.totaux(avant)
    total_apres, montants_apres, _ = comparaison.totaux(apres)
    lignes = [
        _ligne(str(Exercice(an)), montants_avant.get(an, Decimal(0)), montants_apres.get(an, Decimal(0)))
        for an in sorted({*montants_avant, *montants_apres})
    ]
    return {"lignes": lignes, "total": _ligne("Total", total_avant, total_apres)}


def _ligne(nom, avant, apres):
    return {
        "nom": nom,
        "avant": str(avant),
        "apres": str(apres),
        "ecart": str(apres - avant) if apres != avant else "",
    }


def acte_de(avenant):
    """Ce que dit un avenant, en données simples : ses changements, ses montants, ses signatures."""
    proposes = avenant.termes_proposes()
    roles = dict(PartieConvention.Role.choices)
    return {
        "avenant": {
            "numero": avenant.numero,
            "etat": str(avenant.etat),
            "motif": avenant.motif,
            "applique_le": avenant.applique_le and avenant.applique_le.isoformat(),
        },
        "convention": {
            "numero": avenant.convention.numero,
            "signee_le": avenant.convention.signee_le and avenant.convention.signee_le.isoformat(),
        },
        "alliance": {
            "nom": avenant.convention.alliance.nom,
            "cycle": avenant.convention.alliance.cycle.code,
        },
        "changements": [
            {"titre": c.titre, "nom": c.nom, "avant": c.avant, "apres": c.apres, "phrase": c.phrase}
            for c in avenant.changements()
        ],
        "participation": _texte_nouveau(avenant),
        "montants": _montants(avenant.base, proposes),
        "montants_fictifs": avenant.convention.montants_fictifs,
        "signatures": [
            {
                "nom": signature.nom,
                "role_libelle": roles[signature.role],
                "signataire": signature.signataire,
                "signee_le": signature.signee_le and signature.signee_le.isoformat(),
                "resolution": signature.resolution,
                "resolution_le": signature.resolution_le and signature.resolution_le.isoformat(),
            }
            for signature in avenant.signatures_attendues()
        ]
        or [
            partie | {"signee_le": None, "resolution": "", "resolution_le": None}
            for partie in comparaison.de_sorte(proposes, "partie").values()
            if partie["signe"]
        ],
    }


def _texte_nouveau(avenant):
    return avenant.propositions.get("parametre/participation_etat") or ""


def pdf_de_l_avenant(acte):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_de_l_avenant(acte), titre=titre_de_l_avenant(acte))


def titre_de_l_avenant(acte):
    """« Avenant 2 à la convention FQIS-01-2025 – Alliance du Bas-Saint-Laurent »."""
    numero, convention = acte["avenant"]["numero"], acte["convention"]["numero"]
    return _epurer(f"Avenant {numero} à la convention {convention} – {acte['alliance']['nom']}")


def html_de_l_avenant(acte):
    """La page complète de l'avenant."""
    return render_to_string(
        "conventions/pdf/avenant.html",
        _milieu()
        | {
            "titre": titre_de_l_avenant(acte),
            "projet": acte["avenant"]["etat"] != "applique",
            "abandonne": acte["avenant"]["etat"] == "abandonne",
            "empreinte": empreinte_de(acte),
            "fictifs": acte.get("montants_fictifs", False),
            "acte": _epurer(acte),
        },
    )


def _milieu():
    return {"demonstration": settings.DEMONSTRATION, "prototype": settings.IDENTITE_PROTOTYPE}


def _epurer(valeur):
    """La même valeur, sans caractère de commande dans aucune chaîne."""
    if isinstance(valeur, str):
        return INTERDITS.sub("", valeur)
    if isinstance(valeur, dict):
        return {cle: _epurer(element) for cle, element in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_epurer(element) for element in valeur]
    return valeur
