"""Les adresses d'un protocole transmis : le signer, l'imprimer, en recevoir les rapports, le suspendre, le finir."""

from django.urls import path

from projets.protocoles.views import documents, fins, rapports, rectificatifs, signatures

urlpatterns = [
    path("protocoles/<int:pk>/signature/", signatures.signature, name="signature"),
    path("protocoles/<int:pk>/refus/", signatures.refus, name="refus"),
    path("protocoles/signatures/pieces/<int:pk>/", signatures.piece, name="piece_de_signature"),
    path("protocoles/<int:pk>/pdf/", documents.protocole_pdf, name="protocole_pdf"),
    path("protocoles/<int:pk>/rapport/", rapports.inscription, name="rapport_inscription"),
    path("protocoles/rapports/<int:pk>/acceptation/", rapports.acceptation, name="rapport_acceptation"),
    path("protocoles/rapports/<int:pk>/refus/", rapports.refus, name="rapport_refus"),
    path("protocoles/rapports/pieces/<int:pk>/", rapports.piece, name="piece_de_rapport"),
    path("protocoles/<int:pk>/suspension/", fins.suspension, name="suspension"),
    path("protocoles/<int:pk>/suspension/levee/", fins.levee, name="levee"),
    path("protocoles/tranches/<int:pk>/annulation/", fins.annulation, name="tranche_annulation"),
    path("protocoles/<int:pk>/cloture/", fins.cloture, name="cloture"),
    path("protocoles/<int:pk>/resiliation/", fins.resiliation, name="resiliation"),
    path("protocoles/avis/pieces/<int:pk>/", fins.piece_d_avis, name="piece_d_avis"),
    path("protocoles/<int:pk>/releve/", fins.releve, name="releve"),
    path("protocoles/<int:pk>/releve/pdf/", documents.releve_pdf, name="releve_pdf"),
    path(
        "protocoles/<int:pk>/releve/rectificatif/", rectificatifs.proposition, name="rectificatif_proposition"
    ),
    path(
        "protocoles/rectificatifs/<int:pk>/confirmation/",
        rectificatifs.confirmation,
        name="rectificatif_confirmation",
    ),
    path("protocoles/rectificatifs/<int:pk>/ecart/", rectificatifs.ecart, name="rectificatif_ecart"),
    path("protocoles/rectificatifs/<int:pk>/pdf/", documents.rectificatif_pdf, name="rectificatif_pdf"),
]
