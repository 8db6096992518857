"""Les corrections de la convention : seulement ce qui est en préparation; rien de signé ne s'y change."""

from django.contrib import admin
from django.db.models import F

from alliances.models import Role
from conventions.models import (
    Convention,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    ExerciceConvention,
    JournalConvention,
    Obligation,
    PartieConvention,
    PieceConvention,
    Prolongation,
)
from conventions.models.preparation import SAISIS
from socle.corrections import AdminDeCorrection, AdminDeJournal, AdminEnLecture, FiltreDeGeste


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
    """Une réception inscrite par erreur s'efface ici, date et personne ensemble; une échéance se prolonge."""

    champs_corrigeables = ("remplie_le", "remplie_par", "reference")
    list_display = ["__str__", "convention", "echeance", "remplie_le", "annulee_le"]
    list_filter = ["nature", *CorrectionDeConvention.list_filter]

    def est_corrigeable(self, objet):
        return objet.convention.etat == Convention.Etat.SIGNEE and objet.annulee_le is None


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


@admin.register(Enveloppe)
class AdminDEnveloppe(AdminDeLaConvention):
    list_display = ["__str__", "convention", "an", "volet"]
    list_select_related = ["convention__alliance", "territoire"]


@admin.register(Ecriture)
class AdminDEcriture(AdminDeLaConvention):
    list_display = ["inscrite_le", "convention", "enveloppe", "nature", "compte", "montant", "objet"]
    list_select_related = ["convention__alliance", "enveloppe__territoire"]


@admin.register(EcheanceVersement)
class AdminDEcheance(AdminDeLaConvention):
    list_display = ["rang", "convention", "an", "montant", "condition", "etat"]


@admin.register(JournalConvention)
class AdminDuJournal(AdminDeJournal):
    ROLES = dict(Role.choices)
    list_filter = [FiltreDeGeste, ("convention__alliance", admin.RelatedOnlyFieldListFilter)]
    fields = readonly_fields = ["convention", "public", *AdminDeJournal.fields]
