"""Le grand livre : des lignes qui s'ajoutent, chaînées comme le journal; une erreur se contrepasse, une fois.

Un mouvement est un groupe de lignes écrites ensemble (un transfert en a deux). Tout mouvement prend les mêmes verrous
dans le même ordre : la convention, la tête de sa chaîne, les soldes. Deux mouvements ne s'étreignent pas.
"""

import uuid
from collections import defaultdict

from django.db import models, transaction
from django.db.models import Q

from conventions.models.arbres import empechements_d_exercice, empechements_de_reglement
from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.enveloppes import Enveloppe, Solde
from conventions.models.gardiens import CUMULER_LE_SOLDE, EMPLOIS
from socle.declencheurs import IMMUABLE
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine
from socle.valeurs.argent import ZERO, MontantField, arrondir, en_dollars, somme


class Compte(models.TextChoices):
    CONVENU = "convenu", "Convenu"
    RECU = "recu", "Reçu du Ministère"
    RECUPERE = "recupere", "Récupéré par le Ministère"
    ANNULE = "annule", "Annulé"
    ALLOUE = "alloue", "Alloué"
    RESERVE = "reserve", "Réservé"
    ENGAGE = "engage", "Engagé"
    VERSE = "verse", "Versé aux porteurs"
    DEPENSE = "depense", "Dépensé par la Table"
    REMIS = "remis", "Remis à un territoire"


class Nature(models.TextChoices):
    ALLOCATION = "allocation", "Allocation"
    REPARTITION = "repartition", "Répartition"
    TRANSFERT = "transfert", "Transfert"
    REPORT = "report", "Report à l’exercice suivant"
    RESERVATION = "reservation", "Réservation"
    ENGAGEMENT = "engagement", "Engagement"
    VERSEMENT = "versement", "Versement"
    LIBERATION = "liberation", "Libération"
    RECUPERATION = "recuperation", "Récupération"
    DEPENSE = "depense", "Dépense de la Table"
    REMISE = "remise", "Remise à un territoire"
    ANNULATION = "annulation", "Annulation à la résiliation"
    CONTREPASSATION = "contrepassation", "Contrepassation"


# Le reste se défait par son propre geste : un avenant, une confirmation annulée, un engagement libéré.
CONTREPASSABLES = (Nature.REPARTITION, Nature.TRANSFERT, Nature.REPORT, Nature.RECUPERATION)
DE_REGLEMENT = (Nature.RECUPERATION,)  # des sommes se rendent encore, une fois la convention fermée
DISPONIBLE = "disponible"  # l'alloué, moins tous ses emplois


class EcritureQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def du_mouvement(self, mouvement):
        return self.filter(mouvement=mouvement).select_related(
            "enveloppe__territoire", "convention__alliance", "contrepassee_par", "par"
        )

    def du_compte(self, compte):
        """Les lignes d'un compte, ou celles qui font le disponible."""
        if compte == DISPONIBLE:
            return self.filter(compte__in=(Compte.ALLOUE, *EMPLOIS))
        return self.filter(compte=compte)

    def total(self, compte):
        """Ce que ces lignes font ensemble, en dollars, au sens du compte choisi."""
        if compte != DISPONIBLE:
            return self.aggregate(total=somme("montant"))["total"]
        parts = self.aggregate(
            alloue=somme("montant", filtre=Q(compte=Compte.ALLOUE)),
            employe=somme("montant", filtre=Q(compte__in=EMPLOIS)),
        )
        return parts["alloue"] - parts["employe"]


