"""Les gestes d'un appel, de sa préparation à son retrait. Ce qui est publié ne change plus sans être dit."""

from django.db import transaction
from django.utils import timezone

from socle.erreurs import TransitionInterdite, VersionPerimee

PERIME = "Quelqu’un a modifié cet appel depuis que vous avez ouvert la page."


def _exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


class GestesDePublication:
    """Ce que l'on fait d'un appel; chaque geste relit sous verrou et écrit sa ligne de journal."""

    @classmethod
    @transaction.atomic
    def preparer(cls, alliance, *, par, **champs):
        """Ouvre un appel en préparation. Lève `ValidationError` si un champ ne va pas."""
        appel = cls(alliance=alliance, **champs)
        appel.full_clean()
        appel.save(force_insert=True)
        appel.noter("preparer-appel", par=par)
        return appel

    def empechements_a_modifier(self):
        if self.etat != self.Etat.PREPARATION:
            return ["L’appel est publié\xa0: il se prolonge, se corrige ou se retire, avec un motif."]
        return []

    @transaction.atomic
    def enregistrer(self, *, par, revision, champs, ecrire=None):
        """Écrit ces champs d'un appel en préparation; `ecrire` écrit ses rangées dans la même transaction."""
        appel = self.verrouiller()
        _exiger(appel.empechements_a_modifier())
        if appel.revision != revision:
            raise VersionPerimee(PERIME)
        for champ, valeur in champs.items():
            setattr(appel, champ, valeur)
        appel.revision += 1
        appel.full_clean()
        appel.save()
        if ecrire:
            ecrire(appel)
        appel.noter("modifier-appel", par=par)
        return appel

    def empechements_a_publier(self):
        """Ce qui manque pour que quelqu'un puisse y déposer."""
        if self.etat != self.Etat.PREPARATION:
            return ["L’appel est déjà publié."]
        manques = [
            (not self.presentation.strip(), "Écrivez la présentation de l’appel."),
            (self.ouvre_le is None or self.ferme_le is None, "Fixez l’ouverture et la fermeture."),
            (
                self.ferme_le is not None and self.ferme_le <= timezone.now(),
                "La fermeture est déjà passée\xa0: reportez-la.",
            ),
            (self.decision_promise_le is None, "Promettez une date de réponse."),
            (not self.enveloppes.exists(), "Choisissez au moins une enveloppe, et ce qu’elle met en commun."),
        ]
        return [phrase for manque, phrase in manques if manque]

    @transaction.atomic
    def publier(self, *, par, le=None):
        """L'appel se lit de tout le monde; on y dépose à compter de son ouverture."""
        appel, le = self.verrouiller(), le or timezone.now()
        _exiger(appel.empechements_a_publier())
        appel.etat, appel.publie_le, appel.publie_par = appel.Etat.OUVERT, le, par
        appel.revision += 1
        appel.save()
        appel.noter("publier-appel", par=par, le=le)
        return appel

    def empechements_a_retirer(self):
        if self.etat != self.Etat.OUVERT:
            return ["Seul un appel publié, et pas encore fermé, se retire."]
        return []

    @transaction.atomic
    def retirer(self, *, par, motif, le=None):
        """L'appel n'aura pas lieu : on n'y dépose plus, et qui avait commencé l'apprend."""
        appel, le = self.verrouiller(), le or timezone.now()
        _exiger(appel.empechements_a_retirer() or ([] if motif.strip() else ["Écrivez le motif du retrait."]))
        appel.etat, appel.retire_le, appel.retire_par = appel.Etat.RETIRE, le, par
        appel.retrait_motif = motif.strip()
        appel.save()
        appel.noter("retirer-appel", par=par, le=le, motif=motif.strip())
        return appel
