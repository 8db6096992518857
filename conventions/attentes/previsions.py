"""Ce que les conventions prévoient : les obligations à rendre et les versements à recevoir, jour par jour."""

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

VERSEMENT = "versement"
NATURES = {nature: (nature.label, noms[1].split(" ", 1)[1]) for nature, noms in NOMS.items()}
NATURES |= {
    Obligation.Nature.PLAN: ("Plan d’action", "plans d’action"),
    VERSEMENT: ("Versement prévu", "versements prévus"),
}


def a_venir(utilisateur):
    """Les prochaines dates des conventions que voit cette personne; d'une seule requête, l'accueil les lit toutes."""
    if not droits_de(utilisateur).roles & SUIVI:
        return []
    lues = _obligations(utilisateur).union(_versements(utilisateur), all=True).order_by("jour", "sorte")
    return [_prevision(*ligne) for ligne in lues[:LIGNES]]


def _obligations(utilisateur):
    dues = Obligation.objects.visibles_par(utilisateur).dues()
    dues = dues.filter(convention__etat=Convention.Etat.SIGNEE, echeance__gte=aujourd_hui())
    return _lire(dues, jour=F("echeance"), sorte=F("nature"), cle=F("convention"), somme=None)


def _versements(utilisateur):
    prevus = EcheanceVersement.objects.visibles_par(utilisateur).en_chemin()
    prevus = prevus.filter(convention__etat=Convention.Etat.SIGNEE, prevue_le__gte=aujourd_hui())
    return _lire(
        prevus,
        jour=F("prevue_le"),
        sorte=Value(VERSEMENT, output_field=CharField()),
        cle=F("pk"),
        somme=Sum("montant"),
    )


def _lire(prevues, *, jour, sorte, cle, somme):
    """Une ligne par jour et par sorte : combien, de qui quand il n'y en a qu'une."""
    groupees = prevues.order_by().annotate(jour=jour, sorte=sorte).values("jour", "sorte")
    return groupees.annotate(
        total=Count("pk"),
        somme=Value(0, output_field=MontantField()) if somme is None else somme,
        cle_du_seul=Min(cle),
        nom=Min("convention__alliance__nom"),
        fictifs=Count("pk", filter=Q(convention__montants_fictifs=True)),
    ).values_list("jour", "sorte", "total", "somme", "cle_du_seul", "nom", "fictifs")


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
