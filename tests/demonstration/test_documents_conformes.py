"""La barrière des documents : chaque sorte, à chacun de ses états, est conforme à PDF/UA-1 et à PDF/A-2a.

La démonstration donne les cas; la file de travaux rend et range, comme en service; veraPDF juge le tout en un lot.
"""

import pytest
from django.conf import settings
from django.test.signals import template_rendered

from alliances.plans import travaux as des_plans
from alliances.plans.models import Instantane, VersionPlan
from conventions import travaux as des_conventions
from conventions.models import Avenant, Convention
from projets import travaux as des_projets
from projets.impression import pdf_de_la_reponse
from projets.models import Initiative
from projets.protocoles.etat_imprime import demander_l_etat
from projets.protocoles.impression import pdf_de_l_avenant, pdf_du_protocole, pdf_du_releve
from projets.protocoles.models import Protocole
from socle.documents import pdf as module_pdf
from socle.models import Document
from socle.texte.riche import montrer
from tests.conventions.avenants import signer_tout
from tests.outils import verapdf
from tests.outils.verapdf import VeraPdfIndisponible, fautes_du_lot
from tests.socle.test_pdf import page, rendre_nu

pytestmark = pytest.mark.verapdf  # un lot, une fois : voir le Makefile
GABARITS = settings.RACINE / "templates"
BROUILLONS = (
    "bas-saint-laurent",
    "chaudiere-appalaches",
)  # le second modifie un plan approuvé : il a l’annexe
SCELLES = {
    "mauricie": "depot",
    "montreal": "depot",
    "saguenay-lac-saint-jean": "decision",
    "centre-du-quebec": "decision",
}
PROJETS = ("kativik", "premieres-nations")
# Ce qu’une personne peut écrire, ou coller, de plus difficile à baliser.
TEXTE = """<h3><a href="https://a.example">Un lien</a> en titre</h3><p>Un <a href="https://b.example">lien
<strong>très <em>chargé</em></strong></a>, 𐌰, œ.</p><ul><li>a<ol><li>b</li></ol></li><li></li></ul>
<table><tr><td>Sans</td><td>rangée</td></tr></table><table><tr><td></td><td>b</td></tr><tr><td>c</td></tr></table>
<table><caption>Une tête seule</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody></tbody></table>"""
SIGNEES = ("bas-saint-laurent", "montreal", "eeyou-istchee", "chaudiere-appalaches")
# Une lettre où tout est dit.
REPONSE = {
    "numero": "INI-2024-01-0007",
    "titre": "Cuisines de rang",
    "organisme": "Maison de la famille de la Vallée",
    "adresse": "12, rue du Pont, Amqui",
    "a_l_attention": "Odile Castonval",
    "table": {"nom": "Table régionale du Bas-Saint-Laurent", "adresse": "1, rue de l’Évêché, Rimouski"},
    "appel": "Appel d’initiatives 2026-2028",
    "alliance": "Alliance du Bas-Saint-Laurent",
    "montants_fictifs": True,
    "le": "2026-07-03",
    "sens": "acceptee",
    "decision": "Acceptée",
    "instance": "Table régionale",
    "resolution": "2026-06-11",
    "prise_le": "2026-06-16",
    "demande": "59972.15",
    "montants": [{"enveloppe": "La Matapédia", "exercice": "2026-2027", "montant": "29986.08"}],
    "conditions": "Offrir le samedi.\nAucune preuve de revenu.",
    "raison": "Les fonds disponibles",
    "motif": "Une partie seulement.",
    "pour_le": "2026-08-31",
    "personne": {"nom": "Maude Rivestel", "courriel": "maude@exemple.quebec"},
    "signataire": {"nom": "Denis Lavoie", "qualite": "Signature"},
}
# Un protocole où tout est dit, à signer puis résilié.
CONTENU_DU_PROTOCOLE = {
    "alliance": {"nom": "Alliance du Bas-Saint-Laurent", "cycle": "2024-2029"},
    "numero": "INI-2024-01-0007",
    "titre": "Cuisines de rang",
    "resume": "Dans cinq villages, des familles cuisinent ensemble.\n\nElles repartent avec des repas.",
    "organisme": {
        "nom": "Maison de la famille de la Vallée",
        "adresse": "12, rue du Pont, Amqui",
        "identite": {"neq_fige": "1140000017"},
    },
    "partenaire": {"nom": "Table régionale", "adresse": "1, rue de l’Évêché, Rimouski", "identite": {}},
    "convention": "FQIS-2024-01",
    "montants_fictifs": True,
    "decision": {
        "instance": "Table régionale",
        "resolution": "2026-06-11",
        "prise_le": "2026-06-16",
        "conditions": "Offrir le samedi.\nAucune preuve de revenu.",
    },
    "debut": "2026-09-01",
    "fin": "2028-03-31",
    "rapport_final_le": "2028-04-30",
    "montant": "18000.01",
    "montants": [{"enveloppe": "La Matapédia", "exercice": "2026-2027", "montant": "18000.01"}],
    "tranches": [
        {
            "rang": rang,
            "montant": montant,
            "condition": condition,
            "rapport": "rapport" in condition,
            "prevue_le": le,
            "retenue": rang == 3,
        }
        for rang, montant, condition, le in (
            (1, "10000.00", "À la signature", "2026-09-01"),
            (2, "6000.01", "Après l’acceptation du rapport", "2027-06-10"),
            (3, "2000.00", "Après l’acceptation du rapport", "2028-04-30"),
        )
    ],
    "clauses": {
        "version": 2,
        "articles": [{"titre": "L’objet", "texte": "L’Alliance soutient.\nEn deux temps."}],
    },
}
SIGNEES_DU_PROTOCOLE = [
    {
        "cote": "Pour l’Alliance",
        "partie": "Table régionale",
        "nom": "Denis Lavoie",
        "fonction": "Présidence",
        "signee_le": "2026-08-20",
        "resolution": "",
        "resolution_le": "",
    },
    {
        "cote": "Pour l’organisme",
        "partie": "Maison de la famille de la Vallée",
        "nom": "Odile Castonval",
        "fonction": "Présidente",
        "signee_le": "2026-08-24",
        "resolution": "CA-2026-14",
        "resolution_le": "2026-05-12",
    },
]
PROTOCOLE = {
    "contenu": CONTENU_DU_PROTOCOLE,
    "empreinte": "41c0a97be2d35f18" * 4,
    "transmis_le": "2026-08-10",
    "signe_le": "2026-08-24",
    "fini_le": "2027-05-01",
    "demandee": "",
}
# Un avenant où tout est dit, à signer puis en vigueur.
AVENANT = {
    "contenu": {
        **CONTENU_DU_PROTOCOLE,
        "rang": 1,
        "motif": "Le local ouvre plus tard.\nUn versement se fait à moindre coût.",
        "protocole": {"signe_le": "2026-08-24", "empreinte": "41c0a97be2d35f18" * 4},
        "changements": [
            {"nom": "Fin", "avant": "31 mars 2028", "apres": "30 juin 2028"},
            {"nom": "Versement 2, montant", "avant": "6\u00a0000,01\u00a0$", "apres": "5\u00a0000,00\u00a0$"},
        ],
        "sommes": [
            {"enveloppe": "La Matapédia", "avant": "8000.01", "apres": "7000.00", "libere": "1000.01"},
        ],
        "clauses": {"version": 2, "titres": ["L’objet", "La durée"]},
    },
    "empreinte": "9b3e07d1c64fa582" * 4,
    "transmis_le": "2027-02-01",
    "signe_le": "2027-02-15",
    "fini_le": None,
    "fin_motif": "",
}
RELEVE = {
    **{champ: CONTENU_DU_PROTOCOLE[champ] for champ in ("numero", "titre", "alliance", "montants_fictifs")},
    "organisme": "Maison de la famille de la Vallée",
    "partenaire": "Table régionale",
    "etat": "resilie",
    "signe_le": "2026-08-24",
    "fini_le": "2027-05-01",
    "par": "Denis Lavoie",
    "demandee": "L’organisme",
    "motif": "L’organisme cesse ses activités.\nIl remet ses pièces.",
    "lignes": [
        {"enveloppe": "La Matapédia", "exercice": "2026-2027", "decide": "18000.01"}
        | {"garde": "8000.00", "a_recuperer": "2000.00", "libere": "8000.01"}
    ],
    "totaux": {"decide": "18000.01", "garde": "8000.00", "a_recuperer": "2000.00", "libere": "8000.01"},
    "versements": [{"rang": 1, "prevu": "10000.00", "verse": "10000.00", "etat": "Versée"}],
}


