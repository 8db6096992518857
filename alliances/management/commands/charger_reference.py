"""Charge les données de référence : cycles, régions, territoires, indices, thématiques, secteurs, Alliances."""

from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from alliances.models import (
    Alliance,
    Cycle,
    IndiceTerritoire,
    JournalAlliance,
    Organisme,
    PartieAlliance,
    Region,
    SecteurActeur,
    Territoire,
    ThematiqueNationale,
)
from alliances.reference import DOSSIER, ReferenceInvalide, lire_reference, territoires_du_signataire

CYCLE_DES_SIGNATAIRES = "2024-2029"
FORMES = {
    "organisme_municipal": Organisme.Forme.MUNICIPAL,
    "ville": Organisme.Forme.MUNICIPAL,
    "organisation_autochtone": Organisme.Forme.AUTOCHTONE,
}
# Ce que la base garde de chaque colonne : la longueur que le fichier ne dépasse pas.
CHAMPS = {
    "cycles": (Cycle, ("code",)),
    "regions": (Region, ("code", "nom")),
    "territoires": (Territoire, ("code", "nom", "devitalise_source")),
    "indices": (IndiceTerritoire, ("source",)),
    "thematiques": (ThematiqueNationale, ("code", "nom")),
    "secteurs": (SecteurActeur, ("code", "nom")),
    "signataires": (Alliance, ("nom",)),
}
ORGANISMES = ("table", "organisme", "gestionnaire")
COMPTES = ("ajout", "changement", "déjà à jour")


def en_mots(comptes):
    """« 17 ajouts, 0 changement, 3 déjà à jour »."""
    return ", ".join(
        f"{comptes[quoi]} {quoi}{'s' if comptes[quoi] > 1 and quoi != 'déjà à jour' else ''}"
        for quoi in COMPTES
    )


def longueurs():
    """{(fichier, colonne): caractères au plus}, d'après les modèles."""
    bornes = {
        (fichier, colonne): modele._meta.get_field(colonne).max_length
        for fichier, (modele, colonnes) in CHAMPS.items()
        for colonne in colonnes
    }
    nom, slug = (
        modele._meta.get_field(c).max_length for modele, c in ((Organisme, "nom"), (Alliance, "slug"))
    )
    return bornes | {("signataires", c): nom for c in ORGANISMES} | {("signataires", "alliance"): slug}


class Bilan:
    """Ce que le chargement a fait, par sorte de ligne; les changements gardent leurs valeurs."""

    def __init__(self):
        self.comptes = {}
        self.changements = []
        self.lus = {}

    def noter(self, sorte, nom, quoi, detail=""):
        self.comptes.setdefault(sorte, Counter())[quoi] += 1
        if quoi == "changement":
            self.changements.append(f"{sorte} « {nom} » : {detail}")

    def lire(self, objet):
        self.lus.setdefault(type(objet), set()).add(objet.pk)

    def absents(self):
        """« sorte : noms » de ce que la base garde et que les fichiers ne disent plus; rien n'est effacé."""
        for modele, pks in self.lus.items():
            if gardes := [str(objet) for objet in modele.objects.exclude(pk__in=pks)]:
                yield f"{modele._meta.verbose_name_plural}\u00a0: {', '.join(gardes)}"

    @property
    def total(self):
        return sum(self.comptes.values(), Counter())


class Command(BaseCommand):
    help = "Charge les données de référence; relançable sans danger. Un fichier fautif ne change rien."

    def add_arguments(self, parser):
        parser.add_argument("--dossier", type=Path, default=DOSSIER, help="Dossier des sept fichiers CSV.")

    def handle(self, *args, dossier, **options):
        try:
            reference = lire_reference(dossier, longueurs())
        except ReferenceInvalide as refus:
            raise CommandError(f"Rien n’a été chargé.\n{refus}") from refus
        bilan = charger(reference)
        for sorte, comptes in bilan.comptes.items():
            self.stdout.write(f"{sorte} : {en_mots(comptes)}")
        for absents in bilan.absents():
            self.stdout.write(self.style.WARNING(f"absent des fichiers, gardé dans la base\u00a0: {absents}"))
        for changement in bilan.changements:
            self.stdout.write(self.style.WARNING(f"changé : {changement}"))


