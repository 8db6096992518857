"""Où est chaque dollar d'une convention, recalculé des rangées brutes : ni solde, ni méthode, ni règle du produit.

Ce que la base garde de chaque fait (un virement, une récupération, une dépense, une remise, un report) est confronté au
grand livre, et le grand livre à ce que disent les pages.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from alliances.plans.models import VersionPlan
from conventions import models as m

EMPLOIS = ("reserve", "engage", "verse", "depense", "remis")
DE_LA_RACINE = {"convenu", "recu", "recupere", "annule"}
A_DEUX = {"repartition", "transfert", "report", "recuperation", "versement"}
# Après une résiliation, plus une rangée de ceux-ci ne change.
FIGES = (
    *(m.ExerciceConvention, m.Depense, m.Remise, m.Repartition, m.Report, m.Transfert, m.Avenant),
    m.LigneReglement,
)


def rangees(modele, **filtre):
    return list(modele.objects.filter(**filtre).order_by("pk").values())


class Faits:
    """Les rangées d'une convention, lues une fois."""

    def __init__(self, convention):
        sienne, par_echeance = {"convention": convention.pk}, {"echeance__convention": convention.pk}
        self.convention = rangees(m.Convention, pk=convention.pk)[0]
        self.enveloppes = {e["id"]: e for e in rangees(m.Enveloppe, **sienne)}
        self.exercices = {e["an"]: e for e in rangees(m.ExerciceConvention, **sienne)}
        self.ecritures = rangees(m.Ecriture, **sienne)
        self.echeances = {e["id"]: e for e in rangees(m.EcheanceVersement, **sienne)}
        self.obligations = rangees(m.Obligation, **sienne)
        self.demandes = rangees(m.DemandeAnnulation, **sienne)
        self.derogations = rangees(m.Derogation, **par_echeance)
        annules = {a["versement_id"] for a in rangees(m.AnnulationVersement)}
        self.vires = rangees(m.Versement, **par_echeance)
        self.versements = [v for v in self.vires if v["id"] not in annules]
        self.par_ecriture = {e["id"]: e for e in self.ecritures}
        self.contraires = {e["contrepasse_id"]: e for e in self.ecritures if e["contrepasse_id"]}
        self.defaits = {self.par_ecriture[pk]["mouvement"] for pk in self.contraires}
        self.recuperations = self._en_vigueur(rangees(m.Recuperation, **sienne))
        self.depenses, self.remises = (
            [s for s in rangees(modele, **sienne) if s["ecriture_id"] not in self.contraires]
            for modele in (m.Depense, m.Remise)
        )
        self.reports = self._en_vigueur(rangees(m.Report, **sienne, etat="adoptee"))

    def _en_vigueur(self, lignes):
        return [ligne for ligne in lignes if ligne["mouvement"] not in self.defaits]

    def an(self, ecriture):
        return self.enveloppes[ecriture["enveloppe_id"]]["an"]

    def par_exercice(self, jusqu_a=None):
        """{an: {compte: dollars}}; `jusqu_a` : une écriture, la dernière comptée."""
        totaux = {an: defaultdict(Decimal) for an in self.exercices}
        for e in self.ecritures:
            if jusqu_a is None or e["id"] <= jusqu_a:
                totaux[self.an(e)][e["compte"]] += e["montant"]
        return totaux


def par_enveloppe(convention, **filtre):
    """{enveloppe: {compte: dollars}}"""
    totaux = {e["id"]: defaultdict(Decimal) for e in rangees(m.Enveloppe, convention=convention.pk, **filtre)}
    for e in rangees(m.Ecriture, enveloppe__in=totaux):
        totaux[e["enveloppe_id"]][e["compte"]] += e["montant"]
    return totaux


def libre(totaux):
    return totaux["alloue"] - sum(totaux[compte] for compte in EMPLOIS)


def total(lignes, **voulus):
    retenues = (ligne for ligne in lignes if all(ligne[champ] == valeur for champ, valeur in voulus.items()))
    return sum((ligne["montant"] for ligne in retenues), Decimal(0))


