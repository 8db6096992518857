"""Les filtres des conventions, du calendrier et des transferts; ils vivent dans l'adresse."""

from django.db.models import OuterRef, Subquery
from django_filters import ModelChoiceFilter

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models import Alliance
from alliances.models.charge import confies_a
from conventions.attentes.conventions import attend_un_geste_de
from conventions.models import Convention, Obligation, Transfert
from socle.pages.filtres import FiltreChoix, FiltreExercice, Filtres

SANS_CONVENTION = "a_preparer"


class FiltresDesConventions(FiltresDuPerimetre):
    etat = FiltreChoix(label="État", method="a_l_etat")

    def a_l_etat(self, alliances, nom, etat):
        if etat == SANS_CONVENTION:
            return alliances.filter(convention_courante=None)
        courante = Convention.objects.filter(pk=OuterRef("convention_courante")).order_by()
        return alliances.annotate(etat_courant=Subquery(courante.values("etat"))).filter(etat_courant=etat)

    def les_miens(self, alliances, utilisateur):
        """Les conventions confiées à la personne, ou à qui elle remplace, et celles qui attendent un geste d'elle."""
        siennes = Convention.objects.filter(confies_a(utilisateur) | attend_un_geste_de(utilisateur))
        return alliances.filter(convention_courante__in=siennes.order_by().values("pk"))


def _alliances(request):
    """Celles dont la personne voit une convention."""
    vues = Convention.objects.visibles_par(request.user)
    return Alliance.objects.only("nom").filter(pk__in=vues.values("alliance"))


class FiltresDuCalendrier(Filtres):
    SUIVIS = {"dues": "À rendre", "retard": "En retard", "recues": "Reçues", "a_accepter": "À accepter"}

    alliance = ModelChoiceFilter(
        "convention__alliance", label="Alliance", queryset=_alliances, empty_label="Toutes"
    )
    nature = FiltreChoix(label="Obligation", tous="Toutes", choices=Obligation.Nature.choices)
    suivi = FiltreChoix(label="Suivi", tous="Toutes", choices=[*SUIVIS.items()], method="suivies")

    def suivies(self, obligations, nom, suivi):
        choisies = {
            "dues": obligations.dues,
            "retard": obligations.en_retard,
            "recues": obligations.recues,
            "a_accepter": obligations.a_accepter,
        }
        return choisies[suivi]()


class FiltresDesTransferts(Filtres):
    etat = FiltreChoix(label="État", choices=Transfert.Etat.choices)
    exercice = FiltreExercice("an")