class Ecriture(LigneChainee):
    """Une ligne du grand livre : tant de dollars, en plus ou en moins, à un compte d'une enveloppe."""

    declencheurs = (*IMMUABLE, CUMULER_LE_SOLDE)

    NOM = "Une écriture du grand livre"
    Compte = Compte
    Nature = Nature

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="ecritures"
    )
    enveloppe = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="ecritures"
    )
    mouvement = models.UUIDField("mouvement", db_index=True, editable=False)
    nature = models.CharField("nature", max_length=15, choices=Nature.choices)
    compte = models.CharField("compte", max_length=8, choices=Compte.choices)
    montant = MontantField("montant", negatif=True)
    objet = models.CharField("objet", max_length=200)
    reference = models.CharField("référence", max_length=60, blank=True)
    motif = models.TextField("motif", blank=True)
    contrepasse = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="contrepasse",
        related_name="contrepassee_par",
        null=True,
        blank=True,
    )

    objects = EcritureQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        verbose_name = "écriture"
        ordering = ["convention", "rang"]
        indexes = [
            models.Index(fields=["convention", "rang"], name="ecriture_de_la_convention"),
            # Presque toutes sont vides : la base croirait la clé unique inutile, et lirait tout le livre.
            models.Index(
                fields=["contrepasse"],
                condition=Q(contrepasse__isnull=False),
                name="ecriture_contrepassation",
            ),
        ]
        constraints = [
            *LigneChainee.Meta.constraints,
            models.CheckConstraint(
                name="ecriture_montant_non_nul",
                condition=~Q(montant=0),
                violation_error_message="Une écriture change quelque chose.",
            ),
            models.CheckConstraint(
                name="ecriture_contrepassation_motivee",
                condition=Q(
                    contrepasse__isnull=True, nature__in=[n for n in Nature.values if n != "contrepassation"]
                )
                | (Q(contrepasse__isnull=False, nature="contrepassation") & ~Q(motif="")),
                violation_error_message="Une contrepassation nomme l’écriture qu’elle annule, et son motif.",
            ),
        ]

    def __str__(self):
        return f"{self.get_nature_display()}, {en_dollars(self.montant)}"

    @property
    def annulee_par(self):
        """L'écriture qui contrepasse celle-ci, ou `None`."""
        return getattr(self, "contrepassee_par", None)

    def contenu(self):
        return {
            "convention": self.convention_id,
            "enveloppe": self.enveloppe_id,
            "mouvement": str(self.mouvement),
            "nature": self.nature,
            "compte": self.compte,
            "montant": str(arrondir(self.montant)),
            "objet": self.objet,
            "reference": self.reference,
            "motif": self.motif,
            "contrepasse": self.contrepasse_id,
        }

    @classmethod
    @transaction.atomic
    def passer(
        cls, convention, lignes, *, nature, par, objet, reference="", motif="", le=None, mouvement=None
    ):
        """Écrit un mouvement : `lignes` est une suite de (enveloppe, compte, montant). Retourne ses écritures.

        Lève `PlafondDepasse` si un solde descendrait sous zéro ou si les fonds manquent, `TransitionInterdite` si
        la convention n'est pas en vigueur ou si l'exercice est clos. Rien n'est écrit dans ces cas.
        """
        lignes = [(enveloppe, compte, montant, None) for enveloppe, compte, montant in lignes if montant]
        champs = {"objet": objet, "reference": reference, "motif": motif, "le": le}
        return cls._ecrire(convention, lignes, nature=nature, par=par, mouvement=mouvement, **champs)

    @classmethod
    def regler(cls, convention, lignes, *, par, motif):
        """Ce que la résiliation annule, sous le verrou de la convention; un exercice clos le reçoit aussi."""
        lignes = [(enveloppe, compte, montant, None) for enveloppe, compte, montant in lignes if montant]
        return cls._ecrire(
            convention,
            lignes,
            nature=Nature.ANNULATION,
            reglement=True,
            par=par,
            objet="Sommes qui ne seront pas versées",
            motif=motif,
        )

    @classmethod
    @transaction.atomic
    def allouer(cls, convention, *, par, le=None):
        """Ouvre la racine de chaque exercice et y inscrit ce que la convention prévoit. Sans effet deux fois."""
        convention = convention.verrouiller()
        racines, ouvertes = [], []
        for exercice in convention.exercices.order_by("an"):
            racine, _ = Enveloppe.objects.get_or_create(
                convention=convention, an=exercice.an, volet=Enveloppe.Volet.EXERCICE
            )
            racines.append(racine)
            if not racine.ecritures.filter(nature=Nature.ALLOCATION).exists():
                ouvertes.append(str(exercice))
                cls.passer(
                    convention,
                    [(racine, "convenu", exercice.montant), (racine, "alloue", exercice.montant)],
                    nature=Nature.ALLOCATION,
                    par=par,
                    objet="Montant de la convention",
                    reference=convention.numero,
                    le=le,
                )
        if ouvertes:
            convention.noter("ouvrir-enveloppes", par=par, le=le, apres={"exercices": ", ".join(ouvertes)})
        return racines

    @classmethod
    @transaction.atomic
    def contrepasser(cls, mouvement, *, par, motif, le=None):
        """Annule un mouvement par son contraire, relu de la base. Une seule fois."""
        if not motif.strip():
            raise TransitionInterdite("Une contrepassation a un motif.")
        annulees = list(cls.objects.du_mouvement(mouvement).order_by("-rang"))
        convention = annulees[0].convention
        cls.verrouiller(convention)
        if cls.objects.filter(contrepasse__in=annulees).exists():
            raise TransitionInterdite("Ce mouvement est déjà contrepassé.")
        if annulees[0].nature == Nature.CONTREPASSATION:
            raise TransitionInterdite("Une contrepassation ne se contrepasse pas : refaites le mouvement.")
        return cls._ecrire(
            convention,
            [(e.enveloppe, e.compte, -e.montant, e) for e in annulees],
            nature=Nature.CONTREPASSATION,
            reglement=annulees[0].nature in DE_REGLEMENT,
            par=par,
            objet=annulees[0].objet,
            reference=annulees[0].reference,
            motif=motif.strip(),
            le=le,
        )

    @classmethod
    def empechements_a_annuler(cls, mouvement):
        """Pourquoi ce mouvement ne se défait pas, en phrases."""
        lignes = list(cls.objects.du_mouvement(mouvement))
        d_un_porteur = any(ligne.compte == Compte.VERSE for ligne in lignes)  # se défait de son côté
        if lignes[0].nature not in CONTREPASSABLES or d_un_porteur:
            return [
                f"Une écriture de nature «\xa0{lignes[0].get_nature_display()}\xa0» ne se contrepasse pas ici."
            ]
        if any(ligne.annulee_par for ligne in lignes):
            return ["Ce mouvement est déjà contrepassé."]
        exercices = sorted({ligne.enveloppe.an for ligne in lignes})
        empechements = (
            empechements_de_reglement if lignes[0].nature in DE_REGLEMENT else empechements_d_exercice
        )
        return [phrase for an in exercices for phrase in empechements(lignes[0].convention, an)]

    @classmethod
    def verrouiller(cls, convention):
        """La tête de la chaîne de cette convention, sous verrou.

        La ligne de la convention d'abord : un geste qui la tient déjà (avenant, signature) attendrait la chaîne pendant
        que notre insertion, par sa clé étrangère, l'attendrait, elle.
        """
        Convention.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=convention.pk)
        return ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))

    @classmethod
    def _ecrire(cls, convention, lignes, *, nature, par, reglement=False, mouvement=None, **champs):
        tete = cls.verrouiller(convention)
        # L'état se relit, déjà sous verrou : celui qu'on a en main peut dater d'avant une résiliation.
        convention = Convention.objects.get(pk=convention.pk)
        if convention.etat == Convention.Etat.SIGNEE:
            if nature != Nature.ANNULATION:
                _refuser_les_exercices_clos(convention, _sauf_ce_qui_revient(nature, lignes))
        elif not (reglement or nature in DE_REGLEMENT or _tient_une_promesse(convention, lignes)):
            raise TransitionInterdite(
                "La convention n’est pas en vigueur\u00a0: ses enveloppes ne bougent pas."
            )
        _refuser_les_depassements(lignes)
        mouvement = mouvement or uuid.uuid4()
        return [
            cls.ajouter(
                tete,
                par=par,
                convention=convention,
                enveloppe=enveloppe,
                mouvement=mouvement,
                nature=nature,
                compte=compte,
                montant=montant,
                contrepasse=annulee,
                **champs,
            )
            for enveloppe, compte, montant, annulee in sorted(lignes, key=_moins_d_abord)
        ]


