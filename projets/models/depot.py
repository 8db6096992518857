"""Les gestes d'une demande : la commencer, en enregistrer une partie, la déposer, la retirer.

On rédige à plusieurs; une seule personne, que nomme une résolution, engage l'organisme (docs/adr/0017).
"""

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from alliances.models import DemandeDEngagement, Role
from alliances.models.mandats import droits_de
from alliances.models.numeros import code_de
from projets.canevas import PARTIES
from projets.models.imports import InitiativeReprise
from projets.models.journal import JournalProjets
from projets.models.parcours import GestesDeParcours
from projets.models.reprise import (
    continuer,
    reprendre,
    reprendre_l_avancement,
    reprendre_les_rangees,
)
from projets.regles.completude import est_complete, manques
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import maintenant

FERME = "L’appel est fermé\xa0: on n’y dépose plus."
MOTIF_AU_PLUS = 2000  # signes du motif d'un retrait
PERIME = "{qui} a enregistré cette partie depuis que vous l’avez ouverte."
CHANGEE = "La demande a changé depuis que la page est ouverte."


def _exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


def _empechements_a_reprendre(precedente, organisme):
    if precedente and (precedente.organisme_id != organisme.pk or not precedente.est_reprenable):
        return ["On reprend une demande que le même organisme a déposée, ou abandonnée."]
    return []


