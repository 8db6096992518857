"""Le rendu des formulaires : un seul balisage, accessible, pour Django et pour crispy."""

import re
from datetime import date
from decimal import Decimal

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import (
    HTML,
    Button,
    ButtonHolder,
    Column,
    Div,
    Field,
    Fieldset,
    Layout,
    Reset,
    Row,
    Submit,
)
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils.functional import SimpleLazyObject

from socle.formulaires.champs import DateSouple, EntierField, MontantField, PieceField
from tests.outils.html_accessible import assert_html_accessible

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Rangee:
    """Une pièce déjà rangée; son adresse n'est pas publique."""

    url = "/adresse"

    def __str__(self):
        return "resolution.pdf"


class Complet(forms.Form):
    titre = forms.CharField(label="titre", max_length=20, help_text="Quelques mots.")
    description = forms.CharField(label="description", widget=forms.Textarea, max_length=10)
    sieges = forms.IntegerField(label="nombre de sièges", min_value=1)
    cible = forms.DecimalField(label="cible", decimal_places=1, max_digits=6, required=False)
    montant = MontantField(label="montant demandé")
    adoption = forms.DateField(label="date d’adoption")
    courriel = forms.EmailField(label="courriel")
    palier = forms.ChoiceField(
        label="palier", choices=[("r", "Régional"), ("l", "Local")], widget=forms.RadioSelect
    )
    territoires = forms.MultipleChoiceField(
        label="territoires",
        choices=[("BSL", [("07", "La Matapédia"), ("08", "La Matanie")])],
        widget=forms.CheckboxSelectMultiple,
        help_text="Un ou plusieurs.",
    )
    thematique = forms.ChoiceField(label="thématique", choices=[("", "Choisir"), ("a", "Logement")])
    piece = PieceField(label="résolution")
    atteste = forms.BooleanField(label="J’atteste que le plan est adopté")
    revision = forms.IntegerField(widget=forms.HiddenInput)


VALIDE = {
    "titre": "Plan",
    "description": "Un texte",
    "sieges": "1 200",
    "cible": "12,5",
    "montant": "1 234,50 $",
    "adoption": "2026-03-31",
    "courriel": "nom@organisme.example",
    "palier": "r",
    "territoires": ["07"],
    "thematique": "a",
    "atteste": "on",
    "revision": "3",
}


def resolution(nom="resolution.pdf", contenu=PDF):
    return SimpleUploadedFile(nom, contenu)


def rendre(source, **contexte):
    return Template(source).render(Context(contexte))


@pytest.fixture
def fautif():
    return Complet(
        {
            "titre": "x" * 25,
            "sieges": "deux",
            "montant": "1,234.56",
            "adoption": "31/03/2026",
            "courriel": "x",
        }
    )


@pytest.mark.parametrize("donnees", [None, {}, VALIDE])
def test_le_balisage_est_accessible_vierge_vide_ou_rempli(donnees):
    formulaire = Complet(donnees, {"piece": resolution()} if donnees else None)
    assert_html_accessible(rendre("<form novalidate>{{ form }}</form>", form=formulaire), fragment=True)


def test_ce_qui_est_bien_rempli_est_lu():
    formulaire = Complet(VALIDE, {"piece": resolution()})
    assert formulaire.is_valid(), formulaire.errors
    assert formulaire.cleaned_data["sieges"] == 1200
    assert formulaire.cleaned_data["cible"] == Decimal("12.5")
    assert formulaire.cleaned_data["montant"] == Decimal("1234.50")
    assert formulaire.cleaned_data["adoption"] == date(2026, 3, 31)


@pytest.mark.parametrize("nom", [nom for nom in Complet.base_fields if nom not in ("cible", "revision")])
def test_chaque_champ_fautif_nomme_son_erreur_et_y_est_relie(nom):
    champ = Complet({})[nom]
    html = champ.as_field_group()
    assert f'id="id_{nom}_error"' in html
    assert 'aria-describedby="' in html
    assert f"id_{nom}_error" in html.split('aria-describedby="')[1].split('"')[0]
    assert f"«\xa0{champ.libelle}\xa0»." in html
    assert re.search(r"(Remplissez|Indiquez|Joignez|Choisissez|Cochez|Répondez) ", html)
    assert 'aria-invalid="true"' in html


