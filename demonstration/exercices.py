"""La vie d'une convention signée, jour après jour : répartir, dépenser, rendre compte, reporter, clore.

Une Table dont le plan n'est pas approuvé n'a reçu que le premier versement : elle coordonne avec cela.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial

from alliances.plans.models import VersionPlan
from conventions.models import Convention, Depense, Enveloppe, Repartition, Report, clotures
from conventions.regles.arbres import forme_proposee
from conventions.regles.plus_fort_reste import repartir
from demonstration import initiatives, versements
from demonstration.horloge import au, est_venu, ouvrable
from demonstration.personnes import Acteurs
from demonstration.resolution import resolution_pdf
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import jour_de

# Sur 100 : ce que chaque volet reçoit; ce qui n'a pas de poids ici se partage le reste à parts égales.
POIDS = {"coordination": 12, "participation": 4, "reserve": 6, "regional": 10, "centralise": 38}
# À Montréal, chaque priorité centralisée a son montant, en dollars par exercice (évaluation 2017-2023); inventés ici.
PRIORITES_FIXES = {
    "montreal": {"Sécurité alimentaire": 1_500_000, "Habitation": 1_300_000, "Itinérance": 1_000_000}
}
# (mois, jour, volet, poste, part de l'enveloppe sur 100, objet)
DEPENSES = (
    (6, 30, "coordination", "salaires", 17, "Coordination, avril à juin"),
    (9, 30, "coordination", "salaires", 17, "Coordination, juillet à septembre"),
    (10, 31, "coordination", "deplacements", 4, "Tournée des territoires"),
    (11, 20, "participation", "participation", 35, "Transport, garde et repas des personnes participantes"),
    (12, 31, "coordination", "salaires", 17, "Coordination, octobre à décembre"),
    (2, 20, "participation", "honoraires", 20, "Animation des rencontres citoyennes"),
    (3, 31, "coordination", "salaires", 17, "Coordination, janvier à mars"),
)
D_AVANCE = 2027  # le premier exercice réparti un an plus tôt, pour les initiatives de deux ans
SANS_PLAN = Decimal("7500.00")  # ce que coûte un trimestre à une Table qui n'a reçu que le premier versement


def vivre(convention, donnees, acteurs, jusqu_au=date.max):
    """Joue tout ce qui est arrivé à la convention depuis sa signature, dans l'ordre des jours."""
    vie = Vie(convention, donnees, acteurs)
    for jour, geste in sorted(vie.chronique(), key=lambda ligne: ligne[0]):
        if convention.signee_le < jour <= jusqu_au and est_venu(jour):
            with au(jour):
                geste(le=jour)
    return convention


