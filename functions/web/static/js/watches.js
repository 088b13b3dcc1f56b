/** What each domain looks through for the page of today, which alone needs it. */
import { watch as capture } from "./capture/watch.js";
import { registerWatch } from "./shell/attention.js";

registerWatch(capture);

export { watchesFor } from "./shell/attention.js";
