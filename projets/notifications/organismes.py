"""Annoncer qui entre dans un organisme et qui en sort : à la personne et à qui en est; à défaut, à la Table."""

from django.urls import reverse

from alliances.models import InvitationDUnMembre
from alliances.models.adhesions import membres_de
from alliances.models.invitations import attend_son_mot_de_passe
from alliances.models.mandats import Mandat
from alliances.models.roles import Role
from alliances.notifications import annoncer_la_demande, inviter_par_courriel
from projets.models import Initiative
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur
from socle.texte.typographie import de

RESTE = "{} a quitté {}. Ses brouillons et ses demandes restent à l’organisme."
VIDE = (
    "{} a quitté {}, qui n’a plus personne. Qui voudra s’y joindre vous le demandera\xa0: vous le rouvrirez, avec une "
    "raison."
)

INVITEE = (
    "{} a invité {}, qui, après avoir accepté, lira les demandes de l’organisme et y rédigera. Qui engage l’organisme"
    " peut annuler l’invitation, puis retirer l’accès."
)
RETIREE = "{} vous a retiré l’accès à cet organisme. Ce que vous avez écrit lui reste."
ENGAGEE = (
    "La coordination ({}) a accepté la résolution qui nomme {} pour engager cet organisme. S’il n’en est rien, dites-"
    "le-lui\xa0: un rôle se retire."
)
SORTIE = "{} a retiré l’accès de {}. Ses brouillons et ses demandes restent à l’organisme."


def annoncer_l_invitation(chose, *, par):
    """`chose` : l'invitation de qui a un compte, qui l'apprend et y répond, ou le mandat d'un compte neuf.

    Un compte que personne n'a encore ouvert reçoit son lien. Les autres de l'organisme ne lisent que l'adresse.
    """
    invitation = isinstance(chose, InvitationDUnMembre)
    personne = chose.personne if invitation else chose.utilisateur
    if attend_son_mot_de_passe(personne):
        inviter_par_courriel([personne])
    if invitation:
        annoncer_la_demande(chose, par=par)
    adresse = chose.courriel if invitation else personne.courriel
    cle, dit = f"invitation-vue:{chose._meta.model_name}:{chose.pk}", INVITEE.format(par, adresse)
    _annoncer_aux_autres(chose.organisme, cle, "Personne invitée", dit, sauf=personne, par=par)


def annoncer_le_retrait_du_membre(mandat, *, par):
    titre = f"Vous n’êtes plus {de(mandat.organisme)}"
    lien = reverse("projets:mes_organismes")
    annonce = Annonce(f"sortie:{mandat.pk}", "mandats", titre, RETIREE.format(par), lien, legale=True)
    annoncer(annonce, [mandat.utilisateur])
    dit = SORTIE.format(par, mandat.utilisateur)
    cle, partie = f"sortie-vue:{mandat.pk}", mandat.utilisateur
    _annoncer_aux_autres(mandat.organisme, cle, "Accès retiré", dit, sauf=partie, par=par)


def _annoncer_aux_autres(organisme, cle, nouvelle, texte, *, sauf, par):
    titre, lien = f"{nouvelle}\xa0: {organisme}", reverse("projets:mes_organismes")
    annonce = Annonce(cle=cle, famille="mandats", titre=titre, texte=texte, lien=lien)
    annoncer(annonce, membres_de(organisme).exclude(pk=sauf.pk), par=par)


def annoncer_le_depart(mandats, *, par):
    """`mandats` : ceux qui viennent de finir, sur un même organisme."""
    organisme = mandats[0].organisme
    restent = membres_de(organisme)
    dit, personnes = (RESTE, restent) if restent.exists() else (VIDE, _coordinations(organisme))
    annonce = Annonce(
        cle=f"depart:{mandats[0].pk}",
        famille="mandats",
        titre=f"Départ\xa0: {organisme}",
        texte=dit.format(par, organisme),
        lien=reverse("projets:mes_organismes" if dit is RESTE else "alliances:organismes"),
    )
    return annoncer(annonce, personnes, par=par)


def _coordinations(organisme):
    alliances = organisme.territoire.alliances.all() if organisme.territoire else ()
    tenus = Mandat.objects.en_titre().filter(role=Role.COORDINATION, alliance__in=alliances)
    return Utilisateur.objects.filter(pk__in=tenus.values("utilisateur"))


def annoncer_l_engagement(demande, *, par):
    """Les autres de l'organisme, et les coordinations des autres Tables qui ont de lui une demande en cours."""
    organisme, personne = demande.organisme, demande.demandee_par
    en_cours = Initiative.objects.filter(organisme=organisme).en_cours()
    ailleurs = en_cours.exclude(alliance=demande.alliance).values("alliance")
    tenus = Mandat.objects.en_titre().filter(role=Role.COORDINATION, alliance__in=ailleurs)
    annonce = Annonce(
        cle=f"engagement-vu:{demande.pk}",
        famille="mandats",
        titre=f"Une personne engage un organisme\xa0: {organisme}",
        texte=ENGAGEE.format(demande.alliance, personne),
        lien=reverse("alliances:organisme", args=[organisme.pk]),
        legale=True,
    )
    tables = Utilisateur.objects.filter(pk__in=tenus.values("utilisateur"))
    return annoncer(annonce, (membres_de(organisme) | tables).exclude(pk=personne.pk), par=par)
