"""Le protocole et son relevé de fin sur papier : du contenu scellé au HTML, puis au PDF."""

from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string

from alliances.plans.models.instantanes import empreinte_de
from projets.protocoles.models import SignatureProtocole
from socle.documents.pdf import rendre
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import jour_de

ETATS = {
    "transmis": "À signer",
    "signe": "Signé",
    "clos": "Clos",
    "resilie": "Résilié",
    "abandonne": "Abandonné",
}
FAITS = ("nom", "fonction", "signee_le", "resolution", "resolution_le")
SOMMES = ("decide", "garde", "a_recuperer", "radie", "libere")


def acte_du_protocole(protocole):
    """Ce que dit le protocole aujourd'hui, en données simples : ce qui est scellé, qui l'a signé, où il en est.

    `None` tant que rien n'est transmis.
    """
    if (instantane := protocole.instantane()) is None:
        return None
    return {
        "contenu": instantane.contenu,
        "empreinte": instantane.empreinte,
        "etat": str(protocole.etat),
        "transmis_le": jour_de(instantane.le).isoformat(),
        "signe_le": _iso(protocole.signe_le),
        "fini_le": _iso(_fin(protocole)),
        "demandee": protocole.get_resiliation_demandee_display(),
        "signatures": _signatures(protocole, instantane.contenu),
    }


def _iso(jour):
    return jour and jour.isoformat()


def _fin(protocole):
    instant = protocole.clos_le or protocole.resilie_le or protocole.abandonne_le
    return instant and jour_de(instant)


def _signatures(protocole, contenu):
    """Une ligne par partie, celle de l'Alliance d'abord; vide tant qu'elle n'a pas signé."""
    recues = protocole.signatures.filter(tour=protocole.tour, sens="signe").order_by("cote")
    recues = {s.cote: {f: _iso(v) if f.endswith("_le") else v for f, v in _faits(s)} for s in recues}
    parties = {"alliance": "partenaire", "organisme": "organisme"}
    return [
        {"cote": cote.label, "partie": contenu[parties[cote]]["nom"]}
        | recues.get(cote, dict.fromkeys(FAITS, ""))
        for cote in SignatureProtocole.Cote
    ]


def _faits(signature):
    return [(fait, getattr(signature, fait)) for fait in FAITS]


def lisible(contenu):
    """Le contenu scellé, et ce qui s'en déduit pour qui le lit : les rapports attendus."""
    return {"contenu": contenu, "rapports": _rapports(contenu)}


def _rapports(contenu):
    """Chaque rapport attendu, et ce que son acceptation libère; le rapport final, même s'il ne libère rien."""
    final, sommes = contenu["rapport_final_le"], {}
    for tranche in contenu["tranches"]:
        if tranche["rapport"]:
            le = min(tranche["prevue_le"], final)
            sommes[le] = sommes.get(le, ZERO) + Decimal(tranche["montant"])
    sommes.setdefault(final, ZERO)
    return [
        {"nom": "Rapport final" if le == final else "Rapport d’étape", "le": le, "libere": sommes[le]}
        for le in sorted(sommes)
    ]


def titre_du_protocole(acte):
    return f"Protocole {acte['contenu']['numero']} – {acte['contenu']['titre']}"


def html_du_protocole(acte):
    return render_to_string(
        "protocoles/pdf/protocole.html",
        _milieu()
        | lisible(acte["contenu"])
        | {"acte": acte, "titre": titre_du_protocole(acte), "etat": ETATS[acte["etat"]]},
    )


def pdf_du_protocole(acte):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_du_protocole(acte), titre=titre_du_protocole(acte))


# --- L'avenant --------------------------------------------------------------------------------------------

ETATS_D_AVENANT = {
    "transmis": "À signer",
    "signe": "En vigueur",
    "refuse": "Refusé",
    "abandonne": "Abandonné",
}


