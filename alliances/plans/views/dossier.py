"""Le dossier d'un plan : toutes ses versions, ses actes, ses instantanés, ses pièces et son journal."""

from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.plans.models import Instantane, JournalPlan, PiecePlan, PlanAction, VersionPlan
from alliances.plans.models.delais import calculer
from alliances.plans.models.plans import MEMBRES
from alliances.plans.models.roles import ROLES
from alliances.plans.permissions import peut_confier
from alliances.plans.views.comparaison import choix_de, formulaire
from alliances.plans.views.etats import etat_lu, libelles_pour
from alliances.plans.views.journal import en_mots
from socle.pages.pieces import piece_en_mots
from socle.valeurs.horloge import aujourd_hui, jour_de

LIGNES_PAR_PAGE = 20


def plan_visible(request, pk):
    """Le plan, avec son Alliance, et s'il a une direction régionale; 404 si la personne ne le voit pas."""
    regions = Alliance.regions.through.objects.filter(alliance=OuterRef("alliance"))
    plans = PlanAction.objects.visibles_par(request.user).annotate(a_une_direction=Exists(regions))
    return get_object_or_404(plans.select_related("alliance__cycle", "en_charge"), pk=pk)


def _versions(plan, utilisateur):
    versions = VersionPlan.objects.visibles_par(utilisateur).filter(plan=plan)
    return list(versions.defer("contenu_courant").order_by("-numero"))


def _instantanes(plan, utilisateur):
    """Les instantanés visibles de ce plan, du plus ancien au plus récent, sans leur contenu."""
    instantanes = Instantane.objects.visibles_par(utilisateur).filter(version__plan=plan)
    return list(instantanes.defer("contenu").select_related("par"))


def _rattacher(lignes, versions):
    """Pose sur chaque ligne sa version : déjà lue, sauf celle qu'un retrait a soustraite à la vue de l'État."""
    par_cle = {version.pk: version for version in versions}
    if absentes := {ligne.version_id for ligne in lignes} - par_cle.keys() - {None}:
        par_cle |= VersionPlan.objects.defer("contenu_courant").in_bulk(absentes)
    for ligne in lignes:
        ligne.version = par_cle.get(ligne.version_id)
    return lignes


@require_safe
def dossier_de(request, slug):
    """Le journal du plan, à partir de celui de l'Alliance, qui n'en connaît pas le numéro."""
    alliance = get_object_or_404(Alliance.objects.visibles_par(request.user), slug=slug)
    plan = PlanAction.objects.visibles_par(request.user).filter(alliance=alliance).first()
    if plan is None:
        messages.info(request, "Le plan d’action de cette Alliance n’a pas encore de journal à vous montrer.")
        return redirect("alliances:fiche", slug=slug)
    return redirect(f"{reverse('plans:dossier', args=[plan.pk])}#journal")


@require_safe
def dossier(request, pk):
    """Tout ce que la personne peut voir de l'histoire de ce plan."""
    plan = plan_visible(request, pk)
    versions = _versions(plan, request.user)
    instantanes = _rattacher(_instantanes(plan, request.user), versions)
    roles = plan.alliance.roles_de(request.user)
    suivi = bool(roles & (MEMBRES | set(ROLES["observer"])))
    _decrire(plan, versions, instantanes, request.user, suivi)
    journal = JournalPlan.objects.visibles_par(request.user).filter(plan=plan)
    page = Paginator(journal.select_related("par"), LIGNES_PAR_PAGE).get_page(request.GET.get("page"))
    page.object_list = _rattacher(list(page.object_list), versions)
    choix = choix_de(plan, instantanes, request.user, versions)
    return render(
        request,
        "plans/dossier/dossier.html",
        {
            "plan": plan,
            "alliance": plan.alliance,
            "versions": versions,
            "en_vigueur": next((v for v in versions if v.etat == "approuvee"), None),
            "ouverte": next((v for v in versions if v.est_ouverte), None),
            "suivi": suivi,
            "peut_confier": peut_confier(request.user, plan) is None,
            "instantanes": instantanes[::-1],
            "comparaison_form": formulaire(choix) if len(choix) > 1 else None,
            "pieces": _pieces(plan, request.user, versions),
            "page": page,
            "lignes": [en_mots(ligne, libelles_pour(roles)) for ligne in page],
        },
    )


def _decrire(plan, versions, instantanes, utilisateur, suivi):
    """Pose sur chaque version ses mots d'état, ses actes et, pour qui suit le plan, ses délais."""
    actes, retraits = defaultdict(list), defaultdict(list)
    for instantane in instantanes:
        actes[instantane.version_id].append(instantane)
    if suivi:
        retires = JournalPlan.objects.filter(plan=plan, geste="retirer")
        for version, le in retires.values_list("version", "inscrite_le"):
            retraits[version].append(("retrait", le))
    for version in versions:
        version.plan = plan
        version.etat_lu = etat_lu(version, utilisateur)
        version.actes = actes[version.pk]
        evenements = [("ouverture", version.creee_le), *retraits[version.pk]]
        evenements += [(acte.circonstance, acte.le) for acte in version.actes]
        evenements.sort(key=lambda couple: couple[1])
        version.delais = calculer(
            [(nom, jour_de(le)) for nom, le in evenements],
            aujourd_hui(),
            sans_direction=not plan.a_une_direction,
        )
        version.image = _image(version)


def _image(version):
    """Ce que le dossier montre d'une version, en données simples (voir `{% fragment %}`)."""
    delais = version.delais
    return {
        "pk": version.pk,
        "numero": version.numero,
        "motif": version.motif,
        "etat": version.etat_lu.libelle,
        "genre": version.etat_lu.genre,
        "delais": {"tours": delais.tours, "retours": delais.retours, "lignes": delais.lignes},
        "actes": [
            {
                "pk": acte.pk,
                "circonstance": acte.circonstance,
                "libelle": acte.get_circonstance_display(),
                "tour": acte.tour,
                "motif": acte.motif,
                "le": acte.le,
                "par": acte.par.nom_complet,
                "empreinte": acte.empreinte,
                "document_id": acte.document_id,
            }
            for acte in version.actes
        ],
    }


def _pieces(plan, utilisateur, versions):
    """Les pièces visibles, dans la forme du composant de page."""
    membre = bool(plan.alliance.roles_de(utilisateur) & MEMBRES)
    pieces = PiecePlan.objects.visibles_par(utilisateur).filter(version__plan=plan)
    pieces = pieces.de_l_histoire() if membre else pieces.montrees()
    return [
        piece_en_mots(
            piece,
            reverse("plans:piece", args=[piece.pk]),
            nom=f"{piece.nom} ({piece.get_usage_display().lower()}, version {piece.version.numero})",
            marque=_marque(piece, membre),
        )
        for piece in _rattacher(pieces.select_related("televersee_par"), versions)
    ]


def _marque(piece, membre):
    """D'où vient la pièce; pour l'Alliance seulement, qu'elle a été retirée depuis le dépôt, ou ne vaut plus."""
    if membre and piece.retiree_le:
        return "Adoption annulée" if piece.usage == PiecePlan.Usage.RESOLUTION else "Retirée depuis le dépôt"
    return f"Reprise de {piece.reprise_de}" if piece.reprise_de else ""
