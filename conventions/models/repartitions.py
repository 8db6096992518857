"""La répartition d'un exercice entre ses enveloppes : un brouillon que l'on ajuste, puis l'adoption par résolution.

Une répartition dit ce que chaque enveloppe aura. L'adopter écrit la différence avec ce qu'elle a; la suivante remplace
la précédente de la même façon.
"""

from django.db import models, transaction
from django.db.models import Q

from alliances.models import IndiceTerritoire
from conventions.models.adoptions import ActeAdopte
from conventions.models.arbres import empechements_a_repartir, empechements_d_exercice, en_profondeur
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe
from conventions.models.gardiens import LIGNES_FIGEES, REPARTITION_FIGEE
from conventions.regles import repartition as regles
from socle.erreurs import TransitionInterdite
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.horloge import aujourd_hui


def enveloppes_a_servir(arbre):
    """Celles qui reçoivent un montant : les feuilles, et tout groupe qui porte déjà quelque chose."""
    groupes = {enveloppe.parent_id for enveloppe in arbre}
    return [e for e, etage in en_profondeur(arbre) if etage and (e.pk not in groupes or e.solde.alloue)]


def a_repartir(arbre):
    """Ce que l'exercice peut répartir, en dollars : tout son alloué, moins ce que la racine emploie elle-même."""
    racine = next((e for e in arbre if e.parent_id is None), None)
    employe = racine.solde.employe if racine else ZERO
    return sum((e.solde.alloue for e in arbre), ZERO) - employe


def _montants_fixes_calcules(lignes):
    return [
        f"«\xa0{e}\xa0» a un montant fixe\xa0: il se tape, il ne se calcule pas."
        for e, (_, calculee, _) in lignes.items()
        if calculee and e.montant_fixe
    ]


def _source(fait, cle):
    """D'où vient cette clé, si c'est le chiffre du service; vide si elle est tapée."""
    return fait.provenance if fait and fait.valeur == cle else ""


