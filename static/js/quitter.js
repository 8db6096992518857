/* Avant de quitter une page où quelque chose n’est pas enregistré. Le texte de l’avis est celui du navigateur. */

for (const formulaire of document.querySelectorAll("form[data-quitter]:not([data-sauvegarde])")) {
  // Une saisie que remet brouillon-local.js n’est pas plus enregistrée qu’une frappe.
  for (const nom of ["input", "sauvegarde:demander"])
    formulaire.addEventListener(nom, () => formulaire.toggleAttribute("data-modifie", true));
}

// Une fois envoyé pour de bon, un formulaire n’a plus rien à perdre.
let envoye = false;
document.addEventListener("submit", (e) => {
  envoye = !e.defaultPrevented && e.target.matches("form[data-quitter], form[data-sauvegarde]");
});
window.addEventListener("pageshow", () => {
  envoye = false;
});

window.addEventListener("beforeunload", (e) => {
  if (!envoye && document.querySelector("form[data-modifie]")) e.preventDefault();
});
