"""Les appels de la démonstration et leurs initiatives : les vrais gestes, chacun à sa date, du dépôt à la réponse.

Organismes, initiatives et montants sont inventés; les circuits et les enveloppes sont ceux que l'Alliance a déjà.
Ce qui suit la réponse est dans `parcours`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from alliances.models import Organisme, Territoire
from conventions.models import Enveloppe
from demonstration import choix, demandes, parcours, reprises
from demonstration.annonces import RECENT, dater
from demonstration.calendriers import Calendrier, calendrier
from demonstration.horloge import au, vrai_jour
from demonstration.lecture import fiche
from demonstration.personnes import compte_de, engage_de
from demonstration.protocoles import approuver_les_clauses
from projets.models import AppelProjets, grilles
from projets.models.evaluations import declarer, evaluer
from projets.notifications.appels import annoncer_appel
from projets.notifications.demandes import annoncer_le_conflit, annoncer_le_depot

REPRISES = date(2025, 3, 12)  # ce qui précède le service y entre
CLAUSES = date(2025, 6, 16)  # le jour où chaque Alliance approuve les siennes
PREPARATION = timedelta(3)  # depuis quand un appel à venir se prépare
PARTAGE = 60  # sur 100 de ce qu'il reste à partager d'une enveloppe, ce qu'un appel met en commun
PLUSIEURS = (
    "L’initiative se réalise dans plusieurs arrondissements, que la liste des territoires ne distingue pas."
)
INVENTES = "Pour la démonstration, les organismes, les initiatives et les montants sont inventés."
REGLES = {
    "plancher": Decimal(5000),
    "plafond": Decimal(250_000),
    "seuil_abrege": Decimal(10_000),
    "cumul_maximal": Decimal(90),
    "apport_minimal": Decimal(10),
    "administration_maximale": Decimal(10),
    "revision_jours": 30,
}


def chronique(vie):
    """[(jour, geste)] des appels de cette Alliance; rien si elle n'en a pas, ou pas de plan approuvé."""
    if "initiatives" not in vie.donnees or not vie.approuve_le:
        return
    yield REPRISES, partial(reprises.importer, vie)
    yield CLAUSES, partial(approuver_les_clauses, vie)
    for donnees in fiche(f"initiatives/{vie.donnees['initiatives']}")["appels"]:
        yield from RecitAppel(vie, donnees, calendrier(donnees["calendrier"])).chronique()


def _lue(brut):
    """Un nombre de jours, ou un montant écrit entre guillemets."""
    return brut if isinstance(brut, int) else Decimal(brut)


