"""Le dossier entier d'une initiative, tel qu'une personne le lit : ses données, ses pièces et ses documents.

Chaque table passe par son `visibles_par` : ce que la personne ne lirait pas à l'écran n'entre pas.
"""

from django.db.models import F, FilteredRelation, Q

from alliances.plans.models import Priorite
from projets.models import (
    Affectation,
    AvisInitiative,
    Decision,
    DemandeDeRevision,
    Initiative,
    JournalProjets,
    PieceDecision,
    PieceInitiative,
    PieceOrganisme,
    PieceRecue,
    Reponse,
)
from projets.models.contenu import ContenuDeDemande
from projets.protocoles.models.avenants import AvenantProtocole
from projets.protocoles.models.changements import ChangementDemande
from projets.protocoles.models.instantanes import InstantaneProtocole
from projets.protocoles.models.paiements import Paiement, PiecePaiement
from projets.protocoles.models.protocoles import SIGNES, Protocole
from projets.protocoles.models.rapports import PieceRapport, RapportRecu
from projets.protocoles.models.rectificatifs import LigneRectifiee
from projets.protocoles.models.releves import LigneDeReleve
from projets.protocoles.models.remboursements import PieceRemboursement, Remboursement
from projets.protocoles.models.signatures import PieceSignature, SignatureProtocole
from projets.protocoles.models.signatures_avenant import PieceSignatureAvenant, SignatureAvenantProtocole
from projets.protocoles.models.suivis import NoteDeSuivi, PieceNote
from projets.protocoles.models.tranches import Tranche
from socle.models import Document
from socle.valeurs.exercice import Exercice

FINIS = (Protocole.Etat.CLOS, Protocole.Etat.RESILIE)
FORMAT = "alliances/initiative/1"
REPONSE = ("tour", "cote", "sens", "nom", "fonction", "signee_le", "resolution", "resolution_le", "motif")
PROTOCOLE = {
    "protocoles": (Protocole, "", ("etat", "debut", "fin", "rapport_final_le", "signe_le", "fin_motif")),
    "transmissions": (InstantaneProtocole, "protocole__", ("tour", "le", "empreinte", "contenu")),
    "signatures": (
        SignatureProtocole,
        "protocole__",
        REPONSE,
    ),
    "avenants": (
        AvenantProtocole,
        "protocole__",
        ("rang", "etat", "motif", "transmis_le", "signe_le", "fini_le", "fin_motif", "empreinte", "contenu"),
    ),
    "signatures_d_avenants": (
        SignatureAvenantProtocole,
        "avenant__protocole__",
        ("avenant__rang", *REPONSE),
    ),
    "versements_prevus": (
        Tranche,
        "protocole__",
        ("rang", "montant", "condition", "prevue_le", "retenue", "etat"),
    ),
    "rapports_recus": (
        RapportRecu,
        "protocole__",
        ("attendu_le", "quoi", "recu_le", "depense", "accepte_le", "refuse_le", "refus_motif"),
    ),
    "notes_de_suivi": (
        NoteDeSuivi,
        "protocole__",
        ("cote", "texte", "objectif__objectif", "atteint_le", "ecrite_le"),
    ),
    "changements_demandes": (
        ChangementDemande,
        "protocole__",
        ("nature", "demande", "demande_le", "issue", "reponse", "repondu_le"),
    ),
    "releve": (LigneDeReleve, "protocole__", ("decide", "garde", "a_recuperer", "radie", "libere")),
    "releves_rectificatifs": (
        LigneRectifiee,
        "rectificatif__protocole__",
        (
            *("rectificatif__numero", "rectificatif__motif", "rectificatif__confirme_le"),
            *("a_recuperer_avant", "radie_avant", "libere_avant", "a_recuperer", "radie", "libere"),
        ),
    ),
}
MOUVEMENTS = {
    "paiements": (Paiement, "tranche__protocole__"),
    "remboursements": (Remboursement, "ligne__protocole__"),
}
RANGEES = {
    "depenses": ("poste", "precision", "an", "montant"),
    "sources": ("source", "nom", "forme", "certitude", "an", "montant"),
    "objectifs": ("objectif", "activites", "cible", "unite", "pour_le"),
    "partenaires": ("nom", "humain", "materiel", "financier", "confirme"),
    "personnes_prevues": ("an", "nombre", "nouvelles"),
    "populations": ("population",),
    "etapes": ("rang", "acte", "nom"),
}
AVIS = ("nom", "groupe", "personnes", "sens", "texte", "resolution", "rendu_le", "retire_le", "retrait_motif")
DECISION = (
    *("sens", "instance", "resolution", "prise_le", "raison", "motif", "ecart", "conditions", "inscrite_le"),
)
PIECES = (  # (dossier de l'archive, modèle, chemin vers l'initiative)
    ("pieces/demande", PieceInitiative, "initiative"),
    ("pieces/recues", PieceRecue, "initiative"),
    ("pieces/decisions", PieceDecision, "decision__initiative"),
    ("pieces/signatures", PieceSignature, "signature__protocole__initiative"),
    ("pieces/avenants", PieceSignatureAvenant, "signature__avenant__protocole__initiative"),
    ("pieces/rapports", PieceRapport, "rapport__protocole__initiative"),
    ("pieces/notes", PieceNote, "note__protocole__initiative"),
    ("pieces/versements", PiecePaiement, "sortie__tranche__protocole__initiative"),
    ("pieces/remboursements", PieceRemboursement, "sortie__ligne__protocole__initiative"),
)


