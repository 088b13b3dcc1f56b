/** The signed-in person, as the server knows them. */
import { apiGet } from "./api.js";
import { drawSidebar } from "./sidebar.js";
import { updateUser } from "./tokens.js";

/**
 * Fetches the person anew and redraws the navigation: roles change while a page is open.
 * @returns {Promise<import("./users.js").User>}
 */
export async function reloadUser() {
  const user = await apiGet("/auth/me");
  await updateUser(user);
  drawSidebar(user);
  return user;
}
