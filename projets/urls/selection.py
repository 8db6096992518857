"""Les adresses du choix, à l'échelle d'un appel : ses demandes, leur lecture, la séance et les réponses."""

from django.urls import path

from projets.views import questions, reponses, seance, selection

urlpatterns = [
    path("initiatives/appels/<int:pk>/selection/", selection.selection, name="selection"),
    path("initiatives/appels/<int:pk>/selection/<slug:code>/", questions.question, name="question"),
    path("initiatives/<int:pk>/charge/", selection.confier, name="confier"),
    path("initiatives/appels/<int:pk>/seance/", seance.seance, name="seance"),
    path("initiatives/appels/<int:pk>/adoption/", seance.adoption, name="adoption"),
    path("initiatives/<int:pk>/proposition/", seance.proposition, name="proposition"),
    path("initiatives/appels/<int:pk>/reponses/", reponses.envoi, name="reponses"),
    path("initiatives/<int:pk>/reponse/apercu/", reponses.apercu, name="reponse_apercu"),
    path("initiatives/reponses/<int:pk>/", reponses.reponse, name="reponse"),
]
