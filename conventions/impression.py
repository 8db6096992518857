"""La convention, ses avenants et son règlement sur papier et à l'écran : du contenu au HTML, puis au PDF.

Le texte est un modèle de démonstration, écrit dans nos mots tant que le texte officiel n'est pas fourni. Un projet
porte « Projet » en travers de chaque page jusqu'à ce que toutes les parties aient signé.
"""

import re
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string

from alliances.plans.models.instantanes import empreinte_de
from conventions import comparaison
from conventions.models import Convention, Enveloppe, PartieConvention
from conventions.models.contenu import contenu_de
from conventions.models.conventions import SIGNEES
from conventions.models.gardiens import EMPLOIS
from conventions.regles.sommes import a_rendre
from socle.documents.pdf import rendre
from socle.valeurs.argent import somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import jour_de

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


# Chaque colonne est une somme de comptes; la dernière est le total de celles qui la précèdent.
ETATS_DU_REGLEMENT = {
    "Ce que la convention prévoyait": {
        "Reçu et gardé": ("recu",),
        "Récupéré": ("recupere",),
        "Annulé": ("annule",),
        "À verser": ("a_verser",),
        "Convenu": ("convenu",),
    },
    "D’où viennent les fonds": {
        "Reçu et gardé": ("recu",),
        "À verser": ("a_verser",),
        "Venu d’autres exercices": ("reporte",),
        "Fonds": ("recu", "a_verser", "reporte"),
    },
    "Où sont les fonds": {
        "Versé aux porteurs": ("verse",),
        "Dépensé par la Table": ("depense",),
        "Remis aux territoires": ("remis",),
        "Promis et gardé": ("reserve", "engage"),
        "À récupérer": ("a_recuperer",),
        "Fonds": ("recu", "a_verser", "reporte"),
    },
}
PAR_ENVELOPPE = ETATS_DU_REGLEMENT["Où sont les fonds"] | {"Fonds": ("alloue",)}


def acte_du_reglement(convention):
    """Ce que dit le règlement d'une convention résiliée, ce jour-là : ce qui a bougé depuis n'y entre pas."""
    geste = convention.journal.select_related("par").get(geste="resilier")
    contenu = contenu_de(convention)
    ecritures = convention.ecritures.filter(inscrite_le__lte=geste.inscrite_le)
    lignes = [(str(ligne.exercice), vars(ligne)) for ligne in convention.lignes_de_reglement.all()]
    champs = ("convenu", "recu", "recupere", "annule", "a_verser", "a_recuperer")
    return {
        "convention": {champ: contenu["convention"][champ] for champ in ("numero", "signee_le")},
        "alliance": contenu["alliance"],
        "parties": contenu["parties"],
        "montants_fictifs": convention.montants_fictifs,
        "fermee_le": convention.fermee_le.isoformat(),
        "motif": convention.fermeture_motif,
        "reglement": convention.fermeture_reglement,
        "par": str(geste.par),
        "qualite": geste.qualite,
        "inscrite_le": jour_de(geste.inscrite_le).isoformat(),
        "sommes": {champ: str(sum(ligne[champ] for _, ligne in lignes)) for champ in champs},
        "etats": [
            _etat(titre, colonnes, lignes, tete="Exercice") for titre, colonnes in ETATS_DU_REGLEMENT.items()
        ],
        "par_enveloppe": _etat(
            "Les mêmes fonds, par enveloppe", PAR_ENVELOPPE, _par_enveloppe(ecritures), tete="Enveloppe"
        ),
        "recus": [
            {
                "le": jour_de(ecriture.inscrite_le).isoformat(),
                "exercice": str(ecriture.enveloppe.exercice),
                "nature": ecriture.get_nature_display(),
                "reference": ecriture.reference,
                "montant": str(ecriture.montant),
            }
            for ecriture in ecritures.filter(compte="recu").select_related("enveloppe").order_by("rang")
        ],
        "provenances": [
            {"recu": str(Exercice(recu)), "ou": str(Exercice(ou)), "montant": str(montant)}
            for recu, ou, montant in a_rendre(
                [(ligne["an"], ligne["recu"], ligne["a_recuperer"]) for _, ligne in lignes]
            )
        ],
        "promesses": [
            {"nom": str(promesse.enveloppe), "exercice": str(promesse.enveloppe.exercice)}
            | {"objet": promesse.objet, "reference": promesse.reference, "montant": str(promesse.montant)}
            for promesse in convention.promesses(ecritures)
        ],
    }


def _par_enveloppe(ecritures):
    """[(enveloppe, {compte: dollars})] de celles où il y a eu des fonds, d'exercice en exercice."""
    comptes = {compte: somme("montant", filtre=Q(compte=compte)) for compte in ("alloue", *EMPLOIS)}
    soldes = ecritures.order_by().values("enveloppe").annotate(**comptes)
    soldes = {s["enveloppe"]: s for s in soldes if any(s[compte] for compte in comptes)}
    enveloppes = (
        Enveloppe.objects.filter(pk__in=soldes).select_related("territoire").order_by("an", "rang", "pk")
    )
    return [
        (
            f"{e.exercice}, {e}" if e.parent_id else str(e),
            soldes[e.pk] | {"a_recuperer": soldes[e.pk]["alloue"] - sum(soldes[e.pk][c] for c in EMPLOIS)},
        )
        for e in enveloppes
    ]


def _etat(titre, colonnes, lignes, *, tete):
    """Un tableau dont chaque rangée et chaque colonne s'additionnent; une colonne nulle partout se tait."""
    rangees = [[sum(ligne[c] for c in comptes) for comptes in colonnes.values()] for _, ligne in lignes]
    dites = [i for i, titre in enumerate(colonnes) if titre == "Fonds" or any(r[i] for r in rangees)]
    return {
        "titre": titre,
        "tete": tete,
        "colonnes": [list(colonnes)[i] for i in dites],
        "lignes": [
            {"nom": nom, "montants": [str(rangee[i]) for i in dites]}
            for (nom, _), rangee in zip(lignes, rangees, strict=True)
        ],
        "total": [str(sum(rangee[i] for rangee in rangees)) for i in dites],
    }


def pdf_du_reglement(acte):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_du_reglement(acte), titre=titre_du_reglement(acte))


def titre_du_reglement(acte):
    """« Règlement de la convention FQIS-01-2025 – Alliance du Bas-Saint-Laurent »."""
    return _epurer(f"Règlement de la convention {acte['convention']['numero']} – {acte['alliance']['nom']}")


def html_du_reglement(acte):
    """La page complète du règlement."""
    return render_to_string(
        "conventions/pdf/reglement.html",
        _milieu()
        | {"titre": titre_du_reglement(acte), "empreinte": empreinte_de(acte), "acte": _epurer(acte)},
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
