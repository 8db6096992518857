"""`manage.py verifier_grand_livre` : recompte chaque solde depuis les écritures et parcourt chaque chaîne."""

from collections import defaultdict

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F, Q

from conventions.models import (
    AnnulationVersement,
    DemandeAnnulation,
    Ecriture,
    Enveloppe,
    Recuperation,
    Solde,
    Versement,
)
from conventions.models.sorties import Sortie
from socle.models.chaines import premiere_rupture
from socle.valeurs.argent import ZERO, en_dollars, somme

COMPTES = Ecriture.Compte.values
CHAINES = (Ecriture, Versement, AnnulationVersement, Recuperation)


def sorties():
    """Celles d'une pièce de droite aussi."""
    return [modele for modele in apps.get_models() if issubclass(modele, Sortie)]


class Command(BaseCommand):
    help = "Recompte les soldes des enveloppes et vérifie les chaînes; s’arrête à la première anomalie."

    def handle(self, *args, **options):
        with transaction.atomic():
            ruptures = (premiere_rupture(modele) for modele in (*CHAINES, *sorties()))
            anomalie = (
                next(filter(None, ruptures), None)
                or premier_solde_faux()
                or premiere_convention_depassee()
                or premier_virement_faux()
                or premiere_recuperation_boiteuse()
            )
        if anomalie:
            raise CommandError(f"Grand livre faux. {anomalie}")
        self.stdout.write(
            f"Grand livre juste : {Ecriture.objects.count()} écritures, {Solde.objects.count()} soldes recomptés."
        )


def _recomptes():
    """{enveloppe: {compte: total des lignes}}, en une requête."""
    sommes = defaultdict(lambda: dict.fromkeys(COMPTES, ZERO))
    totaux = Ecriture.objects.order_by().values("enveloppe", "compte").annotate(total=somme("montant"))
    for ligne in totaux:
        sommes[ligne["enveloppe"]][ligne["compte"]] = ligne["total"]
    return sommes


def premier_solde_faux():
    """Le premier solde qui ne dit pas la somme de ses lignes, en une phrase, ou `None`."""
    recomptes = _recomptes()
    enveloppes = Enveloppe.objects.select_related("convention", "territoire").order_by(
        "convention", "an", "pk"
    )
    soldes = {solde.pk: solde for solde in Solde.objects.all()}
    for enveloppe in enveloppes.iterator(chunk_size=2000):
        ou = f"{enveloppe.convention}, {enveloppe.exercice}, «\xa0{enveloppe}\xa0» (numéro {enveloppe.pk})"
        solde = soldes.get(enveloppe.pk)
        if solde is None:
            return f"{ou} : son solde a disparu."
        for compte in COMPTES:
            tenu, recompte = getattr(solde, compte), recomptes[enveloppe.pk][compte]
            if tenu != recompte:
                return f"{ou}, compte {compte} : {en_dollars(tenu)} au solde, {en_dollars(recompte)} aux écritures."
    return None


def premiere_convention_depassee():
    """La première convention dont les enveloppes portent plus que ce qui est convenu, ou `None`."""
    par_convention = Solde.objects.order_by("enveloppe__convention").values(
        numero=F("enveloppe__convention__numero")
    )
    totaux = {
        "convenus": somme("convenu"),
        "sortis": somme(F("recupere") + F("annule")),
        "alloues": somme("alloue"),
    }
    for ligne in par_convention.annotate(**totaux):
        if ligne["alloues"] > ligne["convenus"] - ligne["sortis"]:
            return (
                f"Convention {ligne['numero']} : {en_dollars(ligne['alloues'])} alloués, "
                f"{en_dollars(ligne['convenus'])} convenus, dont {en_dollars(ligne['sortis'])} récupérés ou annulés."
            )
    return None


def premier_virement_faux():
    """Le premier virement, ou sa récupération, que le grand livre ne dit pas de même; ou l'inverse; ou `None`."""
    faits = {
        **_montants(Versement.objects, "montant"),
        **_montants(AnnulationVersement.objects, "versement__montant", signe=-1),
        **_montants(Recuperation.objects, "montant", signe=-1),
        **_recuperations_defaites(),
    }
    inscrits = _montants(Ecriture.objects.filter(compte=Ecriture.Compte.RECU), "montant")
    for mouvement in sorted(faits.keys() | inscrits.keys()):
        fait, inscrit = faits.get(mouvement, ZERO), inscrits.get(mouvement, ZERO)
        if fait != inscrit:
            return (
                f"Mouvement {mouvement}, compte recu : {en_dollars(fait)} aux virements et récupérations, "
                f"{en_dollars(inscrit)} aux écritures."
            )
    return None


def _recuperations_defaites():
    """{mouvement contraire: ce qu'il rend à l'exercice}, d'après les demandes approuvées."""
    approuvees = DemandeAnnulation.objects.filter(nature="recuperation", contraire__isnull=False)
    montants = dict(Recuperation.objects.values_list("mouvement", "montant"))
    return {
        contraire: montants[mouvement]
        for mouvement, contraire in approuvees.values_list("mouvement", "contraire")
    }


def premiere_recuperation_boiteuse():
    """Le premier mouvement où ce qui est récupéré n'a pas quitté les deux côtés, ou `None`."""
    recuperees = Ecriture.objects.filter(compte=Ecriture.Compte.RECUPERE)
    par_mouvement = Ecriture.objects.filter(mouvement__in=recuperees.values("mouvement")).order_by()
    par_mouvement = par_mouvement.values("mouvement").annotate(
        **{compte: somme("montant", filtre=Q(compte=compte)) for compte in ("recupere", "recu", "alloue")}
    )
    for ligne in par_mouvement:
        if {-ligne["recu"], -ligne["alloue"]} != {ligne["recupere"]}:
            return (
                f"Mouvement {ligne['mouvement']}\xa0: {en_dollars(ligne['recupere'])} récupérés, "
                f"{en_dollars(-ligne['recu'])} retirés du reçu, {en_dollars(-ligne['alloue'])} retirés aux enveloppes."
            )
    return None


def _montants(lignes, champ, signe=1):
    """{mouvement: montant en dollars, au signe voulu}."""
    return {mouvement: signe * montant for mouvement, montant in lignes.values_list("mouvement", champ)}