def acte_de_l_avenant(avenant):
    """Ce que dit l'avenant aujourd'hui : ce qui est scellé, qui l'a signé, où il en est; `None` en préparation."""
    if avenant.contenu is None:
        return None
    return {
        "contenu": avenant.contenu,
        "empreinte": avenant.empreinte,
        "etat": str(avenant.etat),
        "transmis_le": jour_de(avenant.transmis_le).isoformat(),
        "signe_le": _iso(avenant.signe_le),
        "fini_le": _iso(avenant.fini_le and jour_de(avenant.fini_le)),
        "fin_motif": avenant.fin_motif,
        "signatures": _signatures(avenant, avenant.contenu),
    }


def titre_de_l_avenant(acte):
    contenu = acte["contenu"]
    return f"Avenant {contenu['rang']} au protocole {contenu['numero']} – {contenu['titre']}"


def html_de_l_avenant(acte):
    return render_to_string(
        "protocoles/pdf/avenant.html",
        _milieu()
        | {
            "acte": acte,
            "contenu": acte["contenu"],
            "titre": titre_de_l_avenant(acte),
            "etat": ETATS_D_AVENANT[acte["etat"]],
        },
    )


def pdf_de_l_avenant(acte):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_de_l_avenant(acte), titre=titre_de_l_avenant(acte))


# --- Le relevé de la fin ----------------------------------------------------------------------------------


def acte_du_releve(protocole, rectificatif=None):
    """Le règlement d'un protocole clos ou résilié, tel qu'à sa fin, ou tel que ce rectificatif le dit."""
    numero = rectificatif.numero if rectificatif else 0
    lignes = protocole.releve_au(numero)
    verses = protocole.tranches.verses_par("pk")
    contenu = protocole.instantane().contenu
    return {
        "numero": contenu["numero"],
        "titre": contenu["titre"],
        "alliance": contenu["alliance"],
        "organisme": contenu["organisme"]["nom"],
        "partenaire": contenu["partenaire"]["nom"],
        "montants_fictifs": contenu["montants_fictifs"],
        "etat": str(protocole.etat),
        "signe_le": _iso(protocole.signe_le),
        "fini_le": _iso(_fin(protocole)),
        "par": (protocole.clos_par or protocole.resilie_par).nom_complet,
        "demandee": protocole.get_resiliation_demandee_display(),
        "motif": protocole.fin_motif,
        "lignes": [_ligne(ligne) for ligne in lignes],
        "totaux": {champ: str(sum((getattr(x, champ) for x in lignes), ZERO)) for champ in SOMMES},
        "versements": [_versement(tranche, verses[tranche.pk]) for tranche in protocole.tranches.all()],
    } | (_rectifie(rectificatif) if rectificatif else {})


def _rectifie(rectificatif):
    """Ce que dit un relevé rectificatif de lui-même."""
    return {
        "rectificatif": rectificatif.numero,
        "rectifie_le": _iso(jour_de(rectificatif.confirme_le)),
        "propose_par": rectificatif.propose_par.nom_complet,
        "confirme_par": rectificatif.confirme_par.nom_complet,
        "rectifie_parce_que": rectificatif.motif,
    }


def _ligne(ligne):
    enveloppe = ligne.affectation.enveloppe
    sommes = {champ: str(getattr(ligne, champ)) for champ in SOMMES}
    return {"enveloppe": str(enveloppe), "exercice": str(enveloppe.exercice)} | sommes


def _versement(tranche, verse):
    return {
        "rang": tranche.rang,
        "prevu": str(tranche.montant),
        "verse": str(verse),
        "etat": tranche.get_etat_display(),
    }


def titre_du_releve(acte):
    nom = f"Relevé rectificatif {acte['rectificatif']}" if "rectificatif" in acte else "Relevé de fin"
    return f"{nom} {acte['numero']} – {acte['titre']}"


def html_du_releve(acte):
    return render_to_string(
        "protocoles/pdf/releve.html",
        _milieu() | {"acte": acte, "titre": titre_du_releve(acte), "empreinte": empreinte_de(acte)},
    )


def pdf_du_releve(acte):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_du_releve(acte), titre=titre_du_releve(acte))


def _milieu():
    return {"demonstration": settings.DEMONSTRATION, "prototype": settings.IDENTITE_PROTOTYPE}
