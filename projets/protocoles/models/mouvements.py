"""Ce qu'ont en commun l'argent versé à un organisme et celui qui en revient : des sorties, sous leur promesse."""

from django.db import models, transaction
from django.db.models import Q

from alliances.models import Mandat, Role
from conventions.models import Convention, Ecriture, Enveloppe
from conventions.models.parties import Fige, copie_de
from conventions.models.sorties import Sortie, SortieQuerySet
from projets.protocoles.models.protocoles import Protocole
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars

SEULE = "Vous avez inscrit cette ligne\xa0: une autre personne la contrepasse."


class MouvementQuerySet(SortieQuerySet):
    CHEMIN = ""  # vers le protocole

    def visibles_par(self, utilisateur):
        """Qui voit le protocole : l'organisme lit ce qu'il a reçu et rendu."""
        return self.filter(**{f"{self.CHEMIN}protocole__in": Protocole.objects.visibles_par(utilisateur)})


class MouvementDeProtocole(Sortie, Fige):
    """Abstraite : l'identité de l'organisme y est copiée; défaire demande une autre personne que celle qui inscrit."""

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="+", editable=False
    )
    enveloppe = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+", editable=False
    )
    ecriture = models.OneToOneField(
        Ecriture, models.PROTECT, verbose_name="écriture", related_name="+", editable=False
    )

    class Meta(Sortie.Meta):
        abstract = True

    @property
    def protocole(self):
        raise NotImplementedError

    def contenu(self):
        return super().contenu() | dict(zip(("nom", "neq", "fournisseur"), self.copie, strict=True))

    def objet_au_livre(self):
        return self.protocole.promesse["objet"]

    def reference_au_livre(self):
        return self.protocole.promesse["reference"]

    def fautes_de_date(self):
        """Après la signature du protocole; l'exercice, tant qu'il est ouvert, paie ce qu'il a promis."""
        signe_le = self.protocole.signe_le
        if signe_le and self.faite_le < (au_plus_tot := max(signe_le, self.exercice.debut)):
            yield "faite_le", f"L’argent ne bouge pas avant le {date_longue(au_plus_tot)}."

    @classmethod
    @transaction.atomic
    def _inscrire_pour(cls, protocole, *, par, le=None, **saisie):
        """Sous le verrou du protocole; l'identité de l'organisme se copie telle qu'elle est."""
        saisie |= copie_de(protocole.initiative.organisme)
        return super().inscrire(par=par, le=le, **saisie)

    def _ecrire(self, *, par, le, **saisie):
        ligne = super()._ecrire(par=par, le=le, **saisie)
        self.noter(self.GESTE, par=par, le=le)
        return ligne

    def noter(self, geste, *, par, **champs):
        apres = {"montant": en_dollars(self.montant), "reference": self.reference}
        self.protocole.noter(geste, par=par, apres=apres, **champs)

    def empechements_a_contrepasser_par(self, par):
        return self.empechements_a_contrepasser() or ([SEULE] if par.pk == self.par_id else [])

    def autres_aux_finances(self):
        """Les noms de qui peut la contrepasser : aux finances de sa part, ni qui l'a inscrite, ni de l'organisme."""
        fiduciaire = Q(role=Role.FINANCES, alliance=self.convention.alliance_id)
        gestionnaire = self.enveloppe.territoire_gestionnaire
        du_territoire = Q(role=Role.FINANCES_TERRITOIRE, territoire=gestionnaire) if gestionnaire else Q()
        siens = Mandat.objects.en_vigueur().filter(organisme=self.protocole.initiative.organisme_id)
        nommes = Mandat.objects.en_vigueur().filter(fiduciaire | du_territoire, utilisateur__is_active=True)
        nommes = nommes.exclude(utilisateur=self.par_id).exclude(utilisateur__in=siens.values("utilisateur"))
        return list(dict.fromkeys(m.utilisateur.nom_complet for m in nommes.select_related("utilisateur")))

    @transaction.atomic
    def contrepasser(self, *, par, motif, le=None):
        """Défait une ligne inscrite par erreur : une seule fois, par une autre personne, avec un motif."""
        self.protocole.verrouiller()
        defaite = super().contrepasser(par=par, motif=motif, le=le)
        defaite.noter(f"contrepasser-{self._meta.model_name}", par=par, motif=motif.strip(), le=le)
        return defaite
