"""Le choix des initiatives de la démonstration : admissibilité, avis du circuit, décision, réponse, argent rendu."""

from demonstration.resolution import resolution_pdf
from projets.models import AvisInitiative, Decision, reponses
from projets.models.avis import entendre, prochaine_etape, rendre
from projets.models.decisions import decider
from projets.models.ecarts import avis_contredits, ecarts
from projets.models.jugements import Critere
from projets.models.propositions import proposer
from projets.models.reservations import desister, liberer_la_reservation
from projets.notifications.demandes import annoncer_les_reponses
from projets.regles.lecture import montage_de
from projets.travaux import preparer
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

Sens = Decision.Sens
AVIS = {
    AvisInitiative.Sens.FAVORABLE: "Le besoin est réel, le milieu s’y engage et les cibles se tiennent.",
    AvisInitiative.Sens.RESERVES: "Le projet répond au besoin; {conditions}",
    AvisInitiative.Sens.DEFAVORABLE: "{motif}",
}
ECART = "L’instance a entendu l’organisme depuis l’avis; les précisions reçues lèvent la réserve principale."
SANS_FONDS = (
    "L’initiative est bonne; il ne reste pas assez d’argent pour elle dans les enveloppes de l’appel."
)
HORS_DE_L_APPEL = (
    "Ce que l’appel mettait en commun ne suffit plus; l’instance le complète d’une enveloppe qui sert à la même "
    "fin."
)
DESISTEMENT = "La personne qui portait le projet quitte la région; sans elle, il n’a pas d’équipe."
SANS_PROTOCOLE = "L’organisme n’a pas signé son protocole, malgré deux rappels."
SENS = {"desistee": Sens.ACCEPTEE, "liberee": Sens.ACCEPTEE}  # on rend ce qui a été accepté
COMMUNES = ("regional", "priorite", "centralise", "villes_liees", "reserve")


def exercices(calendrier):
    return Exercice.entre(calendrier.debut, calendrier.fin)


def juger_une_demande(initiative, ligne, *, par):
    reponses_donnees = {critere: (True, "") for critere in Critere}
    if critere := ligne.get("critere"):
        reponses_donnees[Critere(critere)] = (False, ligne["motif"])
    reponses.juger_et_repondre(initiative, par=par, reponses=reponses_donnees)


def aviser(initiative, ligne, *, par):
    """Chaque étape du circuit avant la décision; l'avis des personnes, à part, quand la ligne le donne."""
    initiative = relire(initiative)
    if "vecu" in ligne:
        groupe, personnes, sens, texte = ligne["vecu"]
        entendre(
            initiative,
            par=par,
            groupe=groupe,
            personnes=personnes,
            sens=sens,
            texte=texte,
            rendu_le=aujourd_hui(),
        )
    sens = _sens_de_l_avis(ligne)
    while (etape := prochaine_etape(initiative)) and etape.acte != "decision":
        texte = AVIS[sens].format(
            motif=ligne.get("motif", ""), conditions=ligne.get("conditions", "").lower()
        )
        rendre(initiative, par=par, sens=sens, texte=texte, rendu_le=aujourd_hui())


def _sens_de_l_avis(ligne):
    if "avis" in ligne:
        return AvisInitiative.Sens(ligne["avis"])
    if ligne["suite"] == "refusee":
        return AvisInitiative.Sens.DEFAVORABLE
    return AvisInitiative.Sens.RESERVES if "conditions" in ligne else AvisInitiative.Sens.FAVORABLE


def relire(initiative):
    return type(initiative).objects.select_related("alliance", "appel", "organisme").get(pk=initiative.pk)


