"""Les clauses de l'Alliance : une liste fermée de fentes, une approbation, puis plus rien n'y change."""

import pytest
from django.db import DatabaseError, transaction

from alliances.models import JournalAlliance
from projets.protocoles.canevas import USUELLES
from projets.protocoles.models import Clause, ClausesAlliance
from projets.protocoles.regles.fentes import FENTES, fautes_de_fentes, remplir
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests.projets.protocoles.fabriques import clauses_approuvees

pytestmark = pytest.mark.django_db
TEXTES = [("L’objet", "L’Alliance verse {montant} à {organisme}.")]


def test_une_alliance_sans_clauses_part_des_usuelles(cadre, agente):
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    assert (ouvertes.version, ouvertes.clauses.count()) == (1, len(USUELLES))


def test_les_clauses_usuelles_n_ont_que_des_fentes_connues():
    assert [faute for titre, texte in USUELLES for faute in fautes_de_fentes(titre + texte)] == []
    employees = {nom for nom in FENTES if any(f"{{{nom}}}" in texte for _, texte in USUELLES)}
    assert employees == set(FENTES)


def test_une_fente_inconnue_est_refusee_avec_la_liste(cadre, agente):
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    with pytest.raises(TransitionInterdite, match=r"{date}.*{montant}"):
        ouvertes.ecrire([("L’objet", "Le {date}.")], par=agente, revision=1)
    with pytest.raises(TransitionInterdite, match="accolade"):
        ouvertes.ecrire([("L’objet", "Le {montant.")], par=agente, revision=1)
    assert ouvertes.clauses.count() == len(USUELLES)


def test_ce_qui_remplit_une_fente_n_est_pas_relu():
    assert remplir("{organisme} reçoit {montant}.", {"organisme": "{montant}", "montant": "3 $"}) == (
        "{montant} reçoit 3 $."
    )


def test_deux_mains_sur_les_clauses_la_seconde_l_apprend(cadre, agente):
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    ouvertes.ecrire(TEXTES, par=agente, revision=1)
    with pytest.raises(VersionPerimee):
        ouvertes.ecrire([("Autre", "Chose.")], par=agente, revision=1)
    with pytest.raises(VersionPerimee):
        ouvertes.approuver(par=agente, revision=1)
    assert [c.titre for c in ouvertes.clauses.all()] == ["L’objet"]


def test_une_seule_version_attend_d_etre_approuvee(cadre, agente):
    ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    with pytest.raises(TransitionInterdite, match="attend déjà"):
        ClausesAlliance.ouvrir(cadre.bsl, par=agente)


def test_approuvees_les_clauses_ne_changent_plus_et_la_suivante_en_est_la_copie(cadre, agente, signataire):
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    ouvertes.ecrire(TEXTES, par=agente, revision=1)
    approuvees = ouvertes.approuver(par=signataire, revision=2)
    with pytest.raises(TransitionInterdite, match="ne changent plus"):
        approuvees.ecrire(TEXTES, par=agente, revision=2)
    suivante = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    assert [(c.titre, c.texte) for c in suivante.clauses.all()] == TEXTES
    assert ClausesAlliance.objects.en_vigueur(cadre.bsl) == approuvees
    lignes = JournalAlliance.objects.filter(geste="approuver-clauses")
    assert [(ligne.role, ligne.alliance_id) for ligne in lignes] == [("signature", cadre.bsl.pk)]


@pytest.mark.parametrize(
    "ecriture",
    [
        lambda c: Clause.objects.filter(clauses=c).update(texte="Autre."),
        lambda c: Clause.objects.filter(clauses=c)._raw_delete("default"),
        lambda c: Clause.objects.create(clauses=c, rang=99, titre="Un", texte="De plus."),
        lambda c: ClausesAlliance.objects.filter(pk=c.pk).update(version=8),
    ],
    ids=["texte", "efface", "ajoute", "version"],
)
def test_la_base_refuse_de_changer_des_clauses_approuvees(cadre, signataire, ecriture):
    approuvees = clauses_approuvees(cadre.bsl, signataire)
    with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
        ecriture(approuvees)
    assert approuvees.clauses.count() == len(USUELLES)


def test_les_clauses_se_lisent_de_la_table_et_l_etat_lit_les_approuvees(
    cadre, agente, etrangere, mess, equipe
):
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    lues = ClausesAlliance.objects.visibles_par
    assert [lues(qui).count() for qui in (agente, etrangere, mess, equipe[1])] == [1, 0, 0, 0]
    ouvertes.approuver(par=agente, revision=1)
    assert lues(mess).count() == 1
