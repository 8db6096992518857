"""Les pages mesurées, chacune avec le compte de la démonstration qui l'ouvre."""

from django.urls import reverse

from alliances.models import Mandat
from alliances.plans.models import Instantane, Moyen, VersionPlan
from conventions.models import Avenant, Convention
from projets.models import AppelProjets, Initiative
from projets.protocoles.models import Protocole

BSL, SAGUENAY, GASPESIE = "bas-saint-laurent", "saguenay-lac-saint-jean", "gaspesie"
CAPITALE, CENTRE = "capitale-nationale", "centre-du-quebec"


def _version(slug):
    return VersionPlan.objects.filter(plan__alliance__slug=slug).order_by("-numero").first()


def _du_plan():
    """{compte: {libellé: adresse}} : l'accueil, la fiche et les pages du plan."""
    bsl, examinee = _version(BSL), _version(GASPESIE)
    plan, moyen = bsl.pk, Moyen.objects.filter(objectif__priorite__version=bsl).first()
    decision = Instantane.objects.filter(version=_version(SAGUENAY), circonstance="decision").last()
    redaction = {
        "Accueil": reverse("pilotage:accueil"),
        "Notifications": reverse("pilotage:notifications"),
        "Fiche de l’Alliance": reverse("alliances:fiche", args=[BSL]),
        "Gouvernance": reverse("alliances:gouvernance", args=[BSL]),
        "Participation": reverse("alliances:participation", args=[BSL]),
        "Journal de l’Alliance": reverse("alliances:journal", args=[BSL]),
        "Organismes": reverse("alliances:organismes"),
        "Mandats": reverse("alliances:mandats"),
        "Liste des tâches du plan": reverse("plans:tableau", args=[plan]),
        "Section 2a": reverse("plans:section", args=[plan, "2a"]),
        "Priorités (arbre)": reverse("plans:priorites", args=[plan]),
        "Saisie d’une priorité": reverse("plans:carte", args=[plan, "priorite", moyen.objectif.priorite.cle]),
        "Saisie d’un moyen": reverse("plans:carte", args=[plan, "moyen", moyen.cle]),
        "Vérification": reverse("plans:verification", args=[plan]),
        "Adoption": reverse("plans:adoption", args=[plan]),
        "Dépôt": reverse("plans:depot", args=[plan]),
        "Lecture du plan": reverse("plans:lecture", args=[plan]),
        "Dossier du plan": reverse("plans:dossier", args=[bsl.plan_id]),
    }
    examen = {
        "Accueil": reverse("pilotage:accueil"),
        "Liste des plans": reverse("plans:liste"),
        "Liste des Alliances": reverse("alliances:liste"),
        "Mandats": reverse("alliances:mandats"),
        "Examen": reverse("plans:examen", args=[examinee.pk]),
        "Examen, section 2a": reverse("plans:examen_partie", args=[examinee.pk, "2a"]),
        "Examen, priorités": reverse("plans:examen_partie", args=[examinee.pk, "3-9"]),
        "Examen d’une priorité": reverse(
            "plans:examen_partie", args=[examinee.pk, examinee.priorites.first().cle]
        ),
        "Liste de contrôle": reverse("plans:controle", args=[examinee.pk]),
        "Lecture du plan": reverse("plans:lecture", args=[examinee.pk]),
        "Dossier d’un plan modifié": reverse("plans:dossier", args=[_version(CENTRE).plan_id]),
        "Comparaison de deux versions": reverse("plans:comparaison", args=[_version(CENTRE).plan_id]),
        "Version scellée d’une décision": reverse("plans:instantane", args=[decision.pk]),
    }
    avisee = _version(CAPITALE).pk
    decider = {
        "Examen": reverse("plans:examen", args=[avisee]),
        "Approbation": reverse("plans:approbation", args=[avisee]),
    }
    return {"coordination": redaction, "mess": examen, "approbation": decider}


