"""L'enveloppe d'un exercice : l'arbre et ses soldes; le dresser, y ajouter, renommer, retirer; reporter et clore."""

from functools import partial

from django.db.models import Value
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.enveloppes import EnveloppeForm, FormeForm, NomForm
from conventions.models import DemandeAnnulation, Ecriture, Enveloppe, Repartition, Report, Transfert
from conventions.models.arbres import empechements_d_exercice
from conventions.models.clotures import (
    avertissements_a_clore,
    clore,
    dettes_de,
    empechements_a_clore,
    remis_par_territoire,
    sommes_de_l_exercice,
)
from conventions.permissions import peut
from conventions.regles.arbres import forme_proposee
from conventions.views.branches import branches_de, chiffres_de
from conventions.views.ecritures import LUS, RELATIONS, image
from conventions.views.exercices import exercice_de, reperes
from conventions.views.gestes import convention_visible
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

DERNIERES = 5


@require_safe
def enveloppes(request, pk):
    """L'arbre d'un exercice, ses chiffres, ce qui est en cours, et les gestes que la personne peut poser."""
    convention = convention_visible(request, pk)
    exercices = list(convention.exercices.order_by("an"))
    choisi = _choisi(exercices, request.GET.get("exercice", ""))
    if choisi is None:
        return render(request, "conventions/enveloppes/aucune.html", {"convention": convention})
    arbre = list(Enveloppe.objects.de_l_arbre(convention, choisi.an).avec_soldes())
    return render(
        request,
        "conventions/enveloppes/enveloppes.html",
        reperes(convention, choisi.an)
        | {
            "exercices": exercices,
            "choisi": choisi,
            "chiffres": chiffres_de(convention, arbre),
            "branches": branches_de(convention, arbre),
            **_en_cours(request.user, convention=convention, an=choisi.an),
            "gestes": _gestes(request.user, convention, choisi, arbre),
            "demandes": DemandeAnnulation.objects.visibles_par(request.user).a_dire(choisi),
            "modifiables": not choisi.clos_le and peut(request.user, "dresser-arbre", convention) is None,
        },
    )


def _en_cours(utilisateur, *, convention, an):
    """Les dernières écritures de l'exercice, ses transferts demandés et ses répartitions adoptées."""
    ecritures = Ecriture.objects.visibles_par(utilisateur).filter(convention=convention, enveloppe__an=an)
    ecritures = ecritures.select_related(*RELATIONS).only(*LUS).order_by("-pk")
    transferts = Transfert.objects.visibles_par(utilisateur).en_attente().filter(convention=convention, an=an)
    return {
        "ecritures": [image(ecriture) for ecriture in ecritures[:DERNIERES]],
        "transferts": transferts.select_related("de__territoire", "vers__territoire"),
        "actes": _actes(utilisateur, convention, an),
    }


def _actes(utilisateur, convention, an):
    """Ce que la Table a adopté pour l'exercice : ses répartitions, et les reports qui en partent ou y arrivent."""
    lus = [
        modele.objects.visibles_par(utilisateur)
        .filter(convention=convention, an__in=ans)
        .order_by()
        .values("pk", "an", "resolution", "adoptee_le", page=Value(page))
        for modele, ans, page in (
            (Repartition, (an,), "repartition_adoptee"),
            (Report, (an - 1, an), "report_adopte"),
        )
    ]
    return [
        acte
        | {
            "nom": str((Report if acte["page"] == "report_adopte" else Repartition)(an=acte["an"])),
            "url": reverse(f"conventions:{acte['page']}", args=[acte["pk"]]),
        }
        for acte in lus[0].union(lus[1]).order_by("adoptee_le", "pk")
    ]


def _choisi(exercices, demande):
    """L'exercice demandé, sinon celui d'aujourd'hui, sinon le premier."""
    par_an = {str(e.an): e for e in exercices}
    courant = par_an.get(str(Exercice.de(aujourd_hui()).an))
    return par_an.get(demande) or courant or next(iter(exercices), None)


GESTES = (
    ("dresser-arbre", "arbre", "Créer les enveloppes", False),
    ("repartir", "repartition", "Préparer la répartition", True),
    ("demander-transfert", "transfert_demande", "Demander un transfert", True),
    ("dresser-arbre", "enveloppe_ajout", "Ajouter une enveloppe", True),
    ("preparer-report", "report", "Préparer le report", True),
    ("clore-exercice", "exercice_cloture", "Clore l’exercice", None),
)


def _gestes(utilisateur, convention, exercice, arbre):
    """(libellé, adresse) des gestes du rôle qui ont un sens maintenant : `dresse` dit si l'arbre doit être fait."""
    if not arbre or convention.etat != convention.Etat.SIGNEE:
        return []
    if exercice.clos_le:
        rouvrir = reverse("conventions:reouverture", args=[convention.pk, exercice.an])
        refus = peut(utilisateur, "rouvrir-exercice", convention)
        return [] if refus else [("Demander la réouverture", rouvrir)]
    dresse = len(arbre) > 1
    return [
        (libelle, reverse(f"conventions:{nom}", args=[convention.pk, exercice.an]))
        for geste, nom, libelle, voulu in GESTES
        if voulu in (None, dresse) and peut(utilisateur, geste, convention) is None
    ]


