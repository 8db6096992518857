"""Ce qui est transmis à signer, à jamais : un instantané par transmission, scellé par son empreinte."""

from django.conf import settings
from django.db import models

from alliances.plans.models.instantanes import empreinte_de
from conventions.models.parties import copie_de
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import EcritureImmuable
from socle.texte.typographie import date_longue, pluriel
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.contenus import ContenuField


class InstantaneQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))


class InstantaneProtocole(models.Model):
    """Le texte, les sommes et les dates d'une transmission; c'est lui que les deux parties signent."""

    declencheurs = IMMUABLE

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="instantanes"
    )
    tour = models.PositiveSmallIntegerField("transmission numéro")
    contenu = ContenuField("contenu")
    empreinte = models.CharField("SHA-256", max_length=64)
    le = models.DateTimeField("pris le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+")

    objects = InstantaneQuerySet.as_manager()

    class Meta:
        verbose_name = "protocole scellé"
        verbose_name_plural = "protocoles scellés"
        ordering = ["protocole", "tour"]
        constraints = [
            models.UniqueConstraint(fields=["protocole", "tour"], name="instantane_protocole_un_par_tour")
        ]

    def __str__(self):
        return f"{self.protocole}, transmission {self.tour}"

    def save(self, *args, **options):
        if not self._state.adding:
            raise EcritureImmuable("Un protocole scellé ne se modifie pas.")
        super().save(*args, **options)

    @classmethod
    def prendre(cls, protocole, *, par, le):
        contenu = contenu_de(protocole)
        return cls.objects.create(
            protocole=protocole,
            tour=protocole.tour,
            contenu=contenu,
            empreinte=empreinte_de(contenu),
            le=le,
            par=par,
        )

    def est_intact(self):
        return self.empreinte == empreinte_de(self.contenu)


def contenu_de(protocole):
    """Ce que dit un protocole, en données simples : les parties, l'argent, les dates, les versements, le texte."""
    initiative, affectations = protocole.initiative, list(protocole.affectations())
    decision, partenaire = initiative.decisions.first(), protocole.partenaire()
    return {
        "alliance": {"nom": initiative.alliance.nom, "cycle": initiative.alliance.cycle.code},
        "numero": initiative.numero,
        "titre": str(initiative),
        "resume": initiative.resume,
        "organisme": _partie(initiative.organisme),
        "partenaire": _partie(partenaire),
        "convention": protocole.convention.numero,
        "montants_fictifs": initiative.montants_fictifs,
        "decision": {
            "instance": decision.instance,
            "resolution": decision.resolution,
            "prise_le": decision.prise_le.isoformat(),
            "conditions": decision.conditions,
        },
        "debut": protocole.debut.isoformat(),
        "fin": protocole.fin.isoformat(),
        "rapport_final_le": protocole.rapport_final_le.isoformat(),
        "montant": str(protocole.montant()),
        "montants": [
            {"enveloppe": str(a.enveloppe), "exercice": str(a.enveloppe.exercice), "montant": str(a.montant)}
            for a in affectations
        ],
        "tranches": [
            {
                "rang": t.rang,
                "montant": str(t.montant),
                "condition": t.get_condition_display(),
                "rapport": t.condition == t.Condition.RAPPORT,
                "prevue_le": t.prevue_le.isoformat(),
                "retenue": t.retenue,
            }
            for t in protocole.tranches.all()
        ],
        "clauses": {
            "version": protocole.clauses.version,
            "articles": protocole.clauses.en_articles(_valeurs(protocole, partenaire)),
        },
    }


def _partie(organisme):
    return {"nom": organisme.nom, "adresse": organisme.adresse, "identite": copie_de(organisme)}


def _valeurs(protocole, partenaire):
    """{fente: ce qu'elle reçoit} (`regles/fentes.py`)."""
    initiative, tranches = protocole.initiative, list(protocole.tranches.all())
    retenue = sum((t.montant for t in tranches if t.retenue), ZERO)
    return {
        "organisme": initiative.organisme.nom,
        "partenaire": partenaire.nom,
        "initiative": str(initiative),
        "numero": initiative.numero,
        "convention": protocole.convention.numero,
        "montant": en_dollars(protocole.montant()),
        "versements": f"{len(tranches)}\xa0versement{pluriel(len(tranches))}",
        "retenue": en_dollars(retenue),
        "debut": date_longue(protocole.debut),
        "fin": date_longue(protocole.fin),
        "rapport_le": date_longue(protocole.rapport_final_le),
    }
