import { Command } from 'commander';
import { type Graph, plain } from '../../extend.ts';
import { firstOf, inline } from '../../index.ts';
import { bottleneckText, graphMermaid, graphText } from '../../report.ts';
import { bottleneckOfScenario, graphOfScenario, limitsOfPipeline } from '../../simulation.ts';
import { complain, print, printJson } from '../outlet.ts';
import { readRunData } from '../running/run-data.ts';
import { addRecipeFlag } from '../settings/files/recipes.ts';
import { duration } from '../settings/quantities.ts';
import { addFlags, readConfig, readSettings } from '../settings/read-settings.ts';
import { simulationSettings } from '../settings/simulation-settings.ts';
import { pipelineFlags, trainSettings } from '../settings/train-settings.ts';
import { type Limits, limitsOf } from '../simulating/simulated.ts';
import { devicesOf, pipelineOf } from '../values/network.ts';
import { scenarioOf } from '../values/scenario.ts';
import { selectionOf } from '../values/selections.ts';

/** The document of `plan`. */
export interface PlanDocument extends Pick<Graph, 'stages'> {
  readonly edges: readonly PlanEdge[];
}

interface PlanEdge extends Omit<Graph['edges'][number], 'shape' | 'capacity'> {
  /** null where nothing bounds it */
  readonly capacity: number | null;
}

interface Planned {
  readonly graph: Graph;
  readonly found: ReturnType<typeof bottleneckOfScenario>;
}

type Flags = Readonly<Record<string, unknown>>;

/** `forwardflow plan`: the stages and edges of a pipeline or a scenario, and what limits it. Nothing is run. */
export function plan(): Command {
  const command = new Command('plan').description(
    "show the stages and edges of a pipeline (train's flags) or of a scenario (simulate's flags), and what limits it; nothing is run",
  );
  const rest = simulationSettings.omit(shared);
  addRecipeFlag(addFlags(command, pipelineFlags.extend(rest.shape)));
  return command
    .option('--mermaid', 'print a flow chart for Mermaid')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, mermaid, ...flags }) => {
      const { graph, found } = await (isScenario(await given(flags)) ? scenarioPlan : pipelinePlan)(flags);
      if (json) printJson(documentOf(graph, limitsOf(found)));
      else if (mermaid) process.stdout.write(`${graphMermaid(graph)}\n`);
      else {
        const line = 'reason' in found ? found.reason : bottleneckText(found);
        print(`${graphText(graph)}\n\nbottleneck: ${line}\n`);
      }
    });
}

/** What both kinds of settings have. */
const shared = Object.fromEntries(
  Object.keys(simulationSettings.shape)
    .filter((key) => key in trainSettings.shape)
    .map((key) => [key, true]),
) as { [key in keyof typeof simulationSettings.shape]?: true };

/** The settings that are given, by a config file or by flags. */
async function given({ config, ...flags }: Flags): Promise<readonly string[]> {
  const file = config === undefined ? {} : await readConfig(String(config));
  return Object.keys({ ...file, ...flags });
}

/**
 * Whether settings are those of a simulation: some are simulate's alone; or none is train's alone, and there is a schedule.
 *
 * @throws {Error} when there are some of both
 */
export function isScenario(keys: readonly string[]): boolean {
  const simulation = keys.find((key) => key in simulationSettings.shape && !(key in shared));
  const training = keys.find((key) => (key in trainSettings.shape || key === 'recipe') && !(key in shared));
  if (simulation !== undefined && training !== undefined)
    throw new Error(
      `settings of a plan must be those of simulate or those of train; got ${simulation} of simulate and ${training} of train`,
    );
  return simulation !== undefined || (training === undefined && keys.includes('schedule'));
}

async function scenarioPlan(flags: Flags): Promise<Planned> {
  const scenario = await scenarioOf(await readSettings(simulationSettings, flags));
  return { graph: graphOfScenario(scenario), found: bottleneckOfScenario(scenario) };
}

async function pipelinePlan(flags: Flags): Promise<Planned> {
  const settings = await readSettings(trainSettings, flags);
  const { limit, macsPerSecond, linkLatency } = settings;
  const { train: all, document } = await readRunData(settings);
  const samples = limit === undefined ? all : firstOf(all, limit);
  const pipeline = pipelineOf(settings, { samples, products: plain(), labelPlace: document.labelPlace });
  const latency = duration('linkLatency', linkLatency);
  const { count } = await devicesOf(settings, pipeline);
  const runtime = inline({ stages: count });
  const { graph, limits } = await limitsOfPipeline(pipeline, runtime, { macsPerSecond, latency });
  if (selectionOf(settings))
    complain(
      'B and W are counted as of all samples: what a selection leaves out is known once a run has learned',
    );
  return { graph, found: limits };
}

function documentOf({ stages, edges }: Graph, limits: Limits): PlanDocument & Limits {
  return {
    stages,
    edges: edges.map(({ from, to, carries, capacity, delay }) => ({
      ...{ from, to, carries },
      capacity: Number.isFinite(capacity) ? capacity : null,
      delay,
    })),
    ...limits,
  };
}
