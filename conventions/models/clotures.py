"""Clore un exercice : dire ce qui y reste, puis fermer son grand livre. Le rouvrir demande deux personnes."""

from django.db import transaction

from conventions.models.arbres import empechements_d_exercice
from conventions.models.ecritures import Ecriture
from conventions.models.transferts import Transfert
from conventions.regles.sommes import Sommes
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui


def sommes_de_l_exercice(exercice):
    """Ce que l'exercice a reçu, employé, et ce qui y reste."""
    return next((s for s in exercice.convention.sommes() if s.an == exercice.an), Sommes(exercice.an))


def remis_par_territoire(exercice):
    """[(enveloppe, dollars)] de ce que chaque territoire n'a pas dépensé de ce qui lui a été remis."""
    siennes = exercice.convention.enveloppes.filter(an=exercice.an, solde__remis__gt=0)
    return [(e, e.solde.remis) for e in siennes.avec_soldes().order_by("rang", "pk")]


_DETTES = []  # ce que des pièces de droite disent encore dû à un exercice


def offrir_les_dettes(fournisseur):
    """`fournisseur(exercice)` rend [(phrase, dollars, si cela s'inscrira encore une fois l'exercice clos)]."""
    _DETTES.append(fournisseur)


def dettes_de(exercice):
    """[(phrase, dollars, si cela s'inscrira encore)] de ce que des tiers lui doivent."""
    return [dette for fournisseur in _DETTES for dette in fournisseur(exercice)]


def empechements_a_clore(exercice, sommes=None, dettes=None):
    """Pourquoi un exercice de la convention ne peut pas se clore; `sommes` et `dettes`, si la page les a déjà lues."""
    convention, an = exercice.convention, exercice.an
    if empechements := empechements_d_exercice(convention, an):
        return empechements
    if aujourd_hui() <= exercice.exercice.fin:
        empechements.append(f"L’exercice {exercice} n’est pas terminé.")
    if Transfert.objects.en_attente().filter(convention=convention, an=an).exists():
        empechements.append("Un transfert de cet exercice attend encore une réponse.")
    # Clos, l'exercice ne paierait plus ce qui est déjà en chemin, et la convention ne pourrait plus se clore.
    en_chemin = convention.echeances.a_regler().filter(an=an).order_by("rang").a_montrer()
    empechements += [echeance.reste_en_mots() for echeance in en_chemin]
    if promis := (sommes or sommes_de_l_exercice(exercice)).promis:
        empechements.append(
            f"{en_dollars(promis)} sont encore réservés ou engagés\xa0: ils doivent être versés ou libérés."
        )
    dettes = dettes_de(exercice) if dettes is None else dettes
    return empechements + [phrase for phrase, _, s_inscrira in dettes if not s_inscrira]


def avertissements_a_clore(sommes):
    """Ce qui restera figé à la clôture, tant que l'exercice ne se rouvre pas."""
    phrases = []
    if sommes.recu_non_employe:
        phrases.append(
            f"{en_dollars(sommes.recu_non_employe)} reçus du Ministère sont restés sans emploi\xa0: reportez-les à "
            "l’exercice suivant, récupérez-les, ou les deux, avant de clore."
        )
    if sommes.remis:
        phrases.append(
            f"{en_dollars(sommes.remis)} remis à des territoires ne sont pas dépensés, et ne pourront plus l’être dans "
            "cet exercice\xa0: reportés, ils restent entre leurs mains; récupérés, ils les quittent."
        )
    if attendu := sommes.disponible - sommes.recu_non_employe:
        phrases.append(f"{en_dollars(attendu)} disponibles attendent encore un versement du Ministère.")
    if sommes.a_recevoir:
        phrases.append(
            f"{en_dollars(sommes.a_recevoir)} convenus n’ont pas été versés par le Ministère, et ne le seront pas tant "
            "que l’exercice est clos."
        )
    return phrases


@transaction.atomic
def clore(exercice, *, par, revision=None, le=None):
    """Clôt un exercice de la convention : le grand livre n'y reçoit plus d'écriture. Le journal garde ce qui reste.

    `revision` : l'empreinte des sommes que la page montrait.
    """
    convention = exercice.convention.verrouiller()
    Ecriture.verrouiller(convention)
    exercice = convention.exercices.select_related("convention").get(pk=exercice.pk)
    if empechements := empechements_a_clore(exercice):
        raise TransitionInterdite(empechements)
    sommes = sommes_de_l_exercice(exercice)
    if revision and revision != empreinte(sommes):
        raise VersionPerimee("Les sommes de l’exercice ont changé depuis que la page est ouverte.")
    exercice.clos_le, exercice.clos_par = le or aujourd_hui(), par
    exercice.save(update_fields=["clos_le", "clos_par"])
    reste = {
        "disponible": sommes.disponible,
        "reçu, sans emploi": sommes.recu_non_employe,
        "remis, non dépensé": sommes.remis,
        "à recevoir": sommes.a_recevoir,
    }
    reste["à récupérer d’organismes"] = sum((montant for _, montant, _ in dettes_de(exercice)), ZERO)
    apres = {nom: en_dollars(montant) for nom, montant in reste.items() if montant}
    convention.noter("clore-exercice", par=par, objet=f"Exercice {exercice}", apres=apres)
    return exercice