class Repartition(ActeAdopte):
    """Ce que la Table donne à chaque enveloppe d'un exercice. Une seule en brouillon à la fois."""

    declencheurs = REPARTITION_FIGEE

    class Methode(models.TextChoices):
        EGALES = "egales", "À parts égales"
        POURCENTAGES = "pourcentages", "Par pourcentage"
        POPULATION = "population", "Selon la population"
        FAIBLE_REVENU = "faible_revenu", "Selon le nombre de personnes à faible revenu"
        IDMS = "idms", "Selon l’indice de défavorisation (IDMS)"

    DONNEES = (
        Methode.POPULATION,
        Methode.FAIBLE_REVENU,
        Methode.IDMS,
    )  # leurs clés sont des faits, qui ont une source

    methode = models.CharField(
        "aide au calcul", max_length=15, choices=Methode.choices, default=Methode.EGALES
    )
    source_des_cles = models.CharField(
        "source des clés tapées",
        max_length=200,
        blank=True,
        help_text="Qui publie ces chiffres, et de quelle année ils sont. Les chiffres du service disent la leur.",
    )

    class Meta(ActeAdopte.Meta):
        verbose_name = "répartition"

    def __str__(self):
        return f"Répartition {self.exercice}"

    @classmethod
    @transaction.atomic
    def enregistrer(cls, convention, an, lignes, *, methode, revision, par, source_des_cles="", le=None):
        """Garde le brouillon : `lignes` donne, par enveloppe, (montant, calculée, clé).

        Lève `VersionPerimee` si quelqu'un l'a enregistré depuis la révision que l'on avait sous les yeux.
        """
        convention = convention.verrouiller()
        empechements = empechements_a_repartir(convention, an)
        if empechements := empechements or _montants_fixes_calcules(lignes):
            raise TransitionInterdite(empechements)
        brouillon = cls.brouillon(convention, an) or cls(convention=convention, an=an)
        brouillon.methode, brouillon.source_des_cles = methode, source_des_cles.strip()
        brouillon._avancer(revision, par=par)
        soldes = {e.pk: e.solde.alloue for e in Enveloppe.objects.de_l_arbre(convention, an).avec_soldes()}
        faits = cls.faits_du_service(lignes)
        LigneRepartition.objects.bulk_create(
            LigneRepartition(
                repartition=brouillon,
                enveloppe=enveloppe,
                montant=montant,
                calculee=calculee,
                cle=cle,
                source=_source(faits.get((methode, enveloppe.territoire_id)), cle) if calculee else "",
                avant=soldes[enveloppe.pk],
            )
            for enveloppe, (montant, calculee, cle) in lignes.items()
        )
        total = sum((montant for montant, *_ in lignes.values()), ZERO)
        convention.noter("repartir", par=par, le=le, objet=brouillon, apres={"total": en_dollars(total)})
        return brouillon

    @classmethod
    def faits_du_service(cls, enveloppes):
        """{(méthode, territoire): IndiceTerritoire} de ce que le service sait, le plus récent."""
        territoires = [e.territoire_id for e in enveloppes if e.territoire_id]
        return IndiceTerritoire.objects.derniers(cls.DONNEES, territoires)

    def lues(self, arbre):
        """[(enveloppe, LigneRepartition ou `None`)] des enveloppes à servir, dans l'ordre de l'arbre."""
        lignes = {ligne.enveloppe_id: ligne for ligne in self.lignes.all()}
        return [(e, lignes.get(e.pk)) for e in enveloppes_a_servir(arbre)]

    def empechements_a_adopter(self, arbre=None):
        """Pourquoi cette répartition ne peut pas s'adopter, en phrases."""
        if self.etat != self.Etat.BROUILLON:
            return ["Cette répartition est déjà adoptée."]
        if empechements := empechements_d_exercice(self.convention, self.an):
            return empechements
        arbre = arbre or list(Enveloppe.objects.de_l_arbre(self.convention, self.an).avec_soldes())
        lues = self.lues(arbre)
        if oubliees := [str(e) for e, ligne in lues if ligne is None]:
            return [f"Ajoutées depuis, ces enveloppes n’ont pas de montant\xa0: {', '.join(oubliees)}."]
        return [
            *self._mouvements_depuis(lues),
            *self._cles_sans_source(lues),
            *regles.empechements(self.lignes_de_regle(lues), a_repartir(arbre)),
        ]

    @staticmethod
    def _mouvements_depuis(lues):
        """Un transfert ou un report passé pendant la préparation serait défait sans qu'on le sache."""
        return [
            f"«\xa0{e}\xa0» avait {en_dollars(ligne.avant)} quand la répartition a été enregistrée; elle a maintenant "
            f"{en_dollars(e.solde.alloue)}. Relisez la répartition et enregistrez-la de nouveau."
            for e, ligne in lues
            if e.solde.alloue != ligne.avant
        ]

    def _cles_sans_source(self, lues):
        """Un chiffre tapé doit pouvoir se vérifier : qui le publie, et de quand il est."""
        tapees = [str(e) for e, ligne in lues if ligne.calculee and not ligne.source]
        if self.methode not in self.DONNEES or self.source_des_cles or not tapees:
            return []
        return [
            f"Dites d’où viennent les clés tapées, et de quelle année elles sont\xa0: {', '.join(tapees)}."
        ]

    @staticmethod
    def lignes_de_regle(lues):
        return [regles.LigneLue(str(e), e.volet, li.montant, e.solde.employe) for e, li in lues if li]

    def avertissements(self, arbre):
        tardive = "L’exercice est terminé\xa0: ces montants le changent après coup."
        return [
            *([tardive] if aujourd_hui() > self.exercice.fin else []),
            *regles.avertissements(
                self.lignes_de_regle(self.lues(arbre)),
                a_repartir(arbre),
                plafond_administration=self.convention.plafond_administration,
                part_regionale=self.convention.part_regionale,
            ),
        ]

    @property
    def methode_en_mots(self):
        """Comment les montants ont été trouvés; lit `lignes`."""
        calculees = any(ligne.calculee for ligne in self.lignes.all())
        return self.get_methode_display() if calculees else "Montants tapés un à un"

    @property
    def total(self):
        return sum((ligne.montant for ligne in self.lignes.all()), ZERO)

    @property
    def total_avant(self):
        return sum((ligne.avant for ligne in self.lignes.all()), ZERO)

    def sources(self):
        """D'où viennent les clés, chacune une fois; lit `lignes`."""
        lignes = [ligne for ligne in self.lignes.all() if ligne.calculee]
        return list(dict.fromkeys(filter(None, [*(ligne.source for ligne in lignes), self.source_des_cles])))

    @classmethod
    def precedente(cls, convention, an):
        """La dernière adoptée de l'exercice d'avant, ou `None`."""
        adoptees = cls.objects.filter(convention=convention, an=an - 1, etat=cls.Etat.ADOPTEE)
        return adoptees.order_by("-pk").first()

    def reprises(self, enveloppes):
        """{enveloppe: sa ligne d'ici} de celles, d'un autre exercice, qui se nomment comme les nôtres."""
        lignes = {ligne.enveloppe.identite: ligne for ligne in self.lignes.select_related("enveloppe")}
        return {e.pk: lignes[e.identite] for e in enveloppes if e.identite in lignes}

    @transaction.atomic
    def adopter(self, *, par, adoptee_le, resolution, piece, revision=None, le=None):
        """La Table adopte : la pièce est rangée; chaque enveloppe reçoit ou rend sa différence, d'un seul mouvement."""
        convention = self.convention.verrouiller()
        Ecriture.verrouiller(convention)
        repartition = type(self).objects.select_related("convention").get(pk=self.pk)
        repartition._exiger_la_revision(revision)
        arbre = list(Enveloppe.objects.de_l_arbre(convention, self.an).avec_soldes())
        empechements = repartition.empechements_a_adopter(arbre)
        if empechements := empechements + repartition._empechements_d_adoption(adoptee_le, resolution):
            raise TransitionInterdite(empechements)
        ecritures = Ecriture.passer(
            convention,
            repartition._differences(arbre),
            nature=Ecriture.Nature.REPARTITION,
            par=par,
            objet=f"Répartition de l’exercice {self.exercice}",
            reference=resolution.strip(),
            le=le,
        )
        repartition._ranger(
            par=par,
            adoptee_le=adoptee_le,
            resolution=resolution,
            piece=piece,
            mouvement=ecritures[0].mouvement if ecritures else None,
            le=le,
        )
        convention.noter(
            "adopter-repartition",
            par=par,
            le=le,
            objet=repartition,
            apres={"resolution": repartition.resolution},
        )
        return repartition

    def _differences(self, arbre):
        """Ce que chaque enveloppe gagne ou perd; la racine, le contraire de la somme."""
        racine = next(e for e in arbre if e.parent_id is None)
        ecarts = [(e, "alloue", ligne.montant - e.solde.alloue) for e, ligne in self.lues(arbre)]
        return [*ecarts, (racine, "alloue", -sum((montant for *_, montant in ecarts), ZERO))]


