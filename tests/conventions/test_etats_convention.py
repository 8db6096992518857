"""`docs/etats.md` dit vrai de la convention : états, gestes, rôles, et chaque geste fait ce qui est écrit."""

import pytest
from django.db import transaction

from conventions.models import Convention, JournalConvention, Obligation
from conventions.models.conventions import VUES_DES_PARTIES, Etat
from conventions.models.roles import ROLES
from conventions.views.etats import etat_lu
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import fabriques as conventions
from tests.outils.etats import codes, gestes, lignes, rangees

OBJETS = {"Convention": Convention, "Obligation": Obligation}
# Ils servent les gestes, ou sont ceux d'un avenant; ils n'en sont pas.
OUTILS = {"Convention": {"noter"}, "Obligation": {"generer", "recalculer"}}
LIGNES = lignes(OBJETS)
FABRIQUES = {
    "preparation": conventions.convention_a_transmettre,
    "transmise": conventions.convention_transmise,
    "signee": conventions.convention_signee,
    "close": conventions.convention_close,
    "resiliee": conventions.convention_resiliee,
}


@pytest.mark.parametrize("objet", OBJETS)
def test_la_page_nomme_les_gestes_qui_existent_et_eux_seuls(objet):
    ecrits = [ligne.geste for ligne in LIGNES if ligne.objet == objet]
    assert sorted(ecrits) == sorted(gestes(OBJETS[objet], OUTILS[objet]))


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: f"{ligne.objet}.{ligne.geste}")
def test_les_roles_ecrits_sont_ceux_du_code(ligne):
    assert ligne.roles == {str(role) for role in ROLES[ligne.droit]}


def test_les_etats_et_leurs_libelles_sont_ceux_du_code():
    ecrits = {codes(etat)[0]: libelle for etat, libelle, *_ in rangees(4, "La convention")}
    assert ecrits == dict(Etat.choices)


@pytest.mark.django_db
@pytest.mark.parametrize("etat", Etat.values)
def test_les_mots_de_chaque_lecteur_sont_ceux_de_la_page(etat, cadre, agente, mess):
    convention = Convention(alliance=cadre.bsl, etat=etat)
    _, _, alliance, ministere = next(r for r in rangees(4, "La convention") if codes(r[0]) == [etat])
    assert etat_lu(convention, mess).libelle == ministere
    if etat in VUES_DES_PARTIES:
        assert etat_lu(convention, agente).libelle == alliance
    else:
        assert alliance == "invisible"


def reponses(geste, convention):
    """De bonnes réponses à ce geste."""
    premiere = convention.parties.exclude(role="ministre").order_by("rang").first()
    neuve = convention.parties.model(organisme=premiere.organisme, role="fiduciaire")
    fermeture = {"fermee_le": aujourd_hui(), "motif": "Fini"}
    if geste == "retirer_piece":
        convention.joindre(fabriques.fichier_pdf("autre.pdf"), par=conventions._du_ministere("mess"))
        return (convention.pieces.get(usage="autre"),), {"motif": "Mauvais fichier"}
    return {
        "modifier": (({"part_regionale": 15}, {2025: 5}), {"revision": convention.revision}),
        "inscrire_partie": ((neuve,), {"revision": convention.revision}),
        "retirer_partie": ((premiere,), {}),
        "confier": ((), {"personne": conventions._du_ministere("mess")}),
        "joindre": ((fabriques.fichier_pdf(),), {}),
        "reprendre": ((), {"motif": "Une erreur"}),
        "signer": (
            (premiere,),
            {
                "signee_le": aujourd_hui(),
                "resolution": "R-1",
                "resolution_le": aujourd_hui(),
                "fichier": fabriques.fichier_pdf(),
            },
        ),
        "clore": ((), fermeture | conventions.reglement(convention)),
        "resilier": ((), fermeture | {"reglement": "Rien à rendre"}),
    }.get(geste, ((), {}))


def poser(ligne, convention, par):
    """Pose le geste avec de bonnes réponses; rend l'état d'arrivée, ou `None` s'il est refusé."""
    etat = convention.etat
    if ligne.geste == "clore":
        conventions.tout_rendre(convention)
        if etat == Etat.SIGNEE:
            conventions.regler(convention)
    avant = JournalConvention.objects.count()
    args, options = reponses(ligne.geste, convention)
    try:
        getattr(convention, ligne.geste)(*args, par=par, **options)
    except TransitionInterdite:
        return None
    convention.refresh_from_db()
    return convention.etat if JournalConvention.objects.count() > avant else None


@pytest.mark.django_db
@pytest.mark.parametrize("etat", Etat.values)
def test_chaque_geste_fait_dans_chaque_etat_ce_que_dit_la_page(etat, cadre, mess, approbation):
    fabriques.version_deposee(cadre.bsl)
    convention = FABRIQUES[etat](cadre.bsl)
    for ligne in LIGNES:
        if ligne.objet != "Convention" or ligne.geste == "preparer":
            continue
        relue = Convention.objects.select_related("alliance").get(pk=convention.pk)
        with transaction.atomic():
            arrivee = poser(ligne, relue, mess if "mess" in ligne.roles else approbation)
            transaction.set_rollback(True)
        voulue = etat if ligne.arrivee == "le même" else ligne.arrivee
        assert arrivee == (voulue if etat in ligne.depart else None), f"{ligne.geste} depuis {etat}"
