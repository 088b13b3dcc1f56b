/** Checkboxes for the roles that the administrator may grant. */
import { make } from "../../shell/dom.js";
import { ROLES, isSystemAdmin } from "../../shell/users.js";

/**
 * @param {HTMLElement} place
 * @param {import("../../shell/users.js").User} admin
 * @param {string[]} chosen
 * @param {boolean} [disabled]
 */
export function drawRoles(place, admin, chosen, disabled = false) {
  const offered = ROLES.filter(({ code }) => code !== "systemAdmin" || isSystemAdmin(admin) || chosen.includes(code));
  place.replaceChildren(
    ...offered.map(({ code, display }) => {
      const input = document.createElement("input");
      input.type = "checkbox";
      input.name = "roles";
      input.value = code;
      input.checked = chosen.includes(code);
      input.disabled = disabled;
      return make("label", "check", input, make("span", "", display));
    }),
  );
}

/**
 * @param {HTMLElement} place
 * @returns {import("../../shell/users.js").Role[]}
 */
export function selectedRoles(place) {
  const selected = [...place.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
  return ROLES.map(({ code }) => code).filter((code) => selected.includes(code));
}
