"""Ce qu’import-linter voit, et ce qu’il ne peut pas voir : clés en chaîne, accès inverses, vues."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.forms.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alliances.models.mandats import Droits
from socle.acces import RequeteProtegee
from socle.formulaires.disposition import AvecDisposition, Layout
from socle.formulaires.revision import AvecRevision

PIECES = ["socle", "alliances", "plans", "conventions", "projets", "protocoles", "reddition", "pilotage"]
MAJUSCULE = re.compile(r"(?!Alliance|Table|Québec)[A-ZÀÉÈÎ][a-zéèàî]")
CODE = ["socle", "alliances", "conventions", "projets", "reddition", "pilotage"]

# Les seules vues ouvertes à qui n’est pas connecté. En ajouter une est une décision, pas un oubli.
VUES_PUBLIQUES = {
    "abonnement_ics",
    "vivant",
    "pret",
    "accessibilite",
    "nous_joindre",
    "confidentialite",
    "aide",
    "icone",
    "appels_publics",
    "appel_public",
    "appel_questions",
    "entree",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    # La page de connexion de l’administration et ses textes traduits.
    "login",
    "jsi18n",
}


def relations_entre_pieces():
    """Chaque clé étrangère de la maison, avec la pièce de départ et celle d’arrivée."""
    for modele in apps.get_models(include_auto_created=True):
        depart = modele._meta.app_label
        if depart not in PIECES:
            continue
        for champ in modele._meta.get_fields(include_parents=False):
            if isinstance(champ, models.ForeignObject | models.ManyToManyField) and champ.related_model:
                yield champ, depart, champ.related_model._meta.app_label


def vues(patrons=None, prefixe=""):
    """(nom, vue, chemin) de chaque adresse."""
    for patron in get_resolver().url_patterns if patrons is None else patrons:
        chemin = f"{prefixe}{patron.pattern}"
        if isinstance(patron, URLResolver):
            yield from vues(patron.url_patterns, chemin)
        elif isinstance(patron, URLPattern):
            yield patron.name, patron.callback, chemin


def modules():
    for piece in CODE:
        for chemin in (Path(settings.RACINE) / piece).rglob("*.py"):
            if "migrations" not in chemin.parts:
                yield chemin


def test_les_pieces_se_connaissent_dans_un_seul_sens():
    lint = Path(sys.executable).parent / "lint-imports"
    rendu = subprocess.run(
        [lint, "--no-cache"], cwd=settings.RACINE, capture_output=True, text=True, check=False
    )
    assert rendu.returncode == 0, rendu.stdout + rendu.stderr


def test_aucune_cle_etrangere_vers_une_piece_de_droite():
    a_droite = [
        f"{champ} → {arrivee}"
        for champ, depart, arrivee in relations_entre_pieces()
        if arrivee in PIECES and PIECES.index(arrivee) > PIECES.index(depart)
    ]
    assert a_droite == []


def test_une_cle_qui_change_de_piece_n_ouvre_pas_d_acces_inverse():
    ouvertes = [
        str(champ)
        for champ, depart, arrivee in relations_entre_pieces()
        if arrivee in PIECES and arrivee != depart and not champ.remote_field.hidden
    ]
    assert ouvertes == []


def test_les_relations_sont_bien_parcourues():
    assert len(list(relations_entre_pieces())) > 10


def fonctions_des_modeles():
    """Chaque fonction ou méthode des modèles, avec les noms qu'elle appelle."""
    for chemin in modules():
        if "models" in chemin.parts:
            for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
                if isinstance(noeud, ast.FunctionDef):
                    appels = [n.func for n in ast.walk(noeud) if isinstance(n, ast.Call)]
                    yield noeud.name, {getattr(f, "attr", getattr(f, "id", "")) for f in appels}


def test_ce_qui_empeche_un_geste_est_demande_par_un_geste():
    """Une garde que seule une page demande laisse le modèle ouvert; par une autre garde, elle est demandée."""
    toutes, demandees = list(fonctions_des_modeles()), set()
    gardes = {nom for nom, _ in toutes if nom.startswith("empechements_a_")}
    atteintes = {appel for nom, appels in toutes if nom not in gardes for appel in appels} & gardes
    while atteintes - demandees:
        demandees |= atteintes
        atteintes = {a for nom, appels in toutes if nom in demandees for a in appels} & gardes | demandees
    assert len(gardes) > 30
    assert gardes - demandees == set()


