"""La suite d'une version : à qui le tour, les gestes de la personne qui lit, les documents à télécharger."""

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from alliances.models import Role
from alliances.plans.models import Instantane, JournalPlan
from alliances.plans.permissions import peut, peut_rediger
from socle.texte.typographie import date_heure, date_longue

A_LA_TABLE = ("brouillon", "adoptee", "a_corriger")
ROLE_DU_RETOUR = Subquery(
    JournalPlan.objects.filter(version=OuterRef("version"), geste="retourner")
    .order_by("-pk")
    .values("role")[:1]
)
PHRASES = {
    "brouillon": "La Table adopte le plan, puis la personne autorisée à signer le dépose.",
    "adoptee": "C’est à la personne autorisée à signer de déposer le plan.",
    "a_corriger": "C’est à la personne autorisée à signer de déposer de nouveau le plan.",
}
CORRECTIONS = (
    "C’est à la Table de faire les corrections demandées; ensuite, la personne autorisée à signer dépose de "
    "nouveau le plan."
)


def actes_de(version):
    """Les instantanés de la version, du plus ancien au plus récent; `role` dit en quelle qualité on l'a retournée."""
    if not version.tour:
        return []
    actes = version.instantanes.defer("contenu").select_related("par").annotate(role_du_retour=ROLE_DU_RETOUR)
    liste = list(actes)
    for acte in liste:
        acte.role = Role(acte.role_du_retour).label if acte.role_du_retour else ""
    return liste


def suite_de(version, utilisateur, actes, corrections_ouvertes, etape=None):
    """Ce que montre la colonne de droite : les faits, la phrase, les gestes, le document, l'autre version.

    `etape` : en rédaction, ce qui vient avant l'adoption; tant qu'elle dure, adopter n'est pas offert ici.
    """
    ouverte = None if version.est_ouverte else version.plan.version_ouverte()
    phrase = CORRECTIONS if corrections_ouvertes else PHRASES.get(version.etat, "")
    gestes = _gestes(version, utilisateur, corrections_ouvertes, ouverte)
    if etape and etape.page != "adoption":
        gestes = _ecrire(version, utilisateur, etape)
        phrase = f"{etape.titre}. Ensuite, la Table adopte le plan."
    if "depot" in gestes:
        phrase = "C’est à vous de déposer le plan."
    return {
        "faits": _faits(version),
        "phrase": phrase,
        "gestes": list(gestes.values()),
        "document": _document(version, actes),
        "en_vigueur": _en_vigueur(version),
        "ouverte": ouverte,
    }


def _faits(version):
    """Les actes posés, en phrases : une par date."""
    faits = []
    if version.adoptee_le:
        faits.append(f"Adopté le {date_longue(version.adoptee_le)}, résolution {version.resolution}.")
    if version.deposee_le and version.etat != "a_corriger":
        tardif = ", en retard" if version.est_deposee_tard else ""
        faits.append(f"Déposé {date_heure(version.deposee_le)}{tardif}. Référence\xa0: {version.reference}.")
    if version.avis_le:
        faits.append(f"Avis {version.get_avis_sens_display().lower()} rendu {date_heure(version.avis_le)}.")
    if version.decidee_le:
        acte = "Refusé" if version.etat == "refusee" else "Approuvé"
        faits.append(
            f"{acte} par le Ministère le {date_longue(version.decision_du)}, lettre {version.lettre}."
        )
    return faits


def _gestes(version, utilisateur, corrections_ouvertes, ouverte):
    """{page: bouton} de ce que l'état permet et qui revient à cette personne, le principal d'abord."""
    pages = {
        "brouillon": [("adoption", "adopter", "Adopter le plan")],
        "adoptee": [
            ("depot", "deposer", "Déposer le plan"),
            ("reouverture", "rouvrir", "Rouvrir pour modifier"),
        ],
        "a_corriger": [] if corrections_ouvertes else _apres_les_corrections(version),
        "deposee": [("depot_confirme", "", "Voir la confirmation du dépôt")],
        "approuvee": [] if ouverte else [("modification", "ouvrir-modification", "Modifier le plan")],
        "refusee": []
        if ouverte
        else [("modification", "ouvrir-modification", "Préparer une nouvelle version")],
    }
    return {
        page: {
            "libelle": libelle,
            "url": reverse(f"plans:{page}", args=[version.pk]),
            "principal": page == "depot",
        }
        for page, geste, libelle in pages.get(version.etat, ())
        if not geste or peut(utilisateur, geste, version) is None
    }


def _apres_les_corrections(version):
    """Déposer de nouveau; avant, si le texte a changé, une nouvelle résolution est permise."""
    depot = ("depot", "deposer", "Déposer le plan")
    if version.empechements_a_adopter_les_corrections():
        return [depot]
    return [depot, ("nouvelle_resolution", "adopter", "Inscrire une nouvelle résolution")]


def _ecrire(version, utilisateur, etape):
    """L'étape d'écriture, pour qui écrit le plan entier."""
    if peut_rediger(utilisateur, version):
        return {}
    url = reverse(f"plans:{etape.page}", args=[version.pk, *etape.arguments])
    return {etape.page: {"libelle": "Aller à cette étape", "url": url, "principal": True}}


def _document(version, actes):
    """Le PDF de l'état où est le plan : la rédaction, le dernier dépôt ou la décision; `None` sans document."""
    if version.etat in A_LA_TABLE:
        return {"libelle": "Télécharger le PDF", "url": reverse("plans:pdf_brouillon", args=[version.pk])}
    imprime = next((acte for acte in reversed(actes) if acte.document_id), None)
    if imprime is None:
        return None
    noms = {"refusee": "Plan refusé (PDF)", "deposee": "Plan déposé (PDF)", "avisee": "Plan déposé (PDF)"}
    return {
        "libelle": noms.get(version.etat, "Plan approuvé (PDF)"),
        "url": reverse("plans:pdf", args=[imprime.pk]),
    }


def _en_vigueur(version):
    """La décision qui fait loi pendant que cette version-ci se prépare, ou `None`."""
    if version.numero == 1 or version.etat == "approuvee":
        return None
    decisions = Instantane.objects.filter(
        version__plan=version.plan_id, version__etat="approuvee", circonstance="decision"
    )
    return decisions.defer("contenu").select_related("version").last()
