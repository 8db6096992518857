"""Libérer un versement prévu, condition remplie et jour venu; défaire ce qu'une acceptation a libéré."""

from datetime import datetime

from django.db import transaction

from conventions.models.conventions import Convention
from socle.valeurs.horloge import aujourd_hui, jour_de

# Ce qui suit la libération, et que la défaire efface.
LIBERATION = {
    "liberee_le": None,
    "recommandee_le": None,
    "recommandee_par": None,
    "recommandation": "",
    "autorisee_le": None,
    "autorisee_par": None,
    "beneficiaire": None,
    "nom_fige": "",
    "neq_fige": "",
    "fournisseur_fige": "",
}


class GestesDeLiberation:
    """Mélangée à `EcheanceVersement`."""

    @classmethod
    def effets_de(cls, obligation):
        """[(versement, ce qu'il attendra encore en mots)] de ce que son acceptation libère; vide : dès ce moment."""
        if not obligation.condition or obligation.convention.est_fermee:
            return []
        attendus = cls.prevues_ouvertes(obligation.convention).filter(
            condition=obligation.condition, rapport_an=obligation.an
        )
        attendus = attendus.avec_convention().order_by("rang").a_montrer()
        for echeance in attendus:
            echeance.lues.rapports.add((echeance.convention_id, echeance.condition, echeance.rapport_an))
        return [(e, e.attend() if e.manque() else "") for e in attendus]

    @classmethod
    def prevues_ouvertes(cls, convention):
        """Celles de la convention qui peuvent se libérer un jour : aucune d'un exercice clos."""
        clos = convention.exercices.filter(clos_le__isnull=False).values("an")
        return convention.echeances.prevues().exclude(an__in=clos)

    @classmethod
    @transaction.atomic
    def liberer_selon(cls, convention, condition=None, *, par, le=None):
        """Libère les versements dont la condition est remplie et le jour venu; retourne ceux qui viennent de l'être.

        `condition` : ceux de cette condition seulement. Un rapport accepté en juin vaut pour septembre, puis pour avril
        (évaluation 2017-2023, §1.2 et §1.3); chacun se libère à l'approche de sa date : `liberer_ce_qui_est_du` y
        revient chaque jour. Rien hors d'une convention en vigueur, ni dans un exercice clos.
        Suspendu avant d'être libéré, un versement le devient aussi : il reprendra libéré.
        """
        convention = convention.verrouiller()
        jour = (jour_de(le) if isinstance(le, datetime) else le) or aujourd_hui()
        prevues = cls.prevues_ouvertes(convention)
        if condition:
            prevues = prevues.filter(condition=condition)
        verrouillees = list(
            prevues.select_for_update(of=("self",)).order_by("rang").values_list("pk", flat=True)
        )
        liberees = []
        for echeance in cls.objects.filter(pk__in=verrouillees).order_by("rang").a_montrer():
            echeance.convention = convention
            if not echeance.manque(jour):
                echeance.marquer_liberee(par=par, le=le or jour)
                liberees.append(echeance)
        return liberees

    @classmethod
    def liberer_ce_qui_est_du(cls, *, par=None, le=None, alliances=None):
        """Libère ce qui est dû dans toutes les conventions en vigueur; retourne les versements libérés."""
        prevues = cls.objects.prevues().order_by()
        conventions = Convention.objects.filter(
            etat=Convention.Etat.SIGNEE, pk__in=prevues.values("convention")
        )
        if alliances is not None:
            conventions = conventions.filter(alliance__in=alliances)
        liberees = []
        for convention in conventions.order_by("pk"):
            liberees += cls.liberer_selon(convention, par=par, le=le)
        return liberees

    def marquer_liberee(self, *, par, le):
        """Note que la condition est remplie; l'échéance est déjà sous verrou. Suspendue, elle le reste.

        `le` : le jour, ou l'instant du geste; le journal suit alors cet instant.
        """
        instant = le if isinstance(le, datetime) else None
        if self.etat == self.Etat.SUSPENDUE:
            self.suspendue_depuis = self.Etat.LIBEREE
        else:
            self.etat = self.Etat.LIBEREE
        self.liberee_le = jour_de(instant) if instant else le
        self.save(update_fields=["etat", "suspendue_depuis", "liberee_le"])
        self.noter("liberer", par=par, le=instant, avant={"etat": "prevue"}, apres={"etat": "liberee"})

    def remettre_a_prevue(self, *, par, motif):
        """Défait la libération et ce qui l'a suivie; l'échéance est déjà sous verrou. Suspendue, elle le reste."""
        avant = {champ: _en_texte(getattr(self, champ)) for champ in LIBERATION if getattr(self, champ)}
        avant = {"etat": self.etat_atteint} | avant
        if self.etat == self.Etat.SUSPENDUE:
            self.suspendue_depuis = self.Etat.PREVUE
        else:
            self.etat = self.Etat.PREVUE
        for champ, vide in LIBERATION.items():
            setattr(self, champ, vide)
        self.save(update_fields=["etat", "suspendue_depuis", *LIBERATION])
        self.noter("defaire-liberation", par=par, avant=avant, apres={"etat": "prevue"}, motif=motif)


def _en_texte(valeur):
    """Une date, une personne ou un texte tels que le journal les garde."""
    return valeur.isoformat() if hasattr(valeur, "isoformat") else str(valeur)