def argent_vrai(convention):
    """Tout ce qui doit être vrai de l'argent d'une convention, à tout instant."""
    faits = Faits(convention)
    rien_sous_zero(faits, par_enveloppe(convention))
    for an, comptes in faits.par_exercice().items():
        convenu_rendu(faits, an, comptes)
        alloue_rendu(faits, an, comptes)
    recupere_des_deux_cotes(faits)
    rien_avant_son_heure(faits)
    mains_differentes(faits)
    defait_a_deux(faits)
    pages_justes(faits, convention)


def rien_sous_zero(faits, totaux):
    for pk, comptes in totaux.items():
        assert min(comptes.values(), default=0) >= 0, (faits.enveloppes[pk], comptes)
        assert libre(comptes) >= 0, (faits.enveloppes[pk], comptes)
        ailleurs = faits.enveloppes[pk]["parent_id"] and DE_LA_RACINE & {c for c, s in comptes.items() if s}
        assert not ailleurs, (faits.enveloppes[pk], comptes)


def convenu_rendu(faits, an, comptes):
    """Convenu = reçu + encore à recevoir + annulé + récupéré, chacun lu d'ailleurs que des autres."""
    siennes = {pk: e for pk, e in faits.echeances.items() if e["an"] == an}
    vires = [v for v in faits.versements if v["echeance_id"] in siennes]
    recupere = total(faits.recuperations, an=an)
    ouvertes = [pk for pk, e in siennes.items() if e["etat"] not in ("versee", "annulee")]
    a_recevoir = sum(siennes[pk]["montant"] - total(vires, echeance_id=pk) for pk in ouvertes)
    assert comptes["convenu"] == faits.exercices[an]["montant"], (an, comptes)
    assert comptes["recu"] == total(vires) - recupere, (an, comptes, vires)
    assert comptes["recupere"] == recupere, (an, comptes)
    rendu = comptes["recu"] + a_recevoir + comptes["annule"] + recupere
    assert comptes["convenu"] == rendu, (an, comptes, a_recevoir)


def alloue_rendu(faits, an, comptes):
    """Alloué = disponible + tous les emplois : l'alloué et les sorties se relisent des faits."""
    depenses = [d for d in faits.depenses if faits.enveloppes[d["enveloppe_id"]]["an"] == an]
    remises = [r for r in faits.remises if faits.enveloppes[r["enveloppe_id"]]["an"] == an]
    sur_le_remis = [d for d in depenses if faits.enveloppes[d["enveloppe_id"]]["territoire_id"]]
    assert comptes["depense"] == total(depenses), (an, comptes)
    assert comptes["remis"] == total(remises) - total(sur_le_remis) + deplace(faits, an), (an, comptes)
    alloue = comptes["convenu"] + reporte(faits, an) - retire(faits, an)
    assert comptes["alloue"] == alloue, (an, comptes, alloue)


def deplace(faits, an):
    """Ce qu'un report ou une récupération a pris, ou amené, à ce qui est remis; un report n'en crée pas un sou."""
    recuperes = {r["mouvement"] for r in faits.recuperations}
    reportes = {r["mouvement"] for r in faits.reports}
    remis = [e for e in faits.ecritures if e["compte"] == "remis"]
    assert sum(e["montant"] for e in remis if e["mouvement"] in reportes) == 0
    assert all(e["montant"] < 0 for e in remis if e["mouvement"] in recuperes)
    siens = (e for e in remis if faits.an(e) == an and e["mouvement"] in recuperes | reportes)
    return sum((e["montant"] for e in siens), Decimal(0))


def reporte(faits, an):
    """Ce que les reports en vigueur y ont amené, moins ce qu'ils en ont pris."""
    vers, de = ([r["id"] for r in faits.reports if r["an"] == autre] for autre in (an - 1, an))
    return total(rangees(m.LigneReport, report__in=vers)) - total(rangees(m.LigneReport, report__in=de))


def retire(faits, an):
    """Ce que les récupérations en vigueur et la résiliation ont repris à ses enveloppes."""
    repris = {r["mouvement"] for r in faits.recuperations}
    return -sum(
        e["montant"]
        for e in faits.ecritures
        if e["compte"] == "alloue"
        and faits.an(e) == an
        and (e["mouvement"] in repris or e["nature"] == "annulation")
    )


