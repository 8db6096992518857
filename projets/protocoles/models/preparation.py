"""Préparer un protocole : ses dates et son échéancier, d'après ce que la décision accorde."""

from django.db import transaction
from django.utils import timezone

from projets.models import Initiative
from projets.models.reservations import AVANT_LA_REPONSE
from projets.protocoles.models.clauses import ClausesAlliance
from projets.protocoles.regles.dates import fautes_de_dates, proposer_dates
from projets.protocoles.regles.echeancier import proposer
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui

SANS_CLAUSES = "L’Alliance n’a pas encore approuvé ses clauses\xa0: le protocole les reprend."
ACCEPTEE = Initiative.Etat.ACCEPTEE


def exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


class PreparationDuProtocole:
    """Mélangée à `Protocole`; chaque geste relit l'initiative et le protocole sous verrou."""

    @classmethod
    def a_preparer(cls, initiatives):
        """Parmi elles, les acceptées qui le savent et n'ont pas de protocole; la condition de qui suit."""
        acceptees = initiatives.filter(etat=ACCEPTEE, etat_annonce=ACCEPTEE)
        return acceptees.exclude(pk__in=cls.objects.vivants().order_by().values("initiative"))

    @classmethod
    def empechements_a_preparer(cls, initiative):
        if initiative.etat != ACCEPTEE:
            return ["Un protocole se prépare pour une initiative acceptée, dont l’argent est réservé."]
        if initiative.etat_annonce != ACCEPTEE:
            return [AVANT_LA_REPONSE]
        if cls.objects.vivants().filter(initiative=initiative).exists():
            return ["Cette initiative a déjà son protocole."]
        return [] if ClausesAlliance.objects.en_vigueur(initiative.alliance_id) else [SANS_CLAUSES]

    @classmethod
    @transaction.atomic
    def preparer(cls, initiative, *, par, debut, fin, rapport_final_le, le=None):
        """Un protocole en préparation, sur les dernières clauses approuvées; son échéancier reste à écrire."""
        initiative = initiative.verrouiller()
        exiger(cls.empechements_a_preparer(initiative))
        protocole = cls(
            initiative=initiative,
            clauses=ClausesAlliance.objects.en_vigueur(initiative.alliance_id),
            debut=debut,
            fin=fin,
            rapport_final_le=rapport_final_le,
            prepare_le=le or timezone.now(),
            prepare_par=par,
        )
        exiger(protocole.fautes_de_dates())
        protocole.save(force_insert=True)
        protocole.noter("preparer-protocole", par=par, le=le, public=False)
        return protocole

    def dates_proposees(self):
        """Ce que la demande, la convention et le calendrier laissent."""
        demande, cycle = self.initiative, self.initiative.alliance.cycle
        return proposer_dates(
            demande.debut, demande.fin, convention=self.convention, cycle=cycle, jour=aujourd_hui()
        )

    def fautes_par_date(self):
        """[(champ, phrase)]."""
        jours = (self.debut, self.fin, self.rapport_final_le)
        cycle = self.initiative.alliance.cycle
        return list(fautes_de_dates(*jours, convention=self.convention, cycle=cycle))

    def fautes_de_dates(self):
        return list(dict.fromkeys(phrase for _, phrase in self.fautes_par_date()))

    def echeancier_propose(self, reglages):
        """Les tranches que ces réglages donneraient; rien n'est écrit."""
        debut = min(max(self.debut, aujourd_hui()), self.rapport_final_le)  # rien ne se verse dans le passé
        return proposer(self.parts(), debut=debut, rapport_final_le=self.rapport_final_le, reglages=reglages)

    def empechements_a_enregistrer(self):
        if self.etat != self.Etat.PREPARATION:
            return ["Un protocole transmis ne se modifie plus."]
        return []

    @transaction.atomic
    def enregistrer(self, *, par, revision, tranches=None, debut=None, fin=None, rapport_final_le=None):
        """Remplace ce qui est donné, dates ou échéancier (`Prevue`), et reprend les dernières clauses.

        Un échéancier inachevé s'enregistre : c'est la transmission qui l'exige au cent. Lève `VersionPerimee`.
        """
        protocole = self.verrouiller()
        exiger(protocole.empechements_a_enregistrer())
        if protocole.revision != revision:
            raise VersionPerimee("Quelqu’un a modifié ce protocole depuis que la page est ouverte.")
        protocole.debut, protocole.fin = debut or protocole.debut, fin or protocole.fin
        protocole.rapport_final_le = rapport_final_le or protocole.rapport_final_le
        exiger(protocole.fautes_de_dates())
        protocole.clauses = ClausesAlliance.objects.en_vigueur(protocole.initiative.alliance_id)
        protocole.revision += 1
        protocole.save()
        if tranches is not None:
            protocole._poser(tranches)
        protocole.noter("modifier-protocole", par=par, public=False)
        return protocole

    def _poser(self, tranches):
        """Rien que des sommes accordées à cette initiative."""
        siennes = {a.pk: a for a in self.affectations()}
        if {t.part for t in tranches} - siennes.keys():
            raise TransitionInterdite(
                "Un versement puise à une somme qui n’est pas accordée à cette initiative."
            )
        if any(t.montant <= 0 for t in tranches):
            raise TransitionInterdite("Un versement est de plus de zéro dollar.")
        self.tranches.all().delete()
        for rang, t in enumerate(tranches, start=1):
            self.tranches.create(
                rang=rang,
                affectation=siennes[t.part],
                montant=t.montant,
                condition=t.condition,
                prevue_le=t.prevue_le,
                retenue=t.retenue,
            )

    def empechements_a_abandonner(self):
        if not self.est_ouvert:
            return ["Seul un protocole que les deux parties n’ont pas signé s’abandonne."]
        return []

    @transaction.atomic
    def abandonner(self, *, par, motif, le=None):
        """Rien n'est engagé : l'initiative reste acceptée, et un autre protocole peut se préparer."""
        protocole = self.verrouiller()
        exiger(protocole.empechements_a_abandonner())
        exiger([] if motif.strip() else ["Écrivez le motif de l’abandon."])
        return protocole._abandonner(par=par, motif=motif.strip(), le=le or timezone.now())

    @classmethod
    def arreter_avec_la_reservation(cls, initiative, *, par):
        """L'argent réservé est rendu, sous le verrou de l'initiative : ce qui se préparait s'arrête avec lui."""
        ouverts = cls.objects.select_for_update(of=("self",)).filter(initiative=initiative)
        for protocole in ouverts.filter(etat__in=(cls.Etat.PREPARATION, cls.Etat.TRANSMIS)).order_by("pk"):
            protocole.initiative = initiative
            protocole._abandonner(
                par=par, motif="L’argent réservé est retourné aux enveloppes.", le=timezone.now()
            )

    def _abandonner(self, *, par, motif, le):
        """Sous le verrou de qui abandonne, ou de qui rend l'argent réservé; `par` est vide pour le service."""
        self.etat, self.abandonne_le, self.abandonne_par = self.Etat.ABANDONNE, le, par
        self.fin_motif = motif
        self.save()
        self.noter("abandonner-protocole", par=par, le=le, motif=motif, public=self.tour > 0)
        return self
