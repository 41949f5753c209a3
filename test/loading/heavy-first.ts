import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { heavy } from './heavy.ts';

/** Starts the files that take longest first, so that no worker is left alone with one of them at the end. */
export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = heavy.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return at < 0 ? heavy.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
