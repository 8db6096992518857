"""La personne en charge d'un dossier : qui l'analyse pour l'État, à Services Québec ou au Ministère."""

from django.conf import settings
from django.db import models, transaction

from alliances.models.mandats import Role, au_nom_de, personnes_concernees
from socle.erreurs import TransitionInterdite, VersionPerimee

ANALYSE = frozenset({Role.DGSQ, Role.MESS})
CONFIENT = (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS, Role.APPROBATION)


def confies_a(utilisateur, chemin=""):
    """La condition « ce dossier est confié à cette personne, ou à qui elle remplace ». `chemin` y mène."""
    return models.Q(**{f"{chemin}en_charge__in": au_nom_de(utilisateur)})


class DossierConfie(models.Model):
    """Ce qu'un dossier d'Alliance a de plus quand une personne en répond : `alliance`, `verrouiller`, `noter`."""

    en_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="en charge",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def charge(self):
        """La phrase qui dit à qui le dossier est confié."""
        if self.en_charge is None:
            return "Le dossier n’est confié à personne."
        return f"Le dossier est confié à {self.en_charge}."

    def analystes(self):
        """Les personnes à qui ce dossier peut être confié."""
        return personnes_concernees(self.alliance, ANALYSE)

    def empechements_a_confier(self, personne):
        if personne and not self.analystes().filter(pk=personne.pk).exists():
            return [f"{personne} ne tient pas de mandat d’analyse sur cette Alliance."]
        return []

    @transaction.atomic
    def confier(self, *, par, personne, vue=None):
        """Confie le dossier à une personne, ou le reprend (`None`); sans effet si rien ne change.

        `vue` : la clé de la personne en charge à l'affichage. Lève `VersionPerimee` si elle n'est plus la même.
        """
        dossier = self.verrouiller()
        if vue is not None and vue != str(dossier.en_charge_id or ""):
            raise VersionPerimee(
                f"Quelqu’un a confié ce dossier depuis que vous avez ouvert la page. {dossier.charge}"
            )
        if empechements := dossier.empechements_a_confier(personne):
            raise TransitionInterdite(empechements)
        if dossier.en_charge != personne:
            avant, apres = ({"en charge": str(p or "")} for p in (dossier.en_charge, personne))
            dossier.en_charge = personne
            dossier.save(update_fields=["en_charge"])
            dossier.noter("confier", par=par, avant=avant, apres=apres)
        return dossier