def arbre(request, pk, an):
    """Créer d'un coup les enveloppes d'un exercice."""
    convention = convention_visible(request, pk)
    exercice_de(convention, an)
    precedent = Enveloppe.objects.filter(convention=convention, an=an - 1, parent__isnull=False).exists()
    return page_de_geste(
        request,
        partial(Enveloppe.dresser, convention, an),
        refus=peut(request.user, "dresser-arbre", convention),
        form=FormeForm(
            donnees_de(request), precedent=precedent, initial={"forme": _forme_proposee(convention)}
        ),
        gabarit="conventions/enveloppes/arbre.html",
        libelle="Créer les enveloppes",
        fait="Les enveloppes sont créées. Répartissez-y l’exercice.",
        empechements=Enveloppe.empechements_a_dresser(convention, an),
        titre=f"Créer les enveloppes {Exercice(an)}",
        ici="Créer les enveloppes",
        empeche="Rien à créer",
        **reperes(convention, an),
    )


def _forme_proposee(convention):
    """Celle que disent la convention, sinon le profil de gouvernance de l'Alliance."""
    profil = getattr(convention.alliance, "profil_gouvernance", None)
    part = convention.part_regionale
    if part is None and profil:
        part = profil.part_regionale
    return forme_proposee(part, profil.decision_locale if profil else "")


def ajout(request, pk, an):
    convention = convention_visible(request, pk)
    exercice_de(convention, an)
    parents = Enveloppe.objects.de_l_arbre(convention, an).select_related("territoire", "parent__parent")
    return page_de_geste(
        request,
        partial(Enveloppe.ajouter, convention),
        refus=peut(request.user, "dresser-arbre", convention),
        form=EnveloppeForm(donnees_de(request), arbre=parents, convention=convention, an=an),
        gabarit="layout/saisie.html",
        libelle="Ajouter l’enveloppe",
        fait="L’enveloppe est ajoutée.",
        empechements=empechements_d_exercice(convention, an),
        titre="Ajouter une enveloppe",
        empeche="Rien ne s’ajoute maintenant",
        **_de_l_exercice(convention, an),
    )


def _de_l_exercice(convention, an):
    """De même, quand le titre de la page ne dit pas l'exercice."""
    communs = reperes(convention, an)
    return communs | {"objet_en_mots": f"{communs['exercice']}, {communs['objet_en_mots']}"}


def _enveloppe(request, pk):
    """L'enveloppe que la personne voit; 404 sinon."""
    visibles = Enveloppe.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("convention__alliance__cycle", "territoire"), pk=pk)


def modification(request, pk):
    enveloppe = _enveloppe(request, pk)
    return page_de_geste(
        request,
        enveloppe.renommer,
        refus=peut(request.user, "dresser-arbre", enveloppe.convention),
        form=NomForm(donnees_de(request), instance=enveloppe),
        gabarit="conventions/enveloppes/modification.html",
        libelle="Enregistrer",
        fait="L’enveloppe est modifiée.",
        empechements=enveloppe.empechements_a_changer(),
        titre=f"Modifier «\xa0{enveloppe}\xa0»",
        ici="Modifier une enveloppe",
        empeche="Cette enveloppe ne se modifie plus",
        enveloppe=enveloppe,
        **reperes(enveloppe.convention, enveloppe.an),
    )


def retrait(request, pk):
    enveloppe = _enveloppe(request, pk)
    return page_de_geste(
        request,
        enveloppe.retirer,
        refus=peut(request.user, "dresser-arbre", enveloppe.convention),
        gabarit="conventions/enveloppes/retrait.html",
        libelle="Retirer l’enveloppe",
        fait="L’enveloppe est retirée.",
        empechements=enveloppe.empechements_a_retirer(),
        danger=True,
        titre=f"Retirer «\xa0{enveloppe}\xa0»",
        ici="Retirer une enveloppe",
        **reperes(enveloppe.convention, enveloppe.an),
    )


def cloture(request, pk, an):
    convention = convention_visible(request, pk)
    exercice = exercice_de(convention, an)
    exercice.convention = convention
    sommes, dettes = sommes_de_l_exercice(exercice), dettes_de(exercice)
    return page_de_geste(
        request,
        partial(clore, exercice),
        refus=peut(request.user, "clore-exercice", convention),
        form=SurUneEmpreinte(donnees_de(request), vue=empreinte(sommes)),
        gabarit="conventions/enveloppes/cloture.html",
        libelle="Clore l’exercice",
        fait=f"L’exercice {exercice} est clos.",
        empechements=empechements_a_clore(exercice, sommes, dettes),
        danger=True,
        titre=f"Clore l’exercice {exercice}",
        ici="Clore l’exercice",
        phrases=[*avertissements_a_clore(sommes), *(p for p, _, s_inscrira in dettes if s_inscrira)],
        issues=_issues(request.user, convention, sommes) if sommes.disponible or sommes.remis else [],
        sommes=sommes,
        remis=remis_par_territoire(exercice),
        **reperes(convention, an),
    )


def _issues(utilisateur, convention, sommes):
    """[(libellé, adresse, refus)] de ce qui règle un reste avant de clore; sans adresse, le refus dit à qui c'est."""
    an = sommes.an
    recuperer = f"{reverse('conventions:recuperation', args=[convention.pk])}?exercice={an}"
    issues = [("Reporter à l’exercice suivant", "preparer-report", "conventions:report")]
    if sommes.recu_non_employe:
        issues.append(("Récupérer", "recuperer", ""))
    juges = ((libelle, nom, peut(utilisateur, droit, convention)) for libelle, droit, nom in issues)
    return [
        (libelle, "" if refus else reverse(nom, args=[convention.pk, an]) if nom else recuperer, refus)
        for libelle, nom, refus in juges
    ]
