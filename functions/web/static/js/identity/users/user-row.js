/** One person in the list: a table row on a desktop, a card on a phone. */
import { make } from "../../shell/dom.js";
import { formatDateTime } from "../../shell/format.js";
import { isolated, t } from "../../shell/messages.js";
import { facilityWithCode, isClinician, nameOf, roleNames } from "../../shell/users.js";
import { verificationBadge } from "../verification.js";

/** @typedef {import("../../shell/users.js").User} User */

/**
 * @param {User} user
 * @param {{mine: boolean, facility: boolean, onOpen: (user: User) => void}} about
 * @returns {HTMLTableRowElement}
 */
export function userRow(user, { mine, facility, onOpen }) {
  const open = make("button", "button", t("identity.people.manage"));
  open.type = "button";
  open.setAttribute("aria-label", t("identity.people.manage-name", { name: nameOf(user) }));
  open.addEventListener("click", () => onOpen(user));
  const name = make("span", "person-name", user.displayName || t("identity.people.no-name"));
  if (!user.displayName) name.classList.add("muted");
  const who = make("th", "person", name, ...(mine ? [make("span", "badge quiet", t("identity.people.you"))] : []));
  who.scope = "row";
  // Laid out as cards, the table would lose its meaning for screen readers without explicit roles.
  who.setAttribute("role", "rowheader");
  const cells = [
    cell(t("identity.people.number"), isolated(user.phone ?? "") || t("identity.not-known")),
    cell(t("identity.roles"), roleNames(user.roles)),
    ...(facility ? [cell(t("identity.facility"), facilityWithCode(user) || t("shell.none"))] : []),
    cell(t("identity.people.state"), make("span", "badges", ...userBadges(user))),
    cell(t("identity.people.last-sign-in"), formatDateTime(user.lastSignInAt)),
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
    ...(user.deactivatedAt ? [make("span", "badge quiet", t("identity.leaving.deactivated"))] : []),
    ...(user.locked ? [make("span", "badge danger", t("identity.locked"))] : []),
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