def dossiers_entiers(utilisateur):
    """Ceux que la personne suit en entier, une fois déposés; ni de son organisme, ni où elle a un conflit."""
    initiatives = Initiative.objects.deposees()
    return initiatives.filter(Initiative.objects.condition_de_l_etude(utilisateur))


def pieces_du_dossier(utilisateur, initiative):
    """(dossier de l'archive, pièce), une à la fois; de l'organisme, celles du jour du dépôt."""
    for dossier, modele, chemin in PIECES:
        vues = modele.objects.visibles_par(utilisateur).filter(**{chemin: initiative})
        for piece in vues.order_by("pk").iterator():
            yield dossier, piece
    du_sien = PieceOrganisme.objects.visibles_par(utilisateur).filter(organisme=initiative.organisme_id)
    demandees = du_sien.filter(nature__in=initiative.appel.pieces_demandees)
    for piece in demandees.du_depot(initiative.recue_le or initiative.deposee_le).order_by("pk").iterator():
        yield "pieces/organisme", piece


def documents_du_dossier(utilisateur, initiative, noms):
    """[(nom, document prêt ou `None`)] : les PDF de ces noms, le plus récent de chacun, puis les lettres."""
    prets = Document.objects.filter(nom__in=noms, etat=Document.Etat.PRET).order_by("pret_le")
    trouves = {document.nom: document for document in prets}
    lettres = lettres_de(utilisateur, initiative).select_related("document")
    des_lettres = [
        (f"lettre-{n}.pdf", r.document if r.document.est_pret else None) for n, r in _numerotes(lettres)
    ]
    return [*((nom, trouves.get(nom)) for nom in noms), *des_lettres]


def lettres_de(utilisateur, initiative):
    lettres = Reponse.objects.visibles_par(utilisateur)
    return lettres.filter(decision__initiative=initiative) | lettres.filter(jugee=initiative)


def cles_des_protocoles(utilisateur, initiative):
    """(celles de ses protocoles, des signés, des finis, de leurs avenants transmis); une requête."""
    transmis = FilteredRelation("avenants", condition=Q(avenants__transmis_le__isnull=False))
    lus = (
        _les(Protocole, "", utilisateur, initiative).alias(transmis=transmis).order_by("pk", "transmis__rang")
    )
    lus = list(lus.values_list("pk", "etat", "transmis__pk"))
    etats = {pk: etat for pk, etat, _ in lus}
    par_etats = ([pk for pk, etat in etats.items() if etat in voulus] for voulus in (SIGNES, FINIS))
    return list(etats), *par_etats, [avenant for *_, avenant in lus if avenant]


