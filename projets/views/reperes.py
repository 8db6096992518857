"""La porte des pages d'une demande : la trouver, et dire où l'on est."""

import json

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.canevas import parties_de
from projets.models import Initiative
from socle.texte.typographie import pluriel
from socle.valeurs.horloge import aujourd_hui, jour_de, maintenant


def adresse(initiative, nom="demande", *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


RELATIONS = ("alliance__cycle", "appel__alliance", "appel__territoire", "organisme")


def demande_visible(request, pk):
    """La demande; 404 si la personne ne la voit pas."""
    visibles = Initiative.objects.visibles_par(request.user).select_related(*RELATIONS)
    return get_object_or_404(visibles, pk=pk)


def dans(appel):
    """« dans 30 jours », « aujourd'hui », « c'est passé » : ce qui reste avant la fermeture."""
    if appel.ferme_le <= maintenant():
        return "c’est passé"
    jours = (jour_de(appel.ferme_le) - aujourd_hui()).days
    return f"dans {jours}\xa0jour{pluriel(jours)}" if jours else "aujourd’hui"


def reperes(initiative):
    retour = adresse(initiative)
    return {
        "dans": dans(initiative.appel),
        "initiative": initiative,
        "objet_en_mots": str(initiative),
        "chapeau": f"{initiative.appel.titre}, {initiative.organisme}.",
        "etapes": [("Initiatives", reverse("projets:initiatives")), (str(initiative), retour)],
        "retour": retour,
    }


def recues(request, parties):
    """{partie: révision} de celles que cette personne a enregistrées la dernière, pour le script qui garde le reste."""
    return json.dumps({p.code: p.revision for p in parties if p.modifiee_par_id == request.user.pk})


def sur_l_appareil(request, initiative, avancement=None):
    """De quoi dire, partie par partie, ce que l'appareil garde encore et que le service n'a pas reçu."""
    lues = initiative.parties.all() if avancement is None else avancement
    siennes = {"personne": request.user.pk, "recues": recues(request, lues)}
    return {"appareil": siennes | {"parties": parties_de(initiative)}}
