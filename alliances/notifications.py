"""Annoncer à qui tient un rôle : la table des événements d'une pièce, et le mandat à qui le reçoit."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.urls import reverse
from django.utils import timezone

from alliances.models.adhesions import membres_de
from alliances.models.invitations import attend_son_mot_de_passe
from alliances.models.mandats import Mandat, avec_ses_interims, personnes_concernees
from alliances.models.releve import mandat_confie
from alliances.models.roles import DE_L_ALLIANCE, Role
from socle.annonces import suites
from socle.annonces.notifications import Annonce, Famille, annoncer, expedier
from socle.models import Courriel
from socle.texte.typographie import date_longue

PAIENT = frozenset({Role.MESS, Role.APPROBATION, Role.FINANCES_MESS})
ECHEANCES = Famille(
    "echeances", "Rappels d’échéance", "Avant la date. Une fois la date passée, le rappel part toujours."
)


@dataclass(frozen=True)
class Evenement:
    """Une ligne de la table d'une pièce : ce qui est arrivé, qui l'apprend, et qui, parmi eux, a un geste à faire.

    `legal` : il crée, change ou éteint une obligation, ou ouvre un délai; personne ne peut le taire.
    """

    titre: str
    texte: str
    roles: frozenset = frozenset()
    attendus: frozenset = frozenset()
    legal: bool = False


def annoncer_selon(evenement, alliance, *, objet, par, texte="", aussi=None, **message):
    """Annonce à qui tient un des rôles de l'événement sur cette Alliance, sauf à `par`, qui l'a causé.

    `objet` situe : « FQIS-2024-01 »; `aussi` : des personnes de plus, attendues quand d'autres le sont; le reste,
    `cle`, `famille` et `lien`, va à l'`Annonce`.
    """
    annonce = Annonce(
        titre=titre(evenement.titre, alliance, objet),
        texte=texte or evenement.texte,
        legale=evenement.legal,
        **message,
    )
    personnes = personnes_concernees(alliance, evenement.roles | evenement.attendus)
    attendus = personnes_concernees(alliance, evenement.attendus)
    if aussi is not None:
        personnes, attendus = personnes | aussi, attendus | aussi if evenement.attendus else attendus
    return annoncer(annonce, personnes, attendus=attendus, par=par)


def titre(nouvelle, alliance, objet):
    """« Plan déposé : Alliance – Bas-Saint-Laurent (PAR-2024-01-1.1) » : ce qui est arrivé d'abord."""
    return f"{nouvelle}\u00a0: {alliance.nom} ({objet})"


def annoncer_la_charge(dossier, *, par, objet, **message):
    """La personne à qui le dossier est confié l'apprend, et qui la remplace; une fois par ligne de son journal."""
    if dossier.en_charge is None:
        return []
    annonce = Annonce(
        cle=f"charge:{dossier._meta.label_lower}:{dossier.journal.only('pk').first().pk}",
        titre=titre("Un dossier vous est confié", dossier.alliance, objet),
        texte="Ce dossier est confié à vous, ou à une personne que vous remplacez.",
        **message,
    )
    concernees = avec_ses_interims(dossier.en_charge).filter(pk__in=dossier.analystes().values("pk"))
    return annoncer(annonce, concernees, par=par)


def annoncer_interim(interim, *, par):
    """La personne qui remplace et celle qu'elle remplace l'apprennent; un compte neuf reçoit son invitation."""
    if attend_son_mot_de_passe(interim.utilisateur):
        inviter_par_courriel([interim.utilisateur])
    if interim.est_a_confirmer:
        _demander_la_confirmation(interim)
    annonce = Annonce(
        cle=f"interim:{interim.pk}",
        famille="mandats",
        titre="Un intérim est nommé",
        texte=f"Le mandat\u00a0: {interim}, du {date_longue(interim.debut)} au {date_longue(interim.dernier_jour)}."
        + (" Il ne vaudra qu’une fois confirmé." if interim.est_a_confirmer else "")
        + "".join(f" {phrase}" for phrase in reserves_de(interim)),
        lien=reverse("alliances:mandats"),
        legale=True,
    )
    annoncer(annonce, [interim.utilisateur, interim.remplace.utilisateur], par=par)


