"""Les cartes du plan : leur rang, leur double, leur corbeille, et deux personnes sur la même."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliances.plans.models import IndicateurPlan, Moyen, Objectif, Priorite
from alliances.plans.models.elements import DELAI_D_ANNULATION
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests import fabriques
from tests.outils.partage import partagee

ENTETES = ("titre", "titre", "description", "nom")


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl, par=agente)


@partagee
def priorite(version):
    return version.priorites.get()


@partagee
def moyen(priorite):
    return priorite.objectifs.get().moyens.get()


@partagee
def etages(moyen):
    """Un élément de chaque étage, de la priorité à l'indicateur."""
    return [moyen.objectif.priorite, moyen.objectif, moyen, moyen.indicateurs.get()]


def relire(element):
    return type(element).objects.get(pk=element.pk)


def titres(version):
    return [p["titre"] for p in fabriques.relire(version).contenu()["priorites"]]


@partagee
def trois(version, agente):
    """Trois priorités : A, B, C."""
    version.priorites.all().get().supprimer(par=agente)
    for titre in "ABC":
        fabriques.ajouter_priorite(version, agente, titre=titre)
    return version


# --- Le rang et le numéro -----------------------------------------------------------------------------------


def test_les_numeros_suivent_le_rang_a_chaque_etage(trois, agente):
    premiere = trois.priorites.get(titre="A")
    objectif = Objectif(priorite=premiere, titre="Second").ajouter(par=agente)
    Moyen(objectif=objectif, description="Un moyen").ajouter(par=agente)
    contenu = fabriques.relire(trois).contenu()["priorites"]
    assert [p["numero"] for p in contenu] == ["1", "2", "3"]
    second = contenu[0]["objectifs"][1]
    assert (second["numero"], second["moyens"][0]["numero"]) == ("1.2", "1.2.1")
    assert contenu[2]["objectifs"][0]["moyens"][0]["indicateurs"][0]["numero"] == "3.1.1.1"


@pytest.mark.parametrize(
    "titre, sens, ordre",
    [("A", -1, "ABC"), ("A", 1, "BAC"), ("B", -1, "BAC"), ("B", 1, "ACB"), ("C", 1, "ABC"), ("C", -1, "ACB")],
)
def test_un_element_monte_ou_descend_d_un_cran_et_s_arrete_au_bout(trois, agente, titre, sens, ordre):
    trois.priorites.get(titre=titre).deplacer(sens, par=agente)
    assert "".join(titres(trois)) == ordre


def test_deplacer_un_element_supprime_ne_fait_rien(trois, agente):
    element = trois.priorites.get(titre="B")
    element.supprimer(par=agente)
    element.deplacer(1, par=agente)
    assert "".join(titres(trois)) == "AC"


def test_une_suppression_laisse_un_trou_que_personne_ne_voit(trois, agente):
    trois.priorites.get(titre="B").supprimer(par=agente)
    fabriques.ajouter_priorite(trois, agente, titre="D")
    trois.priorites.get(titre="D").deplacer(-1, par=agente)
    assert "".join(titres(trois)) == "ADC"
    assert [p["numero"] for p in fabriques.relire(trois).contenu()["priorites"]] == ["1", "2", "3"]


# --- Le double ----------------------------------------------------------------------------------------------


def cles(noeud):
    """Toutes les clés d'une branche du contenu."""
    enfants = [e for nom in ("objectifs", "moyens", "indicateurs") for e in noeud.get(nom, [])]
    return {noeud["cle"]}.union(*(cles(enfant) for enfant in enfants))


def sans_reperes(noeud):
    """La même branche sans ce qui distingue un double."""
    return {
        nom: [sans_reperes(e) for e in valeur] if nom in ("objectifs", "moyens", "indicateurs") else valeur
        for nom, valeur in noeud.items()
        if nom not in ("id", "cle", "numero")
    }


def test_un_double_suit_l_original_avec_tout_ce_qu_il_porte_et_ses_propres_cles(trois, agente):
    trois.priorites.get(titre="A").dupliquer(par=agente)
    assert "".join(titres(trois)) == "AABC"
    original, double, *_ = fabriques.relire(trois).contenu()["priorites"]
    assert sans_reperes(original) == sans_reperes(double)
    assert len(cles(original)) == len(cles(double)) == 4
    assert not cles(original) & cles(double)
    assert double["objectifs"][0]["moyens"][0]["collaborateurs"][0]["secteur"] == "sante"


def test_le_double_part_de_ce_qui_est_enregistre_pas_de_l_ecran(version, priorite, agente):
    a_l_ecran = relire(priorite)
    priorite.titre = "Revue"
    priorite.enregistrer(par=agente, revision=priorite.revision)
    double = a_l_ecran.dupliquer(par=agente)
    assert (double.titre, double.modifie_par, double.revision) == ("Revue", agente, 1)
    assert timezone.now() - relire(double).modifie_le < timedelta(minutes=1)


