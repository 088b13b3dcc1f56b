/** One person in the list: a table row on a desktop, a card on a phone. */
import { make } from "../../shell/dom.js";
import { formatDateTime } from "../../shell/format.js";
import { facilityWithCode, isClinician, nameOf, roleNames } from "../../shell/users.js";
import { verificationBadge } from "../verification.js";

/** @typedef {import("../../shell/users.js").User} User */

/**
 * @param {User} user
 * @param {{mine: boolean, facility: boolean, onOpen: (user: User) => void}} about
 * @returns {HTMLTableRowElement}
 */
export function userRow(user, { mine, facility, onOpen }) {
  const open = make("button", "button", "Manage");
  open.type = "button";
  open.setAttribute("aria-label", `Manage ${nameOf(user)}`);
  open.addEventListener("click", () => onOpen(user));
  const name = make("span", "person-name", user.displayName || "No name yet");
  if (!user.displayName) name.classList.add("muted");
  const who = make("th", "person", name, ...(mine ? [make("span", "badge quiet", "You")] : []));
  who.scope = "row";
  // Laid out as cards, the table would lose its meaning for screen readers without explicit roles.
  who.setAttribute("role", "rowheader");
  const cells = [
    cell("Number", user.phone ?? "Not known"),
    cell("Roles", roleNames(user.roles)),
    ...(facility ? [cell("Facility", facilityWithCode(user) || "None")] : []),
    cell("State", make("span", "badges", ...userBadges(user))),
    cell("Last sign-in", formatDateTime(user.lastSignInAt)),
  ];
  const action = cell("", open);
  action.classList.add("action");
  const line = make("tr", "", who, ...cells, action);
  line.setAttribute("role", "row");
  line.dataset.userId = user.userId;
  return line;
}

/**
 * @param {User} user
 * @returns {HTMLElement[]}
 */
export function userBadges(user) {
  const { text, look } = verificationBadge(user);
  return [
    ...(isClinician(user) ? [make("span", `badge ${look}`, text)] : []),
    ...(user.deactivatedAt ? [make("span", "badge quiet", "Deactivated")] : []),
    ...(user.locked ? [make("span", "badge danger", "Locked")] : []),
  ];
}

/**
 * @param {string} label shown on a card
 * @param {Node | string} content
 */
function cell(label, content) {
  const made = make("td", "", content);
  made.setAttribute("role", "cell");
  made.dataset.label = label;
  return made;
}