IDENTITES = {  # titre, ce qu'on en lit, qui l'apprend, qui a un geste à faire
    "demande": ("Changement d’identité demandé", "attend votre réponse", (), (Role.MESS,)),
    "acceptee": ("Changement d’identité accepté", "est accepté", PAIENT, ()),  # les autres : identité changée
    "refusee": ("Changement d’identité refusé", "est refusé", DE_L_ALLIANCE, ()),
}


def annoncer_identite(demande, *, par, evenement):
    """Ce qui arrive à la demande d'une Alliance : le nom, le NEQ ou le numéro de fournisseur d'une partie change."""
    nouvelle, suite, roles, attendus = IDENTITES[evenement]
    accepte = reverse("alliances:identite_acceptation", args=[demande.pk])
    annonce = Evenement(
        nouvelle,
        f"Le changement d’identité de «\u00a0{demande.organisme}\u00a0» {suite}.",
        frozenset(roles),
        frozenset(attendus),
        legal=True,
    )
    return annoncer_selon(
        annonce,
        demande.alliance,
        objet=demande.organisme,
        par=par,
        cle=f"identite:{evenement}:{demande.pk}",
        famille="mandats",
        lien=accepte if attendus else reverse("alliances:organisme", args=[demande.organisme_id]),
    )


def reserves_de(mandat):
    """Les phrases de ce que ce mandat ne permettra pas à sa personne, selon les autres pièces."""
    return [phrase for _, phrases in mandat_confie.send(type(mandat), mandat=mandat) for phrase in phrases]


def dire_l_identite_changee(organisme, *, par):
    """L'organisme et les Alliances qui lui versent l'apprennent, qui que ce soit qui l'ait changée."""
    annonce = Annonce(
        cle=f"identite-changee:{organisme.pk}:{timezone.now().isoformat()}",
        famille="mandats",
        titre=f"Identité changée\u00a0: {organisme}",
        texte="Le nom, le NEQ, la forme, l’adresse, le courriel, le numéro de fournisseur ou, d’une MRC, le territoire"
        " de cet organisme a changé.",
        lien=reverse("alliances:organisme", args=[organisme.pk]),
        legale=True,
    )
    tables = (personnes_concernees(a, DE_L_ALLIANCE) for a in organisme.alliances_interessees())
    annoncer(annonce, reduce(or_, tables, membres_de(organisme)), par=par)


def annoncer_mandats(mandats):
    """Une notification par mandat confié; une invitation, avec son lien, si le compte est neuf."""
    mandats = list(mandats)
    inviter_par_courriel({m.utilisateur for m in mandats if attend_son_mot_de_passe(m.utilisateur)})
    for mandat in mandats:
        if not attend_son_mot_de_passe(mandat.utilisateur):
            _annoncer_a_la_personne(mandat)
        if mandat.est_a_confirmer:
            _demander_la_confirmation(mandat)


def inviter_par_courriel(personnes):
    """Le lien où choisir un mot de passe, à qui n'en a pas encore."""
    expedier([Courriel.objects.create(destinataire=p, genre="invitation") for p in personnes])


def _annoncer_a_la_personne(mandat):
    suite = "Il ne vaudra qu’une fois confirmé." if mandat.est_a_confirmer else "Il vaut dès maintenant."
    suite = " ".join([suite, *reserves_de(mandat)])
    annonce = Annonce(
        cle=f"mandat:{mandat.pk}:{mandat.est_a_confirmer}",
        famille="mandats",
        titre="Un mandat vous est confié",
        texte=f"Le mandat\u00a0: {mandat}. {suite}",
        lien=reverse("alliances:liste"),
        legale=True,
    )
    annoncer(annonce, [mandat.utilisateur])


