import { energyModels } from '../../report.ts';

export const energyNames = Object.keys(energyModels) as (keyof typeof energyModels)[];
