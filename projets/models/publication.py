"""Les gestes d'un appel, de sa préparation à son retrait. Ce qui est publié ne change plus sans être dit."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from conventions.models import Convention, Enveloppe, ExerciceConvention, Solde
from conventions.models.arbres import PROFONDEUR
from conventions.models.enveloppes import Volet
from conventions.models.gardiens import EMPLOIS
from projets.models.choix import se_puise, territoires_ou_puiser
from projets.regles.changements import changements
from projets.regles.dates import hors_de_l_annonce
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.horloge import jour_de

DE_PROJETS = (
    Volet.REGIONAL,
    Volet.TERRITOIRE,
    Volet.PRIORITE,
    Volet.CENTRALISE,
    Volet.VILLES_LIEES,
    Volet.ARRONDISSEMENTS,
    Volet.RESERVE,
)
# Ce qu'un choix lit d'une enveloppe : son nom, son exercice, ce qui y reste, les lieux où elle se puise.
LUES_D_UNE_ENVELOPPE = (
    *("convention", "an", "volet", "nom", "solde__alloue", *(f"solde__{compte}" for compte in EMPLOIS)),
    *("territoire__nom", *(f"{'parent__' * etage}territoire__nom" for etage in range(1, PROFONDEUR + 1))),
    *("__".join(["parent"] * etage) for etage in range(1, PROFONDEUR + 1)),
)
CORRIGIBLES = ("presentation", "rencontre", "decision_promise_le")
COPIES = (
    *("titre", "presentation", "mode", "grace", "plancher", "plafond", "seuil_abrege", "part_maximale"),
    *("apport_minimal", "cumul_maximal", "cumul_avec_nature", "administration_maximale", "duree_maximale"),
    *(
        "reservation_jours",
        "seuil_de_note",
        "revision_jours",
        "inscription_jours",
        "question_1",
        "question_2",
        "question_3",
        "intention",
        "pieces_demandees",
    ),
)
A_ARRETER = ("brouillon", "deposee")  # les demandes que le retrait de leur appel arrête : rien n'y est jugé
# Ce que la page de l'appel saisit et sans quoi il ne se publie pas (`empechements_a_publier`).
POUR_PUBLIER = ("presentation", "ouvre_le", "ferme_le", "decision_promise_le")
PERIME = "Quelqu’un a modifié cet appel depuis que vous avez ouvert la page."


def _exiger(empechements):
    if empechements:
        raise TransitionInterdite(empechements)


@dataclass(frozen=True)
class Part:
    """Ce que l'appel partage d'une enveloppe, ce que d'autres en ont promis, et ce qui en restait avant lui."""

    enveloppe: Enveloppe
    montant: Decimal
    promis: Decimal
    reste: Decimal

    @property
    def apres(self):
        return self.reste - self.montant

    @property
    def manque(self):
        """Ce qui manque à l'enveloppe pour tenir cette part; zéro si elle tient."""
        return max(-self.apres, ZERO)

    @property
    def manquait(self):
        """Ce qui y manquait avant même cet appel."""
        return max(-self.reste, ZERO)

    @property
    def phrase(self):
        reste = f"il en reste {en_dollars(self.reste)}" if self.reste > 0 else "il n’en reste rien"
        return (
            f"«\xa0{self.enveloppe}\xa0», {self.enveloppe.exercice}\xa0: l’appel en partage"
            f" {en_dollars(self.montant)}, et {reste} à partager\xa0: il manque {en_dollars(self.manque)}. D’autres"
            f" appels publiés en partagent déjà {en_dollars(self.promis)}."
        )


