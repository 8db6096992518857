"""Le parcours d'une initiative déposée : son palier, son circuit et ses étapes, copiés une fois et pour toujours.

Changer un circuit ensuite, dans la gouvernance, ne touche jamais un dossier en route (constat P9).
"""

from django.db import transaction

from alliances.models import ProfilGouvernance
from projets.regles.lecture import montage_de
from socle.erreurs import TransitionInterdite, VersionPerimee


class GestesDeParcours:
    """Ce qui dit par où passe une initiative."""

    def palier_calcule(self):
        """(palier, raison) que disent ses territoires; vide si la gouvernance ne permet pas de conclure."""
        profil = ProfilGouvernance.objects.filter(alliance=self.alliance_id).first()
        if profil is None:
            return "", "La gouvernance ne dit pas encore ce qui rend une initiative régionale."
        calcul = profil.palier_de(self.territoires.all())
        return calcul.palier, calcul.raison

    @property
    def pourquoi_ce_circuit(self):
        """La raison du circuit, sans redire son nom."""
        reste = self.circuit_raison.removeprefix(f"Circuit «\xa0{self.circuit}\xa0»").lstrip("\xa0:. ")
        return reste[:1].upper() + reste[1:]

    def engager_le_parcours(self, *, palier="", motif=""):
        """Au dépôt, ou quand la Table fixe le palier : le palier, le circuit et une copie de ses étapes.

        Sans palier ou sans circuit, la raison reste écrite et la Table la lève; sous le verrou de l'initiative.
        """
        calcule, self.palier_raison = self.palier_calcule()
        self.palier, self.palier_motif = palier or calcule, motif
        choix = self._choisir_le_circuit()
        self.circuit_raison = choix.raison if choix else "Le palier n’est pas encore connu."
        self.etapes.all().delete()
        copie = choix.circuit.copie() if choix and choix.circuit else {"nom": "", "etapes": []}
        self.circuit = copie["nom"]
        for etape in copie["etapes"]:
            self.etapes.create(
                rang=etape["rang"], acte=etape["acte"], instance_id=etape["instance"], nom=etape["nom"]
            )

    def _choisir_le_circuit(self):
        if not self.palier:
            return None
        return self.alliance.circuits.choisir(
            palier=self.palier,
            territoires=self.territoires.all(),
            origine=self.appel.mode,
            montant=montage_de(self).demande,
        )

    def eteindre_la_proposition(self):
        """Ce que la séance s'apprêtait à en décider partait d'un état qui n'est plus : personne ne l'adopte ensuite."""
        type(self).proposition.related.related_model.objects.filter(initiative=self).delete()

    def empechements_a_fixer_le_palier(self):
        if self.etat != self.Etat.DEPOSEE:
            return ["Le palier se fixe entre le dépôt et le jugement de l’admissibilité."]
        if any(avis.etape_id for avis in self.avis.all()):
            return ["Un avis retiré reste à l’histoire de ce parcours\xa0: le palier ne change plus."]
        return []

    @transaction.atomic
    def fixer_le_palier(self, *, par, revision, palier, motif):
        """La Table dit régional ou local autrement que la règle, avec un motif; le circuit suit.

        Lève `VersionPerimee` si la demande n'est plus à cette révision.
        """
        initiative = self.verrouiller()
        refus = initiative.empechements_a_fixer_le_palier()
        if not motif.strip():
            refus = [*refus, "Écrivez pourquoi le palier n’est pas celui que calcule la règle."]
        if palier not in self.Palier.values:
            refus = [*refus, "Choisissez régional ou local."]
        if refus:
            raise TransitionInterdite(refus)
        if initiative.revision != revision:
            raise VersionPerimee("Quelqu’un a fixé le palier depuis que vous avez ouvert la page.")
        avant = initiative.get_palier_display()
        initiative.revision += 1
        initiative.engager_le_parcours(palier=palier, motif=motif.strip())
        initiative.save()
        apres = {"palier": initiative.get_palier_display(), "circuit": initiative.circuit}
        initiative.noter("fixer-palier", par=par, motif=motif.strip(), avant={"palier": avant}, apres=apres)
        return initiative
