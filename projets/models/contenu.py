"""Ce qu'un organisme écrit de son initiative : des colonnes, pas un formulaire libre (conception, §3)."""

from django.db import models

from socle.valeurs.listes import ListeDeCodes


class Nature(models.TextChoices):
    NOUVEAU = "nouveau", "Nouveau projet"
    MAINTIEN = "maintien", "Maintien d’un projet structurant"


class Preuve(models.TextChoices):
    STATISTIQUES = "statistiques", "Nos statistiques"
    PERSONNES = "personnes", "Des rencontres avec les personnes"
    PLAN = "plan", "Le plan du territoire"
    ETUDE = "etude", "Une étude publiée"
    AUTRE = "autre", "Autre"


def _oui_ou_non(libelle):
    return models.BooleanField(libelle, null=True, blank=True)


class ContenuDeDemande(models.Model):
    """Abstraite : les réponses d'une demande, partie par partie; tout peut y manquer tant qu'elle n'est pas déposée."""

    Nature = Nature
    Preuve = Preuve

    # 1. L'organisme
    personne_ressource = models.CharField("personne à joindre", max_length=150, blank=True)
    signataire = models.CharField("personne qui signera", max_length=150, blank=True)
    # 2. L'admissibilité : « oui » convient partout
    est_nouvelle = _oui_ou_non("activité nouvelle, ou datée")
    rien_d_engage = _oui_ou_non("rien d’engagé encore")
    sans_immobilisation = _oui_ou_non("ni bâtiment, ni rénovation, ni véhicule")
    hors_mission = _oui_ou_non("autre chose que le fonctionnement courant")
    sur_le_territoire = _oui_ou_non("sur le territoire de l’appel")
    sans_dette = _oui_ou_non("ni dette ni défaut envers le Fonds")
    # 3. Le projet
    titre = models.CharField("titre", max_length=140, blank=True)
    resume = models.TextField(
        "résumé", max_length=600, blank=True, help_text="Il sera public si l’initiative est acceptée."
    )
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)
    nature = models.CharField("nature", max_length=10, choices=Nature.choices, blank=True)
    consensus = models.TextField("consensus du milieu", max_length=600, blank=True)
    # 4. Le besoin et les personnes
    besoin = models.TextField("besoin", max_length=1500, blank=True)
    preuves = ListeDeCodes("d’où vous le savez", choices=Preuve.choices)
    place = models.TextField("place des personnes", max_length=600, blank=True)
    en_conception = models.BooleanField("à la conception", default=False)
    en_realisation = models.BooleanField("à la réalisation", default=False)
    au_suivi = models.BooleanField("au suivi", default=False)
    soutien = models.BooleanField("le transport, la garde ou les repas sont payés", default=False)
    # 6. Les priorités du plan, et les questions de la région
    lien = models.TextField("lien avec les priorités", max_length=600, blank=True)
    reponse_1 = models.TextField("réponse à la première question", max_length=1000, blank=True)
    reponse_2 = models.TextField("réponse à la deuxième question", max_length=1000, blank=True)
    reponse_3 = models.TextField("réponse à la troisième question", max_length=1000, blank=True)
    # 7. Les objectifs
    apres = models.TextField("après le financement", max_length=600, blank=True)

    class Meta:
        abstract = True