def protocoles():
    """À signer, puis résilié; un avenant, à signer puis en vigueur; et le relevé de la fin."""
    sans = [dict.fromkeys(s, "") | {nom: s[nom] for nom in ("cote", "partie")} for s in SIGNEES_DU_PROTOCOLE]
    etats = {"transmis": sans, "resilie": SIGNEES_DU_PROTOCOLE}
    rendus = {
        f"protocole-{etat}.pdf": pdf_du_protocole(PROTOCOLE | {"etat": etat, "signatures": signatures})
        for etat, signatures in etats.items()
    }
    for etat, signatures in {"transmis": sans, "signe": SIGNEES_DU_PROTOCOLE}.items():
        rendus[f"avenant-{etat}.pdf"] = pdf_de_l_avenant(AVENANT | {"etat": etat, "signatures": signatures})
    return rendus | {"releve.pdf": pdf_du_releve(RELEVE)}


@pytest.fixture
def gabarits():
    """Les gabarits d'impression employés, à mesure qu'ils le sont."""
    employes = set()

    def noter(template, **suite):
        employes.add(template.name)

    template_rendered.connect(noter)
    yield employes
    template_rendered.disconnect(noter)


@pytest.fixture
def documents(demonstration, settings, gabarits, django_capture_on_commit_callbacks):
    """{nom: octets} de tout ce que la file a rangé, et d'un texte difficile."""
    settings.DEBUG = True
    with django_capture_on_commit_callbacks(execute=True):
        demander_les_plans()
        demander_les_conventions()
        demander_les_demandes()
        demander_un_etat_des_versements()
    assert not Document.objects.filter(etat=Document.Etat.ECHEC).exists()
    texte = page(f"<h1>Essai</h1><h2>Texte</h2>{montrer(TEXTE, sous=2)}")
    ranges = Document.objects.filter(etat=Document.Etat.PRET)
    apart = {"texte.pdf": module_pdf.rendre(texte, titre="Essai"), "reponse.pdf": pdf_de_la_reponse(REPONSE)}
    return apart | protocoles() | dict(map(lire, ranges))


