"""Les corrections de la pièce « alliances » : cadre, organismes, gouvernance, comptes."""

from django import forms
from django.contrib import admin

from alliances.models import (
    Alliance,
    CircuitDecision,
    Contact,
    Cycle,
    EtapeDecision,
    IndiceTerritoire,
    InstanceGouvernance,
    JournalAlliance,
    Mandat,
    Organisme,
    ParticipationPersonnes,
    PartieAlliance,
    ProfilGouvernance,
    Region,
    Role,
    SecteurActeur,
    Siege,
    Territoire,
    ThematiqueNationale,
)
from alliances.models.mandats import PORTEES
from socle.models import CibleDeService, Utilisateur
from socle.pages.corrections import (
    AdminDeCorrection,
    AdminDeJournal,
    AdminEnLecture,
    FiltreDeGeste,
    FormulaireDeCorrection,
)


class CorrectionDAlliance(AdminDeCorrection):
    """La trace va au journal de l'Alliance que l'objet décrit, sinon à la chaîne nationale."""

    def alliance_de(self, objet):
        if isinstance(objet, Alliance):
            return objet
        decrite = getattr(objet, "alliance_decrite", None)
        return Alliance.objects.get(pk=decrite()) if decrite else None

    def inscrire(self, objet, *, par, avant, apres, motif):
        JournalAlliance.noter(
            alliance=self.alliance_de(objet),
            par=par,
            role=Role.ADMINISTRATION,
            geste="corriger",
            objet=f"{objet._meta.verbose_name} : {objet}",
            avant=avant,
            apres=apres,
            motif=motif,
        )
        self._marquer(objet)

    def _marquer(self, objet):
        """Ce que les plans gardent prêt à lire doit savoir que le cadre a changé."""
        alliance = self.alliance_de(objet)
        alliances = Alliance.objects.filter(pk=alliance.pk) if alliance else Alliance.objects.all()
        alliances.marquer()


class CorrectionDeCompte(FormulaireDeCorrection):
    """Désactiver un compte, c'est en retirer les mandats : les mêmes empêchements."""

    def clean_is_active(self):
        actif = self.cleaned_data["is_active"]
        if self.instance.is_active and not actif:
            siens = Mandat.objects.en_vigueur().filter(utilisateur=self.instance)
            if refus := [phrase for mandat in siens for phrase in mandat.empechements_de_releve()]:
                raise forms.ValidationError(refus)
        return actif


@admin.register(Utilisateur)
class AdminDUtilisateur(CorrectionDAlliance):
    form = CorrectionDeCompte
    list_display = ["courriel", "prenom", "nom", "is_active", "cree_le"]
    list_filter = ["is_active"]
    search_fields = ["courriel", "nom", "prenom"]
    fields = ["prenom", "nom", "courriel", "telephone", "is_active", "cree_le", "last_login"]
    readonly_fields = ["cree_le", "last_login", "courriel"]


class CorrectionDuCadre(CorrectionDAlliance):
    peut_ajouter = True


@admin.register(Cycle)
class AdminDeCycle(CorrectionDuCadre):
    list_display = ["code", "debut", "fin", "fin_realisation", "echeance_plan"]


@admin.register(ThematiqueNationale)
class AdminDeThematique(CorrectionDuCadre):
    list_display = ["nom", "code", "cycle", "recommandee"]
    list_filter = ["cycle", "recommandee"]


@admin.register(SecteurActeur)
class AdminDeSecteur(CorrectionDuCadre):
    list_display = ["nom", "code", "attendu_au_plan", "vecu", "rang"]


@admin.register(Region)
class AdminDeRegion(CorrectionDAlliance):
    list_display = ["code", "nom"]


@admin.register(Territoire)
class AdminDeTerritoire(CorrectionDuCadre):
    list_display = ["code", "nom", "type", "region", "devitalise"]
    list_filter = ["region", "type", "devitalise"]
    list_select_related = ["region"]
    search_fields = ["nom", "code"]


@admin.register(IndiceTerritoire)
class AdminDIndice(CorrectionDuCadre):
    list_display = ["territoire", "indice", "an", "valeur", "rang", "source", "fictif"]
    list_filter = ["indice", "an", "fictif"]
    list_select_related = ["territoire"]


