"""La chose à faire d'un protocole, lue de lui; et ce que son organisme en lit, à l'accueil et sur son initiative."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Subquery, Sum, prefetch_related_objects
from django.db.models.functions import Coalesce

from alliances.models.mandats import droits_de
from projets.models import Initiative
from projets.models.engagements import qui_engage
from projets.protocoles.models import Paiement, Protocole, RapportRecu, Tranche
from projets.protocoles.models.signatures import SignatureProtocole
from projets.protocoles.permissions import peut_repondre
from projets.protocoles.regles.a_faire import Faits, a_faire
from socle.valeurs.argent import ZERO, MontantField
from socle.valeurs.horloge import aujourd_hui

ANNONCES = (Initiative.Etat.ACCEPTEE, Initiative.Etat.EN_COURS)
EN_MAIN = (Protocole.Etat.TRANSMIS, Protocole.Etat.SIGNE)
REPONDUES = SignatureProtocole.objects.filter(
    protocole=OuterRef("protocole"), tour=OuterRef("protocole__tour"), cote="organisme"
)
RECUS = RapportRecu.objects.filter(protocole=OuterRef("protocole"), attendu_le=OuterRef("prevue_le"))
FAITS = Paiement.objects.en_vigueur().filter(tranche=OuterRef("pk")).order_by().values("tranche")
VERSE = Coalesce(
    Subquery(FAITS.annotate(total=Sum("montant")).values("total")), 0, output_field=MontantField()
)
TRANCHES = (  # avec leur protocole, d'une requête
    Tranche.objects.filter(protocole__etat__in=EN_MAIN)
    .select_related("protocole__initiative__alliance", "protocole__initiative__organisme")
    .annotate(verse=VERSE, organisme_a_repondu=Exists(REPONDUES), rapport_recu=Exists(RECUS))
    .order_by("protocole", "rang")
)


def suites(utilisateur, initiatives):
    """{clé d'une initiative: sa phrase}; rien avant que le protocole soit transmis."""
    cles = [initiative.pk for initiative in initiatives if initiative.etat_annonce in ANNONCES]
    versements = defaultdict(list)
    for tranche in TRANCHES.filter(protocole__initiative__in=cles) if cles else ():
        versements[tranche.protocole].append(tranche)
    signes = [protocole for protocole in versements if protocole.etat == Protocole.Etat.SIGNE]
    prefetch_related_objects(signes, "signatures")  # l'identité qui y est signée
    return {
        protocole.initiative_id: _suite(utilisateur, protocole, tranches)
        for protocole, tranches in versements.items()
    }


def _suite(utilisateur, protocole, tranches):
    if protocole.etat == Protocole.Etat.TRANSMIS:
        return _de_la_signature(utilisateur, protocole, tranches[0].organisme_a_repondu)
    recus = {tranche.prevue_le for tranche in tranches if tranche.rapport_recu}
    return a_faire_de(protocole, [(tranche, tranche.verse) for tranche in tranches], recus).phrase


def _de_la_signature(utilisateur, protocole, organisme_a_repondu):
    if organisme_a_repondu:
        return "Son protocole est signé par votre organisme\xa0: il attend la signature de la Table."
    if peut_repondre(utilisateur, "organisme", protocole) is None:
        return "Son protocole attend votre signature."
    return f"Son protocole attend la signature de votre organisme. {qui_signe(protocole)}"


def ne_signe_pas(utilisateur, protocole):
    """Ce que lit qui est de l'organisme quand sa signature est attendue et qu'il ne l'engage pas; sinon, rien."""
    if protocole.etat != "transmis" or "organisme" not in protocole.cotes_a_signer():
        return ""
    tenu = any(m.organisme_id == protocole.initiative.organisme_id for m in droits_de(utilisateur).mandats)
    engage = peut_repondre(utilisateur, "organisme", protocole) is None
    return qui_signe(protocole) if tenu and not engage else ""


def qui_signe(protocole):
    """Ce que lit qui est de l'organisme et ne l'engage pas."""
    noms = qui_engage([protocole.initiative.organisme_id])[protocole.initiative.organisme_id]
    if noms:
        return f"La personne autorisée à engager signe ({' ou '.join(noms)})."
    return "Personne n’est encore autorisé à l’engager."


def a_faire_de(protocole, versements, recus, du=ZERO):
    """`versements` : [(versement prévu, ce qui en est versé)]; `recus` : les jours dont le rapport est reçu.

    `du` : ce que l'organisme doit encore rendre, en dollars. Un rapport accepté a libéré ce qui l'attendait.
    """
    attendus = {t.prevue_le for t, _ in versements if t.etat == "prevue" and t.condition == "rapport"}
    restes = (t.montant - verse for t, verse in versements if t.etat == "liberee")
    faits = Faits(
        etat=protocole.etat,
        fin=protocole.fin,
        manquent=tuple(protocole.cotes_a_signer()) if protocole.etat == "transmis" else (),
        motif=protocole.suspension_motif or protocole.fin_motif,
        suspendu=protocole.est_suspendu,
        du=du,
        a_verser=sum(restes, ZERO),
        beneficiaire_change=protocole.etat == "signe" and protocole.beneficiaire_a_change(),
        rapports_attendus=tuple(attendus - recus),
        rapports_recus=tuple(attendus & recus),
    )
    return a_faire(faits, aujourd_hui())
