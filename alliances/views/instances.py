"""Les instances et leurs sièges : qui est attendu, combien sont là."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import InstanceForm, SiegeForm
from alliances.models import InstanceGouvernance, Siege
from alliances.models.changements import empechements_a_retirer, retirer
from alliances.views.portes import RETRAIT, alliance_decrite, reperes, saisie
from socle.pages.gestes import donnees_de, page_de_geste


def _retour(slug, instance=None):
    ancre = f"#instance-{instance.pk}" if instance else "#instances"
    return reverse("alliances:gouvernance", args=[slug]) + ancre


def _instance(alliance, pk):
    return get_object_or_404(InstanceGouvernance.objects.select_related("alliance"), pk=pk, alliance=alliance)


def _siege(alliance, pk):
    sieges = Siege.objects.select_related("instance_gouvernance", "secteur")
    return get_object_or_404(sieges, pk=pk, instance_gouvernance__alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    form = InstanceForm(donnees_de(request), instance=InstanceGouvernance(alliance=alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Ajouter une instance",
        fait="L’instance est ajoutée; inscrivez maintenant ses sièges.",
        **saisie(form, alliance, _retour(slug)),
    )


def instance(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    form = InstanceForm(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier une instance",
        fait="L’instance est modifiée.",
        **saisie(form, alliance, _retour(slug, fiche)),
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer une instance",
        fait="L’instance est retirée.",
        objet=fiche,
        emporte=[f"Sièges\u00a0: {siege}" for siege in fiche.sieges.all()],
        **RETRAIT | reperes(alliance, _retour(slug)),
    )


def siege_ajout(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    form = SiegeForm(donnees_de(request), instance=Siege(instance_gouvernance=fiche))
    return page_de_geste(
        request,
        form.enregistrer,
        titre=f"Ajouter des sièges – {fiche.nom}",
        fait="Les sièges sont ajoutés.",
        **saisie(form, alliance, _retour(slug, fiche)),
    )


def siege(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _siege(alliance, pk)
    form = SiegeForm(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        titre=f"Modifier des sièges – {fiche.instance_gouvernance.nom}",
        fait="Les sièges sont modifiés.",
        **saisie(form, alliance, _retour(slug, fiche.instance_gouvernance)),
    )


def siege_retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _siege(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre=f"Retirer des sièges – {fiche.instance_gouvernance.nom}",
        fait="Les sièges sont retirés.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug, fiche.instance_gouvernance)),
    )