def recupere_des_deux_cotes(faits):
    """Chaque récupération baisse le reçu et, d'autant, ce qui est à dépenser; toutes ensemble aussi."""
    for r in faits.recuperations:
        lignes = [e for e in faits.ecritures if e["mouvement"] == r["mouvement"]]
        cotes = {c: total(lignes, compte=c) for c in ("recu", "recupere", "alloue")}
        assert cotes == {"recu": -r["montant"], "recupere": r["montant"], "alloue": -r["montant"]}, r
        autres = {e["compte"] for e in lignes} - cotes.keys()
        assert autres <= {"remis"}, r
    comptes = {c: total(faits.ecritures, compte=c) for c in ("convenu", "alloue", "recupere", "annule")}
    assert comptes["alloue"] == comptes["convenu"] - comptes["recupere"] - comptes["annule"], comptes


def rien_avant_son_heure(faits):
    """Ni un rapport reçu avant la fin de ce dont il rend compte, ni un versement libéré avant ses conditions."""
    fin = min(filter(None, (faits.convention["fin"], faits.convention["fermee_le"])))
    for o in faits.obligations:
        if o["recue_le"] and o["an"]:
            assert o["recue_le"] > date(o["an"] + 1, 3, 31), o
        if o["recue_le"] and o["nature"] == "rapport_final":
            assert o["recue_le"] > fin, o
        if o["acceptee_le"]:
            assert o["recue_par_id"] not in (None, o["acceptee_par_id"]), o
    acceptes = {(o["nature"], o["an"]): o["acceptee_le"] for o in faits.obligations if o["acceptee_le"]}
    plan = VersionPlan.objects.filter(
        plan__alliance=faits.convention["alliance_id"], etat="approuvee"
    ).exists()
    for e in faits.echeances.values():
        _pas_avant_son_heure(faits, e, acceptes, plan)


def _pas_avant_son_heure(faits, e, acceptes, plan):
    atteint = e["suspendue_depuis"] or e["etat"]
    if atteint == "annulee" or e["condition"] == "reglement":
        return
    assert (e["liberee_le"] is None) is (atteint == "prevue"), e
    if atteint == "prevue":
        return
    avance = 0 if e["condition"] == "date" else faits.convention["jours_d_avance"]
    assert e["liberee_le"] >= max(e["prevue_le"] - timedelta(days=avance), date(e["an"], 4, 1)), e
    avant = [a for a in faits.echeances.values() if a["rang"] < e["rang"] and a["etat"] != "annulee"]
    assert plan or (not avant and e["condition"] != "plan_approuve"), e
    rapport = {"rapport_accepte": "rapport_annuel", "rapport_final": "rapport_final"}.get(e["condition"])
    if rapport:
        assert acceptes[rapport, e["rapport_an"]] <= e["liberee_le"], e


def mains_differentes(faits):
    """Qui recommande, qui autorise, qui confirme; et qui permet malgré un retard n'est d'aucune des trois."""
    for v in faits.versements:
        e = faits.echeances[v["echeance_id"]]
        mains = {e["recommandee_par_id"], e["autorisee_par_id"], v["par_id"]}
        assert len(mains - {None}) == 3, (e, v)
    for d in faits.derogations:
        if d["revoquee_le"] is None:
            suites = [v for v in faits.versements if v["echeance_id"] == d["echeance_id"]]
            apres = {v["par_id"] for v in suites if v["inscrite_le"] > d["accordee_le"]}
            e = faits.echeances[d["echeance_id"]]
            assert d["accordee_par_id"] not in apres | {e["recommandee_par_id"], e["autorisee_par_id"]}, (
                d,
                e,
            )


def defait_a_deux(faits):
    """Ce qui a pris deux personnes en a pris deux à défaire."""
    approuvees = [d for d in faits.demandes if d["etat"] == "approuvee"]
    for d in approuvees:
        assert d["demandee_par_id"] not in (None, d["decidee_par_id"]), d
    defont = {(d["mouvement"], d["contraire"]) for d in approuvees if d["mouvement"]}
    for e in faits.ecritures:
        defaite = faits.par_ecriture.get(e["contrepasse_id"])
        if defaite and defaite["nature"] in A_DEUX:
            assert (defaite["mouvement"], e["mouvement"]) in defont, (e, defaite)
    for t in rangees(m.Transfert, convention=faits.convention["id"], etat="approuvee"):
        assert t["demandee_par_id"] not in (None, t["decidee_par_id"]), t
    _remises_recues(faits)
    for exercice in faits.exercices.values():
        _clos_puis_rouvert(faits, exercice, approuvees)


