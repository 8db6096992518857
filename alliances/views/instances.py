"""Les instances et leurs sièges : qui est attendu, combien sont là."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import InstanceForm, SiegeForm
from alliances.models import InstanceGouvernance, Siege
from alliances.views.portes import alliance_decrite, confirmer_le_retrait, saisie, saisir


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
    return saisir(
        request,
        InstanceForm(saisie(request), instance=InstanceGouvernance(alliance=alliance)),
        alliance=alliance,
        titre="Ajouter une instance",
        retour=_retour(slug),
        fait="L’instance est ajoutée; inscrivez maintenant ses sièges.",
    )


def instance(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    return saisir(
        request,
        InstanceForm(saisie(request), instance=fiche),
        alliance=alliance,
        titre="Modifier une instance",
        retour=_retour(slug, fiche),
        fait="L’instance est modifiée.",
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    return confirmer_le_retrait(
        request,
        fiche,
        alliance=alliance,
        titre="Retirer une instance",
        retour=_retour(slug),
        fait="L’instance est retirée.",
        emporte=[f"Sièges\u00a0: {siege}" for siege in fiche.sieges.all()],
    )


def siege_ajout(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _instance(alliance, pk)
    return saisir(
        request,
        SiegeForm(saisie(request), instance=Siege(instance_gouvernance=fiche)),
        alliance=alliance,
        titre=f"Ajouter des sièges – {fiche.nom}",
        retour=_retour(slug, fiche),
        fait="Les sièges sont ajoutés.",
    )


def siege(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _siege(alliance, pk)
    return saisir(
        request,
        SiegeForm(saisie(request), instance=fiche),
        alliance=alliance,
        titre=f"Modifier des sièges – {fiche.instance_gouvernance.nom}",
        retour=_retour(slug, fiche.instance_gouvernance),
        fait="Les sièges sont modifiés.",
    )


def siege_retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _siege(alliance, pk)
    return confirmer_le_retrait(
        request,
        fiche,
        alliance=alliance,
        titre=f"Retirer des sièges – {fiche.instance_gouvernance.nom}",
        retour=_retour(slug, fiche.instance_gouvernance),
        fait="Les sièges sont retirés.",
    )
