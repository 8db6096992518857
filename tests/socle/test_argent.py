"""L'argent : rien ne se perd, rien ne s'arrondit en cachette."""

from decimal import Decimal

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import Avg, ExpressionWrapper, F, Max, Q, Value
from django.test.utils import isolate_apps

from socle.valeurs.argent import PLAFOND, MontantField, SaisieMontant, arrondir, en_dollars, somme


@pytest.mark.parametrize(
    "montant, attendu",
    [
        (Decimal("1234.56"), "1\xa0234,56\xa0$"),
        (Decimal("0"), "0,00\xa0$"),
        (12, "12,00\xa0$"),
        ("1000000", "1\xa0000\xa0000,00\xa0$"),
        (Decimal("-24500"), "−24\xa0500,00\xa0$"),
        (Decimal("999.995"), "1\xa0000,00\xa0$"),
        (None, ""),
        ("", ""),
    ],
)
def test_un_montant_s_ecrit_a_la_quebecoise(montant, attendu):
    assert en_dollars(montant) == attendu


@pytest.mark.parametrize(
    "valeur, attendu",
    [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), ("1.115", "1.12"), (3, "3.00")],
)
def test_un_demi_sou_monte(valeur, attendu):
    assert str(arrondir(valeur)) == attendu


class Saisie(forms.Form):
    montant = SaisieMontant(label="montant")


def valider(texte, **options):
    return SaisieMontant(**options).clean(texte)


@pytest.mark.parametrize(
    "texte, attendu",
    [
        ("1 234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1\xa0234,56\xa0$", "1234.56"),
        ("1\u202f234,56 $", "1234.56"),
        ("$1234", "1234.00"),
        ("0", "0.00"),
        ("12,5", "12.50"),
        ("12,", "12.00"),
        ("  7 ", "7.00"),
        ("99999999999,99", "99999999999.99"),
    ],
)
def test_un_montant_tape_comme_on_l_ecrit_est_accepte(texte, attendu):
    assert str(valider(texte)) == attendu


