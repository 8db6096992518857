"""Les résolutions de la démonstration : de petits PDF d'une page, écrits à la main."""

from django.core.files.base import ContentFile

DU_PLAN = (
    "Il est résolu d’adopter le plan d’action régional concerté",
    "et d’en autoriser le dépôt au Ministère.",
)


def resolution_pdf(*, numero, organisme, le, objet=DU_PLAN):
    """Un vrai PDF d'une page, qui dit qu'il est fictif; `objet` : ce qu'on y résout, en lignes."""
    lignes = [
        f"Résolution {numero}",
        organisme,
        f"Séance du {le:%Y-%m-%d}",
        "",
        *objet,
        "",
        "Document fictif, produit pour la démonstration.",
    ]
    return ContentFile(_une_page(lignes), name=f"resolution-{numero}.pdf")


def _une_page(lignes):
    """Le PDF minimal : catalogue, pages, page, police de base, contenu, table des renvois exacte."""
    texte = b"BT /F 13 Tf 72 700 Td 20 TL " + b" ".join(_ligne(ligne) for ligne in lignes) + b" ET"
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-CA) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
        b" /Resources << /Font << /F 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(texte), texte),
    ]
    pdf, positions = bytearray(b"%PDF-1.4\n"), []
    for numero, objet in enumerate(objets, start=1):
        positions.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (numero, objet)
    table = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objets) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % position for position in positions)
    pdf += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objets) + 1, table)
    return bytes(pdf)


def _ligne(texte):
    octets = texte.encode("cp1252")
    for special in (b"\\", b"(", b")"):
        octets = octets.replace(special, b"\\" + special)
    return b"(" + octets + b") Tj T*"
