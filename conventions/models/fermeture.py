"""Fermer une convention : la clore quand tout est rendu, ou la résilier avec un motif et un règlement."""

from django.db import transaction

from socle.erreurs import TransitionInterdite
from socle.horloge import aujourd_hui
from socle.templatetags.typographie import date_longue


class GestesDeFermeture:
    """Mélangée à `Convention`; chaque geste relit la convention sous verrou avant d'agir."""

    def empechements_a_resilier(self):
        if self.etat == self.Etat.SIGNEE:
            return []
        return ["Seule une convention en vigueur se ferme."]

    def empechements_a_clore(self):
        """L'état, puis chaque obligation qui reste à remplir."""
        if empechements := self.empechements_a_resilier():
            return empechements
        return [
            f"Il reste à rendre\u00a0: {obligation}, pour le {date_longue(obligation.echeance)}."
            for obligation in self.obligations.dues()
        ]

    def empechements_de_date_de_fermeture(self, jour):
        """Une fermeture suit la signature et n'est pas dans le futur."""
        if jour > aujourd_hui():
            return ["La date de fermeture ne peut pas être dans le futur."]
        if self.signee_le and jour < self.signee_le:
            return [f"La fermeture ne peut pas précéder la signature, le {date_longue(self.signee_le)}."]
        return []

    def clore(self, *, par, fermee_le, motif=""):
        """Ferme une convention dont toutes les obligations sont remplies."""
        with transaction.atomic():
            convention = self.verrouiller()
            empechements = convention.empechements_a_clore()
            convention._fermer(
                "clore",
                self.Etat.CLOSE,
                empechements,
                par=par,
                fermee_le=fermee_le,
                fermeture_motif=motif.strip(),
            )
        return convention

    def resilier(self, *, par, fermee_le, motif, reglement):
        """Met fin à une convention avant terme, avec un motif et le règlement convenu."""
        with transaction.atomic():
            convention = self.verrouiller()
            empechements = convention.empechements_a_resilier()
            if not motif.strip():
                empechements.append("Dites pourquoi la convention est résiliée.")
            if not reglement.strip():
                empechements.append("Dites ce qui advient des sommes et des obligations.")
            convention._fermer(
                "resilier",
                self.Etat.RESILIEE,
                empechements,
                par=par,
                fermee_le=fermee_le,
                fermeture_motif=motif.strip(),
                fermeture_reglement=reglement.strip(),
            )
        return convention

    def _fermer(self, geste, etat, empechements, *, par, fermee_le, **champs):
        """Change l'état avec sa date, sa personne et ses raisons, ou lève tous les empêchements."""
        if empechements := [*empechements, *self.empechements_de_date_de_fermeture(fermee_le)]:
            raise TransitionInterdite(empechements)
        for champ, valeur in ({"etat": etat, "fermee_le": fermee_le, "fermee_par": par} | champs).items():
            setattr(self, champ, valeur)
        self.save(update_fields=["etat", "fermee_le", "fermee_par", *champs])
        apres = {"fermeture": fermee_le.isoformat()}
        if reglement := champs.get("fermeture_reglement"):
            apres["règlement"] = reglement
        self.noter(geste, par=par, motif=champs["fermeture_motif"], apres=apres)
