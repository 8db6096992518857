"""Ce que la page d'un protocole montre de sa vie : lu d'un coup, puis dit par les règles."""

from datetime import date

from projets.models import JournalProjets
from projets.protocoles.models import (
    AvenantProtocole,
    AvisTransmis,
    Paiement,
    PieceAvis,
    PieceRapport,
    PieceSignature,
    Remboursement,
)
from projets.protocoles.models.tranches import EN_CHEMIN
from projets.protocoles.permissions import peut
from projets.protocoles.regles import calendrier
from projets.protocoles.regles.avancement import Versement, argent, prochaine, terme, tour
from socle.lectures import ranger
from socle.pages.journaux import ligne_en_mots, valeur_en_mots, valeurs_en_mots
from socle.texte.typographie import date_longue, pluriel
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui, jour_de

LUES = ("tranches", "signatures", "rapports", "releve")
DES_LIGNES = ("accepter-rapport", "annuler-tranche")
NOMS = {
    "reference": "référence",
    "depense": "dépensé",
    "signee_le": "signée le",
    "libere": "libéré",
    "resolution": "résolution",
}
DEJA_DITS = {"sha256"}  # le code se lit avec le texte scellé
PAR_QUOI = {
    "signature": "par la signature",
    "rapport": "par l’acceptation de son rapport",
    "date": "à sa date",
}
SUITES = {  # ce que permet ce qui vient d'arriver à un versement
    "liberer-tranche": "{}, que les finances peuvent verser",
    "annuler-tranche": "{}, qui retournent à l’enveloppe",
}


