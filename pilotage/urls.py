"""Les adresses du toit : l'accueil, ce qui m'attend, les notifications."""

from django.urls import path

from pilotage.views import accueil, notifications, renseignements

app_name = "pilotage"
urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("attentes/", accueil.attentes, name="attentes"),
    path("compte/renseignements/", renseignements.renseignements, name="renseignements"),
    path("notifications/", notifications.liste, name="notifications"),
    path("notifications/<int:pk>/lecture/", notifications.lecture, name="notification_lue"),
    path("notifications/lecture/", notifications.lecture_de_toutes, name="notifications_lues"),
]
