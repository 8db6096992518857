"""Écrire `docs/mesures.md` : les chiffres, le bruit du poste, les plafonds et le verdict de chaque ligne."""

import platform
import statistics

from django.db import connection

from mesures.documents import RAPPORT_AU_PLUS as PDF_AU_PLUS
from mesures.documents import SERVICE_AU_PLUS
from mesures.pages import RAPPORT_AU_PLUS, REQUETES_AU_PLUS

ENTETE = """# Mesures

Écrit par `make mesure`; ne pas modifier à la main.

Chaque page est demandée {tours} fois, tour à tour avec la page vide de la même personne (l’habillage seul, toute la
pile de Django). Les temps sont des médianes de temps de processeur, dans un seul processus : les rapports se
comparent d’un poste à l’autre, les millisecondes non. Base temporaire, données de la démonstration; ×10 : dix
Alliances semblables par Alliance, leurs plans, leurs conventions, dix fois plus d’initiatives, un journal de 600 lignes
et 600 notifications par personne. Une première lecture, qui ne compte pas, remplit la mémoire des calculs purs (ADR 8).

- Poste : {poste}, base {base}.
- Bruit du poste, du premier au neuvième décile de la page vide : {bruit}.
- Plafonds : {requetes} requêtes par page; {rapport} fois la page vide; PDF à {pdf} fois WeasyPrint seul; document
  rangé servi en {service} ms.
"""
TABLEAU = (
    "\n## Pages, volume ×{volume} ({alliances} Alliances, {versions} versions de plan)\n\n"
    "| Page | Compte | Requêtes | Temps | Page vide | Rapport | Taille | Verdict |\n"
    "|---|---|---:|---:|---:|---:|---:|---|\n"
)


def _nombre(valeur, decimales=1):
    return f"{valeur:.{decimales}f}".replace(".", ",")


def _etendue(temps):
    deciles = statistics.quantiles(temps, n=10)
    return f"de {_nombre(deciles[0])} à {_nombre(deciles[-1])} ms"


def rediger(volumes, pdf, tours, courbes=()):
    """Le texte entier; `volumes` : [(facteur, {alliances, versions}, [Mesure])]; `courbes` : [Courbe]."""
    temps_vides = {}
    for _, _, mesures in volumes[:1]:
        for mesure in mesures:
            temps_vides.setdefault(mesure.personne, []).extend(mesure.vide)
    morceaux = [
        ENTETE.format(
            tours=tours,
            poste=f"Python {platform.python_version()}, {platform.machine()}",
            base=connection.vendor,
            bruit=", ".join(f"{_etendue(temps)} ({nom})" for nom, temps in temps_vides.items()),
            requetes=REQUETES_AU_PLUS,
            rapport=_nombre(RAPPORT_AU_PLUS),
            pdf=_nombre(PDF_AU_PLUS, 2),
            service=_nombre(SERVICE_AU_PLUS, 0),
        )
    ]
    for facteur, comptes, mesures in volumes:
        morceaux.append(TABLEAU.format(volume=facteur, **comptes) + "".join(map(_ligne, mesures)))
    return "".join([*morceaux, _document(pdf), *map(_courbe, courbes)])


def _ligne(mesure):
    depasse = []
    if mesure.requetes > REQUETES_AU_PLUS:
        depasse.append("requêtes")
    if mesure.rapport > RAPPORT_AU_PLUS:
        depasse.append("temps")
    verdict = f"dépasse ({', '.join(depasse)})" if depasse else "tient"
    cellules = (
        mesure.page,
        mesure.personne,
        mesure.requetes,
        f"{_nombre(mesure.mediane)} ms",
        f"{_nombre(statistics.median(mesure.vide))} ms",
        _nombre(mesure.rapport),
        f"{mesure.taille / 1000:.0f} ko",
        verdict,
    )
    return f"| {' | '.join(map(str, cellules))} |\n"


def _document(pdf):
    service = statistics.median(pdf.service)
    return (
        "\n## Documents\n\n"
        "| Mesure | Valeur | Étendue | Verdict |\n|---|---:|---|---|\n"
        f"| PDF du Bas-Saint-Laurent ({pdf.pages} pages) | {_nombre(statistics.median(pdf.complet), 2)} s |"
        f" {_nombre(min(pdf.complet), 2)} à {_nombre(max(pdf.complet), 2)} s | – |\n"
        f"| WeasyPrint seul, même HTML, PDF/A-2a | {_nombre(statistics.median(pdf.seul), 2)} s |"
        f" {_nombre(min(pdf.seul), 2)} à {_nombre(max(pdf.seul), 2)} s | – |\n"
        f"| Rapport | {_nombre(pdf.rapport, 2)} | – | {_verdict(pdf.rapport <= PDF_AU_PLUS)} |\n"
        f"| Taille, et celle de WeasyPrint seul | {pdf.taille / 1000:.0f} ko, {pdf.taille_seule / 1000:.0f} ko"
        f" | – | – |\n"
        f"| Document rangé, servi | {_nombre(service)} ms | {_etendue(pdf.service)} |"
        f" {_verdict(service <= SERVICE_AU_PLUS)} |\n"
    )


def _courbe(courbe):
    """Une ligne par lecture et par volume; tient si les requêtes sont les mêmes à tous les volumes."""
    comptes = list(courbe.volumes[0].comptes)
    lignes = [
        f"\n## {courbe.titre}\n\n{courbe.chapeau}\n\n"
        f"| Lecture | Volume | {' | '.join(comptes)} | Requêtes | Temps | Verdict |\n"
        f"|---|---:|{'---:|' * len(comptes)}---:|---:|---|\n"
    ]
    for nom in courbe.volumes[0].lectures:
        constantes = len({volume.lectures[nom][0] for volume in courbe.volumes}) == 1
        for volume in courbe.volumes:
            requetes, temps = volume.lectures[nom]
            combien = " | ".join(map(str, volume.comptes.values()))
            mesure = f"×{volume.facteur} | {combien} | {requetes} | {_nombre(temps)} ms"
            lignes.append(f"| {nom} | {mesure} | {_verdict(constantes)} |\n")
    return "".join(lignes)


def _verdict(tient):
    return "tient" if tient else "dépasse"
