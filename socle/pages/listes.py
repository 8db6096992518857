"""Une liste : une déclaration de colonnes pour l'écran, les tableurs et JSON; des filtres; une page (`page_de_liste`).

Preuve du `mark_safe` : les attributs sont écrits ici, échappés; le contenu passe par `conditional_escape`.
"""

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe

from socle.pages.adresses import adresse
from socle.pages.colonnes import ColonneChoix, lecteur
from socle.pages.tableur import en_csv, en_xlsx
from socle.texte.icones import icone
from socle.texte.typographie import nombre, pluriel
from socle.valeurs.argent import somme

PAR_PAGE = 25
REGLAGES = ("tri", "colonnes")  # ce que gardent les filtres


def page_de_liste(request, tableau, filtres, queryset, *, gabarit, choix=None, **contexte):
    """La page d'une liste ou, si l'adresse dit `format=csv|xlsx|json`, tout son résultat filtré.

    `contexte` va au gabarit et au tableau; `choix` aux filtres (voir `Filtres`).
    """
    filtres = filtres(request.GET, queryset, request=request, choix=choix)
    liste = tableau(request, filtres, **contexte)
    if exporter := EXPORTS.get(request.GET.get("format")):
        return exporter(liste)
    return render(request, gabarit, {"liste": liste, "filtres": filtres.form} | contexte)


