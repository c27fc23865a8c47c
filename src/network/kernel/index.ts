export { kernelLayerAvailable } from './kernel-layer.ts';
export { KernelPath } from './kernel-path.ts';