def donnees_du_dossier(utilisateur, initiative, extrait_le):
    """Tout le dossier en données simples; les montants en dollars, les dates AAAA-MM-JJ."""
    return {
        "format": FORMAT,
        "extrait_le": extrait_le,
        **_l_initiative(initiative),
        "demande": {c.name: getattr(initiative, c.name) for c in ContenuDeDemande._meta.fields},
        **{nom: _rangees(getattr(initiative, nom), champs) for nom, champs in RANGEES.items()},
        "avis": _rangees(_des(AvisInitiative, utilisateur, initiative).annotate(nom=F("etape__nom")), AVIS),
        "decisions": _rangees(_des(Decision, utilisateur, initiative), DECISION),
        "affectations": _affectations(utilisateur, initiative),
        "revisions": _rangees(
            _des(DemandeDeRevision, utilisateur, initiative),
            ("motif", "demandee_le", "issue", "issue_motif", "repondue_le"),
        ),
        "lettres": list(lettres_de(utilisateur, initiative).values("envoyee_le", "contenu")),
        **{n: _rangees(_les(m, c, utilisateur, initiative), v) for n, (m, c, v) in PROTOCOLE.items()},
        **{n: _mouvements(m, c, utilisateur, initiative) for n, (m, c) in MOUVEMENTS.items()},
        "journal": journal_du_dossier(utilisateur, initiative),
    }


def _l_initiative(initiative):
    priorites = Priorite.objects.filter(pk__in=initiative.priorites.values("pk"))
    return {
        "numero": initiative.numero,
        "etat": initiative.etat,
        "organisme": {"nom": initiative.organisme.nom, "neq": initiative.organisme.neq},
        "alliance": initiative.alliance.nom,
        "cycle": initiative.alliance.cycle.code,
        "appel": {"titre": initiative.appel.titre, "mode": initiative.appel.mode},
        "deposee_le": initiative.deposee_le,
        "palier": initiative.palier,
        "circuit": initiative.circuit,
        "montants_fictifs": initiative.montants_fictifs,
        "territoires": list(initiative.territoires.values("code", "nom")),
        "priorites": list(priorites.values("cle", "titre", thematique_nationale=F("thematique__nom"))),
    }


def journal_du_dossier(utilisateur, initiative):
    lignes = _des(JournalProjets, utilisateur, initiative).select_related("par").order_by("rang")
    return [
        {
            "inscrite_le": ligne.inscrite_le,
            "action": ligne.en_mots(ligne.geste),
            "par": ligne.par.nom_complet if ligne.par else "",
            "qualite": ligne.role,
            "objet": ligne.objet,
            "motif": ligne.motif,
            "avant": ligne.avant,
            "apres": ligne.apres,
        }
        for ligne in lignes
    ]


def _affectations(utilisateur, initiative):
    vues = _des(Affectation, utilisateur, initiative).select_related("enveloppe__territoire")
    return [
        {"enveloppe": str(a.enveloppe), "exercice": str(Exercice(a.enveloppe.an)), "montant": a.montant}
        for a in vues
    ]


def _mouvements(modele, chemin, utilisateur, initiative):
    """Un mouvement contrepassé reste à l'histoire, et le dit."""
    vus = _les(modele, chemin, utilisateur, initiative)
    contrepasse = {"contrepasse_le": F("ecriture__contrepassee_par__inscrite_le")}
    return list(vus.order_by("pk").values("montant", "faite_le", "reference", **contrepasse))


def _des(modele, utilisateur, initiative):
    return modele.objects.visibles_par(utilisateur).filter(initiative=initiative)


def _les(modele, chemin, utilisateur, initiative):
    return modele.objects.visibles_par(utilisateur).filter(**{f"{chemin}initiative": initiative})


def _rangees(lignes, champs):
    """Un exercice s'y dit comme partout : « 2026-2027 »."""
    lues = lignes.values(*champs)
    return [ligne | ({"exercice": str(Exercice(ligne.pop("an")))} if "an" in ligne else {}) for ligne in lues]


def _numerotes(lettres):
    return enumerate(lettres.order_by("envoyee_le", "pk"), start=1)
