"""Fermer une convention : la clore quand tout est rendu et réglé, ou la résilier avec un motif et un règlement.

Rien de promis ne reste à la clôture : ni versement en chemin, ni somme réservée ou engagée, ni transfert sans réponse,
ni avenant ouvert. Ce qui est encore disponible ne s'efface pas : le règlement dit ce qu'il en advient, au sou près.
"""

from django.db import transaction
from django.db.models import F

from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars, somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class GestesDeFermeture:
    """Mélangée à `Convention`; chaque geste relit la convention sous verrou avant d'agir."""

    def empechements_a_resilier(self):
        if self.etat == self.Etat.SIGNEE:
            return []
        return ["Seule une convention en vigueur se ferme."]

    def empechements_a_clore(self):
        """L'état, puis ce qu'il reste à rendre, à régler, à libérer, à répondre et à conclure."""
        return self.empechements_a_resilier() or [phrase for phrase, _ in self.obstacles_a_clore()]

    def obstacles_a_clore(self):
        """[(phrase, ce qui retient)] : obligation, versement prévu, exercice d'une somme, transfert ou avenant."""
        rendre = [
            (
                f"Il reste à rendre\u00a0: {obligation}, pour le {date_longue(obligation.echeance)}.",
                obligation,
            )
            for obligation in self.obligations.dues()
        ]
        regler = [
            (echeance.reste_en_mots(), echeance)
            for echeance in self.echeances.a_regler().order_by("rang").a_montrer()
        ]
        promises = [
            (
                f"Exercice {Exercice(an)}\u00a0: {en_dollars(promis)} encore réservés ou engagés, à verser ou à "
                "libérer.",
                Exercice(an),
            )
            for an, _, promis in self._soldes_par_exercice()
            if promis
        ]
        repondre = [
            (f"{demande}\u00a0: demandé, sans réponse.", demande) for demande in self.transferts.demandes()
        ]
        conclure = [
            (
                f"{avenant}\u00a0: {avenant.get_etat_display().lower()}, à mener à terme ou à abandonner.",
                avenant,
            )
            for avenant in self.avenants.ouverts()
        ]
        return [*rendre, *regler, *promises, *repondre, *conclure]

    def soldes_a_regler(self):
        """[(exercice, disponible en dollars)] de ce qui reste dans les enveloppes; une requête."""
        return [(Exercice(an), reste) for an, reste, _ in self._soldes_par_exercice() if reste]

    def _soldes_par_exercice(self):
        promis = F("solde__reserve") + F("solde__engage")
        exercices = self.enveloppes.order_by("an").values("an")
        lus = exercices.annotate(
            disponible=somme(F("solde__alloue") - promis - F("solde__verse")), promis=somme(promis)
        )
        return lus.values_list("an", "disponible", "promis")

    def empechements_de_reglement(self, reglement, regle):
        """Le règlement vise exactement ce qui reste : une page ouverte avant un mouvement ne règle rien."""
        reste = sum((montant for _, montant in self.soldes_a_regler()), ZERO)
        if reste and not reglement:
            return [
                f"Il reste {en_dollars(reste)} dans les enveloppes\u00a0: dites au règlement ce qu’il en advient."
            ]
        if regle != reste:
            return [
                f"Le règlement porte sur {en_dollars(regle)}, mais il reste {en_dollars(reste)} dans les enveloppes"
                "\u00a0: relisez la page."
            ]
        return []

    def empechements_de_date_de_fermeture(self, jour):
        """Une fermeture suit la signature et n'est pas dans le futur."""
        if jour > aujourd_hui():
            return ["La date de fermeture ne peut pas être dans le futur."]
        if self.signee_le and jour < self.signee_le:
            return [f"La fermeture ne peut pas précéder la signature, le {date_longue(self.signee_le)}."]
        return []

    def clore(self, *, par, fermee_le, motif="", reglement="", regle=ZERO):
        """Ferme une convention où plus rien n'est dû ni promis.

        `regle` est ce qui reste dans les enveloppes, en dollars, tel que la personne l'a vu; `reglement` dit ce qu'il
        en advient.
        """
        with transaction.atomic():
            convention = self.verrouiller()
            empechements = convention.empechements_a_clore()
            empechements = empechements or convention.empechements_de_reglement(reglement.strip(), regle)
            soldes = convention.soldes_a_regler()
            convention._fermer(
                "clore",
                self.Etat.CLOSE,
                empechements,
                par=par,
                fermee_le=fermee_le,
                soldes={f"exercice {exercice}": en_dollars(montant) for exercice, montant in soldes},
                fermeture_motif=motif.strip(),
                fermeture_reglement=reglement.strip(),
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

    def _fermer(self, geste, etat, empechements, *, par, fermee_le, soldes=None, **champs):
        """Change l'état avec sa date, sa personne et ses raisons, ou lève tous les empêchements."""
        if empechements := [*empechements, *self.empechements_de_date_de_fermeture(fermee_le)]:
            raise TransitionInterdite(empechements)
        for champ, valeur in ({"etat": etat, "fermee_le": fermee_le, "fermee_par": par} | champs).items():
            setattr(self, champ, valeur)
        self.save(update_fields=["etat", "fermee_le", "fermee_par", *champs])
        apres = {"fermeture": fermee_le.isoformat()}
        if reglement := champs.get("fermeture_reglement"):
            apres["règlement"] = reglement
        apres |= soldes or {}
        self.noter(geste, par=par, motif=champs["fermeture_motif"], apres=apres)
