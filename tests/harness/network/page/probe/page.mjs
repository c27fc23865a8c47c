/** Runs in the page of the probe, and measures times in ms and rates in kB/s. */
const MESSAGE_PATIENCE_MS = 3000;

globalThis.probe = {
  async fetchLatencies(count) {
    const times = [];
    for (let n = 0; n < count; n++) {
      const began = performance.now();
      await (await fetch('/small', { cache: 'no-store' })).text();
      times.push(performance.now() - began);
    }
    return times;
  },

  async fetchRate(bytes) {
    const began = performance.now();
    await (await fetch(`/blob?bytes=${bytes}`, { cache: 'no-store' })).arrayBuffer();
    return bytes / (performance.now() - began);
  },

  async uploadRate(bytes) {
    const began = performance.now();
    await (await fetch('/upload', { method: 'POST', body: new Uint8Array(bytes) })).text();
    return bytes / (performance.now() - began);
  },

  fetchFails: () =>
    fetch('/small', { cache: 'no-store' }).then(
      () => false,
      () => true,
    ),

  /** Opens and keeps a socket. Returns how long that took; null when it failed. */
  async connect() {
    probe.socket?.close();
    probe.socket = undefined;
    const began = performance.now();
    const socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
    probe.closed = undefined;
    socket.onclose = ({ code }) => {
      // The close of an earlier socket does not count.
      if (probe.socket === socket) probe.closed = code;
    };
    const isOpen = await new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    const took = performance.now() - began;
    if (!isOpen) return null;
    probe.socket = socket;
    socket.send('40');
    await message((text) => text.startsWith('40'));
    return took;
  },

  async echoes(count) {
    const times = [];
    for (let n = 0; n < count; n++) {
      const began = performance.now();
      const answered = message((text) => text.startsWith('42'));
      probe.socket.send(`42["echo",${n}]`);
      if (!(await answered)) return null;
      times.push(performance.now() - began);
    }
    return times;
  },

  async socketDownRate(bytes) {
    const began = performance.now();
    const answered = message((text) => text.length > bytes);
    probe.socket.send(`42["send",${bytes}]`);
    return (await answered) ? bytes / (performance.now() - began) : null;
  },

  async socketUpRate(bytes) {
    const began = performance.now();
    const answered = message((text) => text.startsWith('42'));
    probe.socket.send(`42["count","${'x'.repeat(bytes)}"]`);
    return (await answered) ? bytes / (performance.now() - began) : null;
  },

  /** One end of a call with a tone and a data channel without retransmissions. Resolves with the data for the other end. */
  async offer() {
    makePeer();
    await probe.peer.setLocalDescription(await probe.peer.createOffer());
    return gathered();
  },

  async answer(offer) {
    makePeer();
    await probe.peer.setRemoteDescription(offer);
    await probe.peer.setLocalDescription(await probe.peer.createAnswer());
    return gathered();
  },

  accept: (answer) => probe.peer.setRemoteDescription(answer),

  /** Whether the data channel opened and the first sound arrived. */
  async flows() {
    const until = performance.now() + 10_000;
    while (performance.now() < until) {
      if (probe.channel.readyState === 'open' && (await probe.heard()).received > 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  },

  async say(count) {
    for (let n = 0; n < count; n++) {
      probe.channel.send(String(n));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },

  async heard() {
    const heard = { lost: 0, received: 0, messages: probe.messages, rttMs: null };
    for (const stat of (await probe.peer.getStats()).values()) {
      if (stat.type === 'inbound-rtp') {
        heard.lost += stat.packetsLost ?? 0;
        heard.received += stat.packetsReceived ?? 0;
      }
      if (stat.type === 'candidate-pair' && stat.nominated && stat.currentRoundTripTime !== undefined) {
        heard.rttMs = stat.currentRoundTripTime * 1000;
      }
    }
    return heard;
  },

  hangUp() {
    probe.peer?.close();
    void probe.sound?.close();
  },
};

/** Whether such a message came within a time limit. */
function message(matches) {
  return new Promise((resolve) => {
    const done = (came) => {
      clearTimeout(timer);
      probe.socket.removeEventListener('message', listen);
      resolve(came);
    };
    const listen = ({ data }) => {
      if (matches(data)) done(true);
    };
    const timer = setTimeout(done, MESSAGE_PATIENCE_MS, false);
    probe.socket.addEventListener('message', listen);
  });
}

function makePeer() {
  const peer = new RTCPeerConnection();
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const out = sound.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  peer.addTrack(out.stream.getTracks()[0], out.stream);
  const channel = peer.createDataChannel('probe', {
    negotiated: true,
    id: 1,
    ordered: false,
    maxRetransmits: 0,
  });
  probe.messages = 0;
  channel.onmessage = () => {
    probe.messages++;
  };
  Object.assign(probe, { peer, sound, channel });
}

function gathered() {
  return new Promise((resolve) => {
    const check = () => {
      if (probe.peer.iceGatheringState === 'complete') resolve(probe.peer.localDescription.toJSON());
    };
    probe.peer.onicegatheringstatechange = check;
    check();
  });
}
