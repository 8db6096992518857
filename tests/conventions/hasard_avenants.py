"""Des avenants au hasard sur la convention d'une histoire : préparés, transmis, signés, repris ou abandonnés.

Plusieurs restent ouverts ensemble : l'un s'applique pendant que l'autre se prépare ou se signe.
"""

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from conventions import comparaison
from conventions.models import Avenant, Convention, Enveloppe, Solde
from conventions.models.contenu import termes_lus
from conventions.permissions import geste_de_signature
from socle.valeurs.argent import ZERO, arrondir
from socle.valeurs.horloge import aujourd_hui
from tests.conventions.avenants import signer, versement
from tests.conventions.hasard import QUI, MachineAuxRoles

SOU = Decimal("0.01")
# Ce que l'avenant ajoute à l'exercice, d'après ce qui y est libre.
ECARTS = {
    "hausse": lambda libre: Decimal("70000.33"),
    "un sou de plus": lambda libre: SOU,
    "un sou de moins": lambda libre: -SOU,
    "baisse": lambda libre: -arrondir(libre / 3),
    "tout ce qui est libre": lambda libre: -libre,
    "un sou de trop": lambda libre: -libre - SOU,
}
RANG = st.integers(0, 9)
RAREMENT = st.sampled_from([False] * 5 + [True])
SUITES = st.sampled_from(["avancer", "avancer", "reprendre", "abandonner", "abandonner"])
CHANGEMENT = st.fixed_dictionaries(
    {
        "an": st.sampled_from([2025, 2026]),
        "ecart": st.sampled_from(["hausse", *ECARTS]),
        "neuf": st.booleans(),  # une hausse ajoute un versement prévu, ou grossit le dernier
        "boiteux": RAREMENT,  # il oublie l'échéancier
    }
)
AU_BOUT = 3  # transmettre, puis les deux signatures
PAS = st.integers(0, AU_BOUT)


class AvenantsAuHasard(MachineAuxRoles):
    """Les gestes d'un avenant qui change le montant d'un exercice."""

    def verifier(self):
        super().verifier()
        termes_tenus(self.convention)

    @rule(qui=QUI, changement=CHANGEMENT, pas=PAS, autre=st.none() | CHANGEMENT, qui_l_autre=QUI)
    def preparer_avenant(self, qui, changement, pas, autre, qui_l_autre):
        """Parfois, pendant qu'il se prépare ou se signe, une autre personne en met un second en vigueur : sa base a
        bougé, et il se reprend, à moins que les deux se contredisent."""
        avenant = self._preparer(qui, **changement)
        self.faire_avancer(avenant, qui, pas)
        if avenant and autre:
            self.faire_avancer(self._preparer(qui_l_autre, **autre), qui_l_autre, AU_BOUT)
            self.faire_avancer(avenant, qui, 1)
            self.tenter_par(qui, "preparer", avenant.reprendre)

    @rule(rang=RANG, qui=QUI, geste=SUITES, tous=RAREMENT)
    def suivre(self, rang, qui, geste, tous):
        """Son geste suivant, sa reprise ou son abandon; parfois d'un avenant qui n'est plus ouvert."""
        avenants = Avenant.objects.all() if tous else Avenant.objects.ouverts()
        avenants = list(avenants.select_related("convention").order_by("pk"))
        if not avenants:
            return
        avenant = avenants[rang % len(avenants)]
        if geste == "avancer":
            self.faire_avancer(avenant, qui, 1)
        elif geste == "reprendre":
            self.tenter_par(qui, "preparer", avenant.reprendre)
        else:
            self.tenter_par(qui, "transmettre", avenant.abandonner, motif="Essai")

    def _preparer(self, qui, an, ecart, neuf, boiteux):
        avenant = self.tenter_par(qui, "preparer", Avenant.ouvrir, self.convention, motif="Essai")
        if avenant is None:
            return None
        libre = Solde.objects.get(enveloppe=Enveloppe.racine(self.convention, an)).disponible
        ecart = ECARTS[ecart](libre)
        exercice = {f"exercice/{an}": str(Decimal(avenant.base[f"exercice/{an}"]) + ecart)}
        prevus = {} if boiteux else self.prevus_ajustes(avenant.base, an, ecart, neuf)
        for sorte, valeurs in (("exercice", exercice), ("versement", prevus)):
            options = {"revision": avenant.revision}
            avenant = self.tenter_par(qui, "preparer", avenant.proposer, sorte, valeurs, **options) or avenant
        return avenant

    def prevus_ajustes(self, base, an, ecart, neuf):
        """Les versements prévus de l'exercice, pour qu'ils en donnent encore le montant."""
        prevus = comparaison.de_sorte(base, "versement")
        siens = sorted((int(rang) for rang, valeur in prevus.items() if valeur["an"] == an), reverse=True)
        if ecart > 0 and (neuf or not siens):
            suivant = max(self.convention.echeances.values_list("rang", flat=True)) + 1
            return {f"versement/{suivant}": versement(an, str(ecart), f"{an + 1}-02-01")}
        ajustes = {}
        for rang in siens:  # le dernier d'abord
            valeur = prevus[str(rang)]
            montant = max(ZERO, Decimal(valeur["montant"]) + ecart)
            ecart += Decimal(valeur["montant"]) - montant
            ajustes[f"versement/{rang}"] = valeur | {"montant": str(montant)} if montant else None
            if not ecart:
                break
        return ajustes

    def faire_avancer(self, avenant, qui, pas):
        """Ses gestes suivants : transmettre, puis chaque signature. Si sa base a bougé, il s'y refuse."""
        for _ in range(pas if avenant else 0):
            avenant = Avenant.objects.select_related("convention").get(pk=avenant.pk)
            if not avenant.est_ouvert:
                return
            a_bouge = avenant.base_a_bouge()
            fait = self._avancer(avenant, qui)
            if a_bouge:
                assert fait is None
                self.comptes["base bougée"] += 1
            if fait and fait.etat == Avenant.Etat.APPLIQUE:
                self.comptes["Avenant.appliquer"] += 1

    def _avancer(self, avenant, qui):
        if avenant.etat == Avenant.Etat.PREPARATION:
            return self.tenter_par(qui, "transmettre", avenant.transmettre)
        signature = avenant.signatures_attendues().filter(signee_le=None).first()
        droit = geste_de_signature(signature)
        return self.tenter_par(qui, droit, signer, avenant, signature, le=aujourd_hui())


def termes_tenus(convention):
    """Exercice par exercice : le montant, ce que le grand livre dit convenu et les versements prévus se valent.

    Le dernier instantané dit les mêmes termes : rien ne change la convention hors d'un avenant.
    """
    termes = comparaison.termes(termes_lus(Convention.objects.get(pk=convention.pk)))
    _, montants, prevus = comparaison.totaux(termes)
    racines = Solde.objects.filter(enveloppe__convention=convention, enveloppe__volet="exercice")
    assert {solde.enveloppe.an: solde.convenu for solde in racines.select_related("enveloppe")} == montants
    assert {an: prevus.get(an, ZERO) for an in montants} == montants
    dernier = convention.instantanes.latest("en_vigueur_le", "pk")
    assert dernier.est_intact()
    assert comparaison.termes(dernier.contenu) == termes
