"""Les gestes de l'État sur une version : commencer l'examen, rendre l'avis, retourner, approuver, refuser."""

from django.db import transaction
from django.utils import timezone

from alliances.plans.models.roles import DE_LA_TABLE
from socle.annonces import suites
from socle.erreurs import TransitionInterdite

# Où une personne laisse son nom quand elle écrit le plan, même sans ligne au journal.
PLUMES = (
    "creee_par",
    "sections__modifiee_par",
    "priorites__modifie_par",
    "priorites__objectifs__modifie_par",
    "priorites__objectifs__moyens__modifie_par",
    "priorites__objectifs__moyens__indicateurs__modifie_par",
)


class GestesDeLEtat:
    """Mélangée à `VersionPlan`; chaque geste relit la version sous verrou avant d'agir."""

    @transaction.atomic
    def commencer_examen(self, *, par, le=None):
        """Note que l'examen est commencé : la Table ne peut plus retirer son dépôt. Sans effet deux fois."""
        version = self.verrouiller()
        if version.etat == self.Etat.DEPOSEE and version.examen_commence_le is None:
            version.examen_commence_le = le or timezone.now()
            version.save(update_fields=["examen_commence_le"])
            version.noter("commencer-examen", par=par, le=le, public=True)
        return version

    def empechements_a_examiner(self):
        """Pourquoi l'État ne peut ni contrôler ni demander de correction maintenant."""
        if self.etat not in (self.Etat.DEPOSEE, self.Etat.AVISEE):
            return ["L’examen porte sur une version déposée ou avisée."]
        return []

    def empechements_a_rendre_avis(self):
        if self.etat != self.Etat.DEPOSEE:
            return ["Un avis se rend sur une version déposée."]
        if self.demandes.a_envoyer().exists():
            return [
                "Des demandes de correction sont prêtes : retournez le plan, ou supprimez-les avant l’avis."
            ]
        return []

    def empechements_a_rendre_avis_par(self, par):
        return self.empechements_a_rendre_avis() + self._empechements_d_engagement(par)

    def rendre_avis(self, *, par, sens, texte, le=None):
        """La direction de Services Québec rend son avis, avec son texte; le dossier passe au Ministère."""
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_rendre_avis_par(par)
            if sens not in self.SensAvis.values:
                empechements.append("Choisissez le sens de l’avis.")
            if not texte.strip():
                empechements.append("Écrivez le texte de l’avis.")
            if empechements:
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            version._changer(
                "rendre-avis",
                self.Etat.AVISEE,
                par=par,
                le=le,
                avis_le=le,
                avis_par=par,
                avis_sens=sens,
                avis_texte=texte.strip(),
                examen_commence_le=version.examen_commence_le or le,
            )
            version.prendre_instantane("avis", par=par, le=le)
        return version

    def empechements_a_retourner(self):
        if self.etat not in (self.Etat.DEPOSEE, self.Etat.AVISEE):
            return ["Seule une version déposée ou avisée se retourne."]
        if not self.demandes.a_envoyer().exists():
            return ["Ajoutez au moins une demande de correction avant de retourner le plan."]
        return []

    def retourner(self, *, par, motif="", toutes_ouvertes=False, le=None):
        """Retourne le plan à la Table avec ses demandes de correction.

        Seules les parties visées se rouvrent, à moins que `toutes_ouvertes` le permette partout. L'avis
        rendu, s'il y en a un, reste à l'histoire; il en faudra un nouveau. Une section visée reste « terminée » si
        elle l'était : les demandes ouvertes suffisent à retenir le dépôt.
        """
        with transaction.atomic():
            version = self.verrouiller()
            if empechements := version.empechements_a_retourner():
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            version.prendre_instantane("retour", par=par, le=le, motif=motif)
            version.demandes.a_envoyer().update(envoyee_le=le, tour=version.tour)
            version._changer(
                "retourner",
                self.Etat.A_CORRIGER,
                par=par,
                le=le,
                motif=motif,
                toutes_ouvertes=toutes_ouvertes,
                avis_le=None,
                avis_par=None,
                avis_sens="",
                avis_texte="",
            )
        return version

    def empechements_a_decider(self):
        if self.etat != self.Etat.AVISEE:
            return ["Une décision se prend sur une version dont l’avis est rendu."]
        if self.demandes.a_envoyer().exists():
            return [
                "Des demandes de correction sont prêtes : retournez le plan, ou supprimez-les avant de décider."
            ]
        return []

    def _empechements_d_engagement(self, par, gestes=None):
        """Nul ne se prononce sur son propre plan : ni qui l'a adopté ou déposé, ni qui l'a écrit."""
        gestes = self._gestes_de(par) if gestes is None else gestes
        if par.pk in (self.deposee_par_id, self.adoptee_par_id) or gestes & {"adopter", "deposer"}:
            return ["Vous avez adopté ou déposé ce plan : une autre personne doit se prononcer."]
        if gestes - {"rendre-avis"} or self._porte_la_plume_de(par):
            return ["Vous avez participé à la rédaction de ce plan : une autre personne doit se prononcer."]
        return []

    def _gestes_de(self, par):
        """Ce que la personne a fait de cette version pour la Table, et si elle en a rendu l'avis."""
        siens = self.journal.filter(par=par).values_list("geste", "role")
        return {geste for geste, role in siens if geste == "rendre-avis" or role in DE_LA_TABLE}

    def _porte_la_plume_de(self, par):
        """La personne a laissé son nom dans le plan; chaque endroit se lit à part, par son index."""
        ici = type(self).objects.filter(pk=self.pk).order_by().values("pk")
        marques = [ici.filter(**{plume: par}) for plume in PLUMES]
        return bool(marques[0].union(*marques[1:]))

    def empechements_a_decider_par(self, par):
        gestes = self._gestes_de(par)
        empechements = self.empechements_a_decider() + self._empechements_d_engagement(par, gestes)
        if "rendre-avis" in gestes:
            empechements.append("Vous avez rendu l’avis : une autre personne doit décider.")
        return empechements

    def approuver(self, *, par, motif="", le=None):
        """Le Ministère approuve : la version entre en vigueur et remplace la précédente."""
        with transaction.atomic():
            self.plan.verrouiller()
            version = self.verrouiller()
            if empechements := version.empechements_a_decider_par(par):
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            for ancienne in version.plan.versions.filter(etat=self.Etat.APPROUVEE):
                ancienne._changer("remplacer", self.Etat.REMPLACEE, par=par, le=le)
            version._changer(
                "approuver",
                self.Etat.APPROUVEE,
                par=par,
                le=le,
                motif=motif,
                decidee_le=le,
                decidee_par=par,
                decision_motif=motif.strip(),
            )
            version.prendre_instantane("decision", par=par, le=le, motif=motif)
            suites.annoncer("plan-approuve", [version.plan.alliance_id])
        return version

    def refuser(self, *, par, motif, le=None):
        """Le Ministère refuse, avec son motif; la version approuvée, s'il y en a une, reste en vigueur."""
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_decider_par(par)
            if not motif.strip():
                empechements.append("Écrivez le motif du refus.")
            if empechements:
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            version._changer(
                "refuser",
                self.Etat.REFUSEE,
                par=par,
                le=le,
                motif=motif,
                decidee_le=le,
                decidee_par=par,
                decision_motif=motif.strip(),
            )
            version.prendre_instantane("decision", par=par, le=le, motif=motif)
        return version
