"""Le plan et les initiatives d'une Alliance : quelles priorités sont servies, où, pour combien, et lesquelles non."""

from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import DE_L_ETAT, Role, alliances_vues, droits_de
from conventions.models import Convention
from projets.forms.portraits import PERSONNES, FiltresDeLaMatrice
from projets.models import Initiative, portraits
from projets.models.journal import DE_LA_TABLE
from projets.models.matrices import ETATS, VUES, LectureDeMatrice
from projets.permissions import peut_sur_l_alliance
from projets.regles.matrice import part, phrase_de_part
from socle.pages.adresses import adresse
from socle.pages.tableur import en_csv, en_xlsx
from socle.texte.typographie import argent, nombre
from socle.valeurs.exercice import Exercice

SUIVENT = DE_LA_TABLE | DE_L_ETAT
LISENT = SUIVENT | {Role.OBSERVATION}  # l'observation lit les sommes, jamais une initiative
EN_LISTE = ("organisme", "etat", "accorde", "personnes")  # les colonnes de la liste qu'ouvre une case
ORPHELINES_AU_PLUS = 8
DEMI_MILLIER = 500
HORS = '<td class="hors"><span class="visuellement-cache">ne s’applique pas</span></td>'
RIEN = '<td class="vide-case"><span>0</span></td>'
CASE_SEULE = '<td class="{}"><span><b>{}</b><small>{}</small></span></td>'
CASE = '<td class="{}"><a href="{}"><b>{}</b><small>{}</small></a></td>'
EN_XLSX = {"sans_total": ["Accordé"]}  # une initiative de deux priorités y serait deux fois


def alliances_suivies(utilisateur, roles=SUIVENT):
    """Celles dont la personne suit les initiatives, avec les parts que fixe leur convention."""
    signee = Convention.objects.filter(alliance=OuterRef("pk"), etat__in=("signee", "close")).order_by("-pk")
    parts = {part: Subquery(signee.values(part)[:1]) for part in ("part_regionale", "part_nouveaux_projets")}
    suivies = Alliance.objects.filter(alliances_vues(utilisateur, roles, "pk"))
    return suivies.annotate(**parts).select_related("cycle")


class Liens:
    """Les adresses de la liste des initiatives, aux choix de la page; `etat` s'y choisit aussi par une case.

    Vides pour qui ne lit que les sommes.
    """

    def __init__(self, utilisateur, alliance, etat, an):
        suivies = droits_de(utilisateur).alliances(SUIVENT)
        self.ouvre = suivies is None or alliance.pk in suivies
        choix = {"alliance": alliance.pk, "colonnes": EN_LISTE} | ({"exercice": an} if an else {})
        self.etat, self.liste = etat, f"{reverse('projets:initiatives')}?{urlencode(choix, doseq=True)}"

    def vers(self, **choix):
        """Ses valeurs sont des clés : rien à y échapper."""
        if not self.ouvre:
            return ""
        return self.liste + "".join(
            f"&{nom}={valeur}" for nom, valeur in ({"etat": self.etat} | choix).items()
        )


@require_safe
def matrice(request, slug):
    alliance = get_object_or_404(alliances_suivies(request.user, LISENT), slug=slug)
    vue = request.GET.get("vue", "")
    filtres = FiltresDeLaMatrice(
        request.GET,
        Initiative.objects.none(),
        request=request,
        choix={"exercice": exercices_de(alliance.cycle)},
    )
    choix = {"vue": vue if vue in VUES else "", "etat": filtres.etat, "an": filtres.an}
    lecture = LectureDeMatrice(alliance, request.user, **choix)
    lue = lecture.matrice(filtres.mesure_lue)
    format = request.GET.get("format")
    if format == "csv":
        return en_csv(*_feuille(lecture, lue))
    if format == "xlsx":
        return en_xlsx(*_feuille(lecture, lue), **EN_XLSX)
    page = _page(request, lecture, lue, filtres.mesure_lue == PERSONNES)
    return render(request, "projets/portraits/matrice.html", {"page": page, "filtres": filtres.form})


def exercices_de(cycle):
    return [(str(exercice.an), str(exercice)) for exercice in Exercice.entre(cycle.debut, cycle.fin)]


def _page(request, lecture, lue, en_personnes):
    liens = Liens(request.user, lecture.alliance, lecture.etat, lecture.an)
    orphelines, exercice = lecture.total(rattachee=False), Exercice(lecture.an) if lecture.an else None
    ecrire = _en_personnes if en_personnes else _en_argent
    return {
        "alliance": lecture.alliance,
        "version": lecture.version,
        "vue": lecture.vue,
        "vues": [
            (libelle, adresse(request.GET, vue=code), code == lecture.vue) for code, libelle in VUES.items()
        ],
        "exports": [(nom, adresse(request.GET, format=f)) for nom, f in (("Excel", "xlsx"), ("CSV", "csv"))],
        "exercice": exercice,
        "periode": f"exercice {exercice}" if exercice else f"tout le cycle {lecture.alliance.cycle}",
        "etat": dict(portraits.CHOIX_D_ETAT)[lecture.etat],
        "fictive": lecture.fictive,
        "prepare": peut_sur_l_alliance(request.user, "preparer-appel", lecture.alliance) is None,
        "matrice": lue,
        "rangees": [_rangee(lecture, rangee, liens, ecrire) for rangee in lue.rangees],
        "pied": [(sommes.nombre, ecrire(sommes)) for sommes in lue.totaux],
        "court_total": ecrire(lue.total),
        "echelle": _echelle(lue.paliers, en_personnes),
        "en_personnes": en_personnes,
        "toutes": lecture.total(),
        "rattachees": lecture.total(rattachee=True),
        "orphelines": orphelines,
        "orphelines_url": liens.vers(priorite="aucune"),
        "detail": _detail(lecture) if orphelines.nombre and liens.ouvre else [],
        "sans_aucune": [] if lecture.vue else lecture.sans_aucune(lue.colonnes),
        "parts": list(_parts(lecture, liens)),
    }