def test_on_ne_double_ni_un_element_supprime_ni_celui_d_un_parent_supprime(priorite, moyen, agente):
    objectif = moyen.objectif
    objectif.supprimer(par=agente)
    for element in (objectif, moyen):
        with pytest.raises(VersionPerimee, match="supprimé"):
            element.dupliquer(par=agente)
    assert priorite.objectifs.count() == 1


# --- La corbeille -------------------------------------------------------------------------------------------


def test_la_suppression_compte_ce_qui_part_avec(priorite, moyen, agente):
    Objectif(priorite=priorite, titre="Second").ajouter(par=agente)
    IndicateurPlan(moyen=moyen, nom="Second").ajouter(par=agente)
    assert priorite.decompte_porte() == {"objectifs": 2, "moyens": 1, "indicateurs": 2}
    moyen.indicateurs.first().supprimer(par=agente)
    assert moyen.decompte_porte() == {"indicateurs": 1}
    moyen.supprimer(par=agente)
    assert priorite.decompte_porte() == {"objectifs": 2}
    assert moyen.indicateurs.get(supprime_le=None).decompte_porte() == {}


def test_supprimer_et_retablir_laissent_chacun_une_ligne(version, etages, agente):
    for element in etages:
        journal = version.journal.count()
        element.supprimer(par=agente)
        relire(element).supprimer(par=agente)
        element.retablir(par=agente)
        relire(element).retablir(par=agente)
        lignes = version.journal.order_by("pk").values_list("geste", "role", "objet")[journal:]
        assert list(lignes) == [
            (f"supprimer-{element.objet}", "coordination", str(element)),
            (f"retablir-{element.objet}", "coordination", str(element)),
        ]
        assert relire(element).supprime_par is None


def test_deux_personnes_qui_suppriment_ne_laissent_qu_une_ligne(version, priorite, agente):
    autre_ecran = relire(priorite)
    priorite.supprimer(par=agente)
    autre_ecran.supprimer(par=agente)
    assert version.journal.filter(geste="supprimer-priorite").count() == 1


@pytest.mark.parametrize("titre", "ABC")
def test_un_element_retabli_revient_a_sa_place(trois, agente, titre):
    element = trois.priorites.get(titre=titre)
    element.supprimer(par=agente)
    element.retablir(par=agente)
    assert "".join(titres(trois)) == "ABC"
    assert fabriques.relire(trois).contenu()["priorites"]["ABC".index(titre)]["objectifs"]


@pytest.mark.parametrize("ordre", ["AB", "BA"])
def test_deux_elements_supprimes_reviennent_chacun_a_sa_place(trois, agente, ordre):
    for titre in "AB":
        trois.priorites.get(titre=titre).supprimer(par=agente)
    for titre in ordre:
        trois.priorites.get(titre=titre).retablir(par=agente)
    assert "".join(titres(trois)) == "ABC"


def test_un_element_retabli_repousse_celui_qui_a_pris_sa_place(trois, agente):
    trois.priorites.get(titre="C").supprimer(par=agente)
    fabriques.ajouter_priorite(trois, agente, titre="D")
    trois.priorites.get(titre="C").retablir(par=agente)
    assert "".join(titres(trois)) == "ABCD"
    trois.priorites.get(titre="A").deplacer(1, par=agente)
    assert "".join(titres(trois)) == "BACD"


@pytest.mark.parametrize(
    "age, possible", [(DELAI_D_ANNULATION - timedelta(hours=1), True), (DELAI_D_ANNULATION, False)]
)
def test_trente_jours_pour_retablir(trois, agente, age, possible):
    element = trois.priorites.get(titre="B")
    element.supprimer(par=agente)
    Priorite.objects.filter(pk=element.pk).update(supprime_le=timezone.now() - age)
    assert Priorite.objects.a_retablir().filter(pk=element.pk).exists() is possible
    if possible:
        element.retablir(par=agente)
    else:
        with pytest.raises(TransitionInterdite, match="trente jours"):
            element.retablir(par=agente)
    assert ("B" in titres(trois)) is possible


def test_un_element_ne_se_retablit_pas_sous_un_parent_supprime(priorite, moyen, agente):
    moyen.supprimer(par=agente)
    priorite.supprimer(par=agente)
    assert not Moyen.objects.a_retablir().exists()
    with pytest.raises(TransitionInterdite, match="Rétablissez d’abord"):
        moyen.retablir(par=agente)
    priorite.retablir(par=agente)
    moyen.retablir(par=agente)
    assert Moyen.objects.presents().get() == moyen


def test_les_presents_excluent_ce_que_porte_un_element_supprime(etages, agente):
    etages[0].supprimer(par=agente)
    for modele in (Priorite, Objectif, Moyen, IndicateurPlan):
        assert not modele.objects.presents().exists()
    assert Objectif.objects.get().supprime_le is None


