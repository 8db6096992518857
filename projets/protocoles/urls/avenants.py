"""Les adresses d'un avenant au protocole : l'ouvrir, l'écrire, le transmettre, le signer, l'imprimer."""

from django.urls import path

from projets.protocoles.views import avenants, documents, signatures_avenant

urlpatterns = [
    path("protocoles/<int:pk>/avenant/", avenants.ouverture, name="avenant_ouverture"),
    path("protocoles/changements/<int:pk>/avenant/", avenants.ouverture_accordee, name="changement_avenant"),
    path("protocoles/avenants/<int:pk>/", avenants.avenant, name="avenant"),
    path("protocoles/avenants/<int:pk>/dates/", avenants.dates, name="avenant_dates"),
    path("protocoles/avenants/<int:pk>/beneficiaire/", avenants.beneficiaire, name="avenant_beneficiaire"),
    path("protocoles/avenants/<int:pk>/versements/", avenants.versements, name="avenant_versements"),
    path("protocoles/avenants/<int:pk>/textes/", avenants.textes, name="avenant_textes"),
    path("protocoles/avenants/<int:pk>/transmission/", avenants.transmission, name="avenant_transmission"),
    path("protocoles/avenants/<int:pk>/reprise/", avenants.reprise, name="avenant_reprise"),
    path("protocoles/avenants/<int:pk>/abandon/", avenants.abandon, name="avenant_abandon"),
    path("protocoles/avenants/<int:pk>/signature/", signatures_avenant.signature, name="avenant_signature"),
    path("protocoles/avenants/<int:pk>/refus/", signatures_avenant.refus, name="avenant_refus"),
    path("protocoles/avenants/<int:pk>/pdf/", documents.avenant_pdf, name="avenant_pdf"),
    path("protocoles/avenants/pieces/<int:pk>/", signatures_avenant.piece, name="piece_d_avenant"),
]