def _moins_d_abord(ligne):
    """Les retraits d'emploi, puis les ajouts de fonds, puis le reste : aucun solde intermédiaire n'est faux.

    Un emploi, un reçu ou un récupéré qui baisse libère; un alloué ou un convenu qui monte ouvre; alors seulement on
    emploie ou on retire.
    """
    _, compte, montant, _ = ligne
    fonds = compte in (Compte.ALLOUE, Compte.CONVENU)
    return (montant > 0) != fonds


def _tient_une_promesse(convention, lignes):
    """Résiliée, une convention reçoit ce qui lui est dû, paie ou libère ce qu'elle a gardé, et rien d'autre.

    Fermée d'une façon ou de l'autre, elle défait encore le paiement d'une promesse, inscrit par erreur, et le libère.
    """
    comptes = {compte for _, compte, *_ in lignes}
    if _defait_un_paiement(lignes, comptes):
        return True
    if comptes == {Compte.RECU}:
        # Ou reprend ce qu'elle n'a pas reçu : un virement de règlement confirmé par erreur.
        recu = all(montant > 0 or annulee for _, _, montant, annulee in lignes)
        return convention.etat == Convention.Etat.RESILIEE and recu
    promesses = {Compte.RESERVE, Compte.ENGAGE}
    signes = all((montant < 0) == (compte in promesses) for _, compte, montant, _ in lignes)
    total = sum((montant for _, _, montant, _ in lignes), ZERO)
    return (
        convention.etat == Convention.Etat.RESILIEE
        and bool(comptes & promesses)
        and comptes <= promesses | {Compte.VERSE}
        and signes
        and total <= 0
    )


