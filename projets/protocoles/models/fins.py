"""Suspendre, clore ou résilier un protocole signé : chaque dollar décidé est gardé, à récupérer ou libéré."""

from django.db import transaction
from django.utils import timezone

from projets.models import Initiative
from projets.models.reservations import de_ces_promesses
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.vigueur import GestesDeVigueur
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui

A_VENIR = ("prevue", "liberee", "suspendue")  # les états d'un versement encore à faire
CONVENTION_RESILIEE = "La convention de l’Alliance est résiliée."


class GestesDeFin(GestesDeVigueur):
    """Ce qui arrive à un protocole signé."""

    # --- Suspendre, reprendre -------------------------------------------------------------------------------

    def empechements_a_suspendre(self):
        if self.etat != self.Etat.SIGNE:
            return ["Seul un protocole en vigueur se suspend."]
        return ["L’initiative est déjà suspendue."] if self.est_suspendu else []

    @transaction.atomic
    def suspendre(self, *, par, motif, le=None):
        """L'initiative s'arrête, avec un motif; ses versements à faire reprendront du même point."""
        protocole, motif, le = self.verrouiller(), motif.strip(), le or timezone.now()
        exiger(protocole.empechements_a_suspendre())
        exiger([] if motif else ["Écrivez le motif de la suspension."])
        protocole._suspendu(le, par, motif)
        protocole.tranches.model.suspendre_celles_de(protocole)
        protocole._porter_l_initiative(Initiative.Etat.SUSPENDUE)
        protocole.noter("suspendre-protocole", par=par, le=le, motif=motif)
        return protocole

    def empechements_a_lever_la_suspension(self):
        return [] if self.est_suspendu else ["L’initiative n’est pas suspendue."]

    @transaction.atomic
    def lever_la_suspension(self, *, par, motif, le=None):
        """L'initiative reprend, et ses versements, d'où ils étaient."""
        protocole, motif = self.verrouiller(), motif.strip()
        exiger(protocole.empechements_a_lever_la_suspension())
        exiger([] if motif else ["Écrivez pourquoi l’initiative reprend."])
        protocole._suspendu(None, None, "")
        protocole.tranches.model.reprendre_celles_de(protocole)
        protocole._porter_l_initiative(Initiative.Etat.EN_COURS)
        protocole.noter("lever-suspension", par=par, le=le, motif=motif)
        return protocole

    def _suspendu(self, le, par, motif):
        self.suspendu_le, self.suspendu_par, self.suspension_motif = le, par, motif
        self.save()

    # --- Le relevé ------------------------------------------------------------------------------------------

    def verses(self):
        """{clé d'une somme accordée: ce qui en est versé, en dollars}."""
        aucun = {a.pk: ZERO for a in self.affectations()}
        return aucun | self.tranches.verses_par("affectation")

    def empreinte_du_releve(self):
        """Ce que la page montrait : un versement passé depuis la change."""
        return empreinte(sorted(self.verses().items()))

    def empreinte_des_sommes_dues(self):
        """Ce que la page du relevé montrait : un remboursement ou un rectificatif passé depuis la change."""
        return empreinte([(x.pk, x.a_recuperer, x.radie, x.rembourse()) for x in self.releve.order_by("pk")])

    def _fautes_du_releve(self, a_recuperer, vu):
        if vu is not None and vu != self.empreinte_du_releve():
            raise VersionPerimee(
                "Un versement est passé depuis que la page est ouverte\xa0: relisez le relevé."
            )
        verses = self.verses()
        for cle, montant in a_recuperer.items():
            if cle not in verses:
                yield "Le relevé nomme une somme qui n’est pas accordée à cette initiative."
            elif not ZERO <= montant <= verses[cle]:
                yield (
                    f"De {en_dollars(verses[cle])} versés, on ne peut pas récupérer {en_dollars(montant)}."
                )

    def lignes_du_releve(self, a_recuperer):
        """Ce que le relevé écrirait de chaque somme accordée; `a_recuperer` : {sa clé: dollars}."""
        verses = self.verses()
        for affectation in self.affectations():
            verse, du = verses[affectation.pk], a_recuperer.get(affectation.pk, ZERO)
            yield {
                "affectation": affectation,
                "decide": affectation.montant,
                "garde": verse - du,
                "a_recuperer": du,
                "radie": ZERO,
                "libere": affectation.montant - verse,
            }

    def _terminer(self, etat, initiative, a_recuperer):
        """Écrit le relevé, annule ce qui restait à verser et porte les deux états; rien n'est plus engagé."""
        for ligne in self.lignes_du_releve(a_recuperer):
            self.releve.create(**ligne)
        # suspendue avant, rien ne devait plus partir : l'arrêt date de la suspension
        arret = self.suspendu_le or self.clos_le or self.resilie_le
        self.tranches.filter(etat__in=A_VENIR).update(etat="annulee", suspendue_depuis="", annulee_le=arret)
        par = self.clos_par or self.resilie_par
        self.avenants.model.arreter_avec(self, par=par, motif=f"Le protocole est {etat.label.lower()}.")
        self.etat, self.suspension_motif = etat, ""
        self.suspendu_le = self.suspendu_par = None
        self.save()
        self._porter_l_initiative(initiative)

    def releve_au(self, numero):
        """Les lignes du relevé telles que le disait ce rectificatif; 0, telles qu'à la fin."""
        lignes = list(self.releve.lues())
        rectifiees = self.releve.model.rectifiees.rel.related_model.objects.filter(
            rectificatif__protocole=self, rectificatif__numero__gt=numero
        )
        for rectifiee in rectifiees.lues().order_by("-rectificatif__numero"):
            ligne = next(x for x in lignes if x.pk == rectifiee.ligne_id)
            ligne.garde = rectifiee.garde_avant
            for champ in ("a_recuperer", "radie", "libere"):
                setattr(ligne, champ, getattr(rectifiee, f"{champ}_avant"))
        return lignes

    def releve_en_mots(self):
        lignes = list(self.releve.all())
        dits = {"gardé": "garde", "à récupérer": "a_recuperer", "libéré": "libere"}
        return {
            dit: en_dollars(sum((getattr(x, champ) for x in lignes), ZERO)) for dit, champ in dits.items()
        }

    # --- Clore ----------------------------------------------------------------------------------------------

    def empechements_a_clore(self):
        if self.etat != self.Etat.SIGNE:
            return ["Seul un protocole en vigueur se clôt."]
        if self.est_suspendu:
            return ["L’initiative est suspendue\xa0: elle reprend ou s’arrête d’abord."]
        restent = (tranche for tranche in self.tranches.all() if tranche.etat in A_VENIR)
        a_verser = [f"{tranche}\xa0: à verser ou à annuler d’abord." for tranche in restent]
        return [*a_verser, *self._empechements_de_terme()]

    def _empechements_de_terme(self):
        """Rien ne se clôt avant la fin convenue, ni sans que l'organisme ait rendu compte de tout."""
        if aujourd_hui() <= self.fin:
            return [
                f"L’initiative va jusqu’au {date_longue(self.fin)}\xa0: elle se clôt ensuite; avant, elle se résilie, "
                "ou un avenant avance sa fin."
            ]
        final = self.rapport_final()
        if final is None:
            return ["Le rapport final n’est pas reçu\xa0: inscrivez-le d’abord."]
        return [] if final.accepte_le else ["Le rapport final est reçu, et pas encore accepté."]

    def rapport_final(self):
        """Celui qui rend compte de toute l'initiative, ou `None`."""
        recus = self.rapports_recus().values()
        finaux = (r for r in recus if r.attendu_le >= self.rapport_final_le)
        return min(finaux, key=lambda r: r.accepte_le is None, default=None)

    def fautes_de_motif(self, a_recuperer, motif):
        """Garder plus que ce que le rapport final dit dépensé se motive."""
        verse, final = sum(self.verses().values(), ZERO), self.rapport_final()
        reste = verse - (final.depense if final else ZERO) - sum(a_recuperer.values(), ZERO)
        if reste > ZERO and not motif:
            yield (
                f"Le rapport final laisse {en_dollars(reste)} versés, ni dépensés ni à récupérer\xa0: dites pourquoi "
                "l’organisme les garde."
            )

    @transaction.atomic
    def clore(self, *, par, a_recuperer=None, motif="", vu=None, le=None):
        """L'initiative est terminée; `a_recuperer` : {somme accordée: dollars versés et non dépensés}."""
        protocole, le, a_recuperer = self.verrouiller(), le or timezone.now(), a_recuperer or {}
        motif = motif.strip()
        refus = protocole.empechements_a_clore() or list(protocole._fautes_du_releve(a_recuperer, vu))
        exiger(refus or list(protocole.fautes_de_motif(a_recuperer, motif)))
        protocole.clos_le, protocole.clos_par, protocole.fin_motif = le, par, motif
        protocole._terminer(self.Etat.CLOS, Initiative.Etat.TERMINEE, a_recuperer)
        protocole.noter("clore-protocole", par=par, le=le, motif=motif, apres=protocole.releve_en_mots())
        return protocole

    # --- Résilier -------------------------------------------------------------------------------------------

    def empechements_a_resilier(self):
        return [] if self.etat == self.Etat.SIGNE else ["Seul un protocole en vigueur se résilie."]

    @transaction.atomic
    def resilier(
        self, *, par, motif, demandee, resolution, resolution_le, avis, a_recuperer=None, vu=None, le=None
    ):
        """Met fin avant terme, à la demande de la Table ou de l'organisme : l'engagé non versé est libéré.

        `resolution`, `resolution_le` et `avis`, le fichier transmis à l'organisme : ce qui l'appuie.
        `a_recuperer` : {somme accordée: dollars versés et non dépensés}; `vu` : l'empreinte que la page montrait.
        """
        protocole, motif, a_recuperer = self.verrouiller(), motif.strip(), a_recuperer or {}
        refus = protocole.empechements_a_resilier() or list(protocole._fautes_du_releve(a_recuperer, vu))
        exiger(refus or ([] if motif else ["Écrivez le motif de la résiliation."]))
        transmis = {"resolution": resolution, "resolution_le": resolution_le, "avis": avis}
        exiger(protocole.avis_transmis.model.fautes(protocole, **transmis))
        accordes = {a.enveloppe: a.montant for a in protocole.affectations()}
        protocole.liberer_l_engage(accordes, par=par, motif=motif, le=le)
        avis = protocole.avis_transmis.model.inscrire(protocole, par=par, le=le, **transmis)
        protocole._resilier(avis, par=par, motif=motif, demandee=demandee, a_recuperer=a_recuperer, le=le)
        return protocole

    def _resilier(self, avis, *, par, motif, demandee, a_recuperer, le):
        le = le or timezone.now()
        self.resilie_le, self.resilie_par, self.resiliation_demandee = le, par, demandee
        self.fin_motif = motif
        self._terminer(self.Etat.RESILIE, Initiative.Etat.ABANDONNEE, a_recuperer)
        apres = self.releve_en_mots() | {"resolution": str(avis)}
        self.noter("resilier-protocole", par=par, le=le, motif=motif, apres=apres)

    @classmethod
    def suivre_la_resiliation(cls, references, *, par):
        """La convention résiliée a libéré tout ce qui leur restait engagé; rend les protocoles touchés.

        Ce que l'organisme doit rendre n'est à personne d'autre qu'à la Table de le dire : ils restent signés, et elle
        les clôt ou les résilie ensuite, avec leur relevé.
        """
        touches = cls.objects.filter(initiative__in=de_ces_promesses(references), etat=cls.Etat.SIGNE)
        arretes = [p.verrouiller() for p in touches.select_related("initiative").order_by("initiative_id")]
        for protocole in arretes:
            protocole._ne_plus_rien_verser(par=par, motif=CONVENTION_RESILIEE)
        return arretes

    def _ne_plus_rien_verser(self, *, par, motif):
        """Ce qui restait à verser s'annule, sans rien écrire au grand livre; une suspension n'arrête plus rien."""
        if self.est_suspendu:
            self._suspendu(None, None, "")
            self._porter_l_initiative(Initiative.Etat.EN_COURS)
            self.noter("lever-suspension", par=par, motif=motif)
        self.avenants.model.arreter_avec(self, par=par, motif=motif)
        for tranche in self.tranches.filter(etat__in=A_VENIR):
            tranche.protocole = self
            tranche._annuler(par=par, montant=tranche.reste(), motif=motif)