def test_un_champ_vide_dit_quoi_faire_selon_sa_commande():
    class Demande(forms.Form):
        nom = forms.CharField()
        debut = DateSouple(label="Début")
        palier = forms.ChoiceField(choices=[("r", "Régional")])
        mode = forms.ChoiceField(label="Comment?", choices=[("v", "Vote")], widget=forms.RadioSelect)
        piece = PieceField(label="Pièce")
        certifie = forms.BooleanField(label="Je certifie")

    vide = Demande({})
    assert [champ.messages_erreur for champ in vide] == [
        ["Remplissez le champ «\xa0Nom\xa0»."],
        ["Indiquez une date dans le champ «\xa0Début\xa0»."],
        ["Choisissez une réponse dans le champ «\xa0Palier\xa0»."],
        ["Répondez à la question «\xa0Comment?\xa0»."],
        ["Joignez un fichier dans le champ «\xa0Pièce\xa0»."],
        ["Cochez la case «\xa0Je certifie\xa0»."],
    ]


def test_une_borne_se_lit_comme_un_nombre():
    class Compte(forms.Form):
        personnes = EntierField(max_value=2_000_000)

    assert Compte({"personnes": "3 000 000"})["personnes"].messages_erreur == [
        "Personnes\xa0: entrez au plus 2\xa0000\xa0000."
    ]


def test_le_navigateur_ne_refuse_rien_a_notre_place():
    html = rendre("{{ form }}", form=Complet())
    assert " required" not in html
    assert "maxlength" not in html.split('name="courriel"')[0]
    assert html.count('aria-required="true"') == 9
    assert " min=" not in html
    assert " step=" not in html


def test_chaque_refus_nomme_son_champ(fautif):
    assert fautif["titre"].messages_erreur == ["Titre\xa0: écrivez au plus 20 caractères (il y en a 25)."]
    assert fautif["sieges"].messages_erreur == [
        "Nombre de sièges\xa0: entrez un nombre entier, par exemple 12."
    ]
    assert fautif["montant"].messages_erreur == [
        "Montant demandé\xa0: entrez un montant, par exemple 1\xa0234,56."
    ]
    assert "AAAA-MM-JJ" in fautif["adoption"].messages_erreur[0]


def test_une_phrase_du_domaine_n_est_pas_recomposee():
    formulaire = Complet({})
    formulaire.add_error("titre", "Ce titre est déjà celui d’une autre priorité.")
    assert formulaire["titre"].messages_erreur[-1] == "Ce titre est déjà celui d’une autre priorité."


def test_ce_qui_est_tape_et_refuse_revient_tel_quel(fautif):
    html = rendre("{{ form }}", form=fautif)
    assert 'value="deux"' in html
    assert 'value="1,234.56"' in html
    assert "x" * 25 in html


def test_l_aide_precede_l_erreur_qui_precede_la_commande(fautif):
    html = fautif["titre"].as_field_group()
    assert html.index("<label") < html.index("Quelques mots.") < html.index("_error") < html.index("<input")
    assert 'aria-describedby="id_titre_helptext id_titre_error"' in html


def test_un_champ_obligatoire_se_dit_aussi_sans_l_asterisque():
    html = rendre("{{ form }}", form=Complet())
    assert '<span class="visuellement-cache"> (obligatoire)</span>' in html
    assert "Les champs marqués d’un astérisque" in html
    assert "(obligatoire)" not in Complet()["cible"].as_field_group()

    class Facultatif(forms.Form):
        mot = forms.CharField(required=False)

    assert "astérisque" not in rendre("{{ form }}", form=Facultatif())


@pytest.mark.parametrize("nom", ["palier", "territoires"])
def test_un_groupe_de_choix_est_un_fieldset_decrit(nom):
    html = Complet({})[nom].as_field_group()
    assert html.startswith("<fieldset")
    assert "<legend>" in html
    assert f"id_{nom}_error" in html.split("<legend>")[0]
    assert html.count("<label") == html.count('type="radio"') + html.count('type="checkbox"')


