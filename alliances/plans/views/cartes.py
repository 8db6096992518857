"""La partie structurée : l'arbre, et une page pour ajouter ou modifier chaque carte."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alliances.models import Role
from alliances.models.mandats import droits_de
from alliances.plans import canevas, regles
from alliances.plans.forms.redaction import CARTES, CorrectionsForm
from alliances.plans.models import IndicateurPlan, Moyen, Objectif, Priorite
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.collaborations import Collaborations
from alliances.plans.views.conflits import differences_de_carte
from alliances.plans.views.corrections import demandes_de, repondre
from alliances.plans.views.gestes import version_de_l_alliance
from alliances.plans.views.reperes import ENFANTS, arbre, montrables, tous
from alliances.plans.views.sections import observations_de
from socle.acces import exiger
from socle.pages.gestes import donnees_de, poser
from socle.valeurs.horloge import aujourd_hui

MODELES = {"priorite": Priorite, "objectif": Objectif, "moyen": Moyen, "indicateur": IndicateurPlan}
NOMS = {
    "priorite": ("une priorité", "La priorité", "cette priorité"),
    "objectif": ("un objectif", "L’objectif", "cet objectif"),
    "moyen": ("un moyen", "Le moyen", "ce moyen"),
    "indicateur": ("un indicateur", "L’indicateur", "cet indicateur"),
}
FEMININS = {"priorite"}
PARTIE = ("section", "3-9")


def element_de(version, objet, cle, supprimes=False):
    """L'élément de cette version, avec ceux qui le portent; 404 s'il n'y est pas ou n'y est plus."""
    if objet not in MODELES:
        raise Http404
    modele = MODELES[objet]
    elements = modele.objects.all() if supprimes else modele.objects.presents()
    if porteurs := [chemin.removesuffix("__") for chemin in modele.CHEMINS_PARENTS if chemin]:
        elements = elements.select_related(*porteurs)
    element = get_object_or_404(elements, cle=cle, **{modele.CHEMIN_VERSION: version})
    racine(element).version = version
    return element


def racine(element):
    """La priorité qui porte l'élément, ou lui-même."""
    return element if isinstance(element, Priorite) else racine(element.parent)


def territoires_de(utilisateur, version):
    """Les territoires d'une ressource qui n'est pas de la coordination; `None` pour qui écrit partout."""
    roles = version.plan.alliance.roles_de(utilisateur)
    if Role.COORDINATION in roles:
        return None
    return {m.territoire_id for m in droits_de(utilisateur).mandats if m.territoire_id}


def peut_ajouter_une_priorite(utilisateur, version):
    """La coordination; une ressource de territoire aussi, et le formulaire veille à ce que ce soit chez elle."""
    if Role.TERRITOIRE in version.plan.alliance.roles_de(utilisateur):
        return None
    return peut_rediger(utilisateur, version)


@require_safe
def priorites(request, pk):
    version = version_de_l_alliance(request, pk)
    contenu = version.contenu()
    noeuds = arbre(version, contenu)
    demandes = demandes_par_ancre(version)
    _garnir(request, version, noeuds, regles.constats(contenu, aujourd_hui()), demandes)
    ouverte = version.est_en_redaction and (
        version.etat == "brouillon" or version.toutes_ouvertes or PARTIE in demandes
    )
    return render(
        request,
        "plans/redaction/priorites.html",
        {
            "version": version,
            "noeuds": noeuds,
            "canevas": canevas.section("3-9", version.plan.alliance.cycle.code),
            "peut_ajouter": ouverte and peut_ajouter_une_priorite(request.user, version) is None,
            "peut_ordonner": ouverte and peut_rediger(request.user, version) is None,
            "demandes": demandes.get(PARTIE, []),
            "peut_repondre": version.etat == "a_corriger" and peut_rediger(request.user, version) is None,
            "observations": observations_de(request, version, PARTIE),
            "cible": PARTIE,
        },
    )


def demandes_par_ancre(version):
    """{ancre: [demandes du dernier retour]}, vide si la version n'est pas à corriger."""
    par_ancre = {}
    if version.etat == "a_corriger":
        for demande in version.demandes.envoyees().filter(tour=version.tour).avec_camp():
            par_ancre.setdefault(demande.ancre, []).append(demande)
    return par_ancre


