"""Une pièce jointe à l'écran : sa ligne dans une liste, son téléchargement."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe


def piece_en_mots(piece, url, *, nom="", marque="", url_retrait=""):
    """Une pièce telle que la liste la montre (`composants/_pieces.html`)."""
    return {
        "nom": nom or piece.nom,
        "url": url,
        "taille": piece.taille,
        "empreinte": piece.sha256,
        "par": piece.televersee_par.nom_complet,
        "le": piece.televersee_le,
        "marque": marque,
        "url_retrait": url_retrait,
    }


def telechargement(modele):
    """La vue qui télécharge une pièce de ce modèle; 404 à qui ne la voit pas."""

    @require_safe
    def piece(request, pk):
        piece = get_object_or_404(modele.objects.visibles_par(request.user), pk=pk)
        return fichier_joint(piece.fichier, piece.nom, piece.type_mime)

    return piece


def fichier_joint(fichier, nom, type_mime):
    """La réponse qui télécharge un fichier rangé; 404 s'il a disparu du rangement."""
    try:
        flux = fichier.open("rb")
    except FileNotFoundError as absence:
        raise Http404("Ce fichier n’est plus dans le rangement.") from absence
    return FileResponse(flux, as_attachment=True, filename=nom, content_type=type_mime)
