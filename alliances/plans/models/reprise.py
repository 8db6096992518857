"""Reprendre ce que la même Table a déjà écrit; joindre, retirer et rétablir des annexes."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from socle.erreurs import TransitionInterdite


class GestesDeReprise:
    """Part des gestes de l'Alliance : ce qui entre dans une version sans y être tapé."""

    def sources_de_reprise(self):
        """Les versions de la même Table : les autres de ce plan, et celles approuvées à un autre cycle.

        Sauf la version de départ : une modification en a déjà tout le texte.
        """
        return (
            type(self)
            .objects.filter(
                Q(plan=self.plan_id) | Q(etat__in=(self.Etat.APPROUVEE, self.Etat.REMPLACEE)),
                plan__alliance__table_regionale=self.plan.alliance.table_regionale_id,
            )
            .exclude(pk__in=[pk for pk in (self.pk, self.base_id) if pk])
            .select_related("plan__alliance__cycle")
            .order_by("-plan__alliance__cycle__debut", "-numero")
        )

    def empechements_a_reprendre(self):
        if self.etat != self.Etat.BROUILLON:
            return ["Une reprise se fait pendant la rédaction, avant l’adoption."]
        return []

    def reprendre(self, source, *, par, sections=(), priorites=False, annexes=False):
        """Recopie d'une autre version des sections encore vides, les priorités, les annexes, et marque d'où.

        Rien de ce qui est écrit n'est remplacé; refaire la même reprise ne double rien.
        """
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_reprendre()
            if not version.sources_de_reprise().filter(pk=source.pk).exists():
                empechements.append("On reprend d’une version de la même Table.")
            if empechements:
                raise TransitionInterdite(empechements)
            origine = source.designation()
            maintenant = timezone.now()
            textes = dict(source.sections.exclude(texte="").values_list("code", "texte"))
            for section in version.sections.filter(code__in=sections, texte=""):
                if section.code in textes:
                    section.texte, section.repris_de = textes[section.code], origine
                    section.revision, section.terminee = section.revision + 1, False
                    section.modifiee_le, section.modifiee_par = maintenant, par
                    section.save()
            if priorites:
                version._reprendre_les_priorites(source, origine)
            if annexes:
                version.reprendre_les_annexes(source)
            version.rafraichir()
            repris = {"priorites": True} if priorites else {}
            repris |= {"annexes": True} if annexes else {}
            version.noter(
                "reprendre",
                par=par,
                apres={"source": origine, "sections": sorted(sections)} | repris,
            )
        return version

    def _reprendre_les_priorites(self, source, origine):
        """À la suite des priorités présentes; la thématique et les territoires sont ceux de ce cycle."""
        thematiques = {t.code: t for t in self.plan.alliance.cycle.thematiques.all()}
        siens = set(self.plan.alliance.territoires.values_list("pk", flat=True))
        deja = set(self.priorites.values_list("cle", flat=True))
        rang = self.priorites.count()
        for priorite in source.priorites.filter(supprime_le=None).exclude(cle__in=deja):
            copie = priorite.copier_dans(self, reprise=origine, rang=rang)
            code = priorite.thematique.code if priorite.thematique else ""
            copie.thematique = thematiques.get(code)
            copie.save(update_fields=["thematique"])
            for element in (copie, *self._moyens_de(copie)):
                element.territoires.set([t for t in element.territoires.all() if t.pk in siens])
            rang += 1

    @staticmethod
    def _moyens_de(priorite):
        return [moyen for objectif in priorite.objectifs.all() for moyen in objectif.moyens.all()]

    def designation(self):
        """« 2024-2029, version 1 » : ce que dit la marque « Repris de… »."""
        return f"{self.plan.alliance.cycle.code}, version {self.numero}"

    def reprendre_les_annexes(self, source):
        """Joint les annexes d'une autre version, sauf celles qui le sont déjà; la résolution, elle, est à refaire."""
        deja = set(self.pieces.jointes().values_list("nom", "sha256"))
        for annexe in source.pieces.jointes().filter(usage="annexe").order_by("televersee_le", "pk"):
            if (annexe.nom, annexe.sha256) not in deja:
                annexe.copier_dans(self, reprise=source.designation())

    def empechements_a_joindre(self):
        if not self.est_en_redaction:
            return ["Les annexes changent pendant la rédaction ou la correction du plan."]
        return []

    def joindre(self, fichier, *, par):
        """Joint une annexe. Lève `PieceRefusee` ou `TransitionInterdite`."""
        with transaction.atomic():
            version = self._ouvrir_aux_annexes()
            piece = version.pieces.model.televerser(fichier, par=par, version=version, usage="annexe")
            version.noter("joindre-annexe", par=par, objet=piece)
        return piece

    def retirer_annexe(self, annexe, *, par):
        """L'annexe n'est plus jointe; sa ligne et son fichier restent. Déjà retirée, ne fait rien."""
        with transaction.atomic():
            version = self._ouvrir_aux_annexes()
            piece = version.pieces.select_for_update(of=("self",)).get(pk=annexe.pk, usage="annexe")
            if piece.retiree_le is None:
                piece.retirer(par=par)
                version.noter("retirer-annexe", par=par, objet=piece, avant={"sha256": piece.sha256})
        return piece

    def retablir_annexe(self, annexe, *, par):
        """Rejoint une annexe retirée. Refuse passé trente jours, ou si un dépôt a été fait sans elle."""
        with transaction.atomic():
            version = self._ouvrir_aux_annexes()
            piece = version.pieces.select_for_update(of=("self",)).get(pk=annexe.pk, usage="annexe")
            if piece.retiree_le is None:
                return piece
            if not version.pieces.a_retablir().filter(pk=piece.pk).exists():
                raise TransitionInterdite("Cette annexe ne se rétablit plus : joignez le fichier de nouveau.")
            piece.retablir()
            version.noter("retablir-annexe", par=par, objet=piece, apres={"sha256": piece.sha256})
        return piece

    def _ouvrir_aux_annexes(self):
        """La version sous verrou, si ses annexes peuvent changer. Lève `TransitionInterdite`."""
        version = self.verrouiller()
        if empechements := version.empechements_a_joindre():
            raise TransitionInterdite(empechements)
        return version
