import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies, ReadinessCheck } from '../dependencies.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';

/** For load balancers and supervisors; open, and therefore short. */
@Controller('health')
@ApiTags('health')
export class HealthController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(@Exchange() { reply }: HttpExchange): object {
    healthJson(reply);
    return { status: 'pass', version: this.deps.version };
  }

  @Get('ready')
  @ApiOperation({ summary: '200 when all that is needed is up, else 503 with what is not' })
  async ready(@Exchange() { reply }: HttpExchange): Promise<object> {
    const checks = await this.checks();
    const ok = checks.every((check) => check.ok);
    healthJson(reply);
    reply.code(ok ? 200 : 503);
    const time = iso(this.deps.clock.now());
    return {
      status: ok ? 'pass' : 'fail',
      version: this.deps.version,
      checks: Object.fromEntries(
        checks.map(({ name, ok: good, ...rest }) => [name, [{ status: good ? 'pass' : 'fail', time, ...rest }]]),
      ),
    };
  }

  /** What cannot even be checked is not ready. */
  private async checks(): Promise<readonly ReadinessCheck[]> {
    try {
      return await this.deps.readiness();
    } catch (error) {
      this.deps.log.warn({ code: 'health.unavailable', error }, 'readiness could not be checked');
      return [{ name: 'readiness', ok: false, output: 'The check itself failed; the log says why.' }];
    }
  }
}

function healthJson(reply: HttpExchange['reply']): void {
  reply.header('content-type', 'application/health+json; charset=utf-8').header('cache-control', 'no-store');
}
