"""La situation commune aux gardes : dix-huit personnes, et chez soi comme ailleurs une Alliance par état du plan.

Elle sert à la matrice des accès, au parcours de toutes les pages et aux visites d'axe. « Chez soi » est la
région 01 ; « ailleurs », la région 14. Une adresse se forme du nom d'une URL et d'un objet :
`situation.adresse("plans:section", "brouillon/1d", "chez_soi")`.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from alliances.models import (
    Alliance,
    Contact,
    DemandeIdentite,
    EtapeDecision,
    Mandat,
    Organisme,
    PartieAlliance,
    ResolutionDeMandat,
    Role,
)
from alliances.models.releve import nommer
from alliances.models.roles import A_DOUBLE_FACTEUR
from alliances.plans.models import DemandeCorrection, ObservationPlan, PiecePlan
from socle.models import Notification
from tests import fabriques
from tests.conventions import situation as des_conventions
from tests.projets import situation as des_initiatives

CHEZ_SOI, AILLEURS = "chez_soi", "ailleurs"
ANONYME, SANS_MANDAT = "anonyme", "sans_mandat"
PERSONNES = (ANONYME, SANS_MANDAT, *Role.values)
PARTOUT = {ANONYME, SANS_MANDAT, "mess", "approbation", "finances_mess", "administration"}
ETATS = {
    "vide": fabriques.plan_ouvert,
    "brouillon": fabriques.plan_pret,
    "adoptee": fabriques.version_adoptee,
    "deposee": fabriques.version_deposee,
    "a_corriger": fabriques.version_a_corriger,
    "avisee": fabriques.version_avisee,
    "approuvee": fabriques.version_approuvee,
}
SUR_ALLIANCES = ("coordination", "signature", "finances")
UNE_JOURNEE = 24 * 60 * 60  # secondes
SERVICE = ClientHandler(enforce_csrf_checks=False)  # le même pour tous : ses intergiciels se montent une fois


@dataclass
class Situation:
    """Les personnes par rôle, et les objets de chaque portée, par leur nom dans la matrice."""

    personnes: dict
    objets: dict
    seances: dict

    def client(self, role):
        """Un navigateur sans script, neuf, dans la séance de cette personne : la quitter n'engage que lui."""
        client = Client(raise_request_exception=False)
        client.handler = SERVICE
        if role in self.seances:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.seances[role]
        return client

    def a_une_portee(self, objet):
        """L'objet existe aussi ailleurs, et n'y est pas le même."""
        return objet in self.objets[AILLEURS] and self.objets[AILLEURS][objet] != self.objets[CHEZ_SOI][objet]

    def adresse(self, nom, objet, portee=CHEZ_SOI):
        return reverse(nom, args=self.objets[portee][objet])


def _connecter(personne):
    """Ouvre une séance comme si le mot de passe venait d'être tapé; retourne son identifiant.

    Elle sert à mille essais : sur un poste lent, il ne faut ni la prolonger ni redire le mot de passe.
    """
    plus_tard = time.time() + UNE_JOURNEE
    client = Client()
    client.force_login(personne)
    seance = client.session
    seance["account_authentication_methods"] = [
        {"method": "password", "at": plus_tard, "reauthenticated": True}
    ]
    seance["account_authentication_methods_user"] = str(personne.pk)
    seance["active_le"] = plus_tard
    seance.save()
    client.get("/aide/")  # la première page d'une séance en note l'ouverture : c'est fait
    return seance.session_key


def batir():
    """Toute la situation; rien n'y est écrit hors des gestes et des fabriques."""
    cadre = fabriques.fabrique_cadre()
    portees = {CHEZ_SOI: (cadre.bsl, "07"), AILLEURS: (cadre.lanaudiere, "61")}
    alliances = {portee: _alliances(modele) for portee, (modele, _) in portees.items()}
    personnes = _personnes(*portees[CHEZ_SOI], alliances[CHEZ_SOI])
    for role in SUR_ALLIANCES:
        fabriques.personne(role, cadre.lanaudiere)
        _mandater(_tenant(role, cadre.lanaudiere), role, alliances[AILLEURS])
    for role in ("dgsq", "direction_dgsq"):
        fabriques.personne(role, cadre.lanaudiere.regions.get())
    objets = {portee: _objets(modele, alliances[portee], code) for portee, (modele, code) in portees.items()}
    objets[CHEZ_SOI] |= _objets_du_compte(personnes) | {"incident": (fabriques.incident().pk,)}
    objets[CHEZ_SOI] |= {
        "appel/public": objets[CHEZ_SOI]["appel"]
    }  # celui d'ailleurs se lit aussi de tout le monde
    seances = {role: _connecter(personne) for role, personne in personnes.items() if personne}
    return Situation(personnes, objets, seances)


