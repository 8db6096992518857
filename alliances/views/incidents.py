"""Le registre des incidents de confidentialité, tenu par l'administration."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.incidents import IncidentForm
from alliances.forms.liste import FiltresDesIncidents
from alliances.models import IncidentDeConfidentialite
from alliances.permissions import peut_tenir_le_registre
from socle.acces import exiger
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneNombre, ColonneTexte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille

GENRES = {"a_evaluer": "attention", "serieux": "probleme", "non_serieux": "neutre"}


def _a_aviser(incident):
    return "À aviser" if incident.reste_a_aviser else ""


class TableauDesIncidents(Tableau):
    legende, denombre, tri, departage = "Incidents de confidentialité", "incident", "-survenu_le", ("-pk",)
    fichier = "incidents"
    vide = "Aucun incident n’est inscrit au registre."

    nature = ColonneLien("Incident", "get_nature_display", vers="alliances:incident", precision="survenu_le")
    survenu_le = ColonneJour("Survenu le", tri="survenu_le")
    risque = ColonneEtat(
        "Risque de préjudice", lambda i: Pastille(i.get_risque_display(), GENRES[i.risque]), tri="risque"
    )
    personnes = ColonneNombre("Personnes concernées", tri="personnes")
    avis_commission_le = ColonneJour("Commission avisée le", vide="Non")
    avis_personnes_le = ColonneJour("Personnes avisées le", vide="Non")
    reste = ColonneTexte("Avis à donner", _a_aviser)
    renseignements = ColonneTexte("Renseignements visés", cachee=True)
    mesures = ColonneTexte("Mesures prises", cachee=True)


@require_safe
def incidents(request):
    exiger(peut_tenir_le_registre(request.user))
    return page_de_liste(
        request,
        TableauDesIncidents,
        FiltresDesIncidents,
        IncidentDeConfidentialite.objects.visibles_par(request.user),
        gabarit="alliances/incidents.html",
    )


def ajout(request):
    exiger(peut_tenir_le_registre(request.user))
    form = IncidentForm(donnees_de(request), instance=IncidentDeConfidentialite())
    return _saisir(request, form, titre="Inscrire un incident", fait="L’incident est inscrit au registre.")


def incident(request, pk):
    exiger(peut_tenir_le_registre(request.user))
    visibles = IncidentDeConfidentialite.objects.visibles_par(request.user)
    form = IncidentForm(donnees_de(request), instance=get_object_or_404(visibles, pk=pk))
    fait = "L’incident est corrigé; le journal garde ce qui était écrit."
    return _saisir(request, form, titre="Corriger un incident", fait=fait)


def _saisir(request, form, **mots):
    retour = reverse("alliances:incidents")
    return page_de_geste(
        request,
        form.enregistrer,
        refus=None,
        form=form,
        gabarit="layout/saisie.html",
        libelle="Enregistrer",
        objet_en_mots="" if form.neuf else str(form.instance),
        etapes=[("Registre des incidents", retour)],
        retour=retour,
        **mots,
    )
