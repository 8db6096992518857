/* Enregistrement automatique d’un brouillon. Sans ce module, les boutons du formulaire enregistrent.
   Un seul envoi à la fois; ce qui est tapé pendant un envoi part au suivant. Sans réseau, on réessaie. */

const DELAI = 2500; // ms après la dernière frappe
const PATIENCE = 60000; // ms avant d’abandonner un envoi
const RELANCE = 20000; // ms avant de réessayer, sans réseau

const ECHEC = "Enregistrement impossible. Vos réponses restent dans cette page";
const DECONNEXION = "Votre séance est terminée. Vos réponses restent dans cette page.";

function lien(adresse, texte, ailleurs = false) {
  const a = document.createElement("a");
  a.href = adresse;
  a.textContent = texte;
  if (ailleurs) {
    a.target = "_blank";
    a.rel = "noopener";
    a.textContent += " (nouvel onglet)";
  }
  return a;
}

class Sauvegarde {
  constructor(formulaire) {
    this.formulaire = formulaire;
    this.etat = document.querySelector("[data-sauvegarde-etat]");
    this.changements = 0; // compte des changements vus
    this.enregistres = 0; // valeur de ce compte au dernier envoi réussi
    this.arretee = false;
    this.enCours = null;
    this.auBouton = false; // quelque chose ne s’enregistre qu’avec le bouton
    formulaire.addEventListener("input", (e) => this.garder(e) || this.changer(DELAI));
    formulaire.addEventListener("change", (e) => {
      if (this.garder(e)) return;
      // Une date change à chaque chiffre tapé : elle attend, elle aussi, que la frappe cesse.
      if (!e.target.isContentEditable) this.changer(e.target.type === "date" ? DELAI : 0);
    });
    formulaire.addEventListener("submit", (e) => this.avantDeSoumettre(e));
    formulaire.addEventListener("sauvegarde:demander", () => this.changer(0));
    window.addEventListener("online", () => this.modifiee && this.changer(0));
    window.addEventListener("pageshow", (e) => {
      // Retour arrière : la révision que le navigateur a gardée est périmée.
      if (e.persisted && (this.arretee || !this.modifiee)) location.reload();
    });
    // Le serveur a rendu une saisie qu’il n’a pas enregistrée : une ligne ajoutée, une réponse à corriger.
    if (formulaire.hasAttribute("data-modifie")) this.changer(DELAI);
  }

  /* Ce que `brouillon-local.js` garde survit aussi à l’onglet. */
  get echec() {
    return `${ECHEC}${this.formulaire.dataset.brouillon ? " et sur cet appareil" : ""}.`;
  }

  get modifiee() {
    return this.changements > this.enregistres;
  }

  changer(delai) {
    this.changements += 1;
    this.noter();
    if (this.arretee) return;
    clearTimeout(this.minuterie);
    this.minuterie = setTimeout(() => this.envoyer(), delai);
  }

  /* Ce que l’État lirait aussitôt (une correction faite, sa réponse) attend le bouton, et la page ne le dit pas enregistré. */
  garder(e) {
    if (!e.target.closest("[data-au-bouton]")) return false;
    this.auBouton = true;
    this.noter();
    this.dire("encours", "Une correction se marque comme faite avec le bouton, et sa réponse part avec elle.");
    return true;
  }

  /* `data-modifie` dit à quitter.js qu’il y a quelque chose à perdre. */
  noter() {
    this.formulaire.toggleAttribute("data-modifie", this.modifiee || this.auBouton);
  }

  dire(etat, phrase, ...suite) {
    if (!this.etat) return;
    this.etat.dataset.etat = etat;
    const morceaux = suite.flatMap((element) => [" ", element]);
    this.etat.replaceChildren(phrase, ...morceaux);
  }

  reessayer() {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "lien";
    bouton.textContent = "Réessayer";
    bouton.addEventListener("click", async () => {
      this.dire("encours", "Enregistrement…");
      await this.rafraichirLeJeton();
      this.envoyer();
    });
    return bouton;
  }

  /* Un bouton, pas un lien : ce qui est tapé part avec lui vers la page qui montre les deux textes. */
  comparer(adresse) {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "lien";
    bouton.textContent = "Comparer les deux textes";
    bouton.addEventListener("click", () => {
      if (adresse) this.formulaire.action = adresse;
      this.formulaire.requestSubmit();
    });
    return bouton;
  }

  async envoyer({ seconde = false } = {}) {
    if (this.arretee || (this.enCours && !seconde)) return;
    clearTimeout(this.minuterie);
    const rang = this.changements;
    const corps = new FormData(this.formulaire);
    const arret = new AbortController();
    this.enCours = arret;
    const limite = setTimeout(() => arret.abort(), PATIENCE);
    this.dire("encours", "Enregistrement…");
    let reussie = false;
    try {
      const reponse = await fetch(this.formulaire.dataset.sauvegarde, {
        method: "POST",
        body: corps,
        headers: { Accept: "application/json", "X-CSRFToken": this.jeton, "X-Requested-With": "sauvegarde" },
        credentials: "same-origin",
        redirect: "manual",
        signal: arret.signal,
      });
      reussie = await this.recevoir(reponse, rang, seconde);
      if (reussie) this.retenirLesReponses(corps);
    } catch {
      if (!this.arretee) {
        this.echouer("reseau", this.echec, this.reessayer());
        this.minuterie = setTimeout(() => this.envoyer(), RELANCE);
      }
    } finally {
      clearTimeout(limite);
      if (this.enCours === arret) {
        this.enCours = null;
        this.soumettreEnfin();
      }
    }
    // Refusé, ce qui a été corrigé pendant l’envoi repart; ce qui n’a pas changé serait refusé de nouveau.
    if ((reussie || this.changements > rang) && this.modifiee && !this.arretee) this.minuterie = setTimeout(() => this.envoyer(), DELAI);
  }

