"""Ce qui s'imprime d'une initiative : la demande de son organisme, et la lettre qui lui répond."""

from decimal import Decimal

from django.conf import settings
from django.db.models import Max
from django.template.loader import render_to_string

from projets.regles.lecture import montage_de
from socle.documents.pdf import rendre

ARTICLES = {"Table": "La", "Commission": "La", "Comité": "Le", "Conseil": "Le"}


def titre_de_la_reponse(contenu):
    return f"Réponse à la demande {contenu['numero']}"


def contexte_de_la_reponse(contenu):
    """Ce que lit la lettre, imprimée ou relue à l'écran."""
    return {
        "titre": titre_de_la_reponse(contenu),
        "contenu": contenu,
        "lettre": {
            "instance": _avec_article(contenu["instance"]),
            "accorde": sum(Decimal(ligne["montant"]) for ligne in contenu["montants"]),
        },
    }


def _avec_article(instance):
    """« La Table régionale »; d'un nom dont l'accord ne se devine pas, « L'instance « Conseils des MRC » »."""
    article = ARTICLES.get(instance.split()[0])
    return f"{article} {instance}" if article else f"L’instance «\xa0{instance}\xa0»"


def html_de_la_reponse(contenu):
    return render_to_string("projets/pdf/reponse.html", _milieu() | contexte_de_la_reponse(contenu))


def pdf_de_la_reponse(contenu):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_de_la_reponse(contenu), titre=titre_de_la_reponse(contenu))


def titre_de_la_demande(initiative):
    """« Demande INI-2026-01-0007 – Cuisines de rang », « Demande, brouillon – Cuisines de rang »."""
    return f"Demande{f' {initiative.numero}' if initiative.numero else ', brouillon'} – {initiative}"


def html_de_la_demande(initiative):
    """La demande entière, telle qu'elle est enregistrée; rien de ce qu'on en a jugé ou décidé."""
    initiative.lire()
    pieces = initiative.pieces_demandees()
    demandees = [nature for nature, _ in pieces]
    return render_to_string(
        "projets/pdf/demande.html",
        _milieu()
        | {
            "titre": titre_de_la_demande(initiative),
            "initiative": initiative,
            "brouillon": initiative.deposee_le is None,
            "enregistree_le": initiative.parties.aggregate(le=Max("modifiee_le"))["le"],
            "montage": montage_de(initiative),
            "pieces": pieces,
            "autres": initiative.pieces.jointes().exclude(nature__in=demandees).order_by("pk"),
        },
    )


def _milieu():
    return {"demonstration": settings.DEMONSTRATION, "prototype": settings.IDENTITE_PROTOTYPE}
