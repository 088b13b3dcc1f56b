/** The skip link: moves the focus past the bar. The address stays, because pages keep their own state in it. */
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main")?.focus();
});