def _demander_la_confirmation(mandat):
    """À qui peut en être la seconde personne."""
    annonce = Annonce(
        cle=f"mandat-a-confirmer:{mandat.pk}",
        famille="mandats",
        titre=f"Un mandat à confirmer\u00a0: {mandat}",
        texte=f"{mandat.nomme_par} confie ce rôle, qui lie, à {mandat.utilisateur}. Il ne vaudra qu’une fois confirmé.",
        lien=reverse("alliances:mandat_confirmation", args=[mandat.pk]),
        legale=True,
    )
    secondes = [
        p for p in mandat.secondes_personnes() if p.pk not in (mandat.utilisateur_id, mandat.nomme_par_id)
    ]
    annoncer(annonce, secondes, attendus=secondes)


def annoncer_la_confirmation(mandat, *, par):
    """La personne l'apprend, et qui l'a nommée; appuyé d'une résolution, ceux qui l'auraient confirmé aussi."""
    _annoncer_a_la_personne(mandat)
    temoins = [mandat.nomme_par] if mandat.confirme_par_id else mandat.secondes_personnes()
    annonce = Annonce(
        cle=f"mandat-confirme:{mandat.pk}",
        famille="mandats",
        titre=f"Un mandat vaut maintenant\u00a0: {mandat}",
        texte=f"{mandat.utilisateur} tient ce rôle. {mandat.garants}.",
        lien=reverse("alliances:mandats"),
        legale=True,
    )
    annoncer(annonce, [personne for personne in temoins if personne.pk != mandat.utilisateur_id], par=par)


DEMANDES_D_ORGANISME = {  # ce qu'en lit qui répond, puis la personne, acceptée ou refusée
    "adhesion": (
        "Une personne demande à se joindre à un organisme",
        "Vous pouvez rédiger pour l’organisme",
        "Votre demande de vous joindre à un organisme est refusée",
    ),
    "engagement": (
        "Une personne demande à engager son organisme",
        "Vous pouvez engager votre organisme",
        "Votre demande d’engager votre organisme est refusée",
    ),
    "invitation": (
        "Une personne vous invite à rédiger pour son organisme",
        "Votre invitation est acceptée",
        "Votre invitation est refusée",
    ),
}


def annoncer_la_demande(demande, *, par):
    """À qui peut répondre; la résolution ou le message se lisent sur la page."""
    annonce = Annonce(
        cle=f"{demande.CHOSE}:{demande.pk}",
        famille="mandats",
        titre=DEMANDES_D_ORGANISME[demande.CHOSE][0],
        texte=f"Il s’agit de «\u00a0{demande.organisme}\u00a0». Votre réponse est attendue.",
        lien=reverse(f"alliances:{demande.CHOSE}_acceptation", args=[demande.pk]),
        legale=True,
    )
    repondent = demande.repondants()
    return annoncer(annonce, repondent, attendus=repondent, par=par)


def annoncer_la_reponse(demande, *, par):
    """À la personne qui a demandé, avec le motif d'un refus."""
    _, acceptee, refusee = DEMANDES_D_ORGANISME[demande.CHOSE]
    refus = demande.etat == demande.Etat.REFUSEE
    annonce = Annonce(
        cle=f"{demande.CHOSE}:{demande.etat}:{demande.pk}",
        famille="mandats",
        titre=refusee if refus else acceptee,
        texte=f"Il s’agissait de «\u00a0{demande.organisme}\u00a0». La page de vos organismes dit la suite.",
        lien=_suite(demande),
        legale=True,
    )
    return annoncer(annonce, [demande.demandee_par], par=par)


def _suite(demande):
    """La page d'une invitation n'est qu'à la personne invitée."""
    if demande.CHOSE == "invitation":
        return reverse("alliances:organisme", args=[demande.organisme_id])
    return reverse(f"alliances:{demande.CHOSE}_retrait", args=[demande.pk])


def annoncer_la_confirmation_d_engagement(demande, *, par):
    """La personne, ceux qui confirment d'habitude ce rôle, l'organisme, et les autres Tables qui ont de ses demandes.

    Celles-là, la pièce qui les connaît les prévient.
    """
    mandat = Mandat.objects.get(
        utilisateur=demande.demandee_par, organisme=demande.organisme, role=Role.ENGAGEMENT, fin=None
    )
    annoncer_la_confirmation(mandat, par=par)
    suites.jouer("engagement", demande, par=par)
