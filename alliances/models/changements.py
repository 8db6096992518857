"""Décrire une Alliance : ajouter, modifier, retirer, déplacer; chaque geste laisse sa trace, avant → après."""

from datetime import date
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from alliances.models.circuits import CircuitDecision, EtapeDecision
from alliances.models.gouvernance import Alliance, Contact, PartieAlliance, ProfilGouvernance
from alliances.models.incidents import IncidentDeConfidentialite
from alliances.models.instances import InstanceGouvernance, Siege
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import Role, droits_de
from alliances.models.organismes import Organisme
from alliances.models.participation import ParticipationPersonnes
from socle.annonces import suites
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.empreintes import empreinte

NOMS = {
    CircuitDecision: "circuit",
    Contact: "contact",
    EtapeDecision: "etape",
    IncidentDeConfidentialite: "incident",
    InstanceGouvernance: "instance",
    Organisme: "organisme",
    PartieAlliance: "partie",
    ParticipationPersonnes: "participation",
    ProfilGouvernance: "profil",
    Siege: "siege",
}
SUPPORTS = {"alliance", "circuit", "rang"}  # ce qui porte l'objet ou l'ordonne : déjà dit ailleurs
IDENTITE_DU_MINISTERE = (
    "Cet organisme est partie d’une Alliance ou d’une convention, ou une de ses initiatives est acceptée\u00a0: son "
    "identité ne change que par le Ministère, ou par une demande qu’il accepte."
)
ORDONNES = (CircuitDecision, EtapeDecision)
HORS_RANG = 32767  # un rang que rien n'occupe, le temps d'un échange


def decrire(objet):
    """Ce que l'on saisit, en mots : {"fonction": "Coordination", …}, dans l'ordre du modèle."""
    champs = [c for c in objet._meta.concrete_fields if c.editable and c.name not in SUPPORTS]
    mots = {c.verbose_name: _en_mots(objet, c) for c in champs if not c.primary_key}
    if isinstance(objet, CircuitDecision):
        mots["territoires"] = ", ".join(sorted(territoire.nom for territoire in _territoires(objet)))
    return mots


def _territoires(circuit):
    """Ceux que l'on vient de saisir, sinon ceux qui sont enregistrés."""
    saisis = getattr(circuit, "territoires_saisis", None)
    return saisis if saisis is not None else circuit.territoires.all() if circuit.pk else ()


def _en_mots(objet, champ):
    valeur = getattr(objet, champ.name)
    if isinstance(objet, ParticipationPersonnes) and champ.name == "etapes":
        return ", ".join(objet.libelles_des_etapes())
    if valeur is None:
        return ""
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        return f"{valeur.normalize():f}"
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)


def repere(objet):
    """Une empreinte courte de ce qui est enregistré : la page la garde, l'envoi la rapporte."""
    return empreinte(decrire(objet))


@transaction.atomic
def ajouter(objet, *, par, le=None):
    """Enregistre un nouvel élément, le dernier de son ordre. Lève `ValidationError` s'il contredit une règle."""
    if isinstance(objet, ORDONNES):
        objet.rang = _verrouiller_l_ordre(objet, par=par).count() + 1
    ecrire(objet, force_insert=True)
    apres = {nom: mot for nom, mot in decrire(objet).items() if mot}
    _noter("ajouter", objet, par=par, le=le, apres=apres)
    return objet


@transaction.atomic
def modifier(objet, *, par, vu):
    """Enregistre ce qui a changé; sans changement, rien ne s'écrit.

    `vu` est le repère de ce que la personne avait sous les yeux. Lève `VersionPerimee` si quelqu'un a
    enregistré autre chose depuis, `ValidationError` si une règle s'y oppose.
    """
    if isinstance(objet, ORDONNES):
        _verrouiller_l_ordre(objet, par=par)
    enregistre = type(objet)._default_manager.select_for_update(of=("self",)).filter(pk=objet.pk).first()
    if enregistre is None:
        raise VersionPerimee("Quelqu’un a retiré cet élément pendant que vous le modifiiez.")
    avant, apres = decrire(enregistre), decrire(objet)
    changes = [nom for nom in avant if avant[nom] != apres[nom]]
    if repere(enregistre) != vu:
        actuel = "; ".join(f"{nom}\u00a0: {avant[nom] or 'vide'}" for nom in changes)
        raise VersionPerimee(
            "Quelqu’un a modifié cette fiche pendant que vous l’aviez ouverte. "
            + (f"Enregistré actuellement, et différent de votre saisie – {actuel}." if actuel else "")
        )
    touchee = isinstance(objet, Organisme) and any(
        getattr(objet, champ) != getattr(enregistre, champ) for champ in enregistre.gardes
    )
    if touchee and enregistre.est_partie and Role.MESS not in droits_de(par).nationaux:
        raise TransitionInterdite(IDENTITE_DU_MINISTERE)
    if changes:
        if isinstance(objet, ProfilGouvernance):
            objet.revision = enregistre.revision + 1
        ecrire(objet)
        _noter(
            "modifier",
            objet,
            par=par,
            avant={nom: avant[nom] for nom in changes},
            apres={nom: apres[nom] for nom in changes},
        )
    if touchee:
        suites.jouer("identite", objet, par=par)
    return objet


