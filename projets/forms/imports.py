"""Le classeur des initiatives reprises : lu, jugé cellule par cellule, scellé pour être confirmé."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q

from alliances.models import Organisme, Territoire, ThematiqueNationale
from alliances.models.organismes import epurer_neq, valider_neq
from projets.models import InitiativeReprise
from projets.regles.dates import hors_de_l_histoire
from socle.formulaires.champs import DateSouple
from socle.formulaires.classeurs import Feuille, lire_le_classeur
from socle.formulaires.disposition import Formulaire
from socle.formulaires.tableaux import DATES, fautes_de, sans_accent
from socle.valeurs.alphabet import normaliser
from socle.valeurs.argent import ZERO, SaisieMontant
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

TOUS = "Tous"  # les territoires de l'Alliance
ETATS = {sans_accent(etat.label): etat.value for etat in InitiativeReprise.Etat}
INITIATIVES = Feuille(
    "Initiatives",
    {
        "reference": "Référence",
        "titre": "Titre",
        "organisme": "Organisme",
        "neq": "NEQ",
        "resume": "Résumé",
        "debut": "Début",
        "fin": "Fin",
        "territoires": "Territoires",
        "thematique": "Thématique",
        "etat": "État",
        "personnes": "Personnes rejointes",
    },
    au_plus=1000,
    facultatives=("neq", "resume", "thematique", "personnes"),
)
MONTANTS = Feuille(
    "Montants",
    {
        "reference": "Référence",
        "exercice": "Exercice",
        "accorde": "Accordé",
        "verse": "Versé",
        "recupere": "Récupéré",
    },
    au_plus=6000,
    facultatives=("verse", "recupere"),
)


class InitiativeLueForm(Formulaire):
    """Une ligne de la feuille « Initiatives », jugée seule."""

    reference = forms.CharField(max_length=40)
    titre = forms.CharField(max_length=140)
    organisme = forms.CharField(max_length=200)
    neq = forms.CharField(required=False, max_length=30)
    resume = forms.CharField(required=False, max_length=600)
    debut = DateSouple(input_formats=DATES)
    fin = DateSouple(input_formats=DATES)
    territoires = forms.CharField()
    thematique = forms.CharField(required=False)
    etat = forms.CharField()
    personnes = forms.IntegerField(required=False, min_value=0, max_value=10_000_000)

    def __init__(self, *args, connus, **options):
        super().__init__(*args, **options)
        self.connus = connus

    def clean_etat(self):
        if etat := ETATS.get(sans_accent(self.cleaned_data["etat"])):
            return etat
        raise ValidationError(f"Écrivez un de ces états\xa0: {', '.join(InitiativeReprise.Etat.labels)}.")

    def clean_territoires(self):
        return self.connus.territoires_de(self.cleaned_data["territoires"])

    def clean_thematique(self):
        return self.connus.thematique_de(self.cleaned_data["thematique"])

    def clean(self):
        donnees = super().clean()
        if (debut := donnees.get("debut")) and (fin := donnees.get("fin")) and fin < debut:
            self.add_error("fin", "La fin suit le début.")
        jours = {champ: donnees.get(champ) for champ in ("debut", "fin")}
        for champ, phrase in hors_de_l_histoire(aujourd_hui(), jours).items():
            self.add_error(champ, phrase)
        if nom := donnees.get("organisme"):
            try:
                donnees["organisme"] = self.connus.organisme_de(nom, epurer_neq(donnees.get("neq", "")))
            except OrganismeInconnu as inconnu:
                self.add_error(inconnu.champ, inconnu.message)
        return donnees


class MontantLuForm(Formulaire):
    """Une ligne de la feuille « Montants »."""

    reference = forms.CharField(max_length=40)
    exercice = forms.CharField()
    accorde = SaisieMontant(minimum=ZERO)
    verse = SaisieMontant(minimum=ZERO, required=False)
    recupere = SaisieMontant(minimum=ZERO, required=False)

    def clean_exercice(self):
        try:
            return Exercice.lire(self.cleaned_data["exercice"].replace(" ", "").replace("–", "-"))
        except ValueError as refus:
            raise ValidationError("Écrivez l’exercice ainsi\xa0: 2021-2022.") from refus

    def clean(self):
        donnees = super().clean()
        verse, recupere = donnees.get("verse") or ZERO, donnees.get("recupere") or ZERO
        if (accorde := donnees.get("accorde")) is not None and verse > accorde:
            self.add_error("verse", "Le versé dépasse l’accordé.")
        if recupere > verse:
            self.add_error("recupere", "Le récupéré dépasse le versé.")
        return donnees


class OrganismeInconnu(Exception):
    def __init__(self, champ, message):
        self.champ, self.message = champ, message
        super().__init__(message)


class Connus:
    """Ce que nomme le fichier et que le service connaît, lu une fois : organismes, territoires, thématiques."""

    def __init__(self, alliance, lignes):
        self.alliance = alliance
        siens = alliance.territoires.all() or Territoire.objects.filter(region__in=alliance.regions.all())
        self.territoires = {cle: t for t in siens for cle in (normaliser(t.nom), t.code)}
        self.tous = list(dict.fromkeys(self.territoires.values()))
        self.thematiques = {
            normaliser(t.nom): t for t in ThematiqueNationale.objects.order_by("cycle__debut")
        }
        noms = {normaliser(ligne.texte["organisme"]) for ligne in lignes}
        neqs = {epurer_neq(neq) for ligne in lignes if (neq := ligne.texte.get("neq"))}
        self.par_neq, self.par_nom = {}, defaultdict(list)
        for organisme in Organisme.objects.filter(Q(nom_normalise__in=noms) | Q(neq__in=neqs - {""})):
            self.par_nom[organisme.nom_normalise].append(organisme)
            self.par_neq[organisme.neq] = organisme

    def organisme_de(self, nom, neq):
        """Par le NEQ, que le nom doit confirmer; sans NEQ, par le nom, s'il n'en désigne qu'un."""
        memes = self.par_nom[normaliser(nom)]
        if neq:
            return self._par_neq(nom, neq, memes)
        if len(memes) == 1:
            return memes[0]
        if memes:
            raise OrganismeInconnu("organisme", "Plusieurs organismes portent ce nom\xa0: donnez son NEQ.")
        raise OrganismeInconnu("organisme", INCONNU)

    def _par_neq(self, nom, neq, memes):
        try:
            valider_neq(neq)
        except ValidationError as refus:
            raise OrganismeInconnu("neq", refus.messages[0]) from refus
        trouve = self.par_neq.get(neq)
        if trouve and trouve.nom_normalise == normaliser(nom):
            return trouve
        if trouve:
            raise OrganismeInconnu("neq", f"Ce NEQ est celui d’un autre organisme\xa0: {trouve}.")
        if memes:
            autre = memes[0].neq or "aucun"
            raise OrganismeInconnu("neq", f"Le répertoire donne un autre NEQ à cet organisme\xa0: {autre}.")
        raise OrganismeInconnu("organisme", INCONNU)

    def territoires_de(self, texte):
        """« La Matapédia; La Matanie », leurs codes, ou « Tous »."""
        if normaliser(texte) == normaliser(TOUS):
            return self.tous
        noms = [nom.strip() for nom in texte.split(";") if nom.strip()]
        if ailleurs := [nom for nom in noms if normaliser(nom) not in self.territoires]:
            raise ValidationError(self._ailleurs(ailleurs[0]))
        return list(dict.fromkeys(self.territoires[normaliser(nom)] for nom in noms))

    def _ailleurs(self, nom):
        sien = Territoire.objects.filter(Q(nom__iexact=nom) | Q(code=nom)).select_related("region").first()
        if sien:
            return f"«\xa0{sien}\xa0» est d’une autre région ({sien.region}), pas de cette Alliance."
        noms = "; ".join(map(str, self.tous))
        return f"«\xa0{nom}\xa0» n’est pas un territoire de cette Alliance. Les siens\xa0: {noms}; ou {TOUS}."

    def thematique_de(self, nom):
        if not nom:
            return None
        if thematique := self.thematiques.get(normaliser(nom)):
            return thematique
        raise ValidationError(
            "Cette thématique n’existe pas\xa0: la feuille «\xa0Listes\xa0» du modèle les donne."
        )


