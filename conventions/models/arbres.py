"""L'arbre des enveloppes d'un exercice : le dresser, y ajouter, renommer, retirer.

Les gestes prennent d'abord la convention sous verrou : deux personnes ne dressent pas deux arbres.
"""

from collections import defaultdict

from django.db import transaction

from alliances.models.changements import repere
from conventions.regles.arbres import Forme, branches
from socle.erreurs import TransitionInterdite, VersionPerimee

PROFONDEUR = 3  # étages sous l'exercice : volet, territoire ou priorité, subdivision


def empechements_d_exercice(convention, an):
    """Pourquoi rien ne bouge dans cet exercice : convention non signée ou fermée, exercice clos ou inconnu."""
    if convention.etat != convention.Etat.SIGNEE:
        return ["La convention n’est pas en vigueur : ses enveloppes ne bougent pas."]
    exercice = convention.exercices.filter(an=an).order_by().first()
    if exercice is None:
        return ["Cet exercice n’est pas dans la convention."]
    if exercice.clos_le:
        return [f"L’exercice {exercice} est clos : il ne reçoit plus d’écriture."]
    return []


def empechements_de_reglement(convention, an):
    """De même pour une somme qui se rend : une convention fermée la reçoit encore, même d'un exercice clos."""
    if convention.etat in (convention.Etat.CLOSE, convention.Etat.RESILIEE):
        connu = convention.exercices.filter(an=an).exists()
        return [] if connu else ["Cet exercice n’est pas dans la convention."]
    return empechements_d_exercice(convention, an)


def empechements_a_repartir(convention, an):
    """De même, et s'il n'a encore aucune enveloppe : il n'y a rien à répartir ni d'où transférer."""
    empechements = empechements_d_exercice(convention, an)
    if not empechements and not convention.enveloppes.filter(an=an, parent__isnull=False).exists():
        return ["L’exercice n’a pas encore d’enveloppes\u00a0: créez-les d’abord."]
    return empechements


def en_profondeur(arbre):
    """(enveloppe, étage) dans l'ordre où l'arbre se lit : chacune suivie de celles qui en font partie."""
    enfants = defaultdict(list)
    for enveloppe in arbre:
        enfants[enveloppe.parent_id].append(enveloppe)

    def descendre(parent, etage):
        for enveloppe in enfants[parent]:
            yield enveloppe, etage
            yield from descendre(enveloppe.pk, etage + 1)

    return descendre(None, 0)


