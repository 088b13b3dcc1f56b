/** The patient's page: their visits, or the one in the URL. */
import { requireSignIn } from "../../app.js";
import { setPlace } from "../../shell/crumbs.js";
import { byId } from "../../shell/dom.js";
import { isPatient } from "../../shell/users.js";
import { visitIdInUrl } from "../api.js";
import { MyVisits } from "./list.js";
import { MyVisit } from "./visit.js";

/** @type {MyVisits | MyVisit | null} */
let shown = null;
let visitId = "";

/** @param {string} userId */
function open(userId) {
  shown?.stop();
  visitId = visitIdInUrl();
  // A call has the whole width, as on the practitioner's page.
  document.body.classList.toggle("shelled", !visitId);
  setPlace("");
  shown = visitId ? new MyVisit(userId, visitId) : new MyVisits();
}

/**
 * The back button changes only the fragment of the URL: the page is not left, so it asks by itself.
 * @param {string} userId
 */
async function turn(userId) {
  if (visitIdInUrl() === visitId) return;
  const wanted = location.hash;
  if (shown instanceof MyVisit && shown.inCall) {
    history.replaceState(null, "", `#v=${encodeURIComponent(visitId)}`);
    if (!(await shown.askToLeave())) return;
    history.replaceState(null, "", wanted || location.pathname);
  }
  open(userId);
}

/**
 * The way back to the list does not leave the page either.
 * @param {MouseEvent} event
 */
function back(event) {
  if (!(event.target instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = "";
}

const user = requireSignIn({ onLeave: () => shown?.stop(), address: () => location.pathname + location.hash });
if (user) {
  byId("book-links").hidden = !isPatient(user) || !user.facilityId;
  byId("crumbs").addEventListener("click", back);
  addEventListener("hashchange", () => void turn(user.userId));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  open(user.userId);
}
