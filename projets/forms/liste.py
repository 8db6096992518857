"""Les filtres des appels; ils vivent dans l'adresse."""

from django.utils.functional import cached_property
from django_filters import ModelChoiceFilter

from alliances.models import Alliance, Territoire, ThematiqueNationale
from alliances.models.mandats import DE_L_ETAT, alliances_vues, droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import AppelProjets, Initiative, portraits
from projets.models.journal import DE_LA_TABLE
from projets.models.matrices import LIEUX
from projets.models.suites import DE_L_ETUDE, avec_prochain_geste
from socle.models import Utilisateur
from socle.pages.filtres import FiltreChoix, FiltreRecherche, Filtres
from socle.valeurs.exercice import Exercice


def _territoires(request):
    """Ceux des appels que la personne voit."""
    vus = AppelProjets.objects.visibles_par(request.user)
    return Territoire.objects.filter(pk__in=vus.values("territoire")).order_by("nom")


class FiltresDesAppels(Filtres):
    etat = FiltreChoix(label="État", choices=AppelProjets.Etat.choices)
    mode = FiltreChoix(label="Mode", choices=AppelProjets.Mode.choices)
    territoire = ModelChoiceFilter(
        "territoire", label="Territoire", queryset=_territoires, empty_label="Tous"
    )


def _appels(request):
    """Ceux des initiatives que la personne voit."""
    vues = Initiative.objects.visibles_par(request.user)
    return AppelProjets.objects.filter(pk__in=vues.values("appel")).only("titre")


RETENUES = portraits.CHOIX_D_ETAT[0]
PRECIS = (
    "alliance",
    "lieu",
    "priorite",
    "thematique",
    "palier",
    "nature",
    "exercice",
)  # d'une case, ou d'un total
SANS_PRIORITE = "aucune"


class FiltresDesInitiatives(Filtres):
    """Les filtres précis ne se montrent que choisis : une case de la matrice ouvre la liste qu'elle compte."""

    appel = ModelChoiceFilter("appel", label="Appel", queryset=_appels, empty_label="Tous")
    etat = FiltreChoix(label="État", choices=[RETENUES, *Initiative.Etat.choices], method="a_l_etat")
    territoire = FiltreChoix(label="Touche le territoire", method="qui_touchent")
    prochain = FiltreChoix(label="À faire", choices=[*DE_L_ETUDE.items()], method="a_faire")
    q = FiltreRecherche("titre", "organisme__nom", "numero", label="Titre, organisme ou numéro")
    alliance = FiltreChoix("alliance", label="Alliance", tous="Toutes")
    lieu = FiltreChoix(label="Lieu", method="au_lieu")
    priorite = FiltreChoix(label="Priorité", tous="Toutes", method="qui_servent")
    thematique = FiltreChoix(label="Thématique", tous="Toutes", method="de_la_thematique")
    palier = FiltreChoix(label="Palier", choices=Initiative.Palier.choices)
    nature = FiltreChoix(label="Nature", tous="Toutes", choices=Initiative.Nature.choices)
    exercice = FiltreChoix(label="Exercice payé", method="de_l_exercice")

    def __init__(self, *args, **options):
        """« À faire » dirait à l'organisme qu'une décision est prise avant qu'elle lui soit annoncée."""
        super().__init__(*args, **options)
        droits = droits_de(self.request.user)
        suivies = droits.alliances(DE_LA_TABLE | DE_L_ETAT)
        caches = {nom for nom in PRECIS if not self.data.get(nom)} - {"alliance"}
        if droits.roles <= DE_L_ORGANISME:
            caches |= {"prochain", "territoire", *PRECIS}
        if suivies is not None and len(suivies) < 2:
            caches.add("alliance")  # elle n'en a pas d'autre à choisir
        for nom in caches:
            del self.filters[nom]
        for nom, offerts in self._offerts():
            if nom in self.filters:
                self.filters[nom].extra["choices"] = offerts()

    def _offerts(self):
        """(filtre, ses choix); une requête chacun, et aucune pour ceux qui ne se montrent pas."""
        yield "alliance", lambda: list(self._alliances.values_list("pk", "nom"))
        yield "territoire", lambda: self._territoires
        yield (
            "lieu",
            lambda: [*((pk, f"{nom}, et lui seul") for pk, nom in self._territoires), *LIEUX.items()],
        )
        yield "priorite", self._priorites
        yield "thematique", lambda: list(ThematiqueNationale.objects.order_by("nom").values_list("pk", "nom"))
        yield "exercice", self._exercices

    @cached_property
    def _alliances(self):
        suivies = alliances_vues(self.request.user, DE_LA_TABLE | DE_L_ETAT, "pk")
        return Alliance.objects.filter(suivies).order_by("nom")

    @cached_property
    def _territoires(self):
        siens = Territoire.objects.filter(alliances__in=self._alliances.order_by().values("pk"))
        if choisie := self.data.get("alliance", "").isdecimal() and self.data["alliance"]:
            siens = siens.filter(alliances=choisie)
        return list(siens.order_by("nom").values_list("pk", "nom").distinct())

    def _priorites(self):
        """Celles des plans en vigueur; une clé est d'un seul plan."""
        siennes = portraits.VIVANTES.filter(
            version__plan__alliance__in=self._alliances.order_by().values("pk")
        )
        return [
            (SANS_PRIORITE, "Aucune du plan en vigueur"),
            *siennes.order_by("titre").values_list("cle", "titre"),
        ]

    def _exercices(self):
        ans = self.queryset.order_by().values_list("affectations__enveloppe__an", flat=True).distinct()
        return [(an, str(Exercice(an))) for an in sorted(filter(None, ans))]

    @property
    def an(self):
        return int(self.choisi("exercice") or 0) or None if "exercice" in self.filters else None

    def a_l_etat(self, initiatives, nom, etat):
        return initiatives.filter(etat_lu__in=portraits.ETATS.get(etat, (etat,)))

    def qui_touchent(self, initiatives, nom, territoire):
        return portraits.qui_touchent(initiatives, territoire)

    def au_lieu(self, initiatives, nom, lieu):
        return portraits.au_lieu(initiatives, int(lieu))

    def qui_servent(self, initiatives, nom, cle):
        if cle == SANS_PRIORITE:
            return initiatives.filter(~portraits.rattachee())
        return portraits.qui_servent(initiatives, cle=cle)

    def de_la_thematique(self, initiatives, nom, thematique):
        return portraits.qui_servent(initiatives, thematique=thematique)

    def de_l_exercice(self, initiatives, nom, an):
        return portraits.de_l_exercice(initiatives, an)

    def a_faire(self, initiatives, nom, geste):
        """Celles dont c'est le prochain geste de la Table; jamais les siennes, dont il dirait la décision d'avance."""
        etude = initiatives.model.objects.condition_de_l_etude(self.request.user)
        return avec_prochain_geste(initiatives.filter(etude)).filter(prochain=geste)


def _en_charge(request):
    """Les personnes à qui un dossier que l'on voit est confié."""
    vues = Initiative.objects.visibles_par(request.user)
    return (
        Utilisateur.objects.filter(pk__in=vues.values("en_charge"))
        .only("nom", "prenom")
        .order_by("nom", "prenom")
    )


class FiltresDeSelection(Filtres):
    etat = FiltreChoix(label="État", choices=Initiative.Etat.choices)
    palier = FiltreChoix(label="Palier", choices=Initiative.Palier.choices)
    en_charge = ModelChoiceFilter("en_charge", label="En charge", queryset=_en_charge, empty_label="Toutes")
