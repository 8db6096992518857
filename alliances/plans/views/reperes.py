"""Du contenu d'une version aux adresses : où se trouve un élément, où se corrige un constat."""

from dataclasses import dataclass, field

from django.urls import reverse

from socle.texte.typographie import date_longue, nombre

PORTES = {"priorite": "objectifs", "objectif": "moyens", "moyen": "indicateurs", "indicateur": ""}
ENFANTS = {"priorite": "objectif", "objectif": "moyen", "moyen": "indicateur"}
AJOUTS = {"priorite": "Ajouter un objectif", "objectif": "Ajouter un moyen", "moyen": "Ajouter un indicateur"}
FICHE = {"gouvernance": "gouvernance", "instances": "gouvernance", "participation": "participation"}


@dataclass
class Noeud:
    """Un élément de la partie structurée, tel que l'arbre le montre."""

    objet: str
    donnees: dict
    noms: dict  # {code: nom} des territoires et des thématiques
    parent: "Noeud | None" = None
    ouvert: bool = False
    ordonnable: bool = False  # ce qui le porte est ouvert : il se déplace et se double
    constats: list = field(default_factory=list)
    demandes: list = field(default_factory=list)
    enfants: list = field(default_factory=list)
    indicateurs: list = field(
        default_factory=list
    )  # d'une priorité ou d'un objectif; ceux d'un moyen sont ses enfants
    url: str = ""

    @property
    def cle(self):
        return self.donnees["cle"]

    @property
    def numero(self):
        return self.donnees["numero"]

    @property
    def titre(self):
        return self.donnees.get("titre") or self.donnees.get("description") or self.donnees.get("nom")

    @property
    def territoires(self):
        siens = self.donnees.get("territoires", ())
        return ", ".join(nom for code, nom in self.noms.items() if code in siens)

    @property
    def thematique(self):
        return self.noms.get(self.donnees.get("thematique"), "")

    @property
    def ajout(self):
        """Le libellé du lien qui ajoute ce que porte l'élément."""
        return AJOUTS.get(self.objet, "")

    @property
    def manque(self):
        return "À compléter" if any(c.genre == "erreur" for c in self.constats) else ""

    @property
    def resume(self):
        """Une ligne discrète sous le titre."""
        return " · ".join(filter(None, RESUMES[self.objet](self)))

    @property
    def lignee(self):
        """Les ancres de l'élément et de ceux qui le portent."""
        ici = [(self.objet, self.cle)]
        return ici + (self.parent.lignee if self.parent else [("section", "3-9")])

    @property
    def racine(self):
        return self.parent.racine if self.parent else self

    def image(self):
        """Ce que les écrans en montrent, enfants compris, en données simples (voir `{% fragment %}`)."""
        propres = {
            cle: valeur
            for cle, valeur in self.donnees.items()
            if cle not in (PORTES[self.objet], "indicateurs")
        }
        montres = ("objet", "cle", "numero", "titre", "resume", "url", "ajout", "ouvert", "ordonnable")
        return {nom: getattr(self, nom) for nom in (*montres, "manque", "territoires", "thematique")} | {
            "donnees": propres,
            "demandes": [{"raison": d.get_raison_display(), "texte": d.texte} for d in self.demandes],
            "enfants": [enfant.image() for enfant in self.enfants],
            "indicateurs": [indicateur.image() for indicateur in self.indicateurs],
        }


def _resume_de_priorite(noeud):
    palier = "Locale" if noeud.donnees["palier"] == "local" else "Régionale"
    territoires = compter(len(noeud.donnees["territoires"]), "territoire")
    return [palier, noeud.thematique, territoires, compter(len(noeud.indicateurs), "indicateur")]


def _resume_d_objectif(noeud):
    indicateurs = len(noeud.indicateurs) + sum(len(moyen.enfants) for moyen in noeud.enfants)
    return [compter(len(noeud.enfants), "moyen"), compter(indicateurs, "indicateur")]


