import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { mustBeOneOf } from '../../../extend.ts';
import { offer } from '../../setup/offered.ts';

/** Gives a command the flag for a recipe. */
export function addRecipeFlag(command: Command): Command {
  const names = recipes().join(', ');
  offer(command, '--recipe', recipes);
  return command.option(
    '--recipe <name>',
    `settings of a recipe, which flags and a config file override; results are in docs/recipes.md: ${names}`,
  );
}

/** beside both `src` and `dist` */
const recipeFolder = new URL('../../../../sims/recipes/', import.meta.url);

function recipes(): string[] {
  return readdirSync(recipeFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''))
    .sort();
}

/** @throws {Error} when there is no recipe of this name */
export function pathOfRecipe(name: string): string {
  mustBeOneOf(name, recipes(), 'recipe');
  return fileURLToPath(new URL(`${name}.json`, recipeFolder));
}
