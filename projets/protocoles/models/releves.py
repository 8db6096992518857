"""Le relevé d'un protocole qui finit : de chaque somme, ce qui est gardé, à récupérer, radié ou libéré, au cent."""

from django.db import models
from django.db.models import F, Q

from conventions.models.arbres import empechements_de_reglement
from projets.models import Affectation
from projets.protocoles.models.gardiens import RELEVE_RECTIFIE
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.valeurs.argent import MontantField, en_dollars, somme


class ReleveQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))

    def lues(self):
        return self.select_related("affectation__enveloppe__territoire")

    def rendus(self):
        """{clé d'une ligne: dollars que l'organisme en a rendus}, contrepassations exclues, d'une requête."""
        en_vigueur = Q(remboursements__ecriture__contrepassee_par__isnull=True)
        total = somme("remboursements__montant", filtre=en_vigueur)
        return dict(self.order_by().values_list("pk").annotate(total=total))


class LigneDeReleve(models.Model):
    """Décidé = gardé par l'organisme + à récupérer de lui + radié + libéré; seul un rectificatif la change."""

    declencheurs = RELEVE_RECTIFIE

    protocole = models.ForeignKey(Protocole, models.PROTECT, verbose_name="protocole", related_name="releve")
    affectation = models.ForeignKey(
        Affectation, models.PROTECT, verbose_name="somme accordée", related_name="+"
    )
    decide = MontantField("décidé")
    garde = MontantField("gardé par l’organisme")
    a_recuperer = MontantField("à récupérer")
    radie = MontantField("radié", default=0)
    libere = MontantField("libéré")

    deja_rendu = None  # ce qu'une liste en a lu d'avance (`a_recuperer_de`)

    objects = ReleveQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’un relevé"
        verbose_name_plural = "lignes d’un relevé"
        ordering = ["protocole", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["protocole", "affectation"], name="releve_une_ligne_par_somme"),
            models.CheckConstraint(
                name="releve_rend_compte_de_tout",
                condition=Q(decide=F("garde") + F("a_recuperer") + F("radie") + F("libere"))
                & Q(garde__gte=0, a_recuperer__gte=0, radie__gte=0, libere__gte=0),
                violation_error_message="Ce qui est décidé est gardé, à récupérer, radié ou libéré, au cent.",
            ),
        ]

    def __str__(self):
        return f"{self.affectation.enveloppe}\xa0: {en_dollars(self.a_recuperer)} à récupérer"

    @property
    def enveloppe(self):
        return self.affectation.enveloppe

    def rembourse(self):
        """Ce que l'organisme en a déjà rendu, en dollars."""
        return self.remboursements.total() if self.deja_rendu is None else self.deja_rendu

    def reste(self):
        """Ce qu'il doit encore."""
        return self.a_recuperer - self.rembourse()

    def empechements_a_rendre(self):
        """Pourquoi rien ne s'en rend; une fois la convention fermée, une somme se rend encore."""
        if not self.reste():
            return ["Tout ce qui était à récupérer est rendu."]
        an = self.an_du_retour() or self.enveloppe.an
        return empechements_de_reglement(self.enveloppe.convention, an)

    def an_du_retour(self):
        """L'exercice où ce qui est rendu redevient disponible : le sien; clos, le premier ouvert après lui."""
        convention, an = self.enveloppe.convention, self.enveloppe.an
        if convention.etat != convention.Etat.SIGNEE:
            return an
        ouverts = convention.exercices.filter(an__gte=an, clos_le=None).order_by("an")
        return ouverts.values_list("an", flat=True).first()