class GestesDePublication:
    """Ce que l'on fait d'un appel; chaque geste relit sous verrou et écrit sa ligne de journal."""

    @classmethod
    @transaction.atomic
    def preparer(cls, alliance, *, par, **champs):
        """Ouvre un appel en préparation. Lève `ValidationError` si un champ ne va pas."""
        appel = cls(alliance=alliance, **champs)
        appel.full_clean()
        appel.save(force_insert=True)
        appel.noter("preparer-appel", par=par)
        return appel

    def empechements_a_modifier(self):
        if self.etat != self.Etat.PREPARATION:
            return ["L’appel est publié\xa0: il se prolonge, se corrige ou se retire, avec un motif."]
        return []

    @transaction.atomic
    def enregistrer(self, *, par, revision, champs, priorites=None, ecrire=None):
        """Écrit ces champs d'un appel en préparation; `ecrire` écrit ses rangées dans la même transaction."""
        appel = self.verrouiller()
        _exiger(appel.empechements_a_modifier())
        if appel.revision != revision:
            raise VersionPerimee(PERIME)
        for champ, valeur in champs.items():
            setattr(appel, champ, valeur)
        appel.revision += 1
        appel.full_clean()
        appel.save()
        if priorites is not None:
            appel._viser(priorites)
        if ecrire:
            ecrire(appel)
        appel.noter("modifier-appel", par=par)
        return appel

    def _viser(self, priorites):
        possibles = set(self.priorites_possibles().values_list("pk", flat=True))
        etrangeres = [priorite for priorite in priorites if priorite.pk not in possibles]
        _exiger([f"«\xa0{p}\xa0» n’est pas une priorité du plan en vigueur." for p in etrangeres])
        self.priorites.set(priorites)

    def enveloppes_possibles(self):
        """Celles de la convention en vigueur dont les projets se paient, dans les exercices ouverts; du territoire,
        s'il s'agit du sien."""
        ouverts = ExerciceConvention.objects.filter(convention=OuterRef("convention"), clos_le=None)
        possibles = Enveloppe.objects.avec_soldes().filter(
            Exists(ouverts.filter(an=OuterRef("an"))),
            convention__alliance=self.alliance_id,
            convention__etat=Convention.Etat.SIGNEE,
            volet__in=DE_PROJETS,
        )
        return possibles.filter(territoire=self.territoire_id) if self.territoire_id else possibles

    def restes_a_partager(self):
        """[(enveloppe, ce que d'autres appels en cours en ont promis, ce qu'il reste à partager)]."""
        promis = self.enveloppes.model.objects.promis_hors_de(self)
        return [(e, promis[e.pk], e.solde.disponible - promis[e.pk]) for e in self.enveloppes_possibles()]

    def parts_et_restes(self):
        """[`Part`] de chaque enveloppe que l'appel met en commun."""
        parts = dict(self.enveloppes.values_list("enveloppe", "montant"))
        restes = self.restes_a_partager() if parts else []
        return [Part(e, parts[e.pk], promis, reste) for e, promis, reste in restes if e.pk in parts]

    def promesses_de_trop(self):
        """Une phrase par enveloppe dont l'appel partage plus qu'il n'en reste à partager."""
        return [part.phrase for part in self.parts_et_restes() if part.manque]

    def sommes_hors_des_dates(self):
        """Une phrase par enveloppe d'un exercice où l'appel ne laisse pas se réaliser d'initiative."""
        tot, tard = self.debut_au_plus_tot, self.fin_au_plus_tard
        return [
            f"«\xa0{part.enveloppe}\xa0», {en_dollars(part.montant)}\xa0: aucune initiative de cet appel ne se réalise"
            f" en {part.enveloppe.exercice}."
            for part in self.enveloppes.select_related("enveloppe__territoire")
            if (tot and part.enveloppe.exercice.fin < tot) or (tard and part.enveloppe.exercice.debut > tard)
        ]

    def enveloppes_lues(self, par):
        """Les possibles, avec leur `part` de l'appel et le `reste_de_la_part`, vides s'il ne la met pas en commun.

        `puisable` : cette personne en tire l'argent d'une décision (`choix`).
        """
        siens = territoires_ou_puiser(par, self.alliance)
        mises = self.enveloppes.filter(enveloppe=OuterRef("pk"))
        chiffres = {
            "part": Subquery(mises.values("montant")),
            "accorde": mises.accorde(self, OuterRef("pk")),
        }
        possibles = self.enveloppes_possibles().avec_lieux().only(*LUES_D_UNE_ENVELOPPE)
        lues = list(possibles.annotate(**chiffres))
        for enveloppe in lues:
            mise, accorde = enveloppe.part is not None, enveloppe.accorde or ZERO
            enveloppe.reste_de_la_part = enveloppe.part - accorde if mise else None
            enveloppe.puisable = se_puise(enveloppe, siens)
        return lues

    def enveloppes_ou_puiser(self, par):
        """{enveloppe: ce qui reste de la part de l'appel, ou `None` s'il ne la met pas en commun}."""
        return {e: e.reste_de_la_part for e in self.enveloppes_lues(par) if e.puisable}

    @transaction.atomic
    def mettre_en_commun(self, *, par, revision, montants):
        """Ce que l'appel prend de chaque enveloppe : {enveloppe: dollars}; les autres n'y sont plus."""
        permises = {e.pk for e in self.enveloppes_possibles()}
        if etrangeres := [e for e in montants if e.pk not in permises]:
            raise TransitionInterdite(
                [f"«\xa0{e}\xa0» ne paie pas les initiatives de cet appel." for e in etrangeres]
            )

        def ecrire(appel):
            appel.enveloppes.all().delete()
            for enveloppe, montant in montants.items():
                appel.enveloppes.create(enveloppe=enveloppe, montant=montant)

        return self.enregistrer(par=par, revision=revision, champs={}, ecrire=ecrire)

    def empechements_a_publier(self):
        """Ce qui manque pour que quelqu'un puisse y déposer."""
        if self.etat != self.Etat.PREPARATION:
            return ["L’appel est déjà publié."]
        manques = [
            (not self.presentation.strip(), "Écrivez la présentation de l’appel."),
            (self.ouvre_le is None or self.ferme_le is None, "Fixez l’ouverture et la fermeture."),
            (
                self.ferme_le is not None and self.ferme_le <= timezone.now(),
                "La fermeture est déjà passée\xa0: reportez-la.",
            ),
            (self.decision_promise_le is None, "Promettez une date de réponse."),
            (
                self.seuil_de_note is not None and not self.criteres.exists(),
                "Un seuil de note demande une grille\xa0: décrivez ses critères.",
            ),
            (not self.enveloppes.exists(), "Choisissez au moins une enveloppe, et ce qu’elle met en commun."),
        ]
        phrases = [phrase for manque, phrase in manques if manque]
        return [*phrases, *self.dates_en_desordre().values(), *self.promesses_de_trop()]

    def empechements_a_essayer(self, moment=None):
        """Essayer comme porteur : avant l'ouverture, et à un instant où l'appel sera ouvert ou fermé."""
        if self.ouvre_le is None or self.ferme_le is None:
            return ["Fixez d’abord l’ouverture et la fermeture."]
        if self.etat not in (self.Etat.PREPARATION, self.Etat.OUVERT) or (
            self.etat == self.Etat.OUVERT and self.ouvre_le <= timezone.now()
        ):
            return ["L’appel est ouvert\xa0: il ne s’essaie plus, il se remplit."]
        if moment and moment < self.ouvre_le:
            return [
                "À cet instant, l’appel n’est pas encore ouvert\xa0: un porteur n’y commence pas de demande."
            ]
        return [*hors_de_l_annonce(self.alliance.cycle, {"le": moment and jour_de(moment)}).values()]

    def montrer_a_l_essai(self, personne, le):
        """Publié, le temps d'une transaction que l'essai défait toujours (docs/adr/0022)."""
        _exiger(self.empechements_a_essayer(le))
        publie = {"etat": self.Etat.OUVERT, "publie_le": le, "publie_par": personne}
        type(self).objects.filter(pk=self.pk).update(**publie)

    @transaction.atomic
    def publier(self, *, par, le=None):
        """L'appel se lit de tout le monde; on y dépose à compter de son ouverture."""
        appel, le = self.verrouiller(), le or timezone.now()
        appel._verrouiller_l_argent()
        _exiger(appel.empechements_a_publier())
        appel.etat, appel.publie_le, appel.publie_par = appel.Etat.OUVERT, le, par
        appel.revision += 1
        appel.save()
        appel.noter("publier-appel", par=par, le=le)
        return appel

    def _verrouiller_l_argent(self):
        """Deux appels publiés ensemble ne promettent pas la même somme : le second attend le premier."""
        soldes = Solde.objects.filter(pk__in=self.enveloppes.values("enveloppe")).order_by("pk")
        list(soldes.select_for_update(of=("self",)))

    def empechements_a_changer(self):
        """Prolonger ou corriger : l'appel est publié, et sa fermeture n'est pas passée."""
        if self.etat != self.Etat.OUVERT:
            return ["Seul un appel publié se prolonge ou se corrige."]
        if self.est_clos():
            return ["L’appel est fermé\xa0: le rouvrir avantagerait qui n’avait pas déposé à temps."]
        return []

    @transaction.atomic
    def prolonger(self, *, par, ferme_le, motif, le=None):
        """On dépose plus longtemps; une fermeture ne s'avance jamais. Le motif se lit à la page publique."""
        appel = self.verrouiller()
        _exiger(appel.empechements_a_changer() or appel._contredit_la_fermeture(ferme_le, motif))
        avant, appel.ferme_le = appel.ferme_le, ferme_le
        return appel._changer(
            "prolonger-appel", par, motif, le, avant={"ferme_le": avant}, apres={"ferme_le": ferme_le}
        )

    def _contredit_la_fermeture(self, ferme_le, motif):
        phrases = [] if motif.strip() else ["Écrivez le motif."]
        if ferme_le <= self.ferme_le:
            phrases.append(
                "La nouvelle fermeture suit celle qui est annoncée\xa0: un appel ne se raccourcit pas."
            )
        if self.decision_promise_le and jour_de(ferme_le) > self.decision_promise_le:
            phrases.append("La fermeture précède la réponse promise\xa0: corrigez d’abord cette date.")
        return phrases

    @transaction.atomic
    def corriger(self, *, par, revision, motif, le=None, **champs):
        """Des mots ou une date promise; ni montant, ni taux, ni question : qui a commencé les a lus."""
        appel = self.verrouiller()
        _exiger(
            appel.empechements_a_changer()
            or ([] if motif.strip() else ["Écrivez ce qui change, et pourquoi."])
        )
        if appel.revision != revision:
            raise VersionPerimee(PERIME)
        avant = {champ: getattr(appel, champ) for champ in CORRIGIBLES if champ in champs}
        changes = {c: champs[c] for c, v in avant.items() if champs[c] != v}
        _exiger([] if changes else ["Rien ne change."])
        for champ, valeur in changes.items():
            setattr(appel, champ, valeur)
        appel.full_clean()
        return appel._changer(
            "corriger-appel", par, motif, le, avant={c: avant[c] for c in changes}, apres=changes
        )

    def _changer(self, geste, par, motif, le, *, avant, apres):
        self.revision += 1
        self.save()
        lignes = (
            {str(self._meta.get_field(c).verbose_name): str(v) for c, v in d.items()} for d in (avant, apres)
        )
        avant, apres = lignes
        self.noter(geste, par=par, le=le, motif=motif.strip(), avant=avant, apres=apres)
        return self

    def changements(self):
        """Ce qui a changé depuis la publication, le plus récent d'abord, tel que le journal le garde."""
        return changements(self.journal.filter(geste__in=("prolonger-appel", "corriger-appel")))

    @transaction.atomic
    def copier(self, *, par, titre):
        """Un appel en préparation, tel que celui-ci; ses dates et ses enveloppes restent à donner.

        Il vise ce que le plan en vigueur garde des priorités visées.
        """
        champs = {champ: getattr(self, champ) for champ in COPIES}
        copie = type(self)(
            alliance=self.alliance, territoire=self.territoire, copie_de=self, **champs | {"titre": titre}
        )
        copie.full_clean()
        copie.save(force_insert=True)
        gardees = copie.priorites_possibles().filter(cle__in=self.priorites.order_by().values("cle"))
        copie.priorites.set(gardees)
        for critere in self.criteres.all():
            critere.pk, critere.appel, critere._state.adding = None, copie, True
            critere.save(force_insert=True)
        copie.noter("copier-appel", par=par, motif=f"D’après «\xa0{self}\xa0».")
        return copie

    def empechements_a_retirer(self):
        if self.etat != self.Etat.OUVERT or self.est_clos():
            return ["Seul un appel publié, et pas encore fermé, se retire."]
        engagee = self.initiatives.exclude(etat__in=(*A_ARRETER, "retiree")).order_by("pk").first()
        if engagee:
            return [
                f"Une demande de cet appel est déjà jugée\xa0: {engagee.numero}. Un appel ne se retire pas sous elle."
            ]
        return []

    def arretees_par_le_retrait(self):
        """Ses demandes déposées et ses brouillons, reçus en ligne ou autrement : rien n'y est encore jugé."""
        return self.initiatives.filter(etat__in=A_ARRETER).order_by("pk")

    def ce_que_le_retrait_arrete(self):
        """{deposees, brouillons, autrement} : combien de demandes, et combien d'entre elles la Table a reçues."""
        return (
            self.arretees_par_le_retrait()
            .order_by()
            .aggregate(
                deposees=Count("pk", filter=Q(etat="deposee")),
                brouillons=Count("pk", filter=Q(etat="brouillon")),
                autrement=Count("pk", filter=~Q(mode_reception="")),
            )
        )

    @transaction.atomic
    def retirer(self, *, par, motif, le=None):
        """L'appel n'aura pas lieu : on n'y dépose plus, et ses demandes s'arrêtent avec lui.

        L'appel d'abord, ses demandes par clé, puis le journal : l'ordre de tous les verrous.
        """
        appel, le = self.verrouiller(), le or timezone.now()
        _exiger(appel.empechements_a_retirer() or ([] if motif.strip() else ["Écrivez le motif du retrait."]))
        arretees = appel.arretees_par_le_retrait().select_related("alliance", "appel", "organisme")
        arretees = list(arretees.select_for_update(of=("self",)))
        appel.etat, appel.retire_le, appel.retire_par = appel.Etat.RETIRE, le, par
        appel.retrait_motif = motif.strip()
        appel.save()
        appel.noter("retirer-appel", par=par, le=le, motif=motif.strip())
        for demande in arretees:
            demande.sortir_avec_l_appel(par=par, le=le, motif=motif.strip())
        return appel