def test_le_sommaire_suit_l_ordre_de_la_page_et_mene_aux_champs(fautif):
    html = rendre("{% sommaire_erreurs form %}{% champs form %}", form=fautif)
    liens = [morceau.split('"')[0] for morceau in html.split('href="#')[1:]]
    assert liens[:4] == ["id_titre", "id_description", "id_sieges", "id_montant"]
    assert "id_palier_0" in liens
    assert "id_territoires_0_0" in liens
    assert "id_revision" not in liens
    assert re.search(r'id="sommaire-erreurs">\s*<div role="alert">', html)
    assert html.index("sommaire-erreurs") < html.index("id_titre_error")
    assert_html_accessible(html, fragment=True)


def test_le_sommaire_est_absent_sans_erreur_et_compte_juste():
    assert "sommaire-erreurs" not in rendre("{% sommaire_erreurs form %}", form=Complet())

    class Un(forms.Form):
        mot = forms.CharField()

        def clean(self):
            if "interdit" in self.data:
                raise forms.ValidationError("Ces deux réponses se contredisent.")

    assert "Une réponse est à corriger" in rendre("{% sommaire_erreurs form %}", form=Un({}))
    double = rendre("{{ form }}", form=Un({"interdit": "1"}))
    assert "2 réponses sont à corriger" in double
    assert double.count("se contredisent") == 1


def test_le_sommaire_d_un_ensemble_reunit_ses_formulaires():
    class Ligne(forms.Form):
        nom = forms.CharField(label="nom")

    Lignes = forms.formset_factory(Ligne, min_num=2, validate_min=True)
    gestion = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-nom": "", "form-1-nom": ""}
    html = rendre("{% sommaire_erreurs lignes %}{{ lignes }}", lignes=Lignes(gestion))
    assert 'href="#id_form-0-nom"' in html
    assert 'href="#id_form-1-nom"' in html
    assert_html_accessible(html, fragment=True)
    un_de_moins = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-nom": "A"}
    assert "Une réponse" in rendre("{% sommaire_erreurs lignes %}", lignes=Lignes(un_de_moins))


def test_le_titre_de_la_page_annonce_l_erreur():
    source = "{% prefixe_erreur %}Plan"
    assert rendre(source, form=Complet()) == "Plan"
    assert rendre(source, form=Complet({})) == "Erreur\xa0: Plan"
    assert rendre(source, form=Complet(VALIDE, {"piece": resolution()})) == "Plan"
    paresseux = SimpleLazyObject(lambda: pytest.fail("le titre n’a pas à évaluer le reste du contexte"))
    assert rendre(source, paresseux=paresseux) == "Plan"


def test_le_compteur_a_la_limite_du_serveur_et_compte_une_fin_de_ligne_pour_un():
    champ = Complet({"description": "12345\r\n789"})["description"]
    html = champ.as_field_group()
    assert 'data-limite="10"' in html
    assert "10 caractères au plus" in html
    assert "maxlength" not in html
    assert "id_description_limite" in html.split('aria-describedby="')[1].split('"')[0]
    assert not champ.errors
    trop = Complet({"description": "12345\r\n78901"})["description"]
    assert trop.messages_erreur == ["Description\xa0: écrivez au plus 10 caractères (il y en a 11)."]
    assert "12345\n78901" in trop.as_field_group()


def test_une_date_et_un_nombre_ont_leur_saisie():
    formulaire = Complet(initial={"adoption": date(2026, 3, 31), "cible": Decimal("12.5"), "sieges": 1})
    assert 'type="date"' in str(formulaire["adoption"])
    assert 'value="2026-03-31"' in str(formulaire["adoption"])
    assert 'inputmode="decimal"' in str(formulaire["cible"])
    assert 'value="12,5"' in str(formulaire["cible"])
    assert 'inputmode="numeric"' in str(formulaire["sieges"])
    assert 'type="text"' in str(formulaire["sieges"])


def test_un_nombre_negatif_typographique_est_lu():
    class Ecart(forms.Form):
        ecart = EntierField()

    formulaire = Ecart({"ecart": "−1\u202f200"})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["ecart"] == -1200


@pytest.mark.parametrize(
    "texte", ["2026-02-01", "2026 02 01", "1er février 2026", "le 1 février 2026", "1ER FÉVRIER 2026"]
)
def test_une_date_en_lettres_est_lue(texte):
    assert DateSouple().clean(texte) == date(2026, 2, 1)


