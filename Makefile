# La porte d’entrée des commandes. « make » seul les explique.
SHELL := bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := aide
PORT ?= 8000
ESSAIS ?=
python := .venv/bin/python
PYTEST := $(python) -m pytest
# Des essais voisins partagent leurs données : chaque ouvrier en reçoit une suite, et n’en vole qu’à la fin.
EN_PARALLELE := -n auto --dist worksteal
# Sans ses modules compilés, chaque processus Python les recompilerait : trois secondes de plus à chacun.
unexport PYTHONDONTWRITEBYTECODE
COUVERTURE ?=
OPTIONS := $(if $(COUVERTURE),--cov --cov-report=,)

.PHONY: aide preparer demo test test-postgres test-navigateur couverture quality fix mesure verrouiller

aide: ## explique les commandes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

preparer: ## crée l’environnement et installe ce qui manque
	@scripts/preparer.sh

demo: ## prépare tout et sert la démonstration sur http://127.0.0.1:8000 (PORT=8001 pour changer)
	@scripts/preparer.sh
	@PORT=$(PORT) exec scripts/demo.sh

test: ## toute la suite sur SQLite, en parallèle (ESSAIS=tests/plans pour une partie, COUVERTURE=1 pour la mesure)
	@scripts/preparer.sh essais
	@$(PYTEST) $(EN_PARALLELE) -m "not navigateur" $(OPTIONS) $(ESSAIS)

# La grappe disparaît avec la commande : y effacer la base d’essai coûterait un point de contrôle pour rien.
test-postgres: ## ce que le moteur de base peut changer, sur un PostgreSQL jetable (tests/outils/moteur.py)
	@scripts/preparer.sh essais postgres
	@scripts/postgres_ephemere.sh $(PYTEST) $(EN_PARALLELE) --reuse-db -m "moteur and not navigateur" $(OPTIONS) $(ESSAIS)

test-navigateur: ## les essais dans un vrai navigateur (Chromium)
	@scripts/preparer.sh essais navigateur
	@$(PYTEST) $(EN_PARALLELE) -m navigateur $(ESSAIS)

couverture: ## la suite avec mesure : 95 % des lignes et des branches des modèles, règles et permissions
	@scripts/preparer.sh essais
	@$(PYTEST) $(EN_PARALLELE) -m "not navigateur" --cov --cov-report=
	@$(python) -m coverage report --include='*/models/*,*/regles/*,*/permissions.py' --fail-under=95

quality: ## style, gabarits, architecture, migrations, sécurité, français
	@scripts/preparer.sh
	@scripts/qualite.sh

fix: ## corrige ce qui se corrige seul
	@scripts/preparer.sh
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@$(python) -m outils.francais --corriger

mesure: ## requêtes et temps de chaque page, temps et taille des documents
	@scripts/preparer.sh essais
	@$(python) manage.py mesurer

verrouiller: ## recalcule requirements*.txt, avec empreintes et sans adresse (MONTER=1 pour les versions récentes)
	@scripts/preparer.sh
	@compiler=(.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header $(if $(MONTER),--upgrade) pyproject.toml)
	@"$${compiler[@]}" -o requirements.txt >/dev/null
	@"$${compiler[@]}" --group dev -c requirements.txt -o requirements-dev.txt >/dev/null
	@! grep -n '://' requirements.txt requirements-dev.txt
	@echo "Verrous à jour."
