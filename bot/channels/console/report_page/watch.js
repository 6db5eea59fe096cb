// Says that something is new, and leaves it to the reader when to load it: nothing that is being typed is lost.
(() => {
  const script = document.currentScript, place = document.getElementById("new");
  const before = script.dataset.pulse;
  if (!before || !place) return;
  const look = async () => {
    try {
      const answer = await fetch("/desk/reports/pulse", { credentials: "same-origin" });
      if (answer.status === 401) return clearInterval(timer);
      const { pulse } = await answer.json();
      if (answer.ok && pulse !== before && !place.firstChild) {
        const link = document.createElement("a");
        // The address in the bar may be that of a form that was sent: asked for again, it has no page.
        link.href = script.dataset.here || location.pathname;
        link.textContent = place.dataset.reload;
        place.append(place.dataset.text + " ", link);
      }
    } catch { /* the line is down: the next look tells */ }
  };
  const timer = setInterval(look, 15000);
})();
