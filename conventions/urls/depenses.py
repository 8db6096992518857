"""Les adresses de ce qui sort des enveloppes : les dépenses de la Table, les remises aux territoires."""

from django.urls import path

from conventions.views import depenses, depenses_importees, remises

des_depenses = [
    path("<int:pk>/depenses/", depenses.liste, name="depenses"),
    path("<int:pk>/depenses/ajout/", depenses.ajout, name="depense_ajout"),
    path("<int:pk>/depenses/mois/", depenses.mois, name="depenses_du_mois"),
    path("<int:pk>/depenses/importation/", depenses_importees.importation, name="depenses_importation"),
    path("depenses/<int:pk>/", depenses.depense, name="depense"),
    path("depenses/<int:pk>/contrepassation/", depenses.contrepassation, name="depense_contrepassation"),
    path("depenses/<int:pk>/pieces/ajout/", depenses.jonction, name="depense_jonction"),
    path("depenses/pieces/<int:pk>/", depenses.piece, name="depense_piece"),
]
des_remises = [
    path("<int:pk>/remises/", remises.liste, name="remises"),
    path("<int:pk>/remises/ajout/", remises.ajout, name="remise_ajout"),
    path("remises/<int:pk>/", remises.remise, name="remise"),
    path("remises/<int:pk>/reception/", remises.reception, name="remise_reception"),
    path("remises/<int:pk>/contrepassation/", remises.contrepassation, name="remise_contrepassation"),
    path("remises/<int:pk>/pieces/ajout/", remises.jonction, name="remise_jonction"),
    path("remises/pieces/<int:pk>/", remises.piece, name="remise_piece"),
]

urlpatterns = [*des_depenses, *des_remises]