@admin.register(Organisme)
class AdminDOrganisme(CorrectionDAlliance):
    list_display = ["nom", "neq", "forme", "territoire"]
    list_filter = ["forme"]
    list_select_related = ["territoire"]
    search_fields = ["nom", "neq"]

    def get_readonly_fields(self, request, obj=None):
        """Celle d'une partie ne se corrige pas ici : le Ministère la change, ou accepte qu'elle change."""
        return obj.gardes if obj and obj.est_partie else ()


@admin.register(Alliance)
class AdminDAlliance(CorrectionDAlliance):
    list_display = ["nom", "cycle", "table_regionale", "montant_fictif"]
    list_filter = ["cycle"]
    list_select_related = ["cycle", "table_regionale"]
    filter_horizontal = ["regions", "territoires"]


@admin.register(PartieAlliance)
class AdminDePartie(CorrectionDuCadre):
    list_display = ["organisme", "alliance", "qualite", "resolution", "resolution_le"]
    list_filter = ["alliance", "qualite"]
    list_select_related = ["organisme", "alliance"]


@admin.register(ProfilGouvernance)
class AdminDeProfil(CorrectionDAlliance):
    list_display = ["alliance", "gestion", "decision_regionale", "decision_locale", "part_regionale"]
    list_select_related = ["alliance"]


@admin.register(InstanceGouvernance)
class AdminDInstance(CorrectionDAlliance):
    list_display = ["nom", "alliance", "palier", "nature"]
    list_filter = ["alliance"]
    list_select_related = ["alliance"]


@admin.register(Siege)
class AdminDeSiege(CorrectionDAlliance):
    list_display = ["libelle", "instance_gouvernance", "alliance", "secteur", "prevus", "pourvus", "droit"]
    list_filter = ["instance_gouvernance__alliance"]
    list_select_related = ["instance_gouvernance__alliance", "secteur"]
    search_fields = ["libelle", "instance_gouvernance__nom"]

    @admin.display(description="Alliance", ordering="instance_gouvernance__alliance__nom")
    def alliance(self, siege):
        return siege.instance_gouvernance.alliance


@admin.register(CircuitDecision)
class AdminDeCircuit(AdminEnLecture):
    """Un circuit se change par l'application, où la signature le fixe; ses étapes aussi."""

    list_display = ["nom", "alliance", "rang", "palier", "origine", "decide"]
    list_filter = ["alliance"]
    list_select_related = ["alliance", "decide"]


@admin.register(EtapeDecision)
class AdminDEtape(AdminEnLecture):
    list_display = ["circuit", "rang", "instance_gouvernance", "acte"]
    list_select_related = ["circuit__alliance", "instance_gouvernance"]


@admin.register(Contact)
class AdminDeContact(CorrectionDAlliance):
    list_display = ["nom", "fonction", "alliance", "principal"]
    list_filter = ["alliance"]
    list_select_related = ["alliance"]
    search_fields = ["nom", "fonction", "courriel"]


@admin.register(ParticipationPersonnes)
class AdminDeParticipation(CorrectionDAlliance):
    list_display = ["alliance", "exercice", "axe", "forme", "personnes", "rencontres"]
    list_filter = ["exercice", "axe"]
    list_select_related = ["alliance"]


@admin.register(Mandat)
class AdminDeMandat(AdminEnLecture):
    """Un mandat se donne et se termine par l'application, jamais ici."""

    list_display = ["utilisateur", "role", "portee", "debut", "fin"]
    list_filter = ["role", "alliance"]
    search_fields = ["utilisateur__nom", "utilisateur__prenom", "utilisateur__courriel"]
    list_select_related = ["utilisateur", *PORTEES]

    @admin.display(description="Portée")
    def portee(self, mandat):
        return mandat.portee


@admin.register(JournalAlliance)
class AdminDuJournal(AdminDeJournal):
    list_filter = [FiltreDeGeste, "alliance"]
    fields = readonly_fields = ["alliance", *AdminDeJournal.fields]


@admin.register(CibleDeService)
class AdminDeCibleDeService(CorrectionDAlliance):
    """En combien de jours chaque étape devrait se faire : ce que les listes et les accueils disent en retard."""

    list_display = ["__str__", "jours"]
    readonly_fields = ["etape"]

    def _marquer(self, objet):
        """Aucun plan n'en garde de copie."""
