"""La fin d'un appel : fermé à son heure, décidé quand plus rien n'attend, répondu quand les réponses sont parties.

Le service ferme (aucune personne ne peut fermer plus tôt); les deux autres états suivent les gestes sur les demandes.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import maintenant


class GestesDeFermeture:
    """Ce qui arrive à un appel publié, sans qu'on le demande à personne."""

    @property
    def inscrit_jusqu_a(self):
        """L'instant où la Table n'inscrit plus une demande reçue autrement, pourtant à temps."""
        return self.ferme_vraiment_le + timedelta(days=self.inscription_jours or 0)

    def est_decide(self):
        """Une décision y est prise et plus rien n'y attend; fermé sans demande, il ne l'est pas."""
        conclu = self.etat in (self.Etat.DECIDE, self.Etat.REPONDU)
        return conclu and self.initiatives.filter(decisions__isnull=False).exists()

    def resultat(self):
        """(demandes déposées et gardées, acceptées) une fois les réponses parties; `None` avant, ou sans demande."""
        if self.etat != self.Etat.REPONDU:
            return None
        acceptees = Q(decisions__sens="acceptee", decisions__reponse__isnull=False)
        retenues = self.initiatives.deposees().exclude(etat="retiree").order_by()
        comptes = retenues.aggregate(
            deposees=Count("pk", distinct=True), acceptees=Count("pk", filter=acceptees, distinct=True)
        )
        return tuple(comptes.values()) if comptes["deposees"] else None

    def est_clos(self, moment=None):
        """Sa dernière seconde est passée, que le service l'ait déjà fermé ou pas encore."""
        if self.etat == self.Etat.OUVERT:
            return self.ferme_vraiment_le <= (moment or maintenant())
        return self.etat in self.FERMES

    def empechements_a_fermer(self, moment=None):
        if self.etat != self.Etat.OUVERT:
            return ["Seul un appel publié se ferme."]
        if not self.est_clos(moment):
            return ["L’heure de la fermeture n’est pas venue."]
        return []

    @transaction.atomic
    def fermer(self, *, par=None, le=None):
        """À son heure, grâce comprise : ce qui est déposé se compare, et rien ne se reprend."""
        appel, le = self.verrouiller(), le or timezone.now()
        if refus := appel.empechements_a_fermer(le):
            raise TransitionInterdite(refus)
        appel.etat = appel.Etat.FERME
        appel.save()
        appel.noter("fermer-appel", par=par, le=le)
        return appel.suivre_ses_demandes(par=par, le=le)

    @classmethod
    def fermer_a_l_heure(cls, moment=None):
        """Ferme chaque appel dont l'heure est passée; rend ceux qui viennent d'être fermés."""
        moment = moment or timezone.now()
        venus = cls.objects.filter(etat=cls.Etat.OUVERT, ferme_le__lte=moment).order_by("pk")
        return [appel.fermer(le=moment) for appel in venus if appel.est_clos(moment)]

    @transaction.atomic
    def suivre_ses_demandes(self, *, par, le=None):
        """Décidé quand plus aucune demande n'attend, répondu quand plus aucune réponse n'attend; l'inverse aussi.

        Sous le verrou de l'appel : de deux décisions prises ensemble, la seconde voit la première.
        """
        appel = self.verrouiller()
        etat = appel._etat_de_ses_demandes()
        if appel.etat in appel.FERMES and etat != appel.etat:
            avant, appel.etat = appel.get_etat_display(), etat
            appel.save()
            apres = {"état": appel.get_etat_display()}
            appel.noter("suivre-demandes", par=par, le=le, avant={"état": avant}, apres=apres)
        return appel

    def _etat_de_ses_demandes(self):
        if self.initiatives.a_l_etude().exists():
            return self.Etat.FERME
        repondu = self.initiatives.repondues().exists() and not self.initiatives.sans_reponse().exists()
        return self.Etat.REPONDU if repondu else self.Etat.DECIDE
