"""Les adresses du suivi : la page de l'organisme, ses notes, ses changements, ses dates pour un agenda."""

from django.urls import path

from projets.protocoles.views import agenda, suivi

urlpatterns = [
    path("protocoles/<int:pk>/suivi/", suivi.suivi, name="suivi"),
    path("protocoles/<int:pk>/suivi/note/", suivi.note, name="note"),
    path("protocoles/<int:pk>/suivi/changement/", suivi.changement, name="changement"),
    path("protocoles/<int:pk>/dates.ics", agenda.dates_ics, name="dates_ics"),
    path("protocoles/changements/<int:pk>/reponse/", suivi.reponse, name="changement_reponse"),
    path("protocoles/notes/pieces/<int:pk>/", suivi.piece_de_note, name="piece_de_note"),
]