class Tableau(tables.Table):
    """Une liste de la maison; ses colonnes sont dans `socle.pages.colonnes`."""

    legende = ""  # le nom de la région, du tableau et de la feuille
    denombre, feminin = "", False  # ce qu'elle compte, au singulier
    fichier = ""  # le nom de ses exports; sinon, sa légende
    vide = ""  # ce qu'on dit tant qu'il n'y a rien à lister
    tri, departage = "", ("pk",)  # la colonne qui trie tant que l'adresse se tait, et l'ordre des égales
    entete = ""  # la colonne qui nomme la rangée; sinon, la première
    suite_du_nombre = ""  # ce qui suit « 3 versements »
    gabarit = ""  # ce qui montre les rangées autrement qu'en tableau
    gestes_en_lot = ()  # [(libellé, adresse)] de ce qu'on fait des rangées cochées

    def __init__(self, request, filtres, **contexte):
        self.request, self.filtres, self.contexte = request, filtres, contexte
        super().__init__([], exclude=tuple(self.retirees()), default="")
        self.toutes = list(self.columns.iterall())
        for colonne in self.toutes:
            colonne.lire = lecteur(colonne.column.source or colonne.name)
            colonne.column.liste = self

    # --- Ce qu'une liste redéfinit au besoin ---------------------------------------------------------------

    def retirees(self):
        """Les colonnes que cette personne n'a pas."""
        return ()

    def pour_trier(self, queryset, nom):
        """Ce qu'il faut calculer pour trier par cette colonne."""
        return queryset

    def lire(self, queryset):
        """Ce que les rangées ont de plus que ce qu'il faut pour filtrer, trier et compter."""
        return queryset

    def preparer(self, rangees):
        """Les rangées, avec ce qui se lit pour toutes à la fois."""
        return rangees

    def totaliser(self, queryset):
        """{"": le nombre, colonne: le total} sur tout le résultat filtré, d'une seule requête."""
        sommes = {c.name: somme(c.column.total) for c in self.montrees if c.column.total}
        lus = queryset.order_by().aggregate(nombre_lu=Count("*"), **sommes)
        return {"": lus.pop("nombre_lu")} | lus

    # --- Ce que demande l'adresse --------------------------------------------------------------------------

    @cached_property
    def montrees(self):
        """Les colonnes à l'écran, dans l'ordre déclaré."""
        demandees = set(self.request.GET.getlist("colonnes"))
        if not demandees & {c.name for c in self.toutes}:
            return [c for c in self.toutes if not c.column.cachee]
        return [
            c for c in self.toutes if c.name in demandees or not c.column.choisissable or c.name == self.tete
        ]

    @cached_property
    def demandees(self):
        """Les noms des colonnes de cette réponse : du fichier demandé ou, sinon, de l'écran."""
        en_fichier = self.request.GET.get("format") in EXPORTS
        return {c.name for c in (self.exportees if en_fichier else self.montrees)}

    @cached_property
    def tete(self):
        """Le nom de la colonne qui nomme la rangée."""
        return self.entete or next(c.name for c in self.toutes if c.column.choisissable)

    @cached_property
    def tri_actuel(self):
        demande = self.request.GET.get("tri", "")
        triables = {c.name for c in self.toutes if c.column.tri}
        return demande if demande.removeprefix("-") in triables else self.tri

    @cached_property
    def triees(self):
        """Le QuerySet filtré, dans l'ordre demandé."""
        if not self.tri_actuel:
            return self.filtres.qs
        nom, recule = self.tri_actuel.removeprefix("-"), self.tri_actuel.startswith("-")
        champs = map(F, self.columns.columns[nom].column.tri)
        cles = [champ.desc(nulls_last=True) if recule else champ.asc(nulls_last=True) for champ in champs]
        return self.pour_trier(self.filtres.qs, nom).order_by(*cles, *self.departage)

    @cached_property
    def totaux(self):
        return self.totaliser(self.filtres.qs)

    @property
    def nombre(self):
        return self.totaux[""]

    @cached_property
    def page(self):
        paginateur = Paginator(self.lire(self.triees), PAR_PAGE)
        paginateur.count = self.nombre
        page = paginateur.get_page(self.request.GET.get("page"))
        page.object_list = self.preparer(list(page.object_list))
        return page

    # --- L'écran -------------------------------------------------------------------------------------------

    @property
    def compte(self):
        """« 3 versements »."""
        return f"{nombre(self.nombre)} {self.denombre}{pluriel(self.nombre)}"

    @property
    def aucun(self):
        return f"Aucun{'e' if self.feminin else ''} {self.denombre}"

    @property
    def reglages(self):
        """[(nom, valeur)] que le formulaire des filtres garde."""
        return [(nom, valeur) for nom in REGLAGES for valeur in self.request.GET.getlist(nom)]

    @property
    def choisis(self):
        """Combien de filtres resserrent la liste : au téléphone, ils sont repliés."""
        form = self.filtres.form
        return sum(nom in form.fields and any(self.request.GET.getlist(nom)) for nom in self.request.GET)

    @property
    def criteres(self):
        """[(nom, valeur)] que le formulaire des colonnes garde."""
        gardes = (
            (nom, valeurs) for nom, valeurs in self.request.GET.lists() if nom not in ("page", "colonnes")
        )
        return [(nom, valeur) for nom, valeurs in gardes for valeur in valeurs]

    @property
    def sans_filtre(self):
        """L'adresse de la liste entière, au même tri."""
        retires = {nom: None for nom in self.request.GET if nom not in REGLAGES}
        return adresse(self.request.GET, **retires, **({"tri": self.tri_actuel} if self.tri_actuel else {}))

    @property
    def requete(self):
        """L'adresse de la page, sans son numéro : ce que suit un autre fichier de la même liste."""
        return adresse(self.request.GET, page=None)

    @property
    def criteres_du_lot(self):
        """[(nom, valeur)] que le formulaire des cases garde, pour revenir à la même liste; les coches le suivent."""
        coches = ("cocher", *(c.column.nom for c in self.toutes if isinstance(c.column, ColonneChoix)))
        return [(n, v) for n, valeurs in self.request.GET.lists() if n not in coches for v in valeurs]

    @property
    def cocher(self):
        """(libellé, adresse) de ce qui coche, ou décoche, toute la page."""
        if self.tout_est_coche:
            return "Tout décocher", adresse(self.request.GET, cocher=None)
        return "Tout cocher", adresse(self.request.GET, cocher="tout")

    @property
    def tout_est_coche(self):
        return self.request.GET.get("cocher") == "tout"

    @property
    def exports(self):
        """[(libellé, adresse)] des fichiers."""
        return [
            (libelle, adresse(self.request.GET, page=None, format=format))
            for libelle, format in (("CSV", "csv"), ("Excel", "xlsx"))
        ]

    @property
    def a_choisir(self):
        """[(nom, libellé, cochée)] des colonnes que la personne peut montrer ou cacher."""
        montrees = {c.name for c in self.montrees}
        return [
            (c.name, c.header, c.name in montrees)
            for c in self.toutes
            if c.column.choisissable and c.name != self.tete
        ]

    @property
    def entetes(self):
        """Preuve de sûreté : `_entete` échappe le titre et l'adresse; le reste est écrit ici."""
        return mark_safe("".join(map(self._entete, self.montrees)))

    def _entete(self, colonne):
        nom, sens, titre = colonne.name, "", _titre(colonne)
        contenu = escape(titre)
        if colonne.column.tri:
            sens = {nom: "ascending", f"-{nom}": "descending"}.get(self.tri_actuel, "")
            fleche = icone({"ascending": "haut", "descending": "bas"}.get(sens, "tri"))
            url = adresse(self.request.GET, tri=f"-{nom}" if sens == "ascending" else nom, page=None)
            contenu = format_html('<a class="tri" href="{}">{}{}</a>', url, titre, fleche)
        tri = f' aria-sort="{sens}"' if sens else ""
        classe = ' class="nombre"' if colonne.column.classe == "nombre" else ""
        return f'<th scope="col" role="columnheader"{classe}{tri}>{contenu}</th>'

    @property
    def rangees(self):
        """Le corps du tableau, écrit d'une seule boucle (docs/adr/0011). Preuve de sûreté : `_contenu` échappe tout."""
        return mark_safe("\n".join(f'<tr role="row">{cellules}</tr>' for cellules in self._rangees()))

    def _rangees(self):
        patrons = [self._cellule(colonne) for colonne in self.montrees]
        for rangee in self.page.object_list:
            yield "".join(f"{debut}{_contenu(colonne, rangee)}{fin}" for colonne, debut, fin in patrons)

    def _cellule(self, colonne):
        """(colonne, ouverture, fermeture) de ses cellules : leur titre, pour les fiches du téléphone, et leur rôle."""
        if colonne.name == self.tete:
            return colonne, '<th scope="row" role="rowheader">', "</th>"
        classe = f' class="{colonne.column.classe}"' if colonne.column.classe else ""
        titre = "" if colonne.column.classe == "gestes" else f' data-titre="{escape(_titre(colonne))}"'
        return colonne, f'<td role="cell"{classe}{titre}>', "</td>"

    @property
    def pied(self):
        """Les cellules du total; rien si aucune colonne n'en demande.

        Preuve de sûreté : des totaux échappés, entre des cellules que `_cellule` échappe.
        """
        if not any(c.column.total for c in self.montrees):
            return ""
        return mark_safe("".join(map(self._pied, self.montrees)))

    def _pied(self, colonne):
        if colonne.name == self.tete:
            return '<th scope="row" role="rowheader">Total</th>'
        if not colonne.column.total:
            return '<td role="cell"></td>'
        _, ouverture, fermeture = self._cellule(colonne)
        return f"{ouverture}{escape(colonne.column.au_pied(self.totaux[colonne.name]))}{fermeture}"

    # --- Les fichiers --------------------------------------------------------------------------------------

    @property
    def exportees(self):
        """Les colonnes que demande l'adresse; sans choix, toutes, les cachées comprises."""
        colonnes = self.montrees if "colonnes" in self.request.GET else self.toutes
        return [c for c in colonnes if c.column.exportee]

    def lignes(self):
        """Les valeurs nues de tout le résultat, dans l'ordre des colonnes exportées."""
        colonnes = self.exportees
        for rangee in self.preparer(list(self.lire(self.triees))):
            yield [c.column.nue(c.lire(rangee)) for c in colonnes]


