import { runDevice } from './run-device.ts';

/** What a worker thread does for a living. */
export default runDevice;
