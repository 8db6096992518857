"""Ce que les conventions prévoient : les obligations à rendre et les versements à recevoir, jour par jour."""

from datetime import timedelta

from django.db.models import CharField, Count, F, Min, Q, Sum, Value
from django.urls import reverse

from alliances.models.mandats import droits_de
from alliances.models.roles import SUIVI
from conventions.attentes.obligations import NOMS
from conventions.models import Convention, EcheanceVersement, Obligation
from socle.annonces.previsions import LIGNES, Prevision
from socle.texte.typographie import nombre as en_chiffres
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import aujourd_hui

UN_AN = timedelta(days=366)
VERSEMENT = "versement"
NATURES = {nature: (nature.label, noms[1].split(" ", 1)[1]) for nature, noms in NOMS.items()}
NATURES |= {
    Obligation.Nature.PLAN: ("Plan d’action", "plans d’action"),
    VERSEMENT: ("Versement prévu", "versements prévus"),
}


def _par_jour(prevues, *, jour, sorte, cle, somme):
    """Une ligne par jour et par sorte : combien, et lequel quand il n'y en a qu'un."""
    signees = prevues.filter(convention__etat=Convention.Etat.SIGNEE)
    return (
        signees.order_by()
        .annotate(jour=F(jour), sorte=sorte)
        .values("jour", "sorte")
        .annotate(
            total=Count("pk"),
            somme=somme,
            seul=Min(cle),
            nom=Min("convention__alliance__nom"),
            fictifs=Count("pk", filter=Q(convention__montants_fictifs=True)),
        )
        .values_list("jour", "sorte", "total", "somme", "seul", "nom", "fictifs")
    )


OBLIGATIONS = _par_jour(
    Obligation.objects.dues(),
    jour="echeance",
    sorte=F("nature"),
    cle="convention",
    somme=Value(0, output_field=MontantField()),
)
VERSEMENTS = _par_jour(
    EcheanceVersement.objects.en_chemin(),
    jour="prevue_le",
    sorte=Value(VERSEMENT, output_field=CharField()),
    cle="pk",
    somme=Sum("montant"),
)


def a_venir(utilisateur):
    """Les prochaines dates des conventions que voit cette personne; une seule requête, pour l'accueil."""
    if not droits_de(utilisateur).roles & SUIVI:
        return []
    vues = Convention.objects.condition_de_vue(utilisateur, "convention__")
    fenetre = (aujourd_hui(), aujourd_hui() + UN_AN)
    obligations = OBLIGATIONS.filter(vues, echeance__range=fenetre)
    versements = VERSEMENTS.filter(vues, prevue_le__range=fenetre)
    # la plus courte d'abord : d'une union, Django compile deux fois la première
    lues = versements.union(obligations, all=True).order_by("jour", "sorte")
    return [_prevision(*ligne) for ligne in lues[:LIGNES]]


def _prevision(jour, sorte, total, somme, cle, nom, fictifs):
    un, plusieurs = NATURES[sorte]
    seul = total == 1
    if sorte == VERSEMENT:
        lien = (
            reverse("conventions:echeance", args=[cle]) if seul else reverse("conventions:liste_versements")
        )
    else:
        liste = f"{reverse('conventions:calendrier')}?nature={sorte}"
        lien = reverse("conventions:obligations", args=[cle]) if seul else liste
    return Prevision(
        jour=jour,
        titre=un if seul else f"{en_chiffres(total)}\u00a0{plusieurs}",
        objet=nom if seul else "",
        lien=lien,
        montant=somme or None,
        fictif=bool(somme and fictifs),
    )
