export { type CdpConditions, cdpConditions, describeConditions } from './cdp-conditions.ts';
export { impairRequests } from './http-route.ts';
export { probeBrowser, probeTable } from './probe.ts';
export { goOffline, throttle } from './throttle.ts';
export { armWebRtc, loseWebRtcPackets } from './webrtc-loss.ts';
export { type FramesImpairment, impairFrames } from './ws-frames.ts';
