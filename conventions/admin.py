"""Les corrections de la convention : ce qui est en préparation; de ce qui vit ensuite, seulement des mots.

Rien de signé ne s'y change, aucun état ni aucun montant; ce qui a une histoire ne s'efface pas.
"""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F

from conventions.models import (
    AnnulationVersement,
    Convention,
    DemandeAnnulation,
    Depense,
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    ExerciceConvention,
    JournalConvention,
    LigneReglement,
    Obligation,
    PartieConvention,
    PieceConvention,
    PieceDepense,
    PieceRemise,
    Prolongation,
    ReceptionDeRemise,
    Recuperation,
    Remise,
    Repartition,
    Report,
    Transfert,
    Versement,
)
from conventions.models.preparation import SAISIS
from socle.pages.corrections import (
    AdminDeCorrection,
    AdminDeJournal,
    AdminEnLecture,
    FiltreDeGeste,
    FormulaireDeCorrection,
)


def convention_de(objet):
    return objet if isinstance(objet, Convention) else objet.convention


class CorrectionDeConvention(AdminDeCorrection):
    """La préparation se corrige; transmise, une convention se reprend, et signée, elle change par avenant."""

    champs_corrigeables = ()
    list_filter = [("convention__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["convention__alliance"]

    def est_corrigeable(self, objet):
        return convention_de(objet).etat == Convention.Etat.PREPARATION

    def get_readonly_fields(self, request, obj=None):
        champs = [champ.name for champ in self.model._meta.fields if champ.editable and not champ.primary_key]
        return [champ for champ in champs if champ not in self.champs_corrigeables]

    def inscrire(self, objet, *, par, avant, apres, motif):
        convention = convention_de(objet)
        en_preparation = convention.etat == Convention.Etat.PREPARATION
        convention.noter(
            "corriger",
            par=par,
            objet=f"{objet._meta.verbose_name} : {objet}",
            avant=avant,
            apres=apres,
            motif=motif,
            public=not en_preparation,
        )
        # Une page de préparation ouverte avant la correction ne l'écrasera pas sans le dire.
        Convention.objects.filter(pk=convention.pk).update(revision=F("revision") + 1)


@admin.register(Convention)
class AdminDeConvention(CorrectionDeConvention):
    champs_corrigeables = SAISIS
    list_display = ["numero", "alliance", "etat", "debut", "fin", "signee_le"]
    list_filter = ["etat", "alliance__cycle"]
    list_select_related = ["alliance"]
    search_fields = ["numero", "alliance__nom"]


@admin.register(ExerciceConvention)
class AdminDExercice(CorrectionDeConvention):
    champs_corrigeables = ("montant",)
    list_display = ["convention", "an", "montant", "clos_le"]


@admin.register(PartieConvention)
class AdminDePartie(CorrectionDeConvention):
    champs_corrigeables = ("signe", "signataire", "rang")
    list_display = ["nom", "convention", "role", "signe", "signee_le"]
    list_select_related = ["convention__alliance", "organisme"]
    filter_horizontal = ["territoires"]


@admin.register(Obligation)
class AdminDObligation(CorrectionDeConvention):
    """La référence se corrige; une réception et une acceptation se défont par leur geste, une échéance se prolonge."""

    champs_corrigeables = ("reference",)
    list_display = ["__str__", "convention", "echeance", "recue_le", "acceptee_le", "annulee_le"]
    list_filter = ["nature", *CorrectionDeConvention.list_filter]

    def est_corrigeable(self, objet):
        return objet.convention.etat == Convention.Etat.SIGNEE and objet.annulee_le is None


class CorrectionEnVigueur(CorrectionDeConvention):
    """Ce qui vit avec une convention en vigueur; fermée, elle appartient à l'histoire."""

    def est_corrigeable(self, objet):
        return objet.convention.etat == Convention.Etat.SIGNEE


class CorrectionDeMots(CorrectionEnVigueur):
    """Un texte écrit avec un geste se corrige, sans se vider : une contrainte le veut avec son état."""

    def get_readonly_fields(self, request, obj=None):
        vides = [champ for champ in self.champs_corrigeables if obj and not getattr(obj, champ)]
        return [*super().get_readonly_fields(request, obj), *vides]

    def get_form(self, request, obj=None, change=False, **options):
        form = super().get_form(request, obj, change=change, **options)
        for champ in set(self.champs_corrigeables) & set(form.base_fields):
            form.base_fields[champ].required = True
        return form


class CorrectionDEnveloppe(FormulaireDeCorrection):
    def clean_nom(self):
        """La contrainte lit des champs que la correction ne montre pas : Django ne la jugerait pas ici."""
        nom, actuelle = self.cleaned_data["nom"].strip(), self.instance
        memes = {champ: getattr(actuelle, champ) for champ in ("convention", "an", "volet", "territoire")}
        if Enveloppe.objects.filter(nom=nom, **memes).exclude(pk=actuelle.pk).exists():
            raise ValidationError("Cette enveloppe existe déjà pour cet exercice.")
        return nom


@admin.register(Enveloppe)
class AdminDEnveloppe(CorrectionEnVigueur):
    """Son nom et sa place; le geste de renommer s'arrête à la première écriture, la correction reste."""

    form = CorrectionDEnveloppe
    champs_corrigeables = ("nom", "rang")
    list_display = ["__str__", "convention", "an", "volet"]
    list_select_related = ["convention__alliance", "territoire"]

    def get_form(self, request, obj=None, change=False, **options):
        """Ce qui est nommé garde un nom : une priorité le doit."""
        form = super().get_form(request, obj, change=change, **options)
        if "nom" in form.base_fields:
            form.base_fields["nom"].required = bool(obj and obj.nom)
        return form


@admin.register(EcheanceVersement)
class AdminDEcheance(CorrectionDeMots):
    champs_corrigeables = ("recommandation", "motif")
    list_display = ["__str__", "convention", "montant", "condition", "etat"]
    list_filter = ["etat", *CorrectionDeConvention.list_filter]


@admin.register(Transfert)
class AdminDeTransfert(CorrectionDeMots):
    champs_corrigeables = ("motif", "decision_motif")
    list_display = ["__str__", "convention", "an", "etat"]
    list_filter = ["etat", *CorrectionDeConvention.list_filter]
    list_select_related = ["convention__alliance", "de__territoire", "vers__territoire"]


class AdminDeLaConvention(AdminEnLecture):
    """Ce qui appartient à l'histoire de la convention."""

    list_filter = [("convention__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["convention__alliance"]


@admin.register(Prolongation)
class AdminDeProlongation(AdminEnLecture):
    list_display = ["obligation", "ancienne", "nouvelle", "motif", "prolongee_par", "prolongee_le"]
    list_select_related = ["obligation", "prolongee_par"]


@admin.register(PieceConvention)
class AdminDePiece(AdminDeLaConvention):
    list_display = ["nom", "convention", "usage", "televersee_par", "televersee_le", "retiree_le"]
    list_select_related = ["convention__alliance", "televersee_par"]


@admin.register(Ecriture)
class AdminDEcriture(AdminDeLaConvention):
    list_display = ["inscrite_le", "convention", "enveloppe", "nature", "compte", "montant", "objet"]
    list_select_related = ["convention__alliance", "enveloppe__territoire"]


@admin.register(Repartition)
class AdminDeRepartition(AdminDeLaConvention):
    list_display = ["__str__", "convention", "etat", "adoptee_le", "resolution"]


@admin.register(Report)
class AdminDeReport(AdminDeLaConvention):
    list_display = ["__str__", "convention", "etat", "adoptee_le", "resolution"]


@admin.register(LigneReglement)
class AdminDeLigneReglement(AdminDeLaConvention):
    list_display = ["__str__", "convention", "recu", "annule", "a_recuperer", "a_verser"]


@admin.register(DemandeAnnulation)
class AdminDeDemandeAnnulation(AdminDeLaConvention):
    list_display = ["__str__", "convention", "etat", "demandee_par", "decidee_par"]
    list_select_related = ["convention__alliance", "demandee_par", "decidee_par"]


@admin.register(Recuperation)
class AdminDeRecuperation(AdminDeLaConvention):
    list_display = ["reference", "convention", "an", "montant", "recue_le"]


class AdminDeSortie(AdminDeLaConvention):
    list_display = ["reference", "convention", "enveloppe", "montant", "faite_le", "par"]
    list_select_related = ["convention__alliance", "enveloppe__territoire", "par"]


admin.site.register([Depense, Remise], AdminDeSortie)


@admin.register(PieceDepense, PieceRemise)
class AdminDePieceDeSortie(AdminEnLecture):
    list_display = ["nom", "sortie", "televersee_par", "televersee_le"]
    list_select_related = ["sortie", "televersee_par"]


@admin.register(ReceptionDeRemise)
class AdminDeReception(AdminEnLecture):
    list_display = ["remise", "recue_le", "par"]
    list_select_related = ["remise", "par"]


class AdminDuVersement(AdminEnLecture):
    """Ce qui se rattache à la convention par son versement prévu."""

    list_filter = [("echeance__convention__alliance", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["echeance__convention__alliance"]


@admin.register(Versement)
class AdminDeVersement(AdminDuVersement):
    list_display = ["reference", "echeance", "montant", "verse_le", "par"]
    list_select_related = ["echeance__convention__alliance", "par"]


@admin.register(Derogation)
class AdminDeDerogation(AdminDuVersement):
    list_display = ["echeance", "accordee_par", "accordee_le", "employee_le", "revoquee_le"]
    list_select_related = ["echeance__convention__alliance", "accordee_par"]


@admin.register(AnnulationVersement)
class AdminDAnnulation(AdminEnLecture):
    list_display = ["versement", "par", "inscrite_le", "motif"]
    list_select_related = ["versement", "par"]


@admin.register(JournalConvention)
class AdminDuJournal(AdminDeJournal):
    list_filter = [FiltreDeGeste, ("convention__alliance", admin.RelatedOnlyFieldListFilter)]
    fields = readonly_fields = ["convention", "public", *AdminDeJournal.fields]
