"""La position nationale : où en est l'argent de chaque Alliance, par exercice."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import ExpressionWrapper, F, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from conventions.forms.ecritures import FiltresDeLaPosition
from conventions.models import Convention, ExerciceConvention
from conventions.models.conventions import SIGNEES
from conventions.models.enveloppes import Solde
from conventions.permissions import peut_voir_la_position
from socle.acces import exiger
from socle.pages.tableur import en_csv, en_xlsx
from socle.valeurs.argent import MontantField, somme
from socle.valeurs.exercice import Exercice

PAR_PAGE = 50
SOMMES = ("convenu", "recu", "alloue", "reserve", "engage", "verse", "disponible")
COMPTES = tuple(nom for nom in SOMMES if nom != "disponible")
COLONNES = (
    "Alliance",
    "Convention",
    "Exercice",
    "Convenu",
    "Reçu du Ministère",
    "Alloué",
    "Réservé",
    "Engagé",
    "Versé",
    "Disponible",
)
LUS = ("numero", "alliance__nom")
TRIS = {"alliance": "alliance__slug", **{nom: f"total_{nom}" for nom in SOMMES}}


@require_safe
def position(request):
    """Une rangée par convention signée; chaque montant mène à ses lignes, dans le grand livre de la convention."""
    filtres, conventions, an = _choisies(request)
    paginateur = Paginator(_triees(request, conventions, an).only(*LUS), PAR_PAGE)
    paginateur.count = conventions.count()  # sans lire leurs sommes
    page = paginateur.get_page(request.GET.get("page"))
    totaux = sommes_de(soldes_des(conventions, an))
    return render(
        request,
        "conventions/ecritures/position.html",
        {
            "filtres": filtres,
            "page": page,
            "an": an,
            "rangees": [_rangee(convention) for convention in page.object_list],
            "totaux": [totaux[nom] for nom in SOMMES],
            "requete": urlencode({c: request.GET.getlist(c) for c in request.GET if c != "page"}, doseq=True),
        },
    )


def _rangee(convention):
    """Ce que l'écran montre d'une convention, en données simples (voir `{% fragment %}`)."""
    return {
        "nom": convention.alliance.nom,
        "numero": convention.numero,
        "pk": convention.pk,
        "sommes": [(nom, getattr(convention, f"total_{nom}")) for nom in SOMMES],
    }


def avec_position(conventions, an=None):
    """Chaque convention et ses sommes, d'une seule requête quel que soit leur nombre."""
    de_l_exercice = Q(enveloppes__an=an) if an else None
    sommes = {f"total_{nom}": somme(f"enveloppes__solde__{nom}", filtre=de_l_exercice) for nom in COMPTES}
    conventions = conventions.annotate(**sommes)
    disponible = F("total_alloue") - F("total_reserve") - F("total_engage") - F("total_verse")
    return conventions.annotate(
        total_disponible=ExpressionWrapper(disponible, output_field=MontantField(negatif=True))
    )


def sommes_de(soldes):
    """{compte : dollars} de ces soldes; une requête."""
    sommes = soldes.aggregate(**{nom: somme(nom) for nom in COMPTES})
    return sommes | {"disponible": sommes["alloue"] - sommes["reserve"] - sommes["engage"] - sommes["verse"]}


def soldes_des(conventions, an=None):
    """Les soldes de toutes leurs enveloppes, celles d'un exercice ou de tous."""
    soldes = Solde.objects.filter(enveloppe__convention__in=conventions.order_by().values("pk"))
    return soldes.filter(enveloppe__an=an) if an else soldes


def _choisies(request):
    """Les conventions signées que la personne voit, et l'exercice choisi par l'adresse."""
    exiger(peut_voir_la_position(request.user))
    visibles = Convention.objects.visibles_par(request.user).filter(etat__in=SIGNEES)
    ans = ExerciceConvention.objects.filter(convention__in=visibles)
    filtres = FiltresDeLaPosition(
        request.GET or None,
        utilisateur=request.user,
        ans=sorted(set(ans.order_by().values_list("an", flat=True).distinct())),
    )
    choix = filtres.cleaned_data if filtres.is_valid() else {}
    if region := choix.get("region"):
        visibles = visibles.filter(alliance__in=Alliance.objects.filter(regions=region))
    return filtres, visibles, choix.get("exercice")


def _triees(request, conventions, an):
    """Chacune avec ses sommes, dans l'ordre que dit l'adresse."""
    tri = request.GET.get("tri", "alliance")
    champ = F(TRIS.get(tri.removeprefix("-"), "alliance__slug"))
    ordre = champ.desc() if tri.startswith("-") else champ.asc()
    return avec_position(conventions.select_related("alliance"), an).order_by(ordre, "pk")


def _exporter(request, ecrire):
    _, conventions, an = _choisies(request)
    exercice = str(Exercice(an)) if an else "Tous"
    lignes = (
        [c.alliance.nom, c.numero, exercice, *(getattr(c, f"total_{nom}") for nom in SOMMES)]
        for c in _triees(request, conventions, an)
    )
    return ecrire("position-des-enveloppes", "Position", COLONNES, lignes)


@require_safe
def position_csv(request):
    return _exporter(request, en_csv)


@require_safe
def position_xlsx(request):
    return _exporter(request, en_xlsx)
