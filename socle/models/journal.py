"""Le journal infalsifiable : qui a fait quoi, en quelle qualité, et pourquoi. Une chaîne par Alliance et par table."""

from django.db import models

from socle.models.chaines import ChaineJournal, LigneChainee


class LigneDeJournal(LigneChainee):
    """Qui, en quel rôle, quand, quel geste, avant → après, pourquoi. Concrète dans chaque pièce."""

    NOM = "Une ligne de journal"
    GESTES, ROLES = {}, {}  # code → libellé; chaque pièce nomme les siens

    role = models.CharField("en qualité de", max_length=40, blank=True)
    geste = models.SlugField("action", max_length=60)
    objet = models.CharField("objet", max_length=300)
    avant = models.JSONField("avant", default=dict, blank=True)
    apres = models.JSONField("après", default=dict, blank=True)
    motif = models.TextField("motif", blank=True)

    class Meta(LigneChainee.Meta):
        abstract = True

    def __str__(self):
        return f"{self.geste} : {self.objet}"

    @classmethod
    def en_mots(cls, geste):
        """« Plan adopté par la Table » pour le geste « adopter »."""
        return cls.GESTES.get(geste) or geste.replace("-", " ").capitalize()

    @property
    def qualite(self):
        return self.ROLES.get(self.role, self.role)

    def contenu(self):
        return {
            "role": self.role,
            "geste": self.geste,
            "objet": self.objet,
            "avant": self.avant,
            "apres": self.apres,
            "motif": self.motif,
        }

    @classmethod
    def inscrire(cls, *, cle, par, geste, objet, le=None, **champs):
        """Ajoute une ligne au bout de la chaîne que nomme `cle` (« alliance-3 », « national »)."""
        tete = ChaineJournal.verrouiller(cls.nom_de_chaine(cle))
        return cls.ajouter(tete, par=par, le=le, geste=geste, objet=str(objet)[:300], **champs)
