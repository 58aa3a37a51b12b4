// Asks the device for a passkey and puts its answer into the form; without it the forms offer codes only.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const decoded = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const known of list ?? []) known.id = bytes(known.id);
    }
    return options;
  };

  const encoded = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  const answer = async (form) => {
    const token = form.elements.csrf_token.value;
    const asked = await fetch(form.dataset.challenge, {
      method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin",
    });
    if (!asked.ok || asked.redirected) {
      location.assign(asked.redirected ? asked.url : location.href);
      return;
    }
    const publicKey = decoded(await asked.json());
    const making = form.dataset.passkey === "create";
    const credential = await navigator.credentials[making ? "create" : "get"]({ publicKey });
    form.elements.credential.value = encoded(credential);
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form).catch(() => { form.querySelector("[data-refusal]").hidden = false; });
    });
  }
})();
