"""Préparer un protocole, écrire son échéancier, le transmettre, le reprendre, l'abandonner."""

from functools import partial

from alliances.plans.models.instantanes import empreinte_de
from projets.permissions import peut as peut_sur_l_initiative
from projets.protocoles.forms.collage import CollageForm
from projets.protocoles.forms.preparation import (
    DatesDuProtocoleForm,
    DatesRevuesForm,
    EcheancierForm,
    ReglagesForm,
    TransmissionForm,
)
from projets.protocoles.impression import lisible
from projets.protocoles.models import Protocole
from projets.protocoles.models.instantanes import contenu_de
from projets.protocoles.notifications.transmission import (
    annoncer_l_abandon,
    annoncer_la_reprise,
    annoncer_la_transmission,
)
from projets.protocoles.permissions import peut
from projets.protocoles.views.reperes import (
    adresse,
    etapes_de,
    initiative_visible,
    protocole_visible,
    reperes,
)
from socle.formulaires.motif import MotifForm
from socle.lectures import ranger
from socle.pages.gestes import donnees_de, page_de_geste
from socle.texte.typographie import en_phrase
from socle.valeurs.entiers import entier


def preparation(request, pk):
    """Un protocole pour cette initiative, d'après les dates de sa demande et de la convention."""
    initiative = initiative_visible(request, pk)
    empechements = Protocole.empechements_a_preparer(initiative)
    naissant = Protocole(initiative=initiative)
    naissant.sommes_lues = [] if empechements else list(naissant.affectations())
    retour = etapes_de(initiative)[-1][1]
    return page_de_geste(
        request,
        partial(Protocole.preparer, initiative),
        refus=peut_sur_l_initiative(request.user, "preparer-protocole", initiative),
        form=DatesDuProtocoleForm(
            donnees_de(request),
            protocole=naissant,
            initial={} if empechements else naissant.dates_proposees(),
        ),
        gabarit="protocoles/preparation.html",
        libelle="Préparer le protocole",
        fait="Le protocole est ouvert. Voici l’échéancier proposé\xa0: vérifiez-le, puis enregistrez-le.",
        retour=lambda neuf: adresse(neuf, "echeancier"),
        annuler=retour,
        empechements=empechements,
        empeche="Aucun protocole ne se prépare pour cette initiative",
        initiative=initiative,
        objet_en_mots=str(initiative),
        chapeau=en_phrase(f"{initiative.numero or initiative}, {initiative.organisme}"),
        etapes=etapes_de(initiative),
        convention=None if empechements else naissant.convention,
        affectations=naissant.sommes_lues,
    )


def dates(request, pk):
    protocole = _lu(request, pk)
    actuelles = {nom: getattr(protocole, nom) for nom in ("debut", "fin", "rapport_final_le")}
    return page_de_geste(
        request,
        protocole.enregistrer,
        refus=peut(request.user, "modifier-protocole", protocole),
        form=DatesRevuesForm(donnees_de(request), protocole=protocole, initial=actuelles),
        gabarit="protocoles/dates.html",
        libelle="Enregistrer",
        fait="Les dates sont enregistrées.",
        titre="Les dates du protocole",
        empechements=protocole.empechements_a_enregistrer(),
        convention=protocole.convention,
        **reperes(protocole),
    )


def echeancier(request, pk):
    """Les versements prévus, une rangée chacun; ce que les réglages proposent ne s'écrit qu'enregistré."""
    protocole = _lu(request, pk)
    reglages = ReglagesForm(request.GET)
    proposees = _proposees(protocole, reglages)
    form = EcheancierForm(
        donnees_de(request),
        protocole=protocole,
        proposees=proposees,
        voulues=entier(request.GET.get("rangees", "")) or 0,
    )
    return page_de_geste(
        request,
        protocole.enregistrer,
        refus=peut(request.user, "modifier-protocole", protocole),
        form=form,
        gabarit="protocoles/echeancier.html",
        libelle="Enregistrer l’échéancier",
        fait="L’échéancier est enregistré.",
        titre="L’échéancier du protocole",
        ici="Échéancier",
        empechements=protocole.empechements_a_enregistrer(),
        reglages=reglages,
        propose=proposees is not None,
        fautes=[] if proposees is not None else protocole.fautes_par_versement(),
        annuler=adresse(protocole),
        **reperes(protocole) | {"retour": lambda _: _apres_l_echeancier(request, protocole, form)},
    )


