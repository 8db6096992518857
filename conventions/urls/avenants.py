"""Les adresses des avenants et des documents."""

from django.urls import path

from conventions.views import avenants, consolidation, documents, signatures_avenant

des_avenants = [
    path("<int:pk>/avenants/", avenants.avenants, name="avenants"),
    path("<int:pk>/avenants/ouverture/", avenants.ouverture, name="avenant_ouverture"),
    path("avenants/<int:pk>/", avenants.avenant, name="avenant"),
    path("avenants/<int:pk>/changements/<slug:sorte>/", avenants.changement, name="avenant_changement"),
    path("avenants/<int:pk>/transmission/", avenants.transmission, name="avenant_transmission"),
    path("avenants/<int:pk>/reprise/", avenants.reprise, name="avenant_reprise"),
    path("avenants/<int:pk>/abandon/", avenants.abandon, name="avenant_abandon"),
    path(
        "avenants/<int:pk>/signatures/<int:partie>/", signatures_avenant.signature, name="avenant_signature"
    ),
]
des_documents = [
    path("<int:pk>/consolidee/", consolidation.consolidee, name="consolidee"),
    path("<int:pk>/documents/", documents.documents, name="documents"),
    path("<int:pk>/pdf/", documents.convention_pdf, name="convention_pdf"),
    path("avenants/<int:pk>/pdf/", documents.avenant_pdf, name="avenant_pdf"),
    path("<int:pk>/reglement/pdf/", documents.reglement_pdf, name="reglement_pdf"),
    path("avenants/pieces/<int:pk>/", documents.avenant_piece, name="avenant_piece"),
    path("instantanes/<int:pk>/pdf/", documents.instantane_pdf, name="instantane_pdf"),
    path("instantanes/<int:pk>/donnees/", documents.instantane_json, name="instantane_json"),
]
urlpatterns = [*des_avenants, *des_documents]
