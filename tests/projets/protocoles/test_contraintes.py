"""Ce que la base refuse des protocoles, écrit sans aucun geste ni déclencheur : une preuve par contrainte."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db.models import F

from projets.protocoles.models import (
    AvenantProtocole,
    AvisTransmis,
    ChangementDemande,
    Clause,
    ClausesAlliance,
    InstantaneProtocole,
    LigneDeReleve,
    LigneRectifiee,
    NoteDeSuivi,
    Paiement,
    Protocole,
    RapportRecu,
    Rectificatif,
    Remboursement,
    SignatureAvenantProtocole,
    SignatureProtocole,
    Tranche,
)
from socle.valeurs.horloge import aujourd_hui
from tests.outils.contraintes import contraintes_de, refuse_par
from tests.outils.immuables import sans_declencheurs
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


def change(modele, **champs):
    """Toutes ses rangées, sans aucune garde de Python."""
    return lambda: modele._base_manager.update(**champs)


def double(modele, **champs):
    """Une copie de la première rangée."""

    def ecrire():
        copie = modele.objects.order_by("pk").first()
        copie.pk = None
        for champ, valeur in champs.items():
            setattr(copie, champ, valeur)
        modele._base_manager.bulk_create([copie])

    return ecrire


def d_une_sortie(modele, nom):
    return {
        f"{nom}_chaine_rang_unique": double(modele, reference="Autre", ecriture_id=1),
        f"{nom}_reference_unique": double(modele, rang=99, ecriture_id=1),
        f"{nom}_montant_positif": change(modele, montant=0),
        f"{nom}_inscrite_par_une_personne": change(modele, reference=""),
    }


REFUS = {
    "clauses_version_unique": double(ClausesAlliance),
    "clauses_une_seule_a_approuver": lambda: [
        double(ClausesAlliance, version=n, approuvee_le=None, approuvee_par=None)() for n in (2, 3)
    ],
    "clauses_approbation_complete": change(ClausesAlliance, approuvee_par=None),
    "clause_rang_unique": double(Clause),
    "clause_ecrite": change(Clause, texte=""),
    "protocole_un_seul_par_initiative": double(Protocole),
    "protocole_dates_en_ordre": change(Protocole, fin=date(2020, 1, 1)),
    "protocole_transmission_complete": change(Protocole, transmis_par=None),
    "protocole_signature_complete": change(Protocole, signe_par=None),
    "protocole_beneficiaire_fige": change(Protocole, nom_fige=""),
    "protocole_suspension_complete": change(Protocole, suspension_motif="x"),
    "protocole_cloture_complete": change(Protocole, etat="clos"),
    "protocole_resiliation_complete": change(Protocole, resiliation_demandee=""),
    "protocole_abandon_complet": lambda: change(Protocole, abandonne_le=maintenant())(),
    "protocole_fin_motivee": change(Protocole, fin_motif=""),
    "instantane_protocole_un_par_tour": double(InstantaneProtocole),
    "signature_protocole_une_par_cote": double(SignatureProtocole),
    "signature_protocole_complete": change(SignatureProtocole, nom=""),
    "signature_protocole_par_resolution": change(SignatureProtocole, resolution="", resolution_le=None),
    "tranche_rang_unique": double(Tranche),
    "tranche_montant_positif": change(Tranche, montant=0),
    "tranche_retenue_attend_un_rapport": change(Tranche, condition="date", retenue=True),
    "tranche_suspendue_depuis": change(Tranche, suspendue_depuis="prevue"),
    "tranche_liberee_datee": change(Tranche, etat="liberee", liberee_le=None),
    "rapport_recu_un_par_date": double(RapportRecu),
    "rapport_recu_depense_positive": change(RapportRecu, depense=-1),
    "rapport_recu_accepte_par_une_autre": change(RapportRecu, accepte_par=F("inscrit_par")),
    "rapport_recu_refuse_par_une_autre": lambda: change(
        RapportRecu, accepte_le=None, accepte_par=None, refuse_le=maintenant(), refus_motif="x"
    )(),
    "avis_transmis_un_par_fin": double(AvisTransmis, tranche=None),
    "avis_transmis_un_par_versement": lambda: [
        double(AvisTransmis, tranche_id=Tranche.objects.first().pk)() for _ in range(2)
    ],
    "avis_transmis_par_resolution": change(AvisTransmis, resolution=""),
    "releve_une_ligne_par_somme": double(LigneDeReleve),
    "releve_rend_compte_de_tout": change(LigneDeReleve, garde=1),
    "rectificatif_numero_unique": double(Rectificatif, paiement=None),
    "rectificatif_un_seul_en_attente": lambda: [
        double(Rectificatif, numero=None, confirme_le=None, confirme_par=None)() for _ in range(2)
    ],
    "rectificatif_confirme_par_une_autre": change(Rectificatif, confirme_par=F("propose_par")),
    "rectificatif_ecarte_motive": change(Rectificatif, ecart_motif="x"),
    "ligne_rectifiee_une_fois": double(LigneRectifiee),
    "ligne_rectifiee_positive": change(LigneRectifiee, radie=-1),
    "note_de_suivi_complete": change(NoteDeSuivi, texte=""),
    "changement_un_seul_en_attente": double(ChangementDemande),
    "changement_complet": change(ChangementDemande, issue="accorde"),
    "avenant_protocole_rang_unique": double(AvenantProtocole),
    "avenant_protocole_un_seul_ouvert": lambda: [
        double(
            AvenantProtocole,
            rang=n,
            etat="transmis",
            signe_le=None,
            signe_par=None,
            fini_le=None,
            fin_motif="",
        )()
        for n in (8, 9)
    ],
    "avenant_protocole_motif_present": change(AvenantProtocole, motif=""),
    "avenant_protocole_transmission_complete": change(AvenantProtocole, transmis_par=None),
    "avenant_protocole_signature_complete": change(AvenantProtocole, signe_le=None),
    "avenant_protocole_fin_complete": change(AvenantProtocole, fin_motif="x"),
    "signature_avenant_protocole_une_par_cote": double(SignatureAvenantProtocole),
    "signature_avenant_protocole_complete": change(SignatureAvenantProtocole, nom=""),
    "signature_avenant_protocole_par_resolution": change(
        SignatureAvenantProtocole, resolution="", resolution_le=None
    ),
    **d_une_sortie(Paiement, "paiement"),
    "paiement_parti_avant_motive": change(Paiement, motif="x"),
    **d_une_sortie(Remboursement, "remboursement"),
}


def maintenant():
    return Protocole.objects.get().prepare_le


@pytest.fixture
def rembourse(signe, signataire, lectrice, agente, equipe):
    """Signé, changé, suivi, payé, rendu compte, résilié, remboursé : une rangée de chaque table."""
    avenant = f.avenant_transmis(signe, agente, valeurs={"date/fin": "2027-01-15"})
    f.avenant_signe(avenant, signataire, equipe[1])
    signe = f.a_terme(signe)
    NoteDeSuivi.ecrire(signe, par=agente, cote="alliance", texte="La salle est prête.")
    ChangementDemande.demander(signe, par=agente, nature="dates", demande="La salle n’est pas libre.")
    f.payer(signe.tranches.get(rang=1), lectrice)
    recu = {"quoi": "Rapport final", "recu_le": aujourd_hui(), "depense": 100}
    rapport = RapportRecu.inscrire(signe, par=agente, attendu_le=signe.rapport_final_le, **recu)
    rapport.accepter(par=signataire)
    premiere = signe.tranches.get(rang=1).affectation_id
    signe.resilier(par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer={premiere: 100})
    Remboursement.inscrire(
        par=lectrice,
        ligne=LigneDeReleve.objects.get(a_recuperer=100),
        montant=100,
        faite_le=aujourd_hui(),
        reference="R-1",
    )
    ligne = LigneDeReleve.objects.get(a_recuperer=100)
    sommes = {ligne.pk: {"a_recuperer": D(100), "radie": D(50)}}
    rectificatif = Rectificatif.proposer(f.relire(signe), par=agente, motif="Dissous.", sommes=sommes)
    rectificatif.confirmer(par=signataire)


@pytest.mark.parametrize("nom", REFUS)
def test_la_base_refuse(rembourse, nom):
    with sans_declencheurs(), refuse_par(nom, "protocoles"):
        REFUS[nom]()


def test_chaque_contrainte_de_la_piece_a_sa_preuve():
    assert set(contraintes_de("protocoles")) == set(REFUS)
