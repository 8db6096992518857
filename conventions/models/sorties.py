"""Ce qui sort d'une enveloppe : une dépense de la Table, une remise à un territoire, un versement à un porteur.

Une ligne que rien ne réécrit, avec son mouvement au grand livre. Inscrite par erreur, elle se contrepasse une fois,
avec un motif, et rend sa référence; elle reste à l'histoire.
"""

from django.db import models, transaction
from django.db.models import Q

from conventions.models.arbres import empechements_d_exercice
from conventions.models.conventions import Convention
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde
from conventions.models.versements import REFERENCE_LONGUE, en_reference
from socle.erreurs import TransitionInterdite
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, MontantField, arrondir, en_dollars, somme
from socle.valeurs.horloge import aujourd_hui, jour_de


class SaisieRefusee(TransitionInterdite):
    """Ce qui est saisi ne va pas; `fautes` donne (champ, phrase)."""

    def __init__(self, fautes):
        self.fautes = list(fautes)
        super().__init__([phrase for _, phrase in self.fautes])


class SortieQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def en_vigueur(self):
        """Celles que rien n'a contrepassées : elles seules comptent."""
        return self.filter(ecriture__contrepassee_par__isnull=True)

    def lues(self):
        """Avec ce qu'en montre une page."""
        return self.select_related(
            "convention__alliance", "enveloppe__territoire", "par", "ecriture__contrepassee_par__par"
        )

    def avec_lignee(self):
        """Et ce que demandent ses gestes : qui gère l'enveloppe, et ce qu'elle vaut."""
        return self.select_related(
            "enveloppe__solde",
            "enveloppe__parent__parent__parent__territoire",
            "enveloppe__parent__parent__territoire",
            "enveloppe__parent__territoire",
            "enveloppe__convention__alliance__profil_gouvernance",
        )

    def total(self):
        return self.en_vigueur().order_by().aggregate(total=somme("montant"))["total"]


