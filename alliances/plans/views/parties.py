"""Ce qu'on examine un à un : l'en-tête, les treize sections, et chaque priorité de la partie structurée."""

from dataclasses import dataclass, field

from django.http import Http404
from django.urls import reverse

from alliances.plans.canevas import canevas
from alliances.plans.comparaison.elements import sans_repere
from alliances.plans.forms.examen import cibles_de
from alliances.plans.models import Instantane, LectureSection

EN_TETE, STRUCTURE = "en-tete", "3-9"
# Ce que la fiche de l'Alliance ajoute à une section : on l'examine avec elle.
FICHE = {"1a": "gouvernance", "1d": "participation"}
LIEUX_DE_LA_FICHE = {"gouvernance": "1a", "instances": "1a", "participation": "1d"}
LONGUEUR_DE_CLE = 36
A_LIRE, LUE, CHANGEE = ("À lire", "afaire"), ("Lue", "bien"), ("Modifiée depuis votre lecture", "attention")


@dataclass
class Partie:
    """Une partie et ce qui s'y rattache; `lecture` : (libellé, genre) pour la personne qui examine."""

    code: str
    titre: str
    url: str
    numero: str = ""
    lecture: tuple = A_LIRE
    changement: str = ""
    demandes: list = field(default_factory=list)
    observations: list = field(default_factory=list)
    constats: list = field(default_factory=list)

    @property
    def libelle(self):
        if self.numero:
            return f"Priorité {self.numero} – {self.titre or 'sans titre'}"
        return libelle_de(self.code, self.titre)

    @property
    def est_lue(self):
        return self.lecture == LUE

    @property
    def detail(self):
        """« 1 demande, 2 observations, 1 constat »."""
        comptes = (
            (len(self.demandes), "demande"),
            (len(self.observations), "observation"),
            (len(self.constats), "constat"),
        )
        return ", ".join(f"{n} {mot}{'s' if n > 1 else ''}" for n, mot in comptes if n)

    @property
    def tache(self):
        etat, genre = self.lecture
        return {"libelle": self.libelle, "url": self.url, "etat": etat, "genre": genre} | {
            "detail": self.detail,
            "demandes": [],
        }


def libelle_de(code, titre):
    """« 1a. Structure de gouvernance »."""
    if code == EN_TETE:
        return titre
    return f"{'3 à 9' if code == STRUCTURE else code}. {titre}"


def parties(version):
    """{code: Partie} dans l'ordre du plan."""
    sections, base = canevas(version.plan.alliance.cycle.code).sections, _base(version.pk)
    return {s.code: Partie(s.code, s.titre, f"{base}{s.code}/") for s in sections}


def priorites(version, contenu):
    """{clé: Partie} : chaque priorité se lit, s'observe et se corrige sur sa page."""
    base = _base(version.pk)
    return {
        p["cle"]: Partie(p["cle"], p["titre"], f"{base}{p['cle']}/", numero=p["numero"])
        for p in contenu["priorites"]
    }


def porteuses(contenu):
    """{ancre: clé de la priorité} de tout ce que portent les priorités, elles comprises."""
    return {
        tuple(cible.split(":", 1)): priorite["cle"]
        for priorite in contenu["priorites"]
        for cible, _ in cibles_de(priorite)
    }


def partie_ou_404(version, code, contenu):
    """La section ou la priorité de ce code dans le contenu lu."""
    return choisir(parties(version) | priorites(version, contenu), code)


def choisir(toutes, code):
    """La partie de ce code parmi toutes; 404 si aucune."""
    try:
        return toutes[code]
    except KeyError as absente:
        raise Http404(f"Aucune section ni priorité {code} dans ce plan.") from absente


def page_de(version_pk, ancre, contenu, endroit="demandes"):
    """La page d'examen, là où se lit ce que vise une remarque; à `endroit` si c'est toute une partie."""
    if cle := porteuses(contenu).get(tuple(ancre)):
        return f"{_page(version_pk, cle)}#{ancre[1]}"
    return f"{_page(version_pk, code_de(*ancre))}#{endroit}"


def _page(version_pk, code):
    return f"{_base(version_pk)}{code}/"


def _base(version_pk):
    """L'adresse sous laquelle se lit chaque partie : une seule résolution pour toutes."""
    return reverse("plans:examen", args=[version_pk])


def code_de(objet, cle):
    """La partie où se lit ce que désigne une ancre; « » si aucune."""
    if objet == "section":
        return cle
    if objet == "alliance":
        return LIEUX_DE_LA_FICHE.get(cle, "")
    if objet == "plan":
        return {"contact": EN_TETE, "priorites": STRUCTURE}.get(cle, "")
    return STRUCTURE


def extrait(contenu, code):
    """Ce qui se lit dans une partie, sans identifiants : deux extraits égaux se lisent pareil."""
    if code == STRUCTURE:
        return sans_repere(contenu["priorites"])
    if code == EN_TETE:
        return contenu["contact"]
    if est_une_priorite(code):
        return sans_repere(next((p for p in contenu["priorites"] if p["cle"] == code), None))
    texte = next((s["texte"] for s in contenu["sections"] if s["code"] == code), "")
    return texte, contenu[FICHE[code]] if code in FICHE else None


def restreindre(contenu, code, reference):
    """Le contenu où seule cette partie peut différer de `reference` : ce que compare une partie."""
    seule = {
        "sections": [s for s in contenu["sections"] if s["code"] == code],
        "priorites": [p for p in contenu["priorites"] if code in (STRUCTURE, p["cle"])],
    }
    if code in FICHE:
        seule[FICHE[code]] = contenu[FICHE[code]]
    if code == EN_TETE:
        seule["contact"] = contenu["contact"]
    return reference | seule


def lectures_de(version, utilisateur):
    """{code: numéro de l'instantané lu}."""
    lectures = LectureSection.objects.filter(plan=version.plan_id, utilisateur=utilisateur)
    return dict(lectures.values_list("code", "instantane_id"))


def contenus_de(numeros):
    """{numéro: contenu} en une requête; les `None` sont ignorés."""
    return dict(Instantane.objects.filter(pk__in=numeros).values_list("pk", "contenu"))


def est_une_priorite(code):
    """Le code est la clé d'une priorité, pas celui d'une section."""
    return len(code) == LONGUEUR_DE_CLE


def derniere_lecture(lus, code):
    """Le numéro de l'instantané où la personne a lu cette partie; lire l'ensemble, c'est lire chaque priorité."""
    seules = {lus.get(code), lus.get(STRUCTURE) if est_une_priorite(code) else None}
    return max(seules - {None}, default=None)


def etat_de_lecture(code, lus, contenus, courant):
    """À lire, lue, ou modifiée depuis : d'après l'instantané lu et le contenu d'aujourd'hui."""
    lu = derniere_lecture(lus, code)
    avant = extrait(contenus[lu], code) if lu else None
    if avant is None:
        return A_LIRE
    return LUE if avant == extrait(courant, code) else CHANGEE