def _garnir(request, version, noeuds, constats, demandes):
    """Pose sur chaque nœud ses constats et ses demandes, et dit s'il s'ouvre à cette personne."""
    siens = territoires_de(request.user, version)
    roles = version.plan.alliance.roles_de(request.user)
    ecrit_partout, ecrit_chez_elle = Role.COORDINATION in roles, Role.TERRITOIRE in roles
    codes = set()
    if siens and not ecrit_partout:
        codes = set(version.plan.alliance.territoires.filter(pk__in=siens).values_list("code", flat=True))
    for noeud in tous(noeuds):
        ancre = (noeud.objet, noeud.cle)
        noeud.constats = [c for c in constats if c.ancre == ancre]
        noeud.demandes = [d for d in demandes.get(ancre, []) if d.est_ouverte]
        priorite = noeud.racine.donnees
        sienne = priorite["palier"] == "local" and bool(codes & set(priorite["territoires"]))
        permise = version.est_en_redaction and (ecrit_partout or (ecrit_chez_elle and sienne))
        toute = version.etat == "brouillon" or version.toutes_ouvertes
        noeud.ouvert = permise and (toute or not demandes.keys().isdisjoint(noeud.lignee))
        noeud.ordonnable = permise and (toute or not demandes.keys().isdisjoint(noeud.lignee[1:]))


def priorite_ajout(request, pk):
    version = version_de_l_alliance(request, pk)
    exiger(peut_ajouter_une_priorite(request.user, version))
    return _saisir(request, version, Priorite(version=version), (PARTIE,))


def ajout(request, pk, objet, cle):
    """Ajoute ce que porte l'élément : un objectif à une priorité, un moyen à un objectif…"""
    version = version_de_l_alliance(request, pk)
    return _ajouter(request, version, objet, cle, ENFANTS.get(objet))


def indicateur_ajout(request, pk, objet, cle):
    """Ajoute un indicateur à une priorité ou à un objectif; à un moyen, c'est `ajout`."""
    if objet == "moyen":
        raise Http404
    return _ajouter(request, version_de_l_alliance(request, pk), objet, cle, "indicateur")


def _ajouter(request, version, objet, cle, enfant):
    if objet not in ENFANTS:
        raise Http404
    parent = element_de(version, objet, cle)
    exiger(peut_rediger(request.user, version, racine(parent)))
    return _saisir(request, version, MODELES[enfant](**{objet: parent}), parent.lignee())


def carte(request, pk, objet, cle):
    version = version_de_l_alliance(request, pk)
    envoi = request.method == "POST"  # une carte supprimée entre-temps rend quand même la saisie
    element = element_de(version, objet, cle, supprimes=envoi)
    if envoi:
        exiger(peut_rediger(request.user, version, racine(element)))
    return _saisir(request, version, element, element.lignee())


def _nom(element):
    """« un moyen »; « un indicateur à la priorité », quand ce n'est pas un moyen qui le porte."""
    if isinstance(element, IndicateurPlan) and element.parent.objet != "moyen":
        return f"un indicateur à {NOMS[element.parent.objet][1].lower()}"
    return NOMS[element.objet][0]


def formulaires_de(request, version, element, donnees):
    """Le formulaire d'une carte et, pour un moyen, ses collaborations (sinon `None`)."""
    options = {
        "instance": element,
        "alliance": version.plan.alliance,
        "siens": territoires_de(request.user, version),
    }
    form = CARTES[element.objet](donnees, **options)
    return form, Collaborations(element, donnees) if isinstance(element, Moyen) else None


def relations_de(form, collaborations):
    """Ce que le geste d'une carte écrit à côté de ses champs."""

    def relations():
        form.relations()
        if collaborations is not None:
            collaborations.ecrire()

    return relations


def _saisir(request, version, element, lignee):
    """La page d'une carte, neuve ou non : formulaire, collaborations d'un moyen, corrections, observations."""
    donnees, ajouter_ligne = donnees_de(request), "ajouter_ligne" in request.POST
    ancre = (element.objet, element.cle)
    demandes = [] if element._state.adding else demandes_de(version, ancre)
    corrections = CorrectionsForm(donnees, demandes=demandes)
    form, collaborations = formulaires_de(request, version, element, donnees)
    if ajouter_ligne:
        form = _redonner(form, request.POST)
        corrections = CorrectionsForm(demandes=demandes, initial=_tel_quel(corrections, request.POST))
        collaborations.agrandir()
    if donnees is not None and not ajouter_ligne:
        valides = [f.is_valid() for f in (form, corrections, collaborations) if f is not None]
        if all(valides):
            return _enregistrer(request, version, form, corrections, collaborations)
    return page_de_carte(request, version, form, lignee, corrections, collaborations)


def _redonner(form, donnees):
    """La même carte, avec ce qui est tapé, que personne n'a encore jugé."""
    return type(form)(
        initial=_tel_quel(form, donnees), instance=form.instance, alliance=form.alliance, siens=form.siens
    )


def _tel_quel(form, donnees):
    """Ce qui est tapé, sans le juger : pour rendre la page avec une ligne de plus."""
    return {nom: champ.widget.value_from_datadict(donnees, {}, nom) for nom, champ in form.fields.items()}


