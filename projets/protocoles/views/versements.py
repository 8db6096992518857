"""Ce qui est à verser aux organismes : la liste, ses groupes et ses cases, et le fichier pour le système comptable."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from conventions.forms.depenses import choix_d_enveloppes
from conventions.permissions import peut
from conventions.views.gestes import convention_visible, reperes
from conventions.views.sorties import enveloppes_de
from projets.protocoles.forms.versements import FiltresDesDus
from projets.protocoles.models import dus
from projets.protocoles.models.dus import PAYABLES, Groupe
from projets.protocoles.models.paiements import beneficiaire_change
from socle.acces import exiger
from socle.pages.adresses import adresse
from socle.pages.colonnes import (
    ColonneChoix,
    ColonneEtat,
    ColonneJour,
    ColonneLien,
    ColonneMontant,
    ColonneTexte,
)
from socle.pages.listes import Tableau, page_de_liste
from socle.pages.tableur import en_csv, en_xlsx
from socle.texte.pastilles import Pastille, pastille
from socle.texte.typographie import argent, nombre, pluriel
from socle.valeurs.exercice import Exercice

GENRES = {
    Groupe.RETARD: "attention",
    Groupe.DU: "afaire",
    Groupe.BLOQUE: "probleme",
    Groupe.A_VENIR: "encours",
    Groupe.FAIT: "bien",
    Groupe.ANNULE: "neutre",
}
PASTILLES = {groupe: Pastille(groupe.label, GENRES[groupe]) for groupe in Groupe}
A_PAYER = (
    *("Versement", "Convention", "Initiative", "Bénéficiaire", "NEQ", "N° de fournisseur", "Enveloppe"),
    *("Exercice", "Montant", "Prévu le", "Date", "Référence", "Montants fictifs"),
)


def liste_de(convention):
    return reverse("protocoles:a_verser", args=[convention.pk])


def reperes_des_dus(convention):
    """Pour un geste : on vient de la liste de ce qui est à verser, et l'on y revient."""
    communs, liste = reperes(convention), liste_de(convention)
    return communs | {
        "objet_en_mots": convention.alliance.nom,
        "chapeau": f"{convention.alliance.nom}, convention {convention.numero}.",
        "etapes": [*communs["etapes"], ("À verser aux organismes", liste)],
        "retour": liste,
        "revenir": "Revenir à la liste",
    }


def _beneficiaire(tranche):
    """Le numéro de fournisseur et l'enveloppe qui paie, sous le nom tel que signé."""
    _, neq, fournisseur = tranche.protocole.identite_signee()
    lus = [
        f"fournisseur {fournisseur}" if fournisseur else "sans numéro de fournisseur",
        f"NEQ {neq}" * bool(neq),
    ]
    return format_html('<small class="precision">{}</small>', ", ".join(filter(None, lus)))


def _initiative(tranche):
    """Son titre, et si la somme est retenue."""
    titre = format_html('<small class="precision">{}</small>', tranche.protocole.initiative)
    return format_html("{} {}", titre, pastille("Retenue")) if tranche.retenue else titre


def _raisons(tranche):
    """Un bénéficiaire changé s'explique une fois, en tête de la page."""
    phrases = dus.ce_qui_retient(tranche) if tranche.groupe in (Groupe.BLOQUE, Groupe.A_VENIR) else ()
    change = phrases and beneficiaire_change(tranche.protocole)
    phrases = [dus.BENEFICIAIRE_CHANGE if phrase == change else phrase for phrase in phrases]
    return format_html_join(" ", '<span class="discret">{}</span>', ((phrase,) for phrase in phrases))


