"""La vie d'une convention, racontée deux fois (navigateur, sans JavaScript) : ses personnes, ses jours, ses sommes.

La convention commence aujourd'hui : l'histoire ne vieillit pas, et aucune obligation n'y naît en retard.
"""

from datetime import date, timedelta
from types import SimpleNamespace

from alliances.models import Alliance, Cycle, Organisme, PartieAlliance
from socle.texte.typographie import date_longue
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques

ANS = range(3)  # les exercices financés, à compter de celui d'aujourd'hui; l'avenant ajoute le quatrième
DEBUT_DU_CYCLE = date(2024, 11, 1)  # celui du cadre d'essai
DELAI_DU_PLAN = timedelta(days=14)  # avant le versement du 15 avril, quel que soit le jour de l'essai
PARTICIPATION = "Services Québec, la Santé publique et les Affaires municipales siègent à la Table régionale."
PROPOSEE, AJOUTEE = "MRC de La Matapédia", "MRC de La Matanie"
FIDUCIAIRE = "Collectif de Bas-Saint-Laurent"
NOTE = "La convention est signée; la Table écrit son plan."


def distribution():
    """Les six personnes, par rôle. L'approbation tient aussi un mandat de finances : rien ne doit lui suffire."""
    bsl = fabriques.fabrique_cadre().bsl
    _dater(bsl.cycle)
    for code, nom in (("07", PROPOSEE), ("08", AJOUTEE)):
        territoire = bsl.territoires.get(code=code)
        mrc = Organisme.objects.create(nom=nom, forme="municipal", territoire=territoire)
        if nom == PROPOSEE:
            PartieAlliance.objects.create(alliance=bsl, organisme=mrc, qualite="cosignataire")
    approbation = fabriques.personne("approbation", None, "Louise", "Côté")
    fabriques.mandater(approbation, "finances_mess")
    return {
        "mess": fabriques.personne("mess", None, "Nadia", "Roy"),
        "approbation": approbation,
        "finances_mess": fabriques.personne("finances_mess", None, "Marc", "Ouellet"),
        "signature": fabriques.personne("signature", bsl, "Denis", "Lavoie"),
        "coordination": fabriques.personne("coordination", bsl, "Camille", "Ross"),
        "analyste": fabriques.personne("dgsq", bsl.regions.get(), "Inès", "Caron"),
    }


def _dater(cycle):
    """Le cycle finit un an après les exercices financés : l'avenant a de la place."""
    premier = Exercice.de(aujourd_hui())
    Cycle.objects.filter(pk=cycle.pk).update(
        fin=Exercice(premier.an + len(ANS)).fin,
        fin_realisation=Exercice(premier.an + len(ANS) - 1).fin,
        echeance_plan=aujourd_hui() + DELAI_DU_PLAN,
    )


def calendrier():
    """Les jours de l'histoire, en mots et en AAAA-MM-JJ, d'après la date du jour."""
    an = Exercice.de(aujourd_hui()).an
    prolongee = date(an + len(ANS), 9, 30)
    return SimpleNamespace(
        aujourd_hui=aujourd_hui().isoformat(),
        en_mots=date_longue(aujourd_hui()),
        plan=date_longue(aujourd_hui() + DELAI_DU_PLAN),
        printemps=date_longue(date(an + 1, 4, 15)),
        montants={f"Exercice {exercice}": "" for exercice in Exercice.entre(DEBUT_DU_CYCLE, aujourd_hui())}
        | {f"Exercice {Exercice(an + rang)}": "400 000,00 $" for rang in ANS},
        suivant=Exercice(an + 1),
        realisation=date_longue(Exercice(an + len(ANS) - 1).fin),
        prolongee=prolongee.isoformat(),
        prolongee_en_mots=date_longue(prolongee),
    )


def changements(jours):
    """Les phrases que chaque page dit de l'avenant, avant comme après les signatures."""
    return (
        f"Fin de réalisation : du {jours.realisation} au {jours.prolongee_en_mots}.",
        f"Exercice {jours.suivant} : de 400 000,00 $ à 450 000,00 $",
    )


def approuver_le_plan():
    """La Table écrit et dépose son plan, Services Québec rend son avis, le Ministère l'approuve : par les gestes."""
    bsl = Alliance.objects.get(slug="bas-saint-laurent")
    version = fabriques.plan_pret(bsl).adopter(
        par=fabriques._tenant("coordination", bsl),
        adoptee_le=aujourd_hui(),
        resolution="2026-117",
        mode="consensus",
        piece=fabriques.fichier_pdf(),
    )
    version = version.deposer(par=fabriques._tenant("signature", bsl), certifie=True)
    direction = fabriques.personne("direction_dgsq", bsl.regions.get())
    version = version.rendre_avis(par=direction, sens="favorable", texte="Le plan répond au guide.")
    return version.approuver(par=fabriques._tenant("approbation", bsl), **fabriques.LETTRE)
