"""Les initiatives accordées, avec ce que les données ouvertes en disent : jamais avant que l'organisme le sache."""

from collections import defaultdict

from django.db.models import Count, F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from alliances.models.mandats import droits_de
from alliances.models.roles import SUIVI
from alliances.plans.models import Priorite
from conventions.models.beneficiaires import beneficiaires_de
from projets.models import Affectation, Decision, Initiative, JournalProjets
from projets.models.initiatives import SOUS_PROTOCOLE
from projets.protocoles.models.avenants import AvenantProtocole
from projets.protocoles.models.paiements import Paiement
from projets.protocoles.models.protocoles import SIGNES, Protocole
from projets.protocoles.models.remboursements import Remboursement
from socle.acces import Refus
from socle.valeurs.argent import ZERO, MontantField, somme

ACCORDEES = (
    Initiative.Etat.ACCEPTEE,
    *SOUS_PROTOCOLE,
)  # désistée ou libérée, son argent est revenu aux enveloppes
QUI_LISENT = SUIVI
REFUS = Refus("Les données ouvertes se tirent par les personnes de la Table et de l’État.")


def peut_tirer(utilisateur):
    """Qui suit les initiatives; un organisme ou un comité ne lit que les siennes, à l'écran."""
    return None if droits_de(utilisateur).roles & QUI_LISENT else REFUS


def octroyees(utilisateur):
    """Celles que la personne voit, dont la réponse est partie; sans rien lire de l'argent ni des textes."""
    vues = Initiative.objects.visibles_par(utilisateur)
    return vues.filter(etat_annonce__in=ACCORDEES, etat__in=ACCORDEES).order_by("alliance", "numero")


def avec_ce_qui_se_publie(initiatives):
    """Montants accordé, versé et demandé; décision, protocole et lieux : un nombre fixe de requêtes."""
    signe = Protocole.objects.filter(initiative=OuterRef("pk"), etat__in=SIGNES)
    affectee = Affectation.objects.filter(initiative=OuterRef("pk"))
    ecrite = JournalProjets.objects.filter(initiative=OuterRef("pk")).order_by("-pk")
    return (
        initiatives.avec_demande()
        .annotate(
            accorde=_total(affectee, "initiative"),
            verse=_total(_en_vigueur(Paiement, "tranche"), "tranche__protocole__initiative"),
            rendu=_total(_en_vigueur(Remboursement, "ligne"), "ligne__protocole__initiative"),
            convention=Subquery(affectee.order_by("pk").values("enveloppe__convention")[:1]),
            protocole_etat=Subquery(signe.values("etat")[:1]),
            protocole_debut=Subquery(signe.values("debut")[:1]),
            protocole_fin=Subquery(signe.values("fin")[:1]),
            resilie_le=Subquery(signe.values("resilie_le")[:1]),
            change_le=Subquery(ecrite.values("inscrite_le")[:1]),
        )
        .select_related("organisme", "appel", "alliance__cycle", "alliance__table_regionale")
        .prefetch_related(
            "territoires",
            Prefetch("priorites", Priorite.objects.select_related("thematique")),
            Prefetch("decisions", Decision.objects.filter(sens=Decision.Sens.ACCEPTEE)),
        )
    )


def bailleurs_de(initiatives):
    """{convention: qui y reçoit l'argent et le verse aux organismes}."""
    conventions = Affectation.objects.filter(initiative__in=initiatives.order_by().values("pk"))
    return beneficiaires_de(conventions.order_by().values("enveloppe__convention"))


def liberes_par_avenant(initiatives):
    """{initiative: dollars que ses avenants en vigueur n'accordent plus}."""
    signes = AvenantProtocole.objects.signes().filter(
        protocole__initiative__in=initiatives.order_by().values("pk")
    )
    liberes = defaultdict(lambda: ZERO)
    for avenant in signes.annotate(octroyee=F("protocole__initiative")).only("base", "propositions"):
        liberes[avenant.octroyee] += sum(avenant.liberes().values(), ZERO)
    return liberes


def au_plus(initiatives, relation):
    """Combien, au plus, l'une d'elles a de territoires ou de priorités : autant de colonnes au fichier plat."""
    comptees = initiatives.order_by().annotate(combien=Count(relation, distinct=True))
    return comptees.order_by("-combien").values_list("combien", flat=True).first() or 0


def _en_vigueur(modele, chemin):
    return modele.objects.en_vigueur().filter(**{f"{chemin}__protocole__initiative": OuterRef("pk")})


def _total(lignes, groupe):
    totaux = lignes.order_by().values(groupe).annotate(total=somme(F("montant"))).values("total")
    return Coalesce(Subquery(totaux, output_field=MontantField()), ZERO, output_field=MontantField())