def _titre(colonne):
    """Ce que l'écran écrit en tête d'une colonne."""
    return colonne.column.entete or colonne.header


def _contenu(colonne, rangee):
    """Ce que l'écran montre dans une cellule, échappé."""
    valeur, ecrite = colonne.lire(rangee), colonne.column
    vide = valeur is None or valeur == ""
    contenu = conditional_escape(ecrite.vide if vide else colonne.render(valeur, rangee))
    suite = ecrite.suite and ecrite.suite(rangee)
    return f"{contenu} {conditional_escape(suite)}" if suite else contenu


def _feuille(liste):
    """(nom, titre, en-têtes, lignes) de son fichier."""
    entetes = [c.header for c in liste.exportees]
    return liste.fichier or liste.legende, liste.legende, entetes, liste.lignes()


def _csv(liste):
    return en_csv(*_feuille(liste))


def _xlsx(liste):
    return en_xlsx(
        *_feuille(liste), sans_total=[c.header for c in liste.exportees if not c.column.s_additionne]
    )


def en_json(liste):
    noms = [c.name for c in liste.exportees]
    lignes = [dict(zip(noms, ligne, strict=True)) for ligne in liste.lignes()]
    return JsonResponse({"titre": liste.legende, "lignes": lignes}, json_dumps_params={"ensure_ascii": False})


EXPORTS = {"csv": _csv, "xlsx": _xlsx, "json": en_json}
