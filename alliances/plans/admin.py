"""Les corrections du plan : seulement ce qui est encore en rédaction; l'état ne change que par les gestes."""

from django.contrib import admin

from alliances.models import Role
from alliances.plans.models import (
    Collaborateur,
    ControleExamen,
    DemandeCorrection,
    IndicateurPlan,
    Instantane,
    JournalPlan,
    Moyen,
    Objectif,
    ObservationPlan,
    PiecePlan,
    PlanAction,
    Priorite,
    SectionPlan,
    VersionPlan,
)
from socle.formulaires.widgets import TexteRicheField
from socle.pages.corrections import AdminDeCorrection, AdminDeJournal, AdminEnLecture, FiltreDeGeste


def version_de(objet):
    """La version à laquelle appartient un objet du plan."""
    if isinstance(objet, VersionPlan):
        return objet
    if isinstance(objet, SectionPlan):
        return objet.version
    if isinstance(objet, Collaborateur):
        return objet.moyen.version_du_plan
    return objet.version_du_plan


class CorrectionDuPlan(AdminDeCorrection):
    """Une version adoptée, déposée ou décidée ne se corrige pas : elle appartient à l'histoire."""

    def est_corrigeable(self, objet):
        return version_de(objet).est_en_redaction

    def inscrire(self, objet, *, par, avant, apres, motif):
        version = version_de(objet)
        version.noter(
            "corriger",
            par=par,
            objet=f"{objet._meta.verbose_name} : {objet}",
            avant=avant,
            apres=apres,
            motif=motif,
        )
        version.marquer()
        version.rafraichir()


@admin.register(PlanAction)
class AdminDePlan(AdminDeCorrection):
    list_display = ["alliance", "echeance", "cree_le"]
    list_select_related = ["alliance"]
    readonly_fields = ["alliance"]

    def inscrire(self, objet, *, par, avant, apres, motif):
        JournalPlan.inscrire(
            cle=f"alliance-{objet.alliance_id}",
            plan=objet,
            par=par,
            role=Role.ADMINISTRATION,
            geste="corriger",
            objet=f"Échéance : {objet}",
            avant=avant,
            apres=apres,
            motif=motif,
            public=True,
        )


@admin.register(VersionPlan)
class AdminDeVersion(CorrectionDuPlan):
    """Seul le motif de la modification se corrige, pendant la rédaction."""

    list_display = ["plan", "numero", "etat", "deposee_le", "decidee_le"]
    list_filter = ["etat", ("plan__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["plan__alliance"]
    exclude = ["contenu_courant"]

    def get_readonly_fields(self, request, obj=None):
        return [champ.name for champ in VersionPlan._meta.fields if champ.editable and champ.name != "motif"]


@admin.register(SectionPlan)
class AdminDeSection(CorrectionDuPlan):
    list_display = ["version", "code", "terminee", "modifiee_le"]
    list_filter = ["code", ("version__plan__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["version__plan__alliance"]
    readonly_fields = ["version", "code"]

    def formfield_for_dbfield(self, champ, request, **options):
        if champ.name == "texte":
            return TexteRicheField(label=champ.verbose_name, required=False)
        return super().formfield_for_dbfield(champ, request, **options)


class CorrectionDElement(CorrectionDuPlan):
    """Une carte du plan; l'Alliance, la version et ce qui la porte distinguent les homonymes."""

    list_display = ["__str__", "alliance", "version", "porteur", "modifie_le", "supprime_le"]
    list_per_page = 50

    @property
    def chemin(self):
        return self.model.CHEMIN_VERSION

    def get_readonly_fields(self, request, obj=None):
        return [*self.model.PARENTS]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(f"{self.chemin}__plan__alliance")

    def get_search_fields(self, request):
        return [TEXTES[self.model], f"{self.chemin}__plan__alliance__nom"]

    def get_list_filter(self, request):
        return [
            (f"{self.chemin}__plan__alliance", admin.RelatedOnlyFieldListFilter),
            (f"{self.chemin}__etat", admin.ChoicesFieldListFilter),
            ("supprime_le", admin.EmptyFieldListFilter),
        ]

    @admin.display(description="Alliance")
    def alliance(self, element):
        return element.version_du_plan.plan.alliance

    @admin.display(description="version")
    def version(self, element):
        return element.version_du_plan.numero

    @admin.display(description="porté par")
    def porteur(self, element):
        return "" if element.champ_parent == "version" else element.parent


TEXTES = {Priorite: "titre", Objectif: "titre", Moyen: "description", IndicateurPlan: "nom"}
for modele in TEXTES:
    admin.site.register(modele, CorrectionDElement)


@admin.register(Collaborateur)
class AdminDeCollaborateur(CorrectionDuPlan):
    list_display = ["nom", "secteur", "contribution", "moyen", "alliance"]
    list_filter = [("moyen__objectif__priorite__version__plan__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["secteur", "moyen__objectif__priorite__version__plan__alliance"]
    search_fields = ["nom", "contribution", "moyen__description"]
    readonly_fields = ["moyen"]

    @admin.display(description="Alliance")
    def alliance(self, collaborateur):
        return collaborateur.moyen.version_du_plan.plan.alliance


class AdminDeLaVersion(AdminEnLecture):
    """Ce qui accompagne une version, par Alliance."""

    list_filter = [("version__plan__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["version__plan__alliance"]


@admin.register(ControleExamen)
class AdminDeControle(AdminDeLaVersion):
    list_display = ["version", "element", "resultat", "note", "inscrit_par", "inscrit_le"]
    list_select_related = ["version__plan__alliance", "inscrit_par"]


@admin.register(DemandeCorrection)
class AdminDeDemande(AdminDeLaVersion):
    list_display = ["version", "raison", "texte", "demandee_par", "envoyee_le", "traitee_le", "revoquee_le"]
    list_select_related = ["version__plan__alliance", "demandee_par"]
    search_fields = ["texte", "reponse"]


@admin.register(ObservationPlan)
class AdminDObservation(AdminDeLaVersion):
    list_display = ["version", "visibilite", "texte", "ecrite_par", "ecrite_le"]
    list_select_related = ["version__plan__alliance", "ecrite_par"]
    search_fields = ["texte"]


@admin.register(PiecePlan)
class AdminDePiece(AdminDeLaVersion):
    list_display = ["nom", "version", "usage", "televersee_par", "televersee_le", "retiree_le"]
    list_select_related = ["version__plan__alliance", "televersee_par"]
    search_fields = ["nom"]


@admin.register(Instantane)
class AdminDInstantane(AdminEnLecture):
    list_display = ["version", "circonstance", "tour", "le", "empreinte"]
    list_select_related = ["version__plan__alliance"]


@admin.register(JournalPlan)
class AdminDuJournalDuPlan(AdminDeJournal):
    list_filter = [FiltreDeGeste, ("plan__alliance", admin.RelatedOnlyFieldListFilter)]
    fields = readonly_fields = ["plan", "version", "public", *AdminDeJournal.fields]
