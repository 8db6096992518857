"""Appliquer un avenant : la convention, ses enveloppes, ses parties et ses versements changent ensemble, ou rien."""

from copy import copy
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from alliances.models import Territoire
from conventions import comparaison
from conventions.models.conventions import ExerciceConvention
from conventions.models.echeances import EcheanceVersement
from conventions.models.echeanciers import empechements_de_jours_prevus
from conventions.models.ecritures import Compte, Ecriture, Nature
from conventions.models.enveloppes import Enveloppe, Solde, Volet
from conventions.models.instantanes import InstantaneConvention
from conventions.models.obligations import Obligation
from conventions.models.parties import PartieConvention
from conventions.regles.echeancier import Reglages, dernier_rapport
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui

# Autorisé ou versé, un versement ne bouge plus; suspendu après avoir été autorisé non plus.
FIGES = (EcheanceVersement.Etat.AUTORISEE, EcheanceVersement.Etat.VERSEE)


# Ce qu'un avenant efface d'un versement qu'il change.
A_NEUF = {
    "etat": EcheanceVersement.Etat.PREVUE,
    "motif": "",
    "liberee_le": None,
    "recommandee_le": None,
    "recommandee_par": None,
    "recommandation": "",
    "suspendue_depuis": "",
    "suspendue_le": None,
    "suspendue_par": None,
    "annulee_le": None,
    "annulee_par": None,
}


def est_fige(echeance):
    """Le versement prévu est autorisé ou fait : seul le grand livre en parle encore."""
    return echeance.etat in FIGES or echeance.suspendue_depuis in FIGES


def empechements_de_fonds(convention, changes):
    """Les baisses que les fonds déjà employés interdisent, et les exercices clos, en phrases."""
    exercices = {exercice.an: exercice for exercice in convention.exercices.all()}
    racines = Solde.objects.filter(enveloppe__convention=convention, enveloppe__volet=Volet.EXERCICE)
    soldes = {solde.enveloppe.an: solde for solde in racines.select_related("enveloppe")}
    for an, montant in changes.items():
        exercice, solde = exercices.get(an), soldes.get(an)
        if exercice is None:
            continue
        if exercice.clos_le:
            yield f"L’exercice {exercice} est clos : son montant ne change plus."
        elif solde and exercice.montant - montant > solde.disponible:
            yield (
                f"L’exercice {exercice} n’a que {en_dollars(solde.disponible)} de libre; le baisser à "
                f"{en_dollars(montant)} retirerait {en_dollars(exercice.montant - montant)} qui a déjà une destination."
            )
        elif solde and exercice.montant - montant > solde.a_recevoir:
            deja = en_dollars(solde.recu + solde.recupere)
            yield f"Le Ministère a déjà versé {deja} pour l’exercice {exercice}."


def empechements_d_echeancier(convention, rangs):
    """Les versements touchés qui sont déjà autorisés ou faits, en phrases."""
    for echeance in convention.echeances.filter(rang__in=rangs).order_by("rang"):
        if est_fige(echeance):
            yield (
                f"Le {comparaison.en_ordinal(echeance.rang)} versement est déjà autorisé ou fait : il ne change plus."
            )


def empechements_de_dates(convention, propositions):
    """Les dates proposées qui sortent de la vie de la convention, en phrases."""
    proposee, dates = copy(convention), comparaison.de_sorte(propositions, "date")
    for sorte in ("date", "reddition"):
        _recevoir(proposee, comparaison.de_sorte(propositions, sorte))
    if "fin" in dates and proposee.fin <= convention.signee_le:
        signee = date_longue(convention.signee_le)
        yield f"La nouvelle fin ne peut pas précéder la signature de la convention, le {signee}."
    try:
        proposee.clean()
    except ValidationError as refus:
        yield from refus.messages
    prevus = filter(None, comparaison.de_sorte(propositions, "versement").values())
    jours = (date.fromisoformat(versement["prevue_le"]) for versement in prevus)
    yield from empechements_de_jours_prevus(proposee, jours)


class Application:
    """Mélangée à `Avenant`; `_appliquer` s'appelle sous le verrou de la convention, à la dernière signature."""

    def _appliquer(self, convention, *, par, le):
        """Pose chaque changement par sa sorte, puis ce qui en découle; prend l'instantané."""
        par_sorte = {code: {} for code in comparaison.SORTES}
        for cle, valeur in self.propositions.items():
            sorte, reste = comparaison.sorte_de(cle)
            par_sorte[sorte.code][reste] = valeur
        for code, poses in par_sorte.items():
            if poses:
                POSER[code](self, convention, poses, par=par, le=le)
        Obligation.recalculer(convention, par=par)
        return InstantaneConvention.prendre(
            convention, InstantaneConvention.Circonstance.AVENANT, par=par, le=le, avenant=self
        )

    def mises_en_retard(self):
        """Les obligations à l'heure qui seraient en retard si l'avenant entrait en vigueur aujourd'hui.

        Rien ne s'écrit; rien ne se lit non plus si l'avenant ne touche ni dates, ni exercices, ni reddition.
        """
        if not any(
            comparaison.de_sorte(self.propositions, sorte) for sorte in ("date", "exercice", "reddition")
        ):
            return []
        proposee = copy(self.convention)
        for sorte in ("date", "reddition"):
            _recevoir(proposee, comparaison.de_sorte(self.propositions, sorte))
        _, montants, _ = comparaison.totaux(self.termes_proposes())
        return Obligation.mises_en_retard(proposee, sorted(montants.items()), aujourd_hui())


