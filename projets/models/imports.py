"""Les initiatives reprises d'ailleurs : un autre cycle, ou un tableur. Rien ne s'y étudie ni ne s'y paie.

Une table à part : ni demande, ni décision, ni écriture ne les nomme jamais (docs/adr/0028). Un fichier entre en entier
ou pas du tout; le même fichier, redonné, n'ajoute rien. Défait, son import reste à l'histoire, sans ses rangées.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from alliances.models import Alliance, JournalAlliance, Organisme, Territoire, ThematiqueNationale
from alliances.models.mandats import DE_L_ETAT, droits_de, vues_selon
from projets.models.journal import DE_LA_TABLE
from projets.models.roles import qualites_du_geste
from socle.acces import RequeteProtegee
from socle.declencheurs import Declencheur
from socle.erreurs import TransitionInterdite
from socle.valeurs.argent import ZERO, MontantField, somme
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice

FIXE = Declencheur(
    "UPDATE", refus="Ce qui est repris d’un fichier ne change pas\u00a0: l’import se défait, puis se refait."
)


class ImportQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table et l'État : le nom du fichier et le motif ne regardent pas les organismes."""
        return self.filter(vues_selon(utilisateur, "alliance", (DE_LA_TABLE, Q()), (DE_L_ETAT, Q())))


class ImportDInitiatives(models.Model):
    """Un fichier entré une fois : qui, quand, lequel, combien; et, s'il est défait, par qui et pourquoi."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    fichier = models.CharField("nom du fichier", max_length=200)
    nombre = models.PositiveIntegerField("initiatives entrées")
    importe_le = models.DateTimeField("importé le", editable=False)
    importe_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="importé par", related_name="+"
    )
    defait_le = models.DateTimeField("défait le", null=True, editable=False)
    defait_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="défait par", null=True, related_name="+"
    )
    defait_motif = models.TextField("pourquoi", max_length=2000, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import d’initiatives"
        verbose_name_plural = "imports d’initiatives"
        ordering = ["-importe_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_d_initiatives_defait_complet",
                condition=Q(defait_le__isnull=True, defait_par__isnull=True, defait_motif="")
                | Q(defait_le__isnull=False, defait_par__isnull=False) & ~Q(defait_motif=""),
                violation_error_message="Un import défait a sa date, sa personne et son motif.",
            ),
            models.CheckConstraint(
                name="import_d_initiatives_pas_vide",
                condition=Q(nombre__gt=0),
                violation_error_message="Un import apporte au moins une initiative.",
            ),
        ]

    def __str__(self):
        return f"Import de «\u00a0{self.fichier}\u00a0»"

    # --- Importer -------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def importer(cls, alliance, saisies, *, par, fichier, le=None):
        """Entre ces initiatives, toutes ou aucune; celles qui y sont déjà, pareilles, ne changent rien.

        Rend l'import. Lève `TransitionInterdite` si une référence désigne déjà autre chose, ou s'il n'y a rien de neuf.
        """
        alliance = Alliance.objects.select_for_update(of=("self",)).get(pk=alliance.pk)
        neuves, refus = InitiativeReprise.departager(alliance, saisies)
        if refus or not neuves:
            raise TransitionInterdite(
                refus or ["Tout ce que dit ce fichier est déjà repris\xa0: rien n’est ajouté."]
            )
        fait = cls.objects.create(
            alliance=alliance,
            fichier=fichier[:200],
            nombre=len(neuves),
            importe_le=le or timezone.now(),
            importe_par=par,
        )
        InitiativeReprise.entrer(fait, neuves)
        fait.noter("importer-initiatives", par=par, le=le, apres={"initiatives": len(neuves)})
        return fait

    # --- Défaire --------------------------------------------------------------------------------------------

    def empechements_a_defaire(self):
        if self.defait_le:
            return ["Cet import est déjà défait."]
        return [
            f"{reprise.reference}\xa0: une demande en part déjà. Ce qui s’appuie sur une initiative reprise la garde."
            for reprise in self.reprises.continuees()
        ]

    @transaction.atomic
    def defaire(self, *, par, motif, le=None):
        """Retire toutes ses rangées, tant que rien ne s'y appuie; l'import, son nombre et le motif restent."""
        fait = type(self).objects.select_for_update(of=("self",)).select_related("alliance").get(pk=self.pk)
        list(fait.reprises.select_for_update(of=("self",)).values_list("pk"))
        refus, motif = fait.empechements_a_defaire(), motif.strip()
        if refus or not motif:
            raise TransitionInterdite(refus or ["Écrivez pourquoi l’import est défait."])
        MontantRepris.objects.filter(reprise__origine=fait).delete()
        fait.reprises.all().delete()
        fait.defait_le, fait.defait_par, fait.defait_motif = le or timezone.now(), par, motif
        fait.save(update_fields=["defait_le", "defait_par", "defait_motif"])
        fait.noter("defaire-import", par=par, le=le, motif=motif, avant={"initiatives": fait.nombre})
        return fait

    def noter(self, geste, *, par, **champs):
        qualites, alliance = qualites_du_geste(geste), self.alliance
        JournalAlliance.noter_pour(
            alliance.pk, geste, par=par, qualites=qualites, alliance=alliance, objet=self, **champs
        )


class ReprisesQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table et l'État; un organisme, les siennes."""
        siens = {m.organisme_id for m in droits_de(utilisateur).mandats if m.organisme_id}
        suivies = vues_selon(utilisateur, "alliance", (DE_LA_TABLE, Q()), (DE_L_ETAT, Q()))
        return self.filter(suivies | Q(organisme__in=siens))

    def avec_montants(self):
        """`accorde`, `verse`, `recupere` : leurs totaux."""
        return self.annotate(**{nom: somme(f"montants__{nom}") for nom in ("accorde", "verse", "recupere")})

    def continuees(self):
        """Celles d'où part une demande."""
        return self.filter(suites__isnull=False).distinct()


