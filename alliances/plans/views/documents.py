"""Les PDF : servis tout faits; sinon, une page d'attente qui s'actualise d'elle-même.

Une lecture n'écrit rien : c'est un envoi (POST) qui demande la préparation d'un document.
"""

from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alliances.plans import travaux
from alliances.plans.canevas import canevas
from alliances.plans.models import Instantane, PiecePlan
from alliances.plans.permissions import est_membre
from alliances.plans.views.gestes import version_visible
from socle.models import Document
from socle.pages.pieces import fichier_joint, telechargement

PATIENCE = timedelta(minutes=2)  # au-delà, la page cesse de s'actualiser et propose de redemander
RYTHME = 3  # secondes entre deux actualisations


piece = telechargement(PiecePlan)


def telecharger(document):
    """Le fichier d'un document prêt."""
    return fichier_joint(document.fichier, document.nom, "application/pdf")


def servir(request, document, *, titre, retour):
    """Le fichier s'il est prêt; sinon la page qui dit où il en est.

    `?attente` : la personne était sur la page d'attente; on lui dit que c'est prêt avant de télécharger.
    """
    attendu = "attente" in request.GET
    nom_retour, url_retour = retour
    if document and document.est_pret and not attendu:
        return telecharger(document)
    en_cours = document is not None and document.etat == Document.Etat.EN_ATTENTE
    tarde = en_cours and timezone.now() - document.demande_le > PATIENCE
    parametres = request.GET.copy()
    parametres.pop("attente", None)
    fichier = f"{request.path}?{parametres.urlencode()}" if parametres else request.path
    parametres["attente"] = "1"
    reponse = render(
        request,
        "plans/documents/attente.html",
        {
            "document": document,
            "titre": titre,
            "nom_retour": nom_retour,
            "url_retour": url_retour,
            "url_fichier": fichier,
            "url_attente": f"{request.path}?{parametres.urlencode()}",
            "en_cours": en_cours,
            "tarde": tarde,
        },
    )
    if en_cours and not tarde:
        reponse["Refresh"] = f"{RYTHME}; url={request.path}?{parametres.urlencode()}"
    elif document and document.est_pret:
        reponse["Refresh"] = f"1; url={fichier}"
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def pdf(request, pk):
    """Le PDF d'un dépôt ou d'une décision, rendu une seule fois."""
    visibles = Instantane.objects.visibles_par(request.user).defer("contenu").select_related("document")
    instantane = get_object_or_404(visibles, pk=pk)
    if instantane.document is None:
        raise Http404("Seuls un dépôt et une décision ont leur document.")
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander(instantane.document, travaux.rendre_document)
        return redirect(f"{request.path}?attente=1")
    if instantane.document.est_pret and "attente" not in request.GET:
        return telecharger(instantane.document)
    version = instantane.version
    titre = f"{version} – {instantane.get_circonstance_display().lower()}"
    return servir(request, instantane.document, titre=titre, retour=_dossier(version))


@require_http_methods(["GET", "HEAD", "POST"])
def pdf_brouillon(request, pk):
    """Le PDF de la rédaction en cours, pour l'Alliance; les autres reçoivent celui du dernier acte."""
    version = version_visible(request, pk)
    if not est_membre(request.user, version) or not (version.est_en_redaction or version.etat == "adoptee"):
        return _dernier(version, request.user)
    if request.method == "POST":
        with transaction.atomic():
            document = travaux.demander_brouillon(version)
        return redirect(f"{request.path}?document={document.cle}&attente=1")
    document = None
    if cle := request.GET.get("document"):
        document = get_object_or_404(Document, cle=cle, nom=travaux.nom_du_brouillon(version))
    return servir(request, document, titre=f"{version} – brouillon", retour=_lecture(version))


def _dernier(version, utilisateur):
    visibles = version.instantanes.model.objects.visibles_par(utilisateur).filter(version=version)
    instantane = visibles.filter(document__isnull=False).defer("contenu").last()
    if instantane is None:
        raise Http404("Aucun document n’existe pour cette version.")
    return redirect("plans:pdf", instantane.pk)


def _dossier(version):
    return "Historique du plan", reverse("plans:dossier", args=[version.plan_id])


def _lecture(version):
    return "Lecture du plan", reverse("plans:lecture", args=[version.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def canevas_pdf(request):
    """Le canevas vierge du cycle, pour travailler sur papier en rencontre."""
    cycle = canevas().cycle
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander_canevas(cycle)
        return redirect(f"{request.path}?attente=1")
    document = Document.objects.filter(cle=travaux.cle_du_canevas(cycle)).first()
    return servir(
        request,
        document,
        titre=f"Canevas du plan d’action {cycle}",
        retour=("Plans d’action", reverse("plans:liste")),
    )
