import { useEffect, useState } from 'react';
import { isUmpError } from 'ump-ng';
import { search } from './search';

export function Results({ text }: { text: string }) {
  const [words, setWords] = useState<string[]>([]);
  const [failure, setFailure] = useState<unknown>();

  useEffect(() => {
    const gone = new AbortController();
    search()
      .with({ signal: gone.signal })
      .req.find(text)
      .then(setWords, (error) => {
        if (!isUmpError(error, 'Aborted')) setFailure(error);
      });
    return () => gone.abort();
  }, [text]);

  if (failure !== undefined) throw failure; // for the nearest error boundary
  return <p id="words">{words.join(' ')}</p>;
}
