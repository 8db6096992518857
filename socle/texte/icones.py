"""Les pictogrammes de la maison, dessinés ici."""

from django.utils.safestring import mark_safe

# Tracés dans un carré de 16; `trait` suit le contour, `fond` le remplit.
ICONES = {
    "erreur": '<circle cx="8" cy="8" r="8" class="fond"/><path d="M8 3.5v5M8 10.8v1.8" class="trait"/>',
    "avertissement": '<path d="M8 .8 15.8 15H.2z" class="fond"/><path d="M8 5.6v4.6M8 11.8v1.6" class="trait"/>',
    "conseil": '<circle cx="8" cy="8" r="8" class="fond"/><path d="M8 7v5.2M8 3.6v1.8" class="trait"/>',
    "fait": '<path d="m2 8.4 4 4 8-9" class="trait"/>',
    "plus": '<path d="M8 2.5v11M2.5 8h11" class="trait"/>',
    "haut": '<path d="m3 10 5-5 5 5" class="trait"/>',
    "bas": '<path d="m3 6 5 5 5-5" class="trait"/>',
    "tri": '<path d="m4.5 6.2 3.5-3.5 3.5 3.5M4.5 9.8 8 13.3l3.5-3.5" class="trait"/>',
    "lien": '<path d="M6.5 9.5 14 2M9 2h5v5M12 9v5H2V4h5" class="trait"/>',
    "telecharger": '<path d="M8 1.5v9M4 7l4 4 4-4M2 14.5h12" class="trait"/>',
    "personne": (
        '<circle cx="8" cy="5" r="3" class="trait"/>'
        '<path d="M2 14.5c.6-3.3 3-5 6-5s5.4 1.7 6 5" class="trait"/>'
    ),
    "cloche": '<path d="M3.5 12V7a4.5 4.5 0 0 1 9 0v5M2 12h12M6.5 14.5h3" class="trait"/>',
    "fichier": '<path d="M3.5 1.5H9.5l3 3v10h-9zM9.5 1.5v3h3" class="trait"/>',
    "fermer": '<path d="m3.5 3.5 9 9M12.5 3.5l-9 9" class="trait"/>',
    "corbeille": '<path d="M2 4h12M6 4V2h4v2M4 4l.8 10.5h6.4L12 4" class="trait"/>',
    "crayon": '<path d="m2 14 .8-3.5L11 2.3l2.7 2.7-8.2 8.2z" class="trait"/>',
    "copie": '<path d="M5.5 5.5h9v9h-9zM10.5 5.5v-4h-9v9h4" class="trait"/>',
    "imprimer": '<path d="M4 6V1.5h8V6M4 11.5H1.5V6h13v5.5H12M4 9.5h8v5H4z" class="trait"/>',
}


def icone(nom):
    """Un pictogramme décoratif : le texte à côté dit tout.

    Preuve du `mark_safe` : le nom est une clé de `ICONES`; rien ne vient d'une personne.
    """
    return mark_safe(
        f'<svg class="icone icone-{nom}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{ICONES[nom]}</svg>"
    )
