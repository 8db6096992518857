"""La séance : les dossiers prêts, la jauge de chaque enveloppe, les propositions, puis leur adoption en lot."""

from collections import defaultdict
from functools import partial, reduce
from operator import or_

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from projets.forms.decisions import AdoptionForm, PropositionForm
from projets.models import (
    AvisInitiative,
    EtapeInitiative,
    Initiative,
    PropositionDecision,
    SourcePrevue,
    propositions,
)
from projets.models.avis import avis_rendus
from projets.models.file import rangs_de_la_file
from projets.models.tours import notes_des, pretes_a_decider
from projets.models.voisinage import rapprochements_des
from projets.notifications.demandes import annoncer_la_decision
from projets.permissions import ou_peut, peut, peut_a_la_seance, peut_sur_l_appel
from projets.regles.lecture import montage_de
from projets.views.appels import appel_visible, reperes
from projets.views.reperes import demande_visible
from projets.views.reperes import reperes as reperes_de
from socle.acces import exiger
from socle.lectures import lire_ensemble, ranger
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.texte.typographie import pluriel
from socle.valeurs.argent import ZERO
from socle.valeurs.entiers import entier

JUGEES = (
    Prefetch("initiative__etapes", EtapeInitiative.objects.select_related("instance")),
    "initiative__avis",
    "initiative__sources",
    "initiative__territoires",
)
CHOISISSENT = ("lire-les-notes", "decider")
# Une séance ne lit pas ce que ses demandes racontent : de quoi les nommer, les rapprocher et en juger la décision.
DEVANT = (
    *("appel", "numero", "titre", "resume", "etat", "debut", "fin", "deposee_le", "jugee_le"),
    *("mode_reception", "recue_le", "confirmee_le", "organisme__nom", "organisme__neq"),
)
PROPOSITION = (
    "initiative",
    "sens",
    *propositions.MOTIFS,
    "revision",
    "modifiee_le",
    "par__prenom",
    "par__nom",
)
PROPOSES = ("proposition", "montant")
PROPOSES += tuple(f"enveloppe__{champ}" for champ in ("an", "volet", "nom", "territoire__nom"))


def _appel(request, pk):
    """(l'appel, ses demandes devant cette personne); d'un territoire, elle n'y a que celles qui sont du sien.

    Jamais celle qu'elle ne choisit pas : sa note et sa proposition s'y liraient.
    """
    appel = appel_visible(request, pk)
    visibles = appel.initiatives.visibles_par(request.user).exclude(
        Initiative.objects.condition_de_soi(request.user)
    )
    if any(peut_sur_l_appel(request.user, geste, appel) is None for geste in CHOISISSENT):
        return appel, visibles
    refus = [peut_a_la_seance(request.user, geste, appel) for geste in CHOISISSENT]
    exiger(None if None in refus else refus[0])
    siennes = Initiative.objects.filter(reduce(or_, (ou_peut(request.user, geste) for geste in CHOISISSENT)))
    return appel, visibles.filter(pk__in=siennes.values("pk"))


def _etapes(request, appel):
    """La sélection n'est une étape que pour qui l'ouvre."""
    etapes = reperes(appel)["etapes"]
    if all(peut_sur_l_appel(request.user, geste, appel) for geste in CHOISISSENT):
        return etapes
    return [*etapes, ("Sélection", reverse("projets:selection", args=[appel.pk]))]


@require_safe
def seance(request, pk):
    """Ce que la séance a devant elle, et ce qu'il resterait de chaque enveloppe si tout ce qui est proposé passait."""
    appel, devant = _appel(request, pk)
    devant = devant.select_related("organisme").only(*DEVANT).order_by("numero")
    pretes = list(pretes_a_decider(devant))
    proposees, montants, tues, cachees = _lire_l_etude(request, appel, pretes)
    enveloppes = appel.enveloppes_lues(request.user)
    notes, voisins = notes_des(appel, pretes), rapprochements_des(appel.alliance, pretes, request.user)
    manques = _manques(pretes, proposees, enveloppes)
    rangs = rangs_de_la_file(appel) if any(i.etat == Initiative.Etat.EN_ATTENTE for i in pretes) else {}
    return render(
        request,
        "projets/selection/seance.html",
        reperes(appel)
        | {
            "etapes": _etapes(request, appel),
            "lignes": [
                (
                    i,
                    notes[i.pk].lue,
                    _demande(i),
                    avis_rendus(i),
                    proposees.get(i.pk),
                    manques.get(i.pk),
                    voisins[i.pk],
                    rangs.get(i.pk),
                )
                for i in pretes
            ],
            "jauges": _jauges(appel, montants, proposees, enveloppes, tues),
            "total_propose": sum(_totaux(proposees.values()).values(), ZERO),
            "cachees": cachees,
            "propose": peut_a_la_seance(request.user, "proposer-decision", appel) is None,
            "adopte": bool(proposees) and peut_a_la_seance(request.user, "decider", appel) is None,
        },
    )