class GestesDeDemande(GestesDeParcours):
    """Ce que fait l'organisme, du premier mot au dépôt."""

    @classmethod
    @transaction.atomic
    def commencer(cls, appel, organisme, *, par, reprise_de=None, suite_de=None, le=None):
        """Un brouillon pour cet appel, vide ou qui reprend une demande déposée, ou abandonnée, de cet organisme.

        `suite_de` : il continue une initiative reprise d'ailleurs, du même organisme.
        """
        appel, le = appel.verrouiller(), le or timezone.now()
        _exiger(cls.empechements_a_commencer(appel, organisme))
        _exiger(_empechements_a_reprendre(reprise_de, organisme))
        _exiger(InitiativeReprise.empechements_a_continuer(suite_de, organisme, reprise_de))
        initiative = cls.ouvrir(appel, organisme, par=par, le=le, reprise_de=reprise_de, suite_de=suite_de)
        motif = f"Reprise de {reprise_de.numero or reprise_de}." if reprise_de else ""
        motif = f"Suite de {suite_de.reference}, {suite_de}." if suite_de else motif
        initiative.noter("commencer", par=par, le=le, motif=motif)
        return initiative

    @classmethod
    def ouvrir(cls, appel, organisme, *, par, le, reprise_de=None, **champs):
        """La demande et ses parties, sans ligne de journal : les gestes qui en ouvrent une la notent."""
        initiative = cls(
            alliance=appel.alliance,
            appel=appel,
            organisme=organisme,
            est_une_intention=appel.intention,
            montants_fictifs=appel.montants_fictifs,
            commencee_le=le,
            commencee_par=par,
            **champs,
        )
        if reprise_de:
            reprendre(initiative, reprise_de)
        if initiative.suite_de:
            continuer(initiative, initiative.suite_de)
        initiative.save(force_insert=True)
        if reprise_de:
            reprendre_les_rangees(initiative, reprise_de)
        parties = initiative.parties
        parties.bulk_create([parties.model(initiative=initiative, code=p.code) for p in PARTIES])
        if reprise_de:
            reprendre_l_avancement(initiative, reprise_de)
        return initiative

    @property
    def est_un_essai(self):
        """Sa clé est celle de son appel, négative : elle n'existe que le temps d'une page (docs/adr/0022)."""
        return self.pk is not None and self.pk < 0

    @classmethod
    def empechements_a_commencer(cls, appel, organisme):
        if not appel.est_ouvert():
            return ["Cet appel n’est pas ouvert\xa0: on n’y commence pas de demande."]
        return []

    def empechements_a_modifier(self):
        """Ce qui empêche d'écrire encore : le dépôt, ou le retrait."""
        if self.etat == self.Etat.RETIREE:
            return ["La demande est retirée\xa0: elle ne change plus. Ce que vous avez écrit reste ici."]
        if self.etat != self.Etat.BROUILLON:
            return ["La demande est déposée\xa0: elle ne change plus."]
        return []

    @transaction.atomic
    def enregistrer_partie(self, code, *, par, revision, ecrire, terminee=None):
        """Enregistre une partie à partir d'une révision; `ecrire(initiative)` pose ses champs et ses rangées.

        Lève `VersionPerimee` si quelqu'un l'a enregistrée depuis, `TransitionInterdite` si la demande est close. Deux
        personnes sur deux parties ne se gênent pas. Une partie à qui il manque quelque chose n'est jamais terminée.
        """
        initiative = self.verrouiller()
        _exiger(initiative.empechements_a_modifier())
        partie = initiative.parties.get(code=code)
        if partie.revision != revision:
            raise VersionPerimee(PERIME.format(qui=partie.modifiee_par or "Quelqu’un"))
        ecrire(initiative)
        initiative.revision += 1
        initiative.save()
        partie.revision, partie.modifiee_le, partie.modifiee_par = revision + 1, maintenant(), par
        dite = partie.terminee if terminee is None else terminee
        partie.terminee = dite and est_complete(initiative, code)
        partie.save()
        return partie

    def empechements_a_deposer(self):
        """Tout ce qui manque, en phrases; la même liste sert la page « Vérifier » et le dépôt."""
        if self.etat != self.Etat.BROUILLON:
            return ["La demande est déjà déposée."]
        if self.mode_reception:
            return ["La Table a reçu cette demande autrement\xa0: c’est elle qui en inscrit le dépôt."]
        return self.hors_delai() or self.ce_qui_manque()

    def hors_delai(self):
        """Pourquoi l'heure ne permet plus de déposer; reçue autrement, la marge d'inscription court encore."""
        if self.mode_reception:
            return self.empechements_a_recevoir(self.appel)
        return [] if self.appel.est_ouvert() else [FERME]

    def ce_qui_manque(self):
        """Les phrases de ce qui empêche de déposer (`projets.regles.completude`)."""
        return [manque.phrase for manque in self.manques() if manque.bloque]

    def manques(self, pieces=None):
        """Ce qui manque, partie par partie; `pieces` : celles que demande l'appel, si on les a déjà lues."""
        return manques(self, self.pieces_demandees() if pieces is None else pieces)

    @transaction.atomic
    def deposer(self, *, par, le=None, vu=None):
        """La demande part : elle reçoit son numéro et ne change plus. L'instant qui compte est celui du verrou.

        Celui de l'appel : sa fermeture voit tout ce qu'elle n'a pas empêché. Lève `VersionPerimee` si la demande n'est
        plus celle que la personne a relue (`vu`, son `empreinte_a_deposer`).
        """
        initiative, le = self.verrouiller_avec_l_appel(), le or timezone.now()
        _exiger(initiative.empechements_a_deposer())
        initiative.exiger_qu_on_l_ait_lue(vu)
        initiative._entrer("deposer", par=par, le=le)
        return initiative

    def exiger_qu_on_l_ait_lue(self, vu):
        if vu is not None and vu != self.empreinte_a_deposer():
            raise VersionPerimee(CHANGEE)

    def _entrer(self, geste, *, par, le, motif=""):
        """Le numéro, le parcours, la ligne de journal; déposée à l'heure de ce geste, ou à celle de sa réception."""
        self.numero = self._prochain_numero()
        self.etat, self.deposee_le, self.deposee_par = self.Etat.DEPOSEE, self.recue_le or le, par
        self.engager_le_parcours()
        self.save()
        apres = {"numero": self.numero, "palier": self.palier, "circuit": self.circuit}
        self.noter(geste, par=par, le=le, motif=motif, apres=apres)

    def _prochain_numero(self):
        """« INI-2024-01-0007 », à la suite de ceux de l'Alliance; sous le verrou de sa chaîne."""
        JournalProjets.verrouiller(self.alliance)
        pris = type(self).objects.filter(alliance=self.alliance).exclude(numero="").count()
        return f"INI-{code_de(self.alliance)}-{pris + 1:04d}"

    @property
    def est_reprenable(self):
        """Déposée un jour, ou arrêtée en brouillon : abandonnée, ou sortie avec son appel."""
        return self.deposee_le is not None or self.etat == self.Etat.RETIREE

    @property
    def se_reprend(self):
        """L'organisme sait qu'elle ne sera pas financée par cet appel, ou l'a retirée."""
        finies = (self.Etat.RETIREE, self.Etat.REFUSEE, self.Etat.NON_ADMISSIBLE)
        return self.est_reprenable and self.etat_annonce in finies

    def appel_ou_reprendre(self):
        """Le sien, s'il est encore ouvert; sinon celui de l'Alliance qui ferme le premier, ou `None`."""
        if self.appel.est_ouvert():
            return self.appel
        ouverts = type(self.appel).objects.publics().ouverts().filter(alliance=self.alliance_id)
        return ouverts.order_by("ferme_le").first()

    def empechements_a_retirer(self):
        if self.etat != self.Etat.DEPOSEE or not (self.appel.est_ouvert() or self.attend_confirmation):
            return ["Une demande se retire tant que l’appel est ouvert et qu’elle n’est pas à l’étude."]
        return []

    def empechements_a_retirer_par(self, par):
        """Par qui cette Table connaît pour engager l'organisme (docs/adr/0023)."""
        return self.empechements_a_retirer() or DemandeDEngagement.empechements_a_defaire(
            self.organisme, par, self.alliance
        )

    @transaction.atomic
    def retirer(self, *, par, motif="", le=None):
        """Son organisme la reprend avant la fermeture de l'appel; elle reste à l'histoire."""
        initiative = self.verrouiller_avec_l_appel()
        _exiger(initiative.empechements_a_retirer_par(par))
        return initiative._sortir("retirer-demande", par=par, le=le or timezone.now(), motif=motif.strip())

    def empechements_a_abandonner(self):
        if self.etat != self.Etat.BROUILLON:
            return ["Ce n’est plus un brouillon\xa0: une demande déposée se retire."]
        return []

    def empechements_a_abandonner_par(self, par):
        """Le brouillon d'une autre ne s'abandonne qu'en engageant l'organisme; celui de la Table, par elle."""
        refus = self.empechements_a_abandonner()
        if refus or self.se_saisit_au_nom or par.pk == self.commencee_par_id:
            return refus
        engagent = {m.organisme_id for m in droits_de(par).mandats if m.role == Role.ENGAGEMENT}
        if self.organisme_id in engagent:
            return []
        return [
            "Seule la personne qui a commencé ce brouillon, ou qui engage l’organisme, peut l’abandonner."
        ]

    @transaction.atomic
    def abandonner(self, *, par, le=None):
        """Personne ne déposera ce brouillon; il se reprend, et son appel ne l'attend plus."""
        initiative = self.verrouiller_avec_l_appel()
        _exiger(initiative.empechements_a_abandonner_par(par))
        return initiative._sortir("abandonner-brouillon", par=par, le=le or timezone.now())

    def empechements_a_sortir_avec_l_appel(self):
        if self.etat in (self.Etat.BROUILLON, self.Etat.DEPOSEE):
            return []
        return ["Une demande jugée, ou déjà sortie, ne suit pas le retrait de son appel."]

    def sortir_avec_l_appel(self, *, par, motif, le=None):
        """Son appel est retiré, sous le verrou de qui le retire : déposée ou brouillon, elle s'arrête là."""
        _exiger(self.empechements_a_sortir_avec_l_appel())
        motif = Truncator(f"L’appel est retiré\xa0: {motif}").chars(MOTIF_AU_PLUS)
        return self._sortir("retirer-appel", par=par, le=le or timezone.now(), motif=motif)

    @property
    def sortie_avec_l_appel(self):
        """Ce n'est pas son organisme qui l'a retirée."""
        return self.etat == self.Etat.RETIREE and self.retiree_le == self.appel.retire_le

    def _sortir(self, geste, *, par, le, motif=""):
        self.etat, self.retiree_le, self.retiree_par = self.Etat.RETIREE, le, par
        self.retrait_motif = motif
        self.save()
        self.noter(geste, par=par, le=le, motif=motif)
        return self
