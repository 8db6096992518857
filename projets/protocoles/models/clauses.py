"""Les clauses de l'Alliance : un texte versionné, que sa signature approuve et qui ne change plus ensuite."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from alliances.models import Alliance, JournalAlliance
from alliances.models.mandats import DE_L_ETAT, vues_selon
from projets.models.journal import DE_LA_TABLE
from projets.models.roles import qualites_du_geste
from projets.protocoles.canevas import USUELLES
from projets.protocoles.models.gardiens import ARTICLES_APPROUVES, CLAUSES_APPROUVEES
from projets.protocoles.regles.fentes import fautes_de_fentes, remplir
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee


class ClausesQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table, tout; l'État, ce qui est approuvé. L'organisme lit celles de son protocole, une fois transmis."""
        volets = ((DE_LA_TABLE, Q()), (DE_L_ETAT, Q(approuvee_le__isnull=False)))
        return self.filter(vues_selon(utilisateur, "alliance", *volets))

    def en_vigueur(self, alliance):
        """La dernière version approuvée, ou `None`."""
        return self.filter(alliance=alliance, approuvee_le__isnull=False).order_by("-version").first()

    def a_approuver(self):
        """Écrites, et autres que celles en vigueur : ce que la signature peut approuver."""
        approuvees = ClausesAlliance.objects.filter(alliance=OuterRef("alliance"), approuvee_le__isnull=False)
        derniere = Subquery(approuvees.order_by("-version").values("pk")[:1])
        changent = _hors_de("pk", "derniere") | _hors_de("derniere", "pk")
        return self.filter(approuvee_le=None).alias(derniere=derniere).filter(changent)


def _hors_de(version, autre):
    """Une clause de cette version n'est pas, mot pour mot, à son rang dans l'autre."""
    memes = Clause.objects.filter(
        clauses=OuterRef(OuterRef(autre)), **{champ: OuterRef(champ) for champ in ("rang", "titre", "texte")}
    )
    return Exists(Clause.objects.filter(~Exists(memes), clauses=OuterRef(version)).order_by())