def _lire_l_etude(request, appel, pretes):
    """({clé: sa proposition}, tous les montants, ce qui se tait à la personne, les demandes qu'elle n'y voit pas).

    De ses sources, une décision ne lit que le Fonds.
    """
    touches = Initiative.territoires.through.objects.filter(initiative__in=pretes)
    etapes, avis, sources, territoires, proposees, montants, tues, cachees = lire_ensemble(
        EtapeInitiative.objects.filter(initiative__in=pretes),
        AvisInitiative.objects.en_vigueur().filter(initiative__in=pretes).select_related(None),
        SourcePrevue.objects.filter(initiative__in=pretes, source="fqis"),
        touches.select_related("territoire").only("initiative", "territoire__nom").order_by("pk"),
        PropositionDecision.objects.filter(initiative__in=pretes).select_related("par").only(*PROPOSITION),
        propositions.montants_proposes(appel, par=request.user).only(*PROPOSES),
        propositions.reserves_tues(request.user)
        .select_related("initiative")
        .only("enveloppe", "montant", "initiative__appel"),
        appel.initiatives.deposees().filter(Initiative.objects.condition_de_soi(request.user)).only("pk"),
    )
    lues = {"etapes": etapes, "avis": avis, "sources": sources, "territoires": territoires}
    for nom, rangees in lues.items():
        ranger(pretes, nom, rangees)
    par_cle = {etape.pk: etape for etape in etapes}
    for rendu in avis:
        rendu.etape = par_cle.get(rendu.etape_id)
    ranger(proposees, "montants", montants)
    return {p.initiative_id: p for p in proposees}, montants, tues, cachees


def _manques(pretes, proposees, enveloppes):
    """{clé de la demande: pourquoi sa proposition ne s'adopterait pas}; chacune dit aussi ses écarts (`ecarts_lus`)."""
    permises = {e: e.reste_de_la_part for e in enveloppes if e.puisable}
    for initiative in pretes:
        if proposition := proposees.get(initiative.pk):
            proposition.initiative = initiative
            proposition.ecarts_lus = proposition.ecarts(permises)
    return {cle: proposition.manques(permises) for cle, proposition in proposees.items()}


def _demande(initiative):
    """Ce qu'elle attend du Fonds; rien si elle ne le dit pas."""
    return montage_de(initiative, depenses=()).demande or None


def _totaux(proposees):
    """{enveloppe: dollars} de ce que ces propositions prendraient ensemble."""
    totaux = defaultdict(lambda: ZERO)
    for proposition in proposees:
        for enveloppe, montant in proposition.affectations.items():
            totaux[enveloppe] += montant
    return dict(totaux)


def _ce_qui_resterait(permises, enveloppes):
    """[(enveloppe, total, ce qu'il resterait à l'appel ou `None`, à l'enveloppe)] une fois tout adopté."""
    restes = {e: (part, e.solde.disponible) for e, part in enveloppes.items()}
    totaux = ((e, total, *restes[e]) for e, total in _totaux(permises).items())
    return [
        (e, total, None if part is None else part - total, libre - total) for e, total, part, libre in totaux
    ]


def _total(lignes, enveloppe):
    return sum((ligne.montant for ligne in lignes if ligne.enveloppe_id == enveloppe.pk), ZERO)


def _jauges(appel, montants, proposees, enveloppes, tues):
    """[(enveloppe, part de l'appel, disponible, proposé, resterait à l'enveloppe)]; une enveloppe vide se tait."""
    chiffrees = propositions.jauges(appel, montants, enveloppes, tues)
    des_proposees = {proposition.pk for proposition in proposees.values()}
    ici = [ligne for ligne in montants if ligne.proposition_id in des_proposees]
    tues_ici = [affectation for affectation in tues if affectation.initiative.appel_id == appel.pk]
    for enveloppe, *_ in chiffrees:
        if enveloppe.part is not None:
            pris = _total(ici, enveloppe) - _total(tues_ici, enveloppe)
            enveloppe.reste_a_l_appel = enveloppe.reste_de_la_part - pris
    lues = [(e, e.part or ZERO, *chiffres) for e, *chiffres in chiffrees]
    return [ligne for ligne in lues if any(ligne[1:])]


def _proposees(request, devant):
    proposees = PropositionDecision.objects.visibles_par(request.user).en_attente()
    proposees = proposees.filter(initiative__in=devant).select_related(
        "initiative__appel", "initiative__alliance", "initiative__organisme", "par"
    )
    return proposees.prefetch_related("montants").order_by("initiative__numero")


