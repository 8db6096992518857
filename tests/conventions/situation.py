"""Les objets des conventions dans la situation commune (`tests/situation.py`)."""

from datetime import date
from decimal import Decimal

from alliances.models import Organisme
from conventions import comparaison
from conventions.models import DemandeAnnulation, Depense, Enveloppe, Remise, Transfert
from tests import fabriques
from tests.conventions import avenants as fabriques_avenants
from tests.conventions import fabriques as conventions
from tests.conventions import versements
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    brouillon,
    convention_en_preparation,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)

SOEURS = (
    "avenants",
    "convention_projet",
    "versements",
    "echeancier",
    "resiliee",
)  # des Alliances de plus, une par convention
CONVENTIONS = {  # l'Alliance, d'après l'état de son plan, et ce que sa convention est devenue
    "preparation": ("sans_plan", conventions.convention_a_transmettre),
    "transmise": ("vide", conventions.convention_transmise),
    "signee": ("approuvee", conventions.convention_signee),
    "close": ("modification", conventions.convention_close),
    "resiliee": ("resiliee", conventions.convention_resiliee),
}


def objets(modele, alliances):
    """Tout ce que nomment les adresses des conventions, par son nom dans la matrice."""
    return {
        "abonnement/inconnu": ("fausse-adresse",),
        **_objets_des_enveloppes(modele),
        **_objets_des_avenants(alliances["avenants"], alliances["convention_projet"]),
        **_objets_des_versements(alliances),
        **_objets_des_conventions(alliances),
    }


def _objets_des_enveloppes(modele):
    """Une convention en vigueur : un exercice réparti et remis en brouillon, un transfert demandé, un exercice neuf."""
    convention = convention_en_vigueur(modele)
    par = fabriques._tenant("coordination", modele)
    arbre_dresse(convention, par=par)
    premiere, *autres = [t.nom for t in modele.territoires.order_by("code")]
    parts = {
        premiere if nom == "La Matapédia" else autres[0] if nom == "La Matanie" else nom: m
        for nom, m in PARTS.items()
    }
    adoptee = repartition_adoptee(convention, parts=parts, par=par)
    brouillon(convention, parts=parts, par=par)
    enveloppes = enveloppes_par_nom(convention)
    transfert = Transfert.demander(
        enveloppes["Réserve"],
        enveloppes[premiere],
        Decimal("1000.00"),
        par=par,
        motif="Une initiative de plus.",
    )
    neuve = Enveloppe.ajouter(
        convention,
        parent=enveloppes["Réserve"].parent,
        par=transfert.demandee_par,
        volet="reserve",
        nom="Imprévus",
    )
    return _ce_qui_sort(convention, enveloppes["Coordination et mobilisation"], enveloppes[premiere]) | {
        "convention": (convention.pk,),
        "exercice": (convention.pk, 2025),
        "exercice/neuf": (convention.pk, 2026),
        "enveloppe": (neuve.pk,),
        "repartition": (adoptee.pk,),
        "transfert": (transfert.pk,),
        "mouvement": (convention.pk, adoptee.mouvement),
        "annulation": (DemandeAnnulation.demander(adoptee.mouvement, par=par, motif="Une erreur.").pk,),
    }


def _ce_qui_sort(convention, coordination, locale):
    """Une dépense de la Table avec sa facture, une remise au territoire, et ce qu'il en a dépensé."""
    par = fabriques._tenant("finances", convention.alliance)
    communs = {"faite_le": date(2025, 6, 30), "montant": Decimal("100.00")}
    remise = Remise.inscrire(par=par, enveloppe=locale, reference="R-1", **communs)
    depense = Depense.inscrire_avec_piece(
        par=par,
        enveloppe=coordination,
        poste="salaires",
        reference="JE-1",
        piece=fabriques.fichier_pdf(),
        **communs,
    )
    communs["montant"] = Decimal("10.00")
    sienne = Depense.inscrire(par=par, enveloppe=locale, poste="salaires", reference="JE-2", **communs)
    return {
        "depense": (depense.pk,),
        "depense/territoire": (sienne.pk,),
        "depense/piece": (depense.pieces.get().pk,),
        "remise": (remise.pk,),
        "remise/piece": (remise.joindre(par=par, fichier=fabriques.fichier_pdf()).pk,),
    }