def _alliances(modele):
    """Une Alliance par état du plan, plus une sans plan, sur le même territoire que le modèle."""
    return {
        etat: _soeur(modele, etat)
        for etat in (*ETATS, "sans_plan", "modification", *des_conventions.SOEURS, *des_initiatives.SOEURS)
    }


def _soeur(modele, etat):
    alliance = Alliance.objects.create(
        cycle=modele.cycle,
        nom=f"{modele.nom}, {etat}",
        slug=f"{modele.slug}-{etat.replace('_', '-')}",
        table_regionale=modele.table_regionale,
    )
    alliance.regions.set(modele.regions.all())
    alliance.territoires.set(modele.territoires.all())
    fiduciaire = modele.parties.get().organisme
    PartieAlliance.objects.create(alliance=alliance, organisme=fiduciaire, qualite="signataire")
    Contact.objects.create(
        alliance=alliance,
        nom="Personne à joindre",
        fonction="Coordination",
        courriel=f"{alliance.slug}@alliances.example",
        telephone="418 555-0100",
        principal=True,
    )
    fabriques._gouvernance(alliance)
    return alliance


def _personnes(modele, territoire, alliances):
    region = modele.regions.get()
    porteur = Organisme.objects.create(
        nom="Carrefour du haut pays", forme="obnl", territoire=modele.territoires.get(code=territoire)
    )
    portees = {
        **dict.fromkeys(("territoire", "sign_territoire", "fin_territoire"), porteur.territoire),
        "porteur": porteur,
        "engagement": porteur,
        "evaluation": modele.instances.get(),
        "observation": region,
    }
    personnes = {ANONYME: None}
    for role in Role.values:
        portee = portees.get(role)
        if role in SUR_ALLIANCES:
            portee = modele
        elif role in ("dgsq", "direction_dgsq"):
            portee = region
        personnes[role] = fabriques.personne(role, portee)
    for role in SUR_ALLIANCES:
        _mandater(personnes[role], role, alliances)
    for role in A_DOUBLE_FACTEUR:
        RecoveryCodes.activate(personnes[role])
    sans_mandat = fabriques.personne("mess")
    Mandat.objects.filter(utilisateur=sans_mandat).update(fin=fabriques.DEBUT)
    return personnes | {SANS_MANDAT: sans_mandat}


def _mandater(personne, role, alliances):
    for alliance in alliances.values():
        fabriques.mandater(personne, role, alliance=alliance)


def _tenant(role, alliance):
    return Mandat.objects.filter(role=role, alliance=alliance).latest("pk").utilisateur


def _objets(modele, alliances, territoire):
    """Les arguments d'URL de chaque objet nommé dans la matrice."""
    versions = {etat: fabrique(alliances[etat]) for etat, fabrique in ETATS.items()}
    versions["modification"] = _modification(alliances["modification"])
    objets = {"-": (), "alliance": (modele.slug,)}
    for etat, version in versions.items():
        objets |= _objets_de_la_version(etat, version)
    objets |= _objets_de_l_alliance(modele)
    objets |= {f"alliance/{etat}": (alliance.slug,) for etat, alliance in alliances.items()}
    objets |= des_conventions.objets(modele, alliances)
    organisme, _ = Organisme.objects.get_or_create(
        territoire=modele.territoires.get(code=territoire),
        forme="obnl",
        defaults={"nom": f"Organisme de {modele.nom}"},
    )
    objets |= des_initiatives.objets(modele, alliances["initiatives"], territoire)
    return objets | {
        "organisme": (organisme.pk,),
        **_objets_de_confiance(modele),
        **{f"mandat/{role}": (_mandat(role, modele).pk,) for role in (*SUR_ALLIANCES, "dgsq")},
        "role/coordination": ("coordination",),
        "role/dgsq": ("dgsq",),
        "role/mess": ("mess",),
    }


def _objets_de_confiance(modele):
    """Un mandat à confirmer, une résolution jointe, une demande d'identité."""
    par, qui = _tenant("coordination", modele), fabriques.personne("territoire", modele.territoires.first())
    resolution = ResolutionDeMandat.televerser(
        fabriques.fichier_pdf(), par=par, mandat=Mandat.objects.get(pk=_mandat("signature", modele).pk)
    )
    table = modele.table_regionale
    demande = DemandeIdentite.demander(
        table, par=par, alliance=modele, motif="Nom changé.", **table.identite() | {"nom": "Nouvelle Table"}
    )
    return {
        "mandat/a_confirmer": (nommer(qui, "finances", par=par, alliance=modele).pk,),
        "mandat/piece": (resolution.pk,),
        "identite": (demande.pk,),
        "organisme/partie": (table.pk,),
    }


def _mandat(role, modele):
    portee = {"region": modele.regions.get()} if role == "dgsq" else {"alliance": modele}
    return Mandat.objects.filter(role=role, **portee).latest("pk")


def _modification(alliance):
    par = _tenant("coordination", alliance)
    version = fabriques.version_approuvee(alliance).ouvrir_modification(
        par=par, motif="Ajouter une priorité."
    )
    fabriques.ajouter_priorite(version, par, titre="Des déplacements possibles", palier="local")
    return fabriques.relire(version)


