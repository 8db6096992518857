"""Annoncer ce qui arrive à un versement du Ministère, avec son montant et sa date."""

from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_LA_REGION
from alliances.notifications import Evenement, annoncer_selon
from conventions.models import EcheanceVersement
from socle.annonces.notifications import Famille
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars

VERSEMENTS = Famille(
    "versements",
    "Versements et transferts",
    "Versements libérés, recommandés, autorisés et faits; transferts.",
)
SUIVENT = DE_L_ALLIANCE | DE_LA_REGION
TOUS = SUIVENT | {Role.MESS, Role.FINANCES_MESS}
PAIENT = frozenset({Role.FINANCES_MESS})
EVENEMENTS = {  # `{versement}` : « 2e versement, 2025-2026 »; `{somme}` et `{le}` : ce qui est prévu, ou versé
    "liberation": Evenement(
        "Versement libéré, à recommander",
        "La condition du {versement}, est remplie\u00a0: {somme}, prévu le {le}. Services Québec peut le recommander.",
        attendus=DE_LA_REGION,
    ),
    "recommandation": Evenement(
        "Versement recommandé, à autoriser",
        "Le {versement}, est recommandé\u00a0: {somme}, prévu le {le}. Il attend l’autorisation du Ministère.",
        frozenset({Role.MESS}),
        frozenset({Role.APPROBATION}),
    ),
    "autorisation": Evenement(
        "Versement autorisé, à faire",
        "Le {versement}, est autorisé\u00a0: {somme}, prévu le {le}. Les finances du Ministère peuvent le faire, puis "
        "le confirmer.",
        SUIVENT,
        PAIENT,
    ),
    "versement": Evenement(
        "Versement fait",
        "Le Ministère confirme un virement de {somme}, fait le {le}, pour le {versement}. Sa référence se lit à la "
        "page du versement.",
        SUIVENT,
    ),
    "annulation": Evenement(
        "Confirmation annulée",
        "La confirmation du {versement}, est annulée\u00a0: {somme}, prévu le {le}. Le motif se lit à la page du "
        "versement, de nouveau à confirmer.",
        SUIVENT | {Role.MESS},
        PAIENT,
        legal=True,
    ),
    "beneficiaire": Evenement(
        "Bénéficiaire changé, à autoriser de nouveau",
        "L’identité du bénéficiaire du {versement}, a changé depuis son autorisation\u00a0: {somme}, prévu le {le}. Il "
        "ne sera versé qu’après une nouvelle autorisation.",
        SUIVENT | {Role.MESS, Role.FINANCES_MESS},
        frozenset({Role.APPROBATION}),
        legal=True,
    ),
    "suspension": Evenement(
        "Versement suspendu",
        "Le {versement}, est suspendu\u00a0: {somme}, prévu le {le}. Le motif se lit à la page du versement.",
        TOUS,
        legal=True,
    ),
    "reprise": Evenement(
        "Versement repris",
        "Le {versement}, reprend là où il était\u00a0: {somme}, prévu le {le}.",
        TOUS,
    ),
    "derogation": Evenement(
        "Dérogation accordée",
        "Une dérogation permet le {versement}, malgré une obligation en retard\u00a0: {somme}, prévu le {le}. Son "
        "motif se lit à la page du versement.",
        TOUS,
    ),
    "revocation": Evenement(
        "Dérogation révoquée",
        "La dérogation accordée au {versement}, est révoquée\u00a0: {somme}, prévu le {le}.",
        TOUS,
    ),
}


def annoncer_versement(objet, evenement, *, par):
    """Annonce ce qui arrive à un versement ou à sa dérogation; la ligne de journal distingue deux fois."""
    echeance = getattr(objet, "echeance", objet)
    annonce, convention = EVENEMENTS[evenement], echeance.convention
    ligne = convention.journal.filter(objet=str(echeance)).only("pk").first()
    return annoncer_selon(
        annonce,
        convention.alliance,
        par=par,
        objet=echeance,
        texte=annonce.texte.format(versement=echeance, **_faits(echeance, evenement)),
        cle=f"versement:{evenement}:{echeance.pk}:{ligne.pk if ligne else ''}",
        famille=VERSEMENTS.code,
        lien=reverse("conventions:echeance", args=[echeance.pk]),
    )


def _faits(echeance, evenement):
    """Ce qui vient d'être versé, et quand; sinon, ce qui est prévu."""
    fait = echeance.versements.en_vigueur().order_by("pk").last() if evenement == "versement" else None
    montant, jour = (fait.montant, fait.verse_le) if fait else (echeance.montant, echeance.prevue_le)
    return {"somme": en_dollars(montant), "le": date_longue(jour)}


def liberer_et_prevenir(alliances=None, *, par=None, le=None):
    """Libère ce dont la condition se lit, et prévient qui recommande; retourne les versements libérés."""
    liberees = EcheanceVersement.liberer_ce_qui_est_du(par=par, le=le, alliances=alliances)
    for echeance in liberees:
        annoncer_versement(echeance, "liberation", par=par)
    return liberees