def test_get_model_est_reserve_aux_migrations():
    fautifs = [str(m) for m in modules() if re.search(r"\bget_model\(", m.read_text(encoding="utf-8"))]
    assert fautifs == []


def test_aucun_signal_ne_porte_une_regle():
    fautifs = [
        str(m)
        for m in modules()
        if re.search(r"@receiver|\b(pre|post)_(save|delete)\b", m.read_text(encoding="utf-8"))
    ]
    assert fautifs == []


def requetes_protegees():
    """Le QuerySet de chaque modèle de la maison qui dit qui le voit."""
    for modele in apps.get_models():
        requete = modele._default_manager.get_queryset()
        dite = getattr(type(requete), "visibles_par", RequeteProtegee.visibles_par)
        if modele._meta.app_label in PIECES and dite is not RequeteProtegee.visibles_par:
            yield requete


def test_un_modele_a_au_plus_deux_bases_melangees():
    melanges = {
        modele.__name__: [base.__name__ for base in modele.__bases__ if not issubclass(base, models.Model)]
        for modele in apps.get_models()
        if modele._meta.app_label in PIECES
    }
    assert {nom: bases for nom, bases in melanges.items() if len(bases) > 2} == {}
    assert len(melanges["EcheanceVersement"]) == 2  # l'essai voit bien les mélanges


def test_visibles_par_recoit_une_personne():
    """Jamais ses droits : ils ne disent pas qui elle est, et une règle peut dépendre de sa clé."""
    formes = {type(r): [*inspect.signature(type(r).visibles_par).parameters] for r in requetes_protegees()}
    assert len(formes) > 10
    assert [requete for requete, forme in formes.items() if forme != ["self", "utilisateur"]] == []


@pytest.mark.django_db
def test_visibles_par_refuse_des_droits():
    for requete in requetes_protegees():
        with pytest.raises(AttributeError):
            requete.visibles_par(Droits())


def test_les_vues_publiques_sont_celles_de_la_liste():
    publiques = {
        nom for nom, vue, chemin in vues() if nom and not getattr(vue, "login_required", True)
    } - VUES_PUBLIQUES
    assert publiques == set()


def test_une_adresse_sans_nom_n_est_pas_publique():
    sans_nom = [
        chemin for nom, vue, chemin in vues() if nom is None and not getattr(vue, "login_required", True)
    ]
    assert sans_nom == []


def test_chaque_adresse_de_la_maison_a_un_nom():
    sans_nom = [chemin for nom, vue, chemin in vues() if nom is None and vue.__module__.split(".")[0] in CODE]
    assert sans_nom == []


def test_une_vue_publique_oubliee_serait_trouvee():
    vue = login_not_required(lambda request: None)
    assert vue.login_required is False


@pytest.mark.django_db
def test_sans_connexion_une_page_renvoie_a_la_connexion(client):
    """On demande au serveur : chaque page sans paramètre est fermée, ou elle est dans la liste."""
    connexions = (reverse("account_login"), reverse("admin:index"))
    ouvertes = []
    for nom, _, chemin in vues():
        if "<" in chemin or "(" in chemin or nom in VUES_PUBLIQUES:
            continue
        adresse = "/" + chemin.replace("^", "").replace("$", "")
        reponse = client.get(adresse)
        fermee = reponse.status_code == 302 and reponse.url.startswith(connexions)
        if not fermee and reponse.status_code not in (404, 405):
            ouvertes.append((adresse, reponse.status_code))
    assert ouvertes == []


def test_les_verbose_name_commencent_par_une_minuscule():
    """Django met la majuscule où il faut ; un sigle garde les siennes."""
    fautifs = [
        f"{modele._meta.label}.{champ.name} : {champ.verbose_name}"
        for modele in apps.get_models()
        if modele._meta.app_label in PIECES
        for champ in modele._meta.fields
        if champ.name != "id" and MAJUSCULE.match(str(champ.verbose_name))
    ]
    assert fautifs == []


