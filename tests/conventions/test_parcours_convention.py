"""Toute la vie d'une convention, sans JavaScript : six personnes, leurs pages, leurs liens, leurs formulaires."""

import pytest

from tests import fabriques
from tests.conventions.parcours import (
    AJOUTEE,
    FIDUCIAIRE,
    NOTE,
    PARTICIPATION,
    approuver_le_plan,
    calendrier,
    changements,
    distribution,
)
from tests.outils.visiteuse import Introuvable
from tests.test_parcours import entrer


@pytest.fixture
def visites(transactional_db):
    return {role: entrer(personne) for role, personne in distribution().items()}


def preparer(mess, jours):
    mess.suivre("Conventions").suivre("Alliance – Bas-Saint-Laurent").voir(f"{FIDUCIAIRE} (Partenaire")
    mess.envoyer("Préparer la convention").voir("La convention est ouverte.")
    saisie = jours.montants | {"Début": jours.aujourd_hui, "Participation": PARTICIPATION}
    mess.envoyer("Enregistrer", saisie).voir("1 200 000,00 $")
    mess.suivre("Ajouter une partie")
    partie = {"Organisme": AJOUTEE, "Rôle": "MRC cosignataire", "La Matanie": True}
    mess.envoyer("Enregistrer", partie).voir("La partie est ajoutée.")
    mess.suivre("Établir ou ajuster l’échéancier").envoyer("Enregistrer l’échéancier")
    mess.voir("L’échéancier est établi.").suivre("FQIS-").suivre("Transmettre aux parties").voir(AJOUTEE)
    mess.envoyer("Transmettre aux parties").voir("La convention est transmise.")


def signer(visite, jours, organisme=True):
    """Inscrit la première signature offerte."""
    saisie = {"Date de la signature": jours.aujourd_hui}
    if organisme:
        saisie |= {
            "Numéro de la résolution": "2026-118",
            "Date de la résolution": jours.aujourd_hui,
            "Résolution": fabriques.fichier_pdf(),
        }
    return visite.suivre("Inscrire la signature").envoyer("Inscrire la signature", saisie)


def recommander(analyste):
    analyste.ouvrir("/").suivre("Recommander le versement").suivre("Recommander")
    analyste.envoyer("Recommander le versement", {"Note de recommandation": NOTE})
    analyste.voir("Le versement est recommandé. Il attend l’autorisation du Ministère.")


def autoriser(approbation, montant):
    approbation.ouvrir("/").suivre("Autoriser le versement").voir(NOTE).suivre("Autoriser")
    approbation.envoyer(f"Autoriser {montant}").voir(f"1 versement autorisé : {montant}.")


def etre_refusee(approbation):
    """La personne qui a autorisé tient aussi les finances : elle ne confirme pas pour autant.

    Rien ne l'attend à l'accueil; elle y va par la liste.
    """
    approbation.ouvrir("/conventions/versements/?etat=autorisee").suivre("2e versement")
    approbation.suivre("Confirmer le virement")
    approbation.voir("Vous avez autorisé ce versement : une autre personne doit le confirmer.")
    with pytest.raises(Introuvable):
        approbation.envoyer("Relire avant de confirmer")


def confirmer(finances, montant, reference):
    finances.ouvrir("/").suivre("Confirmer le versement").suivre("Confirmer le virement")
    finances.envoyer("Relire avant de confirmer", {"Référence comptable": reference}).voir(reference)
    finances.envoyer(f"Confirmer {montant}").voir(f"1 versement inscrit : {montant}.")


def depuis_l_alliance(visite):
    """De l'accueil à la convention, comme y va l'Alliance."""
    return visite.ouvrir("/").suivre("Alliance – Bas-Saint-Laurent").suivre("Convention")


def depuis_la_liste(visite):
    """De l'accueil à la convention, comme y va l'État."""
    return visite.ouvrir("/").suivre("Conventions").suivre("Alliance – Bas-Saint-Laurent")


def preparer_un_avenant(mess, jours):
    """Une date reculée, un exercice plus généreux, le versement qui le porte; avant et après; puis aux parties."""
    depuis_la_liste(mess).suivre("Avenants de la convention")
    mess.suivre("Préparer un avenant").envoyer(
        "Préparer l’avenant", {"Motif de l’avenant": "Prolonger et ajouter."}
    )
    mess.suivre("Dates").envoyer("Enregistrer", {"Fin de réalisation": jours.prolongee})
    mess.suivre("Montants").envoyer("Enregistrer", {f"Exercice {jours.suivant}": "450 000,00 $"})
    mess.suivre("Versements prévus").voir("2e versement, ", "Déjà autorisés ou faits")
    mess.envoyer("Enregistrer", {"Montant": "250 000,00 $"})
    mess.voir(*changements(jours), "1 250 000,00 $").suivre("Transmettre").voir(*changements(jours))
    mess.envoyer("Transmettre aux parties").voir("L’avenant est transmis aux parties.")


def signer_l_avenant(visite, jours, organisme=True):
    visite.suivre("Avenants de la convention").suivre("Avenant 1").voir(*changements(jours))
    return signer(visite, jours, organisme)


@pytest.mark.django_db(transaction=True)
def test_une_convention_se_prepare_se_signe_se_paie_et_change_sans_javascript(visites):
    jours = calendrier()
    mess, approbation, finances = (visites[r] for r in ("mess", "approbation", "finances_mess"))
    signature, coordination, analyste = (visites[r] for r in ("signature", "coordination", "analyste"))

    preparer(mess, jours)
    signature.ouvrir("/").suivre("Signer la convention")
    signer(signature, jours).voir("Il manque : MRC de La Matapédia")
    signer(signature, jours)
    signer(signature, jours).voir("Il manque : Ministre")
    approbation.ouvrir("/").suivre("Inscrire la signature de la ou du ministre")
    signer(approbation, jours, organisme=False).voir(f"En vigueur depuis le {jours.en_mots}.")

    recommander(analyste)
    autoriser(approbation, "70 000,00 $")
    confirmer(finances, "70 000,00 $", "VIR-0001")
    prochain = f"Le prochain versement, le 2e, de 330 000,00 $, est prévu le {jours.plan}; il attend"
    depuis_l_alliance(coordination).voir(prochain)

    approuver_le_plan()
    recommander(analyste)
    autoriser(approbation, "330 000,00 $")
    etre_refusee(approbation)
    confirmer(finances, "330 000,00 $", "VIR-0002")

    preparer_un_avenant(mess, jours)
    signer_l_avenant(depuis_l_alliance(signature), jours)
    for _ in range(2):
        signer(signature, jours).voir("La signature est inscrite. D’autres signatures sont attendues.")
    signer_l_avenant(depuis_la_liste(approbation), jours, organisme=False).voir("L’avenant est en vigueur.")
    prochain = f"Le prochain versement, le 3e, de 250 000,00 $, est prévu le {jours.printemps}"
    depuis_l_alliance(coordination).voir(prochain).suivre("Convention consolidée")
    coordination.voir("1 250 000,00 $", *changements(jours))
