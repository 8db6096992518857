"""Les objets des appels et des initiatives dans la situation commune (`tests/situation.py`)."""

from decimal import Decimal as D
from functools import partial

from alliances.models import DemandeDAdhesion, DemandeDEngagement, Mandat, Organisme
from alliances.models.equipes import inviter_un_membre
from projets.models import EtapeInitiative, grilles
from projets.models.avis import prochaine_etape, rendre
from projets.models.decisions import decider
from projets.models.jugements import Critere, juger
from projets.models.pieces import joindre
from projets.models.reponses import envoyer
from projets.models.revisions import demander_la_revision
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
from tests.projets.protocoles.situation_preparation import objets_prepares
from tests.projets.protocoles.situation_vie import objets_de_la_vie

NON_ADMISSIBLES = ("non_admissible", "contestee")
A_L_ETUDE = ("a_juger", "admissible", "a_decider", "acceptee", "refusee", *NON_ADMISSIBLES)
DELAIS = {"reservation_jours": 60, "revision_jours": 20}
SOEURS = ("initiatives",)  # l'Alliance dont les appels et les initiatives sont ceux de la matrice


def objets(modele, alliance, territoire):
    """Tout ce que nomment les adresses des initiatives; `modele` : l'Alliance de qui évalue."""
    fabriques.version_approuvee(alliance)
    par = fabriques._tenant("coordination", alliance)
    enveloppe = _enveloppe(alliance, par, territoire)
    appel, clos = (
        _appel(alliance, par, enveloppe),
        _appel(alliance, par, enveloppe, titre="Appel fermé", **DELAIS),
    )
    preparation = p.appel_en_preparation(alliance, par, titre="Appel de demain")
    porteur = Organisme.objects.get(territoire__code=territoire, forme="obnl", neq="")
    redige, engage = (fabriques.personne(role, porteur) for role in ("porteur", "engagement"))
    demandes = {nom: p.demande_prete(appel, porteur, redige) for nom in ("brouillon", "deposee")}
    demandes["deposee"] = p.relire(demandes["deposee"].deposer(par=engage))
    a_l_etude = {
        nom: p.relire(p.demande_prete(clos, porteur, redige).deposer(par=engage)) for nom in A_L_ETUDE
    }
    demandes["recue"] = p.recevoir_autrement(appel, porteur, par)
    p.fermer(clos)
    return {
        "appel": (appel.pk,),
        "appel/preparation": (preparation.pk,),
        "essai": (-preparation.pk,),
        "essai/partie": (-preparation.pk, "projet"),
        "appel/clos": (clos.pk,),
        "appel/clos/besoin": (clos.pk, "besoin"),
        **_du_brouillon(demandes["brouillon"], redige),
        "piece/recue": (demandes["recue"].pieces_recues.get().pk,),
        **_de_l_etude(modele, a_l_etude, par, enveloppe, engage),
        **_de_l_organisme(alliance, porteur, redige),
        **objets_de_la_vie(
            _appel(alliance, par, enveloppe, partage=D(40_000), titre="Appel aux protocoles", **DELAIS),
            *(porteur, enveloppe, partial(_decider, par=par)),
            par=par,
            redige=redige,
            engage=engage,
        ),
        **_des_protocoles(
            modele,
            _appel(alliance, par, enveloppe, partage=D(10_000), titre="Appel accepté", **DELAIS),
            *(porteur, enveloppe, par, redige, engage),
        ),
        **{f"initiative/{nom}": (demande.pk,) for nom, demande in (demandes | a_l_etude).items()},
    }


def _des_protocoles(modele, appel, porteur, enveloppe, par, redige, engage):
    """Des demandes acceptées de cet appel, jusqu'à leur protocole; ce qui reste à partager y suffit."""

    def accepter(demande):
        _juger(demande, par, convient=True)
        montants = {"affectations": {enveloppe: D(4_000)}, "ecart": "L’enveloppe ne permet pas plus."}
        _decider(demande, par, sens="acceptee", **montants)

    return objets_prepares(modele, appel, porteur, par, redige, engage, accepter)


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