def filles(classe):
    for fille in classe.__subclasses__():
        yield fille
        yield from filles(fille)


def formulaires():
    """Chaque formulaire de la maison; les adresses font lire tous leurs modules."""
    assert get_resolver().url_patterns
    return {f for f in filles(BaseForm) if f.__module__.split(".")[0] in CODE}


def test_tout_formulaire_se_rend_par_sa_disposition():
    assert [f for f in formulaires() if not issubclass(f, AvecDisposition)] == []


def test_une_disposition_montre_tous_les_champs_et_n_en_invente_pas():
    ajoutes = {"DELETE"}  # par l’ensemble de formulaires
    declarees = [f for f in formulaires() if isinstance(f.disposition, Layout)]
    assert len(declarees) > 3
    for formulaire in declarees:
        poses = {pointeur.name for pointeur in formulaire.disposition.get_field_names()}
        visibles = {nom for nom, champ in formulaire.base_fields.items() if not champ.widget.is_hidden}
        assert poses - ajoutes == visibles, formulaire


# Ce qui part d’un objet ou de valeurs sans rien en remplacer, ou sans qu’on puisse y être devancé.
SANS_REVISION = {
    "CommencerForm": "ajoute",
    "ComparaisonForm": "choisit ce qu’on lit",
    "CorrectionsForm": "chaque demande porte ce que la page en montrait",
    "DatesDuProtocoleForm": "ouvre; pour changer, DatesRevuesForm",
    "DecisionForm": "inscrit ce que la page montre; la proposition qui la remplit n’est qu’un brouillon",
    "DemandeForm": "ajoute; pour récrire, ReformulationForm",
    "DepenseForm": "ajoute",
    "FormeForm": "choisit la forme d’un arbre qui n’existe pas encore",
    "IdentiteForm": "demande; l’organisme, lui, garde son identité jusqu’à l’acceptation, qui la relit",
    "InvitationForm": "ajoute",
    "ObservationForm": "ajoute",
    "OuvertureForm": "ouvre; ce que l’organisme a demandé n’est qu’un brouillon du motif",
    "PartageForm": "calcule; rien n’en est enregistré",
    "ProrataForm": "propose un partage; le tableau, lui, se relit sous verrou",
    "ProfilForm": "son propre nom, que personne d’autre ne change ici",
    "RemiseForm": "ajoute",
    "ReglagesForm": "règle une proposition; l’échéancier, lui, porte son empreinte",
}


def formulaires_remplis():
    """Chaque formulaire qu’une vue ouvre sur un objet (`instance`) ou sur des valeurs (`initial`)."""
    for piece in CODE:
        for chemin in Path(settings.RACINE, piece).rglob("views/*.py"):
            module = ".".join(chemin.relative_to(settings.RACINE).with_suffix("").parts)
            for noeud in ast.walk(ast.parse(chemin.read_text())):
                if isinstance(noeud, ast.Call) and {k.arg for k in noeud.keywords} & {"initial", "instance"}:
                    yield getattr(sys.modules.get(module), ast.unparse(noeud.func), None)


def test_un_formulaire_qui_modifie_porte_une_revision_ou_dit_pourquoi():
    assert get_resolver().url_patterns
    remplis = {f for f in formulaires_remplis() if inspect.isclass(f) and issubclass(f, BaseForm)}
    sans = {f.__name__ for f in remplis if not issubclass(f, AvecRevision)}
    assert len(remplis) > len(sans) + 8
    assert sans == SANS_REVISION.keys()


def test_une_page_rend_ses_formulaires_par_crispy():
    entier = re.compile(r"{{ \w*form\w*(\.as_\w+)? }}|{% champs \w+ %}")
    gabarits = Path(settings.RACINE, "templates")
    a_la_main = [
        str(chemin.relative_to(gabarits))
        for chemin in gabarits.rglob("*.html")
        if entier.search(chemin.read_text()) and not chemin.is_relative_to(gabarits / "sdg")
    ]
    assert a_la_main == []
