"""Un exercice se ferme en nommant ce que des organismes lui doivent; ce qu'ils rendent va à l'exercice suivant."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse

from conventions.models import Convention, Ecriture, JournalConvention, Solde
from conventions.models.clotures import clore, dettes_de, empechements_a_clore
from conventions.models.sorties import SaisieRefusee
from projets.protocoles.models import LigneDeReleve, Remboursement
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import a_l_instant, aujourd_hui, maintenant
from tests import fabriques
from tests.conventions.verite import grand_livre_vrai
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import rendre
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(signe, lectrice, signataire):
    """De 8 400,00 $ versés de La Matapédia, 2026-2027, l'organisme doit 2 000,00 $; un exercice suit."""
    convention = signe.convention
    convention.exercices.create(an=2027, montant=D("1000000"))
    Ecriture.allouer(convention, par=signataire)
    paiement = f.payer(signe.tranches.get(rang=1), lectrice)
    du = {paiement.tranche.affectation_id: D("2000")}
    f.relire(signe).resilier(par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer=du)
    return relue()


def relue():
    """Telle que la lirait une autre page, un autre jour."""
    lignes = LigneDeReleve.objects.select_related(
        "protocole__initiative", "affectation__enveloppe__convention"
    )
    return lignes.get(a_recuperer__gt=0)


@pytest.fixture
def mess(signe):
    return fabriques.personne("mess")


def exercice(ligne):
    return ligne.enveloppe.convention.exercices.select_related("convention").get(an=ligne.enveloppe.an)


def apres_l_exercice(ligne):
    return a_l_instant(maintenant() + (ligne.enveloppe.exercice.fin - aujourd_hui()) + timedelta(days=2))


def clos(ligne, mess):
    with apres_l_exercice(ligne):
        clore(exercice(ligne), par=mess)
    return relue()


def test_clore_l_exercice_nomme_chaque_dette_et_le_journal_la_garde(due, mess, client_de):
    ((phrase, montant, s_inscrira),) = dettes_de(exercice(due))
    assert "doit encore 2\xa0000,00\xa0$" in phrase
    assert (montant, s_inscrira) == (D("2000"), True)
    an = due.enveloppe.an
    with apres_l_exercice(due):
        url = reverse("conventions:exercice_cloture", args=[due.enveloppe.convention_id, an])
        page = client_de(mess).get(url)
        assert_html_accessible(page)
        assert "doit encore 2\xa0000,00\xa0$" in page.text
        assert f"s’inscrira à l’exercice {an + 1}" in page.text
        clore(exercice(due), par=mess)
    ligne = JournalConvention.objects.filter(geste="clore-exercice").get()
    assert ligne.apres["à récupérer d’organismes"] == "2\xa0000,00\xa0$"


def test_ce_qui_est_rendu_apres_la_cloture_va_a_l_exercice_suivant(due, mess, lectrice, client_de):
    origine = due.enveloppe
    ferme = clos(due, mess)
    avant = Solde.objects.get(pk=origine.pk)
    page = client_de(lectrice).get(reverse("protocoles:remboursement_ajout", args=[ferme.pk]))
    assert_html_accessible(page)
    assert "est clos\xa0: la somme redevient disponible" in page.text
    rendu = rendre(ferme, lectrice, "1500")
    apres, suivante = Solde.objects.get(pk=origine.pk), origine.homologue(origine.an + 1)
    assert (apres.verse, apres.disponible) == (avant.verse - 1500, avant.disponible)
    assert Solde.objects.get(pk=suivante.pk).disponible == D("1500")
    motifs = set(Ecriture.objects.filter(mouvement=rendu.ecriture.mouvement).values_list("motif", flat=True))
    assert "La Matapédia" in motifs.pop()
    assert not motifs
    assert relue().reste() == 500
    argent_des_protocoles_vrai(origine.convention)
    grand_livre_vrai()


def test_un_cheque_sans_provision_se_defait_par_le_meme_chemin(due, mess, lectrice):
    origine = due.enveloppe
    rendu = rendre(clos(due, mess), lectrice, "1500")
    autre = fabriques.personne("finances", due.protocole.initiative.alliance)
    Remboursement.objects.lues().get(pk=rendu.pk).contrepasser(par=autre, motif="Sans provision.")
    assert Solde.objects.get(pk=origine.homologue(origine.an + 1).pk).disponible == 0
    assert relue().reste() == 2000
    argent_des_protocoles_vrai(origine.convention)


def test_sans_exercice_suivant_ouvert_l_exercice_ne_se_ferme_pas_sur_une_dette(due, mess, agente):
    convention = due.enveloppe.convention
    convention.exercices.filter(an__gt=due.enveloppe.an).update(clos_le=aujourd_hui(), clos_par=agente)
    with apres_l_exercice(due):
        assert "récupérez-la ou radiez-la d’abord" in " ".join(empechements_a_clore(exercice(due)))
        with pytest.raises(TransitionInterdite, match="radiez-la"):
            clore(exercice(due), par=mess)


def test_tous_les_exercices_clos_rien_ne_se_rend(due, agente, lectrice):
    due.enveloppe.convention.exercices.update(clos_le=aujourd_hui(), clos_par=agente)
    with pytest.raises(SaisieRefusee, match="est clos"):
        rendre(relue(), lectrice, "1500")


def test_un_exercice_clos_ne_recoit_rien_d_autre(due, mess, lectrice):
    ferme = clos(due, mess)
    enveloppe, convention = ferme.enveloppe, Convention.objects.get(pk=ferme.enveloppe.convention_id)
    suivante = enveloppe.homologue(enveloppe.an + 1)
    for lignes in (
        [(enveloppe, "verse", D(-10))],
        [(enveloppe, "verse", D(-10)), (enveloppe, "alloue", D(-5)), (suivante, "alloue", D(5))],
        [(enveloppe, "alloue", D(-10)), (suivante, "alloue", D(10))],
    ):
        with pytest.raises(TransitionInterdite, match="est clos"):
            Ecriture.passer(convention, lignes, nature="recuperation", par=lectrice, objet="x", motif="x")
