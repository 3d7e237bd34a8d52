/** Why a step of a run failed, as it is kept with the run. */
export function stepFailure(
  code: string,
  error: unknown,
): { readonly code: string; readonly message: { readonly en: string; readonly zh: string } } {
  const text = error instanceof Error ? error.message : String(error);
  return { code, message: { en: `A step failed: ${text}`, zh: `步骤失败：${text}` } };
}
