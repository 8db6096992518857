"""Les adresses de la convention : sa vie, ses parties, ses obligations."""

from django.urls import path

from conventions.views import (
    calendrier,
    charge,
    convention,
    fermeture,
    journal,
    liste,
    obligations,
    pieces,
    preparation,
    signatures,
)

vue_d_ensemble = [
    path("", liste.liste, name="liste"),
    path("calendrier/", calendrier.calendrier, name="calendrier"),
    path("calendrier/abonnement/", calendrier.adresse_d_abonnement, name="abonnement"),
    path(
        "calendrier/abonnement/revocation/", calendrier.revocation_d_abonnement, name="abonnement_revocation"
    ),
    path("calendrier/abonnement/<str:cle>.ics", calendrier.abonnement_ics, name="abonnement_ics"),
    path("calendrier.ics", calendrier.calendrier_ics, name="calendrier_ics"),
    path("alliances/<slug:slug>/", convention.de_l_alliance, name="de_l_alliance"),
    path("alliances/<slug:slug>/preparation/", preparation.ouverture, name="ouverture"),
]
vie = [
    path("<int:pk>/", convention.convention, name="convention"),
    path("<int:pk>/charge/", charge.charge, name="charge"),
    path("<int:pk>/journal/", journal.journal, name="journal"),
    path("<int:pk>/preparation/", preparation.preparation, name="preparation"),
    path("<int:pk>/parties/ajout/", preparation.partie_ajout, name="partie_ajout"),
    path("<int:pk>/parties/<int:numero>/", preparation.partie, name="partie"),
    path("<int:pk>/parties/<int:numero>/retrait/", preparation.partie_retrait, name="partie_retrait"),
    path("<int:pk>/parties/<int:numero>/signature/", signatures.signature, name="signature"),
    path("<int:pk>/transmission/", signatures.transmission, name="transmission"),
    path("<int:pk>/reprise/", signatures.reprise, name="reprise"),
    path("<int:pk>/cloture/", fermeture.cloture, name="cloture"),
    path("<int:pk>/resiliation/", fermeture.resiliation, name="resiliation"),
    path("<int:pk>/reglement/", fermeture.reglement, name="reglement"),
    path("<int:pk>/pieces/", pieces.pieces, name="pieces"),
    path("pieces/<int:pk>/", pieces.piece, name="piece"),
    path("pieces/<int:pk>/retrait/", pieces.retrait, name="piece_retrait"),
]
echeances = [
    path("<int:pk>/obligations/", obligations.obligations, name="obligations"),
    path("<int:pk>/obligations.ics", calendrier.obligations_ics, name="obligations_ics"),
    path("obligations/<int:pk>/reception/", obligations.reception, name="reception"),
    path(
        "obligations/<int:pk>/reception/annulation/",
        obligations.annulation_de_reception,
        name="annulation_reception",
    ),
    path("obligations/<int:pk>/acceptation/", obligations.acceptation, name="acceptation"),
    path(
        "obligations/<int:pk>/acceptation/annulation/",
        obligations.annulation_d_acceptation,
        name="annulation_acceptation",
    ),
    path("obligations/<int:pk>/prolongation/", obligations.prolongation, name="prolongation"),
]

urlpatterns = vue_d_ensemble + vie + echeances
