"""L'Alliance et ce qui la décrit : ce que la base refuse, ce qui se voit, ce qui laisse une trace."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from alliances.models import (
    Alliance,
    CircuitDecision,
    Contact,
    Cycle,
    DemandeDAdhesion,
    DemandeDEngagement,
    DemandeIdentite,
    EtapeDecision,
    IncidentDeConfidentialite,
    IndiceTerritoire,
    InstanceGouvernance,
    InvitationDUnMembre,
    JournalAlliance,
    Mandat,
    Organisme,
    ParticipationPersonnes,
    PartieAlliance,
    ProfilGouvernance,
    Region,
    SecteurActeur,
    Siege,
    Territoire,
    ThematiqueNationale,
    changements,
)
from alliances.models.equipes import inviter_un_membre
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests import fabriques
from tests.outils.contraintes import contraintes_de, refuse_par


def premier(modele, **champs):
    """Change la première ligne en SQL, sans passer par le modèle."""
    modele.objects.filter(pk=modele.objects.order_by("pk").first().pk).update(**champs)


def encore(modele, **champs):
    """Une deuxième fois la première ligne."""
    copie = modele.objects.order_by("pk").first()
    for nom, valeur in champs.items():
        setattr(copie, nom, valeur)
    copie.pk, copie._state.adding = None, True
    modele._base_manager.bulk_create([copie])


def indice():
    IndiceTerritoire.objects.create(
        territoire=Territoire.objects.first(), indice="idms", an=2021, valeur="1.5", source="INSPQ"
    )


def demande_d_identite(c):
    par = Mandat.objects.order_by("pk").first().utilisateur
    identite = c.bsl.table_regionale.identite() | {"adresse": "1, rue du Quai"}
    DemandeIdentite.demander(
        c.bsl.table_regionale, par=par, alliance=c.bsl, motif="Déménagement.", **identite
    )


def etape(c, acte="avis"):
    circuit = c.bsl.circuits.get()
    EtapeDecision.objects.create(circuit=circuit, rang=1, instance_gouvernance=circuit.decide, acte=acte)


def decidee(etat, **champs):
    premier(DemandeIdentite, etat=etat, decidee_le=timezone.now(), **champs)


def se_joindre(c):
    par = Mandat.objects.order_by("pk").first().utilisateur
    DemandeDAdhesion.demander(c.bsl.table_regionale, par=par, alliance=c.bsl)


def engager(c):
    par = fabriques.personne("porteur", c.bsl.table_regionale)
    champs = {"resolution": "2026-04", "resolution_le": date(2026, 4, 2), "piece": fabriques.fichier_pdf()}
    DemandeDEngagement.demander(c.bsl.table_regionale, par=par, alliance=c.bsl, **champs)


def inviter(c):
    par = fabriques.personne("porteur", c.bsl.table_regionale)
    invitee = fabriques.personne("porteur", c.bsl.table_regionale)
    Mandat.objects.filter(utilisateur=invitee).delete()
    inviter_un_membre(c.bsl.table_regionale, par=par, courriel=invitee.courriel, prenom="", nom="")


def de_l_organisme(demander, modele):
    """Les contraintes d'une demande faite sur un organisme : les mêmes des deux sortes."""
    nom, repondue = modele._meta.model_name, {"decidee_par": F("demandee_par"), "decidee_le": timezone.now()}
    return {
        f"{nom}_une_a_la_fois": [lambda c: (demander(c), encore(modele))],
        f"{nom}_decidee_par_une_autre": [
            lambda c: (demander(c), premier(modele, etat="acceptee", **repondue)),
            lambda c: (demander(c), premier(modele, etat="refusee", decision_motif="Non", **repondue)),
        ],
        f"{nom}_decision_complete": [lambda c: (demander(c), premier(modele, decidee_le=timezone.now()))],
        f"{nom}_refus_motive": [
            lambda c: (
                demander(c),
                premier(
                    modele, etat="refusee", decidee_par=fabriques.personne("mess"), decidee_le=timezone.now()
                ),
            )
        ],
    }


