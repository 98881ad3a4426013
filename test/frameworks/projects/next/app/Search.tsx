'use client';

import { useEffect, useState } from 'react';
import { isUmpError } from 'ump-ng';
import { search } from './search';

export function Search() {
  const [text, setText] = useState('po');
  const [words, setWords] = useState<string[]>([]);

  useEffect(() => {
    const gone = new AbortController();
    search()
      .with({ signal: gone.signal })
      .req.find(text)
      .then(setWords, (error) => {
        if (!isUmpError(error, 'Aborted')) console.error(error);
      });
    return () => gone.abort();
  }, [text]);

  return (
    <>
      <button onClick={() => setText('rep')}>rep</button>
      <p id="words">{words.join(' ')}</p>
    </>
  );
}
