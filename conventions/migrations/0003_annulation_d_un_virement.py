"""Un virement confirmé par erreur s'annule sans se réécrire, et rend sa référence; seuls comptent ceux en vigueur."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from socle.declencheurs import interdire_reecriture, poser, retirer

TABLE = "conventions_versement"
# Échéance autorisée, par quelqu'un d'autre que qui recommande ou autorise, jamais plus que son montant une fois écartés
# les virements annulés; et la référence n'a servi qu'à des confirmations annulées depuis.
PERMIS = (
    "EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id AND e.etat = 'autorisee' "
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_annulationversement a WHERE a.versement_id = v.id))) "
    "AND NEW.annulations_avant = (SELECT COUNT(*) FROM conventions_annulationversement a "
    "JOIN conventions_versement v ON v.id = a.versement_id WHERE v.reference = NEW.reference)"
)
PERMIS_AVANT = (
    "EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id AND e.etat = 'autorisee' "
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id))"
)
REFUS = (
    "Versement refusé : échéance non autorisée ou déjà versée, confirmée par qui la recommande ou l’autorise, "
    "ou référence qui sert déjà."
)


def garder(schema_editor, permis):
    """Pose les deux gardiens de la table : rien ne s'y réécrit, rien n'y entre sans être permis."""
    poser(schema_editor, TABLE)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION versement_permis() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NOT ({permis}) THEN RAISE EXCEPTION '{REFUS}'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER versement_permis BEFORE INSERT ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION versement_permis()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER versement_permis BEFORE INSERT ON {TABLE} WHEN NOT ({permis}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUS}'); END"
        )


def liberer(apps, schema_editor):
    """SQLite refait une table qu'on change, et ses déclencheurs s'y perdraient : on les retire, puis on les repose."""
    retirer(schema_editor, TABLE)
    sur = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS versement_permis{sur}")


def garder_maintenant(apps, schema_editor):
    garder(schema_editor, PERMIS)


def garder_comme_avant(apps, schema_editor):
    garder(schema_editor, PERMIS_AVANT)


class Migration(migrations.Migration):

    dependencies = [
        ('conventions', '0002_grand_livre'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(liberer, garder_comme_avant),
        migrations.CreateModel(
            name='AnnulationVersement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chaine', models.CharField(editable=False, max_length=120, verbose_name='chaîne')),
                ('rang', models.PositiveIntegerField(editable=False, verbose_name='rang')),
                ('inscrite_le', models.DateTimeField(editable=False, verbose_name='inscrite le')),
                ('empreinte_precedente', models.CharField(editable=False, max_length=64, verbose_name='empreinte précédente')),
                ('empreinte', models.CharField(editable=False, max_length=64, verbose_name='empreinte')),
                ('motif', models.TextField(max_length=2000, verbose_name='motif')),
                ('mouvement', models.UUIDField(editable=False, unique=True, verbose_name='mouvement au grand livre')),
            ],
            options={
                'verbose_name': 'annulation de versement',
                'verbose_name_plural': 'annulations de versement',
                'ordering': ['-pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='versement',
            name='annulations_avant',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='confirmations annulées avant, sous cette référence'),
        ),
        migrations.AlterField(
            model_name='versement',
            name='reference',
            field=models.CharField(max_length=60, verbose_name='référence comptable'),
        ),
        migrations.AddConstraint(
            model_name='versement',
            constraint=models.UniqueConstraint(fields=('reference', 'annulations_avant'), name='versement_reference_unique', violation_error_message='Cette référence est déjà celle d’un autre versement.'),
        ),
        migrations.AddField(
            model_name='annulationversement',
            name='par',
            field=models.ForeignKey(help_text='Vide pour un geste du système.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='annulationversement',
            name='versement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='annulation', to='conventions.versement', verbose_name='versement'),
        ),
        migrations.AddConstraint(
            model_name='annulationversement',
            constraint=models.UniqueConstraint(fields=('chaine', 'rang'), name='annulationversement_chaine_rang_unique'),
        ),
        migrations.AddConstraint(
            model_name='annulationversement',
            constraint=models.CheckConstraint(condition=models.Q(('par__isnull', False), models.Q(('motif', ''), _negated=True)), name='annulation_motivee', violation_error_message='Une annulation a son motif et sa personne.'),
        ),
        interdire_reecriture("conventions_annulationversement"),
        migrations.RunPython(garder_maintenant, liberer),
    ]
