/** The top of the page: whose photos these are, and by which name and words the desktop knows this phone. */

import { deviceName } from "../../shell/device.js";
import { t } from "../../shell/messages.js";
import { byId } from "./dom.js";
import { patientOf } from "./session.js";

/** @param {import("./session.js").Session | null} session */
export function showHeader(session) {
  byId("patient").hidden = session === null;
  if (!session) return;
  byId("patient-name").textContent = patientOf(session);
  byId("patient-nhi").hidden = !session.patientNHI;
  byId("patient-nhi").textContent = `NHI ${session.patientNHI}`;
  byId("paired").hidden = !session.phone;
  byId("paired-name").textContent = t("capture.phone.connected", { phone: deviceName(session.phone?.name ?? "") });
  byId("paired-words").textContent = session.phone?.words ?? "";
}
