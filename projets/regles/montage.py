"""Le montage d'une demande, jugé au cent près : équilibre, cumul de l'argent public, apport du milieu, administration.

Une seule règle dit le chiffre, le calcul et la phrase; l'écran vivant, la page de vérification, le dépôt et le PDF
la lisent tous. Les taux viennent de l'appel; vides, ils n'existent pas (dossier des initiatives réelles, A.3).
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cached_property

from socle.valeurs.exercice import Exercice
from socle.valeurs.montants import ZERO, en_dollars

PUBLIQUES = ("fqis", "quebec", "canada", "municipal")  # Loi sur l'accès, art. 5, pour les municipalités
CENTIEME = Decimal("0.01")


@dataclass(frozen=True)
class Ligne:
    """Un montant d'un exercice : `genre` est le poste d'une dépense, ou la source d'une somme."""

    genre: str
    an: int
    montant: Decimal
    nom: str = ""
    nature: bool = False  # fourni autrement qu'en argent
    confirmee: bool = False


@dataclass(frozen=True)
class Taux:
    """Une règle calculée : ce qu'on a compté, ce que cela fait, ce qui est permis, et si c'est tenu."""

    nom: str
    comptees: tuple  # ((libellé, montant), …)
    montant: Decimal
    cout: Decimal
    maximum: Decimal | None = None
    minimum: Decimal | None = None

    @property
    def taux(self):
        """En pourcentage du coût, à deux décimales; zéro sans coût."""
        return pourcentage(self.montant, self.cout)

    @property
    def est_tenu(self):
        """Comparé sans arrondi : 90,004 % dépasse 90 %."""
        part = self.montant * 100
        sous = self.maximum is None or part <= self.maximum * self.cout
        return sous and (self.minimum is None or part >= self.minimum * self.cout)

    @property
    def reste(self):
        """Ce qui peut s'ajouter avant le maximum, ou ce qui manque au minimum (négatif); `None` sans borne."""
        if self.maximum is not None:
            return (self.maximum * self.cout / 100).quantize(CENTIEME, ROUND_DOWN) - self.montant
        if self.minimum is not None:
            return self.montant - (self.minimum * self.cout / 100).quantize(CENTIEME, ROUND_UP)
        return None

    @property
    def ecart(self):
        """« 1,20 $ de trop », « il manque 400,00 $ »."""
        somme = en_dollars(-self.reste)
        return f"{somme} de trop" if self.maximum is not None else f"il manque {somme}"

    @property
    def marge(self):
        """« Il reste 4 897,21 $ avant le maximum. »; vide sans borne, ou la borne passée."""
        if self.reste is None or not self.est_tenu:
            return ""
        somme = en_dollars(self.reste)
        if self.maximum is not None:
            return f"Il reste {somme} avant le maximum."
        return f"C’est {somme} de plus que le minimum."

    @property
    def phrase(self):
        """« 81,97 % du coût, au plus 90 % »."""
        dite = f"{en_pourcentage(self.taux)} du coût"
        if self.maximum is not None:
            return f"{dite}, au plus {en_pourcentage(self.maximum)}"
        return dite if self.minimum is None else f"{dite}, au moins {en_pourcentage(self.minimum)}"


@dataclass(frozen=True)
class BilanExercice:
    """Un exercice : ce qu'il coûte, ce qui le paie, et l'écart, en mots."""

    an: int
    depenses: Decimal
    sources: Decimal

    @property
    def exercice(self):
        """« 2026-2027 »."""
        return f"{self.an}-{self.an + 1}"

    @property
    def ecart(self):
        return self.depenses - self.sources

    @property
    def phrase(self):
        if not self.ecart:
            return "Équilibré au cent près" if self.depenses else "Rien encore"
        somme = en_dollars(abs(self.ecart))
        return f"Il manque {somme} de sources" if self.ecart > 0 else f"{somme} de sources en trop"


