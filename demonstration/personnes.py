"""Les comptes de la démonstration : ceux du tableau, et les figurants des autres régions.

Un figurant ne se connecte pas : compte inactif, sans mot de passe. Tous les noms sont inventés.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from alliances.models import (
    Alliance,
    InstanceGouvernance,
    InvitationDUnMembre,
    Mandat,
    Organisme,
    Region,
    Role,
    Territoire,
)
from alliances.models.releve import nommer_un_interim
from alliances.models.roles import QUI_LIENT
from demonstration.lecture import fiche
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui

MOT_DE_PASSE = "demo-alliances"
DEBUT_DES_MANDATS = date(2024, 11, 1)
PRENOMS = (
    "Arlette",
    "Benoît",
    "Colombe",
    "Didier",
    "Elsa",
    "Fabien",
    "Gisèle",
    "Hugo",
    "Irma",
    "Joris",
    "Karine",
)
NOMS = ("Aubrivel", "Bellecombe", "Cormoral", "Dantremont", "Estival", "Fauconel", "Grisaubert", "Havrelin")


@dataclass(frozen=True)
class Acteurs:
    """Les personnes qui jouent l'histoire d'une Alliance."""

    coordination: Utilisateur
    signature: Utilisateur
    finances: Utilisateur
    dgsq: Utilisateur | None
    direction: Utilisateur | None
    mess: Utilisateur
    approbation: Utilisateur


def charger_comptes():
    """Crée les comptes qui manquent et leurs mandats; ne touche à rien de ce qui existe."""
    for ligne in fiche("comptes")["organismes"]:
        territoire = Territoire.objects.get(code=ligne["territoire"])
        champs = {"forme": ligne.get("forme", "obnl"), "neq": ligne.get("neq", ""), "territoire": territoire}
        Organisme.objects.get_or_create(nom=ligne["nom"], defaults=champs)
    mot_de_passe = make_password(MOT_DE_PASSE)
    for ligne in fiche("comptes")["comptes"]:
        utilisateur, nouveau = _compte(ligne["adresse"], ligne["prenom"], ligne["nom"])
        if nouveau:
            utilisateur.password = mot_de_passe
            utilisateur.is_active = True
            utilisateur.is_staff = ligne.get("administration", False)
            utilisateur.telephone = ligne.get("telephone", "")
            utilisateur.save()
            EmailAddress.objects.create(
                user=utilisateur, email=utilisateur.courriel, verified=True, primary=True
            )
    for ligne in fiche("comptes")["comptes"]:
        for mandat in mandats_de(ligne):
            if mandat["role"] != Role.EVALUATION:
                _mandater(compte_de(ligne["adresse"]), mandat["role"], **_portee(mandat.get("portee", "")))


def mandater_les_instances(alliance):
    """Qui siège à une instance de l'Alliance, une fois sa gouvernance décrite."""
    for ligne in fiche("comptes")["comptes"]:
        for mandat in mandats_de(ligne):
            if mandat.get("portee", "").startswith(f"instance:{alliance.slug}/"):
                _mandater(compte_de(ligne["adresse"]), mandat["role"], **_portee(mandat["portee"]))


def nommer_les_interims():
    """Chaque intérim de la fiche, à moins que le mandat en ait déjà eu un."""
    for ligne in fiche("comptes")["interims"]:
        absente, remplacante, par = map(compte_de, (ligne["absente"], ligne["remplacante"], ligne["par"]))
        portee = _portee(ligne["portee"])
        mandat = Mandat.objects.filter(utilisateur=absente, role=ligne["role"], fin=None, **portee).first()
        if mandat and not mandat.interims.exists():
            jour = aujourd_hui()
            nommer_un_interim(mandat, remplacante, par=par, debut=jour, fin=jour + timedelta(ligne["jours"]))


def inviter_les_membres():
    """Chaque invitation de la fiche, à moins que la personne en ait déjà eu une : elle attend sa réponse."""
    for ligne in fiche("comptes")["invitations"]:
        par, personne = map(compte_de, (ligne["par"], ligne["personne"]))
        organisme = Organisme.objects.get(nom=ligne["organisme"])
        if not InvitationDUnMembre.objects.filter(organisme=organisme, personne=personne).exists():
            InvitationDUnMembre.envoyer(organisme, personne, par=par, courriel=personne.courriel)


def compte_de(adresse):
    return Utilisateur.objects.get(courriel=f"{adresse}@alliances.example")


