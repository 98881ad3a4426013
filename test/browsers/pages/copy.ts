/** Another copy of the package: this bundle has its own. */
export * as lib from 'ump-ng';
