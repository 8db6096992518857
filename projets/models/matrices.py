"""La matrice d'une Alliance, telle qu'une personne la lit : priorités ou thématiques, lieux ou états."""

from functools import cached_property

from alliances.models.gouvernance import Palier
from projets.models import portraits
from projets.models.initiatives import Initiative
from projets.regles.matrice import AUCUN, PLUSIEURS, Colonne, Ligne, Sommes, dresser

THEMATIQUES, ETATS = "thematiques", "etats"
VUES = {
    "": "Priorités et territoires",
    THEMATIQUES: "Thématiques et territoires",
    ETATS: "Thématiques et états",
}
LIEUX = {PLUSIEURS: "Plusieurs territoires", AUCUN: "Aucun territoire"}
NULLE_PART = frozenset()
CLES = ("lieu", "palier", "nature", "etat", "montants_fictifs")


class LectureDeMatrice:
    """Ce qu'additionne la page : les initiatives d'une Alliance dans un état, un exercice ou tout le cycle."""

    def __init__(self, alliance, utilisateur, *, vue="", etat=portraits.RETENUES, an=None):
        self.alliance, self.vue, self.etat, self.an = alliance, vue, etat, an
        self.lues = portraits.retenues(utilisateur, etat, an, alliance=alliance)

    @cached_property
    def priorites(self):
        return list(portraits.priorites_en_vigueur(self.alliance))

    @property
    def version(self):
        """La version du plan en vigueur; `None` tant qu'aucune n'est approuvée."""
        return self.priorites[0].version if self.priorites else None

    @cached_property
    def groupes(self):
        """Tous les totaux de la page, d'une requête : par rattachement, lieu, palier, nature et état."""
        lues = portraits.avec_sommes(self.lues, self.an).annotate(rattachee=portraits.rattachee())
        return list(portraits.sommes(lues, "rattachee", *CLES))

    def par(self, cle, **seulement):
        """{valeur de cette clé: Sommes} des groupes qui répondent."""
        totaux = {}
        for groupe in self.groupes:
            if all(groupe[nom] == valeur for nom, valeur in seulement.items()):
                totaux[groupe[cle]] = totaux.get(groupe[cle], Sommes()) + Sommes.lues(groupe)
        return totaux

    def total(self, **seulement):
        return sum(self.par("rattachee", **seulement).values(), Sommes())

    @property
    def fictive(self):
        """Une de ses sommes, au moins, est inventée pour la démonstration."""
        return any(groupe["montants_fictifs"] for groupe in self.groupes)

    def orphelines(self):
        """Celles dont aucune priorité n'est au plan en vigueur."""
        return self.lues.filter(~portraits.rattachee())

    # --- Les rangées et les colonnes -----------------------------------------------------------------------

    def lignes(self):
        if not self.vue:
            return [_de_priorite(rang, priorite) for rang, priorite in enumerate(self.priorites, start=1)]
        thematiques = {p.thematique_id: p.thematique for p in self.priorites if p.thematique_id}
        autres = self.alliance.cycle.thematiques.exclude(pk__in=thematiques)
        return [
            *(Ligne(pk, thematique.nom, lieux=self._lieux_de(pk)) for pk, thematique in thematiques.items()),
            *(Ligne(autre.pk, autre.nom, "hors du plan en vigueur", NULLE_PART) for autre in autres),
        ]

    def _lieux_de(self, thematique):
        """Là où vaut au moins une de ses priorités."""
        lieux = [_lieux(p) for p in self.priorites if p.thematique_id == thematique]
        return None if None in lieux or self.vue == ETATS else NULLE_PART.union(*lieux)

    def colonnes(self):
        if self.vue == ETATS:
            return [Colonne(etat, Initiative.Etat(etat).label) for etat in portraits.ETATS[self.etat]]
        noms = dict(self.alliance.territoires.values_list("pk", "nom"))
        lieux = {groupe["lieu"] for groupe in self.groupes}
        partis = lieux - noms.keys() - LIEUX.keys()  # des territoires qui ont quitté l'Alliance
        noms |= dict.fromkeys(sorted(partis), "Hors de l’Alliance")
        possibles = lieux | ({PLUSIEURS} if len(noms) > 1 else set())
        noms |= {lieu: nom for lieu, nom in LIEUX.items() if lieu in possibles}
        return [Colonne(pk, nom) for pk, nom in noms.items()]

    def sans_aucune(self, colonnes):
        """Les territoires où rien ne se passe, pas même une initiative de plusieurs territoires."""
        lieux = self.par("lieu")
        vides = [colonne for colonne in colonnes if colonne.cle > 0 and colonne.cle not in lieux]
        touches = portraits.touches_par(self.lues) if vides and PLUSIEURS in lieux else ()
        return [colonne for colonne in vides if colonne.cle not in touches]

    def matrice(self, mesure="argent"):
        """Ses cases et ses totaux; une thématique hors du plan n'y est que si une initiative la sert."""
        lignes, cases = self.lignes(), {}
        axe, champ = (
            ("thematique" if self.vue else "cle"),
            ("initiative__etat" if self.vue == ETATS else "lieu"),
        )
        for lue in portraits.sommes_par_axe(self.lues, axe, [ligne.cle for ligne in lignes], self.an):
            cle = lue["axe"], lue[champ]
            cases[cle] = cases.get(cle, Sommes()) + Sommes.lues(lue)
        servies = {cle for cle, _ in cases}
        montrees = [ligne for ligne in lignes if ligne.cle in servies or ligne.lieux != NULLE_PART]
        return dresser(montrees, self.colonnes(), cases, self._totaux(servies), mesure)

    def _totaux(self, servies):
        """Par colonne, ce qui est rattaché; par thématique, tout : elle reste celle de la priorité choisie."""
        if not self.vue:
            return self.par("lieu", rattachee=True)
        return self.par("etat" if self.vue == ETATS else "lieu") if servies else {}


def _de_priorite(rang, priorite):
    lieux = _lieux(priorite)
    ou = ", ".join(map(str, priorite.territoires.all()))
    return Ligne(priorite.cle, f"{rang}. {priorite}", f"locale, {ou}" if lieux else "régionale", lieux)


def _lieux(priorite):
    """Une priorité locale ne vaut que chez elle; une régionale, partout (`None`)."""
    siens = frozenset(territoire.pk for territoire in priorite.territoires.all())
    return siens or None if priorite.palier == Palier.LOCAL else None