REFUS = {
    **de_l_organisme(se_joindre, DemandeDAdhesion),
    **de_l_organisme(engager, DemandeDEngagement),
    "invitationdunmembre_une_a_la_fois": [lambda c: (inviter(c), encore(InvitationDUnMembre))],
    "invitationdunmembre_decision_complete": [
        lambda c: (inviter(c), premier(InvitationDUnMembre, decidee_le=timezone.now()))
    ],
    "invitationdunmembre_repondue_par_elle": [
        lambda c, etat=etat: (
            inviter(c),
            premier(InvitationDUnMembre, etat=etat, decidee_par=F("demandee_par"), decidee_le=timezone.now()),
        )
        for etat in ("acceptee", "refusee")
    ],
    "cycle_debut_avant_fin": [
        lambda c: premier(Cycle, fin=date(2024, 11, 1), fin_realisation=date(2024, 11, 1))
    ],
    "incident_avis_apres_l_incident": [
        lambda c: (
            fabriques.incident(),
            premier(IncidentDeConfidentialite, avis_commission_le=date(2000, 1, 1)),
        )
    ],
    "cycle_realisation_dans_le_cycle": [
        lambda c: premier(Cycle, fin_realisation=date(2030, 1, 1)),
        lambda c: premier(Cycle, fin_realisation=date(2024, 11, 1)),
    ],
    "thematique_code_unique": [lambda c: encore(ThematiqueNationale)],
    "indice_territoire_unique": [lambda c: (indice(), encore(IndiceTerritoire))],
    "indice_valeur_ou_rang": [
        lambda c: (indice(), premier(IndiceTerritoire, valeur=None)),
        lambda c: (indice(), premier(IndiceTerritoire, rang=105)),
        lambda c: (indice(), premier(IndiceTerritoire, valeur=None, rang=0)),
    ],
    "indice_avec_source": [lambda c: (indice(), premier(IndiceTerritoire, source=""))],
    "mandat_interim_date": [lambda c: premier(Mandat, remplace=Mandat.objects.order_by("pk").last())],
    "mandat_interim_nomme": [
        lambda c: premier(Mandat, remplace=Mandat.objects.order_by("pk").last(), fin=date(2026, 12, 31))
    ],
    "mandat_nomme_par_une_autre_personne": [lambda c: premier(Mandat, nomme_par=F("utilisateur"))],
    "mandat_qui_lie_confie_a_deux": [
        lambda c: premier(Mandat, role="signature"),
        lambda c: premier(Mandat, resolution="2026-01"),
        lambda c: premier(Mandat, role="signature", confirme_le=timezone.now()),
    ],
    "demandeidentite_une_a_la_fois": [lambda c: (demande_d_identite(c), encore(DemandeIdentite))],
    "demandeidentite_decidee_par_une_autre_personne": [
        lambda c: (demande_d_identite(c), decidee("acceptee", decidee_par=F("demandee_par")))
    ],
    "demandeidentite_motivee": [lambda c: (demande_d_identite(c), premier(DemandeIdentite, motif=""))],
    "demandeidentite_decision_complete": [
        lambda c: (demande_d_identite(c), premier(DemandeIdentite, etat="retiree")),
    ],
    "mandat_portee_selon_le_role": [
        lambda c: premier(Mandat, alliance=None),
        lambda c: premier(Mandat, region=Region.objects.first()),
        lambda c: premier(Mandat, role="dgsq"),
        lambda c: premier(Mandat, role="inconnu"),
    ],
    "mandat_debut_avant_fin": [lambda c: premier(Mandat, fin=date(2023, 1, 1))],
    "mandat_ouvert_unique": [lambda c: encore(Mandat)],
    "organisme_neq_unique": [
        lambda c: (premier(Organisme, neq="1140000001", forme="obnl"), encore(Organisme))
    ],
    "organisme_non_constitue_sans_neq": [lambda c: premier(Organisme, neq="1140000001")],
    "alliance_slug_unique": [
        lambda c: encore(Alliance),
        lambda c: encore(Alliance, cycle=fabriques.cycle_precedent()),
    ],
    "alliance_montant_positif": [lambda c: premier(Alliance, montant=Decimal("-0.01"))],
    "partie_alliance_unique": [lambda c: encore(PartieAlliance)],
    "alliance_un_seul_fiduciaire": [
        lambda c: (
            premier(PartieAlliance, qualite="fiduciaire"),
            encore(PartieAlliance, organisme=Organisme.objects.create(nom="Autre")),
        )
    ],
    "profil_part_regionale_en_pourcentage": [
        lambda c: premier(ProfilGouvernance, part_regionale=Decimal("100.01")),
        lambda c: premier(ProfilGouvernance, part_regionale=Decimal("-1")),
    ],
    "instance_nom_unique": [lambda c: encore(InstanceGouvernance)],
    "siege_pourvus_au_plus_prevus": [lambda c: premier(Siege, pourvus=3)],
    "profil_projet_regional_sur_un_territoire_au_moins": [
        lambda c: premier(ProfilGouvernance, territoires_d_un_projet_regional=0)
    ],
    "profil_population_en_pourcentage": [
        lambda c: premier(ProfilGouvernance, population_d_un_projet_regional=Decimal(0)),
        lambda c: premier(ProfilGouvernance, population_d_un_projet_regional=Decimal("100.01")),
    ],
    "circuit_nom_unique": [lambda c: encore(CircuitDecision, rang=2)],
    "circuit_rang_unique": [lambda c: encore(CircuitDecision, nom="Autre")],
    "circuit_montants_dans_l_ordre": [
        lambda c: premier(CircuitDecision, a_partir_de=Decimal(5), moins_de=Decimal(5))
    ],
    "circuit_montants_positifs": [
        lambda c: premier(CircuitDecision, a_partir_de=Decimal("-0.01")),
        lambda c: premier(CircuitDecision, moins_de=Decimal(0)),
    ],
    "etape_rang_unique": [lambda c: (etape(c), encore(EtapeDecision))],
    "etape_avant_la_decision": [
        lambda c: etape(c, acte="decision"),
        lambda c: (etape(c), premier(EtapeDecision, acte="veto")),
    ],
    "contact_principal_unique": [lambda c: encore(Contact)],
    "journalalliance_chaine_rang_unique": [
        lambda c: (
            JournalAlliance.noter(alliance=c.bsl, par=None, geste="essai", objet="x"),
            encore(JournalAlliance),
        )
    ],
    "participation_mecanisme_ou_motif": [
        lambda c: premier(ParticipationPersonnes, forme=""),
        lambda c: premier(ParticipationPersonnes, palier=""),
        lambda c: premier(ParticipationPersonnes, niveau=""),
        lambda c: premier(ParticipationPersonnes, aucune_action_motif="Faute de temps"),
    ],
}


