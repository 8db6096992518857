"""Le portrait des initiatives, Alliance par Alliance : le total national, une région, ou la sienne."""

from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from alliances.models import Cycle
from alliances.models.mandats import droits_de
from conventions.views.fictifs import colonne_fictif, fictif
from projets.forms.portraits import FiltresDuPortrait
from projets.models import portraits
from projets.regles.matrice import Sommes, part
from projets.views.matrice import LISENT, Liens, alliances_suivies, exercices_de
from socle.pages.colonnes import ColonneLien, ColonneMontant, ColonneNombre, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.typographie import nombre, pluriel, pourcent
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class ColonneAPart(ColonneTexte):
    """Une part mesurée, et celle que prévoit la convention; un tableur reçoit le nombre."""

    classe, s_additionne = "nombre", False

    def __init__(self, libelle, prevue, **options):
        super().__init__(libelle, **options)
        self.prevue = prevue

    def render(self, value, record):
        prevue = getattr(record, self.prevue)
        mention = f"prévu\xa0: {pourcent(prevue)}" if prevue is not None else "non fixée"
        return format_html('{} <small class="precision">{}</small>', pourcent(value), mention)

    def au_pied(self, total):
        return "–" if total is None else pourcent(total)


class ColonneSur(ColonneTexte):
    """« 6 sur 8 ». Un tableur reçoit les mêmes mots."""

    classe = "nombre"


class TableauDuPortrait(Tableau):
    legende, fichier = "Portrait des initiatives", "portrait-des-initiatives"
    denombre, feminin, tri, departage = "Alliance", True, "alliance", ("slug", "pk")
    vide = "Le portrait se lit dès qu’une Alliance est inscrite."

    alliance = ColonneLien(accessor="nom", vers="projets:matrice", cle="slug", tri="slug")
    regions = ColonneTexte(
        "Régions", lambda a: ", ".join(r.nom for r in a.regions.all()), vide="Hors région", cachee=True
    )
    initiatives = ColonneNombre("Initiatives", "sommes__nombre", total=True)
    accorde = ColonneMontant("Argent accordé", "sommes__argent", total=True, suite=fictif)
    personnes = ColonneNombre("Personnes visées", "sommes__personnes", total=True)
    priorites = ColonneSur("Priorités servies", "priorites_servies", total=True)
    territoires = ColonneSur("Territoires touchés", "territoires_touches", total=True)
    a_rattacher = ColonneNombre("À rattacher", "orphelines", total=True)
    fictifs = colonne_fictif("montants_fictifs")
    part_regionale = ColonneAPart(
        "Projets régionaux", "part_regionale", accessor="part_des_regionaux", total=True
    )
    part_nouveaux = ColonneAPart(
        "Nouveaux projets", "part_nouveaux_projets", accessor="part_des_nouveaux", total=True
    )

    def lire(self, alliances):
        lues = portraits.en_nombres(alliances)
        return lues.prefetch_related("regions") if "regions" in self.demandees else lues

    @cached_property
    def lues(self):
        choisies = self.filtres.qs.order_by().values("pk")
        return portraits.retenues(
            self.request.user, self.filtres.etat, self.filtres.an, alliance__in=choisies
        )

    @cached_property
    def groupes(self):
        return list(portraits.par_alliance(self.lues, self.filtres.an))

    @cached_property
    def liens(self):
        return portraits.rattachements(self.lues)

    @cached_property
    def touches(self):
        return portraits.territoires_touches(self.lues)

    def _sommes(self, alliance=None, **seulement):
        seulement |= {"alliance": alliance.pk} if alliance else {}
        choisis = (g for g in self.groupes if all(g[nom] == valeur for nom, valeur in seulement.items()))
        return sum(map(Sommes.lues, choisis), Sommes())

    def preparer(self, alliances):
        """Ce qui se lit pour toutes : leurs sommes, leurs priorités, leurs territoires."""
        for alliance in alliances:
            pk, alliance.sommes = alliance.pk, self._sommes(alliance)
            alliance.montants_fictifs = self._sommes(alliance, montants_fictifs=True).nombre > 0
            servies, rattachees = self.liens.get(pk, (0, 0))
            alliance.orphelines = alliance.sommes.nombre - rattachees
            alliance.priorites_servies = _sur(servies, alliance.au_plan, "Aucun plan")
            alliance.territoires_touches = _sur(self.touches.get(pk, 0), alliance.siens, "Aucun")
            alliance.part_des_regionaux, alliance.part_des_nouveaux = self._parts(alliance)
        return alliances

    def _parts(self, alliance=None):
        """Celle des projets régionaux et celle des nouveaux; de toutes les Alliances si on n'en nomme aucune."""
        tout = self._sommes(alliance).argent
        for lesquelles in ({"palier": "regional"}, {"nature": "nouveau"}):
            yield part(self._sommes(alliance, **lesquelles).argent, tout)

    def render_a_rattacher(self, value, record):
        liens = Liens(self.request.user, record, self.filtres.etat, self.filtres.an)
        if not (value and liens.ouvre):
            return nombre(value)
        return format_html('<a href="{}">{}</a>', liens.vers(priorite="aucune"), nombre(value))

    def totaliser(self, alliances):
        """Une Alliance sans plan ne compte pas parmi les priorités; un territoire compte pour chaque Alliance."""
        total, (regionaux, nouveaux) = self._sommes(), self._parts()
        lus = portraits.en_nombres(alliances.order_by()).aggregate(
            nombre=Count("pk"), priorites=Sum("au_plan"), territoires=Sum("siens")
        )
        servies, rattachees = (sum(lot) for lot in zip((0, 0), *self.liens.values(), strict=True))
        return {
            "": lus["nombre"],
            "initiatives": total.nombre,
            "accorde": total.argent,
            "personnes": total.personnes,
            "priorites": _sur(servies, lus["priorites"], "Aucun plan"),
            "territoires": _sur(sum(self.touches.values()), lus["territoires"], "Aucun"),
            "a_rattacher": total.nombre - rattachees,
            "part_regionale": regionaux,
            "part_nouveaux": nouveaux,
        }

    @property
    def suite_du_nombre(self):
        total = self._sommes()
        return f", {nombre(total.nombre)} initiative{pluriel(total.nombre)}, {nombre(total.personnes)} personnes visées"

    @property
    def exercice(self):
        return Exercice(self.filtres.an) if self.filtres.an else None


def _sur(combien, tout, sinon):
    return f"{combien} sur {tout}" if tout else sinon


@require_safe
def portrait(request):
    """Une rangée par Alliance; qui n'en suit qu'une lit tout de suite sa matrice."""
    suivies, lesquelles = alliances_suivies(request.user, LISENT), droits_de(request.user).alliances(LISENT)
    if lesquelles is not None and len(lesquelles) < 2:
        return redirect("projets:matrice", slug=get_object_or_404(suivies).slug)
    cycle = Cycle.objects.en_cours(aujourd_hui())
    return page_de_liste(
        request,
        TableauDuPortrait,
        FiltresDuPortrait,
        suivies,
        gabarit="projets/portraits/portrait.html",
        choix={"exercice": exercices_de(cycle) if cycle else []},
    )
