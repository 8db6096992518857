"""Les gestes de l'Alliance sur une version : créer, adopter, rouvrir, déposer, retirer, modifier."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from alliances.models.changements import ecrire, repere
from alliances.models.numeros import code_de
from alliances.plans import canevas, regles
from alliances.plans.models.reprise import GestesDeReprise
from alliances.plans.regles.redaction import en_lettres
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui

COORDONNEES = ("nom", "fonction", "courriel", "telephone")


def _coordonnees(contact):
    return {champ: getattr(contact, champ) for champ in COORDONNEES}


class GestesDeLAlliance(GestesDeReprise):
    """Mélangée à `VersionPlan`; chaque geste relit la version sous verrou avant d'agir."""

    @classmethod
    @transaction.atomic
    def creer(cls, plan, *, par, le=None, geste="ouvrir", **champs):
        """Une section par rubrique du canevas du cycle; vides, ou copiées de la version de départ (`base`).

        Une modification est publique.
        """
        le = le or timezone.now()
        version = cls.objects.create(plan=plan, creee_le=le, creee_par=par, **champs)
        sections = version.sections.model
        sections.objects.bulk_create(
            sections(version=version, code=section.code)
            for section in canevas.canevas(plan.alliance.cycle.code).sections_redigees
        )
        version.noter(
            geste,
            par=par,
            le=le,
            motif=version.motif,
            apres={"numero": version.numero},
            public=version.base is not None,
        )
        if version.base is None:
            version.rafraichir()
        else:
            version.copier_contenu_de(version.base)
        return version

    def empechements_a_modifier(self, *ancres):
        """Pourquoi la partie que désignent ces ancres ne peut pas être modifiée maintenant."""
        if not self.est_en_redaction:
            return [f"{self.OU_EN_EST_LE_PLAN[self.etat]} : le texte de cette version ne se modifie plus."]
        fermee = self.etat == self.Etat.A_CORRIGER and not self.toutes_ouvertes
        if fermee and not self.demandes.visant(self, *ancres).exists():
            return ["Aucune correction n’est demandée ici : rien ne s’y modifie avant le nouveau dépôt."]
        return []

    def fixer_le_contact(self, contact, *, par, vu):
        """Enregistre la personne à joindre; `vu` est le repère de ce que la page montrait.

        Lève `VersionPerimee` si quelqu'un a changé ses coordonnées depuis, `TransitionInterdite` si cette partie est
        fermée.
        """
        with transaction.atomic():
            version = self.verrouiller()
            if empechements := version.empechements_a_modifier(("section", "en-tete")):
                raise TransitionInterdite(empechements)
            actuel = version.plan.alliance.contacts.filter(principal=True).first()
            if actuel and repere(actuel) != vu:
                coordonnees = ", ".join(_coordonnees(actuel).values())
                raise VersionPerimee(
                    "Quelqu’un a modifié ces coordonnées depuis que vous avez ouvert la page. Enregistré "
                    f"maintenant\u00a0: {coordonnees}."
                )
            avant, apres = _coordonnees(actuel or type(contact)()), _coordonnees(contact)
            if changes := [champ for champ in COORDONNEES if avant[champ] != apres[champ]]:
                ecrire(contact)
                version.rafraichir()
                version.noter(
                    "modifier-contact",
                    par=par,
                    objet=contact,
                    avant={champ: avant[champ] for champ in changes},
                    apres={champ: apres[champ] for champ in changes},
                )
        return version

    OU_EN_EST_LE_PLAN = {
        "adoptee": "La Table a adopté le plan",
        "deposee": "Le plan est déposé",
        "avisee": "L’avis sur le plan est rendu",
        "approuvee": "Le Ministère a approuvé le plan",
        "refusee": "Le Ministère a refusé le plan",
        "remplacee": "Une version plus récente est en vigueur",
    }

    def empechements_a_adopter(self):
        if self.etat == self.Etat.ADOPTEE:
            return ["Cette version est déjà adoptée."]
        if self.etat != self.Etat.BROUILLON:
            return ["Seule une version en brouillon s’adopte."]
        return []

    def empechements_de_date_d_adoption(self, jour):
        """Une adoption suit le début du cycle; celle d'une modification, la décision dont elle part."""
        if jour > aujourd_hui():
            return ["La date d’adoption ne peut pas être dans le futur."]
        if self.etat == self.Etat.A_CORRIGER and (modifie_le := self._modifie_le()) and jour < modifie_le:
            return [
                f"Le texte a encore changé le {en_lettres(modifie_le)}\u00a0: la nouvelle résolution ne peut pas être "
                "d’avant."
            ]
        debut = self.plan.alliance.cycle.debut
        decision = self.base.decision_du if self.base else debut
        if jour < debut:
            return [f"La date d’adoption ne peut pas précéder le début du cycle, le {en_lettres(debut)}."]
        if jour < decision:
            return [
                f"La date d’adoption ne peut pas précéder la décision sur la version {self.base.numero}, "
                f"le {en_lettres(decision)}."
            ]
        return []

    def empreinte_du_texte(self):
        """Ce qu'on adopte ou dépose : le texte, ce qu'il tient de l'Alliance, l'adoption et les annexes."""
        pieces = self.pieces.jointes().order_by("pk").values_list("pk", flat=True)
        adoption = self.etat, self.tour, self.resolution, self.adoptee_le
        return empreinte(self.revision, self.plan.alliance.revision, *adoption, *pieces)

    def _exiger_le_texte(self, revision):
        """`revision` : l'empreinte du texte quand la page s'est ouverte; `None` ou vide : on n'en a lu aucune."""
        if revision and revision != self.empreinte_du_texte():
            raise VersionPerimee(
                "Le plan, son adoption ou ses annexes ont changé depuis que la page est ouverte."
            )

    def adopter(self, *, par, revision=None, le=None, **adoption):
        """La Table adopte la version : date, numéro de résolution, mode, résolution jointe."""
        with transaction.atomic():
            version = self.verrouiller()
            refus = version.empechements_a_adopter() + version._empechements_d_adoption(**adoption)
            if refus:
                raise TransitionInterdite(refus)
            version._exiger_le_texte(revision)
            version._inscrire_l_adoption("adopter", self.Etat.ADOPTEE, par=par, le=le, **adoption)
        return version

    def empechements_a_adopter_les_corrections(self):
        """Une nouvelle résolution se permet quand le texte a changé depuis l'adoption; rien ne l'exige (ADR 0018)."""
        if self.etat != self.Etat.A_CORRIGER:
            return ["Une nouvelle résolution s’inscrit après un retour, avant le nouveau dépôt."]
        modifie_le = self._modifie_le()
        if modifie_le is None or modifie_le <= self.adoptee_le:
            return ["Le texte n’a pas changé depuis son adoption\u00a0: la résolution vaut toujours."]
        return []

    def adopter_les_corrections(self, *, par, revision=None, le=None, **adoption):
        """Après un retour, la Table adopte le texte corrigé : la nouvelle résolution remplace l'ancienne."""
        with transaction.atomic():
            version = self.verrouiller()
            refus = version.empechements_a_adopter_les_corrections()
            refus += version._empechements_d_adoption(**adoption)
            if adoption.get("piece") is None:
                refus.append("Joignez la nouvelle résolution.")
            if refus:
                raise TransitionInterdite(refus)
            version._exiger_le_texte(revision)
            version._annuler_la_resolution(par=par, le=le)
            version._inscrire_l_adoption(
                "adopter-corrections", self.Etat.A_CORRIGER, par=par, le=le, **adoption
            )
        return version

    def _modifie_le(self):
        """Le jour où quelqu'un a écrit pour la dernière fois, ou `None`."""
        jour = self.contenu()["modifie_le"]
        return jour and date.fromisoformat(jour)

    def _empechements_d_adoption(self, *, adoptee_le, resolution, mode, **_):
        refus = self.empechements_de_date_d_adoption(adoptee_le)
        if not resolution.strip():
            refus.append("Indiquez le numéro de la résolution.")
        if mode not in self.ModeAdoption.values:
            refus.append("Dites si la Table a adopté le plan par consensus ou par vote.")
        return refus

    def _inscrire_l_adoption(
        self, geste, etat, *, par, le, adoptee_le, resolution, mode, piece=None, detail=""
    ):
        if piece is not None:
            self.pieces.model.televerser(
                piece, par=par, version=self, usage="resolution", televersee_le=le or timezone.now()
            )
        self._changer(
            geste,
            etat,
            par=par,
            le=le,
            adoptee_le=adoptee_le,
            adoptee_par=par,
            adoption_mode=mode,
            adoption_detail=detail,
            resolution=resolution.strip(),
        )

    def empechements_a_rouvrir(self):
        return (
            [] if self.etat == self.Etat.ADOPTEE else ["Seule une version adoptée et non déposée se rouvre."]
        )

    def rouvrir(self, *, par, motif, le=None):
        """Revient au brouillon, avec un motif, pour changer le texte; la Table devra l'adopter de nouveau."""
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_rouvrir()
            if not motif.strip():
                empechements.append("Dites pourquoi le plan est rouvert.")
            if empechements:
                raise TransitionInterdite(empechements)
            version._annuler_la_resolution(par=par, le=le)
            version._changer(
                "rouvrir", self.Etat.BROUILLON, par=par, le=le, motif=motif, **self.SANS_ADOPTION
            )
        return version

    def _annuler_la_resolution(self, *, par, le):
        """La résolution d'une adoption annulée reste à l'histoire de l'Alliance; les autres ne la voient plus."""
        en_vigueur = self.pieces.jointes().filter(usage="resolution")
        en_vigueur.update(retiree_le=le or timezone.now(), retiree_par=par)

    SANS_ADOPTION = {
        "adoptee_le": None,
        "adoptee_par": None,
        "adoption_mode": "",
        "adoption_detail": "",
        "resolution": "",
    }

    def empechements_a_deposer(self, contenu=None):
        """Tout ce qui bloque le dépôt, en phrases : l'état, la résolution, les corrections, la conformité."""
        if self.etat not in (self.Etat.BROUILLON, self.Etat.ADOPTEE, self.Etat.A_CORRIGER):
            return ["Cette version est déjà déposée."]
        empechements = []
        if self.etat == self.Etat.BROUILLON:
            empechements.append("La Table doit d’abord adopter le plan : inscrivez la date et la résolution.")
        elif not self.pieces.jointes().filter(usage="resolution").exists():
            empechements.append("Joignez la résolution d’adoption de la Table.")
        if self.etat == self.Etat.A_CORRIGER and (restantes := self.demandes.ouvertes().count()):
            empechements.append(
                f"Il reste {restantes} demandes de correction à marquer comme faites."
                if restantes > 1
                else "Il reste une demande de correction à marquer comme faite."
            )
        constats = regles.constats(contenu or self.contenu(), aujourd_hui())
        return empechements + [constat.message for constat in regles.bloquants(constats)]

    def deposer(self, *, par, certifie, revision=None, le=None):
        """La personne autorisée dépose la version et certifie; un instantané immuable est pris.

        Un dépôt tardif est permis; il se voit. Lève `TransitionInterdite` avec tous les empêchements.
        """
        with transaction.atomic():
            version = self.verrouiller()
            empechements = version.empechements_a_deposer()
            if not certifie:
                empechements.append("Cochez la certification avant de déposer.")
            if empechements:
                raise TransitionInterdite(empechements)
            version._exiger_le_texte(revision)
            le = le or timezone.now()
            tour = version.tour + 1
            version._changer(
                "deposer",
                self.Etat.DEPOSEE,
                par=par,
                le=le,
                deposee_le=le,
                deposee_par=par,
                tour=tour,
                reference=f"PAR-{code_de(version.plan.alliance)}-{version.numero}.{tour}",
                examen_commence_le=None,
            )
            version.prendre_instantane("depot", par=par, le=le)
            version.plan.alliance.fixer_les_circuits(le=le)
            version.controles.model.reporter(version)
        return version

    def empechements_a_retirer(self):
        if self.etat != self.Etat.DEPOSEE:
            return ["Seule une version déposée se retire."]
        if self.examen_commence_le:
            return ["Services Québec a commencé l’examen : demandez plutôt un retour pour correction."]
        return []

    def retirer(self, *, par, motif="", le=None):
        """Retire un dépôt dont l'examen n'a pas commencé; la version redevient un brouillon."""
        with transaction.atomic():
            version = self.verrouiller()
            if empechements := version.empechements_a_retirer():
                raise TransitionInterdite(empechements)
            version._annuler_la_resolution(par=par, le=le)
            version._changer(
                "retirer",
                self.Etat.BROUILLON,
                par=par,
                le=le,
                motif=motif,
                deposee_le=None,
                deposee_par=None,
                reference="",
                toutes_ouvertes=True,
                **self.SANS_ADOPTION,
            )
        return version

    def empechements_a_ouvrir_modification(self):
        """Une version s'ouvre de l'approuvée; sans approuvée, de la dernière refusée : la Table se reprend."""
        versions = self.plan.versions
        if self.etat not in (self.Etat.APPROUVEE, self.Etat.REFUSEE):
            return ["Une modification part de la version approuvée."]
        if versions.ouvertes().exists():
            return ["Une version de ce plan est déjà en rédaction ou en examen."]
        if self.etat == self.Etat.REFUSEE and versions.filter(etat=self.Etat.APPROUVEE).exists():
            return ["Une version approuvée est en vigueur : la modification part d’elle."]
        if self.etat == self.Etat.REFUSEE and versions.filter(numero__gt=self.numero).exists():
            return ["Une version plus récente a été refusée : partez d’elle."]
        return []

    def ouvrir_modification(self, *, par, motif, le=None):
        """Copie la version approuvée, ou la dernière refusée, et ses annexes dans la version suivante.

        Approuvée à son tour, la suivante remplace celle qui est en vigueur.
        """
        with transaction.atomic():
            self.plan.verrouiller()
            version = self.verrouiller()
            empechements = version.empechements_a_ouvrir_modification()
            if not motif.strip():
                empechements.append("Dites pourquoi le plan doit changer.")
            if empechements:
                raise TransitionInterdite(empechements)
            numero = version.plan.versions.first().numero + 1
            suivante = type(self).creer(
                version.plan,
                par=par,
                le=le,
                geste="ouvrir-modification",
                numero=numero,
                motif=motif.strip(),
                base=version,
            )
            suivante.reprendre_les_annexes(version)
        return suivante
