"""Le contenu prêt à lire dit toujours ce que disent les tables, quel que soit le chemin d'écriture."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances.management.commands.charger_reference import charger
from alliances.models import (
    Alliance,
    CircuitDecision,
    Contact,
    InstanceGouvernance,
    Organisme,
    ParticipationPersonnes,
    PartieAlliance,
    SecteurActeur,
    Siege,
    Territoire,
    changements,
)
from alliances.plans.models import Collaborateur, IndicateurPlan, Moyen, Objectif, Priorite, SectionPlan
from alliances.plans.models.contenu import _nombre
from alliances.reference import lire_reference
from socle.erreurs import ErreurDuDomaine
from socle.valeurs.contenus import lire
from tests import fabriques
from tests.outils.partage import partagee

VIVANT = ("version", "approbations")  # lu à chaque fois, jamais gardé


@partagee
def version(cadre, agente):
    version = fabriques.plan_pret(cadre.bsl, par=agente)
    version.rafraichir()
    return fabriques.relire(version)


def ecart(version):
    """Les clés où le contenu lu diffère de celui que bâtissent les tables."""
    lu, vrai = fabriques.relire(version).contenu(), fabriques.relire(version).batir_contenu()
    vrai = json.loads(json.dumps(vrai))
    return [cle for cle in vrai if lu[cle] != vrai[cle]]


def est_pret(version):
    """Le prochain lecteur n'aura rien à rebâtir."""
    version = fabriques.relire(version)
    return (version.contenu_revision, version.contenu_alliance) == (
        version.revision,
        version.plan.alliance.revision,
    )