def mandats_de(compte):
    """Les mandats d'un compte du tableau, le premier d'abord : rôle et portée sous leurs clés."""
    return [compte, *compte.get("autres", ())]


def acteurs_de(alliance):
    """Les comptes du tableau quand ils tiennent le rôle, sinon des figurants."""
    region = alliance.regions.first()
    return Acteurs(
        coordination=_tenant(Role.COORDINATION, alliance.slug, alliance=alliance),
        signature=_tenant(Role.SIGNATURE, alliance.slug, alliance=alliance),
        finances=_tenant(Role.FINANCES, alliance.slug, alliance=alliance),
        dgsq=_tenant(Role.DGSQ, region.code, region=region) if region else None,
        direction=_tenant(Role.DIRECTION_DGSQ, region.code, region=region) if region else None,
        mess=_tenant(Role.MESS, "national"),
        approbation=_tenant(Role.APPROBATION, "national"),
    )


def tenant_de(role):
    """La personne qui tient ce rôle national."""
    return _tenant(role, "national")


def engage_de(organisme):
    """La personne qui engage cet organisme, inventée s'il n'en a pas."""
    return _tenant(Role.ENGAGEMENT, f"org{organisme.pk}", organisme=organisme)


def du_territoire(role, territoire):
    """La personne d'un territoire à ce rôle, ou `None` : on n'en invente pas."""
    mandat = Mandat.objects.filter(role=role, territoire=territoire).select_related("utilisateur").first()
    return mandat and mandat.utilisateur


def releve_des_finances(alliance):
    """La seconde personne des finances d'une Alliance : elle défait ce que la première a inscrit."""
    seconde = figurant_de(f"finances2.{alliance.slug}", "Sylvestre", "Ormenel")
    _mandater(seconde, Role.FINANCES, alliance=alliance)
    return seconde


def _tenant(role, suffixe, **portee):
    """Qui tient ce rôle, ou l'a tenu le dernier : on ne lui invente pas de relève."""
    tenus = Mandat.objects.filter(role=role, remplace=None, **portee).select_related("utilisateur")
    mandat = tenus.order_by(F("fin").desc(nulls_first=True), "debut", "pk").first()
    if mandat:
        return mandat.utilisateur
    adresse = f"{role.value.replace('_', '.')}.{suffixe}"
    graine = sum(map(ord, adresse))
    figurant, _ = _compte(adresse, PRENOMS[graine % len(PRENOMS)], NOMS[graine % len(NOMS)])
    _mandater(figurant, role, **portee)
    return figurant


def figurant_de(adresse, prenom, nom):
    """Une personne du récit qui ne se connecte pas."""
    return _compte(adresse, prenom, nom)[0]


def _compte(adresse, prenom, nom):
    """Le compte de cette adresse; nouveau, il est inactif et sans mot de passe."""
    courriel = f"{adresse}@alliances.example"
    utilisateur = Utilisateur.objects.filter(courriel=courriel).first()
    if utilisateur:
        return utilisateur, False
    return Utilisateur.objects.create_user(courriel, prenom=prenom, nom=nom, is_active=False), True


def _mandater(utilisateur, role, **portee):
    """Donne le mandat, à moins qu'il ait déjà existé : un mandat terminé le reste."""
    mandats = Mandat.objects.filter(utilisateur=utilisateur, role=role, **portee)
    if not mandats.exists():
        champs = _garants(role) | portee
        Mandat.objects.create(utilisateur=utilisateur, role=role, debut=DEBUT_DES_MANDATS, **champs)


def _garants(role):
    """Ce qui lie a ses deux personnes, celles de l'administration; elles, l'installation les a nommées ensemble."""
    if role not in QUI_LIENT:
        return {}
    le = {"confirme_le": timezone.make_aware(datetime.combine(DEBUT_DES_MANDATS, time(9)))}
    if role == Role.ADMINISTRATION:
        return le
    return le | {"nomme_par": compte_de("admin"), "confirme_par": compte_de("admin2")}


def _portee(texte):
    """« region:01 » → {"region": Region}; vide pour un mandat national."""
    if not texte:
        return {}
    genre, _, cle = texte.partition(":")
    if genre == "instance":
        slug, _, nom = cle.partition("/")
        return {"instance_gouvernance": InstanceGouvernance.objects.get(alliance__slug=slug, nom=nom)}
    modele, champ = {
        "alliance": (Alliance, "slug"),
        "region": (Region, "code"),
        "territoire": (Territoire, "code"),
        "organisme": (Organisme, "nom"),
    }[genre]
    return {genre: modele.objects.get(**{champ: cle})}
