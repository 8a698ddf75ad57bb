import { expect } from 'chai';
import { parseServerArguments } from '../../../infra/config/server-arguments.js';

const none = { forceNoInMemDB: false, testMode: false };

describe('parseServerArguments (00-conventions.md 15)', () => {
  it('reads the command line of the SDK suites; case 53: DEV is ignored', () => {
    expect(parseServerArguments(['./', 'DEV', 'host=localhost', 'port=8081', 'test_mode'])).to.deep.equal({
      status: 'OK',
      args: { ...none, installDir: './', host: 'localhost', port: '8081', testMode: true },
    });
  });

  it('reads every argument that is known and ignores the others', () => {
    const argv = [
      '/opt/annals',
      'configFile=/etc/a=b.yaml',
      'tempDirLocation=/tmp/x',
      'forceNoInMemDB=true',
      'x=y',
      '=',
    ];
    expect(parseServerArguments(argv)).to.deep.equal({
      status: 'OK',
      args: {
        ...none,
        installDir: '/opt/annals',
        configFile: '/etc/a=b.yaml',
        tempDirLocation: '/tmp/x',
        forceNoInMemDB: true,
      },
    });
  });

  it('needs no argument at all', () => {
    expect(parseServerArguments([])).to.deep.equal({ status: 'OK', args: none });
    expect(parseServerArguments(['port=1'])).to.deep.equal({ status: 'OK', args: { ...none, port: '1' } });
    expect(parseServerArguments(['test_mode'])).to.deep.equal({ status: 'OK', args: { ...none, testMode: true } });
  });

  it('takes test mode from the bare word only', () => {
    for (const word of ['test_mode=true', 'TEST_MODE', 'testmode']) {
      expect(parseServerArguments(['./', word])).to.deep.equal({ status: 'OK', args: { ...none, installDir: './' } });
    }
  });

  it('insists on absolute paths', () => {
    for (const name of ['configFile', 'tempDirLocation']) {
      expect(parseServerArguments(['./', `${name}=x/y`])).to.deep.equal({
        status: 'INVALID',
        message: `${name} argument has to be an absolute path, but is: x/y`,
      });
    }
  });

  it('counts an empty value as absent', () => {
    expect(parseServerArguments(['./', 'host=', 'port='])).to.deep.equal({
      status: 'OK',
      args: { ...none, installDir: './' },
    });
  });
});
