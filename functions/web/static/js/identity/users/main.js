/** The users page: administrators find, add and manage the people of a facility. */
import { requireSignIn } from "../../app.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, showFieldError, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { isAdmin, isSystemAdmin, nameOf } from "../../shell/users.js";
import { readPhoneNumber } from "../phone-number.js";
import { AddDialog } from "./add-dialog.js";
import { FacilityChoice } from "./facility-choice.js";
import { FacilityDialog } from "./facility-dialog.js";
import { PeopleList } from "./people-list.js";
import { ManageDialog } from "./person/dialog.js";

/** @typedef {import("../../shell/users.js").User} User */

const text = byId("find-text", HTMLInputElement);

/** @param {User} known */
async function open(known) {
  showScreen("loading");
  /** @type {FacilityChoice} */
  let choice;
  try {
    // A person who has just become an administrator need not sign in again.
    const admin = isAdmin(known) ? known : await reloadUser();
    if (!isAdmin(admin)) return showScreen("closed");
    choice = await FacilityChoice.of(admin);
  } catch (error) {
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    return showScreen("failed");
  }
  await begin(choice);
}

/** @param {FacilityChoice} choice */
async function begin(choice) {
  const list = new PeopleList(choice, (user) => manage.open(user));
  const manage = new ManageDialog(choice.admin, (user) => list.replace(user), (user) => removed(user, list));
  const add = new AddDialog(choice.admin, (user, invitation) => added(user, invitation, list));
  const facilities = new FacilityDialog(isSystemAdmin(choice.admin), (facility) => facilitySaved(facility, choice, list));
  byId("manage", HTMLDialogElement).addEventListener("close", () => list.focus(manage.openedId));
  byId("add-open").onclick = () => add.open({ ...choice.place, isEmpty: list.isEmpty });
  byId("facility-add").onclick = () => facilities.add();
  byId("facility-change").onclick = () => void changeFacility(facilities, choice);
  byId("find-facility").onchange = () => void find(choice, list);
  byId("find-form").onsubmit = (event) => {
    event.preventDefault();
    void find(choice, list);
  };
  byId("find-clear").onclick = () => {
    text.value = "";
    showFieldError("find-text", "");
    void list.load(choice.filter);
  };
  await list.load(choice.filter);
}

/**
 * @param {FacilityChoice} choice
 * @param {PeopleList} list
 */
async function find(choice, list) {
  const asked = cleanLine(text.value);
  const { phone } = readPhoneNumber(asked);
  const placeless = asked && !phone && choice.isOpen && !choice.place.facilityId;
  showFieldError("find-text", placeless ? t("identity.people.find.placeless") : "");
  if (placeless) return text.focus();
  await list.load({ ...choice.filter, ...(phone ? { phone } : asked ? { q: asked } : {}) });
  announce(byId("count").textContent || t("identity.people.none-found"));
}

/**
 * @param {FacilityDialog} dialog
 * @param {FacilityChoice} choice
 */
async function changeFacility(dialog, choice) {
  setText("list-said", "");
  try {
    await dialog.change(choice.place.facilityId);
  } catch (error) {
    setText("list-said", errorMessage(error));
  }
}

/**
 * @param {import("./facilities.js").Facility} facility
 * @param {FacilityChoice} choice
 * @param {PeopleList} list
 */
async function facilitySaved(facility, choice, list) {
  const isNew = await choice.put(facility);
  text.value = "";
  await list.load(choice.filter);
  setText("list-said", isNew ? t("identity.facility.added", { facility: facility.name }) : t("identity.facility.saved"));
  byId(isNew ? "add-open" : "facility-change").focus();
}

/**
 * @param {User} user
 * @param {string} invitation
 * @param {PeopleList} list
 */
function added(user, invitation, list) {
  list.put(user);
  setText("list-said", [t("identity.people.added", { name: nameOf(user), phone: user.phone ?? "" }), invitation].filter(Boolean).join(" "));
  byId("list").querySelector("button")?.focus();
}

/**
 * @param {User} user
 * @param {PeopleList} list
 */
function removed(user, list) {
  list.remove(user);
  setText("list-said", t("identity.people.removed", { name: nameOf(user) }));
  byId("add-open").focus();
}

const entered = requireSignIn();
if (entered) void open(entered);
