"""Annoncer qui entre dans un organisme et qui en sort : à la personne et à qui en est; à défaut, à la Table."""

from django.urls import reverse

from alliances.models.adhesions import membres_de
from alliances.models.invitations import attend_son_mot_de_passe
from alliances.models.mandats import Mandat
from alliances.models.roles import Role
from alliances.notifications import inviter_par_courriel
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur
from socle.texte.typographie import de

RESTE = "{} a quitté {}. Ses brouillons et ses demandes restent à l’organisme."
VIDE = (
    "{} a quitté {}, qui n’a plus personne. Qui voudra s’y joindre vous le demandera\xa0: vous le rouvrirez, avec une "
    "raison."
)

INVITEE = (
    "{} vous y a ajoutée\xa0: vous lisez toutes ses demandes et vous y rédigez, sans l’engager. Si vous n’en êtes pas, "
    "quittez cet organisme depuis «\xa0Mes organismes\xa0»."
)
ENTREE = "{} a invité {} ({}), qui lira ses demandes et y rédigera. Qui engage l’organisme peut lui en retirer l’accès."
RETIREE = "{} vous a retiré l’accès à cet organisme. Ce que vous avez écrit lui reste."
SORTIE = "{} a retiré l’accès de {}. Ses brouillons et ses demandes restent à l’organisme."


def annoncer_l_entree(mandat, *, par):
    """La personne invitée, qui peut partir, et les autres; un compte neuf reçoit le lien de son invitation."""
    if attend_son_mot_de_passe(personne := mandat.utilisateur):
        inviter_par_courriel([personne])
    titre = f"Vous êtes maintenant {de(mandat.organisme)}"
    _annoncer_a_la_personne(mandat, f"entree:{mandat.pk}", titre, INVITEE.format(par))
    dit = ENTREE.format(par, personne, personne.courriel)
    _annoncer_aux_autres(mandat, f"entree-vue:{mandat.pk}", "Nouvelle personne", dit, par=par)


def annoncer_le_retrait_du_membre(mandat, *, par):
    titre = f"Vous n’êtes plus {de(mandat.organisme)}"
    _annoncer_a_la_personne(mandat, f"sortie:{mandat.pk}", titre, RETIREE.format(par))
    dit = SORTIE.format(par, mandat.utilisateur)
    _annoncer_aux_autres(mandat, f"sortie-vue:{mandat.pk}", "Accès retiré", dit, par=par)


def _annoncer_a_la_personne(mandat, cle, titre, texte):
    """Rien à qui n'a pas accepté son invitation : elle n'a pas de compte où le lire."""
    if attend_son_mot_de_passe(mandat.utilisateur):
        return
    lien = reverse("projets:mes_organismes")
    annonce = Annonce(cle=cle, famille="mandats", titre=titre, texte=texte, lien=lien, legale=True)
    annoncer(annonce, [mandat.utilisateur])


def _annoncer_aux_autres(mandat, cle, nouvelle, texte, *, par):
    titre, lien = f"{nouvelle}\xa0: {mandat.organisme}", reverse("projets:mes_organismes")
    annonce = Annonce(cle=cle, famille="mandats", titre=titre, texte=texte, lien=lien)
    annoncer(annonce, membres_de(mandat.organisme).exclude(pk=mandat.utilisateur_id), par=par)


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
