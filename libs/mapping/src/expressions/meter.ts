import { refuse, type Refusal } from '../transforms/transform.js';
import { expressionLimits } from './limits.js';

/** Thrown through the evaluator to end an evaluation at once: no `||` or `?:` of the expression can swallow it. */
export class Stopped extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message.en);
  }
}

let left = 0;
let ended: Stopped | undefined;

/** A fresh account for one evaluation. Evaluations run to their end in one go and never inside each other. */
export function startMeter(): void {
  left = expressionLimits.work;
  ended = undefined;
}

/** Units that the evaluation has used so far. */
export function usedWork(): number {
  return expressionLimits.work - left;
}

/** Pays for work before it is done. @throws Stopped when the account is empty */
export function pay(units: number): void {
  left -= units;
  if (left >= 0) return;
  left = 0;
  end(
    refuse(
      'mapping.expression-too-much-work',
      'the expression needs more work for this record than an expression may do',
      '该表达式处理此记录所需的计算量超过上限',
    ),
  );
}

/** Ends the evaluation. The evaluator turns what functions throw into values of its own; `stopIfEnded` brings it back. @throws Stopped */
function end(refusal: Refusal): never {
  ended ??= new Stopped(refusal);
  throw ended;
}

/** @throws Stopped when the evaluation was ended by something that the evaluator swallowed */
export function stopIfEnded(): void {
  if (ended) throw ended;
}

/** A value is larger than expressions may handle. @throws Stopped */
export function tooLarge(what: 'text' | 'list' | 'result'): never {
  const [en, zh] = {
    text: [`a text has more than ${expressionLimits.text} characters`, `文本超过 ${expressionLimits.text} 个字符`],
    list: [
      `a list or object has more than ${expressionLimits.list} items`,
      `列表或对象超过 ${expressionLimits.list} 项`,
    ],
    result: ['the result is too large', '结果过大'],
  }[what] as [string, string];
  return end(refuse('mapping.expression-too-large', en, zh));
}

/** Pays for reading a text. @throws Stopped when it is too long */
export function payText(text: string): void {
  if (text.length > expressionLimits.text) tooLarge('text');
  pay(1 + text.length / 50);
}

/** Pays for walking through items. @throws Stopped when there are too many */
export function payItems(count: number): void {
  if (count > expressionLimits.list) tooLarge('list');
  pay(1 + count / 10);
}
