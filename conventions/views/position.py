"""La position nationale : où en est l'argent de chaque Alliance, par exercice.

Une convention résiliée est réglée : elle ne s'ajoute pas à celle qui la remplace, et se lit en la demandant.
"""

from collections import defaultdict

from django.db.models import ExpressionWrapper, F, Q
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.attentes.versements import RESTE
from conventions.forms.ecritures import TOUS, FiltresDeLaPosition
from conventions.models import Convention, EcheanceVersement, ExerciceConvention
from conventions.models.conventions import SIGNEES
from conventions.models.enveloppes import Solde
from conventions.models.gardiens import COMPTES, EMPLOIS
from conventions.permissions import peut_voir_la_position
from conventions.views.fictifs import colonne_fictif, fictif
from socle.acces import exiger
from socle.pages.adresses import adresses_de
from socle.pages.colonnes import ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.typographie import argent
from socle.valeurs.argent import ZERO, MontantField, somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

EN_CHEMIN = ("liberee", "recommandee", "autorisee")
LUS = ("numero", "alliance__nom", "montants_fictifs")


class ColonneQuiMene(ColonneMontant):
    """Une somme; elle mène à ce qui la fait, dans une page de la convention."""

    vers = ""

    @cached_property
    def adresse_de(self):
        return adresses_de(self.vers)

    def choix(self, record):
        """Ce que l'adresse y choisit."""
        return ""

    def render(self, value, record):
        if not value:
            return argent(value)
        adresse = f"{self.adresse_de(record.pk)}{self.choix(record)}"
        return format_html('<a href="{}">{}</a>', adresse, argent(value))


class ColonneDuCompte(ColonneQuiMene):
    """Ses lignes, dans le grand livre."""

    vers = "conventions:grand_livre"

    def __init__(self, libelle, compte, **options):
        super().__init__(libelle, f"total_{compte}", tri=f"total_{compte}", total=True, **options)
        self.compte = compte

    def choix(self, record):
        exercice = f"exercice={record.an}&" if record.an else ""
        return f"?{exercice}compte={self.compte}"


class ColonneEnChemin(ColonneQuiMene):
    """Ce que le Ministère a en chemin, à cette étape."""

    vers = "conventions:versements"

    def __init__(self, libelle, etat):
        super().__init__(libelle, lambda convention: convention.en_chemin[etat], total=True)


class ColonneDesDepenses(ColonneDuCompte):
    """Les dépenses elles-mêmes, dont le total est celui du compte."""

    vers = "conventions:depenses"

    def choix(self, record):
        return f"?exercice={record.an}" if record.an else ""


class TableauDeLaPosition(Tableau):
    legende, fichier = "Position des enveloppes", "position-des-enveloppes"
    denombre, aucun, tri = "convention", "Aucune convention signée", "alliance"
    vide = "La position se lit dès qu’une convention est en vigueur."

    alliance = ColonneLien(
        accessor="alliance__nom",
        vers="conventions:enveloppes",
        tri="alliance__slug",
        suite=lambda c: format_html('<small class="precision">{}</small>', c.numero),
    )
    convention = ColonneTexte(accessor="numero", cachee=True)
    exercice = ColonneTexte(accessor=lambda c: str(Exercice(c.an)) if c.an else "Tous", cachee=True)
    convenu = ColonneDuCompte("Convenu", "convenu", suite=fictif)
    liberee = ColonneEnChemin("Libéré", "liberee")
    recommandee = ColonneEnChemin("Recommandé", "recommandee")
    autorisee = ColonneEnChemin("Autorisé", "autorisee")
    recu = ColonneDuCompte("Reçu", "recu")
    a_verser = ColonneMontant("À verser", "total_a_verser", tri="total_a_verser", total=True)
    recupere = ColonneDuCompte("Récupéré", "recupere", cachee=True)
    annule = ColonneDuCompte("Annulé", "annule", cachee=True)
    alloue = ColonneDuCompte("Alloué", "alloue")
    reserve = ColonneDuCompte("Réservé", "reserve", cachee=True)
    engage = ColonneDuCompte("Engagé", "engage", cachee=True)
    verse = ColonneDuCompte("Versé aux porteurs", "verse", cachee=True)
    depense = ColonneDesDepenses("Dépensé", "depense", cachee=True)
    remis = ColonneDuCompte("Remis", "remis", cachee=True)
    employe = ColonneMontant("Utilisé", "total_employe", tri="total_employe", total=True)
    disponible = ColonneDuCompte("Disponible", "disponible")
    fictifs = colonne_fictif("montants_fictifs")

    @property
    def exercice_lu(self):
        return Exercice(self.filtres.an) if self.filtres.an else None

    def pour_trier(self, conventions, nom):
        """Les sommes ne se calculent dans la base que pour trier par l'une d'elles; les rangées ont `soldes`."""
        trie = self.columns.columns[nom].column.tri[0].startswith("total_")
        return avec_position(conventions, self.filtres.an) if trie else conventions

    def lire(self, conventions):
        return conventions.select_related("alliance").only(*LUS)

    @cached_property
    def soldes(self):
        return soldes_par_convention(self.filtres.qs, self.filtres.an)

    @cached_property
    def en_chemin(self):
        return en_chemin(self.filtres.qs, self.filtres.an)

    def preparer(self, conventions):
        for convention in conventions:
            convention.an, convention.en_chemin = self.filtres.an, self.en_chemin[convention.pk]
            for nom, somme_lue in _position(self.soldes[convention.pk]).items():
                setattr(convention, f"total_{nom}", somme_lue)
        return conventions

    def totaliser(self, conventions):
        sommes = _position({nom: sum(s[nom] for s in self.soldes.values()) for nom in COMPTES})
        etapes = {etat: sum((etapes[etat] for etapes in self.en_chemin.values()), ZERO) for etat in EN_CHEMIN}
        return {"": conventions.count()} | sommes | etapes


