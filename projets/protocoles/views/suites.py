"""La chose à faire d'un protocole, lue de lui; et ce que son organisme en lit, à l'accueil et sur son initiative."""

from alliances.models.mandats import droits_de
from projets.models import Initiative
from projets.models.engagements import qui_engage
from projets.protocoles.models import Paiement, Protocole, RapportRecu, SignatureProtocole, Tranche
from projets.protocoles.permissions import peut_repondre
from projets.protocoles.regles.a_faire import Faits, a_faire
from socle.lectures import lire_ensemble, ranger
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

ANNONCES = (Initiative.Etat.ACCEPTEE, Initiative.Etat.EN_COURS)
EN_MAIN = (Protocole.Etat.TRANSMIS, Protocole.Etat.SIGNE)
RELATIONS = ("initiative__alliance", "initiative__organisme")


def suites(utilisateur, initiatives):
    """{clé d'une initiative: sa phrase}; rien avant que le protocole soit transmis."""
    cles = [initiative.pk for initiative in initiatives if initiative.etat_annonce in ANNONCES]
    lus = Protocole.objects.filter(initiative__in=cles, etat__in=EN_MAIN).select_related(*RELATIONS)
    lus = list(lus) if cles else []
    verses = _lire(lus) if lus else {}
    return {protocole.initiative_id: _suite(utilisateur, protocole, verses) for protocole in lus}


def _lire(protocoles):
    """Leurs signatures, rapports et versements, d'une requête; rend ce qui est versé de chaque versement."""
    verses, relations = {}, {"signatures": SignatureProtocole, "rapports": RapportRecu, "tranches": Tranche}
    rangees = (modele.objects.filter(protocole__in=protocoles) for modele in relations.values())
    *lues, paiements = lire_ensemble(
        *rangees, Paiement.objects.en_vigueur().filter(tranche__protocole__in=protocoles)
    )
    for nom, siennes in zip(relations, lues, strict=True):
        ranger(protocoles, nom, siennes)
    for paiement in paiements:
        verses[paiement.tranche_id] = verses.get(paiement.tranche_id, ZERO) + paiement.montant
    return verses


def _suite(utilisateur, protocole, verses):
    transmis = protocole.etat == Protocole.Etat.TRANSMIS
    return _de_la_signature(utilisateur, protocole) if transmis else a_faire_de(protocole, verses).phrase


def _de_la_signature(utilisateur, protocole):
    if "organisme" not in protocole.cotes_a_signer():
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


def a_faire_de(protocole, verses, du=ZERO):
    """`verses` : {clé d'un versement prévu: ce qui en est versé}; `du` : ce que l'organisme doit encore rendre."""
    tranches, recus = protocole.tranches.all(), protocole.rapports_recus()
    attendus = {t.prevue_le for t in tranches if t.etat == "prevue" and t.condition == "rapport"}
    restes = (t.montant - (verses.get(t.pk) or ZERO) for t in tranches if t.etat == "liberee")
    faits = Faits(
        etat=protocole.etat,
        fin=protocole.fin,
        manquent=tuple(protocole.cotes_a_signer()),
        motif=protocole.suspension_motif or protocole.fin_motif,
        suspendu=protocole.est_suspendu,
        du=du,
        a_verser=sum(restes, ZERO),
        beneficiaire_change=protocole.etat == "signe" and protocole.beneficiaire_a_change(),
        rapports_attendus=tuple(attendus - recus.keys()),
        rapports_recus=tuple(jour for jour, rapport in recus.items() if not rapport.accepte_le),
    )
    return a_faire(faits, aujourd_hui())