def test_on_n_ajoute_rien_sous_un_element_supprime(etages, agente):
    priorite, objectif, moyen, _ = etages
    priorite.supprimer(par=agente)
    for neuf in (
        Objectif(priorite=priorite, titre="x"),
        Moyen(objectif=objectif, description="x"),
        IndicateurPlan(moyen=moyen, nom="x"),
    ):
        with pytest.raises(TransitionInterdite, match="a supprimé ce qui devait porter"):
            neuf.ajouter(par=agente)
    assert [m.objects.count() for m in (Objectif, Moyen, IndicateurPlan)] == [1, 1, 1]


# --- Deux personnes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("etage", range(4))
def test_la_seconde_personne_ne_remplace_pas_la_premiere(version, etages, agente, etage):
    element, champ = etages[etage], ENTETES[etage]
    autre_ecran = relire(element)
    setattr(element, champ, "Premier")
    element.enregistrer(par=agente, revision=autre_ecran.revision)
    setattr(autre_ecran, champ, "Second")
    with pytest.raises(VersionPerimee, match="a modifié cet élément"):
        autre_ecran.enregistrer(par=agente, revision=autre_ecran.revision)
    assert getattr(relire(element), champ) == "Premier"
    assert relire(element).revision == 2


def test_enregistrer_un_element_supprime_est_refuse_et_rien_ne_revient(version, etages, agente):
    for element in reversed(etages):
        ecran = relire(element)
        element.supprimer(par=agente)
        with pytest.raises(VersionPerimee, match="a supprimé cet élément"):
            ecran.enregistrer(par=agente, revision=ecran.revision)
        assert relire(element).supprime_le


def test_enregistrer_sous_un_parent_supprime_est_refuse(etages, agente):
    etages[0].supprimer(par=agente)
    for element in etages[1:]:
        with pytest.raises(VersionPerimee, match="a supprimé cet élément"):
            element.enregistrer(par=agente, revision=element.revision)


def test_une_page_ouverte_avant_la_corbeille_ne_re_supprime_pas(priorite, agente):
    priorite.supprimer(par=agente)
    a_l_ecran = relire(priorite)
    priorite.retablir(par=agente)
    a_l_ecran.titre = "Revue"
    a_l_ecran.enregistrer(par=agente, revision=a_l_ecran.revision)
    assert (relire(priorite).supprime_le, relire(priorite).titre) == (None, "Revue")


def test_enregistrer_garde_le_rang_que_quelqu_un_vient_de_changer(trois, agente):
    a_l_ecran = trois.priorites.get(titre="A")
    trois.priorites.get(titre="A").deplacer(1, par=agente)
    a_l_ecran.titre = "A revue"
    a_l_ecran.enregistrer(par=agente, revision=a_l_ecran.revision)
    assert titres(trois) == ["B", "A revue", "C"]


def test_une_relation_qui_echoue_defait_tout_l_enregistrement(version, priorite, agente):
    class Panne(Exception):
        pass

    def panne():
        raise Panne

    priorite.titre = "À moitié"
    with pytest.raises(Panne):
        priorite.enregistrer(par=agente, revision=priorite.revision, relations=panne)
    assert relire(priorite).titre != "À moitié"
    assert relire(priorite).revision == 1


def test_une_reprise_modifiee_n_est_plus_une_reprise(priorite, agente):
    Priorite.objects.filter(pk=priorite.pk).update(repris_de="2018-2023, version 1")
    element = relire(priorite)
    element.enregistrer(par=agente, revision=element.revision)
    assert relire(priorite).repris_de == ""


# --- L'état de la version ------------------------------------------------------------------------------------


def test_hors_de_la_redaction_aucun_geste_ne_passe(cadre, agente, signataire):
    version = fabriques.version_deposee(cadre.bsl)
    avant, lignes = version.batir_contenu(), version.journal.count()
    element = version.priorites.get()
    supprime = Priorite(version=version, titre="x")
    for geste in (
        lambda: supprime.ajouter(par=agente),
        lambda: element.enregistrer(par=agente, revision=1),
        lambda: element.deplacer(1, par=agente),
        lambda: element.dupliquer(par=agente),
        lambda: element.supprimer(par=agente),
        lambda: element.retablir(par=agente),
    ):
        with pytest.raises(
            TransitionInterdite,
            match="Le plan est déposé\u00a0: le texte de cette version ne se modifie plus",
        ):
            geste()
    assert (version.batir_contenu(), version.journal.count()) == (avant, lignes)


def test_un_element_se_nomme_comme_son_ancre(etages):
    assert [e.objet for e in etages] == ["priorite", "objectif", "moyen", "indicateur"]
    indicateur = etages[3]
    assert [objet for objet, _ in indicateur.lignee()] == [
        "indicateur",
        "moyen",
        "objectif",
        "priorite",
        "section",
    ]
    assert [str(e) for e in etages] == [getattr(e, champ) for e, champ in zip(etages, ENTETES, strict=True)]
    assert str(etages[2].collaborateurs.get()) == "Direction de santé publique"