def _objets_de_la_version(etat, version):
    """La version elle-même, son dossier, une section, une priorité, ses documents, ses demandes."""
    objets = {
        etat: (version.pk,),
        f"{etat}/1d": (version.pk, "1d"),
        f"{etat}/3-9": (version.pk, "3-9"),
        f"{etat}/presence": (version.pk, "section-1d"),
        f"{etat}/dossier": (version.plan_id,),
    }
    for priorite in version.priorites.all()[:1]:
        moyen = priorite.objectifs.get().moyens.get()
        elements = (priorite, priorite.objectifs.get(), moyen, moyen.indicateurs.get())
        objets |= {f"{etat}/{e.objet}": (version.pk, e.objet, e.cle) for e in elements}
        objets[f"{etat}/fiche"] = (version.pk, str(priorite.cle))
    locale = version.priorites.filter(palier="local").first()
    if locale:
        objets[f"{etat}/locale"] = (version.pk, "priorite", locale.cle)
    for instantane in version.instantanes.all():
        objets[f"{etat}/{instantane.circonstance}"] = (instantane.pk,)
    for piece in PiecePlan.objects.filter(version=version):
        objets[f"{etat}/piece"] = (piece.pk,)
    if etat in ("brouillon", "approuvee"):
        objets[f"{etat}/annexe"] = (version.pk, _annexe(version).pk)
    if etat == "brouillon":
        par = _tenant("coordination", version.plan.alliance)
        retiree = fabriques.ajouter_priorite(version, par, titre="Une priorité retirée")
        retiree.supprimer(par=par)
        objets["brouillon/supprime"] = (version.pk, "priorite", retiree.cle)
    if etat == "deposee":
        objets["deposee/demande"] = (_demander(version).pk,)
        _observer(version)
    for demande in version.demandes.envoyees()[:1]:
        objets[f"{etat}/demande"] = (demande.pk,)
    return objets


def _annexe(version):
    par = _tenant("coordination", version.plan.alliance)
    annexe = fabriques.fichier_pdf("territoires.pdf")
    return PiecePlan.televerser(annexe, par=par, version=version, televersee_le=version.creee_le)


def _demander(version):
    return DemandeCorrection.demander(
        version,
        par=fabriques._tenant("dgsq", version.plan.alliance),
        cible=("section", "1d"),
        raison="incomplet",
        texte="Précisez le nombre de sièges réservés.",
    )


def _observer(version):
    for visibilite in ("interne", "partagee"):
        ObservationPlan.objects.create(
            version=version,
            cible_objet="section",
            cible_cle="1d",
            ecrite_par=fabriques._tenant("dgsq", version.plan.alliance),
            texte="Le soutien offert aux personnes est bien décrit.",
            visibilite=visibilite,
        )


def _objets_de_l_alliance(alliance):
    slug, instance, circuit = alliance.slug, alliance.instances.get(), alliance.circuits.get()
    lignes = {
        "circuit": circuit,
        "etape": EtapeDecision.objects.create(
            circuit=circuit, rang=1, instance_gouvernance=instance, acte="avis"
        ),
        "instance": instance,
        "siege": instance.sieges.first(),
        "participation": alliance.participations.get(),
        "contact": alliance.contacts.get(),
        "partie": alliance.parties.get(),
    }
    return {nom: (slug, ligne.pk) for nom, ligne in lignes.items()}


def _objets_du_compte(personnes):
    """Une notification de la coordination; les clés des courriels de qui n'a plus de mandat."""
    notification = Notification.objects.create(
        destinataire=personnes["coordination"],
        cle="essai",
        titre="Le plan est déposé",
        texte="Services Québec peut commencer son examen.",
        lien="/plans/",
    )
    oublieuse = personnes[SANS_MANDAT]
    courriel = EmailAddress.objects.create(user=oublieuse, email="nouvelle@alliances.example")
    return {
        "notification": (notification.pk,),
        "cle/courriel": (EmailConfirmationHMAC(courriel).key,),
        "cle/mot_de_passe": (user_pk_to_url_str(oublieuse), default_token_generator.make_token(oublieuse)),
        "fournisseur": ("ministere",),
        "cle/securite": (fabriques.cle_de_securite(personnes["coordination"]).pk,),
    }


def lire_matrice(chemin=Path(__file__).parent / "matrice.txt"):
    """Les lignes de la matrice : (nom, méthode, objet, {personne: code attendu})."""
    lignes = [ligne.split() for ligne in chemin.read_text(encoding="utf-8").splitlines()]
    utiles = [ligne for ligne in lignes if ligne and not ligne[0].startswith("#")]
    for nom, methode, objet, *codes in utiles:
        yield nom, methode, objet, dict(zip(PERSONNES, map(int, codes), strict=True))
