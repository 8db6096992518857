"""Deux parties, deux mains : jamais la même personne morale des deux côtés, ni qui a déclaré un conflit d'intérêts."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from alliances.models import Organisme
from conventions.models import Convention, PartieConvention
from conventions.models.beneficiaires import QUI_RECOIT
from projets.models import Initiative
from projets.models.reponses import envoyer
from projets.permissions import ou_peut
from projets.protocoles.models import Protocole
from projets.protocoles.permissions import peut, peut_payer, peut_repondre
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
RENDRE = ("annuler-tranche", "clore-protocole", "resilier-protocole")


def recoit(convention, organisme):
    parties = PartieConvention.objects.filter(convention=convention, role__in=QUI_RECOIT)
    parties.update(organisme=organisme)


# --- La même personne morale des deux côtés ---------------------------------------------------------------


def test_le_fiduciaire_qui_porte_l_initiative_ne_signe_pas_avec_lui_meme(acceptee, agente):
    recoit(acceptee.affectations.first().enveloppe.convention, acceptee.organisme)
    with pytest.raises(TransitionInterdite, match="signerait aussi pour l’Alliance"):
        f.transmis(acceptee, agente)


def test_devenu_fiduciaire_apres_la_transmission_le_porteur_ne_signe_plus(transmis, signataire):
    recoit(transmis.convention, transmis.initiative.organisme)
    with pytest.raises(TransitionInterdite, match="la même partie"):
        f.signer(f.relire(transmis), "alliance", signataire)


def test_la_mrc_cosignataire_qui_porte_laisse_signer_qui_recoit_l_argent(
    prete_a_decider, agente, signataire, enveloppes
):
    enveloppe = enveloppes["La Matapédia"]
    mrc = Organisme.objects.create(
        nom="MRC de La Matapédia", forme="municipal", territoire=enveloppe.territoire, neq="8812345678"
    )
    Initiative.objects.filter(pk=prete_a_decider.pk).update(organisme=mrc)
    PartieConvention.objects.create(
        convention=enveloppe.convention, organisme=mrc, role="cosignataire", signe=False
    )
    prendre(p.relire(prete_a_decider), signataire, affectations={enveloppe: D(6000)}, ecart="Un premier pas.")
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    transmis = f.relire(f.transmis(p.relire(prete_a_decider), agente))
    assert transmis.partenaire() not in (None, mrc)
    scelle = transmis.instantane().contenu
    assert scelle["partenaire"] != scelle["organisme"]


# --- Un conflit d'intérêts déclaré ------------------------------------------------------------------------


def en_conflit(personne, initiative):
    fabriques.mandater(personne, "evaluation", instance_gouvernance=initiative.etapes.last().instance)
    initiative.declarations.create(
        personne=personne, conflit=True, precision="Ma sœur y travaille.", le=timezone.now()
    )
    return Utilisateur.objects.get(pk=personne.pk)


def test_qui_a_declare_un_conflit_ne_signe_ni_ne_refuse_pour_l_alliance(transmis, signataire):
    assert peut_repondre(signataire, "alliance", transmis) is None
    liee = en_conflit(signataire, transmis.initiative)
    relu = f.relire(transmis)
    assert "conflit" in str(peut_repondre(liee, "alliance", relu))
    with pytest.raises(TransitionInterdite, match="conflit"):
        f.signer(relu, "alliance", liee)
    with pytest.raises(TransitionInterdite, match="conflit"):
        relu.refuser("alliance", par=liee, motif="Non.")
    assert not transmis.signatures.exists()


def test_qui_a_declare_un_conflit_ne_paie_pas(signe, lectrice):
    tranche = signe.tranches.get(rang=1)
    assert peut_payer(lectrice, "payer", tranche) is None
    liee = en_conflit(lectrice, signe.initiative)
    assert "conflit" in str(peut_payer(liee, "payer", f.relire(signe).tranches.get(rang=1)))


# --- Ce qui se signe est ce qui est scellé ----------------------------------------------------------------


def test_la_partie_qui_signe_pour_l_alliance_a_change_depuis_la_transmission(transmis, signataire):
    recoit(transmis.convention, Organisme.objects.create(nom="Une autre fiduciaire", neq="1140000777"))
    with pytest.raises(TransitionInterdite, match="la même partie"):
        f.signer(f.relire(transmis), "alliance", signataire)


def test_une_convention_raccourcie_depuis_la_transmission_arrete_la_signature(transmis, signataire):
    Convention.objects.filter(pk=transmis.convention.pk).update(
        fin=date(2026, 12, 1), fin_realisation=date(2026, 12, 1)
    )
    with pytest.raises(TransitionInterdite, match="ne vont pas au-delà"):
        f.signer(f.relire(transmis), "alliance", signataire)


def test_un_protocole_ne_se_signe_pas_apres_sa_fin(transmis, signataire):
    hier = aujourd_hui() - timedelta(days=1)
    Protocole.objects.filter(pk=transmis.pk).update(fin=hier)
    with pytest.raises(TransitionInterdite, match="ne se signe plus après"):
        f.signer(f.relire(transmis), "alliance", signataire)


# --- L'argent d'une enveloppe où le territoire ne puise pas -------------------------------------------------


@pytest.fixture
def locale(acceptee, agente, signataire, equipe, enveloppes):
    """Locale, d'une seule MRC, payée aussi par « Projets régionaux » : signée."""
    acceptee.territoires.set([enveloppes["La Matapédia"].territoire])
    Initiative.objects.filter(pk=acceptee.pk).update(palier="local")
    return f.signe(f.relire(f.transmis(p.relire(acceptee), agente)), signataire, equipe[1])


@pytest.mark.parametrize("geste", RENDRE)
def test_un_territoire_ne_rend_pas_l_argent_de_la_table(locale, signataire, enveloppes, geste):
    du_territoire = fabriques.personne("sign_territoire", enveloppes["La Matapédia"].territoire)
    assert peut(du_territoire, "suspendre-protocole", locale) is None
    assert "ne puise pas" in str(peut(du_territoire, geste, locale))
    permises = Initiative.objects.filter(pk=locale.initiative_id)
    assert not permises.filter(ou_peut(du_territoire, geste)).exists()
    assert peut(signataire, geste, locale) is None
    assert permises.filter(ou_peut(signataire, geste)).exists()