@transaction.atomic
def charger(reference):
    """Écrit tout en une transaction et retourne le `Bilan`. Le fichier fait foi pour les faits de référence.

    Les montants inventés ne sont pas chargés ici : seulement les trois montants publiés.
    """
    bilan = Bilan()
    for ligne in reference.cycles:
        _ecrire(bilan, Cycle, {"code": ligne["code"]}, _sauf(ligne, "code"))
    for ligne in reference.regions:
        _ecrire(bilan, Region, {"code": ligne["code"]}, {"nom": ligne["nom"]})
    regions = {region.code: region for region in Region.objects.all()}
    for ligne in reference.territoires:
        valeurs = {"nom": ligne["nom"], "type": ligne["type"], "region": regions[ligne["region"]]}
        if ligne["devitalise_source"]:  # Sans source, le fichier se tait : ce qui est inscrit demeure.
            valeurs |= {"devitalise": True, "devitalise_source": ligne["devitalise_source"]}
        _ecrire(bilan, Territoire, {"code": ligne["code"]}, valeurs)
    territoires = {territoire.code: territoire for territoire in Territoire.objects.all()}
    for ligne in reference.indices:
        cle = {"territoire": territoires[ligne["territoire"]], "indice": ligne["indice"], "an": ligne["an"]}
        _ecrire(bilan, IndiceTerritoire, cle, _sauf(ligne, *cle))
    cycles = {cycle.code: cycle for cycle in Cycle.objects.all()}
    for rang, ligne in enumerate(reference.thematiques, start=1):
        cle = {"cycle": cycles[ligne["cycle"]], "code": ligne["code"]}
        _ecrire(bilan, ThematiqueNationale, cle, _sauf(ligne, "cycle", "code") | {"rang": rang})
    for rang, ligne in enumerate(reference.secteurs, start=1):
        valeurs = _sauf(ligne, "code") | {"rang": rang, "vecu": ligne["code"] == "vecu"}
        _ecrire(bilan, SecteurActeur, {"code": ligne["code"]}, valeurs)
    for ligne in reference.signataires:
        _charger_alliance(bilan, ligne, reference, cycles[CYCLE_DES_SIGNATAIRES])
    if bilan.total["ajout"] or bilan.total["changement"]:
        Alliance.objects.marquer()  # Les plans gardés prêts à lire nomment ces données.
        JournalAlliance.noter(
            alliance=None,
            par=None,
            geste="charger-reference",
            objet="Données de référence",
            apres=dict(bilan.total) | {"changements": bilan.changements},
        )
    return bilan


def _sauf(ligne, *champs):
    return {nom: valeur for nom, valeur in ligne.items() if nom not in (*champs, "ligne")}


def _ecrire(bilan, modele, cle, valeurs):
    """Crée la ligne, ou met à jour ce qui diffère du fichier; note ce qui a été fait."""
    sorte = str(modele._meta.verbose_name_plural)
    objet = modele.objects.filter(**cle).first()
    if objet is None:
        objet = modele.objects.create(**cle, **valeurs)
        bilan.lire(objet)
        bilan.noter(sorte, objet, "ajout")
        return objet
    bilan.lire(objet)
    ecarts = {nom: (getattr(objet, nom), v) for nom, v in valeurs.items() if getattr(objet, nom) != v}
    if not ecarts:
        bilan.noter(sorte, objet, "déjà à jour")
        return objet
    for nom, (_, valeur) in ecarts.items():
        setattr(objet, nom, valeur)
    objet.save(update_fields=list(ecarts))
    detail = ", ".join(f"{nom} : {avant} → {apres}" for nom, (avant, apres) in ecarts.items())
    bilan.noter(sorte, objet, "changement", detail)
    return objet


def _organisme(bilan, nom, forme):
    """L'organisme de ce nom; sa forme juridique, saisie dans l'application, n'est jamais écrasée."""
    organisme = Organisme.objects.filter(nom=nom).first()
    if organisme is None:
        organisme = Organisme.objects.create(nom=nom, forme=forme)
        bilan.noter("organismes", nom, "ajout")
    else:
        bilan.noter("organismes", nom, "déjà à jour")
    return organisme


def _charger_alliance(bilan, ligne, reference, cycle):
    signataire = _organisme(bilan, ligne["organisme"], FORMES.get(ligne["type"], Organisme.Forme.OBNL))
    table = signataire
    if ligne["table"]:
        table = _organisme(bilan, ligne["table"], Organisme.Forme.NON_CONSTITUE)
    valeurs = {"nom": ligne["nom"], "table_regionale": table}
    if ligne["montant_publie"] is not None:
        valeurs |= {"montant": ligne["montant_publie"], "montant_fictif": False}
    alliance = _ecrire(bilan, Alliance, {"cycle": cycle, "slug": ligne["alliance"]}, valeurs)
    _relier(bilan, alliance, "regions", ligne["regions"])
    _relier(bilan, alliance, "territoires", territoires_du_signataire(ligne, reference))
    _partie(bilan, alliance, signataire, PartieAlliance.Qualite.SIGNATAIRE)
    if ligne["gestionnaire"]:
        gestionnaire = _organisme(bilan, ligne["gestionnaire"], Organisme.Forme.MUNICIPAL)
        _partie(bilan, alliance, gestionnaire, PartieAlliance.Qualite.GESTIONNAIRE)


def _relier(bilan, alliance, relation, codes):
    """Aligne les régions ou les territoires d'une Alliance sur le fichier."""
    lien = getattr(alliance, relation)
    actuels = set(lien.values_list("code", flat=True))
    if actuels == set(codes):
        return
    lien.set(lien.model.objects.filter(code__in=codes))
    if actuels:
        detail = f"{' '.join(sorted(actuels))} → {' '.join(sorted(codes))}"
        bilan.noter(f"{relation} d’une Alliance", alliance, "changement", detail)


def _partie(bilan, alliance, organisme, qualite):
    """Inscrit la partie manquante; une partie corrigée dans l'application est conservée."""
    if not alliance.parties.filter(qualite=qualite).exists():
        alliance.parties.create(organisme=organisme, qualite=qualite)
        bilan.noter("parties aux Alliances", organisme, "ajout")
