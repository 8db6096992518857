"""La lettre de réponse, du contenu scellé au HTML, puis au PDF."""

from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string

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
            "demonstration": settings.DEMONSTRATION,
            "prototype": settings.IDENTITE_PROTOTYPE,
        },
    }


def _avec_article(instance):
    """« La Table régionale »; d'un nom dont l'accord ne se devine pas, « L'instance « Conseils des MRC » »."""
    article = ARTICLES.get(instance.split()[0])
    return f"{article} {instance}" if article else f"L’instance «\xa0{instance}\xa0»"


def html_de_la_reponse(contenu):
    return render_to_string("projets/pdf/reponse.html", contexte_de_la_reponse(contenu))


def pdf_de_la_reponse(contenu):
    """Les octets du PDF; lève `PdfIndisponible` ou `PdfFautif` (socle.documents.pdf)."""
    return rendre(html_de_la_reponse(contenu), titre=titre_de_la_reponse(contenu))