def _objets_des_versements(alliances):
    """Une convention en vigueur, un versement à chaque moment de sa vie, une dérogation; une en préparation."""
    convention = versements.convention_signee(alliances["versements"])
    preparee = convention_en_preparation(alliances["echeancier"])
    versements.echeancier(preparee)
    virement = versements.versee(convention, reference=f"V-{convention.pk}").versements.get()
    for rang, etat in ((2, "recommandee"), (3, "autorisee"), (4, "suspendue")):
        versements.mener(versements.premiere(convention, rang), etat)
    versements.obligation_en_retard(convention)
    derogation = versements.derogation(versements.premiere(convention, 3))
    racine = Enveloppe.racine(convention, 2025)
    report = conventions.report_adopte(convention, montants={racine: Decimal("1000.00")})
    recuperation = versements.recuperer(convention, reference=f"R-{convention.pk}")
    return {
        "report": (report.pk,),
        "recuperation": (recuperation.pk,),
        "convention/versements": (convention.pk,),
        "convention/echeancier": (preparee.pk,),
        "derogation": (derogation.pk,),
        "mouvement/virement": (convention.pk, virement.mouvement),
        **{f"versement/{rang}": (versements.premiere(convention, rang).pk,) for rang in (1, 2, 3, 4)},
    }


def _objets_des_avenants(alliance, en_projet):
    """Une convention en vigueur et un avenant à chaque état; une autre, transmise, pas encore signée."""
    convention = fabriques_avenants.convention_en_vigueur(alliance)
    applique = fabriques_avenants.avenant_applique(convention)
    fin = {"date/fin": "2027-09-30"}
    transmis = fabriques_avenants.avenant_transmis(convention, fin)
    prepare = fabriques_avenants.avenant_prepare(convention, {"parametre/part_regionale": "10.00"})
    projet = convention_en_preparation(en_projet)
    projet.etat, projet.transmise_par = "transmise", convention.transmise_par
    projet.transmise_le = convention.transmise_le
    projet.save()
    organisme, ministre = transmis.signatures_attendues()
    return {
        "avenants/convention": (convention.pk,),
        "avenants/projet": (projet.pk,),
        "avenants/instantane": (applique.instantane.pk,),
        "avenants/piece": (applique.signatures.first().pieces.get().pk,),
        "avenant/preparation": (prepare.pk,),
        "avenant/transmis": (transmis.pk,),
        "avenant/applique": (applique.pk,),
        "avenant/organisme": (transmis.pk, organisme.pk),
        "avenant/ministre": (transmis.pk, ministre.pk),
        **{f"avenant/{sorte}": (prepare.pk, sorte) for sorte in comparaison.SORTES},
    }


def _objets_des_conventions(alliances):
    """Une convention par état, une partie à signer, une obligation et une pièce de celle en vigueur."""
    objets = {}
    for etat, (alliance, fabrique) in CONVENTIONS.items():
        convention = fabrique(alliances[alliance])
        objets[f"convention/{etat}"] = (convention.pk,)
        organisme = convention.parties.exclude(role="ministre").first()
        objets[f"convention/{etat}/partie"] = (convention.pk, organisme.pk)
        objets[f"convention/{etat}/ministre"] = (convention.pk, convention.parties.get(role="ministre").pk)
        if etat == "transmise":
            objets["convention/transmise/mrc"] = (convention.pk, _mrc(convention).pk)
        for obligation in convention.obligations.filter(nature="rapport_final"):
            objets[f"convention/{etat}/obligation"] = (obligation.pk,)
        for piece in convention.pieces.all()[:1]:
            objets[f"convention/{etat}/piece"] = (piece.pk,)
        if etat == "signee":
            convention.joindre(fabriques.fichier_pdf("autre.pdf"), par=conventions._du_ministere("mess"))
            objets["convention/document"] = (convention.pieces.get(usage="autre").pk,)
    return objets


def _mrc(convention):
    """La MRC cosignataire du territoire dont une personne tient la signature."""
    territoire = convention.alliance.territoires.get(code__in=("07", "61"))
    mrc = Organisme.objects.create(nom=f"MRC, {territoire}", forme="municipal", territoire=territoire)
    return convention.parties.create(organisme=mrc, role="cosignataire", rang=5)