def _appel(alliance, par, enveloppe, partage=D(150_000), **champs):
    appel = p.appel_en_preparation(alliance, par, **champs)
    grilles.proposer(appel, par=par, revision=appel.revision)
    appel.enveloppes.create(enveloppe=enveloppe, montant=partage)
    return appel.publier(par=par)


def _du_brouillon(demande, redige):
    lettre = joindre(demande, par=redige, nature="appui", fichier=fabriques.fichier_pdf())
    statuts = joindre(demande, par=redige, nature="lettres_patentes", fichier=fabriques.fichier_pdf())
    return {
        "initiative/partie": (demande.pk, "projet"),
        "piece/initiative": (lettre.pk,),
        "piece/organisme": (statuts.pk,),
    }


def _de_l_etude(modele, demandes, par, enveloppe, engage):
    """Chaque demande jusqu'à son état; l'admissible est aussi à évaluer par l'instance de `modele`.

    La réponse de l'acceptée est partie; celle de la refusée attend : son organisme n'en sait rien. Il a demandé la
    révision de la contestée.
    """
    for nom, demande in demandes.items():
        if nom != "a_juger":
            _juger(demande, par, convient=nom not in NON_ADMISSIBLES)
    demander_la_revision(demandes["contestee"], par=engage, motif="Le registre est à jour.")
    admissible = p.relire(demandes["admissible"])
    avis = rendre(admissible, par=par, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    EtapeInitiative.objects.filter(initiative=admissible).update(instance=modele.instances.get())
    decision = _decider(demandes["acceptee"], par, sens="acceptee", affectations={enveloppe: D(15_000)})
    (reponse,) = envoyer(decision.initiative.appel, par=par)
    refus = {"raison": "besoin", "motif": "Le besoin est ailleurs.", "ecart": "Le comité ne l’avait pas vu."}
    tue = _decider(demandes["refusee"], par, sens="refusee", **refus)
    return {
        "avis": (admissible.pk, avis.pk),
        "piece/decision": (decision.pieces.get().pk,),
        "piece/decision/tue": (tue.pieces.get().pk,),
        "reponse": (reponse.pk,),
    }


def _de_l_organisme(alliance, porteur, redige):
    """Une personne demande à se joindre à l'organisme, qui l'invite aussi; une autre, à l'engager."""
    autre = Organisme.objects.create(nom=f"Nouvelle venue, {alliance.nom}", territoire=porteur.territoire)
    nouvelle, engagee = fabriques.personne("porteur", autre), fabriques.personne("porteur", porteur)
    adhesion = DemandeDAdhesion.demander(porteur, par=nouvelle, alliance=alliance)
    engagement = DemandeDEngagement.demander(
        porteur,
        par=engagee,
        alliance=alliance,
        resolution="CA-2026-04",
        resolution_le=aujourd_hui(),
        piece=fabriques.fichier_pdf(),
    )
    invitation = inviter_un_membre(porteur, par=redige, courriel=nouvelle.courriel, prenom="", nom="")
    return {
        "invitation": (invitation.pk,),
        "membre": (Mandat.objects.get(utilisateur=redige).pk,),
        "adhesion": (adhesion.pk,),
        "engagement": (engagement.pk,),
        "piece/engagement": (engagement.piece.pk,),
    }


def _juger(demande, par, *, convient):
    demande.etapes.filter(acte="decision").update(rang=9)
    demande.etapes.create(
        rang=8, acte="avis", instance=demande.etapes.first().instance, nom="Comité d’analyse"
    )
    juger(demande, par=par, reponses={critere: (convient, "À voir au registre.") for critere in Critere})


def _decider(demande, par, **choix):
    demande = p.relire(demande)
    while prochaine_etape(demande).acte != "decision":
        rendre(demande, par=par, sens="favorable", texte="Le milieu y tient.", rendu_le=aujourd_hui())
    return decider(
        demande,
        par=fabriques._tenant("signature", demande.alliance),
        prise_le=aujourd_hui(),
        resolution="2026-10-01",
        piece=fabriques.fichier_pdf(),
        **choix,
    )
