"""Les gestes de l'État sur une version : commencer l'examen, rendre l'avis, retourner, approuver, refuser."""

from django.db import transaction
from django.utils import timezone

from alliances.plans.models.roles import DE_LA_TABLE
from alliances.plans.regles.redaction import en_lettres
from socle.annonces import suites
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui, jour_de

# Où une personne laisse son nom quand elle écrit le plan, même sans ligne au journal.
PLUMES = (
    "creee_par",
    "sections__modifiee_par",
    "priorites__modifie_par",
    "priorites__objectifs__modifie_par",
    "priorites__objectifs__moyens__modifie_par",
    "indicateurs__modifie_par",
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

    def empechements_a_terminer_l_analyse(self):
        if self.etat != self.Etat.DEPOSEE:
            return ["L’analyse se termine sur une version déposée."]
        if self.analyse_le:
            return ["L’analyse est déjà terminée."]
        if self.demandes.a_envoyer().exists():
            return [
                "Des demandes de correction sont prêtes\u00a0: retournez le plan, ou supprimez-les d’abord."
            ]
        return []

    def terminer_l_analyse(self, *, par, note, le=None):
        """Dit à la direction que le plan est prêt pour son avis. La note reste à l'État; le journal n'en garde rien."""
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_terminer_l_analyse()
            if not note.strip():
                empechements.append("Écrivez la note de l’analyse.")
            if empechements:
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            version._changer(
                "terminer-analyse",
                self.Etat.DEPOSEE,
                par=par,
                le=le,
                analyse_le=le,
                analyse_par=par,
                analyse_note=note.strip(),
                examen_commence_le=version.examen_commence_le or le,
            )
        return version

    def empechements_a_reprendre_l_analyse(self):
        if self.etat != self.Etat.DEPOSEE or not self.analyse_le:
            return ["Une analyse se reprend entre sa fin et l’avis."]
        return []

    def reprendre_l_analyse(self, *, par, motif, le=None):
        """L'analyse n'était pas finie : la direction n'est plus appelée."""
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_reprendre_l_analyse()
            if not motif.strip():
                empechements.append("Dites pourquoi l’analyse reprend.")
            if empechements:
                raise TransitionInterdite(empechements)
            version._changer(
                "reprendre-analyse", self.Etat.DEPOSEE, par=par, le=le, motif=motif, **self.SANS_ANALYSE
            )
        return version

    SANS_ANALYSE = {"analyse_le": None, "analyse_par": None, "analyse_note": ""}

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

    def rendre_avis(self, *, par, sens, texte, revision=None, le=None):
        """La direction de Services Québec rend son avis, avec son texte; le dossier passe au Ministère."""
        with transaction.atomic():
            version = self.verrouiller()
            version._exiger_le_depot(revision)
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

    def _exiger_le_depot(self, revision):
        """`revision` : le rang du dépôt que la page montrait; `None` : on n'en a lu aucune."""
        if revision not in (None, self.tour):
            raise VersionPerimee("Le plan a été déposé de nouveau depuis que la page est ouverte.")

    def empechements_a_retourner(self):
        if self.etat not in (self.Etat.DEPOSEE, self.Etat.AVISEE):
            return ["Seule une version déposée ou avisée se retourne."]
        if not self.demandes.a_envoyer().exists():
            return ["Ajoutez au moins une demande de correction avant de retourner le plan."]
        return []

    def empreinte_des_demandes(self):
        """Les demandes qui partiraient avec un retour, telles que sa page les montre."""
        prete = self.demandes.a_envoyer().order_by("pk")
        return empreinte(self.tour, *prete.values_list("pk", "cible_objet", "cible_cle", "raison", "texte"))

    def retourner(self, *, par, motif="", toutes_ouvertes=False, revision=None, le=None):
        """Retourne le plan à la Table avec ses demandes de correction.

        Seules les parties visées se rouvrent, à moins que `toutes_ouvertes` le permette partout. L'avis
        rendu, s'il y en a un, reste à l'histoire; il en faudra un nouveau. Une section visée reste « terminée » si
        elle l'était : les demandes ouvertes suffisent à retenir le dépôt. `revision` : l'empreinte qu'avait la page.
        """
        with transaction.atomic():
            version = self.verrouiller()
            if empechements := version.empechements_a_retourner():
                raise TransitionInterdite(empechements)
            if revision and revision != version.empreinte_des_demandes():
                raise VersionPerimee("Les demandes de correction ont changé depuis que la page est ouverte.")
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
                **self.SANS_ANALYSE,
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

    def _empechements_de_lettre(self, decision_du, lettre):
        """La décision est celle de la lettre de la ou du ministre, prise entre l'avis et le jour où on l'inscrit."""
        empechements = [] if lettre.strip() else ["Inscrivez le numéro de la lettre de la ou du ministre."]
        if decision_du > aujourd_hui():
            empechements.append("La date de la décision ne peut pas être dans le futur.")
        if self.avis_le and decision_du < jour_de(self.avis_le):
            avis = en_lettres(jour_de(self.avis_le))
            empechements.append(f"La date de la décision ne peut pas précéder l’avis, rendu le {avis}.")
        return empechements

    def _decider(self, geste, etat, *, par, motif, decision_du, lettre, piece, le):
        """Écrit la décision, joint sa lettre et scelle le contenu."""
        if piece is not None:
            self.pieces.model.televerser(piece, par=par, version=self, usage="lettre", televersee_le=le)
        self._changer(
            geste,
            etat,
            par=par,
            le=le,
            motif=motif,
            decidee_le=le,
            decidee_par=par,
            decision_du=decision_du,
            lettre=lettre.strip(),
            decision_motif=motif.strip(),
        )
        self.prendre_instantane("decision", par=par, le=le, motif=motif)

    def approuver(self, *, par, lettre, decision_du=None, piece=None, motif="", revision=None, le=None):
        """Le Ministère approuve : la version entre en vigueur et remplace la précédente.

        `decision_du` est la date de la lettre, pas celle où on l'inscrit.
        """
        with transaction.atomic():
            self.plan.verrouiller()
            version, le = self.verrouiller(), le or timezone.now()
            version._exiger_le_depot(revision)
            decision_du = decision_du or jour_de(le)
            empechements = version.empechements_a_decider_par(par)
            empechements += version._empechements_de_lettre(decision_du, lettre)
            if empechements:
                raise TransitionInterdite(empechements)
            for ancienne in version.plan.versions.filter(etat=self.Etat.APPROUVEE):
                ancienne._changer("remplacer", self.Etat.REMPLACEE, par=par, le=le)
            sa_lettre = {"decision_du": decision_du, "lettre": lettre, "piece": piece}
            version._decider("approuver", self.Etat.APPROUVEE, par=par, motif=motif, le=le, **sa_lettre)
            suites.annoncer("plan-approuve", [version.plan.alliance_id])
        return version

    def refuser(self, *, par, motif, lettre, decision_du=None, piece=None, revision=None, le=None):
        """Le Ministère refuse, avec son motif; la version approuvée, s'il y en a une, reste en vigueur."""
        with transaction.atomic():
            version, le = self.verrouiller(), le or timezone.now()
            version._exiger_le_depot(revision)
            decision_du = decision_du or jour_de(le)
            empechements = version.empechements_a_decider_par(par)
            empechements += version._empechements_de_lettre(decision_du, lettre)
            if not motif.strip():
                empechements.append("Écrivez le motif du refus.")
            if empechements:
                raise TransitionInterdite(empechements)
            sa_lettre = {"decision_du": decision_du, "lettre": lettre, "piece": piece}
            version._decider("refuser", self.Etat.REFUSEE, par=par, motif=motif, le=le, **sa_lettre)
        return version
