"""Les dossiers d'une personne qui évalue : déclarer ses intérêts, puis noter."""

from django.db.models import Case, Count, Min, Value, When
from django.urls import reverse

from projets.models.evaluations import a_evaluer_par, avec_avancement, instances_de
from socle.annonces.attentes import Attente, Geste
from socle.valeurs.horloge import jour_de

GESTES = {
    "declaration": Geste("Déclarer mes intérêts sur un dossier", "Déclarer mes intérêts sur des dossiers"),
    "notation": Geste("Noter un dossier", "Noter des dossiers"),
}


def taches(utilisateur):
    """Par geste et par appel, en une requête; un conflit déclaré n'attend plus rien d'elle."""
    if not instances_de(utilisateur):
        return []
    siens = avec_avancement(a_evaluer_par(utilisateur), utilisateur)
    geste = Case(
        When(conflit=None, then=Value("declaration")),
        When(conflit=False, reste_a_noter__gt=0, then=Value("notation")),
        default=Value(""),
    )
    groupes = (
        siens.annotate(geste=geste)
        .exclude(geste="")
        .order_by()
        .values("geste", "appel", "appel__titre", "appel__decision_promise_le")
        .annotate(
            nombre=Count("pk", distinct=True),
            ancienne=Min("jugee_le"),
            seul=Min("pk"),
            titre_du_seul=Min("titre"),
        )
    )
    return [_attente(groupe) for groupe in groupes]


def _attente(groupe):
    objet, lien = groupe["appel__titre"], reverse("projets:dossiers")
    if groupe["nombre"] == 1:
        objet = f"{groupe['titre_du_seul']}, {objet}"
        lien = reverse(f"projets:{groupe['geste']}", args=[groupe["seul"]])
    return Attente(
        geste=GESTES[groupe["geste"]],
        objet=objet,
        lien=lien,
        depuis=jour_de(groupe["ancienne"]),
        echeance=groupe["appel__decision_promise_le"],
        nombre=groupe["nombre"],
    )
