"""Annoncer ce qui arrive à une convention."""

from django.urls import reverse

from alliances.models import Mandat, Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_LA_REGION
from alliances.notifications import Evenement, annoncer_la_charge, annoncer_selon
from conventions.models import PartieConvention
from socle.annonces.notifications import Famille
from socle.models import Utilisateur

CONVENTIONS = Famille("conventions", "Conventions et avenants", "Signatures inscrites, avenants abandonnés.")
MINISTERE = frozenset({Role.MESS, Role.APPROBATION, Role.FINANCES_MESS})
SIGNENT = frozenset({Role.SIGNATURE, Role.APPROBATION})
SUIVENT_CE_QUI_EST_SIGNE = DE_L_ALLIANCE | DE_LA_REGION | MINISTERE | {Role.TERRITOIRE}
EVENEMENTS = {
    "transmission": Evenement(
        "Convention à signer",
        "Le Ministère a transmis la convention à ses parties. Chacune peut maintenant la signer, à sa date, avec sa "
        "résolution.",
        frozenset({Role.COORDINATION}),
        SIGNENT,
        legal=True,
    ),
    "signature": Evenement(
        "Signature inscrite",
        "Une partie a signé la convention. Il manque encore au moins une signature.",
        frozenset({Role.MESS}),
    ),
    "vigueur": Evenement(
        "Convention en vigueur",
        "Toutes les parties ont signé\u00a0: la convention est en vigueur. Ses obligations et leurs dates se lisent "
        "à son calendrier.",
        SUIVENT_CE_QUI_EST_SIGNE,
        legal=True,
    ),
    "reprise": Evenement(
        "Convention reprise pour correction",
        "Le Ministère a repris la convention pour la corriger. Les signatures déjà inscrites ne valent plus; il la "
        "transmettra de nouveau.",
        SIGNENT | {Role.COORDINATION},
        legal=True,
    ),
    "prolongation": Evenement(
        "Échéance repoussée",
        "Une échéance de la convention est repoussée. La nouvelle date se lit à son calendrier.",
        frozenset({Role.COORDINATION, Role.FINANCES, Role.MESS}) | DE_LA_REGION,
        legal=True,
    ),
    "reception": Evenement(
        "Document reçu, à accepter",
        "Un document que la convention demande est reçu. Une autre personne que celle qui l’a inscrit peut l’accepter.",
        frozenset({Role.COORDINATION, Role.FINANCES, Role.MESS}),
        DE_LA_REGION,
    ),
    "acceptation": Evenement(
        "Document accepté",
        "Un document que la convention demande est accepté. Ce qu’il libère, et quand, se lit aux versements.",
        DE_L_ALLIANCE | {Role.MESS},
        legal=True,
    ),
    "annulation-reception": Evenement(
        "Réception annulée",
        "La réception d’un document est annulée\u00a0: il est de nouveau à rendre. Le motif se lit au journal.",
        frozenset({Role.COORDINATION, Role.FINANCES, Role.MESS}) | DE_LA_REGION,
        legal=True,
    ),
    "annulation-acceptation": Evenement(
        "Acceptation annulée",
        "L’acceptation d’un document est annulée\u00a0: ce qu’elle avait libéré redevient prévu. Le motif se lit au "
        "journal.",
        DE_L_ALLIANCE | DE_LA_REGION | MINISTERE,
        legal=True,
    ),
    "cloture": Evenement(
        "Convention close",
        "Toutes les obligations de la convention sont remplies\u00a0: le Ministère l’a close.",
        DE_L_ALLIANCE | DE_LA_REGION | MINISTERE,
        legal=True,
    ),
    "resiliation": Evenement(
        "Convention résiliée",
        "Le Ministère a résilié la convention. Le motif et le règlement se lisent à sa page.",
        DE_L_ALLIANCE | DE_LA_REGION | MINISTERE,
        legal=True,
    ),
}

DES_OBLIGATIONS = ("reception", "acceptation", "annulation-reception", "annulation-acceptation")


AUX_MRC = ("transmission", "reprise")


def signataires_des_mrc(alliance, parties):
    """Qui signe, pour un territoire qui gère sa part, une MRC cosignataire parmi ces parties."""
    if not alliance.confie_leur_part_aux_territoires:
        return Utilisateur.objects.none()
    mrc = parties.filter(role=PartieConvention.Role.COSIGNATAIRE)
    mandats = Mandat.objects.en_vigueur().filter(
        role=Role.SIGNATURE_TERRITOIRE, territoire__in=mrc.values("organisme__territoire")
    )
    return Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)


def annoncer_convention(convention, evenement, *, par):
    """Annonce un événement de la convention; une fois par ligne de son journal."""
    ligne = convention.journal.only("pk").first()
    lien = reverse("conventions:convention", args=[convention.pk])
    if evenement == "reprise":  # en préparation, l'Alliance ne voit plus la convention
        lien = reverse("alliances:fiche", args=[convention.alliance.slug])
    if evenement in DES_OBLIGATIONS:
        lien = reverse("conventions:obligations", args=[convention.pk])
    return annoncer_selon(
        EVENEMENTS[evenement],
        convention.alliance,
        par=par,
        objet=convention.numero,
        aussi=signataires_des_mrc(convention.alliance, convention.parties) if evenement in AUX_MRC else None,
        cle=f"convention:{evenement}:{convention.pk}:{ligne.pk}",
        famille=CONVENTIONS.code,
        lien=lien,
    )


def annoncer_convention_confiee(convention, *, par):
    lien = reverse("conventions:convention", args=[convention.pk])
    return annoncer_la_charge(
        convention, par=par, objet=convention.numero, famille=CONVENTIONS.code, lien=lien
    )
