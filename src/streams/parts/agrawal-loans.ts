/** What is known of somebody who wants a loan; money in dollars. */
export interface Applicant {
  salary: number;
  commission: number;
  /** years */
  age: number;
  /** education, 0 to 4 */
  elevel: number;
  /** make of the car, 1 to 20 */
  car: number;
  /** 0 to 8 */
  zipcode: number;
  /** value of the house */
  hvalue: number;
  /** years that the house has been owned */
  hyears: number;
  loan: number;
}

type Rule = (applicant: Applicant) => boolean;

const within = (value: number, least: number, most: number): boolean => least <= value && value <= most;
const thousands = (value: number, least: number, most: number): boolean =>
  within(value, 1000 * least, 1000 * most);
/** The rule of an age: below 40, from 40 to 59, from 60 on. */
const byAge =
  (young: Rule, middle: Rule, old: Rule): Rule =>
  (one) =>
    (one.age < 40 ? young : one.age < 60 ? middle : old)(one);
const salary =
  (least: number, most: number): Rule =>
  (one) =>
    thousands(one.salary, least, most);
const education =
  (least: number, most: number, yes: Rule, no: Rule): Rule =>
  (one) =>
    (within(one.elevel, least, most) ? yes : no)(one);
const income =
  (least: number, most: number): Rule =>
  (one) =>
    thousands(one.salary + one.commission, least, most);
const always: Rule = () => true;
const never: Rule = () => false;
/** Two thirds of the income less what is owed; group A is what keeps more than a dollar of it, and its label is 0. */
const poor =
  (owed: (one: Applicant) => number): Rule =>
  (one) =>
    (2 * (one.salary + one.commission)) / 3 - owed(one) <= 1;

type Amount = keyof Pick<Applicant, 'salary' | 'loan'>;

/**
 * Function 5 of the paper tests the loan. MOA, and River after it, test the salary in three of its places.
 *
 * @param slipped  what those three places test
 */
const fifth = (slipped: Amount): Rule =>
  byAge(
    (one) =>
      thousands(one.salary, 50, 100) ? thousands(one.loan, 100, 300) : thousands(one[slipped], 200, 400),
    (one) =>
      thousands(one.salary, 75, 125)
        ? 200_000 <= one[slipped] && one.loan <= 400_000
        : thousands(one[slipped], 300, 500),
    (one) => (thousands(one.salary, 25, 75) ? thousands(one.loan, 300, 500) : thousands(one.loan, 75, 300)),
  );

const equity = ({ hvalue, hyears }: Applicant): number => (hyears >= 20 ? (hvalue * (hyears - 20)) / 10 : 0);

/**
 * The ten functions that decide, each true where the label is 1.
 *
 * @param slipped  what three places of function 4 (5 of the paper) test
 * @see Agrawal, Imielinski and Swami 1993, Database mining: a performance perspective
 */
export const functions = (slipped: Amount): readonly Rule[] => [
  byAge(always, never, always),
  byAge(salary(50, 100), salary(75, 125), salary(25, 75)),
  byAge(education(0, 1, always, never), education(1, 3, always, never), education(2, 4, always, never)),
  byAge(
    education(0, 1, salary(25, 75), salary(50, 100)),
    education(1, 3, salary(50, 100), salary(75, 125)),
    education(2, 4, salary(50, 100), salary(25, 75)),
  ),
  fifth(slipped),
  byAge(income(50, 100), income(75, 125), income(25, 75)),
  poor(({ loan }) => loan / 5 + 20_000),
  poor(({ elevel }) => 5000 * elevel + 20_000),
  poor(({ elevel, loan }) => 5000 * elevel + loan / 5 + 10_000),
  poor((one) => 5000 * one.elevel - equity(one) / 5 + 10_000),
];