def _rangee(lecture, rangee, liens, ecrire):
    """La rangée, et ce qu'en écrivent le tableau et la liste du téléphone; chaque case ouvre sa liste."""
    siennes = {"thematique" if lecture.vue else "priorite": rangee.ligne.cle}
    colonne = "etat" if lecture.vue == ETATS else "lieu"
    cases = [(c, ecrire(c.sommes), liens.vers(**siennes, **{colonne: c.colonne.cle})) for c in rangee.cases]
    return {
        "lue": rangee,
        "cellules": mark_safe("".join(_cellule(*case) for case in cases)),
        "servies": [
            (c.colonne.nom, c.sommes.nombre, court, url) for c, court, url in cases if c.sommes.nombre
        ],
        "sans_rien": ", ".join(case.colonne.nom for case in rangee.sans_rien),
        "court": ecrire(rangee.total),
        "url": liens.vers(**siennes),
    }


def _cellule(case, court, url):
    """Écrites d'une boucle (docs/adr/0011). Preuve du `mark_safe` : `format_html` échappe tout."""
    if case.hors:
        return HORS
    if not case.sommes.nombre:
        return RIEN
    classe = f"n{case.teinte} inattendue" if case.inattendue else f"n{case.teinte}"
    if not url:
        return format_html(CASE_SEULE, classe, case.sommes.nombre, court)
    return format_html(CASE, classe, url, case.sommes.nombre, court)


def _en_argent(sommes):
    return en_milliers(sommes.argent)


def _en_personnes(sommes):
    return f"{nombre(sommes.personnes)}\xa0pers."


def en_milliers(montant):
    """« 27 k$ »; sous mille dollars, la somme entière; rien, « 0 $ »."""
    if not montant:
        return "0\xa0$"
    return f"{nombre(int(montant + DEMI_MILLIER) // 1000)}\xa0k$" if montant >= 1000 else argent(montant)


def _echelle(paliers, en_personnes):
    if not paliers:
        return []
    bas, haut = ((f"{nombre(n)}\xa0pers." if en_personnes else en_milliers(n)) for n in paliers)
    return [f"moins de {bas}", f"de {bas} à {haut}", f"{haut} et plus"]


def _detail(lecture):
    """Les premières sans priorité : leur organisme, ce qu'elles ont, et la priorité qu'elles servaient."""
    derniere = portraits.SERVENT_A.filter(initiative=OuterRef("pk")).order_by("-pk")
    lues = portraits.avec_sommes(lecture.orphelines(), lecture.an).select_related("organisme")
    lues = lues.annotate(servait=Subquery(derniere.values("priorite__titre")[:1]))
    return lues.order_by("-accorde", "pk")[:ORPHELINES_AU_PLUS]


def _parts(lecture, liens):
    """Les deux parts que fixe la convention : ce qui est accordé, et ce qu'elle prévoit."""
    toutes, alliance = lecture.total().argent, lecture.alliance
    mesurees = (
        ("Initiatives de palier régional", {"palier": "regional"}, alliance.part_regionale),
        ("Nouveaux projets", {"nature": "nouveau"}, alliance.part_nouveaux_projets),
    )
    for titre, lesquels, prevue in mesurees:
        siens = lecture.total(**lesquels).argent
        mesuree = part(siens, toutes)
        phrase = phrase_de_part(mesuree, prevue)
        yield {
            "titre": titre,
            "part": mesuree,
            "argent": siens,
            "phrase": phrase,
            "url": liens.vers(**lesquels),
        }


def _feuille(lecture, lue):
    """Une rangée par case qui vaut ou qui a quelque chose : ce qu'un tableur croise comme il veut."""
    axes = ("Thématique" if lecture.vue else "Priorité", "État" if lecture.vue == ETATS else "Lieu")
    lignes = [
        (rangee.ligne.nom, case.colonne.nom, case.sommes.nombre, case.sommes.argent, case.sommes.personnes)
        for rangee in lue.rangees
        for case in rangee.cases
        if not case.hors
    ]
    titre = VUES[lecture.vue]
    return (
        f"{titre} {lecture.alliance.slug}",
        titre,
        (*axes, "Initiatives", "Accordé", "Personnes visées"),
        lignes,
    )