def test_chaque_contrainte_de_la_piece_a_sa_preuve():
    assert set(REFUS) == set(contraintes_de("alliances"))


def test_la_base_refuse_chaque_ecriture_brute(cadre, agente):
    for nom, ecritures in REFUS.items():
        for ecrire in ecritures:
            with refuse_par(nom, "alliances"):
                ecrire(cadre)


@pytest.mark.parametrize(
    "modele, champs, phrase",
    [
        (ProfilGouvernance, {"part_regionale": Decimal("101")}, "100"),
        (Siege, {"pourvus": 9}, "plus de sièges pourvus que de sièges prévus"),
        (Cycle, {"fin": date(2020, 1, 1)}, "fin du cycle doit suivre son début"),
        (Alliance, {"montant": Decimal("-1")}, "ne peut pas être négatif"),
    ],
)
def test_le_formulaire_dit_la_meme_regle_en_francais(cadre, modele, champs, phrase):
    objet = modele.objects.first()
    for nom, valeur in champs.items():
        setattr(objet, nom, valeur)
    with pytest.raises(ValidationError, match=phrase):
        objet.full_clean()


def test_chaque_objet_se_nomme(cadre):
    profil = cadre.bsl.profil_gouvernance
    indice()
    etape(cadre)
    noms = {
        str(cadre.bsl): "Alliance – Bas-Saint-Laurent",
        str(cadre.cycle): "2024-2029",
        str(profil): "Gouvernance – Alliance – Bas-Saint-Laurent",
        str(cadre.bsl.circuits.get()): "Toute initiative",
        str(EtapeDecision.objects.get()): "Table régionale → avis",
        str(cadre.bsl.parties.get()): "Collectif de Bas-Saint-Laurent (Partenaire signataire)",
        str(cadre.bsl.contacts.get()): "Personne à joindre – Coordination",
        str(cadre.bsl.regions.get()): "Bas-Saint-Laurent",
        str(cadre.bsl.territoires.first()): "La Matapédia",
        str(cadre.bsl.instances.get().sieges.first()): "MRC et municipalités",
        str(SecteurActeur.objects.first()): "MRC et municipalités",
        str(ThematiqueNationale.objects.first()): "Sécurité alimentaire",
        str(IndiceTerritoire.objects.get()): "Indice de défavorisation matérielle et sociale 2021",
    }
    for rendu, attendu in noms.items():
        assert rendu == attendu


def test_les_sieges_vacants_se_comptent(cadre):
    siege = Siege(prevus=4, pourvus=1)
    assert siege.vacants == 3


def test_le_cycle_en_cours_est_celui_du_jour(cadre):
    assert Cycle.objects.en_cours(date(2026, 1, 1)) == cadre.cycle
    assert Cycle.objects.en_cours(date(2029, 10, 31)) == cadre.cycle
    assert Cycle.objects.en_cours(date(2024, 10, 31)) is None


