"""Une lecture n’écrit rien : on le demande à la base."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from socle.models import Utilisateur
from socle.service.lecture_seule import EcriturePendantUneLecture, LectureSeuleMiddleware, ecrit


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  select * from plans_versionplan",
        "(SELECT 1) UNION (SELECT 2)",
        "PRAGMA foreign_keys",
        'SAVEPOINT "x1"',
        "RELEASE SAVEPOINT x",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        'INSERT INTO "django_session" ("cle") VALUES (1)',
        'UPDATE "usersessions_usersession" SET x = 1',
        "DELETE FROM django_session",
        "SELECT * FROM t WHERE note = 'update'",
    ],
)
def test_une_lecture_passe(sql):
    assert not ecrit(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "socle_utilisateur" ("nom") VALUES (1)',
        "UPDATE plans_versionplan SET etat = 'deposee'",
        "DELETE FROM socle_piece",
        "WITH a AS (DELETE FROM socle_piece RETURNING *) SELECT * FROM a",
        "(WITH a AS (DELETE FROM socle_piece RETURNING *) SELECT * FROM a)",
        "INSERT OR IGNORE INTO socle_piece VALUES (1)",
        "TRUNCATE socle_piece",
        "DROP TABLE django_session",
        "CREATE TABLE x (y int)",
    ],
)
def test_une_ecriture_est_reconnue(sql):
    assert ecrit(sql)


def demander(methode, vue):
    return LectureSeuleMiddleware(vue)(getattr(RequestFactory(), methode)("/page/"))


def ecrire(request):
    Utilisateur.objects.filter(pk=-1).update(nom="x")
    return HttpResponse("fait")


@pytest.mark.django_db
@pytest.mark.parametrize("methode", ["get", "head"])
def test_une_lecture_qui_ecrit_est_refusee(methode):
    with pytest.raises(EcriturePendantUneLecture, match="socle_utilisateur"):
        demander(methode, ecrire)


@pytest.mark.django_db
def test_un_envoi_peut_ecrire():
    assert demander("post", ecrire).status_code == 200


@pytest.mark.django_db
def test_la_seance_peut_s_ecrire_pendant_une_lecture():
    def vue(request):
        Session.objects.create(session_key="x", session_data="", expire_date=timezone.now())
        return HttpResponse(str(Utilisateur.objects.count()))

    assert demander("get", vue).status_code == 200


@pytest.mark.django_db
def test_la_garde_se_retire_apres_la_lecture():
    demander("get", lambda request: HttpResponse(""))
    with connection.cursor() as curseur:
        curseur.execute("UPDATE socle_utilisateur SET nom = 'x' WHERE id = -1")


def test_la_garde_veille_dans_les_essais(settings):
    assert settings.MIDDLEWARE[0] == "socle.service.lecture_seule.LectureSeuleMiddleware"