def _defait_un_paiement(lignes, comptes):
    """Sa contrepassation, ou l'engagé qu'elle a rendu et qui ne se paiera plus."""
    if comptes == {Compte.ENGAGE}:
        return all(montant < 0 for _, _, montant, _ in lignes)
    return comptes == {Compte.ENGAGE, Compte.VERSE} and all(annulee for *_, annulee in lignes)


def _sauf_ce_qui_revient(nature, lignes):
    """Sans les lignes d'une enveloppe où une somme revient et repart aussitôt : son disponible ne bouge pas.

    D'un exercice clos, ce qu'un organisme rend va à l'exercice courant; sa contrepassation refait le chemin.
    """
    if nature not in (*DE_REGLEMENT, Nature.CONTREPASSATION):
        return lignes
    par_enveloppe = defaultdict(lambda: defaultdict(lambda: ZERO))
    for enveloppe, compte, montant, _ in lignes:
        par_enveloppe[enveloppe.pk][str(compte)] += montant
    passent = {
        cle
        for cle, comptes in par_enveloppe.items()
        if comptes.keys() == {"verse", "alloue"} and comptes["verse"] == comptes["alloue"]
    }
    return [ligne for ligne in lignes if ligne[0].pk not in passent]


def _refuser_les_exercices_clos(convention, lignes):
    exercices = {enveloppe.an for enveloppe, *_ in lignes}
    clos = ExerciceConvention.objects.filter(convention=convention, an__in=exercices, clos_le__isnull=False)
    if premier := clos.first():
        raise TransitionInterdite(f"L’exercice {premier} est clos : il ne reçoit plus d’écriture.")


def _refuser_les_depassements(lignes):
    """Relit les soldes sous verrou, dans l'ordre, et dit en français ce que les contraintes refuseraient."""
    enveloppes = {enveloppe.pk: enveloppe for enveloppe, *_ in lignes}
    soldes = Solde.objects.select_for_update(of=("self",)).filter(pk__in=enveloppes).order_by("pk")
    changements = defaultdict(lambda: ZERO)
    for enveloppe, compte, montant, _ in lignes:
        changements[enveloppe.pk, str(compte)] += montant
    refus = []
    for solde in soldes:
        avant = solde.disponible
        for compte in Compte.values:
            setattr(solde, compte, getattr(solde, compte) + changements[solde.pk, compte])
        enveloppe = enveloppes[solde.pk]
        if solde.disponible < 0:
            refus.append(
                f"« {enveloppe} » n’a que {en_dollars(avant)} de disponible; il en faudrait "
                f"{en_dollars(avant - solde.disponible)}."
            )
        elif min(getattr(solde, compte) for compte in Compte.values) < 0:
            refus.append(f"« {enveloppe} » ne peut pas rendre plus que ce qu’elle porte.")
        elif solde.a_recevoir < 0:
            refus.append(
                f"Les versements de l’{str(enveloppe).lower()} dépasseraient ce que la convention prévoit, "
                f"{en_dollars(solde.convenu)}."
            )
    if refus:
        raise PlafondDepasse(refus)
