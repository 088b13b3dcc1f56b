/** The patient's visits: upcoming ones on top, past ones below. */
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { LiveChannel } from "../../shell/live/channel.js";
import { createLiveTicket } from "../api.js";
import { partyName } from "../labels.js";
import { PACE } from "../pace.js";
import { VisitPages } from "../pagination.js";
import { updateRows } from "../rows.js";
import { serverNow } from "../server-clock.js";
import { groupVisits, stateLabelForPatient, formatStart } from "./labels.js";

/** @typedef {import("../api.js").Visit} Visit */
/** @typedef {import("../pagination.js").Found} Found */

export class MyVisits {
  #pages = new VisitPages("mine");
  /** @type {Found | null} */
  #found = null;
  #channel;

  constructor() {
    this.#channel = new LiveChannel(
      { fetch: () => this.#fetch(), live: createLiveTicket },
      {
        onMessage: () => document.hidden || this.#channel.refresh(),
        onFetched: (found) => this.#take(found),
        onState: (state) => setText("list-said", state === "offline" && this.#found ? t("visits.mine.offline") : ""),
        onRefused: (error) => this.#found && setText("list-said", errorMessage(error)),
      },
      PACE,
    );
    byId("more").onclick = () => {
      byId("more", HTMLButtonElement).disabled = true;
      this.#pages.addPage();
      void this.#channel.refresh();
    };
    showScreen("loading");
    this.#channel.start();
  }

  stop() {
    this.#channel.stop();
  }

  async #fetch() {
    try {
      return await this.#pages.fetch();
    } catch (error) {
      if (byId("more", HTMLButtonElement).disabled) this.#pages.removePage();
      byId("more", HTMLButtonElement).disabled = false;
      if (!this.#found) {
        setText("failed-text", errorMessage(error));
        byId("again").onclick = () => {
          if (this.#found) return; // the page has asked again by itself
          showScreen("loading");
          void this.#channel.refresh();
        };
        if (byId("failed").hidden) showScreen("failed");
      }
      throw error;
    }
  }

  /** @param {Found} found */
  #take(found) {
    const first = this.#found === null;
    this.#found = found;
    const { ahead, over } = groupVisits(found.visits);
    updateRows(byId("ahead"), ahead.map(row));
    updateRows(byId("earlier"), over.map(row));
    byId("ahead").hidden = !ahead.length;
    byId("empty").hidden = ahead.length > 0;
    byId("earlier-part").hidden = !over.length;
    byId("more", HTMLButtonElement).disabled = false;
    byId("more").hidden = !found.more;
    if (first) showScreen("list");
  }
}

/** @param {Visit} visit */
function row(visit) {
  const { text, look } = stateLabelForPatient(visit);
  const when = formatStart(visit, serverNow());
  const them = partyName(visit, "practitioner");
  const now = visit.state !== "scheduled";
  const notes = visit.notesState === "released";
  return {
    key: visit.visitId,
    drawn: JSON.stringify([when, them, visit.serviceName, text, look, notes]),
    make() {
      const link = make("a", "my-visit card",
        make("span", "my-when", when),
        make("span", "", them),
        ...(visit.serviceName ? [make("span", "small muted", visit.serviceName)] : []),
        ...(notes ? [make("span", "badge", t("visits.notes.for-you"))] : []),
        make("span", `badge ${look}${now && look === "warn" ? " pulsing" : ""}`, text),
      );
      link.href = `#v=${encodeURIComponent(visit.visitId)}`;
      return make("li", "", link);
    },
  };
}
