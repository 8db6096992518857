"""Les objets des appels et des initiatives dans la situation commune (`tests/situation.py`)."""

from decimal import Decimal as D

from alliances.models import Organisme
from projets.models import EtapeInitiative, grilles
from projets.models.avis import prochaine_etape, rendre
from projets.models.decisions import decider
from projets.models.jugements import Critere, juger
from projets.models.pieces import joindre
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.projets import fabriques as p

SOEURS = ("initiatives",)  # l'Alliance dont les appels et les initiatives sont ceux de la matrice


def objets(modele, alliance, territoire):
    """Tout ce que nomment les adresses des initiatives; `modele` : l'Alliance de qui évalue."""
    fabriques.version_approuvee(alliance)
    par = fabriques._tenant("coordination", alliance)
    enveloppe = _enveloppe(alliance, par, territoire)
    appel = _appel(alliance, par, enveloppe)
    preparation = p.appel_en_preparation(alliance, par)
    porteur = Organisme.objects.get(territoire__code=territoire, forme="obnl", neq="")
    redige, engage = (fabriques.personne(role, porteur) for role in ("porteur", "engagement"))
    demandes = {
        nom: p.demande_prete(appel, porteur, redige)
        for nom in ("brouillon", "deposee", "admissible", "a_decider", "acceptee")
    }
    return {
        "appel": (appel.pk,),
        "appel/preparation": (preparation.pk,),
        **_du_brouillon(demandes["brouillon"], redige),
        **_de_l_etude(modele, demandes, par, engage, enveloppe),
        **{f"initiative/{nom}": (demande.pk,) for nom, demande in demandes.items()},
    }


def _enveloppe(alliance, par, territoire):
    """Celle du territoire, dans un exercice réparti que touchent les initiatives."""
    convention, an = convention_en_vigueur(alliance), 2026
    arbre_dresse(convention, an, par=par)
    premiere, deuxieme, *_ = [t.nom for t in alliance.territoires.order_by("code")]
    noms = {"La Matapédia": premiere, "La Matanie": deuxieme}
    parts = PARTS | {"Réserve": "200000.00"}
    repartition_adoptee(convention, an, parts={noms.get(n, n): m for n, m in parts.items()}, par=par)
    du_territoire = (e for e in enveloppes_par_nom(convention, an).values() if e.territoire_id)
    return next(e for e in du_territoire if e.territoire.code == territoire)


def _appel(alliance, par, enveloppe):
    appel = p.appel_en_preparation(alliance, par)
    grilles.proposer(appel, par=par, revision=appel.revision)
    appel.enveloppes.create(enveloppe=enveloppe, montant=D(300_000))
    return appel.publier(par=par)


def _du_brouillon(demande, redige):
    lettre = joindre(demande, par=redige, nature="appui", fichier=fabriques.fichier_pdf())
    statuts = joindre(demande, par=redige, nature="lettres_patentes", fichier=fabriques.fichier_pdf())
    return {
        "initiative/partie": (demande.pk, "projet"),
        "piece/initiative": (lettre.pk,),
        "piece/organisme": (statuts.pk,),
    }


def _de_l_etude(modele, demandes, par, engage, enveloppe):
    """Chaque demande jusqu'à son état; l'admissible est aussi à évaluer par l'instance de `modele`."""
    for nom, demande in demandes.items():
        if nom != "brouillon":
            demandes[nom] = p.relire(demande.deposer(par=engage))
        if nom in ("admissible", "a_decider", "acceptee"):
            _juger(demandes[nom], par)
    admissible = p.relire(demandes["admissible"])
    avis = rendre(admissible, par=par, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    EtapeInitiative.objects.filter(initiative=admissible).update(instance=modele.instances.get())
    decision = _accepter(demandes["acceptee"], par, enveloppe)
    return {"avis": (admissible.pk, avis.pk), "piece/decision": (decision.pieces.get().pk,)}


def _juger(demande, par):
    demande.etapes.filter(acte="decision").update(rang=9)
    demande.etapes.create(
        rang=8, acte="avis", instance=demande.etapes.first().instance, nom="Comité d’analyse"
    )
    juger(demande, par=par, reponses={critere: (True, "") for critere in Critere})


def _accepter(demande, par, enveloppe):
    demande = p.relire(demande)
    while prochaine_etape(demande).acte != "decision":
        rendre(demande, par=par, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    return decider(
        demande,
        par=fabriques._tenant("signature", demande.alliance),
        sens="acceptee",
        prise_le=aujourd_hui(),
        resolution="2026-10-01",
        piece=fabriques.fichier_pdf(),
        affectations={enveloppe: D(15_000)},
    )
