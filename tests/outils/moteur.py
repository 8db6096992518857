"""Ce que PostgreSQL rejoue : les essais qui touchent à la base, sauf ceux dont l'objet n'est pas la base.

Un essai qui ne demande pas la base n'y a pas accès (pytest-django la lui ferme) : le moteur n'y change rien. Ceux
d'`AILLEURS` et d'`ESSAIS_AILLEURS` la demandent pour se peupler, puis éprouvent autre chose, ou ce que d'autres
éprouvent déjà sur PostgreSQL. La suite entière court sur SQLite.
"""

AILLEURS = {
    "tests/test_administration.py": "droits, titres et balisage de l’administration; ses listes sont de Django",
    "tests/test_aide.py": "textes",
    "tests/test_depot.py": "types et tailles de fichiers",
    "tests/demonstration/test_documents_conformes.py": "documents",
    "tests/test_envoi_unique.py": "double clic, par le cache",
    "tests/test_pages.py": "balisage, langue et requêtes des pages; la matrice les ouvre toutes sur PostgreSQL",
    "tests/alliances/test_adresses.py": "adresses",
    "tests/alliances/test_charger_reference.py": "données; la démonstration les charge sur PostgreSQL",
    "tests/alliances/test_deux_facteurs.py": "connexion",
    "tests/conventions/test_fils.py": "fils d’Ariane",
    "tests/conventions/test_gardes.py": "chaque geste demande ses gardes",
    "tests/conventions/test_pdf.py": "documents",
    "tests/demonstration/test_initiatives.py": "données; test_histoires les charge sur PostgreSQL",
    "tests/plans/test_gardes.py": "chaque geste demande ses gardes",
    "tests/plans/test_pdf.py": "documents",
    "tests/plans/test_pdf_commandes.py": "documents",
    "tests/plans/test_tableau.py": "la page des tâches; la matrice l’ouvre sur PostgreSQL",
    "tests/projets/test_gardes.py": "chaque geste demande ses gardes",
    "tests/socle/test_comptes_identite.py": "connexion",
    "tests/socle/test_comptes_pages.py": "textes et balisage de la porte du compte",
    "tests/socle/test_entetes.py": "en-têtes HTTP",
    "tests/socle/test_pages.py": "pages d’erreur",
    "tests/socle/test_session.py": "fin de séance",
}
ESSAIS_AILLEURS = {  # d'un fichier que PostgreSQL rejoue pour le reste : (essai, ce que son nom contient)
    (
        "tests/test_matrice.py::test_hors_de_sa_portee_rien_ne_se_trouve",
        "",
    ): "chez soi, il ouvre ces adresses",
    (
        "tests/test_matrice.py::test_chaque_personne_recoit_le_code_de_la_matrice",
        " POST ",
    ): "chaque geste a ses essais sur PostgreSQL; la matrice y ouvre toutes les pages",
}
BASE = ("_django_db_helper", "situation")
TENUS_PAR_LA_BASE = (
    "transaction=True",
    "connection.vendor",
    "refuse_par",
    "IntegrityError",
    "DatabaseError",
    "Thread",
)


def le_moteur_y_change_quelque_chose(essai):
    """Vrai d'un essai qui demande la base sans être de ces listes."""
    demande = essai.get_closest_marker("django_db") or set(BASE) & set(essai.fixturenames)
    return bool(demande) and not _est_d_ailleurs(essai.nodeid)


def _est_d_ailleurs(nom):
    essais = (nom.startswith(debut) and morceau in nom for debut, morceau in ESSAIS_AILLEURS)
    return nom.startswith(tuple(AILLEURS)) or any(essais)
