// A job's page keeps itself up to date; without this the link does. Every tenth is said aloud once.
(() => {
  "use strict";
  const box = document.getElementById("job");
  const bar = document.getElementById("job-progress");
  const said = document.getElementById("job-said");
  const spoken = document.getElementById("job-spoken");
  if (!box || !bar) return;
  let tenth = -1;
  let wait = 1000;
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.state, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok) {
        const job = await answer.json();
        if (!job.open) {
          location.reload();
          return;
        }
        wait = 1000;
        said.textContent = job.said;
        if (job.total) {
          bar.max = job.total;
          bar.value = job.done;
          const now = Math.floor((10 * job.done) / job.total);
          if (now > tenth) {
            if (tenth >= 0) spoken.textContent = job.said;
            tenth = now;
          }
        }
      } else {
        wait = Math.min(wait * 2, 30000);
      }
    } catch {
      wait = Math.min(wait * 2, 30000);
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
})();
