"""Les adresses par où entre une nouvelle venue : l'appel, son compte, son organisme."""

from django.urls import path

from projets.views import entree, organismes, receptions

urlpatterns = [
    path("appels/<int:pk>/entree/", entree.entree, name="entree"),
    path("appels/<int:pk>/organisme/", entree.organisme, name="nommer_organisme"),
    path("initiatives/organismes/", organismes.mes_organismes, name="mes_organismes"),
    path("initiatives/organismes/<int:pk>/invitation/", organismes.invitation, name="organisme_invitation"),
    path(
        "initiatives/organismes/<int:pk>/invitation/annulation/",
        organismes.invitation_annulation,
        name="invitation_annulation",
    ),
    path(
        "initiatives/organismes/membres/<int:pk>/retrait/", organismes.membre_retrait, name="membre_retrait"
    ),
    path("initiatives/organismes/<int:pk>/depart/", organismes.depart, name="organisme_depart"),
    path("initiatives/<int:pk>/engagement/", organismes.engagement, name="engagement"),
    path("initiatives/appels/<int:pk>/reception/", receptions.reception, name="reception"),
    path("initiatives/<int:pk>/confirmation/", receptions.confirmation, name="confirmation"),
    path(
        "initiatives/<int:pk>/confirmation/ecrite/",
        receptions.confirmation_ecrite,
        name="confirmation_ecrite",
    ),
    path("initiatives/recues/<int:pk>/", receptions.piece_recue, name="piece_recue"),
]
