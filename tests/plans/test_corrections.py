"""Après un retour : la demande à côté du champ, la réponse, ce qui s'ouvre et ce qui reste fermé."""

from django.urls import reverse

from alliances.models.mandats import DE_LA_REGION
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee


def url(version, nom="section", *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


@partagee
def version(cadre, agente, signataire):
    return fabriques.version_a_corriger(cadre.bsl)


@partagee
def demande(version):
    return version.demandes.get()


def test_la_demande_se_lit_a_cote_du_champ_et_se_marque_faite(version, demande, agente, client_de):
    client = client_de(agente)
    page = client.get(url(version, "section", "1d"))
    assert_html_accessible(page)
    assert demande.texte in page.text
    section = version.sections.get(code="1d")
    client.post(
        url(version, "section", "1d"),
        {
            "texte": "Deux sièges sur vingt.",
            "terminee": "oui",
            "revision": section.revision,
            f"faite_{demande.pk}": "on",
            f"reponse_{demande.pk}": "Le nombre est ajouté.",
        },
    )
    demande.refresh_from_db()
    assert (demande.traitee_par, demande.reponse) == (agente, "Le nombre est ajouté.")
    assert "Toutes les corrections sont marquées comme faites" in client.get(url(version, "tableau")).text


def test_une_section_visee_reste_terminee_pendant_la_correction(version, agente, client_de):
    """Ni le retour ni l'enregistrement automatique ne changent la réponse « Avez-vous terminé? »."""
    client, section = client_de(agente), version.sections.get(code="1d")
    client.post(
        url(version, "brouillon", "1d"), {"texte": "Deux sièges sur vingt.", "revision": section.revision}
    )
    form = client.get(url(version, "section", "1d")).context["form"]
    assert form["terminee"].value() == "oui"
    assert "Deux sièges" in version.sections.get(code="1d").texte


def test_la_demande_dit_quel_cote_la_fait(version, demande, agente, client_de):
    assert version.journal.get(geste="retourner").role in DE_LA_REGION
    page = client_de(agente).get(url(version, "section", "1d")).text
    assert "Services Québec, le" in page
    assert "Le Ministère, le" not in page


def test_apres_l_avis_la_demande_vient_du_ministere(cadre, agente, mess, client_de):
    avisee = fabriques.version_avisee(cadre.bsl)
    fabriques.DemandeCorrection.demander(
        avisee, par=mess, cible=("section", "1d"), raison="incomplet", texte="Précisez les sièges."
    )
    avisee.retourner(par=mess, motif="Une précision.")
    client = client_de(agente)
    assert "Le Ministère, le" in client.get(url(avisee, "section", "1d")).text
    assert f"{mess.nom_complet} (Analyse, Ministère)" in lu(client.get(url(avisee, "tableau")))


def test_une_correction_marquee_trop_vite_se_reprend(version, demande, agente, client_de):
    client = client_de(agente)
    client.post(reverse("plans:correction_traitee", args=[demande.pk]), {"reponse": "Fait."})
    demande.refresh_from_db()
    assert demande.traitee_le
    reponse = client.post(reverse("plans:correction_reprise", args=[demande.pk]))
    assert reponse.status_code == 302
    demande.refresh_from_db()
    assert demande.traitee_le is None


def test_seule_la_partie_visee_s_ouvre(version, agente, client_de):
    client = client_de(agente)
    page = client.get(url(version, "section", "1a"))
    assert "rien ne s’y modifie avant le nouveau dépôt" in page.text
    section = version.sections.get(code="1a")
    reponse = client.post(
        url(version, "section", "1a"), {"texte": "Non.", "terminee": "oui", "revision": section.revision}
    )
    assert reponse.status_code == 409
    priorites = client.get(url(version, "priorites"))
    assert not any(noeud.ouvert for noeud in priorites.context["noeuds"])


def test_une_demande_sur_un_moyen_n_ouvre_que_lui(cadre, agente, signataire, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    moyen = version.priorites.get().objectifs.get().moyens.get()
    version.demandes.create(
        cible_objet="moyen",
        cible_cle=str(moyen.cle),
        raison="incorrect",
        texte="Revoir le nombre.",
        demandee_par=fabriques._tenant("dgsq", cadre.bsl),
    )
    version = version.retourner(par=fabriques._tenant("direction_dgsq", cadre.bsl))
    client = client_de(agente)
    noeud = client.get(url(version, "priorites")).context["noeuds"][0]
    assert not noeud.ouvert
    vise = noeud.enfants[0].enfants[0]
    assert (vise.ouvert, vise.ordonnable, vise.enfants[0].ordonnable) == (True, False, True)
    page = client.get(url(version, "carte", "moyen", moyen.cle))
    assert "Revoir le nombre." in page.text
    assert_html_accessible(page)


def test_l_alliance_d_a_cote_et_la_lectrice_ne_repondent_pas(
    version, demande, etrangere, lectrice, client_de
):
    adresse = reverse("plans:correction_traitee", args=[demande.pk])
    assert client_de(etrangere).post(adresse).status_code == 404
    assert client_de(lectrice).post(adresse).status_code == 403
    assert client_de(lectrice).get(adresse).status_code == 405
    demande.refresh_from_db()
    assert demande.traitee_le is None


def test_une_reponse_trop_longue_ne_marque_rien(version, demande, agente, client_de):
    client_de(agente).post(reverse("plans:correction_traitee", args=[demande.pk]), {"reponse": "x" * 3001})
    demande.refresh_from_db()
    assert demande.traitee_le is None


def test_une_demande_sur_la_personne_a_joindre_s_y_repond(cadre, agente, signataire, client_de):
    version = fabriques.version_a_corriger(cadre.bsl, cibles=[("section", "en-tete")])
    client = client_de(agente)
    page = client.get(url(version, "contact"))
    assert_html_accessible(page)
    assert "La correction demandée est faite" in page.text
    demande = version.demandes.get()
    reponse = client.post(reverse("plans:correction_traitee", args=[demande.pk]), {"reponse": ""})
    assert reponse.url == url(version, "contact")


def test_une_page_perimee_ne_defait_pas_ce_qu_une_autre_a_marque_fait(version, demande, agente, client_de):
    section = version.sections.get(code="1d")
    page = client_de(agente).get(url(version, "section", "1d")).context["corrections"]
    montre = {
        champ.html_name: champ.value() or "" for champ in page if not champ.html_name.startswith("faite")
    }
    demande.traiter(par=agente, reponse="Le nombre est ajouté.")
    envoi = {"texte": "Deux sièges sur vingt.", "terminee": "oui", "revision": section.revision}
    assert client_de(agente).post(url(version, "section", "1d"), envoi | montre).status_code == 302
    demande.refresh_from_db()
    assert (demande.traitee_par, demande.reponse) == (agente, "Le nombre est ajouté.")
    page = client_de(agente).get(url(version, "section", "1d")).context["corrections"]
    montre = {
        champ.html_name: champ.value() or "" for champ in page if not champ.html_name.startswith("faite")
    }
    section.refresh_from_db()
    client_de(agente).post(url(version, "section", "1d"), envoi | montre | {"revision": section.revision})
    demande.refresh_from_db()
    assert demande.traitee_le is None


def test_une_reponse_n_en_remplace_pas_une_autre_que_sa_page_ne_montrait_pas(
    version, demande, agente, ressource, client_de
):
    section = version.sections.get(code="1d")
    page = client_de(agente).get(url(version, "section", "1d")).context["corrections"]
    montre = {champ.html_name: champ.value() or "" for champ in page}
    demande.traiter(par=ressource, reponse="Le nombre est ajouté.")
    envoi = {"texte": "Deux sièges sur vingt.", "terminee": "oui", "revision": section.revision} | montre
    envoi |= {f"faite_{demande.pk}": "on", f"reponse_{demande.pk}": "Deux sièges de plus."}
    suite = client_de(agente).post(url(version, "section", "1d"), envoi, follow=True)
    demande.refresh_from_db()
    assert (demande.traitee_par, demande.reponse) == (ressource, "Le nombre est ajouté.")
    assert "a déjà répondu à cette correction" in lu(suite)
    assert "Deux sièges de plus." in lu(suite)


def test_un_conflit_garde_aussi_la_reponse_a_la_demande(version, demande, agente, client_de):
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU)
    donnees = {
        "texte": "Autre chose.",
        "terminee": "oui",
        "revision": section.revision - 1,
        f"faite_{demande.pk}": "on",
        f"reponse_{demande.pk}": "Deux sièges de plus.",
    }
    client = client_de(agente)
    conflit = client.post(url(version, "section", "1d"), donnees)
    assert conflit.status_code == 409
    assert "Deux sièges de plus." in conflit.text
    demande.refresh_from_db()
    assert demande.traitee_le is None
    client.post(url(version, "section", "1d"), donnees | {"revision": section.revision})
    demande.refresh_from_db()
    assert demande.reponse == "Deux sièges de plus."


def brouillon(version, demande, **champs):
    section = version.sections.get(code="1d")
    saisie = {"texte": section.texte, "revision": section.revision}
    return saisie | {f"{nom}_{demande.pk}": valeur for nom, valeur in champs.items()}


def test_une_reponse_inachevee_se_garde_avec_le_brouillon_et_l_etat_ne_la_lit_pas(
    version, demande, agente, direction, client_de
):
    client, adresse = client_de(agente), url(version, "brouillon", "1d")
    assert client.post(adresse, brouillon(version, demande, reponse="Deux siè")).status_code == 200
    demande.refresh_from_db()
    assert (demande.reponse, demande.traitee_le) == ("Deux siè", None)
    assert not version.journal.filter(geste="traiter-correction").exists()
    assert "Deux siè" in client.get(url(version, "section", "1d")).text
    assert "Deux siè" not in client_de(direction).get(url(version, "examen_partie", "1d")).text
    client.post(adresse, brouillon(version, demande, vue="Deux siè", reponse=""))
    demande.refresh_from_db()
    assert demande.reponse == ""


def test_une_page_qui_n_a_pas_touche_a_la_reponse_ne_l_efface_pas(version, demande, agente, client_de):
    client, adresse = client_de(agente), url(version, "brouillon", "1d")
    client.post(adresse, brouillon(version, demande, reponse="Deux sièges\r\nde plus."))
    client.post(adresse, brouillon(version, demande, vue="", reponse=""))
    client.post(url(version, "section", "1d"), brouillon(version, demande, vue="Deux", reponse="Deux "))
    demande.refresh_from_db()
    assert demande.reponse == "Deux sièges\nde plus."


def test_une_reponse_deja_publique_ne_change_qu_avec_le_bouton(version, demande, agente, client_de):
    demande.traiter(par=agente, reponse="Fait.")
    client, page = client_de(agente), url(version, "section", "1d")
    assert client.get(page).text.count("data-au-bouton") == 2
    saisie = brouillon(version, demande, faite="on", vue="Fait.", reponse="Fait, avec soin.")
    client.post(url(version, "brouillon", "1d"), saisie)
    demande.refresh_from_db()
    assert demande.reponse == "Fait."
    client.post(page, saisie | {"terminee": "oui"})
    demande.refresh_from_db()
    assert demande.reponse == "Fait, avec soin."


def test_sans_cocher_le_bouton_garde_aussi_la_reponse(version, demande, agente, client_de):
    saisie = brouillon(version, demande, vue="", reponse="J’y travaille.") | {"terminee": "non"}
    assert client_de(agente).post(url(version, "section", "1d"), saisie).status_code == 302
    demande.refresh_from_db()
    assert (demande.reponse, demande.traitee_le) == ("J’y travaille.", None)


def test_une_reponse_trop_longue_ne_s_enregistre_pas_avec_le_brouillon(version, demande, agente, client_de):
    saisie = brouillon(version, demande, reponse="x" * 3001)
    reponse = client_de(agente).post(url(version, "brouillon", "1d"), saisie)
    assert (reponse.status_code, "Votre réponse" in reponse.json()["erreur"]) == (400, True)


def test_la_reponse_inachevee_d_une_carte_se_garde_aussi(cadre, agente, signataire, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    objectif = version.priorites.get().objectifs.get()
    version.demandes.create(
        cible_objet="objectif",
        cible_cle=str(objectif.cle),
        raison="incorrect",
        texte="Revoir le titre.",
        demandee_par=fabriques._tenant("dgsq", cadre.bsl),
    )
    version = version.retourner(par=fabriques._tenant("direction_dgsq", cadre.bsl))
    demande, client = version.demandes.get(), client_de(agente)
    for titre, mot in ((objectif.titre, "Le titre"), ("Un autre titre", "Le titre est revu")):
        saisie = {"titre": titre, "revision": objectif.revision, f"reponse_{demande.pk}": mot}
        assert (
            client.post(url(version, "carte_brouillon", "objectif", objectif.cle), saisie).status_code == 200
        )
        demande.refresh_from_db()
        assert demande.reponse == mot
