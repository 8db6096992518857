"""La réponse à l'organisme : une lettre scellée par décision; en lot, jamais avant l'embargo de l'appel.

Tant qu'elle n'est pas partie, l'organisme ne voit ni décision, ni avis, ni montant (`Initiative.etat_annonce`). Une
non-admissibilité, elle, s'annonce dès qu'elle est jugée, et sa lettre part avec elle.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from alliances.models import Role
from alliances.models.mandats import droits_de
from alliances.plans.models.instantanes import empreinte_de
from projets.models.decisions import Decision, Sens, fin_de_reservation
from projets.models.file import rangs_de_la_file
from projets.models.initiatives import A_L_ETUDE, Initiative
from projets.models.jugements import juger
from projets.models.revisions import limite_de, revision_de
from projets.models.roles import ROLES
from projets.regles.lecture import montage_de
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import EcritureImmuable, TransitionInterdite, VersionPerimee
from socle.models import Document
from socle.texte.typographie import date_heure
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import jour_de

TOUTES = Q()


class ReponseQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit l'initiative : une réponse partie est à son organisme."""
        vue = Initiative.objects.condition_de_vue
        decidee = Q(vue(utilisateur, "decision__initiative__"), decision__isnull=False)
        return self.filter(decidee | Q(vue(utilisateur, "jugee__"), jugee__isnull=False))


class Reponse(models.Model):
    """Ce que la lettre dit d'une décision ou d'une non-admissibilité, à jamais, et son PDF rendu une seule fois."""

    declencheurs = IMMUABLE

    decision = models.OneToOneField(
        Decision, models.PROTECT, verbose_name="décision", null=True, related_name="reponse"
    )
    jugee = models.ForeignKey(
        Initiative,
        models.PROTECT,
        verbose_name="non admissible",
        null=True,
        related_name="lettres_du_jugement",
    )
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("SHA-256", max_length=64)
    document = models.ForeignKey(Document, models.PROTECT, verbose_name="document", related_name="+")
    envoyee_le = models.DateTimeField("envoyée le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="envoyée par", related_name="+"
    )

    objects = ReponseQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à un organisme"
        verbose_name_plural = "réponses aux organismes"
        ordering = ["envoyee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reponse_d_une_decision_ou_d_un_jugement",
                condition=Q(decision__isnull=False) ^ Q(jugee__isnull=False),
                violation_error_message="Une lettre dit une décision, ou une non-admissibilité.",
            ),
        ]

    def __str__(self):
        return f"Réponse, {self.contenu['numero']}"

    def save(self, *args, **options):
        if not self._state.adding:
            raise EcritureImmuable("Une réponse envoyée ne se modifie pas.")
        super().save(*args, **options)

    @property
    def initiative(self):
        return self.decision.initiative if self.decision else self.jugee


def _sans_reponse(appel, par, permises=TOUTES):
    sans = appel.initiatives.sans_reponse().filter(permises)
    return sans if par is None else sans.exclude(Initiative.objects.condition_de_soi(par))


def a_repondre(appel, par=None, permises=TOUTES):
    """La dernière décision de chaque demande de l'appel dont l'organisme n'a pas la réponse.

    Pas de celles que `par` ne choisit pas; `permises` : la condition de celles auxquelles elle peut répondre.
    """
    sans = _sans_reponse(appel, par, permises).order_by()
    dernieres = sans.annotate(derniere=models.Max("decisions")).values("derniere")
    decisions = Decision.objects.filter(pk__in=dernieres, reponse__isnull=True).order_by("pk")
    return decisions.select_related("initiative__organisme", "initiative__appel", "initiative__alliance")


def restent_a_une_autre(appel, par, permises):
    """Celles auxquelles `par` ne répond pas; des siennes, décidées ou non : elle n'en apprendrait rien ici."""
    de_soi = Initiative.objects.condition_de_soi(par)
    interdites = appel.initiatives.sans_reponse().exclude(permises | de_soi).order_by().values("pk")
    annoncees = Q(de_soi, etat_annonce__in=A_L_ETUDE)
    return appel.initiatives.filter(annoncees | Q(pk__in=interdites)).select_related("organisme")


def empechements_a_repondre(appel, moment=None, par=None, permises=TOUTES):
    if appel.embargo_le and (moment or timezone.now()) < appel.embargo_le:
        return [f"Aucune réponse ne part avant {date_heure(appel.embargo_le)}."]
    return (
        []
        if _sans_reponse(appel, par, permises).exists()
        else ["Aucune réponse n’attend d’être envoyée par vous."]
    )


def empreinte_des_lettres(attendues):
    """Ce que la page montrait : ces décisions, et à qui chaque lettre s'adresse."""
    adressees = ((d.pk, d.initiative.organisme.nom, d.initiative.organisme.adresse) for d in attendues)
    return empreinte(*adressees)


@transaction.atomic
def envoyer(appel, *, par, permises=TOUTES, revision=None, le=None):
    """Toutes celles qui attendent : chaque lettre est scellée, chaque organisme apprend son état; rend les réponses.

    Lève `VersionPerimee` si ce ne sont plus celles que la page montrait (`revision`, leur `empreinte_des_lettres`).

    Chaque initiative est verrouillée avant la première ligne du journal : qui en tient une n'attend pas la chaîne.
    """
    appel, le = appel.verrouiller(), le or timezone.now()
    if refus := empechements_a_repondre(appel, le, par, permises):
        raise TransitionInterdite(refus)
    list(appel.initiatives.sans_reponse().select_for_update(of=("self",)).order_by("pk"))
    attendues = list(a_repondre(appel, par, permises))
    if revision is not None and revision != empreinte_des_lettres(attendues):
        raise VersionPerimee("Les réponses à envoyer ne sont plus celles que vous avez relues.")
    envoyees = [_repondre(decision, par=par, le=le) for decision in attendues]
    appel.suivre_ses_demandes(par=par, le=le)
    return envoyees


