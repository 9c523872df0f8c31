// A call of a room. Sound and picture go from browser to browser; the server only passes on who asks to come in and the handshakes.
// Nothing is recorded, here or anywhere. A call goes on when the server dies: browsers keep their connections and come back to it.
(() => {
  "use strict";
  const box = document.querySelector("[data-call]");
  if (!box) return;
  const says = (name) => box.dataset[name] || "";
  const english = document.documentElement.lang.startsWith("en");
  const find = (name) => box.querySelector(`[data-part="${name}"]`);
  const [state, stage, door, start, controls] = ["state", "stage", "door", "start", "controls"].map(find);
  const hex = [...window.crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const ice = JSON.parse(says("ice") || "[]");
  const peers = new Map();
  let own = null;
  let stream = null;
  let ticket = "";
  let over = true;

  const tell = (words) => { if (state.textContent !== words) state.textContent = words; };
  const called = (one) => one.name || one.role[english ? "en" : "zh"] || "";
  const address = () => {
    const made = new URL(says("call"), window.location.href);
    made.searchParams.set("peer", hex);
    if (ticket) made.searchParams.set("ticket", ticket);
    return made;
  };
  const post = (said) => fetch(address(), { method: "POST", credentials: "include", headers: { "Content-Type": "text/plain" }, body: JSON.stringify(said) })
    .catch(() => null);

  /* Pictures */
  const picture = (id, name, media) => {
    let made = stage.querySelector(`[data-peer="${id}"]`);
    if (!made) {
      made = document.createElement("figure");
      made.dataset.peer = id;
      const video = document.createElement("video");
      video.autoplay = true;
      video.playsInline = true;
      video.muted = id === "own";
      const caption = document.createElement("figcaption");
      made.append(video, caption);
      stage.append(made);
    }
    made.querySelector("figcaption").textContent = name;
    made.querySelector("video").setAttribute("aria-label", name);
    if (media && made.querySelector("video").srcObject !== media) made.querySelector("video").srcObject = media;
  };
  const forget = (id) => {
    const found = peers.get(id);
    if (found) found.link.close();
    peers.delete(id);
    const shown = stage.querySelector(`[data-peer="${id}"]`);
    if (shown) shown.remove();
  };

  /* One connection for each other browser; of two the one with the greater name offers */
  const connect = (id, name) => {
    const link = new RTCPeerConnection({ iceServers: ice });
    const peer = { link, name, early: [] };
    peers.set(id, peer);
    for (const track of own.getTracks()) link.addTrack(track, own);
    link.ontrack = (event) => picture(id, name, event.streams[0]);
    link.onicecandidate = (event) => { if (event.candidate) post({ kind: "signal", to: id, data: { candidate: event.candidate } }); };
    link.onconnectionstatechange = () => {
      if (link.connectionState === "failed") { tell(says("lost")); if (hex > id) link.restartIce(); }
      if (link.connectionState === "connected") tell(says("talking"));
    };
    link.onnegotiationneeded = async () => {
      if (hex < id) return;
      await link.setLocalDescription();
      post({ kind: "signal", to: id, data: { description: link.localDescription } });
    };
    return peer;
  };
  const heard = async (from, data) => {
    const peer = peers.get(from);
    if (!peer) return;
    if (data.description) {
      await peer.link.setRemoteDescription(data.description);
      for (const one of peer.early.splice(0)) await peer.link.addIceCandidate(one);
      if (data.description.type === "offer") {
        await peer.link.setLocalDescription();
        post({ kind: "signal", to: from, data: { description: peer.link.localDescription } });
      }
    } else if (data.candidate) {
      if (peer.link.remoteDescription) await peer.link.addIceCandidate(data.candidate);
      else peer.early.push(data.candidate);
    }
  };

  /* Who is there, who asks to come in */
  const standing = (now) => {
    ticket = now.ticket || ticket;
    box.dataset.standing = now.standing;
    if (now.standing === "waiting") { tell(says("waiting")); return; }
    const there = new Set(now.peers.map((one) => one.id));
    for (const [id, peer] of [...peers]) if (!there.has(id) && ["failed", "closed"].includes(peer.link.connectionState)) forget(id);
    for (const one of now.peers) if (!peers.has(one.id)) connect(one.id, called(one));
    if (!peers.size) tell(says("alone"));
    door.replaceChildren();
    for (const one of now.waiting) {
      const line = document.createElement("li");
      line.append(`${called(one)} ${says("asks")} `);
      for (const [kind, words] of [["admit", says("admit")], ["refuse", says("refuse")]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = kind === "admit" ? "" : "second";
        button.textContent = words;
        button.addEventListener("click", async () => {
          const answer = await post({ kind, to: one.id });
          if (answer && answer.status === 409) tell(says("full"));
        });
        line.append(button, " ");
      }
      door.append(line);
    }
  };
  let queue = Promise.resolve();
  const inTurn = (work) => { queue = queue.then(work).catch(() => tell(says("lost"))); };
  const listen = () => {
    if (over) return;
    stream = new EventSource(address(), { withCredentials: true });
    stream.addEventListener("state", (event) => inTurn(() => standing(JSON.parse(event.data))));
    stream.addEventListener("signal", (event) => { const said = JSON.parse(event.data); inTurn(() => heard(said.from, said.data)); });
    stream.addEventListener("left", (event) => inTurn(() => { forget(JSON.parse(event.data).peer); if (!peers.size) tell(says("alone")); }));
    stream.addEventListener("refused", () => { hang(); tell(says("refused")); });
    stream.addEventListener("closed", () => { hang(); tell(says("closed")); });
    stream.onerror = () => {
      // The ticket is in the address, and an EventSource keeps the address it was made with: each try is a new one.
      stream.close();
      door.replaceChildren();
      if (!peers.size) tell(says("again"));
      setTimeout(listen, 1500);
    };
  };

  /* Beginning and ending */
  const hang = () => {
    over = true;
    if (stream) stream.close();
    for (const id of [...peers.keys()]) forget(id);
    if (own) for (const track of own.getTracks()) track.stop();
    own = null;
    ticket = "";
    stage.replaceChildren();
    door.replaceChildren();
    start.hidden = false;
    controls.hidden = true;
    delete box.dataset.standing;
  };
  start.addEventListener("click", async () => {
    if (!window.RTCPeerConnection || !navigator.mediaDevices) { tell(says("unable")); return; }
    try {
      own = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    } catch {
      try {
        own = await navigator.mediaDevices.getUserMedia({ audio: true });
      } catch {
        tell(says("nodevice"));
        return;
      }
    }
    over = false;
    start.hidden = true;
    controls.hidden = false;
    picture("own", says("you"), own);
    listen();
  });
  const turn = (button, tracks) => {
    button.addEventListener("click", () => {
      const off = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(off));
      for (const track of tracks()) track.enabled = !off;
    });
  };
  turn(find("sound"), () => (own ? own.getAudioTracks() : []));
  turn(find("picture"), () => (own ? own.getVideoTracks() : []));
  find("hang").addEventListener("click", async () => { await post({ kind: "leave" }); hang(); tell(says("hung")); });
  window.addEventListener("pagehide", () => { if (!over) navigator.sendBeacon(address(), JSON.stringify({ kind: "leave" })); });
})();
