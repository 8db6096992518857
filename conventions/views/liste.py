"""La liste des conventions : où en est chaque Alliance, pour combien, et ce qui vient."""

from types import SimpleNamespace

from django.db.models import OuterRef, Subquery, Sum
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from alliances.models import Alliance, Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from conventions.forms.liste import SANS_CONVENTION, FiltresDesConventions
from conventions.models import Convention, ExerciceConvention, Obligation
from conventions.models.conventions import Etat
from conventions.permissions import peut_partager
from conventions.views import etats
from conventions.views.fictifs import colonne_fictif, fictif
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import pastille
from socle.texte.typographie import date_longue
from socle.valeurs.argent import somme

LUS = ("pk", "numero", "etat", "montants_fictifs", "signee_le", "fin", "en_charge__prenom", "en_charge__nom")
COURANTE = Convention.objects.filter(pk=OuterRef("convention_courante")).order_by()
EXERCICES = ExerciceConvention.objects.filter(convention=OuterRef("convention_courante")).order_by()
CLES = {
    "etat": Subquery(COURANTE.values("etat")),
    "montant": Subquery(EXERCICES.values("convention").annotate(total=somme("montant")).values("total")),
    "signee": Subquery(COURANTE.values("signee_le")),
    "fin": Subquery(COURANTE.values("fin")),
}  # ce que la requête ne calcule que pour trier; le reste se lit pour la page, dans `_lignes`


def _adresse(ligne):
    """La convention, ou la page qui l'ouvre à qui le peut."""
    if ligne.pk:
        return reverse("conventions:convention", args=[ligne.pk])
    return reverse("conventions:ouverture", args=[ligne.slug]) if ligne.ouvre else ""


def _retard(ligne):
    return pastille("En retard", "probleme") if ligne.en_retard else ""


class TableauDesConventions(Tableau):
    """Une rangée par Alliance suivie, avec ou sans convention."""

    legende = "Conventions par Alliance"
    denombre, feminin = "Alliance", True
    fichier = "conventions"
    tri, departage = "alliance", ("slug", "pk")

    alliance = ColonneLien(
        vers=_adresse,
        tri="slug",
        suite=lambda li: li.numero and format_html('<br><span class="discret">{}</span>', li.numero),
    )
    numero = ColonneTexte("Numéro", cachee=True)
    etat = ColonneEtat("État", tri="cle")
    montant = ColonneMontant(tri="cle", suite=fictif)
    fictifs = colonne_fictif("montants_fictifs")
    signee = ColonneJour("Signée le", "signee_le", tri="cle")
    fin = ColonneJour(tri="cle")
    prochaine = ColonneTexte("Prochaine obligation", suite=_retard)
    en_charge = ColonneTexte("En charge", cachee=True)

    def pour_trier(self, alliances, nom):
        return alliances if nom == "alliance" else alliances.annotate(cle=CLES[nom])

    def preparer(self, alliances):
        return _lignes(alliances, self.request.user, self.contexte["mots"])


@require_safe
def liste(request):
    """Qui ne suit qu'une Alliance va droit à sa convention; les autres ont la liste."""
    suivies = Alliance.objects.suivies_par(request.user)
    if not droits_de(request.user).nationaux and not request.GET:
        deux = list(suivies[:2])
        if len(deux) == 1:
            return redirect("conventions:de_l_alliance", slug=deux[0].slug)
    prepare = bool(droits_de(request.user).roles & (DE_L_ETAT | {Role.ADMINISTRATION}))
    mots = etats.DE_L_ETAT if prepare else etats.DE_L_ALLIANCE
    return page_de_liste(
        request,
        TableauDesConventions,
        FiltresDesConventions,
        suivies.only("nom", "slug").annotate(
            convention_courante=_courante(request.user, request.GET.get("etat"))
        ),
        gabarit="conventions/liste.html",
        choix={"etat": _etats(mots, prepare)},
        mots=mots,
        prepare=prepare,
        partage=peut_partager(request.user) is None,
    )


def _etats(mots, prepare):
    sans = (SANS_CONVENTION, etats.A_PREPARER.libelle if prepare else "Aucune")
    return [sans, *((str(etat), mots[etat].libelle) for etat in Etat)]


def _courante(utilisateur, etat):
    """La dernière convention visible de chaque Alliance; fermée, si c'est ce qu'on cherche, même remplacée."""
    siennes = Convention.objects.visibles_par(utilisateur).filter(alliance=OuterRef("pk"))
    if etat in (Etat.CLOSE, Etat.RESILIEE):
        siennes = siennes.filter(etat=etat)
    return Subquery(siennes.order_by("-pk").values("pk")[:1])


def _lignes(alliances, utilisateur, mots):
    """Ce que la liste dit de chaque Alliance; deux requêtes pour toutes."""
    lues = Convention.objects.filter(pk__in={a.convention_courante for a in alliances}).order_by()
    lues = lues.annotate(montant=Sum("exercices__montant")).values(*LUS, "montant")
    par_cle = {lue["pk"]: lue for lue in lues}
    prochaines = _prochaines(pk for pk, lue in par_cle.items() if lue["etat"] == Etat.SIGNEE)
    return [
        _ligne(
            a, par_cle.get(a.convention_courante), prochaines.get(a.convention_courante), utilisateur, mots
        )
        for a in alliances
    ]


def _prochaines(conventions):
    """{convention: sa prochaine obligation, ou la première en retard}."""
    prochaines = {}
    dues = Obligation.objects.dues().filter(convention__in=list(conventions)).order_by("echeance", "pk")
    for convention, nature, an, echeance in dues.values_list("convention", "nature", "an", "echeance"):
        prochaines.setdefault(convention, (nature, an, echeance))
    return {pk: Obligation(nature=n, an=an, echeance=le) for pk, (n, an, le) in prochaines.items()}


def _ligne(alliance, convention, prochaine, utilisateur, mots):
    etat = mots[Etat(convention["etat"])] if convention else etats.A_PREPARER
    if convention is None and mots is etats.DE_L_ALLIANCE:
        etat = mots[Etat.PREPARATION]
    lue = convention or dict.fromkeys((*LUS, "montant"))
    quand = date_longue(prochaine.echeance) if prochaine else ""
    return SimpleNamespace(
        alliance=alliance.nom,
        slug=alliance.slug,
        ouvre=convention is None and Role.MESS in alliance.roles_de(utilisateur),
        pk=lue["pk"],
        numero=lue["numero"] or "",
        etat=etat,
        montant=lue["montant"],
        montants_fictifs=lue["montants_fictifs"],
        signee_le=lue["signee_le"],
        fin=lue["fin"],
        en_charge=" ".join(filter(None, (lue["en_charge__prenom"], lue["en_charge__nom"]))),
        prochaine=f"{prochaine}, {quand}" if prochaine else "",
        en_retard=bool(prochaine and prochaine.est_passee),
    )