def _enregistrer(request, version, form, corrections, collaborations):
    """Pose le geste et redirige; sinon rend la page qui garde la saisie (409)."""
    element, neuf = form.instance, form.instance._state.adding
    geste, relations = element.ajouter if neuf else element.enregistrer, relations_de(form, collaborations)
    if poser(request, geste, form=form, relations=relations, **form.saisie()) is None:
        page = _page_de_conflit if form.perime else page_de_carte
        return page(request, version, form, element.lignee(), corrections, collaborations, status=409)
    repondre(request, corrections)
    accord = "enregistrée" if element.objet in FEMININS else "enregistré"
    messages.success(request, f"{NOMS[element.objet][1]} «\xa0{element}\xa0» est {accord}.")
    return redirect(_suite(request, version, element))


def _suite(request, version, element):
    """L'arbre, à la hauteur de l'élément; ou l'ajout de ce qu'il porte."""
    if request.POST.get("suite") == "enfant" and element.objet in ENFANTS:
        return reverse("plans:ajout", args=[version.pk, element.objet, element.cle])
    return _place(version.pk, element)


def page_de_carte(request, version, form, lignee, corrections, collaborations, status=200, **contexte):
    element, neuf = form.instance, form.instance._state.adding
    contenu = version.contenu()
    racine_ = racine(element)
    sienne = [p for p in contenu["priorites"] if p["cle"] == str(racine_.cle)]
    noeuds = {noeud.cle: noeud for noeud in tous(arbre(version, contenu | {"priorites": sienne}))}
    noeud = None if neuf else noeuds.get(str(element.cle))
    porteur = None if element.objet == "priorite" else noeuds.get(str(element.parent.cle))
    constats = (
        [] if neuf else [c for c in regles.constats(contenu) if c.ancre == (element.objet, str(element.cle))]
    )
    refus = (
        peut_ajouter_une_priorite(request.user, version)
        if racine_._state.adding
        else peut_rediger(request.user, version, racine_)
    )
    ferme = [str(refus)] if refus else version.empechements_a_modifier(*lignee)
    return render(
        request,
        "plans/redaction/carte.html",
        {
            "version": version,
            "element": element,
            "objet": element.objet,
            "nom": _nom(element),
            "celui_ci": NOMS[element.objet][2],
            "neuf": neuf,
            "noeud": noeud,
            "porteur": porteur,
            "enfant": NOMS[ENFANTS[element.objet]][0] if element.objet in ENFANTS else "",
            "form": form,
            "corrections": corrections,
            "ensemble": collaborations.ensemble if collaborations else None,
            "ferme": ferme,
            "automatique": not (neuf or ferme or contexte.get("conflit")),
            "constats": montrables(version, constats),
            "observations": [] if neuf else observations_de(request, version, (element.objet, element.cle)),
            "cible": (element.objet, str(element.cle)),
            "cible_de_presence": f"{element.objet}-{element.cle}",
        }
        | {"differences": None, "conflit": ""}
        | contexte,
        status=status,
    )


def _page_de_conflit(request, version, form, lignee, corrections, collaborations, status):
    """Ce qui est enregistré à côté de ce qui est tapé; la saisie reste, et part maintenant de l'enregistré."""
    actuel = type(form.instance).objects.get(pk=form.instance.pk)
    perime = " ".join(form.non_field_errors())
    if actuel.supprime_le:
        messages.error(request, f"{perime} Rétablissez-le depuis la corbeille, puis enregistrez de nouveau.")
    return page_de_carte(
        request,
        version,
        form,
        lignee,
        corrections,
        collaborations,
        status=status,
        conflit=perime,
        differences=differences_de_carte(actuel, form, collaborations),
    )


def _element_redige(request, pk, objet, cle):
    """L'élément, pour qui peut l'écrire."""
    version = version_de_l_alliance(request, pk)
    element = element_de(version, objet, cle)
    exiger(peut_rediger(request.user, version, racine(element)))
    return element


def _place(pk, element):
    """L'arbre, à la hauteur de l'élément."""
    return f"{reverse('plans:priorites', args=[pk])}#n-{element.cle}"


@require_POST
def deplacement(request, pk, objet, cle):
    """Monte ou descend d'un cran. L'ordre des priorités appartient à la coordination."""
    sens = {"monter": -1, "descendre": 1}.get(request.POST.get("sens"))
    if sens is None:
        raise Http404
    if objet == "priorite":
        exiger(peut_rediger(request.user, version_de_l_alliance(request, pk)))
    element = _element_redige(request, pk, objet, cle)
    poser(request, element.deplacer, sens)
    return redirect(_place(pk, element))


@require_POST
def double(request, pk, objet, cle):
    element = _element_redige(request, pk, objet, cle)
    if double := poser(request, element.dupliquer):
        messages.success(request, f"Un double de «\xa0{element}\xa0» est ajouté, juste après l’original.")
    return redirect(_place(pk, double or element))
