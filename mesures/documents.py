"""Le PDF du Bas-Saint-Laurent : son temps comparé à WeasyPrint seul, sa taille, et le temps de le servir."""

import statistics
import time
from dataclasses import dataclass

from django.urls import reverse

from alliances.plans.impression import html_du_plan, pdf_du_plan
from alliances.plans.models import Instantane, VersionPlan
from alliances.plans.models.instantanes import empreinte_de
from alliances.plans.travaux import rendre_document
from mesures.catalogue import SAGUENAY
from mesures.pages import chronometrer, client_de
from socle.documents.pdf import RACINE_STATIQUE

RAPPORT_AU_PLUS, SERVICE_AU_PLUS = 1.15, 5.0  # fois WeasyPrint seul; millisecondes


@dataclass
class MesureDuPdf:
    """Temps CPU de chaque essai en secondes, taille en octets; service en millisecondes."""

    pages: int
    taille: int
    taille_seule: int
    complet: list
    seul: list
    service: list

    @property
    def rapport(self):
        return statistics.median(self.complet) / statistics.median(self.seul)


def _secondes(produire):
    debut = time.process_time()
    octets = produire()
    return time.process_time() - debut, octets


def mesurer_le_pdf(tours):
    """Notre rendu entier et WeasyPrint seul sur le même HTML, l'un après l'autre."""
    import weasyprint

    version = VersionPlan.objects.get(plan__alliance__slug="bas-saint-laurent", numero=2)
    contenu = version.contenu()
    options = {"empreinte": empreinte_de(contenu), "brouillon": True}
    html, base = html_du_plan(contenu, **options), f"{RACINE_STATIQUE.as_uri()}/"

    def seul():
        return weasyprint.HTML(string=html, base_url=base).write_pdf(pdf_variant="pdf/a-2a")

    mesure = MesureDuPdf(
        pages=len(weasyprint.HTML(string=html, base_url=base).render().pages),
        taille=len(pdf_du_plan(contenu, **options)),
        taille_seule=len(seul()),
        complet=[],
        seul=[],
        service=_mesurer_le_service(tours * 4),
    )
    for _ in range(tours):
        mesure.complet.append(_secondes(lambda: pdf_du_plan(contenu, **options))[0])
        mesure.seul.append(_secondes(seul)[0])
    return mesure


def _mesurer_le_service(tours):
    """Le temps de servir un document déjà rangé, pile entière de Django."""
    instantane = Instantane.objects.filter(
        version__plan__alliance__slug=SAGUENAY, circonstance="decision"
    ).get()
    rendre_document.func(document_id=instantane.document_id)
    client, adresse = client_de("mess"), reverse("plans:pdf", args=[instantane.pk])
    temps = [chronometrer(client, adresse) for _ in range(tours)]
    if temps[0][1].headers["Content-Type"] != "application/pdf":
        raise RuntimeError(f"{adresse} n’a pas servi de PDF")
    return [millisecondes for millisecondes, _ in temps]