class Vie:
    """Trois requêtes lisent tout; les versements, les sommes et les signatures du protocole ne se redemandent plus."""

    def __init__(self, protocole, utilisateur):
        self.protocole, self.jour = protocole, aujourd_hui()
        initiative = protocole.initiative
        lues = initiative.lire_ses_lieux(
            aussi=(
                *(getattr(protocole, nom).all() for nom in LUES),
                Paiement.objects.en_vigueur().filter(tranche__protocole=protocole).order_by("faite_le", "pk"),
                initiative.decisions.order_by("pk"),
                PieceSignature.objects.filter(signature__protocole=protocole).order_by("pk"),
                PieceRapport.objects.filter(rapport__protocole=protocole).order_by("pk"),
                PieceAvis.objects.filter(avis__protocole=protocole).order_by("pk"),
                AvisTransmis.objects.filter(protocole=protocole).order_by("pk"),
                Remboursement.objects.en_vigueur().filter(ligne__protocole=protocole),
                AvenantProtocole.objects.visibles_par(utilisateur)
                .filter(protocole=protocole)
                .order_by("rang"),
            ),
        )
        for nom in LUES:
            ranger([protocole], nom, lues.pop(0))
        self.paiements, decisions, *pieces, self.avis, self.remboursements, self.avenants = lues
        protocole.sommes_lues = list(protocole.affectations())
        self.lignes = _journal(protocole, utilisateur)
        self.decision = next(iter(decisions), None)
        self._lier()
        self._joindre(*pieces)
        self._offrir(utilisateur)

    def _joindre(self, des_signatures, des_rapports, des_avis):
        tranches = {t.pk: t for t in self.protocole.tranches.all()}
        for avis in self.avis:
            avis.tranche = tranches.get(avis.tranche_id)
            avis.jointes = [p for p in des_avis if p.avis_id == avis.pk]
        for signature in self.protocole.signatures.all():
            signature.jointes = [p for p in des_signatures if p.signature_id == signature.pk]
        for rapport in self.protocole.rapports.all():
            rapport.jointes = [p for p in des_rapports if p.rapport_id == rapport.pk]

    def _offrir(self, utilisateur):
        """Ce que la personne peut faire d'un rapport, ou d'un versement prévu, sans qu'il soit redemandé un à un."""
        protocole, etat = self.protocole, self.protocole.etat
        peuvent = {g for g in DES_LIGNES if etat == "signe" and peut(utilisateur, g, protocole) is None}
        for rapport in protocole.rapports.all():
            sien = rapport.inscrit_par_id == utilisateur.pk
            attendues = [t for t in protocole.tranches.all() if t.attend(rapport)]
            lit = "accepter-rapport" in peuvent and not sien and not rapport.est_juge
            rapport.refusable, rapport.acceptable = lit, bool(lit and (attendues or rapport.est_final))
        for tranche in protocole.tranches.all():
            tranche.annulable = "annuler-tranche" in peuvent and tranche.etat in EN_CHEMIN

    def _lier(self):
        """Chaque tranche sait sa somme, ce qui en est versé, et le rapport qu'elle attend."""
        sommes = {a.pk: a for a in self.protocole.sommes_lues}
        recus = self.protocole.rapports_recus()
        self.versements = []
        for tranche in self.protocole.tranches.all():
            tranche.affectation = sommes[tranche.affectation_id]
            tranche.faits = [p for p in self.paiements if p.tranche_id == tranche.pk]
            tranche.rapport = recus.get(tranche.prevue_le) if tranche.condition == "rapport" else None
            self.versements.append(_versement(tranche))
            tranche.lu = self.versements[-1]
        for ligne in self.protocole.releve.all():
            ligne.affectation = sommes[ligne.affectation_id]

    @property
    def argent(self):
        acceptes = [r.depense for r in self.protocole.rapports.all() if r.accepte_le]
        return argent(self.protocole.montant(), self.versements, sum(acceptes, ZERO))

    @property
    def du(self):
        """Ce que l'organisme doit encore rendre."""
        rendu = sum((r.montant for r in self.remboursements), ZERO)
        return sum((ligne.a_recuperer for ligne in self.protocole.releve.all()), ZERO) - rendu

    @property
    def hors_des_versements(self):
        """Comment se nomme ce que les versements ne comptent pas : l'échéancier l'oublie encore, ou c'est rendu."""
        return "Pas encore prévu" if self.protocole.est_ouvert else "Libéré"

    @property
    def prochaine(self):
        """Rien de ce qui n'est pas signé, ou qui est suspendu, n'est une échéance."""
        en_route = self.protocole.etat == "signe" and not self.protocole.est_suspendu
        return prochaine(self.versements) if en_route else None

    @property
    def manquent(self):
        """Les côtés dont la signature est attendue."""
        if self.protocole.etat != "transmis":
            return []
        return self.protocole.cotes_a_signer()

    @property
    def tour(self):
        protocole = self.protocole
        return tour(
            protocole.etat,
            self.versements,
            jour=self.jour,
            pret=not protocole.manques,
            manquent=self.manquent,
            suspendu=protocole.est_suspendu,
            du=self.du,
            beneficiaire_change=protocole.etat == "signe" and protocole.beneficiaire_a_change(),
            terme=self._terme,
        )

    @property
    def _terme(self):
        protocole, final = self.protocole, self.protocole.rapport_final()
        accepte = final and final.accepte_le
        return terme(protocole.fin, protocole.rapport_final_le, final, accepte, self.jour)

    @property
    def tours(self):
        """[(numéro, ses signatures)], la dernière transmission d'abord; celles qui n'ont rien reçu se taisent."""
        recues = {}
        for signature in self.protocole.signatures.all():
            recues.setdefault(signature.tour, []).append(signature)
        if self.manquent:
            recues.setdefault(self.protocole.tour, [])
        return sorted(recues.items(), reverse=True)

    @property
    def histoire(self):
        return [self._en_mots(ligne) for ligne in self.lignes]

    def _en_mots(self, ligne):
        lue = ligne_en_mots(ligne, ligne.en_mots(ligne.geste), _valeurs, service="Le service")
        if suite := SUITES.get(ligne.geste):
            rang, montant = ligne.apres["versement"], ligne.apres["montant"]
            return lue | {"geste": self._du_versement(ligne.geste, rang), "apres": suite.format(montant)}
        return lue

    def _du_versement(self, geste, rang):
        """« Versement 1 libéré par la signature »."""
        if geste == "annuler-tranche":
            return f"Versement {rang} annulé"
        conditions = (t.condition for t in self.protocole.tranches.all() if t.rang == rang)
        return f"Versement {rang} libéré {PAR_QUOI[next(conditions)]}"

    # --- Le calendrier --------------------------------------------------------------------------------------

    @property
    def axe(self):
        protocole, decidee = self.protocole, self.decision and self.decision.prise_le
        jours = [decidee, protocole.debut, protocole.fin, protocole.rapport_final_le]
        return calendrier.Axe.de(jours + [v.prevue_le for v in self.versements])

    @property
    def ici(self):
        """Le trait d'aujourd'hui; rien hors de l'axe."""
        return self.axe.place(self.jour) if self.axe.debut <= self.jour <= self.axe.fin else None

    @property
    def rangees(self):
        protocole, axe = self.protocole, self.axe
        yield self._point("Décision", self.decision and self.decision.prise_le, "Acceptée le {}")
        if protocole.signe_le:
            yield self._point("Protocole", protocole.signe_le, "Signé le {}")
        elif protocole.transmis_le:
            yield self._point("Protocole", jour_de(protocole.transmis_le), "Transmis le {}", "prevu")
        periodes = calendrier.realisation(axe, protocole.debut, self._finit_le, self.jour)
        dite = f"Du {date_longue(protocole.debut)} au {date_longue(self._finit_le)}"
        yield calendrier.Rangee("Réalisation", dite, barres=periodes)
        yield self._versements(axe)
        yield self._rapports(axe)

    @property
    def _finit_le(self):
        """Résilié, le jour où elle s'est arrêtée, si c'est avant sa fin."""
        protocole = self.protocole
        arret = protocole.resilie_le and max(protocole.debut, jour_de(protocole.resilie_le))
        return min(protocole.fin, arret or protocole.fin)

    def _point(self, nom, jour, phrase, genre="fait"):
        points = [(genre, self.axe.place(jour))] if jour else []
        return calendrier.Rangee(nom, phrase.format(date_longue(jour)) if jour else "", points)

    def _versements(self, axe):
        comptes = [v for v in self.versements if v.etat != "annulee"]
        points = [
            (calendrier.genre(v.attendu_le, self.jour, fait=not v.reste), axe.place(v.prevue_le))
            for v in comptes
        ]
        faits = sum(not v.reste for v in comptes)
        dite = f"{faits} fait{pluriel(faits)} sur {len(comptes)}" if comptes else "Aucun n’est encore prévu"
        return calendrier.Rangee("Versements", dite, points)

    def _rapports(self, axe):
        """Un par date qui libère un versement, et le rapport final."""
        recus = self.protocole.rapports_recus()
        voulus = {v.prevue_le for v in self.versements if v.condition == "rapport" and v.etat != "annulee"}
        jours = sorted(voulus | {self.protocole.rapport_final_le})
        attend = self.protocole.est_ouvert or self.protocole.etat == "signe"
        depuis = self.jour if attend else date.min  # fini, rien n'y est en retard
        points = [(calendrier.genre(jour, depuis, fait=jour in recus), axe.place(jour)) for jour in jours]
        recu = sum(jour in recus for jour in jours)
        return calendrier.Rangee("Rapports", f"{recu} reçu{pluriel(recu)} sur {len(jours)}", points)


def _versement(tranche):
    rapport = tranche.rapport and ("accepté" if tranche.rapport.accepte_le else "inscrit")
    return Versement(
        rang=tranche.rang,
        montant=tranche.montant,
        verse=sum((p.montant for p in tranche.faits), ZERO),
        etat=tranche.etat,
        condition=tranche.condition,
        prevue_le=tranche.prevue_le,
        retenue=tranche.retenue,
        rapport=rapport or "",
        due_le=tranche.due_le,
    )


def _journal(protocole, utilisateur):
    """Ses lignes, parmi celles de l'initiative : de sa préparation à son abandon; un autre a pu suivre."""
    lignes = JournalProjets.objects.visibles_par(utilisateur).filter(
        initiative=protocole.initiative, objet=str(protocole), inscrite_le__gte=protocole.prepare_le
    )
    if protocole.abandonne_le:
        lignes = lignes.filter(inscrite_le__lte=protocole.abandonne_le)
    return lignes.select_related("par").order_by("-inscrite_le", "-pk")


def _valeurs(valeurs):
    dits = {nom: valeur for nom, valeur in valeurs.items() if nom not in DEJA_DITS}
    return valeurs_en_mots(dits, NOMS, valeur_en_mots)
