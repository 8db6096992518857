"""Les enveloppes d'une convention : un arbre par exercice, et le solde de chacune.

Le solde n'est écrit par personne : la base l'additionne à chaque écriture (déclencheur) et refuse qu'il descende
sous zéro (contraintes). `manage.py verifier_grand_livre` le recompte.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from alliances.models import Territoire
from alliances.models.roles import GESTIONS_AU_TERRITOIRE
from conventions.models.arbres import PROFONDEUR, GestesDeLArbre, en_profondeur
from conventions.models.conventions import Convention
from conventions.models.gardiens import COMPTES, EMPLOIS, OUVRIR_LE_SOLDE
from socle.acces import RequeteProtegee
from socle.erreurs import EcritureImmuable
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.exercice import Exercice


class Volet(models.TextChoices):
    EXERCICE = "exercice", "Exercice"
    COORDINATION = "coordination", "Coordination et mobilisation"
    REGIONAL = "regional", "Projets régionaux"
    LOCAL = "local", "Projets des territoires"
    TERRITOIRE = "territoire", "Projets d’un territoire"
    PARTICIPATION = "participation", "Participation des personnes"
    RESERVE = "reserve", "Réserve"
    CENTRALISE = "centralise", "Enveloppe centralisée"
    VILLES_LIEES = "villes_liees", "Villes liées"
    ARRONDISSEMENTS = "arrondissements", "Arrondissements"
    PRIORITE = "priorite", "Priorité à montant fixe"


DEPENSES_PAR_LA_TABLE = (Volet.COORDINATION, Volet.PARTICIPATION)


class EnveloppeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_soldes(self):
        """Chaque enveloppe, son territoire et son solde, en une requête."""
        return self.select_related("solde", "territoire")

    def avec_lieux(self):
        """Chacune, et celles dont elle fait partie, avec leur territoire."""
        etages = ["__".join(["parent"] * n) for n in range(1, PROFONDEUR + 1)]
        return self.select_related(*(f"{etage}__territoire" for etage in etages))

    def avec_lignee(self):
        """De même, et la gouvernance : ce que demande `se_depense`."""
        return self.avec_soldes().avec_lieux().select_related("convention__alliance__profil_gouvernance")

    def de_l_arbre(self, convention, an):
        """Les enveloppes d'un exercice d'une convention, la racine d'abord."""
        return self.filter(convention=convention, an=an).order_by(
            F("parent").asc(nulls_first=True), "rang", "pk"
        )

    def en_arbre(self):
        """Pour choisir : d'exercice en exercice, chacune suivie de celles qui en font partie."""
        return [enveloppe for enveloppe, _ in en_profondeur(self.order_by("an", "rang", "pk"))]

    def sous(self, cle):
        """L'enveloppe de cette clé et toutes celles qui en font partie."""
        chemins = ["__".join(["parent"] * n) for n in range(1, PROFONDEUR + 1)]
        return self.filter(reduce(or_, (Q(**{c: cle}) for c in chemins), Q(pk=cle)))


class Enveloppe(GestesDeLArbre, models.Model):
    """Une somme d'une convention pour un exercice et un volet; la racine de l'arbre est l'exercice."""

    declencheurs = (OUVRIR_LE_SOLDE,)

    Volet = Volet

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="enveloppes"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="fait partie de", related_name="enfants", null=True, blank=True
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    volet = models.CharField("volet", max_length=15, choices=Volet.choices)
    territoire = models.ForeignKey(
        Territoire, models.PROTECT, verbose_name="territoire", related_name="+", null=True, blank=True
    )
    nom = models.CharField(
        "nom", max_length=150, blank=True, help_text="Pour une priorité ou une réserve nommée."
    )
    montant_fixe = models.BooleanField("montant fixe", default=False)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    objects = EnveloppeQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "an", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                "convention",
                "an",
                "volet",
                "nom",
                Coalesce("territoire", Value(0)),
                name="enveloppe_unique",
                violation_error_message="Cette enveloppe existe déjà pour cet exercice.",
            ),
            models.CheckConstraint(
                name="enveloppe_racine_sans_parent",
                condition=Q(volet=Volet.EXERCICE, parent__isnull=True)
                | (~Q(volet=Volet.EXERCICE) & Q(parent__isnull=False)),
                violation_error_message="Seule l’enveloppe d’un exercice n’en a pas au-dessus d’elle.",
            ),
            models.CheckConstraint(
                name="enveloppe_territoire_nomme",
                condition=~Q(volet=Volet.TERRITOIRE) | Q(territoire__isnull=False),
                violation_error_message="L’enveloppe d’un territoire nomme son territoire.",
            ),
            models.CheckConstraint(
                name="enveloppe_priorite_nommee",
                condition=~Q(volet=Volet.PRIORITE) | ~Q(nom=""),
                violation_error_message="Donnez un nom à la priorité.",
            ),
        ]

    def __str__(self):
        return self.libelle

    @property
    def exercice(self):
        return Exercice(self.an)

    @property
    def identite(self):
        """Ce qui la nomme d'un exercice à l'autre."""
        return self.volet, self.territoire_id, self.nom

    def est_transferee(self):
        """Un transfert, même refusé, nomme cette enveloppe."""
        return self.transferts_sortants.exists() or self.transferts_entrants.exists()

    @property
    def libelle(self):
        """« Exercice 2025-2026 », « La Matapédia », « Projets régionaux »…"""
        if self.volet == Volet.EXERCICE:
            return f"Exercice {self.exercice}"
        if self.volet == Volet.TERRITOIRE:
            return str(self.territoire)
        return self.nom or self.get_volet_display()

    @property
    def lignee(self):
        """L'enveloppe, puis celles dont elle fait partie."""
        return [self, *(self.parent.lignee if self.parent_id else ())]

    @property
    def territoire_gestionnaire(self):
        """Le territoire à qui la gouvernance confie cette part; `None` si la Table la garde."""
        if not self.convention.alliance.confie_leur_part_aux_territoires:
            return None
        return next((e.territoire for e in self.lignee if e.territoire_id), None)

    @property
    def se_depense(self):
        """La Table y dépense elle-même, ou le territoire qui la gère; les projets, eux, se versent aux porteurs."""
        dans_la_table = any(e.volet in DEPENSES_PAR_LA_TABLE for e in self.lignee)
        return dans_la_table or self.territoire_gestionnaire is not None

    @property
    def depensable(self):
        """Ce qui peut encore s'y dépenser, en dollars : sur ce qui est remis, là où le territoire gère sa part."""
        return self.solde.disponible if self.territoire_gestionnaire is None else self.solde.remis


