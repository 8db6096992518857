"""Le relevé rectificatif : ce que l'on apprend après la fin. L'un le propose, une autre personne le confirme.

Une créance de plus, une dépense refusée, une somme qui ne se récupérera jamais : rien n'y bouge au grand livre. Le
relevé d'avant se lit toujours de ce que chaque rectificatif en garde.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from projets.protocoles.models.gardiens import RECTIFICATIF_REPONDU_UNE_FOIS
from projets.protocoles.models.paiements import Paiement
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import FINIS, Protocole
from projets.protocoles.models.releves import LigneDeReleve
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import jour_de

SOMMES = ("a_recuperer", "radie", "libere")
SEULE = "Vous avez proposé ce relevé rectificatif\xa0: une autre personne le confirme."
EN_ATTENTE = "Un relevé rectificatif attend déjà d’être confirmé ou écarté."


class RectificatifQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))

    def en_attente(self):
        return self.filter(confirme_le=None, ecarte_le=None)

    def confirmes(self):
        return self.filter(confirme_le__isnull=False).order_by("numero")


def _personne(libelle, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=libelle, related_name="+", **options
    )


class Rectificatif(models.Model):
    """Proposé, puis confirmé ou écarté, une fois; confirmé, il a son numéro et change les lignes du relevé."""

    declencheurs = RECTIFICATIF_REPONDU_UNE_FOIS

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="rectificatifs"
    )
    numero = models.PositiveSmallIntegerField("numéro", null=True)
    motif = models.TextField("motif", max_length=2000)
    paiement = models.ForeignKey(
        Paiement,
        models.PROTECT,
        verbose_name="né du versement",
        related_name="rectificatifs",
        null=True,
        help_text="Contrepassé, ou appris, après la fin.",
    )
    propose_le = models.DateTimeField("proposé le")
    propose_par = _personne("proposé par")
    confirme_le = models.DateTimeField("confirmé le", null=True)
    confirme_par = _personne("confirmé par", null=True)
    ecarte_le = models.DateTimeField("écarté le", null=True)
    ecarte_par = _personne("écarté par", null=True)
    ecart_motif = models.TextField("motif de l’écart", max_length=2000, blank=True)

    objects = RectificatifQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé rectificatif"
        verbose_name_plural = "relevés rectificatifs"
        ordering = ["protocole", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocole", "numero"],
                name="rectificatif_numero_unique",
                violation_error_message="Ce numéro est celui d’un autre relevé rectificatif.",
            ),
            models.UniqueConstraint(
                fields=["protocole"],
                condition=Q(confirme_le__isnull=True, ecarte_le__isnull=True),
                name="rectificatif_un_seul_en_attente",
                violation_error_message=EN_ATTENTE,
            ),
            models.CheckConstraint(
                name="rectificatif_confirme_par_une_autre",
                condition=Q(numero__isnull=True, confirme_le__isnull=True, confirme_par__isnull=True)
                | Q(numero__isnull=False, confirme_le__isnull=False, confirme_par__isnull=False)
                & (~Q(confirme_par=F("propose_par")) | Q(paiement__isnull=False)),
                violation_error_message="Une autre personne que celle qui le propose le confirme.",
            ),
            models.CheckConstraint(
                name="rectificatif_ecarte_motive",
                condition=~Q(motif="")
                & (
                    Q(ecarte_le__isnull=True, ecarte_par__isnull=True, ecart_motif="")
                    | Q(ecarte_le__isnull=False, ecarte_par__isnull=False, confirme_le__isnull=True)
                    & ~Q(ecart_motif="")
                ),
                violation_error_message="Écarté, il a sa date, sa personne et son motif.",
            ),
        ]

    def __str__(self):
        return f"Relevé rectificatif {self.numero}" if self.numero else "Relevé rectificatif proposé"

    # --- Le proposer ----------------------------------------------------------------------------------------

    @classmethod
    def empechements_a_proposer(cls, protocole):
        if protocole.etat not in FINIS:
            return ["Un relevé se rectifie une fois le protocole clos ou résilié."]
        attend = cls.objects.en_attente().filter(protocole=protocole).exists()
        return [EN_ATTENTE] if attend else []

    @classmethod
    @transaction.atomic
    def proposer(cls, protocole, *, par, motif, sommes, vu=None, le=None):
        """`sommes` : {clé d'une ligne: {« a_recuperer » et « radie », en dollars}}, telles qu'elles seraient."""
        protocole, motif = protocole.verrouiller(), motif.strip()
        refus = cls.empechements_a_proposer(protocole)
        exiger(refus or ([] if motif else ["Écrivez le motif du relevé rectificatif."]))
        if vu is not None and vu != protocole.empreinte_des_sommes_dues():
            raise VersionPerimee("Le relevé a changé depuis que la page est ouverte\xa0: relisez-le.")
        lignes = [_rectifiee(ligne, **sommes.get(ligne.pk, {})) for ligne in protocole.releve.lues()]
        exiger(list(_fautes(lignes)))
        rectificatif = cls._ecrire(protocole, lignes, par=par, le=le, motif=motif)
        rectificatif.noter("proposer-rectificatif", par=par, le=le, motif=motif)
        return rectificatif

    @classmethod
    def _ecrire(cls, protocole, lignes, *, par, le, **champs):
        rectificatif = cls.objects.create(
            protocole=protocole, propose_le=le or timezone.now(), propose_par=par, **champs
        )
        for ligne in lignes:
            ligne.rectificatif = rectificatif
            ligne.save()
        return rectificatif

    @cached_property
    def lues(self):
        """Ses lignes, chacune sachant ce qui en est déjà rendu; un geste, qui le relit sous verrou, les relit aussi."""
        lignes, rendus = list(self.lignes.lues()), self.protocole.releve.rendus()
        for x in lignes:
            x.ligne.deja_rendu = rendus[x.ligne_id] or ZERO
        return lignes

    @property
    def changees(self):
        return [ligne for ligne in self.lues if ligne.change]

    def noter(self, geste, *, par, **champs):
        dites = ({str(x.enveloppe): x.en_mots(quand) for x in self.changees} for quand in ("_avant", ""))
        avant, apres = dites
        self.protocole.noter(geste, par=par, avant=avant, apres=apres, **champs)

    # --- Le confirmer ou l'écarter --------------------------------------------------------------------------

    def empechements_a_confirmer(self):
        """Déjà répondu; ou rendu depuis, il ne laisserait plus à récupérer ce qui est déjà revenu."""
        if self.confirme_le:
            return [
                f"Ce relevé rectificatif est confirmé, depuis le {date_longue(jour_de(self.confirme_le))}."
            ]
        if self.ecarte_le:
            return [f"Ce relevé rectificatif est écarté, depuis le {date_longue(jour_de(self.ecarte_le))}."]
        return list(_fautes(self.lues))

    def empechements_a_confirmer_par(self, par):
        return self.empechements_a_confirmer() or ([SEULE] if par.pk == self.propose_par_id else [])

    def empreinte_a_confirmer(self):
        """Ce que la page montrait : ce que le relevé dirait, et ce qui en est déjà rendu."""
        return empreinte(self.pk, [(x.pk, x.a_recuperer, x.radie, x.ligne.rembourse()) for x in self.lues])

    @transaction.atomic
    def confirmer(self, *, par, vu=None, le=None):
        """Une autre personne le confirme : il prend son numéro, et le relevé dit ce qu'il dit."""
        rectificatif = self._verrouiller()
        exiger(rectificatif.empechements_a_confirmer_par(par))
        if vu is not None and vu != rectificatif.empreinte_a_confirmer():
            raise VersionPerimee(
                "Ce qui est rendu a changé depuis que la page est ouverte\xa0: relisez le relevé."
            )
        rectificatif._appliquer(par=par, le=le or timezone.now())
        rectificatif.noter("confirmer-rectificatif", par=par, le=le, motif=rectificatif.motif)
        return rectificatif

    def _verrouiller(self):
        protocole = self.protocole.verrouiller()
        rectificatif = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        rectificatif.protocole = protocole
        return rectificatif

    def _appliquer(self, *, par, le):
        self.numero = self.protocole.rectificatifs.confirmes().count() + 1
        self.confirme_le, self.confirme_par = le, par
        self.save(update_fields=["numero", "confirme_le", "confirme_par"])
        for rectifiee in self.lues:
            sommes = {champ: getattr(rectifiee, champ) for champ in SOMMES}
            self.protocole.releve.filter(pk=rectifiee.ligne_id).update(garde=rectifiee.garde, **sommes)

    def empechements_a_ecarter(self):
        repondu = self.confirme_le or self.ecarte_le
        return ["Ce relevé rectificatif n’attend plus de réponse."] if repondu else []

    @transaction.atomic
    def ecarter(self, *, par, motif, le=None):
        """Il n'aura pas d'effet, avec un motif; il reste à l'histoire."""
        rectificatif, motif = self._verrouiller(), motif.strip()
        refus = rectificatif.empechements_a_ecarter()
        exiger(refus or ([] if motif else ["Écrivez pourquoi ce relevé rectificatif est écarté."]))
        rectificatif.ecarte_le, rectificatif.ecarte_par = le or timezone.now(), par
        rectificatif.ecart_motif = motif
        rectificatif.save(update_fields=["ecarte_le", "ecarte_par", "ecart_motif"])
        rectificatif.noter("ecarter-rectificatif", par=par, le=le, motif=motif)
        return rectificatif

    # --- Ce qui suit un versement contrepassé, ou appris, après la fin ---------------------------------------

    @classmethod
    def suivre_le_versement(cls, paiement, libere, *, par, motif, le=None):
        """Ce qui n'a jamais été versé n'est plus gardé mais libéré; ce qui l'était à l'insu du relevé, l'inverse."""
        protocole = paiement.protocole
        lignes = [_rectifiee(ligne) for ligne in protocole.releve.lues()]
        for ligne in lignes:
            if ligne.ligne.affectation_id == paiement.tranche.affectation_id:
                ligne.libere += libere
        rectificatif = cls._ecrire(protocole, lignes, par=par, le=le, motif=motif, paiement=paiement)
        rectificatif._appliquer(par=par, le=le or timezone.now())
        rectificatif.noter("confirmer-rectificatif", par=par, le=le, motif=motif)
        return rectificatif


class LigneRectifieeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(rectificatif__in=Rectificatif.objects.visibles_par(utilisateur))

    def lues(self):
        return self.select_related("ligne__affectation__enveloppe__territoire")


class LigneRectifiee(models.Model):
    """Ce qu'une ligne du relevé dit, avant et après; écrite avec son rectificatif, elle ne change plus."""

    declencheurs = IMMUABLE

    rectificatif = models.ForeignKey(
        Rectificatif, models.PROTECT, verbose_name="relevé rectificatif", related_name="lignes"
    )
    ligne = models.ForeignKey(
        LigneDeReleve, models.PROTECT, verbose_name="ligne du relevé", related_name="rectifiees"
    )
    a_recuperer = MontantField("à récupérer")
    radie = MontantField("radié")
    libere = MontantField("libéré")
    a_recuperer_avant = MontantField("à récupérer, avant")
    radie_avant = MontantField("radié, avant")
    libere_avant = MontantField("libéré, avant")

    objects = LigneRectifieeQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’un relevé rectificatif"
        verbose_name_plural = "lignes d’un relevé rectificatif"
        ordering = ["rectificatif", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rectificatif", "ligne"], name="ligne_rectifiee_une_fois"),
            models.CheckConstraint(
                name="ligne_rectifiee_positive",
                condition=Q(a_recuperer__gte=0, radie__gte=0, libere__gte=0),
                violation_error_message="Une somme d’un relevé n’est pas négative.",
            ),
        ]

    def __str__(self):
        return f"{self.enveloppe}\xa0: {self.en_mots()}"

    @property
    def enveloppe(self):
        return self.ligne.affectation.enveloppe

    @property
    def garde(self):
        return self.ligne.decide - self.a_recuperer - self.radie - self.libere

    @property
    def garde_avant(self):
        return self.ligne.decide - self.a_recuperer_avant - self.radie_avant - self.libere_avant

    @property
    def change(self):
        return any(getattr(self, champ) != getattr(self, f"{champ}_avant") for champ in SOMMES)

    def en_mots(self, quand=""):
        """« 500,00 $ à récupérer, 200,00 $ radiés »; `quand` : « _avant », ou rien."""
        du, radie = (getattr(self, f"{champ}{quand}") for champ in ("a_recuperer", "radie"))
        return f"{en_dollars(du)} à récupérer, {en_dollars(radie)} radiés"


def _rectifiee(ligne, **sommes):
    """La ligne telle qu'elle est, puis telle qu'elle serait."""
    avant = {champ: getattr(ligne, champ) for champ in SOMMES}
    return LigneRectifiee(ligne=ligne, **avant | sommes, **{f"{c}_avant": m for c, m in avant.items()})


def _fautes(lignes):
    """(phrases) : rien de plus que versé, rien de moins que déjà rendu, et quelque chose change."""
    lignes = list(lignes)
    if not any(ligne.change for ligne in lignes):
        yield "Ce relevé rectificatif ne change rien."
    for x in lignes:
        verse, rendu = x.ligne.decide - x.libere, x.ligne.rembourse()
        if x.a_recuperer < rendu:
            yield f"«\xa0{x.enveloppe}\xa0»\xa0: {en_dollars(rendu)} sont déjà rendus."
        if min(x.a_recuperer, x.radie) < ZERO or x.garde < ZERO:
            yield (
                f"«\xa0{x.enveloppe}\xa0»\xa0: de {en_dollars(verse)} versés, on ne peut pas dire {x.en_mots()}."
            )
