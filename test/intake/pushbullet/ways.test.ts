import { creditText } from '../../support/house';
import { startStage, type Stage } from './stage';

describe('an SMS of a Pushbullet phone', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage();
    await stage.listening();
  });
  after(() => stage.stop());
  afterEach(() => stage.pushbullet.reset());

  it('is taken in as it comes live', async () => {
    const body = creditText();
    stage.sms(body);
    await stage.came(body, ['live', 'thread']);
  });
});