class Sortie(LigneChainee):
    """Abstraite : tant de dollars d'une enveloppe, à une date, sous une référence. `par` l'a inscrite."""

    IDENTITE = ("enveloppe", "montant", "faite_le")  # la même, répétée, n'a pas d'effet
    NATURE = COMPTE = GESTE = ""
    EST_UNE_SORTIE = True  # à quoi la convention les reconnaît, pour dater sa fin
    SEULEMENT = ""  # de quelles enveloppes elle sort

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="%(class)ss"
    )
    enveloppe = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="%(class)ss"
    )
    montant = MontantField("montant")
    faite_le = models.DateField("date")
    reference = models.CharField("référence comptable", max_length=REFERENCE_LONGUE)
    annulations_avant = models.PositiveSmallIntegerField(
        "contrepassées avant, sous cette référence", default=0, editable=False
    )
    ecriture = models.OneToOneField(
        Ecriture, models.PROTECT, verbose_name="écriture", related_name="%(class)s", editable=False
    )

    objects = SortieQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        abstract = True
        ordering = ["-faite_le", "-pk"]
        constraints = [
            *LigneChainee.Meta.constraints,
            models.UniqueConstraint(
                fields=["convention", "reference", "annulations_avant"],
                name="%(class)s_reference_unique",
                violation_error_message="Cette référence sert déjà.",
            ),
            models.CheckConstraint(
                name="%(class)s_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="%(class)s_inscrite_par_une_personne",
                condition=Q(par__isnull=False) & ~Q(reference=""),
                violation_error_message="Elle a sa référence et la personne qui l’inscrit.",
            ),
        ]

    def __str__(self):
        return f"{en_dollars(self.montant)}, {self.reference}"

    @property
    def exercice(self):
        return self.enveloppe.exercice

    @property
    def contrepassee_par(self):
        """L'écriture qui l'a contrepassée, ou `None`."""
        return self.ecriture.annulee_par

    @property
    def net(self):
        """Ce qu'elle compte encore, en dollars."""
        return ZERO if self.contrepassee_par else self.montant

    def contenu(self):
        return {
            "enveloppe": self.enveloppe_id,
            "montant": str(arrondir(self.montant)),
            "faite_le": self.faite_le.isoformat(),
            "reference": self.reference,
            "ecriture": self.ecriture_id,
        } | ({"annulations_avant": self.annulations_avant} if self.annulations_avant else {})

    # --- Ce que chacune dit d'elle ------------------------------------------------------------------------

    def objet_au_livre(self):
        raise NotImplementedError

    def mouvement(self):
        """[(enveloppe, compte, montant)]; la sienne, au compte `COMPTE`."""
        return [(self.enveloppe, self.COMPTE, self.montant)]

    def reference_au_livre(self):
        """Celle que porte son mouvement; une promesse garde la sienne jusqu'au bout."""
        return self.reference

    def motif_au_livre(self):
        """Ce que son mouvement a d'inhabituel, s'il y a lieu."""
        return ""

    def reste(self):
        """Ce qui peut encore en sortir, en dollars."""
        return Solde.objects.get(pk=self.enveloppe_id).disponible

    def manque(self):
        """La phrase, quand les fonds manquent."""
        return f"«\xa0{self.enveloppe}\xa0» n’a que {en_dollars(self.reste())} de disponible."

    @staticmethod
    def admet(enveloppe):
        """Elle peut sortir de cette enveloppe."""
        raise NotImplementedError

    def fautes_propres(self):
        """(champ, phrase) de ce qui ne va pas, outre ce qui leur est commun."""
        return ()

    def empechements_propres(self):
        """Ce qui retient la contrepassation, outre ce qui leur est commun."""
        return []

    # --- L'inscrire ---------------------------------------------------------------------------------------

    @classmethod
    def empechements_a_inscrire(cls, convention, enveloppes):
        """Pourquoi rien ne sort de ces enveloppes maintenant."""
        if convention.etat != Convention.Etat.SIGNEE:
            return ["La convention n’est pas en vigueur\xa0: ses enveloppes ne bougent pas."]
        return [] if any(map(cls.admet, enveloppes)) else [cls.SEULEMENT]

    @classmethod
    @transaction.atomic
    def inscrire(cls, *, par, le=None, **saisie):
        """Écrit la ligne et son mouvement. La même, répétée, rend celle qui y est. Lève `SaisieRefusee`."""
        sortie = cls._preparee(saisie["enveloppe"].convention.verrouiller(), saisie)
        deja, fautes = sortie._juger()
        if fautes:
            raise SaisieRefusee(fautes)
        return deja or sortie._ecrire(par=par, le=le, **saisie)

    @classmethod
    def _preparee(cls, convention, saisie):
        sortie = cls(convention=convention, **saisie)
        sortie.enveloppe.convention, sortie.reference = convention, en_reference(sortie.reference)
        return sortie

    @classmethod
    def fautes_d_une_saisie(cls, **saisie):
        """[(champ, phrase)] de ce qui ne va pas, sans verrou et sans rien écrire : ce que dit un formulaire."""
        return cls._preparee(saisie["enveloppe"].convention, saisie)._juger()[1]

    def _juger(self):
        """(la même ligne, déjà au registre, ou `None`; tout ce qui ne va pas) : une référence prise n'en cache rien."""
        try:
            deja = self.deja_inscrite()
        except SaisieRefusee as refus:
            return None, [*refus.fautes, *self.fautes()]
        return deja, [] if deja else list(self.fautes())

    def deja_inscrite(self):
        """La même ligne, déjà au registre, ou `None`; lève `SaisieRefusee` si une autre porte cette référence."""
        for deja in self.sous_sa_reference().lues().order_by("-pk"):
            meme = all(getattr(deja, champ) == getattr(self, champ) for champ in self.IDENTITE)
            if deja.contrepassee_par is None:
                if meme:
                    return deja
                raise SaisieRefusee([("reference", f"{self._deja()}\xa0: {deja._en_mots()}.")])
            if meme:
                jour = date_longue(jour_de(deja.contrepassee_par.inscrite_le))
                raise SaisieRefusee(
                    [("reference", f"Cette ligne, telle quelle, a été contrepassée le {jour}.")]
                )
        return None

    def sous_sa_reference(self):
        """Celles qu'elle répéterait, ou dont elle prendrait la place."""
        return type(self).objects.filter(convention=self.convention, reference=self.reference)

    def _deja(self):
        return f"La référence «\xa0{self.reference}\xa0» est déjà celle d’une autre ligne"

    def _en_mots(self):
        return f"{en_dollars(self.montant)}, le {date_longue(self.faite_le)}"

    def fautes(self):
        """(champ, phrase) de tout ce qui ne va pas."""
        for phrase in self.empechements_de_sortie():
            yield "enveloppe", phrase
        if not self.reference:
            yield "reference", "Inscrivez la référence comptable."
        yield from self.fautes_de_sa_date()
        if self.montant <= ZERO:
            yield "montant", "Le montant est de plus de zéro dollar."
        elif self.montant > self.reste():
            yield "montant", self.manque()
        yield from self.fautes_propres()

    def empechements_de_sortie(self):
        """Pourquoi rien ne sort de cette enveloppe maintenant."""
        refus = self.empechements_a_inscrire(self.convention, [self.enveloppe])
        return refus or empechements_d_exercice(self.convention, self.enveloppe.an)

    def fautes_de_sa_date(self):
        yield from self.fautes_de_date()
        if self.faite_le > aujourd_hui():
            yield "faite_le", "La date ne peut pas être dans le futur."

    def fautes_de_date(self):
        """Elle est de l'exercice de son enveloppe, et dans la convention."""
        if not self.exercice.debut <= self.faite_le <= self.exercice.fin:
            yield "faite_le", f"La date n’est pas dans l’exercice {self.exercice}, celui de l’enveloppe."
        if not self.convention.debut <= self.faite_le <= self.convention.fin:
            du, au = date_longue(self.convention.debut), date_longue(self.convention.fin)
            yield "faite_le", f"La convention va du {du} au {au}\xa0: elle ne paie rien hors de ces dates."

    def _ecrire(self, *, par, le, **saisie):
        [ecriture] = [
            ecriture
            for ecriture in Ecriture.passer(
                self.convention,
                self.mouvement(),
                nature=self.NATURE,
                par=par,
                objet=self.objet_au_livre()[:200],
                reference=self.reference_au_livre(),
                motif=self.motif_au_livre(),
                le=le,
            )
            if ecriture.compte == self.COMPTE
        ]
        champs = {
            "convention": self.convention,
            "reference": self.reference,
            "ecriture": ecriture,
            "annulations_avant": self.sous_sa_reference().count(),
        }
        tete = ChaineJournal.verrouiller(self.nom_de_chaine(f"convention-{self.convention.pk}"))
        ligne = type(self).ajouter(tete, par=par, le=le, **saisie | champs)
        apres = {"montant": en_dollars(ligne.montant), "reference": ligne.reference}
        self.convention.noter(self.GESTE, par=par, le=le, objet=self.enveloppe, apres=apres)
        return ligne

    @classmethod
    @transaction.atomic
    def inscrire_en_lot(cls, saisies, *, par, le=None):
        """Tout ou rien; rend les lignes, celles qui y étaient comprises. Lève tous les refus à la fois."""
        saisies = list(saisies)
        lignes, fautes = cls.jouer(saisies, par=par, le=le)
        refus = [
            f"{s['reference']}\xa0: {p}"
            for s, siennes in zip(saisies, fautes, strict=True)
            for _, p in siennes
        ]
        if refus:
            raise TransitionInterdite(refus)
        return lignes

    @classmethod
    def essayer_en_lot(cls, saisies, *, par):
        """Joue puis défait tout : pour chaque saisie, dans l'ordre, si elle est déjà inscrite, et ses fautes."""
        with transaction.atomic():
            derniere = cls.objects.order_by("pk").values_list("pk", flat=True).last() or 0
            lignes, fautes = cls.jouer(saisies, par=par)
            transaction.set_rollback(True)
        return [
            (bool(ligne) and ligne.pk <= derniere, siennes)
            for ligne, siennes in zip(lignes, fautes, strict=True)
        ]

    @classmethod
    def jouer(cls, saisies, *, par, le=None):
        """(lignes, fautes) : chaque saisie inscrite, ou `None` et ce qui ne va pas; qui appelle garde ou défait."""
        lignes, fautes = [], []
        for saisie in saisies:
            ligne, siennes = None, []
            try:
                ligne = cls.inscrire(par=par, le=le, **saisie)
            except SaisieRefusee as refus:
                siennes = refus.fautes
            except TransitionInterdite as refus:
                siennes = [("montant", phrase) for phrase in refus.empechements]
            lignes.append(ligne)
            fautes.append(siennes)
        return lignes, fautes

    # --- Y joindre une pièce ------------------------------------------------------------------------------

    def empechements_a_joindre(self):
        """L'exercice clos ou la convention fermée n'y changent rien : une pièce n'écrit rien au grand livre."""
        return ["Contrepassée, cette ligne n’attend plus de pièce."] if self.contrepassee_par else []

    @transaction.atomic
    def joindre(self, *, par, fichier):
        """Joint une pièce après coup; la ligne, elle, ne se réécrit pas. Lève `PieceRefusee`."""
        convention = self.convention.verrouiller()
        sortie = type(self).objects.lues().get(pk=self.pk)
        if refus := sortie.empechements_a_joindre():
            raise TransitionInterdite(refus)
        piece = sortie.pieces.model.televerser(fichier, par=par, sortie=sortie)
        apres = {"pièce": piece.nom, "reference": sortie.reference, "sha256": piece.sha256}
        convention.noter("joindre-preuve", par=par, objet=sortie.enveloppe, apres=apres)
        return piece

    # --- La contrepasser ----------------------------------------------------------------------------------

    def empechements_a_contrepasser(self):
        if contraire := self.contrepassee_par:
            return [f"C’est déjà contrepassé, depuis le {date_longue(jour_de(contraire.inscrite_le))}."]
        return self.empechements_de_contrepassation() or self.empechements_propres()

    def empechements_de_contrepassation(self):
        return empechements_d_exercice(self.convention, self.enveloppe.an)

    @transaction.atomic
    def contrepasser(self, *, par, motif, le=None):
        """Défait une ligne inscrite par erreur : son mouvement est contrepassé, une seule fois, avec un motif."""
        convention = self.convention.verrouiller()
        sortie = type(self).objects.lues().get(pk=self.pk)
        refus = sortie.empechements_a_contrepasser_par(par)
        if not motif.strip():
            refus = [*refus, "Écrivez le motif de la contrepassation."]
        if refus:
            raise TransitionInterdite(refus)
        Ecriture.contrepasser(sortie.ecriture.mouvement, par=par, motif=motif, le=le)
        geste, motif = f"contrepasser-{self._meta.model_name}", motif.strip()
        avant = {"montant": en_dollars(sortie.montant), "reference": sortie.reference}
        convention.noter(geste, par=par, le=le, objet=sortie.enveloppe, avant=avant, motif=motif)
        return type(self).objects.lues().get(pk=self.pk)

    def empechements_a_contrepasser_par(self, par):
        return self.empechements_a_contrepasser()
