"""Ce que les finances ont à verser aux organismes, lu d'un coup : à qui, combien encore, ce qui le retient."""

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from alliances.models import Role
from alliances.models.roles import DE_L_ALLIANCE, DE_L_ETAT
from conventions.models import Convention
from conventions.models.arbres import PROFONDEUR
from conventions.models.conventions import ExerciceConvention
from projets.models.choix import du_territoire, territoires_de
from projets.protocoles.models.paiements import Paiement, beneficiaire_change
from projets.protocoles.models.protocoles import SIGNES
from projets.protocoles.models.tranches import Condition, Etat, Tranche, condition_de_retard
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.horloge import aujourd_hui

DE_TOUTES = DE_L_ALLIANCE | DE_L_ETAT | {Role.OBSERVATION, Role.ADMINISTRATION}
ENVELOPPE = "affectation__enveloppe"


class Groupe(models.IntegerChoices):
    """Dans l'ordre où les finances les lisent : le retard d'abord, ce qui est fait à la fin."""

    RETARD = 1, "En retard"
    DU = 2, "À verser"
    BLOQUE = 3, "Bloqué"
    A_VENIR = 4, "À venir"
    FAIT = 5, "Versé"
    ANNULE = 6, "Annulé"


ATTENDUE = {
    Condition.SIGNATURE: "la signature du protocole",
    Condition.RAPPORT: "l’acceptation du rapport",
    Condition.DATE: "sa date",
}
PAYABLES = (Groupe.RETARD, Groupe.DU)
A_REGLER = (*PAYABLES, Groupe.BLOQUE)
BENEFICIAIRE_CHANGE = "Bénéficiaire changé"


def deja_verse():
    """Ce qui en est versé, en dollars, contrepassations exclues."""
    faits = Paiement.objects.en_vigueur().filter(tranche=OuterRef("pk")).order_by().values("tranche")
    total = Subquery(faits.annotate(total=Sum("montant")).values("total"))
    return Coalesce(total, Value(ZERO, output_field=MontantField()))


def meme_beneficiaire(protocole, organisme):
    """Le contraire de `Protocole.beneficiaire_a_change`, en base; les chemins de l'un et de l'autre."""
    figes = {"nom": "nom", "neq": "neq", "fournisseur": "numero_fournisseur"}
    return Q(**{f"{protocole}__{fige}_fige": F(f"{organisme}__{champ}") for fige, champ in figes.items()})


def identite_changee():
    return ~meme_beneficiaire("protocole", "protocole__initiative__organisme")


def _ne_paie_plus():
    """La condition de `Paiement.empechements_de_sortie` : convention fermée, exercice clos."""
    ouverts = ExerciceConvention.objects.filter(
        convention=OuterRef(f"{ENVELOPPE}__convention"), an=OuterRef(f"{ENVELOPPE}__an"), clos_le=None
    )
    etat = f"{ENVELOPPE}__convention__etat"
    en_vigueur = Q(Exists(ouverts), **{etat: Convention.Etat.SIGNEE})
    return ~(en_vigueur | Q(**{etat: Convention.Etat.RESILIEE}))


def _groupe():
    """En retard : comme partout (`tranches.condition_de_retard`)."""
    jour = aujourd_hui()
    retenue = Q(etat=Etat.SUSPENDUE) | Q(identite_changee() | Q(ne_paie_plus=True), etat=Etat.LIBEREE)
    return Case(
        When(etat=Etat.VERSEE, then=Groupe.FAIT),
        When(etat=Etat.ANNULEE, then=Groupe.ANNULE),
        When(retenue, then=Groupe.BLOQUE),
        When(condition_de_retard(jour), etat=Etat.LIBEREE, then=Groupe.RETARD),
        When(etat=Etat.LIBEREE, then=Groupe.DU),
        default=Groupe.A_VENIR,
        output_field=models.PositiveSmallIntegerField(),
    )


def de_sa_portee(utilisateur, convention):
    """La condition « une enveloppe de cette convention »; pour qui n'est que d'un territoire, une des siennes."""
    siennes = Q(**{f"{ENVELOPPE}__convention": convention})
    if convention.alliance.roles_de(utilisateur) & DE_TOUTES:
        return siennes
    return siennes & du_territoire(territoires_de(utilisateur), f"{ENVELOPPE}__")


