"""Les versements à recommander, à autoriser, à confirmer, ou suspendus."""

from django.db.models import Count, F, Min, Q, Sum
from django.urls import reverse

from alliances.models import Alliance, Role
from alliances.models.mandats import DE_LA_REGION, droits_de, vues_selon
from conventions.attentes.cibles import ETAPES, en_jour, en_retard
from conventions.models import Derogation, EcheanceVersement
from conventions.models.faits import deja_verse
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.argent import MontantField
from socle.valeurs.delais import delai

SUIVANTS = {  # état → (rôles attendus, verbe, champ qui dit depuis quand)
    "liberee": (DE_LA_REGION | {Role.MESS}, "Recommander", "liberee_le"),
    "recommandee": (frozenset({Role.APPROBATION}), "Autoriser", "recommandee_le"),
    "autorisee": (frozenset({Role.FINANCES_MESS}), "Confirmer", "autorisee_le"),
    "suspendue": (frozenset({Role.MESS, Role.APPROBATION}), "Reprendre ou revoir", "suspendue_le"),
}
GESTES = {
    etat: Geste(f"{verbe} le versement", f"{verbe} les versements")
    for etat, (_, verbe, _) in SUIVANTS.items()
}
SANS_REGION = ~Q(convention__alliance__in=Alliance.regions.through.objects.values("alliance"))
ATTENDUS = frozenset().union(*(roles for roles, *_ in SUIVANTS.values()))
PAIENT = frozenset({Role.APPROBATION, Role.FINANCES_MESS})
VOLETS = (
    (DE_LA_REGION, Q(etat="liberee")),
    ({Role.MESS}, Q(SANS_REGION, etat="liberee")),  # sans région, l'analyse du Ministère recommande
    *((roles, Q(etat=etat)) for etat, (roles, *_) in SUIVANTS.items() if etat != "liberee"),
)
RESTE = Sum(F("montant") - deja_verse(), output_field=MontantField())
GROUPES = (
    EcheanceVersement.objects.qui_se_paient()
    .order_by()
    .values("etat")
    .annotate(
        nombre=Count("*"),
        reste=RESTE,
        fictifs=Count("pk", filter=Q(convention__montants_fictifs=True)),
        **{f"depuis_{etat}": Min(champ) for etat, (*_, champ) in SUIVANTS.items()},
        # seul de son état, un versement se nomme
        seul=Min("pk"),
        rang_du_seul=Min("rang"),
        an_du_seul=Min("an"),
        alliance=Min("convention__alliance__nom"),
        alliances=Count("convention__alliance", distinct=True),
    )
)


def taches(utilisateur):
    """Les versements qui attendent cette personne : par état, un lien vers le seul, ou vers la liste de tous.

    Celui qu'une obligation en retard arrête ne l'attend pas encore.
    """
    if not droits_de(utilisateur).roles & ATTENDUS:
        return []
    cibles = CibleDeService.du_moment()
    siens = _siens(GROUPES, utilisateur).annotate(tardives=Count("pk", filter=en_retard(cibles)))
    return [_attente(groupe, cibles) for groupe in siens]


def qui_attendent(utilisateur):
    """Les versements que `taches` compte pour cette personne."""
    return _siens(EcheanceVersement.objects.qui_se_paient(), utilisateur)


def _siens(versements, utilisateur):
    """Ce qu'une obligation en retard arrête n'attend pas qui autorise ou confirme; les autres n'en dépendent pas."""
    if droits_de(utilisateur).roles & PAIENT:
        versements = versements.que_rien_n_arrete()
    return versements.filter(attend_un_geste_de(utilisateur))


def attend_un_geste_de(utilisateur):
    """La condition « ce versement attend un geste de cette personne », si sa convention est en vigueur."""
    siens = vues_selon(utilisateur, "convention__alliance", *VOLETS)
    roles = droits_de(utilisateur).roles
    if Role.APPROBATION in roles or len(roles & ATTENDUS) > 1:
        siens &= ~_deja_passes_par(utilisateur.pk)
    return siens


def _deja_passes_par(personne):
    """Jamais la même personne deux fois : ce qu'elle a recommandé, autorisé ou dérogé attend quelqu'un d'autre."""
    recommande, autorise = Q(recommandee_par=personne), Q(autorisee_par=personne)
    deroge = Q(pk__in=Derogation.objects.en_vigueur().filter(accordee_par=personne).values("echeance"))
    passees = Q(recommande, etat__in=("recommandee", "autorisee")) | Q(autorise, etat="autorisee")
    return passees | Q(deroge, etat__in=("liberee", "recommandee", "autorisee"))


def _attente(groupe, cibles):
    etat = groupe["etat"]
    depuis = en_jour(groupe[f"depuis_{etat}"])
    commun = {
        "geste": GESTES[etat],
        "depuis": depuis,
        "echeance": delai(depuis, cibles[ETAPES[etat][0]], depuis).pour,
        "montant": groupe["reste"],
        "fictif": groupe["fictifs"] > 0,
    }
    if groupe["nombre"] == 1:
        echeance = EcheanceVersement(rang=groupe["rang_du_seul"], an=groupe["an_du_seul"])
        lien = reverse("conventions:echeance", args=[groupe["seul"]])
        return Attente(objet=f"{groupe['alliance']}, {echeance}", lien=lien, **commun)
    alliances = groupe["alliances"]
    return Attente(
        objet=groupe["alliance"] if alliances == 1 else f"{alliances}\u00a0Alliances",
        lien=f"{reverse('conventions:liste_versements')}?etat={etat}&attente=on",
        nombre=groupe["nombre"],
        tardives=groupe["tardives"],
        **commun,
    )
