
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import socle.models.utilisateurs
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChaineJournal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=120, unique=True, verbose_name='nom')),
                ('rang', models.PositiveIntegerField(default=0, verbose_name='rang de la dernière ligne')),
                ('empreinte', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64, verbose_name='empreinte de la dernière ligne')),
            ],
            options={
                'verbose_name': 'chaîne de journal',
                'verbose_name_plural': 'chaînes de journal',
            },
        ),
        migrations.CreateModel(
            name='Utilisateur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('courriel', models.EmailField(max_length=254, unique=True, verbose_name='adresse courriel')),
                ('prenom', models.CharField(max_length=80, validators=[socle.models.utilisateurs.sans_chevrons], verbose_name='prénom')),
                ('nom', models.CharField(max_length=80, validators=[socle.models.utilisateurs.sans_chevrons], verbose_name='nom')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('is_active', models.BooleanField(default=True, verbose_name='actif')),
                ('is_staff', models.BooleanField(default=False, help_text='Corrections de données, avec un motif.', verbose_name='accès à l’administration')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'utilisateur ou utilisatrice',
                'verbose_name_plural': 'utilisateurs et utilisatrices',
                'ordering': ['nom', 'prenom', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(editable=False, max_length=64, unique=True, verbose_name='clé')),
                ('nom', models.CharField(max_length=150, verbose_name='nom du fichier')),
                ('etat', models.CharField(choices=[('en_attente', 'En préparation'), ('pret', 'Prêt'), ('echec', 'En échec')], default='en_attente', max_length=12, verbose_name='état')),
                ('fichier', models.FileField(blank=True, upload_to='documents/%Y/%m/', verbose_name='fichier')),
                ('taille', models.PositiveIntegerField(default=0, verbose_name='taille en octets')),
                ('empreinte', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 du fichier')),
                ('demande_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='demandé le')),
                ('pret_le', models.DateTimeField(editable=False, null=True, verbose_name='prêt le')),
                ('probleme', models.CharField(blank=True, max_length=300, verbose_name='problème')),
            ],
            options={
                'verbose_name': 'document produit',
                'verbose_name_plural': 'documents produits',
                'ordering': ['-demande_le'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('etat', 'pret'), _negated=True), models.Q(models.Q(('fichier', ''), _negated=True), ('pret_le__isnull', False), ('taille__gt', 0)), _connector='OR'), name='document_pret_avec_fichier', violation_error_message='Un document prêt a un fichier.')],
            },
        ),
        migrations.CreateModel(
            name='EnvoiUnique',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jeton', models.UUIDField(unique=True, verbose_name='jeton')),
                ('suite', models.CharField(blank=True, max_length=500, verbose_name='suite')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='traité le')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'envoi traité',
                'verbose_name_plural': 'envois traités',
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(max_length=150, verbose_name='événement')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('texte', models.TextField(blank=True, verbose_name='texte')),
                ('lien', models.CharField(blank=True, max_length=300, verbose_name='lien')),
                ('a_suivre', models.BooleanField(default=False, verbose_name='attend un geste')),
                ('creee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='créée le')),
                ('envoyee_le', models.DateTimeField(editable=False, null=True, verbose_name='courriel envoyé le')),
                ('lue_le', models.DateTimeField(editable=False, null=True, verbose_name='lue le')),
                ('destinataire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='destinataire')),
            ],
            options={
                'ordering': ['-creee_le', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='utilisateur',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('courriel'), name='utilisateur_courriel_unique', violation_error_message='Un compte existe déjà avec cette adresse courriel.'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('destinataire', 'cle'), name='notification_une_seule_fois', violation_error_message='Cette personne a déjà été prévenue de cet événement.'),
        ),
    ]
