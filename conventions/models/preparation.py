"""Les gestes du Ministère qui prépare : ouvrir d'après le cycle, modifier, nommer les parties, joindre."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.models import Alliance, Mandat, Organisme, ProfilGouvernance, Role
from alliances.models.numeros import code_de
from conventions.regles import proposition
from conventions.regles.obligations import mi_parcours
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_longue, nombre
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.delais import est_passee
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

# Ce qui est le même d'une convention à l'autre du cycle : saisi une fois, proposé aux suivantes.
DU_CYCLE = (
    "mois_pour_le_plan",
    "echeance_plan_au_plus_tard",
    "plafond_administration",
    "part_nouveaux_projets",
    "cumul_maximal",
    "retenue",
    "jours_d_avance",
    "avant_le_plan",
    "participation_etat",
    "mois_pour_le_rapport",
    "bilan_le",
    "mois_pour_le_rapport_final",
    "seuil_examen",
    "seuil_audit",
)
SAISIS = ("numero", "debut", "fin", "fin_realisation", "montants_fictifs", "part_regionale", *DU_CYCLE)
POSES_PAR_LES_GESTES = ["creee_par", "transmise_par", "fermee_par"]
SIGNENT = ("signataire", "mandataire", "cosignataire", "fiduciaire")
RANGS = {"signataire": 1, "mandataire": 2, "fiduciaire": 3, "cosignataire": 4, "gestionnaire": 5}
RANG_DE_LA_TABLE, RANG_DU_MINISTRE = 6, 9


class GestesDePreparation:
    """Mélangée à `Convention`; chaque geste relit la convention sous verrou avant d'agir."""

    @classmethod
    def empechements_a_preparer(cls, alliance):
        if cls.objects.vivantes().filter(alliance=alliance).exists():
            return ["Cette Alliance a déjà une convention en préparation ou en vigueur."]
        return []

    @classmethod
    @transaction.atomic
    def preparer(cls, alliance, *, par, le=None):
        """Ouvre la convention d'une Alliance avec tout ce qui se propose : dates, montants, paramètres, parties.

        Lève `TransitionInterdite` si l'Alliance en a déjà une qui vit.
        """
        alliances = Alliance.objects.select_for_update(of=("self",)).select_related("cycle")
        alliance = alliances.get(pk=alliance.pk)
        if empechements := cls.empechements_a_preparer(alliance):
            raise TransitionInterdite(empechements)
        convention = cls(
            alliance=alliance, creee_le=le or timezone.now(), creee_par=par, **cls._proposer(alliance)
        )
        convention.full_clean(exclude=POSES_PAR_LES_GESTES)
        convention._naitre()
        convention._proposer_les_montants()
        convention._proposer_les_parties()
        convention.noter("preparer", par=par, le=le, apres=convention.en_mots(), public=False)
        return convention

    def _naitre(self):
        """Le verrou de l'Alliance ne couvre pas le numéro, que deux Alliances d'une région proposent ensemble."""
        try:
            with transaction.atomic():
                self.save(force_insert=True)
        except IntegrityError as devancee:
            raise TransitionInterdite(
                f"Quelqu’un d’autre vient d’ouvrir la convention {self.numero}\u00a0: relisez, puis recommencez."
            ) from devancee

    @classmethod
    def _proposer(cls, alliance):
        """Les valeurs de départ : du cycle, de la dernière convention préparée pour lui, du profil de l'Alliance."""
        cycle = alliance.cycle
        derniere = cls.objects.filter(alliance__cycle=cycle).order_by("-pk").first()
        profil = ProfilGouvernance.objects.filter(alliance=alliance).first()
        pris = set(cls.objects.values_list("numero", flat=True))
        numero = proposition.numero(code_de(alliance), pris)
        valeurs = {
            "numero": numero,
            "debut": cls._debut_propose(alliance),
            "fin": cycle.fin,
            "fin_realisation": cycle.fin_realisation,
            "montants_fictifs": alliance.montant_fictif or settings.DEMONSTRATION,
            "part_regionale": profil.part_regionale if profil else None,
            "echeance_plan_au_plus_tard": cycle.echeance_plan,
            "bilan_le": mi_parcours(cycle.debut, cycle.fin),
        }
        return valeurs | ({champ: getattr(derniere, champ) for champ in DU_CYCLE} if derniere else {})

    @classmethod
    def _debut_propose(cls, alliance):
        """Celui du cycle; le lendemain de la résiliation, pour la convention qui remplace."""
        resiliee = cls.objects.filter(alliance=alliance, etat="resiliee").order_by("-fermee_le").first()
        lendemain = resiliee.fermee_le + timedelta(days=1) if resiliee else alliance.cycle.debut
        return lendemain if lendemain < alliance.cycle.fin_realisation else alliance.cycle.debut

    def _proposer_les_montants(self):
        """Ce qui reste du montant annoncé, à parts égales entre les exercices où une initiative peut se réaliser."""
        exercices = Exercice.entre(self.debut, self.fin_realisation)
        deja = sum((montant for _, montant in self.deja_recu_de_l_alliance()), ZERO)
        reste = max(ZERO, (self.alliance.montant or ZERO) - deja)
        parts = proposition.a_parts_egales(reste, len(exercices))
        modele = self.exercices.model
        modele.objects.bulk_create(
            modele(convention=self, an=exercice.an, montant=part)
            for exercice, part in zip(exercices, parts, strict=True)
        )

    def _proposer_les_parties(self):
        """La ou le ministre et les parties de l'Alliance; sa Table est nommée, même si elle ne signe pas."""
        modele, nommes = self.parties.model, set()
        modele.objects.create(convention=self, role="ministre", rang=RANG_DU_MINISTRE)
        for partie in self.alliance.parties.select_related("organisme__territoire"):
            nommes.add(partie.organisme_id)
            inscrite = modele.objects.create(
                convention=self,
                organisme=partie.organisme,
                role=partie.qualite,
                signe=partie.qualite in SIGNENT,
                rang=RANGS[partie.qualite],
            )
            if partie.qualite == "cosignataire" and partie.organisme.territoire_id:
                inscrite.territoires.add(partie.organisme.territoire_id)
        if self.alliance.table_regionale_id not in nommes:
            modele.objects.create(
                convention=self,
                organisme=Organisme.objects.get(pk=self.alliance.table_regionale_id),
                role="table_regionale",
                signe=False,
                rang=RANG_DE_LA_TABLE,
            )

    def empechements_a_modifier(self):
        if self.etat == self.Etat.PREPARATION:
            return []
        if self.etat == self.Etat.TRANSMISE:
            return ["La convention est transmise : reprenez-la pour la corriger."]
        return ["Une convention signée ne change que par un avenant."]

    def _a_modifier(self, revision, valeurs=None, montants=None):
        """La convention sous verrou; lève `TransitionInterdite`, ou `VersionPerimee` si la page date."""
        convention = self.verrouiller()
        if empechements := convention.empechements_a_modifier():
            raise TransitionInterdite(empechements)
        if revision is not None and convention.revision != revision:
            differences = convention._differences(valeurs or {}, montants or {})
            raise VersionPerimee(
                "Quelqu’un a modifié cette convention pendant que vous aviez la page ouverte. "
                + (
                    f"Enregistré actuellement, et différent de votre saisie – {differences}."
                    if differences
                    else ""
                )
            )
        return convention

    def _differences(self, valeurs, montants):
        """Ce qui est enregistré là où la saisie dit autre chose : « fin : 2029-10-31; exercice 2025-2026 : … »."""
        saisie = self.en_mots()
        for champ in map(self._meta.get_field, valeurs):
            saisie[champ.verbose_name] = _mot(champ, valeurs[champ.name])
        for an, montant in montants.items():
            saisie[f"exercice {Exercice(an)}"] = en_dollars(montant)
        actuelle = self.en_mots()
        return "; ".join(
            f"{nom}\u00a0: {actuelle.get(nom) or 'vide'}"
            for nom, mot in saisie.items()
            if mot != actuelle.get(nom, "")
        )

    def modifier(self, valeurs, montants, *, par, revision, le=None):
        """Enregistre la préparation : `valeurs` par champ, `montants` en dollars par an (`None` retire l'exercice).

        `revision` est celle que la personne avait sous les yeux. Lève `VersionPerimee`, `TransitionInterdite` ou
        `ValidationError`. Sans changement, rien ne s'écrit.
        """
        with transaction.atomic():
            convention = self._a_modifier(revision, valeurs, montants)
            avant = convention.en_mots()
            for champ, valeur in valeurs.items():
                setattr(convention, champ, valeur)
            convention.full_clean(exclude=POSES_PAR_LES_GESTES)
            convention.save(update_fields=[*valeurs])
            convention._inscrire_les_montants(montants)
            apres = convention.en_mots()
            changes = [nom for nom in {**avant, **apres} if avant.get(nom) != apres.get(nom)]
            if changes:
                convention._avancer(
                    "modifier",
                    par=par,
                    le=le,
                    avant={nom: avant[nom] for nom in changes if avant.get(nom)},
                    apres={nom: apres[nom] for nom in changes if apres.get(nom)},
                )
        return convention

    def _inscrire_les_montants(self, montants):
        for an, montant in montants.items():
            if montant is None:
                self.exercices.filter(an=an).delete()
            else:
                self.exercices.update_or_create(an=an, defaults={"montant": montant})

    def _avancer(self, geste, *, par, **champs):
        """Fait avancer la révision et inscrit le geste; la préparation, l'État la garde pour lui."""
        self.revision += 1
        self.save(update_fields=["revision"])
        self.noter(geste, par=par, public=False, **champs)

    def inscrire_partie(self, partie, *, par, revision, territoires=()):
        """Ajoute une partie ou enregistre ce qui en a changé; mêmes refus que `modifier`."""
        with transaction.atomic():
            convention = self._a_modifier(revision)
            ancienne = convention.parties.filter(pk=partie.pk).first()
            avant = ancienne.en_mots() if ancienne else {}
            partie.convention = convention
            partie.full_clean(exclude=["signee_par"])
            partie.save()
            partie.territoires.set(territoires)
            apres = partie.en_mots()
            if avant != apres:
                convention._avancer("inscrire-partie", par=par, objet=partie, avant=avant, apres=apres)
        return convention

    def retirer_partie(self, partie, *, par, revision=None):
        """Retire une partie de la préparation; la ou le ministre y reste toujours."""
        with transaction.atomic():
            convention = self._a_modifier(revision)
            partie = convention.parties.select_for_update(of=("self",)).get(pk=partie.pk)
            if empechements := partie.empechements_a_retirer():
                raise TransitionInterdite(empechements)
            convention._avancer("retirer-partie", par=par, objet=partie, avant=partie.en_mots())
            partie.delete()
        return convention

    @transaction.atomic
    def joindre(self, fichier, *, par):
        """Joint un document à la convention; lève `PieceRefusee`. Une pièce ne s'efface pas : elle se retire."""
        convention = self.verrouiller()
        piece = convention.pieces.model.televerser(fichier, par=par, convention=convention)
        convention.noter("joindre", par=par, objet=piece, public=convention.etat != self.Etat.PREPARATION)
        return convention

    @transaction.atomic
    def retirer_piece(self, piece, *, par, motif):
        """Retire un document joint par erreur; sa ligne, son fichier et son empreinte restent."""
        convention = self.verrouiller()
        piece = convention.pieces.select_for_update(of=("self",)).get(pk=piece.pk)
        empechements = piece.empechements_a_retirer()
        if not motif.strip():
            empechements.append("Dites pourquoi ce document est retiré.")
        if empechements:
            raise TransitionInterdite(empechements)
        piece.retirer(par=par)
        convention.noter(
            "retirer-piece",
            par=par,
            objet=piece,
            avant={"sha256": piece.sha256},
            motif=motif.strip(),
            public=convention.etat != self.Etat.PREPARATION,
        )
        return convention

    def en_mots(self):
        """Ce qui se saisit, en mots et dans l'ordre : ce que gardent le journal et un refus de formulaire périmé."""
        champs = [self._meta.get_field(champ) for champ in SAISIS]
        mots = {champ.verbose_name: _mot(champ, getattr(self, champ.name)) for champ in champs}
        lignes = self.exercices.order_by("an") if self.pk else ()
        return mots | {f"exercice {ligne}": en_dollars(ligne.montant) for ligne in lignes}

    def avertissements(self):
        """Ce qui mérite un regard avant de transmettre, sans rien empêcher; des phrases."""
        alliance, phrases, total = self.alliance, [], self.montant()
        remplacees = self.deja_recu_de_l_alliance()
        phrases += [
            f"{remplacee}, fermée le {date_longue(remplacee.fermee_le)}, a reçu ou recevra {en_dollars(recu)}\u00a0: "
            "il ne reste à convenir que la différence."
            for remplacee, recu in remplacees
        ]
        total += sum((recu for _, recu in remplacees), ZERO)
        if alliance.montant is not None and total != alliance.montant:
            ecart = en_dollars(abs(total - alliance.montant))
            sens = "de plus" if total > alliance.montant else "de moins"
            phrases.append(
                f"Le total des exercices est de {en_dollars(total)}\u00a0: {ecart} {sens} que le montant annoncé de "
                f"l’Alliance, {en_dollars(alliance.montant)}."
            )
        if self.debut < alliance.cycle.debut or self.fin > alliance.cycle.fin:
            phrases.append(f"Les dates débordent le cycle {alliance.cycle}.")
        if est_passee(self.echeance_plan_au_plus_tard, aujourd_hui()):
            phrases.append(
                f"La date limite du dépôt du plan, le {date_longue(self.echeance_plan_au_plus_tard)}, est passée"
                "\u00a0: à moins d’être déjà déposé, le plan sera en retard dès la signature."
            )
        if self.plafond_administration is None:
            phrases.append(
                "Aucun plafond d’administration n’est inscrit\u00a0: rien n’en signalera le dépassement."
            )
        if not Mandat.objects.en_vigueur().filter(role=Role.SIGNATURE, alliance=alliance).exists():
            phrases.append(
                "Personne ne tient le rôle de signature pour cette Alliance\u00a0: le Ministère inscrira les "
                "signatures reçues sur papier."
            )
        return phrases


def _mot(champ, valeur):
    """Une valeur saisie telle que le journal la garde : du texte."""
    if valeur is None:
        return ""
    if isinstance(champ, MontantField):
        return en_dollars(valeur)
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return nombre(valeur) if isinstance(valeur, Decimal) else str(valeur)