def _remises_recues(faits):
    """Reçue par le territoire, une remise se contrepasse par une autre personne que celle qui l'a inscrite."""
    recues = {r["remise_id"] for r in rangees(m.ReceptionDeRemise)}
    for r in rangees(m.Remise, convention=faits.convention["id"]):
        contraire = faits.contraires.get(r["ecriture_id"])
        if r["id"] in recues and contraire:
            assert contraire["par_id"] != r["par_id"], r


def _clos_puis_rouvert(faits, exercice, approuvees):
    """Le journal dit chaque clôture; seule une demande approuvée en défait une."""
    an = exercice["an"]
    clos = m.JournalConvention.objects.filter(
        convention=faits.convention["id"], geste="clore-exercice", objet=f"Exercice {an}-{an + 1}"
    ).count()
    rouverts = sum(d["exercice_id"] == exercice["id"] for d in approuvees)
    assert clos - rouverts == bool(exercice["clos_le"]), (exercice, clos, rouverts)


def pages_justes(faits, convention):
    """Ce que les pages disent disponible et à recevoir est ce que les lignes donnent."""
    dits = {s.an: (s.disponible, s.a_recevoir) for s in convention.sommes()}
    vrais = {
        an: (libre(c), c["convenu"] - c["recu"] - c["recupere"] - c["annule"])
        for an, c in faits.par_exercice().items()
    }
    assert dits == vrais


def photo(convention):
    """Ce que la résiliation laisse : la dernière écriture, et les rangées qui ne bougent plus."""
    figees = {modele: rangees(modele, convention=convention.pk) for modele in FIGES}
    figees["versements"] = [
        e for e in rangees(m.EcheanceVersement, convention=convention.pk) if e["condition"] != "reglement"
    ]
    return max(e["id"] for e in Faits(convention).ecritures), figees


def reglement_juste(convention, derniere):
    """L'état en chiffres de la résiliation rend compte de chaque dollar, tel qu'à cette écriture."""
    comptes = Faits(convention).par_exercice(jusqu_a=derniere)
    lignes = {ligne["an"]: ligne for ligne in rangees(m.LigneReglement, convention=convention.pk)}
    assert lignes.keys() == comptes.keys()
    for an, c in comptes.items():
        ligne = lignes[an]
        for compte in (*DE_LA_RACINE, *EMPLOIS):
            assert ligne[compte] == c[compte], (an, compte, ligne, c)
        assert ligne["a_recuperer"] == libre(c), (ligne, c)
        assert ligne["convenu"] == sum(ligne[s] for s in ("recu", "a_verser", "annule", "recupere")), ligne
        sources = ligne["recu"] + ligne["a_verser"] + ligne["reporte"]
        assert sources == sum(ligne[e] for e in EMPLOIS) + ligne["a_recuperer"], ligne
    assert sum(ligne["reporte"] for ligne in lignes.values()) == 0, lignes
    # Le Ministère ne verse pas ce qu'il récupérerait.
    assert 0 in [sum(ligne[s] for ligne in lignes.values()) for s in ("a_verser", "a_recuperer")], lignes


def plus_rien_ne_bouge(convention, photo_prise):
    """Depuis la résiliation, seuls se récupèrent, se paient ou se libèrent des sommes de son règlement."""
    derniere, figees = photo_prise
    faits = Faits(convention)
    assert photo(convention)[1] == figees
    vires = {
        v["mouvement"] for v in faits.vires if faits.echeances[v["echeance_id"]]["condition"] == "reglement"
    }
    for e in faits.ecritures:
        if e["id"] > derniere:
            premiere = faits.par_ecriture.get(e["contrepasse_id"], e)
            nature, recu = premiere["nature"], e["compte"] == "recu" and premiere["mouvement"] in vires
            promise = e["compte"] in ("reserve", "engage") and e["montant"] < 0
            gardee = promise or (
                e["compte"] == "verse" and total(faits.ecritures, mouvement=e["mouvement"]) <= 0
            )
            assert nature == "recuperation" or recu or gardee, e