@dataclass
class RecitAppel:
    """Un appel, sa fiche et son calendrier; chaque geste se joue à `le`."""

    vie: object
    donnees: dict
    calendrier: Calendrier
    appel: AppelProjets = None
    demandes: list = field(default_factory=list)  # [(ligne, initiative)] de ce qui est déposé

    @property
    def acteurs(self):
        return self.vie.acteurs

    def chronique(self):
        jours, lignes = self.calendrier, self.donnees["initiatives"]
        yield min(jours.publie, vrai_jour() - PREPARATION), self.publier
        if self.donnees["calendrier"] == "preparation":
            return
        for rang, ligne in enumerate(lignes):
            yield jours.depot(rang, len(lignes)), partial(self.entrer, ligne)
        yield jours.ferme, self.fermer
        if jours.juge:
            yield jours.juge, self.juger
            yield jours.avis, self.aviser
        if jours.decide:
            yield jours.decide, self.decider
        if jours.repond:
            yield jours.repond, self.repondre
        for ligne in lignes:
            yield from parcours.chronique(self, ligne)

    # --- L'appel ------------------------------------------------------------------------------------------

    def publier(self, le):
        """Préparé, doté de sa grille et de ses enveloppes, puis publié; « en préparation », il s'arrête avant."""
        par, jours = self.acteurs.coordination, self.calendrier
        appel = AppelProjets.preparer(
            self.vie.convention.alliance,
            par=par,
            titre=self.donnees["titre"],
            mode=self.donnees.get("mode", "appel"),
            territoire=Territoire.objects.filter(code=self.donnees.get("territoire")).first(),
            presentation=f"{self.donnees['presentation'].strip()}\n\n{INVENTES}",
            ouvre_le=_a(jours.publie, 8),
            ferme_le=_a(jours.ferme, 16),
            decision_promise_le=jours.promise,
            debut_au_plus_tot=jours.debut,
            fin_au_plus_tard=jours.fin,
            reservation_jours=jours.reservation,
            pieces_demandees=self.donnees.get("pieces", []),
            question_1=self.donnees.get("question", ""),
            rencontre=self.donnees.get("rencontre", ""),
            montants_fictifs=True,
            **REGLES | {champ: _lue(brut) for champ, brut in self.donnees.get("regles", {}).items()},
        )
        appel = appel.enregistrer(par=par, revision=appel.revision, champs={}, priorites=self._visees(appel))
        appel = grilles.proposer(appel, par=par, revision=appel.revision)
        appel = appel.mettre_en_commun(par=par, revision=appel.revision, montants=self._partage(appel))
        if self.donnees["calendrier"] != "preparation":
            self.appel = appel.publier(par=par)
            self._dire(annoncer_appel(self.appel, par=par, evenement="publication"))

    def _visees(self, appel):
        """Les priorités du plan qui servent les thèmes que vise l'appel; aucune, il les vise toutes."""
        thematiques = [demandes.themes()[theme]["thematique"] for theme in self.donnees.get("vise", [])]
        return appel.priorites_possibles().filter(thematique__code__in=thematiques)

    def _partage(self, appel):
        """{enveloppe: dollars} : celles des territoires de ses initiatives, et celle de la région."""
        codes = {code for ligne in self.donnees["initiatives"] for code in ligne["ou"]}
        ans = [exercice.an for exercice in choix.exercices(self.calendrier)]
        restes = {e: reste for e, _, reste in appel.restes_a_partager() if e.an in ans}
        siennes = [e for e in restes if e.territoire_id and e.territoire.code in codes]
        communes = [e for e in restes if not e.territoire_id and e.volet != Enveloppe.Volet.RESERVE]
        parts = {
            e: restes[e] * PARTAGE // 10_000 * 100  # à la centaine
            for e in siennes + ([] if appel.territoire_id else communes)
        }
        return {e: part for e, part in parts.items() if part > 0}

    def fermer(self, le):
        with au(self.calendrier.ferme, 17):
            self.appel = self.appel.fermer()

    # --- Les demandes -------------------------------------------------------------------------------------

    def entrer(self, ligne, le):
        """Commencée, remplie et déposée le même jour; un brouillon en reste un."""
        organisme = _organisme(ligne)
        par = compte_de(ligne["compte"]) if "compte" in ligne else engage_de(organisme)
        if ligne["suite"] == "brouillon":
            demandes.ebaucher(self.appel, ligne, organisme, par=par, calendrier=self.calendrier)
            return
        initiative = demandes.rediger(
            self.appel, ligne, organisme, par=par, calendrier=self.calendrier, priorites=self._priorites
        ).deposer(par=par)
        if "palier" in ligne:
            initiative = initiative.fixer_le_palier(
                par=self.acteurs.coordination,
                revision=initiative.revision,
                palier=ligne["palier"],
                motif=PLUSIEURS,
            )
        if timezone.localdate() >= (timezone.now() - RECENT).date():
            self._dire(annoncer_le_depot(initiative, par=par))
        if ligne["suite"] == "retiree":
            initiative.retirer(par=par, motif="L’organisme a trouvé un autre financement.")
        else:
            self.demandes.append((ligne, initiative))

    @property
    def _priorites(self):
        servies = self.appel.priorites_servies().select_related("thematique")
        return list(servies.prefetch_related("territoires"))

    def juger(self, le):
        for ligne, initiative in self._qui_ne_sont_pas("deposee"):
            choix.juger_une_demande(initiative, ligne, par=self.acteurs.coordination)

    def aviser(self, le):
        """Les notes de l'instance, puis les avis du circuit, chacun à son tour; quelques-uns attendent encore."""
        for ligne, initiative in self._qui_ne_sont_pas("deposee", "non_admissible"):
            self._noter(ligne, initiative)
            if ligne["suite"] != "sans_avis":
                choix.aviser(initiative, ligne, par=self.acteurs.coordination)
            if "propose" in ligne:
                choix.proposer_une_decision(initiative, ligne, par=self.acteurs.coordination)

    def _noter(self, ligne, initiative):
        """Deux personnes déclarent leurs intérêts, puis notent chaque critère; un conflit ferme le dossier à l'une."""
        for adresse, niveaux in ligne.get("notes", {}).items():
            par = compte_de(adresse)
            conflit = ligne.get("conflit", "") if niveaux == [] else ""
            declaration = declarer(initiative, par=par, conflit=bool(conflit), precision=conflit)
            self._dire(annoncer_le_conflit(declaration, par=par))
            if niveaux:
                criteres = self.appel.criteres.all()
                notes = {c: (niveau, "") for c, niveau in zip(criteres, niveaux, strict=True)}
                evaluer(initiative, par=par, notes=notes)

    def _qui_ne_sont_pas(self, *suites):
        return [(ligne, i) for ligne, i in self.demandes if ligne["suite"] not in suites]

    def decider(self, le):
        """Une séance, une résolution, autant de décisions que de demandes admissibles."""
        seance = choix.Seance(self.appel, le, par=self.acteurs.signature)
        for ligne, initiative in self._qui_ne_sont_pas("deposee", "non_admissible", "sans_avis"):
            seance.decider(initiative, ligne)

    def repondre(self, le):
        self._dire(choix.repondre(self.appel, par=self.acteurs.coordination))
        for ligne, initiative in self.demandes:
            if ligne["suite"] == "desistee":
                choix.renoncer(initiative, par=engage_de(initiative.organisme))
            elif ligne["suite"] == "liberee":
                choix.reprendre(initiative, par=self.acteurs.signature)

    @staticmethod
    def _dire(nouvelles):
        dater(nouvelles, timezone.now())


def _a(jour, heure):
    return timezone.make_aware(datetime.combine(jour, time(heure)))


def _organisme(ligne):
    """Celui de la ligne, créé s'il est neuf; son NEQ, public, ne s'invente pas."""
    territoire = Territoire.objects.get(code=ligne["ou"][0])
    champs = {"forme": ligne.get("forme", "obnl"), "territoire": territoire}
    return Organisme.objects.get_or_create(nom=ligne["porteur"], defaults=champs)[0]