def test_changer_l_alliance_prepare_la_lecture_de_son_plan(
    version, cadre, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        Alliance.objects.filter(pk=cadre.bsl.pk).marquer()
    assert est_pret(version)


def test_une_suite_qui_echoue_ne_defait_pas_ce_qui_est_enregistre(
    version, cadre, monkeypatch, django_capture_on_commit_callbacks
):
    def echouer(version):
        raise RuntimeError("panne")

    monkeypatch.setattr(type(version), "rafraichir", echouer)
    avant = Alliance.objects.get(pk=cadre.bsl.pk).revision
    with django_capture_on_commit_callbacks(execute=True):
        Alliance.objects.filter(pk=cadre.bsl.pk).marquer()
    assert Alliance.objects.get(pk=cadre.bsl.pk).revision == avant + 1
    assert not est_pret(version)
    assert ecart(version) == []


# --- Des écritures au hasard ---------------------------------------------------------------------------------


def un(requete, n):
    """Un objet parmi d'autres, choisi par un nombre."""
    objets = list(requete.order_by("pk"))
    return objets[n % len(objets)] if objets else None


def element(version, n):
    modele = (Priorite, Objectif, Moyen, IndicateurPlan)[n % 4]
    return un(modele.objects.filter(**{modele.CHEMIN_VERSION: version}), n // 4)


def ajouter(version, par, n):
    parent = element(version, n)
    enfants = {
        Priorite: lambda: Objectif(priorite=parent, titre=f"Objectif {n}"),
        Objectif: lambda: Moyen(objectif=parent, description=f"Moyen {n}"),
        Moyen: lambda: IndicateurPlan(moyen=parent, nom=f"Indicateur {n}", cible=Decimal(n) / 4),
        IndicateurPlan: lambda: Priorite(version=version, titre=f"Priorité {n}"),
    }
    enfants[type(parent)]().ajouter(par=par)


def enregistrer(version, par, n):
    carte = element(version, n)

    def relations():
        if hasattr(carte, "territoires"):
            carte.territoires.set(Territoire.objects.all()[: n % 3])

    carte.enregistrer(par=par, revision=carte.revision, relations=relations)


def enregistrer_une_section(version, par, n):
    section = un(version.sections, n)
    section.enregistrer(par=par, revision=section.revision, texte=f"<p>Texte {n}</p>", terminee=bool(n % 2))


DU_PLAN = {
    "section": enregistrer_une_section,
    "ajouter": ajouter,
    "enregistrer": enregistrer,
    "deplacer": lambda v, par, n: element(v, n).deplacer(1 if n % 2 else -1, par=par),
    "dupliquer": lambda v, par, n: element(v, n).dupliquer(par=par),
    "supprimer": lambda v, par, n: element(v, n).supprimer(par=par),
    "retablir": lambda v, par, n: element(v, n).retablir(par=par),
}


def sauver(objet, **champs):
    if objet is None:
        return
    for nom, valeur in champs.items():
        setattr(objet, nom, valeur)
    objet.save()


def effacer(objet):
    if objet is not None:
        objet.delete()


SANS_GESTE = {
    "section sauvée": lambda v, par, n: sauver(un(SectionPlan.objects, n), texte=f"<p>Direct {n}</p>"),
    "carte sauvée": lambda v, par, n: element(v, n).save(),
    "collaborateur ajouté": lambda v, par, n: Collaborateur.objects.create(
        moyen=un(Moyen.objects, n), nom=f"C{n}"
    ),
    "collaborateur effacé": lambda v, par, n: effacer(un(Collaborateur.objects, n)),
    "contact": lambda v, par, n: sauver(un(Contact.objects, n), nom=f"Personne {n}"),
    "contact effacé": lambda v, par, n: effacer(un(Contact.objects, n)),
    "siège": lambda v, par, n: sauver(un(Siege.objects, n), prevus=n + 2, pourvus=n % 3),
    "siège effacé": lambda v, par, n: effacer(un(Siege.objects, n)),
    "participation": lambda v, par, n: sauver(
        un(ParticipationPersonnes.objects, n), personnes=n, etapes=["plan"]
    ),
    "partie": lambda v, par, n: sauver(un(PartieAlliance.objects, n), qualite="cosignataire"),
    "circuit": lambda v, par, n: sauver(un(CircuitDecision.objects, n), nom=f"Circuit {n}"),
    "instance": lambda v, par, n: sauver(un(InstanceGouvernance.objects, n), nom=f"Comité {n}"),
    "profil": lambda v, par, n: sauver(v.plan.alliance.profil_gouvernance, part_regionale=Decimal(n % 100)),
    "organisme": lambda v, par, n: sauver(un(Organisme.objects, n), nom=f"Organisme {n}"),
    "alliance": lambda v, par, n: sauver(Alliance.objects.get(pk=v.plan.alliance_id), nom=f"Alliance {n}"),
    "échéance": lambda v, par, n: sauver(v.plan, echeance=date(2025, 1 + n % 12, 1)),
}
ECRITURES = DU_PLAN | SANS_GESTE
suites = st.lists(st.tuples(st.sampled_from(sorted(ECRITURES)), st.integers(0, 60)), min_size=1, max_size=10)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suite=suites)
def test_apres_toute_suite_d_ecritures_le_contenu_est_celui_des_tables(version, agente, suite):
    with transaction.atomic():
        for nom, n in suite:
            try:
                with transaction.atomic():
                    ECRITURES[nom](fabriques.relire(version), agente, n)
            except ErreurDuDomaine:
                continue
            assert ecart(version) == [], nom
        transaction.set_rollback(True)


def test_chaque_chemin_d_ecriture_garde_le_contenu_juste(version, agente):
    for nom, ecrire in ECRITURES.items():
        for n in range(4):
            with transaction.atomic():
                ecrire(fabriques.relire(version), agente, n)
                assert ecart(version) == [], nom
                assert est_pret(version) or nom in SANS_GESTE, nom
                transaction.set_rollback(True)


# --- Le cadre et l'Alliance ----------------------------------------------------------------------------------


def test_charger_la_reference_change_les_territoires_et_le_contenu_le_sait(version):
    charger(lire_reference())
    assert ecart(version) == []
    contenu = fabriques.relire(version).contenu()
    assert len(contenu["alliance"]["territoires"]) == 8
    assert len(contenu["thematiques"]) > 5


def test_enregistrer_une_alliance_ne_fait_jamais_reculer_sa_revision(cadre):
    a_l_ecran = Alliance.objects.get(pk=cadre.bsl.pk)
    Contact.objects.filter(alliance=cadre.bsl).first().save()
    vraie = Alliance.objects.get(pk=cadre.bsl.pk).revision
    a_l_ecran.nom = "Autre nom"
    a_l_ecran.save()
    assert a_l_ecran.revision == Alliance.objects.get(pk=cadre.bsl.pk).revision == vraie + 1
    a_l_ecran.save(update_fields=["nom"])
    assert a_l_ecran.revision == vraie + 2


def test_les_gestes_de_la_fiche_avancent_la_revision(cadre, version, agente):
    instance = cadre.bsl.instances.get()
    secteur = SecteurActeur.objects.first()
    siege = Siege(instance_gouvernance=instance, secteur=secteur, libelle="Un siège de plus", prevus=1)
    gestes = (
        lambda: changements.ajouter(siege, par=agente),
        lambda: changements.modifier(siege, par=agente, vu=changements.repere(siege)),
        lambda: changements.retirer(siege, par=agente),
    )
    for geste in gestes:
        geste()
        assert ecart(version) == []


def test_la_lecture_ne_rebatit_pas_ce_qui_est_a_jour(version, django_assert_max_num_queries):
    version = fabriques.relire(version)
    with django_assert_max_num_queries(1):  # le nom de la Table, seulement si elle a adopté
        version.contenu()


def test_un_objet_garde_en_memoire_ne_rend_pas_un_contenu_depasse(version, agente):
    version.priorites.get().dupliquer(par=agente)
    source = fabriques.version_adoptee(Alliance.objects.get(slug="lanaudiere"))
    assert source.contenu()["sections"]
    version = fabriques.relire(version)
    version.marquer()
    version.sections.filter(code="1a").update(texte="<p>Tout frais</p>")
    assert version.contenu()["sections"][0]["texte"] == "<p>Tout frais</p>"
    version.rafraichir()
    assert version.contenu() == fabriques.relire(version).contenu()


@pytest.mark.parametrize(
    "valeur, mot",
    [
        (None, None),
        ("52", "52"),
        ("52.50", "52.5"),
        ("100", "100"),
        ("-0.00", "0"),
        ("1E+3", "1000"),
        ("-3.10", "-3.1"),
    ],
)
def test_un_nombre_s_ecrit_sans_zeros_inutiles(valeur, mot):
    assert _nombre(valeur and Decimal(valeur)) == mot


def test_le_contenu_sans_contact_ni_profil_se_lit_quand_meme(cadre, agente):
    cadre.bsl.contacts.all().delete()
    cadre.bsl.profil_gouvernance.delete()
    contenu = fabriques.relire(fabriques.plan_ouvert(cadre.bsl)).contenu()
    assert contenu["contact"] == {"nom": "", "fonction": "", "courriel": "", "telephone": ""}
    assert (contenu["gouvernance"]["gestion"], len(contenu["gouvernance"]["circuits"])) == ("", 1)
    assert contenu["alliance"]["fiduciaire"] == ""


def test_l_adoption_par_vote_s_imprime_avec_sa_precision(cadre, version, agente):
    adoptee = version.adopter(
        par=agente, adoptee_le=date(2025, 2, 1), resolution="7", mode="vote", detail="18 pour, 2 contre"
    )
    acte = adoptee.contenu()["approbations"][0]
    assert (acte["texte"], acte["reference"], acte["le"]) == (
        "Par vote. 18 pour, 2 contre",
        "Résolution 7",
        "2025-02-01",
    )


def test_le_contenu_range_les_territoires_par_nom_et_nomme_tous_les_secteurs(cadre, agente):
    Territoire.objects.filter(code="07").update(nom="Zec du nord")
    Territoire.objects.filter(code="08").update(nom="Érable")
    SecteurActeur.objects.create(code="diversite", nom="Communautés culturelles", attendu_au_plan=False)
    contenu = fabriques.plan_ouvert(cadre.bsl).batir_contenu()
    noms = [territoire["nom"] for territoire in contenu["alliance"]["territoires"]]
    assert noms.index("Érable") < noms.index("Zec du nord")
    attendus = {secteur["code"]: secteur["attendu"] for secteur in contenu["secteurs"]}
    assert (attendus["diversite"], attendus["vecu"], attendus["sante"]) == (False, False, True)


def test_un_contenu_relu_est_le_meme_objet_et_aucune_page_ne_le_modifie(version, agente, analyste, client_de):
    assert fabriques.relire(version).contenu_courant is fabriques.relire(version).contenu_courant
    deposee = fabriques.version_deposee(Alliance.objects.get(slug="lanaudiere"))
    textes = [*_textes(version, "contenu_courant"), *_textes(deposee.instantanes.last(), "contenu")]
    pages = [
        f"plans:{nom}" for nom in ("tableau", "priorites", "verification", "lecture", "depot", "adoption")
    ]
    for page in pages:
        assert client_de(agente).get(reverse(page, args=[version.pk])).status_code == 200
    ministere = client_de(fabriques.personne("mess"))
    for page in ("plans:examen", "plans:lecture", "plans:controle"):
        assert ministere.get(reverse(page, args=[deposee.pk])).status_code == 200
    for texte in textes:
        assert lire(texte) == json.loads(texte)


def _textes(objet, champ):
    """Le texte que la base garde de ce champ, tel que le champ le lit."""
    modele = type(objet)
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT {champ} FROM {modele._meta.db_table} WHERE id = %s",
            [objet.pk],
        )
        [(texte,)] = curseur.fetchall()
    return [texte if isinstance(texte, str) else json.dumps(texte)]
