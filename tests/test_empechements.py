"""La page d'un geste et le geste lui-même demandent les mêmes empêchements : l'une les montre, l'autre les oppose."""

import ast
import inspect
import textwrap
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

PIECES = ("alliances", "conventions", "projets", "reddition")
DE_LA_MAISON = (*PIECES, "socle.models")  # un geste peut venir d'une base abstraite
MODELES = {modele.__name__.lower(): modele for modele in apps.get_models()} | {
    "appel": apps.get_model("projets", "AppelProjets"),
    "demande": apps.get_model("plans", "DemandeCorrection"),
    "annulation": apps.get_model("conventions", "DemandeAnnulation"),
    "adhesion": apps.get_model("alliances", "DemandeDAdhesion"),
    "engagement": apps.get_model("alliances", "DemandeDEngagement"),
    "invitation": apps.get_model("alliances", "InvitationDUnMembre"),
    "identite": apps.get_model("alliances", "DemandeIdentite"),
    "element": apps.get_model("plans", "Priorite"),
    "version": apps.get_model("plans", "VersionPlan"),
    "brouillon": apps.get_model("conventions", "Repartition"),
    "abonnement": apps.get_model("conventions", "AbonnementCalendrier"),
    "changement": apps.get_model("protocoles", "ChangementDemande"),
    "echeance": apps.get_model("conventions", "EcheanceVersement"),
    "sortie": apps.get_model("conventions", "Depense"),
    "clauses": apps.get_model("protocoles", "ClausesAlliance"),
    "fait": apps.get_model("projets", "ImportDInitiatives"),
    "enregistree": apps.get_model("conventions", "Convention"),
    "rapport": apps.get_model("protocoles", "RapportRecu"),
}


DU_PROTOCOLE = {"avenant": apps.get_model("protocoles", "AvenantProtocole")}  # la convention a aussi le sien


def pages():
    """(module, vue, appel, geste) de chaque page à qui une vue donne des empêchements."""
    for chemin in sorted(c for p in PIECES for c in (settings.RACINE / p).rglob("views/*.py")):
        nom = ".".join(chemin.relative_to(settings.RACINE).with_suffix("").parts)
        vues = ast.parse(chemin.read_text()).body
        rangs = passeurs(vues)
        for vue in vues:
            for appel in appels(vue):
                if nom_de(appel.func) in rangs and "empechements" in mots(appel):
                    geste = appel.args[rangs[nom_de(appel.func)]]
                    yield pytest.param(nom, vue, appel, geste, id=f"{Path(chemin).stem}-{vue.name}")


def passeurs(vues):
    """{fonction: rang de son geste} : `page_de_geste`, et celles du module qui lui en passent un de plusieurs vues."""
    rangs = {"page_de_geste": 1}
    for vue in vues:
        noms = [a.arg for a in vue.args.args] if isinstance(vue, ast.FunctionDef) else []
        if "geste" in noms and any(nom_de(appel.func) == "page_de_geste" for appel in appels(vue)):
            rangs[vue.name] = noms.index("geste")
    return rangs


def appels(noeud):
    return [n for n in ast.walk(noeud) if isinstance(n, ast.Call)]


def nom_de(expression):
    return getattr(expression, "attr", None) or getattr(expression, "id", "")


def mots(appel):
    return {mot.arg: mot.value for mot in appel.keywords}


def empechements_de(vue, expression):
    """Les `empechements_…` que la page demande, dans l'appel même ou par une variable de la vue."""
    noms = {nom_de(appel.func) for appel in appels(expression)}
    variables = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name)}
    for pose in (n for n in ast.walk(vue) if isinstance(n, ast.Assign)):
        if variables & {nom_de(cible) for cible in pose.targets}:
            noms |= {nom_de(appel.func) for appel in appels(pose.value)}
    return {nom for nom in noms if nom.startswith("empechements_")}


def geste_de(module, expression):
    """(modèle ou `None`, fonction) du geste : `partial(…)`, `objet.geste`, `Modele.geste` ou une fonction."""
    if isinstance(expression, ast.Call):
        modele, fonction = geste_de(module, expression.args[0])
        if not inspect.isclass(modele) and len(expression.args) > 1:  # partial(grilles.poser, appel)
            modele = MODELES.get(nom_de(expression.args[1]).lower())
        return modele, fonction
    if isinstance(expression, ast.Name):
        return None, getattr(module, expression.id)
    porteur = nom_de(expression.value)
    siens = DU_PROTOCOLE if module.__name__.startswith("projets.protocoles.") else {}
    modele = (MODELES | siens).get(porteur.lower()) or getattr(module, porteur)
    return modele, getattr(modele, expression.attr)


def demandes(modele, fonction, vues=None):
    """Les `empechements_…` que cette fonction demande, elle-même ou par ce qu'elle appelle dans la maison."""
    vues = set() if vues is None else vues
    fonction = inspect.unwrap(getattr(fonction, "__func__", fonction))
    de_la_maison = inspect.isfunction(fonction) and fonction.__module__.startswith(DE_LA_MAISON)
    if fonction in vues or not de_la_maison:
        return set()
    vues.add(fonction)
    arbre = ast.parse(textwrap.dedent(inspect.getsource(fonction)))
    noms = {nom_de(appel.func) for appel in appels(arbre)}
    trouves = {nom for nom in noms if nom.startswith("empechements_")}
    for nom in noms:
        suivantes = [getattr(modele, nom, None) or fonction.__globals__.get(nom)]
        if "super" in noms:
            suivantes += [vars(mere)[nom] for mere in getattr(modele, "__mro__", ()) if nom in vars(mere)]
        for suivante in suivantes:
            trouves |= demandes(modele, suivante, vues)
    return trouves


@pytest.mark.parametrize(("module", "vue", "appel", "expression"), list(pages()))
def test_un_geste_oppose_les_empechements_que_sa_page_annonce(module, vue, appel, expression):
    annonces = empechements_de(vue, mots(appel)["empechements"])
    geste = geste_de(import_module(module), expression)
    assert annonces
    assert annonces <= demandes(*geste)


def test_un_geste_qui_ne_demande_rien_se_voit():
    transfert = apps.get_model("conventions", "Transfert")
    assert "empechements_a_decider" in demandes(transfert, transfert.retirer)
    assert "empechements_a_approuver" not in demandes(transfert, transfert.retirer)