class InitiativeReprise(models.Model):
    """Ce qu'un fichier disait d'une initiative; `reference` est la sienne là d'où elle vient."""

    declencheurs = (FIXE,)

    class Etat(models.TextChoices):
        EN_COURS = "en_cours", "En cours"
        TERMINEE = "terminee", "Terminée"
        ABANDONNEE = "abandonnee", "Abandonnée"

    origine = models.ForeignKey(
        ImportDInitiatives, models.PROTECT, verbose_name="import", related_name="reprises", editable=False
    )
    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    reference = models.CharField("référence", max_length=40)
    titre = models.CharField("titre", max_length=140)
    resume = models.TextField("résumé", max_length=600, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="+")
    debut = models.DateField("début")
    fin = models.DateField("fin")
    etat = models.CharField("état", max_length=10, choices=Etat.choices)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+")
    thematique = models.ForeignKey(
        ThematiqueNationale, models.PROTECT, verbose_name="thématique nationale", null=True, related_name="+"
    )
    personnes = models.PositiveIntegerField("personnes rejointes", null=True)
    empreinte = models.CharField("ce que dit sa ligne", max_length=16, editable=False)

    objects = ReprisesQuerySet.as_manager()

    class Meta:
        verbose_name = "initiative reprise"
        verbose_name_plural = "initiatives reprises"
        ordering = ["-fin", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "reference"],
                name="initiative_reprise_reference_unique",
                violation_error_message="Une initiative reprise porte déjà cette référence.",
            ),
            models.CheckConstraint(
                name="initiative_reprise_debut_avant_fin",
                condition=Q(debut__lte=F("fin")),
                violation_error_message="La fin de l’initiative suit son début.",
            ),
            models.CheckConstraint(
                name="initiative_reprise_nommee",
                condition=~Q(reference="") & ~Q(titre=""),
                violation_error_message="Une initiative reprise a sa référence et son titre.",
            ),
        ]

    def __str__(self):
        return self.titre

    @classmethod
    def empechements_a_continuer(cls, reprise, organisme, autre=None):
        """Sous le verrou de sa rangée : un import qui se défait attend, ou l'a déjà retirée."""
        if reprise is None:
            return []
        if autre:
            return ["Partez d’une demande précédente, ou d’une initiative reprise, pas des deux."]
        if not cls.objects.select_for_update(of=("self",)).filter(pk=reprise.pk).values_list("pk"):
            return ["L’import de cette initiative est défait\xa0: partez d’une page blanche."]
        if reprise.organisme_id != organisme.pk:
            return ["Cette initiative est d’un autre organisme."]
        return []

    @classmethod
    def departager(cls, alliance, saisies):
        """(les saisies qui n'y sont pas, les phrases de celles dont la référence désigne déjà autre chose)."""
        references = [saisie["reference"] for saisie in saisies]
        deja = dict(
            cls.objects.filter(alliance=alliance, reference__in=references).values_list(
                "reference", "empreinte"
            )
        )
        refus = [
            f"{s['reference']}\xa0: {AUTREMENT}"
            for s in saisies
            if deja.get(s["reference"], empreinte_de(s)) != empreinte_de(s)
        ]
        return [s for s in saisies if s["reference"] not in deja], refus

    @classmethod
    def entrer(cls, origine, saisies):
        """Les rangées de cet import, leurs territoires et leurs montants, en lot."""
        champs = (
            "reference",
            "titre",
            "resume",
            "organisme",
            "debut",
            "fin",
            "etat",
            "thematique",
            "personnes",
        )
        entrees = cls.objects.bulk_create(
            cls(
                origine=origine,
                alliance=origine.alliance,
                empreinte=empreinte_de(saisie),
                **{champ: saisie[champ] for champ in champs},
            )
            for saisie in saisies
        )
        lieux, paires = cls.territoires.through, list(zip(entrees, saisies, strict=True))
        lieux.objects.bulk_create(
            lieux(initiativereprise=entree, territoire=territoire)
            for entree, saisie in paires
            for territoire in saisie["territoires"]
        )
        MontantRepris.objects.bulk_create(
            MontantRepris(reprise=entree, an=an, accorde=accorde, verse=verse, recupere=recupere)
            for entree, saisie in paires
            for an, accorde, verse, recupere in saisie["montants"]
        )


