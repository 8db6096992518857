"""Ouvrir un avenant, l'écrire, le transmettre, le reprendre, l'abandonner; l'appliquer à sa dernière signature."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from alliances.plans.models.instantanes import empreinte_de
from conventions.models import Convention
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.reponses import DeuxReponses
from projets.protocoles.models.sceaux import contenu_de_l_avenant
from projets.protocoles.models.termes import BENEFICIAIRE, FINIES, fautes_de_textes, noms_de, termes_de
from projets.protocoles.regles import avenants as regles
from projets.protocoles.regles.dates import fautes_de_dates
from projets.protocoles.regles.echeancier import Part, fautes_d_echeancier, ranger
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.argent import ZERO, en_dollars

PARTENAIRE_CHANGE = (
    "Ce n’est plus la même partie qui signe pour l’Alliance, ou elle a changé de nom ou d’adresse depuis la "
    "transmission\xa0: reprenez l’avenant et transmettez-le de nouveau."
)
DEVANCE = "Quelqu’un a modifié cet avenant depuis que la page est ouverte."


class GestesDAvenant(DeuxReponses):
    """Mélangés à `AvenantProtocole`; chaque geste relit l'initiative, le protocole et l'avenant sous verrou."""

    GENRE, LE, CE = "avenant-protocole", "L’avenant", "Cet avenant"

    # --- L'ouvrir -------------------------------------------------------------------------------------------

    @classmethod
    def empechements_a_ouvrir(cls, protocole):
        if protocole.etat != protocole.Etat.SIGNE:
            return ["Un avenant change un protocole en vigueur; celui-ci ne l’est pas."]
        en_route = protocole.avenants.ouverts().first()
        return [f"{en_route} est déjà en route\xa0: signez-le ou abandonnez-le d’abord."] if en_route else []

    @classmethod
    @transaction.atomic
    def ouvrir(cls, protocole, *, par, motif, le=None):
        """Un avenant en préparation, qui part des termes d'aujourd'hui."""
        protocole, motif = protocole.verrouiller(), motif.strip()
        exiger(cls.empechements_a_ouvrir(protocole))
        exiger([] if motif else ["Écrivez pourquoi le protocole change."])
        dernier = protocole.avenants.aggregate(dernier=Max("rang"))["dernier"] or 0
        avenant = cls.objects.create(
            protocole=protocole,
            rang=dernier + 1,
            motif=motif,
            base=termes_de(protocole),
            cree_le=le or timezone.now(),
            cree_par=par,
        )
        avenant.noter("preparer-avenant-protocole", par=par, le=le, motif=motif, public=False)
        return avenant

    # --- La base --------------------------------------------------------------------------------------------

    def termes_proposes(self):
        return regles.appliquer(self.base, self.propositions)

    def liberes(self):
        """{somme accordée: dollars que l'avenant n'en promet plus}."""
        return regles.liberes(self.base, self.termes_proposes())

    def changements(self):
        """Ce que l'avenant change, avant et après, en mots."""
        return regles.changements(self.base, self.termes_proposes(), noms_de(self.protocole))

    def ce_qui_a_bouge(self):
        """Ce qui vaut autrement, dans le protocole, que lorsque l'avenant fut ouvert ou repris."""
        actuels = termes_de(self.protocole)
        if actuels == self.base:
            return []
        return regles.changements(self.base, actuels, noms_de(self.protocole), absents=regles.A_BOUGE)

    def fautes_de_base(self):
        """Pourquoi il faut le reprendre, en phrases."""
        return [
            f"Le protocole a changé depuis\xa0: {bouge.nom} ({bouge.avant}; maintenant\xa0: {bouge.apres}). Reprenez "
            "l’avenant sur ce qui vaut maintenant."
            for bouge in self.ce_qui_a_bouge()
        ]

    # --- L'écrire -------------------------------------------------------------------------------------------

    def empechements_a_modifier(self):
        if self.etat != self.Etat.PREPARATION:
            return [f"{self.CE} ne s’écrit plus\xa0: {self.get_etat_display().lower()}."]
        return self.fautes_de_base()

    @transaction.atomic
    def modifier(self, *, par, revision, valeurs=None, tranches=None, beneficiaire=None, motif=None):
        """`valeurs` : {terme: valeur} de dates et de textes; `tranches` (`Prevue`) : tous les versements non entamés;
        `beneficiaire` : l'organisme, le même ou qui le reprend, sous son identité d'aujourd'hui.

        Inachevé, il s'enregistre : c'est la transmission qui juge. Lève `VersionPerimee`.
        """
        avenant = self.verrouiller()
        exiger(avenant.empechements_a_modifier())
        if avenant.revision != revision:
            raise VersionPerimee(DEVANCE)
        if {*(valeurs or {})} - ({*avenant.base} - {BENEFICIAIRE}):
            raise TransitionInterdite("Ce terme n’est pas de ce protocole.")
        propositions = avenant.propositions | (valeurs or {})
        if tranches is not None:
            propositions = avenant._versements(propositions, tranches)
        if beneficiaire is not None:
            propositions |= avenant.dire_le_beneficiaire(beneficiaire)
        avenant.propositions = {c: v for c, v in propositions.items() if v != avenant.base.get(c)}
        if BENEFICIAIRE not in avenant.propositions:
            avenant.repreneur = None
        avenant.motif = (motif or "").strip() or avenant.motif
        avenant.revision += 1
        avenant.save()
        avenant.noter("modifier-avenant-protocole", par=par, public=False)
        return avenant

    def _versements(self, propositions, tranches):
        if {t.part for t in tranches} - {a.pk for a in self.protocole.affectations()}:
            raise TransitionInterdite(
                "Un versement puise à une somme qui n’est pas accordée à cette initiative."
            )
        autres = {cle: v for cle, v in propositions.items() if regles.sorte_de(cle) != "tranche"}
        suivant = (self.protocole.tranches.aggregate(dernier=Max("rang"))["dernier"] or 0) + 1
        return autres | regles.versements_proposes(self.base, tranches, suivant=suivant)

    def prevues(self):
        """Les versements qu'il prévoit, que rien n'a entamés."""
        termes = regles.tranches_de(self.termes_proposes())
        return ranger([regles.en_prevue(v) for v in termes.values() if not regles.est_entamee(v)])

    # --- Ce qui ne s'y peut pas -----------------------------------------------------------------------------

    def fautes(self):
        """Le bénéficiaire, les mêmes bornes qu'au protocole, les hausses, et ce que retient l'argent; en phrases."""
        if self.seul_le_beneficiaire_change:
            return list(self.fautes_de_beneficiaire())  # ni l'argent ni les dates ne bougent
        termes, protocole, convention = self.termes_proposes(), self.protocole, self.convention
        fin, rapport = (date.fromisoformat(termes[f"date/{nom}"]) for nom in ("fin", "rapport_final_le"))
        cycle, noms = self.initiative.alliance.cycle, noms_de(protocole)
        jugees = fautes_de_dates(protocole.debut, fin, rapport, convention=convention, cycle=cycle)
        recus = {jour: rapport.accepte_le for jour, rapport in protocole.rapports_recus().items()}
        return [
            *self.fautes_de_beneficiaire(),
            *dict.fromkeys(phrase for _, phrase in jugees),
            *self._fautes_d_echeancier(termes, noms, rapport),
            *regles.hausses(self.base, termes, noms),
            *regles.fautes_de_rapports(self.base, termes, recus),
            *fautes_de_textes(self.propositions),
            *self._fautes_d_argent(convention),
        ]

    def _fautes_d_echeancier(self, termes, noms, rapport):
        sommes = regles.promis(termes)
        parts = [Part(a.pk, a.enveloppe.an, sommes[a.pk]) for a in self.protocole.affectations()]
        tranches = ranger([regles.en_prevue(v) for v in regles.tranches_de(termes).values()])
        bornes = {"debut": self.protocole.debut, "fin": self.convention.fin}
        fautes = fautes_d_echeancier(tranches, parts, noms, rapport_final_le=rapport, **bornes)
        return [phrase for phrase, _ in fautes]

    def _fautes_d_argent(self, convention):
        if convention.etat != Convention.Etat.SIGNEE:
            yield "La convention n’est pas en vigueur\xa0: rien n’y change."
        liberes = self.liberes()
        ans = {a.enveloppe.an for a in self.protocole.affectations() if liberes.get(a.pk)}
        for clos in convention.exercices.filter(an__in=ans, clos_le__isnull=False).order_by("an"):
            yield f"L’exercice {clos} est clos\xa0: rien ne s’y libère."

    # --- Le transmettre -------------------------------------------------------------------------------------

    def empechements_a_transmettre(self):
        if self.etat != self.Etat.PREPARATION:
            return [f"{self.CE} n’est plus en préparation."]
        if refus := self.empechements_du_protocole() or self.fautes_de_base():
            return refus
        if refus := self.protocole.empechements_de_partenaire():
            return refus
        return self.fautes() if self.propositions else ["Cet avenant ne change rien encore."]

    def empechements_du_protocole(self):
        en_vigueur = self.protocole.etat == self.protocole.Etat.SIGNE
        return [] if en_vigueur else ["Le protocole n’est plus en vigueur."]

    @transaction.atomic
    def transmettre(self, *, par, revision=None, vu=None, le=None):
        """Scelle son texte, et appelle les deux parties à signer. `vu` : l'empreinte du texte que la page montrait."""
        avenant, le = self.verrouiller(), le or timezone.now()
        exiger(avenant.empechements_a_transmettre() or avenant.mains_du_repreneur(par))
        avenant.contenu = contenu_de_l_avenant(avenant)
        avenant.empreinte = empreinte_de(avenant.contenu)
        if revision not in (None, avenant.revision) or vu not in (None, avenant.empreinte):
            raise VersionPerimee(DEVANCE)
        avenant.etat, avenant.transmis_le, avenant.transmis_par = self.Etat.TRANSMIS, le, par
        avenant.tour += 1
        avenant.save()
        avenant.noter("transmettre-avenant-protocole", par=par, le=le, apres={"sha256": avenant.empreinte})
        return avenant

    # --- Le reprendre ---------------------------------------------------------------------------------------

    def empechements_a_reprendre(self):
        """Transmis, il revient en préparation; en préparation, il ne se reprend que si sa base a bougé."""
        if not self.est_ouvert:
            return [f"{self.CE} est fini\xa0: {self.get_etat_display().lower()}."]
        if refus := self.empechements_du_protocole():
            return refus
        if self.etat == self.Etat.TRANSMIS or self.ce_qui_a_bouge():
            return []
        return ["Le protocole n’a pas changé depuis\xa0: il n’y a rien à reprendre."]

    def ce_qui_tomberait(self):
        """Les propositions qu'une reprise laisserait tomber : leur terme n'est plus celui d'où elles partaient."""
        actuels = termes_de(self.protocole)
        _, tombees = regles.reprendre(self.base, actuels, self.propositions)
        return [c for c in self.changements() if c.cle in tombees]

    @transaction.atomic
    def reprendre(self, *, par, le=None):
        """Ce qu'il propose, sur ce qui vaut maintenant; ce dont le terme a bougé tombe, et tout se signe de nouveau."""
        avenant = self.verrouiller()
        exiger(avenant.empechements_a_reprendre())
        recues = [str(s) for s in avenant.signatures.filter(tour=avenant.tour)] if avenant.transmis_le else []
        transmis, actuels = avenant.etat == self.Etat.TRANSMIS, termes_de(avenant.protocole)
        avenant.propositions, _ = regles.reprendre(avenant.base, actuels, avenant.propositions)
        if BENEFICIAIRE not in avenant.propositions:
            avenant.repreneur = None
        avenant.base, avenant.etat = actuels, self.Etat.PREPARATION
        avenant.transmis_le = avenant.transmis_par = avenant.contenu = None
        avenant.empreinte = ""
        avenant.revision += 1
        avenant.save()
        avant = {"signatures": recues}
        avenant.noter("reprendre-avenant-protocole", par=par, le=le, avant=avant, public=transmis)
        return avenant

    # --- L'abandonner, le refuser ---------------------------------------------------------------------------

    def empechements_a_abandonner(self):
        return (
            []
            if self.est_ouvert
            else [f"{self.CE} ne s’abandonne plus\xa0: {self.get_etat_display().lower()}."]
        )

    @transaction.atomic
    def abandonner(self, *, par, motif, le=None):
        """Le protocole reste ce qu'il est."""
        avenant, motif = self.verrouiller(), motif.strip()
        exiger(avenant.empechements_a_abandonner())
        exiger([] if motif else ["Écrivez le motif de l’abandon."])
        return avenant._finir(
            self.Etat.ABANDONNE, "abandonner-avenant-protocole", par=par, motif=motif, le=le
        )

    def _refuse(self, *, par, motif, le):
        return self._finir(self.Etat.REFUSE, "refuser-avenant-protocole", par=par, motif=motif, le=le)

    def _finir(self, etat, geste, *, par, motif, le):
        self.etat, self.fini_le, self.fini_par = etat, le or timezone.now(), par
        self.fin_motif = motif
        self.save()
        self.noter(geste, par=par, le=le, motif=motif, public=self.transmis_le is not None)
        return self

    @classmethod
    def arreter_avec(cls, protocole, *, par, motif):
        """Le protocole finit, sous son verrou : l'avenant en route s'arrête avec lui."""
        for avenant in cls.objects.select_for_update(of=("self",)).filter(protocole=protocole).ouverts():
            avenant.protocole = protocole
            geste = "abandonner-avenant-protocole"
            avenant._finir(avenant.Etat.ABANDONNE, geste, par=par, motif=motif, le=None)

    # --- Le signer, l'appliquer -----------------------------------------------------------------------------

    def empechements_a_signer(self, cote):
        if refus := self.empechements_a_refuser(cote) or self.empechements_du_protocole():
            return refus
        if refus := list(self.fautes_de_beneficiaire()):
            return refus
        partenaire = self.protocole.partenaire()
        if not partenaire or self.contenu["partenaire"] != {
            "nom": partenaire.nom,
            "adresse": partenaire.adresse,
        }:
            return [PARTENAIRE_CHANGE]
        return self.fautes_de_base() or self.fautes()

    def _entrer_en_vigueur(self, *, par, le):
        """Sous le verrou de l'initiative, du protocole et de l'avenant : tout change ensemble, ou rien."""
        le, protocole = le or timezone.now(), self.protocole
        liberes = self._liberer(par=par, le=le)
        self._annuler_ce_qui_tombe(le)
        neuves = list(self._ajouter())
        self.etat, self.signe_par = self.Etat.SIGNE, par
        self.signe_le = max(s.signee_le for s in self.signatures.filter(tour=self.tour))
        self.save()
        termes = self.termes_proposes()
        protocole.fin = date.fromisoformat(termes["date/fin"])
        protocole.rapport_final_le = date.fromisoformat(termes["date/rapport_final_le"])
        self._porter_le_beneficiaire()
        protocole.save()
        apres = {"libere": en_dollars(liberes), "beneficiaire": termes[BENEFICIAIRE]["dit"]}
        self.noter("appliquer-avenant-protocole", par=par, le=le, apres=apres)
        for tranche in neuves:
            if tranche.condition == tranche.Condition.SIGNATURE and not protocole.est_suspendu:
                tranche._liberer(par=par, le=le)

    def _liberer(self, *, par, le):
        """Ce qui n'est plus promis retourne à son enveloppe; rend le total."""
        liberes = self.liberes()
        montants = {a.enveloppe: liberes[a.pk] for a in self.protocole.affectations() if liberes.get(a.pk)}
        rendus = self.protocole.liberer_l_engage(
            montants, par=par, motif=f"{self}\xa0: {self.motif}"[:2000], le=le
        )
        return sum(rendus.values(), ZERO)

    def _annuler_ce_qui_tombe(self, le):
        rangs = [int(cle.split("/")[1]) for cle, v in self.propositions.items() if v is None]
        siennes = self.protocole.tranches.filter(rang__in=rangs).exclude(etat__in=FINIES)
        siennes.update(etat="annulee", suspendue_depuis="", annulee_le=le or timezone.now())

    def _ajouter(self):
        """La base n'ouvre son échéancier qu'ici : signé des deux, et pas encore en vigueur (`gardiens`)."""
        affectations = {a.pk: a for a in self.protocole.affectations()}
        suspendu = self.protocole.est_suspendu
        for rang, valeur in regles.tranches_de(self.propositions).items():
            if valeur is None:
                continue
            prevue = regles.en_prevue(valeur)
            tranche = self.protocole.tranches.create(
                rang=rang,
                affectation=affectations[prevue.part],
                montant=prevue.montant,
                condition=prevue.condition,
                prevue_le=prevue.prevue_le,
                retenue=prevue.retenue,
                etat="suspendue" if suspendu else "prevue",
                suspendue_depuis="prevue" if suspendu else "",
                avenant=self,
            )
            tranche.protocole = self.protocole
            yield tranche