def test_les_donnees_de_reference_se_lisent_par_toute_personne_connectee(cadre, etrangere):
    for modele in (Cycle, Region, Territoire, ThematiqueNationale, SecteurActeur, IndiceTerritoire):
        assert modele.objects.visibles_par(etrangere).count() == modele.objects.count()
        assert not modele.objects.visibles_par(AnonymousUser()).exists()


def test_chacun_ne_voit_que_ses_alliances(cadre, agente, etrangere, analyste, mess):
    def vues(personne):
        return list(Alliance.objects.visibles_par(personne).values_list("slug", flat=True))

    assert vues(agente) == vues(analyste) == ["bas-saint-laurent"]
    assert vues(etrangere) == ["lanaudiere"]
    assert vues(mess) == ["bas-saint-laurent", "lanaudiere"]
    assert vues(AnonymousUser()) == []


# --- Les gestes de la fiche ---------------------------------------------------------------------------------


class TestGestes:
    def test_une_instance_qui_pose_un_acte_ne_se_retire_pas(self, cadre, agente):
        instance = cadre.bsl.instances.get()
        with pytest.raises(TransitionInterdite, match="pose 1 acte dans les circuits"):
            changements.retirer(instance, par=agente)
        assert cadre.bsl.journal.count() == 0

    def test_un_organisme_qui_sert_ailleurs_ne_se_retire_pas(self, cadre, agente):
        with pytest.raises(TransitionInterdite, match="sert encore ailleurs"):
            changements.retirer(cadre.bsl.table_regionale, par=agente)
        assert JournalAlliance.objects.count() == 0

    def test_modifier_dit_avant_et_apres_et_rien_sans_changement(self, cadre, agente):
        contact = cadre.bsl.contacts.get()
        vu = changements.repere(contact)
        changements.modifier(contact, par=agente, vu=vu)
        assert cadre.bsl.journal.count() == 0
        contact.nom = "Lou Bélanger"
        changements.modifier(contact, par=agente, vu=vu)
        ligne = cadre.bsl.journal.get()
        assert (ligne.avant, ligne.apres) == ({"nom": "Personne à joindre"}, {"nom": "Lou Bélanger"})
        contact.nom = "Autre"
        with pytest.raises(VersionPerimee, match="nom\u00a0: Lou Bélanger"):
            changements.modifier(contact, par=agente, vu=vu)
        contact.delete()
        with pytest.raises(VersionPerimee, match="a retiré cet élément"):
            changements.modifier(Contact(pk=contact.pk, alliance=cadre.bsl), par=agente, vu=vu)

    def test_le_profil_compte_ses_revisions(self, cadre, agente):
        profil = cadre.bsl.profil_gouvernance
        profil.part_regionale = Decimal("30.50")
        vu = changements.repere(ProfilGouvernance.objects.get(pk=profil.pk))
        changements.modifier(profil, par=agente, vu=vu)
        assert ProfilGouvernance.objects.get(pk=profil.pk).revision == 2
        assert cadre.bsl.journal.get().apres == {"part des projets régionaux (%)": "30.5"}

    def test_un_ajout_qui_contredit_une_regle_ne_laisse_rien(self, cadre, agente):
        double = Contact(alliance=cadre.bsl, nom="Autre", fonction="Direction", principal=True)
        with pytest.raises(ValidationError, match="qu’une personne à joindre"):
            changements.ajouter(double, par=agente)
        assert (cadre.bsl.contacts.count(), cadre.bsl.journal.count()) == (1, 0)

    def test_un_organisme_hors_territoire_s_inscrit_a_la_chaine_nationale(self, cadre, agente):
        changements.ajouter(Organisme(nom="Sans territoire"), par=agente)
        ici = Organisme(nom="Ici", territoire=cadre.bsl.territoires.first())
        changements.ajouter(ici, par=agente)
        lignes = JournalAlliance.objects.order_by("pk").values_list("alliance", "chaine")
        assert list(lignes) == [
            (None, "alliances.journalalliance:national"),
            (cadre.bsl.pk, f"alliances.journalalliance:alliance-{cadre.bsl.pk}"),
        ]

    def test_un_vrai_ou_faux_se_journalise_en_mots(self, cadre, agente):
        ligne = ParticipationPersonnes(
            alliance=cadre.bsl,
            exercice="2025-2026",
            axe="projets",
            palier="local",
            forme="pilotage",
            niveau="collaboration",
            etapes=["suivi", "enjeux"],
            dedommagement=True,
        )
        changements.ajouter(ligne, par=agente)
        apres = cadre.bsl.journal.get().apres
        assert apres["étapes"] == "Identification des enjeux, Suivi"
        assert apres["frais remboursés ou allocation"] == "oui"
