"""La lettre de réponse, du contenu scellé au HTML, puis au PDF."""

from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string

from socle.documents.pdf import rendre


def titre_de_la_reponse(contenu):
    return f"Réponse à la demande {contenu['numero']}"


def html_de_la_reponse(contenu):
    return render_to_string(
        "projets/pdf/reponse.html",
        {
            "titre": titre_de_la_reponse(contenu),
            "contenu": contenu,
            "accorde": sum(Decimal(ligne["montant"]) for ligne in contenu["montants"]),
            "demonstration": settings.DEMONSTRATION,
            "prototype": settings.IDENTITE_PROTOTYPE,
        },
    )


def pdf_de_la_reponse(contenu):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_de_la_reponse(contenu), titre=titre_de_la_reponse(contenu))
