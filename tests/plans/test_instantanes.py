"""L'instantané : scellé par son empreinte, jamais réécrit, le même sur les deux moteurs."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from alliances.plans.models import Instantane
from alliances.plans.models.instantanes import empreinte_de, forme_canonique
from socle.erreurs import EcritureImmuable
from socle.models import Document
from tests import fabriques
from tests.outils.immuables import sans_declencheurs
from tests.outils.partage import partagee
from tests.plans.exemples import contenu_exemple


@partagee
def deposee(cadre, agente, signataire, direction, approbation):
    return fabriques.version_deposee(cadre.bsl)


@partagee
def instantane(deposee):
    return deposee.instantanes.get()


@pytest.mark.parametrize(
    "geste",
    [
        lambda i: i.save(),
        lambda i: i.save(update_fields=["motif"]),
        lambda i: i.delete(),
        lambda i: Instantane.objects.update(motif="x"),
        lambda i: Instantane.objects.all().delete(),
        lambda i: i.version.instantanes.filter(pk=i.pk).update(motif="x"),
        lambda i: Instantane.objects.bulk_update([i], ["motif"]),
        lambda i: Instantane.objects.update_or_create(pk=i.pk, defaults={"motif": "x"}),
    ],
)
def test_un_instantane_ne_se_modifie_ni_ne_s_efface(instantane, geste):
    with pytest.raises(EcritureImmuable), transaction.atomic():
        geste(instantane)
    assert Instantane.objects.get().est_intact()


@pytest.mark.parametrize("sql", ["UPDATE plans_instantane SET motif = 'x'", "DELETE FROM plans_instantane"])
def test_la_base_refuse_de_le_reecrire_meme_en_sql(instantane, sql):
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_un_contenu_falsifie_malgre_la_base_ne_correspond_plus_a_son_empreinte(cadre):
    instantane = fabriques.version_deposee(cadre.bsl).instantanes.get()
    assert instantane.est_intact()
    faux = instantane.contenu | {"echeance": "2030-01-01"}
    with sans_declencheurs(), connection.cursor() as curseur:
        curseur.execute("UPDATE plans_instantane SET contenu = %s", [json.dumps(faux)])
    assert not Instantane.objects.get().est_intact()


def test_l_empreinte_ne_depend_ni_du_moteur_ni_de_l_ordre_des_cles():
    contenu = contenu_exemple()
    a_l_envers = dict(reversed(list(json.loads(json.dumps(contenu)).items())))
    assert empreinte_de(contenu) == empreinte_de(a_l_envers)
    assert forme_canonique({"b": "é’«", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"é’«"}'.encode()
    assert empreinte_de({"a": "é"}) == "b3a092a6af48807fa9482b2ee140105575daa26d5b24b3c0e60a7e2dee6683b1"


def test_l_empreinte_survit_a_un_aller_retour_dans_la_base(instantane):
    contenu = contenu_exemple() | {"rang": 10**15, "texte": '𝄞 é\u00a0« » \\ " \n'}
    copie = Instantane(
        version=instantane.version,
        circonstance="depot",
        tour=9,
        le=instantane.le,
        par=instantane.par,
        contenu=contenu,
        empreinte=empreinte_de(contenu),
    )
    copie.save()
    relu = Instantane.objects.get(pk=copie.pk)
    assert relu.contenu == contenu
    assert relu.est_intact()


def test_ce_que_l_on_ecrit_apres_le_depot_ne_touche_pas_l_instantane(cadre, agente, instantane, deposee):
    deposee.retirer(par=deposee.deposee_par)
    avant = Instantane.objects.get().contenu
    version = fabriques.relire(deposee)
    version.priorites.get().supprimer(par=agente)
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Autre</p>")
    assert Instantane.objects.get().contenu == avant
    assert avant["version"]["etat"] == "deposee"
    assert avant["approbations"][-1]["acte"] == "Dépôt"


def test_l_avis_et_la_decision_scellent_le_contenu_du_depot(
    cadre, agente, signataire, direction, approbation
):
    version = fabriques.version_approuvee(cadre.bsl)
    depot, avis, decision = version.instantanes.all()
    assert [i.circonstance for i in (depot, avis, decision)] == ["depot", "avis", "decision"]
    for plus_tard in (avis, decision):
        assert plus_tard.contenu["sections"] == depot.contenu["sections"]
        assert plus_tard.contenu["priorites"] == depot.contenu["priorites"]
    assert [a["acte"] for a in decision.contenu["approbations"]] == [
        "Adoption par la Table",
        "Dépôt",
        "Avis",
        "Décision",
    ]
    assert decision.contenu["version"]["approuvee_le"]
    assert depot.contenu["version"]["approuvee_le"] is None
    assert str(depot) == "Alliance – Bas-Saint-Laurent, version 1 – Dépôt"


def test_seuls_le_depot_et_la_decision_ont_un_document(cadre, agente, signataire, direction, approbation):
    version = fabriques.version_approuvee(cadre.bsl)
    documents = {i.circonstance: i.document for i in version.instantanes.all()}
    assert documents["avis"] is None
    assert documents["depot"].nom == "plan-bas-saint-laurent-v1-depot-1.pdf"
    assert documents["decision"].nom == "plan-bas-saint-laurent-v1-decision-1.pdf"
    assert documents["depot"].cle != documents["decision"].cle
    assert not documents["depot"].est_pret


def test_deux_instantanes_du_meme_contenu_partagent_leur_document(deposee, instantane):
    version = fabriques.relire(deposee)
    jumeau = version.prendre_instantane("depot", par=instantane.par, le=instantane.le)
    assert jumeau.empreinte == instantane.empreinte
    assert jumeau.document == instantane.document
    assert Document.objects.count() == 1


def test_le_document_change_avec_ce_a_quoi_il_se_compare(deposee, instantane, monkeypatch):
    """Le même texte, comparé à une autre version en vigueur, a une autre annexe : un autre document."""
    version = fabriques.relire(deposee)
    monkeypatch.setattr(type(version), "decision_en_vigueur_au_depart", lambda self: instantane)
    autre = version.prendre_instantane("depot", par=instantane.par, le=instantane.le)
    assert (autre.empreinte, autre.precedent) == (instantane.empreinte, instantane)
    assert autre.document != instantane.document
