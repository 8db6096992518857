"""La page d'un geste : le droit, ce qui l'empêche, ce qu'on écrit, le geste, l'annonce et le retour.

Une saisie qu'on enregistre est le même geste, avec un autre gabarit (`layout/saisie.html`).
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render

from socle.acces import exiger
from socle.erreurs import ErreurDuDomaine, VersionPerimee

MOTS = {
    "empeche": "Cette action n’est pas possible maintenant",
    "revenir": "Revenir",
    "annulation": "Annuler",
    "mention": "",
}


def donnees_de(request):
    """Ce qui est envoyé, même vide; `None` à la lecture, pour que le formulaire ne juge rien."""
    return request.POST if request.method == "POST" else None


def envoye(request):
    """(données, fichiers) d'un envoi; rien à la lecture."""
    return donnees_de(request), request.FILES if request.method == "POST" else None


def phrases(refus):
    """Les phrases d'un refus du domaine ou de la validation d'un modèle, une par empêchement."""
    return getattr(refus, "empechements", None) or getattr(refus, "messages", None) or [str(refus)]


def poser(request, geste, *args, ensuite=None, form=None, **options):
    """Pose un geste; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    `ensuite` reçoit ce que rend le geste et `par`, dans la même transaction : annoncer, préparer un document. Avec
    `form`, les empêchements en deviennent les erreurs : la page qui le remontre garde la saisie. Périmé, il reprend la
    révision actuelle (`reprendre`) : le même envoi, répété, devient un choix. `form.perime` le dit à qui compare.
    """
    try:
        with transaction.atomic():
            resultat = geste(*args, par=request.user, **options)
            if ensuite:
                ensuite(resultat, par=request.user)
    except (ErreurDuDomaine, ValidationError) as refus:
        _refuser(request, refus, form)
        return None
    return resultat


def _refuser(request, refus, form):
    if form is None:
        for phrase in phrases(refus):
            messages.error(request, phrase)
        return
    form.refuse = isinstance(refus, ErreurDuDomaine)
    form.perime = isinstance(refus, VersionPerimee)
    for phrase in phrases(refus):
        form.add_error(None, f"{phrase} {form.si_perime}".rstrip() if form.perime else phrase)
    if form.perime:
        form.reprendre()


def _saisie(form):
    """Ce que le geste reçoit : `saisie()` du formulaire qui le dit, sinon chaque champ sous son nom."""
    if form is None:
        return {}
    return form.saisie() if hasattr(form, "saisie") else form.cleaned_data


def page_de_geste(
    request,
    geste,
    *,
    refus,
    retour,
    libelle,
    fait,
    empechements=(),
    form=None,
    relire=None,
    ensuite=None,
    annuler="",
    gabarit="layout/geste.html",
    danger=False,
    ton=lambda: messages.SUCCESS,
    **contexte,
):
    """La page qui précède un geste ou, à l'envoi d'un formulaire valide, le geste; 403 si `refus` en donne la raison.

    `geste(par=…, **saisie)` est lié à son objet et redemande lui-même ses empêchements : ceux d'ici ne servent qu'à
    la page. `ensuite` suit le geste dans sa transaction (voir `poser`). `fait` est la phrase qui le dit et `retour`
    l'adresse où l'on va; l'un et l'autre peuvent être une fonction de ce que rend le geste (`annuler` est alors
    l'adresse d'où l'on vient); `ton` rend le niveau du message, s'il n'est pas celui d'une réussite. Un geste que
    l'état empêche ramène à `annuler` avec ses phrases; un refus que la page n'annonçait pas garde la saisie (409),
    comme ce que le modèle juge invalide (200).

    `relire` rend la page où l'on relit une saisie valide; elle la renvoie, `etape` valant « confirmer ». Un formulaire
    dont `essai` est vrai ne fait que se remontrer : la page dit ce qu'il donnerait.

    `contexte` : `etapes`, `objet_en_mots` et `chapeau` (vide, la page n'en a pas), que les `reperes` d'un nom donnent
    d'un coup; `titre` et `ici` (le fil), quand la page ne se nomme pas comme son bouton; `mention`, ce
    qui vaut pour toute la page (« Montants fictifs »); ce qui remplace un des `MOTS`.
    """
    exiger(refus)
    annuler = annuler or retour
    valide = request.method == "POST" and (form is None or form.is_valid())
    if valide and not getattr(form, "essai", False):
        if relire and request.POST.get("etape") != "confirmer":
            return relire()
        garde = None if empechements else form
        if (resultat := poser(request, geste, ensuite=ensuite, form=garde, **_saisie(form))) is not None:
            messages.add_message(request, ton(), fait(resultat) if callable(fait) else fait)
            return redirect(retour(resultat) if callable(retour) else retour)
        if garde is None:
            return redirect(annuler)
    ici, chapeau = contexte.get("titre", libelle), contexte["objet_en_mots"]
    contexte = MOTS | {"titre": libelle, "ici": ici, "chapeau": chapeau} | contexte
    contexte |= {
        "form": form,
        "empechements": empechements,
        "libelle_action": libelle,
        "genre_action": "danger" if danger else "",
        "url_annuler": annuler,
    }
    return render(request, gabarit, contexte, status=409 if getattr(form, "refuse", False) else 200)
