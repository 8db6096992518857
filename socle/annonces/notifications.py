"""Annoncer : une notification et, selon ce qu'elle a choisi, un courriel par personne et par événement."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import Truncator

from socle.annonces.travaux import distribuer
from socle.models import Courriel, Notification, Preference, Utilisateur

TITRE_AU_PLUS = Notification._meta.get_field("titre").max_length
Envoi = Notification.Envoi


@dataclass(frozen=True)
class Famille:
    """Des événements dont une personne choisit, ensemble, comment elle les apprend."""

    code: str
    nom: str
    aide: str


FAMILLES = {}


def offrir(*familles):
    """Inscrit les familles d'une pièce; appelée à son démarrage."""
    FAMILLES.update({famille.code: famille for famille in familles})


@dataclass(frozen=True)
class Annonce:
    """Ce qui est arrivé, en quels mots, et où cela se lit.

    `cle` désigne l'événement : une personne ne l'apprend qu'une fois. `titre` et `texte` ne portent aucun
    renseignement personnel : ils partent par courriel. `lien` est un chemin du site; `lien_d_action`, celui de qui a
    un geste à faire, s'il diffère. `legale` : personne ne peut la taire.
    """

    cle: str
    famille: str
    titre: str
    texte: str
    lien: str
    lien_d_action: str = ""
    legale: bool = False


def annoncer(annonce, a, *, attendus=(), par=None):
    """Inscrit l'annonce pour chaque personne de `a` sauf `par`, qui l'a causée; les courriels partent au succès.

    `attendus` : ceux d'entre eux qui ont un geste à faire. Autant de requêtes pour deux personnes que pour cent.
    Retourne les notifications nouvelles.
    """
    personnes = list(_destinataires(annonce, a, attendus, par))
    if not personnes:
        return []
    immediats = Courriel.objects.bulk_create(
        Courriel(destinataire=personne, genre="annonce")
        for personne in personnes
        if personne.envoi == Envoi.MAINTENANT
    )
    courriels = {courriel.destinataire_id: courriel for courriel in immediats}
    Notification.objects.bulk_create(
        (_notification(annonce, personne, courriels.get(personne.pk)) for personne in personnes),
        ignore_conflicts=True,  # deux gestes à la fois : le second n'a plus rien à dire
    )
    expedier(immediats)
    return list(Notification.objects.filter(cle=annonce.cle, destinataire__in=personnes))


def expedier(courriels):
    """Met les courriels en route à la fin de la transaction, chacun dans son travail."""
    if courriels:
        ids = [courriel.pk for courriel in courriels]
        transaction.on_commit(partial(distribuer.enqueue, ids=ids))


def renvoyer(courriels):
    """Remet en route ce qui n'est pas parti, délais remis à neuf; retourne leur nombre."""
    en_souffrance = list(courriels.en_souffrance())
    numeros = [courriel.pk for courriel in en_souffrance]
    Courriel.objects.filter(pk__in=numeros).update(essais=0, prochain_essai_le=timezone.now())
    expedier(en_souffrance)
    return len(en_souffrance)


@transaction.atomic
def resumer():
    """Un courriel par personne qui veut un résumé et à qui il est arrivé quelque chose; retourne leur nombre."""
    nouvelles = Notification.objects.a_resumer().filter(destinataire__is_active=True)
    courriels = [
        Courriel.objects.create(destinataire_id=destinataire, genre="resume")
        for destinataire in nouvelles.order_by("destinataire")
        .values_list("destinataire", flat=True)
        .distinct()
    ]
    for courriel in courriels:
        nouvelles.filter(destinataire=courriel.destinataire_id).update(courriel=courriel)
    expedier(courriels)
    return len(courriels)


def _destinataires(annonce, a, attendus, par):
    """Une requête : les comptes actifs qui n'ont pas reçu l'annonce, s'ils sont attendus, et ce qu'ils ont choisi."""
    choix = Preference.objects.filter(utilisateur=OuterRef("pk"), famille=annonce.famille).values("envoi")
    envoi = Value(Envoi.MAINTENANT) if annonce.legale else Coalesce(Subquery(choix), Value(Envoi.MAINTENANT))
    deja = Notification.objects.filter(destinataire=OuterRef("pk"), cle=annonce.cle)
    return (
        Utilisateur.objects.filter(~Exists(deja), pk__in=_numeros(a), is_active=True)
        .exclude(pk=par and par.pk)
        .annotate(envoi=envoi, attendu=ExpressionWrapper(Q(pk__in=_numeros(attendus)), BooleanField()))
        .order_by("pk")
    )


def _numeros(personnes):
    return personnes.values("pk") if isinstance(personnes, QuerySet) else [p.pk for p in personnes]


def _notification(annonce, personne, courriel):
    """Un titre trop long s'abrège : un nom d'Alliance n'empêche pas un geste."""
    return Notification(
        destinataire=personne,
        cle=annonce.cle,
        famille=annonce.famille,
        titre=Truncator(annonce.titre).chars(TITRE_AU_PLUS),
        texte=annonce.texte,
        lien=(personne.attendu and annonce.lien_d_action) or annonce.lien,
        a_suivre=personne.attendu,
        envoi=personne.envoi,
        courriel=courriel,
    )