def demander_les_plans():
    des_plans.demander_canevas("2024-2029")
    for slug in BROUILLONS:
        version = VersionPlan.objects.filter(plan__alliance__slug=slug).order_by("numero").last()
        des_plans.demander_brouillon(version)
    for slug, circonstance in SCELLES.items():
        actes = Instantane.objects.filter(version__plan__alliance__slug=slug, circonstance=circonstance)
        des_plans.demander(actes.last().document, des_plans.rendre_document)


def demander_les_conventions():
    """Un avenant se rend deux fois : projet, puis en vigueur avec la convention qu'il consolide."""
    avenant = Avenant.objects.select_related("convention__alliance__cycle").earliest("pk")
    des_conventions.demander_projet_d_avenant(avenant)
    signer_tout(avenant)
    conventions = Convention.objects.select_related("alliance__cycle", "alliance__table_regionale")
    for convention in conventions.filter(alliance__slug__in=PROJETS):
        des_conventions.demander_projet(convention)
    for convention in conventions.filter(alliance__slug__in=SIGNEES):
        des_conventions.preparer(convention)
    des_conventions.demander_reglement(Convention.objects.filter(etat="resiliee").earliest("pk"))


def demander_les_demandes():
    """Un brouillon, inachevé, et une demande déposée."""
    demandes = Initiative.objects.select_related("alliance__cycle", "appel", "organisme").order_by("pk")
    des_projets.demander_la_demande(demandes.filter(etat="brouillon").first())
    des_projets.demander_la_demande(demandes.filter(deposee_le__isnull=False).first())


def demander_un_etat_des_versements():
    """Celui d'un protocole résilié : il a des versements, et une somme à rendre."""
    resilies = Protocole.objects.filter(etat="resilie", releve__a_recuperer__gt=0)
    lus = resilies.select_related("initiative__alliance__cycle", "initiative__organisme")
    demander_l_etat(lus.earliest("pk"))


def lire(document):
    with document.fichier.open() as fichier:
        return document.nom, fichier.read()


def test_chaque_sorte_de_document_passe_verapdf(documents, gabarits, tmp_path):
    d_impression = {str(chemin.relative_to(GABARITS)) for chemin in GABARITS.glob("*/pdf/*.html")}
    assert d_impression - gabarits == set(), "Un gabarit d’impression n’est dans aucun document du lot."
    assert len(documents) == 27
    assert fautes_du_lot(documents, tmp_path) == []


def test_la_barriere_nomme_le_document_le_profil_et_la_regle(monkeypatch, tmp_path):
    monkeypatch.setattr(module_pdf, "garder_les_liens", lambda document: None)
    corps = '<h1>Essai</h1><p><a href="#fin"><span>Aller à la fin</span></a></p><p id="fin">Fin.</p>'
    documents = {
        "liens.pdf": module_pdf.rendre(page(corps), titre="Essai"),
        "nu.pdf": rendre_nu("<p>Bonjour</p>"),
        "tronque.pdf": b"%PDF-1.7 rien",
    }
    fautes = fautes_du_lot(documents, tmp_path)
    assert [f for f in fautes if f.startswith("liens.pdf")] == [f for f in fautes if "7.18.5-1, 1 fois" in f]
    for attendue in (
        "liens.pdf : PDF/UA-1, règle 7.18.5-1",
        "nu.pdf : PDF/UA-1, règle 7.1-11",
        "nu.pdf : PDF/A-2a, règle 6.6.2.1-1",
        "tronque.pdf : PDF/A-2a, règle illisible",
    ):
        assert any(faute.startswith(attendue) for faute in fautes), fautes


def test_sans_java_la_barriere_ne_s_ouvre_pas(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VeraPdfIndisponible, match="apt-get install .*default-jdk-headless libjaxb-java"):
        fautes_du_lot({"a.pdf": b""}, tmp_path)


def test_sans_jaxb_la_barriere_ne_s_ouvre_pas(monkeypatch, tmp_path):
    monkeypatch.setattr(verapdf, "JAXB", str(tmp_path / "absent.jar"))
    with pytest.raises(VeraPdfIndisponible, match="default-jdk-headless libjaxb-java"):
        fautes_du_lot({"a.pdf": b""}, tmp_path)
