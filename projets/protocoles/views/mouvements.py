"""Ce que partagent les pages d'un versement à un organisme et d'un remboursement : la fiche, la pièce, le contraire."""

from django.shortcuts import get_object_or_404

from conventions.forms.depenses import choix_d_enveloppes
from conventions.forms.enveloppes import RaisonForm
from conventions.models import Convention
from conventions.permissions import peut
from conventions.views.gestes import convention_visible
from conventions.views.sorties import PagesDeSortie, enveloppes_de
from projets.protocoles.permissions import peut_payer
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import page_de_liste


class PagesDeMouvement(PagesDeSortie):
    """Celles de qui voit la convention; l'organisme lit son état des versements."""

    def adresse(self, suite=""):
        return f"protocoles:{self.code}{suite}"

    def refus(self, utilisateur, geste, sortie):
        return peut_payer(utilisateur, geste, sortie)

    def trouver(self, request, pk):
        visibles = self.modele.objects.visibles_par(request.user).lues().avec_lignee()
        de_la_convention = Convention.objects.condition_de_vue(request.user, "convention__")
        return get_object_or_404(visibles.filter(de_la_convention), pk=pk)

    def fiche(self, request, sortie):
        """À qui l'a inscrite, elle dit qui peut la contrepasser."""
        sienne = sortie.par_id == request.user.pk and not sortie.empechements_a_contrepasser()
        noms = sortie.autres_aux_finances() if sienne else []
        return super().fiche(request, sortie) | {"sienne": sienne, "a_contrepasser_par": noms}

    def reperes(self, sortie):
        communs = {"initiative": sortie.protocole.initiative, "protocole": sortie.protocole}
        return super().reperes(sortie) | communs | {"revenir": "Revenir à la fiche"}

    def liste(self, request, pk, tableau, filtres):
        convention = convention_visible(request, pk)
        return page_de_liste(
            request,
            tableau,
            filtres,
            self.modele.objects.visibles_par(request.user).filter(convention=convention),
            gabarit=f"protocoles/{self.code}s/liste.html",
            choix=choix_d_enveloppes(enveloppes_de(convention)),
            convention=convention,
            peut_inscrire=peut(request.user, self.modele.GESTE, convention) is None,
        )

    def contrepassation(self, request, pk):
        sortie, nom = self.trouver(request, pk), self.ici.split()[0].lower()
        return page_de_geste(
            request,
            sortie.contrepasser,
            refus=self.refus(request.user, f"contrepasser-{self.code}", sortie),
            form=RaisonForm(donnees_de(request)),
            gabarit=f"protocoles/{self.code}s/contrepassation.html",
            libelle=f"Contrepasser le {nom}",
            fait=f"Le {nom} est contrepassé.",
            empechements=sortie.empechements_a_contrepasser_par(request.user),
            ensuite=self.ensuite,
            danger=True,
            titre=f"Contrepasser un {nom}",
            ici="Contrepasser",
            **self.reperes(sortie),
        )