  /* L’envoi en cours change la révision : le formulaire attend sa réponse, sans quoi il serait en conflit avec lui. */
  avantDeSoumettre(e) {
    if (e.defaultPrevented) return;
    clearTimeout(this.minuterie);
    if (!this.enCours) {
      this.arretee = true;
      return;
    }
    e.preventDefault();
    if (this.aSoumettre) return;
    this.aSoumettre = { bouton: e.submitter };
    setTimeout(() => this.enCours?.abort(), 5000);
  }

  soumettreEnfin() {
    if (!this.aSoumettre) return;
    const { bouton } = this.aSoumettre;
    this.aSoumettre = null;
    this.formulaire.requestSubmit(bouton);
  }

  /* Vrai si le brouillon est enregistré. */
  async recevoir(reponse, rang, seconde) {
    const estJson = (reponse.headers.get("Content-Type") ?? "").startsWith("application/json");
    const donnees = estJson ? await reponse.json() : {};
    if (this.arretee) return false;
    if (reponse.ok && estJson) {
      this.reussir(donnees, rang);
      return true;
    }
    const rafraichi = reponse.status === 403 && !seconde ? await this.rafraichirLeJeton() : null;
    // Une redirection ou une page au lieu d’une réponse, ou un jeton qui s’y perd : la connexion est demandée.
    if (reponse.status === 401 || reponse.type === "opaqueredirect" || (reponse.ok && !estJson) || rafraichi === "connexion") {
      const connexion = lien(donnees.connexion ?? this.formulaire.dataset.connexion ?? location.href, "Se reconnecter", true);
      this.echouer(401, (reponse.status === 401 && donnees.erreur) || DECONNEXION, connexion, this.reessayer());
    } else if (rafraichi) {
      await this.envoyer({ seconde: true });
    } else if (reponse.status === 409) {
      this.arreter(409, donnees.erreur ?? "Une autre personne a enregistré cette page.", this.comparer(donnees.comparer));
    } else if (reponse.status === 403 || reponse.status === 404) {
      this.arreter(reponse.status, donnees.erreur ?? "Vous ne pouvez plus modifier cette page. Copiez votre texte avant de quitter la page.");
    } else if (reponse.status === 400 && donnees.erreur) {
      this.echouer(400, donnees.erreur);
    } else {
      this.echouer(reponse.status, this.echec, this.reessayer());
    }
    return false;
  }

  reussir(donnees, rang) {
    this.enregistres = rang;
    this.noter();
    for (const nom of ["revision", "vues"]) {
      const depart = this.formulaire.elements.namedItem(nom);
      if (depart && donnees[nom] !== undefined) depart.value = donnees[nom];
    }
    this.dire("enregistre", donnees.message ?? "Brouillon enregistré");
    const dernier = document.querySelector("[data-dernier-enregistrement]");
    if (dernier && donnees.dernier) dernier.textContent = donnees.dernier;
    for (const [id, html] of Object.entries(donnees.fragments ?? {})) this.remplacer(document.getElementById(id), html);
    this.signaler("sauvegarde:faite", { revision: donnees.revision });
    document.dispatchEvent(new CustomEvent("session:prolongee", { detail: { secondes: donnees.session_fin } }));
  }

  /* Ce que le serveur a recalculé; un détail ouvert le reste. */
  remplacer(element, html) {
    if (!element || element.innerHTML === html) return;
    const ouverts = Array.from(element.querySelectorAll("details"), (detail) => detail.open);
    element.innerHTML = html;
    element.querySelectorAll("details").forEach((detail, rang) => (detail.open = Boolean(ouverts[rang])));
  }

  /* La réponse qui vient d’être gardée est celle que la page montre : l’effacer ensuite sera un changement. */
  retenirLesReponses(corps) {
    for (const vue of this.formulaire.querySelectorAll("input[name^=vue_]")) vue.value = corps.get(vue.name.replace("vue", "reponse"));
  }

  echouer(code, phrase, ...suite) {
    this.dire("echec", phrase, ...suite);
    this.signaler("sauvegarde:refusee", { code });
  }

  arreter(code, phrase, ...suite) {
    this.arretee = true;
    clearTimeout(this.minuterie);
    this.echouer(code, phrase, ...suite);
  }

  signaler(nom, detail) {
    this.formulaire.dispatchEvent(new CustomEvent(nom, { bubbles: true, detail }));
  }

  get jeton() {
    return this.formulaire.elements.namedItem("csrfmiddlewaretoken")?.value ?? "";
  }

  /* Le jeton change à chaque connexion, et son témoin n’est pas lisible : on le relit dans la page du serveur.
     Vrai s’il est relu; « connexion » si le serveur demande de se connecter. */
  async rafraichirLeJeton() {
    try {
      const reponse = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin", redirect: "manual" });
      if (reponse.type === "opaqueredirect") return "connexion";
      if (!reponse.ok) return false;
      const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
      const jeton = page.querySelector("form[data-sauvegarde] input[name=csrfmiddlewaretoken]")?.value;
      if (!jeton) return false;
      for (const champ of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) champ.value = jeton;
      return true;
    } catch {
      return false; // hors ligne : l’envoi qui suit le dira
    }
  }
}

for (const formulaire of document.querySelectorAll("form[data-sauvegarde]")) new Sauvegarde(formulaire);
