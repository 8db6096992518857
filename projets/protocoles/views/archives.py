"""Le dossier entier d'une initiative : ce qui en est prêt, puis son ZIP, au fil de l'envoi; pour qui suit l'étude."""

import csv
import io
import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from projets import travaux
from projets.models import Initiative
from projets.protocoles.models.dossiers_entiers import (
    cles_des_protocoles,
    documents_du_dossier,
    donnees_du_dossier,
    dossiers_entiers,
    lettres_de,
    pieces_du_dossier,
)
from socle.acces import Refus, exiger
from socle.documents.archives import Archive, nom_sur
from socle.pages.tableur import MARQUE_UTF8, est_une_amorce
from socle.texte.typographie import date_heure
from socle.valeurs.horloge import maintenant

REFUS = Refus(
    "Le dossier entier se tire par qui suit l’étude de cette initiative\xa0: la page en montre ce que vous lisez."
)
RELATIONS = ("alliance__cycle", "appel", "organisme")
DU_JOURNAL = ("inscrite_le", "action", "par", "qualite", "objet", "motif", "avant", "apres")
PAS_PRET = "ce document n’est pas préparé\xa0: la page du dossier le fait préparer"


def _suivie(request, pk):
    """L'initiative; 404 si la personne ne la voit pas, 403 si elle n'en suit pas l'étude."""
    visibles = Initiative.objects.visibles_par(request.user).deposees().select_related(*RELATIONS)
    initiative = get_object_or_404(visibles, pk=pk)
    exiger(None if dossiers_entiers(request.user).filter(pk=pk).exists() else REFUS)
    return initiative


@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request, pk):
    """Les documents qu'il aurait, prêts ou non; un envoi fait préparer la demande et les lettres."""
    initiative = _suivie(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander_la_demande(initiative)
            travaux.preparer(lettres_de(request.user, initiative).select_related("document"))
        messages.success(request, "Les documents se préparent\xa0: rechargez cette page dans un instant.")
        return redirect("protocoles:dossier", pk)
    documents = documents_du_dossier(request.user, initiative, _noms(request.user, initiative))
    manque = any(document is None for _, document in documents)
    contexte = {"initiative": initiative, "documents": documents, "manque": manque}
    return render(request, "protocoles/dossier.html", contexte)


@require_safe
def dossier_entier(request, pk):
    initiative = _suivie(request, pk)
    moment = maintenant()
    donnees = donnees_du_dossier(request.user, initiative, moment)
    blocs = _blocs(request.user, initiative, donnees, moment)
    reponse = StreamingHttpResponse(blocs, content_type="application/zip")
    reponse["Content-Disposition"] = f'attachment; filename="{initiative.numero}.zip"'
    return reponse


def _blocs(utilisateur, initiative, donnees, moment):
    """Le dossier d'abord, ce qui manque à la fin : le LISEZMOI s'écrit le dernier."""
    archive = Archive()
    yield from archive.texte("initiative.json", _en_json(donnees))
    yield from archive.texte(
        "decisions-et-avis.txt", _texte("decisions", donnees | {"initiative": initiative})
    )
    yield from archive.texte("journal.csv", _journal(donnees["journal"]))
    for nom, document in documents_du_dossier(utilisateur, initiative, _noms(utilisateur, initiative)):
        if document is None:
            archive.manquer(f"documents/{nom}", PAS_PRET)
        else:
            yield from archive.fichier(f"documents/{nom}", document.fichier, sha256=document.empreinte)
    for dossier, piece in pieces_du_dossier(utilisateur, initiative):
        nom = f"{dossier}/{piece.televersee_le:%Y-%m-%d} {nom_sur(piece.nom)}"
        yield from archive.fichier(nom, piece.fichier, sha256=piece.sha256)
    contexte = {"initiative": initiative, "archive": archive, "par": utilisateur, "le": date_heure(moment)}
    yield from archive.texte("LISEZMOI.txt", _texte("lisezmoi", contexte))
    yield from archive.clore()


def _noms(utilisateur, initiative):
    """Les PDF qui se préparent d'eux-mêmes ou à la demande, sous leur nom de rangement."""
    cles, signes, finis, avenants = cles_des_protocoles(utilisateur, initiative)
    numero = initiative.numero.lower()
    siens = (("protocole", cles), ("avenant", avenants), ("versements", signes), ("releve", finis))
    des_protocoles = [f"{nom}-{cle}-{numero}.pdf" for nom, leurs in siens for cle in leurs]
    return [travaux.nom_de_la_demande(initiative), *des_protocoles]


def _en_json(donnees):
    return json.dumps(donnees, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n"


def _texte(nom, contexte):
    """Sans balise à protéger : c'est un fichier de texte, aux fins de ligne que Windows ouvre aussi."""
    return render_to_string(f"protocoles/archive/{nom}.txt", contexte).replace("\n", "\r\n")


def _journal(lignes):
    texte = io.StringIO()
    ecrivain = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(["Date", "Action", "Par", "En qualité de", "Objet", "Motif", "Avant", "Après"])
    ecrivain.writerows([_case(ligne[champ]) for champ in DU_JOURNAL] for ligne in lignes)
    return MARQUE_UTF8 + texte.getvalue()


def _case(valeur):
    """Un changement en JSON; un texte qu'un tableur prendrait pour une formule n'en est pas une."""
    dit = json.dumps(valeur, ensure_ascii=False) if isinstance(valeur, dict) else str(valeur)
    return f"'{dit}" if est_une_amorce(dit) else "" if valeur == {} else dit