@pytest.mark.parametrize(
    "texte, code",
    [
        ("1,234.56", "invalid"),
        ("12,34,5", "invalid"),
        ("12,345", "decimales"),
        ("1234.567", "decimales"),
        ("abc", "invalid"),
        ("1e5", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("--5", "invalid"),
        (",5", "invalid"),
        ("٣", "invalid"),
        ("-5", "min_value"),
        ("−5", "min_value"),
        ("100000000000", "max_value"),
        ("9" * 400, "max_value"),
        ("", "required"),
        (" ", "required"),
        ("$", "invalid"),
    ],
)
def test_un_montant_douteux_est_refuse(texte, code):
    with pytest.raises(ValidationError) as refus:
        valider(texte)
    assert refus.value.error_list[0].code == code


def test_le_negatif_et_les_bornes_se_permettent_expressement():
    assert valider("-5,25", negatif=True) == Decimal("-5.25")
    assert valider("−5,25", negatif=True) == Decimal("-5.25")
    assert valider("10", minimum=10, maximum=20) == 10
    with pytest.raises(ValidationError) as refus:
        valider("9", minimum=10)
    assert refus.value.messages == ["Entrez un montant d’au moins 10,00\xa0$."]
    with pytest.raises(ValidationError) as refus:
        valider("21", maximum=20)
    assert refus.value.messages == ["Ce montant dépasse la limite de 20,00\xa0$."]


def test_un_montant_facultatif_est_vide():
    assert valider("", required=False) is None


def test_le_champ_montre_le_montant_comme_on_l_ecrit_et_reprend_la_saisie_refusee():
    assert 'value="1\xa0234,50"' in str(Saisie(initial={"montant": Decimal("1234.5")})["montant"])
    assert 'value="12,34,5"' in str(Saisie({"montant": "12,34,5"})["montant"])


@pytest.mark.parametrize(
    "tape, change", [("1 234,50", False), ("1234.5", False), ("1234,51", True), ("abc", True)]
)
def test_une_saisie_equivalente_n_est_pas_un_changement(tape, change):
    assert Saisie({"montant": tape}, initial={"montant": Decimal("1234.5")}).has_changed() is change


@pytest.fixture
def modele(transactional_db):
    """Une table d'essai, créée et détruite ici : aucun modèle de la maison ne doit servir de cobaye."""
    with isolate_apps("socle"):

        class Ligne(models.Model):
            cle = models.CharField(max_length=5)
            montant = MontantField("montant", null=True)
            ecart = MontantField("écart", negatif=True, default=Decimal("0"))

            class Meta:
                app_label = "socle"
                db_table = "essai_montant"
                constraints = [
                    models.CheckConstraint(
                        name="essai_montant_positif", condition=Q(montant__gte=0) | Q(montant=None)
                    ),
                    models.CheckConstraint(
                        name="essai_plafond", condition=Q(montant__lte=Decimal("5000.50"))
                    ),
                ]

            def __str__(self):
                return self.cle

        with connection.schema_editor() as schema:
            schema.create_model(Ligne)
        yield Ligne
        with connection.schema_editor() as schema:
            schema.delete_model(Ligne)


def test_la_base_garde_des_sous_et_python_des_decimaux(modele):
    ligne = modele.objects.create(cle="a", montant=Decimal("1234.56"))
    with connection.cursor() as curseur:
        curseur.execute("SELECT montant FROM essai_montant")
        assert curseur.fetchone() == (123456,)
    ligne.refresh_from_db()
    assert ligne.montant == Decimal("1234.56")
    assert str(ligne.montant) == "1234.56"
    assert modele.objects.create(cle="b", montant=None).montant is None


def test_le_total_est_exact_et_n_est_jamais_absent(modele):
    assert modele.objects.aggregate(t=somme("montant"))["t"] == Decimal("0.00")
    modele.objects.bulk_create(modele(cle="x", montant=Decimal("0.10")) for _ in range(300))
    total = modele.objects.aggregate(t=somme("montant"))["t"]
    assert total == Decimal("30.00")
    assert isinstance(total, Decimal)
    modele.objects.create(cle="y", montant=Decimal("12.34"))
    assert modele.objects.aggregate(t=somme("montant", filtre=Q(cle="y")))["t"] == Decimal("12.34")


def test_filtrer_comparer_et_calculer_en_base(modele):
    modele.objects.create(cle="a", montant=Decimal("10.00"), ecart=Decimal("-2.50"))
    modele.objects.create(cle="b", montant=Decimal("20.00"), ecart=Decimal("1"))
    assert modele.objects.get(montant__gt=Decimal("10.00")).cle == "b"
    assert modele.objects.filter(montant__in=[Decimal("10"), Decimal("20.00")]).count() == 2
    assert modele.objects.get(ecart__lt=0).ecart == Decimal("-2.50")
    reste = ExpressionWrapper(F("montant") - F("ecart"), output_field=MontantField(negatif=True))
    assert modele.objects.annotate(reste=reste).get(cle="a").reste == Decimal("12.50")
    assert modele.objects.aggregate(m=Max("montant"))["m"] == Decimal("20.00")
    assert modele.objects.annotate(
        un=Value(Decimal("1.50"), output_field=MontantField())
    ).first().un == Decimal("1.50")
    modele.objects.filter(cle="a").update(montant=F("ecart") * -1)
    assert modele.objects.get(cle="a").montant == Decimal("2.50")
    assert modele.objects.aggregate(m=Avg("montant", output_field=MontantField()))["m"] == Decimal("11.25")


def test_les_contraintes_de_la_base_parlent_en_dollars(modele):
    for montant in (Decimal("-0.01"), Decimal("5000.51")):
        with pytest.raises(IntegrityError), transaction.atomic():
            modele.objects.create(cle="a", montant=montant)
    modele.objects.create(cle="a", montant=Decimal("5000.50"))


@pytest.mark.parametrize("valeur", [1.5, Decimal("1.005"), "abc", True, Decimal("NaN"), PLAFOND + 1])
def test_un_montant_faux_ne_s_enregistre_pas(modele, valeur):
    with pytest.raises(ValueError, match="montant"):
        modele(cle="a", montant=valeur).save()
    with pytest.raises(ValidationError):
        modele(cle="a", montant=valeur).full_clean(validate_constraints=False)


def test_la_validation_refuse_le_negatif_sauf_permission(modele):
    with pytest.raises(ValidationError, match="négatif"):
        modele(cle="a", montant=Decimal("-1")).full_clean(validate_constraints=False)
    modele(cle="a", montant=Decimal("1"), ecart=Decimal("-1")).full_clean(validate_constraints=False)


def test_l_aller_retour_en_json_garde_les_sous(modele):
    ligne = modele.objects.create(cle="a", montant=Decimal("1234.50"), ecart=Decimal("-3"))
    assert modele._meta.get_field("montant").value_to_string(ligne) == "1234.50"
    assert '"montant": "1234.50"' in serializers.serialize("json", [ligne])
    assert modele._meta.get_field("montant").to_python("1234.50") == Decimal("1234.50")
    assert modele._meta.get_field("montant").value_to_string(modele(montant=None)) == ""


def test_le_formulaire_d_un_modele_prend_le_champ_de_saisie(modele):
    class Formulaire(forms.ModelForm):
        class Meta:
            model = modele
            fields = ["montant", "ecart"]

    formulaire = Formulaire({"montant": "1 234,50 $", "ecart": "-2"})
    assert isinstance(formulaire.fields["montant"], SaisieMontant)
    formulaire.is_valid()
    assert formulaire.cleaned_data == {"montant": Decimal("1234.50"), "ecart": Decimal("-2.00")}
    assert Formulaire({"montant": "-1", "ecart": "0"}).errors["montant"]


def test_une_migration_sait_recreer_le_champ():
    texte, _ = MigrationWriter.serialize(MontantField("écart", negatif=True))
    assert texte == "socle.valeurs.argent.MontantField(negatif=True, verbose_name='écart')"
    assert "negatif" not in MontantField().deconstruct()[3]