class TableauDesDus(Tableau):
    legende, denombre, fichier = "Versements aux organismes", "versement", "versements-aux-organismes"
    vide = "Ce que les protocoles signés prévoient de verser aux organismes paraît ici."
    tri, departage = "etat", ("prevue_le", "protocole", "rang")
    entete = "versement"

    choix = ColonneChoix(nom="tranche", designation="nom_complet", si=lambda t: t.groupe in PAYABLES)
    versement = ColonneLien(
        accessor="nom_complet",
        vers="protocoles:protocole",
        cle="protocole_id",
        tri=("protocole__initiative__numero", "rang"),
        suite=_initiative,
    )
    initiative = ColonneTexte(accessor="protocole__initiative__titre", cachee=True)
    organisme = ColonneTexte(
        "Bénéficiaire, tel que signé",
        lambda t: t.protocole.identite_signee()[0],
        tri="protocole__initiative__organisme__nom_normalise",
        suite=_beneficiaire,
    )
    fournisseur = ColonneTexte("N° de fournisseur", lambda t: t.protocole.identite_signee()[2], cachee=True)
    neq = ColonneTexte("NEQ", lambda t: t.protocole.identite_signee()[1], cachee=True)
    enveloppe = ColonneTexte(
        tri=("affectation__enveloppe__an", "affectation__enveloppe__rang"),
        suite=lambda t: format_html('<small class="precision">{}</small>', t.enveloppe.exercice),
    )
    exercice = ColonneTexte(accessor="enveloppe__exercice", tri="affectation__enveloppe__an", cachee=True)
    prevue = ColonneJour("Prévu le", "prevue_le", tri="prevue_le")
    condition = ColonneTexte(accessor="get_condition_display", cachee=True)
    montant = ColonneMontant(tri="montant", total=True, cachee=True)
    verse = ColonneMontant("Déjà versé", "deja_verse", total=True)
    reste = ColonneMontant("Reste à verser", "reste", total=True)
    etat = ColonneEtat("État", lambda t: PASTILLES[t.groupe], tri=("groupe",), suite=_raisons)

    def retirees(self):
        return () if self.contexte["peut_payer"] else ("choix",)

    def lire(self, tranches):
        return dus.avec_ce_qu_on_en_montre(tranches)

    def totaliser(self, tranches):
        """De tout le résultat filtré; ce qui est annulé ne reste pas à verser."""
        groupes = self._groupes(tranches)
        verse = sum((v for _, _, v in groupes.values()), dus.ZERO)
        reste = sum((r for g, (_, r, _) in groupes.items() if g != Groupe.ANNULE), dus.ZERO)
        nombre_lu = sum(n for n, *_ in groupes.values())
        return {"": nombre_lu, "montant": verse + reste, "verse": verse, "reste": reste}

    def _groupes(self, tranches):
        """Ceux de la page, si l'on ne choisit que l'état; ils sont déjà lus."""
        choisis = self.filtres.form.cleaned_data if self.filtres.is_bound else {}
        etat = choisis.get("etat")
        if any(valeur for nom, valeur in choisis.items() if nom != "etat"):
            return dus.par_groupe(tranches)
        voulus = self.filtres.groupes_de(etat) if etat else dus.Groupe
        return {groupe: lu for groupe, lu in self.contexte["groupes"].items() if groupe in voulus}

    @property
    def gestes_en_lot(self):
        if not self.contexte["peut_payer"]:
            return []
        inscrire = reverse("protocoles:versement", args=[self.contexte["convention"].pk])
        return [
            ("Inscrire les versements choisis", inscrire),
            ("Garder ces choix, changer de page ou de filtre", self.request.path),
        ]

    # --- Les coches, d'une page et d'un filtre à l'autre -----------------------------------------------------

    @cached_property
    def gardees(self):
        """Les clés cochées que dit l'adresse, une fois chacune."""
        return list(dict.fromkeys(self.request.GET.getlist("tranche")))

    @property
    def reglages(self):
        return [*super().reglages, *(("tranche", cle) for cle in self.gardees)]

    @property
    def criteres_du_lot(self):
        """Ce qui est coché sur une autre page suit, caché; sur celle-ci, sa case le dit."""
        ici = {str(t.pk) for t in self.page.object_list if t.groupe in PAYABLES}
        return [*super().criteres_du_lot, *(("tranche", cle) for cle in self.gardees if cle not in ici)]

    @property
    def suite_du_nombre(self):
        dits = [f", reste {argent(self.totaux['reste'])}"]
        if self.gardees:
            dits.append(f"{nombre(len(self.gardees))} choisi{pluriel(len(self.gardees))}")
        return "; ".join(dits)


