console.log('A placeholder: the word-count example goes here.');