@dataclass(frozen=True)
class Payeur:
    """Une part de « Qui paie quoi » : sa somme, sa part du coût, et ce qui en est confirmé."""

    nom: str
    montant: Decimal
    part: Decimal
    precision: str = ""


def pourcentage(partie, tout):
    return (partie * 100 / tout).quantize(CENTIEME, ROUND_HALF_UP) if tout else ZERO


def parts_du_tout(montants, tout):
    """Des pourcentages à une décimale qui s'additionnent : 100 % quand les montants font le tout.

    Chacun est arrondi vers le bas; les dixièmes qui manquent vont à qui l'arrondi a le plus coûté.
    """
    if not tout:
        return [ZERO for _ in montants]
    exacts = [montant * 1000 / tout for montant in montants]
    dixiemes = [int(exact) for exact in exacts]
    manquants = int((sum(montants, ZERO) * 1000 / tout).quantize(Decimal(1), ROUND_HALF_UP)) - sum(dixiemes)
    par_perte = sorted(range(len(exacts)), key=lambda i: dixiemes[i] - exacts[i])
    for i in par_perte[:manquants]:
        dixiemes[i] += 1
    return [Decimal(dixieme) / 10 for dixieme in dixiemes]


def en_pourcentage(taux):
    """« 81,97 % », « 90 % »."""
    texte = f"{taux:,.2f}".replace(",", "\xa0").rstrip("0").rstrip(".").replace(".", ",")
    return f"{texte}\xa0%"