def chiffres_des_groupes(groupes, requete):
    """Une case par groupe qui n'est pas vide : sa somme, son nombre, et sa liste."""
    verse = sum((v for _, _, v in groupes.values()), dus.ZERO)  # partiels compris
    for groupe in Groupe:
        combien, reste, entiers = groupes.get(groupe, (0, dus.ZERO, dus.ZERO))
        fait = groupe == Groupe.FAIT
        if combien or (fait and verse):
            partiels = ", et des versements partiels" if fait and verse != entiers else ""
            yield {
                "libelle": groupe.label,
                "valeur": argent(verse if fait else reste),
                "url": adresse(requete, etat=groupe.name.lower(), page=None, cocher=None),
                "precision": f"{nombre(combien)} versement{pluriel(combien)}{partiels}",
            }


@require_safe
def a_verser(request, pk):
    """Ce que la convention doit aux organismes, le retard d'abord; d'un territoire, ses enveloppes seules.

    Sans filtre, ce qui est à régler.
    """
    convention = convention_visible(request, pk)
    tranches = dus.dus_de(request.user, convention)
    groupes, payantes = dus.par_groupe_et_enveloppes(tranches)
    enveloppes = enveloppes_de(convention)
    if not request.GET.keys() & FiltresDesDus.base_filters.keys() and groupes.keys() & set(dus.A_REGLER):
        request.GET = request.GET.copy()
        request.GET["etat"] = "a_regler"
    return page_de_liste(
        request,
        TableauDesDus,
        FiltresDesDus,
        tranches,
        gabarit="protocoles/versements/a_verser.html",
        choix=_choix(convention, enveloppes, payantes),
        convention=convention,
        groupes=groupes,
        changes=dus.beneficiaires_changes(tranches) if Groupe.BLOQUE in groupes else [],
        chiffres=list(chiffres_des_groupes(groupes, request.GET)),
        peut_payer=peut(request.user, "payer", convention) is None,
    )


def _choix(convention, enveloppes, payantes):
    """Des enveloppes, celles qui paient ici."""
    proposees = [(cle, nom) for cle, nom in choix_d_enveloppes(enveloppes)["enveloppe"] if cle in payantes]
    return _lieux_et_exercices(convention, enveloppes) | {"enveloppe": proposees}


def _lieux_et_exercices(convention, enveloppes):
    territoires = convention.alliance.territoires.order_by("nom").values_list("pk", "nom")
    ans = sorted({enveloppe.an for enveloppe in enveloppes})
    return {"territoire": list(territoires), "exercice": [(an, str(Exercice(an))) for an in ans]}


@require_safe
def a_payer(request, pk):
    """Ce qui est dû, à l'organisme tel qu'il a signé; ce qui est retenu attend hors du fichier.

    Un classeur, ou un CSV si l'adresse dit `format=csv`. Date et Référence se remplissent, puis le fichier revient.
    """
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "payer", convention))
    payables = dus.dus_de(request.user, convention).filter(groupe__in=PAYABLES)
    lues = dus.avec_ce_qu_on_en_montre(payables).order_by("protocole__initiative__numero", "rang")
    ecrire = en_csv if request.GET.get("format") == "csv" else en_xlsx
    return ecrire("versements-aux-organismes-a-payer", "À payer", A_PAYER, map(_ligne, lues))


def _ligne(tranche):
    initiative, enveloppe = tranche.protocole.initiative, tranche.enveloppe
    return [
        tranche.code,
        enveloppe.convention.numero,
        str(initiative),
        *tranche.protocole.identite_signee(),
        str(enveloppe),
        str(enveloppe.exercice),
        tranche.reste(),
        tranche.prevue_le,
        None,
        None,
        "Oui" if enveloppe.convention.montants_fictifs else "Non",
    ]