def ecrire(objet, **options):
    """Valide, puis écrit; une course perdue se dit comme un doublon, que la validation voit maintenant."""
    valider = partial(objet.full_clean, exclude=["nom_normalise"])
    valider()
    try:
        with transaction.atomic():
            objet.save(**options)
            if (territoires := getattr(objet, "territoires_saisis", None)) is not None:
                objet.territoires.set(territoires)
    except IntegrityError:
        valider()
        raise


def empechements_a_retirer(objet):
    """Ce qui s'oppose au retrait, en phrases."""
    if isinstance(objet, InstanceGouvernance) and (actes := objet.etapes.count() + objet.decisions.count()):
        pluriel = "s" if actes > 1 else ""
        return [
            f"Cette instance pose {actes} acte{pluriel} dans les circuits de décision\u00a0: "
            "retirez-la d’abord des circuits."
        ]
    return []


@transaction.atomic
def retirer(objet, *, par, motif=""):
    """Retire un élément et ce qui en dépend. Lève `TransitionInterdite` s'il sert encore ailleurs."""
    if empechements := empechements_a_retirer(objet):
        raise TransitionInterdite(empechements)
    if isinstance(objet, ORDONNES):
        _verrouiller_l_ordre(objet, par=par)
    avant = {nom: mot for nom, mot in decrire(objet).items() if mot}
    _noter("retirer", objet, par=par, avant=avant, motif=motif)
    try:
        objet.delete()
    except ProtectedError as erreur:
        raise TransitionInterdite("Cet élément sert encore ailleurs; il ne peut pas être retiré.") from erreur
    if isinstance(objet, ORDONNES):
        for rang, suivant in enumerate(objet.freres, start=1):
            type(objet).objects.filter(pk=suivant.pk).exclude(rang=rang).update(rang=rang)
    return objet


@transaction.atomic
def deplacer(objet, sens, *, par):
    """Échange le circuit ou l'étape avec son voisin; `sens` vaut −1 pour monter, 1 pour descendre. Dit s'il a bougé."""
    freres = list(_verrouiller_l_ordre(objet, par=par))
    place = next((n for n, autre in enumerate(freres) if autre.pk == objet.pk), None)
    if place is None or not 0 <= place + sens < len(freres):
        return False
    ici, voisin = freres[place], freres[place + sens]
    for pk, rang in ((ici.pk, HORS_RANG), (voisin.pk, ici.rang), (ici.pk, voisin.rang)):
        type(objet).objects.filter(pk=pk).update(rang=rang)
    Alliance.objects.filter(pk=objet.alliance_decrite()).marquer()
    avant = _ordre_en_mots(freres)
    freres[place], freres[place + sens] = voisin, ici
    _noter("deplacer", ici, par=par, avant={"ordre": avant}, apres={"ordre": _ordre_en_mots(freres)})
    return True


def _verrouiller_l_ordre(objet, *, par):
    """Ce qui se range avec l'objet, dans l'ordre, sous le verrou de l'Alliance; refuse ce que le dépôt a fixé."""
    alliance = Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=objet.alliance_decrite())
    if empechements := alliance.empechements_a_changer_les_circuits_par(par):
        raise TransitionInterdite(empechements)
    return objet.freres


def _ordre_en_mots(freres):
    return ", puis ".join(map(str, freres))


def _noter(verbe, objet, *, par, **champs):
    for alliance in _alliances_de(objet):
        _noter_pour(alliance, verbe, objet, par=par, **champs)


def _noter_pour(alliance, verbe, objet, *, par, **champs):
    roles = sorted(droits_de(par).pour(alliance.pk) if alliance else droits_de(par).roles)
    JournalAlliance.noter(
        alliance=alliance,
        par=par,
        role=next((role for role in (_en_qualite_de(objet, alliance), *roles) if role in roles), ""),
        geste=f"{verbe}-{NOMS[type(objet)]}",
        objet=objet,
        **champs,
    )


def _en_qualite_de(objet, alliance):
    """La signature change les circuits fixés; le reste est de la coordination."""
    return Role.SIGNATURE if isinstance(objet, ORDONNES) and alliance.circuits_fixes_le else Role.COORDINATION


def _alliances_de(objet):
    """Les Alliances dont le journal garde la trace; `None`, seule, pour la chaîne nationale.

    Un organisme est à toutes celles qu'il intéresse : une seule le décrit, aucune n'ignore ce qui change.
    """
    if isinstance(objet, IncidentDeConfidentialite):
        return [None]
    if not isinstance(objet, Organisme):
        return [Alliance.objects.get(pk=objet.alliance_decrite())]
    if interessees := list(objet.alliances_interessees()):
        return interessees
    territoire = objet.territoire_id
    return [Alliance.objects.filter(territoires=territoire).first() if territoire else None]