def gerees_par(territoires, chemin):
    """La condition des enveloppes dont un de ces territoires est le `territoire_gestionnaire`; `chemin` y mène."""
    gestionnaire = Coalesce(*(f"{chemin}{'parent__' * n}territoire" for n in range(PROFONDEUR + 1)))
    confiee = {f"{chemin}convention__alliance__profil_gouvernance__gestion__in": GESTIONS_AU_TERRITOIRE}
    return Q(In(gestionnaire, territoires), **confiee)


def du_restant(montants):
    """[(enveloppe, compte, montant)] de ce qui passe ailleurs : le disponible d'abord, puis ce qui est remis.

    Le sens est celui d'un ajout; qui retire change le signe. Les soldes se relisent : sous le verrou du geste.
    """
    soldes = Solde.objects.in_bulk([enveloppe.pk for enveloppe in montants])
    lignes = [(enveloppe, "alloue", montant) for enveloppe, montant in montants.items()]
    remis = ((e, "remis", montant - soldes[e.pk].disponible) for e, montant in montants.items())
    return lignes + [ligne for ligne in remis if ligne[2] > ZERO]


def manques(montants, soldes, pour):
    """Une phrase par enveloppe à qui l'on prendrait plus que ce qui lui reste; `soldes` : {clé: `Solde`}."""
    for enveloppe, montant in montants.items():
        solde = soldes.get(enveloppe.pk) or Solde()
        if montant > solde.restant:
            remis = f" et {en_dollars(solde.remis)} remis" if solde.remis else ""
            yield (
                f"«\xa0{enveloppe}\xa0» n’a que {en_dollars(solde.disponible)} de disponible{remis}\xa0: il manque "
                f"{en_dollars(montant - solde.restant)} pour en {pour} {en_dollars(montant)}."
            )


class Solde(models.Model):
    """Ce que vaut une enveloppe, en dollars, d'après ses écritures. Tenu par la base, jamais par le code.

    `convenu`, `recu`, `recupere` et `annule` ne valent que pour la racine d'un exercice : ce que la convention
    prévoit; ce que le Ministère a versé, moins ce qu'il a récupéré; ce qu'une résiliation ne versera jamais. `alloue`
    est ce qui reste à l'enveloppe même, une fois ses enfants servis.
    """

    enveloppe = models.OneToOneField(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="solde", primary_key=True
    )
    convenu = MontantField("convenu", default=0)
    recu = MontantField("reçu du Ministère", default=0)
    recupere = MontantField("récupéré par le Ministère", default=0)
    annule = MontantField("annulé", default=0)
    alloue = MontantField("alloué", default=0)
    reserve = MontantField("réservé", default=0)
    engage = MontantField("engagé", default=0)
    verse = MontantField("versé aux porteurs", default=0)
    depense = MontantField("dépensé par la Table", default=0)
    remis = MontantField("remis à un territoire", default=0)

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"solde_{compte}_positif",
                    condition=Q(**{f"{compte}__gte": 0}),
                    violation_error_message="Le solde d’une enveloppe ne descend pas sous zéro.",
                )
                for compte in COMPTES
            ),
            models.CheckConstraint(
                name="solde_dans_l_enveloppe",
                condition=Q(alloue__gte=sum(map(F, EMPLOIS[1:]), F(EMPLOIS[0]))),
                violation_error_message="L’enveloppe n’a pas assez de fonds disponibles.",
            ),
            models.CheckConstraint(
                name="solde_recu_dans_la_convention",
                condition=Q(convenu__gte=F("recu") + F("recupere") + F("annule")),
                violation_error_message="Les versements d’un exercice ne dépassent pas ce que la convention prévoit.",
            ),
        ]

    def __str__(self):
        return f"Solde – {self.enveloppe}"

    def save(self, *args, **options):
        raise EcritureImmuable("Un solde se tient par les écritures du grand livre.")

    @property
    def employe(self):
        """Ce qui est réservé, engagé, versé, dépensé ou remis, en dollars : l'enveloppe ne descend pas dessous."""
        return sum((getattr(self, compte) for compte in EMPLOIS), ZERO)

    @property
    def a_recevoir(self):
        """Ce que le Ministère doit encore à l'exercice, en dollars; à la racine seulement."""
        return self.convenu - self.recu - self.recupere - self.annule

    @property
    def restant(self):
        """Ce qui se reporte ou se récupère, en dollars : le disponible, et ce qu'un territoire n'a pas dépensé."""
        return self.disponible + self.remis

    @property
    def disponible(self):
        """Ce qui peut encore être réservé, engagé, transféré ou réparti, en dollars."""
        return self.alloue - self.employe
