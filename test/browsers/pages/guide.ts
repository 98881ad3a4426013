/** Runs a program of the documents, and returns its log. */
async function run(script: string): Promise<string> {
  let logged = '';
  console.log = (...values: unknown[]) => {
    logged += `${values.map(String).join(' ')}\n`;
  };
  await import(script);
  return logged;
}

Object.assign(globalThis, { run });
