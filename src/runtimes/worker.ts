import { runStage } from '../pipeline/run-stage.ts';

/** What a worker thread does for a living. */
export default runStage;
