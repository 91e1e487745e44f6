// One line a check, which the run counts: `ok …` or `FAIL …`.
let failed = 0;

/** Runs one check and says what came of it; whether it went well. */
export async function check(name, work) {
  const begun = performance.now();
  const took = () => `${Math.round(performance.now() - begun)} ms`;
  try {
    await work();
    console.log(`ok ${name} (${took()})`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name} (${took()}): ${error.stack ?? error}`);
    return false;
  }
}

export function failures() {
  return failed;
}
