/** The patient's page: their visits, or the one in the URL. */
import { requireSignIn } from "../../app.js";
import { byId } from "../../shell/dom.js";
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
  byId("back").hidden = !visitId;
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

const user = requireSignIn({ onLeave: () => shown?.stop(), address: () => location.pathname + location.hash });
if (user) {
  addEventListener("hashchange", () => void turn(user.userId));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  open(user.userId);
}
