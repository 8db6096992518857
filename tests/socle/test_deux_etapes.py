"""La validation en deux étapes : activer, entrer avec un code, codes de secours."""

import pytest

pytestmark = pytest.mark.django_db
