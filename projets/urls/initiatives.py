"""Les adresses d'une initiative : sa demande, partie par partie, puis sa page."""

from django.urls import path

from projets.views import collage, demandes, documents, initiatives, pieces

urlpatterns = [
    path("initiatives/", initiatives.liste, name="initiatives"),
    path("appels/<int:pk>/demande/", demandes.commencement, name="commencement"),
    path("initiatives/<int:pk>/", initiatives.initiative, name="initiative"),
    path("initiatives/<int:pk>/demande/", demandes.demande, name="demande"),
    path("initiatives/<int:pk>/demande/deposee/", initiatives.demande_deposee, name="demande_deposee"),
    path("initiatives/<int:pk>/demande/pdf/", documents.demande_pdf, name="demande_pdf"),
    path("initiatives/<int:pk>/demande/pieces/", pieces.pieces, name="pieces"),
    path("initiatives/<int:pk>/demande/depenses/collage/", collage.collage, name="collage"),
    path("initiatives/pieces/<int:pk>/", pieces.piece_d_initiative, name="piece_d_initiative"),
    path("initiatives/pieces/<int:pk>/retrait/", pieces.retrait, name="piece_retrait"),
    path("initiatives/dossier/<int:pk>/", pieces.piece_d_organisme, name="piece_d_organisme"),
    path("initiatives/dossier/<int:pk>/retrait/", pieces.retrait_du_dossier, name="piece_dossier_retrait"),
    path("initiatives/<int:pk>/demande/<slug:code>/", demandes.partie, name="partie"),
    path("initiatives/<int:pk>/demande/<slug:code>/brouillon/", demandes.brouillon, name="partie_brouillon"),
    path("initiatives/<int:pk>/demande/<slug:code>/presence/", demandes.presence, name="partie_presence"),
    path("initiatives/<int:pk>/verification/", demandes.verification, name="verification"),
    path("initiatives/<int:pk>/depot/", demandes.depot, name="depot"),
    path("initiatives/<int:pk>/abandon/", demandes.abandon, name="abandon"),
    path("initiatives/<int:pk>/retrait/", demandes.retrait, name="retrait"),
]
