"""Les filtres des protocoles; ils vivent dans l'adresse."""

from django_filters import ModelChoiceFilter

from alliances.models import Alliance, Territoire
from alliances.models.mandats import droits_de
from projets.models import Affectation
from projets.protocoles.models import Protocole
from socle.pages.filtres import FiltreCase, FiltreChoix, FiltreRecherche, Filtres
from socle.valeurs.exercice import Exercice

SUSPENDU = ("suspendu", "Suspendu")


def _vus(request):
    return Protocole.objects.visibles_par(request.user).order_by()


def _territoires(request):
    vus = _vus(request).values("initiative__territoires")
    return Territoire.objects.filter(pk__in=vus).order_by("nom")


def _alliances(request):
    return Alliance.objects.filter(pk__in=_vus(request).values("initiative__alliance")).only("nom")


class FiltresDesProtocoles(Filtres):
    etat = FiltreChoix(label="État", choices=[*Protocole.Etat.choices, SUSPENDU], method="de_l_etat")
    retard = FiltreCase(label="En retard", method="en_retard")
    territoire = ModelChoiceFilter(
        "initiative__territoires", label="Territoire", queryset=_territoires, empty_label="Tous"
    )
    exercice = FiltreChoix(label="Exercice", method="de_l_exercice")
    alliance = ModelChoiceFilter(
        "initiative__alliance", label="Alliance", queryset=_alliances, empty_label="Toutes"
    )
    q = FiltreRecherche(
        *("initiative__titre", "initiative__organisme__nom", "initiative__numero"),
        label="Titre, organisme ou numéro",
    )

    def __init__(self, data, queryset, *, request, choix=None):
        """Les exercices que paient ces protocoles."""
        payees = Affectation.objects.filter(initiative__in=queryset.order_by().values("initiative"))
        ans = payees.order_by("enveloppe__an").values_list("enveloppe__an", flat=True).distinct()
        exercices = [(an, str(Exercice(an))) for an in ans]
        super().__init__(data, queryset, request=request, choix={"exercice": exercices} | (choix or {}))
        if not droits_de(request.user).nationaux:
            del self.filters["alliance"]

    def de_l_etat(self, protocoles, nom, etat):
        """Suspendu se lit à part de signé, comme la pastille."""
        if etat == SUSPENDU[0]:
            return protocoles.filter(suspendu_le__isnull=False, etat=Protocole.Etat.SIGNE)
        lus = protocoles.filter(etat=etat)
        return lus.filter(suspendu_le=None) if etat == Protocole.Etat.SIGNE else lus

    def en_retard(self, protocoles, nom, coche):
        return protocoles.filter(rang=0) if coche else protocoles

    def de_l_exercice(self, protocoles, nom, an):
        """Deux enveloppes d'un même exercice ne font pas deux rangées."""
        payees = Affectation.objects.filter(enveloppe__an=an).order_by()
        return protocoles.filter(initiative__in=payees.values("initiative"))