class Seance:
    """Une séance de l'instance qui décide : sa résolution, une seule fois, sert à chaque décision."""

    def __init__(self, appel, le, *, par):
        self.appel, self.le, self.par = appel, le, par
        self.resolution = f"{le:%Y}-{300 + appel.pk}"
        self.piece = None

    def decider(self, initiative, ligne):
        initiative = relire(initiative)
        sens, motifs = SENS.get(ligne["suite"], ligne["suite"]), _motifs(ligne)
        affectations = accorder(initiative, ligne) if sens == Sens.ACCEPTEE else {}
        if sens == Sens.ACCEPTEE and not affectations:
            sens, motifs = Sens.EN_ATTENTE, {"raison": Decision.Raison.FONDS, "motif": SANS_FONDS}
        if avis_contredits(initiative, sens):
            motifs["ecart"] = ligne.get("ecart", ECART)
        elif _s_ecarte(initiative, sens, affectations, par=self.par):
            motifs["ecart"] = HORS_DE_L_APPEL
        decision = decider(
            initiative,
            par=self.par,
            sens=sens,
            prise_le=self.le,
            resolution=self.resolution,
            piece=self.piece or self._fichier(initiative),
            affectations=affectations,
            **motifs,
        )
        self.piece = decision.pieces.get()

    def _fichier(self, initiative):
        instance = initiative.etapes.get(acte="decision").nom
        objet = ("Il est résolu de décider des demandes", f"de l’appel «\xa0{self.appel}\xa0».")
        return resolution_pdf(numero=self.resolution, organisme=instance, le=self.le, objet=objet)


def _motifs(ligne):
    return {champ: ligne[champ] for champ in ("raison", "motif", "conditions") if champ in ligne}


def accorder(initiative, ligne):
    """{enveloppe: dollars} : de chaque exercice, ce qui est demandé, là où il en reste assez; vide s'il en manque."""
    montage, accordes = montage_de(initiative), {}
    for exercice in initiative.exercices:
        demande = montage.demande_de(exercice.an) * ligne.get("accorde", 100) // 100
        enveloppe = _enveloppe(initiative, exercice.an, demande)
        if enveloppe is None:
            return {}
        accordes[enveloppe] = demande
    return accordes


def _enveloppe(initiative, an, montant):
    """Celle du territoire d'une initiative locale, sinon une commune; la première qui a de quoi."""
    touches = set(initiative.territoires.values_list("pk", flat=True))
    possibles = list(initiative.appel.enveloppes_possibles().filter(an=an))
    themes = {p.thematique.nom for p in initiative.priorites.select_related("thematique")}
    siennes = [e for e in possibles if e.territoire_id in touches] if initiative.palier == "local" else []
    communes = sorted((e for e in possibles if _sert(e, themes)), key=lambda e: COMMUNES.index(e.volet))
    return next((e for e in (*siennes, *communes) if e.solde.disponible >= montant > 0), None)


def _sert(enveloppe, themes):
    """Une enveloppe commune; celle d'une priorité, seulement si l'initiative y répond."""
    return enveloppe.volet in COMMUNES and (enveloppe.volet != "priorite" or enveloppe.nom in themes)


def _s_ecarte(initiative, sens, affectations, *, par):
    return any(ecarts(initiative, sens, affectations, initiative.appel.enveloppes_ou_puiser(par)))


def proposer_une_decision(initiative, ligne, *, par):
    """La séance se prépare : ce que l'on s'apprête à décider, rien au grand livre."""
    initiative = relire(initiative)
    sens = ligne["propose"]
    affectations = accorder(initiative, ligne) if sens == Sens.ACCEPTEE else {}
    motifs = _motifs(ligne)
    if _s_ecarte(initiative, sens, affectations, par=par):
        motifs["ecart"] = HORS_DE_L_APPEL
    proposer(initiative, par=par, revision=0, sens=sens, affectations=affectations, **motifs)


def repondre(appel, *, par):
    """Chaque organisme reçoit sa lettre; rend les notifications."""
    envoyees = reponses.envoyer(appel, par=par)
    preparer(envoyees)
    return annoncer_les_reponses(envoyees, par=par)


def renoncer(initiative, *, par):
    desister(relire(initiative), par=par, motif=DESISTEMENT)


def reprendre(initiative, *, par):
    resolution = f"{aujourd_hui():%Y}-{400 + initiative.appel_id}"
    liberer_la_reservation(relire(initiative), par=par, motif=SANS_PROTOCOLE, resolution=resolution)
