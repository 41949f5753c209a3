/** When a world changes, in samples counted from 0. */
export interface When {
  /** as the command line writes it: `abrupt@20000` */
  readonly name: string;
  /** probability that the sample is of the new world, 0 to 1 */
  chance(index: number): number;
  /** how far the change of a sample of the new world has gone, above 0 and at most 1 */
  amount(index: number): number;
  /** the changes that begin below `until`, ascending: the first sample that may be of the other world, the first that surely is */
  between(until: number): readonly { readonly from: number; readonly to: number; readonly back: boolean }[];
}
