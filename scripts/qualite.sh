#!/usr/bin/env bash
# Toutes les vérifications qui ne demandent pas de lancer l’application. Va au bout, puis dit ce qui a échoué.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
bin=.venv/bin
echecs=()

verifier() {
    local nom=$1
    shift
    printf '— %s\n' "$nom"
    "$@" || echecs+=("$nom")
}

# Valeurs d’essai : elles ne servent qu’à charger les réglages de production, rien ne s’y connecte.
comme_en_production() {
    env DJANGO_SETTINGS_MODULE=config.settings.prod ALLOWED_HOSTS=alliances.example \
        DATABASE_URL=postgres://alliances@localhost/alliances EMAIL_URL=smtp://localhost:25 \
        SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        $bin/python manage.py check --deploy --fail-level WARNING
}

migrations_a_jour() {
    env DJANGO_SETTINGS_MODULE=config.settings.test $bin/python manage.py makemigrations --check --dry-run
}

verifier "Python : règles (ruff)" $bin/ruff check --quiet --output-format concise .
verifier "Python : mise en forme (ruff)" $bin/ruff format --check --quiet .
verifier "Gabarits : règles (djlint)" $bin/djlint --lint --quiet templates
verifier "Gabarits : règles de la maison" $bin/python -m outils.gabarits
verifier "Français" $bin/python -m outils.francais
verifier "Sens des dépendances (import-linter)" $bin/lint-imports --cache-dir var/import_linter
verifier "Migrations à jour" migrations_a_jour
verifier "Réglages de production (check --deploy)" comme_en_production

if [ ${#echecs[@]} -gt 0 ]; then
    printf '\nÀ corriger :\n'
    printf '  - %s\n' "${echecs[@]}"
    exit 1
fi
printf '\nTout est en ordre.\n'
