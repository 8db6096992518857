"""Des protocoles à chaque état, par les vrais gestes."""

from datetime import date, timedelta
from decimal import Decimal

from projets.protocoles.models import AvenantProtocole, ClausesAlliance, Paiement, Protocole, RapportRecu
from projets.protocoles.models.termes import termes_de
from projets.protocoles.regles.echeancier import USUELS
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p

DATES = {"debut": date(2026, 9, 1), "fin": date(2026, 12, 31), "rapport_final_le": date(2027, 1, 31)}


def clauses_approuvees(alliance, par):
    ouvertes = ClausesAlliance.ouvrir(alliance, par=par)
    if ouvertes.version > 1:  # une copie sans changement ne s'approuve pas
        textes = [*ouvertes.textes(), ("Suite", f"Version {ouvertes.version}.")]
        ouvertes = ouvertes.ecrire(textes, par=par, revision=ouvertes.revision)
    return ouvertes.approuver(par=par, revision=ouvertes.revision)


def prepare(initiative, par, **dates):
    return Protocole.preparer(initiative, par=par, **DATES | dates)


def avec_echeancier(protocole, par, tranches=None):
    tranches = protocole.echeancier_propose(USUELS) if tranches is None else tranches
    return protocole.enregistrer(par=par, revision=protocole.revision, tranches=tranches)


def transmis(initiative, par, tranches=None):
    protocole = avec_echeancier(prepare(initiative, par), par, tranches)
    return protocole.transmettre(par=par, revision=protocole.revision)


def signer(protocole, cote, par, **plus):
    saisie = {"nom": "Odile Castonval", "fonction": "Présidente", "signee_le": aujourd_hui()}
    if cote == "organisme":
        saisie |= {
            "resolution": "CA-2026-14",
            "resolution_le": aujourd_hui(),
            "fichier": fabriques.fichier_pdf(),
        }
    return protocole.signer(cote, par=par, **saisie | plus)


def signe(protocole, table, engage):
    """Les deux parties ont signé : l'argent est engagé."""
    signer(protocole, "alliance", table)
    return relire(signer(protocole, "organisme", engage))


def appui():
    """La résolution et l'avis qui appuient une résiliation, ou l'annulation d'un versement."""
    avis = fabriques.fichier_pdf("avis.pdf")
    return {"resolution": "CA-2026-31", "resolution_le": aujourd_hui(), "avis": avis}


def relire(protocole):
    relu = Protocole.objects.get(pk=protocole.pk)
    relu.initiative = p.relire(relu.initiative)
    return relu


def payer(tranche, par, **plus):
    saisie = {"montant": tranche.montant, "faite_le": aujourd_hui(), "reference": f"V-{tranche.rang}"} | plus
    return Paiement.inscrire(par=par, tranche=tranche, **saisie)


def a_terme(protocole):
    """La fin convenue est passée d'hier."""
    hier = aujourd_hui() - timedelta(days=1)
    Protocole.objects.filter(pk=protocole.pk).update(debut=min(protocole.debut, hier), fin=hier)
    return relire(protocole)


def pret_a_clore(protocole, par):
    """Plus rien à verser, la fin passée, le rapport final accepté; il dit tout ce qui est versé dépensé."""
    for tranche in relire(protocole).tranches.en_chemin():
        tranche.annuler(par=par, **appui(), motif="Le coût réel est moindre.")
    autre = fabriques.personne("coordination", protocole.initiative.alliance)
    rapport_accepte(protocole, par, autre, depense=sum(protocole.verses().values()))
    return relire(protocole)


def rapport_accepte(protocole, par, autre, depense=0):
    """Le rapport final, reçu de `par`, accepté par `autre` : ce qui l'attendait est libéré."""
    protocole = a_terme(protocole)
    recu = {"attendu_le": protocole.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    return RapportRecu.inscrire(protocole, par=par, depense=Decimal(depense), **recu).accepter(par=autre)


# --- Les avenants -----------------------------------------------------------------------------------------


def avenant(protocole, par, **changements):
    """Un avenant en préparation, et ce qu'il change : `valeurs`, `tranches`."""
    ouvert = AvenantProtocole.ouvrir(protocole, par=par, motif="La salle n’est libre qu’en janvier.")
    return ouvert.modifier(par=par, revision=ouvert.revision, **changements) if changements else ouvert


def avenant_transmis(protocole, par, **changements):
    return relire_avenant(avenant(protocole, par, **changements).transmettre(par=par))


def avenant_signe(avenant, table, engage):
    signer(avenant, "alliance", table)
    return relire_avenant(signer(relire_avenant(avenant), "organisme", engage))


def relire_avenant(avenant):
    relu = AvenantProtocole.objects.get(pk=avenant.pk)
    relu.protocole = relire(relu.protocole)
    return relu


def avenant_sans_suite(protocole):
    """Les versements qu'un avenant peut changer, tels qu'ils sont."""
    return AvenantProtocole(protocole=protocole, base=termes_de(protocole)).prevues()
