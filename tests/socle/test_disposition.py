"""La disposition d'un formulaire : déclarée dans sa classe, rendue par `{% crispy form %}`."""

from django import forms
from django.template import Context, Template

from socle.formulaires.disposition import Formulaire, Groupe, Layout, Morceau, Rangee, Section
from tests.outils.html_accessible import assert_html_accessible


class Nu(Formulaire):
    nom = forms.CharField(label="Nom")
    courriel = forms.EmailField(label="Courriel", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=3)


class Dispose(Nu):
    debut = forms.DateField(label="Début")
    fin = forms.DateField(label="Fin")
    mot = forms.CharField(label="Mot", widget=forms.Textarea)
    disposition = Layout(
        Groupe("La <période>", Rangee("debut", "fin"), aide="Jours compris."),
        Section("Qui & quoi", "nom", "courriel", "retire", aide="Facultatif."),
        Morceau("composants/_messages.html"),
        "mot",
    )


def rendre(form):
    return Template("{% crispy form %}").render(Context({"form": form, "messages": ["Le mot de la page"]}))


def suit(html, *morceaux):
    """Ces morceaux, dans cet ordre, chacun une seule fois."""
    assert [html.count(morceau) for morceau in morceaux] == [1] * len(morceaux)
    return sorted(morceaux, key=html.index) == list(morceaux)


def test_sans_disposition_les_champs_viennent_dans_l_ordre_les_caches_devant():
    html, form = rendre(Nu()), Nu()
    assert suit(html, str(form["revision"]), form["nom"].as_field_group(), form["courriel"].as_field_group())
    assert "<form" not in html
    assert "csrf" not in html
    assert html.count("astérisque") == 1
    assert_html_accessible(html, fragment=True)


def test_une_disposition_groupe_les_champs_sans_changer_leur_balisage():
    html, form = rendre(Dispose({})), Dispose({})
    assert suit(
        html,
        '<fieldset class="groupe"><legend>La &lt;période&gt;</legend><p class="aide">Jours compris.</p>',
        '<div class="rangee">',
        form["debut"].as_field_group(),
        form["fin"].as_field_group(),
        '<h2 id="section-qui-quoi">Qui &amp; quoi</h2><p class="discret">Facultatif.</p>',
        form["nom"].as_field_group(),
        form["courriel"].as_field_group(),
        "Le mot de la page",
        form["mot"].as_field_group(),
    )
    assert html.index('name="revision"') < html.index("<fieldset")
    assert_html_accessible(html, fragment=True)


def test_un_champ_retire_ne_laisse_pas_de_trace():
    form = Dispose()
    del form.fields["fin"]
    assert 'name="fin"' not in rendre(form)
    assert 'name="debut"' in rendre(form)


def test_une_ligne_de_tableau_se_passe_de_la_mention():
    class Ligne(Nu):
        mention = False

    assert "astérisque" not in rendre(Ligne())