INCONNU = "Aucun organisme du répertoire n’a ce nom ni ce NEQ\xa0: ajoutez-le d’abord au répertoire, ou corrigez-le."


class ImportForm(Formulaire):
    """Le classeur. Valide, `saisies` porte ce qui se lit, `fautes` chaque faute par feuille et cellule."""

    fichier = forms.FileField(
        label="Classeur des initiatives (.xlsx)",
        help_text="Partez du modèle\xa0: les feuilles «\xa0Initiatives\xa0» et «\xa0Montants\xa0» se remplissent, les "
        "autres expliquent.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args, alliance, **options):
        super().__init__(*args, **options)
        self.alliance, self.saisies, self.fautes = alliance, [], []

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        lues = lire_le_classeur(fichier, (INITIATIVES, MONTANTS))
        lignes, montants = lues[INITIATIVES.nom], lues[MONTANTS.nom]
        if not lignes:
            raise forms.ValidationError("La feuille «\xa0Initiatives\xa0» n’a aucune ligne.")
        self._juger(lignes, montants)
        self.fautes = [faute for ligne in (*lignes, *montants) for faute in sorted(ligne.fautes)]
        if not self.fautes:
            self.neuves, self.fautes = InitiativeReprise.departager(self.alliance, self.saisies)
        return fichier

    def _juger(self, lignes, montants):
        connus = Connus(self.alliance, lignes)
        vues, sommes = {}, self._sommes(montants)
        for ligne in lignes:
            _une_fois(ligne, vues, "reference", ligne.texte["reference"].casefold())
            saisie = _juger(InitiativeLueForm(ligne.texte, connus=connus), ligne)
            siennes = sommes.pop(ligne.texte["reference"].casefold(), [])
            if not siennes:
                ligne.faute("reference", "aucune ligne de la feuille «\xa0Montants\xa0» n’a cette référence.")
            if saisie:
                _hors_des_dates(saisie, siennes)
                self.saisies.append(saisie | {"montants": [somme for _, somme in siennes]})
        for perdues in sommes.values():
            for ligne, _ in perdues:
                ligne.faute("reference", "aucune initiative de la première feuille n’a cette référence.")

    @staticmethod
    def _sommes(montants):
        """{référence: [(ligne, [an, accordé, versé, récupéré])]}; une ligne fautive y garde sa place."""
        sommes, vues = defaultdict(list), {}
        for ligne in montants:
            cle = ligne.texte["reference"].casefold()
            saisie = _juger(MontantLuForm(ligne.texte), ligne)
            somme = saisie and [
                saisie["exercice"].an,
                saisie["accorde"],
                saisie["verse"] or ZERO,
                saisie["recupere"] or ZERO,
            ]
            if somme:
                _une_fois(ligne, vues, "exercice", (cle, somme[0]))
            if cle:
                sommes[cle].append((ligne, somme))
        return sommes

    @property
    def deja(self):
        return len(self.saisies) - len(self.neuves)

    @property
    def totaux(self):
        """[(exercice, accordé)] de ce qui sera repris."""
        totaux = Counter()
        for saisie in self.neuves:
            for an, accorde, *_ in saisie["montants"]:
                totaux[an] += accorde
        return [(Exercice(an), totaux[an]) for an in sorted(totaux)]


def _juger(form, ligne):
    """La saisie d'une ligne qui se lit; sinon, ses fautes sont à la ligne."""
    if form.is_valid():
        return form.cleaned_data
    for champ, phrase in fautes_de(form):
        ligne.faute(champ, phrase)
    return None


def _une_fois(ligne, vues, champ, cle):
    if not cle:
        return
    if cle in vues:
        ligne.faute(champ, f"la ligne {vues[cle]} dit déjà cela\xa0: une seule ligne la porte.")
    vues.setdefault(cle, ligne.numero)


def _hors_des_dates(saisie, siennes):
    """Un montant tombe dans les exercices de l'initiative, ou dans celui qui les suit (un dernier versement)."""
    premier, dernier = Exercice.de(saisie["debut"]).an, Exercice.de(saisie["fin"]).an + 1
    for ligne, somme in siennes:
        if somme and not premier <= somme[0] <= dernier:
            ligne.faute("exercice", "cet exercice est hors des dates de l’initiative.")


# --- Du fichier lu à sa confirmation ---------------------------------------------------------------------


def sceller(nom, saisies, sel):
    """Ce que la page de confirmation renvoie : les lignes relues, telles quelles."""
    lignes = [
        [
            *(saisie[champ] for champ in ("reference", "titre", "resume", "etat", "personnes")),
            saisie["organisme"].pk,
            saisie["debut"].isoformat(),
            saisie["fin"].isoformat(),
            [territoire.pk for territoire in saisie["territoires"]],
            saisie["thematique"] and saisie["thematique"].pk,
            [[an, *map(str, sommes)] for an, *sommes in saisie["montants"]],
        ]
        for saisie in saisies
    ]
    return signing.dumps([nom, lignes], salt=sel, compress=True)


def desceller(jeton, sel):
    """(nom du fichier, saisies) d'un jeton; `None` s'il n'est pas le nôtre, ou nomme ce qui n'est plus."""
    try:
        nom, lignes = signing.loads(jeton, salt=sel)
        organismes = Organisme.objects.in_bulk({ligne[5] for ligne in lignes})
        territoires = Territoire.objects.in_bulk({pk for ligne in lignes for pk in ligne[8]})
        thematiques = ThematiqueNationale.objects.in_bulk({ligne[9] for ligne in lignes} - {None})
        return nom, [_saisie(ligne, organismes, territoires, thematiques) for ligne in lignes]
    except (signing.BadSignature, KeyError):
        return None


def _saisie(ligne, organismes, territoires, thematiques):
    reference, titre, resume, etat, personnes, organisme, debut, fin, lieux, thematique, montants = ligne
    return {
        "reference": reference,
        "titre": titre,
        "resume": resume,
        "etat": etat,
        "personnes": personnes,
        "organisme": organismes[organisme],
        "debut": date.fromisoformat(debut),
        "fin": date.fromisoformat(fin),
        "territoires": [territoires[pk] for pk in lieux],
        "thematique": thematiques[thematique] if thematique else None,
        "montants": [[an, *map(Decimal, sommes)] for an, *sommes in montants],
    }
