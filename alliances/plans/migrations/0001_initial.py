
import alliances.plans.models.decisions
import alliances.plans.models.redaction
import alliances.plans.models.reprise
import django.db.models.deletion
import django.utils.timezone
import socle.models.pieces
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alliances', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ControleExamen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tour', models.PositiveSmallIntegerField(editable=False, verbose_name='dépôt numéro')),
                ('element', models.PositiveSmallIntegerField(verbose_name='élément')),
                ('resultat', models.CharField(choices=[('conforme', 'Conforme'), ('a_preciser', 'À préciser'), ('absent', 'Absent')], max_length=12, verbose_name='résultat')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('inscrit_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='inscrit le')),
            ],
            options={
                'verbose_name': 'contrôle d’examen',
                'verbose_name_plural': 'contrôles d’examen',
                'ordering': ['version', 'tour', 'element'],
            },
        ),
        migrations.CreateModel(
            name='DemandeCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cible_objet', models.CharField(choices=[('section', 'Section'), ('priorite', 'Priorité'), ('objectif', 'Objectif'), ('moyen', 'Moyen'), ('indicateur', 'Indicateur')], max_length=10, verbose_name='objet visé')),
                ('cible_cle', models.CharField(max_length=36, verbose_name='clé visée')),
                ('raison', models.CharField(choices=[('incorrect', 'Incorrect'), ('incomplet', 'Incomplet'), ('a_mettre_a_jour', 'À mettre à jour')], max_length=16, verbose_name='raison')),
                ('texte', models.TextField(max_length=3000, verbose_name='ce qu’il faut corriger')),
                ('tour', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='retour numéro')),
                ('demandee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='demandée le')),
                ('envoyee_le', models.DateTimeField(editable=False, null=True, verbose_name='envoyée le')),
                ('traitee_le', models.DateTimeField(editable=False, null=True, verbose_name='traitée le')),
                ('reponse', models.TextField(blank=True, max_length=3000, verbose_name='réponse de la Table')),
                ('revoquee_le', models.DateTimeField(editable=False, null=True, verbose_name='révoquée le')),
            ],
            options={
                'verbose_name': 'demande de correction',
                'verbose_name_plural': 'demandes de correction',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='IndicateurPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='clé')),
                ('rang', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='rang')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('repris_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='repris de')),
                ('modifie_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('supprime_le', models.DateTimeField(editable=False, null=True, verbose_name='supprimé le')),
                ('nom', models.CharField(max_length=200, verbose_name='indicateur')),
                ('unite', models.CharField(blank=True, max_length=60, verbose_name='unité')),
                ('depart', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='départ')),
                ('cible', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='cible')),
                ('echeance', models.DateField(blank=True, null=True, verbose_name='échéance de la cible')),
                ('precision', models.CharField(blank=True, max_length=300, verbose_name='précision')),
            ],
            options={
                'verbose_name': 'indicateur du plan',
                'verbose_name_plural': 'indicateurs du plan',
                'ordering': ['rang', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Instantane',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('circonstance', models.CharField(choices=[('depot', 'Dépôt'), ('avis', 'Avis'), ('retour', 'Retour'), ('decision', 'Décision')], max_length=10, verbose_name='circonstance')),
                ('tour', models.PositiveSmallIntegerField(verbose_name='dépôt numéro')),
                ('le', models.DateTimeField(verbose_name='pris le')),
                ('motif', models.TextField(blank=True, verbose_name='motif')),
                ('contenu', models.JSONField(verbose_name='contenu')),
                ('empreinte', models.CharField(max_length=64, verbose_name='SHA-256')),
            ],
            options={
                'verbose_name': 'instantané',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='JournalPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chaine', models.CharField(editable=False, max_length=120, verbose_name='chaîne')),
                ('rang', models.PositiveIntegerField(editable=False, verbose_name='rang')),
                ('inscrite_le', models.DateTimeField(editable=False, verbose_name='inscrite le')),
                ('role', models.CharField(blank=True, max_length=40, verbose_name='en qualité de')),
                ('geste', models.SlugField(max_length=60, verbose_name='geste')),
                ('objet', models.CharField(max_length=300, verbose_name='objet')),
                ('avant', models.JSONField(blank=True, default=dict, verbose_name='avant')),
                ('apres', models.JSONField(blank=True, default=dict, verbose_name='après')),
                ('motif', models.TextField(blank=True, verbose_name='motif')),
                ('empreinte_precedente', models.CharField(editable=False, max_length=64, verbose_name='empreinte précédente')),
                ('empreinte', models.CharField(editable=False, max_length=64, verbose_name='empreinte')),
                ('public', models.BooleanField(default=False, verbose_name='vu de l’État')),
            ],
            options={
                'verbose_name': 'ligne du journal du plan',
                'verbose_name_plural': 'lignes du journal du plan',
                'ordering': ['-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LectureSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Code d’une section, ou clé d’une priorité.', max_length=36, verbose_name='partie')),
                ('lue_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='lue le')),
            ],
            options={
                'verbose_name': 'lecture',
            },
        ),
        migrations.CreateModel(
            name='Moyen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='clé')),
                ('rang', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='rang')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('repris_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='repris de')),
                ('modifie_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('supprime_le', models.DateTimeField(editable=False, null=True, verbose_name='supprimé le')),
                ('description', models.TextField(max_length=2000, verbose_name='description')),
                ('population', models.CharField(blank=True, max_length=300, verbose_name='population visée')),
                ('personnes_visees', models.PositiveIntegerField(blank=True, null=True, verbose_name='personnes visées')),
                ('resultat_attendu', models.TextField(blank=True, max_length=2000, verbose_name='résultat attendu')),
                ('responsable', models.CharField(blank=True, max_length=200, verbose_name='responsable')),
                ('debut', models.DateField(blank=True, null=True, verbose_name='début')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='fin')),
            ],
            options={
                'ordering': ['rang', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Objectif',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='clé')),
                ('rang', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='rang')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('repris_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='repris de')),
                ('modifie_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('supprime_le', models.DateTimeField(editable=False, null=True, verbose_name='supprimé le')),
                ('titre', models.CharField(max_length=300, verbose_name='objectif')),
            ],
            options={
                'ordering': ['rang', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ObservationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.TextField(max_length=5000, verbose_name='texte')),
                ('visibilite', models.CharField(choices=[('partagee', 'Partagée avec la Table'), ('interne', 'Interne à l’administration')], default='partagee', max_length=10, verbose_name='visibilité')),
                ('ecrite_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='écrite le')),
                ('cible_objet', models.CharField(choices=[('section', 'Section'), ('priorite', 'Priorité'), ('objectif', 'Objectif'), ('moyen', 'Moyen'), ('indicateur', 'Indicateur')], max_length=10, verbose_name='objet visé')),
                ('cible_cle', models.CharField(max_length=36, verbose_name='clé visée')),
            ],
            options={
                'verbose_name': 'observation',
                'ordering': ['ecrite_le', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PiecePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fichier', models.FileField(max_length=200, upload_to=socle.models.pieces.rangement, verbose_name='fichier')),
                ('nom', models.CharField(max_length=200, verbose_name='nom')),
                ('type_mime', models.CharField(editable=False, max_length=100, verbose_name='type')),
                ('taille', models.PositiveIntegerField(editable=False, verbose_name='taille en octets')),
                ('sha256', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                ('televersee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='téléversée le')),
                ('usage', models.CharField(choices=[('resolution', 'Résolution d’adoption'), ('annexe', 'Annexe')], default='annexe', max_length=12, verbose_name='usage')),
                ('reprise_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='reprise de')),
                ('retiree_le', models.DateTimeField(editable=False, null=True, verbose_name='retirée le')),
            ],
            options={
                'verbose_name': 'pièce du plan',
                'verbose_name_plural': 'pièces du plan',
                'ordering': ['-televersee_le'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PlanAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('echeance', models.DateField(help_text='Dépôt de la première version au plus tard; un dépôt tardif est possible.', verbose_name='échéance')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
            ],
            options={
                'verbose_name': 'plan d’action',
                'verbose_name_plural': 'plans d’action',
                'ordering': ['alliance__nom'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cible', models.CharField(max_length=60, verbose_name='cible')),
                ('vue_le', models.DateTimeField(verbose_name='vue le')),
            ],
            options={
                'verbose_name': 'présence',
            },
        ),
        migrations.CreateModel(
            name='Priorite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='clé')),
                ('rang', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='rang')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('repris_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='repris de')),
                ('modifie_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('supprime_le', models.DateTimeField(editable=False, null=True, verbose_name='supprimé le')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('palier', models.CharField(choices=[('regional', 'Régional'), ('local', 'Local')], default='regional', max_length=10, verbose_name='palier')),
                ('raison', models.TextField(blank=True, verbose_name='pourquoi cette priorité')),
                ('changement', models.TextField(blank=True, verbose_name='changement souhaité')),
                ('articulation', models.TextField(blank=True, verbose_name='lien entre la région et ses territoires')),
                ('personnes_visees', models.PositiveIntegerField(blank=True, null=True, verbose_name='personnes visées au total')),
            ],
            options={
                'verbose_name': 'priorité',
                'ordering': ['rang', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SectionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=4, verbose_name='code')),
                ('texte', models.TextField(blank=True, verbose_name='texte')),
                ('terminee', models.BooleanField(default=False, verbose_name='terminée')),
                ('repris_de', models.CharField(blank=True, editable=False, max_length=150, verbose_name='repris de')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('modifiee_le', models.DateTimeField(editable=False, null=True, verbose_name='modifiée le')),
            ],
            options={
                'verbose_name': 'section du plan',
                'verbose_name_plural': 'sections du plan',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='VersionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('contenu_courant', models.JSONField(editable=False, null=True)),
                ('contenu_revision', models.PositiveIntegerField(default=0, editable=False)),
                ('contenu_alliance', models.PositiveIntegerField(default=0, editable=False)),
                ('numero', models.PositiveSmallIntegerField(default=1, verbose_name='numéro')),
                ('etat', models.CharField(choices=[('brouillon', 'Brouillon'), ('adoptee', 'Adoptée par la Table'), ('deposee', 'Déposée'), ('a_corriger', 'À corriger'), ('avisee', 'Avis rendu'), ('approuvee', 'Approuvée'), ('refusee', 'Refusée'), ('remplacee', 'Remplacée')], default='brouillon', max_length=12, verbose_name='état')),
                ('motif', models.TextField(blank=True, max_length=2000, verbose_name='motif de la modification')),
                ('creee_le', models.DateTimeField(editable=False, verbose_name='créée le')),
                ('tour', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='nombre de dépôts')),
                ('toutes_ouvertes', models.BooleanField(default=True, help_text='Après un retour, faux\xa0: seules celles à corriger.', verbose_name='toutes les sections ouvertes')),
                ('adoptee_le', models.DateField(blank=True, null=True, verbose_name='adoptée le')),
                ('adoption_mode', models.CharField(blank=True, choices=[('consensus', 'Par consensus'), ('vote', 'Par vote')], max_length=10, verbose_name='mode d’adoption')),
                ('adoption_detail', models.CharField(blank=True, max_length=200, verbose_name='précision sur le vote')),
                ('resolution', models.CharField(blank=True, max_length=60, verbose_name='numéro de résolution')),
                ('deposee_le', models.DateTimeField(blank=True, null=True, verbose_name='déposée le')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='référence')),
                ('examen_commence_le', models.DateTimeField(blank=True, null=True, verbose_name='examen commencé le')),
                ('avis_le', models.DateTimeField(blank=True, null=True, verbose_name='avis rendu le')),
                ('avis_sens', models.CharField(blank=True, choices=[('favorable', 'Favorable'), ('reserves', 'Favorable avec réserves'), ('defavorable', 'Défavorable')], max_length=12, verbose_name='sens de l’avis')),
                ('avis_texte', models.TextField(blank=True, max_length=10000, verbose_name='texte de l’avis')),
                ('decidee_le', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                ('decision_motif', models.TextField(blank=True, max_length=10000, verbose_name='motif de la décision')),
            ],
            options={
                'verbose_name': 'version du plan',
                'verbose_name_plural': 'versions du plan',
                'ordering': ['plan', '-numero'],
            },
            bases=(alliances.plans.models.redaction.GestesDeLAlliance, alliances.plans.models.reprise.GestesDeReprise, alliances.plans.models.decisions.GestesDeLEtat, models.Model),
        ),
        migrations.CreateModel(
            name='Collaborateur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=200, verbose_name='nom')),
                ('contribution', models.CharField(blank=True, max_length=300, verbose_name='contribution')),
                ('secteur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliances.secteuracteur', verbose_name='secteur')),
            ],
            options={
                'verbose_name': 'collaboratrice ou collaborateur',
                'verbose_name_plural': 'collaboratrices et collaborateurs',
                'ordering': ['pk'],
            },
        ),
    ]