def _repondre(decision, *, par, le):
    initiative = decision.initiative = decision.initiative.verrouiller()
    if fin := fin_de_reservation(
        decision, jour_de(le)
    ):  # tout le délai, compté du jour où l'organisme l'apprend
        initiative.reservee_jusqu_au = max(initiative.reservee_jusqu_au, fin)
    reponse = _sceller(contenu_de(decision, par=par, le=le), par=par, le=le, decision=decision)
    initiative.etat_annonce = initiative.etat
    initiative.save()
    initiative.noter("repondre", par=par, le=le, apres={"décision": decision.get_sens_display()})
    return reponse


@transaction.atomic
def juger_et_repondre(initiative, *, par, reponses, le=None):
    """Juge l'admissibilité et, si elle est refusée, scelle aussitôt la lettre qui le dit."""
    le = le or timezone.now()
    initiative = juger(initiative, par=par, reponses=reponses, le=le)
    if initiative.etat == Initiative.Etat.NON_ADMISSIBLE:
        _sceller(contenu_du_jugement(initiative, par=par, le=le), par=par, le=le, jugee=initiative)
    return initiative


def _sceller(contenu, *, par, le, **objet):
    empreinte = empreinte_de(contenu)
    document, _ = Document.objects.get_or_create(
        cle=empreinte, defaults={"nom": f"reponse-{contenu['numero'].lower()}.pdf"}
    )
    return Reponse.objects.create(
        contenu=contenu, empreinte=empreinte, document=document, envoyee_le=le, par=par, **objet
    )


def contenu_du_jugement(initiative, *, par, le):
    """Ce que dit la lettre d'une non-admissibilité : chaque critère qui ne convient pas, pourquoi, et la suite."""
    limite = None if revision_de(initiative) else limite_de(initiative)
    non = initiative.reponses_d_admissibilite.filter(convient=False)
    return _adresse_de(initiative, par=par, le=le) | {
        "jugee_le": le.isoformat(),
        "sens": initiative.etat,
        "instance": initiative.alliance.table_regionale.nom or initiative.alliance.nom,
        "criteres": [{"critere": r.get_critere_display(), "precision": r.precision} for r in non],
        "montants": [],
        "revision_demandee": revision_de(initiative) is not None,
        "revision_jusqu_au": limite and limite.isoformat(),
    }


def _adresse_de(initiative, *, par, le):
    """De qui, à qui, de quelle demande; et où elle se reprend."""
    a_joindre, table = initiative.en_charge or par, initiative.alliance.table_regionale
    reprise = initiative.appel_ou_reprendre()
    return {
        "numero": initiative.numero,
        "titre": str(initiative),
        "organisme": initiative.organisme.nom,
        "adresse": initiative.organisme.adresse,
        "a_l_attention": initiative.personne_ressource or initiative.signataire,
        "appel": initiative.appel.titre,
        "alliance": initiative.alliance.nom,
        "table": {"nom": table.nom, "adresse": table.adresse},
        "montants_fictifs": initiative.montants_fictifs,
        "le": jour_de(le).isoformat(),
        "a_reprendre": reprise.titre if reprise else "",
        "personne": {"nom": a_joindre.nom_complet, "courriel": a_joindre.courriel},
        "signataire": {"nom": par.nom_complet, "qualite": _qualite(par, initiative.alliance)},
    }


def contenu_de(decision, *, par, le):
    """Ce que dit la lettre, en données simples : la décision, l'argent, les conditions, la raison et la suite."""
    initiative = decision.initiative
    affectations = initiative.affectations.select_related("enveloppe__territoire")
    acceptee = decision.sens == Sens.ACCEPTEE
    return _adresse_de(initiative, par=par, le=le) | {
        "sens": decision.sens,
        "decision": decision.get_sens_display(),
        "instance": decision.instance,
        "resolution": decision.resolution,
        "prise_le": decision.prise_le.isoformat(),
        "demande": str(montage_de(initiative).demande),
        "montants": [
            {"enveloppe": str(a.enveloppe), "exercice": str(a.enveloppe.exercice), "montant": str(a.montant)}
            for a in (affectations if acceptee else ())
        ],
        "conditions": decision.conditions,
        "raison": decision.get_raison_display() if decision.raison else "",
        "motif": decision.motif,
        "rang": rangs_de_la_file(initiative.appel)[initiative.pk]
        if decision.sens == Sens.EN_ATTENTE
        else None,
        "revision_demandee": (demandee := revision_de(initiative) is not None),
        "revision_jusqu_au": None
        if demandee
        else (limite := decision.revision_jusqu_au(le)) and limite.isoformat(),
        "pour_le": (jour := initiative.reservee_jusqu_au) and jour.isoformat(),
    }


def _qualite(par, alliance):
    """Le rôle qui permet à cette personne de répondre, comme le journal le retient."""
    tenus = droits_de(par).pour(alliance.pk)
    return next((Role(role).label for role in ROLES["repondre"] if role in tenus), "")
