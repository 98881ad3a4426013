/** Runs a program of the documents, and tells what it has logged. */
async function run(script: string): Promise<string> {
  let logged = '';
  console.log = (...values: unknown[]) => {
    logged += `${values.map(String).join(' ')}\n`;
  };
  await import(script);
  return logged;
}

Object.assign(globalThis, { run });