def _recevoir(convention, poses):
    """Donne ces valeurs à la convention, sans l'enregistrer."""
    for champ, valeur in poses.items():
        setattr(convention, champ, convention._meta.get_field(champ).to_python(valeur))


def _poser_champs(avenant, convention, poses, **_):
    """Les obligations se recalculent ensuite, avec tout ce que l'avenant change."""
    _recevoir(convention, poses)
    convention.save(update_fields=list(poses))


def _poser_montants(avenant, convention, poses, *, par, **_):
    """Un seul mouvement pour tous les exercices : ce qui ouvre passe avant ce qui retire."""
    lignes = []
    for an, montant in ((int(an), Decimal(valeur)) for an, valeur in poses.items()):
        exercice, neuf = ExerciceConvention.objects.get_or_create(
            convention=convention, an=an, defaults={"montant": montant}
        )
        racine, nue = Enveloppe.objects.get_or_create(
            convention=convention, an=an, volet=Volet.EXERCICE, defaults={"parent": None}
        )
        # Une racine qui naît ici n'a encore rien reçu : elle prend tout le montant.
        ecart = montant if nue else montant - exercice.montant
        lignes += [(racine, Compte.CONVENU, ecart), (racine, Compte.ALLOUE, ecart)]
        if not neuf:
            exercice.montant = montant
            exercice.save(update_fields=["montant"])
    Ecriture.passer(
        convention,
        lignes,
        nature=Nature.ALLOCATION,
        par=par,
        objet=str(avenant),
        reference=avenant.reference,
        motif=avenant.motif,
    )


def _poser_parties(avenant, convention, poses, *, le, **_):
    signatures = {(s.role, s.organisme_id or 0): s for s in avenant.signatures_attendues()}
    rang = max((partie.rang for partie in convention.parties.all()), default=0)
    for cle, valeur in poses.items():
        role, _, organisme = cle.partition("/")
        champs = {"role": role, "organisme_id": int(organisme) or None}
        partie = convention.parties.filter(**champs).first()
        if valeur is None:
            partie.retiree_le = le
            partie.save(update_fields=["retiree_le"])
            continue
        arrivee = partie is None or partie.retiree_le
        partie = partie or PartieConvention(convention=convention, rang=rang, **champs)
        partie.signe, partie.signataire, partie.retiree_le = valeur["signe"], valeur["signataire"], None
        if arrivee and valeur["signe"]:
            signature = signatures[role, int(organisme)]
            for champ in ("signee_le", "signee_par", "resolution", "resolution_le"):
                setattr(partie, champ, getattr(signature, champ))
        partie.save()
        partie.territoires.set(Territoire.objects.filter(pk__in=[t["id"] for t in valeur["territoires"]]))


def _poser_versements(avenant, convention, poses, *, par, le, **_):
    """Ce qui change redevient prévu : un versement d'un autre montant se libère et se recommande de nouveau."""
    for rang, valeur in poses.items():
        echeance = convention.echeances.filter(rang=int(rang)).first()
        echeance = echeance or EcheanceVersement(convention=convention, rang=int(rang))
        for champ, vide in A_NEUF.items():
            setattr(echeance, champ, vide)
        if valeur is None:
            echeance.etat, echeance.motif = EcheanceVersement.Etat.ANNULEE, str(avenant)
            echeance.annulee_le, echeance.annulee_par = timezone.now(), par
        else:
            echeance.an, echeance.montant = valeur["an"], Decimal(valeur["montant"])
            echeance.condition, echeance.prevue_le = (
                valeur["condition"],
                date.fromisoformat(valeur["prevue_le"]),
            )
            echeance.rapport_an = _rapport_attendu(echeance)
        echeance.save()


def _rapport_attendu(echeance):
    """L'exercice du rapport qu'attend ce versement : le sien, ou le dernier rendu avant sa date."""
    if echeance.condition != EcheanceVersement.Condition.RAPPORT_ACCEPTE:
        return None
    return echeance.rapport_an or dernier_rapport(echeance.prevue_le, Reglages.mois_du_rapport)


POSER = {
    "date": _poser_champs,
    "parametre": _poser_champs,
    "reddition": _poser_champs,
    "liberation": _poser_champs,
    "exercice": _poser_montants,
    "partie": _poser_parties,
    "versement": _poser_versements,
}


def montants_proposes(propositions):
    """{exercice: montant en dollars} de ce que l'avenant propose."""
    lus = ((*comparaison.sorte_de(cle), valeur) for cle, valeur in propositions.items())
    return {int(reste): Decimal(valeur) for sorte, reste, valeur in lus if sorte.code == "exercice"}


def rangs_proposes(propositions):
    """Les rangs des versements que l'avenant touche."""
    lus = (comparaison.sorte_de(cle) for cle in propositions)
    return [int(reste) for sorte, reste in lus if sorte.code == "versement"]