class GestesDeLArbre:
    """Mélangée à `Enveloppe`."""

    @classmethod
    def racine(cls, convention, an):
        """L'enveloppe de l'exercice, ou `None` si elle n'est pas ouverte."""
        return cls.objects.filter(convention=convention, an=an, volet="exercice").first()

    @classmethod
    def empechements_a_dresser(cls, convention, an):
        empechements = empechements_d_exercice(convention, an)
        if not empechements and cls.racine(convention, an) is None:
            empechements.append("L’enveloppe de l’exercice n’est pas encore ouverte.")
        elif cls.objects.filter(convention=convention, an=an, parent__isnull=False).exists():
            empechements.append("L’exercice a déjà ses enveloppes : ajoutez-y ou retirez-en une à la fois.")
        return empechements

    @classmethod
    @transaction.atomic
    def dresser(cls, convention, an, forme, *, par, le=None):
        """Crée d'un coup les enveloppes d'un exercice, selon une forme connue ou d'après l'exercice précédent."""
        convention = convention.verrouiller()
        if empechements := cls.empechements_a_dresser(convention, an):
            raise TransitionInterdite(empechements)
        racine = cls.racine(convention, an)
        if forme == Forme.PRECEDENT:
            modeles = cls.objects.de_l_arbre(convention, an - 1).filter(parent__isnull=False)
            if not modeles.exists():
                raise TransitionInterdite("L’exercice précédent n’a pas d’enveloppes à reprendre.")
            for modele in modeles.select_related("parent__parent__parent"):
                modele.homologue(an)
        else:
            racine._brancher(branches(forme, list(convention.alliance.territoires.all())))
        apres = {"exercice": str(racine.exercice)}
        convention.noter("dresser-arbre", par=par, le=le, objet=racine, apres=apres)
        return racine

    def _brancher(self, volets):
        champs = {"convention": self.convention, "an": self.an}
        for rang, (volet, territoires) in enumerate(volets, start=1):
            tige = type(self).objects.create(parent=self, volet=volet, rang=rang, **champs)
            for rang_local, territoire in enumerate(territoires, start=1):
                type(self).objects.create(
                    parent=tige, volet="territoire", territoire=territoire, rang=rang_local, **champs
                )

    def homologue(self, an):
        """La même enveloppe dans un autre exercice; créée au besoin, avec celles dont elle fait partie."""
        if self.parent_id is None:
            return type(self).racine(self.convention, an)
        identite = {
            "convention": self.convention,
            "an": an,
            "volet": self.volet,
            "territoire": self.territoire,
            "nom": self.nom,
        }
        trouvee = type(self).objects.filter(**identite).first()
        return trouvee or type(self).objects.create(
            parent=self.parent.homologue(an), rang=self.rang, montant_fixe=self.montant_fixe, **identite
        )

    def place(self):
        """Ce qui la range, parmi celles de la convention, comme l'arbre se lit; sa lignée est déjà lue."""
        return (*self.parent.place(), self.rang, self.pk) if self.parent_id else (self.an,)

    def etage(self):
        """0 pour l'exercice, 1 pour ses volets, et ainsi de suite."""
        return 0 if self.parent_id is None else self.parent.etage() + 1

    @classmethod
    @transaction.atomic
    def ajouter(cls, convention, *, parent, par, le=None, **champs):
        """Ajoute une enveloppe sous une autre. Lève `TransitionInterdite` ou `ValidationError`."""
        convention = convention.verrouiller()
        empechements = empechements_d_exercice(convention, parent.an)
        if parent.etage() >= PROFONDEUR:
            empechements.append("L’arbre a déjà tous ses étages : choisissez une enveloppe plus haute.")
        if empechements:
            raise TransitionInterdite(empechements)
        rang = parent.enfants.count() + 1
        enveloppe = cls(convention=convention, an=parent.an, parent=parent, rang=rang, **champs)
        enveloppe.full_clean()
        enveloppe.save()
        apres = {"nom": enveloppe.libelle}
        convention.noter("ajouter-enveloppe", par=par, le=le, objet=enveloppe, apres=apres)
        return enveloppe

    def empechements_a_changer(self):
        """Une enveloppe garde son nom dès que le grand livre en parle."""
        empechements = empechements_d_exercice(self.convention, self.an)
        if self.parent_id is None:
            empechements.append("L’enveloppe de l’exercice ne se renomme ni ne se retire.")
        elif self.ecritures.exists():
            empechements.append(f"«\xa0{self}\xa0» a des écritures au grand livre : elle garde son nom.")
        return empechements

    @transaction.atomic
    def renommer(self, nom, *, par, montant_fixe=None, vu=None):
        """Change le nom d'une enveloppe qui n'a aucune écriture, et dit si son montant est fixe.

        `vu` : le repère de ce que la personne avait sous les yeux; périmé, rien ne s'écrit.
        """
        enveloppe = self._relire_pour_changer()
        if vu is not None and vu != repere(enveloppe):
            raise VersionPerimee("Quelqu’un a modifié cette enveloppe depuis que la page est ouverte.")
        avant = enveloppe.libelle
        enveloppe.nom = nom.strip()
        if montant_fixe is not None:
            enveloppe.montant_fixe = montant_fixe
        enveloppe.full_clean()
        enveloppe.save(update_fields=["nom", "montant_fixe"])
        enveloppe.convention.noter(
            "renommer-enveloppe",
            par=par,
            objet=enveloppe,
            avant={"nom": avant},
            apres={"nom": enveloppe.libelle},
        )
        return enveloppe

    def empechements_a_retirer(self):
        empechements = self.empechements_a_changer()
        if self.enfants.exists():
            empechements.append(f"«\xa0{self}\xa0» comprend d’autres enveloppes : retirez-les d’abord.")
        if (
            self.lignes_de_repartition.exclude(repartition__etat="brouillon").exists()
            or self.est_transferee()
        ):
            empechements.append(f"«\xa0{self}\xa0» a déjà servi à une répartition adoptée ou à un transfert.")
        return empechements

    @transaction.atomic
    def retirer(self, *, par):
        """Retire une enveloppe ajoutée par erreur : ni écriture, ni enveloppe dessous."""
        enveloppe = self._relire_pour_changer()
        if empechements := enveloppe.empechements_a_retirer():
            raise TransitionInterdite(empechements)
        enveloppe.convention.noter(
            "retirer-enveloppe", par=par, objet=enveloppe, avant={"nom": enveloppe.libelle}
        )
        enveloppe.lignes_de_repartition.filter(repartition__etat="brouillon").delete()
        enveloppe.solde.delete()
        enveloppe.delete()
        return enveloppe

    def _relire_pour_changer(self):
        self.convention.verrouiller()
        enveloppe = type(self).objects.select_related("convention__alliance", "territoire").get(pk=self.pk)
        if empechements := enveloppe.empechements_a_changer():
            raise TransitionInterdite(empechements)
        return enveloppe
