"""Annoncer ce qui arrive à un protocole transmis : signé, refusé, suspendu, repris, fini; à la Table, à l'organisme."""

from django.urls import reverse

from alliances.models.mandats import Mandat, personnes_concernees
from alliances.models.roles import DE_L_ORGANISME, Role
from alliances.notifications import Evenement
from projets.notifications.demandes import nommer
from projets.protocoles.permissions import peut, peut_repondre
from socle.annonces.notifications import Annonce, Famille, annoncer
from socle.models import Utilisateur

PROTOCOLES = Famille(
    "protocoles", "Protocoles", "Un protocole est signé, suspendu ou fini; un rapport est reçu ou accepté."
)
SUIVENT = frozenset({Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE})
PAIENT = frozenset({Role.FINANCES, Role.FINANCES_TERRITOIRE})

SIGNATURE = Evenement(
    "Protocole signé par une partie", "Il manque la signature de l’autre partie\xa0: rien n’est engagé avant."
)
VIGUEUR = Evenement(
    "Protocole en vigueur",
    "Les deux parties ont signé. L’argent est engagé, et ce que la signature libère peut être versé.",
    roles=PAIENT,
    legal=True,
)
REFUS = Evenement(
    "Protocole refusé",
    "Une partie l’a refusé, et son journal dit pourquoi. Il est revenu en préparation; rien n’est engagé.",
    legal=True,
)
RAPPORT_INSCRIT = Evenement(
    "Rapport reçu", "Il est inscrit au protocole\xa0: une autre personne peut l’accepter."
)
RAPPORT_ACCEPTE = Evenement(
    "Rapport accepté", "Les versements qui l’attendaient peuvent être faits.", roles=PAIENT, legal=True
)
RAPPORT_REFUSE = Evenement(
    "Rapport non accepté",
    "La Table n’accepte pas le rapport reçu, et le protocole dit pourquoi. Un nouveau est attendu.",
    legal=True,
)
SUSPENSION = Evenement(
    "Initiative suspendue", "Rien ne se verse d’ici sa reprise. Le protocole dit pourquoi.", legal=True
)
REPRISE = Evenement("Initiative reprise", "Les versements reprennent du même point.", legal=True)
ANNULATION = Evenement(
    "Versement annulé",
    "Une somme prévue ne sera pas versée\xa0: elle est retournée à son enveloppe. Le protocole dit laquelle.",
    legal=True,
)
CLOTURE = Evenement(
    "Initiative terminée",
    "Le protocole est clos. Son relevé de fin dit ce qui est gardé et à récupérer.",
    legal=True,
)
RESILIATION = Evenement(
    "Protocole résilié",
    "L’initiative s’arrête. Son relevé de fin dit ce qui est gardé et à récupérer.",
    legal=True,
)

RECTIFICATIF_PROPOSE = Evenement(
    "Relevé rectificatif proposé", "Rien n’a changé\xa0: une autre personne peut le confirmer, ou l’écarter."
)
RECTIFICATIF = Evenement(
    "Relevé rectificatif confirmé",
    "Le relevé de fin est rectifié\xa0: il dit ce qui est maintenant gardé, à récupérer ou radié, et pourquoi.",
    roles=PAIENT,
    legal=True,
)


def annoncer_la_signature(protocole, *, par):
    """La dernière dit que l'argent est engagé; la première, à l'autre partie, que c'est à elle."""
    if protocole.etat == protocole.Etat.SIGNE:
        return annoncer_du_protocole(protocole, VIGUEUR, "vigueur", par=par)
    (cote,) = protocole.cotes_a_signer()
    attendus = [p for p in des_deux_parties(protocole) if peut_repondre(p, cote, protocole) is None]
    return annoncer_du_protocole(
        protocole, SIGNATURE, f"signature-{protocole.tour}", par=par, attendus=attendus
    )


def annoncer_le_refus(protocole, *, par):
    """Refusé, l'organisme ne lit plus que son initiative : c'est là que mène l'annonce."""
    lien = reverse("projets:initiative", args=[protocole.initiative_id])
    return annoncer_du_protocole(protocole, REFUS, f"refus-{protocole.tour}", par=par, lien=lien)