class Montage:
    """Les dépenses et les sources d'une demande, devant les paramètres de son appel (`plafond`, `cumul_maximal`…)."""

    def __init__(self, depenses, sources, parametres, exercices=()):
        self.depenses, self.sources, self.parametres = list(depenses), list(sources), parametres
        lus = {ligne.an for ligne in (*self.depenses, *self.sources)}
        self.ans = sorted(lus | {exercice.an for exercice in exercices})

    @staticmethod
    def _total(lignes, **voulu):
        gardees = (e for e in lignes if all(getattr(e, champ) == v for champ, v in voulu.items()))
        return sum((ligne.montant for ligne in gardees), ZERO)

    @cached_property
    def cout(self):
        """Toutes les dépenses, celles qui sont fournies en nature comprises."""
        return self._total(self.depenses)

    @property
    def demande(self):
        """Ce que la demande attend du Fonds."""
        return self._total(self.sources, genre="fqis")

    @property
    def confirme(self):
        """Ce qui est confirmé, hors du Fonds."""
        return self._total(self.sources, confirmee=True)

    def total_de(self, partie, an):
        """Les dépenses, ou les sources, d'un exercice."""
        return self._total(getattr(self, partie), an=an)

    def demande_de(self, an):
        return self._total(self.sources, genre="fqis", an=an)

    @property
    def demandes(self):
        """[(exercice, ce que la demande en attend)], puis (`None`, le total)."""
        return [*((Exercice(an), self.demande_de(an)) for an in self.ans), (None, self.demande)]

    def ecart(self, an):
        """Dépenses moins sources d'un exercice : zéro quand il s'équilibre."""
        return self._total(self.depenses, an=an) - self._total(self.sources, an=an)

    @cached_property
    def bilans(self):
        """Un par exercice, dans l'ordre."""
        return [
            BilanExercice(an, self._total(self.depenses, an=an), self._total(self.sources, an=an))
            for an in self.ans
        ]

    @cached_property
    def payeurs(self):
        """Qui paie quoi : le Fonds, les autres en argent, les autres en nature; seulement ceux qui paient."""
        autres = [s for s in self.sources if s.genre != "fqis"]
        parts = (
            ("Le Fonds, demandé", [s for s in self.sources if s.genre == "fqis"]),
            ("Les autres, en argent", [s for s in autres if not s.nature]),
            ("Les autres, en nature", [s for s in autres if s.nature]),
        )
        payees = [(nom, lignes) for nom, lignes in parts if self._total(lignes)]
        taux = parts_du_tout([self._total(lignes) for _, lignes in payees], self.cout)
        return [self._payeur(nom, lignes, part) for (nom, lignes), part in zip(payees, taux, strict=True)]

    def _payeur(self, nom, lignes, part):
        total, confirme = self._total(lignes), self._total(lignes, confirmee=True)
        du_fonds = lignes[0].genre == "fqis"
        precision = (
            "" if du_fonds else f"{en_dollars(confirme)} confirmés, {en_dollars(total - confirme)} demandés"
        )
        return Payeur(nom, total, part, precision)

    @property
    def total_des_sources(self):
        return self._total(self.sources)

    @property
    def est_equilibre(self):
        return bool(self.depenses) and not any(self.ecart(an) for an in self.ans)

    @property
    def cumul(self):
        """L'argent public, sur le coût."""
        comptees = [s for s in self.sources if s.genre in PUBLIQUES and self._entre_au_cumul(s)]
        return self._taux("Cumul de l’argent public", comptees, maximum=self.parametres.cumul_maximal)

    def _entre_au_cumul(self, source):
        return self.parametres.cumul_avec_nature or not source.nature

    @property
    def apport(self):
        """Ce qui vient de l'organisme et du milieu, en argent ou autrement, hors de l'argent public."""
        comptees = [s for s in self.sources if s.genre not in PUBLIQUES]
        return self._taux("Apport du milieu", comptees, minimum=self.parametres.apport_minimal)

    @property
    def administration(self):
        comptees = [d for d in self.depenses if d.genre == "administration"]
        return self._taux(
            "Part de l’administration", comptees, maximum=self.parametres.administration_maximale
        )

    @property
    def part(self):
        """La part du coût que l'on demande au Fonds."""
        comptees = [s for s in self.sources if s.genre == "fqis"]
        return self._taux("Part demandée au Fonds", comptees, maximum=self.parametres.part_maximale)

    def _taux(self, nom, lignes, **bornes):
        """Une ligne par nom, dans l'ordre, tous exercices réunis."""
        comptees = {}
        for ligne in lignes:
            comptees[ligne.nom] = comptees.get(ligne.nom, ZERO) + ligne.montant
        return Taux(nom, tuple(comptees.items()), self._total(lignes), self.cout, **bornes)

    @cached_property
    def taux(self):
        """Les règles que l'appel a fixées, dans l'ordre où on les lit."""
        tous = (self.part, self.cumul, self.apport, self.administration)
        return [t for t in tous if t.maximum is not None or t.minimum is not None]

    def fautes(self):
        """Ce qui empêche de déposer, en phrases."""
        if not self.depenses:
            return ["Inscrivez au moins une dépense."]
        return [*self._desequilibres(), *self._hors_bornes(), *self._taux_depasses()]

    def _desequilibres(self):
        for an in self.ans:
            if ecart := self.ecart(an):
                sens = "dépenses dépassent les sources" if ecart > 0 else "sources dépassent les dépenses"
                yield f"En {an}-{an + 1}, les {sens} de {en_dollars(abs(ecart))}."

    def _hors_bornes(self):
        plancher, plafond = self.parametres.plancher, self.parametres.plafond
        if self.demande <= ZERO:
            yield "Inscrivez ce que vous demandez au Fonds."
        elif plancher is not None and self.demande < plancher:
            yield f"Vous demandez {en_dollars(self.demande)}; l’appel commence à {en_dollars(plancher)}."
        if plafond is not None and self.demande > plafond:
            yield f"Vous demandez {en_dollars(self.demande)}; l’appel s’arrête à {en_dollars(plafond)}."

    def _taux_depasses(self):
        for taux in self.taux:
            if not taux.est_tenu:
                yield f"{taux.nom}\xa0: {taux.phrase}; {taux.ecart}."