@pytest.mark.parametrize("texte", ["31 février 2026", "1er brumaire 2026", "03/04/2026"])
def test_une_date_impossible_est_refusee(texte):
    with pytest.raises(forms.ValidationError, match="par exemple 31 mars 2026 ou 2026-03-31"):
        DateSouple().clean(texte)


@pytest.mark.parametrize(
    "fichier, message",
    [
        (resolution("a.exe"), "n’est pas d’un type admis"),
        (resolution("a.pdf", b"MZ faux"), "ne correspond pas à son extension"),
        (resolution("a.pdf", b""), "vide"),
        (resolution("a.pdf", PDF + b"0" * 2_000_000), "dépasse la taille permise"),
        (resolution("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 60), "n’est pas d’un type admis ici"),
    ],
)
def test_une_piece_douteuse_est_refusee(fichier, message):
    champ = PieceField(types=("pdf",), taille_max=1_000_000)
    with pytest.raises(forms.ValidationError, match=message):
        champ.clean(fichier)


def test_une_piece_dit_ce_qu_elle_accepte():
    class Depot(forms.Form):
        piece = PieceField(label="résolution", types=("pdf",), taille_max=5_000_000)
        autre = PieceField(required=False)

    html = rendre("{{ form }}", form=Depot())
    assert 'accept=".pdf"' in html
    assert "PDF; 5\xa0Mo au plus." in html
    assert Depot({}, {"piece": resolution()}).is_valid()
    actuelle = Depot(initial={"autre": Rangee()})["autre"].as_field_group()
    assert "Fichier actuel" in actuelle
    assert "/adresse" not in actuelle
    assert "Retirer le fichier actuel" in actuelle


def test_les_commandes_de_l_administration_ne_changent_pas():
    from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget

    class Fiche(forms.Form):
        le = forms.DateField(widget=AdminDateWidget)
        nom = forms.CharField(max_length=5, widget=AdminTextInputWidget)

    assert 'class="vDateField"' in str(Fiche()["le"])
    assert 'type="text"' in str(Fiche()["le"])
    assert 'maxlength="5"' in str(Fiche()["nom"])


def test_crispy_delegue_au_meme_balisage():
    formulaire = Complet({})
    formulaire.helper = FormHelper()
    formulaire.helper.layout = Layout(
        Fieldset(
            "Le plan",
            Field("titre", wrapper_class="large", css_class="taille-sm"),
            "description",
            css_id="plan",
        ),
        Row(Column("sieges"), Column("montant")),
        Div("palier", css_class="bloc"),
        HTML("<p>Note</p>"),
        ButtonHolder(Submit("enregistrer", "Enregistrer"), Button("voir", "Voir"), Reset("vider", "Vider")),
    )
    formulaire.helper.add_input(Submit("deposer", "Déposer"))
    html = rendre("{% load crispy_forms_tags %}{% crispy form %}", form=formulaire)
    assert re.search(r'<fieldset\s+class="groupe"\s+id="plan">\s*<legend>Le plan</legend>', html)
    assert formulaire["palier"].as_field_group() in html
    assert 'class="large"' in html
    assert 'class="taille-sm' in html
    assert re.search(r'<button\s+type="submit"\s+class="bouton', html)
    assert re.search(r"Déposer\s*</button>", html)
    assert "novalidate" in html
    assert 'enctype="multipart/form-data"' in html
    assert html.count('id="sommaire-erreurs"') == 1
    # Seuls les champs nommés par la disposition sont rendus : les ancres des autres n'existent pas ici.
    assert 'id="id_titre_error"' in html
    assert 'id="id_courriel"' not in html


def test_crispy_rend_un_formulaire_sans_disposition_et_un_ensemble():
    html = rendre("{% load crispy_forms_tags %}{{ form|crispy }}", form=Complet({}))
    assert_html_accessible(html, fragment=True)

    class Ligne(forms.Form):
        nom = forms.CharField(label="nom")

    lignes = forms.formset_factory(Ligne, extra=2)()
    html = rendre("{% load crispy_forms_tags %}{% crispy lignes %}", lignes=lignes)
    assert html.count('class="champ"') == 2
    assert "form-TOTAL_FORMS" in html
    assert_html_accessible(html, fragment=True)