def proposition(request, pk):
    initiative = demande_visible(request, pk)
    initiative.lire("etapes", "avis", "depenses", "sources", "territoires")
    enregistree = PropositionDecision.objects.filter(initiative=initiative).first()
    form = PropositionForm(
        donnees_de(request), initiative=initiative, par=request.user, proposition=enregistree
    )
    return page_de_geste(
        request,
        partial(propositions.proposer, initiative),
        refus=peut(request.user, "proposer-decision", initiative),
        form=form,
        gabarit="projets/selection/proposition.html",
        libelle="Enregistrer la proposition",
        fait=lambda _: _enregistree(form.avertissements),
        ton=lambda: messages.WARNING if form.avertissements else messages.SUCCESS,
        empechements=propositions.empechements_a_proposer(initiative),
        titre="Proposer une décision",
        demandes=montage_de(initiative).demandes,
        territoires=initiative.territoires.all(),
        rendus=avis_rendus(initiative),
        **reperes_de(initiative) | {"retour": reverse("projets:seance", args=[initiative.appel_id])},
    )


def _enregistree(avertissements):
    phrases = ["La proposition est enregistrée. Rien n’est réservé tant qu’elle n’est pas adoptée."]
    if avertissements:
        phrases += ["Telle quelle, elle ne peut pas être adoptée.", *avertissements]
    return " ".join(phrases)


def adoption(request, pk):
    """Adopter les propositions cochées : ce qui peut passer est montré, le reste est à part, avec sa raison."""
    appel, devant = _appel(request, pk)
    if "choisies" in request.GET and not request.GET.getlist("proposition"):
        messages.error(request, "Cochez au moins une proposition\xa0: rien n’est adopté.")
        return redirect("projets:seance", pk=pk)
    enveloppes = appel.enveloppes_ou_puiser(request.user)
    permises, bloquees = _partager(request.user, appel, _choisies(request, devant), enveloppes)
    return page_de_geste(
        request,
        partial(propositions.adopter, appel, permises),
        refus=peut_a_la_seance(request.user, "decider", appel),
        form=AdoptionForm(*envoye(request), propositions=permises),
        ensuite=_annoncer,
        gabarit="projets/selection/adoption.html",
        libelle=f"Adopter {len(permises)} proposition{pluriel(len(permises))}",
        fait=_fait,
        empechements=propositions.empechements_a_adopter(permises),
        titre="Adopter les propositions",
        permises=permises,
        bloquees=bloquees,
        totaux=_ce_qui_resterait(permises, enveloppes),
        instances=sorted(
            {e.nom for p in permises for e in p.initiative.etapes.all() if e.acte == "decision"}
        ),
        **reperes(appel)
        | {"etapes": _etapes(request, appel), "retour": reverse("projets:seance", args=[appel.pk])},
    )


def _choisies(request, devant):
    """Celles que l'adresse ou l'envoi désigne; sans choix, toutes."""
    donnees = request.POST if request.method == "POST" else request.GET
    cles = {entier(brut) for brut in donnees.getlist("proposition")}
    return [p for p in _proposees(request, devant).prefetch_related(*JUGEES) if not cles or p.pk in cles]


def _partager(utilisateur, appel, choisies, enveloppes):
    """(celles que la personne peut adopter maintenant, [(celle qu'elle ne peut pas, son adresse, pourquoi)])."""
    if appel.seuil_de_note is not None:
        notes_des(appel, [proposition.initiative for proposition in choisies])
    for proposition in choisies:
        proposition.initiative.appel = appel  # sa liste d'attente se lit une fois
        proposition.ecarts_lus = proposition.ecarts(enveloppes)
    juges = [(p, _empeche(utilisateur, p, enveloppes)) for p in choisies]
    bloquees = [(p, _ou_la_lire(utilisateur, p.initiative), refus) for p, refus in juges if refus]
    return [p for p, refus in juges if not refus], bloquees


def _ou_la_lire(utilisateur, initiative):
    """La proposition, pour qui peut la changer; sinon le dossier."""
    nom = "initiative" if peut(utilisateur, "proposer-decision", initiative) else "proposition"
    return reverse(f"projets:{nom}", args=[initiative.pk])


def _empeche(utilisateur, proposition, enveloppes):
    refus = peut(utilisateur, "decider", proposition.initiative)
    return [str(refus)] if refus else proposition.manques(enveloppes)


def _annoncer(resultat, *, par):
    prises, _ = resultat
    for decision in prises:
        annoncer_la_decision(decision, par=par)


def _fait(resultat):
    """Ce qui est passé, et chacune qui n'a pas passé avec sa raison."""
    prises, refusees = resultat
    s = pluriel(len(prises))
    phrases = [f"{len(prises)} décision{s} inscrite{s}."]
    phrases += [f"À part\xa0: {initiative}\xa0: {' '.join(raisons)}" for initiative, raisons in refusees]
    return " ".join(phrases)
