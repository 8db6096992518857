"""Les adresses de la pièce « alliances » : qui et où."""

from django.urls import path

from alliances.views import (
    contacts,
    contexte,
    fiche,
    gouvernance,
    instances,
    interims,
    journal,
    mandats,
    organismes,
    participation,
    parties,
    relais,
)

app_name = "alliances"
urlpatterns = [
    path("", fiche.liste, name="liste"),
    path("contexte/", contexte.contexte, name="contexte"),
    path("organismes/", organismes.organismes, name="organismes"),
    path("organismes/ajout/", organismes.ajout, name="organisme_ajout"),
    path("organismes/<int:pk>/", organismes.organisme, name="organisme"),
    path("organismes/<int:pk>/modification/", organismes.modification, name="organisme_modification"),
    path("mandats/", mandats.mandats, name="mandats"),
    path("mandats/invitation/", mandats.invitations, name="invitations"),
    path("mandats/invitation/<slug:role>/", mandats.invitation, name="invitation"),
    path("mandats/<int:pk>/fin/", mandats.fin, name="mandat_fin"),
    path("mandats/<int:pk>/interim/", interims.interim, name="interim"),
    path("mandats/<int:pk>/relance/", mandats.relance, name="mandat_relance"),
    path("<slug:slug>/", fiche.fiche, name="fiche"),
    path("<slug:slug>/gouvernance/", gouvernance.gouvernance, name="gouvernance"),
    path("<slug:slug>/gouvernance/profil/", gouvernance.profil, name="profil"),
    path("<slug:slug>/circuit/<slug:palier>/ajout/", gouvernance.etape_ajout, name="etape_ajout"),
    path("<slug:slug>/circuit/<int:pk>/", gouvernance.etape, name="etape"),
    path(
        "<slug:slug>/circuit/<int:pk>/deplacement/", gouvernance.etape_deplacement, name="etape_deplacement"
    ),
    path("<slug:slug>/circuit/<int:pk>/retrait/", gouvernance.etape_retrait, name="etape_retrait"),
    path("<slug:slug>/instances/ajout/", instances.ajout, name="instance_ajout"),
    path("<slug:slug>/instances/<int:pk>/", instances.instance, name="instance"),
    path("<slug:slug>/instances/<int:pk>/retrait/", instances.retrait, name="instance_retrait"),
    path("<slug:slug>/instances/<int:pk>/sieges/ajout/", instances.siege_ajout, name="siege_ajout"),
    path("<slug:slug>/sieges/<int:pk>/", instances.siege, name="siege"),
    path("<slug:slug>/sieges/<int:pk>/retrait/", instances.siege_retrait, name="siege_retrait"),
    path("<slug:slug>/participation/", participation.participation, name="participation"),
    path("<slug:slug>/participation/ajout/", participation.ajout, name="mecanisme_ajout"),
    path("<slug:slug>/participation/aucune-action/", participation.aucune_action, name="aucune_action"),
    path("<slug:slug>/participation/modalite-propre/", participation.modalite, name="modalite_propre"),
    path("<slug:slug>/participation/<int:pk>/", participation.ligne, name="participation_ligne"),
    path("<slug:slug>/participation/<int:pk>/retrait/", participation.retrait, name="participation_retrait"),
    path("<slug:slug>/contacts/ajout/", contacts.ajout, name="contact_ajout"),
    path("<slug:slug>/contacts/<int:pk>/", contacts.contact, name="contact"),
    path("<slug:slug>/contacts/<int:pk>/retrait/", contacts.retrait, name="contact_retrait"),
    path("<slug:slug>/parties/ajout/", parties.ajout, name="partie_ajout"),
    path("<slug:slug>/parties/<int:pk>/", parties.partie, name="partie"),
    path("<slug:slug>/parties/<int:pk>/retrait/", parties.retrait, name="partie_retrait"),
    path("<slug:slug>/relais/", relais.relais, name="relais"),
    path("<slug:slug>/journal/", journal.journal, name="journal"),
]
