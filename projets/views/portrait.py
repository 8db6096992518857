"""Le portrait des initiatives, Alliance par Alliance : le total national, une région, ou la sienne."""

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
from projets.views.matrice import SUIVENT, Liens, alliances_suivies, exercices_de
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
    initiatives = ColonneNombre("Initiatives", "sommes__nombre")
    accorde = ColonneMontant("Accordé", "sommes__argent", total=True, suite=fictif)
    personnes = ColonneNombre("Personnes visées", "sommes__personnes")
    priorites = ColonneSur("Priorités servies", "priorites_servies")
    territoires = ColonneSur("Territoires touchés", "territoires_touches")
    a_rattacher = ColonneNombre("À rattacher", "orphelines")
    fictifs = colonne_fictif("montants_fictifs")
    part_regionale = ColonneAPart("Projets régionaux", "part_regionale", accessor="part_des_regionaux")
    part_nouveaux = ColonneAPart("Nouveaux projets", "part_nouveaux_projets", accessor="part_des_nouveaux")

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

    def _sommes(self, alliance=None, **seulement):
        seulement |= {"alliance": alliance.pk} if alliance else {}
        choisis = (g for g in self.groupes if all(g[nom] == valeur for nom, valeur in seulement.items()))
        return sum(map(Sommes.lues, choisis), Sommes())

    def preparer(self, alliances):
        """Ce qui se lit pour toutes : leurs sommes, leurs priorités, leurs territoires."""
        liens, touches = portraits.rattachements(self.lues), portraits.territoires_touches(self.lues)
        for alliance in alliances:
            pk, alliance.sommes = alliance.pk, self._sommes(alliance)
            alliance.montants_fictifs = self._sommes(alliance, montants_fictifs=True).nombre > 0
            servies, rattachees = liens.get(pk, (0, 0))
            alliance.orphelines = alliance.sommes.nombre - rattachees
            alliance.priorites_servies = _sur(servies, alliance.au_plan, "Aucun plan")
            alliance.territoires_touches = _sur(touches.get(pk, 0), alliance.siens, "Aucun")
            regionales, nouvelles = (
                self._sommes(alliance, **lesquelles).argent
                for lesquelles in ({"palier": "regional"}, {"nature": "nouveau"})
            )
            alliance.part_des_regionaux = part(regionales, alliance.sommes.argent)
            alliance.part_des_nouveaux = part(nouvelles, alliance.sommes.argent)
        return alliances

    def render_a_rattacher(self, value, record):
        if not value:
            return "0"
        liens = Liens(record, self.filtres.etat, self.filtres.an)
        return format_html('<a href="{}">{}</a>', liens.vers(priorite="aucune"), nombre(value))

    def totaliser(self, alliances):
        return {"": alliances.count(), "accorde": self._sommes().argent}

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
    suivies, lesquelles = alliances_suivies(request.user), droits_de(request.user).alliances(SUIVENT)
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