@require_safe
def position(request):
    """Une rangée par convention signée."""
    exiger(peut_voir_la_position(request.user))
    etat = request.GET.get("etat")
    voulus = [etat] if etat in SIGNEES else [e for e in SIGNEES if e != Convention.Etat.RESILIEE]
    conventions = Convention.objects.visibles_par(request.user).filter(etat__in=voulus)
    ans = ExerciceConvention.objects.filter(convention__in=conventions).order_by("an")
    return page_de_liste(
        request,
        TableauDeLaPosition,
        FiltresDeLaPosition,
        conventions,
        gabarit="conventions/ecritures/position.html",
        choix={
            "etat": [(e, e.label) for e in SIGNEES],
            "exercice": [(TOUS, "Tous"), *_exercices(ans.values_list("an", flat=True).distinct())],
        },
        jour=aujourd_hui(),
    )


def _exercices(ans):
    return [(str(an), str(Exercice(an))) for an in ans]


def en_chemin(conventions, an=None):
    """{convention: {étape: dollars}} de ce que le Ministère n'a pas fini de payer; une requête pour toutes."""
    siens = EcheanceVersement.objects.filter(convention__in=conventions.order_by().values("pk"))
    siens = siens.filter(etat__in=EN_CHEMIN, **({"an": an} if an else {})).order_by()
    sommes = defaultdict(lambda: dict.fromkeys(EN_CHEMIN, ZERO))
    for convention, etat, reste in siens.values_list("convention", "etat").annotate(reste=RESTE):
        sommes[convention][etat] = reste
    return sommes


def avec_position(conventions, an=None):
    """Chaque convention et ses sommes, d'une seule requête quel que soit leur nombre."""
    de_l_exercice = Q(enveloppes__an=an) if an else None
    sommes = {f"total_{nom}": somme(f"enveloppes__solde__{nom}", filtre=de_l_exercice) for nom in COMPTES}
    conventions = conventions.annotate(**sommes)
    a_verser = F("total_convenu") - F("total_recu") - F("total_recupere") - F("total_annule")
    employe = sum((F(f"total_{nom}") for nom in EMPLOIS[1:]), F(f"total_{EMPLOIS[0]}"))
    return conventions.annotate(
        total_employe=ExpressionWrapper(employe, output_field=MontantField()),
        total_disponible=ExpressionWrapper(
            F("total_alloue") - employe, output_field=MontantField(negatif=True)
        ),
        total_a_verser=ExpressionWrapper(a_verser, output_field=MontantField(negatif=True)),
    )


def sommes_de(soldes):
    """{compte : dollars} de ces soldes; une requête."""
    return _position(soldes.aggregate(**{nom: somme(nom) for nom in COMPTES}))


def soldes_par_convention(conventions, an=None):
    """{convention : {compte : dollars}} de toutes; une requête."""
    soldes = soldes_des(conventions, an).order_by().values("enveloppe__convention")
    lues = soldes.annotate(**{nom: somme(nom) for nom in COMPTES})
    rien = dict.fromkeys(COMPTES, ZERO)
    return defaultdict(lambda: rien, {ligne.pop("enveloppe__convention"): ligne for ligne in lues})


def _position(sommes):
    """Ces comptes, et ce qui s'en déduit."""
    employe = sum(sommes[nom] for nom in EMPLOIS)
    return sommes | {
        "employe": employe,
        "disponible": sommes["alloue"] - employe,
        "a_verser": sommes["convenu"] - sommes["recu"] - sommes["recupere"] - sommes["annule"],
    }


def soldes_des(conventions, an=None):
    """Les soldes de toutes leurs enveloppes, celles d'un exercice ou de tous."""
    soldes = Solde.objects.filter(enveloppe__convention__in=conventions.order_by().values("pk"))
    return soldes.filter(enveloppe__an=an) if an else soldes
