/* Petites aides de page; rien n'en dépend pour fonctionner. */

function mettreEnAvantLesErreurs() {
  const sommaire = document.getElementById("sommaire-erreurs");
  if (!sommaire) return;
  sommaire.tabIndex = -1;
  sommaire.focus();
}

function fermerLesMenus() {
  const ouverts = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (e) => {
    for (const menu of ouverts()) if (!menu.contains(e.target)) menu.open = false;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const menu of ouverts()) {
      const dedans = menu.contains(document.activeElement);
      menu.open = false;
      if (dedans) menu.querySelector("summary").focus();
    }
  });
}

function compter(repere) {
  const limite = Number(repere.dataset.limite);
  const zone = document.getElementById(repere.id.replace(/_limite$/, ""));
  if (!zone) return;
  const nombre = new Intl.NumberFormat("fr-CA");
  const annoncer = () => {
    const reste = limite - zone.value.length;
    const n = Math.abs(reste);
    const s = n >= 2 ? "s" : "";
    repere.classList.toggle("depassee", reste < 0);
    repere.textContent = `${nombre.format(n)} caractère${s} ${reste < 0? "en trop" : `restant${s}`}`;
  };
  zone.addEventListener("input", annoncer);
  annoncer();
}

function refuserLeDoubleEnvoi() {
  document.addEventListener("submit", (e) => {
    const formulaire = e.target;
    if (formulaire.method !== "post" || e.defaultPrevented) return;
    if (formulaire.dataset.envoye && Date.now() - Number(formulaire.dataset.envoye) < 3000) e.preventDefault();
    else formulaire.dataset.envoye = String(Date.now());
  });
  window.addEventListener("pageshow", () => {
    for (const formulaire of document.forms) delete formulaire.dataset.envoye;
  });
}

/* Une page que le navigateur ressort de sa mémoire se relit : elle a pu être quittée, ou changée par quelqu'un. Une
   page revenue avec ce qu'on y avait tapé reçoit un jeton neuf : ce qu'on y change est un nouvel envoi. */
function rafraichirAuRetour() {
  window.addEventListener("pageshow", (e) => {
    if (e.persisted) {
      location.reload();
      return;
    }
    if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward" || !crypto.randomUUID) return;
    for (const jeton of document.querySelectorAll("input[name=jeton_d_envoi]")) jeton.value = crypto.randomUUID();
  });
}

function imprimer() {
  for (const bouton of document.querySelectorAll("[data-imprimer]")) {
    bouton.hidden = false;
    bouton.addEventListener("click", () => window.print());
  }
  window.addEventListener("beforeprint", () => {
    for (const replie of document.querySelectorAll("details.replie:not([open])")) {
      replie.open = true;
      replie.dataset.ouvertPourImprimer = "";
    }
  });
  window.addEventListener("afterprint", () => {
    for (const replie of document.querySelectorAll("details[data-ouvert-pour-imprimer]")) {
      replie.open = false;
      delete replie.dataset.ouvertPourImprimer;
    }
  });
}

function toutCocher(lien) {
  const cases = lien.closest("form").querySelectorAll("td input[type=checkbox]");
  const toutes = document.createElement("input");
  toutes.type = "checkbox";
  const libelle = document.createElement("label");
  libelle.append(toutes, " Tout cocher");
  const suivre = () => {
    const cochees = Array.from(cases).filter((c) => c.checked).length;
    toutes.checked = cases.length > 0 && cochees === cases.length;
    toutes.indeterminate = cochees > 0 && !toutes.checked;
  };
  toutes.addEventListener("change", () => {
    for (const c of cases) c.checked = toutes.checked;
  });
  for (const c of cases) c.addEventListener("change", suivre);
  window.addEventListener("pageshow", suivre);
  suivre();
  lien.replaceWith(libelle);
}

const A_PERDRE = "Ce que vous avez tapé sur cet appareil n’est pas tout parti. Se déconnecter l’efface. Continuer?";

/* Ce que `brouillon-local.js` garde sur l’appareil s’oublie à la déconnexion, et quand un conflit est tranché. */
function oublierLesBrouillons() {
  const gardes = (prefixe) => Object.keys(localStorage).filter((cle) => cle.startsWith(prefixe));
  const oublier = (prefixe) => gardes(prefixe).forEach((cle) => localStorage.removeItem(cle));
  document.addEventListener("submit", (e) => {
    const prefixe = e.target.dataset.oublier;
    if (!prefixe) return;
    if (gardes(prefixe).length && !confirm(A_PERDRE)) e.preventDefault();
    else oublier(prefixe);
  });
  document.addEventListener("click", (e) => {
    const lien = e.target.closest("a[data-oublier]");
    if (lien) oublier(lien.dataset.oublier);
  });
}

mettreEnAvantLesErreurs();
oublierLesBrouillons();
document.querySelectorAll("[data-tout-cocher]").forEach(toutCocher);
fermerLesMenus();
document.querySelectorAll("[data-limite]").forEach(compter);
refuserLeDoubleEnvoi();
rafraichirAuRetour();
imprimer();
