
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alliances', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='journalalliance',
            name='par',
            field=models.ForeignKey(help_text='Vide pour un geste du système.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='alliance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandats', to='alliances.alliance', verbose_name='alliance'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='nomme_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nommé par'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='utilisateur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandats', to='alliances.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='table_regionale',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alliances', to='alliances.organisme', verbose_name='Table régionale'),
        ),
        migrations.AddField(
            model_name='participationpersonnes',
            name='alliance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='alliances.alliance', verbose_name='alliance'),
        ),
        migrations.AddField(
            model_name='partiealliance',
            name='alliance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='alliances.alliance', verbose_name='alliance'),
        ),
        migrations.AddField(
            model_name='partiealliance',
            name='organisme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualites', to='alliances.organisme', verbose_name='organisme'),
        ),
        migrations.AddField(
            model_name='profilgouvernance',
            name='alliance',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profil_gouvernance', to='alliances.alliance', verbose_name='alliance'),
        ),
        migrations.AddField(
            model_name='etapedecision',
            name='profil',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='circuit', to='alliances.profilgouvernance', verbose_name='profil'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandats', to='alliances.region', verbose_name='région'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='regions',
            field=models.ManyToManyField(blank=True, related_name='alliances', to='alliances.region', verbose_name='régions'),
        ),
        migrations.AddField(
            model_name='siege',
            name='instance_gouvernance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sieges', to='alliances.instancegouvernance', verbose_name='instance'),
        ),
        migrations.AddField(
            model_name='siege',
            name='secteur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sieges', to='alliances.secteuracteur', verbose_name='secteur'),
        ),
        migrations.AddField(
            model_name='territoire',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='alliances.territoire', verbose_name='fait partie de'),
        ),
        migrations.AddField(
            model_name='territoire',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='territoires', to='alliances.region', verbose_name='région'),
        ),
        migrations.AddField(
            model_name='organisme',
            name='territoire',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organismes', to='alliances.territoire', verbose_name='territoire'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='territoire',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandats', to='alliances.territoire', verbose_name='territoire'),
        ),
        migrations.AddField(
            model_name='instancegouvernance',
            name='territoire',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='alliances.territoire', verbose_name='territoire'),
        ),
        migrations.AddField(
            model_name='indiceterritoire',
            name='territoire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indices', to='alliances.territoire', verbose_name='territoire'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='territoires',
            field=models.ManyToManyField(blank=True, related_name='alliances', to='alliances.territoire', verbose_name='territoires'),
        ),
        migrations.AddField(
            model_name='thematiquenationale',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thematiques', to='alliances.cycle', verbose_name='cycle'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('principal', True)), fields=('alliance',), name='contact_principal_unique', violation_error_message='Une Alliance n’a qu’une personne à joindre pour son plan.'),
        ),
        migrations.AddConstraint(
            model_name='journalalliance',
            constraint=models.UniqueConstraint(fields=('chaine', 'rang'), name='journalalliance_chaine_rang_unique'),
        ),
        migrations.AddConstraint(
            model_name='participationpersonnes',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('aucune_action_motif', ''), _negated=True), ('forme', ''), ('personnes', 0), ('rencontres', 0)), models.Q(('aucune_action_motif', ''), models.Q(('forme', ''), _negated=True), models.Q(('palier', ''), _negated=True), models.Q(('niveau', ''), _negated=True)), _connector='OR'), name='participation_mecanisme_ou_motif', violation_error_message='Décrivez un mécanisme (palier, forme, niveau), ou dites qu’il n’y a eu aucune action et pourquoi.'),
        ),
        migrations.AddConstraint(
            model_name='partiealliance',
            constraint=models.UniqueConstraint(fields=('alliance', 'organisme', 'qualite'), name='partie_alliance_unique', violation_error_message='Cet organisme a déjà cette qualité dans l’Alliance.'),
        ),
        migrations.AddConstraint(
            model_name='partiealliance',
            constraint=models.UniqueConstraint(condition=models.Q(('qualite', 'fiduciaire')), fields=('alliance',), name='alliance_un_seul_fiduciaire', violation_error_message='Une Alliance n’a qu’un fiduciaire.'),
        ),
        migrations.AddConstraint(
            model_name='profilgouvernance',
            constraint=models.CheckConstraint(condition=models.Q(('part_regionale__isnull', True), models.Q(('part_regionale__gte', 0), ('part_regionale__lte', 100)), _connector='OR'), name='profil_part_regionale_en_pourcentage', violation_error_message='La part régionale est un pourcentage entre 0 et 100.'),
        ),
        migrations.AddConstraint(
            model_name='etapedecision',
            constraint=models.UniqueConstraint(fields=('profil', 'palier', 'rang'), name='etape_rang_unique', violation_error_message='Une autre étape a déjà ce rang.'),
        ),
        migrations.AddConstraint(
            model_name='siege',
            constraint=models.CheckConstraint(condition=models.Q(('pourvus__lte', models.F('prevus'))), name='siege_pourvus_au_plus_prevus', violation_error_message='Il ne peut y avoir plus de sièges pourvus que de sièges prévus.'),
        ),
        migrations.AddConstraint(
            model_name='organisme',
            constraint=models.UniqueConstraint(condition=models.Q(('neq', ''), _negated=True), fields=('neq',), name='organisme_neq_unique', violation_error_message='Un autre organisme porte déjà ce NEQ.'),
        ),
        migrations.AddConstraint(
            model_name='organisme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forme', 'non_constitue'), _negated=True), ('neq', ''), _connector='OR'), name='organisme_non_constitue_sans_neq', violation_error_message='Un regroupement non constitué n’a pas de NEQ.'),
        ),
        migrations.AddConstraint(
            model_name='mandat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['coordination', 'finances', 'signature']), ('alliance__isnull', False), ('organisme__isnull', True), ('region__isnull', True), ('territoire__isnull', True)), models.Q(('role__in', ['dgsq', 'direction_dgsq']), ('alliance__isnull', True), ('organisme__isnull', True), ('region__isnull', False), ('territoire__isnull', True)), models.Q(('role', 'territoire'), ('alliance__isnull', True), ('organisme__isnull', True), ('region__isnull', True), ('territoire__isnull', False)), models.Q(('role', 'porteur'), ('alliance__isnull', True), ('organisme__isnull', False), ('region__isnull', True), ('territoire__isnull', True)), models.Q(('role__in', ['administration', 'approbation', 'finances_mess', 'mess', 'observation']), ('alliance__isnull', True), ('organisme__isnull', True), ('region__isnull', True), ('territoire__isnull', True)), models.Q(('role', 'observation'), ('alliance__isnull', True), ('organisme__isnull', True), ('region__isnull', False), ('territoire__isnull', True)), _connector='OR'), name='mandat_portee_selon_le_role', violation_error_message='La portée du mandat ne convient pas à ce rôle.'),
        ),
        migrations.AddConstraint(
            model_name='mandat',
            constraint=models.CheckConstraint(condition=models.Q(('fin__isnull', True), ('debut__lte', models.F('fin')), _connector='OR'), name='mandat_debut_avant_fin', violation_error_message='La fin du mandat doit suivre son début.'),
        ),
        migrations.AddConstraint(
            model_name='mandat',
            constraint=models.UniqueConstraint(models.F('utilisateur'), models.F('role'), django.db.models.functions.comparison.Coalesce('alliance', models.Value(0)), django.db.models.functions.comparison.Coalesce('region', models.Value(0)), django.db.models.functions.comparison.Coalesce('territoire', models.Value(0)), django.db.models.functions.comparison.Coalesce('organisme', models.Value(0)), condition=models.Q(('fin__isnull', True)), name='mandat_ouvert_unique', violation_error_message='Cette personne tient déjà ce rôle sur cette portée.'),
        ),
        migrations.AddConstraint(
            model_name='instancegouvernance',
            constraint=models.UniqueConstraint(fields=('alliance', 'nom'), name='instance_nom_unique', violation_error_message='L’Alliance a déjà une instance de ce nom.'),
        ),
        migrations.AddConstraint(
            model_name='indiceterritoire',
            constraint=models.UniqueConstraint(fields=('territoire', 'indice', 'an'), name='indice_territoire_unique'),
        ),
        migrations.AddConstraint(
            model_name='indiceterritoire',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rang__isnull', True), ('valeur__isnull', False)), models.Q(('rang__gte', 1), ('rang__isnull', False), ('rang__lte', 104)), _connector='OR'), name='indice_valeur_ou_rang', violation_error_message='Un indice a une valeur, ou un rang de 1 à 104.'),
        ),
        migrations.AddConstraint(
            model_name='indiceterritoire',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='indice_avec_source', violation_error_message='Un indice a une source.'),
        ),
        migrations.AddConstraint(
            model_name='alliance',
            constraint=models.UniqueConstraint(fields=('slug',), name='alliance_slug_unique', violation_error_message='Une Alliance porte déjà cette adresse courte, dans ce cycle ou un autre.'),
        ),
        migrations.AddConstraint(
            model_name='alliance',
            constraint=models.CheckConstraint(condition=models.Q(('montant__isnull', True), ('montant__gte', 0), _connector='OR'), name='alliance_montant_positif', violation_error_message='Le montant d’une Alliance n’est pas négatif.'),
        ),
        migrations.AddConstraint(
            model_name='thematiquenationale',
            constraint=models.UniqueConstraint(fields=('cycle', 'code'), name='thematique_code_unique'),
        ),
    ]
