
import alliances.models.organismes
import alliances.models.participation
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import socle.valeurs.argent
import socle.models.utilisateurs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Alliance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=150, verbose_name='nom')),
                ('slug', models.SlugField(help_text='Ne sert qu’une fois\xa0: le lien d’un cycle ne mène jamais à l’Alliance d’un autre.', max_length=60, verbose_name='adresse courte')),
                ('montant', socle.valeurs.argent.MontantField(blank=True, null=True, verbose_name='montant annoncé')),
                ('montant_fictif', models.BooleanField(default=False, verbose_name='montant fictif')),
                ('echeance_plan', models.DateField(blank=True, editable=False, null=True, verbose_name='échéance du plan')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
            ],
            options={
                'ordering': ['nom'],
            },
        ),
        migrations.CreateModel(
            name='IndiceTerritoire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indice', models.CharField(choices=[('idms', 'Indice de défavorisation matérielle et sociale'), ('ive', 'Indice de vitalité économique')], max_length=4, verbose_name='indice')),
                ('an', models.PositiveSmallIntegerField(verbose_name='année de référence')),
                ('valeur', models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True, verbose_name='valeur')),
                ('rang', models.PositiveSmallIntegerField(blank=True, help_text='Parmi les 104 MRC et territoires équivalents.', null=True, verbose_name='rang')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
            ],
            options={
                'verbose_name': 'indice d’un territoire',
                'verbose_name_plural': 'indices des territoires',
                'ordering': ['territoire', 'indice', '-an'],
            },
        ),
        migrations.CreateModel(
            name='Mandat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('coordination', 'Coordination'), ('signature', 'Signature'), ('finances', 'Finances du fiduciaire'), ('territoire', 'Ressource de territoire'), ('porteur', 'Porteur'), ('dgsq', 'Analyse, Services Québec'), ('direction_dgsq', 'Direction, Services Québec'), ('mess', 'Analyse, Ministère'), ('approbation', 'Approbation, Ministère'), ('finances_mess', 'Finances, Ministère'), ('observation', 'Observation'), ('administration', 'Administration')], max_length=15, verbose_name='rôle')),
                ('debut', models.DateField(default=django.utils.timezone.localdate, verbose_name='début')),
                ('fin', models.DateField(blank=True, help_text='Premier jour sans ce rôle.', null=True, verbose_name='fin')),
            ],
            options={
                'ordering': ['role', 'debut', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Organisme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=200, verbose_name='nom')),
                ('nom_normalise', models.CharField(db_index=True, editable=False, max_length=200)),
                ('neq', models.CharField(blank=True, help_text='Numéro d’entreprise du Québec\xa0: 10 chiffres. Vide pour un regroupement non constitué.', max_length=10, validators=[alliances.models.organismes.valider_neq], verbose_name='NEQ')),
                ('forme', models.CharField(choices=[('obnl', 'Personne morale à but non lucratif'), ('cooperative', 'Coopérative considérée comme OBNL'), ('municipal', 'Organisme municipal ou MRC'), ('autochtone', 'Organisme ou regroupement autochtone'), ('recherche', 'Centre de recherche ou institution'), ('gouvernemental', 'Organisme gouvernemental'), ('non_constitue', 'Regroupement non constitué')], default='obnl', max_length=15, verbose_name='forme juridique')),
                ('adresse', models.CharField(blank=True, max_length=250, verbose_name='adresse')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='adresse courriel')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
            ],
            options={
                'ordering': ['nom_normalise', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ParticipationPersonnes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exercice', models.CharField(max_length=9, validators=[alliances.models.participation.valider_exercice], verbose_name='exercice')),
                ('axe', models.CharField(choices=[('gouvernance', 'Gouvernance'), ('projets', 'Projets'), ('benevolat', 'Bénévolat aux activités')], max_length=12, verbose_name='axe')),
                ('palier', models.CharField(blank=True, choices=[('regional', 'Régional'), ('local', 'Local'), ('projet', 'Projet')], max_length=10, verbose_name='palier')),
                ('forme', models.CharField(blank=True, choices=[('instance_regionale', 'Siège à une instance régionale'), ('instance_locale', 'Siège à une instance locale'), ('comite_analyse', 'Comité d’analyse ou de suivi'), ('comite_vecu', 'Comité de personnes expertes de vécu'), ('comite_citoyen', 'Comité ou groupe citoyen'), ('chantier', 'Chantier thématique'), ('pilotage', 'Comité de pilotage d’un projet'), ('consultation', 'Consultation'), ('conseil', 'Conseil d’administration d’un organisme'), ('benevole', 'Bénévolat')], max_length=20, verbose_name='forme')),
                ('etapes', models.JSONField(blank=True, default=list, verbose_name='étapes')),
                ('niveau', models.CharField(blank=True, choices=[('information', 'Information'), ('consultation', 'Consultation'), ('discussion', 'Discussion'), ('deliberation', 'Délibération'), ('collaboration', 'Collaboration')], max_length=15, verbose_name='niveau')),
                ('personnes', models.PositiveIntegerField(default=0, help_text='Personnes distinctes.', verbose_name='personnes')),
                ('rencontres', models.PositiveIntegerField(default=0, verbose_name='rencontres')),
                ('accompagnement', models.BooleanField(default=False, verbose_name='accompagnement avant et après')),
                ('dedommagement', models.BooleanField(default=False, verbose_name='frais remboursés ou allocation')),
                ('aucune_action_motif', models.TextField(blank=True, max_length=1000, verbose_name='aucune action\xa0: motif')),
            ],
            options={
                'verbose_name': 'participation des personnes',
                'verbose_name_plural': 'participation des personnes',
                'ordering': ['-exercice', 'axe', '-palier', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PartieAlliance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('qualite', models.CharField(choices=[('signataire', 'Partenaire signataire'), ('cosignataire', 'MRC cosignataire'), ('fiduciaire', 'Fiduciaire'), ('mandataire', 'Mandataire'), ('gestionnaire', 'Gestionnaire du FQIS')], max_length=15, verbose_name='qualité')),
                ('resolution', models.CharField(blank=True, max_length=60, verbose_name='numéro de résolution')),
                ('resolution_le', models.DateField(blank=True, null=True, verbose_name='date de la résolution')),
            ],
            options={
                'verbose_name': 'partie à l’Alliance',
                'verbose_name_plural': 'parties à l’Alliance',
                'ordering': ['alliance', '-qualite', 'organisme__nom_normalise'],
            },
        ),
        migrations.CreateModel(
            name='ProfilGouvernance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gestion', models.CharField(blank=True, choices=[('centralisee', 'Centralisée\xa0: appels, protocoles et suivi à la région'), ('partagee', 'Partagée\xa0: appels au local, protocoles et suivi à la région'), ('deux_paliers', 'À deux paliers\xa0: chaque palier gère ses projets')], max_length=15, verbose_name='gestion du FQIS')),
                ('decision_regionale', models.CharField(blank=True, choices=[('table_prefets', 'Table des préfètes et préfets ou équivalent'), ('concertation', 'Concertation ou Table régionale'), ('conseil_ville', 'Conseil municipal'), ('administration', 'Administration régionale ou conseil autochtone')], max_length=15, verbose_name='décision régionale')),
                ('decision_locale', models.CharField(blank=True, choices=[('mrc_decide', 'La MRC cosignataire décide et rend compte'), ('mrc_recommande', 'La MRC recommande à l’instance régionale'), ('concertation_recommande', 'La concertation locale recommande'), ('concertation_decide', 'La concertation locale décide'), ('arrondissements', 'Arrondissements et villes liées décident'), ('sans_objet', 'Sans objet')], max_length=25, verbose_name='décision locale')),
                ('pouvoir_table', models.CharField(blank=True, choices=[('decisionnel', 'Décisionnel'), ('consultatif', 'Consultatif'), ('inexistante', 'Table non constituée')], max_length=12, verbose_name='pouvoir de la Table régionale')),
                ('demarche', models.CharField(blank=True, choices=[('autonomie', 'Priorités communes et autonomie locale'), ('vision', 'Vision régionale et synergie avec le local'), ('propre', 'Démarche propre à l’organisation')], max_length=10, verbose_name='démarche régionale')),
                ('partenaires_sectoriels', models.CharField(blank=True, choices=[('non_sollicites', 'Peu ou pas sollicités au palier régional'), ('consultes', 'Consultés'), ('membres', 'Membres des instances')], max_length=15, verbose_name='partenaires sectoriels')),
                ('concertations_au_regional', models.CharField(blank=True, choices=[('non_impliquees', 'Non impliquées au palier régional'), ('consultatives', 'Consultatives'), ('decident', 'Participent à la décision')], max_length=15, verbose_name='concertations locales au palier régional')),
                ('part_regionale', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='part des projets régionaux (%)')),
                ('territoires_d_un_projet_regional', models.PositiveSmallIntegerField(default=2, help_text='Au moins ce nombre.', verbose_name='territoires touchés par un projet régional')),
                ('liaison', models.CharField(blank=True, help_text='Fonction ou organisme responsable.', max_length=150, verbose_name='liaison intersectorielle')),
                ('modalite_propre', models.TextField(blank=True, help_text='Ce que les choix ne disent pas\xa0: entente autochtone, Montréal, délégation écrite.', verbose_name='modalité propre')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
            ],
            options={
                'verbose_name': 'profil de gouvernance',
                'verbose_name_plural': 'profils de gouvernance',
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=2, unique=True, verbose_name='code')),
                ('nom', models.CharField(max_length=60, unique=True, verbose_name='nom')),
            ],
            options={
                'verbose_name': 'région',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='SecteurActeur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('nom', models.CharField(max_length=150, verbose_name='nom')),
                ('attendu_au_plan', models.BooleanField(default=True, verbose_name='collaboration attendue au plan')),
                ('vecu', models.BooleanField(default=False, verbose_name='personnes expertes de vécu')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'secteur d’acteurs',
                'verbose_name_plural': 'secteurs d’acteurs',
                'ordering': ['rang', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Siege',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('libelle', models.CharField(help_text='Une fonction ou un groupe, sans nom.', max_length=150, verbose_name='qui siège')),
                ('prevus', models.PositiveSmallIntegerField(default=1, verbose_name='sièges prévus')),
                ('pourvus', models.PositiveSmallIntegerField(default=0, verbose_name='sièges pourvus')),
                ('droit', models.CharField(choices=[('vote', 'Vote'), ('consultatif', 'Consultatif'), ('observation', 'Observation')], default='vote', max_length=12, verbose_name='droit')),
            ],
            options={
                'verbose_name': 'siège',
                'ordering': ['secteur__rang', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Territoire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Code géographique, zéros compris.', max_length=12, unique=True, verbose_name='code')),
                ('nom', models.CharField(max_length=100, verbose_name='nom')),
                ('type', models.CharField(choices=[('mrc', 'MRC'), ('ville', 'Ville ou agglomération'), ('equivalent', 'Territoire équivalent'), ('arrondissement', 'Arrondissement'), ('ville_liee', 'Ville liée'), ('quartier', 'Quartier'), ('communaute', 'Communauté autochtone'), ('regroupement', 'Regroupement')], default='mrc', max_length=15, verbose_name='type')),
                ('devitalise', models.BooleanField(default=False, verbose_name='dévitalisé')),
                ('devitalise_source', models.CharField(blank=True, help_text='Qui le dit, et de quelle année.', max_length=200, verbose_name='source de la dévitalisation')),
            ],
            options={
                'ordering': ['region__code', 'code'],
            },
        ),
        migrations.CreateModel(
            name='ThematiqueNationale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, verbose_name='code')),
                ('nom', models.CharField(max_length=150, verbose_name='nom')),
                ('definition', models.TextField(blank=True, verbose_name='définition')),
                ('recommandee', models.BooleanField(default=False, verbose_name='priorité nationale recommandée')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'thématique nationale',
                'verbose_name_plural': 'thématiques nationales',
                'ordering': ['cycle', 'rang', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fonction', models.CharField(max_length=100, verbose_name='fonction')),
                ('nom', models.CharField(max_length=120, validators=[socle.models.utilisateurs.sans_chevrons], verbose_name='nom')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='adresse courriel')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('principal', models.BooleanField(default=False, verbose_name='personne à joindre pour le plan')),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='alliances.alliance', verbose_name='alliance')),
            ],
            options={
                'verbose_name': 'personne à joindre',
                'verbose_name_plural': 'personnes à joindre',
                'ordering': ['-principal', 'fonction', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Par exemple 2024-2029.', max_length=9, unique=True, verbose_name='code')),
                ('debut', models.DateField(verbose_name='début')),
                ('fin', models.DateField(verbose_name='fin')),
                ('fin_realisation', models.DateField(help_text='Dernier jour où un moyen ou une initiative peut se réaliser.', verbose_name='fin de réalisation')),
                ('echeance_plan', models.DateField(help_text='Dépôt du plan d’action au plus tard (guide 2024-2029, §4.2).', verbose_name='échéance des plans')),
                ('montant', socle.valeurs.argent.MontantField(help_text='En dollars, pour tout le cycle.', verbose_name='montant national')),
            ],
            options={
                'ordering': ['-debut'],
                'constraints': [models.CheckConstraint(condition=models.Q(('debut__lt', models.F('fin'))), name='cycle_debut_avant_fin', violation_error_message='La fin du cycle doit suivre son début.'), models.CheckConstraint(condition=models.Q(('fin_realisation__gt', models.F('debut')), ('fin_realisation__lte', models.F('fin'))), name='cycle_realisation_dans_le_cycle', violation_error_message='La fin de réalisation doit tomber pendant le cycle.')],
            },
        ),
        migrations.AddField(
            model_name='alliance',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alliances', to='alliances.cycle', verbose_name='cycle'),
        ),
        migrations.CreateModel(
            name='InstanceGouvernance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=150, verbose_name='nom')),
                ('palier', models.CharField(choices=[('regional', 'Régional'), ('local', 'Local')], default='regional', max_length=10, verbose_name='palier')),
                ('nature', models.CharField(choices=[('decisionnelle', 'Décisionnelle'), ('consultative', 'Consultative')], default='consultative', max_length=15, verbose_name='nature')),
                ('mandat', models.TextField(blank=True, max_length=2000, verbose_name='mandat')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instances', to='alliances.alliance', verbose_name='alliance')),
            ],
            options={
                'verbose_name': 'instance de gouvernance',
                'verbose_name_plural': 'instances de gouvernance',
                'ordering': ['alliance', '-palier', 'rang', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EtapeDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('palier', models.CharField(choices=[('regional', 'Régional'), ('local', 'Local')], max_length=10, verbose_name='pour les initiatives de palier')),
                ('rang', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('acte', models.CharField(choices=[('information', 'Information'), ('avis', 'Avis'), ('recommandation', 'Recommandation'), ('approbation', 'Approbation'), ('decision', 'Décision')], max_length=15, verbose_name='acte')),
                ('instance_gouvernance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='etapes', to='alliances.instancegouvernance', verbose_name='instance')),
            ],
            options={
                'verbose_name': 'étape de décision',
                'verbose_name_plural': 'étapes de décision',
                'ordering': ['profil', '-palier', 'rang'],
            },
        ),
        migrations.CreateModel(
            name='JournalAlliance',
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
                ('alliance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='alliances.alliance', verbose_name='alliance')),
            ],
            options={
                'verbose_name': 'ligne du journal de l’Alliance',
                'verbose_name_plural': 'lignes du journal de l’Alliance',
                'ordering': ['-pk'],
                'abstract': False,
            },
        ),
    ]
