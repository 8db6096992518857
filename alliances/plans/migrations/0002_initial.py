
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alliances', '0002_initial'),
        ('plans', '0001_initial'),
        ('socle', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='controleexamen',
            name='inscrit_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inscrit par'),
        ),
        migrations.AddField(
            model_name='demandecorrection',
            name='demandee_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandée par'),
        ),
        migrations.AddField(
            model_name='demandecorrection',
            name='revoquee_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='révoquée par'),
        ),
        migrations.AddField(
            model_name='demandecorrection',
            name='traitee_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='traitée par'),
        ),
        migrations.AddField(
            model_name='indicateurplan',
            name='modifie_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifié par'),
        ),
        migrations.AddField(
            model_name='indicateurplan',
            name='supprime_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supprimé par'),
        ),
        migrations.AddField(
            model_name='instantane',
            name='document',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='socle.document', verbose_name='document'),
        ),
        migrations.AddField(
            model_name='instantane',
            name='par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='instantane',
            name='precedent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.instantane', verbose_name='version en vigueur'),
        ),
        migrations.AddField(
            model_name='journalplan',
            name='par',
            field=models.ForeignKey(help_text='Vide pour un geste du système.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='lecturesection',
            name='instantane',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.instantane', verbose_name='instantané'),
        ),
        migrations.AddField(
            model_name='lecturesection',
            name='utilisateur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='modifie_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifié par'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='supprime_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supprimé par'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='territoires',
            field=models.ManyToManyField(blank=True, related_name='+', to='alliances.territoire', verbose_name='territoires'),
        ),
        migrations.AddField(
            model_name='indicateurplan',
            name='moyen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicateurs', to='plans.moyen', verbose_name='moyen'),
        ),
        migrations.AddField(
            model_name='collaborateur',
            name='moyen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='collaborateurs', to='plans.moyen', verbose_name='moyen'),
        ),
        migrations.AddField(
            model_name='objectif',
            name='modifie_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifié par'),
        ),
        migrations.AddField(
            model_name='objectif',
            name='supprime_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supprimé par'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='objectif',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moyens', to='plans.objectif', verbose_name='objectif'),
        ),
        migrations.AddField(
            model_name='observationplan',
            name='ecrite_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par'),
        ),
        migrations.AddField(
            model_name='pieceplan',
            name='retiree_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retirée par'),
        ),
        migrations.AddField(
            model_name='pieceplan',
            name='televersee_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='téléversée par'),
        ),
        migrations.AddField(
            model_name='planaction',
            name='alliance',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliances.alliance', verbose_name='alliance'),
        ),
        migrations.AddField(
            model_name='lecturesection',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lectures', to='plans.planaction', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='journalplan',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='plans.planaction', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='presence',
            name='utilisateur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='priorite',
            name='modifie_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifié par'),
        ),
        migrations.AddField(
            model_name='priorite',
            name='supprime_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supprimé par'),
        ),
        migrations.AddField(
            model_name='priorite',
            name='territoires',
            field=models.ManyToManyField(blank=True, related_name='+', to='alliances.territoire', verbose_name='territoires'),
        ),
        migrations.AddField(
            model_name='priorite',
            name='thematique',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliances.thematiquenationale', verbose_name='thématique nationale'),
        ),
        migrations.AddField(
            model_name='objectif',
            name='priorite',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objectifs', to='plans.priorite', verbose_name='priorité'),
        ),
        migrations.AddField(
            model_name='sectionplan',
            name='modifiee_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='modifiée par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='adoptee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='adoption saisie par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='avis_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='avis rendu par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='base',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.versionplan', verbose_name='version de départ'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='creee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='créée par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='decidee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='deposee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déposée par'),
        ),
        migrations.AddField(
            model_name='versionplan',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='plans.planaction', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='sectionplan',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='priorite',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='priorites', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='presence',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='pieceplan',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='observationplan',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='journalplan',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='instantane',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instantanes', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='demandecorrection',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='controleexamen',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='controles', to='plans.versionplan', verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='indicateurplan',
            constraint=models.UniqueConstraint(fields=('moyen', 'cle'), name='indicateur_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='moyen',
            constraint=models.UniqueConstraint(fields=('objectif', 'cle'), name='moyen_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='moyen',
            constraint=models.CheckConstraint(condition=models.Q(('debut__isnull', True), ('fin__isnull', True), ('debut__lte', models.F('fin')), _connector='OR'), name='moyen_debut_avant_fin', violation_error_message='La fin du moyen doit suivre son début.'),
        ),
        migrations.AddConstraint(
            model_name='lecturesection',
            constraint=models.UniqueConstraint(fields=('plan', 'utilisateur', 'code'), name='lecture_unique'),
        ),
        migrations.AddConstraint(
            model_name='objectif',
            constraint=models.UniqueConstraint(fields=('priorite', 'cle'), name='objectif_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.UniqueConstraint(fields=('plan', 'numero'), name='version_numero_unique'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ('brouillon', 'adoptee', 'deposee', 'a_corriger', 'avisee'))), fields=('plan',), name='version_une_seule_ouverte', violation_error_message='Une version de ce plan est déjà en rédaction ou en examen.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.UniqueConstraint(condition=models.Q(('etat', 'approuvee')), fields=('plan',), name='version_une_seule_en_vigueur', violation_error_message='Ce plan a déjà une version en vigueur.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'brouillon'), ('adoptee_le__isnull', True), ('adoptee_par__isnull', True), ('adoption_mode', ''), ('resolution', '')), models.Q(models.Q(('etat', 'brouillon'), _negated=True), ('adoptee_le__isnull', False), ('adoptee_par__isnull', False), models.Q(('adoption_mode', ''), _negated=True), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='version_adoption_complete', violation_error_message='L’adoption a une date, une personne, un mode et un numéro de résolution.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('deposee', 'a_corriger', 'avisee', 'approuvee', 'refusee', 'remplacee')), ('deposee_le__isnull', False), ('deposee_par__isnull', False), models.Q(('reference', ''), _negated=True)), models.Q(('etat__in', ('brouillon', 'adoptee')), ('deposee_le__isnull', True), ('deposee_par__isnull', True), ('reference', '')), _connector='OR'), name='version_depot_complet', violation_error_message='Le dépôt a une date, une personne et une référence.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('avisee', 'approuvee', 'refusee', 'remplacee')), ('avis_le__isnull', False), ('avis_par__isnull', False), models.Q(('avis_sens', ''), _negated=True), models.Q(('avis_texte', ''), _negated=True)), models.Q(models.Q(('etat__in', ('avisee', 'approuvee', 'refusee', 'remplacee')), _negated=True), ('avis_le__isnull', True), ('avis_par__isnull', True), ('avis_sens', ''), ('avis_texte', '')), _connector='OR'), name='version_avis_complet', violation_error_message='L’avis a un sens, un texte, une date et une personne.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('approuvee', 'refusee', 'remplacee')), ('decidee_le__isnull', False), ('decidee_par__isnull', False)), models.Q(models.Q(('etat__in', ('approuvee', 'refusee', 'remplacee')), _negated=True), ('decidee_le__isnull', True), ('decidee_par__isnull', True)), _connector='OR'), name='version_decision_complete', violation_error_message='La décision a une date et une personne.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(('numero', 1), models.Q(('motif', ''), _negated=True), _connector='OR'), name='version_motif_de_modification', violation_error_message='Une modification du plan a un motif.'),
        ),
        migrations.AddConstraint(
            model_name='versionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'refusee'), _negated=True), models.Q(('decision_motif', ''), _negated=True), _connector='OR'), name='version_refus_motive', violation_error_message='Un refus a un motif.'),
        ),
        migrations.AddConstraint(
            model_name='sectionplan',
            constraint=models.UniqueConstraint(fields=('version', 'code'), name='section_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='priorite',
            constraint=models.UniqueConstraint(fields=('version', 'cle'), name='priorite_cle_unique'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('version', 'cible', 'utilisateur'), name='presence_unique'),
        ),
        migrations.AddConstraint(
            model_name='journalplan',
            constraint=models.UniqueConstraint(fields=('chaine', 'rang'), name='journalplan_chaine_rang_unique'),
        ),
        migrations.AddConstraint(
            model_name='demandecorrection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('traitee_le__isnull', True), ('traitee_par__isnull', True)), models.Q(('envoyee_le__isnull', False), ('traitee_le__isnull', False), ('traitee_par__isnull', False)), _connector='OR'), name='demande_traitee_complete', violation_error_message='Une demande traitée a été envoyée; elle a une date et une personne.'),
        ),
        migrations.AddConstraint(
            model_name='demandecorrection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoquee_le__isnull', True), ('revoquee_par__isnull', True)), models.Q(('revoquee_le__isnull', False), ('revoquee_par__isnull', False)), _connector='OR'), name='demande_revoquee_complete', violation_error_message='Une demande révoquée a une date et une personne.'),
        ),
        migrations.AddConstraint(
            model_name='controleexamen',
            constraint=models.UniqueConstraint(fields=('version', 'tour', 'element'), name='controle_unique'),
        ),
        migrations.AddConstraint(
            model_name='controleexamen',
            constraint=models.CheckConstraint(condition=models.Q(('element__gte', 1), ('element__lte', 15)), name='controle_element_du_guide', violation_error_message='Le guide compte quinze éléments.'),
        ),
        migrations.AddIndex(
            model_name='versionplan',
            index=models.Index(fields=['plan', 'numero', 'etat', 'deposee_le'], name='version_dernieres'),
        ),
        migrations.AddIndex(
            model_name='versionplan',
            index=models.Index(fields=['etat', 'plan'], name='version_par_etat'),
        ),
    ]