@dataclass
class Vie:
    """Une convention, sa fiche et ses acteurs; chaque geste se joue à `le`."""

    convention: Convention
    donnees: dict
    acteurs: Acteurs

    @cached_property
    def approuve_le(self):
        """Le jour où le premier plan a été approuvé, ou `None`."""
        decidees = VersionPlan.objects.filter(
            plan__alliance=self.convention.alliance, etat__in=("approuvee", "remplacee")
        )
        premiere = decidees.order_by("numero").first()
        return premiere and jour_de(premiere.decidee_le)

    def chronique(self):
        """[(jour, geste)] de tout ce qui a pu arriver, sans ordre."""
        yield from versements.chronique(self)
        yield from initiatives.chronique(self)
        for ligne in self.convention.exercices.filter(montant__gt=0):
            yield self._jour_de_la_repartition(ligne.an), partial(self.repartir, ligne.an)
            for rang, depense in enumerate(DEPENSES, start=1):
                faite_le = _dans(ligne.an, *depense[:2])
                yield faite_le + timedelta(1), partial(self.depenser, ligne.an, rang, faite_le, depense)
            yield date(ligne.an + 1, 6, 19), partial(self.recevoir, ligne.an)
            yield ouvrable(date(ligne.an + 1, 10, 14)), partial(self.accepter, ligne.an)
            if self.approuve_le:
                yield ouvrable(date(ligne.an + 1, 6, 10)), partial(self.reporter, ligne.an)
                yield ouvrable(date(ligne.an + 1, 10, 27)), partial(self.clore, ligne.an)

    def _jour_de_la_repartition(self, an):
        """En mai; là où des appels paient deux exercices, le second se répartit dès que commence le premier."""
        d_avance = an >= D_AVANCE and "initiatives" in self.donnees
        return ouvrable(max(date(an - d_avance, 5, 14), self.convention.signee_le + timedelta(21)))

    # --- Répartir -----------------------------------------------------------------------------------------

    def repartir(self, an, le):
        """L'arbre d'un exercice, dressé puis réparti par résolution."""
        profil = self.convention.alliance.profil_gouvernance
        forme, par = (
            forme_proposee(self.convention.part_regionale, profil.decision_locale),
            self._coordination,
        )
        Enveloppe.dresser(self.convention, an, forme, par=par)
        montants = self._parts(an, self._ajouter_les_priorites(an))
        brouillon = Repartition.enregistrer(
            self.convention,
            an,
            {enveloppe: (montant, False, None) for enveloppe, montant in montants.items()},
            methode="pourcentages",
            revision=0,
            par=par,
        )
        brouillon.adopter(par=self.acteurs.signature, **self._resolution(le, 31))

    @property
    def _coordination(self):
        return self.acteurs.coordination

    def _resolution(self, le, numero):
        numero, table = f"{le:%Y}-{numero:03}", str(self.convention.alliance.table_regionale)
        piece = resolution_pdf(numero=numero, organisme=table, le=le)
        return {"adoptee_le": le, "resolution": numero, "piece": piece}

    def _parts(self, an, fixes):
        """{enveloppe: dollars} de chaque enveloppe qui reçoit, au sou près."""
        arbre = list(Enveloppe.objects.de_l_arbre(self.convention, an).select_related("solde", "parent"))
        libre = arbre[0].solde.alloue - sum(fixes.values())
        meres = {enveloppe.parent_id for enveloppe in arbre}
        feuilles = [e for e in arbre if e.pk not in meres and e.pk not in fixes]
        autres = sum(feuille.volet not in POIDS for feuille in feuilles)
        reste = 100 * libre / arbre[0].solde.alloue - sum(POIDS.get(feuille.volet, 0) for feuille in feuilles)
        parts = repartir(libre, [POIDS.get(f.volet, reste / (autres or 1)) for f in feuilles])
        return {e: fixes[e.pk] for e in arbre if e.pk in fixes} | dict(zip(feuilles, parts, strict=True))

    def _ajouter_les_priorites(self, an):
        """{enveloppe: son montant fixe} des priorités de l'enveloppe centralisée."""
        fixes = PRIORITES_FIXES.get(self.convention.alliance.slug, {})
        centralisee = self.convention.enveloppes.filter(an=an, volet="centralise").first()
        mois = 5 if an == Exercice.de(self.convention.alliance.cycle.debut).an else 12
        return {
            Enveloppe.ajouter(
                self.convention,
                parent=centralisee,
                par=self._coordination,
                volet="priorite",
                nom=nom,
                montant_fixe=True,
            ).pk: Decimal(montant * mois // 12)
            for nom, montant in fixes.items()
        }

    # --- Dépenser -----------------------------------------------------------------------------------------

    def depenser(self, an, rang, faite_le, depense, le):
        """Ce que la Table dépense elle-même, une fois l'exercice réparti."""
        _, _, volet, poste, part, objet = depense
        enveloppe = self.convention.enveloppes.filter(an=an, volet=volet).select_related("solde").first()
        if enveloppe is None or not enveloppe.solde.alloue or not (self.approuve_le or poste == "salaires"):
            return
        montant = (enveloppe.solde.alloue * part / 100).quantize(Decimal("1.00"))
        Depense.inscrire(
            par=self.acteurs.finances,
            enveloppe=enveloppe,
            montant=montant if self.approuve_le else min(montant, SANS_PLAN),
            faite_le=faite_le,
            reference=f"GL-{an}-{rang:02}",
            poste=poste,
            objet=objet,
        )

    # --- Rendre compte ------------------------------------------------------------------------------------

    def recevoir(self, an, le):
        """Ce que l'exercice fini doit, et qui est rendu à temps; une personne l'inscrit."""
        dues = self.convention.obligations.dues().filter(an=an)
        for obligation in dues.exclude(nature__in=self._en_retard(an)):
            obligation.recevoir(par=self._analyste, le=le, reference="Dossier régional, document fictif")

    def _en_retard(self, an):
        """Les natures que la fiche dit en retard, pour le dernier exercice fini."""
        return self.donnees.get("en_retard", ()) if not est_venu(date(an + 2, 6, 1)) else ()

    def accepter(self, an, le):
        """Une autre personne accepte; ce que le rapport libère attend alors sa recommandation."""
        for obligation in self.convention.obligations.a_accepter().filter(an=an):
            obligation.accepter(par=self.acteurs.direction or self.acteurs.approbation, le=le)

    @property
    def _analyste(self):
        return self.acteurs.dgsq or self.acteurs.mess

    # --- Passer à l'exercice suivant ----------------------------------------------------------------------

    def reporter(self, an, le):
        """La Table reporte ce qui reste; là où la fiche le dit, la coordination se rend plutôt au Ministère."""
        rendue = self.donnees.get("recuperation") == an
        restes = dict(Report.soldes_a_reporter(self.convention, an))
        montants = {e: reste for e, reste in restes.items() if not (rendue and e.volet == "coordination")}
        if Report.empechements_a_reporter(self.convention, an):
            return
        motif = "Des initiatives de l’exercice se réalisent pendant le suivant."
        report = Report.preparer(
            self.convention, an, montants, motif=motif, revision=0, par=self.acteurs.finances
        )
        report.adopter(par=self.acteurs.signature, **self._resolution(le, 44))
        if rendue:
            rendus = {e: reste for e, reste in restes.items() if e not in montants}
            motif = "Un poste de coordination est resté vacant pendant l’exercice."
            versements.recuperer(self.convention, an, rendus, motif=motif, le=le)

    def clore(self, an, le):
        ligne = self.convention.exercices.select_related("convention").get(an=an)
        if not clotures.empechements_a_clore(ligne):
            clotures.clore(ligne, par=self.acteurs.mess)


def _dans(an, mois, jour):
    """Ce jour de l'exercice qui commence le 1er avril `an`."""
    return date(an if mois >= 4 else an + 1, mois, jour)