class ClausesAlliance(models.Model):
    """Une version des clauses; approuvée, elle ne bouge plus et la suivante en est une copie."""

    declencheurs = CLAUSES_APPROUVEES

    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    version = models.PositiveSmallIntegerField("version", editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    ouverte_le = models.DateTimeField("ouverte le", editable=False)
    approuvee_le = models.DateTimeField("approuvée le", null=True, editable=False)
    approuvee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="approuvée par", null=True, related_name="+"
    )

    objects = ClausesQuerySet.as_manager()

    class Meta:
        verbose_name = "clauses d’une Alliance"
        verbose_name_plural = "clauses des Alliances"
        ordering = ["alliance", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "version"], name="clauses_version_unique"),
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(approuvee_le__isnull=True),
                name="clauses_une_seule_a_approuver",
                violation_error_message="Une version des clauses attend déjà d’être approuvée.",
            ),
            models.CheckConstraint(
                name="clauses_approbation_complete",
                condition=Q(approuvee_le__isnull=True, approuvee_par__isnull=True)
                | Q(approuvee_le__isnull=False, approuvee_par__isnull=False),
                violation_error_message="Des clauses approuvées ont leur date et leur personne.",
            ),
        ]

    def __str__(self):
        return f"Clauses, version {self.version}"

    def verrouiller(self):
        return type(self).objects.select_for_update(of=("self",)).select_related("alliance").get(pk=self.pk)

    def noter(self, geste, *, par, **champs):
        JournalAlliance.noter_pour(
            self.alliance_id,
            geste,
            par=par,
            qualites=qualites_du_geste(geste),
            alliance=self.alliance,
            objet=self,
            **champs,
        )

    def en_articles(self, valeurs):
        """[{titre, texte}] : les clauses, leurs fentes remplies."""
        return [{"titre": c.titre, "texte": remplir(c.texte, valeurs)} for c in self.clauses.all()]

    # --- Les écrire -----------------------------------------------------------------------------------------

    @classmethod
    def empechements_a_ouvrir(cls, alliance):
        if cls.objects.filter(alliance=alliance, approuvee_le=None).exists():
            return ["Une version des clauses attend déjà d’être approuvée."]
        return []

    @classmethod
    @transaction.atomic
    def ouvrir(cls, alliance, *, par, le=None):
        """Une version à écrire : la copie de la dernière, ou les clauses usuelles de qui n'en a pas."""
        alliance = Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)
        if refus := cls.empechements_a_ouvrir(alliance):
            raise TransitionInterdite(refus)
        derniere = cls.objects.filter(alliance=alliance).aggregate(v=Max("version"))["v"] or 0
        modele = cls.objects.en_vigueur(alliance)
        textes = [(c.titre, c.texte) for c in modele.clauses.all()] if modele else USUELLES
        ouverte = cls.objects.create(alliance=alliance, version=derniere + 1, ouverte_le=le or timezone.now())
        ouverte._poser(textes)
        ouverte.noter("ouvrir-clauses", par=par, le=le)
        return ouverte

    def _poser(self, textes):
        self.clauses.all().delete()
        for rang, (titre, texte) in enumerate(textes, start=1):
            self.clauses.create(rang=rang, titre=titre.strip(), texte=texte.strip())

    def empechements_a_ecrire(self):
        if self.approuvee_le:
            return ["Ces clauses sont approuvées\xa0: elles ne changent plus. Ouvrez une nouvelle version."]
        return []

    @transaction.atomic
    def ecrire(self, textes, *, par, revision, le=None):
        """Remplace les clauses par `textes`, [(titre, texte)]; une fente inconnue se refuse."""
        ecrites = self.verrouiller()
        if refus := ecrites.empechements_a_ecrire() or list(_fautes(textes)):
            raise TransitionInterdite(refus)
        if ecrites.revision != revision:
            raise VersionPerimee("Quelqu’un a changé les clauses depuis que la page est ouverte.")
        ecrites._poser(textes)
        ecrites.revision += 1
        ecrites.save(update_fields=["revision"])
        ecrites.noter("ecrire-clauses", par=par, le=le, apres={"clauses": len(textes)})
        return ecrites

    def empechements_a_approuver(self):
        textes = self.textes()
        return self.empechements_a_ecrire() or list(_fautes(textes)) or self._sans_changement(textes)

    def textes(self):
        return [(clause.titre, clause.texte) for clause in self.clauses.all()]

    def _sans_changement(self, textes):
        precedente = type(self).objects.en_vigueur(self.alliance_id)
        if precedente is None or precedente.textes() != textes:
            return []
        return [f"Rien n’y change depuis la version {precedente.version}\xa0: il n’y a rien à approuver."]

    @transaction.atomic
    def approuver(self, *, par, revision, le=None):
        """La signature de l'Alliance approuve le texte qu'elle a lu; le prochain protocole le prend."""
        clauses, le = self.verrouiller(), le or timezone.now()
        if refus := clauses.empechements_a_approuver():
            raise TransitionInterdite(refus)
        if clauses.revision != revision:
            raise VersionPerimee("Quelqu’un a changé les clauses depuis que la page est ouverte.")
        clauses.approuvee_le, clauses.approuvee_par = le, par
        clauses.save(update_fields=["approuvee_le", "approuvee_par"])
        clauses.noter("approuver-clauses", par=par, le=le, apres={"version": clauses.version})
        return clauses


class Clause(models.Model):
    """Un article : son rang, son titre, son texte et ses fentes."""

    declencheurs = ARTICLES_APPROUVES

    clauses = models.ForeignKey(
        ClausesAlliance, models.PROTECT, verbose_name="version", related_name="clauses"
    )
    rang = models.PositiveSmallIntegerField("rang")
    titre = models.CharField("titre", max_length=120)
    texte = models.TextField("texte", max_length=3000)

    objects = RequeteProtegee.as_manager()

    class Meta:
        ordering = ["clauses", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["clauses", "rang"], name="clause_rang_unique"),
            models.CheckConstraint(
                name="clause_ecrite",
                condition=~Q(titre="") & ~Q(texte=""),
                violation_error_message="Une clause a son titre et son texte.",
            ),
        ]

    def __str__(self):
        return f"{self.rang}. {self.titre}"


def _fautes(textes):
    if not textes:
        yield "Écrivez au moins une clause."
    for titre, texte in textes:
        if not (titre.strip() and texte.strip()):
            yield "Une clause a son titre et son texte."
        yield from fautes_de_fentes(titre)
        yield from fautes_de_fentes(texte)
