/** What the desktop's page does with the patient's record, loaded once there are photos. */
import { registerRecord } from "./capture/desktop/record-slot.js";

registerRecord(() => import("./commits/desk/work.js"));