def annoncer_le_rapport(rapport, *, par):
    protocole = rapport.protocole
    acceptent = [p for p in _table(protocole, SUIVENT) if peut(p, "accepter-rapport", protocole) is None]
    attendus = [p for p in acceptent if p.pk != rapport.inscrit_par_id]
    return annoncer_du_protocole(
        protocole, RAPPORT_INSCRIT, f"rapport-{rapport.pk}", par=par, attendus=attendus
    )


def annoncer_l_acceptation(rapport, *, par):
    return annoncer_du_protocole(rapport.protocole, RAPPORT_ACCEPTE, f"rapport-accepte-{rapport.pk}", par=par)


def annoncer_le_rapport_refuse(rapport, *, par):
    return annoncer_du_protocole(rapport.protocole, RAPPORT_REFUSE, f"rapport-refuse-{rapport.pk}", par=par)


def annoncer_la_suspension(protocole, *, par):
    return annoncer_du_protocole(protocole, SUSPENSION, f"suspension-{protocole.suspendu_le:%s}", par=par)


def annoncer_la_reprise(protocole, *, par):
    """Une reprise par suspension : la dernière ligne du journal la date."""
    derniere = protocole.initiative.journal.order_by("-pk").values_list("pk", flat=True).first()
    return annoncer_du_protocole(protocole, REPRISE, f"reprise-{derniere}", par=par)


def annoncer_l_annulation(tranche, *, par):
    return annoncer_du_protocole(tranche.protocole, ANNULATION, f"annulation-{tranche.pk}", par=par)


def annoncer_la_cloture(protocole, *, par):
    return annoncer_du_protocole(protocole, CLOTURE, "cloture", par=par)


def annoncer_la_resiliation(protocole, *, par):
    return annoncer_du_protocole(protocole, RESILIATION, "resiliation", par=par)


def annoncer_le_rectificatif_propose(rectificatif, *, par):
    """À la Table seulement : l'organisme l'apprend s'il est confirmé."""
    protocole = rectificatif.protocole
    table = _table(protocole, SUIVENT)
    confirment = [p for p in table if p.pk != par.pk and peut(p, "confirmer-rectificatif", protocole) is None]
    return annoncer_du_protocole(
        protocole,
        RECTIFICATIF_PROPOSE,
        f"rectificatif-propose-{rectificatif.pk}",
        par=par,
        attendus=confirment,
        lien=reverse("protocoles:releve", args=[protocole.pk]),
        a=table,
    )


def annoncer_le_rectificatif(rectificatif, *, par):
    protocole = rectificatif.protocole
    lien = reverse("protocoles:releve", args=[protocole.pk])
    return annoncer_du_protocole(
        protocole, RECTIFICATIF, f"rectificatif-{rectificatif.pk}", par=par, lien=lien
    )


def annoncer_du_protocole(protocole, dit, code, *, par, attendus=(), lien="", a=None, organismes=frozenset()):
    annonce = Annonce(
        cle=f"protocole:{code}:{protocole.pk}",
        famille=PROTOCOLES.code,
        titre=nommer(dit.titre, protocole.initiative),
        texte=dit.texte,
        lien=lien or reverse("protocoles:protocole", args=[protocole.pk]),
        legale=dit.legal,
    )
    lisent = des_deux_parties(protocole, dit.roles, organismes=organismes) if a is None else a
    return annoncer(annonce, lisent, attendus=attendus, par=par)


def des_deux_parties(protocole, aussi=frozenset(), organismes=frozenset()):
    """`aussi` : d'autres rôles de la Table; `organismes` : d'autres que celui qui la porte."""
    siens = {protocole.initiative.organisme_id} | organismes
    mandats = Mandat.objects.en_vigueur().filter(role__in=DE_L_ORGANISME, organisme__in=siens)
    porteurs = Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)
    return (porteurs | _table(protocole, SUIVENT | aussi)).distinct()


def _table(protocole, roles):
    return personnes_concernees(protocole.initiative.alliance, roles)