def collage(request, pk):
    """Ce qui se lit remplace l'échéancier écrit, et se relit à sa page."""
    protocole = _lu(request, pk)
    retour = adresse(protocole, "echeancier")
    return page_de_geste(
        request,
        protocole.enregistrer,
        refus=peut(request.user, "modifier-protocole", protocole),
        form=CollageForm(donnees_de(request), protocole=protocole),
        gabarit="protocoles/collage.html",
        libelle="Lire et enregistrer",
        fait="L’échéancier collé est enregistré : relisez-le.",
        titre="Coller un échéancier",
        ici="Coller",
        empechements=protocole.empechements_a_enregistrer(),
        affectations=protocole.affectations(),
        remplace=protocole.tranches.exists(),
        **reperes(protocole) | {"retour": retour},
    )


def _proposees(protocole, reglages):
    """Demandées, ou d'elles-mêmes tant que rien n'est écrit; `None` : on montre ce qui est enregistré."""
    if not reglages.reglages or not reglages.is_bound and protocole.tranches.exists():
        return None
    return protocole.echeancier_propose(reglages.reglages)


def _apres_l_echeancier(request, protocole, form):
    """La page du protocole; la même, avec une rangée de plus, pour qui en demande une."""
    if "ajouter" in request.POST:
        return f"{adresse(protocole, 'echeancier')}?rangees={form.rangees.nombre + 1}"
    return adresse(protocole)


def _lu(request, pk):
    """Le protocole, son échéancier, ses sommes accordées et sa décision, lus une fois pour la page."""
    protocole = protocole_visible(request, pk)
    initiative = protocole.initiative
    tranches, decisions = initiative.lire_ses_lieux(
        aussi=(protocole.tranches.all(), initiative.decisions.all())
    )
    ranger([protocole], "tranches", tranches)
    ranger([initiative], "decisions", decisions)
    protocole.sommes_lues = list(protocole.affectations())
    return protocole


def transmission(request, pk):
    """Le texte à sceller se lit en entier avant de partir; changé depuis, il se relit (409)."""
    protocole = _lu(request, pk)
    protocole.partenaire_lu = protocole.partenaire()
    empechements = protocole.empechements_a_transmettre()
    contenu = None if empechements else contenu_de(protocole)
    return page_de_geste(
        request,
        protocole.transmettre,
        ensuite=annoncer_la_transmission,
        refus=peut(request.user, "transmettre-protocole", protocole),
        form=TransmissionForm(donnees_de(request), vue=empreinte_de(contenu) if contenu else ""),
        gabarit="protocoles/transmission.html",
        libelle="Transmettre pour signature",
        fait="Le protocole est transmis\xa0: les deux parties peuvent le signer.",
        titre="Transmettre le protocole",
        ici="Transmettre",
        empechements=empechements,
        empeche="Le protocole n’est pas prêt",
        texte=contenu and lisible(contenu),
        **reperes(protocole),
    )


def reprise(request, pk):
    protocole = protocole_visible(request, pk)
    return page_de_geste(
        request,
        protocole.reprendre,
        ensuite=annoncer_la_reprise,
        refus=peut(request.user, "reprendre-protocole", protocole),
        form=MotifForm(donnees_de(request), aide="L’organisme le lira."),
        gabarit="protocoles/reprise.html",
        libelle="Reprendre le protocole",
        fait="Le protocole est revenu en préparation.",
        empechements=protocole.empechements_a_reprendre(),
        signatures=protocole.signatures.filter(tour=protocole.tour),
        **reperes(protocole),
    )


def abandon(request, pk):
    protocole = protocole_visible(request, pk)
    return page_de_geste(
        request,
        protocole.abandonner,
        ensuite=annoncer_l_abandon,
        refus=peut(request.user, "abandonner-protocole", protocole),
        form=MotifForm(
            donnees_de(request), aide="L’organisme le lira." if protocole.tour else "La Table le lira."
        ),
        gabarit="protocoles/abandon.html",
        libelle="Abandonner le protocole",
        fait="Le protocole est abandonné. L’initiative reste acceptée.",
        empechements=protocole.empechements_a_abandonner(),
        danger=True,
        **reperes(protocole),
    )
