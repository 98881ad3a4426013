export * from 'ump-ng';
export * from 'ump-ng/actors';
