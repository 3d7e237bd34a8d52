import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ApiModule } from './api/api.module.js';
import type { ApiDependencies } from './api/dependencies.js';
import { WEBHOOK_DOOR, WebhookController } from './webhooks/webhook.controller.js';
import type { WebhookDoor } from './webhooks/webhook.controller.js';

/** Everything that the hub answers over HTTP. */
@Module({})
export class AppModule {
  /** Makes the module over the running parts. */
  static register(parts: { readonly api: ApiDependencies; readonly door: WebhookDoor }): DynamicModule {
    return {
      module: AppModule,
      imports: [ApiModule.register(parts.api)],
      controllers: [WebhookController],
      providers: [{ provide: WEBHOOK_DOOR, useValue: parts.door }],
    };
  }
}