def dus_de(utilisateur, convention):
    """Les versements aux organismes que paie cette convention, chacun avec son groupe et ce qui en est versé."""
    signees = Tranche.objects.visibles_par(utilisateur).filter(protocole__etat__in=SIGNES)
    tranches = signees.filter(de_sa_portee(utilisateur, convention))
    lus = {"deja_verse": deja_verse(), "ne_paie_plus": Case(When(_ne_paie_plus(), then=True), default=False)}
    return tranches.annotate(**lus).annotate(groupe=_groupe())


def par_groupe(tranches):
    """{groupe: (combien, ce qui en reste à verser, ce qui en est versé)}; une requête."""
    return par_groupe_et_enveloppes(tranches)[0]


def par_groupe_et_enveloppes(tranches):
    """Les mêmes groupes, et les clés des enveloppes qui paient; une requête."""
    verse, groupes, enveloppes = Sum("deja_verse", output_field=MontantField()), {}, set()
    lus = tranches.order_by().values("groupe", "affectation__enveloppe")
    for ligne in lus.annotate(n=Count("pk"), prevu=Sum("montant"), verse=verse):
        combien, reste, deja = groupes.get(ligne["groupe"], (0, ZERO, ZERO))
        restant = ligne["prevu"] - ligne["verse"]
        groupes[ligne["groupe"]] = (combien + ligne["n"], reste + restant, deja + ligne["verse"])
        enveloppes.add(ligne["affectation__enveloppe"])
    return groupes, enveloppes


def avec_ce_qu_on_en_montre(tranches):
    """Le protocole, l'organisme, l'enveloppe et qui la gère."""
    lignee = ("__".join([ENVELOPPE, *["parent"] * n, "territoire"]) for n in range(PROFONDEUR + 1))
    return tranches.select_related(
        "protocole__initiative__organisme",
        "protocole__initiative__alliance",
        f"{ENVELOPPE}__convention__alliance__profil_gouvernance",
        *lignee,
    )


def beneficiaires_changes(tranches):
    """[(organisme, phrase)] de chaque organisme dont l'identité n'est plus celle qu'il a signée, une fois chacun."""
    lues = tranches.filter(identite_changee(), groupe=Groupe.BLOQUE)
    lues = lues.select_related("protocole__initiative__organisme")
    lues = list(lues.order_by("protocole__initiative__organisme__nom_normalise", "pk"))
    dits = {t.protocole.initiative.organisme: beneficiaire_change(t.protocole) for t in reversed(lues)}
    return list(reversed(dits.items()))


def lire(utilisateur, convention, pks):
    """Les versements de ces clés, tels que la page qui les inscrit les montre, dans l'ordre des initiatives."""
    tranches = avec_ce_qu_on_en_montre(dus_de(utilisateur, convention).filter(pk__in=pks))
    return list(tranches.order_by("protocole__initiative__numero", "rang"))


def ce_qui_retient(tranche):
    """Une phrase par raison de ne pas le verser maintenant; aucune s'il est dû. `tranche` vient de `dus_de`."""
    if tranche.etat == Etat.VERSEE:
        faits = tranche.paiements.en_vigueur().order_by("faite_le", "pk")
        return [f"Il est déjà versé\xa0: {'; '.join(map(_fait_en_mots, faits))}."]
    if tranche.etat == Etat.ANNULEE:
        return ["Ce versement est annulé."]
    return list(_raisons(tranche))


def _fait_en_mots(paiement):
    return (
        f"{en_dollars(paiement.montant)} le {date_longue(paiement.faite_le)}, référence {paiement.reference}"
    )


def _raisons(tranche):
    protocole, enveloppe = tranche.protocole, tranche.enveloppe
    if tranche.etat == Etat.SUSPENDUE:
        yield f"L’initiative est suspendue\xa0: {protocole.suspension_motif}"
    if protocole.beneficiaire_a_change():
        yield beneficiaire_change(protocole)
    if tranche.ne_paie_plus and enveloppe.convention.etat == Convention.Etat.SIGNEE:
        yield f"L’exercice {enveloppe.exercice} est clos\xa0: il ne reçoit plus d’écriture."
    elif tranche.ne_paie_plus:
        yield "La convention n’est pas en vigueur\xa0: ses enveloppes ne bougent pas."
    if tranche.etat == Etat.PREVUE:
        yield f"Il attend {ATTENDUE[tranche.condition]}."
