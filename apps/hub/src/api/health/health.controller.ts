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
    const ok = overall(checks) !== 'fail';
    healthJson(reply);
    reply.code(ok ? 200 : 503);
    const time = iso(this.deps.clock.now());
    return {
      status: overall(checks),
      version: this.deps.version,
      checks: Object.fromEntries(
        checks.map((check) => {
          const { name, ok: _ok, needed: _needed, ...rest } = check;
          return [name, [{ status: overall([check]), time, ...rest }]];
        }),
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

function overall(checks: readonly ReadinessCheck[]): 'pass' | 'warn' | 'fail' {
  if (checks.some((check) => !check.ok && check.needed !== false)) return 'fail';
  return checks.every((check) => check.ok) ? 'pass' : 'warn';
}

function healthJson(reply: HttpExchange['reply']): void {
  reply.header('content-type', 'application/health+json; charset=utf-8').header('cache-control', 'no-store');
}
