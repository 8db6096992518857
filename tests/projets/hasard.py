"""Des dossiers prêts à décider de deux appels, sur les trois enveloppes de deux territoires, et de quoi les mener."""

from datetime import timedelta
from decimal import Decimal as D

from django.db import transaction

from alliances.models import InstanceGouvernance
from conventions.models import Ecriture, Solde
from projets.models import Initiative, PropositionDecision
from projets.models.propositions import adopter, proposer
from projets.models.reponses import envoyer
from projets.models.reservations import (
    desister,
    liberer_l_echue,
    liberer_la_reservation,
    prolonger_la_reservation,
)
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import acte, dossier_pret

NOMS = ("La Matapédia", "La Matanie", "Projets régionaux")
DEMANDE, JOURS = D(35_000), 30
REFUS = {"raison": "fonds", "motif": "L’enveloppe est épuisée.", "ecart": "Les fonds manquent."}

ECART = "La séance y tient."  # ce que le hasard prend d'un territoire que la demande ne touche pas


class Partage:
    """Deux appels d'une Alliance (le second, d'un seul territoire) qui puisent aux mêmes enveloppes presque vides."""

    def __init__(self, cadre, dossiers=8, reste=D(50_000)):
        self.alliance = cadre.bsl
        self.agente, self.signataire = (
            fabriques.personne(role, cadre.bsl) for role in ("coordination", "signature")
        )
        comite = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité", palier="local")
        for circuit in cadre.bsl.circuits.all():
            circuit.etapes.create(rang=1, instance_gouvernance=comite, acte="recommandation")
        toutes = p.enveloppes(cadre.bsl, 2026)
        self.enveloppes = [toutes[nom] for nom in NOMS]
        self.convention = self.enveloppes[0].convention
        fabriques.version_approuvee(cadre.bsl)
        self.appels = [self._appel(None), self._appel(self.enveloppes[0].territoire)]
        self.cles = [
            dossier_pret(self.appels[n % 2], self.agente, f"Organisme {n}", f"11400002{n:02d}").pk
            for n in range(dossiers)
        ]
        for enveloppe in self.enveloppes:
            self.prendre_ailleurs(enveloppe, Solde.objects.get(pk=enveloppe.pk).disponible - reste)

    def _appel(self, territoire):
        partage = dict.fromkeys(self.enveloppes[:1] if territoire else self.enveloppes, D(50_000))
        champs = {"territoire": territoire, "reservation_jours": JOURS}
        return p.appel_ouvert(self.alliance, par=self.agente, partage=partage, **champs)

    def initiative(self, rang):
        return p.relire(Initiative(pk=self.cles[rang % len(self.cles)]))

    def appel(self, rang):
        appel = self.appels[rang % 2]
        return type(appel).objects.get(pk=appel.pk)

    def parts(self, initiative, sommes):
        """{enveloppe: dollars} que l'appel permet; `sommes` : une par enveloppe, zéro pour n'y rien prendre."""
        permises = self.enveloppes[:1] if initiative.appel.territoire_id else self.enveloppes
        return {e: D(m) for e, m in zip(permises, sommes, strict=False) if m}

    def prendre_ailleurs(self, enveloppe, montant):
        """Une autre promesse, hors des initiatives."""
        with transaction.atomic():
            return Ecriture.passer(
                self.convention,
                [(enveloppe, "reserve", montant)],
                nature="reservation",
                par=self.signataire,
                objet="Ailleurs",
            )

    # --- Les gestes, par rang et par sommes : ce que le hasard tire ---------------------------------------

    def accepter(self, rang, sommes, resolution="R-1"):
        initiative = self.initiative(rang)
        parts, par = self.parts(initiative, sommes), self.signataire
        return prendre(initiative, par, affectations=parts, resolution=resolution, ecart=ECART)

    def mettre_en_attente(self, rang):
        return prendre(self.initiative(rang), self.signataire, sens="en_attente", **REFUS)

    def refuser(self, rang):
        return prendre(self.initiative(rang), self.signataire, sens="refusee", **REFUS)

    def proposer(self, rang, sommes):
        initiative = self.initiative(rang)
        presente = PropositionDecision.objects.filter(initiative=initiative).first()
        return proposer(
            initiative,
            par=self.agente,
            revision=presente.revision if presente else 0,
            sens="acceptee",
            affectations=self.parts(initiative, sommes),
            ecart=ECART,
        )

    def adopter(self, rang, resolution="R-2"):
        """Une séance : tout ce qui est proposé à cet appel."""
        appel = self.appel(rang)
        proposees = list(PropositionDecision.objects.en_attente().filter(initiative__appel=appel))
        return adopter(appel, proposees, par=self.signataire, **acte(resolution=resolution))

    def repondre(self, rang):
        return envoyer(self.appel(rang), par=self.signataire)

    def desister(self, rang):
        return desister(self.initiative(rang), par=self.signataire, motif="La salle n’est plus libre.")

    def liberer(self, rang):
        return liberer_la_reservation(
            self.initiative(rang), par=self.signataire, motif="Le protocole tarde.", resolution="2026-10-01"
        )

    def liberer_l_echue(self, rang, jours=JOURS + 1):
        """Le service, ce nombre de jours plus tard."""
        return liberer_l_echue(self.initiative(rang), aujourd_hui() + timedelta(days=jours)) or []

    def prolonger(self, rang, jours=JOURS):
        initiative = self.initiative(rang)
        fin = (initiative.reservee_jusqu_au or aujourd_hui()) + timedelta(days=jours)
        return prolonger_la_reservation(
            initiative, par=self.signataire, jusqu_au=fin, motif="Le conseil siège en mai."
        )
