// Looks for a cookie banner and clicks its refusal; never accepts. Returns what was seen and done.
() => {
  const about = /cookie|traceur|consent|vie privée|données personnelles|privacy/i;
  const refuse =
    /^(tout refuser|refuser tout|tout rejeter|refuser|je refuse|continuer sans accepter|reject all|refuse all|decline( all)?|only necessary|cookies? (strictement )?nécessaires? (uniquement|seulement))/i;
  const accept = /^(tout accepter|accepter|j’accepte|j'accepte|accept( all)?|agree|ok)\b/i;
  const visible = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(el).visibility !== "hidden";
  };
  const deep = (root, found = []) => {
    for (const el of root.querySelectorAll("*")) {
      if (el.matches("button, [role=button], a, input[type=button], input[type=submit]")) found.push(el);
      if (el.shadowRoot) deep(el.shadowRoot, found);
    }
    return found;
  };
  const banner = (el) => {
    for (let up = el.parentElement ?? el.getRootNode().host; up && up !== document.body; up = up.parentElement) {
      const text = up.innerText ?? "";
      if (text.length > 4000) return null;
      if (about.test(text)) return text.trim().slice(0, 300);
    }
    return null;
  };
  let seen = null;
  for (const el of deep(document)) {
    const label = (el.innerText || el.value || el.ariaLabel || "").trim();
    if (!label || label.length > 60 || !visible(el)) continue;
    if (!refuse.test(label) && !accept.test(label)) continue;
    const text = banner(el);
    if (!text) continue;
    seen = text;
    if (refuse.test(label)) {
      el.click();
      return { seen, clicked: label };
    }
  }
  return { seen, clicked: null };
};
