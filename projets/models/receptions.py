"""Une demande reçue autrement : sur papier, au téléphone… La Table l'inscrit au nom de l'organisme, qui la confirme.

L'instant qui compte pour la fermeture est celui où elle a été reçue; l'inscription suit, dans la marge de l'appel.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from alliances.models import Mandat, Role
from alliances.models.adhesions import des_membres
from alliances.models.confiance import a_valu
from projets.models.choix import qui_lient_a
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_heure, de
from socle.valeurs.horloge import jour_de


class Mode(models.TextChoices):
    PAPIER = "papier", "Sur papier"
    TELEPHONE = "telephone", "Au téléphone"
    COURRIEL = "courriel", "Par courriel"
    EN_PERSONNE = "en_personne", "En personne"


LIEE = "Vous êtes de cet organisme ou de cette MRC\xa0: une autre personne de la Table inscrit la demande."
EN_LIGNE = Q(mode_reception="", recue_le__isnull=True)
SANS_CONFIRMATION = Q(confirmee_le__isnull=True, confirmee_par__isnull=True, confirmation_de="")
CONFIRMEE = ~Q(mode_reception="") & Q(confirmee_le__isnull=False, confirmee_par__isnull=False)
CONTRAINTES = [
    models.CheckConstraint(
        name="initiative_recue_avant_d_etre_inscrite",
        condition=EN_LIGNE
        | (~Q(mode_reception="") & Q(recue_le__isnull=False, recue_le__lte=F("commencee_le"))),
        violation_error_message="Une demande reçue autrement a son mode, et l’heure où elle a été reçue.",
    ),
    models.CheckConstraint(
        name="initiative_confirmee_par_une_autre",
        condition=SANS_CONFIRMATION
        | (CONFIRMEE & (~Q(confirmation_de="") | ~Q(confirmee_par=F("commencee_par")))),
        violation_error_message="Une autre personne que celle qui l’a inscrite confirme la demande.",
    ),
    models.CheckConstraint(
        name="initiative_confirmee_avant_d_etre_decidee",
        condition=EN_LIGNE
        | CONFIRMEE
        | Q(etat__in=("brouillon", "deposee", "retiree", "admissible", "non_admissible")),
        violation_error_message="Une demande reçue autrement se confirme avant d’être décidée.",
    ),
]


def _exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


class RecueAutrement(models.Model):
    """Abstraite : comment la demande est arrivée, quand, et qui l'a confirmée. Vide, elle est venue en ligne.

    `commencee_par` l'a inscrite, à `commencee_le`. `confirmation_de` : qui a signé la confirmation écrite qu'a reçue
    la Table; vide, c'est `confirmee_par` qui engage l'organisme.
    """

    ModeReception = Mode

    mode_reception = models.CharField(
        "reçue autrement", max_length=12, choices=Mode.choices, blank=True, editable=False
    )
    recue_le = models.DateTimeField("reçue le", null=True, editable=False)
    confirmee_le = models.DateTimeField("confirmée le", null=True, editable=False)
    confirmee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="confirmée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    confirmation_de = models.CharField("confirmation écrite de", max_length=150, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def arrivee(self):
        """« Reçue sur papier, le 15 mai 2026 à 16 h 30 »; vide si elle est venue en ligne."""
        if not self.mode_reception:
            return ""
        return f"Reçue {self.get_mode_reception_display().lower()}, {date_heure(self.recue_le)}"

    @property
    def se_saisit_au_nom(self):
        """La Table la remplit, d'après ce qu'elle a reçu."""
        return bool(self.mode_reception) and self.etat == self.Etat.BROUILLON

    @property
    def attend_confirmation(self):
        """Déposée au nom de l'organisme, qui n'a encore rien reconnu."""
        hors = (self.Etat.BROUILLON, self.Etat.RETIREE)
        return bool(self.mode_reception) and self.confirmee_le is None and self.etat not in hors

    @staticmethod
    def empechements_a_recevoir(appel, moment=None):
        """Pourquoi une demande reçue autrement ne s'inscrit pas, ou plus, à cet appel."""
        moment = moment or timezone.now()
        if appel.etat not in (appel.Etat.OUVERT, *appel.FERMES):
            return ["Une demande reçue autrement s’inscrit à un appel publié."]
        if appel.est_decide():
            return ["Cet appel est décidé\xa0: aucune demande ne s’y inscrit plus."]
        if moment < appel.ouvre_le:
            return [f"L’appel ouvre {date_heure(appel.ouvre_le)}."]
        if moment >= appel.inscrit_jusqu_a:
            return [f"L’appel n’en inscrit plus depuis {date_heure(appel.inscrit_jusqu_a)}."]
        return []

    @classmethod
    @transaction.atomic
    def recevoir(cls, appel, organisme, *, par, mode, recue_le, piece, le=None):
        """Ouvre la demande que la Table remplira d'après `piece`, le document reçu. Lève `PieceRefusee`."""
        appel, le = appel.verrouiller(), le or timezone.now()
        _exiger(cls.empechements_a_recevoir(appel, le) or [*_fautes(appel, organisme, par, recue_le, le)])
        recue = cls.ouvrir(appel, organisme, par=par, le=le, mode_reception=mode, recue_le=recue_le)
        recue.joindre_recue(piece, par=par, nature="document")
        recue.noter("recevoir", par=par, le=le, motif=recue.au_nom)
        return recue

    @property
    def au_nom(self):
        return f"Au nom {de(self.organisme)}. {self.arrivee}."

    def joindre_recue(self, piece, **champs):
        return self.pieces_recues.model.televerser(piece, initiative=self, **champs)

    def empechements_a_deposer_au_nom(self, moment=None):
        if not self.se_saisit_au_nom:
            return ["Cette demande ne se dépose pas au nom de son organisme."]
        return self.empechements_a_recevoir(self.appel, moment) or self.ce_qui_manque()

    @transaction.atomic
    def deposer_au_nom(self, *, par, le=None, vu=None):
        """La Table inscrit le dépôt, à l'heure où elle a reçu la demande; l'organisme doit encore la confirmer.

        Lève `VersionPerimee` si la demande n'est plus celle que montrait la page (`vu`).
        """
        initiative, le = self.verrouiller_avec_l_appel(), le or timezone.now()
        _exiger(
            initiative.empechements_a_deposer_au_nom(le)
            or [*_des_deux_cotes(initiative.organisme, par, initiative.recue_le)]
        )
        initiative.exiger_qu_on_l_ait_lue(vu)
        initiative._entrer("deposer-au-nom", par=par, le=le, motif=initiative.au_nom)
        initiative.appel.suivre_ses_demandes(par=par, le=le)
        return initiative

    def empechements_a_confirmer(self):
        return [] if self.attend_confirmation else ["Cette demande n’attend pas de confirmation."]

    @transaction.atomic
    def confirmer(self, *, par, le=None):
        """Qui engage l'organisme reconnaît la demande que la Table a inscrite en son nom."""
        initiative = self.verrouiller()
        _exiger(initiative.empechements_a_confirmer())
        _exiger(initiative._de_la_meme_main(par))
        return initiative._confirmer("confirmer-demande", par=par, le=le)

    def _de_la_meme_main(self, par):
        if par.pk in (self.commencee_par_id, self.deposee_par_id):
            return ["Vous avez inscrit cette demande\xa0: une autre personne la confirme."]
        return []

    def empechements_a_inscrire_la_confirmation(self):
        """Par écrit, quand personne n'a de compte qui engage l'organisme."""
        refus = self.empechements_a_confirmer()
        if not refus and des_membres(self.organisme).filter(role=Role.ENGAGEMENT).exists():
            return ["Une personne engage cet organisme\xa0: c’est à elle de confirmer la demande."]
        return refus

    @transaction.atomic
    def inscrire_la_confirmation(self, *, par, signee_par, piece, le=None):
        """La Table inscrit la confirmation écrite d'un organisme sans compte, et la joint. Lève `PieceRefusee`."""
        initiative = self.verrouiller()
        refus = initiative.empechements_a_inscrire_la_confirmation()
        refus = (
            refus
            or [*_des_deux_cotes(initiative.organisme, par, initiative.recue_le)]
            or initiative._de_la_meme_main(par)
        )
        _exiger(refus or ([] if signee_par.strip() else ["Écrivez qui a signé la confirmation."]))
        initiative.joindre_recue(piece, par=par, nature="confirmation")
        initiative.confirmation_de = signee_par.strip()
        motif = f"Confirmation écrite de {initiative.confirmation_de}."
        return initiative._confirmer("inscrire-confirmation", par=par, le=le, motif=motif)

    def _confirmer(self, geste, *, par, le, motif=""):
        self.confirmee_le, self.confirmee_par = le or timezone.now(), par
        self.save()
        self.noter(geste, par=par, le=self.confirmee_le, motif=motif)
        return self

    def empechements_de_confirmation(self):
        """Ce que le geste de décider demande d'une demande reçue autrement."""
        if not self.attend_confirmation:
            return []
        return [f"{self.arrivee}, cette demande attend d’abord la confirmation de son organisme."]


def _des_deux_cotes(organisme, par, recue_le):
    """Qui en est, ou en était quand la demande est arrivée : comme de toute demande, elle n'y touche pas."""
    depuis = Q(fin__isnull=True) | Q(fin__gte=jour_de(recue_le))
    tenus = Mandat.objects.filter(a_valu(timezone.localdate()), depuis, qui_lient_a(organisme))
    if tenus.filter(utilisateur=par).exists():
        yield LIEE


def _fautes(appel, organisme, par, recue_le, le):
    yield from _des_deux_cotes(organisme, par, recue_le)
    if recue_le > le:
        yield "Une demande ne se reçoit pas dans le futur."
    elif not appel.ouvre_le <= recue_le < appel.ferme_vraiment_le:
        yield (
            f"L’appel ouvre {date_heure(appel.ouvre_le)} et ferme {date_heure(appel.ferme_le)}\xa0: cette demande "
            "n’est pas arrivée à temps."
        )