class LigneRepartition(models.Model):
    """Ce qu'une enveloppe aura, en dollars; et ce qu'elle avait quand la ligne a été enregistrée."""

    declencheurs = LIGNES_FIGEES

    repartition = models.ForeignKey(
        Repartition, models.CASCADE, verbose_name="répartition", related_name="lignes"
    )
    enveloppe = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="lignes_de_repartition"
    )
    montant = MontantField("montant")
    avant = MontantField("montant d’avant")
    calculee = models.BooleanField("montant calculé", default=False)
    cle = models.DecimalField("clé", max_digits=14, decimal_places=4, null=True, blank=True)
    source = models.CharField("source de la clé", max_length=300, blank=True)

    class Meta:
        verbose_name = "ligne de répartition"
        verbose_name_plural = "lignes de répartition"
        ordering = ["repartition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["repartition", "enveloppe"],
                name="ligne_repartition_unique",
                violation_error_message="Cette enveloppe est déjà dans la répartition.",
            ),
            models.CheckConstraint(
                name="ligne_repartition_positive",
                condition=Q(montant__gte=0, avant__gte=0),
                violation_error_message="Un montant réparti n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.enveloppe} – {en_dollars(self.montant)}"

    def part_de(self, total):
        """« 12,5 % » de ce total."""
        return regles.pourcent(self.montant * 100 / total) if total else ""

    @property
    def part(self):
        """Sa part de la répartition; lit `repartition.lignes`."""
        return self.part_de(self.repartition.total)