AUTREMENT = "cette référence est déjà reprise, autrement. Défaites l’import qui l’a entrée, ou changez-la."


def empreinte_de(saisie):
    """La même ligne, lue du même fichier ou d'un autre, a la même."""
    simples = ("reference", "titre", "resume", "debut", "fin", "etat", "personnes")
    lieux, thematique = sorted(t.pk for t in saisie["territoires"]), saisie["thematique"]
    return empreinte(
        *(saisie[champ] for champ in simples),
        saisie["organisme"].pk,
        thematique and thematique.pk,
        lieux,
        sorted((an, *map(str, sommes)) for an, *sommes in saisie["montants"]),
    )


class MontantRepris(models.Model):
    """Ce qu'elle avait reçu, d'un exercice : de l'histoire, jamais une écriture."""

    declencheurs = (FIXE,)

    reprise = models.ForeignKey(
        InitiativeReprise, models.PROTECT, verbose_name="initiative reprise", related_name="montants"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    accorde = MontantField("accordé")
    verse = MontantField("versé", default=ZERO)
    recupere = MontantField("récupéré", default=ZERO)

    objects = RequeteProtegee.as_manager()

    class Meta:
        verbose_name = "montant repris"
        verbose_name_plural = "montants repris"
        ordering = ["an"]
        constraints = [
            models.UniqueConstraint(fields=["reprise", "an"], name="montant_repris_un_par_exercice"),
            models.CheckConstraint(
                name="montant_repris_dans_l_ordre",
                condition=Q(recupere__gte=0) & Q(recupere__lte=F("verse")) & Q(verse__lte=F("accorde")),
                violation_error_message="Le récupéré ne dépasse pas le versé, ni le versé l’accordé.",
            ),
        ]

    def __str__(self):
        return str(Exercice(self.an))