def _des_conventions():
    """{compte: {libellé: adresse}} : les conventions, les enveloppes et les versements."""
    convention = Convention.objects.get(alliance__slug=BSL)
    un, pk = [convention.pk], convention.pk
    an = convention.exercices.earliest("an").an
    versement = reverse("conventions:echeance", args=[convention.echeances.earliest("pk").pk])
    de_la_table = {
        "Convention": reverse("conventions:convention", args=un),
        "Obligations": reverse("conventions:obligations", args=un),
        "Calendrier des obligations": reverse("conventions:calendrier"),
        "Convention consolidée": reverse("conventions:consolidee", args=un),
        "Enveloppes": reverse("conventions:enveloppes", args=un),
        "Partage d’un exercice": reverse("conventions:repartition", args=[pk, an + 1]),
        "Transferts": reverse("conventions:transferts", args=un),
        "Demande de transfert": reverse("conventions:transfert_demande", args=[pk, an]),
        "Grand livre": reverse("conventions:grand_livre", args=un),
        "Versements de la convention": reverse("conventions:versements", args=un),
        "Versement": versement,
    }
    avenant = Avenant.objects.earliest("pk")
    resiliee = [Convention.objects.filter(etat="resiliee").earliest("pk").pk]
    du_ministere = {
        "Liste des conventions": reverse("conventions:liste"),
        "Convention": reverse("conventions:convention", args=un),
        "Préparation": reverse(
            "conventions:preparation", args=[Convention.objects.filter(etat="preparation").earliest("pk").pk]
        ),
        "Avenants": reverse("conventions:avenants", args=[avenant.convention_id]),
        "Avenant": reverse("conventions:avenant", args=[avenant.pk]),
        "Règlement": reverse("conventions:reglement", args=resiliee),
        "Règlement en PDF, en attente": reverse("conventions:reglement_pdf", args=resiliee),
        "Position nationale": reverse("conventions:position"),
        "Partage national": reverse("conventions:partage_national"),
        "Versements": reverse("conventions:liste_versements"),
        "Calendrier des obligations": reverse("conventions:calendrier"),
    }
    return {
        "coordination": de_la_table,
        "mess": du_ministere,
        "direction.dgsq": {"Versement": versement},
        "approbation": {"Autorisation par lot": reverse("conventions:autorisation")},
        "finances.mess": {"Confirmation par lot": reverse("conventions:confirmation")},
    }


def pages_des_initiatives():
    """{compte: {libellé: adresse}} : un appel à l'étude, une initiative acceptée, un brouillon."""
    appel = AppelProjets.objects.filter(
        alliance__slug=BSL, etat="ferme", initiatives__etat="admissible"
    ).earliest("pk")
    acceptee = Initiative.objects.filter(alliance__slug=BSL, etat_annonce="acceptee").earliest("pk")
    a_decider = appel.initiatives.filter(proposition__isnull=False).earliest("pk")
    ouvert = AppelProjets.objects.ouverts().filter(alliance__slug=BSL).earliest("pk")
    brouillon = ouvert.initiatives.filter(etat="brouillon").earliest("pk")
    signe = Protocole.objects.filter(initiative__alliance__slug=BSL, etat="signe").earliest("pk")
    suivi = {
        "Protocoles": reverse("protocoles:protocoles"),
        "Protocole": reverse("protocoles:protocole", args=[signe.pk]),
        "Suivi": reverse("protocoles:suivi", args=[signe.pk]),
        "État des versements": reverse("protocoles:etat_des_versements", args=[signe.pk]),
    }
    choix = {
        "Demandes d’un appel": reverse("projets:selection", args=[appel.pk]),
        "Question comparée": reverse("projets:question", args=[appel.pk, "besoin"]),
        "Séance": reverse("projets:seance", args=[appel.pk]),
        "Initiative, toute la piste": reverse("projets:initiative", args=[acceptee.pk]),
        "La demande": reverse("projets:demande_deposee", args=[acceptee.pk]),
    }
    demande = {
        "Accueil": reverse("pilotage:accueil"),
        "Appel publié": reverse("projets:appel_public", args=[ouvert.pk]),
        "Liste des tâches de la demande": reverse("projets:demande", args=[brouillon.pk]),
        "Une partie de la demande": reverse("projets:partie", args=[brouillon.pk, "depenses"]),
        "Vérification de la demande": reverse("projets:verification", args=[brouillon.pk]),
    }
    matrice = reverse("projets:matrice", args=[BSL])
    servi = {
        "Liste des initiatives": reverse("projets:initiatives"),
        "Le plan et les initiatives": matrice,
        "Thématiques et territoires": f"{matrice}?vue=thematiques",
    }
    chez_elle = Mandat.objects.filter(role="territoire", territoire__alliances__slug=BSL).earliest("pk")
    return {
        "coordination": choix | suivi | servi,
        "finances": {"À verser aux organismes": reverse("protocoles:a_verser", args=[signe.convention.pk])},
        "mess": {"Portrait des initiatives": reverse("projets:portrait")},
        "territoire": {
            "Espace d’un territoire": reverse("projets:territoire", args=[chez_elle.territoire_id])
        },
        "signature": {"Décision": reverse("projets:decision", args=[a_decider.pk])},
        "porteur": demande,
    }


def pages():
    """[(libellé, compte, adresse)] de chaque page mesurée."""
    return [
        (libelle, compte, adresse)
        for catalogue in (_du_plan(), _des_conventions(), pages_des_initiatives())
        for compte, adresses in catalogue.items()
        for libelle, adresse in adresses.items()
    ]