def _resume_de_moyen(noeud):
    d = noeud.donnees
    visees = d["personnes_visees"] and f"{nombre(d['personnes_visees'])} personnes visées"
    return [d["responsable"], visees, compter(len(noeud.enfants), "indicateur")]


def _resume_d_indicateur(noeud):
    d = noeud.donnees
    cible = d["cible"] and f"cible : {nombre(d['cible'])}\u00a0{d['unite']}"
    return [cible or d.get("cible_decrite", ""), date_longue(d["echeance"])]


RESUMES = {
    "priorite": _resume_de_priorite,
    "objectif": _resume_d_objectif,
    "moyen": _resume_de_moyen,
    "indicateur": _resume_d_indicateur,
}


def compter(n, mot):
    """« 3 moyens »; rien à zéro."""
    return f"{n} {mot}{'s' if n > 1 else ''}" if n else ""


def arbre(version, contenu):
    """Les priorités d'un contenu, en nœuds."""
    noms = {t["code"]: t["nom"] for t in contenu["alliance"]["territoires"]}
    noms |= {t["code"]: t["nom"] for t in contenu["thematiques"]}
    base = reverse("plans:tableau", args=[version.pk])
    return [_noeud("priorite", donnees, None, base, noms) for donnees in contenu["priorites"]]


def _noeud(objet, donnees, parent, base, noms):
    noeud = Noeud(objet, donnees, noms, parent, url=f"{base}{objet}/{donnees['cle']}/")
    if PORTES[objet]:
        noeud.enfants = [_noeud(ENFANTS[objet], d, noeud, base, noms) for d in donnees[PORTES[objet]]]
    if objet in ("priorite", "objectif"):
        siens = donnees.get("indicateurs", ())
        noeud.indicateurs = [_noeud("indicateur", d, noeud, base, noms) for d in siens]
    return noeud


def tous(noeuds):
    """Chaque nœud de l'arbre, dans l'ordre du plan."""
    for noeud in noeuds:
        yield noeud
        yield from tous(noeud.indicateurs)
        yield from tous(noeud.enfants)


def trouver(version, contenu, cle):
    """Le nœud de cette clé, ou `None`."""
    return next((n for n in tous(arbre(version, contenu)) if n.cle == str(cle)), None)


def adresse(version, ancre, champ=""):
    """Où se corrige ce que vise une ancre : la page, et le champ quand il est connu."""
    objet, cle = ancre
    fragment = f"#id_{champ}" if champ else ""
    if objet == "section":
        return _adresse_de_section(version, cle, fragment)
    if objet == "alliance":
        return reverse(f"alliances:{FICHE[cle]}", args=[version.plan.alliance.slug])
    if objet == "plan":
        pages = {"contact": "contact", "echeance": "depot", "priorites": "priorites"}
        if version.etat == "a_corriger":
            pages["adoption"] = "nouvelle_resolution"
        page = pages.get(cle, "verification")
        suite = "#elements" if cle == "elements" else fragment if cle == "contact" else ""
        return reverse(f"plans:{page}", args=[version.pk]) + suite
    if champ and champ == PORTES.get(objet):
        return reverse("plans:ajout", args=[version.pk, objet, cle])
    return reverse("plans:carte", args=[version.pk, objet, cle]) + fragment


def _adresse_de_section(version, code, fragment):
    if code == "en-tete":
        return reverse("plans:contact", args=[version.pk])
    if code == "3-9":
        return reverse("plans:priorites", args=[version.pk])
    return reverse("plans:section", args=[version.pk, code]) + (fragment or "#id_texte")


def montrables(version, constats):
    """Les constats tels que le composant les montre : niveau, message, lien, source."""
    return [
        {
            "niveau": str(constat.genre),
            "message": constat.message,
            "lien": adresse(version, constat.ancre, constat.champ),
            "source": constat.source,
        }
        for constat in constats
    ]
