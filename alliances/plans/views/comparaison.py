"""Comparer deux états d'un plan : deux instantanés, ou un instantané et la rédaction en cours."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliances.plans.comparaison import comparer, resume
from alliances.plans.forms.examen import ComparaisonForm
from alliances.plans.models import Instantane, PlanAction, VersionPlan
from alliances.plans.permissions import est_membre
from socle.texte.typographie import date_longue

COURANTE = "courante"


def choix_de(plan, instantanes, utilisateur, versions):
    """Ce qui se compare, du plus ancien au plus récent : [(valeur, libellé)].

    Le retour et l'avis portent le texte du dépôt : seuls le dépôt et la décision se comparent.
    """
    choix = [
        (str(i.pk), f"Version {i.version.numero} – {_acte(i)}, {date_longue(i.le)}")
        for i in instantanes
        if i.circonstance in ("depot", "decision")
    ]
    ouverte = next((v for v in versions if v.est_en_redaction or v.etat == "adoptee"), None)
    if ouverte and est_membre(utilisateur, ouverte):
        choix.append((COURANTE, f"Version {ouverte.numero} – rédaction en cours"))
    return choix


def _acte(instantane):
    libelle = instantane.get_circonstance_display().lower()
    return f"{libelle} {instantane.tour}" if instantane.circonstance == "depot" else libelle


def formulaire(choix, donnees=None):
    """Le formulaire du choix; d'abord, l'avant-dernier contre le dernier."""
    initial = {"de": choix[-2][0], "a": choix[-1][0]} if len(choix) > 1 else {}
    return ComparaisonForm(donnees, choix=choix, initial=initial)


@require_safe
def comparaison(request, pk):
    """Les différences entre deux états, section par section et élément par élément."""
    plans = PlanAction.objects.visibles_par(request.user).select_related("alliance__cycle")
    plan = get_object_or_404(plans, pk=pk)
    versions = list(VersionPlan.objects.visibles_par(request.user).filter(plan=plan))
    for version in versions:
        version.plan = plan
    visibles = Instantane.objects.visibles_par(request.user).filter(version__plan=plan)
    instantanes = list(visibles.defer("contenu").select_related("version"))
    choix = choix_de(plan, instantanes, request.user, versions)
    form = formulaire(choix, request.GET if "de" in request.GET or "a" in request.GET else None)
    contexte = {"plan": plan, "alliance": plan.alliance, "form": form, "choix": len(choix)}
    if form.is_bound and form.is_valid():
        de, a = form.cleaned_data["de"], form.cleaned_data["a"]
        avant, apres = (_contenu(valeur, visibles, versions) for valeur in (de, a))
        trouvee = comparer(avant, apres)
        libelles = dict(choix)
        contexte |= {
            "comparaison": trouvee,
            "resume": resume(trouvee),
            "de": libelles[de],
            "a": libelles[a],
        }
    return render(request, "plans/dossier/comparaison.html", contexte | {"faite": "comparaison" in contexte})


def _contenu(valeur, visibles, versions):
    if valeur == COURANTE:
        return next(v for v in versions if v.est_en_redaction or v.etat == "adoptee").contenu()
    instantane = visibles.filter(pk=valeur).first()
    if instantane is None:
        raise Http404("Cette version scellée n’existe pas.")
    return instantane.contenu
