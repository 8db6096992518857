"""La vie d'une convention : transmise, reprise, signée par chaque partie à sa date, puis close.

La résilier est dans `resiliation`.

La dernière signature la met en vigueur. Rien de promis ne reste à la clôture : ni versement en chemin, ni somme
réservée ou engagée, ni transfert sans réponse, ni avenant ouvert. Ce qui est encore disponible ne s'efface pas : le
règlement dit ce qu'il en advient, au sou près.
"""

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from conventions.models import echeanciers
from conventions.models.gardiens import COMPTES
from conventions.models.resiliation import GestesDeResiliation
from conventions.regles.obligations import plus_mois
from conventions.regles.sommes import Sommes
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars, somme
from socle.valeurs.empreintes import empreinte
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui, jour_de

SANS_PARTICIPATION = (
    "Inscrivez comment Services Québec, la Santé publique et les Affaires municipales prennent part à la gouvernance "
    "(guide, §2.2)."
)
MOIS_D_UNE_RESOLUTION = 24  # plus vieille que cela, c'est l'année qui est mal écrite
SANS_SIGNATURE = {"signee_le": None, "signee_par": None, "resolution": "", "resolution_le": None}


class GestesDeVie(GestesDeResiliation):
    """Mélangée à `Convention`; chaque geste relit la convention sous verrou avant d'agir."""

    def empechements_a_transmettre(self):
        """Tout ce qui manque à la préparation, en phrases."""
        if self.etat != self.Etat.PREPARATION:
            return ["Cette convention est déjà transmise."]
        return [
            *self._empechements_des_exercices(),
            *echeanciers.empechements_de_l_echeancier(self),
            *self._empechements_des_parties(),
            *([] if self.participation_etat.strip() else [SANS_PARTICIPATION]),
        ]

    def _empechements_des_exercices(self):
        exercices = list(self.exercices.all())
        permis = {exercice.an for exercice in Exercice.entre(self.debut, self.fin)}
        empechements = [
            f"L’exercice {ligne} est hors de la convention\u00a0: videz son montant, ou changez les dates."
            for ligne in exercices
            if ligne.an not in permis
        ]
        if not any(ligne.montant for ligne in exercices):
            empechements.append("Inscrivez le montant d’au moins un exercice.")
        return empechements

    def _empechements_des_parties(self):
        parties = list(self.parties.all())
        empechements = []
        if not any(partie.role == "ministre" for partie in parties):
            empechements.append("Nommez la ou le ministre parmi les parties.")
        if not any(partie.signe and partie.role != "ministre" for partie in parties):
            empechements.append("Nommez au moins un organisme qui signe la convention.")
        return empechements

    def empreinte_a_transmettre(self):
        """La préparation telle que la page la montre : la révision date tout, sauf l'échéancier."""
        prevus = self.echeances.order_by("rang")
        return empreinte(
            self.revision, *prevus.values_list("an", "montant", "condition", "rapport_an", "prevue_le")
        )

    def transmettre(self, *, par, revision=None, le=None):
        """Le Ministère transmet la convention aux parties : elles la voient et peuvent la signer.

        `revision` : l'empreinte qu'avait la page.
        """
        with transaction.atomic():
            convention = self.verrouiller()
            if empechements := convention.empechements_a_transmettre():
                raise TransitionInterdite(empechements)
            if revision and revision != convention.empreinte_a_transmettre():
                raise VersionPerimee("La convention a été modifiée depuis que la page est ouverte.")
            le = le or timezone.now()
            convention.etat, convention.transmise_le = self.Etat.TRANSMISE, le
            convention.transmise_par = par
            convention.save(update_fields=["etat", "transmise_le", "transmise_par"])
            convention.noter(
                "transmettre", par=par, le=le, apres={"montant": en_dollars(convention.montant())}
            )
        return convention

    def empechements_a_reprendre(self):
        if self.etat == self.Etat.TRANSMISE:
            return []
        return ["Seule une convention transmise, et que toutes les parties n’ont pas signée, se reprend."]

    def reprendre(self, *, par, motif, le=None):
        """Ramène en préparation une convention transmise, avec un motif; les signatures reçues sont annulées."""
        with transaction.atomic():
            convention = self.verrouiller()
            empechements = convention.empechements_a_reprendre()
            if not motif.strip():
                empechements.append("Dites pourquoi la convention est reprise.")
            if empechements:
                raise TransitionInterdite(empechements)
            le = le or timezone.now()
            recues = convention.parties.filter(signee_le__isnull=False)
            annulees = {
                str(partie): partie.signee_le.isoformat() for partie in recues.select_related("organisme")
            }
            convention.pieces.filter(partie__in=recues, retiree_le=None).update(
                retiree_le=le, retiree_par=par
            )
            recues.update(**SANS_SIGNATURE)
            convention.etat, convention.transmise_le = self.Etat.PREPARATION, None
            convention.transmise_par = None
            convention.revision += 1
            convention.save(update_fields=["etat", "transmise_le", "transmise_par", "revision"])
            convention.noter("reprendre", par=par, le=le, motif=motif.strip(), avant=annulees)
        return convention

    def parties_a_signer(self):
        """Celles dont la signature manque, dans l'ordre de la convention."""
        return self.parties.filter(signe=True, signee_le=None).select_related("organisme")

    def empechements_a_signer(self, partie):
        """Pourquoi cette partie ne signe pas maintenant."""
        if self.etat == self.Etat.PREPARATION:
            return ["La convention n’est pas encore transmise aux parties."]
        if not partie.signe:
            return [f"{partie} est à la convention sans la signer."]
        if partie.signee_le:
            return [f"{partie} a déjà signé, le {date_longue(partie.signee_le)}."]
        if self.etat != self.Etat.TRANSMISE:
            return ["Cette convention n’attend plus de signature."]
        return []

    def empechements_de_date(self, jour):
        """Une signature suit la transmission et n'est pas dans le futur."""
        if jour > aujourd_hui():
            return ["La date de signature ne peut pas être dans le futur."]
        if self.transmise_le and jour < jour_de(self.transmise_le):
            transmise = date_longue(jour_de(self.transmise_le))
            return [f"La date de signature ne peut pas précéder la transmission, le {transmise}."]
        return []

    def empechements_de_resolution(self, adoptee_le, signee_le):
        """La résolution autorise la signature : elle la précède, d'au plus deux ans."""
        if adoptee_le > signee_le:
            return ["La résolution ne peut pas suivre la signature qu’elle autorise."]
        if plus_mois(adoptee_le, MOIS_D_UNE_RESOLUTION) < signee_le:
            return ["La résolution a plus de deux ans\u00a0: vérifiez l’année."]
        return []

    def signer(
        self,
        partie,
        *,
        par,
        signee_le,
        resolution="",
        resolution_le=None,
        fichier=None,
        revision=None,
        le=None,
    ):
        """Inscrit la signature d'une partie : sa date et, pour un organisme, sa résolution, datée et jointe.

        La dernière signature met la convention en vigueur, dans la même transaction. `revision` : celle que la page
        montrait; reprise et transmise de nouveau, la convention n'est plus celle-là.
        """
        with transaction.atomic():
            convention = self.verrouiller()
            if revision not in (None, convention.revision):
                raise VersionPerimee("La convention a été reprise et changée depuis que la page est ouverte.")
            parties = convention.parties.select_for_update(of=("self",)).select_related("organisme")
            partie = parties.get(pk=partie.pk)
            empechements = convention._empechements_d_inscription(
                partie, signee_le, resolution.strip(), resolution_le, fichier
            )
            if empechements:
                raise TransitionInterdite(empechements)
            partie.signee_le, partie.signee_par = signee_le, par
            if partie.organisme_id:
                partie.resolution, partie.resolution_le = resolution.strip(), resolution_le
            partie.save(update_fields=[*SANS_SIGNATURE])
            if fichier is not None:
                convention.pieces.model.televerser(
                    fichier,
                    par=par,
                    convention=convention,
                    partie=partie,
                    usage="resolution" if partie.organisme_id else "exemplaire",
                    televersee_le=le or timezone.now(),
                )
            apres = {"signature": signee_le.isoformat(), "résolution": partie.resolution}
            convention.noter("signer", par=par, le=le, objet=partie, apres=apres)
            if not convention.parties_a_signer().exists():
                convention._entrer_en_vigueur(par, le)
        return convention

    def _empechements_d_inscription(self, partie, signee_le, resolution, resolution_le, fichier):
        """L'état, les dates et, pour un organisme, la résolution numérotée, datée et jointe."""
        if empechements := self.empechements_a_signer(partie):
            return empechements
        empechements = self.empechements_de_date(signee_le)
        if not partie.organisme_id:
            return empechements
        if not resolution:
            empechements.append("Inscrivez le numéro de la résolution.")
        if resolution_le is None:
            empechements.append("Inscrivez la date de la résolution.")
        else:
            empechements += self.empechements_de_resolution(resolution_le, signee_le)
        if fichier is None:
            empechements.append("Joignez la résolution.")
        return empechements

    def _entrer_en_vigueur(self, par, le):
        """Toutes les parties ont signé : les obligations naissent, l'échéance du plan est fixée, les enveloppes
        s'ouvrent, ce que la signature libère est libéré; puis tout est scellé.

        La date de signature est la dernière de toutes; `le` est l'instant du geste.
        """
        derniere = self.parties.filter(signe=True).order_by("-signee_le").first()
        self.etat, self.signee_le = self.Etat.SIGNEE, derniere.signee_le
        self.save(update_fields=["etat", "signee_le"])
        self.noter("entrer-en-vigueur", par=par, le=le, apres={"signature": self.signee_le.isoformat()})
        self.obligations.model.generer(self, par=par)
        self.ecritures.model.allouer(self, par=par, le=le)
        self.echeances.model.liberer_ce_qui_est_du(par=par, le=le, alliances=[self.alliance_id])
        self.instantanes.model.prendre(self, "signature", par=par, le=self.signee_le)

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
        accepter = [
            (f"Reçu, mais pas encore accepté\u00a0: {obligation}.", obligation)
            for obligation in self.obligations.a_accepter()
        ]
        regler = [
            (echeance.reste_en_mots(), echeance)
            for echeance in self.echeances.a_regler().order_by("rang").a_montrer()
        ]
        promises = [
            (
                f"Exercice {Exercice(s.an)}\u00a0: {en_dollars(s.promis)} encore réservés ou engagés, à verser ou à "
                "libérer.",
                Exercice(s.an),
            )
            for s in self.sommes()
            if s.promis
        ]
        repondre = [
            (f"{demande}\u00a0: demandé, sans réponse.", demande) for demande in self.transferts.en_attente()
        ]
        conclure = [
            (
                f"{avenant}\u00a0: {avenant.get_etat_display().lower()}, à mener à terme ou à abandonner.",
                avenant,
            )
            for avenant in self.avenants.ouverts()
        ]
        return [*rendre, *accepter, *regler, *promises, *repondre, *conclure]

    def soldes_a_regler(self):
        """[(exercice, disponible en dollars)] de ce qui reste dans les enveloppes; une requête."""
        return [(Exercice(s.an), s.disponible) for s in self.sommes() if s.disponible]

    def sommes(self):
        """Où en est l'argent de chaque exercice, dans l'ordre; une requête."""
        totaux = {compte: somme(F(f"solde__{compte}")) for compte in COMPTES}
        lus = self.enveloppes.order_by("an").values("an").annotate(**totaux)
        return [Sommes(**ligne) for ligne in lus]

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
        """Une fermeture suit la signature et le dernier argent qui a bougé; elle n'est pas dans le futur."""
        if jour > aujourd_hui():
            return ["La date de fermeture ne peut pas être dans le futur."]
        if self.signee_le and jour < self.signee_le:
            return [f"La fermeture ne peut pas précéder la signature, le {date_longue(self.signee_le)}."]
        dernier = self._dernier_argent()
        if dernier and jour < dernier:
            return [
                f"De l’argent a été versé, dépensé ou remis le {date_longue(dernier)}\u00a0: la fermeture ne peut pas "
                "précéder ce jour."
            ]
        return []

    def _dernier_argent(self):
        """Le jour du dernier virement ou de la dernière sortie, d'une pièce de droite aussi; sans eux, `None`."""
        virements = self.echeances.filter(versements__annulation=None)
        jours = [virements.aggregate(jour=Max("versements__verse_le"))["jour"]]
        tables = {champ.related_model for champ in self._meta.get_fields(include_hidden=True)}
        for sortie in (table for table in tables if getattr(table, "EST_UNE_SORTIE", False)):
            siennes = sortie.objects.en_vigueur().filter(convention=self).order_by()
            jours.append(siennes.aggregate(jour=Max("faite_le"))["jour"])
        return max(filter(None, jours), default=None)

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
